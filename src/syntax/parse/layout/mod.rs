//! Blocks and brackets of a region that is not sound: what was meant, as far as line ends and indentation tell.
//!
//! A colon that opens a block, a brace that is never closed, a bracket of the
//! wrong kind: each is told here, and the tokens that come out match, so that
//! the rest of the region can be read. Brackets that nobody wrote are tokens
//! without length. It knows nothing of what may follow what.

#![expect(clippy::wildcard_enum_match_arm, reason = "few of many tokens say something of blocks")]

mod block;
pub(super) mod line;
mod round;

use crate::base::span::Span;
use crate::syntax::parse::BRACKET_DEPTH_MAX;
use crate::syntax::parse::bracket::{self, is_closer};
use crate::syntax::parse::errors::Errors;
use crate::syntax::parse::layout::line::{Line, lines};
use crate::syntax::parse::region;
use crate::syntax::token::{Token, TokenKind};

/// What a region comes to.
pub(super) struct Layout {
    /// Its tokens; all brackets match.
    pub(super) tokens: Vec<Token>,
    /// Signs of one byte that come in the place of others.
    pub(super) written: Vec<(u32, u8)>,
}

/// Settles the blocks and brackets of `tokens`; `next` is what stands behind them.
///
/// `None` if they are too deep, which is told.
pub(super) fn settle(
    text: &str,
    tokens: &[Token],
    next: Option<Token>,
    errors: &mut Errors<'_>,
) -> Option<Layout> {
    let lines = lines(text, tokens);
    let mut settler = Settler {
        text,
        tokens,
        lines: &lines,
        errors,
        open: Vec::new(),
        out: Vec::with_capacity(tokens.len()),
        written: Vec::new(),
        surplus: surplus(tokens),
        too_many: [None; 2],
        line: 0,
        has_block: false,
        skipped: None,
    };
    settler.region()?;
    settler.finish(next);
    Some(Layout { tokens: settler.out, written: settler.written })
}

/// A bracket that is open.
struct Open {
    token: Token,
    /// How far the line is indented in which it stands.
    indent: usize,
    line: usize,
    how: How,
}

/// What closes an open bracket.
enum How {
    /// Its other half. Behind `soft`, a place in what came out, its line may have ended.
    Round { soft: Option<usize> },
    /// A `}`. `body` is the indentation of its first line, or that of any if it begins in the head's line.
    Brace { body: Option<usize> },
    /// The end of its indentation.
    Indent(block::Indented),
}

struct Settler<'a, 's> {
    text: &'a str,
    tokens: &'a [Token],
    lines: &'a [Line],
    errors: &'a mut Errors<'s>,
    open: Vec<Open>,
    out: Vec<Token>,
    written: Vec<(u32, u8)>,
    /// How many more braces open than close in what is left of the mistakes.
    surplus: isize,
    /// Whether more round brackets close than open, and the same of square ones, once asked.
    too_many: [Option<bool>; 2],
    /// The line that is read.
    line: usize,
    /// Whether a block has opened in it.
    has_block: bool,
    /// Where a word begins that only ends a block.
    skipped: Option<u32>,
}

/// How many more braces open than close.
fn surplus(tokens: &[Token]) -> isize {
    tokens
        .iter()
        .map(|token| match token.kind {
            TokenKind::LeftBrace => 1,
            TokenKind::RightBrace => -1,
            _ => 0,
        })
        .sum()
}

impl Settler<'_, '_> {
    fn region(&mut self) -> Option<()> {
        let mut done = 0;
        for (number, line) in self.lines.iter().enumerate() {
            self.line = number;
            self.has_block = false;
            self.out.extend_from_slice(&self.tokens[done..line.start]);
            let indent = &self.tokens[line.start..line.first];
            self.begin_line(*line);
            self.out.extend_from_slice(indent);
            for index in line.first..=line.last {
                self.token(index)?;
            }
            self.end_line(*line)?;
            self.out.extend_from_slice(&self.tokens[line.last + 1..line.end]);
            done = line.end;
        }
        self.out.extend_from_slice(&self.tokens[done..]);
        Some(())
    }

    fn begin_line(&mut self, line: Line) {
        let kind = self.tokens[line.first].kind;
        if self.in_rounds() {
            let rest = &self.tokens[line.first..];
            let next_statement = line::begins_statement(kind) || region::is_item_start(self.text, rest);
            let opened = self.open.last().map_or(0, |open| open.indent);
            if next_statement || (line::assigns(rest) && line.indent <= opened) {
                self.close_rounds(self.out.len(), None);
            } else {
                self.may_end_rounds(line.indent, kind);
                return;
            }
        }
        self.end_blocks(line.indent, self.tokens[line.first]);
        self.note_body(line.indent);
    }

    fn token(&mut self, index: usize) -> Option<()> {
        let token = self.tokens[index];
        if self.skipped == Some(token.span.start) {
            self.written.extend(token.span.range().map(|place| (Span::new(place, place).start, b' ')));
            self.out.push(Token { kind: TokenKind::Whitespace, ..token });
            return Some(());
        }
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => self.open_round(index),
            TokenKind::LeftBrace => self.open_brace(index),
            kind if is_closer(kind) => {
                self.close(token);
                Some(())
            }
            TokenKind::Colon if !self.in_rounds() => self.colon(index),
            _ => {
                self.out.push(token);
                Some(())
            }
        }
    }

    /// Puts a bracket on the stack; `None` if it is one too many.
    fn push(&mut self, token: Token, how: How) -> Option<()> {
        let ended = |open: &Open| matches!(open.how, How::Round { soft: Some(_) });
        if self.open.len() == BRACKET_DEPTH_MAX && self.open.iter().any(ended) {
            self.close_rounds(self.out.len(), None);
        }
        if self.open.len() == BRACKET_DEPTH_MAX {
            self.errors.push(bracket::too_deep(token.span));
            return None;
        }
        let indent = self.lines[self.line].indent;
        self.open.push(Open { token, indent, line: self.line, how });
        self.out.push(token);
        Some(())
    }

    /// A closing bracket: the other half of an open one, or of none.
    fn close(&mut self, token: Token) {
        if token.kind == TokenKind::RightBrace { self.close_brace(token) } else { self.close_round(token) }
    }

    /// Everything that is still open at the end of a region is closed there.
    fn finish(&mut self, next: Option<Token>) {
        while let Some(top) = self.open.last() {
            let item = next.map(|next| (next.span, "the next item begins here"));
            match top.how {
                How::Round { .. } => self.close_rounds(self.out.len(), item),
                How::Brace { .. } => self.leave_open(item),
                How::Indent(_) => self.close_indented(None),
            }
        }
    }

    /// Writes another sign over a token.
    fn write(&mut self, token: Token, kind: TokenKind) -> Token {
        let sign = bracket::sign(kind).bytes().next().unwrap_or(b' ');
        self.written.push((token.span.start, sign));
        Token { kind, ..token }
    }

    /// A token that nobody wrote, behind what came out before `index` and the blanks there.
    fn insert(&mut self, index: usize, kind: TokenKind) {
        let solid = self.out[..index].iter().rposition(|token| !token.kind.is_trivia());
        let (at, place) = solid.map_or((0, 0), |last| (last + 1, self.out[last].span.end as usize));
        self.out.insert(at, Token { kind, span: Span::new(place, place) });
    }

    /// A bracket that closes nothing is told and left out.
    fn stray(&mut self, token: Token) {
        self.errors.push_bracket(bracket::stray(token));
        let blank = self.write(token, TokenKind::Whitespace);
        self.out.push(blank);
    }
}
