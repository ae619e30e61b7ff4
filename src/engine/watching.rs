//! Looking over the shoulders of the units: what was in luck's hands though the run went well.
//!
//! Every action of a step is shown to those who keep accounts of what orders
//! what. They are there only if the script has something that they could find.

use crate::base::id::{ObjectId, UnitId};
use crate::engine::Engine;
use crate::ir::program::{Op, Program};
use crate::observe::accesses::{Accesses, Past};
use crate::observe::clocks::{Order, Touch, UNITS_MAX};
use crate::observe::held::{Held, HeldId, Holding};
use crate::observe::race::{Access, Race, Statements};
use crate::semantics::object::ObjectState;
use crate::semantics::step::{Action, ActionKind};

/// The accounts.
#[derive(Debug)]
pub(super) struct Watch {
    order: Order,
    accesses: Accesses,
    held: Held,
    /// Accesses that were found to be in a race with each other.
    races: Vec<(Race, [HeldId; 2])>,
}

impl Watch {
    /// Accounts of a program in which something could be found: several units, and data that they share.
    pub(super) fn new(program: &Program) -> Option<Box<Self>> {
        let shares = program.cells.iter().any(|cell| !cell.atomic);
        let objects = program.objects.len();
        (shares && !program.spawns.is_empty()).then(|| {
            Box::new(Self {
                order: Order::new(objects, true),
                accesses: Accesses::default(),
                held: Held::new(objects),
                races: Vec::new(),
            })
        })
    }

    /// A unit has done something; `atomic` says that it did so inside `atomic`.
    fn note(
        &mut self,
        unit: UnitId,
        (action, atomic): (&Action, bool),
        program: &Program,
        objects: &[ObjectState],
    ) {
        match action.kind {
            ActionKind::Read(cell, _) | ActionKind::Wrote(cell, _) => {
                let writes = matches!(action.kind, ActionKind::Wrote(..));
                let reads = !matches!(program.ops[action.pc as usize], Op::Write { .. });
                let atomic = atomic || program.cells[cell.index()].atomic;
                if !atomic {
                    let access = Access { cell, writes, pc: action.pc };
                    let new = Past { access, at: self.order.now(unit), held: self.held.by(unit) };
                    let races = &mut self.races;
                    self.accesses.add(new, self.order.clock(unit), |old| races.push(Race::between(old, new)));
                }
                self.order.touched(unit, cell, Touch { reads, writes, atomic });
            }
            ActionKind::Acquired(object) => {
                if objects[object.index()].is_lock() {
                    self.held.acquired(unit, Holding { lock: object, pc: action.pc });
                }
                self.order.acted(unit, &action.kind, objects);
            }
            ActionKind::Released(object, count) => {
                if count > 0 {
                    self.held.released(object);
                }
                self.order.acted(unit, &action.kind, objects);
            }
            ActionKind::Refused(_)
            | ActionKind::TimedOut(_)
            | ActionKind::Did(..)
            | ActionKind::Joined(_)
            | ActionKind::Saw(_)
            | ActionKind::Woke(..)
            | ActionKind::Printed
            | ActionKind::Entered(_)
            | ActionKind::Left(_)
            | ActionKind::Chose(_)
            | ActionKind::Raised(_)
            | ActionKind::AssertFailed(_) => self.order.acted(unit, &action.kind, objects),
        }
    }
}

impl Engine<'_> {
    /// A unit has taken a step.
    pub(super) fn watch(&mut self, unit: UnitId, actions: &[Action], atomic: bool) {
        let Some(watch) = &mut self.watch else { return };
        for action in actions {
            watch.note(unit, (action, atomic), self.program, &self.world.objects);
        }
        if watch.races.is_empty() {
            return;
        }
        let mut races = std::mem::take(&mut watch.races);
        for (race, held) in races.drain(..) {
            if self.is_new_race(&race) {
                let held = held.map(|held| self.locks_of(held));
                let finding = self.witness().race_between(&race, &held);
                self.trouble.findings.push(finding);
            }
        }
        if let Some(watch) = &mut self.watch {
            watch.races = races;
        }
    }

    /// A unit was started. Of very many units it is not kept what they know of each other.
    pub(super) fn watch_spawn(&mut self, parent: UnitId, child: UnitId) {
        if child.index() >= UNITS_MAX {
            self.watch = None;
        }
        if let Some(watch) = &mut self.watch {
            watch.order.spawned(parent);
        }
    }

    /// Two units rest at accesses to one location.
    pub(super) fn add_race(&mut self, race: &Race) {
        if self.is_new_race(race) {
            let finding = self.witness().race(race);
            self.trouble.findings.push(finding);
        }
    }

    /// Whether nothing was told yet of a race of these statements.
    fn is_new_race(&mut self, race: &Race) -> bool {
        let program = self.program;
        let statements = self.trouble.statements.get_or_insert_with(|| Statements::of(program));
        let key = statements.key(program, race);
        self.trouble.told_races.insert(key)
    }

    /// The locks of that, the first one taken first.
    fn locks_of(&self, held: HeldId) -> Vec<ObjectId> {
        let locks = self.watch.iter().flat_map(|watch| watch.held.locks(held));
        let mut locks: Vec<ObjectId> = locks.map(|holding| holding.lock).collect();
        locks.reverse();
        locks
    }
}
