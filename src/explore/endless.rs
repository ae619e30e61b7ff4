//! What goes on for ever: the worlds from which no end can be reached.
//!
//! A part of the graph that can't be left and in which every world can be reached
//! from every other one (a bottom strongly connected component) is where a run
//! stays for ever. Units that are blocked in all of its worlds are stuck; if the
//! others neither print nor enter a region, they are in a livelock.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::reduction::Reducer;
use crate::explore::space::{Standing, Taken};
use crate::explore::verdict::{Evidence, Judge, Sign};
use crate::ir::program::Pc;
use crate::observe::deadlock::stuck;
use crate::observe::finding::FindingKind;
use crate::semantics::step::ActionKind;
use crate::semantics::world::{Status, Unit, Wait, World};

/// After how many worlds it is asked whether to go on.
const ROUND: usize = 1 << 10;

/// What is seen while going through a component.
#[derive(Debug, Default)]
struct Seen {
    worlds: BTreeSet<Fingerprint>,
    /// Where each unit takes steps.
    moves: BTreeMap<UnitId, BTreeSet<Pc>>,
    /// Somebody enters a region.
    enters: bool,
}

impl Judge<'_> {
    /// What shows in the component that a turn leads to, if from everywhere in it there is a way back to the world
    /// behind that turn. `goes_on` is told now and then how many bytes that takes; nothing if it says no.
    #[must_use]
    pub fn endless(
        &self,
        last: &Taken,
        reducer: Option<&Reducer<'_>>,
        goes_on: &mut dyn FnMut(u64) -> bool,
    ) -> Option<Vec<Sign>> {
        let world = &last.world;
        let seen = self.go_through(last, reducer, goes_on)?;
        let mut signs = self.stuck_meanwhile(world, &seen);
        signs.extend(self.exceptions(world));
        let is_daemon = |unit: UnitId| world.infos[unit.index()].daemon;
        if !seen.enters && seen.moves.keys().any(|&unit| !is_daemon(unit)) {
            let rounds = seen.moves.iter().filter(|(unit, _)| !is_daemon(**unit));
            let rounds: Vec<(UnitId, Vec<Pc>)> =
                rounds.map(|(unit, places)| (*unit, places.iter().copied().collect())).collect();
            let places: Vec<Pc> = rounds.iter().flat_map(|(_, places)| places.iter().copied()).collect();
            signs.push(self.sign(FindingKind::Livelock, &places, Evidence::Livelock(rounds)));
        }
        Some(signs)
    }

    /// Who takes steps where in a component. As soon as everybody does and somebody enters a region, nothing that
    /// is still to be seen can make a difference, and the rest of what may be millions of worlds is left alone.
    ///
    /// Orders that come to the same may be left out: whatever can be done in a component is also done in what
    /// is left of it, since no turn is put off for ever.
    fn go_through(
        &self,
        last: &Taken,
        reducer: Option<&Reducer<'_>>,
        goes_on: &mut dyn FnMut(u64) -> bool,
    ) -> Option<Seen> {
        let mut seen = Seen::default();
        seen.worlds.insert(of_world(&last.world));
        let mut open = vec![last.world.clone()];
        let size = last.world.bytes();
        while let Some(world) = open.pop() {
            if seen.worlds.len().is_multiple_of(ROUND) || open.len().is_multiple_of(ROUND) {
                let prints = 2 * size_of::<Fingerprint>() * seen.worlds.len();
                if !goes_on(prints as u64 + size * open.len() as u64) {
                    return None;
                }
            }
            for (taken, print) in self.enough_turns(&world, reducer, &seen.worlds) {
                let unit = taken.turn.unit;
                seen.moves.entry(unit).or_default().insert(world.units[unit.index()].pc);
                seen.enters |=
                    taken.actions.iter().any(|(_, action)| matches!(action.kind, ActionKind::Entered(_)));
                if seen.worlds.insert(print) {
                    open.push(taken.world);
                }
            }
            let mut units = (0..world.units.len()).map(UnitId::new);
            let moves =
                |unit: UnitId| world.units[unit.index()].has_ended() || seen.moves.contains_key(&unit);
            if seen.enters && units.all(moves) {
                break;
            }
        }
        Some(seen)
    }

    /// The turns that can be taken in a world, or those of one unit if they are enough and lead to worlds
    /// that were not `seen`; with the fingerprints of the worlds behind them.
    fn enough_turns(
        &self,
        world: &World,
        reducer: Option<&Reducer<'_>>,
        seen: &BTreeSet<Fingerprint>,
    ) -> Vec<(Taken, Fingerprint)> {
        let printed = |turns: Vec<Taken>| {
            turns.into_iter().map(|taken| {
                let print = of_world(&taken.world);
                (taken, print)
            })
        };
        if let Some(reducer) = reducer {
            let standing = |unit: &Unit| if unit.has_ended() { Standing::Ended } else { Standing::Ready };
            let standings: Vec<Standing> = world.units.iter().map(standing).collect();
            for unit in reducer.candidates(world, &standings) {
                let own = self.space.turns(world, unit).1;
                if reducer.suffice(world, unit, &own) {
                    let own: Vec<(Taken, Fingerprint)> = printed(own).collect();
                    if own.iter().all(|(_, print)| !seen.contains(print)) {
                        return own;
                    }
                }
            }
        }
        printed(self.space.all_turns(world)).collect()
    }

    /// The worlds that can be reached from where a turn leads, by what `print` makes of them, sorted; nothing if there are more
    /// than `most`.
    pub(super) fn reached_from(
        &self,
        last: &Taken,
        most: usize,
        print: impl Fn(&World) -> Fingerprint,
    ) -> Option<Vec<Fingerprint>> {
        let mut known = BTreeSet::from([of_world(&last.world)]);
        let mut prints = vec![print(&last.world)];
        let mut open = vec![last.world.clone()];
        while let Some(world) = open.pop() {
            for taken in self.space.all_turns(&world) {
                if known.insert(of_world(&taken.world)) {
                    prints.push(print(&taken.world));
                    open.push(taken.world);
                }
            }
            if known.len() > most {
                return None;
            }
        }
        prints.sort_unstable();
        prints.dedup();
        Some(prints)
    }

    /// The units that are blocked in all worlds of a component. To wait for the end of a unit that goes on for
    /// ever is no deadlock: the trouble is with that unit.
    fn stuck_meanwhile(&self, world: &World, seen: &Seen) -> Vec<Sign> {
        let mut waiting = self.space.with_waits(world);
        for unit in seen.moves.keys() {
            let unit = &mut waiting.units[unit.index()];
            if !unit.has_ended() {
                unit.status = Status::Ready;
            }
        }
        while let Some(unit) = waiting.units.iter().position(|unit| match unit.endless_wait() {
            Some(Wait::End(other)) => goes_on(&waiting, other),
            _ => false,
        }) {
            waiting.units[unit].status = Status::Ready;
        }
        let reasons = stuck(self.space.program, &waiting, true);
        reasons.into_iter().map(|reason| self.stuck(world, reason)).collect()
    }
}

/// Whether a unit waits for nothing without end, nor does who keeps it from its thread.
fn goes_on(waiting: &World, unit: UnitId) -> bool {
    let runner = waiting.runs_on(waiting.infos[unit.index()].thread);
    let could = |unit: UnitId| {
        let unit = &waiting.units[unit.index()];
        !unit.has_ended() && unit.endless_wait().is_none()
    };
    could(unit) && runner.is_none_or(could)
}
