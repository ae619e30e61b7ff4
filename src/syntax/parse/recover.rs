//! Going on after a mistake: the statement around it is blanked out, its blocks included.

use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// Blanks out the statement or item around the slip; ends of lines stay.
///
/// False if nothing was there to blank out, so that parsing again would stop at the same place.
pub(super) fn cut(masked: &mut String, slip: &Slip<'_>) -> bool {
    let start = whole_start(slip);
    let end = statement_end(slip);
    let from = slip.span(start).start as usize;
    let to = slip.span(end).start as usize;
    let mut bytes = std::mem::take(masked).into_bytes();
    let mut changed = false;
    for byte in bytes.get_mut(from..to).unwrap_or_default() {
        if !matches!(*byte, b' ' | b'\n' | b'\r' | b'\t') {
            *byte = b' ';
            changed = true;
        }
    }
    *masked = String::from_utf8(bytes).expect("whole tokens are blanked out");
    changed
}

/// The first token of the statement; a clause like `else` belongs to what stands before it.
fn whole_start(slip: &Slip<'_>) -> usize {
    let mut start = slip.statement_start();
    while goes_on(slip, start)
        && let Some(before) = slip.solid_before(start)
        && slip.kind(before) == Some(TokenKind::RightBrace)
    {
        start = slip.start_of(slip.brackets.partner[before]);
    }
    start
}

/// One past the last token of the statement: clauses that go on after a block belong to it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only brackets and ends of statements matter among many tokens"
)]
fn statement_end(slip: &Slip<'_>) -> usize {
    let mut index = slip.found;
    while let Some(kind) = slip.kind(index) {
        match kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => index = slip.brackets.partner[index] + 1,
            TokenKind::LeftBrace => {
                let after = slip.brackets.partner[index] + 1;
                match slip.solid_from(after) {
                    Some(next) if goes_on(slip, next) => index = next + 1,
                    Some(_) | None => return after,
                }
            }
            TokenKind::RightBrace => return index,
            TokenKind::Newline if !slip.in_brackets(index) => {
                // The block of a broken head may open in the next line.
                match slip.solid_from(index) {
                    Some(next) if slip.kind(next) == Some(TokenKind::LeftBrace) => index = next,
                    Some(_) | None => return index,
                }
            }
            TokenKind::Semicolon if !slip.in_brackets(index) => return index,
            _ => index += 1,
        }
    }
    slip.tokens.len()
}

fn goes_on(slip: &Slip<'_>, index: usize) -> bool {
    match slip.kind(index) {
        Some(TokenKind::KwElif | TokenKind::KwElse | TokenKind::KwExcept) => true,
        Some(TokenKind::KwFinally) => slip.opener(index).is_some(),
        _ => false,
    }
}
