//! Where a statement or item ends and which blocks it has, as far as brackets and line ends tell.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only brackets, ends and clauses matter among many tokens"
)]

use std::ops::Range;

use crate::base::suggest::is_one_slip;
use crate::syntax::parse::bracket::Brackets;
use crate::syntax::parse::layout::line::opens_block;
use crate::syntax::token::{Token, TokenKind};

/// Tokens whose brackets match.
pub(super) struct Sound {
    pub(super) tokens: Vec<Token>,
    pub(super) brackets: Brackets,
}

/// The tokens of one statement or item.
pub(super) struct Cut {
    /// All of it, without blanks around it.
    pub(super) range: Range<usize>,
    /// Its blocks: the braces and all between them.
    pub(super) blocks: Vec<Range<usize>>,
}

/// The statement that begins in `range`, whose brackets match; none if only blanks are left.
pub(super) fn next(text: &str, sound: &Sound, range: Range<usize>) -> Option<Cut> {
    let (tokens, partner) = (sound.tokens.as_slice(), sound.brackets.partner.as_slice());
    let start = solid(tokens, range.start, range.end)?;
    let mut cutter = Cutter { text, tokens, partner, start, end: range.end, blocks: Vec::new() };
    let end = cutter.end();
    Some(Cut { range: start..end, blocks: cutter.blocks })
}

/// The first token from `index` on that is neither blank nor the end of a line or statement.
fn solid(tokens: &[Token], index: usize, end: usize) -> Option<usize> {
    let solid = |token: &Token| !token.kind.is_trivia() && token.kind != TokenKind::Semicolon;
    tokens[index..end].iter().position(solid).map(|offset| index + offset)
}

struct Cutter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    partner: &'a [usize],
    start: usize,
    end: usize,
    blocks: Vec<Range<usize>>,
}

impl Cutter<'_> {
    /// One past the last token; the blocks are noted on the way.
    fn end(&mut self) -> usize {
        let mut index = self.start;
        let mut last = self.start;
        while index < self.end {
            match self.tokens[index].kind {
                TokenKind::LeftParen | TokenKind::LeftBracket => index = self.partner[index],
                TokenKind::LeftBrace if self.is_value(last, index) => index = self.partner[index],
                TokenKind::LeftBrace => {
                    let close = self.partner[index];
                    self.blocks.push(index..close + 1);
                    match self.clause_behind(close + 1) {
                        Some(clause) => index = clause,
                        None => return close + 1,
                    }
                }
                TokenKind::Semicolon => break,
                TokenKind::Newline => match self.block_behind(index) {
                    Some(brace) => {
                        index = brace;
                        continue;
                    }
                    None => break,
                },
                _ => {}
            }
            if !self.tokens[index].kind.is_trivia() {
                last = index;
            }
            index += 1;
        }
        last + 1
    }

    /// Whether a brace opens what stands where a value should, like a dictionary.
    fn is_value(&self, last: usize, brace: usize) -> bool {
        let kind = self.tokens[last].kind;
        let operator =
            (TokenKind::Comma..=TokenKind::Percent).contains(&kind) && kind != TokenKind::Semicolon;
        let word = matches!(
            kind,
            TokenKind::KwReturn
                | TokenKind::KwIn
                | TokenKind::KwAnd
                | TokenKind::KwOr
                | TokenKind::KwNot
                | TokenKind::KwPrint
                | TokenKind::KwLet
                | TokenKind::KwAssert
        );
        last < brace && (operator || word)
    }

    /// The clause that goes on behind a block, as `else` does.
    fn clause_behind(&self, index: usize) -> Option<usize> {
        let next = self.tokens[index..self.end].iter().position(|token| !token.kind.is_trivia())? + index;
        let goes_on = match self.tokens[self.start].kind {
            TokenKind::KwIf => {
                matches!(self.tokens[next].kind, TokenKind::KwElif | TokenKind::KwElse)
                    || self.is_like(next, &["elif", "else", "elseif", "elsif"])
            }
            TokenKind::KwTry => {
                let except = self.tokens[next].kind == TokenKind::KwExcept
                    || self.is_like(next, &["except", "finally", "catch"]);
                except || (self.tokens[next].kind == TokenKind::KwFinally && self.is_block(next))
            }
            _ => false,
        };
        goes_on.then_some(next)
    }

    /// Whether it is a name that only a slip of the fingers tells from one of `words`, or a habit.
    fn is_like(&self, index: usize, words: &[&str]) -> bool {
        let word = &self.text[self.tokens[index].span.range()];
        let is_call = self.tokens.get(index + 1).is_some_and(|next| next.kind == TokenKind::LeftParen);
        self.tokens[index].kind == TokenKind::Name
            && word.len() > 2
            && !is_call
            && words.iter().any(|right| is_one_slip(word, right))
    }

    /// Whether a brace stands behind a word.
    fn is_block(&self, word: usize) -> bool {
        let behind = self.tokens[word + 1..self.end].iter().find(|token| !token.kind.is_trivia());
        behind.is_some_and(|token| token.kind == TokenKind::LeftBrace)
    }

    /// The brace behind the end of a line, if the statement may have a block there.
    fn block_behind(&self, newline: usize) -> Option<usize> {
        let next = self.tokens[newline..self.end].iter().position(|token| !token.kind.is_trivia())? + newline;
        let brace = self.tokens[next].kind == TokenKind::LeftBrace;
        let may_open = opens_block(self.tokens[self.start].kind) || self.is_first_word(newline);
        (brace && may_open).then_some(next)
    }

    /// Whether a line holds one word, like `machine`.
    fn is_first_word(&self, newline: usize) -> bool {
        self.tokens[self.start].kind == TokenKind::Name
            && self.tokens[self.start + 1..newline].iter().all(|token| token.kind.is_trivia())
    }
}
