//! `submit` and `map` of pools.
//!
//! `map` is a loop that submits, and a loop that asks for the results; with a `chunksize` each job goes through a list.
//! What a job runs is a function: where a script names a built-in one, or gives chunks, one is written for it.

use crate::base::id::{FunctionId, RegionId};
use crate::base::span::Span;
use crate::ir::lower::body::Body;
use crate::ir::lower::globals::{Global, Globals, narrow};
use crate::ir::program::{CallSite, Op, Operand, Pc, Register, SpawnSite};
use crate::ir::signature::Builtin;
use crate::ir::value::Value;
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Name, ObjectKind, UnitKind};

/// What the function that a job runs calls.
#[derive(Clone, Copy, Debug)]
enum Callee {
    /// A `def` of one parameter.
    Function(FunctionId),
    /// A built-in function of so many arguments.
    Builtin(Builtin, u16),
    /// `choose(a..b)`
    ChooseRange,
    /// `inside(region)`
    Inside(RegionId),
}

/// A function that has to be written for a `submit` or a `map`.
#[derive(Debug)]
pub(super) struct Wrapped {
    /// The entry of the table of spawns that needs it.
    site: usize,
    callee: Callee,
    /// It calls that with each item of a list.
    chunked: bool,
    name: String,
    span: Span,
}

/// Writes the functions that jobs run and that no `def` stands for.
pub(super) fn wrap(globals: &mut Globals) {
    for wrapped in std::mem::take(&mut globals.wrapped) {
        let function = globals.next_function();
        globals.program.spawns[wrapped.site].function = function;
        let count = match wrapped.callee {
            _ if wrapped.chunked => 1,
            Callee::Function(_) => 1,
            Callee::Builtin(_, count) => usize::from(count),
            Callee::ChooseRange => 2,
            Callee::Inside(_) => 0,
        };
        let parameter = |at: usize| Name { text: format!("x{at}"), span: wrapped.span };
        let parameters: Vec<Name> = (0..count).map(parameter).collect();
        let mut body = Body::new(globals, &wrapped.name, &parameters);
        body.begin(wrapped.span);
        let result = if wrapped.chunked {
            body.each_of_chunk(wrapped.callee)
        } else {
            body.call_wrapped(wrapped.callee, Register(0))
        };
        body.emit(Op::Return { from: result });
        body.close();
    }
}

