//! `results.json` of one submission, as Gradescope reads it. Other course systems read the same form.
//!
//! Gradescope itself keeps tests from students as long as their `visibility` says, and with any of them the total.
//! All texts are plain ones; it shows them as they are.

use serde::Serialize;
use serde_json::Number;

use crate::export::grade::json::{number, pretty};
use crate::export::grade::student::{Student, Test};
use crate::export::grade::words;
use crate::grade::result::{Graded, Grading, Standing};

/// The document of one submission of this grading, pretty-printed, with a line feed at its end.
#[must_use]
pub fn results(grading: &Grading, graded: &Graded) -> String {
    let student = Student::new(grading, graded);
    pretty(&View {
        score: number(graded.score),
        output: student.lines.join("\n"),
        output_format: "text",
        test_output_format: "text",
        test_name_format: "text",
        visibility: "visible",
        stdout_visibility: "hidden",
        tests: student.tests.iter().zip(1..).map(|(test, place)| TestView::new(test, place)).collect(),
        extra_data: Extra { concsim: Record::new(grading, graded) },
    })
}

#[derive(Serialize)]
struct View<'a> {
    score: Number,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    visibility: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<TestView<'a>>,
    extra_data: Extra<'a>,
}

#[derive(Serialize)]
struct TestView<'a> {
    name: &'a str,
    number: String,
    score: Number,
    max_score: Number,
    status: &'static str,
    output: String,
    output_format: &'static str,
    visibility: &'static str,
    tags: Vec<&'static str>,
}

impl<'a> TestView<'a> {
    fn new(test: &'a Test, place: usize) -> Self {
        Self {
            name: &test.name,
            number: place.to_string(),
            score: number(test.earned),
            max_score: number(test.points),
            // There is no third word: what could not be found out says so in its output.
            status: if test.passed { "passed" } else { "failed" },
            output: test.lines.join("\n"),
            output_format: "text",
            visibility: words::visibility(test.visibility),
            tags: test.kind.into_iter().collect(),
        }
    }
}

/// What is kept beside the results; students don't see it.
#[derive(Serialize)]
struct Extra<'a> {
    concsim: Record<'a>,
}

#[derive(Serialize)]
struct Record<'a> {
    version: &'static str,
    name: &'a str,
    sha256: Option<&'a str>,
    rubric_sha256: &'a str,
    seed: u64,
    standing: &'static str,
    reason: Option<&'a str>,
    verdicts: Vec<CheckVerdict<'a>>,
}

#[derive(Serialize)]
struct CheckVerdict<'a> {
    id: &'a str,
    verdict: &'static str,
}

impl<'a> Record<'a> {
    fn new(grading: &'a Grading, graded: &'a Graded) -> Self {
        let checks = grading.rubric.checks.iter().zip(&graded.checks);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            name: &graded.name,
            sha256: (!graded.digest.is_empty()).then_some(graded.digest.as_str()),
            rubric_sha256: &grading.rubric.digest,
            seed: grading.rubric.seed,
            standing: words::standing(&graded.standing),
            reason: match &graded.standing {
                Standing::Graded | Standing::Mistaken(..) => None,
                Standing::Unreadable(why) | Standing::Unfinished(why) | Standing::Crashed(why) => Some(why),
            },
            verdicts: checks
                .map(|(check, checked)| CheckVerdict { id: &check.id, verdict: checked.verdict.word() })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::golden::golden;
    use crate::export::grade::sample::grading;

    fn parsed(submission: usize) -> serde_json::Value {
        let grading = grading();
        serde_json::from_str(&results(&grading, &grading.submissions[submission])).unwrap()
    }

    #[test]
    fn a_submission_is_one_document() {
        let grading = grading();
        let text = results(&grading, &grading.submissions[1]);
        golden("grade-gradescope", &text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }

    #[test]
    fn a_status_is_never_missing_and_points_are_numbers() {
        for submission in 0..grading().submissions.len() {
            let document = parsed(submission);
            assert!(document["score"].is_number());
            for test in document["tests"].as_array().unwrap() {
                assert!(test["status"] == "passed" || test["status"] == "failed", "{test}");
                assert!(test["score"].is_number() && test["max_score"].is_number(), "{test}");
                let words = ["visible", "hidden", "after_due_date", "after_published"];
                assert!(words.contains(&test["visibility"].as_str().unwrap()), "{test}");
            }
        }
    }

    #[test]
    fn the_texts_that_a_student_may_read_say_neither_the_total_nor_a_hidden_verdict() {
        let document = parsed(1);
        let output = document["output"].as_str().unwrap();
        assert!(!output.contains("0.5") && !output.contains("skipped"), "{output}");
        assert_eq!(document["tests"][3]["visibility"], "hidden");
        assert_eq!(document["tests"][3]["output"], "");
        assert_eq!(document["stdout_visibility"], "hidden");
    }

    #[test]
    fn what_the_grader_said_when_it_failed_is_kept_for_teachers() {
        let document = parsed(5);
        let record = &document["extra_data"]["concsim"];
        assert!(record["reason"].as_str().unwrap().starts_with("index out of bounds"));
        assert!(!document["output"].as_str().unwrap().contains("index out of bounds"));
        assert_eq!(record["standing"], "crashed");
    }
}
