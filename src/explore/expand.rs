//! What a worker does with a world: it takes its turns and looks what shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::Final;
use crate::explore::fingerprint::Fingerprint;
use crate::explore::pack::{Open, Packed, Parts, Past};
use crate::explore::reduction::Reducer;
use crate::explore::search::Seen;
use crate::explore::space::{Standing, Taken};
use crate::explore::table::{Next, Origin, SHARDS, START, Shard, State, shard_of};
use crate::explore::verdict::{Judge, Sign};
use crate::semantics::world::World;

/// What a piece of work came to.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// The worlds that turns lead to, by the shards that they fall into.
    pub(super) next: [Vec<Next>; SHARDS],
    /// Their numbers, one row behind the other.
    pub(super) rows: Packed,
    /// The findings.
    pub(super) seen: Vec<Seen>,
    /// The ends.
    pub(super) finals: BTreeSet<Final>,
}

/// What all workers look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared<'a, 'p> {
    pub(super) judge: &'a Judge<'p>,
    /// What may be left out, if anything.
    pub(super) reducer: Option<&'a Reducer<'p>>,
    pub(super) parts: &'a Parts,
    pub(super) shards: &'a [Shard],
    /// Worlds can come again along a way.
    pub(super) has_cycles: bool,
    /// Units change only where a GIL can change hands.
    pub(super) respects_gil: bool,
}

/// Takes the turns of worlds.
#[derive(Debug)]
pub(super) struct Expander<'a, 'p> {
    shared: Shared<'a, 'p>,
    /// The world that is expanded.
    open: Open,
    done: Expanded,
}

impl<'a, 'p> Expander<'a, 'p> {
    pub(super) fn new(shared: Shared<'a, 'p>) -> Self {
        let world = World::new(shared.judge.space.program);
        let (packed, print) = shared.parts.pack(&world, Past::default(), None);
        Self { shared, open: Open { world, packed, print }, done: Expanded::default() }
    }

    /// What was done since it was asked last.
    pub(super) fn done(&mut self) -> Expanded {
        std::mem::take(&mut self.done)
    }

    /// The worlds before the first step.
    pub(super) fn start(mut self) -> Expanded {
        for (way, taken) in (0..).zip(self.shared.judge.space.initial()) {
            let behind = self.pack(Past::default(), taken);
            self.arrive(Origin { from: START, unit: UnitId(0), way }, behind);
        }
        self.done
    }

    /// Takes the turns of a world, or those of them that are enough.
    pub(super) fn expand(&mut self, state: State, packed: &[u32]) {
        let print = self.shared.shards[state as usize % SHARDS].print(state);
        self.shared.parts.open(packed, print, &mut self.open);
        let past = Parts::past(packed);
        let judge = self.shared.judge;
        if self.open.world.is_over() {
            return self.end(state, past.failed);
        }
        let races = judge.races(&self.open.world);
        let mut turns: BTreeMap<UnitId, Vec<Taken>> = BTreeMap::new();
        if let Some(alone) = self.alone(past, &mut turns) {
            self.done.seen.extend(races.into_iter().map(|sign| (sign, state, None)));
            for (way, behind) in (0..).zip(alone.1) {
                self.arrive(Origin { from: state, unit: alone.0, way }, behind);
            }
            return;
        }
        for unit in (0..self.open.world.units.len()).map(UnitId::new) {
            turns.entry(unit).or_insert_with(|| judge.space.turns(&self.open.world, unit).1);
        }
        if turns.values().all(Vec::is_empty) {
            return self.end(state, past.failed);
        }
        self.done.seen.extend(races.into_iter().map(|sign| (sign, state, None)));
        if let Some(only) = past.only
            && !turns[&only].is_empty()
        {
            turns.retain(|unit, _| *unit == only);
        }
        for (unit, turns) in turns {
            for (way, taken) in (0..).zip(turns) {
                let behind = self.pack(past, taken);
                self.arrive(Origin { from: state, unit, way }, behind);
            }
        }
    }

    fn end(&mut self, state: State, failed: bool) {
        let end = self.shared.judge.at_end(&self.open.world, failed);
        self.done.finals.insert(end.is);
        self.done.seen.extend(end.signs.into_iter().map(|sign| (sign, state, None)));
    }

    /// A unit whose turns are enough, with the worlds behind them. Turns that were looked at are kept in `turns`.
    fn alone(&self, past: Past, turns: &mut BTreeMap<UnitId, Vec<Taken>>) -> Option<(UnitId, Vec<Behind>)> {
        let reducer = self.shared.reducer?;
        let world = &self.open.world;
        // Who can't take its turn is found out when it tries.
        let standing = |unit: &crate::semantics::world::Unit| {
            if unit.has_ended() { Standing::Ended } else { Standing::Ready }
        };
        let standings: Vec<Standing> = world.units.iter().map(standing).collect();
        for unit in reducer.candidates(world, &standings) {
            let own = self.shared.judge.space.turns(world, unit).1;
            if reducer.suffice(world, unit, &own) {
                let behind: Vec<Behind> = own.iter().map(|taken| self.pack(past, taken.clone())).collect();
                // Turns that only lead back would put those of the others off for ever.
                let is_new = |behind: &Behind| {
                    !self.shared.has_cycles
                        || !self.shared.shards[shard_of(behind.print)].is_closed(behind.print)
                };
                if behind.iter().all(is_new) {
                    return Some((unit, behind));
                }
            }
            turns.insert(unit, own);
        }
        None
    }

    /// The world behind a turn in numbers, and what the turn shows.
    fn pack(&self, mut past: Past, mut taken: Taken) -> Behind {
        let mut signs = self.shared.judge.failed_asserts(&taken);
        signs.extend(self.shared.judge.broken_invariants(&taken));
        past.failed |= !signs.is_empty();
        past.only = (self.shared.respects_gil && !taken.switches).then_some(taken.turn.unit);
        if let Some(reducer) = self.shared.reducer {
            // Who has got which name is found out again when the way is walked.
            drop(reducer.canonical(&mut taken.world));
        }
        let (packed, print) = self.shared.parts.pack(&taken.world, past, Some(&self.open));
        Behind { packed, print, signs }
    }

    fn arrive(&mut self, origin: Origin, behind: Behind) {
        let Behind { packed, print, signs } = behind;
        self.done.seen.extend(signs.into_iter().map(|sign| (sign, origin.from, Some(origin))));
        let start = self.done.rows.len();
        self.done.rows.extend(packed);
        let packed = start..self.done.rows.len();
        self.done.next[shard_of(print)].push(Next { print, origin, packed });
    }
}

/// The world behind a turn.
#[derive(Debug)]
struct Behind {
    packed: Packed,
    print: Fingerprint,
    /// What shows in the turn.
    signs: Vec<Sign>,
}
