//! W010: a param, an object or a shared that nothing in the script names.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;

use super::Subject;
use super::names::{GlobalKind, is_meant_unused};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (name, global) in &subject.names.globals {
        let is_used = global.reads > 0 || global.written.is_some();
        if is_used || global.kind == GlobalKind::Function || is_meant_unused(name) {
            continue;
        }
        let message = format!("the {} `{name}` is never used", global.kind.word());
        warnings.push(
            Diagnostic::warning(codes::UNUSED_DECLARATION, global.span, message)
                .at("nothing else names it")
                .with_help("use it where it was meant to be used, or remove it"),
        );
    }
    warnings
}
