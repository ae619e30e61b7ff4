//! One step of one unit.
//!
//! Between steps a unit rests *at* a visible op. A step performs it, and then
//! the local work up to the next visible op: local work is glued to the step
//! before it, and so is work or a wait that only takes time. A unit that resumes after `compute`, `io` or `sleep`, or that is
//! new, has local work before it only, unless that takes no time.

use crate::base::id::{CellId, InterpreterId, ObjectId, RegionId, UnitId};
use crate::ir::program::{Op, Operand, Pc, Program, Register, Source};
use crate::ir::value::{Exception, Raised, Value};
use crate::machine::profile::CheckPoints;
use crate::semantics::attempt::would_wait;
use crate::semantics::local::Local;
use crate::semantics::oracle::Oracle;
use crate::semantics::task::Resumed;
use crate::semantics::traffic::Traffic;
use crate::semantics::world::{Rest, Status, Unit, Wait, World};
use std::sync::Arc;

/// Something that a step did, in the order in which it did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The op that did it.
    pub pc: Pc,
    /// What.
    pub kind: ActionKind,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Acquired an object.
    Acquired(ObjectId),
    /// Asked for an object without waiting, in vain.
    Refused(ObjectId),
    /// Gave up waiting.
    TimedOut(Wait),
    /// Released an object; so many others can have it now.
    Released(ObjectId, u32),
    /// Did something to an object that is neither acquired nor released.
    Did(ObjectId, Deed),
    /// Let units that wait for this try again.
    Woke(Wait, Whom),
    /// Found that a unit has ended.
    Joined(UnitId),
    /// Found out how something stands and did nothing to it. No event tells of that.
    Saw(Seen),
    /// Read a cell.
    Read(CellId, Value),
    /// Wrote a cell.
    Wrote(CellId, Value),
    /// Printed the last line of the output.
    Printed,
    /// Entered a region.
    Entered(RegionId),
    /// Left a region.
    Left(RegionId),
    /// Picked a value.
    Chose(Value),
    /// Raised an exception.
    Raised(Arc<Exception>),
    /// An `assert` failed.
    AssertFailed(Arc<Exception>),
    /// Ended another unit on the spot.
    Killed(UnitId),
    /// Asked a unit to end: it finds `CancelledError` raised where it awaits.
    Cancelled(UnitId),
}

/// What a step has only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// An object: it was asked how it stands, or raised an exception.
    Object(ObjectId),
    /// A unit that has ended.
    Ended(UnitId),
    /// A cell that raised an exception.
    Cell(CellId),
}

/// Something done to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Set an event.
    Set,
    /// Cleared an event.
    Clear,
    /// Went past an event or a barrier, or found that a queue is done or a pool over.
    Pass,
    /// Notified a unit that waits at a condition; or nobody, as nobody waits there.
    Notify(Option<UnitId>),
    /// Arrived at a barrier, before or behind so many others.
    Arrive(u32),
    /// Broke a barrier.
    Break,
    /// Put a barrier back to its beginning.
    Reset,
    /// Put an item into a queue.
    Put(Value),
    /// Lost an item of a queue on its way to another process, and what was raised about it; apart, so that actions are small.
    Lose(Box<(Value, Option<Arc<str>>)>),
    /// Got an item out of a queue.
    Get(Value),
    /// Said that an item is done; so many are not.
    TaskDone(u64),
    /// Shut a queue or a pool down.
    ShutDown,
    /// Submitted a job to a pool.
    Submit(UnitId),
    /// Ended as a job of a pool; its worker takes that one next.
    Finish(Option<UnitId>),
    /// Sent a message at an end of a pipe, or bytes into a stream.
    Send(Value),
    /// Received a message at an end of a pipe, or all bytes of a stream.
    Receive(Value),
    /// Closed an end of a pipe or of a stream.
    Close,
}

/// Which of those who wait for the same may try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// So many, in the order in which they began to wait.
    First(u32),
    /// All of them.
    All,
    /// That one.
    Only(UnitId),
}

