//! Methods and parts: what stands behind a dot.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{DefaultValue, Receiver, Signature, method, methods};
use crate::syntax::ast::{Arg, Expr, ExprKind, Name, ObjectKind};
use crate::syntax::print;

use super::call::{Callee, Given, fit};
use super::globals::Global;
use super::guess::{guess, guessed, helped, labelled};
use super::known::{Handle, Known, Plain};
use super::{Checker, renamed, stream};

/// The ends of a pipe.
const ENDS: [&str; 2] = ["left", "right"];

/// Methods that can have to wait, whatever has them.
const WAITING: [&str; 14] = [
    "acquire",
    "communicate",
    "get",
    "join",
    "map",
    "poll",
    "put",
    "read",
    "recv",
    "result",
    "send",
    "shutdown",
    "wait",
    "wait_for",
];

/// Whether it is the call of a method that can have to wait.
pub(super) fn may_wait(expr: &Expr) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    callee.as_attribute().is_some_and(|(_, name)| {
        // A pipe that is full makes its writer wait.
        name.text == "write" || WAITING.contains(&name.text.as_str())
    })
}

impl<'a> Checker<'a> {
    /// `x.name(…)`, where `receiver` is what is certain about `x`, and `x`.
    pub(super) fn method_call(
        &mut self,
        call: &'a Expr,
        receiver: (Known<'a>, &'a Expr),
        name: &'a Name,
        args: &'a [Arg],
    ) -> Known<'a> {
        let (known, base) = receiver;
        if matches!(known, Known::Refused) {
            self.arguments_of_unknown(base, name, args);
            return Known::Refused;
        }
        if matches!(name.text.as_str(), "append" | "pop") && self.is_cell_array(base) {
            self.mistakes.add(whole_cells(base, name));
            self.arguments(args, true);
            return Known::Refused;
        }
        if let Known::Array(kind) = known {
            self.mistakes.add(whole_array(base, kind));
            self.arguments(args, true);
            return Known::Refused;
        }
        let candidates = self.candidates(known, &name.text);
        if candidates.is_empty() {
            let mistake = self.no_method(call, receiver, name);
            self.mistakes.add(mistake);
            self.arguments_of_unknown(base, name, args);
            return Known::Refused;
        }
        let Some(given) = self.method_arguments(known, base, name, args) else { return Known::Refused };
        let callee = Callee { name: &name.text, span: name.span };
        // What can be of several kinds is wrong only if the call fits none of them.
        let fitting: Vec<&Signature> =
            candidates.iter().copied().filter(|signature| fit(signature, &given).is_ok()).collect();
        if let (Some(Global::Shared { process, .. }), "append") = (self.global(base), name.text.as_str()) {
            for item in &given.positional {
                self.keep_in_process(process, item.known, item.value);
            }
        }
        match fitting.as_slice() {
            [] => {
                self.bind_signature(&callee, candidates[0], &given);
            }
            [only] => self.argument_types(&callee, only, &given),
            [..] => {}
        }
        self.method_gives(known, &name.text)
    }

    /// The arguments of a method of which it is not known whose it is. In those of pools functions may be named.
    fn arguments_of_unknown(&mut self, base: &Expr, name: &Name, args: &'a [Arg]) {
        match name.text.as_str() {
            "map" => drop(self.mapped(args)),
            "submit" => drop(self.submitted(base, args)),
            _ => drop(self.arguments(args, true)),
        }
    }

    /// Whether it is the bare name of a shared array.
    fn is_cell_array(&self, base: &Expr) -> bool {
        matches!(self.global(base), Some(Global::Shared { length: Some(_), .. }))
    }

    /// What it means, if it is the bare name of a global that no local hides.
    fn global(&self, base: &Expr) -> Option<Global<'a>> {
        base.as_name().filter(|name| !self.is_local(name)).and_then(|name| self.globals.get(name))
    }

    /// `x.name` without a call.
    pub(super) fn attribute(&mut self, known: Known<'a>, name: &'a Name, span: Span) -> Known<'a> {
        if matches!(known, Known::Refused) {
            return Known::Refused;
        }
        let is_pipe = matches!(known, Known::Object(ObjectKind::Pipe));
        let may_be_pipe = matches!(known, Known::Anything) && self.globals.kinds.contains(&ObjectKind::Pipe);
        if ENDS.contains(&name.text.as_str()) && (is_pipe || may_be_pipe) {
            return Known::PipeEnd;
        }
        if let Some(stream) = self.stream_of(known, name) {
            return stream;
        }
        let candidates = self.candidates(known, &name.text);
        let mistake = match candidates.first() {
            None => self.no_part(known, name),
            Some(signature) => {
                let message = format!("`{}` is a method and needs brackets", name.text);
                let mistake = Diagnostic::error(codes::METHOD_NOT_CALLED, span, message).at("not called");
                let end = Span { start: name.span.end, end: name.span.end };
                let required =
                    signature.parameters.iter().any(|parameter| parameter.default == DefaultValue::Required);
                let args = if required { "(…)" } else { "()" };
                let mistake = mistake.with_help(format!("write `.{}{args}`", name.text));
                if required { mistake } else { mistake.with_fix(Fix::sure(end, "()")) }
            }
        };
        self.mistakes.add(mistake);
        Known::Refused
    }

    /// The arguments of a method; those of pools are special forms. None if they are refused.
    fn method_arguments(
        &mut self,
        known: Known<'a>,
        base: &Expr,
        name: &Name,
        args: &'a [Arg],
    ) -> Option<Given<'a>> {
        let pools = [ObjectKind::ThreadPool, ObjectKind::ProcessPool];
        let may_be_pool = match known {
            Known::Object(kind) => pools.contains(&kind),
            Known::Anything => pools.iter().any(|kind| self.globals.kinds.contains(kind)),
            Known::Plain(..)
            | Known::List(_)
            | Known::Handle(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Stream(_)
            | Known::Refused => false,
        };
        match name.text.as_str() {
            "map" if may_be_pool => self.mapped(args),
            "submit" if may_be_pool => self.submitted(base, args),
            _ => Some(self.arguments(args, false)),
        }
    }

    /// The methods of that name that the value may have.
    fn candidates(&self, known: Known<'a>, name: &str) -> Vec<&'static Signature> {
        let in_tables = self.receivers(known).into_iter().filter_map(|receiver| method(receiver, name));
        let streams: Vec<&'static Signature> = match known {
            Known::Stream(stream) => stream.methods().iter().collect(),
            Known::Anything if self.globals.survey.has_subprocesses() => stream::methods().collect(),
            Known::Handle(handle) if !handle.has(name) => return Vec::new(),
            Known::Anything
            | Known::Plain(..)
            | Known::List(_)
            | Known::Handle(_)
            | Known::Object(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Refused => Vec::new(),
        };
        in_tables.chain(streams.into_iter().filter(|signature| signature.name == name)).collect()
    }

    /// What the value may be: no value is of a kind that the script does not declare.
    fn receivers(&self, known: Known<'a>) -> Vec<Receiver> {
        if let Known::Anything = known {
            let kinds = self.globals.kinds.iter().map(|&kind| Receiver::Object(kind));
            return kinds.chain([Receiver::Handle, Receiver::List]).collect();
        }
        known.receiver().into_iter().collect()
    }

    fn method_gives(&self, known: Known<'a>, name: &str) -> Known<'a> {
        if let Known::Stream(_) = known {
            return if name == "read" { Known::Plain(Plain::Size, None) } else { Known::NONE };
        }
        let receivers = self.receivers(known);
        let mut having = receivers.into_iter().filter(|receiver| method(*receiver, name).is_some());
        match (having.next(), having.next()) {
            (Some(only), None) => gives(only, name),
            (_, _) => Known::Anything,
        }
    }

    fn no_method(&self, call: &Expr, receiver: (Known<'a>, &Expr), name: &Name) -> Diagnostic {
        let (known, base) = receiver;
        if let (Known::Object(ObjectKind::Pipe), Some(pipe)) = (known, base.as_name()) {
            let is_of_end = method(Receiver::Object(ObjectKind::Pipe), &name.text).is_some();
            let message = match is_of_end {
                true => format!("a pipe has two ends, and `{}` is a method of an end", name.text),
                false => format!("a pipe has no method `{}`: it has two ends", name.text),
            };
            let method = if is_of_end { name.text.as_str() } else { "send" };
            return Diagnostic::error(codes::UNKNOWN_METHOD, name.span, message)
                .at("which end?")
                .with_help(format!("write `{pipe}.left.{method}(…)` or `{pipe}.right.{method}(…)`"));
        }
        let mistake = self.no_part(known, name);
        if matches!(name.text.as_str(), "len" | "length" | "size") && matches!(known, Known::List(_)) {
            let text = format!("len({})", print::expression(base));
            return mistake.with_help(format!("write `{text}`")).with_fix(Fix::sure(call.span, text));
        }
        if name.text == "start" && self.statement == call.span {
            return mistake.with_fix(Fix::maybe(call.span, ""));
        }
        mistake
    }

    fn no_part(&self, known: Known<'a>, name: &Name) -> Diagnostic {
        let word = name.text.as_str();
        let is_part = ENDS.contains(&word) || stream::is_name(word);
        let message = match known.described() {
            Some(what) if is_part => format!("{what} has no `{word}`"),
            Some(what) => format!("{what} has no method `{word}`"),
            None => format!("no value of this script has a method `{word}`"),
        };
        let mistake = Diagnostic::error(codes::UNKNOWN_METHOD, name.span, message).at("unknown");
        let mistake = match known {
            Known::Handle(Handle::Unit(spawn)) => labelled(mistake, Some(spawn.unit_span), "started here"),
            Known::Anything
            | Known::Plain(..)
            | Known::List(_)
            | Known::Handle(Handle::Future)
            | Known::Object(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Stream(_)
            | Known::Refused => mistake,
        };
        let words = self.methods_of(known);
        if let Some(renamed) = renamed::method(&self.receivers(known), word) {
            let mistake = mistake.with_help(renamed.help());
            return match renamed.here {
                Some(here) if words.contains(&here) => mistake.with_fix(Fix::maybe(name.span, here)),
                Some(_) | None => mistake,
            };
        }
        if let Some(help) = instead(known, word) {
            return mistake.with_help(help);
        }
        if let Some(guess) = guess(word, words.iter().copied()) {
            return guessed(mistake, guess, None);
        }
        let is_certain = !words.is_empty() && !matches!(known, Known::Anything);
        helped(mistake, is_certain.then(|| format!("it has `{}`", words.join("`, `"))))
    }

    /// The names of all methods that the value may have.
    fn methods_of(&self, known: Known<'a>) -> Vec<&'static str> {
        if let Known::Stream(stream) = known {
            return stream.methods().iter().map(|signature| signature.name).collect();
        }
        let tables = self.receivers(known).into_iter().flat_map(methods);
        let has = |word: &&str| match known {
            Known::Handle(handle) => handle.has(word),
            Known::Anything
            | Known::Plain(..)
            | Known::List(_)
            | Known::Object(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Stream(_)
            | Known::Refused => true,
        };
        tables.map(|signature| signature.name).filter(has).collect()
    }
}

/// What to do where a method or part of others is missing.
fn instead(known: Known<'_>, word: &str) -> Option<&'static str> {
    match (known, word) {
        (Known::Handle(_), "cancel") => Some(
            "only a task, or a future that has not begun, can be cancelled: let the function look at a `shared` flag",
        ),
        (Known::Handle(_), "terminate" | "kill") => {
            Some("only a process can be ended from outside: let the function look at a `shared` flag")
        }
        (Known::Handle(_), "wait") => Some("to wait for its end, write `join()`"),
        (Known::Handle(_), "communicate" | "stdin" | "stdout" | "stderr") => {
            Some("only a subprocess has streams: `return` the value, and take it with `result()`")
        }
        (Known::Object(ObjectKind::Device), _) => Some("a device serves `io`: `io 5ms on d`"),
        (Known::Object(ObjectKind::Pipe), _) => Some("its ends are `.left` and `.right`"),
        (_, _) => None,
    }
}

/// What a method certainly gives.
fn gives<'a>(receiver: Receiver, name: &str) -> Known<'a> {
    use ObjectKind::{Barrier, Event};
    match (receiver, name) {
        (Receiver::Object(Barrier), "wait") | (Receiver::Object(_), "qsize") => Known::INT,
        (Receiver::Object(Event), "wait") => Known::BOOL,
        (Receiver::Object(_), "submit") => Known::Handle(Handle::Future),
        (Receiver::Object(_), "map") => Known::List(None),
        (Receiver::Object(_), "acquire" | "locked" | "is_set" | "empty" | "full" | "poll")
        | (Receiver::Handle, "done" | "is_alive" | "cancel") => Known::BOOL,
        (
            Receiver::Object(_),
            "release" | "set" | "clear" | "notify" | "notify_all" | "abort" | "reset" | "task_done" | "join"
            | "put" | "send" | "close" | "shutdown",
        )
        | (Receiver::Handle, "join" | "terminate" | "kill")
        | (Receiver::List, "append") => Known::NONE,
        (Receiver::Handle, "wait") => Known::INT,
        (Receiver::Handle, "communicate") => Known::Plain(Plain::Size, None),
        (Receiver::Object(_) | Receiver::Handle | Receiver::List | Receiver::Stream, _) => Known::Anything,
    }
}

/// A shared array has as many cells as it was declared with.
fn whole_cells(base: &Expr, method: &Name) -> Diagnostic {
    let message = format!("a shared array keeps its length: it has no `{}`", method.text);
    Diagnostic::error(codes::NOT_ASSIGNABLE, base.span, message)
        .at("a whole array")
        .with_help("for a list that grows, declare `shared xs = []`")
}

/// The error of an array where one of its elements is needed.
pub(super) fn whole_array(expr: &Expr, kind: ObjectKind) -> Diagnostic {
    let word = kind.word();
    let mistake = Diagnostic::error(
        codes::WHOLE_ARRAY,
        expr.span,
        format!("one {word} is needed here, not the whole array"),
    )
    .at("an array");
    let help = expr.as_name().map(|name| format!("choose one: `{name}[i]`"));
    helped(mistake, help)
}
