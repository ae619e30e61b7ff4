//! Items: settings, declarations, functions and properties.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::constructor;
use crate::syntax::ast::{
    Block, Declarator, Function, Item, Machine, Name, ObjectKind, Objects, Property, PropertyKind, Script,
    Setting, Shared, StatementKind,
};
use crate::syntax::parts::statements_in;

use super::call::{Callee, misfit_of};
use super::findings::FINDINGS;
use super::guess::{Guess, guess};
use super::{Checker, Context, Known, Local};

impl<'a> Checker<'a> {
    /// All items in the order of the text.
    pub(super) fn script(&mut self, script: &'a Script) {
        let mut settings = BTreeMap::new();
        for item in &script.items {
            if self.mistakes.is_full() {
                return;
            }
            match item {
                Item::Machine(machine) => self.machine(machine, &mut settings),
                Item::Param(_) => {}
                Item::Objects(objects) => self.objects(objects),
                Item::Shared(shared) => self.shared(shared),
                Item::Function(function) => self.function(function),
                Item::Property(property) => self.property(property),
                Item::Main(main) => self.body(None, &main.body, &[]),
            }
            self.leave_body();
        }
    }

    fn machine(&mut self, machine: &'a Machine, settings: &mut BTreeMap<&'a str, Span>) {
        for Setting { name, .. } in &machine.settings {
            match settings.get(name.text.as_str()) {
                None => {
                    settings.insert(&name.text, name.span);
                }
                Some(&first) => self.mistakes.add(
                    Diagnostic::error(
                        codes::SETTING_TWICE,
                        name.span,
                        format!("`{}` is set twice", name.text),
                    )
                    .at("set again here")
                    .with_label(first, "first set here"),
                ),
            }
        }
    }

    fn objects(&mut self, objects: &'a Objects) {
        self.context = Context::Initialiser;
        for declarator in &objects.declarators {
            self.declarator(objects.kind, declarator);
        }
    }

    fn declarator(&mut self, kind: ObjectKind, declarator: &'a Declarator) {
        self.expressions(&declarator.length);
        let args = declarator.args.as_deref().unwrap_or_default();
        let given = self.arguments(args, false);
        let callee = Callee { name: kind.word(), span: declarator.name.span };
        if let Some(mistake) = misfit_of(&callee, constructor(kind), &given) {
            let is_mended = mistake.fix.is_some();
            let help = format!("write `{} {}{}`", kind.word(), declarator.name.text, example(kind));
            self.mistakes.add(if is_mended { mistake } else { mistake.with_help(help) });
        }
    }

    fn shared(&mut self, shared: &'a Shared) {
        self.context = Context::Initialiser;
        for cell in &shared.cells {
            self.expressions(&cell.length);
            self.expression(&cell.value);
            self.declared += 1;
        }
    }

    fn function(&mut self, function: &'a Function) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for param in &function.params {
            if let Some(&span) = first.get(param.text.as_str()) {
                let message = format!("`{}` has two parameters `{}`", function.name.text, param.text);
                self.mistakes.add(
                    Diagnostic::error(codes::PARAMETER_TWICE, param.span, message)
                        .at("again")
                        .with_label(span, "first here"),
                );
            }
            first.entry(&param.text).or_insert(param.span);
        }
        self.body(Some(&function.name.text), &function.body, &function.params);
    }

    /// The body of a function or of main, with its parameters.
    fn body(&mut self, function: Option<&'a str>, body: &'a Block, params: &'a [Name]) {
        self.context = Context::Code;
        self.function = function;
        let local = |param: &'a Name| {
            (param.text.as_str(), Local { known: Known::Anything, forgiven: false, place: param.span })
        };
        self.locals = params.iter().map(local).collect();
        self.survey(body, params);
        self.block(body);
    }

    /// Which names the function gives a value, where first, and which of them once only.
    fn survey(&mut self, body: &'a Block, params: &'a [Name]) {
        let mut more = BTreeSet::new();
        more.extend(params.iter().map(|param| param.text.as_str()));
        statements_in(body).for_each(|statement| {
            let name =
                if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind {
                    self.lets.entry(&name.text).or_insert(name.span);
                    name
                } else if let StatementKind::Assign { place, .. } = &statement.kind
                    && place.indices.is_empty()
                {
                    &place.name
                } else {
                    return;
                };
            if !self.once.insert(&name.text) {
                more.insert(&name.text);
            }
        });
        self.once.retain(|name| !more.contains(name));
    }

    /// Outside of functions there are no locals.
    fn leave_body(&mut self) {
        self.function = None;
        self.locals.clear();
        self.lets.clear();
        self.once.clear();
        self.lacking.clear();
    }

    fn property(&mut self, property: &'a Property) {
        match &property.kind {
            PropertyKind::Invariant(condition) => {
                self.context = Context::Invariant;
                self.expression(condition);
            }
            PropertyKind::Finally(condition) => {
                self.context = Context::Finally;
                self.expression(condition);
            }
            PropertyKind::Expect(kind) => self.expectation(kind),
        }
    }

    fn expectation(&mut self, name: &Name) {
        // A name has no hyphens, the kinds have.
        let word = name.text.replace('_', "-");
        if FINDINGS.contains(&&*word) {
            return;
        }
        let mistake = if word == "limit" {
            Diagnostic::error(codes::LIMIT_EXPECTED, name.span, "a limit cannot be expected")
                .at("says nothing about the script")
                .with_help("a limit ends a run before there is a verdict; raise it with `--max-events`")
        } else {
            let message = format!("there is no kind of finding called `{}`", name.text);
            let mistake = Diagnostic::error(codes::UNKNOWN_FINDING, name.span, message).at("unknown");
            match guess(&word, FINDINGS.iter().copied()) {
                Some(guess) => {
                    let word = guess.name.replace('-', "_");
                    let guess = Guess { name: &word, ..guess };
                    mistake.with_help(guess.help()).with_fix(guess.fix(name.span))
                }
                None => {
                    mistake.with_help("write `expect deadlock`, `expect assertion`, `expect exception`, …")
                }
            }
        };
        self.mistakes.add(mistake);
    }
}

/// The arguments of a declaration, for example.
const fn example(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Event | ObjectKind::Pipe => "",
        ObjectKind::Condition => "(m)` with a lock `m`, or leave the brackets out: `condition c",
        ObjectKind::Queue => "(10)` or `queue q(order=\"lifo\")",
        ObjectKind::Semaphore
        | ObjectKind::BoundedSemaphore
        | ObjectKind::Barrier
        | ObjectKind::Device
        | ObjectKind::ThreadPool
        | ObjectKind::ProcessPool => "(3)",
    }
}
