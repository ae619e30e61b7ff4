//! W041: `x = x`

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, Statement, StatementKind};
use crate::syntax::parts::statements;

use super::{Subject, calls_something};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        let Some((place, value)) = assigned(statement, subject) else { continue };
        let text = subject.source.slice(place);
        if text == subject.source.slice(value.span) && !calls_something(value) {
            warnings.push(
                Diagnostic::warning(
                    codes::SELF_ASSIGNMENT,
                    statement.span,
                    format!("`{text}` is assigned to itself"),
                )
                .at("changes nothing")
                .with_help("one of the two was meant to be something else; if not, remove it"),
            );
        }
    }
    warnings
}

/// The place that is given a value, and the value. `let x = x` copies what is global, if there is such a thing.
fn assigned<'a>(statement: &'a Statement, subject: &Subject<'_>) -> Option<(Span, &'a Expr)> {
    if let StatementKind::Assign { place, op: None, value } = &statement.kind {
        return Some((place.span, value));
    }
    let StatementKind::Let { name, value } = &statement.kind else { return None };
    (!subject.names.globals.contains_key(name.text.as_str())).then_some((name.span, value))
}
