//! `concsim.test/1`: what came of testing scripts, as a JSON document.

use serde::Serialize;

use crate::export::tested::{Problem, Script, Test, Verdict, Written};

/// The document of a test, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(scripts: &[Script]) -> String {
    let view = View {
        schema: "concsim.test/1",
        complete: scripts.iter().flat_map(|script| &script.tests).all(|test| test.tried),
        scripts: scripts.iter().map(ScriptView::new).collect(),
    };
    serde_json::to_string_pretty(&view).expect("it has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    complete: bool,
    scripts: Vec<ScriptView<'a>>,
}

#[derive(Serialize)]
struct ScriptView<'a> {
    script: &'a str,
    verdict: Verdict,
    tests: Vec<TestView<'a>>,
}

impl<'a> ScriptView<'a> {
    fn new(script: &'a Script) -> Self {
        Self {
            script: &script.path,
            verdict: script.verdict(),
            tests: script.tests.iter().map(|test| TestView::new(script, test)).collect(),
        }
    }
}

#[derive(Serialize)]
struct TestView<'a> {
    golden: Option<&'a str>,
    verdict: Verdict,
    written: Option<Written>,
    elapsed_ns: u64,
    problems: Vec<ProblemView>,
}

impl<'a> TestView<'a> {
    fn new(script: &'a Script, test: &'a Test) -> Self {
        Self {
            golden: test.golden.as_deref(),
            verdict: test.verdict(),
            written: test.written,
            elapsed_ns: test.elapsed.0,
            problems: test.problems.iter().map(|problem| ProblemView::new(script, problem)).collect(),
        }
    }
}

#[derive(Serialize)]
struct ProblemView {
    verdict: Verdict,
    message: String,
    details: String,
}

impl ProblemView {
    fn new(script: &Script, problem: &Problem) -> Self {
        let details = problem.details(script.source.as_ref());
        Self { verdict: problem.verdict(), message: problem.message(), details }
    }
}
