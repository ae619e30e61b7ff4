//! Whose turn it is: numbers of a machine that are no costs. They decide who is in time, and how often threads go to and fro.

use crate::base::time::SimDuration;

/// What decides whose turn it is. [`crate::machine::setting`] says what each number means.
///
/// They stay what they are where nothing costs anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    /// How much of a wake-up's length is no chance, in percent; the rest is drawn, with that mean.
    pub wake_least_percent: u32,
    /// How many ops take as long as it takes to fetch what another core has written, on average.
    pub cache_fetch_ops: u32,
    /// How long a thread that has waited is one that has just woken up.
    pub lock_fresh: SimDuration,
    /// In how many of six cases such a thread is overtaken by another one that it wakes.
    pub lock_overtaken_of_six: u32,
    /// How long a thread waits for a GIL with an interval, on average, until it is so slow that it loses it again in its first
    /// call, if it can be lost there.
    pub gil_cold_after: SimDuration,
    /// How often threads leave a core around a hand-over beyond what they do in this model, where they share that core.
    pub gil_switches_one_core: u32,
    /// The same where there are cores for all, and several waiters.
    pub gil_switches_crowd: u32,
    /// In how many percent of the cases a thread that has just come for a GIL of ticks is in time at its next release.
    pub gil_alert_percent: u32,
    /// The same if that release is so soon that it has not begun to fall asleep.
    pub gil_soon_percent: u32,
    /// How long it takes until it has.
    pub gil_soon: SimDuration,
    /// For how many percent of a slice the only other thread, which has just lost a GIL of ticks, is too late for every release.
    pub gil_loser_percent: u32,
    /// After how many quanta the scheduler takes the holder of a GIL of ticks off its core at the moment of a release, on average.
    pub gil_quanta_lost: u32,
    /// How often a waiter looks whether a polled GIL is free where its only core is that of the holder, at least 1 us.
    pub gil_poll_one_core: SimDuration,
    /// How many looks more than its intervals a slice under a polled GIL takes at most, for each waiter.
    pub gil_late_looks: u32,
    /// Each so many'th of these slices takes an interval more, on average; at least 1.
    pub gil_long_slice: u32,
}

/// How a polled GIL goes round: the interpreter's rule, whatever the machine. Without a meaning for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// How often a waiter looks whether the GIL is free, at least 1 us; the slack of a timer comes on top.
    pub every: SimDuration,
    /// How many switch intervals make a slice among threads that compute, at least 1.
    pub intervals: u32,
    /// Which part of a switch interval the holder keeps the GIL from a thread that comes from a wait, at least 1: 8 is an eighth.
    pub part: u32,
}

impl Polling {
    /// That of `PyPy`.
    pub const PYPY: Self = Self { every: SimDuration::us(100), intervals: 2, part: 8 };
}
