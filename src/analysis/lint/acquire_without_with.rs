//! W109: `acquire` and `release` in one block, where `with` does both.
//!
//! It is told of locks and conditions whose `acquire` waits for as long as it takes. Locks that are not released in the
//! opposite order in which they were taken, from hand to hand, can't be written so; an `acquire` whose
//! `release` stands in a `finally` is as safe as a `with`; nor can a lock that some way out takes along.

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::not_released::leaks;
use crate::analysis::lint::tree::{each_block, method};
use crate::analysis::walk::{How, Patience};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, Statement, StatementKind};
use crate::syntax::parts::bodies;
use crate::syntax::print::expression;

/// No more locks than that are followed at once in one block.
const OPEN_MAX: usize = 16;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let leaks = leaks(walk);
    let plain: BTreeSet<Span> = walk
        .facts
        .iter()
        .filter(|fact| {
            let taking = walk.taking(fact);
            taking.is_some_and(|taking| taking.how == How::Acquire && taking.patience == Patience::Endless)
        })
        .map(|fact| fact.span)
        .filter(|span| !leaks.contains_key(span))
        .collect();
    let mut found = Vec::new();
    for body in bodies(subject.script) {
        each_block(body, &mut |block| in_block(block, &plain, &mut found));
    }
    found
}

/// An `acquire` whose `release` is yet to come.
struct Open<'a> {
    name: String,
    statement: &'a Statement,
    index: usize,
    call: Span,
    awaited: bool,
    /// Whether another lock was taken before it and released since.
    crossed: bool,
}

fn in_block(block: &Block, plain: &BTreeSet<Span>, found: &mut Vec<Diagnostic>) {
    let mut open: Vec<Open<'_>> = Vec::new();
    for (index, statement) in block.statements.iter().enumerate() {
        let StatementKind::Expr(expr) = &statement.kind else { continue };
        let (call, awaited) =
            if let ExprKind::Await(inner) = &expr.kind { (&**inner, true) } else { (expr, false) };
        let Some((base, name, _)) = method(call) else { continue };
        if name.text == "acquire" && plain.contains(&call.span) && open.len() < OPEN_MAX {
            let name = expression(base);
            open.push(Open { name, statement, index, call: call.span, awaited, crossed: false });
        }
        if name.text == "release" && !open.is_empty() {
            close(&mut open, base, (statement, index), block, found);
        }
    }
}

fn close(
    open: &mut Vec<Open<'_>>,
    base: &Expr,
    release: (&Statement, usize),
    block: &Block,
    found: &mut Vec<Diagnostic>,
) {
    let name = expression(base);
    let Some(at) = open.iter().rposition(|open| open.name == name) else { return };
    let acquire = open.remove(at);
    let is_last = at == open.len();
    open[at..].iter_mut().for_each(|later| later.crossed = true);
    let between = &block.statements[acquire.index + 1..release.1];
    let leaves = between.iter().any(|statement| leaves_with_it(statement, &name));
    if is_last && !acquire.crossed && !leaves {
        found.push(told(&acquire, release, between));
    }
}

fn told(acquire: &Open<'_>, release: (&Statement, usize), between: &[Statement]) -> Diagnostic {
    let name = &acquire.name;
    let word = if acquire.awaited { "async with" } else { "with" };
    let message = format!("`{name}.acquire()` and `{name}.release()` can be one `{word} {name} {{ … }}`");
    let diagnostic = Diagnostic::warning(codes::ACQUIRE_WITHOUT_WITH, acquire.call, message)
        .at("taken here")
        .with_label(release.0.span, "and released here, unless something raises in between")
        .with_help(format!("`{word}` gives it back on every way out, also on `return` and on an exception"));
    if between.is_empty() || between.iter().any(|statement| mentions_release(statement, name)) {
        return diagnostic;
    }
    let fix = Fix::maybe(acquire.statement.span, format!("{word} {name} {{")).and(release.0.span, "}");
    diagnostic.with_fix(fix)
}

/// Whether the lock is released inside a statement as well.
fn mentions_release(statement: &Statement, name: &str) -> bool {
    let mut mentions = false;
    for block in statement.blocks() {
        each_block(block, &mut |block| mentions |= releases(block, name));
    }
    mentions
}

/// Whether a way out of a statement goes on with the lock still held, perhaps to release it elsewhere.
fn leaves_with_it(statement: &Statement, name: &str) -> bool {
    let jumps = |statement: &Statement| {
        matches!(statement.kind, StatementKind::Break | StatementKind::Continue | StatementKind::Return(_))
    };
    let mut leaves = jumps(statement);
    for block in statement.blocks() {
        each_block(block, &mut |block| {
            leaves |= block.statements.iter().any(jumps) && !releases(block, name);
        });
    }
    leaves
}

fn releases(block: &Block, lock: &str) -> bool {
    block.statements.iter().any(|statement| {
        let StatementKind::Expr(expr) = &statement.kind else { return false };
        method(expr).is_some_and(|(base, name, _)| name.text == "release" && expression(base) == lock)
    })
}
