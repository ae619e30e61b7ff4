//! What each kind of check says of scripts: that it holds, that it does not, that it is not known, and that it would
//! say nothing.

use concsim::base::span::Source;
use concsim::explore::Found;
use concsim::grade::case::Starter;
use concsim::grade::grader::{Grader, Means};
use concsim::grade::result::{Checked, Graded, Standing, Verdict};
use concsim::grade::rubric::read;
use concsim::ir::program::Program;

const PASSED: Verdict = Verdict::Passed;
const FAILED: Verdict = Verdict::Failed;
const INCONCLUSIVE: Verdict = Verdict::Inconclusive;
const SKIPPED: Verdict = Verdict::Skipped;

/// Takes both locks in the order in which they are given.
const TRANSFER: &str = "lock m, n\nshared a = 100, b = 100\n\
    def transfer(first, second, sum) { with first { with second { a -= sum\nb += sum } } }\n";

fn ordered() -> String {
    format!(
        "{TRANSFER}main {{ group {{ spawn thread transfer(m, n, 10)\nspawn thread transfer(m, n, -20) }} }}"
    )
}

fn crossed() -> String {
    format!(
        "{TRANSFER}main {{ group {{ spawn thread transfer(m, n, 10)\nspawn thread transfer(n, m, -20) }} }}"
    )
}

const RACING: &str = "shared x = 0\ndef add() { let old = x\nx = old + 1 }\nmain { group { spawn thread add()\nspawn thread add() } }";
const ALONE: &str = "shared x = 0, a = 100, b = 100\nmain { x = 2 }";

fn no_picture(_: &Program, _: &Source, _: &Found) -> Vec<String> {
    Vec::new()
}

fn grader(rubric: &str, starter: Option<&str>) -> Grader {
    let rubric =
        read(&Source::new("rubric.toml", rubric)).unwrap_or_else(|wrong| panic!("{rubric}\n{wrong:?}"));
    let starter =
        starter.map(|text| Starter::new(Source::new("starter.conc", text)).expect("it has no mistakes"));
    Grader::new(rubric, "", starter, None).expect("no machine file was asked for")
}

fn graded(grader: &Grader, script: &str) -> Graded {
    let means = Means { draw: no_picture, stop: &|| None };
    grader.grade("ann.conc", Ok(&Source::new("ann.conc", script)), means)
}

/// What comes of one check, below what else a rubric says.
fn checked(head: &str, check: &str, script: &str) -> Checked {
    let rubric = format!("rubric = 1\ntitle = \"t\"\n{head}\n[[check]]\nid = \"it\"\npoints = 2\n{check}\n");
    let graded = graded(&grader(&rubric, None), script);
    assert!(matches!(graded.standing, Standing::Graded), "{:?}\n{script}", graded.standing);
    graded.checks[graded.checks.len() - 1].clone()
}

/// A check and a script, what comes of it, and a part of why.
fn says(check: &str, script: &str, verdict: Verdict, why: &str) {
    let got = checked("", check, script);
    assert_eq!(got.verdict, verdict, "{check}\n{script}\n{}", got.message);
    assert!(got.message.contains(why), "{}", got.message);
}

#[test]
fn a_deadlock_in_any_schedule_fails() {
    let check = "kind = \"no_deadlock\"";
    says(check, &ordered(), PASSED, "nothing goes wrong in any schedule");
    says(check, &crossed(), FAILED, "wait for each other for ever");
    says(check, ALONE, FAILED, "no unit ever runs beside main");
    says(&format!("{check}\nactivity = false"), ALONE, PASSED, "");
}

#[test]
fn a_race_in_any_schedule_fails() {
    says("kind = \"no_race\"", RACING, FAILED, "`x`");
    says("kind = \"no_race\"", &ordered(), PASSED, "");
    says("kind = \"no_race\"", ALONE, FAILED, "no unit ever runs beside main");
}

#[test]
fn an_end_in_any_schedule_has_to_keep_what_is_asked() {
    says("kind = \"final\"\nexpr = \"x == 2\"", RACING, FAILED, "at the end `x == 2` does not hold: x is 1");
    says("kind = \"final\"\nexpr = \"a + b == 200\"", &ordered(), PASSED, "");
    says("kind = \"final\"\nexpr = \"x == 2\"", ALONE, FAILED, "no unit ever runs beside main");
    let endless = "atomic shared x = 0\ndef f() { while True { x = 1 } }\nmain { spawn thread f() }";
    let check = checked("allow_atomic = true", "kind = \"final\"\nexpr = \"x == 7\"", endless);
    assert_eq!(check.verdict, FAILED);
    assert!(check.message.contains("no schedule ever ends"), "{}", check.message);
}

