//! Who takes which lock, and which units wait or signal by other means.

use std::collections::BTreeMap;

use crate::base::span::Span;
use crate::syntax::ast::ObjectKind;

use super::Walk;
use super::fact::{Fact, FactKind, Patience, Ref, Units};

/// A unit that takes a lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    /// The unit.
    pub(crate) unit: usize,
    /// All units that it has running at one or another of the places where it takes the lock.
    live: Units,
    /// The first place.
    pub(crate) span: Span,
    /// A place where it takes it on every way and waits for as long as it takes, if there is one.
    pub(crate) always: Option<Span>,
}

/// For each lock, the units that take it.
#[derive(Debug, Default)]
pub(crate) struct Takers {
    by_lock: BTreeMap<Ref, Vec<Taker>>,
}

impl Takers {
    /// The units that take a lock.
    pub(crate) fn of(&self, lock: Ref) -> &[Taker] {
        self.by_lock.get(&lock).map_or(&[], Vec::as_slice)
    }

    /// A unit that can want a lock at the time of a fact, apart from the one whose fact it is.
    pub(crate) fn wanted(&self, walk: &Walk, lock: Ref, fact: &Fact) -> Option<&Taker> {
        let below = walk.all_below(fact.live);
        self.of(lock).iter().find(|taker| {
            let at_once = walk.are_beside(fact.unit, taker.unit)
                || below >> taker.unit & 1 == 1
                || walk.all_below(taker.live) >> fact.unit & 1 == 1;
            at_once && walk.share_object(lock, fact.unit, taker.unit)
        })
    }
}

impl Walk {
    /// Who takes which lock.
    pub(crate) fn takers(&self) -> Takers {
        let mut takers = Takers::default();
        for fact in &self.facts {
            let Some(taking) = self.taking(fact) else { continue };
            let always = taking.patience == Patience::Endless && fact.around.branches == 0;
            let always = always.then_some(fact.span);
            let known = takers.by_lock.entry(taking.lock).or_default();
            // Facts come unit by unit.
            match known.last_mut().filter(|taker| taker.unit == fact.unit) {
                Some(taker) => {
                    taker.live |= fact.live;
                    taker.always = taker.always.or(always);
                }
                None => {
                    known.push(Taker { unit: fact.unit, live: fact.live, span: fact.span, always });
                }
            }
        }
        takers
    }

    /// The units that wait or signal by anything but locks and joins.
    pub(crate) fn signals(&self) -> Units {
        let kinds = [
            ObjectKind::Event,
            ObjectKind::Barrier,
            ObjectKind::Queue,
            ObjectKind::Pipe,
            ObjectKind::Semaphore,
            ObjectKind::BoundedSemaphore,
        ];
        let mut units = 0;
        for fact in &self.facts {
            let signals = match fact.kind {
                FactKind::Enter { object, .. } => kinds.contains(&self.objects[object.object].kind),
                FactKind::Call { object, method, .. } => {
                    kinds.contains(&self.objects[object.object].kind)
                        || matches!(method, "wait" | "wait_for" | "notify" | "notify_all")
                }
                FactKind::Access { .. }
                | FactKind::Time { .. }
                | FactKind::Spawn { .. }
                | FactKind::Join { .. }
                | FactKind::Leak { .. } => false,
            };
            if signals || fact.around.atomics > 0 {
                units |= 1 << fact.unit;
            }
        }
        units
    }
}
