//! W107: an operation in a task, or on one, that blocks the whole event loop.
//!
//! A bare operation in a function counts if the function is run by a task, also if threads run it as well: `await`
//! means the same there. A lock that never keeps anybody waiting does not count: one that is held only between awaits.
//! `compute` is work, and no wait.

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{Fact, FactKind, Patience, Ref, Units, Waiting, Walk, Work, members};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{ObjectKind, UnitKind};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let contended = contended(walk);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let blocking = blocking(walk, fact, &contended);
        if let Some(diagnostic) = blocking.or_else(|| own_task(walk, fact)).filter(|_| seen.insert(fact.span))
        {
            found.push(diagnostic);
        }
    }
    found
}

/// What blocks, as it is written, and how to mend it.
struct Blocking {
    written: String,
    help: String,
    fix: Option<Fix>,
}

impl Blocking {
    /// It is mended by the word `await` before it.
    fn awaitable(written: String, span: Span) -> Self {
        let help = format!("`await {written}` lets the other tasks go on meanwhile");
        let start = Span { start: span.start, end: span.start };
        Self { written, help, fix: Some(Fix::maybe(start, "await ")) }
    }
}

fn blocking(walk: &Walk, fact: &Fact, contended: &BTreeSet<Ref>) -> Option<Diagnostic> {
    let unit = &walk.units[fact.unit];
    let spawned = unit.spawned.filter(|_| unit.kind == UnitKind::Task)?;
    let what = match fact.kind {
        FactKind::Time { work: Work::Io, waiting: Waiting::Bare } => {
            Blocking::awaitable("io".to_owned(), fact.span)
        }
        FactKind::Time { work: Work::Sleep, waiting: Waiting::Bare } => {
            Blocking::awaitable("sleep".to_owned(), fact.span)
        }
        FactKind::Enter { object, waiting: Waiting::Bare } if is_wanted(walk, object, contended) => {
            let name = walk.name(object);
            let help = format!("`async with {name} {{ … }}` lets the other tasks go on meanwhile");
            Blocking { written: format!("with {name}"), help, fix: None }
        }
        FactKind::Call { object, method, waiting: Waiting::Bare, patience: Patience::Endless }
            if waits(walk, object, method, contended) =>
        {
            Blocking::awaitable(format!("{}.{method}()", walk.name(object)), fact.span)
        }
        FactKind::Join { units, method, waiting: Waiting::Bare, patience: Patience::Endless }
            if method != "map" && fact.live & units != 0 =>
        {
            let help =
                "`await` before the handle, in place of the call, lets the other tasks go on".to_owned();
            Blocking { written: format!("{method}()"), help, fix: None }
        }
        FactKind::Enter { .. }
        | FactKind::Call { .. }
        | FactKind::Access { .. }
        | FactKind::Time { .. }
        | FactKind::Spawn { .. }
        | FactKind::Join { .. }
        | FactKind::Leak { .. } => return None,
    };
    let name = walk.unit_name(fact.unit);
    let message = format!(
        "`{}` without `await` in a task: all tasks of its event loop stand still meanwhile",
        what.written
    );
    let mut diagnostic = Diagnostic::warning(codes::BLOCKS_LOOP, fact.span, message)
        .at("blocks the event loop")
        .with_label(spawned, format!("`{name}` runs as a task"))
        .with_help(what.help);
    diagnostic.fix = what.fix;
    Some(diagnostic)
}

/// Whether that method can keep its caller waiting.
fn waits(walk: &Walk, object: Ref, method: &str, contended: &BTreeSet<Ref>) -> bool {
    let info = &walk.objects[object.object];
    match (info.kind, method) {
        (_, "acquire") => is_wanted(walk, object, contended),
        (ObjectKind::Queue, "put") => info.number.is_some_and(|places| places > 0),
        (_, "wait" | "wait_for" | "get" | "join" | "recv") => true,
        _ => false,
    }
}

/// Whether taking it can mean to wait.
fn is_wanted(walk: &Walk, object: Ref, contended: &BTreeSet<Ref>) -> bool {
    walk.lock(object).is_some_and(|lock| contended.contains(&lock))
}

/// Locks and permits that somebody holds across a wait, or that are taken on several threads.
fn contended(walk: &Walk) -> BTreeSet<Ref> {
    let mut contended = BTreeSet::new();
    let mut threads = std::collections::BTreeMap::new();
    for fact in &walk.facts {
        let pauses = match fact.kind {
            FactKind::Time { work, .. } => work != Work::Compute,
            FactKind::Enter { waiting, .. } | FactKind::Call { waiting, .. } => waiting == Waiting::Awaited,
            FactKind::Join { .. } => true,
            FactKind::Access { .. } | FactKind::Spawn { .. } | FactKind::Leak { .. } => false,
        };
        if pauses {
            contended.extend(fact.held.iter().filter_map(|held| held.lock));
        }
        let Some(taking) = walk.taking(fact) else { continue };
        let thread = walk.units[fact.unit].thread;
        if *threads.entry(taking.lock).or_insert(thread) != thread {
            contended.insert(taking.lock);
        }
    }
    contended
}

/// A bare join of a task that had no chance to run: it waits for what only its own thread could do.
fn own_task(walk: &Walk, fact: &Fact) -> Option<Diagnostic> {
    let FactKind::Join { units, method, waiting: Waiting::Bare, patience: Patience::Endless } = fact.kind
    else {
        return None;
    };
    let waiting: Units = units & fact.live & !fact.stirred;
    let thread = walk.units[fact.unit].thread;
    let is_own = |unit: &usize| {
        walk.units.get(*unit).is_some_and(|task| task.kind == UnitKind::Task && task.thread == thread)
    };
    let task = members(waiting).find(is_own)?;
    let (name, place) = (walk.unit_name(task), walk.place(fact));
    let message =
        format!("`{method}()` in `{place}` blocks the thread on which the task `{name}` has yet to run");
    let diagnostic = Diagnostic::warning(codes::BLOCKS_LOOP, fact.span, message)
        .at("waits for ever")
        .with_help("`await` before the handle, in place of the call, lets the task run");
    Some(match walk.units[task].spawned {
        Some(spawned) => diagnostic.with_label(spawned, "this task runs only while its thread awaits"),
        None => diagnostic,
    })
}
