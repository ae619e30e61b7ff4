//! One thing that happened, and how whoever wants to know of it is told.

#![expect(missing_docs, reason = "the fields of a variant stand in the example that documents it")]

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::base::id::{CellId, ObjectId, PlaceId, RegionId, UnitId};
use crate::base::span::Span;
use crate::base::time::{SimDuration, SimTime};

/// How much a trace holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// No event at all: nobody listens.
    Nothing,
    /// What units do to each other and to shared data.
    Sync,
    /// Also every slice, hand-over of the GIL and change of core.
    Sched,
}

/// Something that happened to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: SimTime,
    /// To which unit.
    pub unit: UnitId,
    /// The core it was on, if any.
    pub core: Option<u32>,
    /// The statement it was at, if any.
    pub site: Option<Site>,
    /// What.
    pub kind: EventKind,
}

/// A statement: as people cite it, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Function and canonical head.
    pub place: PlaceId,
    /// The text that caused the event.
    pub span: Span,
}

/// Why a unit left its core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// It waits for something that a script can name.
    Blocked,
    /// It waits for the GIL.
    Gil,
    /// Its quantum was over and others were ready.
    Quantum,
    /// One that woke up goes before it.
    Preempted,
    /// It is not its turn in the schedule that is followed.
    Turn,
    /// It ended.
    Ended,
}

/// What happened. The comment gives the word and the detail of the text forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// `spawn  worker.1`
    Spawn { child: UnitId },
    /// `start`: the first thing a unit does
    Start,
    /// `end`: the body is done
    End,
    /// `killed`: it was ended on the spot, with the process that it ran in
    Killed,
    /// `cancelled`: a task has ended with the `CancelledError` of its cancellation
    Cancelled,
    /// `fail  ValueError: text`: an exception ended the unit
    Fail { exception: String },
    /// `acquire  m` (a device's channel too)
    Acquire { object: ObjectId },
    /// `wait  m held by worker.1`
    Wait { object: ObjectId, holder: Option<UnitId> },
    /// `wait  end of worker.1`
    WaitEnd { unit: UnitId },
    /// `wait  condition`: `atomic when` found its condition false
    WaitWhen,
    /// `timeout  m`: it gave up waiting for an object
    Timeout { object: ObjectId },
    /// `timeout  end of worker.1`
    TimeoutEnd { unit: UnitId },
    /// `timeout  block`: the time of an `async with timeout(…)` is over
    TimeoutBlock,
    /// `cancel  worker.1`: it asks a task to end, or a group asks its body to
    Cancel { unit: UnitId },
    /// `refused  m`: it asked without waiting and did not get it
    Refused { object: ObjectId },
    /// `release  m`
    Release { object: ObjectId },
    /// `set  ready`
    Set { object: ObjectId },
    /// `clear  ready`
    Clear { object: ObjectId },
    /// `pass  ready`: it waited for nothing, or no longer
    Pass { object: ObjectId },
    /// `notify  changed worker.1`, or `notify  changed nobody`
    Notify { object: ObjectId, unit: Option<UnitId> },
    /// `arrive  gate 0`
    Arrive { object: ObjectId, index: u32 },
    /// `break  gate`
    Break { object: ObjectId },
    /// `reset  gate`
    Reset { object: ObjectId },
    /// `put  jobs 3`
    Put { object: ObjectId, item: String },
    /// `lose  jobs m: TypeError: cannot pickle '_thread.lock' object`: an item of a queue between processes was lost
    Lose { object: ObjectId, item: String, exception: Option<String> },
    /// `get  jobs 3`
    Get { object: ObjectId, item: String },
    /// `task-done  jobs 2 left`
    TaskDone { object: ObjectId, left: u64 },
    /// `shut-down  jobs`
    ShutDown { object: ObjectId },
    /// `send  p.left 1`, or `send  cat.1.stdout 64KiB`
    Send { object: ObjectId, item: String },
    /// `receive  p.right 1`, or `receive  cat.1.stdout 64KiB`
    Receive { object: ObjectId, item: String },
    /// `close  p.left`
    Close { object: ObjectId },
    /// `join  worker.1`: the unit waited for has ended
    Join { unit: UnitId },
    /// `read  x 1`
    Read { cell: CellId, value: String },
    /// `write  x 2`
    Write { cell: CellId, value: String },
    /// `print  text`
    Print { text: String },
    /// `enter  cs`
    Enter { region: RegionId },
    /// `leave  cs`
    Leave { region: RegionId },
    /// `choose  3`
    Choose { value: String },
    /// `raise  ValueError: text`
    Raise { exception: String },
    /// `on  core 1` (sched): it runs from here on
    On,
    /// `off  blocked` (sched)
    Off { why: Leave },
    /// `compute  5ms` or `compute  5ms nogil` (sched): a statement begins
    Compute { length: SimDuration, nogil: bool },
    /// `io  2ms` (sched): the wait itself begins
    Io { length: SimDuration },
    /// `sleep  2ms` (sched)
    Sleep { length: SimDuration },
    /// `wake` (sched): what it waited for is there
    Wake,
    /// `resume` (sched): it has its thread, which it had given up in an `await`, or begins as a task
    Resume,
    /// `gil-wait  held by worker.1` (sched)
    GilWait { holder: Option<UnitId> },
    /// `gil-take` (sched)
    GilTake,
    /// `gil-drop` or `gil-drop  forced` (sched)
    GilDrop { forced: bool },
    /// `gil-request  of worker.1` (sched): its interval is over, it asks the holder
    GilRequest { holder: UnitId },
}

