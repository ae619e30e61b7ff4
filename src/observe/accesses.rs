//! Accesses that nothing orders: the races of one run.
//!
//! Of each plain cell those accesses are kept that a later one may be in a race
//! with: the last ones that nothing orders, and the write before them. Mostly
//! these are one or two.

use crate::base::id::{CellId, UnitId};
use crate::observe::held::HeldId;
use crate::observe::knowledge::{Clock, Moment};
use crate::observe::race::{Access, Race};

/// So many accesses of a cell are kept; of more, the oldest is forgotten, which hides races and invents none.
const KEPT_MAX: usize = 32;

/// An access that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Whose.
    pub unit: UnitId,
    /// What.
    pub access: Access,
    /// When, and on whose thread.
    pub at: Moment,
    /// The locks that its unit held.
    pub held: HeldId,
}

/// The accesses of all cells that may still matter.
#[derive(Debug, Default)]
pub struct Accesses {
    /// By cell; of those behind the last one there was no access.
    cells: Vec<Vec<Past>>,
}

impl Accesses {
    /// A unit that knows what `clock` knows accesses a cell: tells `race` of each access that is in a race with it.
    pub fn add(&mut self, new: Past, clock: &Clock, mut race: impl FnMut(Past)) {
        let CellId(cell) = new.access.cell;
        let cell = cell as usize;
        if self.cells.len() <= cell {
            self.cells.resize(cell + 1, Vec::new());
        }
        let past = &mut self.cells[cell];
        if past.iter().all(|old| old.at.unit == new.at.unit) {
            // Nobody else has come since: there is a write at the most, and a read behind it.
            past.retain(|old| old.access.writes && !new.access.writes);
            past.push(new);
            return;
        }
        past.retain(|old| {
            let known = clock.knows(old.at);
            if !known && old.access.conflicts(&new.access) {
                race(*old);
            }
            // What comes later and conflicts with the old one conflicts with the new one as well.
            !(known && (new.access.writes || !old.access.writes))
        });
        if past.len() >= KEPT_MAX {
            past.remove(0);
        }
        past.push(new);
    }
}

impl Race {
    /// Two accesses that are in a race, and what was held at each: the first unit stands first.
    #[must_use]
    pub fn between(old: Past, new: Past) -> (Self, [HeldId; 2]) {
        let [first, second] = if old.unit < new.unit { [old, new] } else { [new, old] };
        let race = Self { units: [first.unit, second.unit], accesses: [first.access, second.access] };
        (race, [first.held, second.held])
    }
}
