//! A run that has followed a schedule to where no end can be reached any more.
//!
//! The run itself can't know that; it is told. It tells what is wrong, lets each
//! unit that goes on for ever come round once, for all to see, and ends. Who has
//! come round lets the others go first: for a GIL they could wait for long.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::engine::thread::State;
use crate::engine::{Engine, Stop};
use crate::ir::program::Pc;
use crate::observe::livelock::Endless;
use crate::semantics::world::World;

/// How many ops that may take: in a run not everybody comes round who might.
const OPS_MAX: u64 = 10_000;

/// Units that go on for ever.
#[derive(Debug)]
pub(super) struct Rounds {
    /// Where each of those that have not come round yet has been.
    been: BTreeMap<UnitId, BTreeSet<Pc>>,
    /// Those that have: they let the others go first.
    done: BTreeSet<UnitId>,
    /// At how many executed ops the run ends even so.
    until: u64,
}

impl Rounds {
    /// Whether the unit has come round, so that it is to let the others go first.
    pub(super) fn has_come_round(&self, unit: UnitId) -> bool {
        self.done.contains(&unit)
    }
}

impl Engine<'_> {
    /// Nobody will come to an end any more: says why, and watches how they go round.
    pub(super) fn goes_on_for_ever(&mut self, endless: &Endless) {
        let waiting = self.with_waits();
        let world = std::mem::replace(&mut self.world, waiting);
        for reason in &endless.stuck {
            self.tell_deadlock(reason);
        }
        self.world = world;
        if !endless.rounds.is_empty() {
            let finding = self.witness().livelock(&endless.rounds);
            self.add(finding);
        }
        let been = endless.movers.iter().map(|unit| (*unit, BTreeSet::new())).collect();
        self.rounds = Some(Rounds { been, done: BTreeSet::new(), until: self.ops + OPS_MAX });
    }

    /// The world with what those wait for who have come to a step that they can't take.
    fn with_waits(&self) -> World {
        let mut waiting = self.world.clone();
        for unit in (0..self.routines.len()).map(UnitId::new) {
            if self.threads[self.thread_of(unit).index()].state == State::Aside
                && let Some(status) = self.wait_at(unit)
            {
                waiting.units[unit.index()].status = status;
            }
        }
        waiting
    }

    /// A unit has taken a step that began there.
    pub(super) fn comes_by(&mut self, unit: UnitId, pc: Pc) {
        let Some(rounds) = &mut self.rounds else { return };
        if rounds.been.get_mut(&unit).is_some_and(|been| !been.insert(pc)) {
            rounds.been.remove(&unit);
            rounds.done.insert(unit);
        }
        if rounds.been.is_empty() || self.ops >= rounds.until {
            self.stop.get_or_insert(Stop::Endless);
        }
    }
}
