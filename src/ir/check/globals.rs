//! The one namespace of a script, and what its text says as a whole.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::syntax::ast::{Expr, Function, Item, Literal, Name, ObjectKind, Script, UnitKind};

use super::mistakes::Mistakes;
use super::survey::Survey;

/// What a global name means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global<'a> {
    Param,
    Object {
        kind: ObjectKind,
        length: Option<&'a Expr>,
    },
    /// `ordinal` counts the shareds in the order of the text.
    Shared {
        length: Option<&'a Expr>,
        ordinal: usize,
        process: bool,
    },
    Function(&'a Function),
}

/// All global names, and what the text says as a whole.
pub(super) struct Globals<'a> {
    names: IndexMap<&'a str, (Global<'a>, Span)>,
    pub(super) survey: Survey<'a>,
    /// The kinds of objects that the script declares.
    pub(super) kinds: BTreeSet<ObjectKind>,
    /// How many shareds there are so far.
    shareds: usize,
    /// The first `main`.
    main: Option<Span>,
    /// All functions, and main, in the order of the text.
    pub(super) items: &'a [Item],
    /// The words of what could not be read, each of which may mean anything.
    lost: &'a BTreeSet<String>,
}

impl<'a> Globals<'a> {
    /// Reads them off the script and reports duplicates and a missing or second main.
    pub(super) fn collect(
        script: &'a Script,
        unit: UnitKind,
        lost: &'a BTreeSet<String>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let mut globals = Self {
            names: IndexMap::new(),
            survey: Survey::new(unit),
            kinds: BTreeSet::new(),
            shareds: 0,
            main: None,
            items: &script.items,
            lost,
        };
        for item in &script.items {
            globals.declare_item(item, mistakes);
            let Item::Main(found) = item else { continue };
            match globals.main {
                None => globals.main = Some(found.span),
                Some(first) => mistakes.add(two_mains(found.span, first)),
            }
        }
        globals.survey = Survey::new(unit).look_at(script, |name| globals.names.contains_key(name));
        if globals.main.is_none() && !globals.is_lost("main") {
            mistakes.add(no_main(script));
        }
        globals
    }

    /// Whether the name stood in a part of the text that could not be read.
    pub(super) fn is_lost(&self, name: &str) -> bool {
        self.lost.contains(name)
    }

    /// The word `main`, before which a declaration can be put.
    pub(super) const fn main(&self) -> Option<Span> {
        self.main
    }

    /// The length of an array, if it is written as a number.
    pub(super) fn length(&self, name: &str) -> Option<i64> {
        let length = match self.get(name)? {
            Global::Object { length, .. } | Global::Shared { length, .. } => length?,
            Global::Param | Global::Function(_) => return None,
        };
        if let Some(Literal::Int(length)) = length.as_literal() { Some(*length) } else { None }
    }

    /// What the name means.
    pub(super) fn get(&self, name: &str) -> Option<Global<'a>> {
        self.names.get(name).map(|&(global, _)| global)
    }

    /// The place of a global's declaration.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.names.get(name).map(|&(_, span)| span)
    }

    /// The function of that name.
    pub(super) fn function(&self, name: &str) -> Option<&'a Function> {
        match self.get(name) {
            Some(Global::Function(function)) => Some(function),
            Some(Global::Param | Global::Object { .. } | Global::Shared { .. }) | None => None,
        }
    }

    /// Names that hold values and fit, in the order of the text.
    pub(super) fn values(&self, fits: impl Fn(Global<'a>) -> bool) -> impl Iterator<Item = &'a str> {
        let is_value = move |global| !matches!(global, Global::Function(_)) && fits(global);
        self.names.iter().filter(move |(_, (global, _))| is_value(*global)).map(|(&name, _)| name)
    }

    /// Names of shareds.
    pub(super) fn shareds(&self) -> impl Iterator<Item = &'a str> {
        self.values(|global| matches!(global, Global::Shared { .. }))
    }

    /// Names of functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &'a str> {
        let is_function = |global: &Global<'_>| matches!(global, Global::Function(_));
        self.names.iter().filter(move |(_, (global, _))| is_function(global)).map(|(&name, _)| name)
    }

    fn declare_item(&mut self, item: &'a Item, mistakes: &mut Mistakes) {
        match item {
            Item::Param(param) => self.declare(&param.name, Global::Param, mistakes),
            Item::Objects(objects) => {
                self.kinds.insert(objects.kind);
                for declarator in &objects.declarators {
                    let global = Global::Object { kind: objects.kind, length: declarator.length.as_ref() };
                    self.declare(&declarator.name, global, mistakes);
                }
            }
            Item::Shared(shared) => {
                for cell in &shared.cells {
                    let (length, process) = (cell.length.as_ref(), shared.process.is_some());
                    let global = Global::Shared { length, ordinal: self.shareds, process };
                    self.shareds += 1;
                    self.declare(&cell.name, global, mistakes);
                }
            }
            Item::Function(function) => {
                self.declare(&function.name, Global::Function(function), mistakes);
            }
            Item::Main(_) | Item::Machine(_) | Item::Property(_) => {}
        }
    }

    fn declare(&mut self, name: &'a Name, global: Global<'a>, mistakes: &mut Mistakes) {
        match self.names.get(name.text.as_str()) {
            Some(_) if self.is_lost(&name.text) => {}
            Some(&(_, first)) => mistakes.add(declared_twice(name, first)),
            None => {
                self.names.insert(&name.text, (global, name.span));
            }
        }
    }
}

fn no_main(script: &Script) -> Diagnostic {
    let end = script.items.iter().map(|item| end_of(item) as usize).max().unwrap_or(0);
    Diagnostic::error(codes::NO_MAIN, Span::new(end, end), "the script has no `main`")
        .at("`main { … }` is missing")
        .with_help("a run starts in `main`: add `main { … }`")
}

fn end_of(item: &Item) -> u32 {
    match item {
        Item::Machine(machine) => machine.span.end,
        Item::Param(param) => param.value_span.end,
        Item::Objects(objects) => objects.declarators.last().map_or(objects.kind_span.end, |declarator| {
            let args = declarator.args.iter().flatten();
            let ends = args.map(|arg| arg.range_end.as_ref().unwrap_or(&arg.value).span.end);
            ends.chain(declarator.length.as_ref().map(|length| length.span.end))
                .fold(declarator.name.span.end, u32::max)
        }),
        Item::Shared(shared) => shared.cells.last().map_or(0, |cell| cell.value.span.end),
        Item::Function(function) => function.body.span.end,
        Item::Property(property) => property.span.end,
        Item::Main(main) => main.body.span.end,
    }
}

fn two_mains(second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(codes::TWO_MAINS, second, "the script has two `main` blocks")
        .at("the second one")
        .with_label(first, "the first one")
        .with_help("keep one; make the other a `def` and call or spawn it")
}

fn declared_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(codes::DECLARED_TWICE, name.span, format!("`{}` is declared twice", name.text))
        .at("declared again here")
        .with_label(first, "first declared here")
        .with_help("params, objects, shareds and functions share one set of names: rename one of them")
}
