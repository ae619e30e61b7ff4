//! What a student may see of a submission, put together from what is meant for students.
//!
//! Whatever form it takes, it comes from here. Nothing here is made by taking something away from what teachers see, so
//! that a field which somebody adds there stays hidden until somebody tells it here.

use crate::base::printable::safe;
use crate::export::grade::told::{Way, obstacle};
use crate::grade::points::Points;
use crate::grade::result::{Asked, Check, Checked, Explain, Graded, Grading, Standing, Verdict, Visibility};

/// What is wrong if a check of a kind fails, without a word of the script.
const FAULTS: [(&str, &str); 15] = [
    ("all_units_end", "There is an order of events after which some unit never ends."),
    ("always", "There is an order of events in which something does not hold that always has to."),
    ("exclusive", "There is an order of events in which too many units are in one place at once."),
    ("final", "There is an order of events after which the end is not what it has to be."),
    ("forbids", "The script uses what it is not allowed to use."),
    ("makespan", "It takes too long."),
    ("never", "There is an order of events in which something happens that never may."),
    ("no_atomic", "The script uses `atomic` where it may not."),
    ("no_deadlock", "There is an order of events after which some units wait for ever."),
    ("no_exception", "There is an order of events in which an exception ends a unit."),
    ("no_livelock", "There is an order of events after which units go on for ever and get nowhere."),
    (
        "no_race",
        "There is an order of events in which nothing but luck decides who comes first to a variable.",
    ),
    ("reachable", "Something that has to be possible can't happen in any order of events."),
    ("speedup", "More cores don't make it faster by as much as they should."),
    ("uses", "The script does not use what it has to use."),
];

/// A submission as its author sees it.
#[derive(Debug)]
pub(super) struct Student {
    /// What is to be said of all of it, line by line, each fit to be shown.
    pub(super) lines: Vec<String>,
    /// Each check; those that may not be seen yet are marked so, and tell no more than their ids, points and hints.
    pub(super) tests: Vec<Test>,
}

/// A check as a student sees it.
#[derive(Debug)]
pub(super) struct Test {
    /// Its title; the id of a hidden one.
    pub(super) name: String,
    /// Its kind; none of a hidden one.
    pub(super) kind: Option<&'static str>,
    /// What was earned.
    pub(super) earned: Points,
    /// What can be earned.
    pub(super) points: Points,
    /// Whether it passed; if it did not, the lines say why.
    pub(super) passed: bool,
    /// Who may see it, and when.
    pub(super) visibility: Visibility,
    /// What is to be said of it, line by line, each fit to be shown.
    pub(super) lines: Vec<String>,
}

impl Student {
    /// The view of a student on one submission.
    pub(super) fn new(grading: &Grading, graded: &Graded) -> Self {
        let asked = &grading.rubric;
        let checks = asked.checks.iter().zip(&graded.checks);
        Self {
            lines: general(asked, graded),
            tests: checks.map(|(check, checked)| test(asked, graded, check, checked)).collect(),
        }
    }
}

/// What is said of the whole submission. Neither the score nor a verdict is in it, as those of hidden checks must not show.
fn general(asked: &Asked, graded: &Graded) -> Vec<String> {
    let mut lines = vec![format!(
        "{}, graded by concsim {} on {} with seed {}.",
        safe(&asked.title),
        env!("CARGO_PKG_VERSION"),
        asked.runtime,
        asked.seed
    )];
    match &graded.standing {
        Standing::Graded => {}
        Standing::Mistaken(..) | Standing::Unreadable(_) => {
            let obstacle = obstacle(&graded.standing);
            lines.extend(obstacle.into_iter().flat_map(|told| [vec![told.sentence], told.lines].concat()));
        }
        Standing::Unfinished(_) => lines.push(
            "This was not graded to the end, which says nothing of your script. It has to be done again."
                .to_owned(),
        ),
        Standing::Crashed(_) => lines.push(
            "The grader itself failed at this script, so nothing was tried. Tell your teachers.".to_owned(),
        ),
    }
    lines.extend(graded.ignored.iter().map(|sentence| format!("Note: {}", safe(sentence))));
    let is_hidden = |check: &&Check| check.visibility == Visibility::Hidden;
    let hidden: Vec<&Check> = asked.checks.iter().filter(is_hidden).collect();
    if !hidden.is_empty() {
        lines.push("There are hidden checks, too. Of these you see no more than this:".to_owned());
    }
    lines.extend(hidden.into_iter().map(|check| {
        let hint = check.hint.as_ref().map_or(String::new(), |hint| format!(": {}", safe(hint)));
        format!("- {} ({}){hint}", safe(&check.id), counted(check.points))
    }));
    lines
}

fn counted(points: Points) -> String {
    let s = if points == Points::thousandths(1000) { "" } else { "s" };
    format!("{points} point{s}")
}

fn test(asked: &Asked, graded: &Graded, check: &Check, checked: &Checked) -> Test {
    let passed = match checked.verdict {
        Verdict::Passed => true,
        Verdict::Failed | Verdict::Inconclusive | Verdict::Skipped => false,
    };
    let told = Test {
        name: safe(&check.title),
        kind: Some(check.kind),
        earned: checked.earned,
        points: check.points,
        passed,
        visibility: check.visibility,
        lines: Vec::new(),
    };
    match check.visibility {
        Visibility::Hidden => Test { name: safe(&check.id), kind: None, ..told },
        Visibility::Visible | Visibility::AfterDueDate | Visibility::AfterPublished => {
            Test { lines: lines(asked, graded, check, checked), ..told }
        }
    }
}

