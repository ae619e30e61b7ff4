//! W014: a shared that is assigned, and that no unit and no property reads.
//!
//! A counter (`served += 1`) reads itself and is left alone: its last value
//! stands in the summary of a run.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;

use super::Subject;
use super::names::{GlobalKind, is_meant_unused};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (name, global) in &subject.names.globals {
        let Some(written) = global.written else { continue };
        if global.reads > 0 || global.kind != GlobalKind::Shared || is_meant_unused(name) {
            continue;
        }
        let message = format!("the shared `{name}` is assigned and never read");
        warnings.push(
            Diagnostic::warning(codes::UNREAD_SHARED, global.span, message)
                .at("no unit and no property reads it")
                .with_label(written, "assigned here")
                .with_help(format!("read it where it matters, claim something of it, as in `finally {name} == …`, or remove it")),
        );
    }
    warnings
}
