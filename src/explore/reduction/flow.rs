//! Where references to objects may get to.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops move values that may hold an object")]

use crate::ir::program::{Op, Operand, Program, Register, Source};
use crate::ir::value::Value;

/// Whether a reference to an object may ever get into shared data, into what a unit
/// returns, or into the arguments of a method, from where others may take it.
#[must_use]
pub fn shares_objects(program: &Program) -> bool {
    if program.cells.iter().any(|cell| has_object(&cell.initial)) {
        return true;
    }
    let mut flow = Flow {
        program,
        registers: program.functions.iter().map(|it| vec![false; usize::from(it.registers)]).collect(),
        results: vec![false; program.functions.len()],
        function: 0,
        changed: true,
        shared: false,
    };
    while std::mem::take(&mut flow.changed) && !flow.shared {
        for (index, function) in program.functions.iter().enumerate() {
            flow.function = index;
            for op in &program.ops[function.start as usize..function.end as usize] {
                flow.op(op);
            }
        }
    }
    flow.shared || program.spawns.iter().any(|site| flow.results[site.function.index()])
}

/// What may hold a reference to an object, or a list of some.
struct Flow<'p> {
    program: &'p Program,
    /// By function.
    registers: Vec<Vec<bool>>,
    /// What each function returns.
    results: Vec<bool>,
    /// Whose code is looked at.
    function: usize,
    changed: bool,
    /// It gets to where others may take it.
    shared: bool,
}

impl Flow<'_> {
    fn has(&self, operand: Operand) -> bool {
        match operand.source() {
            Source::Register(register) => self.registers[self.function][usize::from(register)],
            Source::Constant(constant) => has_object(self.program.constant(constant)),
        }
    }

    fn row_has(&self, first: Register, count: usize) -> bool {
        let first = usize::from(first.0);
        self.registers[self.function][first..first + count].iter().any(|has| *has)
    }

    fn give(&mut self, function: usize, register: usize, has: bool) {
        let to = &mut self.registers[function][register];
        self.changed |= has && !*to;
        *to |= has;
    }

    fn set(&mut self, to: Register, has: bool) {
        self.give(self.function, usize::from(to.0), has);
    }

    /// The arguments of a call.
    fn pass(&mut self, function: usize, first: Register) {
        for parameter in 0..usize::from(self.program.functions[function].parameters) {
            let has = self.registers[self.function][usize::from(first.0) + parameter];
            self.give(function, parameter, has);
        }
    }

    fn op(&mut self, op: &Op) {
        match *op {
            Op::Copy { to, from }
            | Op::Index { to, base: from, .. }
            | Op::ChooseItem { to, list: from }
            | Op::Part { to, from, .. } => {
                self.set(to, self.has(from));
            }
            Op::Binary { to, left, right, .. } => self.set(to, self.has(left) || self.has(right)),
            Op::List { to, first, count } | Op::Builtin { to, first, count, .. } => {
                self.set(to, self.row_has(first, usize::from(count)));
            }
            Op::Push { list, from } | Op::Store { list, from, .. } => self.set(list, self.has(from)),
            Op::Pop { to, list, .. } => self.set(to, self.has(Operand::register(list))),
            Op::Each { next, variable, .. } => {
                self.set(variable, self.has(Operand::register(Register(next.0 + 1))));
            }
            Op::Element { to, .. } => self.set(to, true),
            Op::Call { to, function, first } => {
                self.pass(function.index(), first);
                self.set(to, self.results[function.index()]);
            }
            Op::Spawn { spawn, first, .. } => {
                self.pass(self.program.spawns[usize::from(spawn)].function.index(), first);
            }
            Op::Return { from } => {
                let has = self.has(from);
                self.changed |= has && !self.results[self.function];
                self.results[self.function] |= has;
            }
            Op::Write { from, .. } | Op::SharedPush { from, .. } | Op::SharedStore { from, .. } => {
                self.shared |= self.has(from);
            }
            Op::Invoke { call, first, .. } => {
                let site = &self.program.calls[usize::from(call)];
                self.shared |= self.row_has(first, usize::from(site.positional) + site.named.len());
            }
            _ => {}
        }
    }
}

fn has_object(value: &Value) -> bool {
    matches!(value, Value::Object(_)) || value.items().iter().any(has_object)
}
