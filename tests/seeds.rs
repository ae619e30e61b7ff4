//! `concsim run --seeds`: many runs, and what they come to.

mod command;
mod golden;

use command::{Ended, Run, concsim};
use golden::golden;
use serde_json::Value;

/// Two threads read, wait and write back, so that who comes first decides what is left.
const RACE: &str = "\
shared total = 0

def add(n) {
    let seen = total
    io uniform(10us, 2ms)
    total = seen + n
}

main {
    group {
        spawn thread add(1)
        sleep uniform(0us, 3ms)
        spawn thread add(2)
    }
}

finally total == 3
";

/// The same without a draw.
const STEADY: &str = "shared total = 0\nmain { total += 1; print total }\n";

fn run(arguments: &str, script: &str) -> Ended {
    concsim(&format!("run x.conc {arguments}")).file("x.conc", script).run()
}

fn document(arguments: &str, script: &str) -> Value {
    let ended = run(&format!("{arguments} --format json"), script);
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
}

#[test]
fn a_survey_says_what_many_runs_came_to() {
    let ended = run("--seeds 0..200", RACE);
    assert_eq!((ended.status, ended.err.as_str()), (1, ""));
    golden("seeds-race", &ended.out);
}

#[test]
fn in_ascii_and_quietly_it_says_the_same() {
    let ascii = concsim("run x.conc --seeds 0..200").file("x.conc", RACE);
    let ascii = ascii.with("LC_ALL", "C").with("COLUMNS", "60").run();
    assert!(ascii.out.is_ascii() && ascii.out.contains("##"), "{}", ascii.out);
    let widest = ascii.out.lines().filter(|line| line.contains('#')).map(str::len).max();
    assert!(widest.is_some_and(|widest| widest <= 60), "{}", ascii.out);
    golden("seeds-race-quiet", &run("--seeds 0..200 -q", RACE).out);
}

/// What makes a finding the same as another one.
fn identity(finding: &Value) -> (Value, Value, std::collections::BTreeSet<String>) {
    let place = |label: &Value| {
        ["line", "column", "end_line", "end_column"].map(|key| label[key].to_string()).join(":")
    };
    let places = finding["labels"].as_array().expect("it is a list").iter().map(place);
    (finding["kind"].clone(), finding["cause"].clone(), places.collect())
}

