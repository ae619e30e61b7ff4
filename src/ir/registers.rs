//! Which registers an op reads and sets, and where it can go: what analyses of the flat code are built from.

use crate::ir::program::{Function, Handler, Op, Operand, Pc, Program, Register, Source};

impl Op {
    /// Calls `read` with every register that the op may read, those included that it changes in place.
    pub fn reads(&self, program: &Program, read: &mut dyn FnMut(Register)) {
        let mut operands = |operands: &[Operand]| {
            for operand in operands {
                if let Source::Register(register) = operand.source() {
                    read(Register(register));
                }
            }
        };
        match *self {
            Self::Copy { from, .. }
            | Self::Await { from, .. }
            | Self::Return { from }
            | Self::Unary { operand: from, .. }
            | Self::Branch { test: from, .. }
            | Self::AtomicTest { test: from, .. }
            | Self::AssertFailed { message: from }
            | Self::ChooseItem { list: from, .. }
            | Self::Locate { index: from, .. }
            | Self::Element { index: from, .. }
            | Self::Part { from, .. }
            | Self::Read { cell: from, .. }
            | Self::Enter { object: from, .. }
            | Self::Exit { object: from, .. }
            | Self::Compute { length: from, .. }
            | Self::Sleep { length: from, .. }
            | Self::OpenTimeout { length: from, .. } => operands(&[from]),
            Self::Binary { left, right, .. } => operands(&[left, right]),
            Self::Index { base, index, .. } => operands(&[base, index]),
            Self::Range { from, end } | Self::ChooseRange { from, end, .. } => operands(&[from, end]),
            Self::Raise { name, message } => operands(&[name, message]),
            Self::Write { cell, from } | Self::SharedPush { cell, from } => operands(&[cell, from]),
            Self::SharedPop { cell, index, .. } => operands(&[cell, index]),
            Self::SharedStore { cell, index, from } => operands(&[cell, index, from]),
            Self::Io { length, device, .. } => operands(&[length, device]),
            Self::Store { list, index, from } => operands(&[Operand::register(list), index, from]),
            Self::Push { list, from } => operands(&[Operand::register(list), from]),
            Self::Pop { list, index, .. } => operands(&[Operand::register(list), index]),
            Self::Catches { exception, name, .. } => operands(&[Operand::register(exception), name]),
            Self::Count { next, end, .. } => [next, end].into_iter().for_each(read),
            Self::Each { next, .. } | Self::Gather { group: next, .. } => row(next, 2).for_each(read),
            Self::Bound { local: from } | Self::Abandon { jobs: from } => read(from),
            Self::Reraise { from } => read(from),
            Self::Translate { scope, exception, .. } => [scope, exception].into_iter().for_each(read),
            Self::List { first, count, .. }
            | Self::Builtin { first, count, .. }
            | Self::Print { first, count } => row(first, usize::from(count)).for_each(read),
            Self::Call { function, first, .. } => {
                row(first, usize::from(program.functions[function.index()].parameters)).for_each(read);
            }
            Self::Spawn { spawn, first, .. } => {
                let site = &program.spawns[usize::from(spawn)];
                let parameters = usize::from(program.functions[site.function.index()].parameters);
                row(first, parameters + usize::from(site.extras())).for_each(read);
            }
            Self::Invoke { receiver, call, first, .. } => {
                operands(&[receiver]);
                let site = &program.calls[usize::from(call)];
                row(first, usize::from(site.positional) + site.named.len()).for_each(read);
            }
            Self::Jump { .. }
            | Self::Loop { .. }
            | Self::Inside { .. }
            | Self::Own { .. }
            | Self::EnterRegion { .. }
            | Self::LeaveRegion { .. }
            | Self::AtomicOpen
            | Self::AtomicClose
            | Self::End { .. } => {}
        }
    }

