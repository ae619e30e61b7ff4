//! The exploration of random small scripts, held to brute force and to timed runs.
//!
//! Of each script the verdict, the findings with their places, all ends, and what the best witnesses need have to be
//! those of brute force, with every reduction and without any; and every timed run has to be one of the
//! interleavings. More scripts: `PROPTEST_CASES=20000 cargo test --release --test exploration`; others:
//! `PROPTEST_RNG_SEED=1`.

mod brute;
mod explored;
mod pipeline;
mod random;

use std::cell::Cell;
use std::collections::BTreeSet;

use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::explore::{Exploration, Final, Options, Reduction, WitnessOrder};
use concsim::ir::program::Program;
use concsim::observe::finding::FindingKind;
use concsim::observe::report::{Outcome, Report};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use brute::Brute;
use brute::findings::Fault;
use brute::timed::Deeds;
use explored::{WHOLE, explored};
use pipeline::{Given, prepare};
use random::texts;

/// Scripts of more states are left out.
const STATES_MAX: usize = 300;

const REDUCTIONS: [Reduction; 4] = [Reduction::None, Reduction::Order, Reduction::Symmetry, Reduction::All];

const RUNS: [(Scheduler, &str, u64); 4] = [
    (Scheduler::Fifo, "cpython-3.12", 0),
    (Scheduler::Random, "cpython-3.14", 1),
    (Scheduler::Random, "cpython-3.14t", 2),
    (Scheduler::Pct, "cpython-3.14t", 3),
];

#[test]
fn explorations_are_those_of_brute_force() {
    for_scripts(8, |source, program, brute| {
        for reduction in REDUCTIONS {
            let options = Options { reduction, ..WHOLE };
            same(brute, &explored(program, &options))
                .map_err(|problem| format!("{reduction:?}: {problem}\n{}", source.text))?;
        }
        Ok(())
    });
}

#[test]
fn the_first_finding_is_one_of_brute_force() {
    for_scripts(1, |source, program, brute| {
        for reduction in REDUCTIONS {
            let options = Options { first: true, reduction, ..WHOLE };
            let done = explored(program, &options);
            let mut faults = done.findings.iter().map(|found| Fault::of(brute.program, &found.finding));
            let is_known = faults.all(|fault| brute.faults.contains(&fault));
            if done.verdict != brute.verdict() || !is_known || done.complete && same(brute, &done).is_err() {
                return Err(format!("{reduction:?}: {:#?}\n{}", done.findings, source.text));
            }
        }
        Ok(())
    });
}

