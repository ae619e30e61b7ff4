//! Tasks: who runs on a thread, and how one is cancelled.
//!
//! A task lives on the event loop of the thread that has spawned it. Of all that live on a thread, its own body and its
//! tasks, one runs; the others have given the thread up in an `await` that had to wait, or have not begun. Only what
//! runs can take a step, whatever it does; so tasks change places where they await, and nowhere else.
//!
//! A unit is cancelled as in `asyncio` (`Lib/asyncio/tasks.py` and `taskgroups.py` of CPython 3.13): it is
//! asked to, and finds `CancelledError` raised at the `await` at which it rests, or at the next one that gives the thread
//! up. Who awaits a task hands the request on to that one.

use std::sync::Arc;

use crate::base::id::{ObjectId, UnitId};
use crate::ir::program::{Op, Operand, Pc, Program, Register, Source};
use crate::ir::value::{Exception, Raised, Value};
use crate::semantics::closing::Closing;
use crate::semantics::condition::Standing;
use crate::semantics::object::{ObjectState, Provider};
use crate::semantics::oracle::Rivals;
use crate::semantics::rlock::Taker;
use crate::semantics::step::{ActionKind, Outcome, Stepper};
use crate::semantics::world::{Cancel, Rest, Status, Wait, World};
use crate::syntax::ast::UnitKind;

/// What a cancelled unit finds raised.
pub const CANCELLED: &str = "CancelledError";

impl World {
    /// Whether others live on the thread of a unit, so that it gives the thread up where it awaits.
    #[must_use]
    pub fn shares_thread(&self, unit: UnitId) -> bool {
        self.infos[unit.index()].kind == UnitKind::Task || self.units[unit.index()].tasks > 0
    }

    /// A unit as a re-entrant lock knows it.
    #[must_use]
    pub fn taker(&self, unit: UnitId, awaits: bool) -> Taker {
        // The unit that evaluates a property is none of the run's.
        let body = self.infos.get(unit.index()).map_or(unit, |info| info.thread);
        let pool = self.infos.get(body.index()).and_then(|info| info.pool);
        let first = pool.and_then(|pool| self.pool(pool).first_of_worker(body));
        Taker { unit, thread: first.unwrap_or(body), awaits }
    }

    /// Who runs on the thread whose body is that unit, if it is not free for any of them.
    #[must_use]
    pub fn runs_on(&self, thread: UnitId) -> Option<UnitId> {
        let runs = |unit: &UnitId| {
            let state = &self.units[unit.index()];
            state.rest == Rest::Running && !state.has_ended()
        };
        self.living_on(thread).find(runs)
    }

    /// Whether a unit can have its thread: nobody else runs on it, and nobody is to begin there before the unit closes its
    /// loop.
    #[must_use]
    pub fn may_have_thread(&self, unit: UnitId) -> bool {
        !self.has_tasks()
            || (self.runs_on(self.infos[unit.index()].thread).is_none_or(|other| other == unit)
                && !self.lets_begin(unit))
    }

    /// Whether there have ever been tasks.
    #[must_use]
    pub fn has_tasks(&self) -> bool {
        self.infos.iter().any(|info| info.kind == UnitKind::Task)
    }

    /// All that live or have lived on the thread whose body is that unit: that one, and its tasks.
    pub(super) fn living_on(&self, thread: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        let of_thread = move |unit: &UnitId| self.infos[unit.index()].thread == thread;
        (thread.index()..self.units.len()).map(UnitId::new).filter(of_thread)
    }

