//! The best witness of each finding: the way to it with the fewest
//! preemptions and, of those, the fewest steps, or the other way round.
//!
//! A preemption is a change of unit while the one before could take its next
//! step: what it rests at is there. One that could only give up waiting is
//! not preempted.
//!
//! The search goes through pairs of a world and the unit that took the last
//! step, in buckets of equal cost, without any reduction: what a reduction
//! leaves out may be the shortest. The second half of a pair matters only if
//! that unit could go on. The first way to a pair is the best one, because
//! buckets are emptied in the order of their costs and no turn costs less than nothing
//! (those that only end a unit cost nothing); ways of equal cost are ordered like words, turn by turn. So the
//! result does not depend on anything but the program.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::WitnessOrder;
use crate::explore::fingerprint::{Fingerprint, fingerprint};
use crate::explore::schedule::{Schedule, Turn};
use crate::explore::space::{Space, Taken};
use crate::semantics::world::World;

/// The worlds of every so many steps are kept; those between are made again when they are needed.
const KEPT_STEPS: u64 = 8;

/// A way to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The turns.
    pub schedule: Schedule,
    /// How many turns.
    pub steps: u64,
    /// How many preemptions.
    pub preemptions: u64,
    /// No way is better; false if the search was given up before that was certain.
    pub is_best: bool,
}

/// What to look for, and how far.
#[derive(Debug)]
pub struct Quest<'a, 'p, K> {
    /// Where.
    pub space: &'a Space<'p>,
    /// What identifies the findings that are looked for.
    pub wanted: BTreeSet<K>,
    /// Which way is the best.
    pub order: WitnessOrder,
    /// At most so many pairs of a world and a unit.
    pub states: u64,
    /// Until so many ops were executed.
    pub ops: u64,
}

/// What tells of findings, by what identifies them.
pub trait Sights {
    /// What identifies a finding.
    type Key: Clone + Ord;

    /// What a turn itself shows.
    fn of_turn(&self, taken: &Taken) -> Vec<Self::Key>;

    /// What a world shows. With `is_end`, the run is over there or nothing can happen any more.
    fn of_world(&self, world: &World, is_end: bool) -> Vec<Self::Key>;
}

impl<K: Clone + Ord> Quest<'_, '_, K> {
    /// The best way to each of the findings. What was not found within the bound is missing.
    pub fn search(self, sights: &impl Sights<Key = K>) -> BTreeMap<K, Way> {
        let mut search = Search {
            quest: self,
            sights,
            nodes: Vec::new(),
            visited: BTreeSet::new(),
            buckets: BTreeMap::new(),
            at: (0, 0),
            hits: BTreeMap::new(),
            ops: 0,
        };
        let is_whole = search.run();
        search.ways(is_whole)
    }
}

/// What a way has cost, the dearer part first: preemptions and steps, or steps and preemptions.
type Cost = (u64, u64);

/// A world, and the unit that may be preempted there.
type Pair = (Fingerprint, Option<UnitId>);

/// A pair that was visited.
struct Node {
    /// The node before; none for one in which nothing has happened yet.
    parent: Option<usize>,
    turn: Turn,
    /// How many turns came before it.
    depth: usize,
    world: Option<Box<World>>,
}

/// A turn that leads to a pair that may be visited.
struct Entry {
    parent: Option<usize>,
    turn: Turn,
    pair: Pair,
    /// The world behind it, unless it will be a while until it is needed.
    world: Option<Box<World>>,
}

/// Where a finding shows.
struct Hit {
    cost: Cost,
    parent: Option<usize>,
    turn: Turn,
}

struct Search<'a, 'p, K, S> {
    quest: Quest<'a, 'p, K>,
    sights: &'a S,
    nodes: Vec<Node>,
    visited: BTreeSet<Pair>,
    buckets: BTreeMap<Cost, Vec<Entry>>,
    /// The cost of the bucket that is being emptied.
    at: Cost,
    hits: BTreeMap<K, Hit>,
    /// How many ops were executed.
    ops: u64,
}

