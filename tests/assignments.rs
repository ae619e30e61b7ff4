//! `concsim grade` from outside: an assignment with its solutions, submissions that try something, and every form of results.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

const BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/assignments/bank");

/// A rubric with bounds so narrow that nobody has to wait for a script that never ends.
const RUBRIC: &str = r#"
rubric = 1
title = "Two clerks"
[run]
runtime = "cpython-3.14"
seed = 7
runs = 2
explore = { max_states = 2_000 }
[limits]
events = 20_000
units = 20
source = "64KiB"
[[check]]
id = "total"
points = 2.5
kind = "final"
expr = "total == 2"
hint = "Who reads the total while another one changes it?"
[[check]]
id = "deadlock-free"
points = 1.5
kind = "no_deadlock"
[[check]]
id = "secret"
points = 1
kind = "no_race"
visibility = "hidden"
"#;

const RIGHT: &str = "lock m\nshared total = 0\ndef up() { with m { total += 1 } }\n\
    main { group { spawn thread up(); spawn thread up() } }\n";
const RACE: &str = "shared total = 0\ndef up() { total += 1 }\n\
    main { group { spawn thread up(); spawn thread up() } }\n";

/// A folder with that rubric and a right submission.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
            .with("rubric.toml", RUBRIC)
            .with("ann.conc", RIGHT)
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.0.path().join(name), content).expect("there is room for a file");
        self
    }

    fn concsim(&self, arguments: &[&str]) -> Output {
        concsim(self.0.path(), arguments)
    }

    /// The document of those submissions, and the status.
    fn graded(&self, submissions: &[&str]) -> (Value, i32) {
        let output = self.concsim(&[&["grade", "rubric.toml", "--format", "json"], submissions].concat());
        (document(&output), status(&output))
    }

    fn written(&self, name: &str) -> String {
        let bytes = std::fs::read(self.0.path().join(name)).expect("the file was written");
        String::from_utf8(bytes).expect("what is written is UTF-8")
    }
}

fn concsim(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    command.current_dir(folder).args(arguments).output().expect("the command was built")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself, not by a signal")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("what it prints is UTF-8")
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}\nstdout:\n{}\nstderr:\n{}", text(&output.stdout), text(&output.stderr))
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("it is a list")
}

/// The submission of that name.
fn submission<'a>(document: &'a Value, name: &str) -> &'a Value {
    let found = list(&document["submissions"]).iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("there is no `{name}` in {document:#}"))
}

/// The ids of the checks with that verdict.
fn ids<'a>(submission: &'a Value, verdict: &str) -> Vec<&'a str> {
    let checks = list(&submission["checks"]).iter().filter(|check| check["verdict"] == verdict);
    checks.filter_map(|check| check["id"].as_str()).collect()
}

/// A number of the document in thousandths, from its digits.
fn thousandths(number: &Value) -> u64 {
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    assert!(rest.len() <= 3, "{text}");
    format!("{whole}{rest:0<3}").parse().expect("it is a plain decimal")
}

/// Whether nothing in a text plays with a terminal.
fn is_harmless(text: &str) -> bool {
    text.chars().all(|character| character == '\n' || !concsim::base::printable::is_hostile(character))
}

/// What came of all solutions of the assignment. That takes a while, and is done once.
fn bank() -> &'static Value {
    static GRADED: OnceLock<Value> = OnceLock::new();
    GRADED.get_or_init(|| {
        let words = ["grade", "rubric.toml", "reference.conc", "wrong", "--format", "json"];
        let output = concsim(Path::new(BANK), &words);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        document(&output)
    })
}