    /// The register that the op gives a value, whatever stood in it before, if it goes on at the next op.
    #[must_use]
    pub const fn sets(&self) -> Option<Register> {
        match *self {
            Self::Copy { to, .. }
            | Self::Unary { to, .. }
            | Self::Binary { to, .. }
            | Self::List { to, .. }
            | Self::Index { to, .. }
            | Self::Pop { to, .. }
            | Self::Call { to, .. }
            | Self::Builtin { to, .. }
            | Self::ChooseRange { to, .. }
            | Self::ChooseItem { to, .. }
            | Self::Inside { to, .. }
            | Self::Locate { to, .. }
            | Self::Element { to, .. }
            | Self::Part { to, .. }
            | Self::Own { to, .. }
            | Self::Read { to, .. }
            | Self::SharedPop { to, .. }
            | Self::Invoke { to, .. }
            | Self::Await { to, .. }
            | Self::Spawn { to, .. }
            | Self::OpenTimeout { to, .. }
            | Self::Count { variable: to, .. }
            | Self::Each { variable: to, .. } => Some(to),
            Self::Store { .. }
            | Self::Push { .. }
            | Self::Bound { .. }
            | Self::Jump { .. }
            | Self::Loop { .. }
            | Self::Branch { .. }
            | Self::Range { .. }
            | Self::Return { .. }
            | Self::Raise { .. }
            | Self::Reraise { .. }
            | Self::Translate { .. }
            | Self::Catches { .. }
            | Self::AssertFailed { .. }
            | Self::Write { .. }
            | Self::SharedPush { .. }
            | Self::SharedStore { .. }
            | Self::Enter { .. }
            | Self::Exit { .. }
            | Self::Gather { .. }
            | Self::Abandon { .. }
            | Self::Compute { .. }
            | Self::Io { .. }
            | Self::Sleep { .. }
            | Self::Print { .. }
            | Self::EnterRegion { .. }
            | Self::LeaveRegion { .. }
            | Self::AtomicOpen
            | Self::AtomicTest { .. }
            | Self::AtomicClose
            | Self::End { .. } => None,
        }
    }

    /// The ops of the same function to which the one at `pc` can lead without an exception. A call leads
    /// to the op behind it.
    #[must_use]
    pub const fn leads_to(&self, pc: Pc) -> [Option<Pc>; 2] {
        match *self {
            Self::Jump { to } | Self::Loop { to } => [Some(to), None],
            Self::Branch { to, .. }
            | Self::Count { exit: to, .. }
            | Self::Each { exit: to, .. }
            | Self::Catches { otherwise: to, .. }
            | Self::AtomicTest { reopen: to, .. } => [Some(pc + 1), Some(to)],
            Self::Return { .. }
            | Self::Raise { .. }
            | Self::Reraise { .. }
            | Self::Translate { .. }
            | Self::AssertFailed { .. }
            | Self::End { .. } => [None, None],
            Self::Copy { .. }
            | Self::Unary { .. }
            | Self::Binary { .. }
            | Self::List { .. }
            | Self::Index { .. }
            | Self::Store { .. }
            | Self::Push { .. }
            | Self::Pop { .. }
            | Self::Bound { .. }
            | Self::Range { .. }
            | Self::Call { .. }
            | Self::Builtin { .. }
            | Self::ChooseRange { .. }
            | Self::ChooseItem { .. }
            | Self::Inside { .. }
            | Self::Locate { .. }
            | Self::Element { .. }
            | Self::Part { .. }
            | Self::Own { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::SharedPush { .. }
            | Self::SharedPop { .. }
            | Self::SharedStore { .. }
            | Self::Enter { .. }
            | Self::Exit { .. }
            | Self::Invoke { .. }
            | Self::Await { .. }
            | Self::Spawn { .. }
            | Self::Gather { .. }
            | Self::Abandon { .. }
            | Self::OpenTimeout { .. }
            | Self::Compute { .. }
            | Self::Io { .. }
            | Self::Sleep { .. }
            | Self::Print { .. }
            | Self::EnterRegion { .. }
            | Self::LeaveRegion { .. }
            | Self::AtomicOpen
            | Self::AtomicClose => [Some(pc + 1), None],
        }
    }
}

impl Function {
    /// What catches an exception that is raised at `pc`, or in a call there.
    #[must_use]
    pub fn handler(&self, pc: Pc) -> Option<&Handler> {
        self.handlers.iter().find(|handler| (handler.start..handler.end).contains(&pc))
    }
}

/// So many registers in a row.
fn row(first: Register, count: usize) -> impl Iterator<Item = Register> {
    (first.0..).take(count).map(Register)
}