/// How a unit stands after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It can take another step.
    Ready,
    /// It started a unit, which is new; it can take another step.
    Spawned(UnitId),
    /// It works for that many nanoseconds, and can go on then.
    Compute {
        /// Nanoseconds.
        length: u64,
        /// Outside the interpreter.
        nogil: bool,
    },
    /// It waits for that many nanoseconds (on a channel of a device), and can go on then.
    Io {
        /// Nanoseconds.
        length: u64,
        /// Whose channel it has taken.
        device: Option<ObjectId>,
    },
    /// It sleeps for that many nanoseconds, and can go on then.
    Sleep {
        /// Nanoseconds.
        length: u64,
    },
    /// Its status says what it waits for; it tries again when it is stepped again.
    Blocked {
        /// It gives up after that many nanoseconds.
        timeout: Option<u64>,
    },
    /// It has returned or failed.
    Ended,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How the unit stands.
    pub outcome: Outcome,
    /// How many ops it executed, large values counting as several.
    pub ops: u64,
    /// Bytes of values that it made.
    pub allocated: u64,
    /// What it has sent to other processes and received from them.
    pub traffic: Traffic,
    /// How many ops it had executed at the last check point of the interpreter that it has passed.
    pub check_point: Option<u64>,
    /// It went through `atomic`, and what it accessed was accessed in there.
    pub atomic: bool,
}

/// How to take a step.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// At the first check point after that many ops the step ends, if it is only local work.
    pub fuel: u64,
    /// The same inside `atomic`, where a step must not end: more than the caller allows the whole run.
    pub fuel_max: u64,
    /// The unit gives up waiting.
    pub expired: bool,
    /// How far it goes.
    pub extent: Extent,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The op at which the unit waited, and nothing behind it: its interpreter is not running.
    Op,
    /// A visible op with the local work behind it, or local work alone.
    Step,
    /// Local work too may be followed by a visible op, because it takes no time.
    AtOnce,
}

/// Lets `unit` take a step; `actions` is emptied and filled with what it did.
pub fn step(
    program: &Program,
    world: &mut World,
    unit: UnitId,
    request: Request,
    (oracle, actions): (&mut dyn Oracle, &mut Vec<Action>),
) -> Step {
    actions.clear();
    let mut stepper = Stepper::new(program, world, unit, (oracle, actions));
    stepper.expired = request.expired;
    stepper.meter.fuel = request.fuel;
    stepper.meter.fuel_max = request.fuel_max;
    let outcome = stepper.run(request.extent);
    let Meter { ops, allocated, traffic, looped, called, branched, atomic, fuel: _, fuel_max: _ } =
        stepper.meter;
    let check_point = match program.terms.check_points {
        CheckPoints::Loops => looped,
        CheckPoints::Calls => looped.max(called),
        CheckPoints::CallsAndBranches => looped.max(called).max(branched),
        CheckPoints::Operations { before_with } => {
            let pc = world.units[unit.index()].pc as usize;
            let is_at_with = matches!(program.ops.get(pc), Some(Op::Enter { .. }));
            if before_with || !is_at_with { Some(ops) } else { looped.max(called) }
        }
    };
    Step { outcome, ops, allocated, traffic, check_point, atomic }
}

/// What a step has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    /// Ops executed; making or searching large values counts as several.
    pub(super) ops: u64,
    /// Ops after which local work stops at a check point.
    pub(super) fuel: u64,
    /// The same inside `atomic`.
    pub(super) fuel_max: u64,
    /// Bytes of values made.
    pub(super) allocated: u64,
    /// What was sent to other processes and received from them.
    pub(super) traffic: Traffic,
    /// After how many ops it jumped backward last: a check point of every interpreter.
    pub(super) looped: Option<u64>,
    /// After how many it called something or entered a function.
    pub(super) called: Option<u64>,
    /// After how many an `if` jumped.
    pub(super) branched: Option<u64>,
    /// An `atomic` block was entered.
    pub(super) atomic: bool,
}