#[test]
fn what_is_asked_of_every_step_may_not_break_for_a_moment() {
    says(
        "kind = \"always\"\nexpr = \"a + b == 200\"",
        &ordered(),
        FAILED,
        "does not hold all the time: a is",
    );
    says("kind = \"never\"\nexpr = \"a > 120\"", &ordered(), PASSED, "");
    says("kind = \"never\"\nexpr = \"a == 120\"", &ordered(), FAILED, "`a == 120` comes true");
}

#[test]
fn a_name_that_the_script_lacks_fails_the_check_that_asks_for_it_and_no_other() {
    says("kind = \"final\"\nexpr = \"c == 1\"", &ordered(), FAILED, "there is no `c`");
    says("kind = \"exclusive\"\nregion = \"cs\"", &ordered(), FAILED, "cs");
    let rubric = "rubric = 1\ntitle = \"t\"\n[[check]]\nid = \"gone\"\npoints = 1\nkind = \"final\"\nexpr = \"c == 1\"\n\
        [[check]]\nid = \"total\"\npoints = 2\nkind = \"final\"\nexpr = \"a + b == 200\"\n";
    let graded = graded(&grader(rubric, None), &ordered());
    let verdicts: Vec<Verdict> = graded.checks.iter().map(|checked| checked.verdict).collect();
    assert_eq!((verdicts, graded.score.to_string()), (vec![PASSED, FAILED, PASSED], "2".to_owned()));
}

#[test]
fn a_region_is_for_so_many_units_and_somebody_has_to_come() {
    let check = "kind = \"exclusive\"\nregion = \"cs\"";
    let two = |body: &str| {
        format!(
            "lock m\nshared x = 0\ndef f() {{ {body} }}\nmain {{ group {{ spawn thread f()\nspawn thread f() }} }}"
        )
    };
    says(check, &two("with m { region cs { x += 1 } }"), PASSED, "");
    says(check, &two("region cs { x += 1 }"), FAILED, "more than one unit is in the region `cs`");
    says(&format!("{check}\nmax = 2"), &two("region cs { x += 1 }"), PASSED, "");
    let nobody = two("if x > 5 { region cs { pass } }");
    says(check, &nobody, FAILED, "no unit ever enters the region `cs`");
}

#[test]
fn units_that_never_end_fail_as_waiting_ones_do() {
    let spinning = "atomic shared go = False\ndef f() { while not go { pass } }\nmain { spawn thread f() }";
    let asked = |check: &str, script: &str| checked("allow_atomic = true", check, script);
    assert_eq!(asked("kind = \"all_units_end\"", spinning).verdict, FAILED);
    assert_eq!(asked("kind = \"no_livelock\"", spinning).verdict, FAILED);
    assert_eq!(asked("kind = \"no_deadlock\"", spinning).verdict, PASSED);
    assert_eq!(asked("kind = \"all_units_end\"", &crossed()).verdict, FAILED);
    assert_eq!(asked("kind = \"no_livelock\"", &crossed()).verdict, PASSED);
    assert_eq!(asked("kind = \"all_units_end\"", &ordered()).verdict, PASSED);
}

#[test]
fn an_exception_that_nobody_takes_fails() {
    let raising = "def f() { raise ValueError \"no\" }\nmain { spawn thread f() }";
    let asserting = "def f() { assert False }\nmain { spawn thread f() }";
    says("kind = \"no_exception\"", raising, FAILED, "ValueError");
    says("kind = \"no_exception\"", asserting, FAILED, "");
    says("kind = \"no_exception\"", &ordered(), PASSED, "");
}

#[test]
fn what_has_to_be_possible_is_shown_by_a_schedule() {
    let lost = checked("", "kind = \"reachable\"\nexpr = \"x == 1\"", RACING);
    assert_eq!(lost.verdict, PASSED, "{}", lost.message);
    assert!(lost.witness.is_some_and(|witness| witness.replay.starts_with("--replay ")));
    says(
        "kind = \"reachable\"\nexpr = \"x == 3\"",
        RACING,
        FAILED,
        "does not come true at an end in any schedule",
    );
    says("kind = \"reachable\"\nexpr = \"a == 120\"", &ordered(), FAILED, "at an end");
    says("kind = \"reachable\"\nexpr = \"a == 120\"\nat = \"any\"", &ordered(), PASSED, "in some schedule");
    says("kind = \"reachable\"\nexpr = \"deadlocked()\"", &crossed(), PASSED, "");
}

#[test]
fn code_is_counted_and_not_text() {
    let script =
        "# lock\nlock m\nshared x = 0\ndef f() { with m { x += 1 } }\nmain { group { spawn thread f() } }";
    says("kind = \"uses\"\nwhat = [\"lock\", \"rlock\"]", script, PASSED, "");
    says(
        "kind = \"uses\"\nwhat = \"semaphore\"",
        script,
        FAILED,
        "there is no `semaphore` that main can come to",
    );
    says("kind = \"uses\"\nwhat = \"with\"\nat_least = 2", script, FAILED, "1 place");
    says("kind = \"forbids\"\nwhat = \"sleep\"", script, PASSED, "");
    says("kind = \"forbids\"\nwhat = [\"group\", \"with\"]", script, FAILED, "none is allowed");
    says("kind = \"forbids\"\nwhat = [\"group\", \"with\"]\nat_most = 2", script, PASSED, "");
}