#[test]
fn the_document_counts_what_single_runs_show() {
    let survey = document("--seeds 3..23", RACE);
    assert_eq!(survey["schema"], "concsim.seeds/1");
    assert_eq!((&survey["seeds"]["from"], &survey["seeds"]["to"]), (&3.into(), &23.into()));
    let single: Vec<Value> = (3..23).map(|seed| document(&format!("--seed {seed}"), RACE)).collect();
    for outcome in survey["outcomes"].as_array().expect("it is a list") {
        let same: Vec<&Value> = single.iter().filter(|run| run["outcome"] == outcome["outcome"]).collect();
        assert_eq!((&outcome["runs"], &outcome["first_seed"]), (&same.len().into(), &same[0]["seed"]));
    }
    for finding in survey["findings"].as_array().expect("it is a list") {
        let shows = |run: &&Value| {
            let findings = run["findings"].as_array().expect("it is a list");
            findings.iter().any(|other| identity(other) == identity(finding))
        };
        let same: Vec<&Value> = single.iter().filter(shows).collect();
        assert_eq!((&finding["runs"], &finding["first_seed"]), (&same.len().into(), &same[0]["seed"]));
        let mut first = finding.clone();
        first.as_object_mut().expect("it is an object").retain(|key, _| key != "runs" && key != "first_seed");
        assert!(
            same[0]["findings"].as_array().expect("it is a list").contains(&first),
            "it is of its first seed"
        );
    }
    let mut elapsed: Vec<u64> = single.iter().filter_map(|run| run["elapsed_ns"].as_u64()).collect();
    elapsed.sort_unstable();
    let told = &survey["elapsed_ns"];
    for (key, rank) in [("min", 0), ("quartile_1", 4), ("median", 9), ("quartile_3", 14), ("max", 19)] {
        assert_eq!(told[key], elapsed[rank], "{key}");
    }
    let bins = told["histogram"].as_array().expect("it is a list");
    assert_eq!(bins.iter().filter_map(|bin| bin["runs"].as_u64()).sum::<u64>(), 20);
    for bin in bins {
        let within =
            |length: &&u64| (bin["from_ns"].as_u64()..bin["to_ns"].as_u64()).contains(&Some(**length));
        assert_eq!(bin["runs"], elapsed.iter().filter(within).count());
    }
    let ends = |runs: &[Value]| {
        let end = |run: &Value| format!("{} {} {}", run["outcome"], run["shared"], run["output"]);
        runs.iter().map(end).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(survey["finals"], ends(&single).len());
    assert_eq!(ends(survey["frequent_finals"].as_array().expect("it is a list")), ends(&single));
}

#[test]
fn interleavings_are_orders_of_events_whatever_their_times() {
    let drawn = "main { sleep uniform(1ms, 2ms); print now() }";
    let survey = document("--seeds 0..20", drawn);
    assert_eq!((&survey["interleavings"], &survey["finals"]), (&1.into(), &20.into()));
    let turns =
        "lock m\ndef f() { with m { io 5ms } }\nmain { group { for i in 0..5 { spawn thread f() } } }";
    let cores = document("--seeds 0..50 --scheduler random", turns);
    assert!(cores["interleavings"].as_u64() > Some(1), "{cores}");
}

#[test]
fn the_number_of_workers_changes_nothing() {
    for format in ["text", "json"] {
        let of = |jobs: u32| {
            run(&format!("--seeds 0..300 --scheduler random --format {format} --jobs {jobs}"), RACE).out
        };
        assert_eq!(of(1), of(2));
        assert_eq!(of(1), of(7));
    }
}

#[test]
fn seeds_that_change_nothing_get_a_hint() {
    let hint = "try --scheduler random";
    assert!(run("--seeds 0..10", STEADY).out.contains(hint));
    assert!(!run("--seeds 0..10 --scheduler random", STEADY).out.contains(hint), "it was tried");
    assert!(!run("--seeds 0..1", STEADY).out.contains(hint), "one run is the same as itself");
    assert!(!run("--seeds 0..10", "main { let x = choose(1..2) }").out.contains(hint), "something is drawn");
}

#[test]
fn the_command_that_is_shown_shows_the_finding() {
    let script = RACE.replace("shared", "param n = 3\nshared").replace("total == 3", "total == n");
    let out = run("--seeds 0..50 --cores 2 --set n=3 --max-events 1_000", &script).out;
    let command =
        out.lines().find_map(|line| line.trim().strip_prefix("see it: concsim ")).expect("there is one");
    assert!(command.ends_with("--cores 2 --set n=3 --max-events 1000"), "{command}");
    let ended = concsim(command).file("x.conc", &script).run();
    assert!(ended.status == 1 && ended.out.contains("D004"), "{command}\n{}", ended.out);
}

#[test]
fn the_status_is_that_of_the_worst_seed() {
    let status = |arguments: &str, script: &str| run(&format!("-q --seeds 0..40 {arguments}"), script).status;
    assert_eq!(status("", STEADY), 0);
    assert_eq!(status("", RACE), 1);
    // What the script expects has to come once, and not with every seed.
    assert_eq!(status("", &format!("expect finally\n{RACE}")), 0);
    assert_eq!(status("", &format!("expect finally\nexpect deadlock\n{RACE}")), 1);
    assert_eq!(status("", &format!("expect finally\n{STEADY}")), 1);
    let wrong = "shared x = 0\nfinally x == 1\n";
    let waits = "main { if choose(0..4) == 0 { sleep 60s } }";
    assert_eq!(status("--max-time 1s", waits), 3);
    assert_eq!(status("--max-time 1s", &format!("{wrong}{waits}")), 1);
    assert_eq!(
        status("--max-time 1s", &format!("{wrong}{waits}").replace("shared", "expect finally\nshared")),
        3
    );
}

#[test]
fn warnings_count_if_they_are_denied() {
    let script = "shared x = 0\ndef f() { x += 1 }\nmain { group { spawn thread f(); spawn thread f() } }";
    let status = |deny: &str| run(&format!("-q --seeds 0..5 {deny}"), script).status;
    assert_eq!((status(""), status("--deny race"), status("--deny warning")), (0, 1, 1));
}

fn refused(run: Run, part: &str) -> Ended {
    let ended = run.run();
    assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{}", ended.err);
    assert!(ended.err.contains(part), "{}", ended.err);
    ended
}

#[test]
fn what_shows_one_run_does_not_go_with_many() {
    for option in [
        "--seed 1",
        "--trace x.trace",
        "--detail sched",
        "--replay x",
        "--timeline",
        "--svg x.svg",
        "--watch",
    ] {
        let run = concsim(&format!("run x.conc --seeds 0..2 {option}")).file("x.conc", STEADY);
        let ended = refused(run, option.split(' ').next().expect("there is a word"));
        assert_eq!((ended.written("x.trace"), ended.written("x.svg")), (None, None));
    }
    refused(concsim("run x.conc --jobs 2").file("x.conc", STEADY), "--seeds");
    refused(concsim("run x.conc --seeds 0..2 --jobs 0").file("x.conc", STEADY), "one thread at least");
}

#[test]
fn a_range_that_is_none_is_refused_with_the_right_one() {
    for (range, part) in [
        ("5", "0..100"),
        ("0..=9", "0..10"),
        ("3..3", "no seed in it"),
        ("-1..5", "`-1`"),
        ("0..2_000_000", "1_000_000"),
    ] {
        refused(concsim(&format!("run x.conc --seeds {range}")).file("x.conc", STEADY), part);
    }
}

#[test]
fn a_script_with_mistakes_is_not_run() {
    refused(concsim("run x.conc --seeds 0..9").file("x.conc", "main { prnt(1) }"), "E113");
    let ended = concsim("run - --seeds 0..9 -q").input(STEADY).run();
    assert_eq!((ended.status, ended.out.as_str()), (0, "9 runs, seeds 0..9: 9 completed\n"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_survey_says_what_is_known_so_far() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("x.conc"), RACE).expect("there is room for a file");
    let arguments = ["run", "x.conc", "--seeds", "0..1_000_000", "--format", "json"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.args(arguments).current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("there is a `kill`").success(), "a million runs took less than that");
    let mut out = String::new();
    child.stdout.take().expect("it was asked for").read_to_string(&mut out).expect("it is UTF-8");
    let ended = child.wait_with_output().expect("it ends");
    let document: Value = serde_json::from_str(&out).expect("it is one document");
    assert_eq!(document["complete"], false);
    assert!(document["runs"].as_u64().is_some_and(|runs| 0 < runs && runs < 1_000_000), "{out}");
    assert_eq!(ended.status.code(), Some(1), "what was found so far counts");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("interrupted"));
}
