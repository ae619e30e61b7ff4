//! `concsim compare`: when to use what, by measurement.

mod command;
mod golden;

use command::{Ended, concsim};
use golden::golden;
use serde_json::Value;

const SCRAPER: &str = include_str!("../examples/scraper.conc");
const CRUNCHER: &str = include_str!("../examples/cruncher.conc");

/// Works with all kinds, but what one process counts no other one sees.
const COUNTS: &str = "\
shared total = 0
lock m

def add(i) { with m { total += i } }

main {
    group { for i in 1..4 { spawn unit add(i) } }
    print \"total\", total
}
";

/// The event that main sets is another one for units with copies of their own.
const WAITS: &str = "\
event ready

def wait() { await ready.wait() }

main {
    group {
        spawn unit wait()
        await sleep 200ms
        ready.set()
    }
}
";

/// A wait that nobody awaits.
const BARE: &str = "\
param n = 4

def fetch() { io 50ms }

main { group { for i in 0..n { spawn unit fetch() } } }
";

fn compare(options: &str, script: &str) -> Ended {
    concsim(&format!("compare x.conc {options}")).file("x.conc", script).run()
}

fn document(options: &str, script: &str) -> Value {
    let ended = compare(&format!("{options} --format json"), script);
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
}

/// The row of a kind on that many cores.
fn row<'a>(document: &'a Value, cores: u64, unit: &str) -> &'a Value {
    let groups = document["groups"].as_array().expect("there are groups");
    let group = groups.iter().find(|group| group["cores"] == cores).expect("there is such a group");
    let rows = group["rows"].as_array().expect("a group has rows");
    rows.iter().find(|row| row["unit"] == unit).expect("there is such a row")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

#[test]
fn waits_overlap_in_units_of_every_kind_and_only_those_without_a_shared_gil_use_all_cores() {
    let scraper = document("", SCRAPER);
    for kind in ["thread", "process", "task", "interpreter"] {
        assert_eq!(row(&scraper, 4, kind)["optimises_waiting"], "yes", "{kind}");
    }
    let cruncher = document("", CRUNCHER);
    for (kind, all) in [("thread", "no"), ("process", "yes"), ("task", "no"), ("interpreter", "yes")] {
        for document in [&scraper, &cruncher] {
            assert_eq!(row(document, 4, kind)["uses_all_cores"], all, "{kind}");
        }
        let speed_up = number(&row(&cruncher, 4, kind)["speed_up"]);
        assert_eq!(speed_up > 2.0, all == "yes", "{kind}: {speed_up}");
        assert!(number(&row(&cruncher, 1, kind)["speed_up"]) <= 1.0, "{kind} on one core");
    }
    assert_eq!(row(&cruncher, 4, "thread")["optimises_waiting"], Value::Null);
}

#[test]
fn without_a_gil_threads_use_all_cores() {
    let document = document("--runtime cpython-3.14t,jython-2.7 --cores 4", CRUNCHER);
    for group in document["groups"].as_array().expect("there are groups") {
        assert_eq!(group["rows"][0]["uses_all_cores"], "yes", "{}", group["runtime"]);
        assert_eq!(group["best"], "thread", "{}", group["runtime"]);
    }
}

#[test]
fn there_can_be_ten_thousand_tasks_and_hundreds_of_threads_and_dozens_of_processes() {
    for (runtime, processes) in [("cpython-3.12", 10..=200), ("cpython-3.14", 2..=99)] {
        let document = document(&format!("--runtime {runtime} --cores 4"), SCRAPER);
        let scale = |kind| row(&document, 4, kind)["scales_to"].as_u64().expect("it is a number");
        assert_eq!(document["crowd"], "n");
        assert_eq!(scale("task"), 10_000);
        assert!((200..10_000).contains(&scale("thread")), "{}", scale("thread"));
        assert!(processes.contains(&scale("process")), "{}", scale("process"));
        assert_eq!(row(&document, 4, "task")["scale_stopped_by"], "enough");
        assert_eq!(row(&document, 4, "process")["scale_stopped_by"], "time");
    }
}

#[test]
fn processes_pay_when_their_work_outweighs_their_start() {
    let document = document("--sweep work=100us..1s --runtime cpython-3.14 --unit thread,process", CRUNCHER);
    let points = document["sweep"]["points"].as_array().expect("there are points");
    let best: Vec<&str> =
        points.iter().map(|point| point["groups"][0]["best"].as_str().expect("one is best")).collect();
    assert_eq!((best[0], best[best.len() - 1]), ("in turn", "process"));
    // Once they pay, they pay for all longer work.
    let first = best.iter().position(|kind| *kind == "process").expect("it pays at last");
    assert!(best[first..].iter().all(|kind| *kind == "process"), "{best:?}");
    // With the 22 ms that each takes to start, and the server before.
    let from = points[first]["number"].as_i64().expect("it is a length");
    assert!((5_000_000..200_000_000).contains(&from), "{from}");
}