#[test]
fn a_run_may_take_so_long_and_no_longer() {
    let waiting = "def f() { io 10ms }\nmain { group { spawn thread f()\nspawn thread f() } }";
    says("kind = \"makespan\"\nat_most = \"15ms\"", waiting, PASSED, "21 runs");
    says("kind = \"makespan\"\nat_most = \"9ms\"", waiting, FAILED, "more than 9ms (fifo)");
    let slow = checked("", "kind = \"makespan\"\nat_most = \"9ms\"\ncores = 2", waiting);
    let replay = slow.witness.expect("it is shown").replay;
    assert_eq!(replay, "--runtime cpython-3.14 --machine default --cores 2 --scheduler fifo --seed 0");
    let stuck = "lock m\ndef f() { m.acquire()\nm.acquire() }\nmain { spawn thread f() }";
    says("kind = \"makespan\"\nat_most = \"1s\"", stuck, FAILED, "deadlock");
    let busy = "main { while True { pass } }";
    let limits = "[limits]\nevents = 1000";
    assert_eq!(checked(limits, "kind = \"makespan\"\nat_most = \"1s\"", busy).verdict, INCONCLUSIVE);
}

#[test]
fn several_cores_have_to_be_of_use() {
    let work = |word: &str| {
        format!(
            "def f() {{ compute 20ms {word} }}\nmain {{ group {{ spawn thread f()\nspawn thread f() }} }}"
        )
    };
    let check = "kind = \"speedup\"\non = 2\nat_least = 1.5";
    says(check, &work("nogil"), PASSED, "on 1 core and");
    says(check, &work(""), FAILED, "times as fast, not 1.5");
}

#[test]
fn what_is_not_known_is_neither_passed_nor_failed() {
    let few = "[run]\nexplore = { max_states = 3 }\nruns = 2";
    let check = checked(few, "kind = \"no_deadlock\"", &ordered());
    assert_eq!((check.verdict, check.earned.to_string()), (INCONCLUSIVE, "0".to_owned()));
    let want = "not all schedules were tried, because there are more than 3 states (explore.max_states); 3 states and \
                3 runs were, and nothing went wrong in them";
    assert_eq!(check.message, want);
    let half = checked(&format!("inconclusive = \"half\"\n{few}"), "kind = \"no_deadlock\"", &ordered());
    assert_eq!(half.earned.to_string(), "1");
    // What goes wrong in a schedule that was drawn goes wrong.
    let more = "[run]\nexplore = { max_states = 3 }\nruns = 40";
    let check = checked(more, "kind = \"final\"\nexpr = \"x == 2\"", RACING);
    assert_eq!(check.verdict, FAILED, "{}", check.message);
    assert!(check.witness.is_some_and(|witness| witness.replay.contains("--replay ")));
}

#[test]
fn a_script_in_which_time_decides_is_tried_by_runs() {
    let clock = "shared x = 0\ndef f() { x = now() }\nmain { spawn thread f() }";
    says("kind = \"no_deadlock\"", clock, INCONCLUSIVE, "the time decides something in line 2");
    let wrong =
        "shared x = 0\ndef f() { if now() > 0ms { assert False } }\nmain { sleep 1ms\nspawn thread f() }";
    let check = checked("", "kind = \"no_exception\"", wrong);
    assert_eq!(check.verdict, FAILED);
    assert!(check.witness.is_some_and(|witness| witness.replay.contains("--scheduler fifo --seed 0")));
}

#[test]
fn scripts_that_take_too_much_are_not_known_by_simulated_limits_alone() {
    let crowd = "def f() { pass }\nmain { for i in 0..1_000_000 { spawn thread f() } }";
    says("kind = \"no_deadlock\"", crowd, INCONCLUSIVE, "units");
    let flood = "def f() { while True { print \"all work and no play\" } }\nmain { spawn thread f() }";
    says("kind = \"no_race\"", flood, INCONCLUSIVE, "bytes (limits.output)");
    let loops = "shared x = 0\ndef f() { let i = 0\nwhile True { i += 1 } }\nmain { spawn thread f() }";
    let check = checked("[limits]\nevents = 10_000", "kind = \"no_race\"", loops);
    assert_eq!(check.verdict, INCONCLUSIVE, "{}", check.message);
    assert!(check.message.contains("limits.events"), "{}", check.message);
}

