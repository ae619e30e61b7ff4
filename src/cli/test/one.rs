//! A script, run again as each of its goldens says, or once if it has none.

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::span::Source;
use crate::base::time::SimDuration;
use crate::cli::args::{ModelArgs, SchedulerArg};
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::place::Place;
use crate::cli::prepare::compile;
use crate::cli::rerun::{Played, play};
use crate::cli::setup::{Limits, Wish};
use crate::cli::status::is_unexpected;
use crate::cli::test::args::TestArgs;
use crate::cli::test::difference::difference;
use crate::cli::test::find::{Candidate, shown};
use crate::cli::test::golden::{Golden, file_name, read_golden};
use crate::cli::write_back::write_back;
use crate::export::tested::{Problem, Script, Test, Verdict, Written};
use crate::observe::finding::FindingKind;
use crate::observe::report::{Outcome, Report};
use crate::trace::event::Detail;

/// Who tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tester<'a> {
    pub(super) args: &'a TestArgs,
    pub(super) stop: &'a AtomicBool,
}

impl Tester<'_> {
    /// Tests a script. Whatever is wrong with it, even if it is concsim that is wrong, touches no other one.
    pub(super) fn test(&self, candidate: &Candidate) -> Script {
        let tested = catch_unwind(AssertUnwindSafe(|| self.tests(candidate)));
        let (source, tests) = tested.unwrap_or_else(|panic| (None, vec![crashed(&*panic)]));
        Script { path: shown(&candidate.path), source, tests }
    }

    fn tests(&self, candidate: &Candidate) -> (Option<Source>, Vec<Test>) {
        if self.stop.load(Ordering::Relaxed) {
            return (None, vec![not_tried(None)]);
        }
        let source = match input::read(candidate.path.as_os_str()) {
            Ok(source) => source,
            Err(failure) => return (None, vec![untold(None, problem(failure))]),
        };
        // What is wrong with the script itself is told once, and not for each golden.
        if let Err(failure) = compile(&source, &[]) {
            return (None, vec![untold(None, problem(failure))]);
        }
        let makes = self.args.bless && candidate.named && candidate.goldens.is_empty();
        let mut missing: Vec<BTreeSet<String>> = Vec::new();
        let mut tests: Vec<Test> = if makes {
            vec![self.make(candidate, &source, &mut missing)]
        } else if candidate.goldens.is_empty() {
            vec![self.plain(&source, &mut missing)]
        } else {
            let again = |golden: &PathBuf| self.again(golden, &source, &mut missing);
            candidate.goldens.iter().map(again).collect()
        };
        // What the script expects has to come in one of its runs; only if all came to their ends is it known.
        if missing.len() == tests.len() {
            let never = missing.into_iter().reduce(|never, of_run| &never & &of_run).unwrap_or_default();
            tests[0].problems.extend(never.into_iter().map(Problem::Missing));
        }
        (Some(source), tests)
    }

    /// A script without goldens.
    fn plain(&self, source: &Source, missing: &mut Vec<BTreeSet<String>>) -> Test {
        match self.run(source, usual(), Detail::Nothing) {
            Ok(Some(ran)) => self.judged(None, &ran.report, missing),
            Ok(None) => not_tried(None),
            Err(problem) => untold(None, problem),
        }
    }

    /// A script whose first golden is made.
    fn make(&self, candidate: &Candidate, source: &Source, missing: &mut Vec<BTreeSet<String>>) -> Test {
        let path = candidate.path.with_extension("trace");
        let name = Some(file_name(&path));
        let ran = match self.run(source, usual(), Detail::Sync) {
            Ok(Some(ran)) => ran,
            Ok(None) => return not_tried(name),
            Err(problem) => return untold(name, problem),
        };
        let mut test = self.judged(name, &ran.report, missing);
        if test.verdict() != Verdict::Limit {
            let place = Place::open("--bless", &path, &candidate.path);
            let made = place.and_then(|place| place.write(&ran.trace));
            match made {
                Ok(()) => test.written = Some(Written::Made),
                Err(failure) => test.problems.push(problem(failure)),
            }
        }
        test
    }

    /// A golden of a script, run again.
    fn again(&self, golden: &Path, source: &Source, missing: &mut Vec<BTreeSet<String>>) -> Test {
        let name = file_name(golden);
        if self.stop.load(Ordering::Relaxed) {
            return not_tried(Some(name));
        }
        let Golden { text, recorded, again } = match read_golden(golden, source) {
            Ok(read) => read,
            Err(failure) => return untold(Some(name), problem(failure)),
        };
        let ran = match self.run(source, again.wish, again.detail) {
            Ok(Some(ran)) => ran,
            Ok(None) => return not_tried(Some(name)),
            Err(problem) => return untold(Some(name), problem),
        };
        let mut test = self.judged(Some(name.clone()), &ran.report, missing);
        if ran.trace != text {
            let mut told: String = again.notes.iter().map(|note| format!("{note}\n")).collect();
            told.push_str(&difference(&name, (&text, &recorded), &ran.trace));
            test.problems.insert(0, Problem::Changed(told));
            let is_whole = ran.report.outcome != Outcome::Limit;
            if self.args.bless && is_whole {
                match write_back(golden, &ran.trace) {
                    Ok(()) => test.written = Some(Written::Blessed),
                    Err(failure) => test.problems.push(problem(failure)),
                }
            }
        }
        test
    }

    /// What is to be said of a run that was made.
    fn judged(&self, golden: Option<String>, report: &Report, missing: &mut Vec<BTreeSet<String>>) -> Test {
        let mut problems = Vec::new();
        let met = report.missing.is_empty() && report.findings.iter().any(|finding| finding.expected);
        for finding in &report.findings {
            if is_unexpected(finding, &self.args.deny) {
                problems.push(Problem::Found(Box::new(finding.clone())));
            } else if finding.kind == FindingKind::Limit && report.outcome == Outcome::Limit && !met {
                problems.push(Problem::Limit(finding.message.clone()));
            }
        }
        if report.outcome != Outcome::Limit || met {
            missing.push(report.missing.iter().cloned().collect());
        }
        Test { golden, elapsed: report.elapsed, tried: true, problems, written: None }
    }

    /// Runs the script and keeps its trace; nothing if it was interrupted.
    fn run(&self, source: &Source, wish: Wish, detail: Detail) -> Result<Option<Played>, Problem> {
        let caps =
            Limits { time: self.args.max_time, events: self.args.max_events, memory: self.args.max_memory };
        let played = play(source, &Wish { caps, ..wish }, detail, self.stop);
        if self.stop.load(Ordering::Relaxed) { Ok(None) } else { played.map(Some).map_err(problem) }
    }
}

