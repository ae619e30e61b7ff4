//! Every witness of an exploration, played back on every machine, shows the finding it is a witness of; and
//! every timed run takes its steps in an order that an exploration knows.

mod pipeline;
mod scripts;

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use concsim::base::span::{Source, Span};
use concsim::engine::{self, Scheduler};
use concsim::explore::clock::mistakes;
use concsim::explore::course::{course, schedule};
use concsim::explore::outlook::endless;
use concsim::explore::{Caps, Options, Reduction, WitnessOrder, explore};
use concsim::observe::finding::{Cause, Finding, FindingKind};
use concsim::observe::report::Outcome;
use concsim::trace::event::{Detail, Event, Names, Sink};

use pipeline::{Given, Ready, prepare};
use scripts::scripts_in;

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

const SCRIPTS: [(&str, &str); 18] = [
    (
        "lost update",
        "shared n = 0\ndef inc() { n += 1 }\n\
         main { group { spawn thread inc(); spawn thread inc() }; assert n == 2 }",
    ),
    (
        "opposite orders",
        "lock a, b\ndef f(x, y) { with x { compute 1ms; with y { pass } } }\n\
         main { spawn thread f(a, b); spawn thread f(b, a) }",
    ),
    (
        "three at a table",
        "lock forks[3]\ndef eat(i) { with forks[i] { with forks[(i + 1) % 3] { sleep 1ms } } }\n\
         main { group { for i in 0..3 { spawn thread eat(i) } } }",
    ),
    (
        "a timeout",
        "lock m\natomic shared got = True\n\
         def hold() { with m { sleep 5ms; got = True } }\n\
         def ask() { got = m.acquire(timeout=1s); if got { m.release() } }\n\
         main { let h = spawn thread hold(); let a = spawn thread ask(); h.join(); a.join() }\nfinally got",
    ),
    (
        "no timeout though it is long over",
        "lock m\natomic shared got = False\n\
         def hold() { with m { sleep 5s } }\n\
         def ask() { got = m.acquire(timeout=1ms); if got { m.release() } }\n\
         main { let h = spawn thread hold(); let a = spawn thread ask(); h.join(); a.join() }\nfinally not got",
    ),
    (
        "what is chosen",
        "atomic shared x = 0\ndef f(n) { compute 1ms; x += choose(0..3) * n }\n\
         main { let a = spawn thread f(1); let b = spawn thread f(10); a.join(); b.join() }\nfinally x != 12",
    ),
    (
        "units that start units",
        "atomic shared a = 0, b = 0\n\
         def leaf(n) { a = a * 10 + n }\n\
         def left() { b = 1; compute 3ms; let t = spawn thread leaf(1); t.join() }\n\
         def right() { b = 2; let t = spawn thread leaf(2); t.join() }\n\
         main { let l = spawn thread left(); let r = spawn thread right(); l.join(); r.join() }\n\
         finally a != 12\nfinally a != 21",
    ),
    (
        "an invariant",
        "shared inside_now = 0\nlock m\ndef f() { region cs { io 1ms } }\n\
         main { spawn thread f(); spawn thread f() }\ninvariant inside(cs) <= 1",
    ),
    (
        "an exception",
        "atomic shared xs = [1]\ndef take() { xs.pop() }\n\
         main { let a = spawn thread take(); let b = spawn thread take(); a.join(); b.join() }",
    ),
    (
        "a signal that comes too early",
        "event go, done\nlock m\ndef waiter() { go.wait() }\ndef setter() { go.set(); go.clear() }\n\
         main { spawn thread waiter(); spawn thread setter() }",
    ),
    (
        "a semaphore of nobody",
        "semaphore s(1)\natomic shared n = 0\ndef f() { s.acquire(); n += 1; if n == 1 { s.release() } }\n\
         main { spawn thread f(); spawn thread f(); spawn thread f() }",
    ),
    (
        "a condition that is asked for",
        "atomic shared turn = 0\ndef f() { atomic when turn == 1 { turn = 2 } }\n\
         def g() { turn = 1; turn = 0 }\nmain { spawn thread f(); spawn thread g() }",
    ),
    (
        "a notification that comes too early",
        "condition c\natomic shared ready = False\ndef take() { with c { c.wait() } }\n\
         def give() { with c { ready = True; c.notify() } }\nmain { spawn thread take(); spawn thread give() }",
    ),
    (
        "an if where a while belongs",
        "condition c\natomic shared items = 0\n\
         def take() { with c { if items == 0 { c.wait() }; assert items > 0; items -= 1 } }\n\
         def give() { with c { items += 1; c.notify() } }\n\
         main { spawn thread take(); spawn thread take(); spawn thread give(); spawn thread give() }",
    ),
    (
        "who is woken",
        "condition c\natomic shared first = 0, asleep = 0\n\
         def nap(n) { with c { asleep += 1; c.wait(); if first == 0 { first = n } } }\n\
         def wake() { with c { if asleep == 2 { c.notify(); c.notify() } else { c.notify_all() } } }\n\
         main { spawn thread nap(1); spawn thread nap(2); spawn thread wake() }\nfinally first != 2",
    ),
    (
        "a condition that gives up",
        "condition c\natomic shared got = True\ndef take() { with c { got = c.wait(timeout=1ms) } }\n\
         def give() { sleep 10ms; with c { c.notify() } }\n\
         main { let t = spawn thread take(); let g = spawn thread give(); t.join(); g.join() }\nfinally not got",
    ),
    (
        "a barrier of one too many",
        "barrier b(2)\natomic shared last = 0\ndef f(n) { if b.wait() == 1 { last = n } }\n\
         main { for i in 1..4 { spawn thread f(i) } }",
    ),
    (
        "a queue",
        "queue q(1)\ndef f() { q.put(1); q.put(2) }\ndef g() { q.get() }\n\
         main { spawn thread f(); spawn thread g(); spawn thread g(); spawn thread g() }",
    ),
];

