//! What follows from what was measured: the base, the end that counts, and what is best.

use super::*;
use crate::base::time::SimTime;
use crate::observe::choice::verdict::{Verdict, optimises_waiting, uses_all_cores};
use crate::observe::finding::FindingKind;

fn together(sum: u64, any: u64) -> Together {
    Together { sum: SimDuration(sum), any: SimDuration(any) }
}

/// A run of so many nanoseconds that takes so many bytes and comes to that end.
fn measured(elapsed: u64, memory: u64, end: End) -> Measured {
    let free = Free {
        elapsed: SimDuration(elapsed),
        in_turn: SimDuration(400),
        cores: together(100, 100),
        waits: together(300, 100),
        waiters: 3,
    };
    Measured {
        outcome: Outcome::Completed,
        elapsed: SimDuration(elapsed),
        units: 4,
        peak_memory: memory,
        times: Times::default(),
        chain: None,
        findings: Vec::new(),
        end,
        free: Some(free),
    }
}

fn end(line: &str) -> End {
    End::new(&[], &[line.to_owned()])
}

fn group(rows: Vec<Measured>) -> Group {
    let row = |(unit, measured)| Row {
        unit: Some(unit),
        standing: Standing::Measured(Box::new(measured)),
        start: None,
        scale: None,
    };
    let rows = ["thread", "process", "task", "interpreter"].into_iter().zip(rows).map(row).collect();
    Group { runtime: "cpython-3.14", cores: 4, start_method: "fork", rows }
}

#[test]
fn the_base_is_that_of_the_first_kind_that_comes_to_a_good_end() {
    let mut stuck = measured(5, 1, end("a"));
    stuck.outcome = Outcome::Deadlock;
    let sound = measured(200, 1, end("a"));
    let group = group(vec![stuck, sound.clone()]);
    assert_eq!(group.base(), Some(SimDuration(400)));
    assert_eq!(group.speed_up(&sound), Some(200));
    assert_eq!(group.best(), Some(1));
}

#[test]
fn units_pay_from_a_tenth_on() {
    let pays = |elapsed| group(vec![measured(elapsed, 1, end("a"))]).pays();
    assert_eq!([100, 363, 364, 400, 900].map(pays), [true, true, false, false, false]);
}

#[test]
fn the_end_of_most_kinds_counts_and_of_two_halves_that_of_the_first() {
    let of = |ends: &[&str]| {
        let group = group(ends.iter().map(|line| measured(100, 1, end(line))).collect());
        let differing = group.rows.iter().map(|row| group.differs(row).is_some());
        (group.reference(), differing.collect::<Vec<_>>())
    };
    assert_eq!(of(&["6", "0", "6", "6"]), (Some(0), vec![false, true, false, false]));
    assert_eq!(of(&["6", "0", "0", "0"]), (Some(1), vec![true, false, false, false]));
    assert_eq!(of(&["6", "0", "6", "0"]), (Some(0), vec![false, true, false, true]));
}

#[test]
fn of_those_that_are_as_fast_the_one_with_least_memory_is_best() {
    let best = |rows: &[(u64, u64)]| {
        group(rows.iter().map(|(elapsed, memory)| measured(*elapsed, *memory, end("a"))).collect()).best()
    };
    assert_eq!(best(&[(100, 9), (105, 3), (110, 5), (111, 1)]), Some(1));
    assert_eq!(best(&[(100, 9), (200, 1)]), Some(0));
    assert_eq!(best(&[(100, 2), (100, 2)]), Some(0));
}

#[test]
fn a_kind_that_comes_to_another_end_or_to_none_is_never_best() {
    let mut failed = measured(1, 1, end("a"));
    failed.findings.push(Finding {
        kind: FindingKind::Finally,
        severity: FindingKind::Finally.severity(),
        cause: None,
        at: SimTime(1),
        message: String::new(),
        units: Vec::new(),
        objects: Vec::new(),
        labels: Vec::new(),
        help: None,
        expected: false,
    });
    let group =
        group(vec![failed, measured(2, 1, end("b")), measured(3, 1, end("a")), measured(4, 1, end("a"))]);
    assert_eq!((group.best(), group.reference()), (Some(2), Some(2)));
}

#[test]
fn verdicts_are_asked_of_the_run_without_costs() {
    let of = |cores: (u64, u64), waits: (u64, u64), waiters| {
        let mut measured = measured(100, 1, end("a"));
        let free = measured.free.as_mut().expect("it has one");
        *free =
            Free { cores: together(cores.0, cores.1), waits: together(waits.0, waits.1), waiters, ..*free };
        (uses_all_cores(&measured, 4), optimises_waiting(&measured))
    };
    assert_eq!(of((400, 100), (0, 0), 0), (Some(Verdict::Yes), None));
    assert_eq!(of((300, 100), (150, 100), 2), (Some(Verdict::Yes), Some(Verdict::Yes)));
    assert_eq!(of((299, 100), (149, 100), 2), (Some(Verdict::Partly), Some(Verdict::Partly)));
    assert_eq!(of((125, 100), (125, 100), 2), (Some(Verdict::No), Some(Verdict::No)));
    assert_eq!(of((0, 0), (100, 100), 1), (None, None));
    assert_eq!(uses_all_cores(&measured(100, 1, end("a")), 1), None);
}
