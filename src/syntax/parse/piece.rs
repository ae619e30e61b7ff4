//! A piece of the text for the parser, with the way back from its places to those of the whole.
//!
//! A statement stands in its piece with empty blocks, so that each byte of a
//! script stands in one piece only. A mend can be put into a piece, to see
//! whether it is then read.

use std::ops::Range;

use crate::base::diagnostic::{Edit, Fix};
use crate::base::span::Span;
use crate::syntax::parse::bracket;
use crate::syntax::token::{Token, tokens};

/// From the places of what was parsed to those of the script.
#[derive(Clone, Copy)]
pub(super) enum Places<'a> {
    /// All are that far from the start of the text.
    Shifted(&'a str, usize),
    /// As the tokens of a piece of the text have them.
    Of(&'a str, &'a Piece),
}

/// Text that stands for itself, and the tokens that it is made of.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Their places are those of the script.
    pub(super) tokens: Vec<Token>,
    /// Where each begins in `text`.
    starts: Vec<usize>,
}

impl Piece {
    /// The tokens of `range` but for what stands inside the braces of `blocks`.
    pub(super) fn new(masked: &str, all: &[Token], range: Range<usize>, blocks: &[Range<usize>]) -> Self {
        let mut piece = Self { text: String::new(), tokens: Vec::new(), starts: Vec::new() };
        let mut start = range.start;
        for block in blocks {
            piece.extend(masked, &all[start..=block.start]);
            start = block.end - 1;
        }
        piece.extend(masked, &all[start..range.end]);
        piece
    }

    fn extend(&mut self, masked: &str, tokens: &[Token]) {
        for token in tokens {
            // A token without length is a bracket that nobody wrote.
            let written = &masked[token.span.range()];
            let word = if written.is_empty() { bracket::sign(token.kind) } else { written };
            self.push(*token, word);
        }
    }

    fn push(&mut self, token: Token, word: &str) {
        self.starts.push(self.text.len());
        self.tokens.push(token);
        self.text.push_str(word);
    }

    /// The token at a place of the piece; the number of tokens at its end.
    pub(super) fn token_at(&self, place: usize) -> usize {
        if place >= self.text.len() {
            return self.tokens.len();
        }
        self.starts.partition_point(|start| *start <= place).saturating_sub(1)
    }

    /// The place in the script; `at` says whether it is the start or the end of something.
    fn original(&self, place: usize, at: At) -> usize {
        let inner = if at == At::End { place.saturating_sub(1) } else { place };
        let index = self.starts.partition_point(|start| *start <= inner).saturating_sub(1);
        let (Some(token), Some(start)) = (self.tokens.get(index), self.starts.get(index)) else { return 0 };
        let range = token.span.range();
        (range.start + (place - start)).min(range.end)
    }

    /// What a token of it is written as.
    fn word(&self, index: usize) -> &str {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        &self.text[self.starts[index]..end]
    }

    /// The same with the edits of a mend in it; none if they are not all inside it.
    pub(super) fn mended(&self, fix: &Fix) -> Option<Self> {
        let (first, last) = (self.tokens.first()?.span.start, self.tokens.last()?.span.end);
        let mut mended = Self { text: String::new(), tokens: Vec::new(), starts: Vec::new() };
        let mut edits = fix.edits.iter().peekable();
        let mut replaced = first;
        for (index, token) in self.tokens.iter().enumerate() {
            while let Some(edit) = edits.next_if(|edit| edit.span.start <= token.span.start) {
                // Taking out more than the piece holds, like the end of a line, is nothing to the piece.
                if edit.span.start < replaced || (edit.span.end > last && !edit.text.is_empty()) {
                    return None;
                }
                mended.write(edit);
                replaced = edit.span.end;
            }
            let is_left = token.span.start >= replaced || token.span.start == token.span.end;
            if is_left {
                mended.push(*token, self.word(index));
            }
        }
        while let Some(edit) = edits.next_if(|edit| edit.span == Span { start: last, end: last }) {
            mended.write(edit);
        }
        edits.next().is_none().then_some(mended)
    }

    fn write(&mut self, edit: &Edit) {
        for word in tokens(&edit.text) {
            self.push(Token { kind: word.kind, span: edit.span }, &edit.text[word.span.range()]);
        }
    }
}

/// Which end of something a place is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    End,
}

impl Places<'_> {
    /// The place in the script of what was parsed at `start..end`.
    pub(super) fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::Shifted(text, by) => whole(text, Span::new(start + by, end + by)),
            Self::Of(_, piece) => Span::new(piece.original(start, At::Start), piece.original(end, At::End)),
        }
    }
}

impl Places<'_> {
    /// The last character of a stretch of the script.
    pub(super) fn last_character(self, span: Span) -> Span {
        let (Self::Shifted(text, _) | Self::Of(text, _)) = self;
        let last = text.floor_char_boundary(span.range().end.saturating_sub(1));
        Span::new(last.max(span.range().start), span.range().end)
    }
}

/// The stretch with all of the characters that it touches: what was written over them may be shorter.
pub(super) fn whole(text: &str, span: Span) -> Span {
    let range = span.range();
    Span::new(text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end))
}

/// The tokens of a text with good words in the place of bad ones, at the places of whole characters.
pub(super) fn aligned(text: &str, masked: &str) -> Vec<Token> {
    let align = |mut token: Token| {
        let start = token.span.range().start;
        let end = text.ceil_char_boundary(token.span.range().end);
        token.span = Span::new(text.ceil_char_boundary(start), end);
        token
    };
    tokens(masked).map(align).filter(|token| token.span.start < token.span.end).collect()
}
