//! `thread_pool` and `process_pool`: `ThreadPoolExecutor` and `ProcessPoolExecutor` of CPython's
//! `Lib/concurrent/futures` (read and run: 3.13).
//!
//! A job is a unit of its own that waits for a worker before its first statement. Jobs get workers in the order in
//! which they were submitted: whoever ends gives its worker to the next one, so that this is no choice. A worker of a
//! process pool is a process with an interpreter of its own, which one job leaves to the next as it is.

mod submit;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::id::{CellId, InterpreterId, ObjectId, UnitId};
use crate::ir::program::{Object, Operand, Program, Register};
use crate::ir::value::{Exception, Raised, Value};
use crate::machine::profile::StartMethod;
use crate::semantics::attempt::{Answer, Attempt, Called};
use crate::semantics::object::{ObjectState, Provider};
use crate::semantics::step::{ActionKind, Deed, Flow, Performed, Seen, Stepper, Whom};
use crate::semantics::traffic::Traffic;
use crate::semantics::world::{Owner, Status, Wait, World};
use crate::syntax::ast::ObjectKind;

/// A pool's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pool {
    /// How many workers it may have.
    size: usize,
    /// They are processes.
    has_processes: bool,
    /// Those that were started.
    workers: Vec<Worker>,
    /// Those of them that have nothing to do, in the order in which they began to wait for it.
    idle: VecDeque<usize>,
    /// The jobs that wait for a worker.
    queue: VecDeque<UnitId>,
    /// It takes no more jobs.
    is_shut: bool,
    /// Workers that were left behind when the process of this copy was forked: they count, and do nothing.
    lost: usize,
    /// So many of those seemed to have nothing to do, and are still believed to wait for a job.
    believed: usize,
}

/// A worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Worker {
    /// The interpreter in which its jobs run.
    home: InterpreterId,
    /// What it does.
    job: Option<UnitId>,
    /// The first job that it has had.
    first: Option<UnitId>,
}

impl Worker {
    /// One that has not had any job.
    const fn new(home: InterpreterId) -> Self {
        Self { home, job: None, first: None }
    }

    /// It has that job now.
    fn takes(&mut self, job: Option<UnitId>) {
        self.job = job;
        self.first = self.first.or(job);
    }
}

/// Where a new job finds its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Some are idle.
    Idle,
    /// One can be started.
    New,
    /// It has to wait for one.
    Queue,
}

