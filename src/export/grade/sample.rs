//! A hand-made grading, for the tests of the projections: all verdicts, all standings, and names and messages of people who try.

use crate::base::span::Source;
use crate::export::sample::{TEXT, diagnostics};
use crate::grade::points::Points;
use crate::grade::result::{
    Asked, Check, Checked, Explain, Graded, Grading, Standing, Verdict, Visibility, Witness,
};

/// What must not reach the reader as it is: an escape sequence, an order of reading, something of no width, HTML and a line of its own.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{202e}evil\u{200b}<script>alert(1)</script>\n\u{9b}31m]]>";

/// Six submissions: right, wrong in several ways, with mistakes, unreadable, one that takes too long, and one that the grader fails at.
pub(crate) fn grading() -> Grading {
    Grading {
        rubric: asked(),
        submissions: vec![
            Graded { checks: all_passed(), score: Points::thousandths(10_000), ..graded("alice.conc", "a1") },
            bob(),
            skipped(
                "carol.conc",
                Standing::Mistaken(Box::new(Source::new("carol.conc", TEXT)), diagnostics()),
                "the script has mistakes",
            ),
            skipped(
                "dave.conc",
                Standing::Unreadable("it is larger than 64KiB".to_owned()),
                "it can't be read",
            ),
            skipped(
                "erin.conc",
                Standing::Unfinished("it took longer than --watchdog 60s".to_owned()),
                "the grading was not finished",
            ),
            skipped(
                &format!("=1+{HOSTILE}.conc"),
                Standing::Crashed(format!("index out of bounds {HOSTILE}")),
                "the grader failed",
            ),
        ],
    }
}

/// Many submissions of which the score goes up and down.
pub(crate) fn class(size: usize) -> Grading {
    let mut grading = grading();
    let (right, wrong) = (grading.submissions[0].clone(), grading.submissions[1].clone());
    let odd = grading.submissions.split_off(2);
    grading.submissions = (0..size)
        .map(|number| {
            let mut one = if number % 3 == 0 { right.clone() } else { wrong.clone() };
            one.name = format!("student_{number:04}.conc");
            if number % 3 == 1 {
                one.score = Points::thousandths(u64::try_from(number).unwrap() % 7 * 1_250);
            }
            one
        })
        .chain(odd)
        .collect();
    grading
}

fn asked() -> Asked {
    let check = |id: &str, title: &str, kind, points| Check {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        points: Points::thousandths(points),
        visibility: Visibility::Visible,
        explain: Explain::Counterexample,
        hint: None,
    };
    Asked {
        title: "Bank transfer".to_owned(),
        digest: "5f".repeat(32),
        seed: 42,
        runtime: "cpython-3.14".to_owned(),
        machine: "default".to_owned(),
        limits: vec!["max_states=200000".to_owned(), "events=1000000".to_owned()],
        points: Points::thousandths(10_000),
        checks: vec![
            Check {
                hint: Some("Which two locks are taken in opposite orders?".to_owned()),
                ..check("deadlock-free", "No clerk waits for ever", "no_deadlock", 3_000)
            },
            Check {
                explain: Explain::Verdict,
                hint: Some("Which lock protects it?".to_owned()),
                ..check("race-free", "No two clerks touch an account at once", "no_race", 2_500)
            },
            Check {
                visibility: Visibility::AfterDueDate,
                explain: Explain::Summary,
                ..check("total", "No money is lost or made", "final", 1_500)
            },
            Check {
                visibility: Visibility::Hidden,
                hint: Some("Does it move the sum that it is given?".to_owned()),
                ..check("amounts", "What is moved is what was asked for", "final", 2_000)
            },
            check("in-parallel", "Other accounts don't wait", "makespan", 1_000),
        ],
    }
}

fn graded(name: &str, digest: &str) -> Graded {
    Graded {
        name: name.to_owned(),
        path: name.to_owned(),
        digest: digest.repeat(32),
        standing: Standing::Graded,
        score: Points::ZERO,
        checks: Vec::new(),
        ignored: Vec::new(),
    }
}

fn checked(verdict: Verdict, earned: u64, message: &str) -> Checked {
    Checked { verdict, earned: Points::thousandths(earned), message: message.to_owned(), witness: None }
}

fn all_passed() -> Vec<Checked> {
    let full = asked().checks.into_iter().map(|check| check.points.as_thousandths());
    full.map(|points| checked(Verdict::Passed, points, "nothing goes wrong in any schedule (2_969 states)"))
        .collect()
}

fn bob() -> Graded {
    let deadlock = Witness {
        params: vec!["amount=40".to_owned()],
        cores: None,
        length: Some((5, 1)),
        lanes: vec![
            "clerk.1                 │ clerk.2".to_owned(),
            "with accounts[source]   │".to_owned(),
            format!("                        │ with {HOSTILE}"),
        ],
        replay: "--set amount=40 --replay AbCd".to_owned(),
    };
    Graded {
        score: Points::thousandths(500),
        checks: vec![
            Checked {
                witness: Some(deadlock),
                ..checked(
                    Verdict::Failed,
                    0,
                    "2 units wait for each other for ever: clerk.1 waits for `accounts[1]`, clerk.2 waits for `accounts[0]`",
                )
            },
            checked(Verdict::Failed, 0, &format!("clerk.1 writes `balance[0]` while {HOSTILE} reads it")),
            checked(
                Verdict::Inconclusive,
                500,
                "not all schedules were tried, because there are more than 200_000 states (explore.max_states)",
            ),
            checked(Verdict::Skipped, 0, "not tried, because `deadlock-free` did not pass"),
            Checked {
                witness: Some(Witness {
                    params: Vec::new(),
                    cores: Some(4),
                    length: None,
                    lanes: Vec::new(),
                    replay: "--cores 4 --seed 42".to_owned(),
                }),
                ..checked(Verdict::Failed, 0, "it takes 40.258ms on 4 cores, and may take 35ms")
            },
        ],
        ignored: vec![
            "line 3: the `machine` block does not count: the rubric says what scripts run on".to_owned(),
            format!("line 7: `{HOSTILE}` does not count: the rubric says what is asked"),
        ],
        ..graded("bob's.conc", "b2")
    }
}

fn skipped(name: &str, standing: Standing, why: &str) -> Graded {
    let checks = asked().checks.iter().map(|_| checked(Verdict::Skipped, 0, why)).collect();
    let digest = if matches!(standing, Standing::Unreadable(_)) { "" } else { "c3" };
    Graded { standing, checks, ..graded(name, digest) }
}
