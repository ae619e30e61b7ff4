//! The search: every world that can be reached, layer by layer.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::components::bottoms;
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::limits::Limits;
use crate::explore::schedule::{Schedule, Turn};
use crate::explore::space::Taken;
use crate::explore::verdict::{Judge, Key, Sign};
use crate::explore::{Bound, Final, Progress};
use crate::semantics::world::World;

/// What a state takes beside its world.
const STATE_BYTES: u64 = 128;

/// What a search has come to.
#[derive(Debug, Default)]
pub struct Searched {
    /// How far it has come.
    pub progress: Progress,
    /// Why it was given up, if it was.
    pub stopped: Option<Bound>,
    /// Every finding where it was found first.
    pub hits: BTreeMap<Key, Hit>,
    /// The ends.
    pub finals: BTreeSet<Final>,
}

/// Where a finding was found.
#[derive(Debug)]
pub struct Hit {
    /// What shows there.
    pub sign: Sign,
    /// A way there, the shortest.
    pub schedule: Schedule,
    /// If it shows only in a whole component: the fingerprints of its worlds, sorted.
    pub within: Vec<Fingerprint>,
}

/// A world that was visited, and how it was reached.
#[derive(Debug)]
struct State {
    from: Option<usize>,
    turn: Turn,
    /// Where its turns lead.
    to: Vec<usize>,
    /// A run ends here.
    is_end: bool,
}

/// A search under way.
struct Search<'a, 'p> {
    judge: &'a Judge<'p>,
    limits: &'a mut Limits<'a>,
    /// A world, and whether something has gone wrong on the way to it: the ends that can be reached differ.
    known: BTreeMap<(Fingerprint, bool), usize>,
    states: Vec<State>,
    /// Worlds of the layer behind the one that is being left.
    next: Vec<(usize, World, bool)>,
    found: Searched,
}

/// Visits every world.
pub fn search<'a>(judge: &'a Judge<'_>, limits: &'a mut Limits<'a>) -> Searched {
    let mut search = Search {
        judge,
        limits,
        known: BTreeMap::new(),
        states: Vec::new(),
        next: Vec::new(),
        found: Searched::default(),
    };
    search.run();
    search.found
}

impl Search<'_, '_> {
    fn run(&mut self) {
        for taken in self.judge.space.initial() {
            self.arrive(None, false, taken);
        }
        while !self.next.is_empty() {
            for (from, world, failed) in std::mem::take(&mut self.next) {
                let found = !self.found.hits.is_empty();
                self.found.stopped = self.limits.reached(&self.found.progress, found);
                if self.found.stopped.is_some() {
                    return;
                }
                self.expand(from, &world, failed);
            }
            self.found.progress.layer += 1;
        }
        self.look_for_endless();
    }

    fn expand(&mut self, from: usize, world: &World, failed: bool) {
        let judge = self.judge;
        if let Some(end) = judge.end(world, failed) {
            self.found.finals.insert(end.is);
            self.states[from].is_end = true;
            end.signs.into_iter().for_each(|sign| self.hit(sign, Some(from), None));
            return;
        }
        judge.races(world).into_iter().for_each(|sign| self.hit(sign, Some(from), None));
        for unit in (0..world.units.len()).map(UnitId::new) {
            let standing = judge.space.standing(world, unit);
            for taken in judge.turns_of(world, unit, standing) {
                self.found.progress.transitions += 1;
                self.arrive(Some(from), failed, taken);
            }
        }
    }

    fn arrive(&mut self, from: Option<usize>, failed: bool, taken: Taken) {
        let mut signs = self.judge.failed_asserts(&taken);
        signs.extend(self.judge.broken_invariants(&taken));
        let failed = failed || !signs.is_empty();
        signs.into_iter().for_each(|sign| self.hit(sign, from, Some(&taken.turn)));
        let number = self.states.len();
        let known = *self.known.entry((of_world(&taken.world), failed)).or_insert(number);
        if known == number {
            self.found.progress.states += 1;
            self.found.progress.memory += STATE_BYTES + taken.world.bytes();
            self.states.push(State { from, turn: taken.turn, to: Vec::new(), is_end: false });
            self.next.push((number, taken.world, failed));
        }
        if let Some(from) = from {
            self.states[from].to.push(known);
        }
    }

    fn hit(&mut self, sign: Sign, state: Option<usize>, turn: Option<&Turn>) {
        if !self.found.hits.contains_key(&sign.key) {
            let schedule = self.schedule(state, turn);
            self.found.hits.insert(sign.key.clone(), Hit { sign, schedule, within: Vec::new() });
        }
    }

    /// The way to a state, and one turn more.
    fn schedule(&self, mut state: Option<usize>, turn: Option<&Turn>) -> Schedule {
        let mut turns: Vec<Turn> = turn.cloned().into_iter().collect();
        while let Some(at) = state {
            turns.push(self.states[at].turn.clone());
            state = self.states[at].from;
        }
        let start = turns.pop().map_or_else(Vec::new, |start| start.picks);
        turns.reverse();
        Schedule { start, turns }
    }

    /// The components that can't be left and have no end.
    fn look_for_endless(&mut self) {
        let targets: Vec<&[usize]> = self.states.iter().map(|state| state.to.as_slice()).collect();
        for state in bottoms(&targets) {
            if self.states[state].is_end {
                continue;
            }
            let schedule = self.schedule(Some(state), None);
            let way = crate::explore::walk::walk(&self.judge.space, &schedule);
            let world = way.and_then(|way| way.last().map(|taken| taken.world.clone()));
            let endless = self.judge.endless(&world.expect("the way to a state is a schedule"));
            for sign in endless.signs {
                let within = endless.within.clone();
                let schedule = schedule.clone();
                self.found.hits.entry(sign.key.clone()).or_insert(Hit { sign, schedule, within });
            }
        }
    }
}