/// Scripts that may go on for ever.
const ENDLESS: [(&str, &str); 6] = [
    (
        "a loop that nobody ends",
        "atomic shared ready = False\ndef wait() { while not ready { pass } }\n\
         main { let w = spawn thread wait(); w.join(); ready = True }",
    ),
    (
        "a loop of nothing",
        "atomic shared x = 0\ndef up() { x = 1 }\n\
         main { spawn thread up(); while True { sleep 1ms } }",
    ),
    (
        "a loop that is decided on the way",
        "atomic shared want[2] = False\n\
         def enter(i) { want[i] = True; while want[1 - i] { pass }; want[i] = False }\n\
         main { spawn thread enter(0); spawn thread enter(1) }",
    ),
    (
        "who keeps a lock and goes round",
        "lock m\natomic shared stop = False\n\
         def spin() { with m { while not stop { io 1ms } } }\ndef want() { with m { stop = True } }\n\
         main { let a = spawn thread spin(); let b = spawn thread want(); a.join(); b.join() }",
    ),
    (
        "stuck while another one goes on for ever",
        "lock m\natomic shared x = 0\ndef spin() { while True { x = 1 - x } }\n\
         def stuck() { m.acquire(); m.acquire() }\n\
         main { let a = spawn thread spin(); let b = spawn thread stuck(); a.join() }",
    ),
    (
        "stuck while a daemon goes on, with a release that it never comes to",
        "lock m\natomic shared never = 0\n\
         def spin() { m.acquire(); while never == 0 { sleep 1ms }; m.release() }\n\
         def want() { with m { pass } }\n\
         main { spawn thread(daemon=True) spin(); spawn thread want() }",
    ),
];

