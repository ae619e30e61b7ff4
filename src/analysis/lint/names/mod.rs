//! Who uses which name: for the script as a whole, and for the locals of each function.
//!
//! It knows which names mean the same thing and where each is read and
//! written. It does not know values, or in which order things happen in a run.

mod resolve;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, Item, Name, ObjectKind, Script};

use resolve::Resolver;

/// What is declared in a script and who uses it.
#[derive(Debug)]
pub(in crate::analysis) struct Names<'a> {
    /// By name, in the order of the text.
    pub(super) globals: IndexMap<&'a str, Global>,
    /// The functions and main, in the order of the text.
    pub(super) scopes: Vec<Scope<'a>>,
}

/// What a global name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GlobalKind {
    Param,
    Object(ObjectKind),
    Shared,
    Function,
}

/// A declared name.
#[derive(Debug)]
pub(super) struct Global {
    pub(super) kind: GlobalKind,
    /// The name in its declaration.
    pub(super) span: Span,
    /// How often it is read, called or spawned.
    pub(super) reads: usize,
    /// The first place that assigns it, or a part of it.
    pub(super) written: Option<Span>,
}

/// A function, or main.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    /// The name of the function; none is main.
    pub(super) function: Option<&'a str>,
    pub(super) body: &'a Block,
    /// By name, in the order in which the text introduces them, parameters first.
    pub(super) locals: IndexMap<&'a str, Local<'a>>,
    /// The functions that it calls or spawns.
    pub(super) calls: BTreeSet<&'a str>,
}

/// What introduces a local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Parameter,
    Let,
    Loop,
}

/// A local of one function.
#[derive(Debug)]
pub(super) struct Local<'a> {
    pub(super) origin: Origin,
    /// Where it is introduced: the name.
    pub(super) span: Span,
    /// The word `let` in front of that, and the blank behind it.
    pub(super) word: Option<Span>,
    /// How often it is read, not counting what only gives it its own next value.
    pub(super) reads: usize,
    /// Where it is read for the last time in the text.
    pub(super) last_read: u32,
    /// The first place that assigns it, or a part of it, after its introduction.
    pub(super) assigned: Option<Span>,
    /// The values that it is given whole.
    pub(super) values: Vec<&'a Expr>,
    /// Each `let` of it in a block inside the one that introduces it.
    pub(super) inner_lets: Vec<InnerLet>,
    /// Whether a `for` counts with it.
    pub(super) counts: bool,
    /// Where the block begins that introduces it.
    block: u32,
}

/// A `let` of a local that an outer block has introduced.
#[derive(Clone, Copy, Debug)]
pub(super) struct InnerLet {
    /// The word `let` and the blank behind it.
    pub(super) word: Span,
    /// The name.
    pub(super) name: Span,
    /// Where its block ends.
    pub(super) block_end: u32,
}

impl<'a> Names<'a> {
    /// Reads them off a script without mistakes.
    pub(in crate::analysis) fn collect(script: &'a Script) -> Self {
        let mut resolver = Resolver::new(declared(script));
        script.items.iter().for_each(|item| resolver.item(item));
        resolver.finish()
    }

    /// Whether the name is declared, and as something of that kind.
    pub(super) fn is(&self, name: &str, kind: GlobalKind) -> bool {
        self.globals.get(name).is_some_and(|global| global.kind == kind)
    }
}

impl GlobalKind {
    /// `param`, `lock`
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Param => "param",
            Self::Object(kind) => kind.word(),
            Self::Shared => "shared",
            Self::Function => "function",
        }
    }
}

/// Whether its author says that nobody need use it.
pub(super) fn is_meant_unused(name: &str) -> bool {
    name.starts_with('_')
}

fn declared(script: &Script) -> IndexMap<&str, Global> {
    let mut names: Vec<(&Name, GlobalKind)> = Vec::new();
    for item in &script.items {
        match item {
            Item::Param(param) => names.push((&param.name, GlobalKind::Param)),
            Item::Objects(objects) => {
                let kind = GlobalKind::Object(objects.kind);
                names.extend(objects.declarators.iter().map(|declarator| (&declarator.name, kind)));
            }
            Item::Shared(shared) => {
                names.extend(shared.cells.iter().map(|cell| (&cell.name, GlobalKind::Shared)));
            }
            Item::Function(function) => names.push((&function.name, GlobalKind::Function)),
            Item::Machine(_) | Item::Property(_) | Item::Main(_) => {}
        }
    }
    let global =
        |(name, kind): (&'_ Name, GlobalKind)| Global { kind, span: name.span, reads: 0, written: None };
    names.into_iter().map(|(name, kind)| (name.text.as_str(), global((name, kind)))).collect()
}
