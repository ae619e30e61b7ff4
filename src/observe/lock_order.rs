//! Locks that were taken while others were held, in a run that got away with it.
//!
//! A circle is told if units took locks in such orders that each could hold what
//! the next one waits for. It is none if they held a further lock around it (a
//! gate), or if something other than these locks makes one come before the other. Nor
//! is it one if all of them live on one event loop and none awaits anything between its
//! two locks: then nobody comes in between.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::SimTime;
use crate::observe::held::{Held, HeldId, Holding};
use crate::observe::knowledge::{Clock, Moment};

/// A circle has at most that many locks.
const CIRCLE_MAX: usize = 6;

/// So many pairs of locks are looked at; of more, the rest is passed over.
const PAIRS_MAX: usize = 256;

/// Of one pair of locks, so many ways of taking it are kept.
const WAYS_MAX: usize = 16;

/// A search for circles takes no more steps.
const STEPS_MAX: usize = 10_000;

/// A lock that was taken while another one was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Who took it.
    pub unit: UnitId,
    /// The lock that was held, and where it was taken.
    pub outer: Holding,
    /// The lock that was taken, and where.
    pub inner: Holding,
    /// On which thread that unit lives, and whether it has awaited something since it took the outer lock.
    pub stretch: Stretch,
    /// All that was held then.
    held: HeldId,
    /// When, and what the unit knew then.
    at: Moment,
    clock: Clock,
}

/// What lies between the taking of two locks by one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The body of the thread on which the unit lives.
    pub thread: UnitId,
    /// It has come to an `await` on the way, where others of that thread could have gone on.
    pub is_parted: bool,
}

/// Units that each could have held what the next one took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// What they did: each took the lock that the next one held.
    pub nested: Vec<Nested>,
    /// When the last one did.
    pub at: SimTime,
}

#[derive(Debug, Default)]
struct Pair {
    ways: Vec<Nested>,
    /// A way leads from the inner lock back to the outer one.
    is_circular: bool,
}

/// The orders in which locks were taken.
#[derive(Debug, Default)]
pub struct LockOrder {
    pairs: BTreeMap<(ObjectId, ObjectId), Pair>,
    /// The circles that were found, no two of the same locks.
    circles: Vec<Circle>,
    /// Who took each lock first, and whether somebody else took it as well.
    takers: BTreeMap<ObjectId, (UnitId, bool)>,
}

impl LockOrder {
    /// A unit took a lock.
    pub fn taken(&mut self, unit: UnitId, lock: ObjectId) {
        let (first, others) = self.takers.entry(lock).or_insert((unit, false));
        *others |= *first != unit;
    }

    /// A unit that holds those locks takes another one, for which it would have waited.
    pub fn nested(
        &mut self,
        (inner, now): (Holding, SimTime),
        (at, clock): (Moment, &Clock),
        (held, stretch): ((&Held, HeldId), impl Fn(ObjectId) -> Stretch),
    ) {
        let (all, held) = held;
        for outer in all.locks(held) {
            let stretch = stretch(outer.lock);
            let key = (outer.lock, inner.lock);
            if !self.pairs.contains_key(&key) {
                if self.pairs.len() >= PAIRS_MAX {
                    continue;
                }
                self.pairs.insert(key, Pair::default());
                self.mark_circular();
            }
            let Some(pair) = self.pairs.get_mut(&key) else { continue };
            let same = |way: &&mut Nested| {
                (way.unit, way.outer, way.inner, way.held) == (at.unit, outer, inner, held)
            };
            let is_circular = pair.is_circular;
            let way = match pair.ways.iter_mut().find(same) {
                // The last time is the one that least comes before what others do.
                Some(way) => {
                    way.at = at;
                    way.stretch.is_parted |= stretch.is_parted;
                    way.clock.clone_from(clock);
                    is_circular.then(|| way.clone())
                }
                None => {
                    let clock = clock.clone();
                    let way = Nested { unit: at.unit, outer, inner, stretch, held, at, clock };
                    if pair.ways.len() < WAYS_MAX {
                        pair.ways.push(way.clone());
                    }
                    is_circular.then_some(way)
                }
            };
            if let Some(way) = way {
                self.close(way, now, all);
            }
        }
    }

    /// Notes of each pair whether a way leads back from its inner lock to its outer one.
    fn mark_circular(&mut self) {
        let keys: Vec<(ObjectId, ObjectId)> = self.pairs.keys().copied().collect();
        for (key, pair) in &mut self.pairs {
            pair.is_circular = leads_back(&keys, *key);
        }
    }

