//! When it happens: one timed run.
//!
//! The engine asks `semantics` for a unit's next step when that unit has a core
//! (and its interpreter's lock), and turns what the step did into time: work on
//! a core, waits, alarms. The order of events is (time, priority, serial
//! number); what a real system leaves open goes through one policy.

mod cache;
mod chronicle;
mod contest;
mod cores;
mod dice;
mod endless;
mod event_loop;
mod fairness;
mod gil;
mod groups;
mod interpreters;
pub mod measure;
mod memory;
mod misuse;
mod policy;
mod pools;
mod promises;
mod queue;
mod record;
mod replay;
mod report;
mod requests;
mod rescue;
mod run_queue;
mod running;
mod stall;
mod stepping;
pub mod survey;
mod thread;
mod trouble;
mod waiting;
mod watching;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::id::UnitId;
use crate::base::rng::{Random, Stream};
use crate::base::time::{SimDuration, SimTime};
use crate::engine::cache::Cache;
use crate::engine::chronicle::Chronicle;
pub use crate::engine::chronicle::Chronicled;
use crate::engine::cores::Cores;
use crate::engine::dice::Dice;
use crate::engine::endless::Rounds;
use crate::engine::fairness::Fairness;
use crate::engine::gil::GilState;
use crate::engine::memory::Memory;
use crate::engine::policy::Policy;
pub use crate::engine::policy::Scheduler;
use crate::engine::pools::Pools;
use crate::engine::promises::Promises;
use crate::engine::queue::{Alarm, Priority, Queue, Whose};
use crate::engine::replay::{Recorder, Replay};
use crate::engine::requests::Requests;
use crate::engine::rescue::Rescue;
use crate::engine::stall::Stalls;
use crate::engine::thread::{Routine, State, Thread, ThreadId};
use crate::engine::trouble::Trouble;
use crate::engine::waiting::Waiting;
use crate::engine::watching::Watch;
use crate::ir::program::{Pc, Program};
use crate::ir::value::Value;
use crate::machine::profile::{Gil, Model};
use crate::observe::accounting::Accounts;
use crate::observe::guard::{Guard, guards};
use crate::observe::livelock::Endless;
use crate::observe::report::{Inputs, Report};
use crate::semantics::step::Action;
use crate::semantics::turn::Course;
use crate::semantics::world::World;
use crate::trace::event::{Detail, Sink};

/// How to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the report says the run was given.
    pub inputs: Inputs,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// How choices are made.
    pub scheduler: Scheduler,
    /// The run stops before anything that happens later than this.
    pub max_time: Option<SimDuration>,
    /// The run stops when so many ops were executed.
    pub max_events: u64,
    /// The run stops when units and their values take more bytes.
    pub max_memory: u64,
    /// What is written down of where the time goes.
    pub chronicled: Chronicled,
}

/// Runs a program, telling `sink` of each event as it happens. It stops early if
/// the sink breaks, or `interrupt` becomes true.
pub fn run(
    program: &Program,
    model: &Model,
    options: &Options,
    sink: &mut dyn Sink,
    interrupt: &AtomicBool,
) -> Report {
    let mut engine = Engine::new(program, model, options, (sink, interrupt));
    engine.run();
    engine.into_report()
}

/// Runs a program as [`run`] does, but takes its first steps in the order of `course`. If it is known what
/// goes on for ever behind them, in which units have the names of the course, the run says so and ends there.
///
/// # Errors
///
/// If the run does not come to do what the course says: the turn of the schedule where they part.
pub fn replay(
    program: &Program,
    model: &Model,
    (options, course, endless): (&Options, Course, Option<Endless>),
    sink: &mut dyn Sink,
    interrupt: &AtomicBool,
) -> Result<Report, usize> {
    let mut engine = Engine::new(program, model, options, (sink, interrupt));
    engine.replay = Some(Replay::new(course, endless));
    engine.run();
    let stray = engine.replay.as_ref().and_then(Replay::stray);
    match stray {
        Some(turn) if matches!(engine.stop, Some(Stop::Ended | Stop::Stuck)) => Err(turn),
        Some(_) | None => Ok(engine.into_report()),
    }
}