/// The script on a runtime and a machine with so many cores.
fn ready(text: &str, (runtime, machine, cores): (&str, &str, u32), scheduler: Scheduler, seed: u64) -> Ready {
    let source = Source::new("test.conc", text);
    let given = Given {
        runtime: Some(runtime.to_owned()),
        machine: Some(machine.to_owned()),
        cores: Some(cores),
        scheduler,
        seed,
        ..Given::NOTHING
    };
    prepare(&source, &given).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

fn plain(text: &str) -> Ready {
    ready(text, ("cpython-3.14", "default", 4), Scheduler::Fifo, 0)
}

type Key = (FindingKind, Option<Cause>, Vec<Span>);

fn key(finding: &Finding) -> Key {
    let mut spans: Vec<Span> = finding.labels.iter().map(|label| label.span).collect();
    spans.sort_unstable();
    spans.dedup();
    (finding.kind, finding.cause, spans)
}

fn options(witness: WitnessOrder) -> Options {
    Options {
        max_states: None,
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 1,
        first: false,
        reduction: Reduction::None,
        witness,
        respect_gil: false,
    }
}

#[test]
fn a_witness_shows_its_finding_on_every_machine() {
    for (name, text) in SCRIPTS.into_iter().chain(ENDLESS) {
        let program = plain(text).program;
        for order in [WitnessOrder::Preemptions, WitnessOrder::Steps] {
            let explored = explore(&program, &options(order), &mut |_| (), &AtomicBool::new(false));
            assert!(!explored.findings.is_empty(), "{name}");
            for found in &explored.findings {
                assert!(found.is_best, "{name}: {found:?}");
                let course =
                    course(&program, &found.schedule).unwrap_or_else(|stray| panic!("{name}: {stray}"));
                let endless = endless(&program, &found.schedule);
                for runtime in ["cpython-3.12", "cpython-3.14", "cpython-3.14t"] {
                    for (machine, cores) in
                        [("default", 1), ("default", 2), ("default", 4), ("ideal", 1), ("ideal", 4)]
                    {
                        let ready = ready(text, (runtime, machine, cores), Scheduler::Fifo, 0);
                        let given = (&ready.options, course.clone(), endless.clone());
                        let report =
                            engine::replay(&program, &ready.model, given, &mut Deaf, &AtomicBool::new(false));
                        let report = report.unwrap_or_else(|turn| {
                            panic!(
                                "{name} on {runtime} {machine} {cores}: lost at {turn} of {:?}",
                                found.turns
                            )
                        });
                        let keys: Vec<Key> = report.findings.iter().map(key).collect();
                        assert!(
                            keys.contains(&key(&found.finding)),
                            "{name} on {runtime} {machine} {cores}: {:?} is not among {:?}; {:?}",
                            found.finding,
                            report.findings,
                            found.turns
                        );
                    }
                }
            }
        }
    }
}

/// So many states are searched of each script of the repository.
const STATES_MAX: u64 = 1_000;

#[test]
fn the_witnesses_of_all_scripts_show_their_findings() {
    let mut played = 0;
    let mut problems = Vec::new();
    for source in ["examples", "tests/verdicts", "tests/bugs"].into_iter().flat_map(scripts_in) {
        let Ok(ready) = prepare(&source, &Given::NOTHING) else { continue };
        let program = &ready.program;
        if !mistakes(program).is_empty() {
            continue;
        }
        let options = Options {
            max_states: Some(STATES_MAX),
            reduction: Reduction::All,
            ..options(WitnessOrder::Preemptions)
        };
        let explored = explore(program, &options, &mut |_| (), &AtomicBool::new(false));
        for found in &explored.findings {
            let course = course(program, &found.schedule).expect("it is a schedule of its program");
            let given = (&ready.options, course, endless(program, &found.schedule));
            let report = engine::replay(program, &ready.model, given, &mut Deaf, &AtomicBool::new(false));
            let told = |finding: &Finding| (finding.kind, finding.cause);
            match report {
                Ok(report) if report.findings.iter().map(told).any(|it| it == told(&found.finding)) => {
                    played += 1;
                }
                other => problems.push(format!("{}: {:#?} is not in {other:#?}", source.name, found.finding)),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(played > 80, "only {played} were played");
}

#[test]
fn a_replay_that_never_ends_says_so_and_ends() {
    for (name, text) in ENDLESS {
        let ready = plain(text);
        let explored = explore(
            &ready.program,
            &options(WitnessOrder::Preemptions),
            &mut |_| (),
            &AtomicBool::new(false),
        );
        for found in &explored.findings {
            let Some(endless) = endless(&ready.program, &found.schedule) else { continue };
            let course = course(&ready.program, &found.schedule).expect("it is a schedule");
            let given = (&ready.options, course, Some(endless.clone()));
            let report =
                engine::replay(&ready.program, &ready.model, given, &mut Deaf, &AtomicBool::new(false));
            let report = report.unwrap_or_else(|turn| panic!("{name}: lost at {turn}"));
            let want = if endless.stuck.is_empty() { Outcome::Failed } else { Outcome::Deadlock };
            assert_eq!(report.outcome, want, "{name}: {:#?}", report.findings);
            assert!(report.events < 100, "{name}: it is shown for {} events", report.events);
        }
    }
}

#[test]
fn a_timed_run_is_one_of_the_interleavings() {
    for (name, text) in SCRIPTS {
        for (runtime, machine) in
            [("cpython-3.12", "default"), ("cpython-3.14t", "ideal"), ("cpython-3.14", "ideal")]
        {
            for scheduler in [Scheduler::Fifo, Scheduler::Random, Scheduler::Pct] {
                for seed in 0..5 {
                    let ready = ready(text, (runtime, machine, 2), scheduler, seed);
                    let (report, taken) = engine::record(
                        &ready.program,
                        &ready.model,
                        &ready.options,
                        &mut Deaf,
                        &AtomicBool::new(false),
                    );
                    assert_eq!(report, ready.run(&mut Deaf), "to record a run does not change it");
                    let known = schedule(&ready.program, &taken);
                    let known =
                        known.unwrap_or_else(|| panic!("{name} {runtime} {scheduler:?} {seed}: {taken:?}"));
                    assert_eq!(known.turns.len(), taken.steps.len(), "{name}");
                    // Played back, it comes to the same, but for what depends on time alone.
                    let again = course(&ready.program, &known).expect("it is a schedule");
                    let given = (&ready.options, again, endless(&ready.program, &known));
                    let replayed = engine::replay(
                        &ready.program,
                        &ready.model,
                        given,
                        &mut Deaf,
                        &AtomicBool::new(false),
                    )
                    .unwrap_or_else(|turn| panic!("{name}: lost at {turn}"));
                    assert_eq!(
                        (&replayed.output, &replayed.shared),
                        (&report.output, &report.shared),
                        "{name}"
                    );
                    let is_deadlock = |outcome| outcome == Outcome::Deadlock;
                    assert_eq!(is_deadlock(replayed.outcome), is_deadlock(report.outcome), "{name}");
                }
            }
        }
    }
}
