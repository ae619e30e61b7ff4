//! Local work: ops that touch nothing but their own unit. This is the inner loop.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not local is sorted out by `perform`, which lists every op"
)]

use std::sync::Arc;

use crate::base::id::{CellId, ObjectId};
use crate::ir::arithmetic;
use crate::ir::program::{Op, Operand, Pc, Program, Register, Source};
use crate::ir::value::{List, Raised, Value};
use crate::semantics::step::Meter;
use crate::semantics::world::{CALL_DEPTH_MAX, Frame, Unit};
use crate::syntax::ast::BinaryOp;

/// Why local work stopped.
pub(super) enum Local<'p> {
    /// The next op is visible.
    Visible(&'p Op),
    /// The next op is local, but needs more than its unit.
    Other(&'p Op),
    /// At a check point, the fuel is used up.
    OutOfFuel,
    /// The outermost function has returned.
    Returned(Value),
    /// The op at `pc` raised an exception.
    Raised(Raised),
}

impl Unit {
    /// What stands in a register of the running function's window.
    #[must_use]
    pub fn register(&self, register: u16) -> &Value {
        &self.stack[self.base as usize + usize::from(register)]
    }

    pub(super) fn register_mut(&mut self, register: Register) -> &mut Value {
        &mut self.stack[self.base as usize + usize::from(register.0)]
    }

    fn get<'v>(&'v self, program: &'v Program, operand: Operand) -> &'v Value {
        match operand.source() {
            Source::Register(register) => self.register(register),
            Source::Constant(constant) => program.constant(constant),
        }
    }

    /// Executes local ops from `pc` on. With `stops`, it stops at check points once the fuel is used up.
    pub(super) fn run_local<'p>(
        &mut self,
        program: &'p Program,
        meter: &mut Meter,
        stops: bool,
    ) -> Local<'p> {
        loop {
            let op = &program.ops[self.pc as usize];
            let done = match *op {
                Op::Copy { to, from } => {
                    let value = self.get(program, from).clone();
                    *self.register_mut(to) = value;
                    Ok(())
                }
                Op::Binary { op, to, left, right } => self.binary(program, meter, (op, to, left, right)),
                Op::Unary { op, to, operand } => {
                    let result = arithmetic::unary(op, self.get(program, operand));
                    result.map(|value| *self.register_mut(to) = value)
                }
                Op::Jump { to } => self.go_on_at(true, to),
                Op::Loop { to } => {
                    meter.looped = Some(meter.ops + 1);
                    self.go_on_at(true, to)
                }
                Op::Branch { when, test, to } => {
                    let jumps = self.get(program, test).truthy() == when;
                    if jumps {
                        meter.branched = Some(meter.ops + 1);
                    }
                    self.go_on_at(jumps, to)
                }
                Op::Count { next, end, variable, exit } => self.count(next, end, variable, exit),
                Op::Each { next, variable, exit } => self.each(next, variable, exit),
                Op::Call { to, function, first } => {
                    meter.called = Some(meter.ops + 1);
                    self.call(program, meter, (to, function.index(), first))
                }
                Op::Return { from } => {
                    let value = self.get(program, from).clone();
                    match self.frames.pop() {
                        None => return Local::Returned(value),
                        Some(frame) => self.leave(frame, value),
                    }
                    Ok(())
                }
                Op::List { .. } | Op::Index { .. } | Op::Store { .. } | Op::Push { .. } | Op::Pop { .. } => {
                    self.list_op(program, meter, op)
                }
                Op::Bound { local } => self.bound(program, local),
                Op::Range { from, end } => self.range(program, from, end),
                Op::Catches { exception, name, otherwise } => {
                    self.go_on_at(!self.catches(program, exception, name), otherwise)
                }
                Op::Locate { to, array, index } => self.locate(program, to, array, index),
                Op::Element { to, array, index } => self.element(program, to, array, index),
                // Another op; `perform` lists them all.
                _ if op.is_visible() => return Local::Visible(op),
                _ => return Local::Other(op),
            };
            meter.ops += 1;
            if let Err(raised) = done {
                return Local::Raised(raised);
            }
            self.pc = self.pc.wrapping_add(1);
            // Only going back or into a function can go on for ever.
            let limit = if stops { meter.fuel } else { meter.fuel_max };
            if matches!(op, Op::Call { .. } | Op::Loop { .. }) && meter.ops >= limit {
                return Local::OutOfFuel;
            }
        }
    }

    /// With `jumps`, the next op is the one at `to`; the op in hand is stepped over in any case.
    const fn go_on_at(&mut self, jumps: bool, to: Pc) -> Result<(), Raised> {
        if jumps {
            self.pc = to.wrapping_sub(1);
        }
        Ok(())
    }

    fn binary(
        &mut self,
        program: &Program,
        meter: &mut Meter,
        (op, to, left, right): (BinaryOp, Register, Operand, Operand),
    ) -> Result<(), Raised> {
        let (left, right) = (self.get(program, left), self.get(program, right));
        let value = match (op, left, right) {
            // The common cases first: counting and comparing.
            (BinaryOp::Add, Value::Int(a), Value::Int(b)) if a.checked_add(*b).is_some() => Value::Int(a + b),
            (BinaryOp::Less, Value::Int(a), Value::Int(b)) => Value::Bool(a < b),
            (BinaryOp::Equal, Value::Int(a), Value::Int(b)) => Value::Bool(a == b),
            _ => {
                let value = arithmetic::binary(op, left, right)?;
                meter.allocate(value.heap_bytes());
                meter.ops += (left.weight() + right.weight()) / 64;
                value
            }
        };
        *self.register_mut(to) = value;
        Ok(())
    }

    fn count(&mut self, next: Register, end: Register, variable: Register, exit: Pc) -> Result<(), Raised> {
        let (&Value::Int(at), &Value::Int(end)) = (self.register(next.0), self.register(end.0)) else {
            unreachable!("a range's ends were checked to be whole numbers");
        };
        if at < end {
            *self.register_mut(variable) = Value::Int(at);
            *self.register_mut(next) = Value::Int(at + 1);
        } else {
            self.pc = exit.wrapping_sub(1);
        }
        Ok(())
    }

    fn each(&mut self, next: Register, variable: Register, exit: Pc) -> Result<(), Raised> {
        let &Value::Int(at) = self.register(next.0) else {
            unreachable!("a loop counts in whole numbers");
        };
        let list = self.register(next.0 + 1);
        let Value::List(items) = list else {
            let message = format!("'{}' object is not iterable", list.type_name());
            return Err(Raised::new("TypeError", message));
        };
        let item = usize::try_from(at).ok().and_then(|at| items.items().get(at)).cloned();
        match item {
            Some(item) => {
                *self.register_mut(variable) = item;
                *self.register_mut(next) = Value::Int(at + 1);
            }
            None => self.pc = exit.wrapping_sub(1),
        }
        Ok(())
    }

    fn call(
        &mut self,
        program: &Program,
        meter: &mut Meter,
        (to, function, first): (Register, usize, Register),
    ) -> Result<(), Raised> {
        if self.frames.len() >= CALL_DEPTH_MAX {
            return Err(Raised::new("RecursionError", "maximum recursion depth exceeded"));
        }
        let function = &program.functions[function];
        self.frames.push(Frame { pc: self.pc, base: self.base, to });
        self.base += u32::from(first.0);
        let start = self.base as usize;
        let end = start + usize::from(function.registers);
        if self.stack.len() < end {
            meter.allocated += ((end - self.stack.len()) * size_of::<Value>()) as u64;
            self.stack.resize(end, Value::Unset);
        }
        // What lies above the arguments is left over from earlier calls.
        self.stack[start + usize::from(function.parameters)..end].fill(Value::Unset);
        self.pc = function.start.wrapping_sub(1);
        Ok(())
    }

    /// Goes back to a caller, behind its call.
    fn leave(&mut self, frame: Frame, value: Value) {
        self.unwind(&frame);
        *self.register_mut(frame.to) = value;
    }

    /// Makes a caller's window the running one again; `pc` is at its call.
    pub(super) fn unwind(&mut self, frame: &Frame) {
        self.pc = frame.pc;
        self.base = frame.base;
    }

    fn list_op(&mut self, program: &Program, meter: &mut Meter, op: &Op) -> Result<(), Raised> {
        match *op {
            Op::List { to, first, count } => {
                let start = self.base as usize + usize::from(first.0);
                let row = &mut self.stack[start..start + usize::from(count)];
                let value = Value::list(row.iter_mut().map(std::mem::take).collect())?;
                meter.allocate(value.heap_bytes());
                *self.register_mut(to) = value;
            }
            Op::Index { to, base, index } => {
                let value = arithmetic::index(self.get(program, base), self.get(program, index))?;
                *self.register_mut(to) = value;
            }
            Op::Store { list, index, from } => {
                let index = self.get(program, index).clone();
                let value = self.get(program, from).clone();
                store(self.register_mut(list), &index, value, meter)?;
            }
            Op::Push { list, from } => {
                let value = self.get(program, from).clone();
                push(self.register_mut(list), value, meter)?;
            }
            Op::Pop { to, list, index } => {
                let index = self.get(program, index).clone();
                let value = pop(self.register_mut(list), &index, meter)?;
                *self.register_mut(to) = value;
            }
            _ => unreachable!("{op:?} is about no list"),
        }
        Ok(())
    }

    fn bound(&self, program: &Program, local: Register) -> Result<(), Raised> {
        if *self.register(local.0) != Value::Unset {
            return Ok(());
        }
        let name = &program.function_at(self.pc).locals[usize::from(local.0)];
        let message =
            format!("cannot access local variable '{name}' where it is not associated with a value");
        Err(Raised::new("UnboundLocalError", message))
    }

    fn range(&mut self, program: &Program, from: Operand, end: Operand) -> Result<(), Raised> {
        for operand in [from, end] {
            let value = self.get(program, operand);
            let Some(number) = value.as_int() else {
                let message = format!("a range goes from integer to integer, not '{}'", value.type_name());
                return Err(Raised::new("TypeError", message));
            };
            if let Source::Register(register) = operand.source() {
                *self.register_mut(Register(register)) = Value::Int(number);
            }
        }
        Ok(())
    }

    fn catches(&self, program: &Program, exception: Register, name: Operand) -> bool {
        let Value::Exception(exception) = self.register(exception.0) else {
            unreachable!("a handler's register holds the exception");
        };
        let Value::Str(name) = self.get(program, name) else {
            unreachable!("exceptions are named by strings");
        };
        let is_exception = exception.name != "CancelledError" || program.terms.cancellation_is_caught;
        exception.name == **name || (**name == "Exception" && is_exception)
    }

    fn locate(&mut self, program: &Program, to: Register, array: u16, index: Operand) -> Result<(), Raised> {
        let array = &program.arrays[usize::from(array)];
        let position = arithmetic::position(array.length as usize, self.get(program, index), "array")?;
        *self.register_mut(to) = Value::Cell(CellId::new(array.first.index() + position));
        Ok(())
    }

    fn element(&mut self, program: &Program, to: Register, array: u16, index: Operand) -> Result<(), Raised> {
        let array = &program.object_arrays[usize::from(array)];
        let position = arithmetic::position(array.length as usize, self.get(program, index), "array")?;
        *self.register_mut(to) = Value::Object(ObjectId::new(array.first.index() + position));
        Ok(())
    }
}

