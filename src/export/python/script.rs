//! What a script declares, by name, and what its functions call their variables.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::span::Span;
use crate::ir::terms::Terms;
use crate::machine::profile::{FreeLock, StartMethod};
use crate::syntax::ast::{
    Arg, Block, Expr, ExprKind, Function, Item, Literal, ObjectKind, Property, Script, Spawn, StatementKind,
    UnitKind,
};
use crate::syntax::parts::{every_expression_in, statements_in};

/// The body of main among those of functions; no function can be called that.
pub(super) const MAIN: &str = "main";

/// A declared object, or an array of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) kind: ObjectKind,
    /// One for all processes, in a script that has some.
    pub(super) for_all: bool,
    pub(super) length: Option<&'a Expr>,
    pub(super) args: &'a [Arg],
}

/// A shared variable, or an array of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    /// One for all processes, in a script that has some.
    pub(super) for_all: bool,
    pub(super) length: Option<&'a Expr>,
    pub(super) value: &'a Expr,
}

/// A body with its variables.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) block: &'a Block,
    pub(super) params: Vec<&'a str>,
    pub(super) locals: BTreeSet<&'a str>,
    /// The variables of its loops with what the loops repeat, an outer loop before those in it.
    loops: Vec<(&'a str, Span)>,
}

/// What a name means in a body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'a> {
    Local,
    Param(&'a Literal),
    Cell(Cell<'a>),
    Object(Object<'a>),
}

/// A script by its names.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) params: IndexMap<&'a str, Literal>,
    pub(super) cells: IndexMap<&'a str, Cell<'a>>,
    pub(super) objects: IndexMap<&'a str, Object<'a>>,
    pub(super) bodies: IndexMap<&'a str, Body<'a>>,
    pub(super) properties: Vec<&'a Property>,
    /// What `spawn unit` starts.
    pub(super) unit: UnitKind,
    pub(super) start: StartMethod,
    /// What the release of a lock raises that nobody holds.
    pub(super) free_lock: FreeLock,
    /// Whether some function runs in a process of its own.
    pub(super) has_processes: bool,
}

impl<'a> Names<'a> {
    pub(super) fn of(script: &'a Script, set: &[(String, Literal)], terms: Terms) -> Self {
        let mut names = Self {
            params: IndexMap::new(),
            cells: IndexMap::new(),
            objects: IndexMap::new(),
            bodies: IndexMap::new(),
            properties: Vec::new(),
            unit: terms.unit,
            start: terms.start,
            free_lock: terms.free_lock,
            has_processes: false,
        };
        for item in &script.items {
            names.add(item, set);
        }
        let spawns = names.spawns().any(|(_, spawn)| names.unit_of(spawn) == UnitKind::Process);
        names.has_processes =
            spawns || names.objects.values().any(|object| object.kind == ObjectKind::ProcessPool);
        if !names.has_processes {
            names.cells.values_mut().for_each(|cell| cell.for_all = false);
            names.objects.values_mut().for_each(|object| object.for_all = false);
        }
        names
    }

    fn add(&mut self, item: &'a Item, set: &[(String, Literal)]) {
        match item {
            Item::Machine(_) => {}
            Item::Param(param) => {
                let given = set.iter().rev().find(|(name, _)| *name == param.name.text);
                let value = given.map_or(&param.value, |(_, value)| value).clone();
                self.params.insert(&param.name.text, value);
            }
            Item::Objects(objects) => {
                let always = matches!(objects.kind, ObjectKind::Pipe | ObjectKind::Device);
                for declarator in &objects.declarators {
                    let object = Object {
                        kind: objects.kind,
                        for_all: objects.process.is_some() || always,
                        length: declarator.length.as_ref(),
                        args: declarator.args.as_deref().unwrap_or_default(),
                    };
                    self.objects.insert(&declarator.name.text, object);
                }
            }
            Item::Shared(shared) => {
                for cell in &shared.cells {
                    let for_all = shared.process.is_some();
                    let declared = Cell { for_all, length: cell.length.as_ref(), value: &cell.value };
                    self.cells.insert(&cell.name.text, declared);
                }
            }
            Item::Function(function) => {
                self.bodies.insert(&function.name.text, Body::of_function(function));
            }
            Item::Property(property) => self.properties.push(property),
            Item::Main(main) => {
                self.bodies.insert(MAIN, Body::of(&main.body, Vec::new()));
            }
        }
    }

    /// What a name means in a body.
    pub(super) fn meaning(&self, body: &str, name: &str) -> Option<Meaning<'_>> {
        if self.bodies.get(body).is_some_and(|body| body.locals.contains(name)) {
            return Some(Meaning::Local);
        }
        let param = self.params.get(name).map(Meaning::Param);
        let cell = || self.cells.get(name).copied().map(Meaning::Cell);
        param.or_else(cell).or_else(|| self.objects.get(name).copied().map(Meaning::Object))
    }

    /// Whether something has that name, anywhere.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.params.contains_key(name)
            || self.cells.contains_key(name)
            || self.objects.contains_key(name)
            || self.bodies.iter().any(|(body, code)| *body == name || code.locals.contains(name))
    }

    /// The declared object that an expression names, an element of an array of them included.
    pub(super) fn object(&self, body: &str, expr: &'a Expr) -> Option<(&'a str, Object<'a>)> {
        let named = match &expr.kind {
            ExprKind::Index { base, .. } => base,
            ExprKind::Attribute { base, .. } => return self.object(body, base),
            ExprKind::Name(_)
            | ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Spawn(_) => expr,
        };
        let name = named.as_name()?;
        if self.bodies.get(body).is_some_and(|body| body.locals.contains(name)) {
            return None;
        }
        self.objects.get(name).map(|object| (name, *object))
    }

    /// Every `spawn` with the body that it stands in.
    pub(super) fn spawns(&self) -> impl Iterator<Item = (&'a str, &'a Spawn)> {
        self.bodies.iter().flat_map(|(name, body)| {
            every_expression_in(body.block).filter_map(Expr::as_spawn).map(|spawn| (*name, spawn))
        })
    }

    pub(super) fn unit_of(&self, spawn: &Spawn) -> UnitKind {
        if spawn.unit == UnitKind::Unit { self.unit } else { spawn.unit }
    }

    /// The function that a call calls, if it is one of the script.
    pub(super) fn called(&self, callee: &'a Expr) -> Option<&'a str> {
        callee.as_name().filter(|name| *name != MAIN && self.bodies.contains_key(name))
    }
}

