//! The witness that is shown of each finding: the best one, if it can be found in reasonable time.

use std::collections::BTreeMap;

use crate::explore::Options;
use crate::explore::reduction::Reducer;
use crate::explore::schedule::Schedule;
use crate::explore::search::{Hit, stand_in};
use crate::explore::shorten::Shorten;
use crate::explore::space::Taken;
use crate::explore::verdict::{Judge, Key, Sign};
use crate::explore::walk::walk;
use crate::explore::witness::{Quest, Sights};
use crate::semantics::world::World;

/// How many pairs of a world and a unit the search for the best witnesses visits. That is a bound for every
/// machine, so that what is shown does not depend on how fast it is.
const PAIRS: u64 = 100_000;

/// The same if the first finding is wanted, and soon.
const PAIRS_FIRST: u64 = 1_000;

/// After so many bytes it is given up to find out what shows in a component.
const COMPONENT: u64 = 64 << 20;

/// The witness to show of a finding.
#[derive(Debug)]
pub struct Best {
    /// What there is to tell at its end.
    pub sign: Sign,
    /// The way there.
    pub schedule: Schedule,
    /// No better way exists.
    pub is_best: bool,
}

impl Best {
    /// The witness that the search came by first.
    #[must_use]
    pub fn as_found(hit: &Hit) -> Self {
        Self { sign: hit.sign.clone(), schedule: hit.schedule.clone(), is_best: false }
    }
}

/// The witnesses to show of all hits: by a search of their own, or else as
/// they were found, without what is of no use in them.
#[must_use]
pub fn best(judge: &Judge<'_>, hits: &BTreeMap<Key, Hit>, options: &Options) -> Vec<Best> {
    let wanted = hits.keys().cloned().collect();
    let states = if options.first { PAIRS_FIRST } else { PAIRS };
    // Pairs keep worlds, which may be large.
    let room = options.max_memory / World::new(judge.space.program).bytes().max(1);
    let states = states.min(room.max(PAIRS_FIRST));
    let quest = Quest {
        space: &judge.space,
        wanted,
        order: options.witness,
        states,
        ops: options.caps.ops.unwrap_or(u64::MAX),
    };
    let sights = Hits { judge, hits, reducer: Reducer::of(&judge.space, options.reduction) };
    let mut ways = quest.search(&sights);
    let mut ops = options.caps.ops.unwrap_or(u64::MAX);
    let shown = |(key, hit): (&Key, &Hit)| {
        let way = ways.remove(key);
        if let Some((sign, way)) = way.and_then(|way| Some((sights.sign(key, hit, &way.schedule)?, way))) {
            return Best { sign, schedule: way.schedule, is_best: way.is_best && hit.is_whole };
        }
        let schedule = Shorten::new(judge, options, key, &mut ops).shorten(hit);
        Best { sign: hit.sign.clone(), schedule, is_best: false }
    };
    hits.iter().map(shown).collect()
}

/// Tells of the findings of a search where they show.
struct Hits<'a, 'p> {
    judge: &'a Judge<'p>,
    hits: &'a BTreeMap<Key, Hit>,
    reducer: Option<Reducer<'p>>,
}

impl Hits<'_, '_> {
    /// What there is to tell of a finding at the end of that way: where it shows in several components, other
    /// units may be stuck than in the one that was found first.
    fn sign(&self, key: &Key, hit: &Hit, schedule: &Schedule) -> Option<Sign> {
        if hit.within.is_empty() {
            return Some(hit.sign.clone());
        }
        let way = walk(&self.judge.space, schedule)?;
        let last = way.last()?;
        let mut signs = self.judge.shown(last);
        if signs.iter().all(|sign| sign.key != *key) {
            signs = self.judge.endless(last, self.reducer.as_ref(), &mut |bytes| bytes < COMPONENT)?;
        }
        signs.into_iter().find(|sign| sign.key == *key)
    }
}

impl Sights for Hits<'_, '_> {
    type Key = Key;

    fn of_turn(&self, taken: &Taken) -> Vec<Key> {
        let mut signs = self.judge.failed_asserts(taken);
        signs.extend(self.judge.broken_invariants(taken));
        keys(signs)
    }

    fn of_world(&self, world: &World, is_end: bool) -> Vec<Key> {
        let end = if is_end { self.judge.end(world, false) } else { None };
        let mut keys = keys(end.map_or_else(|| self.judge.races(world), |end| end.signs));
        if self.hits.values().any(|hit| !hit.within.is_empty()) {
            let print = stand_in(self.reducer.as_ref(), world);
            let is_here = |hit: &&Hit| hit.within.binary_search(&print).is_ok();
            keys.extend(self.hits.values().filter(is_here).map(|hit| hit.sign.key.clone()));
        }
        keys
    }
}

fn keys(signs: Vec<Sign>) -> Vec<Key> {
    signs.into_iter().map(|sign| sign.key).collect()
}
