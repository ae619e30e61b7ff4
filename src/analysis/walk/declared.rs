//! What a script declares, by number.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::span::Span;
use crate::syntax::ast::{
    Block, Expr, ExprKind, Function, Item, Literal, Main, ObjectKind, Objects, Script, Shared, StatementKind,
};

use super::fact::{Element, Ref};

/// A declared object or array of objects.
#[derive(Clone, Debug)]
pub(crate) struct ObjectInfo {
    /// Its name.
    pub(crate) name: String,
    /// The name's place.
    pub(crate) span: Span,
    /// Its kind.
    pub(crate) kind: ObjectKind,
    /// Whether it is an array.
    pub(crate) array: bool,
    /// Whether it is one for all processes.
    pub(crate) process: bool,
    /// Its first argument, if that is a plain number: permits, parties, places.
    pub(crate) number: Option<i64>,
    /// What a condition locks.
    pub(crate) guard: Guard,
}

/// The lock of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Its own, or the object is no condition.
    Own,
    /// That one.
    Of(Ref),
    /// It can't be told.
    Unknown,
}

/// A declared `shared`.
#[derive(Clone, Debug)]
pub(crate) struct SharedInfo {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is one location whose use is to be synchronised: no array, and not `atomic`.
    pub(crate) plain: bool,
    /// Whether it is one for all processes.
    pub(crate) process: bool,
}

/// A function, or main.
#[derive(Debug)]
pub(super) struct Code<'a> {
    pub(super) name: &'a str,
    pub(super) params: Vec<&'a str>,
    pub(super) body: &'a Block,
    /// The names that its text binds.
    pub(super) locals: BTreeSet<&'a str>,
}

/// What a global name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    Object(usize),
    Shared(usize),
    /// A param: its value, if it is an integer.
    Param(Option<i64>),
}

/// Everything that a script declares. Main is the last function.
#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    pub(super) objects: Vec<ObjectInfo>,
    pub(super) shareds: Vec<SharedInfo>,
    pub(super) codes: Vec<Code<'a>>,
    pub(super) globals: BTreeMap<&'a str, Global>,
    pub(super) functions: BTreeMap<&'a str, usize>,
}

impl<'a> Declared<'a> {
    /// Collects the declarations; none if there is no main.
    pub(super) fn collect(script: &'a Script) -> Option<Self> {
        let mut declared = Self::default();
        for item in &script.items {
            declared.item(item);
        }
        for item in &script.items {
            if let Item::Objects(objects) = item {
                declared.guards(objects);
            }
        }
        let main = script
            .items
            .iter()
            .find_map(|item| if let Item::Main(main) = item { Some(main) } else { None })?;
        declared.main(main);
        Some(declared)
    }

    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Param(param) => {
                let value = if let Literal::Int(number) = param.value { Some(number) } else { None };
                self.globals.insert(&param.name.text, Global::Param(value));
            }
            Item::Objects(objects) => self.objects(objects),
            Item::Shared(shared) => self.shared(shared),
            Item::Function(function) => self.function(function),
            Item::Machine(_) | Item::Property(_) | Item::Main(_) => {}
        }
    }

    fn objects(&mut self, objects: &'a Objects) {
        for declarator in &objects.declarators {
            self.globals.insert(&declarator.name.text, Global::Object(self.objects.len()));
            self.objects.push(ObjectInfo {
                name: declarator.name.text.clone(),
                span: declarator.name.span,
                kind: objects.kind,
                array: declarator.length.is_some(),
                process: objects.process.is_some() || is_for_all_processes(objects.kind),
                number: None,
                guard: Guard::Own,
            });
        }
    }

    /// Looks at the arguments, once all names are known.
    fn guards(&mut self, objects: &'a Objects) {
        for declarator in &objects.declarators {
            let Some(argument) = declarator.args.as_ref().and_then(|args| args.first()) else { continue };
            let Some(Global::Object(own)) = self.globals.get(&*declarator.name.text).copied() else {
                continue;
            };
            self.objects[own].number = self.constant(&argument.value);
            if objects.kind == ObjectKind::Condition {
                self.objects[own].guard = match self.lock_named(&argument.value) {
                    Some(lock) => Guard::Of(lock),
                    None => Guard::Unknown,
                };
            }
        }
    }

    fn lock_named(&self, expr: &Expr) -> Option<Ref> {
        if let ExprKind::Index { base, index } = &expr.kind {
            return Some(Ref { element: Element::At(self.constant(index)?), ..self.lock_named(base)? });
        }
        let ExprKind::Name(name) = &expr.kind else { return None };
        let Global::Object(object) = *self.globals.get(&**name)? else { return None };
        Some(Ref { object, element: Element::Only })
    }

    fn constant(&self, expr: &Expr) -> Option<i64> {
        if let ExprKind::Literal(Literal::Int(number)) = expr.kind {
            return Some(number);
        }
        let ExprKind::Name(name) = &expr.kind else { return None };
        if let Global::Param(value) = self.globals.get(&**name)? { *value } else { None }
    }

    fn shared(&mut self, shared: &'a Shared) {
        for cell in &shared.cells {
            self.globals.insert(&cell.name.text, Global::Shared(self.shareds.len()));
            self.shareds.push(SharedInfo {
                name: cell.name.text.clone(),
                plain: cell.length.is_none() && shared.atomic.is_none(),
                process: shared.process.is_some(),
            });
        }
    }

    fn function(&mut self, function: &'a Function) {
        let params: Vec<&str> = function.params.iter().map(|param| &*param.text).collect();
        let mut locals: BTreeSet<&str> = params.iter().copied().collect();
        bound(&function.body, &mut locals);
        self.functions.insert(&function.name.text, self.codes.len());
        self.codes.push(Code { name: &function.name.text, params, body: &function.body, locals });
    }

    fn main(&mut self, main: &'a Main) {
        let mut locals = BTreeSet::new();
        bound(&main.body, &mut locals);
        self.codes.push(Code { name: "main", params: Vec::new(), body: &main.body, locals });
    }
}

/// Whether there is one of it for all processes without the word `process`.
fn is_for_all_processes(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Pipe | ObjectKind::Device | ObjectKind::ProcessPool => true,
        ObjectKind::Lock
        | ObjectKind::Rlock
        | ObjectKind::Semaphore
        | ObjectKind::BoundedSemaphore
        | ObjectKind::Event
        | ObjectKind::Condition
        | ObjectKind::Barrier
        | ObjectKind::Queue
        | ObjectKind::ThreadPool => false,
    }
}

/// Adds the names that a block binds by `let` and `for`.
fn bound<'a>(block: &'a Block, names: &mut BTreeSet<&'a str>) {
    for statement in &block.statements {
        if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind {
            names.insert(&name.text);
        }
        for inner in statement.blocks() {
            bound(inner, names);
        }
    }
}
