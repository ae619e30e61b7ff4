//! The command from end to end: statuses, streams, files, and input that nobody should have to survive.

mod command;
mod front;

use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::process::Output;
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::{thread::sleep, time::Duration};

use command::{Ended, Run, concsim};

const HELLO: &str = "main { print \"hello\" }\n";
const STUCK: &str = "lock m\nmain { with m { with m { pass } } }\n";
const WRONG: &str = "main { prnt(1) }\n";
const UNITS: &str = "shared done = 0\nlock m\ndef work() { io 1ms; with m { done += 1 } }\nmain { group { spawn unit work() } }\n";
const ENDLESS: &str = "main { while True { pass } }\n";

impl Run {
    fn ends_with(self, status: i32) -> Ended {
        let ended = self.run();
        assert_eq!(ended.status, status, "stdout:\n{}\nstderr:\n{}", ended.out, ended.err);
        if status == 2 {
            assert_eq!(ended.out, "", "on status 2 standard output is empty");
            assert_ne!(ended.err, "", "a refusal says why");
        }
        ended
    }
}

impl Ended {
    fn prints(self, part: &str) -> Self {
        assert!(self.out.contains(part), "`{part}` is not on standard output:\n{}", self.out);
        self
    }

    fn prints_no(self, part: &str) -> Self {
        assert!(!self.out.contains(part), "`{part}` is on standard output:\n{}", self.out);
        self
    }

    fn prints_just(self, text: &str) -> Self {
        assert_eq!(self.out, text);
        self
    }

    fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "`{part}` is not on standard error:\n{}", self.err);
        self
    }

    fn says_nothing(self) -> Self {
        assert_eq!(self.err, "");
        self
    }
}

/// A run of that script, quietly.
fn script(text: &str) -> Run {
    concsim("run -q x.conc").file("x.conc", text)
}

#[test]
fn a_run_to_the_end_has_status_0() {
    script(HELLO).ends_with(0).says_nothing().prints_just("hello\n");
}

#[test]
fn a_finding_has_status_1() {
    script(STUCK).ends_with(1).prints("error[D001]");
    script("main { assert 1 == 2 }").ends_with(1).prints("error[D002]");
    script("shared x = 1\ninvariant x == 0\nmain { pass }").ends_with(1).prints("error[D003]");
    script("shared x = 1\nfinally x == 0\nmain { pass }").ends_with(1).prints("error[D004]");
    script("main { raise Boom }").ends_with(1).prints("error[D005]");
}

#[test]
fn what_is_expected_has_status_0_and_what_is_missing_1() {
    script(&format!("expect deadlock\n{STUCK}")).ends_with(0).prints("D001");
    script(&format!("expect deadlock\n{HELLO}")).ends_with(1).prints("`deadlock`");
}

#[test]
fn a_wrong_script_has_status_2() {
    script(WRONG).ends_with(2).says("E113");
    concsim("check x.conc").file("x.conc", WRONG).ends_with(2).says("E113");
    concsim("ir x.conc").file("x.conc", WRONG).ends_with(2).says("E113");
    concsim("run --format json x.conc").file("x.conc", WRONG).ends_with(2).says("x.conc");
}

#[test]
fn a_limit_has_status_3() {
    concsim("run -q x.conc --max-events 10_000").file("x.conc", ENDLESS).ends_with(3).prints("D015");
    let waits = "main { while True { io 1s } }";
    concsim("run -q x.conc --max-time 1min").file("x.conc", waits).ends_with(3).prints("60s");
}

#[test]
fn a_limit_after_an_error_has_status_1() {
    let text = "main { try { assert False } except { while True { pass } } }";
    concsim("run -q x.conc --max-events 1000").file("x.conc", text).ends_with(1).prints("D002");
}

#[test]
fn without_q_the_trace_and_a_summary_come_too() {
    concsim("run x.conc").file("x.conc", HELLO).ends_with(0).prints("hello").prints("completed");
    concsim("run x.conc --detail sched").file("x.conc", HELLO).ends_with(0).prints("gil-take");
    concsim("run x.conc").file("x.conc", HELLO).ends_with(0).prints_no("gil-take");
}

#[test]
fn standard_input_is_a_file() {
    concsim("run -q -").input(HELLO).ends_with(0).prints_just("hello\n");
    concsim("run --format json -").input(HELLO).ends_with(0).prints("\"<stdin>\"");
    concsim("check -").input(WRONG).ends_with(2).says("<stdin>");
}