#[test]
fn the_rubric_of_the_assignment_gives_its_solutions_what_it_says() {
    let output = concsim(Path::new(BANK), &["rubric", "check", "rubric.toml"]);
    assert_eq!(status(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
    let told = text(&output.stdout);
    assert_eq!(told.matches("as expected").count(), 11, "{told}");
}

#[test]
fn each_wrong_solution_of_the_assignment_is_noticed_by_the_check_that_is_meant_for_it() {
    let meant = [
        ("atomic_block.conc", "no-atomic"),
        ("check_then_act.conc", "never-overdrawn"),
        ("hard_coded.conc", "amounts"),
        ("kept_on_refusal.conc", "deadlock-free"),
        ("no_lock.conc", "race-free"),
        ("one_lock.conc", "in-parallel"),
        ("opposite_orders.conc", "deadlock-free"),
        ("polling.conc", "no-polling"),
        ("waits_for_money.conc", "can-refuse"),
    ];
    for (name, check) in meant {
        let failed = ids(submission(bank(), name), "failed");
        assert!(failed.contains(&check), "{name}: {failed:?}");
    }
    let reference = submission(bank(), "reference.conc");
    assert_eq!(ids(reference, "passed").len(), list(&reference["checks"]).len());
}

#[test]
fn a_schedule_that_a_check_shows_can_be_played() {
    let mut played = 0;
    for submission in list(&bank()["submissions"]) {
        let name = submission["name"].as_str().expect("it has a name");
        for check in list(&submission["checks"]) {
            let replay = check["witness"]["replay"].as_str().unwrap_or_default();
            if check["verdict"] != "failed" || replay.is_empty() {
                continue;
            }
            let file = format!("wrong/{name}");
            let options: Vec<&str> = replay.split(' ').collect();
            let output = concsim(Path::new(BANK), &[&["run", "-q", &file], &options[..]].concat());
            assert!(status(&output) <= 1, "{name}: {}", text(&output.stderr));
            if check["id"] == "deadlock-free" {
                assert!(text(&output.stdout).contains("error[D001]"), "{name}: {}", text(&output.stdout));
            }
            played += 1;
        }
    }
    assert!(played >= 7, "only {played}");
}

#[test]
fn points_add_up_to_the_last_digit() {
    let desk = Desk::new().with("bob.conc", RACE);
    let (small, _) = desk.graded(&["ann.conc", "bob.conc"]);
    for document in [bank(), &small] {
        let most: u64 =
            list(&document["rubric"]["checks"]).iter().map(|check| thousandths(&check["points"])).sum();
        assert_eq!(most, thousandths(&document["rubric"]["points"]));
        for submission in list(&document["submissions"]) {
            let earned: u64 =
                list(&submission["checks"]).iter().map(|check| thousandths(&check["earned"])).sum();
            assert_eq!(earned, thousandths(&submission["score"]), "{submission:#}");
            assert!(earned <= most);
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_in_every_form() {
    let mut desk = Desk::new();
    for number in 0..12 {
        desk = desk.with(&format!("student_{number}.conc"), if number % 3 == 0 { RIGHT } else { RACE });
    }
    let forms = ["--json", "--csv", "--junit", "--text"];
    let run = |jobs: &str| {
        let mut words = vec!["grade", "rubric.toml", ".", "--jobs", jobs];
        forms.iter().for_each(|form| words.extend([form, &form[2..]]));
        let output = desk.concsim(&words);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        let files = forms.map(|form| desk.written(&form[2..]));
        (text(&output.stdout).to_owned(), files)
    };
    let one = run("1");
    assert_eq!(run("4"), one);
    assert_eq!(run("1"), one, "a second time");
}

/// Scripts of people who try something, and how each of them stands.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let forged = "alice.conc: 10 of 10\u{1b}[2K\r\u{202e}\u{200b}.conc";
    let html = "main { print \"<script>alert(1)</script> ]]> <!-- & \\u{202e}\"; assert False }\n";
    let spawns = "def f() { sleep 1s }\nmain { for i in 0..1000000 { spawn thread f() } }\n";
    vec![
        ("endless.conc", b"main { while True { pass } }\n".to_vec(), "graded"),
        ("spawns.conc", spawns.as_bytes().to_vec(), "graded"),
        ("html.conc", html.as_bytes().to_vec(), "graded"),
        (
            "deep.conc",
            format!("main {{ let x = {}1{} }}", "(".repeat(20_000), ")".repeat(20_000)).into_bytes(),
            "mistaken",
        ),
        ("brackets.conc", vec![b'['; 10_000_000], "unreadable"),
        ("empty.conc", Vec::new(), "mistaken"),
        ("latin1.conc", b"# \xe9t\xe9\nmain { pass }\n".to_vec(), "unreadable"),
        ("zero.conc", b"main { pass }\n\0".to_vec(), "unreadable"),
        ("-q.conc", RIGHT.as_bytes().to_vec(), "graded"),
        ("=1+1.conc", RACE.as_bytes().to_vec(), "graded"),
        (forged, format!("{RACE}# \u{1b}[2J\u{9b}31m\u{202e}\n").into_bytes(), "mistaken"),
    ]
}

#[cfg(unix)]
#[test]
fn submissions_that_try_something_harm_nobody() {
    let mut desk = Desk::new();
    for (name, content, _) in hostile() {
        desk = desk.with(name, content);
    }
    let (alone, _) = desk.graded(&["ann.conc"]);
    let (all, code) = desk.graded(&[".", "missing.conc"]);
    assert_eq!(code, 1, "not all could be graded");
    assert_eq!(submission(&all, "ann.conc"), submission(&alone, "ann.conc"), "others change nothing");
    for (name, _, standing) in hostile() {
        assert_eq!(submission(&all, name)["standing"], standing, "{name}");
    }
    assert_eq!(submission(&all, "missing.conc")["standing"], "unreadable");
    for name in ["endless.conc", "spawns.conc"] {
        let verdicts = ids(submission(&all, name), "passed");
        assert!(
            !verdicts.contains(&"deadlock-free"),
            "{name} is not known to have no deadlock: {verdicts:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn no_form_lets_a_submission_write_a_line_or_move_the_cursor() {
    let mut desk = Desk::new();
    for (name, content, _) in hostile() {
        desk = desk.with(name, content);
    }
    let words =
        ["grade", "rubric.toml", ".", "--csv", "csv", "--junit", "junit", "--json", "json", "--text", "text"];
    let output = desk.concsim(&words);
    assert_eq!(status(&output), 1);
    assert!(is_harmless(text(&output.stdout)), "{}", text(&output.stdout));
    assert!(is_harmless(text(&output.stderr)), "{}", text(&output.stderr));
    for form in ["csv", "junit", "json", "text"] {
        assert!(is_harmless(&desk.written(form)), "{form}");
    }
    let forged = text(&output.stdout).lines().filter(|line| line.starts_with("alice.conc"));
    assert!(forged.into_iter().all(|line| line.contains("\\u{1b}")), "{}", text(&output.stdout));
    let csv = desk.written("csv");
    assert!(csv.contains("\n\"'=1+1.conc\","), "{csv}");
    assert!(csv.contains("\n\"'-q.conc\","), "{csv}");
    assert_eq!(csv.lines().count(), hostile().len() + 2);
    let junit = desk.written("junit");
    assert!(!junit.contains("<script>"), "{junit}");
    assert_eq!(junit.matches("<testsuite ").count(), hostile().len() + 1);
}

#[cfg(unix)]
#[test]
fn a_folder_is_its_own_scripts_and_nothing_that_is_elsewhere_or_never_ends() {
    let desk = Desk::new().with("notes.txt", "no script");
    let elsewhere = Desk::new();
    std::os::unix::fs::symlink(elsewhere.0.path().join("ann.conc"), desk.0.path().join("link.conc"))
        .expect("a link can be made");
    let (link, code) = desk.graded(&["link.conc"]);
    assert_eq!(
        (&link["submissions"][0]["standing"], code),
        (&"unreadable".into(), 1),
        "a link is not followed"
    );
    let pipe = Command::new("mkfifo").arg(desk.0.path().join("pipe.conc")).status();
    assert!(pipe.expect("there is a mkfifo").success());
    let (found, code) = desk.graded(&["."]);
    assert_eq!((list(&found["submissions"]).len(), code), (1, 0));
    assert_eq!(found["submissions"][0]["name"], "ann.conc");
    let (pipe, code) = desk.graded(&["pipe.conc"]);
    assert_eq!((&pipe["submissions"][0]["standing"], code), (&"unreadable".into(), 1));
}

#[test]
fn what_a_student_gets_tells_of_a_hidden_check_only_what_it_asks() {
    let desk = Desk::new().with("bob.conc", RACE);
    let output = desk.concsim(&["grade", "rubric.toml", "bob.conc", "--gradescope", "results.json"]);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let results: Value = serde_json::from_str(&desk.written("results.json")).expect("it is one document");
    let tests = list(&results["tests"]);
    assert_eq!(tests.len(), 4, "the three of the rubric, and that nothing was made atomic");
    for test in tests {
        assert!(test["status"] == "passed" || test["status"] == "failed", "{test}");
        assert!(test["score"].is_number() && test["max_score"].is_number(), "{test}");
    }
    let hidden: Vec<&Value> = tests.iter().filter(|test| test["visibility"] == "hidden").collect();
    assert_eq!(hidden.len(), 1);
    assert_eq!((&hidden[0]["name"], &hidden[0]["output"]), (&"secret".into(), &"".into()));
    let seen: Vec<&Value> = tests.iter().filter(|test| test["visibility"] == "visible").collect();
    assert!(seen.iter().all(|test| !test.to_string().contains("race")), "{seen:?}");
    assert!(!results["output"].as_str().expect("it is text").contains("race"), "{results:#}");
    let hint = "Hint: Who reads the total while another one changes it?";
    assert!(tests[1]["output"].as_str().expect("it is text").contains(hint), "{}", tests[1]);
    assert_eq!(results["extra_data"]["concsim"]["verdicts"][3]["verdict"], "failed");
}

#[test]
fn results_of_one_submission_are_of_one_and_no_file_that_is_read_is_written() {
    let desk = Desk::new().with("bob.conc", RACE);
    let refused = |words: &[&str]| {
        let output = desk.concsim(&[&["grade", "rubric.toml", "ann.conc"], words].concat());
        assert_eq!(status(&output), 2, "{words:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{words:?}");
    };
    refused(&["bob.conc", "--gradescope", "results.json"]);
    refused(&["--csv", "rubric.toml"]);
    refused(&["--junit", "ann.conc"]);
    refused(&["--csv", "one", "--junit", "one"]);
    refused(&["--jobs", "0"]);
    assert_eq!(desk.written("rubric.toml"), RUBRIC);
    assert_eq!(desk.written("ann.conc"), RIGHT);
}

#[test]
fn a_grading_that_takes_too_long_by_the_clock_says_nothing_of_the_script() {
    let desk = Desk::new();
    let (document, code) = desk.graded(&["ann.conc", "--watchdog", "1ns"]);
    let ann = submission(&document, "ann.conc");
    assert_eq!((&ann["standing"], code), (&"unfinished".into(), 1));
    assert_eq!(thousandths(&ann["score"]), 0);
    assert_eq!(ids(ann, "skipped").len(), 4);
}

#[test]
fn what_would_switch_the_grader_off_does_not_count_and_is_listed() {
    let tricks = format!("machine {{ cores: 1 }}\nexpect race\nfinally True\n{RACE}");
    let desk = Desk::new().with("bob.conc", RACE).with("eve.conc", tricks);
    let (document, _) = desk.graded(&["bob.conc", "eve.conc"]);
    let (bob, eve) = (submission(&document, "bob.conc"), submission(&document, "eve.conc"));
    assert_eq!(ids(eve, "failed"), ids(bob, "failed"));
    assert_eq!(list(&eve["ignored"]).len(), 3, "{:#}", eve["ignored"]);
    assert_eq!(list(&bob["ignored"]).len(), 0);
}

#[test]
fn a_rubric_with_mistakes_grades_nobody() {
    let desk = Desk::new().with("wrong.toml", RUBRIC.replace("no_deadlock", "no_deadlok"));
    let output = desk.concsim(&["grade", "wrong.toml", "ann.conc", "--csv", "csv"]);
    assert_eq!(status(&output), 2);
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("no_deadlock"), "{}", text(&output.stderr));
    assert!(!desk.0.path().join("csv").exists());
}
