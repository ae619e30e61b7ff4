//! Runs every script under `tests/cases/` and compares it with what its own comments say.
//!
//! A line that is refused ends in `# error E102: part of the message`; nothing else may be wrong.
//! `# checks: clean` at the head says that nothing is wrong, and that is all that is tried. A line that
//! is suspicious ends in `# warning W010: part of the message`. Warnings are compared only if there is such a
//! mark or the header `# lints: none`, then nothing else may be suspicious, and the script runs only if it has an
//! outcome. A script
//! that runs says at its head `# outcome: …`, and `# finding: deadlock cycle: part of the message` for each
//! finding in order (a deadlock has its cause; `expected` and `at 2ms` may follow), and `# missing: …` for each
//! finding that it expects in vain. Optional are `# args: --cores 2 …`, `# output: …` for each printed
//! line, `# shared: name = JSON`, and `# elapsed: 10ms` or `10ms..11ms`, both ends included.

mod pipeline;
mod scripts;

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use concsim::analysis::analyse;
use concsim::base::diagnostic::{Diagnostic, Severity};
use concsim::base::span::Source;
use concsim::base::time::{SimDuration, parse_duration};
use concsim::engine::Scheduler;
use concsim::export::codes::every_code;
use concsim::observe::finding::Finding;
use concsim::observe::report::Report;
use concsim::trace::event::{Detail, Event, Names, Sink};

use pipeline::{Given, Ready, prepare};
use scripts::scripts_in;

#[test]
fn every_case_does_what_its_comments_say() {
    let cases = scripts_in("tests/cases");
    assert!(cases.len() >= 70, "only {} cases were found", cases.len());
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let problems = catch_unwind(AssertUnwindSafe(|| check_case(case)))
                .unwrap_or_else(|_| vec!["it panicked, see above".to_string()]);
            (!problems.is_empty()).then(|| format!("{}:\n    {}\n", case.name, problems.join("\n    ")))
        })
        .collect();
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.concat());
}

/// The codes of the warnings of a script.
fn warnings(script: &Source) -> Vec<&'static str> {
    let diagnostics = analyse(script, &[]).diagnostics;
    let warnings = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning);
    warnings.map(|warning| warning.code).collect()
}

/// What takes a script of a megabyte; the pages on these codes have one.
const TOO_LARGE: [&str; 2] = ["E001", "E183"];

/// What only an exploration or an export refuses; the pages on these codes show it.
const EXPLORED: [&str; 2] = ["E190", "E195"];

#[test]
fn every_code_of_a_diagnostic_has_a_case() {
    let marks: Vec<Mark> = scripts_in("tests/cases").iter().flat_map(expected_marks).collect();
    let is_elsewhere = |code: &&str| TOO_LARGE.contains(code) || EXPLORED.contains(code);
    let is_seen = |code: &&str| is_elsewhere(code) || marks.iter().any(|mark| mark.code == *code);
    let codes = every_code().map(|code| code.code).filter(|code| !code.starts_with('D'));
    let unseen: Vec<&str> = codes.filter(|code| !is_seen(code)).collect();
    assert!(unseen.is_empty(), "no case has {unseen:?}");
}

#[test]
fn scripts_that_are_as_they_should_be_have_no_warnings() {
    // Those about concurrency are what some of these scripts are there to show.
    let is_plain = |code: &&str| *code < "W100";
    for folder in ["examples", "tests/blind", "benches/workloads"] {
        for script in scripts_in(folder) {
            let plain: Vec<&str> = warnings(&script).into_iter().filter(is_plain).collect();
            assert!(plain.is_empty(), "{folder}/{}: {plain:?}", script.name);
        }
    }
}

/// The examples whose runs warn of something: of that they tell.
const WARNINGS: [(&str, &[&str]); 8] = [
    ("bank_compute.conc", &["lock-order"]),
    ("double_release.conc", &["over-release"]),
    ("forgotten_lock.conc", &["race"]),
    ("if_instead_of_while.conc", &["woke-to-false"]),
    ("lost_update_call.conc", &["race"]),
    ("lost_update_plain.conc", &["race"]),
    ("stalled_loop.conc", &["blocked-loop"]),
    ("two_visits.conc", &["race"]),
];

