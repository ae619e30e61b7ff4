//! Walks over the tree that lints share beside those of `syntax::parts`: each block, each loop, each use of a name.

use std::collections::BTreeMap;

use crate::base::span::Span;
use crate::syntax::ast::{Arg, Block, Expr, ExprKind, Iterable, Literal, Name, Spawn, StatementKind};

/// Gives each block inside a block, itself included, outermost first.
pub(super) fn each_block<'a>(block: &'a Block, see: &mut dyn FnMut(&'a Block)) {
    see(block);
    for statement in &block.statements {
        for inner in statement.blocks() {
            each_block(inner, see);
        }
    }
}

/// Gives each block that stands in a loop and in no `group`, with whether it does.
pub(super) fn looped_blocks<'a>(block: &'a Block, is_looped: bool, see: &mut dyn FnMut(&'a Block)) {
    if is_looped {
        see(block);
    }
    for statement in &block.statements {
        let is_looped = match &statement.kind {
            StatementKind::Group(_) => continue,
            StatementKind::While { .. } => true,
            StatementKind::For { iterable, .. } => is_looped || !is_single(iterable),
            StatementKind::Let { .. }
            | StatementKind::Assign { .. }
            | StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::With { .. }
            | StatementKind::If { .. }
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Return(_)
            | StatementKind::Try { .. }
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Region { .. }
            | StatementKind::Atomic { .. }
            | StatementKind::Expr(_) => is_looped,
        };
        for inner in statement.blocks() {
            looped_blocks(inner, is_looped, see);
        }
    }
}

/// Whether a `for` certainly has at most one round.
fn is_single(iterable: &Iterable) -> bool {
    let number = |expr: &Expr| {
        if let ExprKind::Literal(Literal::Int(number)) = expr.kind { Some(number) } else { None }
    };
    match iterable {
        Iterable::Range { from, to } => match (number(from), number(to)) {
            (Some(from), Some(to)) => to.saturating_sub(from) <= 1,
            _ => false,
        },
        Iterable::Each(Expr { kind: ExprKind::List(items), .. }) => items.len() <= 1,
        Iterable::Each(_) => false,
    }
}

/// A `spawn`, if that is all an expression is.
pub(super) fn spawned(expr: &Expr) -> Option<&Spawn> {
    if let ExprKind::Spawn(spawn) = &expr.kind { Some(spawn) } else { None }
}

/// The parts of `base.name(args)`.
pub(super) fn method(expr: &Expr) -> Option<(&Expr, &Name, &[Arg])> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    let ExprKind::Attribute { base, name } = &callee.kind else { return None };
    Some((base, name, args))
}

/// Where each name is used in a block; `let`, assignments and `append` to it are no uses.
pub(super) fn uses(block: &Block) -> BTreeMap<&str, Vec<Span>> {
    let mut uses = BTreeMap::new();
    each_block(block, &mut |block| {
        for statement in &block.statements {
            statement.expressions().into_iter().for_each(|expr| names(expr, &mut uses));
        }
    });
    uses
}

fn names<'a>(expr: &'a Expr, uses: &mut BTreeMap<&'a str, Vec<Span>>) {
    if let Some((base, name, args)) = method(expr)
        && name.text == "append"
        && matches!(base.kind, ExprKind::Name(_))
    {
        args.iter().for_each(|arg| names(&arg.value, uses));
        return;
    }
    if let ExprKind::Name(name) = &expr.kind {
        uses.entry(name).or_default().push(expr.span);
    }
    expr.parts().into_iter().for_each(|part| names(part, uses));
}
