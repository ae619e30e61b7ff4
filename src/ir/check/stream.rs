//! Subprocesses: their standard streams, and what they have not got.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::pipe;
use crate::ir::signature::{READER, Signature, WRITER};
use crate::syntax::ast::{ExprKind, Literal, Name, Spawn, UnitKind};

use super::guess::labelled;
use super::known::{Handle, Known};
use super::{Checker, Context};

/// A standard stream, seen from one of its two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    which: pipe::Stream,
    /// Whether it is seen from inside the subprocess.
    inside: bool,
}

impl Stream {
    /// The stream of that name.
    fn named(name: &str, inside: bool) -> Option<Self> {
        pipe::Stream::from_word(name).map(|which| Self { which, inside })
    }

    pub(super) const fn word(self) -> &'static str {
        self.which.word()
    }

    /// What can be done at this end.
    pub(super) fn methods(self) -> &'static [Signature] {
        // What one end reads, the other one writes.
        if (self.which == pipe::Stream::Stdin) == self.inside { READER } else { WRITER }
    }
}

/// Whether it is the name of a stream.
pub(super) fn is_name(word: &str) -> bool {
    Stream::named(word, true).is_some()
}

/// The methods of streams at both ends, for a value that may be any.
pub(super) fn methods() -> impl Iterator<Item = &'static Signature> {
    READER.iter().chain(WRITER)
}

impl<'a> Checker<'a> {
    /// A name of a stream that the script has not declared itself, in a function.
    pub(super) fn own_stream(&mut self, name: &str, span: Span) -> Option<Known<'a>> {
        let stream = Stream::named(name, true).filter(|_| self.context == Context::Code)?;
        if self.globals.survey.has_no_streams(self.function) {
            let message = format!("`{name}` exists only inside a subprocess");
            self.mistakes.add(
                Diagnostic::error(codes::OUTSIDE_SUBPROCESS, span, message)
                    .at("no subprocess runs this")
                    .with_help("start the function with `spawn subprocess(stdout=True) f(…)`; to show something, `print` it"),
            );
            return Some(Known::Refused);
        }
        Some(Known::Stream(stream))
    }

    /// `h.stdin`, if that is a stream.
    pub(super) fn stream_of(&mut self, known: Known<'a>, name: &Name) -> Option<Known<'a>> {
        let stream = Stream::named(&name.text, false)?;
        let may_be = match known {
            Known::Anything => true,
            Known::Handle(handle) => match handle.unit() {
                Some(UnitKind::Subprocess | UnitKind::Unit) => true,
                Some(UnitKind::Thread | UnitKind::Process | UnitKind::Task | UnitKind::Interpreter)
                | None => false,
            },
            Known::Plain(..)
            | Known::List(_)
            | Known::Object(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Stream(_)
            | Known::Refused => false,
        };
        if !may_be {
            return None;
        }
        if let Known::Handle(Handle::Unit(spawn)) = known
            && spawn.unit == UnitKind::Subprocess
            && !is_connected(spawn, &name.text)
        {
            self.mistakes.add(not_connected(spawn, name));
            return Some(Known::Refused);
        }
        Some(Known::Stream(stream))
    }

    /// Reports something that the script declares, where certainly a subprocess uses it.
    pub(super) fn in_subprocess(&mut self, name: &'a str, what: &str, span: Span) {
        if self.context != Context::Code {
            return;
        }
        let Some(spawn) = self.globals.survey.subprocess_of(self.function) else { return };
        // What a function lacks is told once for each name.
        if !self.lacking.insert(name) {
            return;
        }
        let message = format!("a subprocess is another program: it has no {what} `{name}` of this script");
        self.mistakes.add(
            Diagnostic::error(codes::IN_SUBPROCESS, span, message)
                .at("not there")
                .with_label(spawn.unit_span, "this runs it as a subprocess")
                .with_help(match spawn.unit {
                    UnitKind::Unit => "a subprocess gets values as arguments, and no more; or choose units of another kind: `--unit process`",
                    UnitKind::Thread
                    | UnitKind::Process
                    | UnitKind::Task
                    | UnitKind::Subprocess
                    | UnitKind::Interpreter => {
                        "give it values as arguments, and take its results from `stdout`; or `spawn process`"
                    }
                }),
        );
    }

    /// Reports an object or a handle that is passed to a subprocess.
    pub(super) fn passed_to_subprocess(&mut self, spawn: &Spawn, known: Known<'_>, span: Span) {
        if !self.globals.survey.is_subprocess(spawn) || !known.is_reference() {
            return;
        }
        let Some(what) = known.described() else { return };
        let message = format!("{what} cannot be passed to a subprocess");
        let mistake = Diagnostic::error(codes::IN_SUBPROCESS, span, message).at("stays in this program");
        let mistake = labelled(mistake, Some(spawn.unit_span), "another program");
        self.mistakes.add(mistake.with_help("pass numbers, texts and lists; or `spawn process`"));
    }
}

/// Whether the options of a `spawn` may connect that stream.
fn is_connected(spawn: &Spawn, stream: &str) -> bool {
    let option =
        spawn.options.iter().find(|option| option.name.as_ref().is_some_and(|name| name.text == stream));
    let is_false =
        |value: &ExprKind| matches!(value, ExprKind::Literal(Literal::Bool(false) | Literal::None));
    option.is_some_and(|option| !is_false(&option.value.kind))
}

fn not_connected(spawn: &Spawn, stream: &Name) -> Diagnostic {
    let word = &stream.text;
    let mistake = Diagnostic::error(
        codes::NOT_CONNECTED,
        stream.span,
        format!("the `{word}` of this subprocess is not connected to a pipe"),
    )
    .at("not connected")
    .with_label(spawn.unit_span, format!("started without `{word}=True`"))
    .with_help(format!("write `spawn subprocess({word}=True) {}(…)`", spawn.function.text));
    let at = |offset: u32| Span { start: offset, end: offset };
    match spawn.options.last() {
        None => mistake.with_fix(Fix::sure(at(spawn.unit_span.end), format!("({word}=True)"))),
        Some(last)
            if spawn
                .options
                .iter()
                .all(|option| option.name.as_ref().is_none_or(|name| name.text != *word)) =>
        {
            mistake.with_fix(Fix::sure(at(last.value.span.end), format!(", {word}=True")))
        }
        Some(_) => mistake,
    }
}
