//! Which shared cells an op may access.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops access shared cells, and cells name them")]

use std::ops::Range;

use crate::ir::program::{Op, Operand, Pc, Program, Source};
use crate::ir::value::Value;

/// For each op, the array that was last located into its `cell` register, if it accesses one there.
///
/// Lowering locates a cell for one access, or for a read and a write of one statement, and ahead of both in
/// the order of the code.
#[must_use]
pub fn locators(program: &Program) -> Vec<Option<u16>> {
    let mut last: Vec<Option<u16>> = Vec::new();
    let mut locators = vec![None; program.ops.len()];
    for function in &program.functions {
        last.clear();
        last.resize(usize::from(function.registers), None);
        let code = function.start as usize..function.end as usize;
        for (op, locator) in program.ops[code.clone()].iter().zip(&mut locators[code]) {
            if let Op::Locate { to, array, .. } = *op {
                last[usize::from(to.0)] = Some(array);
            } else if let Some((cell, _)) = accessed(op)
                && let Source::Register(register) = cell.source()
            {
                *locator = last[usize::from(register)];
            }
        }
    }
    locators
}

/// The cell that an op accesses, and whether it changes it.
#[must_use]
pub fn accessed(op: &Op) -> Option<(Operand, bool)> {
    match *op {
        Op::Read { cell, .. } => Some((cell, false)),
        Op::Write { cell, .. }
        | Op::SharedPush { cell, .. }
        | Op::SharedPop { cell, .. }
        | Op::SharedStore { cell, .. } => Some((cell, true)),
        _ => None,
    }
}

/// The cells that an operand of the op at `pc` may name.
#[must_use]
pub fn cells_of(program: &Program, locators: &[Option<u16>], pc: Pc, operand: Operand) -> Range<usize> {
    match operand.source() {
        Source::Constant(constant) => match program.constant(constant) {
            Value::Cell(cell) => cell.index()..cell.index() + 1,
            _ => 0..program.cells.len(),
        },
        Source::Register(_) => match locators[pc as usize] {
            Some(array) => {
                let array = &program.arrays[usize::from(array)];
                array.first.index()..array.first.index() + array.length as usize
            }
            None => 0..program.cells.len(),
        },
    }
}
