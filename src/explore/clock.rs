//! Whether the time decides anything: then a script can't be explored.
//!
//! An exploration sets time aside. What `now()` and the drawn durations give may say how long something
//! takes or how long a unit waits, because that changes nothing there. Where it reaches a branch, shared
//! data, a printed line or anything else that others can see, each instant would be another script.
//! So the values are followed through the registers; where paths meet, either may have been taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::explore::time_use::Use;
use crate::ir::codes;
use crate::ir::program::{Op, Operand, Pc, Program, Property, Register, Source};
use crate::ir::signature::Builtin;

/// Which registers hold something that depends on the time, each with the op that it comes from.
type Tinted = BTreeMap<u16, Pc>;

/// Where the time decides something, in the order of the text; nothing if the script can be explored.
#[must_use]
pub fn mistakes(program: &Program) -> Vec<Diagnostic> {
    if !program.ops.iter().any(gives_time) {
        return Vec::new();
    }
    let mut flow = Flow::new(program);
    flow.settle();
    let mut seen = BTreeSet::new();
    let mut found: Vec<Diagnostic> = (0..)
        .zip(&flow.before)
        .filter_map(|(pc, tinted)| {
            let uses = Use::of(program, pc, |operand| tint(tinted.as_ref()?, operand))?;
            let span = program.spans[pc as usize];
            seen.insert(span).then(|| diagnostic(program, pc, &uses))
        })
        .collect();
    found.sort_by_key(|diagnostic| diagnostic.primary.span);
    found
}

/// The properties that are about the length of a run, which an exploration does not know.
#[must_use]
pub fn unchecked(program: &Program) -> Vec<&Property> {
    let uses_elapsed = |property: &&Property| {
        let function = &program.functions[property.function.index()];
        let ops = &program.ops[function.start as usize..function.end as usize];
        ops.iter().any(|op| matches!(op, Op::Builtin { builtin: Builtin::Elapsed, .. }))
    };
    program.properties.iter().filter(uses_elapsed).collect()
}

fn diagnostic(program: &Program, pc: Pc, uses: &Use) -> Diagnostic {
    let (span, from) = (program.spans[pc as usize], program.spans[uses.origin as usize]);
    let told = Diagnostic::error(
        codes::TIME_DECIDES,
        span,
        "the time decides something here, so that the script can't be explored",
    );
    let told = told.at(uses.what).with_help(
        "an exploration sets time aside: use it for `sleep`, `io`, `compute` and timeouts only; a choice is `choose`",
    );
    if from == span { told } else { told.with_label(from, "it comes from here") }
}

const fn gives_time(op: &Op) -> bool {
    matches!(
        op,
        Op::Builtin { builtin: Builtin::Now | Builtin::Uniform | Builtin::Exponential | Builtin::Normal, .. }
    )
}

/// Where the value of an operand comes from, if it depends on the time.
fn tint(tinted: &Tinted, operand: Operand) -> Option<Pc> {
    match operand.source() {
        Source::Register(register) => tinted.get(&register).copied(),
        Source::Constant(_) => None,
    }
}

/// What holds at each op, until nothing changes any more.
struct Flow<'p> {
    program: &'p Program,
    /// What holds before each op that can be reached.
    before: Vec<Option<Tinted>>,
    open: BTreeSet<Pc>,
    /// What each function gives.
    returns: Vec<Option<Pc>>,
    /// What a unit gives to those who wait for it.
    results: Option<Pc>,
}

impl<'p> Flow<'p> {
    fn new(program: &'p Program) -> Self {
        let mut flow = Self {
            program,
            before: vec![None; program.ops.len()],
            open: BTreeSet::new(),
            returns: vec![None; program.functions.len()],
            results: None,
        };
        flow.reach(program.functions[program.main.index()].start, &Tinted::new());
        flow
    }

    fn settle(&mut self) {
        while let Some(pc) = self.open.pop_first() {
            let before = self.before[pc as usize].clone().expect("what is open was reached");
            let after = self.perform(pc, &before);
            let function = self.program.function_at(pc);
            let around =
                function.handlers.iter().filter(|handler| (handler.start..handler.end).contains(&pc));
            for handler in around {
                self.reach(handler.target, &before);
                self.reach(handler.target, &after);
            }
            for next in successors(self.program, pc) {
                self.reach(next, &after);
            }
        }
    }

