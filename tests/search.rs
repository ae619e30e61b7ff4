//! The order of the search and its bounds: whichever way it goes, it comes to the same, and it stops where it is told to.

mod explored;
mod scripts;

use std::collections::BTreeSet;

use concsim::analysis::translate;
use concsim::base::span::Source;
use concsim::explore::stroll::{Reach, stroll};
use concsim::explore::verdict::Judge;
use concsim::explore::{Bound, Caps, Exploration, Options, Reduction, Verdict};
use concsim::ir::program::Program;
use concsim::observe::finding::FindingKind;

use explored::{WHOLE, explored};
use scripts::scripts_in;

/// Up to how many worlds a script is explored.
const WORLDS_MAX: u64 = 1_000;

const REDUCTIONS: [Reduction; 2] = [Reduction::None, Reduction::All];

fn program(text: &str) -> Program {
    translate(&Source::new("x.conc", text), &[]).program.expect("the script is right")
}

/// What the findings are, wherever they show.
fn findings(done: &Exploration) -> BTreeSet<String> {
    let told = |found: &concsim::explore::Found| {
        let finding = &found.finding;
        let mut places: Vec<String> =
            finding.labels.iter().map(|label| format!("{:?}", label.span)).collect();
        places.sort();
        format!("{:?} {:?} {places:?}", finding.kind, finding.cause)
    };
    done.findings.iter().map(told).collect()
}

#[test]
fn the_first_finding_is_one_of_all_and_is_found_if_there_is_one() {
    let mut compared = 0;
    for script in ["examples", "tests/verdicts"].into_iter().flat_map(scripts_in) {
        let Some(program) = translate(&script, &[]).program else { continue };
        for reduction in REDUCTIONS {
            let whole = Options { max_states: Some(WORLDS_MAX), reduction, ..WHOLE };
            let all = explored(&program, &whole);
            if !all.complete {
                continue;
            }
            compared += 1;
            let first = explored(&program, &Options { first: true, ..whole.clone() });
            let name = &script.name;
            assert_eq!(first.verdict, all.verdict, "{name} {reduction:?}");
            assert!(findings(&first).is_subset(&findings(&all)), "{name} {reduction:?}");
            assert_eq!(first.findings.is_empty(), all.findings.is_empty(), "{name} {reduction:?}");
            if first.complete {
                assert_eq!((first.states, first.finals.len()), (all.states, all.finals.len()), "{name}");
            }
            let one = explored(&program, &Options { first: true, jobs: 1, ..whole });
            assert_eq!(one, first, "{name} {reduction:?}: the same for any number of threads");
        }
    }
    assert!(compared > 60, "only {compared} were small enough");
}

/// Philosophers who all take the left fork first.
fn naive(n: u64) -> Program {
    program(&format!(
        "lock forks[{n}]\ndef eat(i) {{ with forks[i] {{ with forks[(i + 1) % {n}] {{ pass }} }} }}\n\
         main {{ for i in 0..{n} {{ spawn thread eat(i) }} }}"
    ))
}

#[test]
fn the_first_deadlock_of_many_philosophers_is_found_soon() {
    let done = explored(&naive(12), &Options { first: true, ..WHOLE });
    assert_eq!((done.verdict, done.stopped), (Verdict::Violation, Some(Bound::First)));
    assert!(done.states < 10_000, "{} states", done.states);
    let found = &done.findings[0];
    assert_eq!((found.steps, found.is_best), (12, false), "{:?}", found.turns);
}

#[test]
fn a_finding_that_is_near_is_found_soon_though_others_wait() {
    // One unit goes on for ever into worlds in which all others wait; it takes another one to go wrong.
    let text = "lock m\natomic shared x = 0\ndef wait() { with m { pass } }\n\
        def hold() { with m { while True { x += 1 } } }\ndef wrong() { assert False }\n\
        main { spawn thread hold(); for i in 0..5 { spawn thread wait() }\nspawn thread wrong() }";
    let done = explored(&program(text), &Options { first: true, max_states: Some(5_000), ..WHOLE });
    assert_eq!(done.stopped, Some(Bound::First));
}

#[test]
fn no_state_more_is_counted_than_was_asked_for() {
    let program = naive(4);
    for reduction in REDUCTIONS {
        let whole = Options { reduction, ..WHOLE };
        let all = explored(&program, &whole).states;
        for first in [false, true] {
            for most in [1, 2, 7, all / 2, all - 1, all, all + 1] {
                let with = |jobs| Options { max_states: Some(most), first, jobs, ..whole.clone() };
                let done = explored(&program, &with(1));
                assert_eq!(done, explored(&program, &with(3)), "{most}");
                if first && done.stopped == Some(Bound::First) {
                    assert!(done.states <= most);
                    continue;
                }
                assert_eq!(done.states, most.min(all), "{reduction:?} {first}");
                assert_eq!(
                    done.stopped,
                    (most < all).then_some(Bound::States),
                    "{reduction:?} {first} {most}"
                );
            }
        }
    }
}

