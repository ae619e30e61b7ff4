//! W025: a `while` that asks only its own function's variables, none of which it changes.

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::ir::signature::Builtin;
use crate::syntax::ast::{Block, Expr, ExprKind, Statement, StatementKind};
use crate::syntax::parts::{expressions_in, statements_in};

use super::Subject;
use super::names::{GlobalKind, Scope};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for scope in &subject.names.scopes {
        for statement in statements_in(scope.body) {
            let StatementKind::While { condition, body } = &statement.kind else { continue };
            let asked = asked(condition, scope, subject).unwrap_or_default();
            if asked.is_empty() || leaves(body) || changes(body, &asked) {
                continue;
            }
            let listed: Vec<String> = asked.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("nothing in this loop changes {}", listed.join(" or "));
            warnings.push(
                Diagnostic::warning(codes::ENDLESS_LOOP, condition.span, message)
                    .at("stays as it is")
                    .with_help(
                        "change it in the loop; a loop that is to go on for ever begins with `while True`",
                    ),
            );
        }
    }
    warnings
}

/// The locals that the condition depends on; nothing if it depends on anything else.
fn asked<'a>(condition: &'a Expr, scope: &Scope<'_>, subject: &Subject<'_>) -> Option<BTreeSet<&'a str>> {
    let mut asked = BTreeSet::new();
    for part in expressions_in(condition) {
        match &part.kind {
            ExprKind::Name(name) if is_pure(name) && !scope.locals.contains_key(name.as_str()) => {}
            ExprKind::Name(name) if subject.names.globals.contains_key(name.as_str()) => {
                let is_param = subject.names.is(name, GlobalKind::Param);
                if !is_param || scope.locals.contains_key(name.as_str()) {
                    return None;
                }
            }
            ExprKind::Name(name) => {
                asked.insert(name.as_str());
            }
            ExprKind::Call { callee, .. } => {
                callee
                    .as_name()
                    .filter(|name| is_pure(name) && !subject.names.is(name, GlobalKind::Function))?;
            }
            ExprKind::Attribute { .. } | ExprKind::Spawn(_) | ExprKind::Await(_) => return None,
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Index { .. } => {}
        }
    }
    Some(asked)
}

/// A built-in function that gives the same for the same.
fn is_pure(name: &str) -> bool {
    match Builtin::from_word(name) {
        Some(
            Builtin::Len
            | Builtin::Min
            | Builtin::Max
            | Builtin::Sum
            | Builtin::Sorted
            | Builtin::Abs
            | Builtin::Str,
        ) => true,
        Some(
            Builtin::Now
            | Builtin::Choose
            | Builtin::Uniform
            | Builtin::Exponential
            | Builtin::Normal
            | Builtin::Inside
            | Builtin::Elapsed
            | Builtin::Deadlocked,
        )
        | None => false,
    }
}

/// Whether some statement may leave the loop; a `break` of an inner loop counts, too.
fn leaves(body: &Block) -> bool {
    statements_in(body).any(|statement| {
        matches!(
            statement.kind,
            StatementKind::Break | StatementKind::Return(_) | StatementKind::Raise { .. }
        )
    })
}

fn changes(body: &Block, asked: &BTreeSet<&str>) -> bool {
    statements_in(body).any(|statement| {
        sets(statement).is_some_and(|name| asked.contains(name))
            || statement
                .expressions()
                .into_iter()
                .flat_map(expressions_in)
                .any(|part| has_method(part, asked))
    })
}

/// The variable that a statement gives a value.
fn sets(statement: &Statement) -> Option<&str> {
    if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind {
        return Some(&name.text);
    }
    if let StatementKind::Assign { place, .. } = &statement.kind { Some(&place.name.text) } else { None }
}

/// `xs.pop()`
fn has_method(part: &Expr, asked: &BTreeSet<&str>) -> bool {
    let ExprKind::Attribute { base, .. } = &part.kind else { return false };
    base.as_name().is_some_and(|name| asked.contains(name))
}
