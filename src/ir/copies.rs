//! Copies: every interpreter has one of each cell and each object, but of those there is one of for all processes.
//!
//! A script names a cell or an object by the id of its declaration, and so does every value; which copy is meant follows
//! from the interpreter of the unit that uses it. Those of main's interpreter have the ids of their declarations, behind
//! them come those of the next interpreter, and so on.

use crate::base::id::{CellId, InterpreterId, ObjectId};
use crate::ir::program::{Cell, Object, Program};

impl Program {
    /// The cell that a script names, as an interpreter has it: one of its own, or that of all processes.
    #[inline]
    #[must_use]
    pub fn cell_of(&self, named: CellId, interpreter: InterpreterId) -> CellId {
        if interpreter.0 == 0 || self.cells[named.index()].process {
            return named;
        }
        CellId::new(named.index() + interpreter.index() * self.cells.len())
    }

    /// The object that a script names, as an interpreter has it: one of its own, or that of all processes.
    #[inline]
    #[must_use]
    pub fn object_of(&self, named: ObjectId, interpreter: InterpreterId) -> ObjectId {
        if interpreter.0 == 0 || self.objects[named.index()].process {
            return named;
        }
        ObjectId::new(named.index() + interpreter.index() * self.objects.len())
    }

    /// The declaration of a cell, whichever interpreter has it.
    #[inline]
    #[must_use]
    pub fn cell(&self, cell: CellId) -> &Cell {
        &self.cells[self.named_cell(cell).index()]
    }

    /// The declaration of an object, whichever interpreter has it.
    #[inline]
    #[must_use]
    pub fn object(&self, object: ObjectId) -> &Object {
        &self.objects[self.named_object(object).index()]
    }

    /// How a script names that cell of some interpreter.
    #[inline]
    #[must_use]
    pub fn named_cell(&self, cell: CellId) -> CellId {
        if cell.index() < self.cells.len() { cell } else { CellId::new(cell.index() % self.cells.len()) }
    }

    /// How a script names that object of some interpreter.
    #[inline]
    #[must_use]
    pub fn named_object(&self, object: ObjectId) -> ObjectId {
        if object.index() < self.objects.len() {
            return object;
        }
        ObjectId::new(object.index() % self.objects.len())
    }

    /// The interpreter whose cell that is; main's for what all processes share.
    #[must_use]
    pub fn interpreter_of_cell(&self, cell: CellId) -> InterpreterId {
        InterpreterId::new(cell.index().checked_div(self.cells.len()).unwrap_or(0))
    }

    /// The interpreter whose object that is; main's for what all processes share.
    #[must_use]
    pub fn interpreter_of_object(&self, object: ObjectId) -> InterpreterId {
        InterpreterId::new(object.index().checked_div(self.objects.len()).unwrap_or(0))
    }
}
