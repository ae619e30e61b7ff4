//! W106: a shared variable that one unit uses without the lock that the others hold.
//!
//! It is told of a plain `shared` that is no array, if units on different threads use it at the same time, at least one of
//! them writes, all uses in the other units hold one lock, and one unit's use does not. A unit that waits or signals
//! by anything but locks may be kept apart by that: of it nothing is said. Nor of what main does before it has started
//! the others, or after it has joined them.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{Fact, FactKind, Ref, Walk};
use crate::base::diagnostic::Diagnostic;

/// Of one variable, no more uses are compared.
const USES_MAX: usize = 200;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    unguarded(subject.walk).into_values().flatten().collect()
}

/// The warnings, by the variable.
pub(super) fn unguarded(walk: &Walk) -> BTreeMap<usize, Vec<Diagnostic>> {
    let signals = walk.signals();
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for (shared, uses) in uses(walk) {
        let mut seen = BTreeSet::new();
        // A write tells more than a read.
        let (reads, writes): (Vec<&Fact>, Vec<&Fact>) = uses.iter().partition(|fact| !writes(fact));
        for bare in writes.into_iter().chain(reads) {
            if signals >> bare.unit & 1 == 1 || seen.contains(&bare.function) {
                continue;
            }
            if let Some((guarded, lock)) = others(walk, (shared, bare), &uses) {
                seen.insert(bare.function);
                found.entry(shared).or_default().push(told(walk, shared, bare, (guarded, lock)));
            }
        }
    }
    found
}

fn writes(fact: &Fact) -> bool {
    matches!(fact.kind, FactKind::Access { write: true, .. })
}

/// The uses of each variable that lends itself to the comparison.
fn uses(walk: &Walk) -> BTreeMap<usize, Vec<&Fact>> {
    let mut uses: BTreeMap<usize, Vec<&Fact>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut mixed = BTreeSet::new();
    for fact in &walk.facts {
        let FactKind::Access { shared, write } = fact.kind else { continue };
        let info = &walk.shareds[shared];
        if info.atomic || info.array {
            continue;
        }
        if fact.around.atomics > 0 {
            mixed.insert(shared);
        }
        if known.insert((fact.unit, fact.span, write, &fact.held, fact.live)) {
            uses.entry(shared).or_default().push(fact);
        }
    }
    uses.retain(|shared, uses| !mixed.contains(shared) && uses.len() <= USES_MAX);
    uses
}

/// A use in another unit, and the lock that all such uses hold and this one does not.
fn others<'a>(walk: &Walk, bare: (usize, &Fact), uses: &[&'a Fact]) -> Option<(&'a Fact, Ref)> {
    let (shared, bare) = bare;
    let meets = |other: &&&Fact| {
        let threads = (walk.units[bare.unit].thread, walk.units[other.unit].thread);
        // Of a unit that runs several times, what it does with the lock meets what it does without.
        let is_other = bare.unit != other.unit || (other.span != bare.span && !other.held.is_empty());
        let is_apart = threads.0 != threads.1 || walk.are_beside(threads.0, threads.1);
        is_other
            && is_apart
            && walk.share_variable(shared, bare.unit, other.unit)
            && walk.at_once(bare, other)
    };
    let others: Vec<&Fact> = uses.iter().filter(meets).copied().collect();
    let conflicting = others.iter().copied().find(|other| writes(bare) || writes(other))?;
    let lock = conflicting.held.iter().filter_map(|held| held.lock).find(|lock| {
        let guards = |other: &&Fact| other.holds(*lock).is_some();
        walk.is_lock(*lock) && !bare.may_hold(*lock) && others.iter().all(guards)
    })?;
    // Another lock, or one that can't be told, may be the one that keeps them apart.
    let is_alone = bare.held.iter().all(|held| held.lock.is_some_and(|lock| walk.is_lock(lock)));
    is_alone.then_some((conflicting, lock))
}

fn told(walk: &Walk, shared: usize, bare: &Fact, other: (&Fact, Ref)) -> Diagnostic {
    let (guarded, lock) = other;
    let (name, lock_name) = (&walk.shareds[shared].name, walk.name(lock));
    let verb = if writes(bare) { "writes" } else { "reads" };
    let message = format!(
        "`{}` {verb} `{name}` without `{lock_name}`, which `{}` holds for that",
        walk.place(bare),
        walk.place(guarded)
    );
    let mut diagnostic = Diagnostic::warning(codes::UNGUARDED, bare.span, message)
        .at(format!("`{lock_name}` is not held here"))
        .with_label(guarded.span, format!("here `{lock_name}` is held"));
    if let Some(held) = guarded.holds(lock) {
        diagnostic = diagnostic.with_label(held.span, "taken here");
    }
    diagnostic.labels.sort();
    diagnostic.with_help(format!(
        "a lock protects only if everybody takes it: put `with {lock_name} {{ … }}` around each use of `{name}`"
    ))
}
