//! What units can still do: the code that they can still reach, and what it names.
//!
//! An over-approximation: a branch may go either way. A lock that is passed as
//! an argument is released by nobody who cannot name it, so that the objects
//! which the units can still get hold of are collected too.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "few ops leave the straight line, and few give others anything"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::{CellId, InterpreterId, ObjectId, UnitId};
use crate::ir::program::{Op, Operand, Pc, Program, Source};
use crate::ir::signature::Receiver;
use crate::ir::value::Value;
use crate::semantics::object::ObjectState;
use crate::semantics::world::World;
use crate::syntax::ast::ObjectKind;

/// What some units, and all that they may still spawn, can do.
#[derive(Debug)]
pub struct Footprint<'p> {
    program: &'p Program,
    /// By interpreter: what is named alike in two of them is not the same.
    parts: Vec<(InterpreterId, Part)>,
}

/// The same for the units of one interpreter, in the names of the script.
#[derive(Debug)]
struct Part {
    /// Ops that can be reached.
    reached: Vec<bool>,
    /// Which methods are called on which objects by name.
    calls: BTreeSet<(ObjectId, &'static str)>,
    /// Which methods are called on some object that a register names.
    calls_any: BTreeSet<&'static str>,
    /// Objects that can be named.
    named: Vec<bool>,
    /// Cells that are written by name.
    writes: Vec<bool>,
    /// Some cell is written that a register names, or a region is entered or left.
    writes_any: bool,
}

impl<'p> Footprint<'p> {
    /// The footprint of these units.
    #[must_use]
    pub fn of(program: &'p Program, world: &World, units: impl Iterator<Item = UnitId>) -> Self {
        let mut by_interpreter: BTreeMap<InterpreterId, Vec<UnitId>> = BTreeMap::new();
        for unit in units {
            by_interpreter.entry(world.infos[unit.index()].interpreter).or_default().push(unit);
        }
        let part = |(interpreter, units): (InterpreterId, Vec<UnitId>)| {
            (interpreter, Part::of(program, world, &units))
        };
        Self { program, parts: by_interpreter.into_iter().map(part).collect() }
    }

