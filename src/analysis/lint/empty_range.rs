//! W024: a `for` whose range ends before it begins.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::{Expr, ExprKind, Iterable, Literal, StatementKind, UnaryOp};
use crate::syntax::parts::statements;

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        let StatementKind::For { iterable: Iterable::Range { from, to }, .. } = &statement.kind else {
            continue;
        };
        let (Some(first), Some(end)) = (integer(from), integer(to)) else { continue };
        if first < end {
            continue;
        }
        let help = if first == end {
            format!("a range leaves out its end: `{first}..{}` is one round", i128::from(end) + 1)
        } else {
            "a range counts upwards: to count down, subtract from the last number in the loop".to_owned()
        };
        // The shorter form `range(n)` has no place for where it begins.
        let span = if from.span.start < to.span.start { from.span.to(to.span) } else { to.span };
        warnings.push(
            Diagnostic::warning(codes::EMPTY_RANGE, span, "this loop has no round")
                .at(format!("from {first} up to, but not including, {end}"))
                .with_help(help),
        );
    }
    warnings
}

/// `3`, `-3`
fn integer(expr: &Expr) -> Option<i64> {
    if let ExprKind::Unary { op: UnaryOp::Negate, operand } = &expr.kind {
        return if let ExprKind::Literal(Literal::Int(number)) = operand.kind {
            number.checked_neg()
        } else {
            None
        };
    }
    if let ExprKind::Literal(Literal::Int(number)) = expr.kind { Some(number) } else { None }
}
