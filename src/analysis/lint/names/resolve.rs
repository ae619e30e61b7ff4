//! The walk that tells which name means what, in the order of the text: a
//! local is one from its introduction to the end of its function.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::base::span::Span;
use crate::syntax::ast::{
    Arg, BinaryOp, Block, Expr, ExprKind, Item, Iterable, Name, Place, PropertyKind, Statement, StatementKind,
};

use super::{Global, GlobalKind, InnerLet, Local, Names, Origin, Scope};
use crate::analysis::lint::calls_something;

/// The walk over a script.
pub(super) struct Resolver<'a> {
    globals: IndexMap<&'a str, Global>,
    scopes: Vec<Scope<'a>>,
    /// The function that is being walked over.
    scope: Option<Scope<'a>>,
    /// The blocks around, from the outermost in.
    blocks: Vec<Span>,
    /// The local whose own next value is being computed.
    own: Option<&'a str>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(globals: IndexMap<&'a str, Global>) -> Self {
        Self { globals, scopes: Vec::new(), scope: None, blocks: Vec::new(), own: None }
    }

    pub(super) fn finish(self) -> Names<'a> {
        Names { globals: self.globals, scopes: self.scopes }
    }

    pub(super) fn item(&mut self, item: &'a Item) {
        match item {
            Item::Machine(_) | Item::Param(_) => {}
            Item::Objects(objects) => {
                for declarator in &objects.declarators {
                    self.expressions(&declarator.length);
                    self.expressions(declarator.args.iter().flatten().flat_map(Arg::values));
                }
            }
            Item::Shared(shared) => {
                for cell in &shared.cells {
                    self.expressions(&cell.length);
                    self.expression(&cell.value);
                }
            }
            Item::Function(function) => {
                self.function(Some(&function.name.text), &function.params, &function.body);
            }
            Item::Property(property) => match &property.kind {
                PropertyKind::Invariant(claim) | PropertyKind::Finally(claim) => self.expression(claim),
                PropertyKind::Expect(_) => {}
            },
            Item::Main(main) => self.function(None, &[], &main.body),
        }
    }

    fn function(&mut self, function: Option<&'a str>, params: &'a [Name], body: &'a Block) {
        self.scope = Some(Scope { function, body, locals: IndexMap::new(), calls: BTreeSet::new() });
        self.blocks.push(body.span);
        params.iter().for_each(|param| self.introduce(param, Origin::Parameter, None));
        self.blocks.pop();
        self.block(body);
        self.scopes.extend(self.scope.take());
    }

    fn block(&mut self, block: &'a Block) {
        self.blocks.push(block.span);
        block.statements.iter().for_each(|statement| self.statement(statement));
        self.blocks.pop();
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.value_of(&name.text, value);
                self.introduce(name, Origin::Let, Some((statement.span, value)));
            }
            StatementKind::Assign { place, op, value } => self.assign(place, *op, value),
            StatementKind::For { name, iterable, body } => {
                match iterable {
                    Iterable::Range { from, to } => self.expressions([from, to]),
                    Iterable::Each(list) => self.expression(list),
                }
                self.introduce(name, Origin::Loop, None);
                self.block(body);
            }
            // The condition of an `elif` stands behind the block of the `if`.
            StatementKind::If { branches, otherwise } => {
                for (condition, block) in branches {
                    self.expression(condition);
                    self.block(block);
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::With { .. }
            | StatementKind::While { .. }
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Return(_)
            | StatementKind::Try { .. }
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Group(_)
            | StatementKind::Region { .. }
            | StatementKind::Atomic { .. }
            | StatementKind::Expr(_) => {
                self.expressions(statement.expressions());
                statement.blocks().into_iter().for_each(|block| self.block(block));
            }
        }
    }

    fn local(&mut self, name: &str) -> Option<&mut Local<'a>> {
        self.scope.as_mut()?.locals.get_mut(name)
    }

    /// A value that a variable is given. If it calls nothing, then to read the
    /// variable itself in it serves nobody else.
    fn value_of(&mut self, name: &'a str, value: &'a Expr) {
        self.own = (!calls_something(value)).then_some(name);
        self.expression(value);
        self.own = None;
    }

    fn introduce(&mut self, name: &'a Name, origin: Origin, given: Option<(Span, &'a Expr)>) {
        let block = *self.blocks.last().expect("a local stands in a block");
        let scope = self.scope.as_mut().expect("a local stands in a function");
        let value = given.map(|(_, value)| value);
        let word = given.map(|(statement, _)| Span { start: statement.start, end: name.span.start });
        let local = match scope.locals.entry(&name.text) {
            Entry::Vacant(vacant) => {
                vacant.insert(Local {
                    origin,
                    span: name.span,
                    word,
                    reads: 0,
                    last_read: 0,
                    assigned: None,
                    values: value.into_iter().collect(),
                    inner_lets: Vec::new(),
                    counts: origin == Origin::Loop,
                    block: block.start,
                });
                return;
            }
            Entry::Occupied(occupied) => occupied.into_mut(),
        };
        local.counts |= origin == Origin::Loop;
        let (Some(word), Some(value)) = (word, value) else { return };
        local.assigned.get_or_insert(name.span);
        local.values.push(value);
        let is_inside = self.blocks.iter().any(|around| around.start == local.block);
        if block.start != local.block && is_inside {
            local.inner_lets.push(InnerLet { word, name: name.span, block_end: block.end });
        }
    }

    fn assign(&mut self, place: &'a Place, op: Option<BinaryOp>, value: &'a Expr) {
        let name = place.name.text.as_str();
        if place.indices.is_empty() {
            self.value_of(name, value);
        } else {
            self.expression(value);
            self.expressions(&place.indices);
        }
        if let Some(local) = self.local(name) {
            local.assigned.get_or_insert(place.span);
            if place.indices.is_empty() && op.is_none() {
                local.values.push(value);
            }
        } else if let Some(global) = self.globals.get_mut(name) {
            global.written.get_or_insert(place.span);
            global.reads += usize::from(op.is_some());
        }
    }

    fn expressions(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expression(expr));
    }

    fn expression(&mut self, expr: &'a Expr) {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Name(name) => self.read(name, expr.span),
                ExprKind::Call { callee, args } => match &callee.kind {
                    ExprKind::Name(name) => {
                        self.call(name);
                        // What `inside` names is a region.
                        if name != "inside" || self.globals.contains_key("inside") {
                            waiting.extend(args.iter().flat_map(Arg::values));
                        }
                    }
                    ExprKind::Attribute { name, .. } => {
                        let first = args.first().and_then(|arg| arg.value.as_name());
                        first.filter(|_| name.text == "map").into_iter().for_each(|name| self.call(name));
                        waiting.extend(expr.parts());
                    }
                    ExprKind::Literal(_)
                    | ExprKind::List(_)
                    | ExprKind::Unary { .. }
                    | ExprKind::Binary { .. }
                    | ExprKind::Await(_)
                    | ExprKind::Call { .. }
                    | ExprKind::Index { .. }
                    | ExprKind::Spawn(_) => waiting.extend(expr.parts()),
                },
                ExprKind::Spawn(spawn) => {
                    self.call(&spawn.function.text);
                    waiting.extend(expr.parts());
                }
                ExprKind::Literal(_)
                | ExprKind::List(_)
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. }
                | ExprKind::Await(_)
                | ExprKind::Index { .. }
                | ExprKind::Attribute { .. } => waiting.extend(expr.parts()),
            }
        }
    }

    fn read(&mut self, name: &'a str, span: Span) {
        let own = self.own == Some(name);
        if let Some(local) = self.local(name) {
            if !own {
                local.reads += 1;
                local.last_read = local.last_read.max(span.start);
            }
        } else if let Some(global) = self.globals.get_mut(name) {
            global.reads += 1;
        }
    }

    /// A name in front of `(`, behind `spawn` or first in `map(…)` means a function.
    fn call(&mut self, name: &'a str) {
        let Some(global) = self.globals.get_mut(name) else { return };
        if global.kind == GlobalKind::Function {
            global.reads += 1;
            self.scope.iter_mut().for_each(|scope| scope.calls.extend([name]));
        }
    }
}
