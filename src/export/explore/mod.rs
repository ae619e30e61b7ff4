//! What an exploration came to: one JSON document, and the parts of a text for people.

pub mod document;
pub mod ends;
pub mod graph;
pub mod lanes;
mod steps;
pub mod verdict;
mod words;

use crate::base::diagnostic::Severity;
use crate::observe::finding::FindingKind;

/// How grave a finding is in an exploration: a race that can happen is an error there, though one that a
/// run happened to see is a warning.
#[must_use]
pub fn severity(kind: FindingKind) -> Severity {
    match kind.severity() {
        Severity::Warning if kind.word() == "race" => Severity::Error,
        other => other,
    }
}
