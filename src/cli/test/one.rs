//! A script, run again as each of its goldens says, or once if it has none.

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::span::Source;
use crate::base::time::SimDuration;
use crate::cli::failure::Failure;
use crate::cli::place::Place;
use crate::cli::prepare::{compile, prepare};
use crate::cli::status::is_unexpected;
use crate::cli::test::args::TestArgs;
use crate::cli::test::difference::difference;
use crate::cli::test::find::{Candidate, shown};
use crate::cli::test::golden::{Bounded, Given, file_name, params, read_golden};
use crate::cli::write_back::write_back;
use crate::cli::{input, replay};
use crate::engine::{self, Chronicled, Options};
use crate::export::results::{input_lines, result_lines};
use crate::export::tested::{Problem, Script, Test, Verdict, Written};
use crate::observe::finding::FindingKind;
use crate::observe::report::{Inputs, Outcome, Report};
use crate::trace::event::Detail;
use crate::trace::text::TextTrace;

/// Who tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tester<'a> {
    pub(super) args: &'a TestArgs,
    pub(super) stop: &'a AtomicBool,
}

/// What a run came to.
struct Ran {
    report: Report,
    trace: Vec<u8>,
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
        let params = match compile(&source, &[]) {
            Ok(compiled) => params(&compiled.script),
            Err(failure) => return (None, vec![untold(None, problem(failure))]),
        };
        let makes = self.args.bless && candidate.named && candidate.goldens.is_empty();
        let mut missing: Vec<BTreeSet<String>> = Vec::new();
        let mut tests: Vec<Test> = if makes {
            vec![self.make(candidate, &source, &mut missing)]
        } else if candidate.goldens.is_empty() {
            vec![self.plain(&source, &mut missing)]
        } else {
            let again = |golden: &PathBuf| self.again((golden, &params), &source, &mut missing);
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
        match self.run(source, &Given::nothing(Detail::Nothing)) {
            Ok(Some(ran)) => self.judged(None, &ran.report, missing),
            Ok(None) => not_tried(None),
            Err(problem) => untold(None, problem),
        }
    }

    /// A script whose first golden is made.
    fn make(&self, candidate: &Candidate, source: &Source, missing: &mut Vec<BTreeSet<String>>) -> Test {
        let path = candidate.path.with_extension("trace");
        let name = Some(file_name(&path));
        let ran = match self.run(source, &Given::nothing(Detail::Sync)) {
            Ok(Some(ran)) => ran,
            Ok(None) => return not_tried(name),
            Err(problem) => return untold(name, problem),
        };
        let mut test = self.judged(name, &ran.report, missing);
        if test.verdict() != Verdict::Limit {
            let text = String::from_utf8_lossy(&ran.trace);
            let made = Place::open("--bless", &path, &candidate.path).and_then(|place| place.write(&text));
            match made {
                Ok(()) => test.written = Some(Written::Made),
                Err(failure) => test.problems.push(problem(failure)),
            }
        }
        test
    }

    /// A golden of a script with these params, run again.
    fn again(
        &self,
        (golden, params): (&Path, &[String]),
        source: &Source,
        missing: &mut Vec<BTreeSet<String>>,
    ) -> Test {
        let name = Some(file_name(golden));
        if self.stop.load(Ordering::Relaxed) {
            return not_tried(name);
        }
        let (text, given) = match read_golden(golden, params) {
            Ok(read) => read,
            Err(problem) => return untold(name, problem),
        };
        let ran = match self.run(source, &given) {
            Ok(Some(ran)) => ran,
            Ok(None) => return not_tried(name),
            Err(problem) => return untold(name, problem),
        };
        let mut test = self.judged(name, &ran.report, missing);
        if ran.trace != text.as_bytes() {
            let now = String::from_utf8_lossy(&ran.trace);
            test.problems.insert(0, Problem::Changed(difference(&text, &now)));
            let is_whole = ran.report.outcome != Outcome::Limit;
            if self.args.bless && is_whole {
                match write_back(golden, &now) {
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

    /// Runs the script as it was given; nothing if it was interrupted.
    fn run(&self, source: &Source, given: &Given) -> Result<Option<Ran>, Problem> {
        let compiled = compile(source, &given.model.set).map_err(problem)?;
        let prepared = prepare(source, &compiled, &given.model).map_err(problem)?;
        let followed = given.replay.as_deref().map(|token| replay::given(token, &compiled.program));
        let followed = followed.transpose().map_err(problem)?;
        let mut settings = prepared.settings;
        settings.extend(followed.iter().map(|followed| format!("replay={}", followed.token)));
        let inputs = Inputs {
            script: source.name.clone(),
            ir_hash: compiled.program.hash(),
            seed: given.seed,
            runtime: prepared.model.runtime.name.to_string(),
            cores: prepared.model.cores,
            machine: prepared.model.machine.clone(),
            scheduler: given.scheduler.word().to_string(),
            settings,
        };
        let mut trace = Bounded::default();
        let mut sink = TextTrace::new(&mut trace, given.detail, &input_lines(&inputs, given.detail));
        let options = Options {
            inputs,
            seed: given.seed,
            scheduler: given.scheduler,
            max_time: self.args.max_time,
            max_events: self.args.max_events,
            max_memory: self.args.max_memory,
            chronicled: Chronicled::Nothing,
        };
        let (program, model) = (&compiled.program, &prepared.model);
        let report = match (followed, given.replay.as_deref()) {
            (Some(followed), Some(token)) => {
                let way = (&options, followed.course, followed.endless);
                let played = engine::replay(program, model, way, &mut sink, self.stop);
                played.map_err(|turn| problem(replay::lost(token, turn)))?
            }
            _ => engine::run(program, model, &options, &mut sink, self.stop),
        };
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let written = sink.finish(&result_lines(&report));
        drop(sink);
        match written {
            Ok(()) => Ok(Some(Ran { report, trace: trace.0 })),
            Err(error) => Err(Problem::Limit(format!("the trace of this run is {error}"))),
        }
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
