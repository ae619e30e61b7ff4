//! What is told of units that wait for ever at their own copy of an object, while others use another one: each process
//! and each interpreter has its own.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::observe::explain::Witness;
use crate::observe::footprint::Footprint;
use crate::semantics::object::{ObjectState, Provider};
use crate::semantics::world::Wait;
use crate::syntax::ast::{ObjectKind, UnitKind};

impl Witness<'_> {
    /// That another copy was used, or still may be, in the way that would end this wait, and the way out. `None` if there
    /// is only one copy, or nobody does so to another one.
    pub(super) fn elsewhere(&self, wait: Wait, object: ObjectId) -> Option<(String, String)> {
        let named = self.program.named_object(object);
        let interpreters = (0..self.world.interpreters.len()).map(InterpreterId::new);
        let copies = interpreters.map(|interpreter| self.program.object_of(named, interpreter));
        let mut others = copies.filter(|copy| *copy != object).peekable();
        others.peek()?;
        let Provider::Caller(methods) = self.world.objects[object.index()].provider(wait) else {
            return None;
        };
        let ahead = Footprint::of(
            self.program,
            self.world,
            (0..self.world.units.len())
                .map(UnitId::new)
                .filter(|unit| !self.world.units[unit.index()].has_ended()),
        );
        let other = others.find(|&copy| ahead.may_call(copy, methods) || self.was_used(copy))?;
        let declared = self.program.object(object);
        let declaration = match declared.name.split_once('[') {
            Some((array, _)) => format!("{array}[…]"),
            None => declared.name.clone(),
        };
        let whose = match self.is_of_an_interpreter(object) || self.is_of_an_interpreter(other) {
            true => "interpreter",
            false => "process",
        };
        Some((
            format!("; `{}` is another one: each {whose} has its own", self.object(other)),
            format!(
                "declare `process {} {declaration}`: then there is one for all of them",
                declared.kind.word()
            ),
        ))
    }

    /// Whether that copy is not as it was declared, or was notified.
    fn was_used(&self, copy: ObjectId) -> bool {
        let declared = self.program.object(copy);
        // A condition names the copy of its lock.
        let has_changed = || self.world.objects[copy.index()] != ObjectState::new(declared);
        self.accounts.last_notified(copy).is_some()
            || (declared.kind != ObjectKind::Condition && has_changed())
    }

    fn is_of_an_interpreter(&self, copy: ObjectId) -> bool {
        let owner = self.world.interpreters[self.program.interpreter_of_object(copy).index()].owner;
        self.world.infos[owner.index()].kind == UnitKind::Interpreter
    }
}