#[test]
fn what_requires_another_check_is_skipped_with_it() {
    let rubric = "rubric = 1\ntitle = \"t\"\n\
        [[check]]\nid = \"total\"\npoints = 4\nkind = \"final\"\nexpr = \"a + b == 200\"\nrequires = [\"free\"]\n\
        [[check]]\nid = \"free\"\npoints = 3\nkind = \"no_deadlock\"\n";
    let grader = grader(rubric, None);
    let verdicts = |script: &str| {
        let graded = graded(&grader, script);
        let verdicts: Vec<Verdict> = graded.checks.iter().map(|checked| checked.verdict).collect();
        (verdicts, graded.score.to_string())
    };
    assert_eq!(verdicts(&ordered()), (vec![PASSED, PASSED, PASSED], "7".to_owned()));
    assert_eq!(verdicts(&crossed()), (vec![PASSED, SKIPPED, FAILED], "0".to_owned()));
    let atomic = ordered().replace("a -= sum", "atomic { a -= sum }");
    assert_eq!(verdicts(&atomic), (vec![FAILED, SKIPPED, SKIPPED], "0".to_owned()));
}

#[test]
fn a_submission_decides_neither_what_is_asked_nor_what_it_runs_on() {
    let rubric = "rubric = 1\ntitle = \"t\"\nstarter = \"starter.conc\"\n[run]\nparams = [{}, { n = 3 }]\n\
        [[check]]\nid = \"sum\"\npoints = 1\nkind = \"final\"\nexpr = \"x == n\"\n";
    let starter = "param n = 2\nshared x = 0\nmain { pass }";
    let script = "machine { cores: 1 }  # mine\nparam n = 1\nparam pause = 1ms\nshared x = 0\nlock m\nfinally True\n\
        expect race\ndef f() { with m { sleep pause\nx += 1 } }\nmain { group { for i in 0..N { spawn thread f() } } }";
    let graded = |script: &str| graded(&grader(rubric, Some(starter)), script);
    let right = graded(&script.replace('N', "n"));
    assert_eq!(right.checks[1].verdict, PASSED, "{}", right.checks[1].message);
    let ignored = [
        "line 1: the `machine` block does not count: the rubric says what scripts run on",
        "line 6: `finally True` does not count: the rubric says what is asked",
        "line 7: `expect race` does not count: the rubric says what is asked",
        "line 2: `param n = 1` does not count: the rubric sets it",
    ];
    assert_eq!(right.ignored, ignored);
    let wrong = graded(&script.replace('N', "2"));
    assert_eq!(wrong.checks[1].message, "with n=3: at the end `x == n` does not hold: x is 2");
    assert!(
        wrong.checks[1]
            .witness
            .as_ref()
            .is_some_and(|witness| witness.replay.starts_with("--set n=3 --replay "))
    );
    let without = graded(&script.replace("param n = 1\n", "").replace('N', "2"));
    // With the first set nothing is asked of `n` but what the expression asks.
    assert_eq!(without.checks[1].verdict, FAILED);
}

#[test]
fn what_concsim_fails_at_harms_no_other_submission() {
    let rubric = "rubric = 1\ntitle = \"t\"\n[[check]]\nid = \"free\"\npoints = 3\nkind = \"no_deadlock\"\n";
    let grader = grader(rubric, None);
    let broken = Means { draw: |_, _, _| panic!("no pencil"), stop: &|| None };
    let source = Source::new("ann.conc", crossed());
    let graded = grader.grade("ann.conc", Ok(&source), broken);
    assert!(
        matches!(&graded.standing, Standing::Crashed(said) if said == "no pencil"),
        "{:?}",
        graded.standing
    );
    assert_eq!((graded.checks[1].verdict, graded.digest.len()), (SKIPPED, 64));
    let late = Means { draw: no_picture, stop: &|| Some("too late".to_owned()) };
    let graded = grader.grade("ann.conc", Ok(&source), late);
    assert!(
        matches!(&graded.standing, Standing::Unfinished(why) if why == "too late"),
        "{:?}",
        graded.standing
    );
}

#[test]
fn what_is_no_script_is_not_graded() {
    let rubric = "rubric = 1\ntitle = \"t\"\n[limits]\nsource = \"1KiB\"\n\
        [[check]]\nid = \"free\"\npoints = 3\nkind = \"no_deadlock\"\n";
    let grader = grader(rubric, None);
    let standing = |script: &str| graded(&grader, script).standing;
    assert!(matches!(standing(""), Standing::Mistaken(..)));
    assert!(matches!(standing("main { print y }"), Standing::Mistaken(..)));
    assert!(matches!(standing(&"(".repeat(900)), Standing::Mistaken(..)));
    assert!(
        matches!(standing(&"(".repeat(2000)), Standing::Unreadable(why) if why.contains("limits.source"))
    );
}
