//! What holds in every trace: of every example, on three runtimes, under each scheduler, for several seeds.

#![expect(clippy::wildcard_enum_match_arm, reason = "each rule looks at a few kinds of events out of many")]

mod accounts;
mod pipeline;
mod scripts;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use concsim::base::id::{ObjectId, UnitId};
use concsim::base::span::Source;
use concsim::base::time::{SimDuration, SimTime};
use concsim::engine::Scheduler;
use concsim::export::results::{input_lines, result_lines};
use concsim::observe::report::{Outcome, Report, UnitState};
use concsim::syntax::ast::ObjectKind;
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};
use concsim::trace::text::TextTrace;

use accounts::adds_up;
use pipeline::{Given, Ready, prepare};
use scripts::scripts_in;

const RUNTIMES: [&str; 3] = ["cpython-3.12", "cpython-3.14", "cpython-3.14t"];
const SCHEDULERS: [Scheduler; 3] = [Scheduler::Fifo, Scheduler::Random, Scheduler::Pct];
const SEEDS: [u64; 3] = [0, 1, 2];

/// Keeps everything.
#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
}

impl Sink for Recorder {
    fn detail(&self) -> Detail {
        Detail::Sched
    }

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        self.events.push(event.clone());
        ControlFlow::Continue(())
    }
}

/// A run with all that happened in it.
struct Run {
    /// What it was a run of, for messages.
    title: String,
    text: String,
    ready: Ready,
    events: Vec<Event>,
    report: Report,
}

/// What holds in every run; each panics with the title of a run in which it does not.
const RULES: [fn(&Run); 8] = [
    time_never_falls_and_ends_with_the_run,
    a_lock_has_one_owner,
    at_most_one_unit_holds_the_gil,
    interpreted_code_runs_with_the_gil_only,
    a_core_runs_one_unit_and_a_unit_is_on_one_core,
    the_accounts_add_up,
    every_unit_that_starts_ends_or_is_told_why_not,
    events_are_counted_at_one_detail,
];

#[test]
fn every_rule_holds_in_every_run() {
    for source in scripts_in("examples") {
        for runtime in RUNTIMES {
            for scheduler in SCHEDULERS {
                for seed in SEEDS {
                    let run = run(&source, runtime, scheduler, seed);
                    RULES.iter().for_each(|holds| holds(&run));
                }
            }
        }
    }
}

fn given(runtime: &str, scheduler: Scheduler, seed: u64) -> Given {
    Given { runtime: Some(runtime.to_string()), scheduler, seed, ..Given::NOTHING }
}

fn ready(source: &Source, given: &Given) -> Ready {
    prepare(source, given).unwrap_or_else(|errors| panic!("{}: {errors:?}", source.name))
}

fn run(source: &Source, runtime: &str, scheduler: Scheduler, seed: u64) -> Run {
    let ready = ready(source, &given(runtime, scheduler, seed));
    let mut recorder = Recorder::default();
    let report = ready.run(&mut recorder);
    let title = format!("{} on {runtime}, {}, seed {seed}", source.name, scheduler.word());
    Run { title, text: source.text.to_string(), ready, events: recorder.events, report }
}

fn time_never_falls_and_ends_with_the_run(run: &Run) {
    assert!(run.events.is_sorted_by_key(|event| event.at), "{}", run.title);
    let last = run.events.last().expect("something happened").at;
    assert!(last <= SimTime::ZERO + run.report.elapsed, "{}", run.title);
}

fn a_lock_has_one_owner(run: &Run) {
    let mut holders: BTreeMap<ObjectId, (UnitId, u32)> = BTreeMap::new();
    let is_lock = |object: ObjectId| {
        let kind = run.ready.program.object(object).kind;
        matches!(kind, ObjectKind::Lock | ObjectKind::Rlock)
    };
    for event in &run.events {
        match event.kind {
            EventKind::Acquire { object } if is_lock(object) => acquire(run, &mut holders, object, event),
            EventKind::Release { object } if is_lock(object) => release(run, &mut holders, object, event),
            _ => {}
        }
    }
}

