//! What names mean where a value is read.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::can_be_entered;
use crate::ir::signature::{Builtin, Receiver, method};
use crate::syntax::ast::ObjectKind;

use super::call::foreign_name;
use super::globals::Global;
use super::guess::{guess, guessed, labelled};
use super::known::Known;
use super::{Checker, Context, foreign};

/// What is wanted where a name stands, so that what it may be a slip of fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    Anything,
    /// Something to compute with.
    Operand,
    /// Something that `with` takes.
    Entered,
    /// Something that serves `io`.
    Device,
    /// Something with that method.
    Method(&'a str),
}

impl Wanted<'_> {
    fn fits(self, global: Global<'_>) -> bool {
        let Global::Object { kind, .. } = global else { return true };
        match self {
            Self::Anything => true,
            Self::Operand => false,
            Self::Entered => can_be_entered(kind),
            Self::Device => kind == ObjectKind::Device,
            Self::Method(name) => method(Receiver::Object(kind), name).is_some(),
        }
    }
}

impl<'a> Checker<'a> {
    /// Whether the name is a local that the function's text has introduced so far.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.contains_key(name)
    }

    /// Whether the name means anything here.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.is_local(name) || self.globals.get(name).is_some() || self.globals.is_lost(name)
    }

    /// Where the name is declared.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.locals.get(name).map(|local| local.place).or_else(|| self.globals.place(name))
    }

    /// What a name means where a value is read.
    pub(super) fn name(&mut self, name: &'a str, span: Span, wanted: Wanted<'_>) -> Known<'a> {
        if self.globals.is_lost(name) {
            return Known::Refused;
        }
        if let Some(local) = self.locals.get(name) {
            return local.known;
        }
        match self.globals.get(name) {
            Some(Global::Object { kind, length }) => {
                self.in_subprocess(name, kind.word(), span);
                if length.is_some() { Known::Array(kind) } else { Known::Object(kind) }
            }
            Some(Global::Shared { ordinal, .. })
                if self.context == Context::Initialiser && ordinal >= self.declared =>
            {
                self.report_declared_below(name, span)
            }
            // A script may ask what a param or a shared is before it uses it.
            Some(Global::Shared { length, .. }) => {
                self.in_subprocess(name, "shared", span);
                if length.is_some() { Known::List(None) } else { Known::Anything }
            }
            Some(Global::Param) => Known::Anything,
            Some(Global::Function(_)) => self.report_function_as_value(name, span),
            None if Builtin::from_word(name).is_some() => self.report_function_as_value(name, span),
            None => self.report_unknown_name(name, span, wanted),
        }
    }

    fn report_declared_below(&mut self, name: &str, span: Span) -> Known<'a> {
        let message = format!("`{name}` has no value yet here");
        let mistake = Diagnostic::error(codes::DECLARED_BELOW, span, message)
            .at("read before its declaration")
            .with_help("a declaration may use the shareds above it: move this one below");
        self.mistakes.add(labelled(mistake, self.globals.place(name), "declared here"));
        Known::Refused
    }

    fn report_function_as_value(&mut self, name: &str, span: Span) -> Known<'a> {
        let message = format!("`{name}` is a function, and functions are no values");
        let mistake = Diagnostic::error(codes::FUNCTION_AS_VALUE, span, message)
            .at("a function")
            .with_help(format!("to call it, write `{name}(…)`"));
        self.mistakes.add(labelled(mistake, self.globals.place(name), "defined here"));
        Known::Refused
    }

    fn report_unknown_name(&mut self, name: &'a str, span: Span, wanted: Wanted<'_>) -> Known<'a> {
        if let Some(stream) = self.own_stream(name, span) {
            return stream;
        }
        if let Some(mistake) =
            self.foreign_value(name, span).or_else(|| self.unknown_name(name, span, wanted))
        {
            self.mistakes.add(mistake);
        }
        // One missing declaration is one mistake, however often the function reads the name.
        self.forgive(name, span);
        Known::Refused
    }

    /// A value or a word of another language.
    fn foreign_value(&self, name: &str, span: Span) -> Option<Diagnostic> {
        if let Some(value) = foreign::value(name) {
            let message = format!("`{name}` is written `{value}` here");
            let mistake =
                Diagnostic::error(codes::FOREIGN_NAME, span, message).at("not a part of the language");
            return Some(mistake.with_help(format!("write `{value}`")).with_fix(Fix::sure(span, value)));
        }
        if let Some(help) = foreign::word(name) {
            return Some(foreign_name(name, span, help));
        }
        let help = "scripts have no modules: what they need of Python is built in";
        foreign::is_module(name).then(|| foreign_name(name, span, help))
    }

    /// Nothing if it was said before, or if the mistake is another one.
    fn unknown_name(&mut self, name: &'a str, span: Span, wanted: Wanted<'_>) -> Option<Diagnostic> {
        if self.globals.survey.constructs(name) {
            return None;
        }
        if let Some(&below) = self.lets.get(name) {
            let message = format!("`{name}` is read above its `let`");
            let mistake = Diagnostic::error(codes::READ_ABOVE, span, message).at("has no value yet");
            let mistake = mistake.with_label(below, "it gets its first value here");
            return Some(
                mistake.with_help(format!("move the `let {name} = …` up, or begin with another value there")),
            );
        }
        let message = format!("there is no `{name}` here");
        let mistake = Diagnostic::error(codes::UNKNOWN_NAME, span, message).at("not declared");
        let candidates = self.globals.values(|global| wanted.fits(global));
        if let Some(guess) = guess(name, self.declared_locals().chain(candidates)) {
            return Some(guessed(mistake, guess, self.place(guess.name)));
        }
        if !self.told.insert(name) {
            return None;
        }
        let elsewhere = self.globals.survey.lets.get(name).copied();
        let mistake = labelled(mistake, elsewhere, "a local of a function is seen in that function only");
        Some(mistake.with_help(self.how_to_declare(name, wanted)))
    }

    fn how_to_declare(&self, name: &str, wanted: Wanted<'_>) -> String {
        match (self.context, wanted) {
            (Context::Code | Context::When, Wanted::Entered) => {
                format!("declare it at the top: `lock {name}`")
            }
            (Context::Code | Context::When, Wanted::Device) => {
                format!("declare it at the top: `device {name}(1)`")
            }
            (Context::Code | Context::When, Wanted::Method(method))
                if ObjectKind::from_word(name).is_some() =>
            {
                format!(
                    "`{name}` is a kind of objects: declare one with `{name} m` at the top, and write `m.{method}`"
                )
            }
            (Context::Code | Context::When, Wanted::Anything | Wanted::Operand | Wanted::Method(_)) => {
                format!("declare it: `let {name} = …` for this function, `shared {name} = …` for all")
            }
            (Context::Invariant | Context::Finally | Context::Initialiser, _) => {
                format!("declare it: `shared {name} = …` or `param {name} = …`; locals are not seen here")
            }
        }
    }
}
