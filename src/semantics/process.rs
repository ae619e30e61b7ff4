//! What units of several processes may send each other, and what goes when a process is killed.

use crate::base::id::{CellId, ObjectId, UnitId};
use crate::ir::program::{Op, Program, Source};
use crate::ir::value::{Raised, Value};
use crate::machine::profile::StartMethod;
use crate::semantics::attempt::limit;
use crate::semantics::call::no_attribute;
use crate::semantics::object::ObjectState;
use crate::semantics::pickling;
use crate::semantics::queue::Queue;
use crate::semantics::step::{ActionKind, Deed, Seen, Stepper, Whom};
use crate::semantics::subprocess::{SIGKILL, SIGTERM};
use crate::semantics::world::{Status, Wait, World};
use crate::syntax::ast::UnitKind;

impl Stepper<'_> {
    /// What is raised if that value has to be pickled; nothing if it can be.
    pub(super) fn pickling_refusal(&self, value: &Value) -> Option<Raised> {
        pickling::refusal(self.program, self.world, value)
    }

    /// The arguments of a process that is not forked are pickled. An object may be one of them, and names the copy of
    /// the new process; the handle of a unit may not.
    pub(super) fn require_picklable(&self, kind: UnitKind, arguments: &[Value]) -> Result<(), Raised> {
        if kind != UnitKind::Process || self.program.terms.start == StartMethod::Fork {
            return Ok(());
        }
        match arguments.iter().find_map(|value| reference_in(value, &|it| matches!(it, Value::Handle(_)))) {
            Some(Value::Handle(unit)) => Err(pickling::of_handle(self.world.infos[unit.index()].kind)),
            Some(_) | None => Ok(()),
        }
    }

    /// A `process shared` is bytes in shared memory: it holds no objects and no handles.
    pub(super) fn require_shareable(&mut self, cell: CellId, value: &Value) -> Result<(), Raised> {
        if !self.program.cell(cell).process {
            return Ok(());
        }
        let is_reference =
            |value: &Value| matches!(value, Value::Handle(_) | Value::Object(_) | Value::Stream(..));
        let Some(reference) = reference_in(value, &is_reference) else { return Ok(()) };
        let what = match reference {
            Value::Object(object) => self.program.objects[object.index()].kind.word(),
            Value::Handle(_)
            | Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Cell(_)
            | Value::Stream(..)
            | Value::Exception(_) => reference.type_name(),
        };
        self.act(ActionKind::Saw(Seen::Cell(cell)));
        Err(Raised::new(
            "TypeError",
            format!("a process shared holds numbers, texts and lists, not '{what}'"),
        ))
    }

    /// What a process returns is pickled for whoever asks for it.
    pub(super) fn require_sendable(&self, unit: UnitId, result: &Value) -> Result<(), Raised> {
        let is_process = self.world.infos[unit.index()].kind == UnitKind::Process;
        self.pickling_refusal(result).filter(|_| is_process).map_or(Ok(()), Err)
    }

    /// Only the process that has started another one can do something with its handle.
    pub(super) fn require_child(&self, unit: UnitId) -> Result<(), Raised> {
        if !self.world.may_ask(unit, self.id) {
            return Err(Raised::new("AssertionError", "can only test a child process"));
        }
        Ok(())
    }

    /// Only a subprocess has some methods.
    pub(super) fn require_subprocess(&self, unit: UnitId, method: &str) -> Result<(), Raised> {
        let kind = self.world.infos[unit.index()].kind;
        if kind == UnitKind::Subprocess { Ok(()) } else { Err(no_attribute(kind.word(), method)) }
    }

    /// `terminate()` and `kill()`: the process is over, whatever it was doing.
    pub(super) fn kill_process(&mut self, process: UnitId, method: &str) -> Result<(), Raised> {
        let info = &self.world.infos[process.index()];
        if info.pool.is_some() {
            return Err(no_attribute("Future", method));
        }
        if !matches!(info.kind, UnitKind::Process | UnitKind::Subprocess) {
            return Err(no_attribute(info.kind.word(), method));
        }
        if !self.world.units[process.index()].has_ended() {
            self.world.interpreters[info.interpreter.index()].signal =
                if method == "kill" { SIGKILL } else { SIGTERM };
        }
        for unit in self.world.runs_in(process) {
            self.kill(unit);
        }
        self.close_streams();
        Ok(())
    }

    /// Ends a unit on the spot; with a process goes what its feeders have not written.
    pub(super) fn kill(&mut self, unit: UnitId) {
        self.lose_reader(unit);
        self.world.kill(unit);
        self.act(ActionKind::Killed(unit));
        if !self.world.is_owner(unit) {
            return;
        }
        let interpreter = self.world.infos[unit.index()].interpreter;
        for at in 0..self.program.objects.len() {
            let object = ObjectId::new(at);
            let items = self.world.objects[at].lose(interpreter);
            if items.is_empty() {
                continue;
            }
            for item in items {
                self.act(ActionKind::Did(object, Deed::Lose(Box::new((item, None)))));
            }
            self.act(ActionKind::Woke(Wait::Flushed(object), Whom::All));
        }
    }

    /// A unit that is about to be killed may be in the middle of a `get`, with the lock of those who read.
    fn lose_reader(&mut self, unit: UnitId) {
        if self.world.units[unit.index()].has_ended() {
            return;
        }
        let Some(object) = self.world.gets_from(self.program, unit) else { return };
        if let ObjectState::Queue(queue) = &mut self.world.objects[object.index()]
            && self.program.object(object).process
            && queue.is_empty()
            && queue.lost_reader().is_none()
            && self.oracle.reads(unit)
        {
            queue.lose_reader(unit);
        }
    }

    /// Whether a `get` that does not wait finds that somebody else has the lock of those who read: then it raises `Empty`
    /// though there is an item, which is for the other one.
    pub(super) fn is_read_by_another(&mut self, object: ObjectId, args: &[Value]) -> bool {
        let waits = args[0].truthy() && !matches!(limit(&args[1]), Ok(Some(0)));
        let has_item = |queue: &Queue| !queue.is_empty() && queue.lost_reader().is_none();
        let is_between = self.program.object(object).process;
        if waits || !is_between || !self.world.objects[object.index()].as_queue().is_some_and(has_item) {
            return false;
        }
        let others = (0..self.world.units.len()).map(UnitId::new).filter(|&unit| {
            let state = &self.world.units[unit.index()];
            unit != self.id && state.status != Status::New && !state.has_ended()
        });
        let readers: Vec<UnitId> =
            others.filter(|&unit| self.world.gets_from(self.program, unit) == Some(object)).collect();
        readers.into_iter().any(|reader| self.oracle.reads(reader))
    }
}

impl World {
    /// The queue whose `get` a unit is at.
    #[must_use]
    pub fn gets_from(&self, program: &Program, unit: UnitId) -> Option<ObjectId> {
        let state = &self.units[unit.index()];
        let Op::Invoke { receiver, call, .. } = program.ops[state.pc as usize] else { return None };
        let value = match receiver.source() {
            Source::Register(register) => state.register(register),
            Source::Constant(constant) => program.constant(constant),
        };
        let Value::Object(named) = value else { return None };
        let object = program.object_of(*named, self.infos[unit.index()].interpreter);
        let is_queue = self.objects[object.index()].as_queue().is_some();
        (is_queue && program.calls[usize::from(call)].method == "get").then_some(object)
    }
}

/// The first of such parts of a value, which are no lists.
fn reference_in<'v>(value: &'v Value, counts: &dyn Fn(&Value) -> bool) -> Option<&'v Value> {
    match value {
        Value::List(list) => list.items().iter().find_map(|item| reference_in(item, counts)),
        Value::Unset
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Str(_)
        | Value::Handle(_)
        | Value::Object(_)
        | Value::Cell(_)
        | Value::Stream(..)
        | Value::Exception(_) => counts(value).then_some(value),
    }
}
