//! What people and programs see, whole, as goldens in `snapshots/`.
//!
//! `cargo insta review` shows what a change of the model changes. A golden is named by its test; all come
//! from the binary, without colours.

mod command;
mod golden;

use command::concsim;
use golden::golden;

fn example(name: &str) -> Vec<u8> {
    let path = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Standard output of a command on that example.
fn shown(command: &str, name: &str) -> String {
    let ended = concsim(&format!("{command} {name}")).with("NO_COLOR", "1").file(name, example(name)).run();
    assert_eq!(ended.err, "", "{command} {name}");
    ended.out
}

/// The trace that a run of that example writes.
fn trace(options: &str, name: &str, file: &str) -> String {
    let ended = concsim(&format!("run -q {options} --trace {file} {name}")).file(name, example(name)).run();
    ended.written(file).unwrap_or_else(|| panic!("{options} {name}: {}", ended.err))
}

/// What standard error says of a script that is refused.
fn refusal(script: &str) -> String {
    let ended = concsim("run -").input(script).run();
    assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{script}");
    ended.err
}

#[test]
fn a_deadlock_on_the_terminal() {
    golden("terminal-bank", &shown("run", "bank.conc"));
}

#[test]
fn a_forgotten_lock_on_the_terminal() {
    golden("terminal-exception-leaves-lock", &shown("run", "exception_leaves_lock.conc"));
}

#[test]
fn slices_and_hand_overs_on_the_terminal() {
    golden("terminal-sched-exception-with", &shown("run --detail sched", "exception_with.conc"));
}

#[test]
fn a_trace_to_commit() {
    golden("trace-bank", &trace("", "bank.conc", "bank.trace"));
    golden("trace-patience", &trace("", "patience.conc", "patience.trace"));
    golden("trace-sched-bank", &trace("--detail sched", "bank.conc", "bank.trace"));
}

#[test]
fn a_trace_for_programs() {
    golden("jsonl-bank", &trace("", "bank.conc", "bank.jsonl"));
}

#[test]
fn a_document() {
    golden("json-bank", &shown("run --format json", "bank.conc"));
}

#[test]
fn only_what_matters() {
    golden("quiet-bank", &shown("run -q", "bank.conc"));
}

#[test]
fn flat_code() {
    golden("ir-bank", &shown("ir", "bank.conc"));
    golden("ir-exception-with", &shown("ir", "exception_with.conc"));
}

#[test]
fn a_misspelt_name() {
    let script = "shared total = 0\n\nmain {\n    totl = total + 1\n}\n";
    golden("refusal-misspelt-name", &refusal(script));
}

#[test]
fn a_bracket_that_stays_open() {
    golden("refusal-open-bracket", &refusal("main {\n    let xs = [1, 2\n    print xs\n}\n"));
}

#[test]
fn several_habits_at_once() {
    let script =
        "import threading\n\nmain {\n    let x = 1\n    if x == 1 && x > 0:\n        print 'one'\n}\n";
    golden("refusal-habits", &refusal(script));
}

#[test]
fn a_name_declared_twice() {
    golden("refusal-declared-twice", &refusal("lock total\nshared total = 0\nmain { pass }\n"));
}

#[test]
fn a_setting_that_does_not_exist() {
    let script = "machine {\n    coers: 2\n    runtime: \"cpython-3.41\"\n}\nmain { pass }\n";
    golden("refusal-setting", &refusal(script));
}

/// What `check` says of a script on both streams, with that colour.
fn checked(color: &str, script: &str) -> String {
    let ended = concsim(&format!("check --color {color} bank.conc")).file("bank.conc", script).run();
    format!("{}status {}\n{}", ended.err, ended.status, ended.out)
}

#[test]
fn mistakes_and_warnings_of_a_check() {
    let suspicious =
        "expect deadlock\npipe letters\n\nmain {\n    letters.left.close()\n    compute 0ms\n}\n";
    let wrong = "pipe letters\n\nmain {\n    letter.left.close()\n}\n";
    golden("check-warning", &checked("never", suspicious));
    golden("check-warning-in-colour", &checked("always", suspicious));
    golden("check-error", &checked("never", wrong));
    golden("check-error-in-colour", &checked("always", wrong));
}

#[test]
fn what_an_exploration_finds() {
    golden("explore-bank", &shown("explore", "bank.conc"));
    golden("explore-two-visits", &shown("explore", "two_visits.conc"));
    golden("explore-naive-lock", &shown("explore", "naive_lock.conc"));
    golden("explore-quiet-two-visits", &shown("explore -q", "two_visits.conc"));
}

#[test]
fn what_an_exploration_proves() {
    golden("explore-peterson", &shown("explore", "peterson.conc"));
}

#[test]
fn an_exploration_that_was_given_up() {
    golden("explore-incomplete-peterson", &shown("explore --jobs 1 --max-states 20", "peterson.conc"));
}

#[test]
fn an_exploration_as_a_document() {
    golden("json-explore-two-visits", &shown("explore --format json", "two_visits.conc"));
}

#[test]
fn the_states_of_a_script_as_a_picture() {
    let picture = |file: &str| {
        let run = concsim(&format!("explore -q --graph {file} two_visits.conc"));
        let ended = run.file("two_visits.conc", example("two_visits.conc")).run();
        ended.written(file).unwrap_or_else(|| panic!("{}", ended.err))
    };
    golden("dot-two-visits", &picture("visits.dot"));
    golden("svg-two-visits", &picture("visits.svg"));
}

#[test]
fn time_that_decides_something() {
    let script = "main {\n    let start = now()\n    sleep 1ms\n    print now() - start\n}\n";
    let ended = concsim("explore -").input(script).run();
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    golden("refusal-time-decides", &ended.err);
}
