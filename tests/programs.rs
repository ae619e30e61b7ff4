//! Scripts as Python programs (`concsim export python`): all examples are tried with a real Python, if there is one,
//! and come to one of the ends that the exploration knows.
//!
//! The tests were written with CPython 3.11. Where there is no `python3`, programs are written and not tried.

mod explored;
mod pipeline;
mod random;
mod scripts;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use concsim::analysis::translate;
use concsim::base::diagnostic::Diagnostic;
use concsim::base::span::Source;
use concsim::explore::{Options, clock};
use concsim::export::python::program;
use concsim::ir::codes::NOT_IN_PYTHON;
use concsim::observe::report::Outcome;
use concsim::trace::event::{Detail, Event, Names, Sink};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use pipeline::{Given, Ready, prepare};
use scripts::scripts_in;

/// The examples that can't be written in Python, with the word in the message that says why.
const REFUSED: [(&str, &str); 1] = [("spinlock.conc", "`atomic`")];

/// How long a program may take that is to end; computers are busy.
const LIMIT: Duration = Duration::from_secs(90);

/// How long a program may go on that is to hang.
const HANG_LIMIT: Duration = Duration::from_secs(4);

/// Whether there is a Python to try programs with.
fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("there is no python3: the programs are written, and not tried");
    }
    found
}

/// The program of a script, or what is wrong with that.
fn exported(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let ready = prepare(source, &Given::NOTHING)?;
    let script = translate(source, &[]).script;
    program(source, &script, &[], ready.program.terms)
}

/// What a program has printed, and its status; none if it had to be killed.
struct Tried {
    lines: Vec<String>,
    errors: String,
    status: Option<i32>,
}

/// Runs a program, and ends it with all its processes when the time is over.
fn tried(text: &str, limit: Duration) -> Tried {
    let folder = tempfile::tempdir().expect("there is room for a program");
    let path = folder.path().join("program.py");
    std::fs::write(&path, text).expect("there is room for a program");
    let (out, errors) = (folder.path().join("out"), folder.path().join("errors"));
    let file = |path| std::fs::File::create(path).expect("there is room for what it prints");
    // `timeout` puts the program in a process group of its own, and ends all of that.
    let mut child = Command::new("timeout")
        .args(["--signal=KILL", &format!("{}s", limit.as_secs()), "python3"])
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(file(&out))
        .stderr(file(&errors))
        .spawn()
        .expect("there is a `timeout`");
    let begin = Instant::now();
    let status = child.wait().expect("it can be waited for");
    let is_killed = status.code().is_none_or(|code| code == 137) && begin.elapsed() >= limit;
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).expect("it was written")).into_owned();
    Tried {
        lines: read(&out).lines().map(str::to_owned).collect(),
        errors: read(&errors),
        status: if is_killed { None } else { status.code() },
    }
}

/// Nobody listens.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}

/// How a script can end: whether it hangs then, and what it has printed.
type End = (bool, Vec<String>);

/// Which ends are right, and whether lines can be compared only without numbers and in any order, because they
/// tell times.
fn ends(ready: &Ready) -> (Vec<End>, bool) {
    let options = Options { max_states: Some(20_000), ..explored::WHOLE };
    if clock::mistakes(&ready.program).is_empty() {
        let exploration = explored::explored(&ready.program, &options);
        if exploration.complete {
            let ends = exploration.finals.into_iter();
            return (ends.map(|end| (end.outcome == Outcome::Deadlock, end.output)).collect(), false);
        }
    }
    let report = ready.run(&mut Deaf);
    (vec![(report.outcome == Outcome::Deadlock, report.output)], true)
}

/// Lines without their numbers and units, in an order of their own.
fn without_numbers(lines: &[String]) -> Vec<String> {
    let word = |word: &str| match word.starts_with(|first: char| first.is_ascii_digit()) {
        true => "#".to_owned(),
        false => word.to_owned(),
    };
    let mut lines: Vec<String> =
        lines.iter().map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" ")).collect();
    lines.sort();
    lines
}

/// What is wrong with what a program has come to.
fn problem(name: &str, ready: &Ready, text: &str) -> Option<String> {
    let (ends, tells_times) = ends(ready);
    let may_hang = ends.iter().any(|(hangs, _)| *hangs);
    let tried = tried(text, if may_hang { HANG_LIMIT } else { LIMIT });
    let end = (tried.status.is_none(), tried.lines);
    let is_right = ends.iter().any(|(hangs, lines)| {
        let same = *lines == end.1 || tells_times && without_numbers(lines) == without_numbers(&end.1);
        *hangs == end.0 && same
    });
    (!is_right).then(|| {
        format!(
            "{name} came to {end:?}, status {:?}\n{}\nand not to one of {ends:?}",
            tried.status, tried.errors
        )
    })
}

