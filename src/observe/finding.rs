//! What is wrong in a run. Findings are data; text and JSON are projections of it.

use crate::base::diagnostic::{Label, Severity};
use crate::base::time::SimTime;
use crate::observe::codes;

/// The kinds of findings that exist, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Units stuck for ever.
    Deadlock,
    /// An `assert` that failed.
    Assertion,
    /// An `invariant` that did not hold after some step.
    Invariant,
    /// A `finally` that did not hold at the end.
    Finally,
    /// An exception that ended a unit and that nobody took.
    Exception,
    /// Units that go on for ever without getting anywhere.
    Livelock,
    /// Two accesses to one shared location that nothing orders, one of them a write.
    Race,
    /// Units took the same locks in opposite orders, and got away with it.
    LockOrder,
    /// A lock was taken while another one was held.
    NestedLocks,
    /// A unit ended while it held a lock.
    LockNotReleased,
    /// A semaphore has more permits than it began with.
    OverRelease,
    /// A unit was woken at a condition that was false again, and went on.
    WokeToFalse,
    /// A unit waited while others who came later went first.
    Starvation,
    /// A task was not done when the body of its thread had ended.
    NeverAwaited,
    /// A unit kept its event loop from going on.
    BlockedLoop,
    /// A bound was reached before the end.
    Limit,
}

impl FindingKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Deadlock,
        Self::Assertion,
        Self::Invariant,
        Self::Finally,
        Self::Exception,
        Self::Livelock,
        Self::Race,
        Self::LockOrder,
        Self::NestedLocks,
        Self::LockNotReleased,
        Self::OverRelease,
        Self::WokeToFalse,
        Self::Starvation,
        Self::NeverAwaited,
        Self::BlockedLoop,
        Self::Limit,
    ];

    /// Its stable code, with a page in [`codes::ALL`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Deadlock => codes::DEADLOCK,
            Self::Assertion => codes::ASSERTION,
            Self::Invariant => codes::INVARIANT,
            Self::Finally => codes::FINALLY,
            Self::Exception => codes::EXCEPTION,
            Self::Livelock => codes::LIVELOCK,
            Self::Race => codes::RACE,
            Self::LockOrder => codes::LOCK_ORDER,
            Self::NestedLocks => codes::NESTED_LOCKS,
            Self::LockNotReleased => codes::LOCK_NOT_RELEASED,
            Self::OverRelease => codes::OVER_RELEASE,
            Self::WokeToFalse => codes::WOKE_TO_FALSE,
            Self::Starvation => codes::STARVATION,
            Self::NeverAwaited => codes::NEVER_AWAITED,
            Self::BlockedLoop => codes::BLOCKED_LOOP,
            Self::Limit => codes::LIMIT,
        }
    }

    /// The word of JSON and of `expect`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::Assertion => "assertion",
            Self::Invariant => "invariant",
            Self::Finally => "finally",
            Self::Exception => "exception",
            Self::Livelock => "livelock",
            Self::Race => "race",
            Self::LockOrder => "lock-order",
            Self::NestedLocks => "nested-locks",
            Self::LockNotReleased => "lock-not-released",
            Self::OverRelease => "over-release",
            Self::WokeToFalse => "woke-to-false",
            Self::Starvation => "starvation",
            Self::NeverAwaited => "never-awaited",
            Self::BlockedLoop => "blocked-loop",
            Self::Limit => "limit",
        }
    }

    /// How grave in a run: of a race it is not known there whether any order of the two accesses does harm.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Deadlock
            | Self::Assertion
            | Self::Invariant
            | Self::Finally
            | Self::Exception
            | Self::Livelock => Severity::Error,
            Self::Race
            | Self::LockOrder
            | Self::NestedLocks
            | Self::LockNotReleased
            | Self::OverRelease
            | Self::WokeToFalse
            | Self::Starvation
            | Self::NeverAwaited
            | Self::BlockedLoop => Severity::Warning,
            Self::Limit => Severity::Note,
        }
    }
}

/// Why units are stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Each waits for the next one.
    Cycle,
    /// A unit waits for what it holds itself.
    #[serde(rename = "self")]
    Itself,
    /// The holder has ended, or has no release left to execute.
    HolderEnded,
    /// Nobody is left who could make the condition true, set the event, notify the condition or release
    /// the semaphore.
    LostSignal,
    /// Nobody is left who could put an item into a queue, take one out or say that it is done.
    Queue,
    /// Nobody is left who could read what is in a pipe, write into it or close it.
    Pipe,
    /// Not as many as a barrier waits for can still come to it.
    Barrier,
    /// A unit waits for the end of one that never ends.
    Join,
}

/// Something wrong, said once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// How grave: as grave as its kind, but for a race in an exploration, which is an error.
    pub severity: Severity,
    /// For a deadlock, why.
    pub cause: Option<Cause>,
    /// When it became certain.
    pub at: SimTime,
    /// One sentence that stands alone.
    pub message: String,
    /// The units concerned, by name; in a cycle each waits for what the next one holds.
    pub units: Vec<String>,
    /// The objects concerned, by name; in a cycle the n-th is what the n-th unit waits for.
    pub objects: Vec<String>,
    /// Every place involved; the first one is the headline's.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
    /// The script says `expect` of this kind.
    pub expected: bool,
}
