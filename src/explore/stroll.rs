//! One schedule of all, drawn: for scripts with more of them than can be explored.

use std::collections::BTreeSet;

use crate::base::id::UnitId;
use crate::base::rng::{Random, Stream};
use crate::explore::schedule::Schedule;
use crate::explore::space::Taken;
use crate::explore::verdict::{Judge, Key, Sign};

/// Out of so many draws one changes the unit where the one before could go on.
const CHANGES: u64 = 3;

/// How far a schedule goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// At most so many turns.
    pub turns: usize,
    /// No turn behind so many executed ops.
    pub ops: u64,
    /// No world with more units.
    pub units: usize,
}

/// What shows on a drawn schedule, each finding once with the way to where it shows first. What shows in whole
/// components of the graph only, such as a livelock, does not.
#[must_use]
pub fn stroll(judge: &Judge<'_>, seed: u64, reach: Reach) -> Vec<(Sign, Schedule)> {
    let mut random = Random::new(seed, Stream::Schedule);
    let mut stroll =
        Stroll { judge, known: BTreeSet::new(), shown: Vec::new(), schedule: Schedule::default() };
    let Some(mut taken) = one_of(&mut random, judge.space.initial()) else { return Vec::new() };
    stroll.schedule.start.clone_from(&taken.turn.picks);
    let mut ops = taken.ops;
    loop {
        if taken.world.units.len() > reach.units {
            return stroll.shown;
        }
        stroll.look(&taken);
        if stroll.schedule.turns.len() >= reach.turns || ops > reach.ops {
            return stroll.shown;
        }
        let next = if taken.world.is_over() { None } else { stroll.next(&mut random, &taken) };
        let Some(next) = next else {
            let end = judge.at_end(&taken.world, false);
            stroll.keep(end.signs);
            return stroll.shown;
        };
        ops = ops.saturating_add(next.ops);
        stroll.schedule.turns.push(next.turn.clone());
        taken = next;
    }
}

fn one_of<T>(random: &mut Random, mut all: Vec<T>) -> Option<T> {
    if all.is_empty() {
        return None;
    }
    let at = random.below(all.len() as u64);
    Some(all.swap_remove(usize::try_from(at).expect("a list has fewer entries")))
}

struct Stroll<'a, 'p> {
    judge: &'a Judge<'p>,
    known: BTreeSet<Key>,
    shown: Vec<(Sign, Schedule)>,
    schedule: Schedule,
}

impl Stroll<'_, '_> {
    fn look(&mut self, taken: &Taken) {
        let mut signs = self.judge.failed_asserts(taken);
        signs.extend(self.judge.broken_invariants(taken));
        signs.extend(self.judge.races(&taken.world));
        self.keep(signs);
    }

    fn keep(&mut self, signs: Vec<Sign>) {
        for sign in signs {
            if self.known.insert(sign.key.clone()) {
                self.shown.push((sign, self.schedule.clone()));
            }
        }
    }

    /// The next turn: mostly of the unit that took the last one, since most that goes wrong takes few changes.
    fn next(&self, random: &mut Random, before: &Taken) -> Option<Taken> {
        let world = &before.world;
        let mut units: Vec<UnitId> = (0..world.units.len()).map(UnitId::new).collect();
        units.retain(|unit| !world.units[unit.index()].has_ended());
        let last = before.turn.unit;
        let stays = !self.schedule.turns.is_empty() && random.below(CHANGES) > 0;
        if stays && let Some(taken) = one_of(random, self.judge.space.turns(world, last).1) {
            return Some(taken);
        }
        while !units.is_empty() {
            let at = random.below(units.len() as u64);
            let unit = units.swap_remove(usize::try_from(at).expect("a list has fewer entries"));
            if let Some(taken) = one_of(random, self.judge.space.turns(world, unit).1) {
                return Some(taken);
            }
        }
        None
    }
}