    /// Looks for a circle that a new way closes.
    fn close(&mut self, way: Nested, now: SimTime, held: &Held) {
        let mut search = Search { order: self, held, steps: 0 };
        let mut circle = vec![way];
        if !search.extend(&mut circle) {
            return;
        }
        let locks = locks_of(&circle);
        // A longer circle through locks of a shorter one says nothing new.
        if !self.circles.iter().any(|known| locks_of(&known.nested).is_subset(&locks)) {
            self.circles.push(Circle { nested: circle, at: now });
        }
    }

    /// The circles of locks that are none of these signals.
    pub fn circles(&self, signals: &BTreeSet<ObjectId>) -> impl Iterator<Item = &Circle> {
        let is_signal = |nested: &Nested| signals.contains(&nested.outer.lock);
        self.circles.iter().filter(move |circle| !circle.nested.iter().any(is_signal))
    }

    /// The pairs of locks that several units take, as they were first taken one inside the other. Locks that were
    /// taken in both orders are kept apart by something else, and signals are no locks.
    pub fn nests(&self, signals: &BTreeSet<ObjectId>) -> impl Iterator<Item = &Nested> {
        let is_wanted = |lock: ObjectId| {
            self.takers.get(&lock).is_some_and(|(_, others)| *others) && !signals.contains(&lock)
        };
        let firsts = self.pairs.iter().filter(move |((outer, inner), _)| {
            is_wanted(*outer) && is_wanted(*inner) && !self.pairs.contains_key(&(*inner, *outer))
        });
        firsts.filter_map(|(_, pair)| pair.ways.first())
    }
}

fn locks_of(circle: &[Nested]) -> BTreeSet<ObjectId> {
    circle.iter().map(|nested| nested.outer.lock).collect()
}

/// Whether pairs lead from the inner lock of one of them to its outer one.
fn leads_back(pairs: &[(ObjectId, ObjectId)], (outer, inner): (ObjectId, ObjectId)) -> bool {
    let mut reached = BTreeSet::from([inner]);
    let mut open = vec![inner];
    while let Some(lock) = open.pop() {
        let from = pairs.partition_point(|(first, _)| *first < lock);
        for (_, next) in pairs[from..].iter().take_while(|(first, _)| *first == lock) {
            if *next == outer {
                return true;
            }
            if reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}

/// Whether units can stand in that circle. Each waits for a lock that the next one holds. If both live on one thread, and
/// the first one awaits nothing between its two locks, the next one took that lock earlier; all around, that can't be.
fn may_close(circle: &[Nested]) -> bool {
    let thread = circle.first().map(|nested| nested.stretch.thread);
    circle.iter().any(|nested| nested.stretch.is_parted || Some(nested.stretch.thread) != thread)
}

struct Search<'a> {
    order: &'a LockOrder,
    held: &'a Held,
    steps: usize,
}

impl Search<'_> {
    /// Makes a way a circle, if there is one that it can close.
    fn extend(&mut self, circle: &mut Vec<Nested>) -> bool {
        let (Some(first), Some(last)) = (circle.first(), circle.last()) else { return false };
        let (start, at) = (first.outer.lock, last.inner.lock);
        if at == start {
            return circle.len() > 1 && may_close(circle);
        }
        if circle.len() >= CIRCLE_MAX {
            return false;
        }
        let order = self.order;
        let next = order.pairs.range((at, ObjectId(0))..=(at, ObjectId(u32::MAX)));
        for (_, pair) in next.filter(|(_, pair)| pair.is_circular) {
            for way in &pair.ways {
                self.steps += 1;
                if self.steps > STEPS_MAX {
                    return false;
                }
                if circle.iter().all(|other| self.can_meet(other, way)) {
                    circle.push(way.clone());
                    if self.extend(circle) {
                        return true;
                    }
                    circle.pop();
                }
            }
        }
        false
    }

    /// Whether two units can each hold all that they held there: nothing else orders them, and they share no lock.
    fn can_meet(&self, one: &Nested, other: &Nested) -> bool {
        let holds = |lock: ObjectId| self.held.locks(other.held).any(|holding| holding.lock == lock);
        one.unit != other.unit
            && !one.clock.knows(other.at)
            && !other.clock.knows(one.at)
            && !self.held.locks(one.held).any(|holding| holds(holding.lock))
    }
}
