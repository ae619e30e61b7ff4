//! Which ops make something of a value that others can see, and not only take their time by it.

use crate::ir::program::{CallSite, Op, Operand, Pc, Program, Register};
use crate::ir::signature::Binding;

/// An op that lets the time decide something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    /// The op that the time comes from.
    pub(super) origin: Pc,
    /// What it decides, in a few words.
    pub(super) what: &'static str,
}

impl Use {
    /// What the op at `pc` makes of operands that depend on the time, if it makes anything of them.
    pub(super) fn of(program: &Program, pc: Pc, tint: impl Fn(Operand) -> Option<Pc>) -> Option<Self> {
        let row = |first: Register, count: u16| {
            (first.0..first.0 + count).find_map(|register| tint(Operand::register(Register(register))))
        };
        let either = |one: &Operand, other: &Operand| tint(*one).or_else(|| tint(*other));
        let (origin, what) = match &program.ops[pc as usize] {
            Op::Branch { test, .. } | Op::AtomicTest { test, .. } => {
                (tint(*test), "what happens next depends on it")
            }
            Op::Range { from, end } => (either(from, end), "how often depends on it"),
            Op::Index { index, .. }
            | Op::Locate { index, .. }
            | Op::Element { index, .. }
            | Op::Pop { index, .. } => (tint(*index), "which one is taken depends on it"),
            Op::Store { index, .. } => (tint(*index), "which one is changed depends on it"),
            Op::ChooseRange { from, end, .. } => (either(from, end), "the choice depends on it"),
            Op::ChooseItem { list, .. } => (tint(*list), "the choice depends on it"),
            Op::Write { from, .. } | Op::SharedPush { from, .. } => (tint(*from), "shared data depend on it"),
            Op::SharedStore { index, from, .. } => (either(index, from), "shared data depend on it"),
            Op::SharedPop { index, .. } => (tint(*index), "shared data depend on it"),
            Op::Print { first, count } => (row(*first, *count), "what is printed depends on it"),
            Op::Raise { message, .. } | Op::AssertFailed { message } => {
                (tint(*message), "the message depends on it")
            }
            Op::Invoke { call, first, .. } => {
                let site = &program.calls[usize::from(*call)];
                (handed(site, *first).find_map(&tint), "what the call does depends on it")
            }
            Op::Spawn { spawn, first, .. } => {
                let site = &program.spawns[usize::from(*spawn)];
                let parameters = program.functions[site.function.index()].parameters;
                (row(Register(first.0 + parameters), site.extras()), "an option of the unit depends on it")
            }
            Op::Copy { .. }
            | Op::Unary { .. }
            | Op::Binary { .. }
            | Op::List { .. }
            | Op::Push { .. }
            | Op::Bound { .. }
            | Op::Jump { .. }
            | Op::Loop { .. }
            | Op::Count { .. }
            | Op::Each { .. }
            | Op::Call { .. }
            | Op::Return { .. }
            | Op::Reraise { .. }
            | Op::Translate { .. }
            | Op::Catches { .. }
            | Op::Builtin { .. }
            | Op::Part { .. }
            | Op::Own { .. }
            | Op::Inside { .. }
            | Op::Read { .. }
            | Op::Enter { .. }
            | Op::Exit { .. }
            | Op::Await { .. }
            | Op::Gather { .. }
            | Op::Abandon { .. }
            | Op::OpenTimeout { .. }
            | Op::Compute { .. }
            | Op::Io { .. }
            | Op::Sleep { .. }
            | Op::EnterRegion { .. }
            | Op::LeaveRegion { .. }
            | Op::AtomicOpen
            | Op::AtomicClose
            | Op::End { .. } => return None,
        };
        origin.map(|origin| Self { origin, what })
    }
}

/// What a call is given, but for how long it waits.
fn handed(site: &CallSite, first: Register) -> impl Iterator<Item = Operand> {
    let given = (0..).zip(first.0..first.0 + arguments(site));
    let handed = given.filter(|(at, _)| !is_timeout(site, *at));
    handed.map(|(_, register)| Operand::register(Register(register)))
}

/// How many arguments a call has.
fn arguments(site: &CallSite) -> u16 {
    site.positional + u16::try_from(site.named.len()).expect("a call has few arguments")
}

/// Whether the argument of that index is how long a unit waits, whatever the method is called on.
fn is_timeout(site: &CallSite, at: usize) -> bool {
    let positional = usize::from(site.positional);
    let this = if at < positional { Binding::Positional(at) } else { Binding::Named(at - positional) };
    site.methods.iter().all(|method| {
        let bound = method.signature.parameters.iter().zip(&method.bindings);
        bound.filter(|(_, binding)| **binding == this).all(|(parameter, _)| parameter.name == "timeout")
    })
}