#[test]
fn the_base_is_what_all_units_do_one_after_the_other() {
    let document = document("--machine ideal", CRUNCHER);
    for group in document["groups"].as_array().expect("there are groups") {
        assert_eq!(group["base_ns"], 1_600_000_000_u64);
    }
    assert_eq!(row(&document, 4, "process")["speed_up"], 4.0);
    assert_eq!(row(&document, 4, "process")["overhead_ns"], 0);
    assert_eq!(row(&document, 4, "thread")["speed_up"], 1.0);
}

#[test]
fn it_tells_all_of_it_in_tables_and_sentences() {
    let scraper = compare("", SCRAPER);
    assert_eq!((scraper.status, scraper.err.as_str()), (0, ""));
    golden("compare-scraper", &scraper.out);
    let wide = concsim("compare x.conc --runtime cpython-3.14,cpython-3.14t,cpython-2.7 --color always");
    golden("compare-cruncher-wide", &wide.file("x.conc", CRUNCHER).with("COLUMNS", "120").run().out);
    golden("compare-quiet", &compare("-q", CRUNCHER).out);
}

#[test]
fn a_sweep_shows_how_it_grows() {
    let ended = compare("--sweep n=1..1000 --svg x.svg", SCRAPER);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    golden("compare-sweep", &ended.out);
    golden("compare-sweep-svg", &ended.written("x.svg").expect("the picture is written"));
    let ascii = concsim("compare x.conc --sweep work=1ms,10ms,100ms").file("x.conc", CRUNCHER);
    let ascii = ascii.with("LC_ALL", "C").with("COLUMNS", "60").run();
    assert!(ascii.out.is_ascii(), "{}", ascii.out);
    assert!(ascii.out.lines().all(|line| line.len() <= 60), "{}", ascii.out);
}

#[test]
fn a_kind_that_comes_to_another_end_is_told_and_not_taken() {
    let ended = compare("--cores 4", COUNTS);
    assert_eq!(ended.status, 1);
    assert!(
        ended.out.contains("process, interpreter: another end: `total` is 0 instead of 6"),
        "{}",
        ended.out
    );
    let document = document("--cores 4", COUNTS);
    assert_eq!(row(&document, 4, "process")["differs"], "`total` is 0 instead of 6");
    assert_eq!(row(&document, 4, "thread")["differs"], Value::Null);
    assert_eq!(document["groups"][0]["best"], "in turn");
}

#[test]
fn a_kind_with_which_it_deadlocks_is_told_and_the_others_go_on() {
    let ended = compare("--cores 4", WAITS);
    assert_eq!(ended.status, 1);
    golden("compare-deadlock", &ended.out);
    let document = document("--cores 4", WAITS);
    for (kind, outcome) in
        [("thread", "completed"), ("process", "deadlock"), ("task", "completed"), ("interpreter", "deadlock")]
    {
        assert_eq!(row(&document, 4, kind)["outcome"], outcome, "{kind}");
    }
    assert_eq!(row(&document, 4, "process")["findings"][0]["kind"], "deadlock");
}

#[test]
fn tasks_that_do_not_await_wait_one_after_the_other() {
    let document = document("--cores 4", BARE);
    assert_eq!(row(&document, 4, "thread")["optimises_waiting"], "yes");
    assert_eq!(row(&document, 4, "task")["optimises_waiting"], "no");
    assert!(number(&row(&document, 4, "task")["elapsed_ns"]) >= 200_000_000.0);
    let told = compare("--cores 4", BARE).out;
    assert!(told.contains("task: warning, blocked-loop"), "{told}");
}

#[test]
fn what_a_runtime_lacks_is_told_and_the_others_go_on() {
    let ended = compare("--runtime cpython-2.7", SCRAPER);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let document = document("--runtime cpython-2.7", SCRAPER);
    let task = row(&document, 4, "task");
    assert!(task["why_not"].as_str().is_some_and(|why| why.contains("Python 3.4")), "{task}");
    assert_eq!((&task["outcome"], &task["elapsed_ns"]), (&Value::Null, &Value::Null));
    assert_eq!(row(&document, 4, "thread")["outcome"], "completed");
}

