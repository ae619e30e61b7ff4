//! W021: an `except` for what an earlier one has caught already.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Handler, Name, StatementKind};
use crate::syntax::parts::statements;

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        if let StatementKind::Try { handlers, .. } = &statement.kind {
            warnings.extend(unreachable(handlers));
        }
    }
    warnings
}

fn unreachable(handlers: &[Handler]) -> Vec<Diagnostic> {
    let mut caught: BTreeMap<&str, Span> = BTreeMap::new();
    let mut warnings = Vec::new();
    for handler in handlers {
        let Some(name) = &handler.name else { continue };
        // `Exception` is all but what cancels a task.
        let by_name = caught.get(name.text.as_str());
        let by_all = caught.get("Exception").filter(|_| name.text != "CancelledError");
        match by_name.or(by_all) {
            Some(earlier) => warnings.push(warning(name, handler.span, *earlier)),
            None => drop(caught.insert(&name.text, handler.span)),
        }
    }
    warnings
}

fn warning(name: &Name, handler: Span, earlier: Span) -> Diagnostic {
    let message = format!("this `except {}` never catches anything", name.text);
    Diagnostic::warning(codes::UNREACHABLE_HANDLER, handler, message)
        .at("never reached")
        .with_label(earlier, format!("catches every `{}` before", name.text))
        .with_help("the first `except` that fits is taken: put the one for fewer exceptions first, or remove this one")
}
