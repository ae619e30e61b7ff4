//! The figures of the GIL and of locks, held against what was measured on real interpreters.
//!
//! The bounds are those of the measurements in `docs/machine-model.md`, with room for the spread between machines.

#![expect(clippy::wildcard_enum_match_arm, reason = "each rule looks at a few kinds of events out of many")]

mod pipeline;
mod scripts;

use std::ops::{ControlFlow, RangeInclusive};

use concsim::base::id::UnitId;
use concsim::base::span::Source;
use concsim::base::time::{SimDuration, SimTime, parse_duration};
use concsim::observe::report::{Outcome, Report};
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};

use pipeline::{Given, prepare};
use scripts::scripts_in;

/// Keeps what concerns the GIL and locks.
#[derive(Default)]
struct Watch {
    /// From take to drop.
    slices: Vec<SimDuration>,
    taken: Option<SimTime>,
    takers: Vec<UnitId>,
    acquired: Vec<UnitId>,
}

impl Sink for Watch {
    fn detail(&self) -> Detail {
        Detail::Sched
    }

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        match event.kind {
            EventKind::GilTake => {
                self.taken = Some(event.at);
                self.takers.push(event.unit);
            }
            EventKind::GilDrop { .. } => {
                self.slices.extend(self.taken.take().map(|taken| event.at.since(taken)));
            }
            EventKind::Acquire { .. } => self.acquired.push(event.unit),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn measure(script: &str, runtime: &str, cores: u32) -> (Report, Watch) {
    let source = Source::new("proof.conc", script);
    let given = Given {
        runtime: Some(runtime.to_string()),
        cores: Some(cores),
        max_events: 50_000_000,
        ..Given::NOTHING
    };
    let ready = prepare(&source, &given).unwrap_or_else(|errors| panic!("{errors:?}\n{script}"));
    let mut watch = Watch::default();
    let report = ready.run(&mut watch);
    assert_eq!(report.outcome, Outcome::Completed, "{:?}", report.findings);
    (report, watch)
}

#[track_caller]
fn within(what: &str, got: u64, bounds: RangeInclusive<u64>) {
    assert!(bounds.contains(&got), "{what}: {got} is not in {bounds:?}");
}

/// In thousandths.
fn ratio(part: SimDuration, whole: SimDuration) -> u64 {
    part.0 * 1_000 / whole.0
}

fn median(mut lengths: Vec<SimDuration>) -> SimDuration {
    lengths.sort();
    lengths[lengths.len() / 2]
}

/// `count` threads that compute for as long each.
fn spinners(count: u32, length: &str) -> String {
    format!(
        "def spin() {{ compute {length} }}\n\
         main {{ group {{ for i in 0..{count} {{ spawn thread spin() }} }} }}"
    )
}

#[test]
fn two_busy_threads_hand_over_195_times_a_second() {
    let (report, watch) = measure(&spinners(2, "2s"), "cpython-3.12", 2);
    let per_second = report.machine.gil_switches * 1_000_000_000 / report.elapsed.0;
    within("hand-overs a second", per_second, 185..=205);
    within("median slice in ns", median(watch.slices).0, 5_050_000..=5_200_000);
}

#[test]
fn threads_that_compute_win_nothing_under_the_gil() {
    for count in [1, 2, 4, 8] {
        let (alone, _) = measure(&spinners(1, &format!("{}ms", count * 200)), "cpython-3.12", 2);
        let (together, _) = measure(&spinners(count, "200ms"), "cpython-3.12", 2);
        within(&format!("{count} threads"), ratio(together.elapsed, alone.elapsed), 1_000..=1_150);
    }
}

#[test]
fn without_a_gil_two_threads_take_half_the_time() {
    let (alone, _) = measure(&spinners(1, "400ms"), "cpython-3.14t", 2);
    let (together, _) = measure(&spinners(2, "200ms"), "cpython-3.14t", 2);
    within("two threads", ratio(together.elapsed, alone.elapsed), 500..=650);
}

/// A server of `requests` requests beside so many threads that compute; it prints how long each took.
fn server(requests: u32, request: &str, peers: u32) -> String {
    format!(
        "def spin() {{ while True {{ compute 1ms }} }}\n\
         def serve() {{\n\
             for i in 0..{requests} {{\n\
                 let from = now()\n\
                 {request}\n\
                 print now() - from\n\
             }}\n\
         }}\n\
         main {{\n\
             for i in 0..{peers} {{ spawn thread(daemon=True) spin() }}\n\
             let server = spawn thread serve()\n\
             server.join()\n\
         }}"
    )
}

/// What each request took, by what the server printed.
fn latencies(report: &Report) -> Vec<SimDuration> {
    let length = |line: &String| SimDuration(parse_duration(line).expect("a length is printed"));
    report.output.iter().map(length).collect()
}

#[test]
fn on_two_cores_each_wait_costs_an_interval() {
    let (alone, _) = measure(&server(100, "io 40us", 0), "cpython-3.12", 2);
    within("alone, in ns", median(latencies(&alone)).0, 40_000..=200_000);
    let (beside, _) = measure(&server(100, "io 40us", 1), "cpython-3.12", 2);
    within("one request in ns", beside.elapsed.0 / 100, 5_000_000..=11_000_000);
}

#[test]
fn on_one_core_a_wait_costs_a_quantum_and_an_interval_up_to_the_end_of_another() {
    let (beside, _) = measure(&server(100, "sleep 20us", 1), "cpython-3.12", 1);
    within("one sleep in ns", median(latencies(&beside)).0, 7_900_000..=8_200_000);
    let (_, watch) = measure(&spinners(2, "400ms"), "cpython-3.12", 1);
    within("median slice in ns", median(watch.slices).0, 7_900_000..=8_100_000);
}

#[test]
fn three_spinners_share_the_gil_on_any_number_of_cores() {
    let script = "def spin() { compute 300ms }\nmain { for i in 0..3 { spawn thread spin() } }";
    for cores in 1..=4 {
        let (_, watch) = measure(script, "cpython-3.12", cores);
        let spinners = watch.takers.iter().filter(|unit| unit.0 != 0).count();
        for unit in 1..=3 {
            let slices = watch.takers.iter().filter(|taker| taker.0 == unit).count();
            assert!(
                (spinners / 4..=spinners * 5 / 12).contains(&slices),
                "{slices} of {spinners} on {cores} cores"
            );
        }
    }
}

#[test]
fn on_one_core_most_requests_do_not_notice_the_convoy() {
    // The system call and the peer that answers it keep the core, so nobody can take the GIL meanwhile.
    let request = "compute 10us nogil";
    let (alone, _) = measure(&server(5_000, request, 0), "cpython-3.12", 1);
    let (beside, _) = measure(&server(5_000, request, 1), "cpython-3.12", 1);
    let (before, after) = (median(latencies(&alone)), median(latencies(&beside)));
    within("median latency", ratio(after, before), 1_000..=2_000);
    within("rate", ratio(alone.elapsed, beside.elapsed), 150..=350);
}

/// Two threads that add 1 as often.
fn adders(statement: &str, times: u32) -> String {
    format!(
        "shared x = 0\n\
         def f() {{ return 1 }}\n\
         def add() {{ for i in 0..{times} {{ {statement} }} }}\n\
         main {{\n\
             group {{ spawn thread add(); spawn thread add() }}\n\
             print x == 2 * {times}\n\
         }}"
    )
}

#[test]
fn a_call_between_read_and_write_loses_updates() {
    let exact = |statement: &str, runtime: &str| {
        measure(&adders(statement, 100_000), runtime, 2).0.output == ["True"]
    };
    assert!(!exact("x = x + f()", "cpython-3.12"), "a switch falls into the call");
    assert!(exact("x += 1", "cpython-3.12"), "there is no check point inside");
    assert!(!exact("x += 1", "cpython-3.14t"), "without a GIL the threads interleave");
}

/// How many of a thousand acquisitions are by another thread than the one before.
fn alternations(runtime: &str) -> u64 {
    let script = "lock m\n\
                  def work() { let i = 0\nwhile i < 500 { with m { compute 1ms }\ni += 1 } }\n\
                  main { group { spawn thread work(); spawn thread work() } }";
    let (_, watch) = measure(script, runtime, 2);
    let changes = watch.acquired.windows(2).filter(|pair| pair[0] != pair[1]).count() as u64;
    changes * 1_000 / watch.acquired.len() as u64
}

#[test]
fn before_3_13_a_lock_stays_with_who_has_it_and_then_it_goes_round() {
    within("cpython-3.12", alternations("cpython-3.12"), 0..=50);
    within("cpython-3.14", alternations("cpython-3.14"), 500..=1_000);
    within("cpython-3.14t", alternations("cpython-3.14t"), 500..=1_000);
}

#[test]
fn every_example_ends_as_it_says_on_each_runtime() {
    for source in scripts_in("examples") {
        for runtime in ["cpython-3.12", "cpython-3.14", "cpython-3.14t"] {
            let given =
                Given { runtime: Some(runtime.to_string()), max_events: 10_000_000, ..Given::NOTHING };
            let ready =
                prepare(&source, &given).unwrap_or_else(|errors| panic!("{}: {errors:?}", source.name));
            let report = ready.run(&mut Watch::default());
            assert_ne!(report.outcome, Outcome::Limit, "{} on {runtime}", source.name);
        }
    }
}
