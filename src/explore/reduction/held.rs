//! Which locks a unit holds for certain at each op, whatever it has done before.
//!
//! Two things follow from it. A lock is *well kept* if whoever releases it is
//! sure to hold it: then nobody else can touch what a unit does while it holds it.
//! And a shared cell has a *guard* if there is a well-kept lock that is held at
//! most of the places that access it.

use crate::base::id::ObjectId;
use crate::explore::reduction::bits::Bits;
use crate::ir::program::{Op, Operand, Pc, Program, Register, Source};
use crate::ir::value::Value;
use crate::syntax::ast::ObjectKind;

/// The locks that are held for certain.
#[derive(Clone, Debug)]
pub struct Held {
    /// Before each op, those that are held under their own names.
    pub before: Vec<Bits>,
    /// Locks that nobody releases without holding them.
    pub kept: Bits,
    /// The ops that may be executed inside `atomic`, where nobody waits: what is not there raises.
    pub at_once: Vec<bool>,
}

/// What is held at one op: objects by name, and registers that hold the object since it was acquired.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    objects: Bits,
    registers: Bits,
}

impl State {
    fn meet(&mut self, other: &Self) -> bool {
        let fewer = self.objects.keep_all(&other.objects);
        self.registers.keep_all(&other.registers) | fewer
    }
}

/// The lock behind an object: a condition's is the one that it was given, or its own.
#[must_use]
pub fn lock_of(program: &Program, object: ObjectId) -> ObjectId {
    let declared = &program.objects[object.index()];
    match (declared.kind, declared.arguments.as_slice()) {
        (ObjectKind::Condition, [Value::Object(lock)]) => *lock,
        _ => program.lock_of(object),
    }
}

/// What an op does to a lock.
enum Deed {
    Take(Operand),
    Free(Operand),
}

/// Looks through a program.
struct Walk<'p> {
    program: &'p Program,
    /// What is held before each op.
    at: Vec<State>,
    /// What is held whenever a function is called.
    entry: Vec<Bits>,
    /// The objects that each function, or one that it calls, releases by a method.
    releases: Vec<Bits>,
}

impl Held {
    /// What is held where in `program`.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let mut walk = Walk::new(program);
        while walk.round() {}
        let kept = walk.kept();
        let before = walk.at.into_iter().map(|state| state.objects).collect();
        Self { before, kept, at_once: at_once(program) }
    }
}

/// More blocks inside each other than anybody writes.
const DEPTH_MAX: u8 = 100;

/// For each op, whether it may be executed inside `atomic`, be it in a function that is called there.
fn at_once(program: &Program) -> Vec<bool> {
    let mut depths = vec![0_u8; program.ops.len()];
    let mut changed = true;
    while std::mem::take(&mut changed) {
        let mut deepen = |pc: Pc, depth: u8| {
            if let Some(known) = depths.get_mut(pc as usize).filter(|known| **known < depth) {
                *known = depth;
                changed = true;
            }
            depths.get(pc as usize).copied().unwrap_or(0)
        };
        for function in &program.functions {
            for pc in function.start..function.end {
                let op = &program.ops[pc as usize];
                let depth = deepen(pc, 0);
                let behind = if matches!(op, Op::AtomicOpen) {
                    depth.saturating_add(1).min(DEPTH_MAX)
                } else {
                    depth.saturating_sub(u8::from(matches!(op, Op::AtomicClose)))
                };
                for to in op.leads_to(pc).into_iter().flatten() {
                    deepen(to, behind);
                }
                if let Some(handler) = function.handler(pc) {
                    deepen(handler.target, depth);
                }
                if let Op::Call { function, .. } = op {
                    deepen(program.functions[function.index()].start, depth.min(1));
                }
            }
        }
    }
    depths.into_iter().map(|depth| depth > 0).collect()
}

impl<'p> Walk<'p> {
    fn new(program: &'p Program) -> Self {
        let all = Bits::full(program.objects.len());
        let none = Bits::new(program.objects.len());
        let mut at = Vec::with_capacity(program.ops.len());
        for function in &program.functions {
            let registers = Bits::full(usize::from(function.registers));
            let state = State { objects: all.clone(), registers };
            at.resize(function.end as usize, state);
        }
        let mut entry = vec![all; program.functions.len()];
        entry[program.main.index()] = none.clone();
        program.spawns.iter().for_each(|site| entry[site.function.index()] = none.clone());
        program.properties.iter().for_each(|property| entry[property.function.index()] = none.clone());
        let mut walk = Self { program, at, entry, releases: vec![none; program.functions.len()] };
        while walk.find_releases() {}
        walk
    }

    fn find_releases(&mut self) -> bool {
        let mut changed = false;
        for (index, function) in self.program.functions.iter().enumerate() {
            for pc in function.start..function.end {
                let op = &self.program.ops[pc as usize];
                if let (Op::Invoke { .. }, Some(Deed::Free(object))) = (op, self.deed(op)) {
                    match self.object(object) {
                        Some(object) => changed |= self.releases[index].insert(object.index()),
                        // Any: nothing is sure to be held behind such a call.
                        None => {
                            let any = Bits::full(self.program.objects.len());
                            changed |= self.releases[index].add_all(&any);
                        }
                    }
                } else if let Op::Call { function, .. } = op {
                    let theirs = self.releases[function.index()].clone();
                    changed |= self.releases[index].add_all(&theirs);
                }
            }
        }
        changed
    }

