//! `concsim explore` from end to end: statuses, streams, files and bounds.

#[cfg(unix)]
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::time::Duration;

use crate::command::{Run, concsim};

const STUCK: &str = "lock a, b\ndef one() { with a { with b { pass } } }\ndef two() { with b { with a { pass } } }\n\
    main { spawn thread one(); spawn thread two() }\n";
const FINE: &str = "lock m\nshared x = 0\ndef up() { with m { x += 1 } }\n\
    main { group { spawn thread up(); spawn thread up() }; print x }\n";
/// Threads that do too much for anybody to wait for.
const LARGE: &str = "atomic shared x = 0\ndef up() { for i in 0..100000 { x += 1 } }\n\
    main { spawn thread up(); spawn thread up(); spawn thread up() }\n";

fn explore(options: &str, script: &str) -> Run {
    concsim(&format!("explore x.conc {options}")).file("x.conc", script)
}

#[test]
fn the_status_is_that_of_the_contract() {
    explore("", FINE).ends_with(0).says_nothing().prints("verdict   ok");
    explore("", STUCK).ends_with(1).prints("error[D001]").prints("verdict   violation: 1 deadlock");
    explore("", &format!("expect deadlock\n{STUCK}")).ends_with(0).prints("as the script expects");
    explore("", &format!("expect race\n{FINE}")).ends_with(1).prints("kind `race`; there is none");
    explore("", "main { prnt(1) }").ends_with(2).says("E113");
    explore("", "main { print now() }").ends_with(2).says("E190");
    explore("--max-states 100", LARGE).ends_with(3).prints("--max-states 100 was reached");
    explore("--time 50ms", LARGE).ends_with(3).prints("--time was over");
    explore("--max-memory 1MiB", LARGE).ends_with(3).prints("--max-memory 1MiB was reached");
}

#[test]
fn the_document_is_one_of_its_schema() {
    let ended = explore("--format json", STUCK).ends_with(1).says_nothing();
    let document: serde_json::Value = serde_json::from_str(&ended.out).expect("it is one document");
    assert_eq!(document["schema"], "concsim.explore/1");
    assert_eq!(document["verdict"], "violation");
    assert_eq!(document["complete"], true);
    assert!(document["executions"].is_null() && document["states"].as_u64() > Some(10));
    let finding = &document["findings"][0];
    assert_eq!((&finding["steps"], &finding["preemptions"]), (&2.into(), &1.into()));
    assert_eq!(finding["schedule"], serde_json::json!(["one.1", "two.1"]));
    let outcomes: Vec<&serde_json::Value> =
        document["finals"].as_array().expect("it is a list").iter().map(|end| &end["outcome"]).collect();
    assert_eq!(outcomes, ["completed", "deadlock"]);
}

#[test]
fn what_json_has_no_field_for_is_told_on_standard_error() {
    let script = format!("expect race\nfinally elapsed() < 1s\n{FINE}");
    explore("--format json", &script).ends_with(1).says("kind `race`").says("unchecked `elapsed() < 1s`");
    explore("", &script).ends_with(1).prints("unchecked `elapsed() < 1s`").says_nothing();
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let one = explore("--jobs 1", STUCK).ends_with(1).out;
    assert_eq!(explore("--jobs 4", STUCK).ends_with(1).out, one);
    explore("--jobs 0", STUCK).ends_with(2).says("--jobs");
}

#[test]
fn a_witness_is_kept_in_a_file_and_played() {
    let kept = explore("-q --schedule x.schedule", STUCK).ends_with(1).written("x.schedule");
    let kept = kept.expect("there is a file");
    let run = concsim("run -q x.conc --replay x.schedule").file("x.conc", STUCK).file("x.schedule", kept);
    run.ends_with(1).prints("error[D001]");
    let text = explore("", STUCK).ends_with(1).out;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("play it: concsim "));
    concsim(line.expect("a finding says how to play it")).file("x.conc", STUCK).ends_with(1).prints("D001");
    let fine = explore("-q --schedule x.schedule", FINE).ends_with(0).says("nothing was found");
    assert_eq!(fine.written("x.schedule"), None);
    explore("--schedule x.conc", STUCK).ends_with(2).says("the script itself");
}

#[test]
fn a_picture_is_for_small_scripts() {
    let dot = explore("-q --graph x.dot", STUCK).ends_with(1).written("x.dot").expect("there is a file");
    assert!(dot.starts_with("digraph states {") && dot.contains("deadlock"), "{dot}");
    let large = explore("--graph x.svg", LARGE).ends_with(2).says("more than 300 states");
    assert_eq!(large.written("x.svg"), None);
    explore("--graph x.png", STUCK).ends_with(2).says(".dot or .svg");
}

#[test]
fn a_strategy_that_does_not_exist_is_refused() {
    explore("--strategy traces", STUCK).ends_with(2).says("traces").says("states");
}

