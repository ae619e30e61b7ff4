//! What names mean where a value is read.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::Builtin;

use super::globals::Global;
use super::known::Known;
use super::support::{Feature, refuse};
use super::{Checker, Context, did_you_mean, helped};

/// What a subprocess calls its standard streams.
pub(super) const STREAMS: [&str; 3] = ["stdin", "stdout", "stderr"];

impl<'a> Checker<'a> {
    /// What a name means where a value is read.
    pub(super) fn name(&mut self, name: &'a str, span: Span) -> Known<'a> {
        if self.globals.is_lost(name) {
            return Known::Refused;
        }
        if self.locals.contains(name) {
            return Known::Anything;
        }
        match self.globals.get(name) {
            Some(Global::Object { kind, array: false }) => Known::Object(kind),
            Some(Global::Object { kind, array: true }) => Known::Array(kind),
            Some(Global::Shared { ordinal, .. })
                if self.context == Context::Initialiser && ordinal >= self.declared =>
            {
                self.report_declared_below(name, span)
            }
            // A script may ask what a param or a shared is before it uses it.
            Some(Global::Param | Global::Shared { .. }) => Known::Anything,
            Some(Global::Function(_)) => self.report_function_as_value(name, span),
            None if Builtin::from_word(name).is_some() => self.report_function_as_value(name, span),
            None => self.report_unknown_name(name, span),
        }
    }

    fn report_declared_below(&mut self, name: &str, span: Span) -> Known<'a> {
        let message = format!("`{name}` has no value yet here");
        let mut mistake = Diagnostic::error(codes::DECLARED_BELOW, span, message)
            .at("read before its declaration")
            .with_help("a declaration may use the shareds above it: move this one below");
        if let Some(place) = self.globals.place(name) {
            mistake = mistake.with_label(place, "declared here");
        }
        self.mistakes.add(mistake);
        Known::Refused
    }

    fn report_function_as_value(&mut self, name: &str, span: Span) -> Known<'a> {
        let message = format!("`{name}` is a function, and functions are no values");
        self.mistakes.add(
            Diagnostic::error(codes::FUNCTION_AS_VALUE, span, message)
                .at("a function")
                .with_help(format!("to call it, write `{name}(…)`")),
        );
        Known::Refused
    }

    fn report_unknown_name(&mut self, name: &'a str, span: Span) -> Known<'a> {
        if STREAMS.contains(&name)
            && let Some(refusal) = refuse(Feature::Stream, span)
        {
            self.mistakes.add(refusal);
            return Known::Refused;
        }
        let help = match name {
            "true" => Some("write `True`".to_owned()),
            "false" => Some("write `False`".to_owned()),
            "none" | "null" | "nil" => Some("write `None`".to_owned()),
            _ => did_you_mean(name, self.locals.iter().copied().chain(self.globals.values())),
        };
        let help = help.or_else(|| Some(self.how_to_declare(name)));
        let mistake = Diagnostic::error(codes::UNKNOWN_NAME, span, format!("there is no `{name}` here"));
        self.mistakes.add(helped(mistake.at("not declared"), help));
        // One missing declaration is one mistake, however often the function reads the name.
        self.locals.insert(name);
        Known::Refused
    }

    fn how_to_declare(&self, name: &str) -> String {
        match self.context {
            Context::Code | Context::When => {
                format!("declare it: `let {name} = …` for this function, `shared {name} = …` for all")
            }
            Context::Invariant | Context::Finally | Context::Initialiser => {
                format!("declare it: `shared {name} = …` or `param {name} = …`; locals are not seen here")
            }
        }
    }
}
