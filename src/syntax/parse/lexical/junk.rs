//! Characters that mean nothing in a script.

use super::Scanner;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::token::{Token, TokenKind};

/// Signs that look like one of ours: what they stand for, and whether that is sure.
const TWINS: &[(&str, &str, bool)] = &[
    ("–—−‐‑", "-", true),
    ("×∗", "*", true),
    ("÷", "//", false),
    ("≤", "<=", true),
    ("≥", ">=", true),
    ("≠", "!=", true),
    ("…", "..", true),
    ("`´", "\"", false),
    ("（", "(", true),
    ("）", ")", true),
    ("［", "[", true),
    ("］", "]", true),
    ("｛", "{", true),
    ("｝", "}", true),
    ("：", ":", true),
    ("；", ";", true),
    ("，", ",", true),
    ("＝", "=", true),
    ("＋", "+", true),
    ("＜", "<", true),
    ("＞", ">", true),
];

/// Letters that other languages have beside those from a to z.
const LETTERS: &[(&str, &str)] = &[
    ("ä", "ae"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("Ä", "Ae"),
    ("Ö", "Oe"),
    ("Ü", "Ue"),
    ("ß", "ss"),
    ("àáâãå", "a"),
    ("èéêë", "e"),
    ("ìíîï", "i"),
    ("òóôõø", "o"),
    ("ùúû", "u"),
    ("ç", "c"),
    ("ñ", "n"),
    ("ÈÉÊ", "E"),
];

impl Scanner<'_, '_, '_> {
    /// Control characters are refused everywhere, also in strings and comments.
    pub(super) fn characters(&mut self) {
        let mut characters = self.text.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            let ends_line = character == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
            let hidden = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
            let allowed =
                matches!(character, '\t' | '\n') || ends_line || !(character.is_control() || hidden);
            if allowed {
                continue;
            }
            let span = Span::new(offset, offset + character.len_utf8());
            let name = format!("U+{:04X}", u32::from(character));
            let message = format!("the control character {name} can't stand in a script");
            let error = Diagnostic::error(code::CHARACTER, span, message).at("an invisible character");
            let help = "delete it, or save the file as plain UTF-8 text";
            let alone = character == '\r';
            let fix = if alone { Fix::sure(span, "\n") } else { Fix::sure(span, "") };
            self.again(name, error.with_help(help).with_fix(fix));
        }
    }

    pub(super) fn junk(&mut self, index: usize) {
        let token = self.tokens[index];
        let word = self.word(token.span);
        let character = word.chars().next().unwrap_or(' ');
        if character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
            self.doubt(token.span);
            return self.mask(token.span, "");
        }
        let error =
            Diagnostic::error(code::CHARACTER, token.span, format!("`{word}` can't stand in a script"));
        if let Some((_, twin, sure)) = TWINS.iter().find(|(signs, ..)| signs.contains(character)) {
            let error = error.at(format!("write `{twin}`")).with_help(format!("write `{twin}` in its place"));
            let fix = if *sure { Fix::sure(token.span, *twin) } else { Fix::maybe(token.span, *twin) };
            self.again(word.to_owned(), error.with_fix(fix));
            if *twin == "\"" {
                self.doubt(token.span);
                return self.mask(token.span, "");
            }
            self.mask(token.span, twin);
            if self.text[token.span.end as usize..].starts_with('=') && twin.len() == 1 {
                // It belongs to the sign behind it, as in `-=`.
                self.masked[token.span.range()].reverse();
            }
            return;
        }
        if character.is_whitespace() {
            return self.blank(token, character);
        }
        if is_invisible(character) {
            return self.invisible(token);
        }
        if character.is_alphanumeric() {
            return self.letter(index, error);
        }
        let continued = index > 0
            && self.tokens[index - 1].kind == TokenKind::Junk
            && self.tokens[index - 1].span.end == token.span.start;
        if !continued {
            self.errors.push(error.at("unknown character").with_help("delete it, or put it into a string"));
        }
        self.mask(token.span, "");
        self.doubt(token.span);
    }

    fn blank(&mut self, token: Token, character: char) {
        let what = if character == '\u{A0}' { "non-breaking space" } else { "special space" };
        let message = format!("a {what} (U+{:04X}) can't stand in a script", u32::from(character));
        let error = Diagnostic::error(code::CHARACTER, token.span, message).at("a special blank");
        let fix = Fix::sure(token.span, " ");
        self.again("blank", error.with_help("put an ordinary space in its place").with_fix(fix));
        self.mask(token.span, "");
    }

    fn invisible(&mut self, token: Token) {
        let character = self.word(token.span).chars().next().unwrap_or(' ');
        let message =
            format!("the invisible character U+{:04X} can't stand in a script", u32::from(character));
        let error = Diagnostic::error(code::CHARACTER, token.span, message).at("an invisible character");
        self.again("invisible", error.with_help("delete it").with_fix(Fix::sure(token.span, "")));
        let range = token.span.range();
        let is_word =
            |character: Option<char>| character.is_some_and(|found| found.is_alphanumeric() || found == '_');
        let inner = is_word(self.text[..range.start].chars().next_back())
            && is_word(self.text[range.end..].chars().next());
        self.mask(token.span, if inner { "____" } else { "" });
    }

    /// A byte order mark is welcome at the start only, where an editor may have put it.
    pub(super) fn mark(&mut self, token: Token) {
        if token.span.start > 0 && self.word(token.span) == "\u{FEFF}" {
            let message = "a byte order mark can stand at the start of a script only";
            let error = Diagnostic::error(code::CHARACTER, token.span, message);
            let error = error.at("an invisible character").with_help("delete it");
            self.again("mark", error.with_fix(Fix::sure(token.span, "")));
            self.mask(token.span, "");
        }
    }

    /// A letter that names do not have: told once for its word.
    fn letter(&mut self, index: usize, error: Diagnostic) {
        let token = self.tokens[index];
        let is_part = |token: &&Token| {
            let character = self.word(token.span).chars().next().unwrap_or(' ');
            token.kind == TokenKind::Name
                || token.kind.is_keyword()
                || matches!(token.kind, TokenKind::Integer | TokenKind::BadNumber)
                || (token.kind == TokenKind::Junk && character.is_alphanumeric())
        };
        let before = self.tokens[..index].iter().rev().take_while(is_part).last().copied();
        let behind = self.tokens[index + 1..].iter().take_while(is_part).last().copied();
        let first = before.map_or(token.span, |before| before.span);
        let whole = first.to(behind.map_or(token.span, |behind| behind.span));
        let word = self.word(whole);
        let error = error.at("not a letter from a to z").with_help("names are made of a-z, A-Z, 0-9 and _");
        let plain: Option<String> = word.chars().map(plain).collect();
        self.again(
            word.to_owned(),
            match plain {
                Some(plain) => error.with_fix(Fix::maybe(whole, plain)),
                None => error,
            },
        );
        for part in self.tokens[index..].iter().take_while(|part| part.span.end <= whole.end) {
            if part.kind == TokenKind::Junk {
                self.masked[part.span.range()].fill(b'_');
            }
        }
        self.end = whole.end as usize;
    }
}

fn plain(character: char) -> Option<String> {
    if character.is_ascii() {
        return Some(character.to_string());
    }
    let (_, letters) = LETTERS.iter().find(|(letters, _)| letters.contains(character))?;
    Some((*letters).to_owned())
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{AD}')
}