    /// Whether a task has ended because it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self, unit: UnitId) -> bool {
        let ended = &self.units[unit.index()];
        let by = |exception: &Arc<Exception>| exception.name == CANCELLED;
        self.infos[unit.index()].kind == UnitKind::Task
            && ended.is_done()
            && matches!(&ended.result, Value::Exception(exception) if by(exception))
    }

    /// The exception that has ended a unit, if one did; for a task, being cancelled is none.
    #[must_use]
    pub fn failure(&self, unit: UnitId) -> Option<&Arc<Exception>> {
        match &self.units[unit.index()].result {
            Value::Exception(exception) => Some(exception).filter(|_| !self.is_cancelled(unit)),
            Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Handle(_)
            | Value::Object(_)
            | Value::Stream(..)
            | Value::Cell(_) => None,
        }
    }

    /// The op at which a unit rests: that in which it has given its thread up, if time has passed for it since.
    #[must_use]
    pub fn resting_place(&self, program: &Program, unit: UnitId) -> Pc {
        let state = &self.units[unit.index()];
        state.pc - Pc::from(state.rest == Rest::Yielded && self.has_begun(program, unit))
    }

    /// Whether a unit has ever had its thread. Whose time passes is behind some op.
    #[must_use]
    pub fn has_begun(&self, program: &Program, unit: UnitId) -> bool {
        let state = &self.units[unit.index()];
        state.rest != Rest::Yielded || state.pc > program.function_at(state.pc).start
    }

    /// The lock or semaphore that a unit is about to await, without any condition.
    #[must_use]
    pub fn wants(&self, program: &Program, unit: UnitId) -> Option<ObjectId> {
        let state = &self.units[unit.index()];
        let op = &program.ops[state.pc as usize];
        #[expect(clippy::wildcard_enum_match_arm, reason = "two ops take a lock")]
        let named = match *op {
            Op::Enter { object, awaited: true } => object,
            Op::Invoke { receiver, call, .. } => {
                let site = &program.calls[usize::from(call)];
                let is_plain = site.method == "acquire" && site.positional == 0 && site.named.is_empty();
                Some(receiver).filter(|_| is_plain && site.awaited)?
            }
            _ => return None,
        };
        let value = match named.source() {
            Source::Register(register) => state.register(register),
            Source::Constant(constant) => program.constant(constant),
        };
        let Value::Object(named) = value else { return None };
        let home = self.infos[unit.index()].interpreter;
        Some(ObjectState::lock(&self.objects, program.object_of(*named, home)))
    }

    /// Whether a unit has come to an `await` of a lock or semaphore that is free, though others wait for it that have given
    /// their threads up and not gone on yet. It may overtake them, or line up behind them as in `asyncio`.
    #[must_use]
    pub fn may_line_up(&self, program: &Program, unit: UnitId, rivals: Rivals) -> bool {
        if rivals == Rivals::Nobody {
            return false;
        }
        let state = &self.units[unit.index()];
        if state.has_ended() || state.rest != Rest::Running || !self.shares_thread(unit) {
            return false;
        }
        let Some(object) = self.wants(program, unit) else { return false };
        let waits = |other: UnitId| {
            let state = &self.units[other.index()];
            other != unit
                && state.rest == Rest::Awaits
                && !state.has_ended()
                && state.cancel.is_none()
                && self.wants(program, other) == Some(object)
        };
        let first = if let Rivals::Probably(other) = rivals { Some(other) } else { None };
        self.objects[object.index()].provider(Wait::Acquire(object)) == Provider::Free
            && first.into_iter().chain((0..self.units.len()).map(UnitId::new)).any(waits)
    }

    /// The unit whose handle a unit awaits with the word `await` before it, if that one has not ended.
    fn awaited_unit(&self, program: &Program, unit: UnitId) -> Option<UnitId> {
        let state = &self.units[unit.index()];
        let Op::Await { from, .. } = program.ops[state.pc as usize] else { return None };
        let Source::Register(register) = from.source() else { return None };
        let Value::Handle(other) = *state.register(register) else { return None };
        (state.rest == Rest::Awaits && !self.units[other.index()].is_done()).then_some(other)
    }

    /// Whether a unit has given its thread up to await a task that has not come to its end.
    #[must_use]
    pub fn awaits_task(&self, program: &Program, unit: UnitId) -> bool {
        self.awaited_task(program, unit).is_some()
    }

    /// The same, if it is a task.
    fn awaited_task(&self, program: &Program, unit: UnitId) -> Option<UnitId> {
        self.awaited_unit(program, unit).filter(|other| self.infos[other.index()].kind == UnitKind::Task)
    }

    /// Whether a unit is about to find `CancelledError` raised, as soon as it has its thread.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "at most ops nobody waits for other units")]
    pub fn is_called_off(&self, program: &Program, unit: UnitId) -> bool {
        let state = &self.units[unit.index()];
        if state.cancel.is_none() || state.rest == Rest::Running || state.has_ended() {
            return false;
        }
        let waits_on = match program.ops[state.pc as usize] {
            _ if state.rest == Rest::Yielded => false,
            Op::Await { .. } => self.awaited_task(program, unit).is_some(),
            // A group asks all that it has started, and waits for them; the end of a loop waits for its tasks.
            Op::Gather { .. } => state.passed_on,
            Op::End { .. } => true,
            // Who waits at a condition needs its lock back first.
            _ => self.objects.iter().any(|object| match object {
                ObjectState::Condition(condition) => {
                    matches!(condition.standing(unit), Standing::Awake { .. })
                }
                ObjectState::Lock(_)
                | ObjectState::Rlock(_)
                | ObjectState::Semaphore(_)
                | ObjectState::Event(_)
                | ObjectState::Barrier(_)
                | ObjectState::Queue(_)
                | ObjectState::Device(_)
                | ObjectState::Pool(_)
                | ObjectState::Pipe(_)
                | ObjectState::Stream(_) => false,
            }),
        };
        !waits_on
    }
}

