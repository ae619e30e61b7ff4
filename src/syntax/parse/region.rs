//! Where the items of a script begin, as far as words and line ends tell.
//!
//! A sound script may be cut at these places, and a script whose brackets do not
//! match has to be. Of what begins an item at the start of a line only
//! `process f` can also stand there inside brackets, behind a `spawn`: where they
//! match, nothing in round or square ones begins an item.

#![expect(clippy::wildcard_enum_match_arm, reason = "few of many tokens begin an item")]

use std::ops::Range;

use crate::syntax::ast::ObjectKind;
use crate::syntax::parse::bracket;
use crate::syntax::token::{Token, TokenKind};

/// Regions that are parsed in one go, if nothing is wrong with them, have at most about that many bytes.
const BATCH_BYTES: u32 = 4096;

/// Cuts tokens at the items of the top level; all tokens are in one of the regions.
pub(super) fn regions(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut starts = item_starts(text, tokens);
    if bracket::are_sound(tokens) {
        let inside = bracket::pairs(tokens).inside;
        let in_rounds =
            |start: usize| inside[start].is_some_and(|open| tokens[open].kind != TokenKind::LeftBrace);
        starts.retain(|&start| !in_rounds(start));
    }
    let mut regions = Vec::with_capacity(starts.len());
    let mut start = 0;
    for &next in starts.iter().skip(1).chain([&tokens.len()]) {
        regions.push(start..next);
        start = next;
    }
    regions
}

/// Neighbours in groups, so that many small items do not cost one start of the parser each.
pub(super) fn batches(tokens: &[Token], regions: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let mut first = 0;
    for index in 0..regions.len() {
        let bytes = |region: &Range<usize>| {
            let end = region.end.checked_sub(1).map_or(0, |last| tokens[last].span.end);
            tokens.get(region.start).map_or(0, |token| end.saturating_sub(token.span.start))
        };
        let batch = regions[first].start..regions[index].end;
        if bytes(&batch) >= BATCH_BYTES || index + 1 == regions.len() {
            batches.push(first..index + 1);
            first = index + 1;
        }
    }
    batches
}

/// The tokens that begin an item in the leftmost column of the script.
fn item_starts(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut heads = Vec::new();
    let mut leftmost = usize::MAX;
    let mut line = 0;
    let mut index = 0;
    while index < tokens.len() {
        let blank = tokens[index..].iter().take_while(|token| is_blank(token.kind)).count();
        let first = index + blank;
        let Some(token) = tokens.get(first) else { break };
        if token.kind != TokenKind::Newline {
            let column = column(&text[line..token.span.start as usize]);
            leftmost = leftmost.min(column);
            if is_item_start(text, &tokens[first..]) {
                heads.push((index, column));
            }
        }
        let rest = tokens[first..].iter().position(|token| token.kind == TokenKind::Newline);
        index = rest.map_or(tokens.len(), |rest| first + rest + 1);
        line = tokens.get(index).map_or(text.len(), |token| token.span.start as usize);
    }
    heads.retain(|(_, column)| *column == leftmost);
    heads.into_iter().map(|(index, _)| index).collect()
}

/// How far a line is indented that begins with `blank`; a tab goes on to the next eighth column.
pub(super) fn column(blank: &str) -> usize {
    blank.chars().fold(0, |column, character| match character {
        '\t' => (column / 8 + 1) * 8,
        '\u{FEFF}' | '\r' => column,
        _ => column + 1,
    })
}

fn is_blank(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Whitespace | TokenKind::Comment)
}

/// Whether these tokens begin with what begins an item and nothing else.
pub(super) fn is_item_start(text: &str, tokens: &[Token]) -> bool {
    let mut solid = tokens.iter().filter(|token| !is_blank(token.kind));
    let Some(first) = solid.next() else { return false };
    let second = solid.next().map(|token| token.kind);
    match first.kind {
        TokenKind::KwDef | TokenKind::KwMain | TokenKind::KwShared | TokenKind::KwInvariant => true,
        TokenKind::KwAsync => second == Some(TokenKind::KwDef),
        TokenKind::KwAtomic => second == Some(TokenKind::KwShared),
        TokenKind::Name => match &text[first.span.range()] {
            "param" | "expect" => second == Some(TokenKind::Name),
            "process" => matches!(second, Some(TokenKind::Name | TokenKind::KwShared | TokenKind::KwAtomic)),
            "machine" => second == Some(TokenKind::LeftBrace),
            word => ObjectKind::from_word(word).is_some() && second == Some(TokenKind::Name),
        },
        _ => false,
    }
}