impl<K: Clone + Ord, S: Sights<Key = K>> Search<'_, '_, K, S> {
    /// Whether it came to an end by itself.
    fn run(&mut self) -> bool {
        for taken in self.quest.space.initial() {
            self.arrive((0, 0), None, taken, None);
        }
        while let Some((cost, mut bucket)) = self.buckets.pop_first() {
            self.at = cost;
            bucket.sort_by(|one, other| self.compare((one.parent, &one.turn), (other.parent, &other.turn)));
            for entry in bucket {
                if self.is_done() {
                    return true;
                }
                if self.visited.contains(&entry.pair) {
                    continue;
                }
                if self.nodes.len() as u64 >= self.quest.states || self.ops > self.quest.ops {
                    return false;
                }
                self.visited.insert(entry.pair);
                self.expand(cost, entry);
            }
        }
        true
    }

    /// Whether no way that is still to be found can be better than those that are known.
    fn is_done(&self) -> bool {
        self.quest.wanted.iter().all(|key| self.hits.get(key).is_some_and(|hit| hit.cost <= self.at))
    }

    /// Visits a pair: what the world shows, and all turns that can be taken there.
    fn expand(&mut self, cost: Cost, entry: Entry) {
        let Entry { parent, turn, pair: (_, last), world } = entry;
        let world = world.unwrap_or_else(|| {
            let before = self.world(parent.expect("the first worlds are at hand"));
            let taken = self.quest.space.replay(&before, &turn);
            Box::new(taken.expect("it was taken before").world)
        });
        let turns = self.turns(&world);
        for key in self.sights.of_world(&world, turns.is_empty()) {
            self.hit(key, Hit { cost, parent, turn: turn.clone() });
        }
        let (preemptions, steps) = self.split(cost);
        let node = self.nodes.len();
        let kept = steps.is_multiple_of(KEPT_STEPS).then_some(world);
        let depth = self.depth(parent);
        self.nodes.push(Node { parent, turn, depth, world: kept });
        let goes_on = |taken: &Taken| Some(taken.turn.unit) == last && taken.is_step && !taken.turn.expired;
        let could_go_on = turns.iter().any(goes_on);
        for taken in turns {
            let unit = Some(taken.turn.unit);
            if !taken.is_step {
                self.arrive(cost, Some(node), taken, last);
                continue;
            }
            let preempts = could_go_on && unit != last;
            let next = self.join(preemptions + u64::from(preempts), steps + 1);
            self.arrive(next, Some(node), taken, unit);
        }
    }

    /// All turns that can be taken in a world; none if a run is over there.
    fn turns(&self, world: &World) -> Vec<Taken> {
        let units = if world.is_over() { 0 } else { world.units.len() };
        let of_unit = |unit| {
            let ready = self.quest.space.take(world, unit, false);
            if ready.is_empty() { self.quest.space.take(world, unit, true) } else { ready }
        };
        (0..units).map(UnitId::new).flat_map(of_unit).collect()
    }

    /// A turn leads to a world. `last` took the last step.
    fn arrive(&mut self, cost: Cost, parent: Option<usize>, taken: Taken, last: Option<UnitId>) {
        self.ops = self.ops.saturating_add(taken.ops);
        for key in self.sights.of_turn(&taken) {
            self.hit(key, Hit { cost, parent, turn: taken.turn.clone() });
        }
        let space = self.quest.space;
        let matters = |last: &UnitId| space.has_ends() || space.is_ready(&taken.world, *last);
        let pair = (fingerprint(&taken.world), last.filter(matters));
        if self.visited.contains(&pair) {
            return;
        }
        // The worlds of the next bucket are at hand; those of later ones would be too many.
        let is_next = self.buckets.first_key_value().is_none_or(|(first, _)| cost <= *first);
        let world = is_next.then(|| Box::new(taken.world));
        self.buckets.entry(cost).or_default().push(Entry { parent, turn: taken.turn, pair, world });
    }

    fn hit(&mut self, key: K, hit: Hit) {
        if !self.quest.wanted.contains(&key) {
            return;
        }
        let is_better = self.hits.get(&key).is_none_or(|old| {
            let by_words = || self.compare((hit.parent, &hit.turn), (old.parent, &old.turn));
            hit.cost.cmp(&old.cost).then_with(by_words) == Ordering::Less
        });
        if is_better {
            self.hits.insert(key, hit);
        }
    }

    /// How many turns there are on the way to what comes behind a node.
    fn depth(&self, parent: Option<usize>) -> usize {
        parent.map_or(0, |parent| self.nodes[parent].depth + 1)
    }