/// What a run without any option is given.
const fn usual() -> Wish {
    let model = ModelArgs { cores: None, runtime: None, unit: None, machine: None, set: Vec::new() };
    Wish {
        seed: 0,
        scheduler: SchedulerArg::Fifo,
        model,
        limits: Limits::USUAL,
        caps: Limits::NONE,
        replay: None,
    }
}

fn not_tried(golden: Option<String>) -> Test {
    Test { golden, elapsed: SimDuration::ZERO, tried: false, problems: Vec::new(), written: None }
}

/// A test that could not be made.
fn untold(golden: Option<String>, problem: Problem) -> Test {
    Test { tried: true, problems: vec![problem], ..not_tried(golden) }
}

fn problem(failure: Failure) -> Problem {
    match failure {
        Failure::Mistakes(source, diagnostics) => Problem::Mistakes(source, diagnostics),
        Failure::Message { text, help } => Problem::Unusable(text, help),
        Failure::Closed => unreachable!("nothing is printed here"),
    }
}

fn crashed(panic: &(dyn Any + Send)) -> Test {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
    untold(None, Problem::Crashed(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_told_by_its_own_words() {
        let panics: [fn(); 2] = [|| panic!("a word"), || panic!("{} words", 2)];
        for (panics, want) in panics.into_iter().zip(["a word", "2 words"]) {
            let test = crashed(&*catch_unwind(panics).unwrap_err());
            assert_eq!(test.verdict(), Verdict::Crashed);
            assert_eq!(test.problems[0].message(), format!("a mistake in concsim: {want}"));
        }
    }
}
