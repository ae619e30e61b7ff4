//! The `if` around a `wait` of a condition: what has to be asked again after waking.
//!
//! A `wait` has a guard if it stands in the block of an `if` (or `elif`) and in no
//! loop within that block. The guard's truth says that there is reason to wait. If it
//! is true when a unit that was notified has the lock back, the unit was woken for
//! nothing, and goes on all the same: nobody asks again. A loop around the `if` that
//! comes back to it with nothing done in between but the end of a `with` does ask again.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops jump, or can't be evaluated on the side")]

use std::collections::BTreeMap;

use crate::ir::program::{Op, Pc, Program};

/// The condition of an `if`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Its first op.
    pub start: Pc,
    /// The branch around the block.
    pub test: Pc,
    /// Where the branch goes if it is false.
    pub end: Pc,
}

/// The guards of all calls of `wait`, by the op that calls.
#[must_use]
pub fn guards(program: &Program) -> BTreeMap<Pc, Guard> {
    let is_wait = |op: &Op| match op {
        Op::Invoke { call, .. } => program.calls[usize::from(*call)].method == "wait",
        _ => false,
    };
    let waits = (0..).zip(&program.ops).filter(|(_, op)| is_wait(op));
    waits.filter_map(|(pc, _)| Some((pc, guard(program, pc)?))).collect()
}

fn guard(program: &Program, wait: Pc) -> Option<Guard> {
    let ops = &program.ops;
    let first = program.function_at(wait).start;
    let (test, end) = (first..wait).rev().find_map(|pc| match ops[pc as usize] {
        Op::Branch { when: false, to, .. } if to > wait => Some((pc, to)),
        _ => None,
    })?;
    let loops = |pc: Pc| matches!(ops[pc as usize], Op::Loop { to } if to <= wait);
    if (wait..end).any(loops) || asks_again(ops, wait + 1) {
        return None;
    }
    let place = |pc: Pc| program.op_places[pc as usize];
    let is_part = |pc: &Pc| place(*pc) == place(test) && !matches!(ops[*pc as usize], Op::Jump { .. });
    let start = (first..=test).rev().take_while(is_part).last()?;
    let is_plain = |op: &Op| match op {
        Op::Read { .. } => true,
        Op::Call { .. } => false,
        op => !op.is_visible(),
    };
    ops[start as usize..=test as usize].iter().all(is_plain).then_some(Guard { start, test, end })
}

/// Whether what stands at `pc` goes back to the head of a loop and does nothing on the way.
fn asks_again(ops: &[Op], mut pc: Pc) -> bool {
    loop {
        match ops[pc as usize] {
            Op::Loop { .. } => return true,
            Op::Jump { to } if to > pc => pc = to,
            Op::Exit { .. } => pc += 1,
            _ => return false,
        }
    }
}
