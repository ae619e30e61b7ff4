//! Every interleaving of a script by brute force: the judge of the exploration in `src/explore/`.
//!
//! It shares the semantics of a step with it and nothing else. What is glued to a step, which turns there
//! are, what is found and how a run can end is written a second time, as plainly as can be: nothing is left out, worlds are
//! compared whole, and there is one thread.

#![expect(clippy::wildcard_enum_match_arm, reason = "few actions go wrong")]

pub(crate) mod components;
pub(crate) mod findings;
pub(crate) mod least;
pub(crate) mod steps;
pub(crate) mod timed;

use std::collections::{BTreeMap, BTreeSet};

use concsim::base::id::UnitId;
use concsim::explore::{Final, Verdict};
use concsim::ir::program::{Program, PropertyKind};
use concsim::observe::finding::FindingKind;
use concsim::semantics::property::holds;
use concsim::semantics::step::{Action, ActionKind};
use concsim::semantics::world::World;
use indexmap::IndexSet;

use findings::Fault;
use steps::{Dice, settled, turn};

/// A world between two steps, and whether something has gone wrong on the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) failed: bool,
}

/// A step of one unit, with what is glued to it.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) unit: UnitId,
    /// It gave up waiting.
    pub(crate) expired: bool,
    pub(crate) actions: Vec<(UnitId, Action)>,
    /// The state that it leads to.
    pub(crate) to: usize,
}

/// All that can happen.
#[derive(Debug)]
pub(crate) struct Brute<'p> {
    pub(crate) program: &'p Program,
    pub(crate) states: IndexSet<State>,
    /// The turns of each state.
    pub(crate) turns: Vec<Vec<Turn>>,
    /// The states before the first step.
    pub(crate) initial: Vec<usize>,
    /// What can go wrong.
    pub(crate) faults: BTreeSet<Fault>,
    /// What is wrong in each state, by its place.
    pub(crate) wrong: BTreeMap<usize, BTreeSet<Fault>>,
    /// Those of them that only show while others go on for ever.
    pub(crate) endless: BTreeSet<Fault>,
    /// How it can end.
    pub(crate) finals: BTreeSet<Final>,
}

impl<'p> Brute<'p> {
    /// Explores; nothing if there are more than `limit` states.
    pub(crate) fn explore(program: &'p Program, limit: usize) -> Option<Self> {
        let mut brute = Self {
            program,
            states: IndexSet::new(),
            turns: Vec::new(),
            initial: Vec::new(),
            faults: BTreeSet::new(),
            wrong: BTreeMap::new(),
            endless: BTreeSet::new(),
            finals: BTreeSet::new(),
        };
        for (world, actions) in settled(program, World::new(program)) {
            let to = brute.reach(world, false, &actions);
            brute.initial.push(to);
        }
        while brute.turns.len() < brute.states.len() {
            if brute.states.len() > limit {
                return None;
            }
            brute.visit(brute.turns.len());
        }
        brute.judge_what_goes_on();
        Some(brute)
    }

    /// What the exploration is to say.
    pub(crate) fn verdict(&self) -> Verdict {
        if self.faults.is_empty() { Verdict::Ok } else { Verdict::Violation }
    }

    /// The state after some actions; what goes wrong in them is kept.
    fn reach(&mut self, mut world: World, failed: bool, actions: &[(UnitId, Action)]) -> usize {
        let asserted = failed_asserts(self.program, actions);
        let mut broken = BTreeSet::new();
        for property in &self.program.properties {
            let is_invariant = property.kind == PropertyKind::Invariant;
            if is_invariant && !holds(self.program, &mut world, property.function, &mut Dice::default()).0 {
                broken.insert(Fault::new(FindingKind::Invariant, None, property.span));
            }
        }
        let failed = failed || !asserted.is_empty() || !broken.is_empty();
        let (at, _) = self.states.insert_full(State { world, failed });
        self.faults.extend(asserted);
        self.is_wrong(at, broken);
        at
    }

    /// Keeps what is wrong in a state.
    pub(crate) fn is_wrong(&mut self, at: usize, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.wrong.entry(at).or_default().insert(fault.clone());
            self.faults.insert(fault);
        }
    }

    fn visit(&mut self, at: usize) {
        let State { world, failed } = self.states[at].clone();
        let mut turns = Vec::new();
        if !has_ended(&world) {
            for unit in (0..world.units.len()).map(UnitId::new) {
                for expired in [false, true] {
                    for (after, actions) in turn(self.program, &world, unit, expired) {
                        let to = self.reach(after, failed, &actions);
                        turns.push(Turn { unit, expired, actions, to });
                    }
                }
            }
            self.judge_races(at, &world);
        }
        if turns.is_empty() {
            self.judge_end(at, &world, failed);
        }
        self.turns.push(turns);
    }
}

/// The asserts that failed in some actions.
pub(crate) fn failed_asserts(program: &Program, actions: &[(UnitId, Action)]) -> BTreeSet<Fault> {
    let failed = actions.iter().filter_map(|(_, action)| match &action.kind {
        ActionKind::AssertFailed(exception) => {
            Some(Fault::at(program, FindingKind::Assertion, exception.origin))
        }
        _ => None,
    });
    failed.collect()
}

/// Whether main and all units that are no daemons have ended.
pub(crate) fn has_ended(world: &World) -> bool {
    world.units.iter().zip(world.infos.iter()).all(|(unit, info)| unit.has_ended() || info.daemon)
}
