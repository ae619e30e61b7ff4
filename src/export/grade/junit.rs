//! A grading as JUnit: a suite for each submission, a case for each check.
//!
//! Build servers list cases by their class, so that is the submission; and each suite begins with a case that says whether
//! the script could be tried at all, because a suite in which everything was skipped would look as if all were well.

use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::export::grade::told::{Way, obstacle};
use crate::export::junit::{Case, CaseResult, Problem, Suite, junit as written};
use crate::grade::result::{Asked, Check, Checked, Graded, Grading, Standing, Verdict};

/// The document of a grading, for teachers.
#[must_use]
pub fn junit(grading: &Grading) -> String {
    let suite = |graded: &Graded| suite(&grading.rubric, graded);
    written(&grading.submissions.iter().map(suite).collect::<Vec<_>>())
}

fn suite(asked: &Asked, graded: &Graded) -> Suite {
    let checks = asked.checks.iter().zip(&graded.checks);
    let properties = [
        ("concsim.rubric", asked.title.clone()),
        ("concsim.rubric.sha256", asked.digest.clone()),
        ("concsim.sha256", graded.digest.clone()),
        ("concsim.seed", asked.seed.to_string()),
        ("concsim.score", graded.score.to_string()),
        ("concsim.max", asked.points.to_string()),
    ];
    Suite {
        name: graded.name.clone(),
        package: "concsim.grade".to_owned(),
        properties: properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        cases: std::iter::once(can_be_tried(graded))
            .chain(checks.map(|(check, checked)| case(graded, &check.id, result(graded, check, checked))))
            .collect(),
    }
}

fn case(graded: &Graded, name: &str, result: CaseResult) -> Case {
    Case { name: name.to_owned(), class: class(&graded.name), time: SimDuration::ZERO, result }
}

/// The class of a submission. Readers take what stands before the last dot for a package of its own.
fn class(name: &str) -> String {
    format!("concsim.{}", name.strip_suffix(".conc").unwrap_or(name).replace('.', "_"))
}

/// The case that says whether the checks were tried.
fn can_be_tried(graded: &Graded) -> Case {
    let result = obstacle(&graded.standing).map_or(CaseResult::Passed, |obstacle| {
        let problem = Problem {
            kind: format!("concsim.{}", obstacle.kind),
            message: obstacle.sentence,
            text: obstacle.lines.join("\n"),
        };
        match graded.standing {
            Standing::Mistaken(..) | Standing::Unreadable(_) => CaseResult::Failed(problem),
            Standing::Graded | Standing::Unfinished(_) | Standing::Crashed(_) => CaseResult::Error(problem),
        }
    });
    case(graded, "submission", result)
}

fn result(graded: &Graded, check: &Check, checked: &Checked) -> CaseResult {
    let problem = || Problem {
        kind: format!("concsim.{}", check.kind),
        message: checked.message.clone(),
        text: text(graded, check, checked),
    };
    match checked.verdict {
        Verdict::Passed => CaseResult::Passed,
        Verdict::Failed => CaseResult::Failed(problem()),
        Verdict::Inconclusive => CaseResult::Error(problem()),
        Verdict::Skipped => CaseResult::Skipped(checked.message.clone()),
    }
}

/// All that is known of a check that did not pass.
fn text(graded: &Graded, check: &Check, checked: &Checked) -> String {
    let mut lines = vec![
        format!("{}: {} of {} points", safe(&check.title), checked.earned, check.points),
        safe(&checked.message),
    ];
    lines.extend(checked.witness.iter().flat_map(|witness| Way::new(&graded.name, witness).lines()));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::golden::golden;
    use crate::export::grade::sample::grading;

    #[test]
    fn a_grading_is_a_suite_for_each_submission() {
        golden("grade-junit", &junit(&grading()));
    }

    #[test]
    fn a_submission_is_a_class_and_no_package() {
        assert_eq!(class("bob.v2.conc"), "concsim.bob_v2");
        assert_eq!(class("week.1/bob.conc"), "concsim.week_1/bob");
    }
}