#[test]
fn every_example_comes_to_one_of_its_ends_in_a_real_python() {
    let has_python = has_python();
    let examples: Vec<Source> =
        scripts_in("examples").into_iter().filter(|example| !example.name.contains('/')).collect();
    assert!(examples.len() > 50);
    let waiting = Mutex::new(examples.iter());
    let problems = Mutex::new(Vec::new());
    let work = || {
        while let Some(example) = { waiting.lock().expect("nobody panics with it").next() } {
            let refused = REFUSED.iter().find(|(name, _)| *name == example.name);
            let ready = prepare(example, &Given::NOTHING).expect("examples are right");
            let problem = match (exported(example), refused) {
                (Ok(text), None) if has_python => problem(&example.name, &ready, &text),
                (Ok(_), None) => None,
                (Err(told), Some((_, why))) => {
                    let is_said =
                        told.iter().all(|told| told.code == NOT_IN_PYTHON && told.message.contains(why));
                    (!is_said).then(|| format!("{}: {told:?}", example.name))
                }
                (Ok(_), Some(_)) => {
                    Some(format!("{} can be written now: take it off the list", example.name))
                }
                (Err(told), None) => Some(format!("{}: {told:?}", example.name)),
            };
            problems.lock().expect("nobody panics with it").extend(problem);
        }
    };
    std::thread::scope(|scope| {
        // Most of the time they wait.
        (0..4).for_each(|_| drop(scope.spawn(work)));
    });
    let problems = problems.into_inner().expect("nobody panics with it");
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// What Python 3.8 says of each of many programs.
fn parsed(programs: &[String]) -> Vec<String> {
    const CHECK: &str = "
import ast, json, sys
for number, text in enumerate(json.load(sys.stdin)):
    try:
        ast.parse(text, feature_version=(3, 8))
        compile(text, 'program', 'exec')
    except SyntaxError as error:
        print(number, error)
";
    let mut python = Command::new("python3")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a Python");
    let json = serde_json::to_vec(programs).expect("texts are JSON");
    python.stdin.take().expect("it is piped").write_all(&json).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn what_is_written_of_any_case_is_python_and_what_is_not_is_refused_with_a_way_out() {
    let mut programs = Vec::new();
    let cases = scripts_in("tests/cases").into_iter().chain(scripts_in("examples"));
    for case in cases {
        match exported(&case) {
            Ok(text) => programs.push(text),
            Err(told) => {
                let ours = told.iter().filter(|told| told.code == NOT_IN_PYTHON);
                for told in ours {
                    assert!(told.help.is_some() && !told.primary.text.is_empty(), "{}: {told:?}", case.name);
                }
            }
        }
    }
    assert!(programs.len() > 500, "only {} cases can be written", programs.len());
    if has_python() {
        assert_eq!(parsed(&programs), Vec::<String>::new());
    }
}

#[test]
fn the_program_of_any_random_script_is_python() {
    let mut programs = Vec::new();
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().rng().clone());
    let mut tries = 0;
    while programs.len() < 200 && tries < 4000 {
        tries += 1;
        let text = random::texts().new_tree(&mut runner).expect("nothing is rejected").current();
        programs.extend(exported(&Source::new("random.conc", text)).ok());
    }
    assert!(programs.len() >= 100, "only {} of {tries} can be written", programs.len());
    if has_python() {
        assert_eq!(parsed(&programs), Vec::<String>::new());
    }
}

/// The program of an example.
fn program_of(example: &str) -> String {
    let path = format!("{}/examples/{example}.conc", env!("CARGO_MANIFEST_DIR"));
    let source = Source::new(format!("{example}.conc"), std::fs::read_to_string(path).expect("it is there"));
    exported(&source).expect("it can be written")
}

#[test]
fn threads_that_share_locks_read_as_python_programmers_write_them() {
    insta::assert_snapshot!(program_of("bank"));
}

#[test]
fn tasks_run_on_the_event_loop_of_main() {
    insta::assert_snapshot!(program_of("tasks_timeout"));
}

#[test]
fn processes_are_handed_what_there_is_one_of_for_all() {
    insta::assert_snapshot!(program_of("shared_memory"));
}

#[test]
fn a_condition_is_waited_for_under_its_lock() {
    insta::assert_snapshot!(program_of("bounded_buffer"));
}
