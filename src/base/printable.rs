//! Text that a script chose, made fit to be shown.
//!
//! A script may print or be named anything. What could move the cursor, hide
//! itself or turn the reading order around is shown as an escape, so that no
//! script can forge a line of ours.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character has an effect on a terminal other than to be seen there:
/// control characters, line separators, bidirectional marks and what has no width.
#[must_use]
pub fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Appends `text` for the eyes of people: hostile characters become `\n`, `\t` or `\u{…}`.
pub fn push_safe(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        text.chars().for_each(|character| push_character(out, character, is_hostile(character)));
    }
}

/// Appends `text` in ASCII, so that it can be told from the result what it was:
/// all that is not printable ASCII becomes `\n`, `\t` or `\u{…}`, and a
/// backslash is doubled.
pub fn push_ascii(out: &mut String, text: &str) {
    if is_plain(text) && !text.contains('\\') {
        out.push_str(text);
    } else {
        for character in text.chars() {
            push_character(out, character, !matches!(character, ' '..='[' | ']'..='~'));
        }
    }
}

/// What [`push_ascii`] has written, as it was; nothing if it can't have written this.
#[must_use]
pub fn from_ascii(text: &str) -> Option<Cow<'_, str>> {
    if !is_plain(text) {
        return None;
    }
    let Some((before, mut rest)) = text.split_once('\\') else { return Some(Cow::Borrowed(text)) };
    let mut out = String::with_capacity(text.len());
    out.push_str(before);
    loop {
        let (character, after) = unescaped(rest)?;
        out.push(character);
        let Some((plain, next)) = after.split_once('\\') else {
            out.push_str(after);
            return Some(Cow::Owned(out));
        };
        out.push_str(plain);
        rest = next;
    }
}

/// What stands behind a backslash: the character that it means, and the rest.
fn unescaped(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_at_checked(1)?;
    match first {
        "n" => Some(('\n', rest)),
        "t" => Some(('\t', rest)),
        "\\" => Some(('\\', rest)),
        "u" => {
            let (digits, rest) = rest.strip_prefix('{')?.split_once('}')?;
            let is_code = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_code)?;
            Some((char::from_u32(code)?, rest))
        }
        _ => None,
    }
}

/// `text` as [`push_safe`] shows it.
#[must_use]
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_safe(&mut out, text);
    out
}

/// A word of a command that people copy into a shell: quoted where a shell would part it or change it.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./=:,+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", safe(word).replace('\'', "'\\''"))
    }
}

/// Nearly all text is plain, and traces are long: this is the short way.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn push_character(out: &mut String, character: char, escaped: bool) {
    match character {
        _ if !escaped => out.push(character),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        other => {
            let code = u32::from(other);
            write!(out, "\\u{{{code:x}}}").expect("writing to a string never fails");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, for_people: &str, in_ascii: &str) {
        let mut out = String::new();
        push_ascii(&mut out, text);
        assert_eq!((safe(text).as_str(), out.as_str()), (for_people, in_ascii));
        assert_eq!(from_ascii(&out).as_deref(), Some(text));
    }

    #[test]
    fn what_could_move_the_cursor_or_hide_is_shown_as_an_escape() {
        check("total 130", "total 130", "total 130");
        check("été", "été", "\\u{e9}t\\u{e9}");
        check("a\\b", "a\\b", "a\\\\b");
        check("\u{1b}[2J", "\\u{1b}[2J", "\\u{1b}[2J");
        check("a\nb\tc\r", "a\\nb\\tc\\u{d}", "a\\nb\\tc\\u{d}");
        check("\u{9b}31m", "\\u{9b}31m", "\\u{9b}31m");
        check("\u{202e}cba\u{2069}", "\\u{202e}cba\\u{2069}", "\\u{202e}cba\\u{2069}");
        check("x\u{200b}y\u{feff}", "x\\u{200b}y\\u{feff}", "x\\u{200b}y\\u{feff}");
        check("\u{7f}", "\\u{7f}", "\\u{7f}");
    }

    #[test]
    fn a_word_is_quoted_where_a_shell_would_part_it() {
        assert_eq!(shell_word("my/bank.conc"), "my/bank.conc");
        assert_eq!(shell_word("who=\"ann b\""), "'who=\"ann b\"'");
        assert_eq!(shell_word("it's"), "'it'\\''s'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn what_is_no_escape_is_not_read_back() {
        for text in [
            "\\",
            "\\x",
            "\\u",
            "\\u{",
            "\\u{}",
            "\\u{g}",
            "\\u{d800}",
            "\\u{1234567}",
            "\\u{+41}",
            "é",
            "\t",
        ] {
            assert_eq!(from_ascii(text), None, "{text}");
        }
    }
}
