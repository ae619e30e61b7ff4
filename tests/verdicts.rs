//! Explores every script under `tests/verdicts/` and `tests/bugs/` and compares what comes of it with what its own comments say.
//!
//! The verdicts are those of other checkers: no script is there because concsim said so. At the head stands, after
//! the story, `# verdict: ok` or `violation`, and `# finding: deadlock cycle` for each kind of finding with its
//! cause. `# final: {"x": 2}` says which values the ends show, and `# finals: 6` how many ends there are.
//! `# least: deadlock: 1 preemptions, 2 steps` says what the best witness needs: the fewest preemptions of all that
//! show it, and the fewest steps, which may be those of another one. Each `# args: --set n=3` is an
//! exploration of its own, with what stands between it and the next one or the verdict; `# long:` is one for
//! optimised builds only. `# row:` names the row of the table of problems that it was written for.

#[expect(dead_code, reason = "tests/exploration.rs uses all of it")]
mod brute;
mod explored;
mod scripts;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use concsim::analysis::translate;
use concsim::base::span::Source;
use concsim::explore::{Exploration, Final, Options, Verdict, WitnessOrder};
use concsim::ir::program::Program;
use concsim::observe::finding::{Cause, FindingKind};
use serde_json::{Map, Value, json};

use brute::Brute;
use brute::findings::Fault;
use brute::least::Cost;
use explored::{WHOLE, explored};
use scripts::scripts_in;
use verdict::{Expected, Least, Trial, trials};

/// What was found, as both explorers can say it.
struct Found {
    verdict: Verdict,
    findings: BTreeSet<String>,
    finals: Vec<Final>,
}

/// So many states for brute force.
const SMALL: usize = 3_000;

#[test]
fn explorations_come_to_the_known_verdicts() {
    let mut problems = Vec::new();
    for (script, trial) in all_trials().iter().filter(|(_, trial)| !trial.long || !cfg!(debug_assertions)) {
        let program = program(script, trial);
        let options = |witness| Options { first: trial.first, witness, ..WHOLE };
        let done = explored(&program, &options(WitnessOrder::Preemptions));
        if done.complete == trial.first {
            problems.push(format!("{} {}: complete: {}\n", script.name, trial.args, done.complete));
        }
        problems.extend(differences(script, trial, &found(&done)));
        if !trial.expected.least.is_empty() {
            let by_steps = explored(&program, &options(WitnessOrder::Steps));
            let best = |kind: &str| {
                let preemptions = least_of(&done, kind, |found| found.preemptions);
                let steps = least_of(&by_steps, kind, |found| found.steps);
                (preemptions, steps)
            };
            problems.extend(differing_least(script, trial, best));
        }
    }
    assert!(problems.is_empty(), "{}", problems.concat());
}

#[test]
fn brute_force_comes_to_the_known_verdicts() {
    let mut tried = 0;
    let mut problems = Vec::new();
    for (script, trial) in all_trials().iter().filter(|(_, trial)| !trial.long && !trial.first) {
        let program = program(script, trial);
        let Some(brute) = Brute::explore(&program, SMALL) else { continue };
        tried += 1;
        let findings = brute.faults.iter().map(|fault| kind_and_cause(fault.kind, fault.cause));
        let found = Found {
            verdict: brute.verdict(),
            findings: findings.collect(),
            finals: brute.finals.iter().cloned().collect(),
        };
        problems.extend(differences(script, trial, &found));
        if !trial.expected.least.is_empty() {
            let (by_preemptions, by_steps) = (brute.by_preemptions(), brute.by_steps());
            let first = |costs: &BTreeMap<Fault, Cost>, kind: &str| {
                costs.iter().filter(|(fault, _)| fault.kind.word() == kind).map(|(_, cost)| cost.0).min()
            };
            let best = |kind: &str| (first(&by_preemptions, kind), first(&by_steps, kind));
            problems.extend(differing_least(script, trial, best));
        }
    }
    assert!(problems.is_empty(), "{}", problems.concat());
    assert!(tried >= 60, "only {tried} were small enough");
}

