//! What a unit may still read of its own: registers that are set anew before they are read make no
//! difference, and are cleared.

use crate::explore::reduction::bits::Bits;
use crate::ir::program::{Function, Op, Pc, Program, Register};
use crate::ir::value::Value;
use crate::semantics::world::Unit;

/// Over how many bits no function is looked through: all of its registers count.
const BITS_MAX: usize = 1 << 26;

/// For every op, the registers that may be read from there on before they are set.
#[derive(Clone, Debug)]
pub struct Live {
    /// When a unit is about to execute the op; nothing if all count.
    before: Vec<Option<Bits>>,
    /// When it has called a function there, and is in it.
    around: Vec<Option<Bits>>,
}

impl Live {
    /// The registers that count in `program`.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let mut live = Self { before: vec![None; program.ops.len()], around: vec![None; program.ops.len()] };
        for function in &program.functions {
            if usize::from(function.registers) * ((function.end - function.start) as usize) <= BITS_MAX {
                live.add(program, function);
            }
        }
        live
    }

    fn add(&mut self, program: &Program, function: &Function) {
        let (start, end) = (function.start as usize, function.end as usize);
        self.before[start..end].fill(Some(Bits::new(usize::from(function.registers))));
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for pc in (function.start..function.end).rev() {
                let mut bits = self.behind(function, &program.ops[pc as usize], pc);
                program.ops[pc as usize].reads(program, &mut |register| {
                    bits.insert(usize::from(register.0));
                });
                if self.before[pc as usize].as_ref() != Some(&bits) {
                    self.before[pc as usize] = Some(bits);
                    changed = true;
                }
            }
        }
        for pc in function.start..function.end {
            let op = &program.ops[pc as usize];
            if matches!(op, Op::Call { .. }) {
                self.around[pc as usize] = Some(self.behind(function, op, pc));
            }
        }
    }

    /// The registers that may be read behind an op, but for the one that it sets.
    fn behind(&self, function: &Function, op: &Op, pc: Pc) -> Bits {
        let mut bits = Bits::new(usize::from(function.registers));
        let mut add = |at: Pc, except: Option<Register>| {
            let Some(Some(there)) = self.before.get(at as usize) else { return };
            let has = except.is_some_and(|register| bits.contains(usize::from(register.0)));
            bits.add_all(there);
            if let Some(register) = except.filter(|_| !has) {
                bits.remove(usize::from(register.0));
            }
        };
        for to in
            op.leads_to(pc).into_iter().flatten().filter(|to| (function.start..function.end).contains(to))
        {
            add(to, if to == pc + 1 { op.sets() } else { None });
        }
        if let Some(handler) = function.handler(pc) {
            add(handler.target, Some(handler.to));
        }
        bits
    }

    /// Whether what stands in a register may be read by a unit that is about to execute the op.
    #[must_use]
    pub fn counts(&self, pc: Pc, register: Register) -> bool {
        self.before[pc as usize].as_ref().is_none_or(|bits| bits.contains(usize::from(register.0)))
    }

    /// Clears what the unit will not read any more.
    pub fn clear(&self, program: &Program, unit: &mut Unit) {
        if unit.has_ended() {
            // Where it ended makes no difference either.
            (unit.pc, unit.base) = (0, 0);
            return;
        }
        let end = |base: u32, pc| base as usize + usize::from(program.function_at(pc).registers);
        let window = end(unit.base, unit.pc);
        // Who has called may have a window that goes on behind the one of who was called.
        let all = unit.frames.iter().map(|frame| end(frame.base, frame.pc)).fold(window, usize::max);
        unit.stack.truncate(all);
        unit.stack.iter_mut().skip(window).for_each(|value| *value = Value::Unset);
        clear(&mut unit.stack[unit.base as usize..window], self.before[unit.pc as usize].as_ref());
        let mut above = unit.base;
        for frame in unit.frames.iter().rev() {
            let around = self.around[frame.pc as usize].as_ref();
            clear(&mut unit.stack[frame.base as usize..above as usize], around);
            above = frame.base;
        }
    }
}

fn clear(registers: &mut [Value], live: Option<&Bits>) {
    let Some(live) = live else { return };
    for (register, value) in registers.iter_mut().enumerate() {
        if !live.contains(register) {
            *value = Value::Unset;
        }
    }
}
