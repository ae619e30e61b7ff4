//! `--set NAME=VALUE`: a literal of the language on the command line, where
//! the shell has eaten quotes.

#![expect(clippy::wildcard_enum_match_arm, reason = "few of the many kinds of tokens are literals")]

use crate::base::size::SignedSize;
use crate::base::time::SignedDuration;
use crate::syntax::ast::Literal;
use crate::syntax::literal::{NumberError, NumberKind, number, string};
use crate::syntax::token::{TokenKind, tokens};

/// Name and value of `NAME=VALUE`.
///
/// # Errors
///
/// If there is no name, or the value begins like a number and is none.
pub(super) fn parse_setting(text: &str) -> Result<(String, Literal), String> {
    pair(text, "tellers=5", "param")
}

/// Name and value of `--cost NAME=VALUE`.
///
/// # Errors
///
/// As for [`parse_setting`].
pub(super) fn parse_cost(text: &str) -> Result<(String, Literal), String> {
    pair(text, "wake_latency=40us", "setting")
}

/// Name and value; an example of it, and what the name is that of.
fn pair(text: &str, example: &str, what: &str) -> Result<(String, Literal), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("write it like {example}"))?;
    if !is_name(name) {
        return Err(format!("`{name}` is no name of a {what}"));
    }
    Ok((name.to_string(), parse_literal(value)?))
}

fn is_name(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    word && !text.is_empty() && !text.starts_with(|first: char| first.is_ascii_digit())
}

fn parse_literal(text: &str) -> Result<Literal, String> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let negative = magnitude.len() < text.len();
    let mut tokens = tokens(magnitude);
    let (Some(token), None) = (tokens.next(), tokens.next()) else { return Err(no_literal(text)) };
    match token.kind {
        TokenKind::Integer | TokenKind::Duration | TokenKind::Size => parse_number(magnitude, negative),
        _ if negative => Err(no_literal(text)),
        TokenKind::KwTrue => Ok(Literal::Bool(true)),
        TokenKind::KwFalse => Ok(Literal::Bool(false)),
        TokenKind::KwNone => Ok(Literal::None),
        TokenKind::String | TokenKind::BadString => match string(magnitude) {
            Ok(inner) if token.kind == TokenKind::String => Ok(Literal::Str(inner)),
            Ok(_) => Err(no_literal(text)),
            Err(_) => Err("a backslash stands before n, t, \", \\ or u{…}".to_string()),
        },
        // The shell has eaten the quotes. What Python does not write is more likely a slip.
        TokenKind::Name => match text {
            "true" => Err("write True".to_string()),
            "false" => Err("write False".to_string()),
            "none" | "null" | "nil" => Err("write None".to_string()),
            _ => Ok(Literal::Str(text.to_string())),
        },
        // A word that the language reserves is a text like any other here.
        word if word.is_keyword() => Ok(Literal::Str(text.to_string())),
        _ => Err(no_literal(text)),
    }
}

/// A literal as [`literal_text`] writes it; nothing if it can't have written this.
pub(super) fn read_literal(text: &str) -> Option<Literal> {
    if text.starts_with('"') {
        let whole = text.len() > 1 && text.ends_with('"');
        return string(text).ok().filter(|_| whole).map(Literal::Str);
    }
    parse_literal(text).ok().filter(|literal| !matches!(literal, Literal::Str(_)))
}

fn parse_number(magnitude: &str, negative: bool) -> Result<Literal, String> {
    let read = number(magnitude).map_err(|error| match error {
        NumberError::NotWhole => "not a whole number of nanoseconds or bytes".to_string(),
        NumberError::TooLarge => "does not fit in 64 bits".to_string(),
    })?;
    if negative && read.kind == NumberKind::Size {
        return Err("a size is never negative".to_string());
    }
    read.literal(negative).ok_or_else(|| "does not fit in 64 bits".to_string())
}

fn no_literal(text: &str) -> String {
    format!("`{text}` is no literal of the language: write 5, 1.5ms, 64KiB, True, None, or a text as '\"…\"'")
}

/// A literal as a script writes it.
pub(super) fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::None => "None".to_string(),
        Literal::Bool(true) => "True".to_string(),
        Literal::Bool(false) => "False".to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Duration(nanoseconds) => SignedDuration(*nanoseconds).to_string(),
        Literal::Size(bytes) => SignedSize(*bytes).to_string(),
        Literal::Str(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// `NAME=VALUE` as `--set` and `--cost` take it: a text without quotes where none are needed.
pub(super) fn pair_text((name, value): &(String, Literal)) -> String {
    let bare = match value {
        Literal::Str(text) => parse_literal(text).is_ok_and(|read| read == *value).then_some(text),
        Literal::None | Literal::Bool(_) | Literal::Int(_) | Literal::Duration(_) | Literal::Size(_) => None,
    };
    bare.map_or_else(|| format!("{name}={}", literal_text(value)), |text| format!("{name}={text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<&str, &str>) {
        let parsed = parse_setting(text);
        if let Ok((_, value)) = &parsed {
            assert_eq!(read_literal(&literal_text(value)).as_ref(), Some(value));
        }
        if let Ok(pair) = &parsed {
            assert_eq!(parse_setting(&pair_text(pair)).as_ref(), Ok(pair));
        }
        let got = parsed.map(|(name, value)| format!("{name}={}", literal_text(&value)));
        match (&got, want) {
            (Ok(got), Ok(want)) => assert_eq!(got, want),
            (Err(got), Err(want)) => assert!(got.contains(want), "{text}: {got}"),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{text}: {got:?}"),
        }
    }

    #[test]
    fn a_value_is_a_literal_of_the_language() {
        check("n=5", Ok("n=5"));
        for text in ["n", "a=b", "\"open", "\"", "", "AQ9x"] {
            assert_eq!(read_literal(text), None, "{text}");
        }
        check("n=-1_000", Ok("n=-1000"));
        check("n=-9223372036854775808", Ok("n=-9223372036854775808"));
        check("d=1.5ms", Ok("d=1.5ms"));
        check("d=-2ms", Ok("d=-2ms"));
        check("s=64KiB", Ok("s=64KiB"));
        check("b=True", Ok("b=True"));
        check("b=None", Ok("b=None"));
        check("t=lifo", Ok("t=\"lifo\""));
        check("t=io", Ok("t=\"io\""));
        check("t=\"a=b\"", Ok("t=\"a=b\""));
        check("t=\"10\"", Ok("t=\"10\""));
        check(r#"t="a\\b\"\u{e9}""#, Ok("t=\"a\\\\b\\\"é\""));
    }

    #[test]
    fn what_only_looks_like_a_literal_is_refused() {
        check("n", Err("write it like"));
        check("=5", Err("no name"));
        check("5n=5", Err("no name"));
        for slip in
            ["n=007", "n=1__0", "n=1.5", "n=10sec", "n=+7", "n=(3)", "n=--3", "n=", "t=a=b", "d=- 5ms"]
        {
            check(slip, Err("no literal"));
        }
        check("b=true", Err("write True"));
        check("d=1.5ns", Err("not a whole number of nanoseconds"));
        check("n=9223372036854775808", Err("64 bits"));
        check("s=-1KiB", Err("never negative"));
        check("t=\"open", Err("no literal"));
        check(r#"t="\q""#, Err("backslash"));
        check(r#"t="a"b""#, Err("no literal"));
    }
}
