//! Calls of Python's modules where the language has words of its own.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::literal;
use crate::syntax::parse::slip::{Level, Slip};
use crate::syntax::token::TokenKind;

/// What Python calls to make an object, and how an object of that kind is declared.
const CONSTRUCTORS: &[(&str, &str)] = &[
    ("Lock", "lock"),
    ("RLock", "rlock"),
    ("Semaphore", "semaphore"),
    ("BoundedSemaphore", "bounded_semaphore"),
    ("Event", "event"),
    ("Condition", "condition"),
    ("Barrier", "barrier"),
    ("Queue", "queue"),
    ("SimpleQueue", "queue"),
    ("Pipe", "pipe"),
    ("ThreadPoolExecutor", "thread_pool"),
    ("ProcessPoolExecutor", "process_pool"),
];

/// `m = threading.Lock()` outside functions
pub(super) fn constructor(slip: &Slip<'_>) -> Option<Diagnostic> {
    let name = slip.solid_from(0)?;
    let sign = slip.solid_from(name + 1)?;
    let close = slip.solid_before(slip.tokens.len())?;
    let open = slip.brackets.partner[close];
    let called = slip.solid_before(open)?;
    let fits = slip.around.level == Level::Top
        && slip.kind(name) == Some(TokenKind::Name)
        && slip.kind(sign) == Some(TokenKind::Assign)
        && slip.kind(open) == Some(TokenKind::LeftParen)
        && open < close
        && called > sign;
    let (_, kind) = CONSTRUCTORS.iter().find(|(word, _)| fits && *word == slip.word(called))?;
    let span = slip.span(name).to(slip.span(close));
    let arguments = if slip.solid_from(open + 1) == Some(close) { "" } else { slip.words(open, close) };
    let mend = format!("{kind} {}{arguments}", slip.word(name));
    let article = if matches!(*kind, "rlock" | "event") { "an" } else { "a" };
    let message = format!("{article} {} is declared, not made by a call", kind.replace('_', " "));
    let error = Diagnostic::error(code::OUTSIDE, span, message).at("made as in Python");
    Some(error.with_help(format!("write `{mend}`")).with_fix(Fix::sure(span, mend)))
}

/// `time.sleep(1)`: the word is reserved, and stands behind a dot.
pub(super) fn sleep(slip: &Slip<'_>) -> Option<Diagnostic> {
    let dot = slip.previous.filter(|&dot| slip.kind(dot) == Some(TokenKind::Dot))?;
    let module = slip.solid_before(dot)?;
    let module_fits = matches!(slip.word(module), "time" | "asyncio" | "trio" | "anyio");
    if slip.kind(slip.found) != Some(TokenKind::KwSleep) || !module_fits {
        return None;
    }
    let span = slip.span(module).to(slip.span(slip.found));
    let error = Diagnostic::error(code::FOREIGN_STATEMENT, span, "`sleep` is a statement of its own here");
    let error = error.at("a function of Python").with_help("write `sleep 10ms`, with a unit");
    let open = slip.solid_from(slip.found + 1).filter(|&open| slip.kind(open) == Some(TokenKind::LeftParen));
    let Some(open) = open else { return Some(error) };
    let close = slip.brackets.partner[open];
    let only = slip.solid_from(open + 1).filter(|&only| slip.solid_from(only + 1) == Some(close));
    let seconds = only.map(|only| format!("{}s", slip.word(only)));
    let seconds = seconds.filter(|word| literal::number(word).is_ok() && is_number(word));
    Some(match seconds {
        Some(seconds) => {
            let all = span.to(slip.span(close));
            error.with_fix(Fix::sure(all, format!("sleep {seconds}")))
        }
        None => {
            let brackets = Span { start: span.start, end: slip.span(open).start };
            error.with_fix(Fix::maybe(brackets, "sleep "))
        }
    })
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b's')
}
