//! W103: a lock that is taken by `acquire` is not released on every way out of its function.
//!
//! It is told only of locks whose every `release` stands in the function that takes them: elsewhere a caller or another
//! unit may be the one who releases. Ways that only an unforeseen exception takes are not counted.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{Fact, FactKind, Held, Ref, Walk, Way};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let leaks = leaks(walk);
    leaks.values().map(|leak| told(walk, leak)).collect()
}

/// A way out on which a lock stays taken.
pub(super) struct Leak<'a> {
    fact: &'a Fact,
    held: Held,
    lock: Ref,
    way: Way,
    /// Where it is released on another way.
    released: Option<Span>,
}

/// For each `acquire` that is not always released, a way out.
pub(super) fn leaks(walk: &Walk) -> BTreeMap<Span, Leak<'_>> {
    let releases = releases(walk);
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    if walk.unknown.contains("release") {
        return leaks;
    }
    for fact in &walk.facts {
        let FactKind::Leak { held, way } = fact.kind else { continue };
        let Some(lock) = held.lock.filter(|lock| lock.is_certain()) else { continue };
        let places = releases.get(&lock.object);
        let is_own = places.is_none_or(|places| {
            places.keys().all(|(object, function)| object.is_certain() && *function == fact.function)
        });
        // A permit that no way from here gives back is counted down for good, which may be what is meant.
        let is_for_good = way == Way::End && held.doubt == 0;
        if !is_own || (is_for_good && !walk.is_lock(lock)) {
            continue;
        }
        let released = places.and_then(|places| places.values().next().copied());
        let leak = Leak { fact, held, lock, way, released };
        let is_clearer = |known: &Leak<'_>| known.way == Way::End && way != Way::End;
        match leaks.get(&held.span) {
            Some(known) if !is_clearer(known) => {}
            Some(_) | None => drop(leaks.insert(held.span, leak)),
        }
    }
    leaks
}

/// For each declaration, what of it is released, in which functions, with the first place.
fn releases(walk: &Walk) -> BTreeMap<usize, BTreeMap<(Ref, usize), Span>> {
    let mut releases: BTreeMap<usize, BTreeMap<(Ref, usize), Span>> = BTreeMap::new();
    for fact in &walk.facts {
        let FactKind::Call { object, method: "release", .. } = fact.kind else { continue };
        let Some(lock) = walk.lock(object) else { continue };
        releases.entry(lock.object).or_default().entry((lock, fact.function)).or_insert(fact.span);
    }
    releases
}

fn told(walk: &Walk, leak: &Leak<'_>) -> Diagnostic {
    let (name, place) = (walk.name(leak.lock), walk.place(leak.fact));
    let message = match leak.released {
        Some(_) => format!("`{place}` can end without releasing `{name}`"),
        None => format!("`{place}` takes `{name}`, and nobody ever releases it"),
    };
    let mut diagnostic = Diagnostic::warning(codes::NOT_RELEASED, leak.held.span, message)
        .at(format!("`{name}` is taken here"));
    let skip = match leak.way {
        Way::Return => Some("on this way it stays taken"),
        Way::Raise => Some("this exception leaves it taken"),
        Way::Jump => Some("from here the way leads past the `release`"),
        Way::End => leak.released.map(|_| "on some way it is still taken here"),
    };
    if let (Some(skip), Some(_)) = (skip, leak.released) {
        diagnostic = diagnostic.with_label(leak.fact.span, skip);
    }
    if let Some(released) = leak.released {
        diagnostic = diagnostic.with_label(released, "released here");
    }
    diagnostic.labels.sort();
    diagnostic.with_help(format!("`with {name} {{ … }}` gives it back on every way out"))
}
