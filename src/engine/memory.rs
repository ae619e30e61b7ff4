//! What the modelled processes and threads take in memory, now and at their peak.
//!
//! A unit takes memory from its spawn to its end, and it counts for the interpreter in which it runs. Of a pool the
//! workers count instead of the jobs, until it is shut down. A process that
//! was forked shares the pages of the one that has forked it until either writes to them: it takes only those that it
//! writes (`forked_memory`, or `forkserver_memory` of one that the fork server has forked). The server itself takes
//! what a process takes, from its first use to the end of main.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::base::time::SimTime;
use crate::engine::Engine;
use crate::machine::profile::StartMethod;
use crate::syntax::ast::{ObjectKind, UnitKind};

/// Bytes that something takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    now: u64,
    /// The most that it ever took.
    pub(super) peak: u64,
}

impl Taken {
    fn add(&mut self, bytes: u64) {
        self.now = self.now.saturating_add(bytes);
        self.peak = self.peak.max(self.now);
    }

    fn subtract(&mut self, bytes: u64) {
        self.now = self.now.checked_sub(bytes).expect("what is given back was taken");
    }
}

/// The memory of a run.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// All of it.
    pub(super) all: Taken,
    /// That of each interpreter with the threads in it.
    pub(super) interpreters: Vec<Taken>,
    /// What the fork server takes, if there is one, and when it can fork.
    server: Option<(u64, SimTime)>,
}

impl Memory {
    /// The fork server is to be used, and started if there is none, which takes so long: when it can fork.
    pub(super) fn start_server(&mut self, bytes: u64, ready: SimTime) -> SimTime {
        if let Some((_, ready)) = self.server {
            return ready;
        }
        self.server = Some((bytes, ready));
        self.all.add(bytes);
        ready
    }
}

impl Engine<'_> {
    /// How many bytes a unit takes as long as it lives.
    fn memory_of(&self, unit: UnitId) -> u64 {
        let costs = &self.model.costs;
        match (self.world.infos[unit.index()].kind, self.program.terms.start) {
            _ if unit == UnitId(0) => costs.interpreter_memory,
            // What it takes is its worker's.
            _ if self.world.infos[unit.index()].pool.is_some() => 0,
            (UnitKind::Process, StartMethod::Fork) => costs.forked_memory,
            (UnitKind::Process, StartMethod::ForkServer) => costs.forkserver_memory,
            (UnitKind::Process, StartMethod::Spawn) | (UnitKind::Interpreter, _) => costs.interpreter_memory,
            (UnitKind::Task, _) => costs.task_memory,
            (UnitKind::Subprocess, _) if self.needs_gil(unit) => costs.interpreter_memory,
            (UnitKind::Subprocess, _) => costs.subprocess_memory,
            (UnitKind::Thread | UnitKind::Unit, _) => costs.thread_memory,
        }
    }

    /// Whether a unit was started by a fork, of its parent or of the fork server.
    pub(super) fn is_forked(&self, unit: UnitId) -> bool {
        self.world.infos[unit.index()].kind == UnitKind::Process
            && self.program.terms.start != StartMethod::Spawn
    }

    /// How many bytes a worker of a pool takes.
    fn memory_of_worker(&self, pool: ObjectId) -> u64 {
        let costs = &self.model.costs;
        match (self.program.object(pool).kind, self.program.terms.start) {
            (ObjectKind::ProcessPool, StartMethod::Fork) => costs.forked_memory,
            (ObjectKind::ProcessPool, StartMethod::ForkServer) => costs.forkserver_memory,
            (ObjectKind::ProcessPool, StartMethod::Spawn) => costs.interpreter_memory,
            (kind, _) => {
                debug_assert_eq!(kind, ObjectKind::ThreadPool, "only pools have workers");
                costs.thread_memory
            }
        }
    }

    /// A pool has started a worker.
    pub(super) fn take_memory_of_worker(&mut self, pool: ObjectId, worker: usize) {
        self.take(self.memory_of_worker(pool), self.world.pool(pool).home(worker));
    }

    /// A worker is no more.
    pub(super) fn give_memory_of_worker_back(&mut self, pool: ObjectId, worker: usize) {
        self.give_back(self.memory_of_worker(pool), self.world.pool(pool).home(worker));
    }

    /// A unit was spawned, or main begins.
    pub(super) fn take_memory(&mut self, unit: UnitId) {
        self.take(self.memory_of(unit), self.world.infos[unit.index()].interpreter);
    }

    fn take(&mut self, bytes: u64, interpreter: InterpreterId) {
        let of_each = &mut self.memory.interpreters;
        of_each.resize(of_each.len().max(interpreter.index() + 1), Taken::default());
        of_each[interpreter.index()].add(bytes);
        self.memory.all.add(bytes);
    }

    fn give_back(&mut self, bytes: u64, interpreter: InterpreterId) {
        self.memory.interpreters[interpreter.index()].subtract(bytes);
        self.memory.all.subtract(bytes);
    }

    /// A unit is no more.
    pub(super) fn give_memory_back(&mut self, unit: UnitId) {
        self.give_back(self.memory_of(unit), self.world.infos[unit.index()].interpreter);
        if unit == UnitId(0)
            && let Some((server, _)) = self.memory.server.take()
        {
            self.memory.all.subtract(server);
        }
    }

    /// Whether what is taken is what those who live take.
    pub(super) fn is_memory_conserved(&self) -> bool {
        let units = (0..self.routines.len()).map(UnitId::new);
        let alive = units.filter(|unit| !self.routines[unit.index()].has_ended);
        let of_units: u64 = alive.map(|unit| self.memory_of(unit)).sum();
        let pools = self.pools.workers.iter();
        let of_workers: u64 = pools.map(|(&pool, &count)| count as u64 * self.memory_of_worker(pool)).sum();
        let theirs = of_units + of_workers;
        let of_each: u64 = self.memory.interpreters.iter().map(|taken| taken.now).sum();
        of_each == theirs && self.memory.all.now == theirs + self.memory.server.map_or(0, |(bytes, _)| bytes)
    }
}