/// A list to be changed in place; it is copied if somebody else holds it too.
fn list_mut<'v>(value: &'v mut Value, method: &str, meter: &mut Meter) -> Result<&'v mut List, Raised> {
    match value {
        Value::List(list) => {
            if Arc::strong_count(list) > 1 {
                meter.allocate(size_of_val(list.items()) as u64);
            }
            Ok(Arc::make_mut(list))
        }
        other => {
            let message = format!("'{}' object has no attribute '{method}'", other.type_name());
            Err(Raised::new("AttributeError", message))
        }
    }
}

/// `list.append(item)`
pub(super) fn push(list: &mut Value, item: Value, meter: &mut Meter) -> Result<(), Raised> {
    meter.allocated += size_of::<Value>() as u64;
    list_mut(list, "append", meter)?.push(item)
}

/// `list.pop(index)`
pub(super) fn pop(list: &mut Value, index: &Value, meter: &mut Meter) -> Result<Value, Raised> {
    let list = list_mut(list, "pop", meter)?;
    if list.items().is_empty() {
        return Err(Raised::new("IndexError", "pop from empty list"));
    }
    let position = arithmetic::position(list.items().len(), index, "pop")?;
    meter.ops += (list.items().len() - position) as u64 / 64;
    Ok(list.remove(position))
}

/// `list[index] = item`
pub(super) fn store(list: &mut Value, index: &Value, item: Value, meter: &mut Meter) -> Result<(), Raised> {
    if !matches!(list, Value::List(_)) {
        let message = format!("'{}' object does not support item assignment", list.type_name());
        return Err(Raised::new("TypeError", message));
    }
    let list = list_mut(list, "", meter)?;
    let position = arithmetic::position(list.items().len(), index, "list assignment")?;
    list.replace(position, item)
}