    /// The order of two ways of equal cost: the one of fewer turns first, then the first turn counts most.
    fn compare(&self, one: (Option<usize>, &Turn), other: (Option<usize>, &Turn)) -> Ordering {
        let by_length = self.depth(one.0).cmp(&self.depth(other.0));
        if by_length != Ordering::Equal {
            return by_length;
        }
        let mut order = one.1.cmp(other.1);
        let (mut one, mut other) = (one.0, other.0);
        while one != other {
            let (Some(left), Some(right)) = (one, other) else { break };
            let (left, right) = (&self.nodes[left], &self.nodes[right]);
            order = left.turn.cmp(&right.turn).then(order);
            (one, other) = (left.parent, right.parent);
        }
        order
    }

    /// The world of a node.
    fn world(&self, node: usize) -> World {
        let mut turns = Vec::new();
        let mut at = node;
        loop {
            let Node { parent, turn, world, depth: _ } = &self.nodes[at];
            if let Some(world) = world {
                let mut world = (**world).clone();
                for turn in turns.into_iter().rev() {
                    world = self.quest.space.replay(&world, turn).expect("it was taken before").world;
                }
                return world;
            }
            turns.push(turn);
            at = parent.expect("the first worlds are kept");
        }
    }

    /// Preemptions and steps of a cost.
    const fn split(&self, cost: Cost) -> (u64, u64) {
        match self.quest.order {
            WitnessOrder::Preemptions => cost,
            WitnessOrder::Steps => (cost.1, cost.0),
        }
    }

    const fn join(&self, preemptions: u64, steps: u64) -> Cost {
        match self.quest.order {
            WitnessOrder::Preemptions => (preemptions, steps),
            WitnessOrder::Steps => (steps, preemptions),
        }
    }

    fn ways(&self, is_whole: bool) -> BTreeMap<K, Way> {
        let way = |hit: &Hit| {
            let (preemptions, steps) = self.split(hit.cost);
            Way { schedule: self.schedule(hit), steps, preemptions, is_best: is_whole || hit.cost <= self.at }
        };
        self.hits.iter().map(|(key, hit)| (key.clone(), way(hit))).collect()
    }

