//! `concsim grade` and `concsim rubric` as they are run: files in, results out, and the exit status.

#[expect(dead_code, reason = "a grading reads neither standard input nor the environment")]
mod command;
mod golden;

use command::{Ended, Run, concsim};
use concsim::base::span::Source;
use golden::golden;
use proptest::prelude::*;

const RUBRIC: &str = r#"rubric = 1
title = "Bank transfer"
points = 7

[run]
seed = 42

[[check]]
id = "no-deadlock"
points = 3
kind = "no_deadlock"
hint = "Which two locks are taken in opposite orders?"

[[check]]
id = "total"
points = 4
kind = "final"
expr = "a + b == 200"
requires = ["no-deadlock"]

[[solution]]
file = "right.conc"
score = 7

[[solution]]
file = "crossed.conc"
score = 0
checks = { no-deadlock = "failed", total = "skipped" }
"#;

const RIGHT: &str = "lock m, n\nshared a = 100, b = 100\n\ndef transfer(first, second, sum) {\n    with first {\n        \
    with second {\n            a -= sum\n            b += sum\n        }\n    }\n}\n\nmain {\n    group {\n        \
    spawn thread transfer(m, n, 10)\n        spawn thread transfer(m, n, 20)\n    }\n}\n";

fn crossed() -> String {
    RIGHT.replace("transfer(m, n, 20)", "transfer(n, m, 20)")
}

fn grade(options: &str) -> Run {
    concsim(&format!("grade rubric.toml {options}"))
        .file("rubric.toml", RUBRIC)
        .file("right.conc", RIGHT)
        .file("crossed.conc", crossed())
}

fn refused(rubric: &str) -> Ended {
    concsim("grade rubric.toml right.conc").file("rubric.toml", rubric).file("right.conc", RIGHT).run()
}

#[test]
fn all_mistakes_of_a_rubric_are_told_at_once_where_they_stand() {
    let rubric = r#"rubric = 2
titel = "Bank"
points = 10
inconclusive = "quarter"

[run]
runtime = "cpyton-3.14"
machine = "fast"
cores = [1, 0, 2.5]
seed = -1
explore = { max_stats = 5 }
params = [{ n = 1.5 }]

[limits]
events = "many"
memory = "64MB "
source = "2MiB"
time = "0s"

[[check]]
id = "free"
points = 3
kind = "no_deadlok"

[[check]]
id = "free"
points = -1
kind = "final"
expr = "a =="
requires = ["totl", "fast"]
hiden = true

[[check]]
points = 2.0001
kind = "always"
expr = "deadlocked()"
visibility = "secret"

[[check]]
id = "fast"
points = 1
kind = "makespan"
at_most = "50 ms"
requires = ["loop"]

[[check]]
id = "loop"
points = 1
kind = "uses"
what = ["lokc", "with"]
requires = ["fast"]

[[check]]
id = "me"
points = 1
kind = "no_race"
expr = "x == 1"
requires = ["me"]

[[solution]]
score = 100
checks = { fre = "passed", me = "wrong" }
"#;
    let ended = refused(rubric);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    golden("rubric-mistakes", &ended.err);
}

#[test]
fn a_rubric_that_is_no_rubric_is_refused() {
    let check = |rubric: &str, why: &str| {
        let ended = refused(rubric);
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{rubric}");
        assert!(ended.err.contains(why), "{rubric}: {}", ended.err);
    };
    check("rubric = 1\ntitle = \"t\"\n", "the rubric has no `check`");
    check("", "the rubric has no `rubric`");
    check("rubric = ", "this is no TOML");
    check(&RUBRIC.replace("points = 7", "points = 8"), "the checks are worth 7 in all");
    check(&RUBRIC.replace("no-deadlock", "no-atomic"), "is that of a check which every rubric has");
    check(&format!("starter = \"gone.conc\"\n{RUBRIC}"), "gone.conc: there is no such file");
    let nested = "[".repeat(100_000);
    check(&format!("rubric = {nested}"), "this is no TOML");
}

const PAGE: &str = include_str!("../docs/grading.md");

#[test]
fn the_rubric_of_the_page_is_one() {
    let rubric = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let read = concsim::grade::rubric::read(&Source::new("rubric.toml", rubric)).expect("it has no mistakes");
    assert_eq!((read.checks.len(), read.solutions.len(), read.points.to_string()), (4, 2, "10".to_owned()));
}