/// Runs a program as [`run`] does, and tells which steps it has taken.
pub fn record(
    program: &Program,
    model: &Model,
    options: &Options,
    sink: &mut dyn Sink,
    interrupt: &AtomicBool,
) -> (Report, Course) {
    let mut engine = Engine::new(program, model, options, (sink, interrupt));
    engine.recorder = Some(Recorder::default());
    engine.dice.records = true;
    engine.run();
    let course = engine.recorded();
    (engine.into_report(), course)
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// Main and every unit that is no daemon have ended.
    Ended,
    /// Nothing can happen any more.
    Stuck,
    /// No end can be reached any more.
    Endless,
    /// Nobody listens, or the user has interrupted it.
    Interrupted,
    /// So many ops were executed.
    Ops,
    /// The time is over.
    Time,
    /// Units and values take too much memory.
    Memory,
    /// There are too many units, or alarms.
    Units,
}

/// How often the engine looks whether it is interrupted: every so many alarms.
const ALARMS_PER_LOOK: u64 = 1024;

/// From how many alarms on cancelled ones are thrown away.
const ALARMS_MANY: usize = 4096;

/// From how many units on they don't fit into the processor's nearer caches.
const UNITS_MANY: usize = 4096;

struct Engine<'a> {
    program: &'a Program,
    model: &'a Model,
    options: &'a Options,
    interrupt: &'a AtomicBool,
    sink: &'a mut dyn Sink,
    detail: Detail,
    world: World,
    now: SimTime,
    queue: Queue,
    /// The OS threads in order of their start, and the units.
    threads: Vec<Thread>,
    routines: Vec<Routine>,
    requests: Requests,
    cores: Cores,
    /// One for each interpreter, if the runtime has any.
    gils: Vec<GilState>,
    /// Waiters fight for them.
    contested: bool,
    /// Who is in time for a GIL that is free for a moment.
    luck: Random,
    /// Which cores have what is shared.
    cache: Cache,
    waiting: Waiting,
    /// Locks and permits that are free, and who was woken for them.
    promises: Promises,
    rescue: Rescue,
    policy: Policy,
    dice: Dice,
    pools: Pools,
    accounts: Accounts,
    trouble: Trouble,
    /// Accounts of what orders what, if the script has anything to be found by that.
    watch: Option<Box<Watch>>,
    fairness: Fairness,
    stalls: Stalls,
    /// The `if`s around the waits at conditions.
    guards: BTreeMap<Pc, Guard>,
    /// What the last step did; empty between steps.
    actions: Vec<Action>,
    /// The thread that is in the middle of going on.
    going_on: Option<ThreadId>,
    /// The order of steps that is followed, until it is done.
    replay: Option<Replay>,
    /// Who goes on for ever, if the order has led to where no end can be reached.
    rounds: Option<Rounds>,
    /// The steps so far, if somebody wants to know them.
    recorder: Option<Recorder>,
    /// Where the time went, if somebody wants to know more than sums.
    chronicle: Option<Box<Chronicle>>,
    /// The nanoseconds of one op.
    op_cost: u64,
    /// Units that the run waits for.
    alive: usize,
    /// Bytes that the modelled processes and threads take.
    memory: Memory,
    events: u64,
    /// Alarms that went off, cancelled ones included.
    alarms: u64,
    /// Ops that were executed, and at how many the engine looks around.
    ops: u64,
    next_look: u64,
    /// Bytes made since memory was last counted, and what it was then.
    allocated: u64,
    counted: u64,
    max_time: SimTime,
    stop: Option<Stop>,
}

impl<'a> Engine<'a> {
    fn new(
        program: &'a Program,
        model: &'a Model,
        options: &'a Options,
        (sink, interrupt): (&'a mut dyn Sink, &'a AtomicBool),
    ) -> Self {
        let world = World::new(program);
        Self {
            program,
            model,
            options,
            interrupt,
            detail: sink.detail(),
            sink,
            counted: world.bytes(),
            now: SimTime::ZERO,
            queue: Queue::default(),
            threads: vec![Thread::new(SimTime::ZERO, UnitId(0))],
            routines: vec![Routine::new(SimTime::ZERO, world.units[0].pc, ThreadId(0))],
            requests: Requests::default(),
            world,
            cores: Cores::new(model.cores),
            gils: match model.runtime.gil {
                Gil::None => Vec::new(),
                Gil::Interval | Gil::Ticks | Gil::Polling => vec![GilState::default()],
            },
            contested: Self::are_contested(model.runtime.gil),
            luck: Random::new(options.seed, Stream::Gil),
            cache: Cache::new(program, model, options.seed),
            waiting: Waiting::new(program.objects.len()),
            promises: Promises::default(),
            rescue: Rescue::default(),
            policy: Policy::new(options.scheduler, options.seed),
            dice: Dice::new(options.seed),
            pools: Pools::default(),
            accounts: Accounts::new(program),
            trouble: Trouble::default(),
            watch: Watch::new(program),
            fairness: Fairness::new(program.objects.len()),
            stalls: Stalls::default(),
            guards: guards(program),
            actions: Vec::new(),
            going_on: None,
            replay: None,
            rounds: None,
            recorder: None,
            chronicle: Chronicle::new(options.chronicled, model.cores),
            op_cost: model.interpreted(model.costs.op).0,
            alive: 1,
            memory: Memory::default(),
            events: 0,
            alarms: 0,
            ops: 0,
            next_look: 0,
            allocated: 0,
            max_time: options.max_time.map_or(SimTime::LAST, |length| SimTime(length.0).min(SimTime::LAST)),
            stop: None,
        }
    }