fn lines(asked: &Asked, graded: &Graded, check: &Check, checked: &Checked) -> Vec<String> {
    let message = || safe(&checked.message);
    match checked.verdict {
        Verdict::Passed if check.explain >= Explain::Summary => vec![message()],
        Verdict::Passed => vec!["Passed.".to_owned()],
        Verdict::Failed => failed(graded, check, checked),
        Verdict::Inconclusive => {
            let mut lines =
                vec!["Inconclusive: a bound was reached before this could be found out.".to_owned()];
            lines.extend((check.explain >= Explain::Summary).then(message));
            lines
        }
        Verdict::Skipped => vec![not_tried(asked, graded, checked)],
    }
}

fn failed(graded: &Graded, check: &Check, checked: &Checked) -> Vec<String> {
    let fault = || {
        let known = FAULTS.iter().find(|(kind, _)| *kind == check.kind);
        known.map_or("What is asked for does not hold.", |(_, fault)| *fault).to_owned()
    };
    let mut lines = vec![match check.explain {
        Explain::None => "Failed.".to_owned(),
        Explain::Verdict => fault(),
        Explain::Summary | Explain::Counterexample => safe(&checked.message),
    }];
    lines.extend(check.hint.iter().map(|hint| format!("Hint: {}", safe(hint))));
    if check.explain >= Explain::Counterexample {
        lines.extend(checked.witness.iter().flat_map(|witness| Way::new(&graded.name, witness).lines()));
    }
    lines
}

/// Why a check was not tried. What it needs is not named if that might be a check whose verdict nobody may know yet.
fn not_tried(asked: &Asked, graded: &Graded, checked: &Checked) -> String {
    let all_are_visible = asked.checks.iter().all(|check| check.visibility == Visibility::Visible);
    match &graded.standing {
        Standing::Graded if all_are_visible => safe(&checked.message),
        Standing::Graded => "Not tried, because something that it needs did not pass.".to_owned(),
        Standing::Mistaken(..) => "Not tried, because the script has mistakes.".to_owned(),
        Standing::Unreadable(_) => "Not tried, because the script could not be read.".to_owned(),
        Standing::Unfinished(_) => "Not tried, because the grading was not finished.".to_owned(),
        Standing::Crashed(_) => "Not tried, because the grader failed.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::sample::{HOSTILE, grading};

    /// What the student sees of the second submission if its first check, which failed, explains so much.
    fn explained(explain: Explain) -> Vec<String> {
        let mut grading = grading();
        grading.rubric.checks[0].explain = explain;
        Student::new(&grading, &grading.submissions[1]).tests.remove(0).lines
    }

    #[test]
    fn every_kind_of_check_has_its_sentence() {
        let mut kinds = crate::grade::rubric::kind::KINDS;
        kinds.sort_unstable();
        assert_eq!(FAULTS.map(|(kind, _)| kind), kinds);
    }

    #[test]
    fn a_failure_is_told_no_further_than_the_rubric_says() {
        let hint = "Hint: Which two locks are taken in opposite orders?";
        assert_eq!(explained(Explain::None), ["Failed.", hint]);
        let fault = "There is an order of events after which some units wait for ever.";
        assert_eq!(explained(Explain::Verdict), [fault, hint]);
        let summary = explained(Explain::Summary);
        assert!(summary[0].contains("`accounts[1]`") && summary.len() == 2, "{summary:?}");
        let all = explained(Explain::Counterexample);
        assert_eq!(all[2], "How it comes to that: 5 steps, 1 preemption, amount=40.");
        assert_eq!(all[6], "Play it: concsim run 'bob'\\''s.conc' --set amount=40 --replay AbCd");
    }

    #[test]
    fn a_hidden_check_says_the_same_whatever_came_of_it() {
        let mut grading = grading();
        let told = |grading: &Grading| {
            let student = Student::new(grading, &grading.submissions[1]);
            (student.lines, student.tests[3].name.clone(), student.tests[3].lines.clone())
        };
        let before = told(&grading);
        let check = &mut grading.submissions[1].checks[3];
        (check.verdict, check.message) = (Verdict::Failed, "a secret".to_owned());
        assert_eq!(told(&grading), before);
        assert!(
            before.0.contains(&"- amounts (2 points): Does it move the sum that it is given?".to_owned())
        );
        assert_eq!((before.1.as_str(), before.2.len()), ("amounts", 0));
    }

    #[test]
    fn what_a_check_needs_is_named_only_where_nothing_is_hidden() {
        let mut grading = grading();
        grading.submissions[1].checks[4] = grading.submissions[1].checks[3].clone();
        let told = |grading: &Grading| Student::new(grading, &grading.submissions[1]).tests[4].lines.clone();
        assert_eq!(told(&grading), ["Not tried, because something that it needs did not pass."]);
        grading.rubric.checks.iter_mut().for_each(|check| check.visibility = Visibility::Visible);
        assert_eq!(told(&grading), ["not tried, because `deadlock-free` did not pass"]);
    }

    #[test]
    fn no_line_is_made_by_a_submission() {
        let grading = grading();
        for graded in &grading.submissions {
            let student = Student::new(&grading, graded);
            let lines = student.lines.iter().chain(student.tests.iter().flat_map(|test| &test.lines));
            for line in lines {
                assert_eq!(safe(line), *line);
                assert!(!line.contains(HOSTILE));
            }
        }
    }
}
