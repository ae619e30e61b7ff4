//! What is put or sent is got or received once, whoever does it: threads, tasks that are cancelled or out of time, jobs of
//! pools and processes, through queues of all kinds and through pipes. `tests/processes.rs` has what goes with a process
//! that is killed.

#![expect(clippy::wildcard_enum_match_arm, reason = "four kinds of events are about items")]

mod pipeline;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use pipeline::{Given, prepare};

/// The texts of what went in and came out, in order.
#[derive(Debug, Default)]
struct Items {
    put: Vec<String>,
    got: Vec<String>,
}

impl Sink for Items {
    fn detail(&self) -> Detail {
        Detail::Sync
    }

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        match &event.kind {
            EventKind::Put { item, .. } | EventKind::Send { item, .. } => self.put.push(item.clone()),
            EventKind::Get { item, .. } | EventKind::Receive { item, .. } => self.got.push(item.clone()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// A way for items: how it is declared, how they get in (`N` stands for the item) and out, and how main takes the rest.
struct Way {
    declared: &'static str,
    puts: &'static [&'static str],
    gets: &'static [&'static str],
    rest: &'static str,
    /// Whether it leads from one process to another.
    is_for_all: bool,
}

const PUTS: [&str; 5] = [
    "q.put(N, timeout=1ms)",
    "await q.put(N)",
    "await q.put(N, timeout=2ms)",
    "q.put(N, blocking=False)",
    "async with timeout(1ms) { await q.put(N) }",
];

const GETS: [&str; 5] = [
    "q.get(timeout=1ms)",
    "await q.get()",
    "await q.get(timeout=2ms)",
    "q.get(blocking=False)",
    "async with timeout(1ms) { await q.get() }",
];

const REST: &str = "while not q.empty() { try { q.get(timeout=1ms) } except Empty { pass } }";

const fn queue(declared: &'static str, is_for_all: bool) -> Way {
    Way { declared, puts: &PUTS, gets: &GETS, rest: REST, is_for_all }
}

const WAYS: [Way; 7] = [
    queue("queue q", false),
    queue("queue q(1)", false),
    queue("queue q(2, order=\"lifo\")", false),
    queue("queue q(1, order=\"priority\")", false),
    queue("process queue q", true),
    queue("process queue q(1)", true),
    Way {
        declared: "pipe q",
        // A task that blocked here would keep main from making room.
        puts: &["await q.left.send(N)", "await q.left.send(N, size=30KiB)"],
        gets: &[
            "await q.right.recv()",
            "if q.right.poll(timeout=1ms) { q.right.recv() }",
            "async with timeout(1ms) { await q.right.recv() }",
        ],
        rest: "while q.right.poll() { q.right.recv() }",
        is_for_all: true,
    },
];

/// What a unit is, and what it does: `(false, 1)` gets in the second manner.
#[derive(Clone, Debug)]
struct Body {
    kind: &'static str,
    deeds: Vec<(bool, usize)>,
}

fn bodies() -> impl Strategy<Value = Vec<Body>> {
    let kinds = select(&["thread", "task", "task", "task", "job", "process"][..]);
    let body = (kinds, vec((any::<bool>(), 0..60_usize), 1..4));
    vec(body.prop_map(|(kind, deeds)| Body { kind, deeds }), 2..5)
}

fn script(way: &Way, bodies: &[Body], cancelled: Option<(usize, u64)>) -> String {
    let mut text = format!("{}\nthread_pool ex(2)\n", way.declared);
    let mut started = String::new();
    for (at, body) in bodies.iter().enumerate() {
        let _ = writeln!(text, "def work{at}() {{");
        for (number, (puts, manner)) in body.deeds.iter().enumerate() {
            let all = if *puts { way.puts } else { way.gets };
            let deed = all[manner % all.len()].replace('N', &(10 * at + number).to_string());
            let _ = writeln!(text, "    try {{ {deed} }} except Exception {{ await sleep 1ms }}");
        }
        text.push_str("}\n");
        let started_as = match body.kind {
            "job" => format!("ex.submit(work{at}())"),
            "process" if !way.is_for_all => format!("spawn thread work{at}()"),
            kind => format!("spawn {kind} work{at}()"),
        };
        let _ = writeln!(started, "    let u{at} = {started_as}");
    }
    let _ = writeln!(text, "main {{\n{started}");
    if let Some((who, when)) = cancelled.filter(|(who, _)| bodies[who % bodies.len()].kind == "task") {
        let _ = writeln!(text, "    await sleep {when}us\n    u{}.cancel()", who % bodies.len());
    }
    // Who waits for room gets it by and by, and a process takes its time to start.
    let _ = writeln!(
        text,
        "    await sleep 200ms\n    for round in 0..30 {{ {}; await sleep 5ms }}\n}}",
        way.rest
    );
    text
}

fn given() -> impl Strategy<Value = Given> {
    let runtimes = select(&["cpython-3.12", "cpython-3.14", "cpython-3.14t"][..]);
    let schedulers = select(&[Scheduler::Fifo, Scheduler::Random, Scheduler::Pct][..]);
    (runtimes, schedulers, 1..4_u32, any::<u64>()).prop_map(|(runtime, scheduler, cores, seed)| Given {
        runtime: Some(runtime.to_owned()),
        cores: Some(cores),
        scheduler,
        seed,
        ..Given::NOTHING
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_put_is_got_once(
        way in 0..WAYS.len(),
        bodies in bodies(),
        cancelled in prop::option::of((0..4_usize, 0..3_000_u64)),
        given in given(),
    ) {
        let text = script(&WAYS[way], &bodies, cancelled);
        let ready = prepare(&Source::new("messages.conc", text.as_str()), &given);
        let ready = ready.unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
        let mut items = Items::default();
        let report = ready.run(&mut items);
        let told = || format!("{given:?}: {items:?} {:?} {:#?}\n{text}", report.outcome, report.findings);
        let (put, got): (BTreeSet<&String>, BTreeSet<&String>) =
            (items.put.iter().collect(), items.got.iter().collect());
        prop_assert_eq!(got.len(), items.got.len(), "got twice: {}", told());
        prop_assert_eq!(put.len(), items.put.len(), "put twice: {}", told());
        prop_assert_eq!(put, got, "{}", told());
    }
}
