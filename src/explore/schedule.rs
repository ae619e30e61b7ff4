//! Schedules: who takes a turn when, and what is decided in it.

use crate::base::id::UnitId;

/// Something that a turn leaves open, and what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pick {
    /// `choose` gave that one of its values, counted from 0.
    Value(u64),
    /// A `notify` woke that one of those who waited, counted from 0 in the order in which they began to.
    Waiter(u64),
}

impl Pick {
    /// Whether a run without any freedom would have decided the same: the first in line is woken.
    #[must_use]
    pub const fn is_fifo(self) -> bool {
        !matches!(self, Self::Waiter(1..))
    }
}

/// One step of one unit, and what it left open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// Whose step.
    pub unit: UnitId,
    /// It gave up waiting: what it waits for was not there.
    pub expired: bool,
    /// What was decided in it, in order.
    pub picks: Vec<Pick>,
}

/// An interleaving, from the start on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// What was decided before the first step.
    pub start: Vec<Pick>,
    /// The steps in order.
    pub turns: Vec<Turn>,
}
