//! W040: both sides of a comparison, of `and` or of `or` are the same.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};
use crate::syntax::parts::{expressions, expressions_in};

use super::{Subject, calls_something};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let parts = expressions(subject.script).flat_map(expressions_in);
    parts.filter_map(|part| warning(part, subject)).collect()
}

fn warning(expr: &Expr, subject: &Subject<'_>) -> Option<Diagnostic> {
    let ExprKind::Binary { op, left, right } = &expr.kind else { return None };
    let text = subject.source.slice(left.span);
    let has_name = expressions_in(left).any(|part| part.as_name().is_some());
    if !asks(*op) || text != subject.source.slice(right.span) || !has_name || calls_something(left) {
        return None;
    }
    let message = format!("both sides of this `{}` are the same", op.word());
    Some(
        Diagnostic::warning(codes::SAME_OPERANDS, expr.span, message)
            .at(format!("`{text}` twice"))
            .with_help("one of the two was meant to be something else"),
    )
}

/// Whether it is of no use to give it the same twice.
fn asks(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::Is
        | BinaryOp::IsNot => true,
        BinaryOp::In
        | BinaryOp::NotIn
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::FloorDivide
        | BinaryOp::Modulo => false,
    }
}
