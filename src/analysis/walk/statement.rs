//! Statements: the ways through them, and what happens on the way.

use crate::base::span::Span;
use crate::syntax::ast::{BinaryOp, Block, Expr, ExprKind, ObjectKind, Place, Statement, StatementKind};

use super::Walker;
use super::assume::assume;
use super::declared::Global;
use super::fact::{FactKind, Held, How, Patience, Units, Waiting, Work};
use super::path::{Exit, Flow, Leaving, Path, Value, merge, part};

impl<'a> Walker<'a> {
    /// All ways out of a block.
    pub(super) fn block(&mut self, block: &'a Block, path: Path<'a>) -> Flow<'a> {
        let mut flow = Flow::to(path);
        self.depth += 1;
        for statement in &block.statements {
            let mut after = Vec::new();
            for path in std::mem::take(&mut flow.paths) {
                if !self.may_go_on(path.weight()) {
                    break;
                }
                let mut ways = self.statement(statement, path);
                ways.exits.append(&mut self.raised);
                if decides(statement) {
                    part(&mut ways.paths);
                }
                after.extend(ways.paths);
                flow.leave(ways.exits);
            }
            flow.paths = merge(after);
            if flow.paths.is_empty() {
                break;
            }
        }
        self.depth -= 1;
        flow
    }

    fn statement(&mut self, statement: &'a Statement, mut path: Path<'a>) -> Flow<'a> {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let value = self.value(value, &mut path);
                path.assign(&name.text, value);
            }
            StatementKind::Assign { place, op, value } => self.assign(place, *op, value, &mut path),
            StatementKind::Compute { duration, .. } => {
                self.time((Work::Compute, Waiting::Bare), statement.span, duration, &mut path);
            }
            StatementKind::Io { duration, device, awaited } => {
                if let Some(device) = device {
                    self.value(device, &mut path);
                }
                self.time((Work::Io, waiting(*awaited)), statement.span, duration, &mut path);
            }
            StatementKind::Sleep { duration, awaited } => {
                self.time((Work::Sleep, waiting(*awaited)), statement.span, duration, &mut path);
            }
            StatementKind::With { items, body, asynchronous } => {
                return self.with(items, body, waiting(*asynchronous), path);
            }
            StatementKind::If { branches, otherwise } => {
                return self.branches(branches, otherwise.as_ref(), path);
            }
            StatementKind::While { condition, body } => return self.while_loop(condition, body, path),
            StatementKind::For { name, iterable, body } => {
                let (value, is_sure) = self.iterable(iterable, &mut path);
                return self.for_loop((&name.text, value), body, is_sure, path);
            }
            StatementKind::Break => return leave(Leaving::Break, statement.span, path),
            StatementKind::Continue => return leave(Leaving::Continue, statement.span, path),
            StatementKind::Pass => {}
            StatementKind::Return(value) => {
                let value = value.as_ref().map_or(Value::Unknown, |value| self.value(value, &mut path));
                return leave(Leaving::Return(outliving(value)), statement.span, path);
            }
            StatementKind::Try { body, handlers, finally } => {
                return self.try_block(body, handlers, finally.as_ref(), path);
            }
            StatementKind::Raise { name, message } => {
                if let Some(message) = message {
                    self.value(message, &mut path);
                }
                let name = name.as_ref().map(|name| &*name.text);
                return leave(Leaving::Raise(name), statement.span, path);
            }
            StatementKind::Assert { condition, message } => {
                return self.assertion(statement.span, condition, message.as_ref(), path);
            }
            StatementKind::Print(values) => {
                for value in values {
                    self.value(value, &mut path);
                }
            }
            StatementKind::Group(body) => return self.group(statement.span, body, path),
            StatementKind::Region { body, .. } => return self.block(body, path),
            StatementKind::Atomic { when, body } => return self.atomic(when.as_ref(), body, path),
            StatementKind::Expr(expr) => {
                self.effect(expr, &mut path);
            }
        }
        Flow::to(path)
    }

    fn time(&mut self, work: (Work, Waiting), span: Span, duration: &'a Expr, path: &mut Path<'a>) {
        self.value(duration, path);
        let (work, waiting) = work;
        if waiting == Waiting::Awaited {
            path.state.stirred |= path.state.live;
        }
        self.tell(FactKind::Time { work, waiting }, span, &path.state);
    }

    fn assign(&mut self, place: &'a Place, op: Option<BinaryOp>, value: &'a Expr, path: &mut Path<'a>) {
        for index in &place.indices {
            self.value(index, path);
        }
        let shared = match self.global(&place.name.text) {
            Some(Global::Shared(shared)) => Some(shared),
            Some(Global::Object(_) | Global::Param(_)) | None => None,
        };
        if let (Some(shared), Some(_)) = (shared, op) {
            self.tell(FactKind::Access { shared, write: false }, place.span, &path.state);
        }
        let value = self.value(value, path);
        match shared {
            Some(shared) => {
                self.tell(FactKind::Access { shared, write: true }, place.span, &path.state);
            }
            None if place.indices.is_empty() => {
                let value = if op.is_some() { Value::Unknown } else { value };
                path.assign(&place.name.text, value);
            }
            None => path.assign(&place.name.text, Value::Unknown),
        }
    }

    fn assertion(
        &mut self,
        span: Span,
        condition: &'a Expr,
        message: Option<&'a Expr>,
        mut path: Path<'a>,
    ) -> Flow<'a> {
        self.value(condition, &mut path);
        if let Some(message) = message {
            self.value(message, &mut path);
        }
        let mut flow = leave(Leaving::Raise(Some("AssertionError")), span, path.clone());
        flow.paths.push(path);
        flow
    }

    fn with(&mut self, items: &'a [Expr], body: &'a Block, waiting: Waiting, mut path: Path<'a>) -> Flow<'a> {
        let Some((item, rest)) = items.split_first() else { return self.block(body, path) };
        let value = self.value(item, &mut path);
        let entered = self.enter(value, item, waiting, &mut path);
        self.depth += 1;
        let mut flow = self.with(rest, body, waiting, path);
        self.depth -= 1;
        flow.exits.append(&mut self.raised);
        for path in &mut flow.paths {
            self.exit(entered, path);
        }
        for exit in &mut flow.exits {
            self.exit(entered, &mut exit.path);
        }
        flow
    }

    /// Takes what a `with` names.
    fn enter(&mut self, value: Value, item: &Expr, waiting: Waiting, path: &mut Path<'a>) -> Entered {
        let Value::Object(object) = value else {
            // `timeout(…)` is no lock.
            if matches!(item.kind, ExprKind::Call { .. }) {
                return Entered::Nothing;
            }
            self.unknown.insert("with".to_owned());
            path.state.held.push(Held { lock: None, span: item.span, how: How::With, doubt: 0 });
            return Entered::Lock(None);
        };
        let is_pool = matches!(
            self.declared.objects[object.object].kind,
            ObjectKind::ThreadPool | ObjectKind::ProcessPool
        );
        if is_pool {
            return Entered::Pool(object.object);
        }
        self.tell(FactKind::Enter { object, waiting }, item.span, &path.state);
        if waiting == Waiting::Awaited {
            path.state.stirred |= path.state.live;
        }
        if self.take(object, item.span, How::With, Patience::Endless, path) {
            Entered::Lock(self.declared.lock(object))
        } else {
            Entered::Nothing
        }
    }

    fn exit(&mut self, entered: Entered, path: &mut Path<'a>) {
        match entered {
            Entered::Nothing => {}
            Entered::Lock(lock) => {
                if let Some(index) = path.state.held.iter().rposition(|held| held.lock == lock) {
                    path.state.held.remove(index);
                }
            }
            Entered::Pool(pool) => {
                let inside = (0..self.units.len()).filter(|&unit| self.units[unit].pool == Some(pool));
                path.state.live &= !inside.fold(0, |units: Units, unit| units | 1 << unit);
            }
        }
    }

    fn branches(
        &mut self,
        branches: &'a [(Expr, Block)],
        otherwise: Option<&'a Block>,
        mut path: Path<'a>,
    ) -> Flow<'a> {
        let mut flow = Flow::default();
        self.around.branches += 1;
        for (condition, block) in branches {
            if !self.may_go_on(path.weight()) {
                break;
            }
            self.value(condition, &mut path);
            let mut inside = path.clone();
            assume(condition, true, &mut inside);
            flow.add(self.block(block, inside));
            assume(condition, false, &mut path);
        }
        match otherwise {
            Some(block) => flow.add(self.block(block, path)),
            None => flow.paths.push(path),
        }
        self.around.branches -= 1;
        flow
    }

    fn group(&mut self, span: Span, body: &'a Block, path: Path<'a>) -> Flow<'a> {
        self.groups.push(0);
        let mut flow = self.block(body, path);
        let units = self.groups.pop().unwrap_or_default();
        let ways = flow.paths.iter_mut().chain(flow.exits.iter_mut().map(|exit| &mut exit.path));
        for path in ways {
            path.state.stirred |= path.state.live;
            path.state.live &= !units;
        }
        if let Some(path) = flow.paths.first() {
            let (waiting, patience) = (Waiting::Awaited, Patience::Endless);
            let kind = FactKind::Join { units, method: "group", waiting, patience };
            self.tell(kind, span, &path.state);
        }
        flow
    }

    fn atomic(&mut self, when: Option<&'a Expr>, body: &'a Block, mut path: Path<'a>) -> Flow<'a> {
        self.around.atomics += 1;
        if let Some(when) = when {
            self.value(when, &mut path);
            // It waits until somebody else has written something: whoever was started may have ended.
            path.state.live = 0;
        }
        let flow = self.block(body, path);
        self.around.atomics -= 1;
        flow
    }
}