impl Pool {
    /// A pool as declared.
    ///
    /// # Panics
    ///
    /// If its argument is not a number of workers: lowering has checked that.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        let [Value::Int(size)] = object.arguments.as_slice() else {
            unreachable!("a pool has a number of workers, not {:?}", object.arguments);
        };
        Self {
            size: usize::try_from(*size).expect("lowering refuses a pool without workers"),
            has_processes: object.kind == ObjectKind::ProcessPool,
            workers: Vec::new(),
            idle: VecDeque::new(),
            queue: VecDeque::new(),
            is_shut: false,
            lost: 0,
            believed: 0,
        }
    }

    /// How many workers it may have.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// How many workers were started.
    #[must_use]
    pub const fn started(&self) -> usize {
        self.workers.len()
    }

    /// Whether its process was forked while it had workers, which are not there.
    #[must_use]
    pub const fn has_lost_workers(&self) -> bool {
        self.lost > 0
    }

    /// The interpreter in which the jobs of a worker run, which is counted from 0.
    ///
    /// # Panics
    ///
    /// If there are fewer workers.
    #[must_use]
    pub fn home(&self, worker: usize) -> InterpreterId {
        self.workers[worker].home
    }

    /// The jobs that have a worker, in the order of the workers.
    pub fn busy(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.workers.iter().filter_map(|worker| worker.job)
    }

    /// The jobs that wait for a worker, the first one first.
    pub fn queued(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.queue.iter().copied()
    }

    /// The number of the worker that a job has, counted from 0.
    #[must_use]
    pub fn worker_of(&self, job: UnitId) -> Option<usize> {
        self.workers.iter().position(|worker| worker.job == Some(job))
    }

    /// The first job of the worker that a job has.
    #[must_use]
    pub fn first_of_worker(&self, job: UnitId) -> Option<UnitId> {
        self.worker_of(job).and_then(|at| self.workers[at].first)
    }

    /// Whether a job waits for a worker.
    #[must_use]
    pub fn holds_back(&self, job: UnitId) -> bool {
        // Most of those that are asked for have a worker, or were submitted just now.
        self.worker_of(job).is_none() && (self.queue.back() == Some(&job) || self.queue.contains(&job))
    }

    /// Whether all that was submitted has ended.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.busy().next().is_none()
    }

    /// Whether it takes no more jobs and has none.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_shut && self.is_idle()
    }

    fn place(&self) -> Place {
        if !self.idle.is_empty() {
            Place::Idle
        } else if self.believed == 0 && self.workers.len() + self.lost < self.size {
            Place::New
        } else {
            Place::Queue
        }
    }

    fn wait_in_queue(&mut self, job: UnitId) {
        self.believed = self.believed.saturating_sub(1);
        self.queue.push_back(job);
    }

    /// A worker has nothing to do. Threads are all the same, so that it makes no difference since when.
    fn rests(&mut self, worker: usize) {
        let place = if self.has_processes {
            self.idle.len()
        } else {
            self.idle.partition_point(|&other| other < worker)
        };
        self.idle.insert(place, worker);
    }

    /// A job is no more, and its worker takes the next one: which that is, and where it runs.
    fn finished(&mut self, job: UnitId) -> Option<(UnitId, InterpreterId)> {
        let at = self.worker_of(job)?;
        let next = self.queue.pop_front();
        self.workers[at].takes(next);
        if next.is_none() {
            self.rests(at);
        }
        next.map(|next| (next, self.workers[at].home))
    }

    /// Takes a job out of the queue; whether it was there.
    pub(super) fn withdraw(&mut self, job: UnitId) -> bool {
        let before = self.queue.len();
        self.queue.retain(|&other| other != job);
        self.queue.len() < before
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "shutdown" => self.shutdown(args[0].truthy(), attempt),
            other => unreachable!("the checker refuses `{other}` of a pool, and lowering `submit` and `map`"),
        }
    }

    /// `shutdown(wait=True)`, and the end of a `with`: it takes no more jobs, then it waits for those that it has.
    pub(super) fn shutdown(&mut self, waits: bool, attempt: &mut Attempt<'_>) -> Called {
        let shuts = !self.is_shut;
        if shuts {
            self.is_shut = true;
            attempt.did(Deed::ShutDown);
        }
        if !waits || (shuts && self.is_idle()) {
            return Ok(Answer::Value(Value::None));
        }
        // It waits for the threads of the workers, of which this may be one.
        if self.busy().any(|job| job == attempt.unit) {
            return Err(Raised::new("RuntimeError", "cannot join current thread"));
        }
        if shuts {
            return Ok(Answer::Again);
        }
        if !self.is_idle() {
            return Ok(Answer::Wait { wait: Wait::Idle(attempt.object), timeout: None });
        }
        attempt.did(Deed::Pass);
        Ok(Answer::Value(Value::None))
    }

    /// Who can let those go on who wait for a worker, or for all of them to be idle: one of those who are not.
    pub(super) fn provider(&self) -> Provider {
        match self.busy().next() {
            Some(job) => Provider::Only(job),
            None => Provider::Caller(&[]),
        }
    }

    /// The copy that a forked process gets: its workers are not there, though it knows of them, nor are its jobs.
    pub(super) fn fork(&mut self) {
        self.lost += self.workers.len();
        self.believed += self.idle.len();
        self.workers.clear();
        self.idle.clear();
        self.queue.clear();
    }

    pub(super) fn rename(&mut self, names: &[UnitId]) {
        let workers = self.workers.iter_mut();
        let running = workers.flat_map(|worker| worker.job.iter_mut().chain(&mut worker.first));
        running.chain(&mut self.queue).for_each(|job| *job = names[job.index()]);
    }

    /// What it knows of a unit, as numbers.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        let number = |at: Option<usize>| at.map_or(0, |at| u32::try_from(at).map_or(u32::MAX, |at| at + 1));
        note(number(self.workers.iter().position(|worker| worker.job == Some(unit))));
        note(number(self.queue.iter().position(|job| *job == unit)));
    }
}

impl World {
    /// The pool whose job a unit is and from which it has no worker yet.
    #[must_use]
    pub fn held_back_by(&self, unit: UnitId) -> Option<ObjectId> {
        // The unit that evaluates a property is none of the run's.
        let pool = self.infos.get(unit.index())?.pool?;
        self.pool(pool).holds_back(unit).then_some(pool)
    }

    /// The state of a pool.
    ///
    /// # Panics
    ///
    /// If the object is none.
    #[must_use]
    pub fn pool(&self, pool: ObjectId) -> &Pool {
        self.objects[pool.index()].as_pool().expect("jobs are submitted to pools only")
    }

    fn pool_mut(&mut self, pool: ObjectId) -> &mut Pool {
        let ObjectState::Pool(pool) = &mut self.objects[pool.index()] else {
            unreachable!("jobs are submitted to pools only");
        };
        pool
    }

    /// Takes a job that has not begun out of its pool; whether it was waiting there.
    pub(super) fn withdraw(&mut self, job: UnitId) -> bool {
        let pool = self.infos[job.index()].pool;
        pool.is_some_and(|pool| self.pool_mut(pool).withdraw(job))
    }

    /// Whether a job was cancelled before it began.
    fn was_cancelled(&self, job: UnitId) -> bool {
        let unit = &self.units[job.index()];
        unit.has_ended() && unit.failure == 0 && matches!(unit.result, Value::Exception(_))
    }

