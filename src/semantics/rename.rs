//! Other ids for the units of a world. An id says in which order units were
//! spawned, which nothing in a script can see: two worlds that differ in it
//! alone are the same.

use crate::base::id::UnitId;
use crate::semantics::world::{Interpreter, Owner, Status, Unit, Wait, World};

impl World {
    /// Gives every unit another id: that at the place of the old one in `names`, which has each id once.
    ///
    /// # Panics
    ///
    /// If `names` is not as long as there are units.
    pub fn rename(&mut self, names: &[UnitId]) {
        self.refer(names);
        let Self {
            units: _,
            infos,
            interpreters,
            cells: _,
            objects: _,
            inside: _,
            output: _,
            failures: _,
            precedence: _,
            ordinals,
            given_names,
        } = self;
        infos.rename(names);
        for Interpreter { owner, is_python: _, signal: _ } in interpreters {
            match owner {
                Owner::Unit(unit) => *unit = names[unit.index()],
                Owner::Worker { pool: _, number: _ } => {}
            }
        }
        let ordinals_before = std::mem::take(ordinals);
        ordinals.extend(
            ordinals_before
                .into_iter()
                .map(|((unit, function), count)| ((names[unit.index()], function), count)),
        );
        let given_before = std::mem::take(given_names);
        given_names.extend(
            given_before.into_iter().map(|((unit, name), count)| ((names[unit.index()], name), count)),
        );
    }

    /// Lets units change places: each goes on where the one at its place in `names` was, under that one's name.
    /// They have to be of one spawner and one function, and to have spawned nothing.
    ///
    /// # Panics
    ///
    /// If `names` is not as long as there are units.
    pub fn exchange(&mut self, names: &[UnitId]) {
        self.refer(names);
    }

    /// What is not about the units' names.
    fn refer(&mut self, names: &[UnitId]) {
        let Self {
            units,
            infos: _,
            interpreters: _,
            cells,
            objects,
            inside: _,
            output: _,
            failures: _,
            precedence,
            ordinals: _,
            given_names: _,
        } = self;
        precedence.rename(names);
        permute(units, names);
        for unit in units {
            let Unit {
                pc: _,
                base: _,
                status,
                taken: _,
                failure: _,
                rest: _,
                cancel: _,
                passed_on: _,
                closing: _,
                tasks: _,
                result,
                stack,
                frames: _,
            } = unit;
            if let Status::Waiting { wait: Wait::End(other), timed: _ } = status {
                *other = names[other.index()];
            }
            result.rename(names);
            stack.iter_mut().for_each(|value| value.rename(names));
        }
        cells.iter_mut().for_each(|value| value.rename(names));
        objects.iter_mut().for_each(|object| object.rename(names));
    }
}

/// Moves each item to the place that `names` says.
fn permute<T>(items: &mut Vec<T>, names: &[UnitId]) {
    assert_eq!(items.len(), names.len(), "every unit needs an id");
    let mut moved: Vec<(UnitId, T)> = names.iter().copied().zip(std::mem::take(items)).collect();
    moved.sort_by_key(|(name, _)| *name);
    items.extend(moved.into_iter().map(|(_, item)| item));
}
