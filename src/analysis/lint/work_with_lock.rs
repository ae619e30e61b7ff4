//! W108: time is spent while holding a lock that others want.
//!
//! `compute` always counts. `io` and `sleep` count where they begin or end the block that holds the lock, beside
//! something else in it: there they can be moved out, and between two steps that belong together they can't. And they
//! count only if the lock is held elsewhere without any wait: else it may be there for the wait. Of locks that units take
//! in different orders something graver is said, by [`super::opposite_orders`].

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::order::{circles, pairs};
use crate::analysis::lint::tree::each_block;
use crate::analysis::walk::{Fact, FactKind, Held, Ref, Walk, Work};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, Literal, Script, Statement, StatementKind};
use crate::syntax::parts::bodies;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let takers = walk.takers();
    let movable = movable(subject.script);
    let pairs = pairs(walk);
    let circular: BTreeSet<Ref> = circles(walk, &pairs).iter().flatten().map(|pair| pair.outer).collect();
    let short = short(walk);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let FactKind::Time { work, .. } = fact.kind else { continue };
        let is_compute = work == Work::Compute;
        if !is_compute && !movable.contains(&fact.span) {
            continue;
        }
        let wanted = fact.held.iter().rev().find_map(|held| {
            let is_plain = |lock: &Ref| lock.is_certain() && walk.is_lock(*lock) && !circular.contains(lock);
            let lock = held.lock.filter(|lock| is_plain(lock) && held.doubt == 0)?;
            if !is_compute && !short.contains(&lock) {
                return None;
            }
            Some((held, lock, takers.wanted(walk, lock, fact)?.span))
        });
        let Some((held, lock, elsewhere)) = wanted else { continue };
        if seen.insert((held.span, work)) {
            found.push(told(walk, (fact, work), (held, lock), elsewhere));
        }
    }
    found
}

fn told(walk: &Walk, what: (&Fact, Work), lock: (&Held, Ref), elsewhere: Span) -> Diagnostic {
    let (fact, work) = what;
    let (held, lock) = lock;
    let (place, name) = (walk.place(fact), walk.name(lock));
    let (message, help) = match work {
        Work::Compute => (
            format!("`{place}` computes while it holds `{name}`, which others want"),
            format!(
                "compute before or after, and hold `{name}` only for what the others must not see half done"
            ),
        ),
        Work::Io => (
            format!("`{place}` waits for `io` while it holds `{name}`, which others want"),
            format!("move the `io` out of the block, so that nobody waits for `{name}` meanwhile"),
        ),
        Work::Sleep => (
            format!("`{place}` sleeps while it holds `{name}`, which others want"),
            format!("move the `sleep` out of the block, so that nobody waits for `{name}` meanwhile"),
        ),
    };
    let mut diagnostic = Diagnostic::warning(codes::WORK_WITH_LOCK, fact.span, message)
        .at("the others wait so much longer")
        .with_label(held.span, format!("`{name}` is taken here"));
    if elsewhere != held.span {
        diagnostic = diagnostic.with_label(elsewhere, "and wanted here");
    }
    diagnostic.labels.sort();
    diagnostic.with_help(help)
}

/// Locks that are held somewhere without any time being spent meanwhile.
fn short(walk: &Walk) -> BTreeSet<Ref> {
    let mut long = BTreeSet::new();
    for fact in &walk.facts {
        if let FactKind::Time { .. } = fact.kind {
            long.extend(fact.held.iter().map(|held| held.span));
        }
    }
    let taken = walk.facts.iter().filter(|fact| !long.contains(&fact.span));
    taken.filter_map(|fact| walk.taking(fact)).map(|taking| taking.lock).collect()
}

/// The `io` and `sleep` statements that begin or end the body of a `with` which does something else, too.
fn movable(script: &Script) -> BTreeSet<Span> {
    let mut movable = BTreeSet::new();
    for body in bodies(script) {
        each_block(body, &mut |block| {
            for statement in &block.statements {
                if let StatementKind::With { body, .. } = &statement.kind {
                    ends(body, &mut movable);
                }
            }
        });
    }
    movable
}

fn ends(body: &Block, movable: &mut BTreeSet<Span>) {
    let statements = &body.statements;
    if statements.iter().any(does_something_else) {
        let first = statements.iter().take_while(|statement| is_wait(statement));
        let last = statements.iter().rev().take_while(|statement| is_wait(statement));
        movable.extend(first.chain(last).map(|statement| statement.span));
    }
}

/// Whether a statement is an `io` or a `sleep` of a length that is no matter of what the lock protects.
fn is_wait(statement: &Statement) -> bool {
    if let StatementKind::Io { duration, .. } | StatementKind::Sleep { duration, .. } = &statement.kind {
        is_plain(duration)
    } else {
        false
    }
}

fn is_plain(duration: &Expr) -> bool {
    matches!(duration.kind, ExprKind::Literal(Literal::Duration(_)))
}

fn does_something_else(statement: &Statement) -> bool {
    !matches!(
        statement.kind,
        StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::Compute { .. }
            | StatementKind::Pass
            | StatementKind::Print(_)
    )
}
