//! Scripts as Python programs (`concsim export python`): all examples are tried with a real Python, if there is one,
//! and come to one of the ends that the exploration knows.
//!
//! The tests were written with CPython 3.11. Where there is no `python3`, programs are written and not tried.

mod explored;
mod pipeline;
mod random;
mod scripts;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

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
const HANG_LIMIT: Duration = Duration::from_secs(10);

/// Whether there is a Python to try programs with, and a `timeout` to end them.
fn has_python() -> bool {
    let is_there =
        |command| Command::new(command).arg("--version").output().is_ok_and(|output| output.status.success());
    is_there("python3") && is_there("timeout")
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

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).expect("it is there")).into_owned()
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
    let status = child.wait().expect("it can be waited for");
    let is_killed = status.code().is_none_or(|code| code == 137);
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

/// Tries the program of a script, which must come to one of the script's ends.
fn check(text: &str) {
    let source = Source::new("script.conc", text);
    let ready = prepare(&source, &Given::NOTHING).expect("it is right");
    let program = exported(&source).expect("it can be written");
    let problem = has_python().then(|| problem(&source.name, &ready, &program)).flatten();
    assert_eq!(problem, None, "{program}");
}

#[test]
fn what_only_the_program_names_is_called_like_nothing_of_the_script() {
    check(
        "shared region_inner = 1
def fetch(x) { await sleep 1ms; return x }
def fetch_on_loop(x) { return x + 1 }
main {
    let group_2 = 5
    region inner { print inside(inner), region_inner }
    group { group { spawn task fetch(1) } print group_2 }
    print fetch(3), fetch_on_loop(3), await spawn thread fetch(4), group_2
}
",
    );
}

#[test]
fn what_the_release_of_a_free_lock_raises_in_python_2_is_caught_in_python_3_too() {
    check(
        "machine { runtime: \"cpython-2.7\" }\nlock m\nmain {\n\
         try { m.release() } except error { print \"free\" }\n\
         try { raise error \"mine\" } except error { print \"raised\" }\n}\n",
    );
    // For a version that does not raise it, it is a name like any other.
    check(
        "main { try { raise error } except RuntimeError { print \"no\" } except error { print \"raised\" } }\n",
    );
}

#[test]
fn arguments_are_evaluated_in_the_order_of_the_text() {
    check(
        "def g(x) { print \"g\", x; return x }
def f(class, b) { print class, b }
main {
    f(b=g(1), class=g(2))
    f(g(3), b=g(4))
    await spawn task f(b=g(5), class=g(6))
    (spawn thread f(b=7, class=8)).join()
}
",
    );
}

#[test]
fn a_list_is_printed_as_it_was_when_its_turn_came() {
    check(
        "shared xs = [1, 2]
def more() { xs.append(3); return 4 }
main { print xs, xs.pop(), xs; print xs, more(), xs }
",
    );
}

