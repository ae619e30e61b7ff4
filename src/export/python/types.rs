//! What variables, results and messages can be: all values that reach them anywhere, whatever the order.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::{Kinds, Shape};
use super::script::{MAIN, Meaning, Names, job};
use crate::ir::signature::Builtin;
use crate::syntax::ast::{
    Arg, BinaryOp, Expr, ExprKind, Iterable, Literal, ObjectKind, Statement, StatementKind, UnitKind,
};
use crate::syntax::parts::{every_expression_in, statements_in};

/// What everything in a script can be.
#[derive(Debug)]
pub(super) struct Types<'a> {
    names: &'a Names<'a>,
    /// Variables of functions, by function, name and scope.
    locals: BTreeMap<(&'a str, &'a str, u32), Shape>,
    cells: BTreeMap<&'a str, Shape>,
    returns: BTreeMap<&'a str, Shape>,
    /// What units give to those who ask for their results.
    results: Shape,
    /// What goes through queues and pipes.
    messages: Shape,
    /// The names of variables that hold lists which are changed where they are.
    pub(super) mutated: BTreeSet<&'a str>,
    changed: bool,
}

impl<'a> Types<'a> {
    pub(super) fn of(names: &'a Names<'a>) -> Self {
        let mut types = Self {
            names,
            locals: BTreeMap::new(),
            cells: BTreeMap::new(),
            returns: BTreeMap::new(),
            results: Shape::NOTHING,
            messages: Shape::NOTHING,
            mutated: BTreeSet::new(),
            changed: true,
        };
        while types.changed {
            types.changed = false;
            for (name, cell) in &names.cells {
                let value = types.shape(MAIN, cell.value);
                types.cell(name, value);
            }
            for (body, code) in &names.bodies {
                for statement in statements_in(code.block) {
                    types.statement(body, statement);
                }
                for expr in every_expression_in(code.block) {
                    types.flow(body, expr);
                }
            }
        }
        types
    }

    fn grow(old: &mut Shape, with: Shape) -> bool {
        let new = old.or(with);
        let grows = new != *old;
        *old = new;
        grows
    }

    /// A local variable is set at a place.
    fn local(&mut self, body: &'a str, name: &'a str, place: u32, value: Shape) {
        for scope in self.names.bodies[body].scopes(name, place) {
            self.changed |= Self::grow(self.locals.entry((body, name, scope)).or_default(), value);
        }
    }

    /// So is a parameter, by who calls the function.
    fn param(&mut self, function: &'a str, name: &'a str, value: Shape) {
        self.local(function, name, self.names.bodies[function].block.span.start, value);
    }

    fn cell(&mut self, name: &'a str, value: Shape) {
        self.changed |= Self::grow(self.cells.entry(name).or_default(), value);
    }

