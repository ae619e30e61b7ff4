//! W117 and W118: waits that nobody can end.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{FactKind, Patience, Ref, members};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::ObjectKind;

/// W117: `join` on a queue without any `task_done`.
pub(super) fn never_done(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let mut calls: BTreeMap<(Ref, &str), Span> = BTreeMap::new();
    for fact in &walk.facts {
        if let Some((queue, method)) = walk.calls(fact, ObjectKind::Queue) {
            let is_endless = matches!(fact.kind, FactKind::Call { patience: Patience::Endless, .. });
            if method != "join" || is_endless {
                calls.entry((queue, method)).or_insert(fact.span);
            }
        }
    }
    // Of an array, one element that is done speaks for all.
    let done: BTreeSet<usize> =
        calls.keys().filter(|(_, method)| *method == "task_done").map(|(queue, _)| queue.object).collect();
    let mut found = Vec::new();
    for (&(queue, method), &span) in &calls {
        let Some(&put) = calls.get(&(queue, "put")).filter(|_| method == "join") else { continue };
        if walk.unknown.contains("task_done") || done.contains(&queue.object) {
            continue;
        }
        let name = walk.name(queue);
        let message = format!(
            "`{name}.join()` waits until each item is marked as done, and nobody calls `{name}.task_done()`"
        );
        found.push(
            Diagnostic::warning(codes::NEVER_DONE, span, message)
                .at("waits for ever")
                .with_label(put, "an item is put here")
                .with_help(format!(
                    "call `{name}.task_done()` once for each item that was got and dealt with"
                )),
        );
    }
    found
}

/// W118: a job that waits for a job of its own pool, which has one worker.
pub(super) fn no_worker_left(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let FactKind::Join { units, patience: Patience::Endless, .. } = fact.kind else { continue };
        let Some(pool) = walk.units[fact.unit].pool.filter(|&pool| walk.objects[pool].number == Some(1))
        else {
            continue;
        };
        let other = members(units & fact.live).find(|&unit| walk.units[unit].pool == Some(pool));
        let Some(other) = other.filter(|_| seen.insert(fact.span)) else { continue };
        let (place, name, pool_name) = (walk.place(fact), walk.unit_name(other), &walk.objects[pool].name);
        let message = format!(
            "`{place}` waits for `{name}` in the only worker of `{pool_name}`, which has to run that, too"
        );
        let mut diagnostic = Diagnostic::warning(codes::NO_WORKER_LEFT, fact.span, message)
            .at("waits for ever")
            .with_label(walk.objects[pool].span, "one worker");
        if let Some(spawned) = walk.units[other].spawned {
            diagnostic = diagnostic.with_label(spawned, "this job waits in the queue behind");
        }
        diagnostic.labels.sort();
        found.push(diagnostic.with_help(format!(
            "call `{name}` itself; or give `{pool_name}` more workers than jobs that wait"
        )));
    }
    found
}
