//! Steps on objects and units: `with`, methods, waiting for an end, spawning.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an op of another family is a bug, and a value of another kind a type error"
)]

use crate::base::id::{ObjectId, UnitId};
use crate::ir::program::{BoundMethod, CallSite, Op, Operand, Register};
use crate::ir::signature::{self, Binding, DefaultValue, Receiver};
use crate::ir::value::{Raised, Value};
use crate::machine::profile::StartMethod;
use crate::semantics::attempt::{Answer, Attempt, limit, timeout};
use crate::semantics::condition::Standing;
use crate::semantics::object::ObjectState;
use crate::semantics::step::{ActionKind, Flow, Outcome, Performed, Seen, Stepper};
use crate::semantics::subprocess::Connection;
use crate::semantics::traffic::Traffic;
use crate::semantics::world::{Cancel, Naming, Status, Unit, Wait};
use crate::syntax::ast::UnitKind;

impl Stepper<'_> {
    pub(super) fn enter(&mut self, (object, awaited): (Operand, bool)) -> Performed {
        self.meter.called = Some(self.meter.ops);
        let object = match self.get(object) {
            Value::Object(object) => self.lock(*object),
            other => return Err(no_context_manager(other.type_name())),
        };
        if self.world.objects[object.index()].as_pool().is_some() {
            return Ok(Flow::Next);
        }
        if self.lines_up() {
            return Ok(Flow::Wait { wait: Wait::Acquire(object), timeout: None });
        }
        let taker = self.world.taker(self.id, awaited);
        match self.world.objects[object.index()].try_acquire(taker) {
            Some(true) => {
                self.act(ActionKind::Acquired(object));
                Ok(Flow::Next)
            }
            Some(false) => Ok(Flow::Wait { wait: Wait::Acquire(object), timeout: None }),
            None => Err(no_context_manager(self.program.object(object).kind.word())),
        }
    }

    pub(super) fn exit(&mut self, object: Operand) -> Performed {
        self.meter.called = Some(self.meter.ops);
        match self.get(object) {
            Value::Object(object) => {
                let lock = self.lock(*object);
                match self.world.objects[lock.index()].as_pool() {
                    Some(_) => self.leave_pool(lock),
                    None => self.release(lock),
                }
            }
            other => unreachable!("a `with` that was entered on {other:?}"),
        }
    }

    /// Which object of this interpreter is locked where a `with` names that one.
    pub(super) fn lock(&self, named: ObjectId) -> ObjectId {
        ObjectState::lock(&self.world.objects, self.program.object_of(named, self.home))
    }

    fn release(&mut self, object: ObjectId) -> Performed {
        let taker = self.world.taker(self.id, false);
        let released = self.world.objects[object.index()].release(taker, self.program.terms.free_lock);
        if released.is_err() {
            self.act(ActionKind::Saw(Seen::Object(object)));
        }
        let free = released?;
        self.act(ActionKind::Released(object, u32::from(free)));
        Ok(Flow::Next)
    }

    pub(super) fn invoke(&mut self, op: &Op) -> Performed {
        let Op::Invoke { to, receiver, call, first } = *op else { unreachable!("{op:?} calls no method") };
        self.meter.called = Some(self.meter.ops);
        let program = self.program;
        let site = &program.calls[usize::from(call)];
        let receiver = self.get(receiver).clone();
        let kind = match &receiver {
            Value::Object(object) => Receiver::Object(program.objects[object.index()].kind),
            Value::Handle(_) => Receiver::Handle,
            Value::Stream(..) => Receiver::Stream,
            other => return Err(no_attribute(other.type_name(), &site.method)),
        };
        let Some(method) = site.methods.iter().find(|method| method.receiver == kind) else {
            return Err(misfit(kind, &receiver, site));
        };
        let arguments = Arguments { site, method, first };
        match receiver {
            Value::Object(object) if program.ends_of(object).is_some() => {
                Err(no_attribute("pipe", &site.method))
            }
            Value::Stream(process, stream) => self.stream_method(to, (process, stream), &arguments),
            Value::Object(object) => self.object_method(to, program.object_of(object, self.home), &arguments),
            Value::Handle(unit) => self.handle_method(to, unit, &arguments),
            other => unreachable!("{other:?} has no methods"),
        }
    }

    pub(super) fn object_method(
        &mut self,
        to: Register,
        object: ObjectId,
        arguments: &Arguments<'_>,
    ) -> Performed {
        // Most calls are of methods without parameters: these make no values, and have none to throw away.
        match arguments.method.signature.parameters.len() {
            0 => self.method_of::<0>(to, object, arguments),
            1 => self.method_of::<1>(to, object, arguments),
            2 => self.method_of::<2>(to, object, arguments),
            3 => self.method_of::<3>(to, object, arguments),
            4 => self.method_of::<4>(to, object, arguments),
            more => unreachable!("no method of an object has {more} parameters"),
        }
    }

    /// A method with `N` parameters.
    fn method_of<const N: usize>(
        &mut self,
        to: Register,
        object: ObjectId,
        arguments: &Arguments<'_>,
    ) -> Performed {
        let mut args: [Value; N] = std::array::from_fn(|parameter| self.argument(arguments, parameter));
        self.call_method(to, object, arguments, &mut args)
    }

    fn call_method(
        &mut self,
        to: Register,
        object: ObjectId,
        arguments: &Arguments<'_>,
        args: &mut [Value],
    ) -> Performed {
        let signature = arguments.method.signature;
        if signature.name == "acquire" && arguments.site.awaited && self.lines_up() {
            let lock = ObjectState::lock(&self.world.objects, object);
            return Ok(Flow::Wait { wait: Wait::Acquire(lock), timeout: None });
        }
        if signature.name == "wait_for" && self.leaves_no_time(object, arguments, &mut args[1])? {
            self.set(to, Value::None);
            return Ok(Flow::Next);
        }
        if signature.name == "get" && self.is_read_by_another(object, args) {
            self.act(ActionKind::Refused(object));
            return Err(Raised::new("Empty", ""));
        }
        let is_sent = signature.name == "put" && self.program.object(object).process;
        let refusal = if is_sent { self.pickling_refusal(&args[0]) } else { None };
        let mut attempt = Attempt {
            unit: self.id,
            thread: self.world.taker(self.id, false).thread,
            awaits: arguments.site.awaited,
            object,
            expired: self.expired,
            notified: self.notified,
            atomic: self.atomic > 0,
            free_lock: self.program.terms.free_lock,
            pc: self.pc(),
            home: self.home,
            refusal,
            traffic: Traffic::default(),
            oracle: &mut *self.oracle,
            actions: &mut *self.actions,
        };
        let did = attempt.actions.len();
        let answer = ObjectState::call(&mut self.world.objects, signature.name, args, &mut attempt);
        self.meter.traffic += attempt.traffic;
        if matches!(answer, Ok(Answer::Value(_)) | Err(_)) && self.actions.len() == did {
            self.act(ActionKind::Saw(Seen::Object(object)));
        }
        match answer? {
            // It was asked to end, and has the lock of its condition back.
            Answer::Value(_) if self.resumed && self.unit().cancel.is_some() => {
                Ok(Flow::Rethrow(self.cancelled()))
            }
            Answer::Value(value) => {
                // A queue may have grown by an item.
                self.meter.allocated += size_of::<Value>() as u64;
                self.set(to, value);
                Ok(Flow::Next)
            }
            Answer::Again => Ok(Flow::Again),
            Answer::Wait { wait, timeout } => Ok(Flow::Wait { wait, timeout }),
        }
    }

    /// The timeout of a `wait_for` is for all its waits together; what is left of it for the next one.
    /// Whether that is none. The moment at which it is over stands behind the arguments.
    fn leaves_no_time(
        &mut self,
        object: ObjectId,
        arguments: &Arguments<'_>,
        timeout: &mut Value,
    ) -> Result<bool, Raised> {
        let is_waiting = matches!(
            &self.world.objects[object.index()],
            ObjectState::Condition(condition) if condition.standing(self.id) != Standing::Outside
        );
        let (Some(length), false) = (limit(timeout)?, is_waiting) else { return Ok(false) };
        let given = usize::from(arguments.site.positional) + arguments.site.named.len();
        let until = Register(arguments.first.0 + u16::try_from(given).expect("calls are short"));
        let now = self.oracle.now();
        let Value::Int(end) = *self.get(Operand::register(until)) else {
            let end = now.saturating_add(length);
            self.set(until, Value::Int(i64::try_from(end).unwrap_or(i64::MAX)));
            return Ok(false);
        };
        let left = end.saturating_sub(i64::try_from(now).unwrap_or(i64::MAX));
        *timeout = Value::Duration(left);
        Ok(left <= 0)
    }

    fn handle_method(&mut self, to: Register, unit: UnitId, arguments: &Arguments<'_>) -> Performed {
        self.require_child(unit)?;
        match arguments.method.signature.name {
            "join" => self.join(to, unit, arguments),
            "result" => {
                let timeout = timeout(&self.argument(arguments, 0))?;
                if !self.has_ended(unit) && (self.expired || timeout == Some(0)) {
                    self.act(ActionKind::TimedOut(Wait::End(unit)));
                    return Err(Raised::new("TimeoutError", ""));
                }
                self.take_result(to, unit, timeout)
            }
            "done" => {
                let ended = self.sees_end(unit);
                self.set(to, Value::Bool(ended));
                Ok(Flow::Next)
            }
            "is_alive" => {
                let ended = self.sees_end(unit);
                self.set(to, Value::Bool(!ended));
                Ok(Flow::Next)
            }
            "cancel" if self.world.infos[unit.index()].kind == UnitKind::Task => {
                let asked = self.cancel(unit, Cancel::Asked);
                if !asked {
                    self.act(ActionKind::Saw(Seen::Ended(unit)));
                }
                self.set(to, Value::Bool(asked));
                Ok(Flow::Next)
            }
            "cancel" => {
                let info = &self.world.infos[unit.index()];
                let pool = info.pool.ok_or_else(|| no_attribute(info.kind.word(), "cancel"))?;
                let cancelled = self.cancel_job(unit, pool);
                self.set(to, Value::Bool(cancelled));
                Ok(Flow::Next)
            }
            "wait" => {
                self.require_subprocess(unit, "wait")?;
                self.wait_for_exit(to, unit, arguments)
            }
            "communicate" => {
                self.require_subprocess(unit, "communicate")?;
                self.communicate(to, unit)
            }
            name @ ("terminate" | "kill") => {
                self.kill_process(unit, name)?;
                self.set(to, Value::None);
                Ok(Flow::Next)
            }
            other => unreachable!("the checker refuses handles' method {other}"),
        }
    }

    /// `join(timeout=None)`: gives nothing, and takes no exception.
    fn join(&mut self, to: Register, unit: UnitId, arguments: &Arguments<'_>) -> Performed {
        if unit == self.id {
            return Err(Raised::new("RuntimeError", "cannot join current thread"));
        }
        // `Thread.join` takes a negative timeout for none at all.
        let timeout = limit(&self.argument(arguments, 0))?;
        if self.has_ended(unit) {
            self.act(ActionKind::Joined(unit));
        } else if self.expired || timeout == Some(0) {
            self.act(ActionKind::TimedOut(Wait::End(unit)));
        } else {
            return Ok(Flow::Wait { wait: Wait::End(unit), timeout });
        }
        self.set(to, Value::None);
        Ok(Flow::Next)
    }

    pub(super) fn await_handle(&mut self, to: Register, from: Operand) -> Performed {
        match self.get(from) {
            Value::Handle(unit) => {
                let unit = *unit;
                self.require_child(unit)?;
                self.take_result(to, unit, None)
            }
            other => {
                let message = format!("object {} can't be used in 'await' expression", other.type_name());
                Err(Raised::new("TypeError", message))
            }
        }
    }

    /// Waits for a unit's end, then gives what it returned or raises what it raised.
    fn take_result(&mut self, to: Register, unit: UnitId, timeout: Option<u64>) -> Performed {
        if !self.has_ended(unit) {
            return Ok(Flow::Wait { wait: Wait::End(unit), timeout });
        }
        self.act(ActionKind::Joined(unit));
        if self.world.infos[unit.index()].has_message() {
            self.meter.traffic.unpacks(&self.world.units[unit.index()].result);
        }
        let ended = &mut self.world.units[unit.index()];
        if let Value::Exception(exception) = &ended.result {
            ended.taken = true;
            return Ok(Flow::Rethrow(exception.clone()));
        }
        let value = ended.result.clone();
        self.require_sendable(unit, &value)?;
        self.set(to, value);
        Ok(Flow::Next)
    }

    /// The end of a `group`: all its units have ended. With `raise` it takes their failures, and raises the first.
    pub(super) fn gather(&mut self, group: Register, raise: bool) -> Performed {
        let counter = Register(group.0 + 1);
        let (Value::List(list), Some(mut ended)) =
            (self.get(Operand::register(group)).clone(), self.get(Operand::register(counter)).as_int())
        else {
            unreachable!("a group keeps a list and a counter");
        };
        if ended == 0 {
            self.comes_to_its_end(group, raise);
        }
        while let Some(Value::Handle(unit)) = usize::try_from(ended).ok().and_then(|at| list.items().get(at))
        {
            if !self.has_left_group(*unit) {
                self.set(counter, Value::Int(ended));
                return Ok(Flow::Wait { wait: Wait::End(*unit), timeout: None });
            }
            self.act(ActionKind::Joined(*unit));
            ended += 1;
        }
        self.set(counter, Value::Int(ended));
        if !raise {
            return Ok(Flow::Next);
        }
        let handle = |item: &Value| match item {
            Value::Handle(unit) => *unit,
            other => unreachable!("a group is a list of handles, and {other:?} is none"),
        };
        let units: Vec<UnitId> = list.items().iter().map(handle).collect();
        let failure = self.take_failures(&units).or_else(|| self.cancelled_at_end());
        Ok(failure.map_or(Flow::Next, Flow::Rethrow))
    }

    pub(super) fn spawn(&mut self, op: &Op) -> Performed {
        let Op::Spawn { to, spawn, first } = *op else { unreachable!("{op:?} spawns nothing") };
        if self.atomic > 0 {
            return Err(Raised::new("RuntimeError", "a unit can't be started inside `atomic`"));
        }
        let program = self.program;
        let site = &program.spawns[usize::from(spawn)];
        let group = site.group.map(|group| self.unit().base + u32::from(group.0));
        let parameters = usize::from(program.functions[site.function.index()].parameters);
        let options = site.options().count();
        let parent = self.id;
        let row = self.row(first, parameters + options);
        let (arguments, given) = row.split_at_mut(parameters);
        let mut given = given.iter_mut().map(std::mem::take);
        let name = if site.named { given.next() } else { None };
        let daemon = if site.daemon { given.next() } else { None };
        let of_subprocess =
            site.subprocess.map(|is_given| is_given && given.next().is_some_and(|value| value.truthy()));
        let mut sent = Traffic::default();
        arguments.iter().for_each(|argument| sent.encloses(argument));
        let unit = Unit::new(program, site.function, arguments);
        let name = match name {
            None | Some(Value::None) => None,
            Some(name) => {
                Some(name.text(&Naming { program, world: self.world })).filter(|name| !name.is_empty())
            }
        };
        let kind = if site.unit == UnitKind::Unit { program.terms.unit } else { site.unit };
        let daemon = match daemon {
            None | Some(Value::None) => self.inherits_daemon(kind),
            Some(value) => value.truthy(),
        };
        if kind == UnitKind::Process && self.world.is_in_daemon(parent) {
            return Err(Raised::new("AssertionError", "daemonic processes are not allowed to have children"));
        }
        self.require_picklable(kind, &unit.stack)?;
        self.meter.allocated += Unit::BYTES + (unit.stack.capacity() * size_of::<Value>()) as u64;
        if kind == UnitKind::Process && program.terms.start != StartMethod::Fork {
            self.meter.traffic += Traffic { messages: 1, ..sent };
        }
        let interpreter = self.world.interpreter_for(program, (parent, kind));
        let child =
            self.world.spawn((parent, kind), interpreter, (site.function, unit), (name, daemon, group));
        if kind == UnitKind::Subprocess {
            let [stdin, stdout, stderr, python] = of_subprocess;
            self.world.connect(program, child, Connection { streams: [stdin, stdout, stderr], python });
        }
        self.set(to, Value::Handle(child));
        Ok(Flow::Stop(Outcome::Spawned(child)))
    }

    /// Whether a new unit that does not say is a daemon: as in Python, if its spawner is one of the same kind.
    fn inherits_daemon(&self, kind: UnitKind) -> bool {
        match kind {
            UnitKind::Thread | UnitKind::Interpreter => {
                // A thread of a daemon process is none itself.
                let own = &self.world.infos[self.id.index()];
                own.daemon && own.kind != UnitKind::Process
            }
            UnitKind::Process => self.world.is_in_daemon(self.id),
            UnitKind::Task | UnitKind::Subprocess | UnitKind::Unit => false,
        }
    }

    /// Whether a unit has ended, and this one knows of it now.
    fn sees_end(&mut self, unit: UnitId) -> bool {
        let ended = self.has_ended(unit);
        if ended {
            self.act(ActionKind::Saw(Seen::Ended(unit)));
        }
        ended
    }

    /// Whether a unit has ended, or is a thread of the process that this one was forked from: none of those is here.
    fn has_ended(&self, unit: UnitId) -> bool {
        self.world.counts_as_ended(unit, self.id)
    }

    /// Whether a unit has ended, and its group knows.
    fn has_left_group(&self, unit: UnitId) -> bool {
        self.has_ended(unit) && self.world.units[unit.index()].status != Status::Done
    }

    /// The value of a method's parameter.
    pub(super) fn argument(&self, arguments: &Arguments<'_>, parameter: usize) -> Value {
        let BoundMethod { signature, bindings, .. } = arguments.method;
        let given = match bindings[parameter] {
            Binding::Positional(index) => index,
            Binding::Named(index) => usize::from(arguments.site.positional) + index,
            Binding::Default => {
                return match signature.parameters[parameter].default {
                    DefaultValue::Required | DefaultValue::None => Value::None,
                    DefaultValue::Int(value) => Value::Int(value),
                    DefaultValue::Bool(value) => Value::Bool(value),
                    DefaultValue::Str(text) => Value::str(text),
                };
            }
        };
        let unit = &self.world.units[self.id.index()];
        unit.stack[unit.base as usize + usize::from(arguments.first.0) + given].clone()
    }
}

/// The arguments of a method call.
pub(super) struct Arguments<'a> {
    site: &'a CallSite,
    pub(super) method: &'a BoundMethod,
    first: Register,
}

fn no_context_manager(what: &str) -> Raised {
    Raised::new("TypeError", format!("'{what}' object does not support the context manager protocol"))
}

pub(super) fn no_attribute(what: &str, method: &str) -> Raised {
    Raised::new("AttributeError", format!("'{what}' object has no attribute '{method}'"))
}

/// A method that the receiver lacks, or whose arguments do not fit.
fn misfit(kind: Receiver, receiver: &Value, site: &CallSite) -> Raised {
    let what = match kind {
        Receiver::Object(kind) => kind.word(),
        Receiver::Handle | Receiver::List | Receiver::Stream => receiver.type_name(),
    };
    match signature::method(kind, &site.method) {
        None => no_attribute(what, &site.method),
        Some(_) => {
            let message = format!("the arguments do not fit {}.{}()", what, site.method);
            Raised::new("TypeError", message)
        }
    }
}