/// What becomes of an unfinished `await` when its unit goes on.
pub(super) enum Resumed {
    /// It is tried again, or is over.
    Normal,
    /// The unit has ended.
    Ended,
    /// An exception was raised in its place.
    Raised,
}

impl Stepper<'_> {
    /// Asks a unit to end; whether it could be asked.
    pub(super) fn cancel(&mut self, unit: UnitId, how: Cancel) -> bool {
        if self.world.units[unit.index()].is_done() {
            return false;
        }
        let state = &mut self.world.units[unit.index()];
        let asked = state.cancel;
        if asked != Some(Cancel::Asked) {
            state.cancel = Some(how);
        }
        self.act(ActionKind::Cancelled(unit));
        if asked.is_none() {
            self.hand_on(unit);
        }
        true
    }

    /// A unit that is asked to end and awaits a task asks that one. A job of a pool that it awaits never begins, if it has
    /// not. One that sleeps at a condition wakes up; and one at the end of a group, to ask the tasks of that.
    pub(super) fn hand_on(&mut self, unit: UnitId) {
        let state = &self.world.units[unit.index()];
        if state.cancel.is_none() || state.rest != Rest::Awaits {
            return;
        }
        if let Some(other) = self.world.awaited_unit(self.program, unit) {
            let info = &self.world.infos[other.index()];
            if info.kind == UnitKind::Task {
                self.cancel(other, Cancel::Asked);
            } else if let Some(pool) = info.pool {
                // The future of `asyncio` cancels the one of the pool (`futures._chain_future`).
                self.cancel_job(other, pool);
            }
        } else {
            for object in &mut self.world.objects {
                object.call_off(unit);
            }
        }
        // Who sleeps at a condition goes on to take its lock back.
        let sleeps =
            matches!(self.world.units[unit.index()].status, Status::Waiting { wait: Wait::Notify(_), .. });
        if sleeps || self.world.is_called_off(self.program, unit) {
            self.world.units[unit.index()].status = Status::Ready;
        }
    }

    /// Where a register of the running function stands in the unit's stack.
    fn slot(&self, register: Register) -> u32 {
        self.world.units[self.id.index()].base + u32::from(register.0)
    }

    /// Asks all tasks of a group to end that have not. The list of its units stands at `slot` in the stack of its owner.
    fn cancel_group(&mut self, owner: UnitId, slot: u32) {
        for unit in self.world.members(owner, slot) {
            if self.world.infos[unit.index()].kind == UnitKind::Task && unit != self.id {
                self.cancel(unit, Cancel::Asked);
            }
        }
    }

    /// A task of a group has returned or failed: it gives its thread up, and the group finds out by a callback, which is the end
    /// of the task (`TaskGroup._on_task_done`).
    pub(super) fn leaves_group(&mut self) {
        let info = &self.world.infos[self.id.index()];
        if info.kind == UnitKind::Task && info.group.is_some() {
            let unit = self.unit();
            unit.status = Status::Done;
            unit.rest = Rest::Yielded;
            unit.cancel = None;
        }
    }

    /// A unit of a group has failed: if it is the first one, the tasks of the group are cancelled, and so is its body.
    pub(super) fn fail_group(&mut self) {
        let info = &self.world.infos[self.id.index()];
        let (Some(slot), owner) = (info.group, info.parent) else { return };
        let members = self.world.members(owner, slot);
        let has_failed = |unit: &UnitId| {
            *unit != self.id
                && self.world.units[unit.index()].has_ended()
                && self.world.failure(*unit).is_some()
        };
        if members.iter().any(has_failed) || self.world.units[owner.index()].has_ended() {
            return;
        }
        self.cancel_group(owner, slot);
        let state = &self.world.units[owner.index()];
        let ends = |group: Register| state.base + u32::from(group.0) == slot;
        let is_over = matches!(self.program.ops[state.pc as usize], Op::Gather { group, .. } if ends(group));
        if !is_over {
            self.cancel(owner, Cancel::By(slot));
        }
    }

    /// A unit that had given its thread up has it again.
    pub(super) fn resume(&mut self, rest: Rest) -> Resumed {
        self.unit().rest = rest;
        let has_begun = self.world.has_begun(self.program, self.id);
        if !has_begun && self.unit().closing == Closing::LastTurn {
            self.unit().closing = Closing::Open;
        }
        if let Some(slot) = if self.expired { self.limit(rest) } else { None } {
            self.expired = false;
            let (place, told) = (self.world.resting_place(self.program, self.id), self.actions.len());
            self.cancel(self.id, Cancel::By(slot));
            if let Some(action) = self.actions.get_mut(told) {
                action.pc = place;
            }
        }
        let is_called_off = self.world.is_called_off(self.program, self.id);
        self.unit().rest = Rest::Running;
        self.resumed = true;
        if !is_called_off {
            return Resumed::Normal;
        }
        if let Op::Gather { group, .. } = self.program.ops[self.pc() as usize] {
            self.unit().passed_on = true;
            self.cancel_group(self.id, self.slot(group));
            return Resumed::Normal;
        }
        if !has_begun {
            let exception = self.cancelled();
            return if self.leave(Value::Exception(exception), true) {
                Resumed::Ended
            } else {
                Resumed::Raised
            };
        }
        if rest == Rest::Yielded {
            // What takes time was done when its unit gave the thread up.
            self.unit().pc -= 1;
        }
        let exception = self.cancelled();
        self.act(ActionKind::Raised(exception.clone()));
        if self.unwind(exception) { Resumed::Ended } else { Resumed::Raised }
    }

    /// What the unit was asked to end by, which is done with that.
    pub(super) fn cancelled(&mut self) -> Arc<Exception> {
        self.unit().passed_on = false;
        let scope = match self.unit().cancel.take() {
            Some(Cancel::By(slot)) => Some(slot),
            Some(Cancel::Asked) | None => None,
        };
        let exception = Exception::new(Raised::new(CANCELLED, ""), self.pc());
        Arc::new(Exception { scope, ..exception })
    }

    /// Whether the op gives the thread up if it has to wait: it is awaited, and others live there.
    pub(super) fn gives_way(&self, op: &Op) -> bool {
        op.is_awaited(self.program)
            && (self.world.shares_thread(self.id) || self.world.is_in_time_limit(self.program, self.id))
    }

    /// Whether the unit lines up behind those who wait for a lock that is free. Who did, and has the thread again, does not.
    pub(super) fn lines_up(&mut self) -> bool {
        let rivals = self.oracle.rivals();
        !self.resumed && self.world.may_line_up(self.program, self.id, rivals) && self.oracle.lines_up()
    }

    /// The exception with which a scope is left: what it raises for its own cancellation, or the one that has come to it.
    pub(super) fn translate(&mut self, scope: Register, exception: Register, group: bool) -> bool {
        let Value::Exception(raised) = self.get(Operand::register(exception)).clone() else {
            unreachable!("a handler's register holds the exception");
        };
        let slot = self.slot(scope);
        if raised.scope != Some(slot) {
            return self.unwind(raised);
        }
        if !group {
            return self.raise(Raised::new("TimeoutError", ""));
        }
        let failure = self.take_failures(&self.world.members(self.id, slot));
        self.unwind(failure.unwrap_or(raised))
    }

    /// The unit comes to the end of a group. What the group has cancelled its body by is done with; if the body has failed,
    /// the tasks of the group are cancelled.
    pub(super) fn comes_to_its_end(&mut self, group: Register, raise: bool) {
        let slot = self.slot(group);
        self.unit().cancel.take_if(|cancel| *cancel == Cancel::By(slot));
        if !raise && !self.resumed {
            self.cancel_group(self.id, slot);
        }
    }

    /// What is raised at the end of a group whose unit was asked to end while it waited there.
    pub(super) fn cancelled_at_end(&mut self) -> Option<Arc<Exception>> {
        let was_asked = self.resumed && self.unit().cancel.is_some();
        was_asked.then(|| self.cancelled())
    }

    /// Takes the exceptions of units that have ended; the first of them.
    pub(super) fn take_failures(&mut self, units: &[UnitId]) -> Option<Arc<Exception>> {
        let mut first: Option<(u32, Arc<Exception>)> = None;
        for &unit in units {
            let Some(exception) = self.world.failure(unit).cloned() else { continue };
            let failed = &mut self.world.units[unit.index()];
            failed.taken = true;
            if first.as_ref().is_none_or(|(earliest, _)| failed.failure < *earliest) {
                first = Some((failed.failure, exception));
            }
        }
        first.map(|(_, exception)| exception)
    }

    /// The unit gives its thread up, to wait for something or for time to pass.
    pub(super) fn give_way(&mut self, rest: Rest) {
        self.unit().rest = rest;
        if !self.resumed {
            self.hand_on(self.id);
        }
    }

    /// The end of a thread's body, which is to wait for something.
    pub(super) fn end_waits(&mut self, wait: Wait) -> Outcome {
        self.unit().status = Status::Waiting { wait, timed: false };
        if self.world.shares_thread(self.id) {
            self.unit().rest = Rest::Awaits;
        }
        Outcome::Blocked { timeout: None }
    }
}

impl World {
    /// The units of a group whose list stands at `slot` in the stack of its owner.
    fn members(&self, owner: UnitId, slot: u32) -> Vec<UnitId> {
        let list = self.units[owner.index()].stack.get(slot as usize);
        let items = list.map(Value::items).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| if let Value::Handle(unit) = item { Some(*unit) } else { None })
            .collect()
    }
}

impl Op {
    /// Whether the op waits the awaiting way, if it has to.
    #[must_use]
    pub fn is_awaited(&self, program: &Program) -> bool {
        #[expect(clippy::wildcard_enum_match_arm, reason = "few ops wait")]
        match *self {
            Self::Enter { awaited, .. }
            | Self::Exit { awaited, .. }
            | Self::Io { awaited, .. }
            | Self::Sleep { awaited, .. } => awaited,
            Self::Invoke { call, .. } => program.calls[usize::from(call)].awaited,
            Self::Await { .. } | Self::Gather { .. } => true,
            _ => false,
        }
    }
}
