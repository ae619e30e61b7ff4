//! Walks over the tree that lints share: each block, each loop, each use of a name.

use std::collections::BTreeMap;

use crate::base::span::Span;
use crate::syntax::ast::{
    Arg, Block, Expr, ExprKind, Item, Iterable, Literal, Name, Script, Spawn, Statement, StatementKind,
};

/// The bodies of the functions and of main.
pub(super) fn bodies(script: &Script) -> impl Iterator<Item = &Block> {
    script.items.iter().filter_map(|item| match item {
        Item::Function(function) => Some(&function.body),
        Item::Main(main) => Some(&main.body),
        Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Property(_) => None,
    })
}

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
    let number = |expr: &Expr| match expr.kind {
        ExprKind::Literal(Literal::Int(number)) => Some(number),
        _ => None,
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
    match &expr.kind {
        ExprKind::Spawn(spawn) => Some(spawn),
        _ => None,
    }
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
            own_expressions(statement, &mut |expr| names(expr, &mut uses));
        }
    });
    uses
}

fn names<'a>(expr: &'a Expr, uses: &mut BTreeMap<&'a str, Vec<Span>>) {
    if let Some((base, name, args)) = method(expr) {
        if name.text == "append" && matches!(base.kind, ExprKind::Name(_)) {
            args.iter().for_each(|arg| names(&arg.value, uses));
            return;
        }
    }
    if let ExprKind::Name(name) = &expr.kind {
        uses.entry(name).or_default().push(expr.span);
    }
    parts(expr, &mut |part| names(part, uses));
}

/// Gives the expressions directly inside one.
fn parts<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) => {}
        ExprKind::List(items) => items.iter().for_each(see),
        ExprKind::Unary { operand: inner, .. } | ExprKind::Await(inner) => see(inner),
        ExprKind::Attribute { base, .. } => see(base),
        ExprKind::Binary { left, right, .. } => {
            see(left);
            see(right);
        }
        ExprKind::Call { callee, args } => {
            see(callee);
            arguments(args, see);
        }
        ExprKind::Index { base, index } => {
            see(base);
            see(index);
        }
        ExprKind::Spawn(spawn) => {
            arguments(&spawn.options, see);
            arguments(&spawn.args, see);
        }
    }
}

fn arguments<'a>(args: &'a [Arg], see: &mut dyn FnMut(&'a Expr)) {
    for arg in args {
        see(&arg.value);
        arg.range_end.iter().for_each(&mut *see);
    }
}

/// Gives the expressions of a statement, without those in its blocks.
fn own_expressions<'a>(statement: &'a Statement, see: &mut dyn FnMut(&'a Expr)) {
    match &statement.kind {
        StatementKind::Let { value, .. } => see(value),
        StatementKind::Assign { place, value, .. } => {
            place.indices.iter().for_each(&mut *see);
            see(value);
        }
        StatementKind::Compute { duration, .. } | StatementKind::Sleep { duration, .. } => see(duration),
        StatementKind::Io { duration, device, .. } => {
            see(duration);
            device.iter().for_each(see);
        }
        StatementKind::With { items, .. } => items.iter().for_each(see),
        StatementKind::If { branches, .. } => branches.iter().for_each(|(condition, _)| see(condition)),
        StatementKind::While { condition, .. } => see(condition),
        StatementKind::For { iterable: Iterable::Range { from, to }, .. } => {
            see(from);
            see(to);
        }
        StatementKind::For { iterable: Iterable::Each(list), .. } => see(list),
        StatementKind::Return(value) => value.iter().for_each(see),
        StatementKind::Raise { message, .. } => message.iter().for_each(see),
        StatementKind::Assert { condition, message } => {
            see(condition);
            message.iter().for_each(see);
        }
        StatementKind::Print(values) => values.iter().for_each(see),
        StatementKind::Atomic { when, .. } => when.iter().for_each(see),
        StatementKind::Expr(expr) => see(expr),
        StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Try { .. }
        | StatementKind::Group(_)
        | StatementKind::Region { .. } => {}
    }
}