#[test]
fn the_document_is_one_of_its_schema() {
    let ended = concsim("run --format json x.conc").file("x.conc", STUCK).ends_with(1).says_nothing();
    let document: serde_json::Value = serde_json::from_str(&ended.out).expect("it is one document");
    assert_eq!(document["schema"], "concsim.run/1");
    assert_eq!(document["script"], "x.conc");
    assert_eq!(document["runtime"], "cpython-3.14");
    assert_eq!(document["cores"], 4);
    assert_eq!(document["outcome"], "deadlock");
    assert_eq!(document["findings"][0]["cause"], "self");
    assert_eq!(document["findings"][0]["labels"][0]["file"], "x.conc");
    assert_eq!(document["findings"][0]["labels"][0]["line"], 2);
    for key in ["seed", "elapsed_ns", "events", "output", "shared", "units", "objects", "machine"] {
        assert!(document.get(key).is_some(), "there is no {key}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    concsim("run nothing.conc").ends_with(2).says("nothing.conc").says("no such file");
    concsim("run .").ends_with(2).says("directory");
    concsim("run x.conc").file("x.conc", b"main \xff { }").ends_with(2).says("UTF-8");
    concsim("run x.conc").file("x.conc", b"\0\x01\x02").ends_with(2).says("not a text");
    concsim("run x.conc").file("x.conc", "").ends_with(2).says("`main`");
    concsim("run -").input("").ends_with(2).says("`main`");
}

#[test]
fn wrong_usage_is_told() {
    concsim("").ends_with(2).says("Usage");
    concsim("rn x.conc").ends_with(2).says("rn");
    concsim("run").ends_with(2).says("FILE");
    concsim("run x.conc --sed 3").file("x.conc", HELLO).ends_with(2).says("--seed");
    concsim("run x.conc --seed many").file("x.conc", HELLO).ends_with(2).says("many");
    concsim("run x.conc --scheduler fair").file("x.conc", HELLO).ends_with(2).says("fifo");
    concsim("run x.conc --cores 0").file("x.conc", HELLO).ends_with(2).says("cores");
    concsim("run x.conc --max-time 10").file("x.conc", HELLO).ends_with(2).says("unit");
    concsim("run x.conc --runtime cpython-3.12t").file("x.conc", HELLO).ends_with(2).says("cpython-3.12");
    concsim("run x.conc --runtime cpyton-3.14").file("x.conc", HELLO).ends_with(2).says("cpython-3.14");
    concsim("run x.conc --machine idael").file("x.conc", HELLO).ends_with(2).says("ideal");
}

#[test]
fn params_are_set() {
    let text = "param n = 1\nparam word = \"a\"\nmain { print n, word }\n";
    concsim("run -q x.conc").file("x.conc", text).ends_with(0).prints_just("1 a\n");
    concsim("run -q x.conc --set n=7").file("x.conc", text).ends_with(0).prints_just("7 a\n");
    concsim("run -q x.conc --set n=1.5ms").file("x.conc", text).ends_with(0).prints_just("1.5ms a\n");
    concsim("run -q x.conc --set n=1 --set n=2").file("x.conc", text).ends_with(0).prints_just("2 a\n");
    concsim("run -q x.conc --set n").file("x.conc", text).ends_with(2).says("NAME=VALUE");
}

#[test]
fn a_param_that_there_is_not_is_no_param() {
    let text = "param pages = 1\nmain { print pages }\n";
    let set =
        |command: &str, text: &str| concsim(&format!("{command} x.conc --set page=2")).file("x.conc", text);
    for command in ["run", "check", "ir"] {
        set(command, text).ends_with(2).says("no param `page`").says("did you mean `pages`?");
        set(command, HELLO).ends_with(2).says("has no params");
    }
}

#[test]
fn the_command_line_beats_the_script() {
    let text = "machine { cores: 2; runtime: \"cpython-3.12\" }\nmain { pass }\n";
    let json = |options: &str| {
        let run = concsim(&format!("run --format json x.conc {options}")).file("x.conc", text).ends_with(0);
        let document: serde_json::Value = serde_json::from_str(&run.out).expect("it is one document");
        (document["cores"].as_i64(), document["runtime"].as_str().map(str::to_string))
    };
    assert_eq!(json(""), (Some(2), Some("cpython-3.12".to_string())));
    let asked = json("--cores 8 --runtime cpython-3.14t");
    assert_eq!(asked, (Some(8), Some("cpython-3.14t".to_string())));
}

#[test]
fn colours_come_when_asked_for() {
    let run = |options: &str| concsim(&format!("run x.conc {options}")).file("x.conc", STUCK);
    run("").ends_with(1).prints_no("\u{1b}");
    run("--color always").ends_with(1).prints("\u{1b}[");
    run("--color never").ends_with(1).prints_no("\u{1b}");
    run("--color auto").with("NO_COLOR", "1").ends_with(1).prints_no("\u{1b}");
}

#[test]
fn a_trace_is_written_whole() {
    let run = |name: &str| concsim(&format!("run -q x.conc --trace {name}")).file("x.conc", HELLO);
    let text = run("x.trace").ends_with(0).written("x.trace").expect("there is a trace");
    assert!(text.starts_with("# concsim-trace 1\n") && text.contains("= outcome completed"), "{text}");
    let lines = run("x.jsonl").ends_with(0).written("x.jsonl").expect("there is a trace");
    for line in lines.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("each line is an object");
        assert!(event.is_object(), "{line}");
    }
    run("x.txt").ends_with(2).says(".trace");
    run("nowhere/x.trace").ends_with(2).says("nowhere");
}

#[test]
fn a_refused_script_leaves_no_trace() {
    let ended = concsim("run x.conc --trace x.trace").file("x.conc", WRONG).ends_with(2);
    assert_eq!(ended.written("x.trace"), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    concsim("run -q x.conc --trace /dev/full").file("x.conc", HELLO).ends_with(2).says("/dev/full");
    concsim("run --format json x.conc --trace /dev/full")
        .file("x.conc", HELLO)
        .ends_with(2)
        .says("/dev/full");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("x.conc");
    std::fs::write(&path, "main { for i in 0..20000 { print i } }").expect("there is room for a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_concsim"))
        .arg("run")
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    // The reader is dropped after one line, as by `| head -1`.
    BufReader::new(child.stdout.take().expect("it was asked for"))
        .read_line(&mut line)
        .expect("there is a line");
    let ended = child.wait_with_output().expect("the binary ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
    assert!(line.contains("event"), "{line}");
}

/// A run of that script that nobody wants to wait for is interrupted after so many milliseconds.
#[cfg(unix)]
fn interrupted(path: &Path, milliseconds: u64) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_concsim"))
        .args(["run", "-q", "--max-events", "1_000_000_000_000_000"])
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    sleep(Duration::from_millis(milliseconds));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("there is a `kill`").success(), "it ended before anybody interrupted it");
    for _ in 0..400 {
        if child.try_wait().expect("it can be waited for").is_some() {
            return child.wait_with_output().expect("what it says can be read");
        }
        sleep(Duration::from_millis(50));
    }
    child.kill().expect("it runs still");
    panic!("it goes on 20 seconds after the interrupt");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_loop_that_does_nothing() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("x.conc");
    std::fs::write(&path, ENDLESS).expect("there is room for a file");
    // On a busy computer the signal may come before the command waits for it; then it is killed, without a status.
    let delays = [100, 500, 2_000, 10_000];
    let ended = delays
        .into_iter()
        .map(|milliseconds| interrupted(&path, milliseconds))
        .find(|ended| ended.status.code().is_some())
        .expect("after ten seconds it has begun to run");
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(3), "{out}{err}");
    assert!(out.contains("D015") && err.contains("interrupted"), "{out}{err}");
}

