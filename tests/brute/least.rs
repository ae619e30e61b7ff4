//! What the best witness of each finding needs.

use std::collections::{BTreeMap, BTreeSet};

use concsim::base::id::UnitId;
use concsim::explore::schedule::Schedule;
use concsim::semantics::turn::is_no_step;

use super::findings::Fault;
use super::{Brute, Turn, failed_asserts};

/// What a way to a finding takes; the first of the two counts more.
pub(crate) type Cost = (u64, u64);

/// A state, and who took the last step on the way to it.
type Node = (usize, Option<UnitId>);

impl Brute<'_> {
    /// For each finding the fewest preemptions, and of those ways the fewest steps.
    pub(crate) fn by_preemptions(&self) -> BTreeMap<Fault, Cost> {
        self.least(|preempts| (u64::from(preempts), 1))
    }

    /// For each finding the fewest steps, and of those ways the fewest preemptions.
    pub(crate) fn by_steps(&self) -> BTreeMap<Fault, Cost> {
        self.least(|preempts| (1, u64::from(preempts)))
    }

    /// The least cost of each finding, where a step costs what `step` says (Dijkstra's algorithm).
    fn least(&self, step: impl Fn(bool) -> Cost) -> BTreeMap<Fault, Cost> {
        let mut least: BTreeMap<Fault, Cost> = BTreeMap::new();
        let mut open: BTreeSet<(Cost, Node)> = self.initial.iter().map(|at| ((0, 0), (*at, None))).collect();
        let mut closed: BTreeSet<Node> = BTreeSet::new();
        while let Some((cost, node)) = open.pop_first() {
            if !closed.insert(node) {
                continue;
            }
            let (at, last) = node;
            for fault in self.wrong.get(&at).into_iter().flatten() {
                least.entry(fault.clone()).or_insert(cost);
            }
            let ends = |turn: &Turn| is_no_step(self.program, &self.states[at].world, turn.unit);
            let goes_on = |turn: &Turn| Some(turn.unit) == last && !turn.expired && !ends(turn);
            let could_go_on = self.turns[at].iter().any(goes_on);
            for turn in &self.turns[at] {
                let unit = Some(turn.unit);
                // That a unit ends is no step.
                let one = if ends(turn) { (0, 0) } else { step(could_go_on && unit != last) };
                let cost = (cost.0 + one.0, cost.1 + one.1);
                for fault in failed_asserts(self.program, &turn.actions) {
                    let before = least.entry(fault).or_insert(cost);
                    *before = cost.min(*before);
                }
                open.insert((cost, (turn.to, if ends(turn) { last } else { unit })));
            }
        }
        least
    }

    /// Whether no end can be reached any more behind a schedule.
    pub(crate) fn never_ends(&self, schedule: &Schedule) -> bool {
        let mut seen = self.follow(schedule).0;
        let mut open: Vec<usize> = seen.iter().copied().collect();
        while let Some(at) = open.pop() {
            if self.turns[at].is_empty() {
                return false;
            }
            open.extend(self.turns[at].iter().map(|turn| turn.to).filter(|to| seen.insert(*to)));
        }
        !seen.is_empty()
    }

    /// Whether a schedule shows the finding at its end; nothing if it can't be followed.
    pub(crate) fn shows(&self, fault: &Fault, schedule: &Schedule) -> Option<bool> {
        let (at, asserted) = self.follow(schedule);
        let is_wrong = |at: &usize| self.wrong.get(at).is_some_and(|faults| faults.contains(fault));
        (!at.is_empty()).then(|| asserted.contains(fault) || at.iter().any(is_wrong))
    }

    /// The states to which a schedule leads, and the asserts that fail in its last turn.
    fn follow(&self, schedule: &Schedule) -> (BTreeSet<usize>, BTreeSet<Fault>) {
        let mut at: BTreeSet<usize> = self.initial.iter().copied().collect();
        let mut asserted = BTreeSet::new();
        for turn in &schedule.turns {
            let fits = |own: &&Turn| own.unit == turn.unit && own.expired == turn.expired;
            let own: Vec<&Turn> = at.iter().flat_map(|at| self.turns[*at].iter().filter(fits)).collect();
            asserted = own.iter().flat_map(|own| failed_asserts(self.program, &own.actions)).collect();
            at = own.iter().map(|own| own.to).collect();
        }
        (at, asserted)
    }
}
