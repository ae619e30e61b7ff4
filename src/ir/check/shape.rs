//! The shape of an expression, where only one shape matters.

use crate::syntax::ast::{Expr, ExprKind};

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
        ExprKind::Call { callee, .. } if callee.as_name().is_some() => None,
        ExprKind::Call { callee, .. } => Some(callee.as_attribute().map_or(callee, |(base, _)| base)),
    }
}
