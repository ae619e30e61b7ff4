//! Which functions run on an event loop, which must be `async def`, and how each object has to wait.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::Kinds;
use super::script::{MAIN, Names, job};
use super::types::Types;
use crate::syntax::ast::{Expr, ExprKind, ObjectKind, Statement, StatementKind, UnitKind};
use crate::syntax::parts::{every_expression_in, expressions_in, statements_in};

/// Where things run.
#[derive(Debug, Default)]
pub(super) struct Places<'a> {
    /// Functions that run on an event loop.
    pub(super) in_loop: BTreeSet<&'a str>,
    /// Functions that run where there is none.
    pub(super) outside: BTreeSet<&'a str>,
    /// What units run as their own body, and has an event loop.
    pub(super) loops: BTreeSet<&'a str>,
    /// Those of the functions on an event loop that give way there.
    pub(super) gives_way: BTreeSet<&'a str>,
    waits: BTreeMap<&'a str, Waits>,
}

/// How an object is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Waits {
    awaited: bool,
    /// By a call that blocks, or in a way that `asyncio` does not have.
    blocking: bool,
}

/// Which of Python's modules an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `threading`, `queue` or `multiprocessing`, used by calls that block.
    Threads,
    /// `asyncio`.
    Loop,
    /// Those of threads or processes, looked at again and again where a task waits.
    Both,
}

impl<'a> Places<'a> {
    pub(super) fn of(names: &'a Names<'a>, types: &Types<'a>) -> Self {
        let mut places = Self::default();
        let mut roots: BTreeSet<&str> = BTreeSet::from([MAIN]);
        let mut tasks = BTreeSet::new();
        for (_, spawn) in names.spawns() {
            let function = spawn.function.text.as_str();
            if names.unit_of(spawn) == UnitKind::Task {
                tasks.insert(function)
            } else {
                roots.insert(function)
            };
        }
        for body in names.bodies.values() {
            for expr in every_expression_in(body.block) {
                roots
                    .extend(method(expr).and_then(|(_, name, args)| job(name, args)).map(|job| job.function));
            }
        }
        roots.retain(|root| names.bodies.contains_key(root));
        // What nobody calls is written as if a thread did.
        let called: BTreeSet<&str> =
            roots.iter().chain(&tasks).flat_map(|root| reachable(names, root)).collect();
        roots.extend(names.bodies.keys().filter(|body| !called.contains(*body)));
        for root in roots {
            let reached = reachable(names, root);
            if reached.iter().any(|body| needs_loop(names, body)) {
                places.loops.insert(root);
                places.in_loop.extend(reached);
            } else {
                places.outside.extend(reached);
            }
        }
        for task in &tasks {
            places.in_loop.extend(reachable(names, task));
        }
        places.gives_way = tasks;
        places.gives_way.extend(&places.loops);
        while let Some(more) = names.bodies.keys().find(|body| {
            places.in_loop.contains(*body)
                && !places.gives_way.contains(*body)
                && (suspends(names, body)
                    || calls(names, body).any(|called| places.gives_way.contains(called)))
        }) {
            places.gives_way.insert(more);
        }
        places.look_at_objects(names, types);
        places
    }

    /// Where an object comes from.
    pub(super) fn origin(&self, name: &str, for_all: bool) -> Origin {
        let waits = self.waits.get(name).copied().unwrap_or_default();
        match (waits.awaited, waits.blocking || for_all) {
            (false, _) => Origin::Threads,
            (true, false) => Origin::Loop,
            (true, true) => Origin::Both,
        }
    }

