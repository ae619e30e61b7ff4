//! The shape of an expression, where only one shape matters.

use crate::syntax::ast::{Expr, ExprKind, Literal, Name};

/// The word, if it is a bare name.
pub(super) fn as_name(expr: &Expr) -> Option<&str> {
    if let ExprKind::Name(name) = &expr.kind { Some(name) } else { None }
}

/// The literal, if it is one.
pub(super) fn as_literal(expr: &Expr) -> Option<&Literal> {
    if let ExprKind::Literal(literal) = &expr.kind { Some(literal) } else { None }
}

/// What stands before and behind the dot, if it is an attribute.
pub(super) fn as_attribute(expr: &Expr) -> Option<(&Expr, &Name)> {
    if let ExprKind::Attribute { base, name } = &expr.kind { Some((base, name)) } else { None }
}

/// The operand with which an expression begins. The dot of a method call is
/// skipped: such a call is checked as a whole.
pub(super) fn first_operand(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::List(_) | ExprKind::Spawn(_) => None,
        ExprKind::Unary { operand: first, .. }
        | ExprKind::Binary { left: first, .. }
        | ExprKind::Await(first)
        | ExprKind::Index { base: first, .. }
        | ExprKind::Attribute { base: first, .. } => Some(first),
        ExprKind::Call { callee, .. } if as_name(callee).is_some() => None,
        ExprKind::Call { callee, .. } => Some(as_attribute(callee).map_or(callee, |(base, _)| base)),
    }
}