#[test]
fn checks_say_nothing_to_programs() {
    concsim("check -q x.conc").file("x.conc", HELLO).ends_with(0).says_nothing().prints_just("");
    concsim("check x.conc y.conc").file("x.conc", HELLO).file("y.conc", WRONG).run().says("y.conc");
    let both = concsim("check x.conc y.conc").file("x.conc", HELLO).file("y.conc", WRONG).run();
    assert_eq!(both.status, 2);
}

#[test]
fn help_and_version_are_results() {
    concsim("--help").ends_with(0).prints("concsim run").says_nothing();
    concsim("run --help").ends_with(0).prints("--max-memory").says_nothing();
    concsim("--version").ends_with(0).prints("concsim").says_nothing();
}

#[test]
fn huge_input_is_refused_at_once() {
    concsim("run x.conc").file("x.conc", "{".repeat(10_000_000)).ends_with(2).says("1 MiB");
    concsim("run -").input("{".repeat(10_000_000)).ends_with(2).says("1 MiB");
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    let million = 1_000_000;
    for bracket in ["{", "(", "["] {
        concsim("run -").input(bracket.repeat(million)).ends_with(2);
        concsim("run -").input(format!("main {{ let x = {}", bracket.repeat(million))).ends_with(2);
    }
    for prefix in ["not ", "-", "await ", "if x { ", "x(", "1 + ", "a.", "x = ", "else if "] {
        let many = prefix.repeat(900_000 / prefix.len());
        concsim("run -").input(format!("main {{ let x = {many}1 }}")).ends_with(2);
    }
}

