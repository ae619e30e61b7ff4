//! One step of semantics, and what it means for the machine.

use crate::base::id::UnitId;
use crate::base::time::SimDuration;
use crate::engine::thread::{Away, Next, State, Work};
use crate::engine::{Engine, Stop};
use crate::ir::program::Op;
use crate::observe::accounting::{Acquisition, Notified};
use crate::semantics::step::{Action, ActionKind, Deed, Extent, Outcome, Request, Step, step};
use crate::semantics::turn::only_waits;
use crate::semantics::world::{Status, Wait};
use crate::syntax::ast::{ObjectKind, UnitKind};
use crate::trace::event::EventKind;

/// How many local ops are done at a stretch on a machine where ops take no time.
const FREE_OPS: u64 = 1_000;

/// How often the engine looks whether it is interrupted: every so many ops.
const OPS_PER_LOOK: u64 = 1 << 16;

/// How many are done at a stretch at the most.
const STRETCH_MAX: u64 = 100_000;

impl Engine<'_> {
    /// Lets the unit take its next step. Afterwards its work in hand is what the step cost,
    /// and `next` says what comes when that is done.
    pub(super) fn take_step(&mut self, unit: UnitId) -> Step {
        let thread = self.thread_of(unit);
        // Who has given its thread up is given what it waits for, and goes on when it has the thread.
        let is_granted = self.routines[unit.index()].away != Away::No;
        let extent = if is_granted { Extent::Op } else { self.extent(unit) };
        if self.world.units[unit.index()].status == Status::New {
            self.begin(unit);
        }
        self.ends_work(thread);
        let expired = std::mem::take(&mut self.routines[unit.index()].expired);
        if expired {
            self.dice.limit = self.first_limit(unit);
        }
        let request =
            Request { fuel: self.fuel(unit), fuel_max: self.ops_left().saturating_add(1), expired, extent };
        self.dice.now = self.now;
        self.dice.unit = unit;
        self.dice.promised = self.promised_to(unit);
        self.waiting.looks(unit);
        if self.world.interpreters.len() > 1 {
            self.dice.readers.clear();
            self.dice.readers.extend(self.waiting.readers());
        }
        self.promises.keep(unit);
        let attempt = self.attempt(unit, request);
        let pc = self.world.units[unit.index()].pc;
        let mut actions = std::mem::take(&mut self.actions);
        let oracle_and_actions = (&mut self.dice as &mut dyn crate::semantics::oracle::Oracle, &mut actions);
        let step = step(self.program, &mut self.world, unit, request, oracle_and_actions);
        self.count(unit, &step);
        if let Some(attempt) = attempt {
            self.attempted(unit, attempt, &step, &actions);
        }
        if self.rounds.is_some() && !only_waits(step.outcome, &actions) {
            self.comes_by(unit, pc);
        }
        self.watch(unit, &actions, step.atomic);
        let changed = self.see(unit, &actions);
        if matches!(step.outcome, Outcome::Blocked { .. }) {
            self.tell_unawaited(unit, &actions);
        }
        // Who waits after it has done something waits for something new.
        let waits_anew = !actions.is_empty();
        self.actions = actions;
        self.policy.stepped(unit);
        if is_granted {
            self.routines[unit.index()].at = pc;
        } else {
            self.plan(unit, &step);
        }
        if let Some(wait) = self.pending(unit)
            && (waits_anew || !self.is_waiting_for(unit, wait))
        {
            self.wait_is_over(unit);
        }
        if changed {
            self.wake_conditions(unit);
        }
        self.look_for_deadlock_beyond(unit);
        step
    }

    /// How far a unit goes that has its thread.
    fn extent(&self, unit: UnitId) -> Extent {
        match self.threads[self.thread_of(unit).index()].next {
            // It has what it waited for before it has the GIL.
            Next::Retry => Extent::Op,
            _ if self.has_given_way(unit) => Extent::Step,
            _ if self.takes_no_time() && self.replay.is_none() => Extent::AtOnce,
            Next::Step
            | Next::NoGil(_)
            | Next::Io(..)
            | Next::Sleep(_)
            | Next::Launch(..)
            | Next::Start(_) => Extent::Step,
        }
    }

    fn is_waiting_for(&self, unit: UnitId, what: Wait) -> bool {
        matches!(self.world.units[unit.index()].status, Status::Waiting { wait, .. } if wait == what)
    }

    /// A new unit runs for the first time: who started it goes on.
    pub(super) fn begin(&mut self, unit: UnitId) {
        self.record(unit, None, EventKind::Start);
        let parent = self.world.infos[unit.index()].parent;
        // Whoever starts a process does not wait for its first statement.
        let kind = self.world.infos[unit.index()].kind;
        let is_process = matches!(kind, UnitKind::Process | UnitKind::Subprocess);
        let starter = self.thread_of(parent);
        let waits =
            !is_process && self.is_body(unit) && self.threads[starter.index()].state == State::Starting;
        if parent != unit && waits && self.threads[starter.index()].starts == Some(unit) {
            self.threads[starter.index()].starts = None;
            self.wake_thread(starter);
            self.follows(parent, unit);
        }
    }

    /// After how many ops local work is to stop at a check point: when something else may happen.
    fn fuel(&mut self, unit: UnitId) -> u64 {
        let thread = self.thread_of(unit);
        if self.policy.is_eager() || self.is_asked(thread) {
            return 0;
        }
        let slice = self.slice_end(thread).min(self.contest_until(thread));
        let until = self.queue.next_time().min(slice).min(self.max_time);
        let free = until.0.saturating_sub(self.now.0);
        let ops = match self.op_cost {
            0 => FREE_OPS,
            cost => (free / cost).min(STRETCH_MAX),
        };
        ops.min(self.ops_left())
    }

    pub(super) fn ops_left(&self) -> u64 {
        self.options.max_events.saturating_sub(self.ops)
    }

    /// What the step has used.
    fn count(&mut self, unit: UnitId, step: &Step) {
        self.ops += step.ops;
        self.allocated += step.allocated;
        if self.ops > self.options.max_events {
            self.stop_at(unit, Stop::Ops);
        }
        if self.ops >= self.next_look {
            self.next_look = self.ops + OPS_PER_LOOK;
            self.look_around();
        }
        if self.counted + self.allocated > self.options.max_memory {
            self.counted = self.world.bytes();
            self.allocated = 0;
            if self.counted > self.options.max_memory {
                self.stop_at(unit, Stop::Memory);
            }
        }
    }

    fn stop_at(&mut self, unit: UnitId, stop: Stop) {
        self.stop.get_or_insert(stop);
        self.trouble.limit_at.get_or_insert(unit);
    }

    /// Whether nothing takes time that a script writes without a length.
    fn takes_no_time(&self) -> bool {
        self.op_cost == 0 && self.model.costs.has_free_calls()
    }

    /// How long the ops of a unit's step take, of which calls of objects have their own lengths.
    fn length_of_ops(&self, unit: UnitId, ops: u64) -> SimDuration {
        let (mut others, mut calls) = (ops, SimDuration::ZERO);
        for action in &self.actions {
            if let Some(length) = self.length_of_call(unit, action) {
                calls += length;
                others = others.saturating_sub(1);
            }
        }
        SimDuration(self.op_cost.saturating_mul(others)) + calls
    }

    /// How long the op of an action takes, if it is a call with a length of its own. What `asyncio` has for tasks is an op like
    /// others, and what processes have is a message or a call of the kernel.
    fn length_of_call(&self, unit: UnitId, action: &Action) -> Option<SimDuration> {
        let (ActionKind::Acquired(object) | ActionKind::Released(object, _) | ActionKind::Did(object, _)) =
            action.kind
        else {
            return None;
        };
        let costs = &self.model.costs;
        let declared = self.program.object(object);
        let in_with = matches!(self.program.ops[action.pc as usize], Op::Enter { .. } | Op::Exit { .. });
        let with_end = if in_with { costs.with_end } else { SimDuration::ZERO };
        match declared.kind {
            ObjectKind::Lock => Some(costs.lock_call + with_end),
            ObjectKind::Rlock => Some(costs.rlock_call + with_end),
            ObjectKind::Condition if !matches!(action.kind, ActionKind::Did(_, Deed::Notify(Some(_)))) => {
                None
            }
            ObjectKind::Semaphore
            | ObjectKind::BoundedSemaphore
            | ObjectKind::Event
            | ObjectKind::Condition
            | ObjectKind::Barrier
            | ObjectKind::Queue => {
                let is_task = self.world.infos[unit.index()].kind == UnitKind::Task;
                (!declared.process && !is_task).then_some(costs.sync_call)
            }
            ObjectKind::Pipe | ObjectKind::Device | ObjectKind::ThreadPool | ObjectKind::ProcessPool => None,
        }
    }

    /// The work that a step costs, and what comes after it.
    fn plan(&mut self, unit: UnitId, step: &Step) {
        let thread = self.thread_of(unit);
        let (call, content) = self.message_costs(step);
        let mut work = self.length_of_ops(unit, step.ops) + content;
        if self.cache.is_needed && !self.actions.is_empty() {
            let actions = std::mem::take(&mut self.actions);
            work += self.fetching(self.threads[thread.index()].core, &actions);
            self.actions = actions;
        }
        let mut kind = Work::Ops;
        let mut started = None;
        let next = match step.outcome {
            Outcome::Ready | Outcome::Ended => Next::Step,
            // `block` tells a first try from another one by what was next before.
            Outcome::Blocked { .. } => self.threads[thread.index()].next,
            Outcome::Spawned(child) => {
                let start = self.start_of(child);
                work += start.work;
                start.next
            }
            Outcome::Compute { length, nogil: true } => Next::NoGil(SimDuration(length)),
            Outcome::Compute { length, nogil: false } => {
                let length = SimDuration(length);
                work += if self.needs_gil(unit) { self.model.interpreted(length) } else { length };
                kind = Work::Compute;
                started = Some(EventKind::Compute { length, nogil: false });
                Next::Step
            }
            Outcome::Io { length, device } => Next::Io(SimDuration(length), device),
            Outcome::Sleep { length } => {
                if length > 0 && self.has_given_way(unit) {
                    work += self.model.interpreted(self.model.costs.task_timer);
                }
                Next::Sleep(SimDuration(length))
            }
        };
        let pc = self.world.units[unit.index()].pc;
        self.routines[unit.index()].at = match step.outcome {
            // The op that takes the time is the one before.
            Outcome::Compute { .. } | Outcome::Io { .. } | Outcome::Sleep { .. } | Outcome::Spawned(_) => {
                pc - 1
            }
            Outcome::Ready | Outcome::Blocked { .. } | Outcome::Ended => pc,
        };
        if let Outcome::Compute { .. } = step.outcome {
            let pc = self.routines[unit.index()].at;
            self.begins_work(thread, (pc, work));
        }
        if self.contested {
            work = self.contested_work(thread, work);
            if self.actions.iter().any(|action| matches!(action.kind, ActionKind::Acquired(_))) {
                work += self.releases_for_lock(thread);
            }
        }
        let ops = self.ops;
        let it = &mut self.threads[thread.index()];
        it.call = call;
        it.work = work;
        it.kind = kind;
        it.check_point =
            if kind == Work::Compute { Some(ops) } else { step.check_point.map(|at| ops - step.ops + at) };
        it.next = next;
        if let Some(event) = started {
            self.record(unit, None, event);
        }
    }

    /// Tells what a step did to all whom it concerns; whether data or regions have changed.
    fn see(&mut self, unit: UnitId, actions: &[Action]) -> bool {
        let mut changed = None;
        let prints = actions.iter().filter(|action| action.kind == ActionKind::Printed).count();
        let mut line = self.world.output.len() - prints;
        for action in actions {
            self.note(unit, action, line);
            match &action.kind {
                ActionKind::Acquired(object) => self.acquired(unit, *object, action.pc),
                ActionKind::Released(object, count @ 1..) => {
                    self.released(unit, *object, *count);
                    self.look_at_permits(unit, *object, action.pc);
                }
                ActionKind::TimedOut(Wait::Notify(_)) => self.gives_up_waiting(unit),
                ActionKind::Woke(wait, whom) => self.woken(*wait, *whom, unit),
                ActionKind::Did(object, Deed::Notify(woken)) => {
                    self.accounts.notified(*object, Notified { by: unit, woken: *woken });
                }
                ActionKind::Wrote(..) | ActionKind::Entered(_) | ActionKind::Left(_) => {
                    changed = Some(action.pc);
                }
                ActionKind::AssertFailed(exception) => self.assertion_failed(unit, exception),
                ActionKind::Printed => line += 1,
                ActionKind::Killed(other) => {
                    self.accounts.killed(*other, Acquisition { unit, pc: action.pc });
                    self.follows(*other, unit);
                    self.killed(*other);
                }
                ActionKind::Did(_, Deed::Finish(Some(job))) => self.gets_worker(*job),
                ActionKind::Did(pool, Deed::ShutDown) => self.close_pool(*pool),
                ActionKind::Cancelled(other) => self.called_off(*other),
                ActionKind::Released(_, 0)
                | ActionKind::Did(..)
                | ActionKind::Refused(_)
                | ActionKind::TimedOut(_)
                | ActionKind::Joined(_)
                | ActionKind::Saw(_)
                | ActionKind::Read(..)
                | ActionKind::Chose(_)
                | ActionKind::Raised(_) => {}
            }
        }
        if self.world.units.len() > self.routines.len() {
            let child = UnitId::new(self.routines.len());
            self.add_thread(child);
            self.note_spawn(unit, child);
            if self.world.held_back_by(child).is_some() {
                self.block(child, None);
            }
            if self.world.units[child.index()].has_ended() {
                self.note_end(child);
                self.gone(child);
            }
        }
        if let Some(pc) = changed {
            self.check_invariants(Some((unit, pc)));
        }
        changed.is_some()
    }

    fn acquired(&mut self, unit: UnitId, object: crate::base::id::ObjectId, pc: crate::ir::program::Pc) {
        if !self.world.objects[object.index()].is_lock() {
            self.accounts.shared_acquired(object, self.now);
        } else if self.accounts.acquired(object, Acquisition { unit, pc }, self.now) {
            self.routines[unit.index()].holds += 1;
            self.look_after_waking(unit, object, pc);
        } else {
            return;
        }
        self.comes_through(unit, object, pc);
    }

    fn released(&mut self, unit: UnitId, object: crate::base::id::ObjectId, count: u32) {
        if let Some(holder) = self.accounts.released(object, count, self.now) {
            self.routines[holder.index()].holds -= 1;
            // A re-entrant lock may be given back by another unit of the thread that owns it.
            if holder != unit && self.program.object(object).kind != ObjectKind::Rlock {
                self.trouble.signals.insert(object);
            }
        }
        self.freed(object, count);
    }

    /// What a unit waits for, as its timeout is told.
    pub(super) const fn timeout_event(wait: Wait) -> Option<EventKind> {
        match (wait, wait.object()) {
            (Wait::End(unit), _) => Some(EventKind::TimeoutEnd { unit }),
            (_, Some(object)) => Some(EventKind::Timeout { object }),
            (_, None) => None,
        }
    }
}
