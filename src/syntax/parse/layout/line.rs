//! The lines of a region: how far each is indented, and whether a block begins in it.

#![expect(clippy::wildcard_enum_match_arm, reason = "few of many tokens begin a block or a statement")]

use crate::syntax::parse::region::column;
use crate::syntax::token::{Token, TokenKind};

/// A line that holds more than blanks and comments.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Its first token, blanks included.
    pub(super) start: usize,
    /// Its first and its last token that are neither blank nor comment.
    pub(super) first: usize,
    pub(super) last: usize,
    /// One past its last token: the end of the line, or of the region.
    pub(super) end: usize,
    /// How far it is indented.
    pub(super) indent: usize,
    /// Whether it begins with the head of a block, or with `}` and such a head.
    pub(super) is_head: bool,
}

/// The lines of a region, which may begin with the end of a line before it.
pub(super) fn lines(text: &str, tokens: &[Token]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for rest in tokens.split_inclusive(|token| token.kind == TokenKind::Newline) {
        let end = start + rest.len();
        let solid = |token: &Token| !token.kind.is_trivia();
        if let (Some(first), Some(last)) = (rest.iter().position(solid), rest.iter().rposition(solid)) {
            let blank = &text[rest[0].span.start as usize..rest[first].span.start as usize];
            let is_head = begins_block(&rest[first..=last]);
            let (first, last) = (start + first, start + last);
            lines.push(Line { start, first, last, end, indent: column(blank), is_head });
        }
        start = end;
    }
    lines
}

fn begins_block(line: &[Token]) -> bool {
    let solid = line.iter().map(|token| token.kind).filter(|kind| !kind.is_trivia());
    let mut words = solid.skip_while(|kind| *kind == TokenKind::RightBrace);
    let Some(first) = words.next() else { return false };
    let second = words.next();
    match first {
        TokenKind::KwAtomic => second != Some(TokenKind::KwShared),
        // `finally` without a value opens a block, with one it is a property.
        TokenKind::KwFinally => matches!(second, None | Some(TokenKind::LeftBrace | TokenKind::Colon)),
        TokenKind::KwAsync => matches!(second, Some(TokenKind::KwDef | TokenKind::KwWith | TokenKind::KwFor)),
        other => opens_block(other),
    }
}

/// Whether a block belongs to what begins with that word.
pub(in crate::syntax::parse) fn opens_block(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::KwDef
            | TokenKind::KwMain
            | TokenKind::KwAsync
            | TokenKind::KwWith
            | TokenKind::KwIf
            | TokenKind::KwElif
            | TokenKind::KwElse
            | TokenKind::KwWhile
            | TokenKind::KwFor
            | TokenKind::KwTry
            | TokenKind::KwExcept
            | TokenKind::KwFinally
            | TokenKind::KwGroup
            | TokenKind::KwRegion
            | TokenKind::KwAtomic
    )
}

/// Whether a word at the start of a line shows that no round or square bracket is open there.
pub(super) fn begins_statement(kind: TokenKind) -> bool {
    let in_expressions = matches!(
        kind,
        TokenKind::KwSpawn
            | TokenKind::KwAwait
            | TokenKind::KwTrue
            | TokenKind::KwFalse
            | TokenKind::KwNone
            | TokenKind::KwAnd
            | TokenKind::KwOr
            | TokenKind::KwNot
            | TokenKind::KwIn
            | TokenKind::KwIf
            | TokenKind::KwFor
            | TokenKind::KwElse
            | TokenKind::KwAsync
    );
    kind.is_keyword() && !in_expressions
}

/// Whether a line begins with a name and `=` or the like.
pub(super) fn assigns(line: &[Token]) -> bool {
    let mut solid = line.iter().map(|token| token.kind).filter(|kind| *kind != TokenKind::Whitespace);
    let name = solid.next() == Some(TokenKind::Name);
    let sign = solid.next();
    name && sign.is_some_and(|sign| (TokenKind::Assign..=TokenKind::PercentAssign).contains(&sign))
}