    /// Whether some of the units may call one of these methods of the object. Leaving a `with` calls
    /// `release`.
    #[must_use]
    pub fn may_call(&self, object: ObjectId, methods: &[&'static str]) -> bool {
        self.any(object, |part, object| {
            part.calls_by_name(object, methods) || (part.named[object.index()] && part.calls_on_some(methods))
        })
    }

    /// Whether some of the units may call one of these methods of an object that only a register names.
    #[must_use]
    pub fn calls_on_some(&self, methods: &[&'static str]) -> bool {
        self.parts.iter().any(|(_, part)| part.calls_on_some(methods))
    }

    /// The same under the object's own name.
    #[must_use]
    pub fn calls_by_name(&self, object: ObjectId, methods: &[&'static str]) -> bool {
        self.any(object, |part, object| part.calls_by_name(object, methods))
    }

    /// Whether that holds of some interpreter that has the object, which it knows by its name in the script.
    fn any(&self, object: ObjectId, holds: impl Fn(&Part, ObjectId) -> bool) -> bool {
        let named = self.program.named_object(object);
        let has = |interpreter: InterpreterId| self.program.object_of(named, interpreter) == object;
        self.parts.iter().any(|(interpreter, part)| has(*interpreter) && holds(part, named))
    }

    /// Whether some of the units may change what the condition at `pc` reads, which stands in a unit of that
    /// interpreter.
    #[must_use]
    pub fn may_change_condition(&self, interpreter: InterpreterId, pc: Pc) -> bool {
        let program = self.program;
        let ops = &program.ops[pc as usize..];
        let condition = ops.iter().take_while(|op| !matches!(op, Op::AtomicTest { .. }));
        let read =
            |op: &Op| if let Op::Read { cell, .. } = op { Some(cell_of(program, *cell)) } else { None };
        let cells: Vec<Option<CellId>> = condition.filter_map(read).collect();
        self.parts.iter().any(|(other, part)| {
            // What another interpreter writes is the same only if there is one for all processes.
            let is_same = |cell: usize| interpreter == *other || program.cells[cell].process;
            let writes = |cell: usize| part.writes[cell] && is_same(cell);
            let changes = |cell: &Option<CellId>| match cell {
                Some(cell) => writes(cell.index()),
                // An element of an array: any write to a named cell may be to it.
                None => (0..part.writes.len()).any(writes),
            };
            part.writes_any || cells.iter().any(changes)
        })
    }
}

impl Part {
    fn of(program: &Program, world: &World, units: &[UnitId]) -> Self {
        let mut part = Self {
            reached: vec![false; program.ops.len()],
            calls: BTreeSet::new(),
            calls_any: BTreeSet::new(),
            named: vec![false; program.objects.len()],
            writes: vec![false; program.cells.len()],
            writes_any: false,
        };
        let mut open: Vec<Pc> = Vec::new();
        for id in units {
            let unit = &world.units[id.index()];
            open.push(unit.pc);
            open.extend(unit.frames.iter().map(|frame| frame.pc + 1));
            unit.frames.iter().for_each(|frame| part.handlers(program, frame.pc, &mut open));
            unit.stack.iter().for_each(|value| part.name(program, value));
        }
        while let Some(pc) = open.pop() {
            if !std::mem::replace(&mut part.reached[pc as usize], true) {
                part.op(program, pc, &mut open);
            }
        }
        // What can be named matters only where something is called that a register names; there may be much of it.
        if !part.calls_any.is_empty() {
            let kept = world.objects.iter().flat_map(ObjectState::values);
            world.cells.iter().chain(kept).for_each(|value| part.name(program, value));
        }
        part
    }

    fn calls_on_some(&self, methods: &[&'static str]) -> bool {
        methods.iter().any(|method| self.calls_any.contains(method))
    }

    fn calls_by_name(&self, object: ObjectId, methods: &[&'static str]) -> bool {
        methods.iter().any(|method| self.calls.contains(&(object, method)))
    }

    fn handlers(&self, program: &Program, pc: Pc, open: &mut Vec<Pc>) {
        let handlers = program.function_at(pc).handlers.iter();
        open.extend(
            handlers
                .filter(|handler| (handler.start..handler.end).contains(&pc))
                .map(|handler| handler.target),
        );
    }

    fn op(&mut self, program: &Program, pc: Pc, open: &mut Vec<Pc>) {
        let op = program.ops[pc as usize];
        self.handlers(program, pc, open);
        match op {
            Op::Jump { to } | Op::Loop { to } => {
                open.push(to);
                return;
            }
            Op::Branch { to, .. } => open.push(to),
            Op::Count { exit, .. } | Op::Each { exit, .. } => open.push(exit),
            Op::Catches { otherwise, .. } => open.push(otherwise),
            Op::Return { .. }
            | Op::Raise { .. }
            | Op::Reraise { .. }
            | Op::AssertFailed { .. }
            | Op::End { .. } => return,
            Op::Call { function, .. } => open.push(program.functions[function.index()].start),
            Op::Spawn { spawn, .. } => {
                let function = program.spawns[usize::from(spawn)].function;
                open.push(program.functions[function.index()].start);
            }
            Op::Element { array, .. } => {
                let array = &program.object_arrays[usize::from(array)];
                let first = array.first.index();
                for object in (first..first + array.length as usize).map(ObjectId::new) {
                    self.name(program, &Value::Object(object));
                }
            }
            _ => self.effect(program, op),
        }
        open.push(pc + 1);
    }

    /// What an op that leads to the next one does to others. Those that wait, take time or only compute do nothing.
    fn effect(&mut self, program: &Program, op: Op) {
        match op {
            Op::Exit { object, .. } => self.call(program, object, "release"),
            Op::Invoke { receiver, call, .. } => {
                for method in &program.calls[usize::from(call)].methods {
                    self.call(program, receiver, method.signature.name);
                    // A `wait` at a condition lets go of the lock.
                    if method.receiver == Receiver::Object(ObjectKind::Condition)
                        && matches!(method.signature.name, "wait" | "wait_for")
                    {
                        self.call(program, receiver, "release");
                    }
                }
            }
            Op::Abandon { .. } => {
                self.calls_any.insert("cancel");
            }
            Op::Write { cell, from } | Op::SharedPush { cell, from } | Op::SharedStore { cell, from, .. } => {
                self.write(program, cell);
                self.operand(program, from);
            }
            Op::SharedPop { cell, .. } => self.write(program, cell),
            Op::EnterRegion { .. } | Op::LeaveRegion { .. } => self.writes_any = true,
            Op::Copy { from, .. }
            | Op::Push { from, .. }
            | Op::Store { from, .. }
            | Op::Part { from, .. } => {
                self.operand(program, from);
            }
            _ => {}
        }
    }

    fn call(&mut self, program: &Program, object: Operand, method: &'static str) {
        match object.source() {
            Source::Register(_) => {
                self.calls_any.insert(method);
            }
            Source::Constant(constant) => {
                if let Value::Object(object) = program.constant(constant) {
                    self.calls.insert((*object, method));
                    self.calls.insert((program.lock_of(*object), method));
                }
            }
        }
    }

    fn write(&mut self, program: &Program, cell: Operand) {
        match cell_of(program, cell) {
            Some(cell) => self.writes[cell.index()] = true,
            None => self.writes_any = true,
        }
    }

    fn operand(&mut self, program: &Program, operand: Operand) {
        if let Source::Constant(constant) = operand.source() {
            self.name(program, program.constant(constant));
        }
    }

    fn name(&mut self, program: &Program, value: &Value) {
        if let Value::Object(object) = value {
            self.named[object.index()] = true;
            self.named[program.lock_of(*object).index()] = true;
            // Who has a pipe can get at both of its ends.
            for end in program.ends_of(*object).into_iter().flatten() {
                self.named[end.index()] = true;
            }
        }
        // Most lists hold numbers, and there may be many.
        if let Value::List(list) = value
            && list.names_objects()
        {
            list.items().iter().for_each(|item| self.name(program, item));
        }
    }
}

fn cell_of(program: &Program, operand: Operand) -> Option<CellId> {
    match operand.source() {
        Source::Register(_) => None,
        Source::Constant(constant) => match program.constant(constant) {
            Value::Cell(cell) => Some(*cell),
            other => unreachable!("cells are named by cells, not by {other:?}"),
        },
    }
}
