//! The witness that is shown of each finding: the best one, if it can be found in reasonable time.

use std::collections::BTreeMap;

use crate::explore::fingerprint::Fingerprint;
use crate::explore::schedule::Schedule;
use crate::explore::search::Hit;
use crate::explore::space::Taken;
use crate::explore::verdict::{Judge, Key, Sign};
use crate::explore::witness::{Quest, Sights};
use crate::explore::{Options, Reduction};
use crate::semantics::world::World;

/// How many pairs of a world and a unit the search for the best witnesses visits. That is a bound for every
/// machine, so that what is shown does not depend on how fast it is.
const PAIRS: u64 = 100_000;

/// The schedules to show of all hits, and whether they are the best: by a search of their own, or else as
/// they were found. Who wants the first finding wants it soon, and gets it as it was found.
#[must_use]
pub fn best(judge: &Judge<'_>, hits: &BTreeMap<Key, Hit>, options: &Options) -> Vec<(Schedule, bool)> {
    let wanted = hits.keys().cloned().collect();
    let states = if options.first { 0 } else { PAIRS };
    let quest = Quest {
        space: &judge.space,
        wanted,
        order: options.witness,
        states,
        respects_gil: options.respect_gil,
    };
    let mut ways = quest.search(&Hits { judge, hits });
    let shown = |(key, hit): (&Key, &Hit)| match ways.remove(key) {
        // Of the worlds that have no way out, a reduction may have left out the nearest ones.
        Some(way) => {
            let is_whole = hit.within.is_empty() || options.reduction == Reduction::None;
            (way.schedule, way.is_best && is_whole)
        }
        None => (hit.schedule.clone(), false),
    };
    hits.iter().map(shown).collect()
}

/// Tells of the findings of a search where they show.
struct Hits<'a, 'p> {
    judge: &'a Judge<'p>,
    hits: &'a BTreeMap<Key, Hit>,
}

impl Sights for Hits<'_, '_> {
    type Key = Key;

    fn of_turn(&self, taken: &Taken) -> Vec<Key> {
        let mut signs = self.judge.failed_asserts(taken);
        signs.extend(self.judge.broken_invariants(taken));
        keys(signs)
    }

    fn of_world(&self, world: &World, fingerprint: Fingerprint, is_end: bool) -> Vec<Key> {
        let end = if is_end { self.judge.end(world, false) } else { None };
        let mut keys = keys(end.map_or_else(|| self.judge.races(world), |end| end.signs));
        let is_here = |hit: &&Hit| hit.within.binary_search(&fingerprint).is_ok();
        keys.extend(self.hits.values().filter(is_here).map(|hit| hit.sign.key.clone()));
        keys
    }
}

fn keys(signs: Vec<Sign>) -> Vec<Key> {
    signs.into_iter().map(|sign| sign.key).collect()
}