    /// Starts so many workers of a process pool. What the script declares is in each of them as it was declared or,
    /// after a fork by `forker`, as that unit's interpreter has it now.
    fn start_processes(&mut self, program: &Program, (pool, count): (ObjectId, usize), forker: UnitId) {
        let forker = (program.terms.start == StartMethod::Fork).then_some(forker);
        for _ in 0..count {
            let at = self.pool(pool).workers.len();
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let home = self.start_interpreter(program, Owner::Worker { pool, number }, forker);
            let state = self.pool_mut(pool);
            state.workers.push(Worker::new(home));
            state.rests(at);
        }
    }

    /// Whether two interpreters have the same values and states of objects.
    fn are_alike(&self, program: &Program, one: InterpreterId, other: InterpreterId) -> bool {
        let mut cells = (0..program.cells.len()).map(CellId::new);
        let mut objects = (0..program.objects.len()).map(ObjectId::new);
        let cell = |cell: CellId, of| &self.cells[program.cell_of(cell, of).index()];
        let object = |object: ObjectId, of| &self.objects[program.object_of(object, of).index()];
        cells.all(|it| cell(it, one) == cell(it, other))
            && objects.all(|it| object(it, one) == object(it, other))
    }
}

impl Stepper<'_> {
    /// A job has ended: its worker takes the next one, or those who wait for all jobs may go on.
    pub(super) fn leave_worker(&mut self) {
        let Some(pool) = self.world.infos[self.id.index()].pool else { return };
        let state = self.world.pool_mut(pool);
        let next = state.finished(self.id);
        let is_idle = state.is_idle();
        if state.has_processes {
            self.meter.traffic.encloses(&self.world.units[self.id.index()].result);
        }
        self.act(ActionKind::Did(pool, Deed::Finish(next.map(|(job, _)| job))));
        if let Some((job, home)) = next {
            self.world.infos.amend(job, |info| info.interpreter = home);
            self.world.units[job.index()].status = Status::New;
        }
        if is_idle {
            self.act(ActionKind::Woke(Wait::Idle(pool), Whom::All));
        }
    }

    /// `cancel()` of the future of a job of that pool: whether it will never run.
    pub(super) fn cancel_job(&mut self, job: UnitId, pool: ObjectId) -> bool {
        if !self.world.withdraw(job) {
            self.act(ActionKind::Saw(Seen::Object(pool)));
            return self.world.was_cancelled(job);
        }
        self.withdrawn(job, pool);
        true
    }

    /// A job that was taken out of the queue of its pool ends, and gives `CancelledError` to whoever asks for its result.
    fn withdrawn(&mut self, job: UnitId, pool: ObjectId) {
        let origin = self.pc();
        let cancelled = Raised::new("CancelledError", "");
        self.world.kill(job);
        let unit = &mut self.world.units[job.index()];
        unit.result = Value::Exception(Arc::new(Exception::new(cancelled, origin)));
        unit.taken = true;
        self.act(ActionKind::Killed(job));
        if self.world.pool(pool).is_idle() {
            self.act(ActionKind::Woke(Wait::Idle(pool), Whom::All));
        }
    }

    /// A `map` has failed: those of its jobs that have not begun never will, and what becomes of the others concerns
    /// nobody.
    pub(super) fn abandon(&mut self, jobs: Register) -> Performed {
        let Value::List(list) = self.get(Operand::register(jobs)).clone() else {
            unreachable!("`map` keeps a list of its jobs");
        };
        for job in list.items() {
            let Value::Handle(job) = job else { unreachable!("`map` keeps a list of its jobs") };
            self.world.units[job.index()].taken = true;
            if let Some(pool) = self.world.infos[job.index()].pool
                && self.world.withdraw(*job)
            {
                self.withdrawn(*job, pool);
            }
        }
        Ok(Flow::Next)
    }

    /// The end of a `with` on a pool.
    pub(super) fn leave_pool(&mut self, pool: ObjectId) -> Performed {
        let mut attempt = Attempt {
            unit: self.id,
            thread: self.id,
            awaits: false,
            object: pool,
            expired: self.expired,
            notified: self.notified,
            atomic: self.atomic > 0,
            free_lock: self.program.terms.free_lock,
            pc: self.pc(),
            home: self.home,
            traffic: Traffic::default(),
            refusal: None,
            oracle: &mut *self.oracle,
            actions: &mut *self.actions,
        };
        let ObjectState::Pool(state) = &mut self.world.objects[pool.index()] else {
            unreachable!("a `with` that was entered on a pool");
        };
        match state.shutdown(true, &mut attempt)? {
            Answer::Value(_) => Ok(Flow::Next),
            Answer::Again => Ok(Flow::Again),
            Answer::Wait { wait, timeout } => Ok(Flow::Wait { wait, timeout }),
        }
    }
}
