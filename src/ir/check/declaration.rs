//! Items: settings, declarations, functions and properties.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::constructor;
use crate::syntax::ast::{
    Block, Declarator, Expr, ExprKind, Function, Item, Literal, Machine, Name, ObjectKind, Objects, Property,
    PropertyKind, Script, Setting, Shared, UnaryOp,
};

use super::call::Callee;
use super::known::Known;
use super::shape::as_literal;
use super::support::{FINDINGS, Feature, refuse};
use super::{Checker, Context, did_you_mean, helped};

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
                Item::Main(main) => self.body(&main.body, &[]),
            }
            self.locals.clear();
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
        let refusal = objects
            .process
            .and_then(|span| refuse(Feature::ProcessDeclaration, span))
            .or_else(|| refuse(Feature::Object(objects.kind), objects.kind_span));
        if let Some(refusal) = refusal {
            return self.mistakes.add(refusal);
        }
        self.context = Context::Initialiser;
        for declarator in &objects.declarators {
            self.declarator(objects.kind, declarator);
        }
    }

    fn declarator(&mut self, kind: ObjectKind, declarator: &'a Declarator) {
        self.length(declarator.length.as_ref());
        let args = declarator.args.as_deref().unwrap_or_default();
        let given = self.arguments(args, false);
        let callee = Callee { name: kind.word(), span: declarator.name.span };
        self.bind_signature(&callee, constructor(kind), &given);
    }

    fn shared(&mut self, shared: &'a Shared) {
        if let Some(refusal) = shared.process.and_then(|span| refuse(Feature::ProcessDeclaration, span)) {
            self.declared += shared.cells.len();
            return self.mistakes.add(refusal);
        }
        self.context = Context::Initialiser;
        for cell in &shared.cells {
            self.length(cell.length.as_ref());
            self.expression(&cell.value);
            self.declared += 1;
        }
    }

    /// The length of an array, where it is certain.
    fn length(&mut self, length: Option<&'a Expr>) {
        let Some(length) = length else { return };
        let known = self.expression(length);
        let negative = is_negative(length);
        let Some(what) = known.described() else { return };
        if matches!(known, Known::Literal(Literal::Int(_) | Literal::Bool(_))) && !negative {
            return;
        }
        let what = if negative { "a negative number".to_owned() } else { what };
        let message = format!("{what} cannot be the length of an array");
        self.mistakes.add(
            Diagnostic::error(codes::BAD_LENGTH, length.span, message)
                .at(what)
                .with_help("a length is a whole number, as in `lock forks[5]`"),
        );
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
        self.body(&function.body, &function.params);
    }

    /// The body of a function or of main, with its parameters.
    fn body(&mut self, body: &'a Block, params: &'a [Name]) {
        self.context = Context::Code;
        self.locals = params.iter().map(|param| param.text.as_str()).collect();
        self.block(body);
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
        if let Some(kind) = FINDINGS.iter().find(|kind| **kind == word) {
            if let Some(refusal) = refuse(Feature::Expect(kind), name.span) {
                self.mistakes.add(refusal);
            }
            return;
        }
        let mistake = if word == "limit" {
            Diagnostic::error(codes::LIMIT_EXPECTED, name.span, "a limit cannot be expected")
                .at("says nothing about the script")
                .with_help("a limit ends a run before there is a verdict; raise it with `--max-events`")
        } else {
            let message = format!("there is no kind of finding called `{}`", name.text);
            let help = did_you_mean(&word, FINDINGS.iter().copied()).unwrap_or_else(|| {
                "write `expect deadlock`, `expect assertion`, `expect exception`, …".to_owned()
            });
            helped(Diagnostic::error(codes::UNKNOWN_FINDING, name.span, message).at("unknown"), Some(help))
        };
        self.mistakes.add(mistake);
    }
}

fn is_negative(length: &Expr) -> bool {
    let is_above_zero = |expr: &Expr| matches!(as_literal(expr), Some(Literal::Int(value)) if *value > 0);
    matches!(&length.kind, ExprKind::Unary { op: UnaryOp::Negate, operand } if is_above_zero(operand))
}
