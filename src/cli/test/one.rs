//! A script, run again as each of its goldens says, or once if it has none.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
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
use crate::export::tested::{Problem, Script, Test, Written};
use crate::observe::finding::{Finding, FindingKind};
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
        if let Err(failure) = compile(&source, &[], None) {
            return (None, vec![untold(None, problem(failure))]);
        }
        let makes = self.args.bless && candidate.named && candidate.goldens.is_empty();
        let tests: Vec<Test> = if makes {
            vec![self.make(candidate, &source)]
        } else if candidate.goldens.is_empty() {
            vec![self.plain(&source)]
        } else {
            candidate.goldens.iter().map(|golden| self.again(golden, &source)).collect()
        };
        (Some(source), tests)
    }

    /// A script without goldens: nobody has accepted anything of it.
    fn plain(&self, source: &Source) -> Test {
        match self.run(source, usual(), Detail::Nothing) {
            Ok(Some(ran)) => self.judged(&ran.report),
            Ok(None) => not_tried(None),
            Err(problem) => untold(None, problem),
        }
    }

    /// A script whose first golden is made.
    fn make(&self, candidate: &Candidate, source: &Source) -> Test {
        let path = candidate.path.with_extension("trace");
        let name = Some(file_name(&path));
        let ran = match self.run(source, usual(), Detail::Sync) {
            Ok(Some(ran)) => ran,
            Ok(None) => return not_tried(name),
            Err(problem) => return untold(name, problem),
        };
        let mut test = Test { elapsed: ran.report.elapsed, tried: true, ..not_tried(name) };
        if let Some(limit) = limit(&ran.report) {
            test.problems.push(limit);
            return test;
        }
        let place = Place::open("--bless", &path, &candidate.path);
        match place.and_then(|place| place.write(&ran.trace)) {
            Ok(()) => test.written = Some(Written::Made),
            Err(failure) => test.problems.push(problem(failure)),
        }
        test
    }

    /// A golden of a script, run again. What it records, findings included, is accepted.
    fn again(&self, golden: &Path, source: &Source) -> Test {
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
        let mut test = Test { elapsed: ran.report.elapsed, tried: true, ..not_tried(Some(name.clone())) };
        if ran.trace != text {
            let mut told: String = again.notes.iter().map(|note| format!("{note}\n")).collect();
            told.push_str(&difference(&name, (&text, &recorded), &ran.trace));
            test.problems.push(Problem::Changed(told));
            let limit = limit(&ran.report);
            let is_whole = limit.is_none();
            test.problems.extend(limit);
            if self.args.bless && is_whole {
                match write_back(golden, &ran.trace) {
                    Ok(()) => test.written = Some(Written::Blessed),
                    Err(failure) => test.problems.push(problem(failure)),
                }
            }
        }
        test
    }

    /// What is to be said of a run of a script without goldens.
    fn judged(&self, report: &Report) -> Test {
        let unexpected = report.findings.iter().filter(|finding| is_unexpected(finding, &self.args.deny));
        let found = unexpected.map(|finding| Problem::Found(Box::new(finding.clone())));
        let missing = report.missing.iter().cloned().map(Problem::Missing);
        // Whoever expects something and has found it needs no end.
        let met = report.missing.is_empty() && report.findings.iter().any(|finding| finding.expected);
        let limit = limit(report).filter(|_| !met);
        // What would have come is not known then.
        let missing = missing.filter(|_| report.outcome != Outcome::Limit);
        let mut problems: Vec<Problem> = found.chain(missing).collect();
        problems.extend(limit);
        Test { elapsed: report.elapsed, tried: true, problems, ..not_tried(None) }
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
    let model = ModelArgs::NOTHING;
    Wish {
        seed: 0,
        scheduler: SchedulerArg::Fifo,
        model,
        limits: Limits::USUAL,
        caps: Limits::USUAL,
        replay: None,
    }
}

/// The bound that a run has reached.
fn limit(report: &Report) -> Option<Problem> {
    let is_limit = |finding: &&Finding| finding.kind == FindingKind::Limit;
    let reached = report.findings.iter().filter(|_| report.outcome == Outcome::Limit).find(is_limit);
    reached.map(|finding| Problem::Limit(finding.message.clone()))
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
    use crate::export::tested::Verdict;

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
