//! What is wrong with single words and characters, found before the grammar is asked.
//!
//! Each bad word is then written over with a good one of the same length, so
//! that one parse of the rest can go on to find what else is wrong.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::literal::{self, NumberError};
use crate::syntax::parse::{Errors, number};
use crate::syntax::token::{Token, TokenKind};

/// What the scan of single words gives.
pub(super) struct Scan {
    /// The text with bad words written over; as long as the original.
    pub(super) masked: String,
    /// Whether a string is never closed, so that brackets may be hidden in it.
    pub(super) unclosed_string: bool,
}

/// Looks at every character and word of `text`.
pub(super) fn scan(text: &str, tokens: &[Token], errors: &mut Errors) -> Scan {
    characters(text, errors);
    let mut scanner =
        Scanner { text, masked: text.as_bytes().to_vec(), errors, unclosed_string: false, junk_end: 0 };
    for (index, token) in tokens.iter().enumerate() {
        scanner.token(*token, &tokens[index + 1..]);
    }
    let masked = String::from_utf8(scanner.masked).expect("whole words are written over with ASCII");
    Scan { masked, unclosed_string: scanner.unclosed_string }
}

/// Control characters are refused everywhere, also in strings and comments.
fn characters(text: &str, errors: &mut Errors) {
    let mut characters = text.char_indices().peekable();
    while let Some((offset, character)) = characters.next() {
        let ends_line = character == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
        let hidden = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let allowed = matches!(character, '\t' | '\n') || ends_line || !(character.is_control() || hidden);
        if allowed {
            continue;
        }
        let span = Span::new(offset, offset + character.len_utf8());
        let error = Diagnostic::error(
            code::CHARACTER,
            span,
            format!("the control character U+{:04X} can't stand in a script", u32::from(character)),
        );
        errors.push(
            error.at("an invisible character").with_help("delete it, or save the file as plain UTF-8 text"),
        );
    }
}

struct Scanner<'a> {
    text: &'a str,
    masked: Vec<u8>,
    errors: &'a mut Errors,
    unclosed_string: bool,
    /// Where the last junk ends: what follows it at once is the same mistake.
    junk_end: u32,
}

impl Scanner<'_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most kinds of tokens can't be wrong by themselves")]
    fn token(&mut self, token: Token, after: &[Token]) {
        match token.kind {
            TokenKind::Integer | TokenKind::Duration | TokenKind::Size => self.number(token, after),
            TokenKind::BadNumber => self.bad_number(token, after),
            TokenKind::String | TokenKind::BadString => self.string(token),
            TokenKind::ForeignOperator => self.operator(token),
            TokenKind::Junk => self.junk(token),
            TokenKind::Whitespace => self.mark(token),
            _ => {}
        }
    }

    fn word(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Writes `replacement` over the word at `span`, and blanks behind it.
    fn mask(&mut self, span: Span, replacement: &str) {
        let bytes = &mut self.masked[span.range()];
        bytes.fill(b' ');
        bytes[..replacement.len()].copy_from_slice(replacement.as_bytes());
    }

    fn number(&mut self, token: Token, after: &[Token]) {
        let word = self.word(token.span);
        if token.kind == TokenKind::Integer
            && let Some(unit) = unit_behind(self.text, after)
        {
            self.errors.push(number::apart(word, token.span, &self.text[unit.range()], unit));
            self.mask(unit, "");
            return;
        }
        match literal::number(word) {
            Ok(_) => {}
            Err(NumberError::NotWhole) => self.errors.push(number::not_whole(word, token.span)),
            Err(NumberError::TooLarge) => self.errors.push(number::too_large(word, token.span)),
        }
    }

    fn bad_number(&mut self, token: Token, after: &[Token]) {
        let word = self.word(token.span);
        match unit_behind(self.text, after) {
            Some(unit) if number::is_decimal(word) => {
                self.errors.push(number::apart(word, token.span, &self.text[unit.range()], unit));
                self.mask(unit, "");
            }
            Some(_) | None => self.errors.push(number::malformed(word, token.span)),
        }
        self.mask(token.span, "0");
    }

    fn string(&mut self, token: Token) {
        let word = self.word(token.span);
        let Some(error) = string_error(word, token.span) else { return };
        self.unclosed_string |= error.code == code::UNCLOSED_STRING;
        self.errors.push(error);
        self.mask(token.span, if token.span.range().len() < 2 { "0" } else { "\"\"" });
    }

    fn operator(&mut self, token: Token) {
        let word = self.word(token.span);
        let (means, mask) = foreign(word);
        let error = Diagnostic::error(
            code::FOREIGN_OPERATOR,
            token.span,
            format!("`{word}` is no operator of this language"),
        );
        self.errors.push(error.at("an operator of other languages").with_help(means));
        self.mask(token.span, mask);
    }

    fn junk(&mut self, token: Token) {
        let word = self.word(token.span);
        let error =
            Diagnostic::error(code::CHARACTER, token.span, format!("`{word}` can't stand in a script"));
        let character = word.chars().next().unwrap_or(' ');
        let continued = token.span.start > 0 && token.span.start == self.junk_end;
        self.junk_end = token.span.end;
        if !character.is_control() && !continued {
            self.errors.push(describe_junk(error, character));
        }
        self.mask(token.span, "");
    }

    /// A byte order mark is welcome at the start only, where an editor may have put it.
    fn mark(&mut self, token: Token) {
        if token.span.start > 0 && self.word(token.span) == "\u{FEFF}" {
            let error = Diagnostic::error(
                code::CHARACTER,
                token.span,
                "a byte order mark can stand at the start of a script only",
            );
            self.errors.push(error.at("an invisible character").with_help("delete it"));
            self.mask(token.span, "");
        }
    }
}