#[test]
fn long_flat_scripts_run() {
    let statements = format!("main {{\nlet x = 0\n{}print x\n}}", "x += 1\n".repeat(20_000));
    script(&statements).ends_with(0).prints_just("20000\n");
    let list = format!("main {{ print len([{}]) }}", "1, ".repeat(200));
    script(&list).ends_with(0).prints_just("200\n");
    let chain = format!("main {{ if False {{ pass }} {} print 1 }}", "elif False { pass } ".repeat(50));
    script(&chain).ends_with(0).prints_just("1\n");
}

#[test]
fn endless_scripts_end() {
    script("def f() { return f() }\nmain { f() }").ends_with(1).prints("RecursionError");
    let grows = "main { let xs = [1]\nwhile True { xs = xs + xs } }";
    concsim("run -q x.conc --max-memory 10MB").file("x.conc", grows).ends_with(3).prints("10MB");
    let appends = "main { let xs = []\nwhile True { xs.append(\"a string\") } }";
    concsim("run -q x.conc --max-memory 1MB").file("x.conc", appends).ends_with(3).prints("1MB");
    let words = "main { let s = \"a\"\nwhile True { s += s } }";
    concsim("run -q x.conc --max-memory 10MB").file("x.conc", words).ends_with(3).prints("10MB");
    let prints = "main { while True { print \"a line of text\" } }";
    concsim("run -q x.conc --max-memory 1MB").file("x.conc", prints).run().prints("1MB");
    let bomb = "def w() { io 1s }\nmain { while True { spawn thread w() } }";
    concsim("run -q x.conc --max-memory 1MB").file("x.conc", bomb).ends_with(3).prints("1MB");
}

#[test]
fn many_threads_are_no_trouble() {
    let text = "def w() { io 1s }\nmain { for i in 0..20000 { spawn thread w() } }";
    script(text).ends_with(0).says_nothing();
    let chain = "def f(n) { if n > 0 { spawn thread f(n - 1) } }\nmain { f(500) }";
    script(chain).ends_with(0).says_nothing();
}

#[test]
fn what_a_script_prints_does_not_move_the_cursor() {
    script("main { print \"\\u{1b}[2J\" }").ends_with(0).prints_no("\u{1b}");
    concsim("run x.conc").file("x.conc", "main { print \"\\u{1b}[2J\" }").ends_with(0).prints_no("\u{1b}");
}

#[test]
fn a_unit_is_judged_as_what_the_command_line_makes_of_it() {
    let given = |words: &str| concsim(words).file("x.conc", UNITS);
    given("check x.conc --deny warning").ends_with(0).says_nothing();
    given("check x.conc --deny warning --unit task").ends_with(1).says("`io` without `await` in a task");
    given("check x.conc --unit subprocess").ends_with(2).says("it has no lock `m` of this script");
    given("run x.conc --unit subprocess").ends_with(2).says("choose units of another kind");
    given("explore x.conc --unit subprocess").ends_with(2).says("choose units of another kind");
    given("run x.conc --unit fiber").ends_with(2).says("there is no kind of unit `fiber`").says("subprocess");
    for unit in ["thread", "process", "task", "interpreter"] {
        given(&format!("explore x.conc --unit {unit}")).ends_with(0).prints("ok: nothing goes wrong");
        let run = given(&format!("run x.conc --unit {unit} --format json")).ends_with(0);
        run.prints(&format!("\"kind\": \"{unit}\""));
    }
}
