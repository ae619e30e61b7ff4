//! What goes on for ever: the worlds from which no end can be reached.
//!
//! A part of the graph that can't be left and in which every world can be reached
//! from every other one (a bottom strongly connected component) is where a run
//! stays for ever. Units that are blocked in all of its worlds are stuck; if the
//! others neither print nor enter a region, they are in a livelock.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::space::{Standing, Taken};
use crate::explore::verdict::{Evidence, Judge, Sign};
use crate::ir::program::Pc;
use crate::observe::deadlock::stuck;
use crate::observe::finding::FindingKind;
use crate::semantics::step::ActionKind;
use crate::semantics::world::{Status, Wait, World};

/// What shows in a component that can't be left.
#[derive(Debug, Default)]
pub struct Endless {
    /// The findings.
    pub signs: Vec<Sign>,
    /// The fingerprints of its worlds, sorted.
    pub within: Vec<Fingerprint>,
}

/// What is seen while going through a component.
#[derive(Debug, Default)]
struct Seen {
    worlds: BTreeSet<Fingerprint>,
    /// Where each unit takes steps.
    moves: BTreeMap<UnitId, BTreeSet<Pc>>,
    /// Units that were not blocked in some world.
    free: BTreeSet<UnitId>,
    /// Somebody enters a region.
    enters: bool,
}

impl Judge<'_> {
    /// What shows in the component of a world, if from everywhere in it there is a way back to this world.
    #[must_use]
    pub fn endless(&self, world: &World) -> Endless {
        let seen = self.go_through(world);
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
        Endless { signs, within: seen.worlds.into_iter().collect() }
    }

    fn go_through(&self, world: &World) -> Seen {
        let mut seen = Seen::default();
        seen.worlds.insert(of_world(world));
        let mut open = vec![world.clone()];
        while let Some(world) = open.pop() {
            for unit in (0..world.units.len()).map(UnitId::new) {
                let standing = self.space.standing(&world, unit);
                if standing != Standing::Blocked {
                    seen.free.insert(unit);
                }
                for taken in self.turns_of(&world, unit, standing) {
                    seen.moves.entry(unit).or_default().insert(world.units[unit.index()].pc);
                    seen.enters |=
                        taken.actions.iter().any(|(_, action)| matches!(action.kind, ActionKind::Entered(_)));
                    if seen.worlds.insert(of_world(&taken.world)) {
                        open.push(taken.world);
                    }
                }
            }
        }
        seen
    }

    /// The turns that a unit can take where it stands like that.
    #[must_use]
    pub fn turns_of(&self, world: &World, unit: UnitId, standing: Standing) -> Vec<Taken> {
        match standing {
            Standing::Ready => self.space.take(world, unit, false),
            Standing::MayExpire => self.space.take(world, unit, true),
            Standing::Blocked | Standing::Ended => Vec::new(),
        }
    }

    /// The units that are blocked in all worlds of a component. To wait for the end of a unit that goes on for
    /// ever is no deadlock: the trouble is with that unit.
    fn stuck_meanwhile(&self, world: &World, seen: &Seen) -> Vec<Sign> {
        let mut waiting = self.space.with_waits(world);
        for unit in &seen.free {
            let unit = &mut waiting.units[unit.index()];
            if !unit.has_ended() {
                unit.status = Status::Ready;
            }
        }
        while let Some(unit) = waiting.units.iter().position(|unit| match unit.endless_wait() {
            Some(Wait::End(other)) => waiting.units[other.index()].status == Status::Ready,
            _ => false,
        }) {
            waiting.units[unit].status = Status::Ready;
        }
        let reasons = stuck(self.space.program, &waiting, true);
        reasons.into_iter().map(|reason| self.stuck(world, reason)).collect()
    }
}
