//! Methods and parts: what stands behind a dot.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{Receiver, Signature, method, methods};
use crate::syntax::ast::{Arg, Expr, Name, ObjectKind};

use super::call::{Callee, fit};
use super::globals::Global;
use super::known::Known;
use super::name::STREAMS;
use super::shape::as_name;
use super::support::{Feature, refuse};
use super::{Checker, did_you_mean, helped};

/// The ends of a pipe.
const ENDS: [&str; 2] = ["left", "right"];

impl<'a> Checker<'a> {
    /// `x.name(…)`, where `receiver` is what is certain about `x`, and `x`.
    pub(super) fn method_call(
        &mut self,
        receiver: (Known<'a>, &'a Expr),
        name: &'a Name,
        args: &'a [Arg],
    ) -> Known<'a> {
        let (known, base) = receiver;
        if let Known::Refused = known {
            self.method_arguments(name, args);
            return Known::Refused;
        }
        if matches!(name.text.as_str(), "append" | "pop") && self.is_cell_array(base) {
            self.mistakes.add(whole_cells(base, name));
            self.method_arguments(name, args);
            return Known::Refused;
        }
        if let Known::Array(kind) = known {
            self.mistakes.add(whole_array(base, kind));
            self.method_arguments(name, args);
            return Known::Refused;
        }
        let candidates = self.candidates(known, &name.text);
        if candidates.is_empty() {
            let mistake = self.no_method(known, name, base);
            self.mistakes.add(mistake);
            self.method_arguments(name, args);
            return Known::Refused;
        }
        if let Some(refusal) = self.refused_on_handle(known, name) {
            self.mistakes.add(refusal);
            return Known::Refused;
        }
        let given = self.method_arguments(name, args);
        let callee = Callee { name: &name.text, span: name.span };
        // What can be of several kinds is wrong only if the call fits none of them.
        if candidates.iter().all(|signature| fit(signature, &given).is_err()) {
            self.bind_signature(&callee, candidates[0], &given);
        }
        Known::Anything
    }

    /// Whether it is the bare name of a shared array.
    fn is_cell_array(&self, base: &Expr) -> bool {
        as_name(base).is_some_and(|name| {
            let global = self.globals.get(name);
            !self.locals.contains(name) && matches!(global, Some(Global::Shared { array: true, .. }))
        })
    }

    /// `x.name` without a call.
    pub(super) fn attribute(&mut self, known: Known<'a>, name: &'a Name, span: Span) -> Known<'a> {
        let is_pipe = matches!(known, Known::Object(ObjectKind::Pipe));
        let may_be_pipe = matches!(known, Known::Anything) && self.globals.kinds.contains(&ObjectKind::Pipe);
        if ENDS.contains(&name.text.as_str()) && (is_pipe || may_be_pipe) {
            return Known::PipeEnd;
        }
        let mistake = match known {
            Known::Refused => return Known::Refused,
            Known::Anything | Known::Handle if STREAMS.contains(&name.text.as_str()) => {
                let Some(refusal) = refuse(Feature::Stream, name.span) else { return Known::Anything };
                refusal
            }
            Known::Anything
            | Known::Literal(_)
            | Known::List
            | Known::Handle
            | Known::Object(_)
            | Known::Array(_)
            | Known::PipeEnd => {
                if self.candidates(known, &name.text).is_empty() {
                    self.no_part(known, name)
                } else {
                    let message = format!("`{}` is a method and needs brackets", name.text);
                    Diagnostic::error(codes::METHOD_NOT_CALLED, span, message)
                        .at("not called")
                        .with_help(format!("write `.{}()`", name.text))
                }
            }
        };
        self.mistakes.add(mistake);
        Known::Refused
    }

    /// The arguments of a method; `map` takes a function first and may take a range.
    fn method_arguments(&mut self, name: &Name, args: &'a [Arg]) -> super::call::Given<'a> {
        if name.text != "map" {
            return self.arguments(args, false);
        }
        let Some((Arg { name: None, value, range_end: None }, rest)) = args.split_first() else {
            return self.arguments(args, true);
        };
        let Some(function) = as_name(value) else { return self.arguments(args, true) };
        if self.globals.function(function).is_none() && !self.globals.is_lost(function) {
            let mistake = self.no_function(&Callee { name: function, span: value.span });
            self.mistakes.add(mistake);
        }
        let mut given = self.arguments(rest, true);
        given.put_first(value.span);
        given
    }

    /// The methods of that name that the value may have.
    fn candidates(&self, known: Known<'a>, name: &str) -> Vec<&'static Signature> {
        self.receivers(known).into_iter().filter_map(|receiver| method(receiver, name)).collect()
    }

    /// What the value may be: no value is of a kind that the script does not declare.
    fn receivers(&self, known: Known<'a>) -> Vec<Receiver> {
        if let Known::Anything = known {
            let kinds = self.globals.kinds.iter().map(|&kind| Receiver::Object(kind));
            return kinds.chain([Receiver::Handle, Receiver::List]).collect();
        }
        known.receiver().into_iter().collect()
    }

    /// The refusal of a handle's method, if nothing but a handle has it.
    fn refused_on_handle(&self, known: Known<'a>, name: &Name) -> Option<Diagnostic> {
        let others = self.receivers(known).into_iter().filter(|receiver| *receiver != Receiver::Handle);
        if others.into_iter().any(|receiver| method(receiver, &name.text).is_some()) {
            return None;
        }
        let signature = method(Receiver::Handle, &name.text)?;
        refuse(Feature::HandleMethod(signature.name), name.span)
    }

    fn no_method(&self, known: Known<'a>, name: &Name, base: &Expr) -> Diagnostic {
        if let (Known::Object(ObjectKind::Pipe), Some(pipe)) = (known, as_name(base)) {
            let message = format!("a pipe has two ends, and `{}` is a method of an end", name.text);
            return Diagnostic::error(codes::UNKNOWN_METHOD, name.span, message)
                .at("which end?")
                .with_help(format!("write `{pipe}.left.{0}(…)` or `{pipe}.right.{0}(…)`", name.text));
        }
        self.no_part(known, name)
    }

    fn no_part(&self, known: Known<'a>, name: &Name) -> Diagnostic {
        let message = match known.described() {
            Some(what) => format!("{what} has no method `{}`", name.text),
            None => format!("no value of this script has a method `{}`", name.text),
        };
        let words: Vec<&str> =
            self.receivers(known).into_iter().flat_map(methods).map(|signature| signature.name).collect();
        let known_methods = (!words.is_empty() && !matches!(known, Known::Anything))
            .then(|| format!("it has `{}`", words.join("`, `")));
        let help = did_you_mean(&name.text, words.iter().copied()).or(known_methods);
        helped(Diagnostic::error(codes::UNKNOWN_METHOD, name.span, message).at("unknown"), help)
    }
}

/// The error of an array where one of its elements is needed.
/// A shared array has as many cells as it was declared with.
fn whole_cells(base: &Expr, method: &Name) -> Diagnostic {
    let message = format!("a shared array keeps its length: it has no `{}`", method.text);
    Diagnostic::error(codes::NOT_ASSIGNABLE, base.span, message)
        .at("a whole array")
        .with_help("for a list that grows, declare `shared xs = []`")
}

pub(super) fn whole_array(expr: &Expr, kind: ObjectKind) -> Diagnostic {
    let word = kind.word();
    let mistake = Diagnostic::error(
        codes::WHOLE_ARRAY,
        expr.span,
        format!("one {word} is needed here, not the whole array"),
    )
    .at("an array");
    let help = as_name(expr).map(|name| format!("choose one: `{name}[i]`"));
    helped(mistake, help)
}
