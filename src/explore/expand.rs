//! What a worker does with a world: it takes its turns and looks what shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::id::UnitId;
use crate::explore::fingerprint::Fingerprint;
use crate::explore::pack::{Open, Packed, Parts, Past};
use crate::explore::reduction::Reducer;
use crate::explore::rows::Rows;
use crate::explore::search::Seen;
use crate::explore::space::{Standing, Taken};
use crate::explore::table::{Next, Origin, SHARDS, START, Shard, State, shard_of};
use crate::explore::verdict::{Judge, Sign};
use crate::explore::{Bound, Caps, Final};
use crate::semantics::world::World;

/// What a piece of work came to.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// The new worlds that turns lead to, by the shards that they fall into.
    pub(super) next: [Vec<Next>; SHARDS],
    /// Their rows, one behind the other.
    pub(super) rows: Rows,
    /// Turns to worlds that were known, if turns are kept.
    pub(super) edges: Vec<(State, State)>,
    /// How many turns were taken.
    pub(super) transitions: u64,
    /// The findings.
    pub(super) seen: Vec<Seen>,
    /// The ends.
    pub(super) finals: BTreeSet<Final>,
    /// Which cap was reached, if one was.
    pub(super) capped: Option<Bound>,
}

impl Expanded {
    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let next: usize = self.next.iter().map(|next| size_of_val(&next[..])).sum();
        (next + self.rows.len() + size_of_val(&self.edges[..])) as u64
    }
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
    pub(super) caps: Caps,
    /// How many ops were executed so far.
    pub(super) spent: &'a AtomicU64,
}

/// Takes the turns of worlds.
#[derive(Debug)]
pub(super) struct Expander<'a, 'p> {
    shared: Shared<'a, 'p>,
    /// The world that is expanded.
    open: Open,
    /// How many of its units have to wait, as far as that is known.
    rank: u32,
    done: Expanded,
}

impl<'a, 'p> Expander<'a, 'p> {
    pub(super) fn new(shared: Shared<'a, 'p>) -> Self {
        let world = World::new(shared.judge.space.program);
        let (packed, print) = shared.parts.pack(&world, Past::default(), None);
        Self { shared, open: Open { world, packed, print }, rank: 0, done: Expanded::default() }
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

    /// Takes the turns of a world, or those of them that are enough. Its rank is what was known of it before.
    pub(super) fn expand(&mut self, state: State, rank: u32, packed: &[u32]) {
        if self.done.capped.is_some() {
            return;
        }
        let Caps { ops, .. } = self.shared.caps;
        if ops.is_some_and(|most| self.shared.spent.load(Ordering::Relaxed) > most) {
            self.done.capped = Some(Bound::Ops);
            return;
        }
        self.rank = rank;
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
        let waits = |unit: &UnitId| !self.open.world.units[unit.index()].has_ended();
        let waiting = turns.iter().filter(|(unit, turns)| turns.is_empty() && waits(unit)).count();
        self.rank = u32::try_from(waiting).unwrap_or(u32::MAX);
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
                // Turns that only lead back would put those of the others off for ever. Here they are put off
                // only to worlds that are expanded after this one, in a later batch; so on every cycle there is
                // a world of which all turns are taken, whatever the order of the search: if there were none,
                // each of its worlds would be expanded before the next one, and the last before the first.
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
        self.shared.spent.fetch_add(taken.ops, Ordering::Relaxed);
        let is_crowded = self.shared.caps.units.is_some_and(|most| taken.world.units.len() > most);
        if let Some(reducer) = self.shared.reducer {
            // Who has got which name is found out again when the way is walked.
            drop(reducer.canonical(&mut taken.world));
        }
        let (packed, print) = self.shared.parts.pack(&taken.world, past, Some(&self.open));
        Behind { packed, print, signs, is_crowded }
    }

    fn arrive(&mut self, origin: Origin, behind: Behind) {
        let Behind { packed, print, signs, is_crowded } = behind;
        if is_crowded {
            self.done.capped = Some(Bound::Units);
            return;
        }
        self.done.seen.extend(signs.into_iter().map(|sign| (sign, origin.from, Some(origin))));
        self.done.transitions += 1;
        let shard = shard_of(print);
        if let Some(known) = self.shared.shards[shard].known(print) {
            if self.shared.has_cycles && origin.from != START {
                self.done.edges.push((origin.from, known));
            }
            return;
        }
        let start = self.done.rows.len();
        self.done.rows.push(self.rank, &packed);
        let row = start..self.done.rows.len();
        self.done.next[shard].push(Next { print, origin, row });
    }
}

/// The world behind a turn.
#[derive(Debug)]
struct Behind {
    packed: Packed,
    print: Fingerprint,
    /// What shows in the turn.
    signs: Vec<Sign>,
    /// There are more units in it than are allowed.
    is_crowded: bool,
}
