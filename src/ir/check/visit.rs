//! Ways through the tree that look at every statement or every expression.
//!
//! Blocks recurse, because brackets bound their depth; expressions do not.

use crate::syntax::ast::{Block, Expr, ExprKind, Iterable, Statement, StatementKind};

/// Every statement of a block, those inside others included, in the order of the text.
pub(super) fn each_statement<'a>(block: &'a Block, see: &mut dyn FnMut(&'a Statement)) {
    for statement in &block.statements {
        see(statement);
        statement.blocks().into_iter().for_each(|inner| each_statement(inner, see));
    }
}

/// Every expression of a block with all that is in it.
pub(super) fn each_expression<'a>(block: &'a Block, see: &mut dyn FnMut(&'a Expr)) {
    each_statement(block, &mut |statement| {
        direct(statement).into_iter().for_each(|expr| within(expr, see));
    });
}

/// An expression with all that is in it.
fn within<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    let mut left = vec![expr];
    while let Some(expr) = left.pop() {
        see(expr);
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Name(_) => {}
            ExprKind::List(items) => left.extend(items),
            ExprKind::Unary { operand: inner, .. }
            | ExprKind::Await(inner)
            | ExprKind::Attribute { base: inner, .. } => left.push(inner),
            ExprKind::Binary { left: first, right: second, .. }
            | ExprKind::Index { base: first, index: second } => left.extend([&**first, &**second]),
            ExprKind::Call { callee, args } => {
                left.push(callee);
                left.extend(args.iter().flat_map(|arg| std::iter::once(&arg.value).chain(&arg.range_end)));
            }
            ExprKind::Spawn(spawn) => {
                let args = spawn.options.iter().chain(&spawn.args);
                left.extend(args.flat_map(|arg| std::iter::once(&arg.value).chain(&arg.range_end)));
            }
        }
    }
}

/// The expressions that a statement itself holds, those of its blocks not included.
fn direct(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Let { value, .. } => vec![value],
        StatementKind::Assign { place, value, .. } => place.indices.iter().chain([value]).collect(),
        StatementKind::Compute { duration, .. } | StatementKind::Sleep { duration, .. } => vec![duration],
        StatementKind::Io { duration, device, .. } => std::iter::once(duration).chain(device).collect(),
        StatementKind::With { items, .. } => items.iter().collect(),
        StatementKind::If { branches, .. } => branches.iter().map(|(condition, _)| condition).collect(),
        StatementKind::While { condition, .. } => vec![condition],
        StatementKind::For { iterable: Iterable::Range { from, to }, .. } => vec![from, to],
        StatementKind::For { iterable: Iterable::Each(list), .. } => vec![list],
        StatementKind::Return(value) | StatementKind::Raise { message: value, .. } => value.iter().collect(),
        StatementKind::Assert { condition, message } => std::iter::once(condition).chain(message).collect(),
        StatementKind::Print(values) => values.iter().collect(),
        StatementKind::Atomic { when, .. } => when.iter().collect(),
        StatementKind::Expr(expr) => vec![expr],
        StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Try { .. }
        | StatementKind::Group(_)
        | StatementKind::Region { .. } => Vec::new(),
    }
}
