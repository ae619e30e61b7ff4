//! `concsim.explore/1`: an exploration as a JSON document.

use serde::Serialize;

use crate::base::span::Source;
use crate::explore::{Exploration, Final, Found, Verdict};
use crate::export::json::{FindingView, SharedView};
use crate::observe::report::Outcome;

/// The document of an exploration, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(exploration: &Exploration, source: &Source) -> String {
    let view = View {
        schema: "concsim.explore/1",
        script: &source.name,
        verdict: exploration.verdict,
        complete: exploration.complete,
        states: exploration.states,
        transitions: exploration.transitions,
        executions: None,
        findings: exploration.findings.iter().map(|found| FoundView::new(found, source)).collect(),
        finals: sorted(&exploration.finals),
    };
    serde_json::to_string_pretty(&view).expect("it has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    script: &'a str,
    verdict: Verdict,
    complete: bool,
    states: u64,
    transitions: u64,
    /// How many executions a search counts that keeps no states; this one keeps them.
    executions: Option<u64>,
    findings: Vec<FoundView<'a>>,
    finals: Vec<FinalView<'a>>,
}

#[derive(Serialize)]
struct FoundView<'a> {
    #[serde(flatten)]
    finding: FindingView<'a>,
    steps: u64,
    preemptions: u64,
    schedule: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_contract_only: bool,
}

impl<'a> FoundView<'a> {
    fn new(found: &'a Found, source: &'a Source) -> Self {
        Self {
            finding: FindingView::timeless(&found.finding, source),
            steps: found.steps,
            preemptions: found.preemptions,
            schedule: &found.turns,
            by_contract_only: found.by_contract_only,
        }
    }
}

#[derive(Serialize)]
struct FinalView<'a> {
    outcome: Outcome,
    shared: SharedView<'a>,
    output: &'a [String],
}

/// The ends, in the order of their compact JSON texts.
fn sorted(finals: &[Final]) -> Vec<FinalView<'_>> {
    let mut views: Vec<(String, FinalView<'_>)> = finals
        .iter()
        .map(|end| {
            let view =
                FinalView { outcome: end.outcome, shared: SharedView(&end.shared), output: &end.output };
            (serde_json::to_string(&view).expect("it has text keys and finite numbers only"), view)
        })
        .collect();
    views.sort_by(|(one, _), (other, _)| one.cmp(other));
    views.into_iter().map(|(_, view)| view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::schedule::Schedule;
    use crate::export::sample::{TEXT, deadlocked};
    use crate::observe::report::Datum;

    fn end(outcome: Outcome, total: i64, output: &[&str]) -> Final {
        Final {
            outcome,
            shared: vec![("total".to_owned(), Datum::Number(total))],
            output: output.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    fn sample() -> Exploration {
        let found = Found {
            finding: deadlocked().findings.remove(0),
            steps: 2,
            preemptions: 1,
            schedule: Schedule::default(),
            turns: vec!["transfer.1".to_owned(), "transfer.2".to_owned()],
            is_best: true,
            by_contract_only: false,
        };
        Exploration {
            verdict: Verdict::Violation,
            complete: true,
            states: 41,
            transitions: 66,
            findings: vec![found],
            finals: vec![
                end(Outcome::Deadlock, 100, &[]),
                end(Outcome::Completed, 9, &[]),
                end(Outcome::Completed, 130, &["total 130"]),
            ],
            missing: Vec::new(),
            stopped: None,
        }
    }

    #[test]
    fn an_exploration_is_the_document_of_the_contract() {
        let source = Source::new("bank.conc", TEXT);
        let got: serde_json::Value = serde_json::from_str(&document(&sample(), &source)).unwrap();
        let place = |line: u32, column: u32, end_column: u32, text: &str| {
            serde_json::json!({"file": "bank.conc", "line": line, "column": column, "end_line": line,
                               "end_column": end_column, "text": text})
        };
        let want = serde_json::json!({
            "schema": "concsim.explore/1", "script": "bank.conc",
            "verdict": "violation", "complete": true,
            "states": 41, "transitions": 66, "executions": null,
            "findings": [{
                "code": "D001", "kind": "deadlock", "cause": "cycle", "severity": "error", "at_ns": null,
                "message": "two units wait for each other", "units": ["transfer.1", "transfer.2"],
                "objects": ["savings", "checking"],
                "labels": [
                    place(2, 9, 15, "transfer.1 waits for `savings` here"),
                    place(3, 1, 11, "transfer.2 holds it since here"),
                ],
                "help": "take both locks in one order",
                "steps": 2, "preemptions": 1, "schedule": ["transfer.1", "transfer.2"],
            }],
            "finals": [
                {"outcome": "completed", "shared": {"total": 130}, "output": ["total 130"]},
                {"outcome": "completed", "shared": {"total": 9}, "output": []},
                {"outcome": "deadlock", "shared": {"total": 100}, "output": []},
            ],
        });
        assert_eq!(got, want);
    }

    #[test]
    fn keys_stand_in_the_order_of_the_contract() {
        let text = document(&sample(), &Source::new("bank.conc", TEXT));
        let keys = [
            "schema",
            "script",
            "verdict",
            "complete",
            "states",
            "transitions",
            "executions",
            "findings",
            "code",
            "help",
            "steps",
            "preemptions",
            "schedule",
            "finals",
            "outcome",
            "shared",
            "output",
        ];
        let places: Vec<usize> = keys.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn what_python_would_not_do_today_is_marked() {
        let mut exploration = sample();
        exploration.findings[0].by_contract_only = true;
        let text = document(&exploration, &Source::new("bank.conc", TEXT));
        assert!(text.contains("\"by_contract_only\": true"), "{text}");
    }
}