impl Meter {
    /// Notes that a value of that size was made; making large ones takes as long as several ops.
    pub(super) const fn allocate(&mut self, bytes: u64) {
        self.allocated += bytes;
        self.ops += bytes / 1024;
    }
}

/// A step in progress.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about how the unit came here")]
pub(super) struct Stepper<'a> {
    pub(super) program: &'a Program,
    pub(super) world: &'a mut World,
    pub(super) id: UnitId,
    /// The interpreter that it runs in.
    pub(super) home: InterpreterId,
    pub(super) oracle: &'a mut dyn Oracle,
    pub(super) actions: &'a mut Vec<Action>,
    pub(super) meter: Meter,
    pub(super) expired: bool,
    /// The unit has waited, and somebody has woken it on purpose.
    pub(super) notified: bool,
    /// The unit had given its thread up, and has it again.
    pub(super) resumed: bool,
    /// How many `atomic` blocks are open; while there is one, the step goes on.
    pub(super) atomic: u32,
}

/// How the step goes on after an op.
pub(super) enum Flow {
    /// With the next op.
    Next,
    /// It ends here; the op is done.
    Stop(Outcome),
    /// With an exception that was raised elsewhere, and goes on here.
    Rethrow(Arc<Exception>),
    /// It ends here; the op has another step to take.
    Again,
    /// It ends here; the op waits, and is tried again.
    Wait { wait: Wait, timeout: Option<u64> },
}

/// What an op gives: how to go on, or an exception.
pub(super) type Performed = Result<Flow, Raised>;

impl<'a> Stepper<'a> {
    pub(super) fn new(
        program: &'a Program,
        world: &'a mut World,
        id: UnitId,
        (oracle, actions): (&'a mut dyn Oracle, &'a mut Vec<Action>),
    ) -> Self {
        // The unit that evaluates a property is none of the run's; it looks at main's interpreter.
        let home = world.infos.get(id.index()).map_or(InterpreterId(0), |info| info.interpreter);
        Self {
            program,
            world,
            id,
            home,
            oracle,
            actions,
            meter: Meter::default(),
            expired: false,
            notified: false,
            resumed: false,
            atomic: 0,
        }
    }

    fn run(&mut self, extent: Extent) -> Outcome {
        if let Some(pool) = self.world.held_back_by(self.id) {
            self.unit().status = Status::Waiting { wait: Wait::Worker(pool), timed: false };
            return Outcome::Blocked { timeout: None };
        }
        let unit = &mut self.world.units[self.id.index()];
        self.notified = unit.status == Status::Notified;
        let was_done = unit.status == Status::Done;
        unit.status = Status::Ready;
        let rest = std::mem::replace(&mut unit.rest, Rest::Running);
        let mut may_act = extent == Extent::AtOnce || self.program.ops[unit.pc as usize].is_visible();
        if rest != Rest::Running {
            may_act &= extent == Extent::AtOnce || rest == Rest::Awaits || was_done;
            match self.resume(rest) {
                Resumed::Normal => {}
                Resumed::Ended => return Outcome::Ended,
                Resumed::Raised if self.unit().rest != Rest::Running => return Outcome::Ready,
                Resumed::Raised => may_act = extent == Extent::AtOnce,
            }
        }
        loop {
            let unit = &mut self.world.units[self.id.index()];
            if unit.status == Status::Done {
                return Outcome::Ready;
            }
            let local = unit.run_local(self.program, &mut self.meter, self.atomic == 0);
            match local {
                Local::OutOfFuel => return Outcome::Ready,
                Local::Returned(value) => {
                    if self.leave(value, false) {
                        return Outcome::Ended;
                    }
                }
                Local::Raised(raised) => {
                    if self.raise(raised) {
                        return Outcome::Ended;
                    }
                }
                Local::Visible(op) if !may_act && self.atomic == 0 && !self.only_takes_time(op) => {
                    return Outcome::Ready;
                }
                Local::Visible(op) | Local::Other(op) => {
                    may_act &= !op.is_visible();
                    self.meter.ops += 1;
                    if let Some(outcome) = self.one(op) {
                        return outcome;
                    }
                    if extent == Extent::Op {
                        return Outcome::Ready;
                    }
                }
            }
        }
    }

