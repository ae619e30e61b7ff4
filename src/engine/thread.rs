//! What the engine keeps about each OS thread, and about each unit that lives on one.

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::engine::event_loop::EventLoop;
use crate::engine::requests::RequestId;
use crate::ir::program::Pc;
use crate::observe::times::{Activity, Times};

/// An OS thread, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ThreadId(pub(super) u32);

impl ThreadId {
    /// The thread at that place in the list of all.
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("there are fewer than 2^23 threads"))
    }

    /// Its place in the list of all.
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a thread is doing at this moment.
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
    /// Its event loop has nothing to do.
    Idle,
    /// It has returned or failed.
    Ended,
}

/// What a thread does when the work before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Its next step.
    Step,
    /// The step at which it waited, once more; that needs no GIL.
    Retry,
    /// `compute … nogil`
    NoGil(SimDuration),
    /// `io`, on a channel of a device that it has taken.
    Io(SimDuration, Option<ObjectId>),
    /// `sleep`
    Sleep(SimDuration),
    /// The process that it started begins when it has waited so long for the server that forks it.
    Launch(UnitId, SimDuration),
    /// It waits until the unit that it started runs.
    Start(UnitId),
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
    Object(ObjectId),
    /// What others have to do to an object.
    Deed,
    /// A device's channel.
    Channel(ObjectId),
    /// A unit's end or a condition.
    Other,
}

/// An OS thread. It runs the body of one unit, and the tasks on that one's event loop.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) state: State,
    pub(super) next: Next,
    pub(super) gil_call: GilCall,
    pub(super) blocking: Blocking,
    /// Its work so far leads past a check point of the interpreter; the last one comes after so many ops of the run.
    pub(super) check_point: Option<u64>,
    pub(super) kind: Work,
    /// The unit whose body it runs.
    pub(super) body: UnitId,
    /// Whose code it executes: that one's, or that of a task.
    pub(super) current: UnitId,
    /// The event loop, once there is a task.
    pub(super) event_loop: Option<Box<EventLoop>>,
    /// It has come for the GIL by itself, and was not beaten to it yet.
    pub(super) alert: bool,
    /// When it began to want the GIL, if it waits for it.
    pub(super) wanting_since: Option<SimTime>,
    /// The core it is on, or was last.
    pub(super) core: u32,
    /// The unit that it waits for to run, which it started.
    pub(super) starts: Option<UnitId>,
    /// The serial number of its alarm; 0 is none.
    pub(super) alarm: u64,
    /// How long it has worked since it last waited for anything but the GIL or a core, as last counted.
    pub(super) burst: SimDuration,
    /// Work in hand that is still to be done on a core.
    pub(super) work: SimDuration,
    /// A call of the system that comes before it: without the GIL, and on a core.
    pub(super) call: SimDuration,
    /// The work behind a call that has begun.
    pub(super) behind: Option<(Work, SimDuration)>,
    /// When its state began, or when the work in hand was last counted.
    pub(super) since: SimTime,
}

impl Thread {
    pub(super) const fn new(now: SimTime, body: UnitId) -> Self {
        Self {
            state: State::Starting,
            next: Next::Step,
            gil_call: GilCall::None,
            blocking: Blocking::Other,
            check_point: None,
            kind: Work::Ops,
            body,
            current: body,
            event_loop: None,
            alert: false,
            wanting_since: None,
            core: u32::MAX,
            starts: None,
            alarm: 0,
            burst: SimDuration::ZERO,
            work: SimDuration::ZERO,
            call: SimDuration::ZERO,
            behind: None,
            since: now,
        }
    }

    /// What whose code it executes does with its time until the thread's state changes.
    pub(super) const fn activity(&self) -> Option<Activity> {
        Some(match self.state {
            State::Queued => Activity::Queue,
            State::Arriving => Activity::Switch,
            State::Running => Activity::Work,
            State::GilWait | State::GilSwitch => Activity::Gil,
            State::Blocked => self.blocking.activity(),
            State::Io => Activity::Io,
            State::Sleeping => Activity::Sleep,
            State::Starting => Activity::Start,
            State::Aside => Activity::Turn,
            State::Idle | State::Ended => return None,
        })
    }

    /// Whether it is on a core or on its way to one.
    pub(super) const fn has_core(&self) -> bool {
        matches!(self.state, State::Arriving | State::Running)
    }
}

impl Blocking {
    /// What a unit that waits for it does.
    pub(super) const fn activity(self) -> Activity {
        match self {
            Self::Object(_) | Self::Deed => Activity::Object,
            Self::Channel(_) => Activity::Channel,
            Self::Other => Activity::Unit,
        }
    }
}

/// What a unit does that is not the one whose code its thread executes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Away {
    /// It is that one.
    No,
    /// It waits for an object, a unit's end or a condition; its alarm is its timeout.
    Waits(Blocking),
    /// It is in `io`.
    Io,
    /// It is in `io` on a channel of that device, not counting the wait for one.
    Served(ObjectId),
    /// It is in `sleep`.
    Sleeps,
    /// It could go on, and waits until its loop lets it.
    Ready,
}

impl Away {
    /// In `io` on a channel of that device, if it is one of a device.
    pub(super) fn io(device: Option<ObjectId>) -> Self {
        device.map_or(Self::Io, Self::Served)
    }

    const fn activity(self) -> Option<Activity> {
        Some(match self {
            Self::No => return None,
            Self::Waits(blocking) => blocking.activity(),
            Self::Io | Self::Served(_) => Activity::Io,
            Self::Sleeps => Activity::Sleep,
            Self::Ready => Activity::Queue,
        })
    }
}

/// A unit as the engine sees it: code that a thread executes. There may be a million of them.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub(super) struct Routine {
    /// On which thread it lives.
    pub(super) thread: ThreadId,
    /// What it does while its thread executes other code.
    pub(super) away: Away,
    /// Its time is over while it is away, and its thread has not come to that yet.
    pub(super) is_late: bool,
    /// It gives up waiting when it tries again.
    pub(super) expired: bool,
    /// What it waits for, from the first try until it has it or gives up.
    pub(super) request: Option<RequestId>,
    /// The op that it is at, as events cite it.
    pub(super) at: Pc,
    /// How many objects it holds.
    pub(super) holds: u32,
    /// The serial number of its alarm while it is away; 0 is none.
    pub(super) alarm: u64,
    /// It has returned or failed.
    pub(super) has_ended: bool,
    /// When what it does while it is away began; of one that has ended, when that was.
    pub(super) since: SimTime,
    /// When it gives up waiting; while it is away in `io` or `sleep`, when that is over.
    pub(super) deadline: SimTime,
    pub(super) started: SimTime,
    pub(super) times: Times,
}

impl Routine {
    pub(super) fn new(now: SimTime, at: Pc, thread: ThreadId) -> Self {
        Self {
            thread,
            away: Away::No,
            is_late: false,
            expired: false,
            request: None,
            at,
            holds: 0,
            alarm: 0,
            has_ended: false,
            since: now,
            deadline: SimTime::NEVER,
            started: now,
            times: Times::default(),
        }
    }

    /// What it does with its time while it is away.
    pub(super) const fn activity(&self) -> Option<Activity> {
        self.away.activity()
    }

    /// When it ended, or `NEVER`.
    pub(super) const fn ended(&self) -> SimTime {
        if self.has_ended { self.since } else { SimTime::NEVER }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_units_take_little() {
        assert_eq!((size_of::<Away>(), size_of::<Option<RequestId>>()), (8, 4));
        assert_eq!(size_of::<Routine>(), 96);
    }
}
