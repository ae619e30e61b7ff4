//! Units that bring an interpreter with them, processes above all: what their start costs, and their end by force.

use crate::base::id::UnitId;
use crate::base::time::SimDuration;
use crate::engine::Engine;
use crate::engine::gil::GilState;
use crate::engine::thread::{Next, State, Work};
use crate::machine::profile::{Gil, StartMethod};
use crate::semantics::step::Step;
use crate::syntax::ast::UnitKind;
use crate::trace::event::{EventKind, Leave};

/// What the start of a unit costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// CPU time of whoever starts it.
    pub(super) work: SimDuration,
    /// What that unit does then.
    pub(super) next: Next,
}

impl Engine<'_> {
    /// What whoever starts a unit has to do for it.
    pub(super) fn start_of(&mut self, child: UnitId) -> Start {
        if self.world.infos[child.index()].pool.is_some() {
            return self.start_of_job(child);
        }
        self.start_of_unit(child)
    }

    /// The same of one that is no job of a pool, or the first one of a worker.
    pub(super) fn start_of_unit(&mut self, child: UnitId) -> Start {
        let costs = &self.model.costs;
        match (self.world.infos[child.index()].kind, self.program.terms.start) {
            (UnitKind::Process, StartMethod::Fork) => {
                Start { work: costs.process_fork, next: Next::Launch(child, SimDuration::ZERO) }
            }
            (UnitKind::Process, StartMethod::Spawn) => {
                Start { work: SimDuration::ZERO, next: Next::Launch(child, SimDuration::ZERO) }
            }
            (UnitKind::Process, StartMethod::ForkServer) => {
                let wait = if self.has_fork_server { SimDuration::ZERO } else { costs.forkserver_start };
                self.has_fork_server = true;
                Start { work: SimDuration::ZERO, next: Next::Launch(child, wait) }
            }
            (
                UnitKind::Thread
                | UnitKind::Interpreter
                | UnitKind::Task
                | UnitKind::Subprocess
                | UnitKind::Unit,
                _,
            ) => Start { work: costs.thread_start, next: Next::Start(child) },
        }
    }

    /// A new unit has this to do before its first statement.
    pub(super) fn prepare(&mut self, child: UnitId) {
        let costs = &self.model.costs;
        let has_worker = self.world.infos[child.index()].pool.is_some() && self.pools.started == 0;
        let work = match (self.world.infos[child.index()].kind, self.program.terms.start) {
            _ if has_worker => SimDuration::ZERO,
            (UnitKind::Process, StartMethod::Fork) => costs.process_fork_child,
            (UnitKind::Process, StartMethod::Spawn) => costs.process_spawn,
            (UnitKind::Process, StartMethod::ForkServer) => costs.process_forkserver,
            (UnitKind::Interpreter, _) => costs.interpreter_start,
            (UnitKind::Thread | UnitKind::Task | UnitKind::Subprocess | UnitKind::Unit, _) => {
                SimDuration::ZERO
            }
        };
        let thread = &mut self.threads[child.index()];
        thread.work = work;
        thread.kind = Work::Ops;
    }

    /// CPU time for the messages of a step: pickling or unpickling them, and their way through the pipe.
    pub(super) fn message_cost(&self, step: &Step) -> SimDuration {
        if step.messages == 0 && step.moved == 0 {
            return SimDuration::ZERO;
        }
        let costs = &self.model.costs;
        let bytes = u128::from(costs.message_kib.0) * u128::from(step.moved) / 1024;
        let bytes = SimDuration(u64::try_from(bytes).unwrap_or(u64::MAX));
        SimDuration(costs.message.0.saturating_mul(step.messages)) + bytes
    }

    /// How many bytes a unit takes as long as it lives.
    pub(super) fn memory_of(&self, unit: UnitId) -> u64 {
        let costs = &self.model.costs;
        match (self.world.infos[unit.index()].kind, self.program.terms.start) {
            _ if unit == UnitId(0) => costs.interpreter_memory,
            // What it takes is its worker's.
            _ if self.world.infos[unit.index()].pool.is_some() => 0,
            (UnitKind::Process, StartMethod::Fork) => costs.forked_memory,
            (UnitKind::Process | UnitKind::Interpreter, _) => costs.interpreter_memory,
            (UnitKind::Thread | UnitKind::Task | UnitKind::Subprocess | UnitKind::Unit, _) => {
                costs.thread_memory
            }
        }
    }

    /// The interpreters that a step has started get what each one has.
    pub(super) fn add_interpreters(&mut self) {
        let count = self.world.interpreters.len();
        if self.model.runtime.gil != Gil::None {
            self.gils.resize_with(count, GilState::default);
        }
        let objects = self.world.objects.len();
        self.waiting.grow(objects);
        self.fairness.grow(objects);
        self.accounts.grow(objects);
        if let Some(watch) = &mut self.watch {
            watch.grow(objects);
        }
    }

    /// A unit was ended on the spot: it is nowhere any more.
    pub(super) fn killed(&mut self, unit: UnitId) {
        self.cancel_alarm(unit);
        if let Some(wait) = self.threads[unit.index()].pending {
            self.waiting.remove(wait, unit);
            self.wait_is_over(unit, wait);
        }
        let next = std::mem::replace(&mut self.threads[unit.index()].next, Next::Step);
        // What it was about to start begins without it.
        if let Next::Launch(child, _) | Next::Start(child) = next
            && self.threads[child.index()].state == State::Starting
        {
            self.wake(child);
        }
        match self.threads[unit.index()].state {
            State::Arriving | State::Running => {
                self.drop_gil(unit);
                self.leave_core(unit, Leave::Ended);
            }
            State::Queued => self.cores.forget(unit),
            State::GilWait | State::GilSwitch => self.forget_gil(unit),
            State::Io => {
                if let Next::Io(_, Some(device)) = next {
                    self.channel_free(device);
                }
            }
            State::Blocked | State::Starting | State::Sleeping | State::Aside | State::Ended => {}
        }
        self.record(unit, None, EventKind::Killed);
        self.gone(unit);
    }
}
