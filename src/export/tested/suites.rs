//! Tests of scripts as a suite for build servers.

use crate::export::junit::{Case, CaseResult, Problem as Told, Suite};
use crate::export::tested::{Problem, Script, Test, Verdict};

/// One suite with a case for each test, of the class of its script.
#[must_use]
pub fn suites(scripts: &[Script]) -> Vec<Suite> {
    let case = |script: &Script, test: &Test| Case {
        name: test.golden.clone().unwrap_or_else(|| "run".to_owned()),
        class: script.path.clone(),
        time: test.elapsed,
        result: result(script, test),
    };
    let cases = scripts.iter().flat_map(|script| script.tests.iter().map(move |test| case(script, test)));
    vec![Suite {
        name: "concsim test".to_owned(),
        package: "concsim.test".to_owned(),
        properties: Vec::new(),
        cases: cases.collect(),
    }]
}

fn result(script: &Script, test: &Test) -> CaseResult {
    match test.verdict() {
        Verdict::Ok => CaseResult::Passed,
        Verdict::NotTried => CaseResult::Skipped("interrupted".to_owned()),
        Verdict::Changed | Verdict::Failed => CaseResult::Failed(told(script, test)),
        Verdict::Limit | Verdict::Mistake | Verdict::Crashed => CaseResult::Error(told(script, test)),
    }
}

/// All problems as one; the gravest is the headline.
fn told(script: &Script, test: &Test) -> Told {
    let verdict = test.verdict();
    let gravest = test.problems.iter().find(|problem| problem.verdict() == verdict);
    let text = |problem: &Problem| {
        let (message, details) = (problem.message(), problem.details(script.source.as_ref()));
        if details.is_empty() { message } else { format!("{message}\n{}", details.trim_end()) }
    };
    Told {
        kind: format!("concsim.{}", verdict.word()),
        message: gravest.map_or(String::new(), Problem::message),
        text: test.problems.iter().map(text).collect::<Vec<_>>().join("\n\n"),
    }
}
