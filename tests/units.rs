//! `spawn unit`: one script whose units are threads, processes, tasks or interpreters.
//!
//! A body that awaits does the same as any of them; and a unit is in every way what its kind says.

mod explored;
mod pipeline;
mod random;

use std::cell::Cell;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::explore::{Exploration, Final, Options, Verdict};
use concsim::machine::choose::UNITS;
use concsim::observe::finding::{Finding, FindingKind};
use concsim::observe::report::{Outcome, Report};
use concsim::trace::event::{Detail, Event, Names, Sink};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use explored::{WHOLE, explored};
use pipeline::{Given, Ready, prepare};

const DECLARATIONS: &str = "\
process shared total = 0
process lock m
process semaphore s(2)
process event open
process queue q
device disk(1)
def give(n) { await sleep 1ms; return n }
def add(n) { async with m { total += n } }
def nested(n) { await spawn unit add(n) }
";

/// What a unit does, and how much `total` grows by it. In the last one a limit could be over before its time.
const STEPS: [(&str, i64); 16] = [
    ("await sleep 1ms", 0),
    ("await io 2ms", 0),
    ("await io 1ms on disk", 0),
    ("compute 1ms", 0),
    ("await open.wait()", 0),
    ("async with m { total += 1 }", 1),
    ("async with m { let seen = total; await sleep 1ms; total = seen + 1 }", 1),
    ("await m.acquire(); total += 2; m.release()", 2),
    ("async with s { await io 1ms }", 0),
    ("await add(3)", 3),
    ("let got = await spawn unit give(4); await add(got)", 4),
    ("let unit = spawn unit give(5); await add(await unit)", 5),
    ("group { spawn unit add(1); spawn unit add(1); await sleep 1ms }", 2),
    ("await q.put(1); let item = await q.get(); await add(item)", 1),
    ("try { await spawn unit missing() } except KeyError { await add(6) }", 6),
    ("async with timeout(1min) { await spawn unit nested(7) }", 7),
];

/// Where main waits for its units. In the last one a failure ends tasks, if it comes before its time.
const MAINS: [&str; 4] = [
    "group { {spawns} }",
    "let units = []; for unit in [{spawns}] { units.append(unit) }; for unit in units { await unit }",
    "group { group { {spawns} }; await sleep 1ms }",
    "try { group { {spawns}; spawn unit late() } } except KeyError { pass }",
];

/// The kinds of units that share something with those that start them. A subprocess runs another program.
fn sharing() -> impl Iterator<Item = &'static str> {
    UNITS.into_iter().filter(|unit| *unit != "subprocess")
}

/// What another program does as well.
const ALONE: [&str; 8] = [
    "compute 1ms",
    "io 1ms",
    "await sleep 1ms",
    "print \"there\", n",
    "n = n + 1",
    "return n",
    "raise ValueError \"no\"",
    "stdout.write(70KiB)",
];

/// What is done to its handle.
const HANDLED: [&str; 7] = [
    "h.join()",
    "await h",
    "print h.is_alive()",
    "h.join(timeout=1ms); print h.done()",
    "try { print h.result() } except ValueError { print \"caught\" }",
    "try { print h.wait(), h.communicate() } except AttributeError { print \"no program\" }",
    "try { h.kill() } except AttributeError { print \"goes on\" }",
];

/// A script whose unit uses nothing that is declared.
fn alone() -> impl Strategy<Value = String> {
    (vec(select(&ALONE[..]), 1..=3), vec(select(&HANDLED[..]), 1..=2)).prop_map(|(body, handled)| {
        let (body, handled) = (body.join("\n    "), handled.join("\n    "));
        format!(
            "def work(n) {{\n    {body}\n}}\nmain {{\n    let h = spawn thread work(1)\n    {handled}\n}}\n"
        )
    })
}

/// A script that any kind of units brings to the same end, and that end: in a run, or in every interleaving.
fn script(timed: bool) -> impl Strategy<Value = (String, i64)> {
    let body = vec(select(&STEPS[..STEPS.len() - usize::from(!timed)]), 1..=3);
    let main = select(&MAINS[..MAINS.len() - usize::from(!timed)]);
    (vec(body, 1..=2), 1..=3_usize, main).prop_map(|(bodies, count, main)| {
        let mut text = String::from(DECLARATIONS);
        text.push_str("def missing() { await sleep 10s; raise KeyError \"no\" }\n");
        text.push_str("def late() { await sleep 10min; raise KeyError \"no\" }\n");
        let mut total = 0;
        for (at, body) in bodies.iter().enumerate() {
            let lines: Vec<&str> = body.iter().map(|(line, _)| *line).collect();
            let _ = writeln!(text, "def work{at}() {{\n    {}\n}}", lines.join("\n    "));
        }
        let mut spawns = Vec::new();
        for at in 0..count {
            let body = at % bodies.len();
            total += bodies[body].iter().map(|(_, grows)| grows).sum::<i64>();
            spawns.push(format!("spawn unit work{body}()"));
        }
        let separator = if main.contains("[{spawns}]") { ", " } else { "; " };
        let main = main.replace("{spawns}", &spawns.join(separator));
        let _ = writeln!(text, "main {{\n    open.set()\n    {main}\n    print \"total\", total\n}}");
        (text, total)
    })
}

/// Nobody listens.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn ready(text: &str, given: &Given) -> Ready {
    let source = Source::new("units.conc", text);
    prepare(&source, given).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