    /// Goes through the code once; whether less is sure now.
    fn round(&mut self) -> bool {
        let program = self.program;
        let mut changed = false;
        for (index, function) in program.functions.iter().enumerate() {
            let begin = State {
                objects: self.entry[index].clone(),
                registers: Bits::new(usize::from(function.registers)),
            };
            changed |= self.at[function.start as usize].meet(&begin);
            for pc in function.start..function.end {
                let op = &program.ops[pc as usize];
                let before = self.at[pc as usize].clone();
                if let Op::Call { function, .. } = op {
                    changed |= self.entry[function.index()].keep_all(&before.objects);
                }
                let behind = self.behind(op, before.clone());
                for to in op.leads_to(pc).into_iter().flatten() {
                    if (function.start..function.end).contains(&to) {
                        changed |= self.at[to as usize].meet(&behind);
                    }
                }
                if let Some(handler) = function.handler(pc) {
                    // It was raised before the op has done anything, or after.
                    changed |= self.at[handler.target as usize].meet(&before);
                    changed |= self.at[handler.target as usize].meet(&behind);
                }
            }
        }
        changed
    }

    fn behind(&self, op: &Op, mut state: State) -> State {
        match self.deed(op) {
            Some(Deed::Take(object)) => match object.source() {
                Source::Register(register) => {
                    state.registers.insert(usize::from(register));
                }
                Source::Constant(_) => {
                    if let Some(object) = self.object(object) {
                        state.objects.insert(object.index());
                    }
                }
            },
            Some(Deed::Free(object)) => match object.source() {
                Source::Register(register) => state.registers.remove(usize::from(register)),
                Source::Constant(_) => {
                    if let Some(object) = self.object(object) {
                        state.objects.remove(object.index());
                    }
                }
            },
            None => {}
        }
        if let Op::Call { function, .. } = op {
            self.releases[function.index()].iter().for_each(|object| state.objects.remove(object));
        }
        for register in self.changes(op) {
            state.registers.remove(usize::from(register.0));
        }
        state
    }

    /// The registers that an op changes or uses up.
    fn changes(&self, op: &Op) -> Vec<Register> {
        let mut changes: Vec<Register> = op.sets().into_iter().collect();
        // Arguments are moved out of their registers, and counters count.
        if !matches!(op, Op::Enter { .. } | Op::Exit { .. } | Op::Invoke { .. } | Op::Copy { .. }) {
            op.reads(self.program, &mut |register| changes.push(register));
        }
        changes
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "three ops take or release locks")]
    fn deed(&self, op: &Op) -> Option<Deed> {
        match *op {
            Op::Enter { object, .. } => Some(Deed::Take(object)),
            Op::Exit { object, .. } => Some(Deed::Free(object)),
            Op::Invoke { receiver, call, .. } => {
                let site = &self.program.calls[usize::from(call)];
                match site.method.as_str() {
                    "acquire" if site.positional == 0 && site.named.is_empty() => Some(Deed::Take(receiver)),
                    "release" => Some(Deed::Free(receiver)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The condition that an op waits at. That releases its lock, which may be anybody's.
    fn wait(&self, op: &Op) -> Option<Operand> {
        let Op::Invoke { receiver, call, .. } = *op else { return None };
        let may_be_condition = match receiver.source() {
            Source::Register(_) => true,
            Source::Constant(constant) => {
                let value = self.program.constant(constant);
                matches!(value, Value::Object(object)
                    if self.program.objects[object.index()].kind == ObjectKind::Condition)
            }
        };
        let waits = matches!(self.program.calls[usize::from(call)].method.as_str(), "wait" | "wait_for");
        (waits && may_be_condition).then_some(receiver)
    }

    /// The lock behind an object that is named by itself.
    fn object(&self, operand: Operand) -> Option<ObjectId> {
        let Source::Constant(constant) = operand.source() else { return None };
        let Value::Object(object) = self.program.constant(constant) else { return None };
        Some(lock_of(self.program, *object))
    }

    fn kept(&self) -> Bits {
        let mut kept = Bits::full(self.program.objects.len());
        for (pc, op) in self.program.ops.iter().enumerate() {
            let operand = match (self.deed(op), self.wait(op)) {
                (Some(Deed::Free(operand)), _) | (None, Some(operand)) => operand,
                (Some(Deed::Take(_)) | None, _) => continue,
            };
            let state = &self.at[pc];
            match operand.source() {
                Source::Register(register) if state.registers.contains(usize::from(register)) => {}
                // It may be any of them.
                Source::Register(_) => kept.clear(),
                Source::Constant(_) => {
                    if let Some(object) =
                        self.object(operand).filter(|object| !state.objects.contains(object.index()))
                    {
                        kept.remove(object.index());
                    }
                }
            }
        }
        for (index, object) in self.program.objects.iter().enumerate() {
            let is_lock = matches!(object.kind, ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Condition);
            if !is_lock || lock_of(self.program, ObjectId::new(index)).index() != index {
                kept.remove(index);
            }
        }
        kept
    }
}
