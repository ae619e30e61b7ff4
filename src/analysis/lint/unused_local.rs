//! W012: a local that is given values which nobody reads.
//!
//! A handle is no matter of this lint: whether a unit is waited for is a
//! question of its own. Nor is the variable of a `for`, which must have a name.

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::parts::expressions_in;

use super::Subject;
use super::names::{Local, Origin, is_meant_unused};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (name, local) in subject.names.scopes.iter().flat_map(|scope| &scope.locals) {
        let is_handle = local.values.iter().any(|value| spawns(value));
        if local.reads > 0 || local.counts || is_handle || is_meant_unused(name) {
            continue;
        }
        match (local.origin, local.assigned) {
            (Origin::Let, _) => warnings.push(unread(name, local, subject)),
            (Origin::Parameter, Some(assigned)) => warnings.push(parameter(name, local, assigned)),
            (Origin::Parameter, None) | (Origin::Loop, _) => {}
        }
    }
    warnings
}

fn spawns(value: &Expr) -> bool {
    expressions_in(value).any(|part| matches!(part.kind, ExprKind::Spawn(_)))
}

fn unread(name: &str, local: &Local<'_>, subject: &Subject<'_>) -> Diagnostic {
    let warning =
        Diagnostic::warning(codes::UNUSED_LOCAL, local.span, format!("`{name}` is set and never read"))
            .at("nobody reads it");
    match before_call(local, subject) {
        Some(before) => warning
            .with_help(format!("use it, or leave `let {name} =` out: a call can stand alone"))
            .with_fix(Fix::maybe(before, "")),
        None => {
            warning.with_help(format!("use it or remove it; call it `_{name}` if this is as it should be"))
        }
    }
}

/// What stands before a call whose result is all that the local is ever given.
fn before_call(local: &Local<'_>, subject: &Subject<'_>) -> Option<Span> {
    let [value] = local.values.as_slice() else { return None };
    let calls = matches!(value.kind, ExprKind::Call { .. } | ExprKind::Await(_));
    let between = subject.source.slice(Span { start: local.span.end, end: value.span.start });
    let before = Span { start: local.word?.start, end: value.span.start };
    (calls && local.assigned.is_none() && between.trim() == "=").then_some(before)
}

fn parameter(name: &str, local: &Local<'_>, assigned: Span) -> Diagnostic {
    let message = format!("what is assigned to the parameter `{name}` is never read");
    Diagnostic::warning(codes::UNUSED_LOCAL, assigned, message)
        .at("changes the copy that this call has")
        .with_label(local.span, "a parameter is a local variable of each call")
        .with_help(
            "a caller sees what the function gives back with `return`, or what it writes to a `shared`",
        )
}
