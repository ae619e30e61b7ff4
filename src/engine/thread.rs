//! What the engine keeps about each unit: what it is doing now, and where its time went.

use crate::base::time::{SimDuration, SimTime};
use crate::ir::program::Pc;
use crate::observe::times::{Activity, Times};
use crate::semantics::world::Wait;

/// What a unit is doing at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In the run queue.
    Queued,
    /// On its way to a core that is reserved for it.
    Arriving,
    /// On a core.
    Running,
    /// Waits for the GIL; its alarm is the end of its interval.
    GilWait,
    /// It dropped the GIL when it was asked, and waits until another has taken it.
    GilSwitch,
    /// Waits for an object, a unit's end or a condition; its alarm is its timeout.
    Blocked,
    /// Waits for a unit that it started to run.
    Starting,
    /// In `io`, not counting the wait for a channel.
    Io,
    /// In `sleep`.
    Sleeping,
    /// It has come to a step when it is not its turn.
    Aside,
    /// It has returned or failed.
    Ended,
}

/// What a unit does when the work before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Its next step.
    Step,
    /// The step at which it waited, once more; that needs no GIL.
    Retry,
    /// `compute … nogil`
    NoGil(SimDuration),
    /// `io`, on a channel of a device that it has taken.
    Io(SimDuration, Option<crate::base::id::ObjectId>),
    /// `sleep`
    Sleep(SimDuration),
    /// The process that it started begins, and it waits so long for the server that forks it.
    Launch(crate::base::id::UnitId, SimDuration),
    /// It waits until the unit that it started runs.
    Start(crate::base::id::UnitId),
}

/// Why a unit that wants the GIL was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GilCall {
    /// It was not: it comes by itself.
    None,
    /// Somebody dropped it.
    Dropped,
    /// Its interval is over, which began when the GIL had changed its holder so many times.
    Expired(u64),
}

/// What the work in hand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Ops of the interpreter; a check point is where they say so.
    Ops,
    /// `compute`: check points everywhere.
    Compute,
    /// `compute … nogil`: needs no GIL.
    NoGil,
}

/// What kind of thing a blocked unit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocking {
    /// An object that others have.
    Object(crate::base::id::ObjectId),
    /// What others have to do to an object.
    Deed,
    /// A device's channel.
    Channel(crate::base::id::ObjectId),
    /// A unit's end or a condition.
    Other,
}

/// A unit as the machine sees it: an OS thread.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) state: State,
    pub(super) next: Next,
    pub(super) gil_call: GilCall,
    pub(super) blocking: Blocking,
    /// Its work so far leads past a check point of the interpreter.
    pub(super) check_point: bool,
    pub(super) kind: Work,
    /// It gives up waiting when it tries again.
    pub(super) expired: bool,
    /// What it waits for, from the first try until it has it or gives up.
    pub(super) pending: Option<Wait>,
    /// The op that it is at, as events cite it.
    pub(super) at: Pc,
    /// When it began to want the GIL, if it waits for it.
    pub(super) wanting_since: Option<SimTime>,
    /// The core it is on, or was last.
    pub(super) core: u32,
    /// The unit that it waits for to run, which it started.
    pub(super) starts: Option<crate::base::id::UnitId>,
    /// How many objects it holds.
    pub(super) holds: u32,
    /// The serial number of its alarm; 0 is none.
    pub(super) alarm: u64,
    /// How long it has worked since it last waited for anything but the GIL or a core, as last counted.
    pub(super) burst: SimDuration,
    /// Work in hand that is still to be done on a core.
    pub(super) work: SimDuration,
    /// When its state began, or when the work in hand was last counted.
    pub(super) since: SimTime,
    /// When it gives up waiting.
    pub(super) deadline: SimTime,
    /// When it began to wait for what it waits for.
    pub(super) waiting_since: SimTime,
    /// Where it waits, and how often others had gone first when it began to.
    pub(super) waits_at: Pc,
    pub(super) passed: u64,
    pub(super) started: SimTime,
    pub(super) ended: SimTime,
    pub(super) times: Times,
}

impl Thread {
    pub(super) fn new(now: SimTime, at: Pc) -> Self {
        Self {
            state: State::Starting,
            next: Next::Step,
            gil_call: GilCall::None,
            blocking: Blocking::Other,
            check_point: false,
            kind: Work::Ops,
            expired: false,
            pending: None,
            at,
            wanting_since: None,
            core: u32::MAX,
            starts: None,
            holds: 0,
            alarm: 0,
            burst: SimDuration::ZERO,
            work: SimDuration::ZERO,
            since: now,
            deadline: SimTime::NEVER,
            waiting_since: now,
            waits_at: at,
            passed: 0,
            started: now,
            ended: SimTime::NEVER,
            times: Times::default(),
        }
    }

    /// What it does with its time until its state changes.
    pub(super) const fn activity(&self) -> Option<Activity> {
        Some(match self.state {
            State::Queued => Activity::Queue,
            State::Arriving => Activity::Switch,
            State::Running => Activity::Work,
            State::GilWait | State::GilSwitch => Activity::Gil,
            State::Blocked => match self.blocking {
                Blocking::Object(_) | Blocking::Deed => Activity::Object,
                Blocking::Channel(_) => Activity::Channel,
                Blocking::Other => Activity::Unit,
            },
            State::Io => Activity::Io,
            State::Sleeping => Activity::Sleep,
            State::Starting => Activity::Start,
            State::Aside => Activity::Turn,
            State::Ended => return None,
        })
    }

    /// Whether it is on a core or on its way to one.
    pub(super) const fn has_core(&self) -> bool {
        matches!(self.state, State::Arriving | State::Running)
    }
}