#[test]
fn a_script_that_says_itself_what_it_starts_is_compared_over_cores() {
    let script = CRUNCHER.replace("spawn unit", "spawn process");
    let document = document("--cores 1,2,4", &script);
    let elapsed: Vec<f64> = document["groups"]
        .as_array()
        .expect("there are groups")
        .iter()
        .map(|group| {
            assert_eq!(group["rows"][0]["unit"], Value::Null);
            number(&group["rows"][0]["elapsed_ns"])
        })
        .collect();
    assert!(elapsed.windows(2).all(|pair| pair[1] * 1.5 < pair[0]), "{elapsed:?}");
    let refused = compare("--unit thread", &script);
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.contains("no `spawn unit`") && refused.err.contains("help: write"),
        "{}",
        refused.err
    );
}

#[test]
fn any_number_of_threads_makes_the_same_bytes() {
    let options = "--format json --seed 7 --set n=3";
    let script = SCRAPER.replace("await io wait", "await io uniform(1ms, 50ms)");
    let one = compare(&format!("{options} --jobs 1"), &script).out;
    assert_eq!(one, compare(&format!("{options} --jobs 5"), &script).out);
    assert_ne!(one, compare("--format json --seed 8 --set n=3", &script).out);
}

#[test]
fn a_limit_means_that_there_is_no_verdict() {
    let ended = compare("--max-time 50ms --cores 4", SCRAPER);
    assert_eq!(ended.status, 3);
    assert!(ended.out.contains("not at its end"), "{}", ended.out);
    assert!(ended.out.contains("none: with no kind"), "{}", ended.out);
}

#[test]
fn what_there_is_not_is_refused_with_a_way_out() {
    for (options, part, help) in [
        ("--unit tread", "no kind of unit `tread`", "did you mean `thread`?"),
        ("--runtime cpython-3.99", "no runtime `cpython-3.99`", "did you mean"),
        ("--cores 0", "not 0", ""),
        ("--cores one", "no list of numbers", "1,2,4"),
        ("--set m=3", "--set: the script has no param `m`", "did you mean `n`?"),
        ("--sweep m=1..3", "--sweep: the script has no param `m`", "did you mean `n`?"),
        ("--sweep n=1..5ms", "of one type", ""),
        ("--sweep n=1..3 --set n=2", "--set and --sweep both", ""),
        ("--svg x.svg", "--sweep", ""),
        ("--jobs 0", "--jobs", ""),
        ("--machine nowhere", "no machine `nowhere`", ""),
    ] {
        let ended = compare(options, SCRAPER);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{options}");
        assert!(ended.err.contains(part) && ended.err.contains(help), "{options}: {}", ended.err);
    }
    let mistaken = compare("", "main { spawn unit nobody() }");
    assert_eq!(mistaken.status, 2);
    assert!(mistaken.err.contains("nobody"), "{}", mistaken.err);
}

#[test]
fn what_a_script_says_cannot_play_with_the_terminal() {
    let script = "shared word = \"quiet\"\ndef say() { word = \"\\u{1b}[2J<b>\" }\n\
                  main { group { spawn unit say() }\n print word }\n";
    let ended = compare("--cores 4", script);
    assert_eq!(ended.status, 1, "{}", ended.err);
    assert!(ended.out.contains("another end: ") && ended.out.contains("\\u{1b}[2J"), "{}", ended.out);
    assert!(!ended.out.contains('\u{1b}'), "{}", ended.out);
}

/// The names of the fields of a document, each with the way to it.
fn fields(value: &Value, way: &str, into: &mut Vec<String>) {
    if let Value::Object(object) = value {
        for (key, inner) in object {
            let field = format!("{way}{key}");
            if !["findings", "times", "end_hung_on", "sweep"].contains(&key.as_str()) {
                fields(&inner[0], &format!("{field}[]."), into);
            }
            into.push(field);
        }
    }
}

#[test]
fn every_field_of_the_document_is_explained_on_the_page() {
    const PAGE: &str = include_str!("../docs/cli.md");
    let mut found = Vec::new();
    fields(&document("--cores 4", COUNTS), "", &mut found);
    fields(&document("--sweep n=1,2", BARE), "", &mut found);
    assert!(found.contains(&"groups[].rows[].speed_up".to_owned()), "{found:?}");
    let unexplained: Vec<&String> =
        found.iter().filter(|field| !PAGE.contains(&format!("`{field}`"))).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}

#[test]
fn a_script_can_come_from_standard_input() {
    let ended = concsim("compare - --cores 4 --unit thread").input(BARE).run();
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    assert!(ended.out.starts_with("script   <stdin>, machine default, seed 0\n"), "{}", ended.out);
}
