//! What the text of a script says as a whole, found before anything is checked.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::span::Span;
use crate::syntax::ast::{
    Block, Expr, Handler, Item, Name, PropertyKind, Script, Spawn, StatementKind, UnitKind,
};
use crate::syntax::parts::{every_expression_in, statements_in};

use super::foreign;

/// How a function is named that has no name.
const MAIN: &str = "main";

/// What functions do, and which of them run where.
pub(super) struct Survey<'a> {
    /// The names of regions.
    pub(super) regions: BTreeSet<&'a str>,
    /// The places of the first `let` or `for` of each name, in any function.
    pub(super) lets: BTreeMap<&'a str, Span>,
    /// The names that are given what Python calls a lock, queue, … in any function, and what is called.
    constructed: BTreeMap<&'a str, &'a str>,
    /// The names of exceptions that some `except` catches.
    caught: BTreeSet<&'a str>,
    /// Whether some `except` catches all, or the script is there to show an exception.
    catches_all: bool,
    /// The functions that each function calls or starts.
    uses: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// What `spawn unit` starts.
    unit: UnitKind,
    /// Where functions are started that may become a subprocess.
    subprocesses: BTreeMap<&'a str, &'a Spawn>,
    /// The functions that run as a part of main or of what it starts.
    running: BTreeSet<&'a str>,
    /// The functions that may run in a subprocess.
    streamed: BTreeSet<&'a str>,
    /// The functions that certainly run in a subprocess, and where that is started.
    foreign: BTreeMap<&'a str, &'a Spawn>,
}

impl<'a> Survey<'a> {
    /// Nothing has been looked at, and `spawn unit` starts units of that kind.
    pub(super) fn new(unit: UnitKind) -> Self {
        Self {
            regions: BTreeSet::new(),
            lets: BTreeMap::new(),
            constructed: BTreeMap::new(),
            caught: BTreeSet::new(),
            catches_all: false,
            uses: BTreeMap::new(),
            unit,
            subprocesses: BTreeMap::new(),
            running: BTreeSet::new(),
            streamed: BTreeSet::new(),
            foreign: BTreeMap::new(),
        }
    }

    /// `is_declared` says which names the script declares itself.
    pub(super) fn look_at(mut self, script: &'a Script, is_declared: impl Fn(&str) -> bool) -> Self {
        for item in &script.items {
            match item {
                Item::Function(function) => self.body(&function.name.text, &function.body),
                Item::Main(main) => self.body(MAIN, &main.body),
                Item::Property(property) => {
                    if let PropertyKind::Expect(kind) = &property.kind {
                        self.catches_all |= kind.text == "exception";
                    }
                }
                Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) => {}
            }
        }
        self.constructed.retain(|_, call| !is_declared(call));
        self.follow();
        self
    }

    fn body(&mut self, name: &'a str, body: &'a Block) {
        statements_in(body).for_each(|statement| match &statement.kind {
            StatementKind::Region { name, .. } => {
                self.regions.insert(&name.text);
            }
            StatementKind::Let { name, value } => {
                self.lets.entry(&name.text).or_insert(name.span);
                self.construction(name, value);
            }
            StatementKind::Assign { place, op: None, value } if place.indices.is_empty() => {
                self.construction(&place.name, value);
            }
            StatementKind::For { name, .. } => {
                self.lets.entry(&name.text).or_insert(name.span);
            }
            StatementKind::Try { handlers, .. } => self.handlers(handlers),
            StatementKind::Assign { .. }
            | StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::With { .. }
            | StatementKind::If { .. }
            | StatementKind::While { .. }
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Return(_)
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Group(_)
            | StatementKind::Atomic { .. }
            | StatementKind::Expr(_) => {}
        });
        let mut uses = BTreeSet::new();
        for expr in every_expression_in(body) {
            if let Some((callee, args)) = expr.as_call() {
                uses.extend(callee.as_name());
                let is_map = callee.as_attribute().is_some_and(|(_, method)| method.text == "map");
                let mapped = args.first().filter(|_| is_map).and_then(|arg| arg.value.as_name());
                uses.extend(mapped);
            }
            if let Some(spawn) = expr.as_spawn() {
                uses.insert(&spawn.function.text);
                if matches!(spawn.unit, UnitKind::Subprocess | UnitKind::Unit) {
                    let first = self.subprocesses.entry(&spawn.function.text).or_insert(spawn);
                    // What certainly is one outweighs what may be one.
                    if first.unit == UnitKind::Unit {
                        *first = spawn;
                    }
                }
            }
        }
        self.uses.entry(name).or_default().append(&mut uses);
    }

    fn construction(&mut self, name: &'a Name, value: &'a Expr) {
        if let Some(constructor) = foreign::constructor(value) {
            self.constructed.insert(&name.text, constructor.root);
        }
    }

    fn handlers(&mut self, handlers: &'a [Handler]) {
        for handler in handlers {
            match &handler.name {
                Some(name) if name.text == "Exception" => self.catches_all = true,
                Some(name) => {
                    self.caught.insert(&name.text);
                }
                None => self.catches_all = true,
            }
        }
    }

    /// From main and from what is started as a subprocess along the calls.
    fn follow(&mut self) {
        self.running = self.reached([MAIN]);
        self.streamed = self.reached(self.subprocesses.keys().copied());
        let certain = self.subprocesses.iter().filter(|(_, spawn)| self.is_subprocess(spawn));
        let certain: Vec<(&'a str, &'a Spawn)> = certain.map(|(&name, &spawn)| (name, spawn)).collect();
        for (root, spawn) in certain {
            let mut left = vec![root];
            while let Some(name) = left.pop() {
                if self.foreign.contains_key(name) {
                    continue;
                }
                self.foreign.insert(name, spawn);
                left.extend(self.uses.get(name).into_iter().flatten().copied());
            }
        }
    }

    fn reached(&self, roots: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut left: Vec<&'a str> = roots.into_iter().collect();
        while let Some(name) = left.pop() {
            if reached.insert(name) {
                left.extend(self.uses.get(name).into_iter().flatten().copied());
            }
        }
        reached
    }

    /// Whether some function gives that name what Python calls a lock, a queue and so on.
    pub(super) fn constructs(&self, name: &str) -> bool {
        self.constructed.contains_key(name)
    }

    /// Whether the script reckons with that exception: it may be what the script is there to show.
    pub(super) fn reckons_with(&self, exception: &str) -> bool {
        self.catches_all || self.caught.contains(exception)
    }

    /// Whether the streams of a subprocess certainly do not exist in that function when it runs.
    pub(super) fn has_no_streams(&self, function: Option<&str>) -> bool {
        let function = function.unwrap_or(MAIN);
        self.running.contains(function) && !self.streamed.contains(function)
    }

    /// Whether that certainly starts a subprocess.
    pub(super) fn is_subprocess(&self, spawn: &Spawn) -> bool {
        spawn.unit == UnitKind::Subprocess
            || (spawn.unit == UnitKind::Unit && self.unit == UnitKind::Subprocess)
    }

    /// Where a subprocess is started that runs that function.
    pub(super) fn subprocess_of(&self, function: Option<&str>) -> Option<&'a Spawn> {
        self.foreign.get(function.unwrap_or(MAIN)).copied()
    }

    /// Whether the script starts anything that may have streams.
    pub(super) fn has_subprocesses(&self) -> bool {
        !self.subprocesses.is_empty()
    }
}
