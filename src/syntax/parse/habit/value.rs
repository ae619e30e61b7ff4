//! Values that scripts do not have.

use std::borrow::Cow;

use super::{error, place};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::syntax::code;
use crate::syntax::parse::lexical::quote::{is_prefix, straight};
use crate::syntax::parse::slip::{Progress, Slip};
use crate::syntax::token::TokenKind;

pub(super) fn prefixed_string(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    let adjacent = slip.span(previous).end == slip.span(slip.found).start;
    let string = slip.kind(slip.found) == Some(TokenKind::String);
    let prefix = slip.word(previous);
    if !adjacent || !string || !is_prefix(prefix) {
        return None;
    }
    let span = slip.span(previous).to(slip.span(slip.found));
    let error =
        Diagnostic::error(code::UNEXPECTED, span, "strings have no prefix").at("only \"…\" is a string");
    let error = error.with_help("`print` takes several values: `print \"total\", total`");
    let fix = match prefix {
        "f" | "F" => Fix::maybe(span, filled(slip, &in_straight_quotes(slip.word(slip.found)))?),
        _ => Fix::maybe(span, in_straight_quotes(slip.word(slip.found))),
    };
    Some(error.with_fix(fix))
}

fn in_straight_quotes(word: &str) -> Cow<'_, str> {
    let mut inner = word.chars();
    match inner.next() {
        Some('"') | None => Cow::Borrowed(word),
        Some(_) => {
            inner.next_back();
            Cow::Owned(straight(inner.as_str()))
        }
    }
}

/// `f"a {x} b"` as `"a", x, "b"` for `print`, else joined with `+`.
fn filled(slip: &Slip<'_>, string: &str) -> Option<String> {
    let prints = slip.kind(slip.statement_start()) == Some(TokenKind::KwPrint);
    let mut parts = Vec::new();
    let mut rest = string.strip_prefix('"')?.strip_suffix('"')?;
    while let Some((text, behind)) = rest.split_once('{') {
        let (value, behind) = behind.split_once('}')?;
        let value = value.split(':').next().unwrap_or_default().trim();
        let text = if prints { text.trim() } else { text };
        if !text.is_empty() {
            parts.push(format!("\"{text}\""));
        }
        parts.push(if prints { value.to_owned() } else { format!("str({value})") });
        rest = behind;
    }
    let rest = if prints && !parts.is_empty() { rest.trim() } else { rest };
    if !rest.is_empty() || parts.is_empty() {
        parts.push(format!("\"{rest}\""));
    }
    Some(parts.join(if prints { ", " } else { " + " }))
}

pub(super) fn slice(slip: &Slip<'_>) -> Option<Diagnostic> {
    let inside = slip.opener(slip.found) == Some(TokenKind::LeftBracket);
    if !inside || slip.kind(slip.found) != Some(TokenKind::Colon) {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "lists have no slices").at("expected `]`");
    Some(error.with_help("take the elements one by one with `for`"))
}

pub(super) fn range_as_value(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::DotDot) || !slip.after_operand() {
        return None;
    }
    let error = error(code::RANGE, slip, "a range `a..b` is no value").at("no range can stand here");
    Some(error.with_help("ranges stand in `for i in a..b` and as arguments, like `choose(a..b)`"))
}

/// `[x for x in xs]`
pub(super) fn comprehension(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::KwFor) || !slip.in_brackets(slip.found) {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "there is no `for` inside a value").at("a list comprehension");
    Some(error.with_help("begin with `[]` and `append` in a loop: `for x in xs { … }`"))
}

pub(super) fn conditional(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::KwIf) || !slip.after_operand() {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "there is no `if` inside a statement")
        .at("expected the end of the statement");
    Some(error.with_help("write `if … { … } else { … }` with a statement in each block"))
}

pub(super) fn dictionary(slip: &Slip<'_>) -> Option<Diagnostic> {
    let value = slip.expects("expression") || slip.expects("argument") || slip.expects("literal");
    if slip.kind(slip.found) != Some(TokenKind::LeftBrace) || !value {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "`{` opens a block, never a value").at("expected a value");
    Some(error.with_help("there are no dictionaries and sets: use lists"))
}

/// A sign that would make a statement of it: `let x 3`, `print "a" b`, `for i 0..3 { }`.
pub(super) fn missing_sign(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    let found = slip.word(slip.found);
    let mends = [("comma", ",", ","), ("assign", " =", "="), ("kw_in", " in", "in"), ("colon", ":", ":")];
    let at = place(slip.span(previous).end);
    if slip.at_end() || slip.expects("expression") {
        return None;
    }
    let is_for = slip.kind(slip.statement_start()) == Some(TokenKind::KwFor);
    let fits = |rule: &str| slip.expects(rule) && (is_for || rule != "kw_in");
    mends.into_iter().filter(|(rule, ..)| fits(rule)).find_map(|(_, text, sign)| {
        let fix = Fix::maybe(at, text);
        if slip.with(&fix) != Progress::All {
            return None;
        }
        let message = if found.is_empty() {
            "a sign is missing".to_owned()
        } else {
            format!("`{found}` can't stand here")
        };
        let error = error(code::UNEXPECTED, slip, message).at(format!("expected `{sign}` before it"));
        Some(error.with_help(format!("perhaps a `{sign}` is missing")).with_fix(fix))
    })
}