    fn schedule(&self, hit: &Hit) -> Schedule {
        let mut turns = vec![hit.turn.clone()];
        let mut at = hit.parent;
        while let Some(node) = at {
            turns.push(self.nodes[node].turn.clone());
            at = self.nodes[node].parent;
        }
        let start = turns.pop().map_or_else(Vec::new, |start| start.picks);
        turns.reverse();
        Schedule { start, turns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;
    use crate::ir::program::Program;
    use crate::semantics::step::ActionKind;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum Sight {
        Failed,
        Stuck,
    }

    fn program(text: &str) -> Program {
        let source = Source::new("x.conc", text);
        translate(&source, &[]).program.expect("the script is right")
    }

    /// Sees asserts that fail, and worlds in which nobody can go on though some have not ended.
    struct Plain;

    impl Sights for Plain {
        type Key = Sight;

        fn of_turn(&self, taken: &Taken) -> Vec<Sight> {
            let failed = |(_, action): &(UnitId, crate::semantics::step::Action)| {
                matches!(action.kind, ActionKind::AssertFailed(_))
            };
            taken.actions.iter().any(failed).then_some(Sight::Failed).into_iter().collect()
        }

        fn of_world(&self, world: &World, is_end: bool) -> Vec<Sight> {
            (is_end && !world.is_over()).then_some(Sight::Stuck).into_iter().collect()
        }
    }

    fn ways(text: &str, order: WitnessOrder, states: u64) -> BTreeMap<Sight, Way> {
        let program = program(text);
        let space = Space::new(&program);
        Quest { space: &space, wanted: [Sight::Failed, Sight::Stuck].into(), order, states, ops: u64::MAX }
            .search(&Plain)
    }

    /// The least cost of each sight, found by trying every way without looking back.
    fn by_force(text: &str, order: WitnessOrder) -> BTreeMap<Sight, Cost> {
        type Out<'a> = &'a mut dyn FnMut(Sight, (u64, u64));
        fn go(space: &Space<'_>, taken: &Taken, last: Option<UnitId>, paid: (u64, u64), out: Out<'_>) {
            Plain.of_turn(taken).into_iter().for_each(|sight| out(sight, paid));
            let mut is_end = true;
            let units = if taken.world.is_over() { 0 } else { taken.world.units.len() };
            for unit in (0..units).map(UnitId::new) {
                let could = |last: UnitId| !space.take(&taken.world, last, false).is_empty();
                let preempts = last.is_some_and(|last| last != unit && could(last));
                for expired in [false, true] {
                    for next in space.take(&taken.world, unit, expired) {
                        is_end = false;
                        go(space, &next, Some(unit), (paid.0 + u64::from(preempts), paid.1 + 1), out);
                    }
                }
            }
            Plain.of_world(&taken.world, is_end).into_iter().for_each(|sight| out(sight, paid));
        }
        let program = program(text);
        let space = Space::new(&program);
        let mut least = BTreeMap::new();
        for taken in space.initial() {
            go(&space, &taken, None, (0, 0), &mut |sight, (preemptions, steps)| {
                let cost = match order {
                    WitnessOrder::Preemptions => (preemptions, steps),
                    WitnessOrder::Steps => (steps, preemptions),
                };
                let known = least.entry(sight).or_insert(cost);
                *known = cost.min(*known);
            });
        }
        least
    }

    const SCRIPTS: [&str; 6] = [
        "shared n = 0\ndef inc() { n += 1 }\nmain { group { for i in range(2) { spawn thread inc() } }; assert n == 2 }",
        "lock a, b\ndef f(x, y) { with x { with y { pass } } }\nmain { spawn thread f(a, b); spawn thread f(b, a) }",
        "shared a = 0, b = 0\ndef set() { a = 1; b = -1 }\n\
         def look() { assert (a == 0 and b == 0) or (a == 1 and b == -1) }\n\
         main { spawn thread set(); spawn thread set(); spawn thread look() }",
        "lock m\nshared x = 0\ndef hold() { with m { x = 1; x = 2 } }\n\
         def ask() { let got = m.acquire(timeout=1s); assert got; m.release() }\n\
         main { spawn thread hold(); spawn thread ask() }",
        "shared x = 0\ndef f() { x = choose(0..3) }\nmain { let t = spawn thread f(); t.join(); assert x < 2 }",
        "main { assert False }",
    ];

    #[test]
    fn no_way_is_better_than_the_one_that_is_found() {
        for text in SCRIPTS {
            for order in [WitnessOrder::Preemptions, WitnessOrder::Steps] {
                let found = ways(text, order, u64::MAX);
                let costs = found.iter().map(|(sight, way)| {
                    assert!(way.is_best);
                    assert_eq!(way.steps, way.schedule.turns.len() as u64);
                    let cost = match order {
                        WitnessOrder::Preemptions => (way.preemptions, way.steps),
                        WitnessOrder::Steps => (way.steps, way.preemptions),
                    };
                    (*sight, cost)
                });
                assert_eq!(costs.collect::<BTreeMap<_, _>>(), by_force(text, order), "{text}");
            }
        }
    }

    #[test]
    fn of_equal_ways_the_first_in_the_order_of_words_is_taken() {
        let units = |text: &str| {
            let found = ways(text, WitnessOrder::Preemptions, u64::MAX);
            let way = found.values().next().expect("something is found").clone();
            way.schedule.turns.iter().map(|turn| turn.unit.0).collect::<Vec<_>>()
        };
        assert_eq!(units(SCRIPTS[0]), [1, 2, 2, 1, 0]);
        assert_eq!(units(SCRIPTS[1]), [1, 2]);
        let found = ways(SCRIPTS[4], WitnessOrder::Steps, u64::MAX);
        assert_eq!(found[&Sight::Failed].schedule.start, [crate::explore::schedule::Pick::Value(2)]);
    }

    #[test]
    fn a_search_that_is_given_up_does_not_claim_the_best() {
        let whole = ways(SCRIPTS[2], WitnessOrder::Preemptions, u64::MAX);
        let states = (0..).find(|&states| ways(SCRIPTS[2], WitnessOrder::Preemptions, states) == whole);
        let states = states.expect("a search needs a finite number of states");
        assert!(states > 10);
        for fewer in 0..states {
            for (sight, way) in ways(SCRIPTS[2], WitnessOrder::Preemptions, fewer) {
                assert!(!way.is_best || way == whole[&sight], "{fewer} {way:?}");
            }
        }
    }
}
