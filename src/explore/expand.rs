//! What a worker does with a world: it takes its turns and looks what shows.

use std::collections::BTreeSet;

use crate::base::id::UnitId;
use crate::explore::Final;
use crate::explore::pack::{Open, Packed, Parts};
use crate::explore::search::Seen;
use crate::explore::space::Taken;
use crate::explore::table::{Next, Origin, SHARDS, START, Shard, State, shard_of};
use crate::explore::verdict::Judge;
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

/// Takes the turns of worlds.
#[derive(Debug)]
pub(super) struct Expander<'a, 'p> {
    judge: &'a Judge<'p>,
    parts: &'a Parts,
    shards: &'a [Shard],
    /// The world that is expanded.
    open: Open,
    done: Expanded,
}

impl<'a, 'p> Expander<'a, 'p> {
    pub(super) fn new(judge: &'a Judge<'p>, parts: &'a Parts, shards: &'a [Shard]) -> Self {
        let world = World::new(judge.space.program);
        let (packed, print) = parts.pack(&world, false, None);
        Self { judge, parts, shards, open: Open { world, packed, print }, done: Expanded::default() }
    }

    /// What was done since it was asked last.
    pub(super) fn done(&mut self) -> Expanded {
        std::mem::take(&mut self.done)
    }

    /// The worlds before the first step.
    pub(super) fn start(mut self) -> Expanded {
        for (way, taken) in (0..).zip(self.judge.space.initial()) {
            self.arrive(Origin { from: START, unit: UnitId(0), way }, false, &taken);
        }
        self.done
    }

    /// Takes the turns of a world.
    pub(super) fn expand(&mut self, state: State, packed: &[u32]) {
        let print = self.shards[state as usize % SHARDS].print(state);
        self.parts.open(packed, print, &mut self.open);
        let failed = Parts::has_failed(packed);
        let judge = self.judge;
        let is_over = judge.is_over(&self.open.world);
        let turns = if is_over { Vec::new() } else { self.turns() };
        if turns.iter().all(|(_, turns)| turns.is_empty()) {
            let end = judge.at_end(&self.open.world, failed);
            self.done.finals.insert(end.is);
            self.done.seen.extend(end.signs.into_iter().map(|sign| (sign, state, None)));
            return;
        }
        let races = judge.races(&self.open.world);
        self.done.seen.extend(races.into_iter().map(|sign| (sign, state, None)));
        for (unit, turns) in turns {
            for (way, taken) in (0..).zip(&turns) {
                self.arrive(Origin { from: state, unit, way }, failed, taken);
            }
        }
    }

    fn turns(&self) -> Vec<(UnitId, Vec<Taken>)> {
        let world = &self.open.world;
        let units = (0..world.units.len()).map(UnitId::new);
        units.map(|unit| (unit, self.judge.space.turns(world, unit).1)).collect()
    }

    fn arrive(&mut self, origin: Origin, failed: bool, taken: &Taken) {
        let mut signs = self.judge.failed_asserts(taken);
        signs.extend(self.judge.broken_invariants(taken));
        let failed = failed || !signs.is_empty();
        let turn = || Some(taken.turn.clone());
        self.done.seen.extend(signs.into_iter().map(|sign| (sign, origin.from, turn())));
        let (packed, print) = self.parts.pack(&taken.world, failed, Some(&self.open));
        let start = self.done.rows.len();
        self.done.rows.extend(packed);
        let packed = start..self.done.rows.len();
        self.done.next[shard_of(print)].push(Next { print, origin, packed });
    }
}
