//! Locks that are taken while others are held: pairs of them, and circles of pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::walk::{Element, Fact, Held, Patience, Ref, Walk};

/// A circle has at most that many locks.
const CIRCLE_MAX: usize = 6;

/// Of one pair of locks, no more places are looked at.
const PLACES_MAX: usize = 24;

/// No more steps are taken in search of circles.
const STEPS_MAX: usize = 100_000;

/// A lock that is taken while another one is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) outer: Ref,
    pub(super) inner: Ref,
    /// Where the outer one was taken.
    pub(super) held: &'a Held,
    /// Where the inner one is taken.
    pub(super) fact: &'a Fact,
}

impl Pair<'_> {
    /// What was held before the outer lock was taken.
    fn gates(&self) -> impl Iterator<Item = &Held> {
        self.fact.held.iter().take_while(|held| held.span != self.held.span)
    }
}

/// All pairs, by their locks, in the order of the walk.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    pub(super) by_locks: BTreeMap<(Ref, Ref), Vec<Pair<'a>>>,
}

/// The pairs of a script.
pub(super) fn pairs(walk: &Walk) -> Pairs<'_> {
    let mut pairs = Pairs::default();
    for fact in &walk.facts {
        let Some(taking) = walk.taking(fact) else { continue };
        let is_held = fact.held.iter().any(|held| held.lock == Some(taking.lock));
        if taking.patience == Patience::Limited || is_held {
            continue;
        }
        for held in &fact.held {
            let Some(outer) = held.lock.filter(|outer| held.doubt == 0 && walk.is_lock(*outer)) else {
                continue;
            };
            let places = pairs.by_locks.entry((outer, taking.lock)).or_default();
            let known = |pair: &Pair<'_>| pair.fact.unit == fact.unit && pair.fact.live == fact.live;
            if places.len() < PLACES_MAX && !places.iter().any(known) {
                places.push(Pair { outer, inner: taking.lock, held, fact });
            }
        }
    }
    pairs
}

/// Circles of single locks that units can close by waiting for each other, shortest first, no two of the same locks.
pub(super) fn circles<'a>(walk: &Walk, pairs: &Pairs<'a>) -> Vec<Vec<Pair<'a>>> {
    let mut search = Search { walk, pairs, after: BTreeMap::new(), steps: 0, found: Vec::new() };
    for (outer, inner) in pairs.by_locks.keys() {
        if outer.is_certain() && inner.is_certain() {
            search.after.entry(*outer).or_default().push(*inner);
        }
    }
    let mut seen: BTreeSet<BTreeSet<Ref>> = BTreeSet::new();
    let mut circles = Vec::new();
    for length in 2..=CIRCLE_MAX {
        let starts: Vec<Ref> = search.after.keys().copied().collect();
        for start in starts {
            search.from(start, start, length, &mut Vec::new());
        }
        for circle in std::mem::take(&mut search.found) {
            let locks: BTreeSet<Ref> = circle.iter().map(|pair| pair.outer).collect();
            // A longer circle through locks of a shorter one says nothing new.
            if !seen.iter().any(|smaller| smaller.is_subset(&locks)) {
                seen.insert(locks);
                circles.push(circle);
            }
        }
    }
    circles
}

struct Search<'s, 'a> {
    walk: &'s Walk,
    pairs: &'s Pairs<'a>,
    after: BTreeMap<Ref, Vec<Ref>>,
    steps: usize,
    found: Vec<Vec<Pair<'a>>>,
}

impl<'a> Search<'_, 'a> {
    /// Looks for a circle of that many pairs more. It begins with the least of its locks.
    fn from(&mut self, start: Ref, at: Ref, left: usize, circle: &mut Vec<Pair<'a>>) {
        let next = self.after.get(&at).cloned().unwrap_or_default();
        for inner in next {
            let closes = inner == start;
            if closes != (left == 1) || inner < start || self.steps > STEPS_MAX {
                continue;
            }
            if !closes && circle.iter().any(|pair| pair.outer == inner) {
                continue;
            }
            let pairs = self.pairs;
            for pair in pairs.by_locks.get(&(at, inner)).into_iter().flatten() {
                self.steps += 1;
                if self.steps > STEPS_MAX || !circle.iter().all(|other| self.can_meet(other, pair)) {
                    continue;
                }
                circle.push(*pair);
                let before = self.found.len();
                if closes {
                    self.found.push(circle.clone());
                } else {
                    self.from(start, inner, left - 1, circle);
                }
                circle.pop();
                if self.found.len() > before {
                    return;
                }
            }
        }
    }

    /// Whether two units can each hold the outer lock of one of these.
    fn can_meet(&self, one: &Pair<'_>, other: &Pair<'_>) -> bool {
        let (first, second) = (one.fact.unit, other.fact.unit);
        let share = |lock: Ref| self.walk.share_object(lock, first, second);
        let gated = one.gates().any(|gate| {
            gate.lock.is_none() || other.gates().any(|there| there.lock.is_none() || there.lock == gate.lock)
        });
        self.walk.at_once(one.fact, other.fact) && share(one.inner) && share(other.inner) && !gated
    }
}

/// A pair of elements of one array, each unit taking its own and then the next one, the last unit the first one again.
pub(super) fn rings<'a>(walk: &Walk, pairs: &Pairs<'a>) -> Vec<Pair<'a>> {
    let mut ways: BTreeMap<usize, Vec<Pair<'a>>> = BTreeMap::new();
    for ((outer, inner), places) in &pairs.by_locks {
        if outer.object == inner.object {
            ways.entry(outer.object).or_default().extend(places);
        }
    }
    // A unit that does it the other way round, or in a way that can't be told, may break the circle.
    let all_alike = |places: &&Vec<Pair<'_>>| {
        let direction = |pair: &Pair<'_>| direction(walk, pair.outer, pair.inner);
        let first = places.first().and_then(direction);
        first.is_some() && places.iter().all(|pair| direction(pair) == first)
    };
    let mut rings = Vec::new();
    for places in ways.values().filter(all_alike) {
        let meet = |pair: &&Pair<'a>| {
            places.iter().any(|other| {
                walk.at_once(pair.fact, other.fact)
                    && walk.share_object(pair.outer, pair.fact.unit, other.fact.unit)
            })
        };
        let ungated = |pair: &&Pair<'a>| pair.gates().next().is_none();
        rings.extend(places.iter().filter(meet).find(ungated).copied());
    }
    rings
}

/// Which way round two elements lie: the one behind the other, or before it, where the indices go in a circle.
fn direction(walk: &Walk, outer: Ref, inner: Ref) -> Option<bool> {
    let text = |lock: Ref| match lock.element {
        Element::Some(text) => walk.texts.get(text).map(String::as_str).filter(|text| !text.is_empty()),
        Element::Only | Element::At(_) => None,
    };
    let (first, second) = (text(outer)?, text(inner)?);
    match (is_next(first, second), is_next(second, first)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        (false, false) => None,
    }
}

/// Whether the second text is `(first + 1) % n`.
fn is_next(first: &str, second: &str) -> bool {
    let Some(sum) = second.strip_prefix('(').and_then(|rest| rest.strip_prefix(first)) else { return false };
    (sum.starts_with(" + ") || sum.starts_with(" - ")) && sum.contains(") % ")
}

/// The locks of all circles and rings, as pairs.
pub(super) fn circular(circles: &[Vec<Pair<'_>>], rings: &[Pair<'_>]) -> BTreeSet<(Ref, Ref)> {
    circles.iter().flatten().chain(rings).map(|pair| (pair.outer, pair.inner)).collect()
}
