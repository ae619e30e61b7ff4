//! Where strings in other quotes end, and what they are in straight ones.
//!
//! To the lexer such a string ends at the first quote that may close it. Here
//! an apostrophe or a quotation inside of it is seen, by the letters around.

use crate::base::span::Span;
use crate::syntax::token::{Token, TokenKind, tokens};

const QUOTES: [char; 12] = ['\'', '“', '”', '„', '«', '»', '‘', '’', '‚', '‹', '›', '"'];
/// How many bytes behind a quote another one is looked for.
const REACH: usize = 400;

/// The tokens of a text, with strings in other quotes up to where they were meant to end.
pub(super) fn whole_strings(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut from = 0;
    'again: loop {
        for token in tokens(&text[from..]) {
            let span = Span::new(from + token.span.start as usize, from + token.span.end as usize);
            let is_other = token.kind == TokenKind::BadString;
            let end = is_other.then(|| meant_end(text, span)).flatten();
            let span = Span::new(span.start as usize, end.unwrap_or(span.end as usize));
            found.push(Token { span, ..token });
            if let Some(end) = end {
                from = end;
                continue 'again;
            }
        }
        return found;
    }
}

/// One past the quote that closes a string, if that is not the one at the end of `span`.
fn meant_end(text: &str, span: Span) -> Option<usize> {
    let word = &text[span.range()];
    let last = closing_quote(word)?;
    let first = word.chars().next()?;
    let behind = &text[span.end as usize..];
    let near = |(offset, next): &(usize, char)| *offset < REACH && *next != '\n';
    let mut characters = behind.char_indices().take_while(near).peekable();
    let is_letter = |next: Option<&(usize, char)>| next.is_some_and(|(_, next)| next.is_alphanumeric());
    let ends = |offset: usize, quote: char| Some(span.end as usize + offset + quote.len_utf8());
    if is_single(first) {
        if !is_letter(characters.peek()) {
            return None;
        }
        while let Some((offset, character)) = characters.next() {
            if closes(first, character) && !is_letter(characters.peek()) {
                return ends(offset, character);
            }
        }
        return None;
    }
    // A typographic quote that closes at a straight one may hold a quotation.
    if last != '"' {
        return None;
    }
    let (offset, quote) =
        characters.find(|(_, character)| *character != '"' && QUOTES[1..6].contains(character))?;
    closes(first, quote).then(|| ends(offset, quote))?
}

fn is_single(quote: char) -> bool {
    matches!(quote, '\'' | '‘' | '’' | '‚' | '‹' | '›')
}

/// Whether `last` closes what `first` opens.
fn closes(first: char, last: char) -> bool {
    match first {
        '“' | '”' => last == '”',
        '„' => matches!(last, '“' | '”'),
        '«' => last == '»',
        '»' => last == '«',
        '‘' | '’' => matches!(last, '’' | '\''),
        '‚' => matches!(last, '‘' | '’' | '\''),
        '‹' => last == '›',
        '›' => last == '‹',
        _ => last == first,
    }
}

/// The quote that closes a string of other quotes.
pub(super) fn closing_quote(word: &str) -> Option<char> {
    let last = word.chars().next_back().filter(|last| QUOTES.contains(last))?;
    let inner = &word[..word.len() - last.len_utf8()];
    let escaped = inner.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    let open = inner.is_empty() || (escaped && last == '\'');
    (!open).then_some(last)
}

/// Whether the text between quotes makes it doubtful where they close.
pub(super) fn is_doubtful(first: char, inner: &str) -> bool {
    if first == '\'' {
        let mut is_escape = false;
        return inner.chars().any(|character| {
            let bare = character == '\'' && !is_escape;
            is_escape = character == '\\' && !is_escape;
            bare
        });
    }
    !is_single(first) && inner.matches('"').count() % 2 == 1
}

/// A string in straight double quotes, of what stood between others.
pub(in crate::syntax::parse) fn straight(inner: &str) -> String {
    let mut text = String::from('"');
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => match characters.next() {
                Some('\'') => text.push('\''),
                Some(next) => text.extend(['\\', next]),
                None => text.push_str("\\\\"),
            },
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

/// Whether a word stands before strings of Python.
pub(in crate::syntax::parse) fn is_prefix(word: &str) -> bool {
    matches!(word, "f" | "F" | "r" | "R" | "b" | "B" | "u" | "U" | "rb" | "rf" | "fr")
}