impl<'a> Body<'a> {
    fn of_function(function: &'a Function) -> Self {
        Self::of(&function.body, function.params.iter().map(|param| param.text.as_str()).collect())
    }

    fn of(block: &'a Block, params: Vec<&'a str>) -> Self {
        let mut locals: BTreeSet<&str> = params.iter().copied().collect();
        let mut loops = Vec::new();
        for statement in statements_in(block) {
            if let StatementKind::For { name, body, .. } = &statement.kind {
                loops.push((name.text.as_str(), body.span));
            }
            if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind {
                locals.insert(&name.text);
            }
        }
        Self { block, params, locals, loops }
    }

    /// Where a variable has a life of its own around a place, the outermost first: all of the function, and the loops that
    /// set it. What it is in a loop is what the loop or something in it has set it to.
    pub(super) fn scopes(&self, name: &str, place: u32) -> impl Iterator<Item = u32> {
        let loops = self.loops.iter().filter(move |(variable, _)| *variable == name);
        let around = loops.filter(move |(_, span)| span.start <= place && place < span.end);
        std::iter::once(0).chain(around.map(|(_, span)| span.start))
    }
}

/// The function and the arguments of `submit(f(x))` and `map(f, items)`, by the place of the call.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) function: &'a str,
    pub(super) args: &'a [Arg],
    /// The items of a `map`.
    pub(super) items: Option<&'a Arg>,
}

/// What is submitted to a pool by a call of that method, if it is one.
pub(super) fn job<'a>(method: &str, args: &'a [Arg]) -> Option<Job<'a>> {
    let given = |name: &str, place: usize| {
        let by_name = args.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.text == name));
        by_name.or_else(|| args.get(place).filter(|arg| arg.name.is_none()))
    };
    match method {
        "submit" => {
            let (callee, args) = given("call", 0)?.value.as_call()?;
            Some(Job { function: callee.as_name()?, args, items: None })
        }
        "map" => Some(Job {
            function: given("function", 0)?.value.as_name()?,
            args: &[],
            items: given("items", 1),
        }),
        _ => None,
    }
}
