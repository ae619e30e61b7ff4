//! What is told of units that wait for ever at their own copy of an object, while others use another one, and of
//! properties that read one copy of a variable: each process and each interpreter has its own.

use crate::base::id::{CellId, InterpreterId, ObjectId, UnitId};
use crate::base::span::Span;
use crate::ir::program::{Op, Source};
use crate::ir::value::Value;
use crate::observe::explain::Witness;
use crate::observe::footprint::Footprint;
use crate::semantics::object::{ObjectState, Provider};
use crate::semantics::world::{Naming, Wait};
use crate::syntax::ast::ObjectKind;

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

    /// The help for a property that reads a variable of which another process has another value.
    pub(super) fn other_value(&self, property: Span) -> Option<String> {
        let property = self.program.properties.iter().find(|other| other.span == property)?;
        let function = &self.program.functions[property.function.index()];
        let mut ops = self.program.ops[function.start as usize..function.end as usize].iter();
        ops.find_map(|op| {
            let Op::Read { cell, .. } = op else { return None };
            let Source::Constant(constant) = cell.source() else { return None };
            let Value::Cell(named) = self.program.constant(constant) else { return None };
            let mut interpreters = (1..self.world.interpreters.len()).map(InterpreterId::new);
            interpreters.find_map(|interpreter| self.value_in(*named, interpreter))
        })
    }

    /// The same for one variable and one interpreter other than main's.
    fn value_in(&self, named: CellId, interpreter: InterpreterId) -> Option<String> {
        let copy = self.program.cell_of(named, interpreter);
        let (declared, value) = (&self.program.cells[named.index()], &self.world.cells[copy.index()]);
        // A copy that was never changed says nothing.
        if copy == named || *value == declared.initial || *value == self.world.cells[named.index()] {
            return None;
        }
        let whose = if self.world.is_in_a_thread(interpreter) { "interpreter" } else { "process" };
        let names = Naming { program: self.program, world: self.world };
        let value = value.brief(&names);
        Some(format!(
            "`{0}` is {value} in {1}: each {whose} has its own. Declare `process shared {0}`, or send the result back",
            declared.name,
            names.owner(interpreter)
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
        self.world.is_in_a_thread(self.program.interpreter_of_object(copy))
    }
}