#[test]
fn a_search_that_runs_out_of_memory_has_not_taken_more() {
    let program = naive(8);
    let max_memory = 1 << 20;
    for first in [false, true] {
        let options = Options { max_memory, first, reduction: Reduction::None, ..WHOLE };
        let mut most = 0;
        let mut see = |progress: &concsim::explore::Progress| most = most.max(progress.memory);
        let interrupt = std::sync::atomic::AtomicBool::new(false);
        let done = concsim::explore::explore(&program, &options, &mut see, &interrupt);
        let expected = if first { Bound::First } else { Bound::Memory };
        assert_eq!(done.stopped, Some(expected));
        assert!(most <= max_memory && done.states < 40_000, "{most} bytes, {} states", done.states);
    }
}

#[test]
fn work_and_units_have_bounds_of_their_own() {
    let stopped = |text: &str, caps| explored(&program(text), &Options { caps, jobs: 1, ..WHOLE }).stopped;
    // Few states, each of which takes ten thousand operations.
    let busy = "shared x = 0\ndef work() { let i = 0\nwhile i < 1_000_000 { i += 1 }\nx += 1 }\n\
        main { spawn thread work(); spawn thread work() }";
    let few = Caps { ops: Some(100_000), ..Caps::NONE };
    assert_eq!(stopped(busy, few), Some(Bound::Ops));
    let crowd = "def one() { pass }\nmain { for i in 0..20 { spawn thread one() } }";
    assert_eq!(stopped(crowd, Caps { units: Some(20), ..Caps::NONE }), Some(Bound::Units));
    assert_eq!(stopped(crowd, Caps { units: Some(21), ops: Some(100_000_000) }), None);
}

#[test]
fn drawn_schedules_show_what_the_search_finds_and_nothing_else() {
    let racing = "shared x = 0\ndef add() { x += 1 }\nmain { group { spawn thread add(); spawn thread add() } }\n\
        finally x == 2\ninvariant x < 2";
    let raising = "def f() { assert choose(0..3) < 2 }\nmain { spawn thread f(); raise ValueError \"no\" }";
    let reach = Reach { turns: 1000, ops: 100_000, units: 100 };
    for program in [naive(3), program(racing), program(raising)] {
        let judge = Judge::new(&program);
        // Which of the accesses of a race is the first one is a matter of the schedule.
        let told = |found: &concsim::explore::Found| {
            let place = found.finding.labels.first().map(|label| label.span);
            (found.finding.kind, place.filter(|_| found.finding.kind != FindingKind::Race))
        };
        let mut drawn = BTreeSet::new();
        for (sign, schedule) in (0..100).flat_map(|seed| stroll(&judge, seed, reach)) {
            drawn.insert(told(&judge.tell(&sign, &schedule, false)));
        }
        let found: BTreeSet<_> = explored(&program, &WHOLE).findings.iter().map(told).collect();
        assert_eq!(drawn, found);
        assert!(!found.is_empty());
    }
}

#[test]
fn what_is_printed_at_ends_takes_memory() {
    // Each order of the lines is an end of its own.
    let line = "x".repeat(1000);
    let text =
        format!("def say(i) {{ print \"{line}\", i }}\nmain {{ for i in 0..6 {{ spawn thread say(i) }} }}");
    let options = Options { max_memory: 4 << 20, reduction: Reduction::None, ..WHOLE };
    let done = explored(&program(&text), &options);
    assert_eq!(done.stopped, Some(Bound::Memory));
    let bytes: usize = done.finals.iter().flat_map(|end| &end.output).map(String::len).sum();
    assert!(bytes <= 4 << 20, "{bytes}");
}

#[test]
fn what_never_ends_is_not_gone_through_twice() {
    // Without the reduction there would be half a million worlds.
    let text = "lock forks[9]\ndef eat(i) { let other = (i + 1) % 9\n\
        while True { with forks[min(i, other)] { with forks[max(i, other)] { region eating { pass } } } } }\n\
        main { for i in 0..6 { spawn thread eat(i) } }";
    let done = explored(&program(text), &WHOLE);
    assert_eq!((done.verdict, done.complete), (Verdict::Ok, true));
    assert!(done.states < 20_000, "{} states", done.states);
}

#[test]
fn the_best_witness_of_a_livelock_is_known_though_many_components_show_it() {
    // Whoever of the two sets `first` first: the rounds are the same, but go with different values.
    let text = "atomic shared first = 0, done = False\ndef set(n) { if first == 0 { first = n } }\n\
        def spin() { while not done { pass } }\n\
        main { spawn thread set(1); spawn thread set(2); spawn thread spin() }";
    for reduction in REDUCTIONS {
        let done = explored(&program(text), &Options { reduction, ..WHOLE });
        let told: Vec<(&str, u64, u64, bool)> = done
            .findings
            .iter()
            .map(|found| (found.finding.kind.word(), found.steps, found.preemptions, found.is_best))
            .collect();
        assert_eq!(told, [("livelock", 3, 0, true)], "{reduction:?}");
    }
}
