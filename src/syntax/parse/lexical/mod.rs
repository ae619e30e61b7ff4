//! What is wrong with single words and characters, found before the grammar is asked.
//!
//! Each bad word is then written over with a good one of the same length, so
//! that the rest can be read to find what else is wrong. A slip that a text
//! makes again and again, as one that was typed with typographic quotes does,
//! is told once, with all its places in the mend.

mod comment;
mod junk;
pub(super) mod number;
mod operator;
mod python;
pub(super) mod quote;
mod string;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::literal::{self, NumberError};
use crate::syntax::parse::NAME_LENGTH_MAX;
use crate::syntax::parse::errors::{Errors, Repeated};
use crate::syntax::token::{Token, TokenKind};

/// Looks at every character and word of a script whose text is `text` without what is around it.
///
/// What comes out has good words in the place of bad ones and is as long.
pub(super) fn scan(text: Cow<'_, str>, errors: &mut Errors<'_>) -> String {
    let tokens = quote::whole_strings(&text);
    let mut scanner = Scanner {
        text: &text,
        tokens: &tokens,
        masked: text.as_bytes().to_vec(),
        errors,
        repeated: BTreeMap::new(),
        end: 0,
        unclosed: [false; 3],
        is_line_start: true,
        is_for: false,
        open: 0,
    };
    scanner.characters();
    for index in 0..tokens.len() {
        scanner.token(index);
    }
    for repeated in scanner.repeated.values() {
        scanner.errors.close(repeated);
    }
    let masked = scanner.masked;
    String::from_utf8(masked).expect("whole words are written over with ASCII")
}

struct Scanner<'a, 'e, 's> {
    text: &'a str,
    tokens: &'a [Token],
    masked: Vec<u8>,
    errors: &'e mut Errors<'s>,
    /// What is told once for all its places, by a word for it.
    repeated: BTreeMap<Cow<'static, str>, Repeated>,
    /// Up to here all has been looked at.
    end: usize,
    /// Which kinds of long comments and strings end nowhere from here on.
    unclosed: [bool; 3],
    /// Whether only blanks stand before on the line.
    is_line_start: bool,
    /// Whether the line begins with `for`.
    is_for: bool,
    /// How many round and square brackets are open: in them the end of a line means nothing.
    open: usize,
}

