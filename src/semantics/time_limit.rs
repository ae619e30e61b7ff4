//! Limits of time around units: `async with timeout(…)` (`Lib/asyncio/timeouts.py` of CPython 3.13).
//!
//! Which limits a unit is in follows from where it is: each function knows the bodies of its own.

use crate::base::id::UnitId;
use crate::ir::program::{BoundMethod, Op, Operand, Program, Register};
use crate::ir::signature::Binding;
use crate::ir::value::Value;
use crate::semantics::oracle::Oracle;
use crate::semantics::step::{Flow, Performed, Stepper};
use crate::semantics::world::{Rest, World};

impl World {
    /// The `async with timeout(…)`s that a unit is in, innermost first: where the register of each stands in its stack,
    /// and the moment, in nanoseconds since the start, at which it is over, if it ever is.
    #[must_use]
    pub fn time_limits(&self, program: &Program, unit: UnitId) -> Vec<(u32, Option<u64>)> {
        let state = &self.units[unit.index()];
        let running = (self.resting_place(program, unit), state.base);
        let callers = state.frames.iter().rev().map(|frame| (frame.pc, frame.base));
        let limits_of = |(pc, base): (u32, u32)| {
            let limits = program.function_at(pc).timeouts.iter();
            let around = limits.filter(move |limit| (limit.start..limit.end).contains(&pc));
            around.map(move |limit| base + u32::from(limit.scope.0))
        };
        let slots = std::iter::once(running).chain(callers).flat_map(limits_of);
        slots
            .map(|slot| (slot, state.stack[slot as usize].as_int().and_then(|end| u64::try_from(end).ok())))
            .collect()
    }

    /// Whether a unit is in an `async with timeout(…)`.
    pub(super) fn is_in_time_limit(&self, program: &Program, unit: UnitId) -> bool {
        program.has_time_limits && !self.time_limits(program, unit).is_empty()
    }

    /// Whether something else than what it awaits can end the wait of a unit that has given its thread up: a time limit
    /// around it.
    #[must_use]
    pub fn is_limited(&self, program: &Program, unit: UnitId) -> bool {
        let state = &self.units[unit.index()];
        state.rest != Rest::Running
            && state.cancel.is_none()
            && !state.has_ended()
            && program.has_time_limits
            && self.time_limits(program, unit).iter().any(|(_, end)| end.is_some())
    }
}

impl Stepper<'_> {
    /// Whether a time limit around the unit can end a wait in which it gives its thread up.
    pub(super) fn is_limited(&self) -> bool {
        let limits = || self.world.time_limits(self.program, self.id);
        let is_asked_to_end = self.world.units[self.id.index()].cancel.is_some();
        self.program.has_time_limits && !is_asked_to_end && limits().iter().any(|(_, end)| end.is_some())
    }

    /// The time limit around the unit that is over, or nothing if it is the limit of what the unit waits at.
    pub(super) fn limit(&mut self, rest: Rest) -> Option<u32> {
        let limits = self.world.time_limits(self.program, self.id);
        let slots: Vec<u32> = limits.iter().filter(|(_, end)| end.is_some()).map(|(slot, _)| *slot).collect();
        if slots.is_empty() {
            return None;
        }
        let own = usize::from(rest == Rest::Awaits && self.has_own_limit());
        let count = slots.len() + own;
        let picked = if count > 1 { self.oracle.limit(count) } else { 0 };
        picked.checked_sub(own).map(|at| slots[at])
    }

    /// Whether what the unit waits at would have an end by itself.
    fn has_own_limit(&mut self) -> bool {
        if !self.says_how_long() {
            return false;
        }
        let (mut world, mut actions) = (self.world.clone(), Vec::new());
        let oracle: &mut dyn Oracle = &mut *self.oracle;
        let mut probe = Stepper::new(self.program, &mut world, self.id, (oracle, &mut actions));
        let op = probe.program.ops[probe.pc() as usize];
        matches!(probe.perform(&op), Ok(Flow::Wait { timeout: Some(_), .. }))
    }

    /// Whether the unit is at a call that says how long it is to wait, and so may say it of this wait.
    fn says_how_long(&self) -> bool {
        let Op::Invoke { call, .. } = self.program.ops[self.pc() as usize] else { return false };
        let says = |method: &BoundMethod| {
            let mut parameters = method.signature.parameters.iter().zip(&method.bindings);
            parameters.any(|(parameter, binding)| parameter.name == "timeout" && *binding != Binding::Default)
        };
        self.program.calls[usize::from(call)].methods.iter().any(says)
    }

    /// Begins `async with timeout(length)`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other values are no lengths of time, and refused")]
    pub(super) fn open_timeout(&mut self, to: Register, length: Operand) -> Performed {
        let end = match self.get(length) {
            Value::None => Value::None,
            Value::Duration(negative) if *negative < 0 => self.moment(0),
            _ => {
                let length = crate::ir::arithmetic::length_of_time("timeout", self.get(length))?;
                self.moment(length)
            }
        };
        self.set(to, end);
        Ok(Flow::Next)
    }

    /// The moment after so many nanoseconds.
    fn moment(&self, length: u64) -> Value {
        Value::Int(i64::try_from(self.oracle.now().saturating_add(length)).unwrap_or(i64::MAX))
    }
}