impl EventKind {
    /// Whether it is about a thread rather than about the unit whose code that executes.
    #[must_use]
    pub const fn is_of_thread(&self) -> bool {
        matches!(
            self,
            Self::On
                | Self::Off { .. }
                | Self::GilWait { .. }
                | Self::GilTake
                | Self::GilDrop { .. }
                | Self::GilRequest { .. }
        )
    }

    /// The least detail at which it is shown.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Spawn { .. }
            | Self::Start
            | Self::End
            | Self::Killed
            | Self::Cancelled
            | Self::Fail { .. }
            | Self::Acquire { .. }
            | Self::Wait { .. }
            | Self::WaitEnd { .. }
            | Self::WaitWhen
            | Self::Timeout { .. }
            | Self::TimeoutEnd { .. }
            | Self::TimeoutBlock
            | Self::Cancel { .. }
            | Self::Refused { .. }
            | Self::Release { .. }
            | Self::Set { .. }
            | Self::Clear { .. }
            | Self::Pass { .. }
            | Self::Notify { .. }
            | Self::Arrive { .. }
            | Self::Break { .. }
            | Self::Reset { .. }
            | Self::Put { .. }
            | Self::Lose { .. }
            | Self::Get { .. }
            | Self::TaskDone { .. }
            | Self::ShutDown { .. }
            | Self::Send { .. }
            | Self::Receive { .. }
            | Self::Close { .. }
            | Self::Join { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Print { .. }
            | Self::Enter { .. }
            | Self::Leave { .. }
            | Self::Choose { .. }
            | Self::Raise { .. } => Detail::Sync,
            Self::On
            | Self::Off { .. }
            | Self::Compute { .. }
            | Self::Io { .. }
            | Self::Sleep { .. }
            | Self::Wake
            | Self::Resume
            | Self::GilWait { .. }
            | Self::GilTake
            | Self::GilDrop { .. }
            | Self::GilRequest { .. } => Detail::Sched,
        }
    }
}

/// The names behind the ids of a run.
pub trait Names {
    /// `main`, `worker.1`, `crunch.1/load.1`
    fn unit(&self, unit: UnitId) -> String;
    /// `m`, `forks[2]`; the copy of another interpreter than main's: `m@worker.1`
    fn object(&self, object: ObjectId) -> Cow<'_, str>;
    /// `x`, `a[2]`, `x@worker.1`
    fn cell(&self, cell: CellId) -> Cow<'_, str>;
    /// `cs`
    fn region(&self, region: RegionId) -> &str;
    /// `transfer: with second`
    fn place(&self, place: PlaceId) -> &str;
}

/// Somebody who is told of each event as it happens.
pub trait Sink {
    /// The detail it wants; nothing finer is sent.
    fn detail(&self) -> Detail;

    /// Takes an event. `Break` asks the run to stop (nobody listens any more).
    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()>;
}