    /// Notes each wait for each object. Those that are passed around are taken together, kind by kind.
    fn look_at_objects(&mut self, names: &'a Names<'a>, types: &Types<'a>) {
        let mut passed: BTreeMap<ObjectKind, (Waits, BTreeSet<&'a str>)> = BTreeMap::new();
        let other_loops = self.loops.iter().any(|root| *root != MAIN);
        for (body, code) in &names.bodies {
            let (on_loop, outside) = (self.in_loop.contains(body), self.outside.contains(body));
            for (receiver, waits) in statements_in(code.block).flat_map(|statement| uses(statement)) {
                let awaited = waits.awaited && on_loop;
                let blocking = waits.blocking || outside || (awaited && other_loops);
                let waits = Waits { awaited, blocking };
                match names.object(body, receiver) {
                    Some((name, _)) => self.waits.entry(name).or_default().add(waits),
                    None => {
                        let kinds = types.shape(body, receiver).own;
                        for kind in ObjectKind::ALL.iter().filter(|kind| kinds.meets(Kinds::object(**kind))) {
                            passed.entry(*kind).or_default().0.add(waits);
                        }
                    }
                }
            }
            for name in every_expression_in(code.block).flat_map(handed_on) {
                if let (Some(object), false) = (names.objects.get(name), code.locals.contains(name)) {
                    passed.entry(object.kind).or_default().1.insert(name);
                }
            }
        }
        for (kind, (mut waits, names_of_kind)) in passed {
            for name in &names_of_kind {
                waits.add(self.waits.get(name).copied().unwrap_or_default());
            }
            for name in names_of_kind {
                debug_assert_eq!(names.objects[name].kind, kind);
                self.waits.insert(name, waits);
            }
        }
        // A condition is waited for as the lock is that it shares.
        for (name, object) in &names.objects {
            let lock = object.args.first().and_then(|arg| arg.value.as_name());
            if let (ObjectKind::Condition, Some(lock)) = (object.kind, lock) {
                let mut both = self.waits.get(name).copied().unwrap_or_default();
                both.add(self.waits.get(lock).copied().unwrap_or_default());
                self.waits.insert(name, both);
                if let Some((lock, _)) = names.objects.get_key_value(lock) {
                    self.waits.insert(lock, both);
                }
            }
        }
    }
}

impl Waits {
    const fn add(&mut self, other: Self) {
        self.awaited |= other.awaited;
        self.blocking |= other.blocking;
    }
}

/// Receiver, name and arguments of a call of a method.
pub(super) fn method(expr: &Expr) -> Option<(&Expr, &str, &[crate::syntax::ast::Arg])> {
    let (callee, args) = expr.as_call()?;
    let (base, name) = callee.as_attribute()?;
    Some((base, &name.text, args))
}

/// The names that an expression hands on as values: not those of which it calls a method or takes a part.
fn handed_on(expr: &Expr) -> Vec<&str> {
    let values: Vec<&Expr> = match &expr.kind {
        ExprKind::Call { callee: _, args } => args.iter().map(|arg| &arg.value).collect(),
        ExprKind::Spawn(spawn) => spawn.args.iter().map(|arg| &arg.value).collect(),
        ExprKind::List(items) => items.iter().collect(),
        ExprKind::Binary { left, right, .. } => vec![left, right],
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::Unary { .. }
        | ExprKind::Await(_)
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. } => Vec::new(),
    };
    values.into_iter().filter_map(super::types::root).collect()
}

fn calls<'a>(names: &'a Names<'a>, body: &str) -> impl Iterator<Item = &'a str> {
    let code = &names.bodies[body];
    every_expression_in(code.block).filter_map(|expr| names.called(expr.as_call()?.0))
}

/// The functions that a unit runs whose body is `root`. What it submits to a pool is called by others.
fn reachable<'a>(names: &'a Names<'a>, root: &'a str) -> BTreeSet<&'a str> {
    let submitted = |body: &str| -> BTreeSet<u32> {
        let exprs = every_expression_in(names.bodies[body].block);
        let jobs = exprs.filter_map(method).filter(|(_, name, _)| *name == "submit");
        jobs.filter_map(|(_, _, args)| args.first().map(|arg| arg.value.span.start)).collect()
    };
    let mut reached = BTreeSet::from([root]);
    let mut open = vec![root];
    while let Some(body) = open.pop() {
        let jobs = submitted(body);
        for expr in every_expression_in(names.bodies[body].block) {
            let Some((callee, _)) = expr.as_call() else { continue };
            if jobs.contains(&expr.span.start) {
                continue;
            }
            if let Some(called) = names.called(callee)
                && reached.insert(called)
            {
                open.push(called);
            }
        }
    }
    reached
}