#[test]
fn the_page_explains_every_kind_of_check_and_no_other() {
    let sections = PAGE.split("\n| kind |").skip(1);
    let rows = sections.flat_map(|section| section.lines().skip(2).take_while(|line| line.starts_with('|')));
    let kinds: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    let (mut told, mut known) = (kinds.clone(), concsim::grade::rubric::kind::KINDS.to_vec());
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known);
}

#[test]
fn what_a_rubric_leaves_out_is_what_the_page_says() {
    let text = "rubric = 1\ntitle = \"t\"\n[[check]]\nid = \"it\"\npoints = 1\nkind = \"no_race\"\n";
    let rubric = concsim::grade::rubric::read(&Source::new("rubric.toml", text)).expect("it has no mistakes");
    let grader =
        concsim::grade::grader::Grader::new(rubric, text, None, None).expect("it names no machine file");
    let asked = grader.asked();
    assert_eq!((asked.runtime.as_str(), asked.machine.as_str(), asked.seed), ("cpython-3.14", "default", 0));
    let row = |key: &str| {
        let row = PAGE.lines().find(|line| {
            line.strip_prefix("| `")
                .and_then(|line| line.split('`').next())
                .is_some_and(|found| found == key || found.rsplit('.').next() == Some(key))
        });
        let cell =
            row.unwrap_or_else(|| panic!("{key} is not explained")).split('|').nth(2).unwrap_or_default();
        cell.trim().replace(['`', '"', '_'], "")
    };
    for limit in &asked.limits {
        let (key, value) = limit.split_once('=').expect("each has a value");
        let value = if key == "time" { "10min" } else { value };
        assert_eq!(row(key), value, "{key}");
    }
    assert!(asked.limits.contains(&"time=600s".to_owned()));
}

#[test]
fn a_grading_as_people_see_it() {
    let ended = grade("right.conc crossed.conc").run();
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    golden("grade-bank", &ended.out);
    let brief = grade("-q right.conc crossed.conc").run();
    assert_eq!(brief.out, "crossed.conc: 0 of 7\nright.conc: 7 of 7\n");
}

#[test]
fn what_a_failed_check_shows_can_be_played_on_the_script_as_it_is() {
    // What of the script does not count is part of what its own schedules belong to.
    let own = format!("machine {{ cores: 1 }}\n{}\nfinally a > 0\ninvariant a + b <= 200\n", crossed());
    let ended = grade("own.conc").file("own.conc", &own).run();
    let played =
        ended.out.lines().find_map(|line| line.trim().strip_prefix("play it: concsim run own.conc "));
    let options = played.unwrap_or_else(|| panic!("{}", ended.out));
    let replayed = concsim(&format!("run -q own.conc {options}")).file("own.conc", &own).run();
    assert_eq!(replayed.status, 1, "{}", replayed.err);
    assert!(replayed.out.contains("error[D001]"), "{}", replayed.out);
}

#[test]
fn what_was_drawn_can_be_played_with_the_params_it_was_drawn_for() {
    let rubric = "rubric = 1\ntitle = \"t\"\n[run]\nparams = [{ n = 3 }]\nexplore = { max_states = 2 }\nruns = 60\n\
        [[check]]\nid = \"sum\"\npoints = 1\nkind = \"final\"\nexpr = \"x == n\"\n";
    let script = "param n = 1\nshared x = 0\ndef add() { let old = x\nx = old + 1 }\n\
        main { group { for i in 0..n { spawn thread add() } }\nprint x }\n";
    let ended = concsim("grade rubric.toml x.conc").file("rubric.toml", rubric).file("x.conc", script).run();
    assert!(ended.out.contains("✗ sum: with n=3: at the end `x == n` does not hold: x is "), "{}", ended.out);
    let played = ended.out.lines().find_map(|line| line.trim().strip_prefix("play it: concsim run x.conc "));
    let options = played.unwrap_or_else(|| panic!("{}", ended.out));
    assert!(options.starts_with("--set n=3 --replay "), "{options}");
    let replayed = concsim(&format!("run -q x.conc {options}")).file("x.conc", script).run();
    let printed = replayed.out.lines().next().unwrap_or_default();
    assert!(["1", "2"].contains(&printed), "{}{}", replayed.out, replayed.err);
    assert!(ended.out.contains(&format!("does not hold: x is {printed}")), "{}", ended.out);
}