    /// Whether the op takes time and does nothing else: that is no step of its own, but glued to the one before it.
    fn only_takes_time(&self, op: &Op) -> bool {
        if let Op::Io { device, .. } = op {
            return *self.get(*device) == Value::None;
        }
        matches!(op, Op::Compute { .. } | Op::Sleep { .. })
    }

    /// Performs one op; gives how the unit stands if the step ends with it.
    fn one(&mut self, op: &Op) -> Option<Outcome> {
        let ended = if let Op::Reraise { from } = *op {
            self.reraise(from)
        } else if let Op::Translate { scope, exception, group } = *op {
            self.translate(scope, exception, group)
        } else if let Op::AssertFailed { message } = *op {
            self.assert_failed(message)
        } else if let Op::End { failed } = *op {
            if self.world.gives_last_turn(self.program, self.id) {
                self.give_last_turn();
                return Some(Outcome::Ready);
            }
            if let Some(wait) = self.outlives() {
                return Some(self.end_waits(wait));
            }
            self.end(failed);
            true
        } else {
            return self.performed(op);
        };
        ended.then_some(Outcome::Ended)
    }

    fn performed(&mut self, op: &Op) -> Option<Outcome> {
        match self.perform(op) {
            Ok(Flow::Next) => {
                self.unit().pc += 1;
                None
            }
            Ok(Flow::Stop(outcome)) => {
                // Asked while the unit still stands at the op: the next one may be outside of a time limit.
                let gives_way = self.gives_way(op);
                self.unit().pc += 1;
                if gives_way {
                    self.give_way(Rest::Yielded);
                }
                Some(outcome)
            }
            Ok(Flow::Rethrow(exception)) => {
                self.act(ActionKind::Raised(exception.clone()));
                self.unwind(exception).then_some(Outcome::Ended)
            }
            Ok(Flow::Wait { .. }) if self.atomic > 0 && !matches!(op, Op::AtomicTest { .. }) => {
                self.raise(would_wait()).then_some(Outcome::Ended)
            }
            Ok(Flow::Again) => Some(Outcome::Ready),
            Ok(Flow::Wait { wait, timeout }) => {
                let gives_way = self.gives_way(op);
                let timed = timeout.is_some() || (gives_way && self.is_limited());
                self.unit().status = Status::Waiting { wait, timed };
                if gives_way {
                    self.give_way(Rest::Awaits);
                }
                Some(Outcome::Blocked { timeout })
            }
            Err(raised) => self.raise(raised).then_some(Outcome::Ended),
        }
    }

    pub(super) fn unit(&mut self) -> &mut Unit {
        &mut self.world.units[self.id.index()]
    }

    pub(super) fn pc(&self) -> Pc {
        self.world.units[self.id.index()].pc
    }

    pub(super) fn act(&mut self, kind: ActionKind) {
        let pc = self.pc();
        self.actions.push(Action { pc, kind });
    }

    pub(super) fn get(&self, operand: Operand) -> &Value {
        match operand.source() {
            Source::Register(register) => self.world.units[self.id.index()].register(register),
            Source::Constant(constant) => self.program.constant(constant),
        }
    }

    pub(super) fn set(&mut self, to: Register, value: Value) {
        *self.unit().register_mut(to) = value;
    }

    /// The registers of a row.
    pub(super) fn row(&mut self, first: Register, count: usize) -> &mut [Value] {
        let unit = self.unit();
        let start = unit.base as usize + usize::from(first.0);
        &mut unit.stack[start..start + count]
    }
}