fn all_trials() -> Vec<(Source, Trial)> {
    let scripts = ["tests/verdicts", "tests/bugs"].into_iter().flat_map(scripts_in);
    scripts.flat_map(|script| trials(&script).into_iter().map(move |trial| (script.clone(), trial))).collect()
}

/// The least of all findings of a kind.
fn least_of(done: &Exploration, kind: &str, what: fn(&concsim::explore::Found) -> u64) -> Option<u64> {
    done.findings.iter().filter(|found| found.finding.kind.word() == kind).map(what).min()
}

fn found(done: &Exploration) -> Found {
    let findings = done.findings.iter().map(|found| kind_and_cause(found.finding.kind, found.finding.cause));
    Found { verdict: done.verdict, findings: findings.collect(), finals: done.finals.clone() }
}

/// Where the best witnesses are not as the comments say. Each kind has its fewest preemptions and its fewest steps.
fn differing_least(
    script: &Source,
    trial: &Trial,
    best: impl Fn(&str) -> (Option<u64>, Option<u64>),
) -> Vec<String> {
    let differs = |least: &&Least| best(&least.kind) != (Some(least.preemptions), Some(least.steps));
    let told = |least: &Least| {
        format!("{} {}: least: {:?}, not {least:?}\n", script.name, trial.args, best(&least.kind))
    };
    trial.expected.least.iter().filter(differs).map(told).collect()
}

fn program(script: &Source, trial: &Trial) -> Program {
    let analysis = translate(script, &trial.set);
    analysis.program.unwrap_or_else(|| panic!("{}: {:?}", script.name, analysis.diagnostics))
}

/// `deadlock cycle`
fn kind_and_cause(kind: FindingKind, cause: Option<Cause>) -> String {
    let Some(cause) = cause else { return kind.word().to_owned() };
    let cause = serde_json::to_value(cause).expect("a cause is a word");
    format!("{} {}", kind.word(), cause.as_str().expect("a cause is a word"))
}

/// What is not as the comments say.
fn differences(script: &Source, trial: &Trial, found: &Found) -> Vec<String> {
    let Expected { verdict, findings, finals, count, least: _ } = &trial.expected;
    let mut problems = Vec::new();
    let mut compare = |what: &str, want: &dyn std::fmt::Debug, got: &dyn std::fmt::Debug, same: bool| {
        if !same {
            problems.push(format!("{} {}: {what}: {got:?}, not {want:?}\n", script.name, trial.args));
        }
    };
    let word = serde_json::to_value(found.verdict).expect("a verdict is a word");
    compare("verdict", verdict, &word, word == json!(verdict));
    let want: BTreeSet<String> = findings.iter().cloned().collect();
    compare("findings", &want, &found.findings, want == found.findings);
    if let Some(first) = finals.first() {
        let texts = |all: &mut dyn Iterator<Item = Map<String, Value>>| -> BTreeSet<String> {
            all.map(|fields| Value::Object(fields).to_string()).collect()
        };
        let want = texts(&mut finals.iter().cloned());
        let names: Vec<&String> = first.keys().collect();
        let got = texts(&mut found.finals.iter().map(|end| fields(end, &names)));
        compare("finals", &want, &got, want == got);
    }
    if let Some(count) = count {
        compare("number of finals", count, &found.finals.len(), *count == found.finals.len());
    }
    problems
}

/// Some of what an end shows.
fn fields(end: &Final, names: &[&String]) -> Map<String, Value> {
    let field = |name: &str| match name {
        "outcome" => json!(format!("{:?}", end.outcome).to_lowercase()),
        "output" => json!(end.output),
        other => {
            let shared = end.shared.iter().find(|(shared, _)| shared == other);
            json!(shared.unwrap_or_else(|| panic!("there is no shared {other}")).1)
        }
    };
    names.iter().map(|name| ((*name).clone(), field(name))).collect()
}
