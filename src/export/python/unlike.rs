//! Whether times and sizes can be plain numbers in a program: where nobody could tell the difference.

use super::kind::{Kinds, Shape};
use super::script::{MAIN, Names};
use super::types::Types;
use super::writer::Forms;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal, PropertyKind, Statement, StatementKind};
use crate::syntax::parts::{expressions_in, statements_in};

/// How times and sizes have to be written.
pub(super) fn forms(names: &Names<'_>, types: &Types<'_>) -> Forms {
    let tells = |kind| tells(names, types, kind);
    Forms { durations: tells(Kinds::DURATION), sizes: tells(Kinds::SIZE) }
}

/// Whether something in the script shows that a value of that kind is no number.
fn tells(names: &Names<'_>, types: &Types<'_>, kind: Kinds) -> bool {
    let in_bodies = names.bodies.iter().any(|(body, code)| {
        statements_in(code.block).any(|statement| {
            tells_by_itself(types, body, statement, kind)
                || statement
                    .expressions()
                    .into_iter()
                    .flat_map(expressions_in)
                    .any(|expr| in_expr(types, body, expr, kind))
        })
    });
    let claims = names.properties.iter().filter_map(|property| match &property.kind {
        PropertyKind::Finally(claim) => Some(claim),
        PropertyKind::Invariant(_) | PropertyKind::Expect(_) => None,
    });
    in_bodies || claims.flat_map(expressions_in).any(|expr| in_expr(types, MAIN, expr, kind))
}

/// What is printed, raised or caught.
fn tells_by_itself(types: &Types<'_>, body: &str, statement: &Statement, kind: Kinds) -> bool {
    let shows = |expr: &Expr| types.shape(body, expr).all().meets(kind);
    match &statement.kind {
        StatementKind::Print(values) => values.iter().any(shows),
        StatementKind::Raise { message, .. } => message.iter().any(shows),
        StatementKind::Assert { message, .. } => message.iter().any(shows),
        StatementKind::Try { handlers, .. } => {
            handlers.iter().any(|handler| handler.name.as_ref().is_some_and(|name| name.text == "TypeError"))
        }
        StatementKind::Assign { place, op: Some(op), value } => {
            let named = Expr { kind: ExprKind::Name(place.name.text.clone()), span: place.span };
            let before = types.shape(body, &named);
            let before = if place.indices.is_empty() { before } else { before.item() };
            mixes(*op, before, types.shape(body, value), kind)
        }
        StatementKind::Let { .. }
        | StatementKind::Assign { op: None, .. }
        | StatementKind::Compute { .. }
        | StatementKind::Io { .. }
        | StatementKind::Sleep { .. }
        | StatementKind::With { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Return(_)
        | StatementKind::Group(_)
        | StatementKind::Region { .. }
        | StatementKind::Atomic { .. }
        | StatementKind::Expr(_) => false,
    }
}

fn in_expr(types: &Types<'_>, body: &str, expr: &Expr, kind: Kinds) -> bool {
    match &expr.kind {
        ExprKind::Binary { op, left, right } => {
            let is_zero =
                |expr: &Expr| matches!(expr.kind, ExprKind::Literal(Literal::Duration(0) | Literal::Size(0)));
            let equal = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Is | BinaryOp::IsNot);
            let (of_left, of_right) = (types.shape(body, left), types.shape(body, right));
            let compares = equal
                && (is_zero(left)
                    || is_zero(right)
                    || of_left.own.without(Kinds::NONE) == Kinds::default()
                    || of_right.own.only(Kinds::NONE));
            !compares && mixes(*op, of_left, of_right, kind)
        }
        ExprKind::Call { callee, args } => {
            callee.as_name() == Some("str")
                && args.iter().any(|arg| types.shape(body, &arg.value).all().meets(kind))
        }
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Await(_)
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => false,
    }
}

/// Whether an operation comes to something else with plain numbers.
fn mixes(op: BinaryOp, left: Shape, right: Shape, kind: Kinds) -> bool {
    let (in_left, in_right) = (left.all().meets(kind), right.all().meets(kind));
    if !in_left && !in_right {
        return false;
    }
    match op {
        BinaryOp::Or | BinaryOp::And => false,
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => !(left.own.only(kind) && right.own.only(kind)),
        BinaryOp::Multiply => {
            let counts = Kinds::INT.and(Kinds::BOOL);
            !(left.own.only(kind) && right.own.only(counts) || left.own.only(counts) && right.own.only(kind))
        }
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::In
        | BinaryOp::NotIn
        | BinaryOp::Is
        | BinaryOp::IsNot
        | BinaryOp::FloorDivide
        | BinaryOp::Modulo => true,
    }
}
