//! `concsim.check/1`: what is to be said of some scripts, as a JSON document.

use serde::Serialize;

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix, Severity, Tally};
use crate::base::span::Source;
use crate::export::place::{LabelView, PlaceView};

/// A file that was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// Its name and its text.
    pub source: &'a Source,
    /// A reference to it, relative to the folder of the command where it can be; in the letters of a URI.
    pub uri: &'a str,
    /// What is to be said of it, in the order of the text.
    pub diagnostics: &'a [Diagnostic],
}

/// The document of these files, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(files: &[Checked<'_>]) -> String {
    let check = Check {
        schema: "concsim.check/1",
        files: files.iter().map(FileView::new).collect(),
        diagnostics: files.iter().flat_map(found).collect(),
    };
    serde_json::to_string_pretty(&check).expect("a check has text keys and finite numbers only") + "\n"
}

fn found<'a>(file: &Checked<'a>) -> impl Iterator<Item = DiagnosticView<'a>> + use<'a> {
    let Checked { source, diagnostics, .. } = *file;
    diagnostics.iter().map(|diagnostic| DiagnosticView::new(diagnostic, source))
}

#[derive(Serialize)]
struct Check<'a> {
    schema: &'static str,
    files: Vec<FileView<'a>>,
    diagnostics: Vec<DiagnosticView<'a>>,
}

#[derive(Serialize)]
struct FileView<'a> {
    script: &'a str,
    errors: usize,
    warnings: usize,
    /// A field of `concsim.check/1`: nothing that a check says is less than a warning.
    notes: usize,
}

impl<'a> FileView<'a> {
    fn new(file: &Checked<'a>) -> Self {
        let Tally { errors, warnings } = Tally::of(file.diagnostics);
        Self { script: &file.source.name, errors, warnings, notes: 0 }
    }
}

/// A diagnostic, of a check or of a script that can't be graded.
#[derive(Debug, Serialize)]
pub(super) struct DiagnosticView<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    labels: Vec<LabelView<'a>>,
    help: Option<&'a str>,
    fix: Option<FixView<'a>>,
}

impl<'a> DiagnosticView<'a> {
    pub(super) fn new(diagnostic: &'a Diagnostic, source: &'a Source) -> Self {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.labels);
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            labels: labels.map(|label| LabelView::new(label, source)).collect(),
            help: diagnostic.help.as_deref(),
            fix: diagnostic.fix.as_ref().map(|fix| FixView::new(fix, source)),
        }
    }
}

#[derive(Debug, Serialize)]
struct FixView<'a> {
    certainty: Certainty,
    edits: Vec<EditView<'a>>,
}

impl<'a> FixView<'a> {
    fn new(fix: &'a Fix, source: &Source) -> Self {
        let edit = |edit: &'a Edit| EditView { place: PlaceView::new(edit.span, source), text: &edit.text };
        Self { certainty: fix.certainty, edits: fix.edits.iter().map(edit).collect() }
    }
}

#[derive(Debug, Serialize)]
struct EditView<'a> {
    #[serde(flatten)]
    place: PlaceView,
    text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{TEXT, diagnostics};

    #[test]
    fn a_check_is_one_document_of_all_files() {
        let (source, clean) = (Source::new("bank.conc", TEXT), Source::new("clean.conc", "main {}"));
        let found = diagnostics();
        let files = [
            Checked { source: &source, uri: "bank.conc", diagnostics: &found },
            Checked { source: &clean, uri: "clean.conc", diagnostics: &[] },
        ];
        let text = document(&files);
        assert!(
            text.starts_with(
                "{\n  \"schema\": \"concsim.check/1\",\n  \"files\": [\n    {\n      \"script\""
            )
        );
        let got: serde_json::Value = serde_json::from_str(&text).unwrap();
        let want = serde_json::json!({
            "schema": "concsim.check/1",
            "files": [
                {"script": "bank.conc", "errors": 1, "warnings": 1, "notes": 0},
                {"script": "clean.conc", "errors": 0, "warnings": 0, "notes": 0},
            ],
            "diagnostics": [
                {
                    "code": "E016", "severity": "error", "message": "there is no `second`",
                    "labels": [
                        {"file": "bank.conc", "line": 2, "column": 9, "end_line": 2, "end_column": 15, "text": "here"},
                        {"file": "bank.conc", "line": 1, "column": 1, "end_line": 1, "end_column": 6, "text": "after this"},
                    ],
                    "help": "write `third`",
                    "fix": {"certainty": "sure", "edits": [
                        {"line": 2, "column": 9, "end_line": 2, "end_column": 15, "text": "third"},
                        {"line": 3, "column": 1, "end_line": 3, "end_column": 1, "text": "x"},
                    ]},
                },
                {
                    "code": "E110", "severity": "warning", "message": "50 % odd",
                    "labels": [{"file": "bank.conc", "line": 3, "column": 6, "end_line": 3, "end_column": 11, "text": ""}],
                    "help": null, "fix": null,
                },
            ],
        });
        assert_eq!(got, want);
    }
}
