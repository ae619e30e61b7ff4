//! What is to be said of some scripts, as a SARIF 2.1.0 log: the form that code hosts and editors read.
//!
//! Of the standard's many fields it knows the few that diagnostics fill; their names are the standard's.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix, Label, Severity};
use crate::base::span::{Source, Span};
use crate::export::check::Checked;
use crate::export::codes::meaning;
use crate::export::place::PlaceView;

/// The log of these files, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: it has text keys and finite numbers only.
#[must_use]
pub fn document(files: &[Checked<'_>]) -> String {
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run::new(files)],
    };
    serde_json::to_string_pretty(&log).expect("a log has text keys and finite numbers only") + "\n"
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

impl<'a> Run<'a> {
    fn new(files: &[Checked<'a>]) -> Self {
        let found = || files.iter().flat_map(|file| file.diagnostics);
        let mut indices: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut rules = Vec::new();
        for diagnostic in found() {
            indices.entry(diagnostic.code).or_insert_with(|| {
                rules.push(Rule::new(diagnostic));
                rules.len() - 1
            });
        }
        let finding = |file: &Checked<'a>| {
            let of_file = Place { source: file.source, uri: file.uri };
            let finding = |diagnostic| Finding::new(diagnostic, of_file, &indices);
            file.diagnostics.iter().map(finding).collect::<Vec<_>>()
        };
        let results = files.iter().flat_map(finding).collect();
        let driver = Driver { name: "concsim", version: env!("CARGO_PKG_VERSION"), rules };
        Self { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }
    }
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Message<'a>>,
    default_configuration: Configuration,
}

impl Rule<'_> {
    fn new(diagnostic: &Diagnostic) -> Self {
        Self {
            id: diagnostic.code,
            short_description: meaning(diagnostic.code).map(Message::new),
            default_configuration: Configuration { level: diagnostic.severity },
        }
    }
}

/// The words of our severities are those of the standard's levels.
#[derive(Serialize)]
struct Configuration {
    level: Severity,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

impl<'a> Message<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text }
    }
}

/// One diagnostic; the standard calls it a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: Severity,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Help<'a>>,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, file: Place<'a>, indices: &BTreeMap<&'static str, usize>) -> Self {
        Self {
            rule_id: diagnostic.code,
            rule_index: indices[diagnostic.code],
            level: diagnostic.severity,
            message: Message::new(&diagnostic.message),
            locations: [Location::new(&diagnostic.primary, file)],
            related_locations: diagnostic.labels.iter().map(|label| Location::new(label, file)).collect(),
            fixes: diagnostic.fix.iter().map(|fix| FixView::new(fix, diagnostic, file)).collect(),
            properties: diagnostic.help.as_deref().map(|help| Help { help }),
        }
    }
}

/// The standard has no place for a mend in words, but bags for what it does not know.
#[derive(Serialize)]
struct Help<'a> {
    help: &'a str,
}

/// A file that places lie in.
#[derive(Clone, Copy)]
struct Place<'a> {
    source: &'a Source,
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

impl<'a> Location<'a> {
    fn new(label: &'a Label, file: Place<'a>) -> Self {
        let Place { source, uri } = file;
        Self {
            physical_location: Physical {
                artifact_location: Artifact { uri },
                region: Region::new(label.span, source),
            },
            message: (!label.text.is_empty()).then(|| Message::new(&label.text)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: Artifact<'a>,
    region: Region,
}

#[derive(Serialize)]
struct Artifact<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Region {
    fn new(span: Span, source: &Source) -> Self {
        let PlaceView { line, column, end_line, end_column } = PlaceView::new(span, source);
        Self { start_line: line, start_column: column, end_line, end_column }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Message<'a>>,
    artifact_changes: [Change<'a>; 1],
    properties: Sureness,
}

impl<'a> FixView<'a> {
    fn new(fix: &'a Fix, diagnostic: &'a Diagnostic, file: Place<'a>) -> Self {
        let replacement = |edit: &'a Edit| Replacement {
            deleted_region: Region::new(edit.span, file.source),
            inserted_content: (!edit.text.is_empty()).then(|| Message::new(&edit.text)),
        };
        Self {
            description: diagnostic.help.as_deref().map(Message::new),
            artifact_changes: [Change {
                artifact_location: Artifact { uri: file.uri },
                replacements: fix.edits.iter().map(replacement).collect(),
            }],
            properties: Sureness { certainty: fix.certainty },
        }
    }
}

#[derive(Serialize)]
struct Sureness {
    certainty: Certainty,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact<'a>,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Message<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{TEXT, diagnostics};
    use serde_json::{Value, json};

    fn log(files: &[Checked<'_>]) -> Value {
        serde_json::from_str(&document(files)).unwrap()
    }

    fn region(line: u32, columns: [u32; 2]) -> Value {
        json!({"startLine": line, "startColumn": columns[0], "endLine": line, "endColumn": columns[1]})
    }

    fn place(line: u32, columns: [u32; 2]) -> Value {
        json!({"artifactLocation": {"uri": "a%20b/bank.conc"}, "region": region(line, columns)})
    }

    #[test]
    fn a_diagnostic_is_a_result_with_all_it_has() {
        let (source, found) = (Source::new("bank.conc", TEXT), diagnostics());
        let log = log(&[Checked { source: &source, uri: "a%20b/bank.conc", diagnostics: &found }]);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let driver = json!({
            "name": "concsim", "version": env!("CARGO_PKG_VERSION"),
            "rules": [
                {"id": "E016", "shortDescription": {"text": "`else if` for `elif`"},
                 "defaultConfiguration": {"level": "error"}},
                {"id": "E110", "shortDescription": {"text": "a name that is read is declared nowhere"},
                 "defaultConfiguration": {"level": "warning"}},
            ],
        });
        assert_eq!(run["tool"]["driver"], driver);
        let results = json!([
            {
                "ruleId": "E016", "ruleIndex": 0, "level": "error", "message": {"text": "there is no `second`"},
                "locations": [{"physicalLocation": place(2, [9, 15]), "message": {"text": "here"}}],
                "relatedLocations": [{"physicalLocation": place(1, [1, 6]), "message": {"text": "after this"}}],
                "fixes": [{
                    "description": {"text": "write `third`"},
                    "artifactChanges": [{
                        "artifactLocation": {"uri": "a%20b/bank.conc"},
                        "replacements": [
                            {"deletedRegion": region(2, [9, 15]), "insertedContent": {"text": "third"}},
                            {"deletedRegion": region(3, [1, 1]), "insertedContent": {"text": "x"}},
                        ],
                    }],
                    "properties": {"certainty": "sure"},
                }],
                "properties": {"help": "write `third`"},
            },
            {
                "ruleId": "E110", "ruleIndex": 1, "level": "warning", "message": {"text": "50 % odd"},
                "locations": [{"physicalLocation": place(3, [6, 11])}],
            },
        ]);
        assert_eq!(run["results"], results);
    }

    #[test]
    fn a_rule_stands_once_however_often_it_is_broken() {
        let (source, found) = (Source::new("bank.conc", TEXT), diagnostics());
        let file = Checked { source: &source, uri: "bank.conc", diagnostics: &found };
        let log = log(&[file, file]);
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len();
        let results = log["runs"][0]["results"].as_array().unwrap().len();
        assert_eq!((rules, results), (2, 4));
    }

    #[test]
    fn nothing_found_is_a_log_without_results() {
        assert_eq!(log(&[])["runs"][0]["results"], json!([]));
    }
}
