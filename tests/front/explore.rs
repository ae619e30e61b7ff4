//! `concsim explore` from end to end: statuses, streams, files and bounds.

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
