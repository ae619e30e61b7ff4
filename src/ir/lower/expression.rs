//! Expressions: each gives an operand, a register or a constant.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever is not listed was refused by the checker, or has no special form"
)]

use crate::base::id::{CellId, FunctionId};
use crate::ir::arithmetic;
use crate::ir::lower::body::Body;
use crate::ir::lower::globals::{Global, narrow};
use crate::ir::lower::literal;
use crate::ir::pipe::{Part, Stream};
use crate::ir::program::{CallSite, Op, Operand, Register, SpawnSite};
use crate::ir::signature::{Binding, Builtin, bind_call};
use crate::ir::site::SUBPROCESS_OPTIONS;
use crate::ir::value::Value;
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Spawn, UnaryOp};

/// Methods that can block: `await` before them waits, rather than waiting for what they give.
const BLOCKING_METHODS: [&str; 15] = [
    "acquire",
    "communicate",
    "get",
    "join",
    "map",
    "poll",
    "put",
    "read",
    "recv",
    "result",
    "send",
    "shutdown",
    "wait",
    "wait_for",
    "write",
];

impl Body<'_> {
    /// The value of an expression, wherever it is.
    pub(super) fn operand(&mut self, expr: &Expr) -> Operand {
        let around = std::mem::replace(&mut self.span, expr.span);
        let operand = self.expression(expr, None);
        self.span = around;
        operand
    }

    /// The value of an expression in a certain register.
    pub(super) fn into(&mut self, expr: &Expr, to: Register) {
        let around = std::mem::replace(&mut self.span, expr.span);
        let from = self.expression(expr, Some(to));
        if from != Operand::register(to) {
            self.emit(Op::Copy { to, from });
        }
        self.span = around;
    }

    /// The value of an expression where nothing else writes: a constant or a temporary.
    pub(super) fn kept(&mut self, expr: &Expr) -> Operand {
        let operand = self.operand(expr);
        match operand.source() {
            crate::ir::program::Source::Register(register) if self.is_local(Register(register)) => {
                let to = self.temporary();
                self.emit_at(expr.span, Op::Copy { to, from: operand });
                Operand::register(to)
            }
            crate::ir::program::Source::Register(_) | crate::ir::program::Source::Constant(_) => operand,
        }
    }

    /// The value, in `wanted` if it has to be computed and a register is wanted.
    pub(super) fn expression(&mut self, expr: &Expr, wanted: Option<Register>) -> Operand {
        match &expr.kind {
            ExprKind::Literal(value) => self.constant(literal(value)),
            ExprKind::Name(name) => self.name(name, wanted),
            ExprKind::List(items) => self.list(items, wanted),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, wanted),
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
                self.early(*op, left, right)
            }
            ExprKind::Binary { op, left, right } => {
                let mark = self.mark();
                let left = self.operand(left);
                let right = self.operand(right);
                self.computed(mark, wanted, |to| Op::Binary { op: *op, to, left, right })
            }
            ExprKind::Index { base, index } => self.index(base, index, wanted),
            ExprKind::Await(inner) => self.awaited(inner, wanted),
            ExprKind::Call { callee, args } => self.call(callee, args, wanted),
            ExprKind::Spawn(spawn) => self.spawn(spawn, wanted),
            ExprKind::Attribute { base, name } => self.part(base, &name.text, wanted),
        }
    }

    /// Frees the temporaries since `mark`, and emits an op into the register wanted or a fresh one.
    pub(super) fn computed(
        &mut self,
        mark: usize,
        wanted: Option<Register>,
        op: impl FnOnce(Register) -> Op,
    ) -> Operand {
        self.free(mark);
        let to = wanted.unwrap_or_else(|| self.temporary());
        self.emit(op(to));
        Operand::register(to)
    }

    fn name(&mut self, name: &str, wanted: Option<Register>) -> Operand {
        if let Some(local) = self.local(name) {
            if !self.set.contains(&local) {
                self.emit(Op::Bound { local });
            }
            return Operand::register(local);
        }
        // A stream of the subprocess, unless the script has declared something of that name.
        if let (None, Some(stream)) = (self.globals.names.get(name), Stream::from_word(name)) {
            return self.computed(self.mark(), wanted, |to| Op::Own { to, stream });
        }
        match self.globals.names.get(name).expect("the checker knows every name").clone() {
            Global::Constant(value) => self.constant(value),
            Global::Object(object) => self.constant(Value::Object(object)),
            Global::Cell(cell) => {
                let cell = self.constant(Value::Cell(cell));
                self.computed(self.mark(), wanted, |to| Op::Read { to, cell })
            }
            Global::CellArray(array) => self.read_array(array),
            Global::ObjectArray(array) => {
                let array = &self.globals.program.object_arrays[usize::from(array)];
                let objects = array.first.0..array.first.0 + array.length;
                let references =
                    objects.map(|index| Value::Object(crate::base::id::ObjectId(index))).collect();
                let list = Value::list(references).expect("a list of references is flat");
                self.constant(list)
            }
            Global::Function(_) => unreachable!("the checker refuses functions as values"),
        }
    }

    /// `p.left`, `h.stdout`: what is not called behind a dot.
    fn part(&mut self, base: &Expr, name: &str, wanted: Option<Register>) -> Operand {
        let part = Part::from_word(name).expect("the checker refuses every other attribute");
        let mark = self.mark();
        let from = self.operand(base);
        if let Some(end) = self.globals.end_of(from, part) {
            return self.constant(Value::Object(end));
        }
        self.computed(mark, wanted, |to| Op::Part { to, from, part })
    }

    /// All cells of an array, read one after the other, as a list.
    fn read_array(&mut self, array: u16) -> Operand {
        let length = self.globals.program.arrays[usize::from(array)].length;
        let list = self.temporary();
        let empty = self.empty_list();
        self.emit(Op::Copy { to: list, from: empty });
        let mark = self.mark();
        let (next, end, variable, cell) =
            (self.temporary(), self.temporary(), self.temporary(), self.temporary());
        let zero = self.constant(Value::Int(0));
        let length = self.constant(Value::Int(i64::from(length)));
        self.emit(Op::Copy { to: next, from: zero });
        self.emit(Op::Copy { to: end, from: length });
        let start = self.emit(Op::Count { next, end, variable, exit: 0 });
        self.emit(Op::Locate { to: cell, array, index: Operand::register(variable) });
        self.emit(Op::Read { to: cell, cell: Operand::register(cell) });
        self.emit(Op::Push { list, from: Operand::register(cell) });
        self.emit(Op::Jump { to: start });
        self.land(start);
        self.free(mark);
        Operand::register(list)
    }

    pub(super) fn empty_list(&mut self) -> Operand {
        let empty = Value::list(Vec::new()).expect("an empty list is flat");
        self.constant(empty)
    }

    fn list(&mut self, items: &[Expr], wanted: Option<Register>) -> Operand {
        if items.is_empty() {
            return self.empty_list();
        }
        let mark = self.mark();
        let first = self.row(items.iter());
        self.computed(mark, wanted, |to| Op::List { to, first, count: narrow(items.len()) })
    }

    /// The values in registers one behind the other; the first of them.
    pub(super) fn row<'e>(&mut self, exprs: impl ExactSizeIterator<Item = &'e Expr>) -> Register {
        let first = Register(narrow(self.mark()));
        let registers = self.reserve(exprs.len());
        for (expr, register) in exprs.zip(registers) {
            self.into(expr, register);
        }
        first
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, wanted: Option<Register>) -> Operand {
        if let (UnaryOp::Negate, ExprKind::Literal(number)) = (op, &operand.kind)
            && let Ok(value) = arithmetic::unary(op, &literal(number))
        {
            return self.constant(value);
        }
        let mark = self.mark();
        let operand = self.operand(operand);
        self.computed(mark, wanted, |to| Op::Unary { op, to, operand })
    }

    /// `and` and `or`: the right one is evaluated only if the left one does not decide.
    fn early(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Operand {
        let to = self.temporary();
        self.into(left, to);
        let over = self.branch(op == BinaryOp::Or, Operand::register(to));
        self.into(right, to);
        self.land(over);
        Operand::register(to)
    }

    fn index(&mut self, base: &Expr, index: &Expr, wanted: Option<Register>) -> Operand {
        let mark = self.mark();
        match self.array(base) {
            Some(Global::ObjectArray(array)) => {
                if let Some(object) = self.fixed_element(array, index) {
                    return object;
                }
                let index = self.operand(index);
                self.computed(mark, wanted, |to| Op::Element { to, array, index })
            }
            Some(Global::CellArray(array)) => {
                let cell = self.cell_at(array, index);
                self.computed(mark, wanted, |to| Op::Read { to, cell })
            }
            _ => {
                let base = self.operand(base);
                let index = self.operand(index);
                self.computed(mark, wanted, |to| Op::Index { to, base, index })
            }
        }
    }

    /// What an expression names if it is the bare name of a global that no local hides.
    fn array(&self, expr: &Expr) -> Option<Global> {
        match &expr.kind {
            ExprKind::Name(name) if self.local(name).is_none() => self.globals.names.get(name).cloned(),
            _ => None,
        }
    }

    /// The object at an index that is written as a number.
    fn fixed_element(&mut self, array: u16, index: &Expr) -> Option<Operand> {
        let ExprKind::Literal(number) = &index.kind else { return None };
        let array = &self.globals.program.object_arrays[usize::from(array)];
        let position = arithmetic::position(array.length as usize, &literal(number), "array").ok()?;
        let object = Value::Object(crate::base::id::ObjectId::new(array.first.index() + position));
        Some(self.constant(object))
    }

    /// The cell of a shared array at an index.
    pub(super) fn cell_at(&mut self, array: u16, index: &Expr) -> Operand {
        if let ExprKind::Literal(number) = &index.kind {
            let array = &self.globals.program.arrays[usize::from(array)];
            if let Ok(position) = arithmetic::position(array.length as usize, &literal(number), "array") {
                let cell = CellId::new(array.first.index() + position);
                return self.constant(Value::Cell(cell));
            }
        }
        let index = self.operand(index);
        let to = self.temporary();
        self.emit(Op::Locate { to, array, index });
        Operand::register(to)
    }

    fn awaited(&mut self, inner: &Expr, wanted: Option<Register>) -> Operand {
        if let ExprKind::Call { callee, .. } = &inner.kind {
            match &callee.kind {
                ExprKind::Name(name) if matches!(self.globals.names.get(name), Some(Global::Function(_))) => {
                    return self.expression(inner, wanted);
                }
                ExprKind::Attribute { name, .. } if BLOCKING_METHODS.contains(&name.text.as_str()) => {
                    self.awaits = true;
                    return self.expression(inner, wanted);
                }
                _ => {}
            }
        }
        let mark = self.mark();
        let from = self.operand(inner);
        self.computed(mark, wanted, |to| Op::Await { to, from })
    }

    fn call(&mut self, callee: &Expr, args: &[Arg], wanted: Option<Register>) -> Operand {
        match &callee.kind {
            ExprKind::Name(name) => match self.globals.names.get(name) {
                Some(Global::Function(function)) => self.call_function(*function, args, wanted),
                _ => {
                    let builtin = Builtin::from_word(name).expect("the checker knows every function");
                    self.call_builtin(builtin, args, wanted)
                }
            },
            ExprKind::Attribute { base, name } => self.call_method(base, &name.text, args, wanted),
            _ => unreachable!("the checker refuses calls of anything but names and attributes"),
        }
    }

    fn call_function(&mut self, function: FunctionId, args: &[Arg], wanted: Option<Register>) -> Operand {
        let mark = self.mark();
        let registers = self.reserve(self.globals.parameters[function.index()].len());
        self.arguments(function, args, &registers);
        let first = Register(narrow(mark));
        self.computed(mark, wanted, |to| Op::Call { to, function, first })
    }

    /// So many registers one behind the other.
    pub(super) fn reserve(&mut self, count: usize) -> Vec<Register> {
        (0..count).map(|_| self.temporary()).collect()
    }

    /// The arguments of a `def` in the registers of its parameters, evaluated in the order of the text.
    pub(super) fn arguments(&mut self, function: FunctionId, args: &[Arg], registers: &[Register]) {
        let parameters = &self.globals.parameters[function.index()];
        let (named, positional): (Vec<_>, Vec<_>) = args.iter().partition(|arg| arg.name.is_some());
        let words: Vec<&str> =
            named.iter().filter_map(|arg| Some(arg.name.as_ref()?.text.as_str())).collect();
        let bindings =
            bind_call(parameters.len(), |index| parameters[index].as_str(), positional.len(), &words)
                .expect("the checker has bound the arguments");
        for (index, arg) in positional.iter().enumerate() {
            self.into(&arg.value, registers[index]);
        }
        for (index, arg) in named.iter().enumerate() {
            let place = bindings.iter().position(|binding| *binding == Binding::Named(index));
            self.into(&arg.value, registers[place.expect("every named argument is bound")]);
        }
    }

    fn call_builtin(&mut self, builtin: Builtin, args: &[Arg], wanted: Option<Register>) -> Operand {
        let mark = self.mark();
        match (builtin, args) {
            (Builtin::Choose, [Arg { value, range_end: Some(end), .. }]) => {
                let from = self.operand(value);
                let end = self.operand(end);
                self.computed(mark, wanted, |to| Op::ChooseRange { to, from, end })
            }
            (Builtin::Choose, [only]) => {
                let list = self.operand(&only.value);
                self.computed(mark, wanted, |to| Op::ChooseItem { to, list })
            }
            (Builtin::Inside, [Arg { value: Expr { kind: ExprKind::Name(name), .. }, .. }]) => {
                let region = self.globals.region(name);
                self.computed(mark, wanted, |to| Op::Inside { to, region })
            }
            (Builtin::Len, [only]) if self.array_length(&only.value).is_some() => {
                let length = self.array_length(&only.value).expect("just seen");
                self.constant(Value::Int(i64::from(length)))
            }
            _ => {
                let first = self.row(args.iter().map(|arg| &arg.value));
                let count = narrow(args.len());
                self.computed(mark, wanted, |to| Op::Builtin { to, builtin, first, count })
            }
        }
    }

    /// The length of a declared array; asking for it reads no cell.
    fn array_length(&self, expr: &Expr) -> Option<u32> {
        match self.array(expr)? {
            Global::CellArray(array) => Some(self.globals.program.arrays[usize::from(array)].length),
            Global::ObjectArray(array) => Some(self.globals.program.object_arrays[usize::from(array)].length),
            Global::Constant(_) | Global::Cell(_) | Global::Object(_) | Global::Function(_) => None,
        }
    }

    fn call_method(&mut self, base: &Expr, method: &str, args: &[Arg], wanted: Option<Register>) -> Operand {
        if matches!(method, "append" | "pop") {
            return self.list_method(base, method, args, wanted);
        }
        if method == "wait_for" {
            let awaited = std::mem::take(&mut self.awaits);
            return self.wait_for((base, awaited), args, wanted);
        }
        if let Some(job) = self.pool_method(base, method, args, wanted) {
            return job;
        }
        let awaited = std::mem::take(&mut self.awaits);
        let mark = self.mark();
        let receiver = self.operand(base);
        let first = self.row(args.iter().map(|arg| &arg.value));
        let named = args.iter().filter_map(|arg| Some(arg.name.as_ref()?.text.clone())).collect::<Vec<_>>();
        let positional = narrow(args.len() - named.len());
        let call = self.call_site(CallSite { awaited, ..CallSite::new(method, positional, named) });
        self.computed(mark, wanted, |to| Op::Invoke { to, receiver, call, first })
    }

    /// The number of a call, for its op.
    pub(super) fn call_site(&mut self, site: CallSite) -> u16 {
        self.globals.program.calls.push(site);
        self.globals.entry(self.globals.program.calls.len(), self.span, "more calls of methods")
    }

    /// The number of a `spawn`, for its op.
    pub(super) fn spawn_site(&mut self, site: SpawnSite) -> u16 {
        self.globals.program.spawns.push(site);
        self.globals.entry(self.globals.program.spawns.len(), self.span, "more `spawn`s")
    }

    fn spawn(&mut self, spawn: &Spawn, wanted: Option<Register>) -> Operand {
        let function = match self.globals.names.get(&spawn.function.text) {
            Some(Global::Function(function)) => *function,
            _ => unreachable!("the checker knows what is spawned"),
        };
        let mark = self.mark();
        let registers = self.reserve(self.globals.parameters[function.index()].len());
        let option = |name: &str| {
            let named = |arg: &&Arg| arg.name.as_ref().is_some_and(|given| given.text == name);
            spawn.options.iter().find(named)
        };
        let (name, daemon) = (option("name"), option("daemon"));
        let of_subprocess = SUBPROCESS_OPTIONS.map(option);
        // The options stand behind the arguments, and before them in the text.
        let given = [name, daemon].into_iter().chain(of_subprocess).flatten();
        let places: Vec<(&Arg, Register)> = given.map(|option| (option, self.temporary())).collect();
        for option in &spawn.options {
            if let Some((_, to)) = places.iter().find(|(given, _)| std::ptr::eq(*given, option)) {
                self.into(&option.value, *to);
            }
        }
        self.arguments(function, &spawn.args, &registers);
        let first = Register(narrow(mark));
        let (named, daemon) = (name.is_some(), daemon.is_some());
        let subprocess = of_subprocess.map(|option| option.is_some());
        let group = self.groups.last().copied().filter(|_| self.globals.has_tasks);
        let site = SpawnSite { unit: spawn.unit, function, named, daemon, subprocess, group, pooled: false };
        let spawn = self.spawn_site(site);
        let handle = self.computed(mark, wanted, |to| Op::Spawn { to, spawn, first });
        if let Some(&group) = self.groups.last() {
            self.emit(Op::Push { list: group, from: handle });
        }
        handle
    }
}