#[test]
fn a_variable_of_two_loops_is_in_each_what_that_loop_makes_it() {
    check(
        "def f(n) { await sleep 1ms; return n }
main {
    let threads = []
    for t in 0..3 { threads.append(spawn thread f(t)); print \"start\", t }
    for t in threads { print t.result() }
    let tasks = []
    for t in 0..2 { tasks.append(spawn task f(t)) }
    for t in tasks { print await t }
    for t in [[1], [2]] { t.append(3); for t in t { print t } print t }
}
",
    );
}

#[test]
fn an_item_that_a_loop_changes_is_its_own() {
    check("main { let a = [[0], [1]]; for r in a { r.append(5); print r } print a }");
}

#[test]
fn a_pool_gives_what_a_built_in_function_gives() {
    check("thread_pool ex(2)\nmain { print ex.map(str, [1, 2]), ex.submit(max([3, 4])).result() }");
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
    while programs.len() < 100 && tries < 2000 {
        tries += 1;
        let text = random::texts().new_tree(&mut runner).expect("nothing is rejected").current();
        programs.extend(exported(&Source::new("random.conc", text)).ok());
    }
    assert!(programs.len() >= 50, "only {} of {tries} can be written", programs.len());
    if has_python() {
        assert_eq!(parsed(&programs), Vec::<String>::new());
    }
}

/// The program of an example.
fn program_of(example: &str) -> String {
    let path = format!("{}/examples/{example}.conc", env!("CARGO_MANIFEST_DIR"));
    let source = Source::new(format!("{example}.conc"), read(path.as_ref()));
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

#[test]
fn the_page_shows_a_script_and_the_main_part_of_its_program() {
    let page = include_str!("../docs/python.md");
    let block = |fence: &str| {
        let (_, after) = page.split_once(&format!("\n```{fence}\n")).expect("it has such a block");
        after.split_once("```").expect("it ends").0
    };
    let text = exported(&Source::new("page.conc", block("conc"))).expect("it can be written");
    let (_, shown) = text.split_once("\n\n\nm = ").expect("it declares the lock");
    assert_eq!(format!("m = {shown}"), block("python"));
}

#[test]
fn what_is_refused_names_the_place_the_reason_and_a_way_out() {
    let refused = |text: &str| {
        let told = exported(&Source::new("script.conc", text)).expect_err("it can't be written");
        let lines = told.iter().map(|told| {
            assert_eq!(told.code, NOT_IN_PYTHON);
            let help = told.help.as_deref().unwrap_or_default();
            format!("{}: {}; {help}", told.message, told.primary.text)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let refusals = [
        "shared n = 1\nmain { atomic { n = 2 } }",
        "queue q\nmain { q.shutdown() }",
        "lock m\nmain { print m }",
        "rlock r\ndef f() { async with r { await sleep 1ms } }\nmain { await spawn task f() }",
        "process lock k\ndef f() { pass }\nmain { spawn process f(); print k.locked() }",
        "def f(x) { return x * 2 }\nmain { print f(\"a\") }",
        "def f(xs) { for x in xs { print x } }\nmain { f(\"abc\") }",
        "def f(xs) { return max(xs) }\nmain { print f(\"abc\") }",
        "def g() { return 1 }\ndef f(a, b) { pass }\nmain { spawn thread f(b=g(), a=g()) }",
    ];
    insta::assert_snapshot!(refusals.map(refused).join("\n"));
    let nested = |depth: usize| {
        format!("main {{ {}print 1{} }}", "for i in 0..1 { ".repeat(depth), " }".repeat(depth))
    };
    assert_eq!(refused(&nested(21)).lines().count(), 1);
    check(&nested(20));
}

/// Status, standard output and standard error of the command in a folder.
fn concsim(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let output = command.args(["export", "python"]).args(words).current_dir(folder).output();
    let output = output.expect("the command was built");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    (output.status.code().expect("it was not killed"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_prints_a_program_or_writes_it_to_a_file() {
    let folder = tempfile::tempdir().expect("there is room for a script");
    let script = "param n = 1\nshared x = 0\ndef f() { x += n }\nmain { group { spawn unit f() } print x }\n";
    std::fs::write(folder.path().join("a.conc"), script).expect("there is room for a script");
    let (status, printed, errors) = concsim(folder.path(), &["a.conc"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert_eq!(concsim(folder.path(), &["a.conc", "-o", "a.py"]), (0, String::new(), String::new()));
    assert_eq!(read(&folder.path().join("a.py")), printed);
    let (_, changed, _) = concsim(folder.path(), &["a.conc", "--set", "n=7", "--unit", "process"]);
    assert!(changed.contains("\nn = 7\n") && changed.contains("Process(f).start()"), "{changed}");
    assert!(changed.contains("CONTEXT = multiprocessing.get_context(\"forkserver\")"), "{changed}");
    let (_, old, _) = concsim(folder.path(), &["a.conc", "--unit", "process", "--runtime", "cpython-3.12"]);
    assert!(old.contains("CONTEXT = multiprocessing.get_context(\"fork\")"), "{old}");
}

#[test]
fn the_command_writes_nothing_of_what_it_refuses() {
    let folder = tempfile::tempdir().expect("there is room for a script");
    std::fs::write(folder.path().join("a.conc"), "main { atomic { pass } }").expect("there is room for it");
    let (status, printed, errors) = concsim(folder.path(), &["a.conc", "--output", "a.py"]);
    assert_eq!((status, printed.as_str()), (2, ""));
    assert!(errors.contains("E195") && errors.contains("declare a `lock`"), "{errors}");
    assert!(!folder.path().join("a.py").exists());
    let (status, _, errors) = concsim(folder.path(), &["a.conc", "-o", "a.conc"]);
    assert_eq!(status, 2);
    assert!(errors.contains("names the script itself"), "{errors}");
}
