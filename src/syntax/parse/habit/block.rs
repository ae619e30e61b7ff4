//! Blocks and what opens them.

use super::{error, place};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::syntax::code;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

pub(super) fn else_if(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if slip.kind(previous) != Some(TokenKind::KwElse) || slip.kind(slip.found) != Some(TokenKind::KwIf) {
        return None;
    }
    let span = slip.span(previous).to(slip.span(slip.found));
    let error = Diagnostic::error(code::ELSE_IF, span, "`else if` is one word here");
    Some(error.at("two words").with_help("write `elif`").with_fix(Fix::sure(span, "elif")))
}

/// `if x then {`
pub(super) fn then(slip: &Slip<'_>) -> Option<Diagnostic> {
    if !matches!(slip.word(slip.found), "then" | "do") || !expects_block(slip) {
        return None;
    }
    let word = slip.word(slip.found);
    let error = error(code::FOREIGN_STATEMENT, slip, format!("there is no `{word}` here"));
    let span = slip.span(slip.found);
    let start = slip.previous.map_or(span.start, |previous| slip.span(previous).end);
    let fix = Fix::sure(crate::base::span::Span { start, end: span.end }, "");
    Some(
        error
            .at("not a word of this language")
            .with_help("leave it out: the block says where it begins")
            .with_fix(fix),
    )
}

fn expects_block(slip: &Slip<'_>) -> bool {
    slip.expects("left_brace") || slip.expects("block")
}

pub(super) fn colon(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::Colon) || !expects_block(slip) {
        return None;
    }
    let error = error(code::COLON, slip, "a block opens with `{`, not with `:`");
    Some(error.at("write `{` here").with_help("put the block in braces: `{ … }`"))
}

pub(super) fn missing_block(slip: &Slip<'_>) -> Option<Diagnostic> {
    if !expects_block(slip) || !slip.at_end() {
        return None;
    }
    let start = slip.statement_start();
    let last = slip.span(slip.previous?);
    let error = Diagnostic::error(code::MISSING_BLOCK, last, "a block `{ … }` is missing");
    let word = slip.word(start);
    let error = error
        .at("expected `{` after this")
        .with_help(format!("`{word}` needs a block; an empty one is `{{ pass }}`"));
    Some(error.with_fix(Fix::maybe(place(last.end), " { pass }")))
}

pub(super) fn stray_clause(slip: &Slip<'_>) -> Option<Diagnostic> {
    let kind = slip.kind(slip.found)?;
    let is_if = matches!(kind, TokenKind::KwElif | TokenKind::KwElse);
    if !is_if && !matches!(kind, TokenKind::KwExcept | TokenKind::KwFinally) {
        return None;
    }
    if slip.statement_start() != slip.found {
        return None;
    }
    let owner = if is_if { "if" } else { "try" };
    let word = slip.word(slip.found);
    let loops = matches!(slip.around.before, Some(TokenKind::KwFor | TokenKind::KwWhile));
    let error = error(code::UNEXPECTED, slip, format!("this `{word}` belongs to nothing"));
    let error = error.at(format!("no `{owner}` before it"));
    if kind == TokenKind::KwElse && loops {
        return Some(error.with_help("loops have no `else`: note in a variable whether there was a `break`"));
    }
    Some(error.with_help(format!("`{word}` stands right behind a block of `{owner}`")))
}

/// `for (i = 0; i < n; i++) {`
pub(super) fn counting_for(slip: &Slip<'_>) -> Option<Diagnostic> {
    let open = opening_of_for(slip)?;
    let close = slip.brackets.partner[open];
    let solid: Vec<usize> = (open + 1..close).filter(|&index| !slip.tokens[index].kind.is_trivia()).collect();
    let ends: Vec<usize> =
        (0..solid.len()).filter(|&index| slip.kind(solid[index]) == Some(TokenKind::Semicolon)).collect();
    let [first, second] = ends[..] else { return None };
    let span = slip.span(open).to(slip.span(close));
    let error = Diagnostic::error(code::FOREIGN_STATEMENT, span, "`for` does not count with `;` and `++`");
    let error = error.at("three parts of another language").with_help("write `for i in a..b { … }`");
    let (start, condition, step) = (&solid[..first], &solid[first + 1..second], &solid[second + 1..]);
    let counted = || {
        let sign = start.iter().position(|&index| slip.kind(index) == Some(TokenKind::Assign))?;
        let name = slip.word(start[sign.checked_sub(1)?]);
        let from = slip.words(*start.get(sign + 1)?, *start.last()?);
        let below = *condition.first().filter(|&&index| slip.word(index) == name)?;
        let less = *condition.get(1)?;
        let to = slip.words(*condition.get(2)?, *condition.last()?);
        let steps = slip.words(below, *step.last()?);
        let by_one = steps.contains("++")
            || slip.text_behind(*step.last()?).starts_with("++")
            || steps.ends_with("+= 1");
        (slip.kind(less) == Some(TokenKind::Less) && by_one).then(|| format!("{name} in {from}..{to}"))
    };
    Some(match counted() {
        Some(mend) => error.with_fix(Fix::sure(span, mend)),
        None => error,
    })
}

/// The round bracket right behind the `for` that begins the piece.
fn opening_of_for(slip: &Slip<'_>) -> Option<usize> {
    let start = slip.statement_start();
    let open = slip.solid_from(start + 1)?;
    let fits = slip.kind(start) == Some(TokenKind::KwFor) && slip.kind(open) == Some(TokenKind::LeftParen);
    fits.then_some(open)
}

/// `for (x in xs) {`
pub(super) fn brackets_of_for(slip: &Slip<'_>) -> Option<Diagnostic> {
    let open = opening_of_for(slip)?;
    let close = slip.brackets.partner[open];
    let span = slip.span(open).to(slip.span(close));
    let error = Diagnostic::error(code::UNEXPECTED, span, "no brackets stand around what `for` goes through");
    let error = error.at("one pair of brackets too many").with_help("write `for x in xs { … }`");
    let (left, right) = (slip.span(open), slip.span(close));
    Some(error.with_fix(Fix::sure(left, "").and(right, "")))
}
