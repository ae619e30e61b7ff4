//! `concsim.grade/1`: a grading as a JSON document, with all that there is to be known of it.

use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::Number;
use sha2::{Digest as _, Sha256};

use crate::export::check::DiagnosticView;
use crate::export::grade::json::{number, pretty};
use crate::export::grade::words;
use crate::grade::result::{Asked, Check, Checked, Graded, Grading, Standing, Witness};

/// The document of a grading, pretty-printed, with a line feed at its end. It is for teachers: nothing is hidden in it.
#[must_use]
pub fn document(grading: &Grading) -> String {
    let results = Results {
        rubric: RubricView::new(&grading.rubric),
        submissions: grading.submissions.iter().map(|one| GradedView::new(&grading.rubric, one)).collect(),
    };
    pretty(&View {
        schema: "concsim.grade/1",
        tool: Tool { name: "concsim", version: env!("CARGO_PKG_VERSION") },
        digest: digest(&results),
        results,
    })
}

/// The SHA-256 of the compact JSON text of all that was asked and came out, in hexadecimal.
fn digest(results: &Results<'_>) -> String {
    let text = serde_json::to_vec(results).expect("a grading has text keys and finite numbers only");
    HEXLOWER.encode(&Sha256::digest(text))
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    tool: Tool,
    digest: String,
    #[serde(flatten)]
    results: Results<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Results<'a> {
    rubric: RubricView<'a>,
    submissions: Vec<GradedView<'a>>,
}

#[derive(Serialize)]
struct RubricView<'a> {
    title: &'a str,
    sha256: &'a str,
    points: Number,
    seed: u64,
    runtime: &'a str,
    machine: &'a str,
    limits: &'a [String],
    checks: Vec<CheckView<'a>>,
}

impl<'a> RubricView<'a> {
    fn new(asked: &'a Asked) -> Self {
        Self {
            title: &asked.title,
            sha256: &asked.digest,
            points: number(asked.points),
            seed: asked.seed,
            runtime: &asked.runtime,
            machine: &asked.machine,
            limits: &asked.limits,
            checks: asked.checks.iter().map(CheckView::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct CheckView<'a> {
    id: &'a str,
    title: &'a str,
    kind: &'static str,
    points: Number,
    visibility: &'static str,
    explain: &'static str,
    hint: Option<&'a str>,
}

impl<'a> CheckView<'a> {
    fn new(check: &'a Check) -> Self {
        Self {
            id: &check.id,
            title: &check.title,
            kind: check.kind,
            points: number(check.points),
            visibility: words::visibility(check.visibility),
            explain: words::explain(check.explain),
            hint: check.hint.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct GradedView<'a> {
    name: &'a str,
    sha256: Option<&'a str>,
    standing: &'static str,
    reason: Option<&'a str>,
    score: Number,
    max: Number,
    checks: Vec<CheckedView<'a>>,
    ignored: &'a [String],
    diagnostics: Vec<DiagnosticView<'a>>,
}

impl<'a> GradedView<'a> {
    fn new(asked: &'a Asked, graded: &'a Graded) -> Self {
        let (reason, diagnostics) = match &graded.standing {
            Standing::Graded => (None, Vec::new()),
            Standing::Mistaken(source, told) => {
                (None, told.iter().map(|diagnostic| DiagnosticView::new(diagnostic, source)).collect())
            }
            Standing::Unreadable(why) | Standing::Unfinished(why) | Standing::Crashed(why) => {
                (Some(why.as_str()), Vec::new())
            }
        };
        let checks = asked.checks.iter().zip(&graded.checks);
        Self {
            name: &graded.name,
            sha256: (!graded.digest.is_empty()).then_some(graded.digest.as_str()),
            standing: words::standing(&graded.standing),
            reason,
            score: number(graded.score),
            max: number(asked.points),
            checks: checks.map(|(check, checked)| CheckedView::new(check, checked)).collect(),
            ignored: &graded.ignored,
            diagnostics,
        }
    }
}

#[derive(Serialize)]
struct CheckedView<'a> {
    id: &'a str,
    verdict: &'static str,
    earned: Number,
    max: Number,
    message: &'a str,
    witness: Option<WitnessView<'a>>,
}

impl<'a> CheckedView<'a> {
    fn new(check: &'a Check, checked: &'a Checked) -> Self {
        Self {
            id: &check.id,
            verdict: checked.verdict.word(),
            earned: number(checked.earned),
            max: number(check.points),
            message: &checked.message,
            witness: checked.witness.as_ref().map(WitnessView::new),
        }
    }
}

#[derive(Serialize)]
struct WitnessView<'a> {
    params: &'a [String],
    cores: Option<u32>,
    steps: Option<usize>,
    preemptions: Option<usize>,
    lanes: &'a [String],
    replay: &'a str,
}

impl<'a> WitnessView<'a> {
    fn new(witness: &'a Witness) -> Self {
        Self {
            params: &witness.params,
            cores: witness.cores,
            steps: witness.length.map(|(steps, _)| steps),
            preemptions: witness.length.map(|(_, preemptions)| preemptions),
            lanes: &witness.lanes,
            replay: &witness.replay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::golden::golden;
    use crate::export::grade::sample::{HOSTILE, grading};

    fn parsed(grading: &Grading) -> serde_json::Value {
        serde_json::from_str(&document(grading)).unwrap()
    }

    #[test]
    fn a_grading_is_one_document() {
        golden("grade-document", &document(&grading()).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }

    #[test]
    fn the_same_results_have_the_same_digest_and_others_another_one() {
        let digest = |grading: &Grading| parsed(grading)["digest"].as_str().unwrap().to_owned();
        let mut other = grading();
        assert_eq!(digest(&other), digest(&grading()));
        other.submissions[1].checks[0].message.push('!');
        assert_ne!(digest(&other), digest(&grading()));
    }

    #[test]
    fn what_a_submission_is_called_and_says_comes_back_as_it_was() {
        let document = parsed(&grading());
        assert_eq!(document["submissions"][5]["name"], format!("=1+{HOSTILE}.conc"));
        assert_eq!(document["submissions"][5]["reason"], format!("index out of bounds {HOSTILE}"));
        assert_eq!(document["submissions"][3]["sha256"], serde_json::Value::Null);
        assert_eq!(document["submissions"][2]["diagnostics"][0]["code"], "E016");
    }
}