impl<'a> Scanner<'a, '_, '_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most words can't be wrong by themselves")]
    fn token(&mut self, index: usize) {
        let token = self.tokens[index];
        if (token.span.start as usize) < self.end {
            return;
        }
        match token.kind {
            TokenKind::Integer | TokenKind::BadNumber if self.micro(index) => {}
            TokenKind::Integer | TokenKind::Duration | TokenKind::Size => self.number(index),
            TokenKind::BadNumber => self.bad_number(index),
            TokenKind::String | TokenKind::BadString if self.doc_string(index) => {}
            TokenKind::String | TokenKind::BadString => self.string(token),
            TokenKind::ForeignOperator if self.block_comment(index) => {}
            TokenKind::ForeignOperator => self.operator(index),
            TokenKind::SlashSlash if self.is_line_start && self.open == 0 => self.line_comment(token),
            TokenKind::LeftParen | TokenKind::LeftBracket => self.open += 1,
            TokenKind::RightParen | TokenKind::RightBracket => self.open = self.open.saturating_sub(1),
            // No block stands in round or square brackets: one of those was never closed.
            TokenKind::LeftBrace | TokenKind::RightBrace => self.open = 0,
            TokenKind::Junk if self.continued_line(token) => {}
            TokenKind::Junk => self.junk(index),
            TokenKind::Whitespace => self.mark(token),
            TokenKind::KwIf if self.main_guard(index) => {}
            TokenKind::KwAssert => self.assert_in_brackets(index),
            TokenKind::Name if self.unit_made_by_call(index) => {}
            TokenKind::Name => self.name(token),
            _ => {}
        }
        let blank = token.kind == TokenKind::Whitespace;
        if self.is_line_start && !blank {
            self.is_for = token.kind == TokenKind::KwFor;
        }
        self.is_line_start = token.kind == TokenKind::Newline || (self.is_line_start && blank);
    }

    fn word(&self, span: Span) -> &'a str {
        &self.text[span.range()]
    }

    /// Writes `replacement` over the word at `span`, and blanks behind it; ends of lines stay.
    fn mask(&mut self, span: Span, replacement: &str) {
        let bytes = &mut self.masked[span.range()];
        bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        let length = replacement.len().min(bytes.len());
        bytes[..length].copy_from_slice(&replacement.as_bytes()[..length]);
    }

    /// Writes an empty string over the one at `span`, as long as it.
    fn mask_string(&mut self, span: Span) {
        self.mask(span, "\"");
        let bytes = &mut self.masked[span.range()];
        match bytes {
            [] => {}
            [only] => *only = b'0',
            [.., last] => *last = b'"',
        }
    }

    /// Tells what may come again in one diagnostic with all its places.
    fn again(&mut self, what: impl Into<Cow<'static, str>>, error: Diagnostic) {
        let repeated = self.repeated.entry(what.into()).or_default();
        self.errors.push_again(repeated, error);
    }

    /// What stands in the place of this word says little of what was meant: the structure of its line
    /// is not to be trusted.
    fn doubt(&mut self, span: Span) {
        self.errors.take(span);
    }

    /// The next token behind `index` that is no blank.
    fn behind(&self, index: usize) -> Option<Token> {
        let rest = self.tokens.get(index + 1..)?;
        rest.iter().find(|token| token.kind != TokenKind::Whitespace).copied()
    }

    /// The last token before `index` that is no blank.
    fn before(&self, index: usize) -> Option<Token> {
        self.tokens[..index].iter().rfind(|token| token.kind != TokenKind::Whitespace).copied()
    }

    fn number(&mut self, index: usize) {
        let token = self.tokens[index];
        let word = self.word(token.span);
        if token.kind == TokenKind::Integer
            && let Some(unit) = self.unit_behind(index)
        {
            self.apart(token, unit);
            return;
        }
        match literal::number(word) {
            Ok(_) => {}
            Err(NumberError::NotWhole) => self.errors.push(number::not_whole(word, token.span)),
            Err(NumberError::TooLarge) => self.errors.push(number::too_large(word, token.span)),
        }
    }

    fn bad_number(&mut self, index: usize) {
        let token = self.tokens[index];
        let word = self.word(token.span);
        match self.unit_behind(index) {
            Some(unit) if number::is_decimal(word) => self.apart(token, unit),
            Some(_) | None => self.errors.push(number::malformed(word, token.span)),
        }
        // As many digits, so that the number stands where it stood.
        self.masked[token.span.range()].fill(b'1');
    }

    fn apart(&mut self, number: Token, unit: Span) {
        let (digits, word) = (self.word(number.span), self.word(unit));
        let whole = number::apart(digits, number.span, word, unit);
        let gap = Span { start: number.span.end, end: unit.start };
        self.errors.push(whole.with_fix(Fix::sure(gap, "")));
        self.mask(unit, "");
    }

    /// The unit that follows a number after blanks on the same line.
    fn unit_behind(&self, index: usize) -> Option<Span> {
        let [blank, unit, ..] = self.tokens.get(index + 1..)? else { return None };
        let apart = blank.kind == TokenKind::Whitespace && unit.kind == TokenKind::Name;
        (apart && literal::is_unit(self.word(unit.span))).then_some(unit.span)
    }

    fn name(&mut self, token: Token) {
        let length = token.span.range().len();
        if length > NAME_LENGTH_MAX {
            let message = format!("a name is at most {NAME_LENGTH_MAX} letters long, this one has {length}");
            let error = Diagnostic::error(code::NAME_TOO_LONG, token.span, message).at("too long");
            self.errors.push(error.with_help("choose a shorter name"));
        }
    }
}
