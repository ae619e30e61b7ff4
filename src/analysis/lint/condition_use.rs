//! W104 and W105: a condition's `wait` outside a `while`, and its methods without its lock.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{FactKind, Patience};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::ObjectKind;

/// W104. A `while` around the call of the function that waits counts; a wait with a timeout is not told of,
/// because it may be a pause.
pub(super) fn outside_loop(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let Some((condition, "wait")) = walk.calls(fact, ObjectKind::Condition) else { continue };
        let is_endless = matches!(fact.kind, FactKind::Call { patience: Patience::Endless, .. });
        if !is_endless || fact.around.whiles > 0 || !seen.insert(fact.span) {
            continue;
        }
        let name = walk.name(condition);
        let message =
            format!("`{name}.wait()` stands outside a `while`: what it waits for need not be true behind it");
        found.push(
            Diagnostic::warning(codes::WAIT_WITHOUT_LOOP, fact.span, message)
                .at("woken, but perhaps too late or in vain")
                .with_help(format!(
                    "`while not ready {{ {name}.wait() }}`, or `{name}.wait_for(ready)`, looks again after each wake-up"
                )),
        );
    }
    found
}

/// W105. Told only where the lock is held on no way.
pub(super) fn without_lock(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    // For each place and visit: the condition, its method, and whether the lock may be held.
    let mut visits: BTreeMap<(Span, u32), (usize, bool)> = BTreeMap::new();
    for (index, fact) in walk.facts.iter().enumerate() {
        let Some((condition, "wait" | "wait_for" | "notify" | "notify_all")) =
            walk.calls(fact, ObjectKind::Condition)
        else {
            continue;
        };
        let is_held = walk.lock(condition).is_none_or(|lock| fact.may_hold(lock));
        visits.entry((fact.span, fact.visit)).or_insert((index, false)).1 |= is_held;
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (&(span, _), &(index, is_held)) in &visits {
        let Some((condition, method)) = walk.calls(&walk.facts[index], ObjectKind::Condition) else {
            continue;
        };
        if is_held || !seen.insert(span) {
            continue;
        }
        let name = walk.name(condition);
        let message = format!("`{name}.{method}()` without the lock of `{name}` raises `RuntimeError`");
        found.push(
            Diagnostic::warning(codes::NOT_HOLDING, span, message)
                .at(format!("`{name}` is not held here"))
                .with_label(walk.objects[condition.object].span, "declared here")
                .with_help(format!("`with {name} {{ … }}` around it takes the lock")),
        );
    }
    found
}