#[test]
fn runs_of_examples_warn_of_what_these_are_about_and_of_nothing_else() {
    // Assignments, in folders of their own, are about all interleavings.
    let is_story = |script: &Source| !script.name.contains(['/', '\\']);
    for example in scripts_in("examples").into_iter().filter(is_story) {
        let ready = prepare(&example, &Given::NOTHING).unwrap_or_else(|errors| panic!("{errors:?}"));
        let report = ready.run(&mut Deaf);
        let warnings = report.findings.iter().filter(|finding| finding.severity == Severity::Warning);
        let mut kinds: Vec<&str> = warnings.map(|finding| finding.kind.word()).collect();
        kinds.dedup();
        let want =
            WARNINGS.iter().find(|(name, _)| *name == example.name).map_or(&[][..], |(_, kinds)| *kinds);
        assert_eq!(kinds, want, "{}", example.name);
    }
}

/// All keys that a header line may have.
const KEYS: [&str; 9] =
    ["args", "checks", "lints", "outcome", "finding", "missing", "output", "shared", "elapsed"];

/// What of a case is not as its comments say.
fn check_case(case: &Source) -> Vec<String> {
    if let Some(key) = unknown_key(case) {
        return vec![format!("`# {key}:` means nothing: the keys are {KEYS:?}")];
    }
    if !header(case, "checks").is_empty() {
        return unclean(case);
    }
    let (warnings, want): (Vec<Mark>, Vec<Mark>) =
        expected_marks(case).into_iter().partition(|mark| mark.severity == Severity::Warning);
    let mut problems = Vec::new();
    if !warnings.is_empty() || header(case, "lints") == ["none"] {
        let of = |severity| {
            let mut told = analyse(case, &[]).diagnostics;
            told.retain(|diagnostic| diagnostic.severity == severity);
            told
        };
        problems.extend(differing_marks(case, &warnings, &of(Severity::Warning)));
        if header(case, "outcome").is_empty() {
            problems.extend(differing_marks(case, &want, &of(Severity::Error)));
            return problems;
        }
    }
    problems.extend(match prepare(case, &given(case)) {
        Err(got) => differing_marks(case, &want, &got),
        Ok(_) if !want.is_empty() => vec!["it is not refused".to_string()],
        Ok(ready) => check_run(case, &ready),
    });
    problems
}

/// What is told of a script that is right and is not run.
fn unclean(case: &Source) -> Vec<String> {
    if header(case, "checks") != ["clean"] {
        return vec!["`# checks:` is followed by `clean`".to_string()];
    }
    let mut told = analyse(case, &[]).diagnostics;
    told.retain(|diagnostic| diagnostic.severity == Severity::Error);
    differing_marks(case, &[], &told)
}

/// What is to be told of a line.
#[derive(Debug)]
struct Mark {
    line: u32,
    severity: Severity,
    code: String,
    part: String,
}

fn expected_marks(case: &Source) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (line, text) in (1..).zip(case.text.lines()) {
        let words = [("# error ", Severity::Error), ("# warning ", Severity::Warning)];
        for (word, severity) in words {
            for mark in text.split(word).skip(1) {
                let mark = mark.split(" # ").next().unwrap_or(mark);
                let (code, part) = mark.split_once(':').unwrap_or((mark, ""));
                marks.push(Mark {
                    line,
                    severity,
                    code: code.trim().to_string(),
                    part: part.trim().to_string(),
                });
            }
        }
    }
    marks
}

fn differing_marks(case: &Source, want: &[Mark], got: &[Diagnostic]) -> Vec<String> {
    let mut left: Vec<&Diagnostic> = got.iter().collect();
    let mut problems = Vec::new();
    for mark in want {
        let fits = |diagnostic: &&Diagnostic| {
            diagnostic.code == mark.code
                && diagnostic.severity == mark.severity
                && case.line(diagnostic.primary.span) == mark.line
                && diagnostic.message.contains(&mark.part)
        };
        match left.iter().position(fits) {
            Some(index) => drop(left.remove(index)),
            None => {
                problems.push(format!("line {}: nobody says {}: {}", mark.line, mark.code, mark.part));
            }
        }
    }
    problems.extend(left.iter().map(|diagnostic| {
        let line = case.line(diagnostic.primary.span);
        format!("line {line}: unexpected {}: {}", diagnostic.code, diagnostic.message)
    }));
    problems
}

/// The texts of all header lines of that key, in order.
fn header<'a>(case: &'a Source, key: &str) -> Vec<&'a str> {
    let key = format!("# {key}:");
    let text = |line: &'a str| line.strip_prefix(&*key).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    case.text.lines().filter_map(text).collect()
}