    /// A value is assigned to a name at a place, or put somewhere into the list there.
    fn assign(&mut self, body: &'a str, (name, place): (&'a str, u32), value: Shape, inside: bool) {
        let is_local = self.names.bodies[body].locals.contains(name);
        let is_array = !is_local && self.names.cells.get(name).is_some_and(|cell| cell.length.is_some());
        let value =
            if inside && !is_array { Shape { own: Kinds::default(), inside: value.all() } } else { value };
        if is_local { self.local(body, name, place, value) } else { self.cell(name, value) }
    }

    fn statement(&mut self, body: &'a str, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let value = self.shape(body, value);
                self.local(body, &name.text, name.span.start, value);
            }
            StatementKind::Assign { place, op, value } => {
                let value = self.shape(body, value);
                let name = place.name.text.as_str();
                let before = self.name(body, name, place.span.start);
                let value = match op {
                    Some(op) => Self::operation(*op, before.or(before.item()), value),
                    None => value,
                };
                if !place.indices.is_empty() || (op.is_some() && before.own.meets(Kinds::LIST)) {
                    self.mutated.insert(name);
                }
                self.assign(body, (name, place.span.start), value, !place.indices.is_empty());
            }
            StatementKind::For { name, iterable, body: repeated } => {
                let item = match iterable {
                    Iterable::Range { .. } => Shape::of(Kinds::INT),
                    Iterable::Each(list) => self.shape(body, list).item(),
                };
                self.local(body, &name.text, repeated.span.start, item);
            }
            StatementKind::Return(value) => {
                let value = value.as_ref().map_or(Shape::of(Kinds::NONE), |value| self.shape(body, value));
                self.changed |= Self::grow(self.returns.entry(body).or_default(), value);
            }
            StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::With { .. }
            | StatementKind::If { .. }
            | StatementKind::While { .. }
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Try { .. }
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Group(_)
            | StatementKind::Region { .. }
            | StatementKind::Atomic { .. }
            | StatementKind::Expr(_) => {}
        }
    }

    /// The values that an expression hands to somebody else.
    fn flow(&mut self, body: &'a str, expr: &'a Expr) {
        if let Some((callee, args)) = expr.as_call() {
            if let Some(function) = self.names.called(callee) {
                self.arguments(body, function, args);
            }
            if let Some((base, name)) = callee.as_attribute() {
                self.method(body, base, &name.text, args);
            }
        }
        if let Some(spawn) = expr.as_spawn() {
            self.arguments(body, &spawn.function.text, &spawn.args);
            let value = self.called(&spawn.function.text);
            self.result(value);
        }
    }

    /// What some unit gives.
    fn result(&mut self, value: Shape) {
        self.changed |= Self::grow(&mut self.results, value);
    }

    fn arguments(&mut self, body: &'a str, function: &'a str, args: &'a [Arg]) {
        let Some(code) = self.names.bodies.get(function) else { return };
        for (place, arg) in args.iter().enumerate() {
            let by_name = arg.name.as_ref().map(|name| name.text.as_str());
            let Some(param) = by_name.or_else(|| code.params.get(place).copied()) else { continue };
            let value = self.shape(body, &arg.value);
            self.param(function, param, value);
        }
    }

    fn method(&mut self, body: &'a str, base: &'a Expr, name: &'a str, args: &'a [Arg]) {
        if let Some(job) = job(name, args) {
            self.arguments(body, job.function, job.args);
            if let (Some(items), Some(code)) = (job.items, self.names.bodies.get(job.function)) {
                let item = match items.range_end {
                    Some(_) => Shape::of(Kinds::INT),
                    None => self.shape(body, &items.value).item(),
                };
                if let Some(param) = code.params.first() {
                    self.param(job.function, param, item);
                }
            }
            let builtin = Builtin::from_word(job.function);
            let value = match builtin.filter(|_| !self.names.bodies.contains_key(job.function)) {
                Some(builtin) => {
                    let args = job.args.iter().chain(job.items).map(|arg| self.shape(body, &arg.value));
                    Self::builtin(builtin, args.fold(Shape::NOTHING, |all, arg| all.or(arg).or(arg.item())))
                }
                None => self.called(job.function),
            };
            self.result(value);
        }
        let value = args.first().map_or(Shape::NOTHING, |arg| self.shape(body, &arg.value));
        match name {
            "append" => {
                if let Some(root) = root(base) {
                    self.mutated.insert(root);
                    if self
                        .names
                        .meaning(body, root)
                        .is_some_and(|meaning| !matches!(meaning, Meaning::Object(_)))
                    {
                        let list = Shape::list_of(value);
                        let inside = !matches!(base.kind, ExprKind::Name(_));
                        self.assign(body, (root, base.span.start), list, inside);
                    }
                }
            }
            "pop" => {
                self.mutated.extend(root(base));
            }
            "put" | "send" => {
                let given = args.iter().find(|arg| {
                    arg.name.as_ref().is_none_or(|name| matches!(name.text.as_str(), "item" | "value"))
                });
                let value = given.map_or(Shape::NOTHING, |arg| self.shape(body, &arg.value));
                self.changed |= Self::grow(&mut self.messages, value);
            }
            _ => {}
        }
    }

    /// What a name can be at a place of a body.
    fn name(&self, body: &str, name: &str, place: u32) -> Shape {
        match self.names.meaning(body, name) {
            Some(Meaning::Local) => {
                let scope = self.names.bodies[body].scopes(name, place).last().unwrap_or(0);
                self.locals.get(&(body, name, scope)).copied().unwrap_or_default()
            }
            Some(Meaning::Param(value)) => Self::literal(value),
            Some(Meaning::Cell(cell)) => {
                let value = self.cells.get(name).copied().unwrap_or_default();
                if cell.length.is_some() { Shape::list_of(value) } else { value }
            }
            Some(Meaning::Object(object)) => {
                let value = Shape::of(Kinds::object(object.kind));
                if object.length.is_some() { Shape::list_of(value) } else { value }
            }
            None => Shape::NOTHING,
        }
    }

    fn literal(value: &Literal) -> Shape {
        Shape::of(match value {
            Literal::None => Kinds::NONE,
            Literal::Bool(_) => Kinds::BOOL,
            Literal::Int(_) => Kinds::INT,
            Literal::Duration(_) => Kinds::DURATION,
            Literal::Size(_) => Kinds::SIZE,
            Literal::Str(_) => Kinds::STR,
        })
    }

    /// What an expression can be.
    pub(super) fn shape(&self, body: &str, expr: &Expr) -> Shape {
        match &expr.kind {
            ExprKind::Literal(value) => Self::literal(value),
            ExprKind::Name(name) => self.name(body, name, expr.span.start),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.shape(body, item)).fold(Shape::NOTHING, Shape::or);
                Shape::list_of(items)
            }
            ExprKind::Unary { op, operand } => match op {
                crate::syntax::ast::UnaryOp::Not => Shape::of(Kinds::BOOL),
                crate::syntax::ast::UnaryOp::Negate => self.shape(body, operand),
            },
            ExprKind::Binary { op, left, right } => {
                Self::operation(*op, self.shape(body, left), self.shape(body, right))
            }
            ExprKind::Await(inner) => {
                let value = self.shape(body, inner);
                if super::place::is_call_that_waits(self.names, inner) { value } else { self.results }
            }
            ExprKind::Call { callee, args } => self.call(body, callee, args),
            ExprKind::Index { base, .. } => {
                let base = self.shape(body, base);
                let text = if base.own.meets(Kinds::STR) { Kinds::STR } else { Kinds::default() };
                base.item().or(Shape::of(text))
            }
            ExprKind::Attribute { base, name } => match name.text.as_str() {
                "left" | "right" => Shape::of(Kinds::END),
                "stdin" | "stdout" | "stderr" => Shape::of(Kinds::STREAM),
                _ => self.shape(body, base),
            },
            ExprKind::Spawn(spawn) => Shape::of(Kinds::handle(self.names.unit_of(spawn))),
        }
    }

    fn operation(op: BinaryOp, left: Shape, right: Shape) -> Shape {
        match op {
            BinaryOp::Or | BinaryOp::And => left.or(right),
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::In
            | BinaryOp::NotIn
            | BinaryOp::Is
            | BinaryOp::IsNot => Shape::of(Kinds::BOOL),
            BinaryOp::Add | BinaryOp::Subtract => Self::number(left.or(right)),
            BinaryOp::Multiply | BinaryOp::Modulo => Self::number(left.or(right)),
            BinaryOp::FloorDivide => Self::number(left.or(right)).or(Shape::of(Kinds::INT)),
        }
    }

    /// What comes of calculating with values: booleans become integers.
    fn number(shape: Shape) -> Shape {
        let own = shape.own.without(Kinds::BOOL.and(Kinds::NONE));
        let int = if shape.own.meets(Kinds::BOOL) { Kinds::INT } else { Kinds::default() };
        Shape { own: own.and(int), inside: shape.inside }
    }

    /// What a function of the script gives.
    fn called(&self, function: &str) -> Shape {
        self.returns.get(function).copied().unwrap_or_default().or(Shape::of(Kinds::NONE))
    }

    fn call(&self, body: &str, callee: &Expr, args: &[Arg]) -> Shape {
        if let Some(name) = callee.as_name() {
            if self.names.bodies.contains_key(name) {
                return self.called(name);
            }
            let all = args.iter().map(|arg| self.shape(body, &arg.value)).fold(Shape::NOTHING, Shape::or);
            return Builtin::from_word(name).map_or(Shape::NOTHING, |builtin| Self::builtin(builtin, all));
        }
        let Some((base, name)) = callee.as_attribute() else { return Shape::NOTHING };
        let receiver = self.shape(body, base);
        match name.text.as_str() {
            "acquire" | "locked" | "is_set" | "poll" | "empty" | "full" | "done" | "is_alive" | "cancel" => {
                Shape::of(Kinds::BOOL)
            }
            "wait" => {
                let counts = Kinds::object(ObjectKind::Barrier).and(Kinds::PROGRAM);
                let int = if receiver.own.meets(counts) { Kinds::INT } else { Kinds::default() };
                let bool = if receiver.own.only(counts) { Kinds::default() } else { Kinds::BOOL };
                Shape::of(int.and(bool))
            }
            "wait_for" => args.first().map_or(Shape::NOTHING, |arg| self.shape(body, &arg.value)),
            "qsize" => Shape::of(Kinds::INT),
            "get" | "recv" => self.messages,
            "pop" => receiver.item(),
            "result" => self.results,
            "submit" => Shape::of(Kinds::FUTURE),
            "map" => Shape::list_of(self.results),
            "read" | "communicate" => Shape::of(Kinds::SIZE),
            _ => Shape::of(Kinds::NONE),
        }
    }

    fn builtin(builtin: Builtin, args: Shape) -> Shape {
        match builtin {
            Builtin::Len | Builtin::Inside => Shape::of(Kinds::INT),
            Builtin::Min | Builtin::Max => args.or(args.item()),
            Builtin::Sum => Self::number(args.item()).or(Shape::of(Kinds::INT)),
            Builtin::Sorted => args,
            Builtin::Abs => Self::number(args),
            Builtin::Str => Shape::of(Kinds::STR),
            Builtin::Now | Builtin::Uniform | Builtin::Exponential | Builtin::Normal | Builtin::Elapsed => {
                Shape::of(Kinds::DURATION)
            }
            Builtin::Choose => {
                let ints = if args.own.meets(Kinds::INT) { Kinds::INT } else { Kinds::default() };
                args.item().or(Shape::of(ints))
            }
            Builtin::Deadlocked => Shape::of(Kinds::BOOL),
        }
    }

    /// What a shared variable can be.
    pub(super) fn cell_shape(&self, name: &str) -> Shape {
        self.cells.get(name).copied().unwrap_or_default()
    }

    /// Whether some unit runs as that kind.
    pub(super) fn starts(&self, unit: UnitKind) -> bool {
        self.names.spawns().any(|(_, spawn)| self.names.unit_of(spawn) == unit)
    }
}

/// The variable in which a value stands, if it does: `xs` of `xs[i][j]`.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Index { base, .. } => root(base),
        ExprKind::Literal(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Await(_)
        | ExprKind::Call { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => None,
    }
}