/// The unit that follows a number after blanks on the same line.
fn unit_behind(text: &str, after: &[Token]) -> Option<Span> {
    let [blank, unit, ..] = after else { return None };
    let apart = blank.kind == TokenKind::Whitespace && unit.kind == TokenKind::Name;
    (apart && literal::is_unit(&text[unit.span.range()])).then_some(unit.span)
}

fn string_error(word: &str, span: Span) -> Option<Diagnostic> {
    if !word.starts_with('"') {
        let inner = word.trim_matches(|character: char| "'“”„«»‘’‚‹›\"".contains(character));
        let error = Diagnostic::error(code::OTHER_QUOTES, span, "a string stands in straight double quotes");
        let mend = format!("write \"{inner}\"");
        return Some(error.at("other quotes").with_help(mend));
    }
    let start = span.start as usize;
    if let Err(error) = literal::string(word) {
        let place = Span::new(start + error.offset, start + error.offset + error.length);
        let escape = &word[error.offset..error.offset + error.length];
        if error.offset + 1 < word.len() && escape.len() > 1 {
            let error =
                Diagnostic::error(code::BAD_ESCAPE, place, format!("`{escape}` stands for no character"));
            let help = r#"strings know \n, \t, \", \\ and \u{…} with up to six hexadecimal digits"#;
            return Some(error.at("unknown escape").with_help(help));
        }
    }
    if is_closed(word) {
        return None;
    }
    let error = Diagnostic::error(code::UNCLOSED_STRING, span, "this string never ends");
    let help = "put a \" at its end; a string can't go on in the next line, \\n in it stands for a new line";
    Some(error.at("no \" before the end of the line").with_help(help))
}

fn is_closed(word: &str) -> bool {
    let inner = word[1..].strip_suffix('"');
    inner.is_some_and(|inner| inner.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0)
}

/// What to write instead of an operator of another language, and what stands for it while parsing goes on.
fn foreign(word: &str) -> (&'static str, &'static str) {
    match word {
        "&&" => ("write `and`", "or"),
        "||" => ("write `or`", "or"),
        "!" => ("write `not`", "-"),
        "/" => ("write `//`, which rounds down", "*"),
        "/=" => ("write `//=`, which rounds down", "+="),
        "**" => ("multiply with `*`", "*"),
        "++" => ("write `+= 1`", ""),
        ":=" => ("assign in a statement of its own", ""),
        "->" => ("leave out the type", ""),
        "&" => ("write `and`", "+"),
        "|" => ("write `or`", "+"),
        "^" => ("write `!=`", "+"),
        "~" => ("write `not`", "-"),
        "@" => ("leave it out: functions have no decorators", ""),
        _ => ("leave it out", ""),
    }
}

fn describe_junk(error: Diagnostic, character: char) -> Diagnostic {
    let twin = match character {
        '–' | '—' | '−' => "-",
        '×' => "*",
        '÷' => "//",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '…' => "..",
        '`' => "\"",
        _ => "",
    };
    if !twin.is_empty() {
        return error.at(format!("write `{twin}`")).with_help(format!("write `{twin}` in its place"));
    }
    if character.is_whitespace() {
        return error.at("a special blank").with_help("put an ordinary space in its place");
    }
    if character.is_alphabetic() {
        return error.at("not a letter from a to z").with_help("names are made of a-z, A-Z, 0-9 and _");
    }
    error.at("unknown character")
}
