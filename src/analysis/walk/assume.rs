//! What a condition says of locks: whether an `acquire` that need not succeed did.

use crate::base::span::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::fact::{Held, How};
use super::path::{Path, Value};

/// Notes what a condition that is true or false says of locks.
pub(super) fn assume(condition: &Expr, truth: bool, path: &mut Path<'_>) {
    match &condition.kind {
        ExprKind::Unary { op: UnaryOp::Not, operand } => assume(operand, !truth, path),
        ExprKind::Await(inner) => assume(inner, truth, path),
        ExprKind::Binary { op, left, right } => {
            let decides = match op {
                BinaryOp::And => truth,
                BinaryOp::Or => !truth,
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
                | BinaryOp::In
                | BinaryOp::NotIn
                | BinaryOp::Is
                | BinaryOp::IsNot
                | BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::FloorDivide
                | BinaryOp::Modulo => false,
            };
            if decides {
                assume(left, truth, path);
                assume(right, truth, path);
            }
        }
        ExprKind::Call { .. } => got(condition.span, truth, path),
        ExprKind::Name(name) => {
            if let Value::Acquired(span) = path.local(name) {
                got(span, truth, path);
            }
        }
        ExprKind::Literal(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => {}
    }
}

/// Notes whether the `acquire` at that place had success.
fn got(span: Span, truth: bool, path: &mut Path<'_>) {
    if truth {
        let held = path.state.held.iter_mut().filter(|held| held.span == span && held.how == How::Acquire);
        held.for_each(|held| held.doubt = if held.doubt == Held::MAYBE { 0 } else { held.doubt });
    } else {
        path.state.held.retain(|held| held.span != span || held.how == How::With);
    }
}