#[test]
fn the_status_says_whether_all_were_graded() {
    let status = |options: &str| grade(options).file("broken.conc", "main { print x }").run().status;
    assert_eq!([status("right.conc"), status("crossed.conc")], [0, 0]);
    assert_eq!(status("right.conc broken.conc"), 1);
    assert_eq!(status("right.conc gone.conc"), 1);
    assert_eq!(status("right.conc --jobs 0"), 2);
    let few = RUBRIC.replace("seed = 42", "explore = { max_states = 2 }");
    assert_eq!(grade("right.conc").file("rubric.toml", few).run().status, 1);
}

#[test]
fn hostile_files_are_told_one_by_one_and_the_others_are_graded() {
    let files = "-q right.conc latin.conc empty.conc deep.conc open.conc large.conc bidi.conc";
    let ended = grade(files)
        .file("latin.conc", b"main { print \"\xe9\" }")
        .file("empty.conc", "")
        .file(
            "deep.conc",
            format!("main {{ let x = {}1{} }}", "(".repeat(60_000 / 2), ")".repeat(60_000 / 2)),
        )
        .file("open.conc", "{".repeat(60_000))
        .file("large.conc", "[".repeat(10_000_000))
        .file("bidi.conc", "main { print \u{202e}x }")
        .run();
    assert_eq!((ended.status, ended.err.as_str()), (1, ""));
    let lines: Vec<&str> = ended.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(lines.len(), 7, "{}", ended.out);
    let line = |name: &str| lines.iter().find(|line| line.starts_with(name)).copied().unwrap_or_default();
    assert_eq!(line("right.conc"), "right.conc: 7 of 7");
    assert!(line("latin.conc").contains("0 of 7: can't be read: not UTF-8"), "{}", ended.out);
    assert!(line("empty.conc").contains("the script has no `main`"), "{}", ended.out);
    assert!(line("large.conc").contains("it has more than 64KiB (limits.source)"), "{}", ended.out);
    for name in ["deep.conc", "open.conc", "bidi.conc"] {
        assert!(line(name).contains("mistakes in the script"), "{}", ended.out);
    }
    assert!(!ended.out.contains('\u{202e}'));
}

#[test]
fn results_go_to_a_file_whole_and_never_over_what_is_read() {
    let ended = grade("right.conc --text out.txt").run();
    assert_eq!(ended.written("out.txt").as_deref(), Some(ended.out.as_str()));
    for read in ["right.conc", "rubric.toml"] {
        let ended = grade(&format!("right.conc --text {read}")).run();
        assert_eq!((ended.status, ended.out.as_str()), (2, ""));
        assert!(ended.err.contains("overwritten"), "{}", ended.err);
    }
}

#[test]
fn a_script_that_takes_longer_than_the_watchdog_gets_no_score() {
    let ended = grade("-q right.conc --watchdog 1ns").run();
    assert_eq!(ended.status, 1);
    assert!(
        ended.out.contains("right.conc: 0 of 7: not graded: it took longer than --watchdog 1ns"),
        "{}",
        ended.out
    );
}

#[test]
fn a_rubric_is_held_to_what_it_expects_of_its_solutions() {
    let check = |rubric: &str| {
        concsim("rubric check rubric.toml")
            .file("rubric.toml", rubric)
            .file("right.conc", RIGHT)
            .file("crossed.conc", crossed())
            .run()
    };
    let ended = check(RUBRIC);
    let want =
        "rubric.toml: right.conc earns 7, as expected\nrubric.toml: crossed.conc earns 0, as expected\n";
    assert_eq!((ended.status, ended.out.as_str(), ended.err.as_str()), (0, want, ""));
    let ended = check(&RUBRIC.replace("score = 0", "score = 4").replace("= \"skipped\"", "= \"passed\""));
    assert_eq!(ended.status, 1);
    golden("rubric-check", &ended.out);
    let ended = check(&RUBRIC.replace("crossed.conc", "gone.conc"));
    assert_eq!(ended.status, 2, "{}{}", ended.out, ended.err);
    assert_eq!(check("rubric = 1").status, 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_does_not_depend_on_the_number_of_threads(sums in proptest::collection::vec(0..50_u32, 1..8)) {
        let printed = |jobs: u32| {
            let names: Vec<String> = (0..sums.len()).map(|at| format!("s{at}.conc")).collect();
            let run = grade(&format!("{} --jobs {jobs}", names.join(" ")));
            let with = |run: Run, (name, sum): (&String, &u32)| {
                let base = if sum % 3 == 0 { RIGHT.to_owned() } else { crossed() };
                run.file(name, base.replace("10)", &format!("{sum})")))
            };
            names.iter().zip(&sums).fold(run, with).run().out
        };
        prop_assert_eq!(printed(1), printed(4));
    }
}