/// A word with a colon behind it that would be a key, if it were spelt right.
fn unknown_key(case: &Source) -> Option<&str> {
    let heads = case.text.lines().filter_map(|line| line.strip_prefix("# ")?.split_once(':'));
    heads.map(|(key, _)| key).find(|key| !key.contains(' ') && *key != "concsim" && !KEYS.contains(key))
}

fn given(case: &Source) -> Given {
    let mut given = Given::NOTHING;
    let mut words = header(case, "args").into_iter().flat_map(str::split_whitespace);
    while let Some(option) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("{option} has no value"));
        let number = || value.parse::<u64>().unwrap_or_else(|_| panic!("{value} is no number"));
        match option {
            "--runtime" => given.runtime = Some(value.to_string()),
            "--machine" => given.machine = Some(value.to_string()),
            "--cores" => given.cores = u32::try_from(number()).ok(),
            "--unit" => given.unit = Some(value.to_string()),
            "--seed" => given.seed = number(),
            "--max-events" => given.max_events = number(),
            "--max-time" => given.max_time = Some(duration(value)),
            "--scheduler" => {
                given.scheduler = *[Scheduler::Fifo, Scheduler::Random, Scheduler::Pct]
                    .iter()
                    .find(|scheduler| scheduler.word() == value)
                    .unwrap_or_else(|| panic!("there is no scheduler {value}"));
            }
            other => panic!("cases know no option {other}"),
        }
    }
    given
}

fn duration(text: &str) -> SimDuration {
    SimDuration(parse_duration(text.trim()).unwrap_or_else(|error| panic!("{text}: {error}")))
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

fn check_run(case: &Source, ready: &Ready) -> Vec<String> {
    let report = ready.run(&mut Deaf);
    let mut problems = Vec::new();
    let outcome = format!("{:?}", report.outcome).to_lowercase();
    if header(case, "outcome") != [outcome.as_str()] {
        problems.push(format!("outcome: {outcome}"));
    }
    problems.extend(differing_findings(&header(case, "finding"), &report.findings));
    if header(case, "missing") != report.missing {
        problems.push(format!("missing: {:?}", report.missing));
    }
    let output: Vec<String> = report.output.iter().map(|line| line.replace('\n', "\\n")).collect();
    let printed = header(case, "output");
    if !printed.is_empty() && printed != output {
        problems.push(format!("output: {output:?}\n      where {printed:?} was to come"));
    }
    problems.extend(header(case, "shared").iter().filter_map(|line| differing_shared(line, &report)));
    for line in header(case, "elapsed") {
        let (from, to) = line.split_once("..").unwrap_or((line, line));
        if !(duration(from)..=duration(to)).contains(&report.elapsed) {
            problems.push(format!("elapsed: {}, not {line}", report.elapsed));
        }
    }
    problems
}

fn differing_findings(want: &[&str], got: &[Finding]) -> Vec<String> {
    let fits = |(want, finding): (&&str, &Finding)| {
        let (head, part) = want.split_once(':').unwrap_or((want, ""));
        let (head, at) = head.split_once(" at ").unwrap_or((head, ""));
        head.trim() == finding_head(finding)
            && (at.is_empty() || duration(at).0 == finding.at.0)
            && finding.message.contains(part.trim())
    };
    if want.len() == got.len() && want.iter().zip(got).all(fits) {
        return Vec::new();
    }
    let listed = got.iter().map(|finding| {
        format!("{} at {}: {}", finding_head(finding), SimDuration(finding.at.0), finding.message)
    });
    vec![format!("findings: {:#?}", listed.collect::<Vec<_>>())]
}

/// `deadlock cycle expected`
fn finding_head(finding: &Finding) -> String {
    let mut head = finding.kind.word().to_string();
    if let Some(cause) = finding.cause {
        let word = serde_json::to_value(cause).expect("a cause is a word");
        head.push(' ');
        head.push_str(word.as_str().expect("a cause is a word"));
    }
    if finding.expected {
        head.push_str(" expected");
    }
    head
}

fn differing_shared(line: &str, report: &Report) -> Option<String> {
    let (name, want) = line.split_once(" = ").expect("`# shared: name = value`");
    let want: serde_json::Value = serde_json::from_str(want).expect("the value is JSON");
    let Some((_, datum)) = report.shared.iter().find(|(shared, _)| shared == name) else {
        return Some(format!("there is no shared {name}"));
    };
    let got = serde_json::to_value(datum).expect("a datum is JSON");
    (got != want).then(|| format!("shared: {name} = {got}, not {want}"))
}
