//! The worlds that were visited: their fingerprints and how they were reached.
//!
//! The table is cut into shards by the fingerprints, so that several threads can
//! fill it at once, each its own shards. A state is numbered within its shard, in
//! an order that does not depend on the threads.

use std::ops::Range;

use hashbrown::HashTable;

use crate::base::id::UnitId;
use crate::explore::fingerprint::Fingerprint;
use crate::explore::pack::{Packed, short};

/// How many shards there are, a power of two; fixed, since states are numbered by them.
pub(super) const SHARDS: usize = 16;

/// The number of a state: its place in its shard, and the shard in the lowest bits.
pub(super) type State = u32;

/// Where the states before the first step come from.
pub(super) const START: State = State::MAX;

/// How a state was reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// From which state; [`START`] if it is one before the first step.
    pub(super) from: State,
    /// Whose turn.
    pub(super) unit: UnitId,
    /// The how-manieth of the turns that the unit could take there.
    pub(super) way: u32,
}

/// A world that a turn leads to.
#[derive(Clone, Debug)]
pub(super) struct Next {
    pub(super) print: Fingerprint,
    pub(super) origin: Origin,
    /// Where its numbers stand in the row of all of them.
    pub(super) packed: Range<usize>,
}

/// Worlds of one layer that fall into one shard, one behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// The first state of it in the shard.
    first: usize,
    rows: Packed,
    ends: Vec<usize>,
}

impl Layer {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The numbers of a world of it.
    pub(super) fn packed(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start..self.ends[at]]
    }

    fn push(&mut self, packed: &[u32]) {
        self.rows.extend_from_slice(packed);
        self.ends.push(self.rows.len());
    }
}

/// A part of the table.
#[derive(Debug, Default)]
pub(super) struct Shard {
    number: usize,
    prints: Vec<Fingerprint>,
    origins: Vec<Origin>,
    table: HashTable<u32>,
    /// The layer that is being left, and the one behind it.
    pub(super) layer: Layer,
    next: Layer,
    /// Turns, from state to state, if they are kept.
    pub(super) edges: Vec<(State, State)>,
    /// Turns that led into this shard.
    pub(super) transitions: u64,
}

/// The shard that a fingerprint falls into.
#[expect(clippy::cast_possible_truncation, reason = "few bits of it are enough to tell the shards apart")]
pub(super) const fn shard_of(print: Fingerprint) -> usize {
    print.to_le_bytes()[8] as usize % SHARDS
}

impl Shard {
    pub(super) fn new(number: usize) -> Self {
        Self { number, ..Self::default() }
    }

    fn state(&self, at: usize) -> State {
        let at = u32::try_from(at * SHARDS + self.number);
        at.expect("memory is bounded below 2^32 states")
    }

    /// How many states it has.
    pub(super) fn len(&self) -> usize {
        self.prints.len()
    }

    /// The state of a world of the layer that is being left.
    pub(super) fn state_at(&self, at: usize) -> State {
        self.state(self.layer.first + at)
    }

    /// How a state was reached.
    pub(super) fn origin(&self, state: State) -> Origin {
        self.origins[state as usize / SHARDS]
    }

    /// The fingerprint of a state.
    pub(super) fn print(&self, state: State) -> Fingerprint {
        self.prints[state as usize / SHARDS]
    }

    /// Whether a world was visited in the layer that is being left, or in one before it.
    pub(super) fn is_closed(&self, print: Fingerprint) -> bool {
        self.find(print).is_some_and(|at| at < self.layer.first + self.layer.len())
    }

    fn find(&self, print: Fingerprint) -> Option<usize> {
        self.table.find(short(print), |&at| self.prints[at as usize] == print).map(|&at| at as usize)
    }

    /// Adds a world, unless it is known.
    pub(super) fn visit(&mut self, next: &Next, rows: &[u32], keep_edges: bool) {
        self.transitions += 1;
        let at = self.find(next.print).unwrap_or_else(|| {
            let at = self.prints.len();
            self.prints.push(next.print);
            self.origins.push(next.origin);
            let prints = &self.prints;
            let narrow = u32::try_from(at).expect("memory is bounded below 2^32 states");
            self.table.insert_unique(short(next.print), narrow, |&at| short(prints[at as usize]));
            self.next.push(&rows[next.packed.clone()]);
            at
        });
        if keep_edges {
            self.edges.push((next.origin.from, self.state(at)));
        }
    }

    /// Goes on to the next layer.
    pub(super) fn turn_over(&mut self) {
        self.layer = std::mem::take(&mut self.next);
        self.layer.first = self.prints.len() - self.layer.len();
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let state = size_of::<Fingerprint>() + size_of::<Origin>();
        let rows = |layer: &Layer| {
            layer.rows.capacity() * size_of::<u32>() + layer.ends.capacity() * size_of::<usize>()
        };
        let bytes = self.prints.capacity() * state
            + self.table.capacity() * 5
            + rows(&self.layer)
            + rows(&self.next)
            + self.edges.capacity() * size_of::<(State, State)>();
        bytes as u64
    }
}
