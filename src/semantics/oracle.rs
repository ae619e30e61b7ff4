//! Chance, the clock, and what else decides how a step goes: an exploration tries all of it, a run draws.

use crate::base::id::UnitId;

/// What a step can't know by itself: chance, and the clock.
pub trait Oracle {
    /// A number below `bound`, which is at least 1.
    fn choose(&mut self, bound: u64) -> u64;
    /// Which of `count` waiters is woken, in the order in which they began to wait; there is at least one.
    fn pick(&mut self, count: usize) -> usize;
    /// Which of several limits of time is over: what a unit waits at, if that has one, then those around it, innermost
    /// first.
    fn limit(&mut self, count: usize) -> usize;
    /// Whether a unit that awaits a lock lines up behind those who wait for it, though it is free.
    fn lines_up(&mut self) -> bool;
    /// Where to look for those behind whom it could; to go through all units takes long where there are many.
    fn rivals(&self) -> Rivals {
        Rivals::Anybody
    }
    /// Whether a unit at the `get` of a queue between processes is the one that has the lock of those who read.
    fn reads(&mut self, unit: UnitId) -> bool;
    /// Nanoseconds between two bounds, both included.
    fn uniform(&mut self, low: u64, high: u64) -> u64;
    /// Nanoseconds, exponentially distributed.
    fn exponential(&mut self, mean: u64) -> u64;
    /// Nanoseconds, normally distributed, not negative.
    fn normal(&mut self, mean: u64, deviation: u64) -> u64;
    /// Nanoseconds since the start.
    fn now(&self) -> u64;
    /// Whether units are stuck for ever.
    fn deadlocked(&self) -> bool;
}

/// Who may wait for a lock that is free, and has not gone on yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rivals {
    /// Nobody behind whom a unit would line up.
    Nobody,
    /// Any unit.
    Anybody,
    /// Any unit, and most likely that one.
    Probably(UnitId),
}
