//! Locks and permits that are free, and who was woken for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::{ObjectId, UnitId};
use crate::engine::Engine;
use crate::engine::thread::Away;
use crate::semantics::world::Wait;

/// What is promised to whom. A unit waits for one thing at a time.
#[derive(Debug, Default)]
pub(super) struct Promises {
    to_units: BTreeMap<UnitId, ObjectId>,
    of_objects: BTreeSet<(ObjectId, UnitId)>,
}

impl Promises {
    fn make(&mut self, object: ObjectId, unit: UnitId) {
        self.keep(unit);
        self.to_units.insert(unit, object);
        self.of_objects.insert((object, unit));
    }

    /// The unit takes a step, by which it takes what was promised to it, or does not.
    pub(super) fn keep(&mut self, unit: UnitId) {
        if let Some(object) = self.to_units.remove(&unit) {
            self.of_objects.remove(&(object, unit));
        }
    }

    /// Another unit to which an object is promised.
    fn other(&self, object: ObjectId, unit: UnitId) -> Option<UnitId> {
        let promised = self.of_objects.range((object, UnitId(0))..=(object, UnitId(u32::MAX)));
        promised.map(|(_, other)| *other).find(|other| *other != unit)
    }
}

impl Engine<'_> {
    /// A unit that has given its thread up is woken for a lock or a permit: nobody who awaits it later comes before.
    pub(super) fn promise(&mut self, unit: UnitId, wait: Wait) {
        if let (Wait::Acquire(object), true) = (wait, self.routines[unit.index()].away != Away::No) {
            self.promises.make(object, unit);
        }
    }

    /// To whom else what a unit may be about to await is promised.
    pub(super) fn promised_to(&self, unit: UnitId) -> Option<UnitId> {
        if self.promises.of_objects.is_empty() {
            return None;
        }
        self.world.wants(self.program, unit).and_then(|object| self.promises.other(object, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_holds_until_its_unit_takes_a_step() {
        let (lock, other) = (ObjectId(0), ObjectId(1));
        let mut promises = Promises::default();
        promises.make(lock, UnitId(3));
        promises.make(lock, UnitId(2));
        promises.make(other, UnitId(4));
        assert_eq!(promises.other(lock, UnitId(2)), Some(UnitId(3)));
        promises.keep(UnitId(3));
        assert_eq!(promises.other(lock, UnitId(2)), None);
        assert_eq!(promises.other(other, UnitId(2)), Some(UnitId(4)));
        promises.make(lock, UnitId(4));
        assert_eq!(promises.other(other, UnitId(2)), None);
    }
}