fn acquire(run: &Run, holders: &mut BTreeMap<ObjectId, (UnitId, u32)>, object: ObjectId, event: &Event) {
    let kind = run.ready.program.object(object).kind;
    let (holder, depth) = holders.get(&object).copied().unwrap_or((event.unit, 0));
    match kind {
        ObjectKind::Rlock => assert_eq!(holder, event.unit, "{}: {event:?}", run.title),
        _ => assert_eq!(depth, 0, "{}: {event:?} is held by {holder:?}", run.title),
    }
    holders.insert(object, (event.unit, depth + 1));
}

fn release(run: &Run, holders: &mut BTreeMap<ObjectId, (UnitId, u32)>, object: ObjectId, event: &Event) {
    let (holder, depth) = holders.remove(&object).unwrap_or_else(|| panic!("{}: {event:?}", run.title));
    if run.ready.program.object(object).kind == ObjectKind::Rlock {
        assert_eq!(holder, event.unit, "{}: {event:?}", run.title);
    }
    if depth > 1 {
        holders.insert(object, (holder, depth - 1));
    }
}

/// Whether a trace tells whose GIL each unit takes: not of the jobs in a pool of processes, which take their worker's.
fn tells_homes(run: &Run) -> bool {
    run.ready.program.objects.iter().all(|object| object.kind != ObjectKind::ProcessPool)
}

/// The unit that the interpreter of each unit was started for: its own, if it brought one with it.
fn homes(run: &Run) -> Vec<UnitId> {
    let mut homes = vec![UnitId(0); run.report.units.len()];
    for event in &run.events {
        if let EventKind::Spawn { child } = event.kind {
            let kind = run.report.units.of(child).kind();
            let has_own = ["process", "interpreter", "subprocess"].contains(&kind);
            homes[child.index()] = if has_own { child } else { homes[event.unit.index()] };
        }
    }
    homes
}

/// The unit whose body the thread of each unit runs: itself, unless it is a task.
fn threads(run: &Run) -> Vec<UnitId> {
    let mut threads: Vec<UnitId> = (0..run.report.units.len()).map(UnitId::new).collect();
    for event in &run.events {
        if let EventKind::Spawn { child } = event.kind
            && run.report.units.of(child).kind() == "task"
        {
            threads[child.index()] = threads[event.unit.index()];
        }
    }
    threads
}

fn at_most_one_unit_holds_the_gil(run: &Run) {
    if !tells_homes(run) {
        return;
    }
    let (homes, threads) = (homes(run), threads(run));
    let mut holders: BTreeMap<UnitId, UnitId> = BTreeMap::new();
    let mut takes = 0;
    for event in &run.events {
        match event.kind {
            EventKind::GilTake => {
                let before = holders.insert(homes[event.unit.index()], threads[event.unit.index()]);
                assert_eq!(before, None, "{}: {event:?}", run.title);
                takes += 1;
            }
            EventKind::GilDrop { .. } => {
                let before = holders.remove(&homes[event.unit.index()]);
                assert_eq!(before, Some(threads[event.unit.index()]), "{}: {event:?}", run.title);
            }
            _ => {}
        }
    }
    assert_eq!(takes > 0, run.report.inputs.runtime != "cpython-3.14t", "{}", run.title);
    assert!(run.report.machine.gil_switches <= takes, "{}", run.title);
}

/// Whether what a unit does is Python: a subprocess may run another program.
fn is_interpreted(run: &Run, unit: UnitId) -> bool {
    run.report.units.of(unit).kind() != "subprocess"
}

fn interpreted_code_runs_with_the_gil_only(run: &Run) {
    if !tells_homes(run) {
        return;
    }
    let (homes, threads) = (homes(run), threads(run));
    let mut holders: BTreeMap<UnitId, UnitId> = BTreeMap::new();
    for event in &run.events {
        let (home, thread) = (homes[event.unit.index()], threads[event.unit.index()]);
        match &event.kind {
            EventKind::GilTake => drop(holders.insert(home, thread)),
            EventKind::GilDrop { .. } => drop(holders.remove(&home)),
            EventKind::Read { .. }
            | EventKind::Write { .. }
            | EventKind::Print { .. }
            | EventKind::Compute { nogil: false, .. }
                if run.report.inputs.runtime != "cpython-3.14t" && is_interpreted(run, event.unit) =>
            {
                assert_eq!(holders.get(&home), Some(&thread), "{}: {event:?}", run.title);
            }
            _ => {}
        }
    }
}

