//! Jobs of pools: what it costs to submit one, and how a worker goes from one to the next.

#![expect(clippy::wildcard_enum_match_arm, reason = "one op asks for a worker")]

use std::collections::BTreeMap;

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::SimDuration;
use crate::engine::Engine;
use crate::engine::interpreters::Start;
use crate::engine::queue::Priority;
use crate::engine::thread::{Next, State, ThreadId, Work};
use crate::ir::program::Op;
use crate::ir::value::Value;
use crate::machine::profile::StartMethod;
use crate::semantics::world::Wait;
use crate::syntax::ast::UnitKind;
use crate::trace::event::{EventKind, Leave};

/// What the engine knows of the workers of pools.
#[derive(Debug, Default)]
pub(super) struct Pools {
    /// How many workers each pool has.
    pub(super) workers: BTreeMap<ObjectId, usize>,
    /// Which job each of them has or had last.
    last: BTreeMap<(ObjectId, usize), UnitId>,
    /// How many the step at hand has started.
    pub(super) started: usize,
    /// The job that the worker of the one which has just ended goes on with.
    pub(super) next: Option<UnitId>,
}

impl Engine<'_> {
    /// A job was submitted: its pool may have more workers now.
    pub(super) fn note_workers(&mut self, child: UnitId) {
        self.pools.started = 0;
        let Some(pool) = self.world.infos[child.index()].pool else { return };
        let count = self.world.pool(pool).started();
        let known = self.pools.workers.insert(pool, count).unwrap_or(0);
        self.pools.started = count - known;
        for worker in known..count {
            self.take_memory_of_worker(pool, worker);
        }
        self.note_worker(child);
    }

    /// What a worker did for one job comes before what it does for the next.
    fn note_worker(&mut self, job: UnitId) {
        let Some(pool) = self.world.infos[job.index()].pool else { return };
        let Some(worker) = self.world.pool(pool).worker_of(job) else { return };
        if let Some(before) = self.pools.last.insert((pool, worker), job) {
            self.watch_worker(before, job);
        }
    }

    /// What whoever submits a job has to do: for the job, and for a new worker.
    pub(super) fn start_of_job(&mut self, child: UnitId) -> Start {
        let costs = &self.model.costs;
        let is_process = self.world.infos[child.index()].kind == UnitKind::Process;
        let item = if is_process { costs.process_pool_item } else { costs.thread_pool_item };
        let started = self.pools.started;
        // What can't be pickled never begins.
        let never_begins = self.world.units[child.index()].has_ended();
        if self.world.held_back_by(child).is_some() || (never_begins && started == 0) {
            return Start { work: item, next: Next::Step };
        }
        if started == 0 {
            return Start { work: item, next: Next::Launch(child, SimDuration::ZERO) };
        }
        let start = self.start_of_unit(child);
        let forks = is_process && self.program.terms.start == StartMethod::Fork;
        let times = if forks { started as u64 } else { 1 };
        let next = if never_begins { Next::Step } else { start.next };
        Start { work: item + SimDuration(start.work.0.saturating_mul(times)), next }
    }

    /// The workers of a pool go when it is shut down and has no jobs.
    pub(super) fn close_pool(&mut self, pool: ObjectId) {
        let over =
            self.world.objects[pool.index()].as_pool().is_some_and(crate::semantics::pool::Pool::is_over);
        if over && let Some(workers) = self.pools.workers.get_mut(&pool) {
            // Those are not counted anew: it starts no more.
            for worker in 0..std::mem::take(workers) {
                self.give_memory_of_worker_back(pool, worker);
            }
        }
    }

    /// A job is no more: perhaps it was the last one.
    pub(super) fn close_pool_of(&mut self, job: UnitId) {
        if let Some(pool) = self.world.infos[job.index()].pool {
            self.close_pool(pool);
        }
    }

    /// A job that has waited for a worker has one now.
    pub(super) fn gets_worker(&mut self, job: UnitId) {
        if let Some(wait @ Wait::Worker(_)) = self.pending(job) {
            self.waiting.remove(wait, job);
            self.wait_is_over(job);
        }
        let thread = self.thread_of(job);
        self.threads[thread.index()].next = Next::Step;
        self.pools.next = Some(job);
        self.note_worker(job);
    }

    /// The worker that has ended one job goes on with another one: on the same core, and with the GIL if it has it.
    pub(super) fn goes_on_as(&mut self, from: ThreadId, to: ThreadId) {
        let [ended, job] = [from, to].map(|thread| self.unit_on(thread));
        let has_gil = self.holds_gil(from);
        let is_same = self.interpreter_of(from) == self.interpreter_of(to);
        if has_gil && !is_same {
            self.drop_gil(from);
        }
        if has_gil && is_same {
            self.record(ended, None, EventKind::GilDrop { forced: false });
        }
        self.record(ended, None, EventKind::Off { why: Leave::Ended });
        self.settle(from);
        self.change(to, State::Running);
        self.hand_core_over(from, to);
        self.record(job, None, EventKind::On);
        if has_gil && is_same {
            self.hand_gil_over(from, to);
            self.record(job, None, EventKind::GilTake);
        }
        self.follows(job, ended);
        self.threads[to.index()].kind = Work::Ops;
        self.set_alarm(to, SimDuration::ZERO, Priority::Done);
    }

    /// Whether the unit is about to do something to a pool whose jobs have not come to rest: in a course each of them
    /// has ended as soon as it has no more steps before it.
    pub(super) fn asks_pool(&self, unit: UnitId) -> bool {
        let at = &self.world.units[unit.index()];
        let named = match self.program.ops[at.pc as usize] {
            Op::Spawn { spawn, first, .. } => {
                let site = &self.program.spawns[usize::from(spawn)];
                let parameters = self.program.functions[site.function.index()].parameters;
                if site.pooled { at.register(first.0 + parameters).clone() } else { Value::None }
            }
            _ => Value::None,
        };
        let Value::Object(named) = named else { return false };
        let pool = self.program.object_of(named, self.world.infos[unit.index()].interpreter);
        let state = self.world.objects[pool.index()].as_pool();
        state.is_some_and(|state| state.busy().any(|job| job != unit && !self.is_at_rest(job)))
    }
}
