//! Operators where they can't stand, or of other languages.

use super::{error, place};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// `===`, `<>`, `=<`: to the lexer two operators.
pub(super) fn foreign_comparison(slip: &Slip<'_>) -> Option<Diagnostic> {
    let found = slip.found;
    let around = [slip.previous.map(|previous| (previous, found)), Some((found, found + 1))];
    let (first, second, mend) = around.into_iter().flatten().find_map(|(first, second)| {
        let adjacent = slip.span(first).end == slip.span(second).start;
        let mend = match (slip.word(first), slip.word(second)) {
            ("==", "=") => "==",
            ("!=", "=" | "==") => "!=",
            ("<", ">") => "!=",
            ("=", "<") => "<=",
            ("=", ">") => ">=",
            _ => return None,
        };
        adjacent.then_some((first, second, mend))
    })?;
    let span = slip.span(first).to(slip.span(second));
    let word = slip.words(first, second);
    let error =
        Diagnostic::error(code::FOREIGN_OPERATOR, span, format!("`{word}` is no operator of this language"));
    let fix = if word == "=>" { Fix::maybe(span, mend) } else { Fix::sure(span, mend) };
    Some(error.at("an operator of other languages").with_help(format!("write `{mend}`")).with_fix(fix))
}

pub(super) fn chained_comparison(slip: &Slip<'_>) -> Option<Diagnostic> {
    let is_not = slip.kind(slip.found) == Some(TokenKind::KwNot);
    if !(is_comparison(slip.word(slip.found)) || is_not) || !slip.after_operand() || slip.expects("kw_in") {
        return None;
    }
    let error =
        error(code::CHAINED_COMPARISON, slip, "comparisons can't be chained").at("a second comparison");
    let error = error.with_help("join them with `and`: `a < b and b < c`");
    let middle = slip.previous?;
    let before = slip.solid_before(middle);
    let plain = matches!(
        slip.kind(middle),
        Some(TokenKind::Name | TokenKind::Integer | TokenKind::Duration | TokenKind::Size)
    );
    let alone = before.is_some_and(|before| is_comparison(slip.word(before)));
    if !plain || !alone {
        return Some(error);
    }
    let fix = Fix::sure(place(slip.span(middle).end), format!(" and {}", slip.word(middle)));
    Some(error.with_fix(fix))
}

fn is_comparison(word: &str) -> bool {
    matches!(word, "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "is")
}

/// `x--` is `x - (-…)` to the grammar, which then misses an operand. (`x++` is a word of its own to the lexer.)
pub(super) fn decrement(slip: &Slip<'_>) -> Option<Diagnostic> {
    let last = slip.previous?;
    let first = last.checked_sub(1)?;
    let minus = |index| slip.kind(index) == Some(TokenKind::Minus);
    if !slip.at_end() || !minus(last) || !minus(first) {
        return None;
    }
    let span = slip.span(first).to(slip.span(last));
    let error = Diagnostic::error(code::FOREIGN_OPERATOR, span, "`--` is no operator of this language");
    let error = error.at("write `-= 1`").with_help("write `-= 1` in place of `--`");
    let name = slip.solid_before(first).filter(|&name| name == slip.statement_start());
    Some(match name {
        Some(name) => {
            let span = Span { start: slip.span(name).end, end: span.end };
            error.with_fix(Fix::sure(span, " -= 1"))
        }
        None => error,
    })
}

pub(super) fn single_equals(slip: &Slip<'_>) -> Option<Diagnostic> {
    let condition = matches!(
        slip.kind(slip.statement_start()),
        Some(
            TokenKind::KwIf
                | TokenKind::KwElif
                | TokenKind::KwWhile
                | TokenKind::KwAssert
                | TokenKind::KwInvariant
                | TokenKind::KwFinally
                | TokenKind::KwReturn
                | TokenKind::KwAtomic
        )
    );
    if slip.kind(slip.found) != Some(TokenKind::Assign) || !condition {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "`=` assigns").at("assigns").with_help("compare with `==`");
    Some(error.with_fix(Fix::sure(slip.span(slip.found), "==")))
}

/// `x = 1 // a comment`
pub(super) fn comment_behind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let end = (slip.found + 1).min(slip.tokens.len());
    let sign = slip.tokens[..end].iter().rposition(|token| token.kind == TokenKind::SlashSlash)?;
    let line = slip.tokens[sign..].iter().take_while(|token| token.kind != TokenKind::Newline);
    let last = line.filter(|token| !token.kind.is_trivia()).last()?;
    let rest = Span { start: slip.span(sign).end, end: last.span.end };
    let (span, text) = (slip.span(sign).to(last.span), format!("#{}", slip.slice(rest)));
    let alone = matches!(
        slip.previous.and_then(|previous| slip.kind(previous)),
        Some(TokenKind::KwPass | TokenKind::KwBreak | TokenKind::KwContinue | TokenKind::KwReturn)
    );
    let fix = if alone && sign == slip.found { Fix::sure(span, text) } else { Fix::maybe(span, text) };
    let error = Diagnostic::error(code::COMMENT, slip.span(sign), "a comment begins with `#`, not with `//`");
    let error = error.at("`//` divides").with_help("write `#` in its place").with_fix(fix);
    (slip.with(error.fix.as_ref()?) == crate::syntax::parse::slip::Progress::All).then_some(error)
}
