//! Whose turn it may not be yet, where an exploration respects GILs and event loops. It follows from the way to a world and
//! not from what is in it; so it is kept beside the rest, and is empty in all other worlds.

use crate::base::id::{InterpreterId, UnitId};

/// Who comes before others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Precedence {
    /// The unit that has an interpreter's GIL and has not passed a point at which it could lose it, by interpreter. Those
    /// behind the last one that there is are left out.
    keepers: Vec<Option<UnitId>>,
    /// The units that have given their threads up, in the order in which they did or were woken for certain.
    pub line: Vec<Place>,
}

/// A place in the line of an event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Whose.
    pub unit: UnitId,
    /// The unit is ready since it came there: nobody behind it goes first. Else it may become ready at any time.
    pub is_certain: bool,
}

impl Precedence {
    /// Who keeps the GIL of an interpreter.
    #[must_use]
    pub fn keeper(&self, interpreter: InterpreterId) -> Option<UnitId> {
        self.keepers.get(interpreter.index()).copied().flatten()
    }

    /// All who keep a GIL.
    pub fn keepers(&self) -> impl Iterator<Item = (InterpreterId, UnitId)> + '_ {
        let numbered = self.keepers.iter().enumerate();
        numbered.filter_map(|(at, keeper)| Some((InterpreterId::new(at), (*keeper)?)))
    }

    /// From now on that one keeps the GIL of an interpreter, or nobody does.
    pub fn keeps(&mut self, interpreter: InterpreterId, keeper: Option<UnitId>) {
        let at = interpreter.index();
        if at >= self.keepers.len() {
            self.keepers.resize(at + 1, None);
        }
        self.keepers[at] = keeper;
        let used = self.keepers.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        self.keepers.truncate(used);
    }

    /// Gives every unit another id, as [`World::rename`](crate::semantics::world::World::rename) does.
    pub(super) fn rename(&mut self, names: &[UnitId]) {
        for unit in self.keepers.iter_mut().flatten().chain(self.line.iter_mut().map(|place| &mut place.unit))
        {
            *unit = names[unit.index()];
        }
    }
}
