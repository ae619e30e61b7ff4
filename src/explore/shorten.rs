//! A witness without what is of no use in it, for findings whose best witness was not looked for long enough.
//!
//! Turns are left out, and turns of one unit are drawn together, as long as the finding shows all the same and the
//! witness gets better by it. So it is a good one, but there may be better ones that are quite different.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::base::id::UnitId;
use crate::explore::schedule::{Pick, Schedule, Turn};
use crate::explore::search::Hit;
use crate::explore::space::Taken;
use crate::explore::verdict::{Judge, Key};
use crate::explore::walk::preemptions;
use crate::explore::{Options, WitnessOrder};

/// How many turns are tried at most.
const TURNS: usize = 20_000;

/// Makes a witness better.
#[derive(Debug)]
pub(super) struct Shorten<'a, 'p> {
    judge: &'a Judge<'p>,
    options: &'a Options,
    key: &'a Key,
    /// How many turns are still to be tried.
    left: usize,
    /// How many ops they may execute; none if there are none left.
    ops: &'a mut u64,
}

/// A witness and what it costs, the dearer part first.
struct Witness {
    turns: Vec<Turn>,
    cost: (u64, u64),
}

impl<'a, 'p> Shorten<'a, 'p> {
    /// What it executes is taken from `ops`, which others may share.
    pub(super) const fn new(
        judge: &'a Judge<'p>,
        options: &'a Options,
        key: &'a Key,
        ops: &'a mut u64,
    ) -> Self {
        Self { judge, options, key, left: TURNS, ops }
    }

    /// A witness that is no worse than that of a search.
    pub(super) fn shorten(mut self, hit: &Hit) -> Schedule {
        // Where a whole component is needed, the end of the way can't tell.
        if !hit.within.is_empty() || *self.ops == 0 {
            return hit.schedule.clone();
        }
        let start = &hit.schedule.start;
        let Some(mut best) = self.attempt(start, hit.schedule.turns.clone()) else {
            return hit.schedule.clone();
        };
        while let Some(better) = self.better(start, &best) {
            best = better;
        }
        Schedule { start: start.clone(), turns: best.turns }
    }

    /// A better witness that differs in little, if there is one.
    fn better(&mut self, start: &[Pick], best: &Witness) -> Option<Witness> {
        for turns in without(&best.turns).chain(drawn_together(&best.turns)) {
            // What comes later is no shorter.
            if turns.len() >= self.left || *self.ops == 0 {
                return None;
            }
            if let Some(other) = self.attempt(start, turns)
                && other.cost < best.cost
            {
                return Some(other);
            }
        }
        None
    }

    /// The witness that comes of taking these turns as far as they can be taken, if it shows the finding.
    fn attempt(&mut self, start: &[Pick], turns: Vec<Turn>) -> Option<Witness> {
        self.left = self.left.checked_sub(turns.len() + 1)?;
        let space = &self.judge.space;
        let mut way: Vec<Taken> = Vec::new();
        way.push(space.initial().into_iter().find(|taken| taken.turn.picks == start)?);
        for turn in turns {
            let world = &way.last()?.world;
            if turn.unit.index() < world.units.len() && !world.is_over() {
                let taken = space.replay(world, &turn);
                *self.ops = self.ops.saturating_sub(taken.as_ref().map_or(0, |taken| taken.ops));
                if *self.ops == 0 {
                    return None;
                }
                way.extend(taken);
            }
        }
        let shows = self.judge.shown(way.last()?).iter().any(|sign| sign.key == *self.key);
        let preemptions = preemptions(space, &way);
        let steps = way[1..].iter().filter(|taken| taken.is_step).count() as u64;
        let turns: Vec<Turn> = way.into_iter().skip(1).map(|taken| taken.turn).collect();
        let cost = match self.options.witness {
            WitnessOrder::Preemptions => (preemptions, steps),
            WitnessOrder::Steps => (steps, preemptions),
        };
        shows.then_some(Witness { turns, cost })
    }
}

/// Without some of the turns of one unit: all, half of them, and so on.
fn without(turns: &[Turn]) -> impl Iterator<Item = Vec<Turn>> + '_ {
    let units: BTreeSet<UnitId> = turns.iter().map(|turn| turn.unit).collect();
    let mut gaps: Vec<Vec<usize>> = Vec::new();
    for unit in units {
        let own: Vec<usize> = (0..turns.len()).filter(|&at| turns[at].unit == unit).collect();
        let mut size = own.len();
        while size > 0 {
            gaps.extend(own.chunks(size).map(<[usize]>::to_vec));
            size /= 2;
        }
    }
    gaps.sort_by_key(|gap| Reverse(gap.len()));
    let keep = move |gap: Vec<usize>| {
        let kept = turns.iter().enumerate().filter(|(at, _)| gap.binary_search(at).is_err());
        kept.map(|(_, turn)| turn.clone()).collect()
    };
    gaps.into_iter().map(keep)
}

/// With one turn right behind the one that its unit takes before it, or right before the one that it takes after it.
fn drawn_together(turns: &[Turn]) -> impl Iterator<Item = Vec<Turn>> + '_ {
    let moved = |(from, to): (usize, usize)| {
        let mut turns = turns.to_vec();
        let turn = turns.remove(from);
        turns.insert(to, turn);
        turns
    };
    let moves = |at: usize| {
        let is_own = |other: &Turn| other.unit == turns[at].unit;
        let before = turns[..at].iter().rposition(is_own).filter(|before| before + 1 < at);
        let after = turns[at + 1..].iter().position(is_own).filter(|after| *after > 0);
        [before.map(|before| (at, before + 1)), after.map(|after| (at, at + after))]
    };
    (0..turns.len()).flat_map(moves).flatten().map(moved)
}
