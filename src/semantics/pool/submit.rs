//! `submit`: where a job finds its worker, and what becomes of one that can't be sent to a process.

use std::sync::Arc;

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::ir::program::{Op, Operand, Register};
use crate::ir::value::{Exception, Raised, Value};
use crate::machine::profile::StartMethod;
use crate::semantics::pool::{Place, Worker};
use crate::semantics::step::{ActionKind, Deed, Flow, Outcome, Performed, Seen, Stepper};
use crate::semantics::traffic::Traffic;
use crate::semantics::world::{Status, Unit, Wait};
use crate::syntax::ast::{ObjectKind, UnitKind};

impl Stepper<'_> {
    /// `ex.submit(f(…))`: the arguments stand from `first` on, the pool behind them.
    pub(in crate::semantics) fn submit(&mut self, op: &Op) -> Performed {
        let Op::Spawn { to, spawn, first } = *op else { unreachable!("{op:?} submits nothing") };
        if self.atomic > 0 {
            return Err(Raised::new("RuntimeError", "a job can't be submitted inside `atomic`"));
        }
        self.meter.called = Some(self.meter.ops);
        let program = self.program;
        let function = program.spawns[usize::from(spawn)].function;
        let parameters = program.functions[function.index()].parameters;
        let pool = self.pool_at(Register(first.0 + parameters))?;
        if self.world.pool(pool).is_shut {
            self.act(ActionKind::Saw(Seen::Object(pool)));
            return Err(Raised::new("RuntimeError", "cannot schedule new futures after shutdown"));
        }
        let has_processes = self.world.pool(pool).has_processes;
        let refusal = self.job_refusal((first, parameters), has_processes);
        let arguments = self.row(first, usize::from(parameters));
        let mut sent = Traffic::default();
        if has_processes {
            arguments.iter().for_each(|argument| sent.encloses(argument));
        }
        let job = Unit::new(program, function, arguments);
        self.meter.allocated += Unit::BYTES + (job.stack.capacity() * size_of::<Value>()) as u64;
        self.meter.traffic += sent;
        let worker = if refusal.is_some() {
            self.start_workers(pool);
            None
        } else {
            self.worker(pool)
        };
        let home = worker.map_or(self.home, |worker| self.world.pool(pool).workers[worker].home);
        let kind = if has_processes { UnitKind::Process } else { UnitKind::Thread };
        let child = self.world.spawn((self.id, kind), home, (function, job), (None, false, None));
        self.world.infos.amend(child, |info| info.pool = Some(pool));
        if let Some(refusal) = refusal {
            self.refuse_job(child, refusal);
        } else if let Some(worker) = worker {
            self.world.pool_mut(pool).workers[worker].takes(Some(child));
        } else {
            self.world.pool_mut(pool).wait_in_queue(child);
            self.world.units[child.index()].status =
                Status::Waiting { wait: Wait::Worker(pool), timed: false };
        }
        self.act(ActionKind::Did(pool, Deed::Submit(child)));
        self.set(to, Value::Handle(child));
        Ok(Flow::Stop(Outcome::Spawned(child)))
    }

    fn pool_at(&self, register: Register) -> Result<ObjectId, Raised> {
        let value = self.get(Operand::register(register));
        let what = match value {
            Value::Object(object) => {
                let kind = self.program.objects[object.index()].kind;
                if matches!(kind, ObjectKind::ThreadPool | ObjectKind::ProcessPool) {
                    return Ok(self.program.object_of(*object, self.home));
                }
                kind.word()
            }
            Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Handle(_)
            | Value::Stream(..)
            | Value::Cell(_)
            | Value::Exception(_) => value.type_name(),
        };
        Err(Raised::new("AttributeError", format!("'{what}' object has no attribute 'submit'")))
    }

    /// What is raised if an argument of a job of processes can't be pickled.
    fn job_refusal(&self, (first, count): (Register, u16), has_processes: bool) -> Option<Raised> {
        let arguments = (first.0..first.0 + count).map(|at| self.get(Operand::register(Register(at))));
        arguments.filter(|_| has_processes).find_map(|value| self.pickling_refusal(value))
    }

    /// The feeder of the pool can't pickle a job: that never gets a worker, and its future has the exception at once
    /// (`_SafeQueue` in `process.py`, run: 3.11.7).
    fn refuse_job(&mut self, job: UnitId, refusal: Raised) {
        let exception = Exception::new(refusal, self.pc());
        self.world.failures += 1;
        let failure = self.world.failures;
        self.world.kill(job);
        let unit = &mut self.world.units[job.index()];
        unit.result = Value::Exception(Arc::new(exception));
        unit.failure = failure;
    }

    /// The worker that takes a new job, which is busy from now on; none if the job has to wait for one.
    fn worker(&mut self, pool: ObjectId) -> Option<usize> {
        if self.start_workers(pool) == Place::Queue {
            return None;
        }
        let at = self.pick_worker(pool);
        self.world.pool_mut(pool).idle.remove(at)
    }

    /// Starts workers for a new job if none is idle and there may be more; where the job would have found its own.
    fn start_workers(&mut self, pool: ObjectId) -> Place {
        let state = self.world.pool(pool);
        let place = state.place();
        match place {
            Place::Idle | Place::Queue => {}
            Place::New if state.has_processes => {
                // A fork is not safe once the pool's own threads run, so that all are made at once.
                let all = self.program.terms.start == StartMethod::Fork;
                let count = if all { state.size } else { 1 };
                self.world.start_processes(self.program, (pool, count), self.id);
            }
            Place::New => {
                let home = self.home;
                let state = self.world.pool_mut(pool);
                state.workers.push(Worker::new(home));
                state.rests(state.workers.len() - 1);
            }
        }
        place
    }

    /// Which of the idle workers takes a job. Those of processes all wait for the lock at the jobs' queue, which goes
    /// to the first; where what earlier jobs have left in them is the same, it makes no difference.
    fn pick_worker(&mut self, pool: ObjectId) -> usize {
        let state = self.world.pool(pool);
        let homes: Vec<InterpreterId> = state.idle.iter().map(|&at| state.workers[at].home).collect();
        let alike = homes.iter().all(|&home| self.world.are_alike(self.program, homes[0], home));
        if !state.has_processes || alike { 0 } else { self.oracle.pick(homes.len()) }
    }
}
