//! Statements.

use crate::ir::lower::body::Body;
use crate::ir::lower::globals::Global;
use crate::ir::lower::unwind::{Exit, Leave, Scope};
use crate::ir::program::{Op, Operand, Register};
use crate::ir::value::Value;
use crate::syntax::ast::{
    Arg, BinaryOp, Block, Expr, ExprKind, Iterable, Name, Place, Statement, StatementKind,
};

/// Where an assignment goes.
enum Target {
    /// A local variable.
    Local(Register),
    /// An item of a list in a register.
    Item { list: Register, index: Operand },
    /// A shared cell.
    Cell(Operand),
    /// An item of the list in a shared cell.
    SharedItem { cell: Operand, index: Operand },
}

impl Body<'_> {
    pub(super) fn block(&mut self, block: &Block) {
        for statement in &block.statements {
            let mark = self.mark();
            self.enter(statement);
            self.statement(statement);
            self.free(mark);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => self.let_statement(name, value),
            StatementKind::Assign { place, op, value } => self.assign(place, *op, value),
            StatementKind::Compute { duration, nogil } => {
                let length = self.operand(duration);
                self.emit(Op::Compute { length, nogil: *nogil });
            }
            StatementKind::Io { duration, device, awaited } => {
                let length = self.operand(duration);
                let device = match device {
                    Some(device) => self.operand(device),
                    None => self.constant(Value::None),
                };
                self.emit(Op::Io { length, device, awaited: awaited.is_some() });
            }
            StatementKind::Sleep { duration, awaited } => {
                let length = self.operand(duration);
                self.emit(Op::Sleep { length, awaited: awaited.is_some() });
            }
            StatementKind::With { items, body, asynchronous } => {
                self.with(items, body, asynchronous.is_some());
            }
            StatementKind::If { branches, otherwise } => self.if_statement(branches, otherwise.as_ref()),
            StatementKind::While { condition, body } => self.while_statement(condition, body),
            StatementKind::For { name, iterable, body } => self.for_statement(name, iterable, body),
            StatementKind::Break => self.leave(Leave::Break { depth: self.innermost_loop() }),
            StatementKind::Continue => self.leave(Leave::Continue { depth: self.innermost_loop() }),
            StatementKind::Pass => {}
            StatementKind::Return(value) => {
                let from = match value {
                    Some(value) => self.operand(value),
                    None => self.constant(Value::None),
                };
                self.leave(Leave::Return { from });
            }
            StatementKind::Try { body, handlers, finally } => {
                self.try_statement(body, handlers, finally.as_ref());
            }
            StatementKind::Raise { name, message } => self.raise(name.as_ref(), message.as_ref()),
            StatementKind::Assert { condition, message } => self.assert(condition, message.as_ref()),
            StatementKind::Print(values) => {
                let first = self.row(values.iter());
                self.emit(Op::Print { first, count: super::globals::narrow(values.len()) });
            }
            StatementKind::Group(body) => self.group(body),
            StatementKind::Region { name, body } => {
                let region = self.globals.region(&name.text);
                self.emit_at(name.span, Op::EnterRegion { region });
                self.cleanup(Exit::Region(region), |body_of| body_of.block(body));
            }
            StatementKind::Atomic { when, body } => self.atomic(when.as_ref(), body),
            StatementKind::Expr(expr) => {
                self.operand(expr);
            }
        }
    }

    fn let_statement(&mut self, name: &Name, value: &Expr) {
        // The name is not visible in its own value, unless it was before.
        let register = match self.begun(&name.text) {
            Some(register) => register,
            None => {
                let from = self.operand(value);
                let to = self.reveal(&name.text);
                self.emit(Op::Copy { to, from });
                self.note_set(to);
                return;
            }
        };
        self.into(value, register);
        self.note_set(register);
    }

    fn assign(&mut self, place: &Place, op: Option<BinaryOp>, value: &Expr) {
        match op {
            None => {
                // `a[i] = e` evaluates `e`, then `i`.
                if let (Some(local), []) = (self.local(&place.name.text), place.indices.as_slice()) {
                    self.into(value, local);
                    self.note_set(local);
                    return;
                }
                let from = self.kept(value);
                self.store(place, from);
            }
            Some(op) => self.augment(place, op, value),
        }
    }

    /// The place, its indices but the last one followed; `None` if it lies deeper in a shared list.
    fn target(&mut self, place: &Place) -> Option<Target> {
        let name = &place.name.text;
        if let Some(local) = self.local(name) {
            return match place.indices.as_slice() {
                [] => Some(Target::Local(local)),
                [index] => {
                    if !self.set.contains(&local) {
                        self.emit_at(place.name.span, Op::Bound { local });
                    }
                    let index = self.kept(index);
                    Some(Target::Item { list: local, index })
                }
                _ => None,
            };
        }
        let (cell, rest) = self.cell(place);
        match rest {
            [] => Some(Target::Cell(cell)),
            [index] => {
                let index = self.kept(index);
                Some(Target::SharedItem { cell, index })
            }
            _ => None,
        }
    }

    /// The cell that a place begins with, and the indices into the list in it.
    fn cell<'p>(&mut self, place: &'p Place) -> (Operand, &'p [Expr]) {
        match self.globals.names.get(&place.name.text) {
            Some(Global::Cell(cell)) => {
                let cell = *cell;
                (self.constant(Value::Cell(cell)), &place.indices)
            }
            Some(Global::CellArray(array)) => {
                let array = *array;
                let (index, rest) =
                    place.indices.split_first().expect("the checker refuses to assign whole arrays");
                (self.cell_at(array, index), rest)
            }
            _ => unreachable!("the checker knows what can be assigned"),
        }
    }

    fn store(&mut self, place: &Place, from: Operand) {
        match self.target(place) {
            Some(target) => self.put(&target, from),
            None => self.nested(place, |body, list, index| {
                body.emit(Op::Store { list, index, from });
            }),
        }
    }

    fn put(&mut self, target: &Target, from: Operand) {
        match *target {
            Target::Local(to) => {
                self.emit(Op::Copy { to, from });
                self.note_set(to);
            }
            Target::Item { list, index } => {
                self.emit(Op::Store { list, index, from });
            }
            Target::Cell(cell) => {
                self.emit(Op::Write { cell, from });
            }
            Target::SharedItem { cell, index } => {
                self.emit(Op::SharedStore { cell, index, from });
            }
        }
    }

    /// `place op= value`: the place, its value, the operand, then the write.
    fn augment(&mut self, place: &Place, op: BinaryOp, value: &Expr) {
        let Some(target) = self.target(place) else {
            self.nested(place, |body, list, index| {
                let left = body.temporary();
                body.emit(Op::Index { to: left, base: Operand::register(list), index });
                let right = body.operand(value);
                body.emit(Op::Binary { op, to: left, left: Operand::register(left), right });
                body.emit(Op::Store { list, index, from: Operand::register(left) });
            });
            return;
        };
        let to = self.temporary();
        let left = match target {
            Target::Local(local) => {
                if !self.set.contains(&local) {
                    self.emit_at(place.span, Op::Bound { local });
                }
                Operand::register(local)
            }
            Target::Item { list, index } => {
                self.emit_at(place.span, Op::Index { to, base: Operand::register(list), index });
                Operand::register(to)
            }
            Target::Cell(cell) => {
                self.emit_at(place.span, Op::Read { to, cell });
                Operand::register(to)
            }
            Target::SharedItem { cell, index } => {
                self.emit_at(place.span, Op::Read { to, cell });
                let base = Operand::register(to);
                self.emit_at(place.span, Op::Index { to, base, index });
                base
            }
        };
        let right = self.operand(value);
        self.emit(Op::Binary { op, to, left, right });
        self.put(&target, Operand::register(to));
    }

    /// Changes an item deep in nested lists: takes the lists out from the outermost in, changes the
    /// innermost one, and puts them back in reverse order.
    fn nested(&mut self, place: &Place, change: impl FnOnce(&mut Self, Register, Operand)) {
        let (root, indices) = match self.local(&place.name.text) {
            Some(local) => (Target::Local(local), place.indices.as_slice()),
            None => {
                let (cell, rest) = self.cell(place);
                (Target::Cell(cell), rest)
            }
        };
        let mut list = self.temporary();
        match root {
            Target::Cell(cell) => self.emit_at(place.span, Op::Read { to: list, cell }),
            Target::Local(local) => self.emit(Op::Copy { to: list, from: Operand::register(local) }),
            Target::Item { .. } | Target::SharedItem { .. } => unreachable!("a root has no index"),
        };
        let (last, inner) = indices.split_last().expect("a nested place has indices");
        let mut path = Vec::new();
        for index in inner {
            let index = self.kept(index);
            let to = self.temporary();
            self.emit_at(place.span, Op::Index { to, base: Operand::register(list), index });
            path.push((list, index));
            list = to;
        }
        let last = self.kept(last);
        change(self, list, last);
        for (outer, index) in path.into_iter().rev() {
            self.emit(Op::Store { list: outer, index, from: Operand::register(list) });
            list = outer;
        }
        self.put(&root, Operand::register(list));
    }

    /// `xs.append(v)` and `xs.pop(i)`, which change `xs` where it lies.
    pub(super) fn list_method(
        &mut self,
        base: &Expr,
        method: &str,
        args: &[Arg],
        wanted: Option<Register>,
    ) -> Operand {
        let pops = method == "pop";
        let to = wanted.unwrap_or_else(|| self.temporary());
        let argument = match args.first() {
            Some(arg) => self.kept(&arg.value),
            None => self.constant(Value::Int(-1)),
        };
        let local_op = |list| match pops {
            true => Op::Pop { to, list, index: argument },
            false => Op::Push { list, from: argument },
        };
        match place_of(base) {
            Some(place) if self.local(&place.name.text).is_some() || self.is_cell(&place.name.text) => {
                match self.target(&place) {
                    Some(Target::Local(list)) => {
                        if !self.set.contains(&list) {
                            self.emit_at(place.span, Op::Bound { local: list });
                        }
                        self.emit(local_op(list));
                    }
                    Some(Target::Cell(cell)) => {
                        self.emit(match pops {
                            true => Op::SharedPop { to, cell, index: argument },
                            false => Op::SharedPush { cell, from: argument },
                        });
                    }
                    Some(Target::Item { .. } | Target::SharedItem { .. }) | None => {
                        self.nested(&place, |body, outer, index| {
                            let list = body.temporary();
                            body.emit(Op::Index { to: list, base: Operand::register(outer), index });
                            body.emit(local_op(list));
                            body.emit(Op::Store { list: outer, index, from: Operand::register(list) });
                        });
                    }
                }
            }
            _ => {
                let list = self.temporary();
                self.into(base, list);
                self.emit(local_op(list));
            }
        }
        if pops { Operand::register(to) } else { self.constant(Value::None) }
    }

    fn is_cell(&self, name: &str) -> bool {
        matches!(self.globals.names.get(name), Some(Global::Cell(_) | Global::CellArray(_)))
    }

    fn if_statement(&mut self, branches: &[(Expr, Block)], otherwise: Option<&Block>) {
        let around = self.here();
        let before = self.set.clone();
        let mut after = None;
        let mut join = |body: &mut Self| {
            let set = std::mem::replace(&mut body.set, before.clone());
            after = Some(match after.take() {
                None => set,
                Some(other) => set.intersection(&other).copied().collect(),
            });
        };
        let mut ends = Vec::new();
        for (condition, block) in branches {
            let mark = self.mark();
            let test = self.operand(condition);
            self.free(mark);
            let other = self.branch(false, test);
            self.block(block);
            self.back_to(around);
            join(self);
            ends.push(self.jump());
            self.land(other);
        }
        if let Some(block) = otherwise {
            self.block(block);
            self.back_to(around);
        }
        join(self);
        self.set = after.expect("an `if` has at least one branch");
        for end in ends {
            self.land(end);
        }
    }

    fn while_statement(&mut self, condition: &Expr, body: &Block) {
        let around = self.here();
        let start = self.pc();
        self.reveal_in_loop(body);
        let test = self.operand(condition);
        let exit = self.branch(false, test);
        self.loop_body(start, body);
        self.back_to(around);
        self.land(exit);
        self.close_loop();
    }

    fn for_statement(&mut self, name: &Name, iterable: &Iterable, body: &Block) {
        let around = self.here();
        let next = self.temporary();
        let other = self.temporary();
        let zero = self.constant(Value::Int(0));
        match iterable {
            Iterable::Range { from, to } => {
                self.into(from, next);
                self.into(to, other);
                self.emit(Op::Range { from: Operand::register(next), end: Operand::register(other) });
            }
            Iterable::Each(list) => {
                self.into(list, other);
                self.emit(Op::Copy { to: next, from: zero });
            }
        }
        let variable = self.reveal(&name.text);
        let start = match iterable {
            Iterable::Range { .. } => self.emit(Op::Count { next, end: other, variable, exit: 0 }),
            Iterable::Each(_) => self.emit(Op::Each { next, variable, exit: 0 }),
        };
        let before = self.set.clone();
        self.note_set(variable);
        self.loop_body(start, body);
        self.set = before;
        self.back_to(around);
        self.land(start);
        self.close_loop();
    }

    fn loop_body(&mut self, start: u32, body: &Block) {
        self.reveal_in_loop(body);
        let around = self.here();
        let before = self.set.clone();
        self.scopes.push(Scope::Loop { start, breaks: Vec::new() });
        self.block(body);
        self.set = before;
        self.back_to(around);
        self.emit(Op::Loop { to: start });
    }

    fn close_loop(&mut self) {
        let Some(Scope::Loop { breaks, .. }) = self.scopes.pop() else {
            unreachable!("scopes close in the reverse order of their opening");
        };
        for jump in breaks {
            self.land(jump);
        }
    }

    fn raise(&mut self, name: Option<&Name>, message: Option<&Expr>) {
        let Some(name) = name else {
            let from = *self.caught.last().expect("the checker refuses a bare `raise` outside `except`");
            self.emit(Op::Reraise { from });
            return;
        };
        let message = match message {
            Some(message) => self.operand(message),
            None => self.constant(Value::str("")),
        };
        let name = self.constant(Value::str(name.text.as_str()));
        self.emit(Op::Raise { name, message });
    }

    fn assert(&mut self, condition: &Expr, message: Option<&Expr>) {
        let test = self.operand(condition);
        let holds = self.branch(true, test);
        let message = match message {
            Some(message) => self.operand(message),
            None => self.constant(Value::str("")),
        };
        self.emit_at(condition.span, Op::AssertFailed { message });
        self.land(holds);
    }

    fn group(&mut self, body: &Block) {
        let (group, ended) = (self.temporary(), self.temporary());
        let empty = self.empty_list();
        let zero = self.constant(Value::Int(0));
        self.emit(Op::Copy { to: group, from: empty });
        self.emit(Op::Copy { to: ended, from: zero });
        self.groups.push(group);
        self.cleanup(Exit::Group(group), |body_of| body_of.block(body));
        self.groups.pop();
    }

    fn atomic(&mut self, when: Option<&Expr>, body: &Block) {
        let reopen = self.emit(Op::AtomicOpen);
        self.cleanup(Exit::Atomic, |body_of| {
            if let Some(condition) = when {
                let test = body_of.operand(condition);
                body_of.emit_at(condition.span, Op::AtomicTest { test, reopen });
            }
            body_of.block(body);
        });
    }
}

/// The place that an expression names, if it is a name with indices.
fn place_of(expr: &Expr) -> Option<Place> {
    match &expr.kind {
        ExprKind::Name(text) => {
            let name = Name { text: text.clone(), span: expr.span };
            Some(Place { name, indices: Vec::new(), span: expr.span })
        }
        ExprKind::Index { base, index } => {
            let mut place = place_of(base)?;
            place.indices.push(Expr::clone(index));
            place.span = expr.span;
            Some(place)
        }
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