#[test]
fn the_table_of_reductions_has_a_row_for_each() {
    let ended = explore("--stats", STUCK).ends_with(1).prints("reduction");
    for name in ["none", "order", "symmetry", "all"] {
        assert!(ended.out.lines().any(|line| line.starts_with(&format!("{name} "))), "{}", ended.out);
    }
}

#[test]
fn what_a_gil_hides_is_told_where_there_is_one() {
    let script = "shared x = 0\ndef up() { x += 1 }\n\
        main { group { spawn thread up(); spawn thread up() } print x }\nfinally x == 2\n";
    // Nothing orders the accesses even so: the race stays, and the update that it loses is hidden.
    let hidden = explore("--respect-gil", script).ends_with(1).prints("verdict   violation: 1 race\n");
    hidden.prints("hidden by accident").prints("  error[D004]");
    explore("--respect-gil -q", script).ends_with(1).prints_no("D004");
    let free = explore("--respect-gil --runtime cpython-3.14t", script).ends_with(1);
    free.prints("violation").prints_no("hidden by accident");
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_says_what_is_known_so_far_and_leaves_nothing_behind() {
    let known = LARGE.replace("main {", "main { spawn thread bad();") + "def bad() { assert x != 3 }\n";
    for (script, verdict, status) in
        [(LARGE.to_owned(), "incomplete", 3), (known, "error[D002]: an assertion", 1)]
    {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        std::fs::write(folder.path().join("x.conc"), script).expect("there is room for a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
        command.args(["explore", "-q", "x.conc", "--schedule", "out.txt"]).current_dir(&folder);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = child.spawn().expect("the binary starts");
        std::thread::sleep(Duration::from_millis(1500));
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.expect("there is a `kill`").success());
        let ended = child.wait_with_output().expect("it ends");
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert!(out.starts_with(verdict), "{out}");
        assert!(err.contains("interrupted: this is how far the search came"), "{err}");
        assert!(!err.contains('\u{1b}'), "how far it is shows on a terminal only: {err}");
        assert_eq!(ended.status.code(), Some(status));
        let left = std::fs::read_dir(folder.path()).expect("the folder is there").count();
        assert_eq!(left, if status == 1 { 2 } else { 1 }, "the script, and the witness if there is one");
    }
}

#[test]
fn a_file_that_cannot_be_written_costs_no_result() {
    explore("--schedule nowhere/x", STUCK).ends_with(2).says("can't write nowhere/x");
    explore("--graph nowhere/x.svg", STUCK).ends_with(2).says("can't write nowhere/x.svg");
    if cfg!(target_os = "linux") {
        let full = explore("--schedule /dev/full", STUCK).ends_with(2).says("can't write /dev/full");
        assert_eq!(full.says("error[D001]").says("verdict   violation").out, "");
        explore("--format json --schedule /dev/full", STUCK).ends_with(2).says("\"verdict\": \"violation\"");
    }
}

#[test]
fn pictures_are_in_ascii_where_the_locale_has_nothing_else() {
    for (variable, value) in [("LC_ALL", "C"), ("LC_ALL", "de_DE.ISO-8859-15")] {
        let ended = explore("", STUCK).with(variable, value).ends_with(1);
        assert!(ended.out.is_ascii() && ended.out.contains("acquire a   @2  |"), "{}", ended.out);
        let refused = concsim("check x.conc").file("x.conc", "main { prnt(1) }").with(variable, value);
        assert!(!refused.ends_with(2).err.contains('╭'));
    }
    explore("", STUCK).with("LC_ALL", "").with("LANG", "en_US.UTF-8").ends_with(1).prints("│");
}

#[test]
fn the_reasons_for_what_a_reduction_saves_stand_below_the_table() {
    let ended = explore("--stats", STUCK).ends_with(1).prints("order:    in ");
    ended.prints("symmetry: no two units are started with one function by one unit");
    explore("--stats", FINE).ends_with(0).prints("symmetry: 2 units of up() are all the same");
}

#[test]
fn the_witness_of_a_livelock_is_played_to_the_livelock() {
    let script = "atomic shared x = 0\ndef wait() { while x == 0 { pass } }\n\
        main { let w = spawn thread wait(); w.join(); x = 1 }\n";
    let text = explore("", script).ends_with(1).prints("error[D006]").out;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("play it: concsim "));
    let played = concsim(line.expect("a finding says how to play it")).file("x.conc", script).ends_with(1);
    played.prints("error[D006]").prints("outcome  failed").prints_no("D015");
}

#[test]
fn a_race_is_a_warning_when_it_is_played() {
    let script =
        "shared x = 0\ndef up() { x += 1 }\nmain { group { spawn thread up(); spawn thread up() } }\n";
    let text = explore("", script).ends_with(1).prints("error[D007]").out;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("play it: concsim "));
    let played = concsim(line.expect("a finding says how to play it")).file("x.conc", script).ends_with(0);
    played.prints("warning[D007]").prints("outcome  completed");
}
