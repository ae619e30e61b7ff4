//! W043: a call stands where a value is needed, and the function gives none.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Item, Statement, StatementKind};
use crate::syntax::parts::{statements, statements_in};

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let silent = silent(subject);
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        for call in used(statement) {
            let ExprKind::Call { callee, .. } = &call.kind else { continue };
            let Some((name, declared)) = callee.as_name().and_then(|name| silent.get_key_value(name)) else {
                continue;
            };
            let message = format!("`{name}` returns nothing, so this is `None`");
            warnings.push(
                Diagnostic::warning(codes::NO_RESULT, call.span, message)
                    .at("always `None`")
                    .with_label(*declared, "no `return` with a value in it")
                    .with_help(format!(
                        "end `{name}` with `return …`, or call it for what it does, on a line of its own"
                    )),
            );
        }
    }
    warnings
}

/// The functions without a `return` that gives a value, and where they are declared. What always raises
/// never comes back with nothing.
fn silent<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, Span> {
    let mut silent = BTreeMap::new();
    for item in &subject.script.items {
        let Item::Function(function) = item else { continue };
        let gives = |statement: &Statement| {
            matches!(statement.kind, StatementKind::Return(Some(_)) | StatementKind::Raise { .. })
        };
        if !statements_in(&function.body).any(gives) {
            silent.insert(function.name.text.as_str(), function.name.span);
        }
    }
    silent
}

/// The expressions of a statement whose values are used. To return what another function gives is to pass it on,
/// and what `submit` is given is called by somebody else.
fn used(statement: &Statement) -> Vec<&Expr> {
    let is_whole = matches!(statement.kind, StatementKind::Expr(_) | StatementKind::Return(_));
    let mut waiting = statement.expressions();
    while let ([Expr { kind: ExprKind::Await(inner), .. }], true) = (waiting.as_slice(), is_whole) {
        waiting = vec![inner];
    }
    if is_whole {
        waiting = waiting.into_iter().flat_map(Expr::parts).collect();
    }
    let mut used = Vec::new();
    while let Some(expr) = waiting.pop() {
        if !submits(expr) {
            used.push(expr);
            waiting.extend(expr.parts());
        }
    }
    used
}

/// `pool.submit(f(x))`
fn submits(expr: &Expr) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    matches!(&callee.kind, ExprKind::Attribute { name, .. } if name.text == "submit")
}