/// What a `with` has to give back.
#[derive(Clone, Copy, Debug)]
enum Entered {
    Nothing,
    Lock(Option<super::fact::Ref>),
    Pool(usize),
}

/// Whether ways part at a statement itself, and not in a block inside it.
fn decides(statement: &Statement) -> bool {
    match statement.kind {
        StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Try { .. } => true,
        StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Compute { .. }
        | StatementKind::Io { .. }
        | StatementKind::Sleep { .. }
        | StatementKind::With { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Return(_)
        | StatementKind::Raise { .. }
        | StatementKind::Assert { .. }
        | StatementKind::Print(_)
        | StatementKind::Group(_)
        | StatementKind::Region { .. }
        | StatementKind::Atomic { .. }
        | StatementKind::Expr(_) => false,
    }
}

fn waiting(awaited: Option<Span>) -> Waiting {
    if awaited.is_some() { Waiting::Awaited } else { Waiting::Bare }
}

fn leave<'a>(leaving: Leaving<'a>, span: Span, path: Path<'a>) -> Flow<'a> {
    Flow { paths: Vec::new(), exits: vec![Exit { leaving, span, path }] }
}

/// Of a value that is returned, what is worth telling apart.
fn outliving(value: Value) -> Value {
    match value {
        Value::Object(_) | Value::Handles(_) | Value::Array(_) => value,
        Value::Unknown | Value::Int(_) | Value::Text(_) | Value::Acquired(_) => Value::Unknown,
    }
}