    /// Notes that an op can be reached like that.
    fn reach(&mut self, pc: Pc, tinted: &Tinted) {
        let known = &mut self.before[pc as usize];
        let grows = match known {
            None => {
                *known = Some(tinted.clone());
                true
            }
            Some(known) => {
                let count = known.len();
                tinted.iter().for_each(|(register, origin)| {
                    known.entry(*register).or_insert(*origin);
                });
                known.len() > count
            }
        };
        if grows {
            self.open.insert(pc);
        }
    }

    /// What holds behind an op.
    fn perform(&mut self, pc: Pc, before: &Tinted) -> Tinted {
        let mut after = before.clone();
        let one = |operand: Operand| tint(before, operand);
        let row =
            |first: Register, count: u16| before.range(first.0..first.0 + count).next().map(|(_, at)| *at);
        let of = |register: Register| before.get(&register.0).copied();
        match self.program.ops[pc as usize] {
            Op::Copy { to, from } | Op::ChooseItem { to, list: from } => set(&mut after, to, one(from)),
            Op::Unary { to, operand, .. } => set(&mut after, to, one(operand)),
            Op::Binary { to, left, right, .. } => set(&mut after, to, one(left).or_else(|| one(right))),
            Op::List { to, first, count } => set(&mut after, to, row(first, count)),
            Op::Index { to, base, .. } => set(&mut after, to, one(base)),
            Op::Part { to, .. } | Op::Own { to, .. } => set(&mut after, to, None),
            Op::Pop { to, list, .. } => set(&mut after, to, of(list)),
            Op::Store { list, from, .. } | Op::Push { list, from } => {
                set(&mut after, list, of(list).or_else(|| one(from)));
            }
            Op::Each { next, variable, .. } => set(&mut after, variable, of(Register(next.0 + 1))),
            Op::Builtin { builtin: Builtin::Len, to, .. } => set(&mut after, to, None),
            Op::Builtin { to, first, count, .. } => {
                let given = gives_time(&self.program.ops[pc as usize]).then_some(pc);
                set(&mut after, to, given.or_else(|| row(first, count)));
            }
            Op::Call { to, function, first } => {
                self.enter(function, first, before);
                set(&mut after, to, self.returns[function.index()]);
            }
            Op::Spawn { to, spawn, first } => {
                self.enter(self.program.spawns[usize::from(spawn)].function, first, before);
                set(&mut after, to, None);
            }
            Op::Return { from } => self.give(pc, one(from)),
            Op::Invoke { to, receiver, .. } => set(&mut after, to, one(receiver).or(self.results)),
            Op::Await { to, .. } => set(&mut after, to, self.results),
            Op::Read { to, .. }
            | Op::SharedPop { to, .. }
            | Op::ChooseRange { to, .. }
            | Op::Inside { to, .. }
            | Op::Locate { to, .. }
            | Op::Element { to, .. }
            | Op::OpenTimeout { to, .. }
            | Op::Count { variable: to, .. } => set(&mut after, to, None),
            Op::Bound { .. }
            | Op::Jump { .. }
            | Op::Loop { .. }
            | Op::Branch { .. }
            | Op::Range { .. }
            | Op::Raise { .. }
            | Op::Reraise { .. }
            | Op::Translate { .. }
            | Op::Catches { .. }
            | Op::AssertFailed { .. }
            | Op::Write { .. }
            | Op::SharedPush { .. }
            | Op::SharedStore { .. }
            | Op::Enter { .. }
            | Op::Exit { .. }
            | Op::Gather { .. }
            | Op::Abandon { .. }
            | Op::Compute { .. }
            | Op::Io { .. }
            | Op::Sleep { .. }
            | Op::Print { .. }
            | Op::EnterRegion { .. }
            | Op::LeaveRegion { .. }
            | Op::AtomicOpen
            | Op::AtomicTest { .. }
            | Op::AtomicClose
            | Op::End { .. } => {}
        }
        after
    }

    /// A function is entered with the arguments that stand from `first` on.
    fn enter(&mut self, function: crate::base::id::FunctionId, first: Register, before: &Tinted) {
        let function = &self.program.functions[function.index()];
        let arguments = before.range(first.0..first.0 + function.parameters);
        let given = arguments.map(|(register, origin)| (register - first.0, *origin)).collect();
        self.reach(function.start, &given);
    }