    fn run(&mut self) {
        self.check_invariants(None);
        self.know(UnitId(0));
        self.start_main();
        while self.stop.is_none() {
            self.follow();
            let Some(alarm) = self.queue.pop() else {
                self.stop = Some(self.nothing_can_happen());
                break;
            };
            self.alarms += 1;
            if self.alarms.is_multiple_of(ALARMS_PER_LOOK) {
                self.look_around();
            }
            if self.routines.len() > UNITS_MANY {
                self.look_ahead();
            }
            self.go_off(alarm);
        }
        self.finish();
    }

    /// What is worth doing only now and then.
    fn look_around(&mut self) {
        if self.interrupt.load(Ordering::Relaxed) {
            self.stop = Some(Stop::Interrupted);
        }
        if self.queue.is_exhausted() {
            self.stop = Some(Stop::Units);
        }
        if self.queue.len() > ALARMS_MANY.max(2 * self.routines.len()) {
            let (threads, routines) = (&self.threads, &self.routines);
            self.queue.retain(|alarm| {
                let set = match alarm.whose() {
                    Whose::Thread(thread) => threads[thread.index()].alarm,
                    Whose::Unit(unit) => routines[unit.index()].alarm,
                };
                set == alarm.serial()
            });
        }
    }

    /// Touches what the next timer will need. Where there are many units these lie in memory that
    /// the processor has to fetch, and it fetches them side by side while the present alarm goes off.
    fn look_ahead(&self) {
        if let Some(whose) = self.queue.next_timer() {
            let unit = match whose {
                Whose::Thread(thread) => self.threads[thread.index()].current,
                Whose::Unit(unit) => unit,
            };
            std::hint::black_box(self.routines[unit.index()].alarm);
            std::hint::black_box(
                self.world.units[unit.index()].stack.first().is_some_and(|value| *value == Value::Unset),
            );
        }
    }

    fn go_off(&mut self, alarm: Alarm) {
        let set = match alarm.whose() {
            Whose::Thread(thread) => &mut self.threads[thread.index()].alarm,
            Whose::Unit(unit) => &mut self.routines[unit.index()].alarm,
        };
        if *set != alarm.serial() {
            return;
        }
        if alarm.at() > self.max_time {
            self.now = self.max_time;
            self.stop = Some(Stop::Time);
            return;
        }
        *set = 0;
        self.now = alarm.at();
        match alarm.whose() {
            Whose::Thread(thread) => self.thread_alarm(thread),
            Whose::Unit(unit) => self.away_alarm(unit),
        }
    }

    fn thread_alarm(&mut self, thread: ThreadId) {
        let unit = self.unit_on(thread);
        match self.threads[thread.index()].state {
            State::Arriving => self.arrive(thread),
            State::Running => self.work_paused(thread),
            State::GilWait => self.interval_over(thread),
            State::GilSwitch => self.sees_switch(thread),
            State::Blocked if !self.may_expire(unit) => {}
            State::Blocked => self.timed_out(unit),
            State::Io => self.io_done(unit),
            State::Sleeping => self.wake_noted(unit),
            State::Starting => self.server_ready(thread),
            State::Queued | State::Aside | State::Idle | State::Ended => {
                unreachable!("no alarm is set for a thread that is {:?}", self.threads[thread.index()].state)
            }
        }
    }

    fn set_alarm(&mut self, thread: ThreadId, delay: SimDuration, priority: Priority) {
        let at = self.now + delay;
        self.threads[thread.index()].alarm = self.queue.set(self.now, at, priority, Whose::Thread(thread));
    }

    fn cancel_alarm(&mut self, thread: ThreadId) {
        self.threads[thread.index()].alarm = 0;
    }

    /// The thread on which a unit lives.
    fn thread_of(&self, unit: UnitId) -> ThreadId {
        self.routines[unit.index()].thread
    }

    /// The unit whose code a thread executes.
    fn unit_on(&self, thread: ThreadId) -> UnitId {
        self.threads[thread.index()].current
    }
}