impl Body<'_> {
    /// `submit` and `map`; nothing if it is another method.
    pub(super) fn pool_method(
        &mut self,
        base: &Expr,
        method: &str,
        args: &[Arg],
        wanted: Option<Register>,
    ) -> Option<Operand> {
        match (method, args) {
            ("submit", [Arg { value: Expr { kind: ExprKind::Call { callee, args: inner }, .. }, .. }]) => {
                Some(self.submit(base, (callee, inner), wanted))
            }
            ("map", [function, items, rest @ ..]) => {
                Some(self.map(base, (function, items, rest.first()), wanted))
            }
            _ => None,
        }
    }

    fn submit(&mut self, base: &Expr, (callee, args): (&Expr, &[Arg]), wanted: Option<Register>) -> Operand {
        let ExprKind::Name(name) = &callee.kind else {
            unreachable!("the checker refuses a `submit` of anything but a call");
        };
        let mark = self.mark();
        let function = match self.globals.names.get(name) {
            Some(Global::Function(function)) => Some(*function),
            _ => None,
        };
        let parameters = match function {
            Some(function) => self.globals.parameters[function.index()].len(),
            None if matches!(self.builtin(name), Builtin::Inside) => 0,
            None => args.iter().map(|arg| 1 + usize::from(arg.range_end.is_some())).sum(),
        };
        let registers = self.reserve(parameters);
        let pool = self.temporary();
        self.into(base, pool);
        let first = Register(narrow(mark));
        let spawn = if let Some(function) = function {
            self.arguments(function, args, &registers);
            self.job(function)
        } else {
            let callee = self.built_in(name, args, &registers);
            self.wrapped_job(name, callee, false)
        };
        self.computed(mark, wanted, |to| Op::Spawn { to, spawn, first })
    }

    fn builtin(&self, name: &str) -> Builtin {
        Builtin::from_word(name).expect("the checker knows every function")
    }

    /// The arguments of a built-in function in registers, and what is to be called with them.
    fn built_in(&mut self, name: &str, args: &[Arg], registers: &[Register]) -> Callee {
        let builtin = self.builtin(name);
        match (builtin, args) {
            (Builtin::Choose, [Arg { value, range_end: Some(end), .. }]) => {
                self.into(value, registers[0]);
                self.into(end, registers[1]);
                Callee::ChooseRange
            }
            (Builtin::Inside, [Arg { value: Expr { kind: ExprKind::Name(name), .. }, .. }]) => {
                Callee::Inside(self.globals.region(name))
            }
            _ => {
                for (arg, register) in args.iter().zip(registers) {
                    self.into(&arg.value, *register);
                }
                Callee::Builtin(builtin, narrow(args.len()))
            }
        }
    }

    fn job(&mut self, function: FunctionId) -> u16 {
        self.spawn_site(SpawnSite {
            unit: UnitKind::Thread,
            function,
            named: false,
            daemon: false,
            subprocess: [false; 4],
            group: None,
            pooled: true,
        })
    }

    /// A job whose function is yet to be written.
    fn wrapped_job(&mut self, name: &str, callee: Callee, chunked: bool) -> u16 {
        let spawn = self.job(self.globals.program.main);
        let (site, span) = (usize::from(spawn), self.span);
        self.globals.wrapped.push(Wrapped { site, callee, chunked, name: name.to_owned(), span });
        spawn
    }

    /// `map(f, items, chunksize=n)`
    fn map(
        &mut self,
        base: &Expr,
        (function, items, chunksize): (&Arg, &Arg, Option<&Arg>),
        wanted: Option<Register>,
    ) -> Operand {
        let ExprKind::Name(name) = &function.value.kind else {
            unreachable!("the checker refuses a `map` of anything but a function");
        };
        let awaited = std::mem::take(&mut self.awaits);
        let mark = self.mark();
        let (jobs, pool, next, end) =
            (self.temporary(), self.temporary(), self.temporary(), self.temporary());
        self.into(base, pool);
        self.items(items, (next, end));
        if chunksize.is_some() {
            self.globals.program.chunks.push(self.span);
        }
        let size = chunksize.map(|size| self.chunksize(base, &size.value));
        let callee = match self.globals.names.get(name) {
            Some(Global::Function(function)) => Callee::Function(*function),
            _ => Callee::Builtin(self.builtin(name), 1),
        };
        let spawn = match (callee, size.flatten()) {
            (Callee::Function(function), None) => self.job(function),
            (callee, size) => self.wrapped_job(name, callee, size.is_some()),
        };
        let empty = self.empty_list();
        self.emit(Op::Copy { to: jobs, from: empty });
        let is_range = items.range_end.is_some();
        match size.flatten() {
            None => {
                self.each(is_range, (next, end), |body, item| body.submit_item((jobs, pool, item), spawn));
            }
            Some(size) => self.in_chunks(is_range, (next, end), (jobs, pool, size), spawn),
        }
        let call = self.call_site(CallSite { awaited, ..CallSite::new("result", 0, Vec::new()) });
        let results = self.results(jobs, size.flatten().is_some(), call);
        self.computed(mark, wanted, |to| Op::Copy { to, from: results })
    }

    /// What is gone through: a range, or a list behind a counter.
    fn items(&mut self, items: &Arg, (next, end): (Register, Register)) {
        if let Some(last) = &items.range_end {
            self.into(&items.value, next);
            self.into(last, end);
            self.emit(Op::Range { from: Operand::register(next), end: Operand::register(end) });
        } else {
            self.into(&items.value, end);
            let zero = self.constant(Value::Int(0));
            self.emit(Op::Copy { to: next, from: zero });
        }
    }

    /// A loop over what [`Body::items`] has prepared.
    fn each(
        &mut self,
        is_range: bool,
        (next, end): (Register, Register),
        inside: impl FnOnce(&mut Self, Register),
    ) {
        let mark = self.mark();
        let variable = self.temporary();
        let start = if is_range {
            self.emit(Op::Count { next, end, variable, exit: 0 })
        } else {
            self.emit(Op::Each { next, variable, exit: 0 })
        };
        inside(self, variable);
        self.emit(Op::Loop { to: start });
        self.land(start);
        self.free(mark);
    }

    /// Submits a job with one argument.
    fn submit_item(&mut self, (jobs, pool, item): (Register, Register, Register), spawn: u16) {
        let mark = self.mark();
        let (first, behind, job) = (self.temporary(), self.temporary(), self.temporary());
        self.emit(Op::Copy { to: first, from: Operand::register(item) });
        self.emit(Op::Copy { to: behind, from: Operand::register(pool) });
        self.emit(Op::Spawn { to: job, spawn, first });
        self.emit(Op::Push { list: jobs, from: Operand::register(job) });
        self.free(mark);
    }

    /// How many items a job gets; none if its pool makes no chunks, as those of threads do not.
    fn chunksize(&mut self, base: &Expr, size: &Expr) -> Option<Register> {
        let to = self.temporary();
        self.into(size, to);
        if self.is_thread_pool(base) {
            return None;
        }
        let one = self.constant(Value::Int(1));
        let test = self.temporary();
        self.emit(Op::Binary { op: BinaryOp::Less, to: test, left: Operand::register(to), right: one });
        let fits = self.branch(false, Operand::register(test));
        let (name, message) =
            (self.constant(Value::str("ValueError")), self.constant(Value::str("chunksize must be >= 1.")));
        self.emit(Op::Raise { name, message });
        self.land(fits);
        Some(to)
    }

    fn is_thread_pool(&self, base: &Expr) -> bool {
        let ExprKind::Name(name) = &base.kind else { return false };
        match self.globals.names.get(name) {
            Some(Global::Object(object)) if self.local(name).is_none() => {
                self.globals.program.objects[object.index()].kind == ObjectKind::ThreadPool
            }
            _ => false,
        }
    }

    /// Submits a job for each so many items.
    fn in_chunks(
        &mut self,
        is_range: bool,
        items: (Register, Register),
        (jobs, pool, size): (Register, Register, Register),
        spawn: u16,
    ) {
        let mark = self.mark();
        let (chunk, length, test) = (self.temporary(), self.temporary(), self.temporary());
        let empty = self.empty_list();
        let count = |body: &mut Self| {
            let inner = body.mark();
            let first = body.temporary();
            body.emit(Op::Copy { to: first, from: Operand::register(chunk) });
            body.emit(Op::Builtin { to: length, builtin: Builtin::Len, first, count: 1 });
            body.free(inner);
        };
        self.emit(Op::Copy { to: chunk, from: empty });
        self.each(is_range, items, |body, item| {
            body.emit(Op::Push { list: chunk, from: Operand::register(item) });
            count(body);
            let (left, right) = (Operand::register(length), Operand::register(size));
            body.emit(Op::Binary { op: BinaryOp::Less, to: test, left, right });
            let not_yet = body.branch(true, Operand::register(test));
            body.submit_item((jobs, pool, chunk), spawn);
            body.emit(Op::Copy { to: chunk, from: empty });
            body.land(not_yet);
        });
        count(self);
        let none_left = self.branch(false, Operand::register(length));
        self.submit_item((jobs, pool, chunk), spawn);
        self.land(none_left);
        self.free(mark);
    }

    /// The results of jobs, in their order. If one of them has failed, or who awaits them is cancelled, nobody asks for those
    /// behind it.
    fn results(&mut self, jobs: Register, chunked: bool, call: u16) -> Operand {
        let results = self.temporary();
        let (exception, next, list) = (self.temporary(), self.temporary(), self.temporary());
        let (empty, zero) = (self.empty_list(), self.constant(Value::Int(0)));
        self.emit(Op::Copy { to: results, from: empty });
        self.emit(Op::Copy { to: next, from: zero });
        self.emit(Op::Copy { to: list, from: Operand::register(jobs) });
        let protected = self.protect();
        self.each(false, (next, list), |body, job| {
            let (to, from) = (body.temporary(), Operand::register(job));
            body.emit(Op::Invoke { to, receiver: from, call, first: to });
            let from = Operand::register(to);
            if chunked {
                let left = Operand::register(results);
                body.emit(Op::Binary { op: BinaryOp::Add, to: results, left, right: from });
            } else {
                body.emit(Op::Push { list: results, from });
            }
        });
        let end: Pc = self.pc();
        let over = self.jump();
        self.catch(protected, end, exception);
        self.emit(Op::Abandon { jobs });
        self.emit(Op::Reraise { from: exception });
        self.land(over);
        Operand::register(results)
    }

    /// The call that a written function is there for; its arguments stand from `first` on.
    fn call_wrapped(&mut self, callee: Callee, first: Register) -> Operand {
        let to = self.temporary();
        let behind = Operand::register(Register(first.0 + 1));
        let argument = Operand::register(first);
        match callee {
            Callee::Function(function) => {
                let first = self.temporary();
                self.emit(Op::Copy { to: first, from: argument });
                self.emit(Op::Call { to, function, first });
            }
            Callee::Builtin(Builtin::Choose, _) => {
                self.emit(Op::ChooseItem { to, list: argument });
            }
            Callee::Builtin(builtin, count) => {
                self.emit(Op::Builtin { to, builtin, first, count });
            }
            Callee::ChooseRange => {
                self.emit(Op::ChooseRange { to, from: argument, end: behind });
            }
            Callee::Inside(region) => {
                self.emit(Op::Inside { to, region });
            }
        }
        Operand::register(to)
    }

    /// The results of the calls with each item of the list in the first register.
    fn each_of_chunk(&mut self, callee: Callee) -> Operand {
        let (results, next, list) = (self.temporary(), self.temporary(), self.temporary());
        let (empty, zero) = (self.empty_list(), self.constant(Value::Int(0)));
        self.emit(Op::Copy { to: results, from: empty });
        self.emit(Op::Copy { to: next, from: zero });
        self.emit(Op::Copy { to: list, from: Operand::register(Register(0)) });
        self.each(false, (next, list), |body, item| {
            let from = body.call_wrapped(callee, item);
            body.emit(Op::Push { list: results, from });
        });
        Operand::register(results)
    }
}