/// Whether an event loop has to be there for a body: it starts tasks, or limits what it awaits.
fn needs_loop(names: &Names<'_>, body: &str) -> bool {
    let code = names.bodies[body].block;
    let starts = every_expression_in(code)
        .filter_map(Expr::as_spawn)
        .any(|spawn| names.unit_of(spawn) == UnitKind::Task);
    starts
        || statements_in(code)
            .any(|statement| with_items(statement).iter().any(|item| time_limit(item).is_some()))
}

/// The limit of `timeout(…)`.
pub(super) fn time_limit(item: &Expr) -> Option<&Expr> {
    let (callee, args) = item.as_call()?;
    (callee.as_name() == Some("timeout")).then(|| args.first().map(|arg| &arg.value))?
}

fn with_items(statement: &Statement) -> &[Expr] {
    if let StatementKind::With { items, .. } = &statement.kind { items } else { &[] }
}

/// Whether a body gives way to other tasks by itself.
fn suspends(names: &Names<'_>, body: &str) -> bool {
    let code = names.bodies[body].block;
    let by_statement = statements_in(code).any(|statement| match &statement.kind {
        StatementKind::Io { awaited, .. } | StatementKind::Sleep { awaited, .. } => awaited.is_some(),
        StatementKind::With { asynchronous, .. } => asynchronous.is_some(),
        StatementKind::Group(_) => true,
        StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Compute { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Return(_)
        | StatementKind::Try { .. }
        | StatementKind::Raise { .. }
        | StatementKind::Assert { .. }
        | StatementKind::Print(_)
        | StatementKind::Region { .. }
        | StatementKind::Atomic { .. }
        | StatementKind::Expr(_) => false,
    });
    let is_call = |inner: &Expr| inner.as_call().is_some_and(|(callee, _)| is_function(names, callee));
    by_statement || every_expression_in(code).filter_map(Expr::as_await).any(|inner| !is_call(inner))
}

/// The methods that wait: what is awaited there is the call, and elsewhere what the call gives.
const WAITING: &[&str] = &[
    "acquire",
    "wait",
    "wait_for",
    "get",
    "put",
    "join",
    "recv",
    "send",
    "poll",
    "result",
    "map",
    "shutdown",
    "read",
    "write",
    "communicate",
];

/// Whether a call with that callee is one of a function of the script.
fn is_function(names: &Names<'_>, callee: &Expr) -> bool {
    callee.as_name().is_some_and(|name| names.bodies.contains_key(name))
}

/// Whether `await` stands before a call that waits, or one of a function that may; else it is a unit that is awaited.
pub(super) fn is_call_that_waits(names: &Names<'_>, inner: &Expr) -> bool {
    let Some((callee, _)) = inner.as_call() else { return false };
    method(inner).map_or_else(|| is_function(names, callee), |(_, name, _)| WAITING.contains(&name))
}

/// What a statement does to objects: the receiver of each operation, and how it waits for it.
fn uses(statement: &Statement) -> Vec<(&Expr, Waits)> {
    let mut found = Vec::new();
    let simple = |awaited: bool| Waits { awaited, blocking: !awaited };
    if let StatementKind::With { items, asynchronous, .. } = &statement.kind {
        found.extend(items.iter().map(|item| (item, simple(asynchronous.is_some()))));
    }
    if let StatementKind::Io { device: Some(device), awaited, .. } = &statement.kind {
        found.push((device, simple(awaited.is_some())));
    }
    for whole in statement.expressions() {
        let mut awaited = BTreeSet::new();
        for expr in expressions_in(whole) {
            awaited.extend(expr.as_await().map(|inner| (inner.span.start, inner.span.end)));
            let Some((receiver, name, args)) = method(expr) else { continue };
            let is_awaited = awaited.contains(&(expr.span.start, expr.span.end));
            // The second argument of `wait_for` and of `put`, and any of the others, is about time.
            let timed = match name {
                "put" | "wait_for" => args.len() > 1,
                "acquire" | "wait" | "get" => !args.is_empty(),
                _ => false,
            };
            match name {
                "acquire" | "wait" | "wait_for" | "get" | "put" | "join" | "recv" | "send" | "poll" => {
                    found.push((receiver, Waits { awaited: is_awaited, blocking: !is_awaited || timed }));
                }
                _ => found.push((receiver, Waits::default())),
            }
        }
    }
    found
}