fn a_core_runs_one_unit_and_a_unit_is_on_one_core(run: &Run) {
    let mut cores: BTreeMap<u32, UnitId> = BTreeMap::new();
    let threads = threads(run);
    for event in &run.events {
        let (core, thread) = (event.core, threads[event.unit.index()]);
        match event.kind {
            EventKind::On => {
                let core = core.expect("who comes to a core is on it");
                assert!(core < run.report.inputs.cores, "{}: {event:?}", run.title);
                assert!(!cores.values().any(|unit| *unit == thread), "{}: {event:?}", run.title);
                assert_eq!(cores.insert(core, thread), None, "{}: {event:?}", run.title);
            }
            EventKind::Off { .. } => {
                let core = core.expect("who leaves a core is on it");
                assert_eq!(cores.remove(&core), Some(thread), "{}: {event:?}", run.title);
            }
            _ => {
                if let Some(core) = core {
                    assert_eq!(cores.get(&core), Some(&thread), "{}: {event:?}", run.title);
                }
            }
        }
    }
}

fn the_accounts_add_up(run: &Run) {
    adds_up(&run.report, &run.title, &run.text);
    let busy = run.report.machine.core_busy.iter().fold(SimDuration::ZERO, |sum, core| sum + *core);
    let most = run.report.elapsed.0 * u64::from(run.report.inputs.cores);
    assert!(busy.0 <= most, "{}: {busy} in {}", run.title, run.report.elapsed);
}

fn every_unit_that_starts_ends_or_is_told_why_not(run: &Run) {
    let is_end =
        |event: &&Event| matches!(event.kind, EventKind::End | EventKind::Fail { .. } | EventKind::Cancelled);
    let told =
        |index: usize| run.events.iter().filter(is_end).filter(|event| event.unit.index() == index).count();
    for (index, unit) in run.report.units.iter().enumerate() {
        let ended = matches!(unit.state, UnitState::Ended | UnitState::Failed | UnitState::Cancelled);
        assert_eq!(told(index), usize::from(ended), "{}: {unit:?}", run.title);
        assert_eq!(unit.ended.is_some(), ended, "{}: {unit:?}", run.title);
    }
    let units = run.events.iter().filter(|event| matches!(event.kind, EventKind::Spawn { .. })).count();
    assert_eq!(run.report.units.len(), units + 1, "{}", run.title);
    let stuck = run.report.units.iter().any(|unit| unit.state == UnitState::Blocked);
    if run.report.outcome == Outcome::Deadlock {
        assert!(stuck, "{}: nobody waits", run.title);
    }
}

fn events_are_counted_at_one_detail(run: &Run) {
    let shown = run.events.iter().filter(|event| event.kind.detail() == Detail::Sync).count();
    assert_eq!(run.report.events, shown as u64, "{}", run.title);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for source in scripts_in("examples") {
        for runtime in RUNTIMES {
            for scheduler in SCHEDULERS {
                let given = given(runtime, scheduler, 1);
                let (first, second) = (trace(&source, &given), trace(&source, &given));
                assert!(!first.is_empty() && first == second, "{} on {runtime}", source.name);
            }
        }
    }
}

/// The whole `.trace` of a run.
fn trace(source: &Source, given: &Given) -> Vec<u8> {
    let ready = ready(source, given);
    let mut bytes = Vec::new();
    let mut trace =
        TextTrace::new(&mut bytes, Detail::Sched, &input_lines(&ready.options.inputs, Detail::Sched));
    let report = ready.run(&mut trace);
    trace.finish(&result_lines(&report)).expect("memory takes what is written");
    drop(trace);
    bytes
}
