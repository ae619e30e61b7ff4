//! Units that bring an interpreter with them, processes above all: what their start costs, and their end by force.

use crate::base::id::UnitId;
use crate::base::time::SimDuration;
use crate::engine::Engine;
use crate::engine::gil::GilState;
use crate::engine::thread::{Away, Next, State, ThreadId, Work};
use crate::machine::profile::{Gil, LARGE_MESSAGE, StartMethod};
use crate::semantics::step::Step;
use crate::semantics::traffic::Traffic;
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
    /// Whether what a unit does is interpreted: not in a subprocess that runs another program.
    pub(super) fn needs_gil(&self, unit: UnitId) -> bool {
        let interpreter = self.world.infos[unit.index()].interpreter;
        self.world.interpreters[interpreter.index()].is_python
    }

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
                Start { work: costs.process_launch, next: Next::Launch(child, SimDuration::ZERO) }
            }
            (UnitKind::Process, StartMethod::ForkServer) => {
                let ready = self.now + costs.forkserver_start;
                let ready = self.memory.start_server(costs.interpreter_memory, ready);
                let wait = ready.max(self.now).since(self.now);
                Start { work: costs.process_launch, next: Next::Launch(child, wait) }
            }
            (UnitKind::Task, _) => Start { work: self.model.interpreted(costs.task_start), next: Next::Step },
            (UnitKind::Subprocess, _) => {
                Start { work: costs.subprocess_start, next: Next::Launch(child, SimDuration::ZERO) }
            }
            (UnitKind::Thread | UnitKind::Interpreter | UnitKind::Unit, _) => {
                Start { work: costs.thread_start, next: Next::Start(child) }
            }
        }
    }

    /// A new unit has this to do before its first statement.
    pub(super) fn prepare(&mut self, child: UnitId) {
        let costs = &self.model.costs;
        let has_worker = self.world.infos[child.index()].pool.is_some() && self.pools.started == 0;
        let kind = self.world.infos[child.index()].kind;
        let work = match (kind, self.program.terms.start) {
            _ if has_worker => SimDuration::ZERO,
            (UnitKind::Process, StartMethod::Fork) => costs.process_fork_child,
            (UnitKind::Process, StartMethod::Spawn) => costs.process_spawn,
            (UnitKind::Process, StartMethod::ForkServer) => costs.process_forkserver,
            (UnitKind::Interpreter, _) => costs.interpreter_start,
            (UnitKind::Subprocess, _) if self.needs_gil(child) => costs.python_start,
            (UnitKind::Thread | UnitKind::Task | UnitKind::Subprocess | UnitKind::Unit, _) => {
                SimDuration::ZERO
            }
        };
        if kind == UnitKind::Task {
            return;
        }
        let thread = self.thread_of(child);
        let thread = &mut self.threads[thread.index()];
        thread.work = work;
        thread.kind = Work::Ops;
    }

    /// A process begins that was started by that unit.
    pub(super) fn launch(&mut self, child: UnitId, parent: UnitId) {
        self.wake(child);
        self.follows(child, parent);
    }

    /// A thread has waited for the fork server, which forks now.
    pub(super) fn server_ready(&mut self, thread: ThreadId) {
        let next = std::mem::replace(&mut self.threads[thread.index()].next, Next::Step);
        if let Next::Launch(child, _) = next {
            self.launch(child, self.unit_on(thread));
        }
        self.wake_thread(thread);
    }

    /// CPU time for the messages of a step: that of the calls that send or receive them, which need no GIL, and that
    /// for what is in them, which is pickled or unpickled with it and goes through the pipe.
    pub(super) fn message_costs(&self, step: &Step) -> (SimDuration, SimDuration) {
        let traffic = step.traffic;
        if traffic == Traffic::default() {
            return (SimDuration::ZERO, SimDuration::ZERO);
        }
        let costs = &self.model.costs;
        let large = traffic.bytes.saturating_sub(LARGE_MESSAGE.saturating_mul(traffic.messages.max(1)));
        let kibs = |cost: SimDuration, bytes: u64| u128::from(cost.0) * u128::from(bytes) / 1024;
        let each = |cost: SimDuration, count: u64| u128::from(cost.0) * u128::from(count);
        let content = kibs(costs.message_kib, traffic.bytes)
            + kibs(costs.large_message_kib, large)
            + each(costs.pickle_item, traffic.pickled)
            + each(costs.unpickle_item, traffic.unpickled);
        let content = SimDuration(u64::try_from(content).unwrap_or(u64::MAX));
        (SimDuration(costs.message.0.saturating_mul(traffic.messages)), content)
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
        if self.routines[unit.index()].has_ended {
            // It was done, and only its group did not know.
            self.leaves_loop(unit);
            return self.is_no_more(unit);
        }
        if let Some(wait) = self.pending(unit) {
            self.waiting.remove(wait, unit);
            self.wait_is_over(unit);
        }
        if let Away::Served(device) = self.routines[unit.index()].away {
            self.channel_free(device);
        }
        if self.is_body(unit) {
            self.stop_thread(self.thread_of(unit));
        }
        self.record(unit, None, EventKind::Killed);
        self.gone(unit);
    }

    /// A thread is no more, whatever it was doing.
    fn stop_thread(&mut self, thread: ThreadId) {
        self.cancel_alarm(thread);
        let next = std::mem::replace(&mut self.threads[thread.index()].next, Next::Step);
        // What it was about to start begins without it: it has asked for that already.
        if let Next::Launch(child, _) | Next::Start(child) = next
            && self.threads[self.thread_of(child).index()].state == State::Starting
        {
            self.launch(child, self.threads[thread.index()].body);
        }
        match self.threads[thread.index()].state {
            State::Arriving | State::Running => {
                self.drop_gil(thread);
                self.leave_core(thread, Leave::Ended);
            }
            State::Queued => self.cores.forget(thread),
            State::GilWait | State::GilSwitch => self.forget_gil(thread),
            State::Io => {
                if let Next::Io(_, Some(device)) = next {
                    self.channel_free(device);
                }
            }
            State::Blocked
            | State::Starting
            | State::Sleeping
            | State::Aside
            | State::Idle
            | State::Ended => {}
        }
    }
}
