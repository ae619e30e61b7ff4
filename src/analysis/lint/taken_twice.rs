//! W114: a unit takes a lock that it already holds, and waits for itself.
//!
//! It is told of a plain `lock`, if nobody else releases it.

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::not_released::leaks;
use crate::analysis::walk::{Fact, FactKind, How, Patience, Ref, Walk};
use crate::base::diagnostic::Diagnostic;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let leaks = leaks(walk);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    if walk.unknown.contains("release") {
        return found;
    }
    let released = released(walk);
    for fact in &walk.facts {
        let Some(taking) = walk.taking(fact).filter(|taking| taking.patience == Patience::Endless) else {
            continue;
        };
        let lock = taking.lock;
        let Some(held) = fact.holds(lock) else { continue };
        let is_told = held.span == fact.span && leaks.contains_key(&fact.span);
        if walk.is_reentrant(lock)
            || is_told
            || is_opened(walk, lock, fact, &released)
            || !seen.insert(fact.span)
        {
            continue;
        }
        let (name, place) = (walk.name(lock), walk.place(fact));
        let message =
            format!("`{place}` takes `{name}`, which its unit already holds: it waits for itself for ever");
        let mut diagnostic = Diagnostic::warning(codes::TAKEN_TWICE, fact.span, message);
        diagnostic = if held.span == fact.span {
            diagnostic.at("in the next round it is still taken")
        } else {
            let label = match held.how {
                How::With => "held from here to the end of the block",
                How::Acquire => "taken here, and not released since",
            };
            diagnostic.at("for the second time").with_label(held.span, label)
        };
        let help = match taking.object == lock {
            true => format!("take it once; or declare `rlock {name}`, which its holder may take again"),
            false => format!("`{}` and `{name}` are one lock: take it once", walk.name(taking.object)),
        };
        found.push(diagnostic.with_help(help));
    }
    found
}

/// The `release` calls of a script.
fn released(walk: &Walk) -> Vec<(Ref, &Fact)> {
    let mut known = BTreeSet::new();
    let mut released = Vec::new();
    for fact in &walk.facts {
        let FactKind::Call { object, method: "release", .. } = fact.kind else { continue };
        let Some(lock) = walk.lock(object) else { continue };
        if known.insert((lock, fact.unit)) {
            released.push((lock, fact));
        }
    }
    released
}

/// Whether another unit may release the lock meanwhile.
fn is_opened(walk: &Walk, lock: Ref, fact: &Fact, released: &[(Ref, &Fact)]) -> bool {
    let opens = |(other, release): &(Ref, &Fact)| other.may_be(lock) && release.unit != fact.unit;
    released.iter().any(opens)
        || walk.are_beside(fact.unit, fact.unit) && released.iter().any(|(other, _)| other.may_be(lock))
}
