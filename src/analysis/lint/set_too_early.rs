//! W110: an event is set, or a condition notified, before anybody can wait for it.
//!
//! Three cases are told, all in main and on its straight way, before it has started any unit that waits. An event that is
//! set and never cleared: its `wait` never waits. An event that is set and cleared again, and never set otherwise: its
//! `wait` never ends. A condition that is notified then and never again, and waited for without a `while`.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{Fact, FactKind, Ref, Units, Walk};
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::ObjectKind;

/// What is done to one event or condition, by the numbers of the facts.
#[derive(Debug, Default)]
struct Story {
    signals: Vec<usize>,
    clears: Vec<usize>,
    waits: Vec<usize>,
}

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let unknown = ["set", "clear", "wait", "wait_for", "notify", "notify_all"];
    if unknown.iter().any(|method| walk.unknown.contains(*method)) {
        return Vec::new();
    }
    let (events, conditions) = stories(walk);
    let told = |(object, story): (&Ref, &Story)| event(walk, *object, story);
    let lost = |(object, story): (&Ref, &Story)| condition(walk, *object, story);
    events.iter().filter_map(told).chain(conditions.iter().filter_map(lost)).collect()
}

fn stories(walk: &Walk) -> (BTreeMap<Ref, Story>, BTreeMap<Ref, Story>) {
    let (mut events, mut conditions): (BTreeMap<Ref, Story>, BTreeMap<Ref, Story>) = Default::default();
    for (index, fact) in walk.facts.iter().enumerate() {
        if let Some((object, method)) = walk.calls(fact, ObjectKind::Event) {
            let story = events.entry(object).or_default();
            match method {
                "set" => story.signals.push(index),
                "clear" => story.clears.push(index),
                "wait" => story.waits.push(index),
                _ => {}
            }
        }
        if let Some((object, method)) = walk.calls(fact, ObjectKind::Condition) {
            let story = conditions.entry(object).or_default();
            match method {
                "notify" | "notify_all" => story.signals.push(index),
                "wait" | "wait_for" => story.waits.push(index),
                _ => {}
            }
        }
    }
    (events, conditions)
}

fn event(walk: &Walk, object: Ref, story: &Story) -> Option<Diagnostic> {
    let (&first, &wait) = (story.signals.first()?, story.waits.first()?);
    let set = &walk.facts[first];
    let name = walk.name(object);
    if !object.is_certain() || !is_early(walk, object, set, story) {
        return None;
    }
    match story.clears[..] {
        [] => {
            // Main's own wait may be there for the next event to come.
            let message =
                format!("`{name}` is set before anybody can wait for it: `{name}.wait()` never waits");
            Some(
                Diagnostic::warning(codes::SET_TOO_EARLY, set.span, message)
                    .at("nobody who waits is started yet")
                    .with_label(walk.facts[wait].span, "always goes on at once")
                    .with_help(format!(
                        "start the units first and set `{name}` then, or leave the event out"
                    )),
            )
        }
        [clear] if story.signals.len() == 1 && clear > first && is_straight(&walk.facts[clear]) => {
            let cleared = &walk.facts[clear];
            if !is_early(walk, object, cleared, story) {
                return None;
            }
            let message =
                format!("`{name}` is set and cleared again before anybody waits for it: the signal is lost");
            Some(
                Diagnostic::warning(codes::SET_TOO_EARLY, set.span, message)
                    .at("nobody who waits is started yet")
                    .with_label(cleared.span, "taken back here")
                    .with_label(walk.facts[wait].span, "waits for ever")
                    .with_help(format!(
                        "set `{name}` after the units that wait are started, or do not clear it"
                    )),
            )
        }
        _ => None,
    }
}

fn condition(walk: &Walk, object: Ref, story: &Story) -> Option<Diagnostic> {
    let ([first], Some(&wait)) = (&story.signals[..], story.waits.first()) else { return None };
    let notify = &walk.facts[*first];
    let checks = |index: &usize| {
        let fact = &walk.facts[*index];
        fact.around.whiles > 0 || !matches!(fact.kind, FactKind::Call { method: "wait", .. })
    };
    if !object.is_certain() || story.waits.iter().any(checks) || !is_early(walk, object, notify, story) {
        return None;
    }
    let name = walk.name(object);
    let message =
        format!("`{name}` is notified before anybody waits for it: a condition does not remember that");
    Some(
        Diagnostic::warning(codes::SET_TOO_EARLY, notify.span, message)
            .at("nobody who waits is started yet")
            .with_label(walk.facts[wait].span, "waits for ever")
            .with_help(
                "an event stays set; or let those who wait look at a shared variable in a `while` first",
            ),
    )
}

fn is_straight(fact: &Fact) -> bool {
    fact.unit == 0 && fact.around.branches == 0 && fact.around.whiles == 0
}

/// Whether a fact of main comes before the start of every unit that waits.
fn is_early(walk: &Walk, object: Ref, fact: &Fact, story: &Story) -> bool {
    let waiting: Units = story.waits.iter().fold(0, |units, &wait| units | 1 << walk.facts[wait].unit);
    let started = |other: &Fact| match other.kind {
        FactKind::Spawn { unit } => other.unit == 0 && walk.all_below(1 << unit) & waiting != 0,
        FactKind::Enter { .. }
        | FactKind::Call { .. }
        | FactKind::Access { .. }
        | FactKind::Time { .. }
        | FactKind::Join { .. }
        | FactKind::Leak { .. } => false,
    };
    let before = walk.facts.iter().take_while(|other| !std::ptr::eq(*other, fact));
    let share = story.waits.iter().all(|&wait| walk.share_object(object, 0, walk.facts[wait].unit));
    // A wait of main itself is no wait for a signal of another unit.
    let is_for_others = waiting & 1 == 0;
    is_straight(fact) && share && is_for_others && !before.into_iter().any(started)
}
