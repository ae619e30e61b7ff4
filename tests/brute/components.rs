//! What goes on for ever: the strongly connected components of the worlds that no turn leaves.

use std::collections::BTreeSet;

use concsim::base::id::UnitId;
use concsim::observe::finding::FindingKind;
use concsim::semantics::step::ActionKind;
use concsim::semantics::world::{Rest, Status, Wait, World};

use super::findings::Fault;
use super::{Brute, Turn};

impl Brute<'_> {
    /// In a component that no turn leaves, whoever takes no turn is stuck; if nobody enters a region, nothing comes of it.
    pub(crate) fn judge_what_goes_on(&mut self) {
        for component in self.bottoms() {
            let turns: Vec<&Turn> = component.iter().flat_map(|&at| &self.turns[at]).collect();
            if turns.is_empty() {
                continue;
            }
            let goes_on: BTreeSet<UnitId> = turns.iter().map(|turn| turn.unit).collect();
            let enters = turns
                .iter()
                .flat_map(|turn| &turn.actions)
                .any(|(_, action)| matches!(action.kind, ActionKind::Entered(_) | ActionKind::Printed));
            let world = self.states[component[0]].world.clone();
            let is_daemon = |unit: UnitId| world.infos[unit.index()].daemon;
            let mut wrong = self.exceptions(&world);
            wrong.extend(self.deadlocks(&self.without(&world, &goes_on)));
            if !enters && goes_on.iter().any(|unit| !is_daemon(*unit)) {
                wrong.insert(Fault { kind: FindingKind::Livelock, cause: None, places: BTreeSet::new() });
            }
            self.endless.extend(wrong.iter().cloned());
            for at in component {
                self.is_wrong(at, wrong.clone());
            }
        }
    }

    /// The world with what each unit waits for, but for those that go on, and those that wait for the end of one
    /// that does: that is no deadlock.
    fn without(&self, world: &World, goes_on: &BTreeSet<UnitId>) -> World {
        let mut waiting = self.with_waits(world);
        let runs = |other: usize| world.units[other].rest == Rest::Running && !world.units[other].has_ended();
        // Who could go on, if another one did not keep the thread for itself that goes on.
        let waits_for_thread = |unit: usize| {
            let thread = world.infos[unit].thread;
            let keeps = |other: &UnitId| runs(other.index()) && world.infos[other.index()].thread == thread;
            !world.units[unit].has_ended()
                && waiting.units[unit].endless_wait().is_none()
                && goes_on.iter().any(keeps)
        };
        let kept = (0..world.units.len()).filter(|unit| waits_for_thread(*unit)).map(UnitId::new);
        let mut free: Vec<UnitId> = goes_on.iter().copied().chain(kept).collect();
        while let Some(unit) = free.pop() {
            waiting.units[unit.index()].status = Status::Ready;
            let waits_for_it = |index: &usize| waiting.units[*index].endless_wait() == Some(Wait::End(unit));
            free.extend((0..waiting.units.len()).filter(waits_for_it).map(UnitId::new));
        }
        waiting
    }

    /// The components of more than no turn that no turn leaves (Tarjan's algorithm, without recursion).
    fn bottoms(&self) -> Vec<Vec<usize>> {
        let count = self.states.len();
        let (mut order, mut low) = (vec![usize::MAX; count], vec![usize::MAX; count]);
        let (mut open, mut is_open) = (Vec::new(), vec![false; count]);
        let mut component_of = vec![usize::MAX; count];
        let mut components: Vec<Vec<usize>> = Vec::new();
        let mut next = 0;
        for root in 0..count {
            if order[root] != usize::MAX {
                continue;
            }
            let mut path = vec![(root, 0)];
            while let Some((at, edge)) = path.pop() {
                if edge == 0 {
                    (order[at], low[at]) = (next, next);
                    next += 1;
                    open.push(at);
                    is_open[at] = true;
                }
                if let Some(turn) = self.turns[at].get(edge) {
                    path.push((at, edge + 1));
                    if order[turn.to] == usize::MAX {
                        path.push((turn.to, 0));
                    } else if is_open[turn.to] {
                        low[at] = low[at].min(order[turn.to]);
                    }
                    continue;
                }
                if let Some((before, _)) = path.last() {
                    low[*before] = low[*before].min(low[at]);
                }
                if low[at] == order[at] {
                    let members =
                        open.split_off(open.iter().rposition(|other| *other == at).expect("it is open"));
                    for &member in &members {
                        is_open[member] = false;
                        component_of[member] = components.len();
                    }
                    components.push(members);
                }
            }
        }
        let stays = |members: &Vec<usize>| {
            let home = component_of[members[0]];
            members.iter().all(|at| self.turns[*at].iter().all(|turn| component_of[turn.to] == home))
        };
        components.into_iter().filter(stays).collect()
    }
}
