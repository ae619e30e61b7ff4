//! What each op does that needs more than its own unit.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value of another kind is a type error, or a bug where lowering fixes the kind"
)]

use std::cmp::Ordering;
use std::sync::Arc;

use thin_vec::ThinVec;

use crate::base::id::UnitId;
use crate::ir::arithmetic::{self, length_of_time};
use crate::ir::program::{Object, Op, Operand, Pc, Register};
use crate::ir::signature::Builtin;
use crate::ir::value::{Exception, Raised, Value};
use crate::semantics::attempt::would_wait;
use crate::semantics::step::{ActionKind, Flow, Outcome, Performed, Stepper};
use crate::semantics::world::{Naming, Status, Wait};
use crate::syntax::ast::{ObjectKind, UnitKind};

impl Stepper<'_> {
    pub(super) fn perform(&mut self, op: &Op) -> Performed {
        match *op {
            Op::Read { .. }
            | Op::Write { .. }
            | Op::SharedPush { .. }
            | Op::SharedPop { .. }
            | Op::SharedStore { .. } => self.access(op),
            Op::ChooseRange { .. } | Op::ChooseItem { .. } => self.choose(op),
            Op::Enter { object, awaited } => self.enter((object, awaited)),
            Op::Exit { object, .. } => self.exit(object),
            Op::Invoke { .. } => self.invoke(op),
            Op::Await { to, from } => self.await_handle(to, from),
            Op::Spawn { spawn, .. } if self.program.spawns[usize::from(spawn)].pooled => self.submit(op),
            Op::Spawn { .. } => self.spawn(op),
            Op::Abandon { jobs } => self.abandon(jobs),
            Op::Gather { group, raise } => self.gather(group, raise),
            Op::Compute { .. } | Op::Io { .. } | Op::Sleep { .. } if self.atomic > 0 => {
                Err(Raised::new("RuntimeError", "this takes time, which nothing inside `atomic` can"))
            }
            Op::Compute { length, nogil } => {
                let length = self.time("compute", length)?;
                Ok(Flow::Stop(Outcome::Compute { length, nogil }))
            }
            Op::Io { length, device, .. } => self.io(length, device),
            Op::Sleep { length, .. } => {
                let length = self.time("sleep", length)?;
                Ok(Flow::Stop(Outcome::Sleep { length }))
            }
            Op::Print { .. } => self.print(op),
            Op::EnterRegion { .. } | Op::LeaveRegion { .. } => self.region(op),
            Op::AtomicOpen => Ok(self.open_atomic()),
            Op::AtomicClose => Ok(self.close_atomic()),
            Op::AtomicTest { test, reopen } => self.atomic_test(test, reopen),
            Op::Raise { name, message } => Err(self.raise_op(name, message)),
            Op::OpenTimeout { to, length } => self.open_timeout(to, length),
            Op::Reraise { .. } | Op::Translate { .. } | Op::AssertFailed { .. } | Op::End { .. } => {
                unreachable!("{op:?} is no op of an expression")
            }
            Op::Part { to, from, part } => self.part(to, from, part),
            Op::Own { to, stream } => self.own_stream(to, stream),
            Op::Builtin { .. } => self.call_builtin(op),
            Op::Inside { to, region } => {
                let inside = self.world.inside[region.index()];
                self.set(to, Value::Int(i64::from(inside)));
                Ok(Flow::Next)
            }
            Op::Copy { .. }
            | Op::Unary { .. }
            | Op::Binary { .. }
            | Op::List { .. }
            | Op::Index { .. }
            | Op::Store { .. }
            | Op::Push { .. }
            | Op::Pop { .. }
            | Op::Bound { .. }
            | Op::Jump { .. }
            | Op::Loop { .. }
            | Op::Branch { .. }
            | Op::Range { .. }
            | Op::Count { .. }
            | Op::Each { .. }
            | Op::Call { .. }
            | Op::Return { .. }
            | Op::Catches { .. }
            | Op::Locate { .. }
            | Op::Element { .. } => unreachable!("{op:?} is local work"),
        }
    }

    fn open_atomic(&mut self) -> Flow {
        self.atomic += 1;
        self.meter.atomic = true;
        Flow::Next
    }

    fn close_atomic(&mut self) -> Flow {
        // One reached by an exception that was raised outside any step of its own has nothing to close.
        self.atomic = self.atomic.saturating_sub(1);
        Flow::Next
    }

    fn time(&self, what: &str, length: Operand) -> Result<u64, Raised> {
        length_of_time(what, self.get(length))
    }

    fn io(&mut self, length: Operand, device: Operand) -> Performed {
        let length = self.time("io", length)?;
        let device = match self.get(device) {
            Value::None => return Ok(Flow::Stop(Outcome::Io { length, device: None })),
            Value::Object(object) => self.program.object_of(*object, self.home),
            other => {
                let message = format!("io … on needs a device, not '{}'", other.type_name());
                return Err(Raised::new("TypeError", message));
            }
        };
        match self.world.objects[device.index()].try_channel() {
            Some(true) => {
                self.act(ActionKind::Acquired(device));
                Ok(Flow::Stop(Outcome::Io { length, device: Some(device) }))
            }
            Some(false) => Ok(Flow::Wait { wait: Wait::Channel(device), timeout: None }),
            None => {
                let kind = self.program.object(device).kind.word();
                Err(Raised::new("TypeError", format!("io … on needs a device, not '{kind}'")))
            }
        }
    }

    /// The condition of an `atomic when`: if it is false, nothing has happened, and the unit waits.
    fn atomic_test(&mut self, test: Operand, reopen: u32) -> Performed {
        if self.get(test).truthy() {
            return Ok(Flow::Next);
        }
        if self.atomic > 1 {
            return Err(would_wait());
        }
        self.actions.clear();
        self.unit().pc = reopen;
        Ok(Flow::Wait { wait: Wait::When, timeout: None })
    }

    fn raise_op(&mut self, name: Operand, message: Operand) -> Raised {
        let names = Naming { program: self.program, world: self.world };
        let message = self.get(message).text(&names);
        let name = match self.get(name) {
            Value::Str(name) => name.clone(),
            other => unreachable!("exceptions are named by strings, not {other:?}"),
        };
        Raised::new(name.as_str().to_owned(), message)
    }

    fn call_builtin(&mut self, op: &Op) -> Performed {
        let Op::Builtin { to, builtin, first, count } = *op else {
            unreachable!("{op:?} calls nothing built in");
        };
        self.meter.called = Some(self.meter.ops);
        // Most calls have one argument or two, which need no place on the heap.
        let (mut few, many): ([Value; 2], Vec<Value>);
        let row = self.row(first, usize::from(count)).iter_mut().map(std::mem::take);
        let args = if row.len() <= 2 {
            few = Default::default();
            let length = row.len();
            few.iter_mut().zip(row).for_each(|(to, from)| *to = from);
            &few[..length]
        } else {
            many = row.collect();
            &many
        };
        let value = self.builtin(builtin, args)?;
        self.meter.allocate(value.heap_bytes());
        self.meter.ops += args.iter().map(Value::weight).sum::<u64>() / 64;
        self.set(to, value);
        Ok(Flow::Next)
    }

    fn builtin(&mut self, builtin: Builtin, args: &[Value]) -> Result<Value, Raised> {
        match builtin {
            Builtin::Len => arithmetic::length(&args[0]),
            Builtin::Min => arithmetic::extreme("min", Ordering::Less, args),
            Builtin::Max => arithmetic::extreme("max", Ordering::Greater, args),
            Builtin::Sum => arithmetic::sum(args),
            Builtin::Sorted => arithmetic::sorted(args),
            Builtin::Abs => arithmetic::absolute(&args[0]),
            Builtin::Str => {
                let names = Naming { program: self.program, world: self.world };
                Ok(Value::str(args[0].text(&names)))
            }
            Builtin::Now | Builtin::Elapsed => match i64::try_from(self.oracle.now()) {
                Ok(nanoseconds) => Ok(Value::Duration(nanoseconds)),
                Err(_) => Err(Raised::new("OverflowError", "it is later than a duration can tell")),
            },
            Builtin::Uniform => {
                let low = length_of_time("uniform", &args[0])?;
                let high = length_of_time("uniform", &args[1])?;
                if low > high {
                    return Err(Raised::new("ValueError", "uniform needs its lower bound first"));
                }
                Ok(duration(self.oracle.uniform(low, high)))
            }
            Builtin::Exponential => {
                let mean = length_of_time("exponential", &args[0])?;
                Ok(duration(self.oracle.exponential(mean)))
            }
            Builtin::Normal => {
                let mean = length_of_time("normal", &args[0])?;
                let deviation = length_of_time("normal", &args[1])?;
                Ok(duration(self.oracle.normal(mean, deviation)))
            }
            Builtin::Deadlocked => Ok(Value::Bool(self.oracle.deadlocked())),
            Builtin::Choose | Builtin::Inside => unreachable!("{builtin:?} has an op of its own"),
        }
    }

    /// The unit's outermost function has returned, or failed with an exception; whether that ends the unit. If its
    /// end is a step of its own, that is what the unit is at now.
    pub(super) fn leave(&mut self, result: Value, failed: bool) -> bool {
        let function = self.world.infos[self.id.index()].function;
        let epilogue = self.program.functions[function.index()].epilogue;
        let unit = self.unit();
        unit.result = result;
        unit.stack = Vec::new();
        unit.base = 0;
        match epilogue {
            Some(at) => {
                unit.pc = at + Pc::from(failed);
                self.leaves_group();
            }
            None => self.end(failed),
        }
        epilogue.is_none()
    }

    /// What has to be over before the unit can end: the tasks on its loop; and because it is the main thread of a process,
    /// other units, then what it has put into queues.
    pub(super) fn outlives(&mut self) -> Option<Wait> {
        if let Some(task) = self.close_loop() {
            return Some(Wait::End(task));
        }
        // A run does not end before main's threads do; it matters that main does not only for what they put.
        let is_queue = |object: &Object| object.process && object.kind == ObjectKind::Queue;
        let may_hold_back = || self.id == UnitId(0) && self.program.objects.iter().any(is_queue);
        if !self.world.is_owner(self.id) && !may_hold_back() {
            return None;
        }
        let held_back = || self.world.held_back(self.home).map(Wait::Flushed);
        self.world.outlives(self.id).map(Wait::End).or_else(held_back)
    }

    /// The unit has ended, with the result or the exception that it has. If it is the main thread of a process, that is
    /// over, and its daemons are.
    pub(super) fn end(&mut self, failed: bool) {
        if self.world.is_owner(self.id) {
            for unit in self.world.goes_with(self.id) {
                self.kill(unit);
            }
        }
        let unit = self.unit();
        unit.status = Status::Ended;
        unit.frames = ThinVec::new();
        unit.cancel = None;
        let info = &self.world.infos[self.id.index()];
        if info.kind == UnitKind::Task {
            self.world.units[info.thread.index()].tasks -= 1;
        }
        let failed = failed && !self.world.is_cancelled(self.id);
        self.world.failures += u32::from(failed);
        let failures = self.world.failures;
        self.unit().failure = if failed { failures } else { 0 };
        if failed {
            self.fail_group();
        }
        self.close_streams();
        self.leave_worker();
    }

    /// Raises an exception at the op at `pc`; whether it ends the unit.
    pub(super) fn raise(&mut self, raised: Raised) -> bool {
        let exception = Arc::new(Exception::new(raised, self.pc()));
        self.act(ActionKind::Raised(exception.clone()));
        self.unwind(exception)
    }

    /// Lets an exception go its way from the op at `pc`; whether it ends the unit.
    pub(super) fn unwind(&mut self, exception: Arc<Exception>) -> bool {
        let program = self.program;
        loop {
            let pc = self.pc();
            let handlers = &program.function_at(pc).handlers;
            if let Some(handler) = handlers.iter().find(|handler| (handler.start..handler.end).contains(&pc))
            {
                self.set(handler.to, Value::Exception(exception));
                self.unit().pc = handler.target;
                return false;
            }
            let unit = self.unit();
            let Some(frame) = unit.frames.pop() else { break };
            unit.unwind(&frame);
        }
        self.leave(Value::Exception(exception), true)
    }

    /// Raises what a handler has caught once more; whether that ends the unit.
    pub(super) fn reraise(&mut self, from: Register) -> bool {
        match self.get(Operand::register(from)).clone() {
            Value::Exception(exception) => self.unwind(exception),
            other => unreachable!("a handler's register holds the exception, not {other:?}"),
        }
    }

    /// An `assert` failed; whether that ends the unit.
    pub(super) fn assert_failed(&mut self, message: Operand) -> bool {
        let names = Naming { program: self.program, world: self.world };
        let message = self.get(message).text(&names);
        let name = "AssertionError".to_owned();
        let exception =
            Arc::new(Exception { name, message, origin: self.pc(), assertion: true, scope: None });
        self.act(ActionKind::AssertFailed(exception.clone()));
        self.unwind(exception)
    }
}

/// Nanoseconds as a value; longer than 292 years is cut.
fn duration(nanoseconds: u64) -> Value {
    Value::Duration(i64::try_from(nanoseconds).unwrap_or(i64::MAX))
}
