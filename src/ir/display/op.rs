//! The line of one op: mnemonic and operands.

use crate::base::id::{FunctionId, RegionId};
use crate::ir::display::{Text, is_long};
use crate::ir::program::{Op, Operand, Pc, Register, Source};
use crate::syntax::ast::BinaryOp;
use crate::trace::event::Names as _;

/// The registers of one function, by name.
pub(super) struct Window<'a> {
    pub(super) text: &'a Text<'a>,
    pub(super) locals: &'a [String],
}

impl Window<'_> {
    pub(super) fn register(&self, register: Register) -> String {
        match self.locals.get(usize::from(register.0)) {
            // A local that is called like a temporary is marked, lest two programs have one text.
            Some(name) if is_register(name) => format!("{name}'"),
            Some(name) => name.clone(),
            None => register.to_string(),
        }
    }

    /// The mnemonic and the operands.
    #[expect(clippy::too_many_lines, reason = "one line for each op")]
    pub(super) fn op(&self, op: &Op) -> (&'static str, String) {
        let r = |register: &Register| self.register(*register);
        let o = |operand: &Operand| self.operand(*operand);
        let row = |first: &Register, count: &u16| self.row(*first, *count, &[]);
        let region = |region: &RegionId| self.text.program.region(*region).to_owned();
        let set = |to: &Register, from: String| format!("{} = {from}", self.register(*to));
        let at = |base: String, index: &Operand| format!("{base}[{}]", self.operand(*index));
        let cells = |array: &u16| format!("@{}", self.text.program.arrays[usize::from(*array)].name);
        let elements = |array: &u16| self.elements(*array);
        let range = |from: String, end: String| format!("{from}..{end}");
        let or = |exit: &Pc| format!(" else L{exit}");
        match op {
            Op::Copy { to, from } => ("copy", set(to, o(from))),
            Op::Unary { op, to, operand } => ("unary", set(to, format!("{} {}", op.word(), o(operand)))),
            Op::Binary { op, to, left, right } => ("binary", set(to, self.binary(*op, *left, *right))),
            Op::List { to, first, count } => ("list", set(to, format!("[{}]", row(first, count)))),
            Op::Index { to, base, index } => ("index", set(to, at(o(base), index))),
            Op::Store { list, index, from } => ("store", format!("{} = {}", at(r(list), index), o(from))),
            Op::Push { list, from } => ("push", format!("{}, {}", r(list), o(from))),
            Op::Pop { to, list, index } => ("pop", set(to, at(r(list), index))),
            Op::Bound { local } => ("bound", r(local)),
            Op::Jump { to } => ("jump", format!("L{to}")),
            Op::Loop { to } => ("loop", format!("L{to}")),
            Op::Branch { when, test, to } => ("branch", format!("L{to} {} {}", if_word(*when), o(test))),
            Op::Range { from, end } => ("range", range(o(from), o(end))),
            Op::Count { next, end, variable, exit } => {
                ("count", set(variable, self.count(*next, *end) + &or(exit)))
            }
            Op::Each { next, variable, exit } => ("each", set(variable, self.each(*next) + &or(exit))),
            Op::Call { to, function, first } => ("call", set(to, self.call(*function, *first, &[]))),
            Op::Return { from } => ("return", o(from)),
            Op::Raise { name, message } => ("raise", format!("{}, {}", o(name), o(message))),
            Op::Reraise { from } => ("reraise", r(from)),
            Op::Catches { exception, name, otherwise } => {
                ("catches", format!("{} as {} else L{otherwise}", r(exception), o(name)))
            }
            Op::AssertFailed { message } => ("assert_failed", o(message)),
            Op::Builtin { to, builtin, first, count } => {
                ("builtin", set(to, format!("{}({})", builtin.word(), row(first, count))))
            }
            Op::ChooseRange { to, from, end } => ("choose_range", set(to, range(o(from), o(end)))),
            Op::ChooseItem { to, list } => ("choose_item", set(to, o(list))),
            Op::Inside { to, region: name } => ("inside", set(to, region(name))),
            Op::Locate { to, array, index } => ("locate", set(to, at(cells(array), index))),
            Op::Element { to, array, index } => ("element", set(to, at(elements(array), index))),
            Op::Part { to, from, part } => ("part", set(to, format!("{}.{}", o(from), part.word()))),
            Op::Own { to, stream } => ("own", set(to, stream.word().to_owned())),
            Op::Read { to, cell } => ("read", set(to, o(cell))),
            Op::Write { cell, from } => ("write", format!("{} = {}", o(cell), o(from))),
            Op::SharedPush { cell, from } => ("shared_push", format!("{}, {}", o(cell), o(from))),
            Op::SharedPop { to, cell, index } => ("shared_pop", set(to, at(o(cell), index))),
            Op::SharedStore { cell, index, from } => ("shared_store", at(o(cell), index) + " = " + &o(from)),
            Op::Enter { object, awaited } => ("enter", awaits(*awaited) + &o(object)),
            Op::Exit { object, awaited } => ("exit", awaits(*awaited) + &o(object)),
            Op::Invoke { to, receiver, call, first } => {
                ("invoke", set(to, o(receiver) + &self.invoke(*call, *first)))
            }
            Op::Await { to, from } => ("await", set(to, o(from))),
            Op::Spawn { to, spawn, first } => self.spawn(*to, *spawn, *first),
            Op::Abandon { jobs } => ("abandon", r(jobs)),
            Op::Gather { group, raise } => ("gather", r(group) + if *raise { ", raise" } else { "" }),
            Op::Compute { length, nogil } => ("compute", o(length) + if *nogil { " nogil" } else { "" }),
            Op::Io { length, device, awaited } => ("io", awaits(*awaited) + &self.io(length, device)),
            Op::Sleep { length, awaited } => ("sleep", awaits(*awaited) + &o(length)),
            Op::OpenTimeout { to, length } => ("open_timeout", set(to, o(length))),
            Op::Translate { scope, exception, group } => {
                let what = if *group { "group" } else { "timeout" };
                ("translate", format!("{} of {what} {}", r(exception), r(scope)))
            }
            Op::Print { first, count } => ("print", row(first, count)),
            Op::EnterRegion { region: name } => ("enter_region", region(name)),
            Op::LeaveRegion { region: name } => ("leave_region", region(name)),
            Op::AtomicOpen => ("atomic_open", String::new()),
            Op::AtomicTest { test, reopen } => ("atomic_test", o(test) + &or(reopen)),
            Op::AtomicClose => ("atomic_close", String::new()),
            Op::End { failed } => ("end", if *failed { "failed" } else { "" }.to_owned()),
        }
    }

    fn operand(&self, operand: Operand) -> String {
        match operand.source() {
            Source::Register(register) => self.register(Register(register)),
            Source::Constant(index) => {
                let text = &self.text.constants[usize::from(index)];
                if is_long(text) { format!("${index}") } else { text.clone() }
            }
        }
    }

    /// `count` registers from `first` on, then those of the named arguments.
    fn row(&self, first: Register, count: u16, names: &[&str]) -> String {
        let positional = (0..count).map(|_| String::new());
        let named = names.iter().map(|name| format!("{name}="));
        let labels = positional.chain(named);
        let written = (first.0..).zip(labels).map(|(index, label)| label + &self.register(Register(index)));
        written.collect::<Vec<_>>().join(", ")
    }

    fn binary(&self, op: BinaryOp, left: Operand, right: Operand) -> String {
        format!("{} {} {}", self.operand(left), op.word(), self.operand(right))
    }

    fn elements(&self, array: u16) -> String {
        format!("@{}", self.text.program.object_arrays[usize::from(array)].name)
    }

    fn count(&self, next: Register, end: Register) -> String {
        format!("{}..{}", self.register(next), self.register(end))
    }

    /// The list stands in the register behind the index.
    fn each(&self, next: Register) -> String {
        format!("{}[{}]", self.register(Register(next.0 + 1)), self.register(next))
    }

    fn io(&self, length: &Operand, device: &Operand) -> String {
        match self.operand(*device).as_str() {
            "None" => self.operand(*length),
            device => format!("{} on {device}", self.operand(*length)),
        }
    }

    fn call(&self, function: FunctionId, first: Register, options: &[&str]) -> String {
        let function = self.text.of(function);
        format!("{}({})", function.name, self.row(first, function.parameters, options))
    }

    fn invoke(&self, call: u16, first: Register) -> String {
        let site = &self.text.program.calls[usize::from(call)];
        let named: Vec<&str> = site.named.iter().map(String::as_str).collect();
        let arguments = self.row(first, site.positional, &named);
        format!(".{}{}({arguments})", awaits(site.awaited), site.method)
    }

    fn spawn(&self, to: Register, spawn: u16, first: Register) -> (&'static str, String) {
        let site = &self.text.program.spawns[usize::from(spawn)];
        let pool = site.pooled.then_some("pool");
        let given: Vec<&str> = site.options().chain(pool).collect();
        let word = if site.pooled { "submit" } else { "spawn" };
        (word, format!("{} = {}", self.register(to), self.call(site.function, first, &given)))
    }
}

/// `await ` if it is awaited.
fn awaits(awaited: bool) -> String {
    if awaited { "await " } else { "" }.to_owned()
}

const fn if_word(when: bool) -> &'static str {
    if when { "if" } else { "unless" }
}

/// Whether a local is called as a temporary is written.
fn is_register(name: &str) -> bool {
    name.strip_prefix('r')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