fn given(unit: &str) -> Given {
    Given { unit: Some(unit.to_owned()), ..Given::NOTHING }
}

fn explored_within(ready: &Ready, states: u64) -> Option<Exploration> {
    let options = Options { max_states: Some(states), ..WHOLE };
    Some(explored(&ready.program, &options)).filter(|done| done.complete)
}

/// Tries something with random values, so many times in a hundred of proptest's own setting (256).
fn for_all<S: Strategy>(percent: u32, values: S, holds: impl Fn(S::Value) -> Result<(), String>) {
    let config = Config::default();
    let config = Config { cases: config.cases * percent / 100, failure_persistence: None, ..config };
    let done = TestRunner::new(config).run(&values, |value| holds(value).map_err(TestCaseError::fail));
    if let Err(error) = done {
        panic!("{error}");
    }
}

#[test]
fn a_body_that_awaits_comes_to_the_same_end_as_a_unit_of_any_kind() {
    for_all(15, script(true), |(text, total)| {
        for unit in sharing() {
            for (scheduler, cores) in [(Scheduler::Fifo, 1), (Scheduler::Fifo, 4), (Scheduler::Random, 2)] {
                let given = Given { scheduler, cores: Some(cores), ..given(unit) };
                let report = ready(&text, &given).run(&mut Deaf);
                let is_whole = report.outcome == Outcome::Completed && report.findings.is_empty();
                if !is_whole || report.output != [format!("total {total}")] {
                    let told = format!("{unit}, {scheduler:?}: {:?} {:#?}", report.output, report.findings);
                    return Err(format!("{told}\nwhere {total} was to come of\n{text}"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn every_interleaving_of_it_does() {
    let complete = Cell::new(0);
    for_all(8, script(false), |(text, total)| {
        for unit in sharing() {
            let Some(done) = explored_within(&ready(&text, &given(unit)), 3_000) else { continue };
            complete.set(complete.get() + 1);
            let outputs: Vec<_> = done.finals.iter().map(|end| (end.outcome, &end.output)).collect();
            let want = vec![format!("total {total}")];
            if !done.findings.is_empty() || outputs != [(Outcome::Completed, &want)] {
                return Err(format!("{unit}: {outputs:?} {:#?}\n{text}", done.findings));
            }
        }
        Ok(())
    });
    assert!(complete.get() >= 20, "only {} explorations were whole", complete.get());
}

/// What came of a run, without places.
fn essence(report: &Report) -> (Outcome, Vec<String>, Vec<String>, u64) {
    let findings = report.findings.iter().map(|finding| format!("{:?}: {}", finding.kind, finding.message));
    (report.outcome, report.output.clone(), findings.collect(), report.elapsed.0)
}

/// What can go wrong, and in which line. Which unit is named depends on the witness, and of those that wait for each other
/// or race the first one does.
fn told(done: &Exploration, text: &str) -> (Verdict, Vec<String>, Vec<Final>) {
    let source = Source::new("units.conc", text);
    let faults = done.findings.iter().map(|found| {
        let Finding { kind, cause, labels, .. } = &found.finding;
        let is_of_many = [FindingKind::Deadlock, FindingKind::Livelock, FindingKind::Race].contains(kind);
        let line = labels.first().filter(|_| !is_of_many).map(|label| source.line(label.span));
        format!("{kind:?} {cause:?} {line:?}")
    });
    let mut faults: Vec<String> = faults.collect();
    faults.sort();
    (done.verdict, faults, done.finals.clone())
}

/// Where this stands in a script, the ends of units of all kinds are turns; else those of a `spawn unit` are.
const ASKS: &str = "def asks(handle) { return handle.done() }\n";

#[test]
fn a_unit_is_what_its_kind_says() {
    let explorations = Cell::new(0);
    for_all(25, prop_oneof![2 => random::texts(), 1 => alone()], |text| {
        let kinds = UNITS.into_iter().filter(|unit| *unit != "subprocess" || text.starts_with("def work(n)"));
        for unit in kinds {
            let all = |word: &str| {
                UNITS.iter().fold(format!("{text}{ASKS}"), |text, kind| {
                    text.replace(&format!("spawn {kind} "), &format!("spawn {word} "))
                })
            };
            let (same, other) = (all("unit"), all(unit));
            // A step more or less at the end of a unit costs nothing there.
            let machine = Some("ideal".to_owned());
            let given = Given { max_events: 2_000, machine, ..given(unit) };
            // What a kind of units lacks is refused, and raises where they may be of any kind.
            let source = Source::new("units.conc", other.as_str());
            let Ok(other_ready) = prepare(&source, &given) else { continue };
            let same_ready = ready(&same, &given);
            let (got, want) = (same_ready.run(&mut Deaf), other_ready.run(&mut Deaf));
            if got.outcome != Outcome::Limit && essence(&got) != essence(&want) {
                return Err(format!("{:#?}, not {:#?}\n{other}", essence(&got), essence(&want)));
            }
            let (got, want) = (explored_within(&same_ready, 400), explored_within(&other_ready, 400));
            let (Some(got), Some(want)) = (got, want) else { continue };
            explorations.set(explorations.get() + 1);
            if told(&got, &same) != told(&want, &other) {
                return Err(format!("{:#?}, not {:#?}\n{other}", told(&got, &same), told(&want, &other)));
            }
        }
        Ok(())
    });
    assert!(explorations.get() >= 50, "only {} explorations were whole", explorations.get());
}
