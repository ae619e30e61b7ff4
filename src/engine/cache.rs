//! Data that several cores write: each of them has to fetch it from the one that wrote last.
//!
//! A core that reads what another one has written meanwhile, or writes what others have a copy of, waits for its cache line.
//! Two threads without a GIL that add to one number therefore slow each other down, and not evenly: they don't keep
//! step, as they would in a model whose operations all take the same time.

#![expect(clippy::wildcard_enum_match_arm, reason = "few actions touch a cell")]

use crate::base::id::CellId;
use crate::base::rng::{Random, Stream};
use crate::base::time::SimDuration;
use crate::engine::Engine;
use crate::ir::program::Program;
use crate::machine::profile::{Gil, Model};
use crate::semantics::step::{Action, ActionKind};

/// Which cores have an up-to-date copy of each cell.
#[derive(Debug)]
pub(super) struct Cache {
    /// Cells go to and fro between cores at all: without a GIL all of them, else those that processes share.
    pub(super) is_needed: bool,
    /// By cell, one bit for a core; cores that are 64 apart pass for one.
    copies: Vec<u64>,
    chance: Random,
}

impl Cache {
    pub(super) fn new(program: &Program, model: &Model, seed: u64) -> Self {
        let is_needed = model.runtime.gil == Gil::None || program.cells.iter().any(|cell| cell.process);
        Self { is_needed, copies: Vec::new(), chance: Random::new(seed, Stream::Cache) }
    }

    /// A core reads or writes a cell: whether it has to fetch it first. What nobody has touched yet is near.
    fn fetches(&mut self, cell: CellId, core: u32, writes: bool) -> bool {
        if self.copies.len() <= cell.index() {
            self.copies.resize(cell.index() + 1, 0);
        }
        let (copies, own) = (&mut self.copies[cell.index()], 1 << (core % 64));
        let is_near = *copies == 0 || if writes { *copies == own } else { *copies & own != 0 };
        *copies = if writes { own } else { *copies | own };
        !is_near
    }
}

impl Engine<'_> {
    /// How long a thread waits for the lines of what it has accessed in a step. Under a GIL only that goes to and fro between cores
    /// which processes share.
    pub(super) fn fetching(&mut self, core: u32, actions: &[Action]) -> SimDuration {
        let has_gil = self.model.runtime.gil != Gil::None;
        // Twice the mean, at most.
        let longest = (2 * u64::from(self.model.turns.cache_fetch_ops)).saturating_mul(self.op_cost);
        let mut length = SimDuration::ZERO;
        for action in actions {
            let (cell, writes) = match action.kind {
                ActionKind::Read(cell, _) => (cell, false),
                ActionKind::Wrote(cell, _) => (cell, true),
                _ => continue,
            };
            let is_moved = !has_gil || self.program.cell(cell).process;
            if is_moved && self.cache.fetches(cell, core, writes) {
                length += SimDuration(self.cache.chance.below(longest.saturating_add(1)));
            }
        }
        length
    }
}