    /// A function gives something to whoever called it or waits for its unit.
    fn give(&mut self, pc: Pc, origin: Option<Pc>) {
        let at = self.program.functions.partition_point(|function| function.end <= pc);
        if origin.is_none() || self.returns[at].is_some() {
            return;
        }
        self.returns[at] = origin;
        let spawned = self.program.spawns.iter().any(|spawn| spawn.function.index() == at);
        self.results = self.results.or(origin.filter(|_| spawned));
        // Who has looked at it before looks again.
        let reached = (0..).zip(&self.before).filter(|(_, before)| before.is_some());
        self.open.extend(reached.map(|(pc, _): (Pc, _)| pc));
    }
}

fn set(tinted: &mut Tinted, register: Register, origin: Option<Pc>) {
    match origin {
        Some(origin) => tinted.insert(register.0, origin),
        None => tinted.remove(&register.0),
    };
}

/// Where a function may go on behind an op, exceptions aside.
#[expect(clippy::wildcard_enum_match_arm, reason = "few ops leave the straight line")]
fn successors(program: &Program, pc: Pc) -> Vec<Pc> {
    match program.ops[pc as usize] {
        Op::Jump { to } | Op::Loop { to } => vec![to],
        Op::Branch { to, .. } => vec![pc + 1, to],
        Op::Count { exit, .. } | Op::Each { exit, .. } => vec![pc + 1, exit],
        Op::Catches { otherwise, .. } => vec![pc + 1, otherwise],
        Op::AtomicTest { reopen, .. } => vec![pc + 1, reopen],
        Op::Return { .. }
        | Op::Raise { .. }
        | Op::Reraise { .. }
        | Op::AssertFailed { .. }
        | Op::End { .. } => Vec::new(),
        _ => vec![pc + 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span;

    /// The lines at which the time decides something.
    fn lines(text: &str) -> Vec<u32> {
        let source = span::Source::new("x.conc", text);
        let program = translate(&source, &[]).program.expect("the script is right");
        mistakes(&program).iter().map(|found| source.line(found.primary.span)).collect()
    }

    #[test]
    fn time_may_say_how_long_something_takes() {
        let text = "lock m\ndef pause(t) { sleep t }\ndef work() { return uniform(1ms, 2ms) }\nmain {\n\
            let start = now()\nlet t = exponential(5ms) + 1ms\ncompute t\nio min(t, 3ms)\npause(t)\n\
            spawn thread pause(t)\nif m.acquire(timeout=t) { m.release() }\nlet n = 1\nprint n\n}\n";
        assert_eq!(lines(text), [] as [u32; 0]);
    }

    #[test]
    fn where_it_decides_something_is_told() {
        assert_eq!(lines("main {\nlet start = now()\nsleep 1ms\nprint now() - start\n}"), [4]);
        assert_eq!(lines("shared x = 0ms\nmain {\nx = now()\n}"), [3]);
        assert_eq!(lines("main {\nif uniform(1ms, 2ms) > 1500us {\npass\n}\n}"), [2]);
        assert_eq!(lines("main {\nwhile now() < 5ms {\nsleep 1ms\n}\n}"), [2]);
        assert_eq!(lines("main {\nassert normal(1ms, 1ms) > 0ms\n}"), [2]);
    }

    #[test]
    fn it_is_followed_through_calls_lists_and_units() {
        assert_eq!(lines("def late() { return now() }\nmain {\nlet t = late()\nprint t\n}"), [4]);
        assert_eq!(lines("def tell(t) {\nprint t\n}\nmain { tell(now()) }"), [2]);
        assert_eq!(lines("main {\nlet ts = [1ms, now()]\nfor t in ts {\nprint t\n}\n}"), [4]);
        let unit = "def late() { return now() }\nmain {\nlet h = spawn thread late()\nprint h.result()\n}";
        assert_eq!(lines(unit), [4]);
    }

    #[test]
    fn a_register_that_is_used_again_holds_something_else() {
        assert_eq!(lines("main {\nlet t = now()\nsleep t\nt = 1ms\nprint t\n}"), [] as [u32; 0]);
    }

    #[test]
    fn the_length_of_a_run_is_not_known() {
        let source = span::Source::new("x.conc", "finally elapsed() < 1s\nfinally 1 == 1\nmain { pass }");
        let program = translate(&source, &[]).program.expect("the script is right");
        let texts: Vec<&str> = unchecked(&program).iter().map(|property| property.text.as_str()).collect();
        assert_eq!(texts, ["elapsed() < 1s"]);
    }
}
