//! What must hold of processes whatever they do: none sees what another one writes to its copy, and what is put into
//! a queue between them is got, is left, or is known to be lost.

#![expect(clippy::wildcard_enum_match_arm, reason = "three kinds of events are about items")]

mod pipeline;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::observe::report::{Outcome, Report};
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use pipeline::{Given, prepare};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// What happened to the items of queues, by their texts.
#[derive(Debug, Default)]
struct Items {
    put: Vec<String>,
    got: Vec<String>,
    /// Those that could not be pickled, and those that were lost with their process.
    dropped: usize,
    lost: Vec<String>,
}

impl Sink for Items {
    fn detail(&self) -> Detail {
        Detail::Sync
    }

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        match &event.kind {
            EventKind::Put { item, .. } => self.put.push(item.clone()),
            EventKind::Get { item, .. } => self.got.push(item.clone()),
            EventKind::Lose { exception: Some(_), .. } => self.dropped += 1,
            EventKind::Lose { item, exception: None, .. } => self.lost.push(item.clone()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn run(text: &str, given: &Given) -> (Report, Items) {
    let ready = prepare(&Source::new("processes.conc", text), given);
    let ready = ready.unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let mut items = Items::default();
    (ready.run(&mut items), items)
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

/// What a unit of a process does to the plain variables. `me` is the number of its process.
const DEEDS: [&str; 8] = [
    "x = me",
    "y = [me, x]",
    "cells[1] = me",
    "xs.append(me)",
    "cells[0] = cells[1]",
    "see(me, [x, y, xs, cells[0], cells[1]])",
    "compute 1ms",
    "x = y",
];

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn what_a_process_writes_to_its_copy_no_other_one_reads(
        bodies in vec(vec(select(&DEEDS[..]), 1..8), 2..5),
        start in select(&["fork", "spawn", "forkserver"][..]),
        threads in 1..3_usize,
        given in given(),
    ) {
        let mut text = format!("machine {{ start_method: \"{start}\" }}\n");
        text += "shared x = 0, y = 0, xs = []\nshared cells[2] = 0\n";
        text += "def see(me, values) { for value in values { look(me, value) } }\n";
        // A list is looked through item by item; whatever is in it is 0, main's or one's own.
        text += "def look(me, value) { if str(value) != \"0\" and str(value) != \"9\" and str(value) != str(me) { deep(me, str(value)) } }\n";
        text += "def deep(me, text) { print me, text }\n";
        for (at, body) in bodies.iter().enumerate() {
            let _ = writeln!(text, "def body{at}(me) {{ {} }}", body.join("; "));
            let spawns: Vec<String> = (0..threads).map(|_| format!("spawn thread body{at}(me)")).collect();
            let _ = writeln!(text, "def process{at}(me) {{ group {{ {} }}; see(me, [x, y, xs, cells]) }}", spawns.join("; "));
        }
        text += "main {\n    x = 9; cells[0] = 9\n    group {\n";
        for at in 0..bodies.len() {
            let _ = writeln!(text, "        spawn process process{at}({})", at + 1);
        }
        text += "    }\n    see(9, [x, y, xs, cells])\n}\n";
        let (report, _) = run(&text, &given);
        prop_assert_eq!(report.outcome, Outcome::Completed, "{}", text);
        for line in &report.output {
            let (me, value) = line.split_once(' ').expect("it prints two things");
            let digits = value.split(|digit: char| !digit.is_ascii_digit()).filter(|digits| !digits.is_empty());
            for digit in digits {
                prop_assert!(["0", "9", me].contains(&digit), "process {} sees {}\n{}", me, value, text);
            }
        }
        // Main has written two 9s, and nobody else anything that it sees.
        let told: Vec<String> = report.shared.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
        prop_assert_eq!(
            told,
            ["x Number(9)", "y Number(0)", "xs List([])", "cells List([Number(9), Number(0)])"],
            "{}", text
        );
    }

    #[test]
    fn an_item_is_got_or_left_or_lost_and_never_twice(
        producers in vec(vec((0..4_u8, 1..40_000_u32), 0..6), 1..4),
        consumers in vec(0..6_u32, 0..3),
        places in select(&["", "(2)"][..]),
        killed in prop::option::of((0..4_usize, 1..120_u32)),
        given in given(),
    ) {
        let mut text = format!("lock m\nprocess queue q{places}\n");
        for (at, items) in producers.iter().enumerate() {
            let _ = write!(text, "def produce{at}() {{ ");
            for (number, (kind, size)) in items.iter().enumerate() {
                let item = if *kind == 0 { "m".to_owned() } else { format!("{}", 100 * at + number) };
                let _ = write!(text, "q.put({item}, size={size}B, timeout=300ms); ");
            }
            text += "}\n";
        }
        for (at, count) in consumers.iter().enumerate() {
            let _ = writeln!(text, "def consume{at}() {{ for i in 0..{count} {{ q.get(timeout=300ms) }} }}");
        }
        text += "expect exception\nmain {\n    let ps = []\n";
        for at in 0..producers.len() {
            let _ = writeln!(text, "    ps.append(spawn process produce{at}())");
        }
        for at in 0..consumers.len() {
            let _ = writeln!(text, "    ps.append(spawn process consume{at}())");
        }
        if let Some((who, when)) = killed {
            let _ = writeln!(text, "    sleep {when}ms\n    ps[{who} % len(ps)].kill()");
        }
        text += "    sleep 2s\n    print \"left\", q.qsize()\n    while not q.empty() { q.get() }\n}\n";
        let (report, items) = run(&text, &given);
        let told = |what: &str| format!("{what}: {items:?} {:?} {:?}\n{text}", report.outcome, report.output);
        let put: BTreeSet<&String> = items.put.iter().collect();
        let found: BTreeSet<&String> = items.got.iter().chain(&items.lost).collect();
        prop_assert_eq!(found.len(), items.got.len() + items.lost.len(), "{}", told("twice"));
        prop_assert!(found.is_subset(&put), "{}", told("out of nothing"));
        let locks: usize = producers.iter().flatten().filter(|(kind, _)| *kind == 0).count();
        prop_assert!(items.dropped <= locks, "{}", told("dropped more than there were"));
        prop_assert!(!put.contains(&"m".to_owned()), "{}", told("a lock was sent"));
        // At the end the queue is empty, unless main could not come so far.
        if report.outcome != Outcome::Deadlock {
            prop_assert_eq!(found, put, "{}", told("gone"));
        }
    }

    #[test]
    fn a_process_whose_items_fit_into_the_pipe_ends_before_they_are_got(
        sizes in vec(1..30_000_u32, 1..5),
        over in 0..2_u32,
        given in given(),
    ) {
        // What is missing to the 65,536 bytes of the pipe, or one more; each item has a head of 4.
        let before: u32 = sizes.iter().map(|size| size + 4).sum();
        prop_assume!(before + 5 <= 65_536);
        let last = 65_536 - before - 4 + over;
        let puts: Vec<String> = sizes.iter().chain([&last]).map(|size| format!("q.put(1, size={size}B)")).collect();
        let body = puts.join("; ");
        let text = format!(
            "process queue q\ndef child() {{ {body} }}\n\
             main {{ let p = spawn process child(); p.join(); print \"ended\" }}\n"
        );
        let (report, _) = run(&text, &given);
        let want = if over == 0 { Outcome::Completed } else { Outcome::Deadlock };
        prop_assert_eq!(report.outcome, want, "{}", text);
        // Whoever gets them first has no trouble.
        let gets = "q.get(); ".repeat(sizes.len() + 1);
        let (report, items) = run(&text.replace("p.join();", &format!("{gets}p.join();")), &given);
        prop_assert_eq!(report.outcome, Outcome::Completed, "{}", text);
        prop_assert_eq!(items.got.len(), sizes.len() + 1);
    }
}

#[test]
fn a_megabyte_is_joined_only_behind_its_get() {
    let script = |rest: &str| {
        format!(
            "process queue q\ndef child() {{ q.put(\"x\", size=1MB) }}\nmain {{ let p = spawn process child(); {rest} }}\n"
        )
    };
    let outcome = |rest: &str| run(&script(rest), &Given::NOTHING).0.outcome;
    assert_eq!(outcome("p.join(); print q.get()"), Outcome::Deadlock);
    assert_eq!(outcome("print q.get(); p.join()"), Outcome::Completed);
}