#[test]
fn witnesses_are_the_best_ones_of_brute_force() {
    for_scripts(1, |source, program, brute| {
        for (order, costs) in
            [(WitnessOrder::Preemptions, brute.by_preemptions()), (WitnessOrder::Steps, brute.by_steps())]
        {
            let done = explored(program, &Options { witness: order, ..WHOLE });
            for found in &done.findings {
                let fault = Fault::of(brute.program, &found.finding);
                let cost = match order {
                    WitnessOrder::Preemptions => (found.preemptions, found.steps),
                    WitnessOrder::Steps => (found.steps, found.preemptions),
                };
                let least = costs.get(&fault);
                let shows = brute.shows(&fault, &found.schedule);
                // Brute force does not tell livelocks apart by their places, so that one of them has the least.
                let is_one_of_many = done
                    .findings
                    .iter()
                    .filter(|other| Fault::of(brute.program, &other.finding) == fault)
                    .count()
                    > 1;
                let is_best = least == Some(&cost) || is_one_of_many && least < Some(&cost);
                let is_shown = shows == Some(true) && is_best;
                let fits = if brute.endless.contains(&fault) && !is_shown {
                    // Its worlds are those that come again; ones that differ from them by what nobody reads again
                    // only lead there, and an exploration does not tell them apart.
                    brute.never_ends(&found.schedule)
                        && (least >= Some(&cost) || is_one_of_many || !found.is_best)
                } else {
                    shows == Some(true) && (is_best || !found.is_best && least < Some(&cost))
                };
                if !fits || found.turns.len() as u64 != found.steps {
                    let told =
                        format!("{order:?}: {found:#?}\nneeds {least:?}, not {cost:?}; shows it: {shows:?}");
                    return Err(format!("{told}\n{}", source.text));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn every_timed_run_is_one_of_the_interleavings() {
    for_scripts(4, |source, _, brute| {
        for (title, report, deeds) in timed(source) {
            let told = |what: &str| format!("{title}: {what}: {:#?}\n{}", deeds.all, source.text);
            let last = brute.states_after(&deeds.all);
            if last.is_empty() {
                return Err(told("no interleaving"));
            }
            if report.outcome != Outcome::Limit && !brute.finals.contains(&end_of(&report)) {
                return Err(told(&format!("{:?} is none of {:#?}", end_of(&report), brute.finals)));
            }
        }
        Ok(())
    });
}

#[test]
fn what_a_gil_and_event_loops_allow_is_possible_and_holds_every_timed_run() {
    for_scripts(2, |source, program, brute| {
        let done = explored(program, &Options { respect_gil: true, ..WHOLE });
        let ends: BTreeSet<Final> = done.finals.iter().cloned().collect();
        if let Some(end) = ends.difference(&brute.finals).next() {
            return Err(format!("{end:?} is none of {:#?}\n{}", brute.finals, source.text));
        }
        for (title, report, deeds) in timed(source).into_iter().filter(|(title, ..)| !title.contains("14t")) {
            if report.outcome != Outcome::Limit && !ends.contains(&end_of(&report)) {
                let end = end_of(&report);
                let told = format!("{title}: {end:?} is none of {ends:#?}, by {:#?}", deeds.all);
                return Err(format!("{told}\n{}", source.text));
            }
        }
        Ok(())
    });
}

#[test]
fn every_race_of_a_timed_run_is_one_of_the_exploration() {
    let count = Cell::new(0);
    for_scripts(2, |source, _, brute| {
        for (title, report, _) in timed(source) {
            let races = report.findings.iter().filter(|finding| finding.kind == FindingKind::Race);
            for race in races {
                count.set(count.get() + 1);
                let fault = Fault::of(brute.program, race);
                if !brute.faults.contains(&fault) {
                    return Err(format!("{title}: {race:#?}\n{}", source.text));
                }
            }
        }
        Ok(())
    });
    assert!(count.get() > Config::default().cases / 4, "only {} races", count.get());
}

/// Timed runs of a script: how each was made, its report, and what was done in it.
fn timed(source: &Source) -> Vec<(String, Report, Deeds)> {
    let run = |(scheduler, runtime, seed): (Scheduler, &str, u64)| {
        let given =
            Given { runtime: Some(runtime.to_owned()), scheduler, seed, max_events: 2_000, ..Given::NOTHING };
        // Not every Python has all that a queue can do.
        let ready = prepare(source, &given).ok()?;
        let mut deeds = Deeds::default();
        let report = ready.run(&mut deeds);
        Some((format!("{scheduler:?} {runtime} {seed}"), report, deeds))
    };
    RUNS.into_iter().filter_map(run).collect()
}

/// Tries something with random scripts that are small enough, so many times as many as proptest's own setting (256).
fn for_scripts(times: u32, holds: impl Fn(&Source, &Program, &Brute<'_>) -> Result<(), String>) {
    let config = Config::default();
    let cases = config.cases * times;
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 1_000, ..config };
    let skipped = Cell::new(0);
    let done = TestRunner::new(config).run(&texts(), |text| {
        let source = Source::new("random.conc", text);
        let ready = prepare(&source, &Given::NOTHING);
        let ready = ready.unwrap_or_else(|errors| panic!("{errors:?}\n{}", source.text));
        let Some(brute) = Brute::explore(&ready.program, STATES_MAX) else {
            skipped.set(skipped.get() + 1);
            return Ok(());
        };
        holds(&source, &ready.program, &brute).map_err(TestCaseError::fail)
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    assert!(skipped.get() < cases / 2, "{} of {cases} scripts were too large", skipped.get());
}

/// Whether an exploration comes to what brute force came to.
fn same(brute: &Brute<'_>, done: &Exploration) -> Result<(), String> {
    let faults: BTreeSet<Fault> =
        done.findings.iter().map(|found| Fault::of(brute.program, &found.finding)).collect();
    if faults != brute.faults {
        let missing: Vec<&Fault> = brute.faults.difference(&faults).collect();
        let surplus: Vec<&Fault> = faults.difference(&brute.faults).collect();
        return Err(format!("missing {missing:#?}, surplus {surplus:#?}"));
    }
    let finals: BTreeSet<Final> = done.finals.iter().cloned().collect();
    if finals != brute.finals || finals.len() != done.finals.len() {
        return Err(format!("ends {:#?}, not {:#?}", done.finals, brute.finals));
    }
    if done.verdict != brute.verdict() || !done.complete {
        return Err(format!("verdict {:?}, complete {}", done.verdict, done.complete));
    }
    Ok(())
}

/// The end of a run as an exploration tells it.
fn end_of(report: &Report) -> Final {
    Final { outcome: report.outcome, shared: report.shared.clone(), output: report.output.clone() }
}
