//! Strings that are not closed, hold unknown escapes or stand in other quotes.

use super::{Scanner, quote};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::literal;
use crate::syntax::parse::lexical::quote::{closing_quote, is_prefix, straight};
use crate::syntax::token::{Token, TokenKind};

impl Scanner<'_, '_, '_> {
    pub(super) fn string(&mut self, token: Token) {
        let word = self.word(token.span);
        if token.kind == TokenKind::String && literal::string(word).is_ok() {
            return;
        }
        if !word.starts_with('"') {
            return self.other_quotes(token, word);
        }
        if let Some(error) = bad_escape(word, token.span) {
            self.errors.push(error);
            if is_closed(word) {
                return self.mask_string(token.span);
            }
        } else {
            self.errors.push(unclosed(word, token.span));
        }
        self.mask_open(token, word);
    }

    fn other_quotes(&mut self, token: Token, word: &str) {
        let first = word.chars().next().unwrap_or('\'');
        let closing = closing_quote(word);
        let inner = &word[first.len_utf8()..];
        let inner = match closing {
            Some(last) => &inner[..inner.len() - last.len_utf8()],
            None => &inner[..open_end(inner)],
        };
        if closing.is_some() && self.is_prefixed(token) {
            // What the letters before it mean has a text of its own.
            return self.mask_string(token.span);
        }
        let text = straight(inner);
        let error =
            Diagnostic::error(code::OTHER_QUOTES, token.span, "a string stands in straight double quotes");
        let error = error.at("other quotes").with_help(format!("write {text}"));
        let kind = if first == '\'' { "'" } else { "typographic quotes" };
        if closing.is_none() {
            let end = token.span.start as usize + first.len_utf8() + inner.len();
            let span = Span::new(token.span.start as usize, end);
            self.errors.push(error.with_fix(Fix::maybe(span, text)));
            return self.mask_open(token, word);
        }
        let behind = self.text[token.span.end as usize..].chars().next();
        if quote::is_doubtful(first, inner) || behind.is_some_and(char::is_alphanumeric) {
            self.errors.push(error.with_fix(Fix::maybe(token.span, text)));
            self.doubt(token.span);
        } else {
            self.again(kind, error.with_fix(Fix::sure(token.span, text)));
        }
        self.mask_string(token.span);
    }

    /// Whether letters like the `f` of `f'…'` touch a string.
    fn is_prefixed(&self, token: Token) -> bool {
        let before = &self.text[..token.span.start as usize];
        let index = self.tokens.partition_point(|before| before.span.start < token.span.start);
        let touching = index.checked_sub(1).map(|index| self.tokens[index]);
        touching.is_some_and(|name| {
            name.kind == TokenKind::Name && is_prefix(&before[name.span.start as usize..])
        })
    }

    /// A string without an end is taken to end before the brackets at the end of its line.
    fn mask_open(&mut self, token: Token, word: &str) {
        self.doubt(token.span);
        let first = word.chars().next().map_or(0, char::len_utf8);
        let end = token.span.start as usize + first + open_end(&word[first..]);
        self.mask_string(Span::new(token.span.start as usize, end));
    }
}

/// Where a string that is never closed was most likely to end: before a comment, a block or closing brackets.
fn open_end(inner: &str) -> usize {
    let comment = inner.find(" #").unwrap_or(inner.len());
    let ends = |character: char| character.is_whitespace() || ")]}{,;:".contains(character);
    let kept = inner[..comment].trim_end_matches(ends).len();
    // A colon or comma behind words belongs to them; only brackets show that the string has ended.
    let tail = &inner[kept..comment];
    match tail.find(['(', ')', '[', ']', '{', '}']) {
        Some(bracket) => kept + tail[..bracket].trim_end().len(),
        None => inner[..comment].trim_end().len(),
    }
}

fn unclosed(word: &str, span: Span) -> Diagnostic {
    let end = span.start as usize + 1 + open_end(&word[1..]);
    Diagnostic::error(code::UNCLOSED_STRING, span, "this string never ends")
        .at("no \" before the end of the line")
        .with_help(
            "put a \" at its end; a string can't go on in the next line, \\n in it stands for a new line",
        )
        .with_fix(Fix::maybe(Span::new(end, end), "\""))
}

fn is_closed(word: &str) -> bool {
    let inner = word[1..].strip_suffix('"');
    inner.is_some_and(|inner| inner.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0)
}

fn bad_escape(word: &str, span: Span) -> Option<Diagnostic> {
    let error = literal::string(word).err()?;
    let escape = &word[error.offset..error.offset + error.length];
    if error.offset + 1 >= word.len() || escape.len() < 2 {
        return None;
    }
    let start = span.start as usize + error.offset;
    let place = Span::new(start, start + error.length);
    let message = format!("`{escape}` stands for no character");
    let help = r#"strings know \n, \t, \", \\ and \u{…} with up to six hexadecimal digits"#;
    let diagnostic = Diagnostic::error(code::BAD_ESCAPE, place, message).at("unknown escape").with_help(help);
    let digits = |from: usize, count: usize| {
        let digits = word.get(error.offset + from..error.offset + from + count)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits)
    };
    let coded =
        |length: usize, digits: &str| Fix::sure(Span::new(start, start + length), format!("\\u{{{digits}}}"));
    let fix = match escape.as_bytes()[1] {
        b'\'' => Fix::sure(place, "'"),
        b'0' => coded(2, "0"),
        b'x' => digits(2, 2).map_or(Fix::maybe(Span::new(start, start), "\\"), |found| coded(4, found)),
        b'u' => digits(2, 4).map_or(Fix::maybe(Span::new(start, start), "\\"), |found| coded(6, found)),
        _ => Fix::maybe(Span::new(start, start), "\\"),
    };
    Some(diagnostic.with_fix(fix))
}
