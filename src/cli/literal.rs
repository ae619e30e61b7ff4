//! `--set NAME=VALUE`: a literal of the language on the command line, where
//! the shell has eaten quotes.

use crate::base::size::{SignedSize, parse_size};
use crate::base::time::{SignedDuration, parse_duration};
use crate::syntax::ast::Literal;

/// Name and value of `NAME=VALUE`.
///
/// # Errors
///
/// If there is no name, or the value begins like a number and is none.
pub(super) fn parse_setting(text: &str) -> Result<(String, Literal), String> {
    let (name, value) = text.split_once('=').ok_or("write it like tellers=5")?;
    if !is_name(name) {
        return Err(format!("`{name}` is no name of a param"));
    }
    Ok((name.to_string(), parse_literal(value)?))
}

fn is_name(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    word && !text.is_empty() && !text.starts_with(|first: char| first.is_ascii_digit())
}

fn parse_literal(text: &str) -> Result<Literal, String> {
    match text {
        "True" => return Ok(Literal::Bool(true)),
        "False" => return Ok(Literal::Bool(false)),
        "None" => return Ok(Literal::None),
        _ => {}
    }
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    if magnitude.starts_with(|first: char| first.is_ascii_digit()) {
        return parse_number(magnitude, magnitude.len() < text.len());
    }
    match text.strip_prefix('"') {
        Some(rest) => {
            let inner = rest.strip_suffix('"').ok_or("the string does not end with a quote")?;
            unescape(inner).map(Literal::Str)
        }
        None => Ok(Literal::Str(text.to_string())),
    }
}

fn parse_number(magnitude: &str, negative: bool) -> Result<Literal, String> {
    if magnitude.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return parse_int(magnitude, negative).map(Literal::Int);
    }
    let signed = |value: u64| {
        let value = i64::try_from(value).expect("a quantity is at most the largest signed integer");
        if negative { -value } else { value }
    };
    if let Ok(nanoseconds) = parse_duration(magnitude) {
        return Ok(Literal::Duration(signed(nanoseconds)));
    }
    match parse_size(magnitude) {
        Ok(_) if negative => Err("a size is never negative".to_string()),
        Ok(bytes) => Ok(Literal::Size(signed(bytes))),
        Err(error) => {
            Err(format!("{error}; text that begins with a digit needs quotes, as in '\"{magnitude}\"'"))
        }
    }
}

fn parse_int(digits: &str, negative: bool) -> Result<i64, String> {
    let grouped = digits.split('_').all(|group| !group.is_empty());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    if !grouped || leading_zero {
        return Err(format!("`{digits}` is not how a whole number is written"));
    }
    let sign = if negative { "-" } else { "" };
    format!("{sign}{}", digits.replace('_', "")).parse().map_err(|_| "does not fit in 64 bits".to_string())
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(unquoted(before)?);
        let (character, length) = escape(after).ok_or("a backslash stands before n, t, \", \\ or u{…}")?;
        out.push(character);
        rest = &after[length..];
    }
    out.push_str(unquoted(rest)?);
    Ok(out)
}

fn unquoted(text: &str) -> Result<&str, String> {
    if text.contains('"') { Err("a quote inside a string is written \\\"".to_string()) } else { Ok(text) }
}

/// What stands behind a backslash, and how many bytes that is.
fn escape(text: &str) -> Option<(char, usize)> {
    match text.chars().next()? {
        'n' => Some(('\n', 1)),
        't' => Some(('\t', 1)),
        same @ ('"' | '\\') => Some((same, 1)),
        'u' => {
            let (digits, _) = text.strip_prefix("u{")?.split_once('}')?;
            let short =
                (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| short)?;
            Some((char::from_u32(code)?, digits.len() + 3))
        }
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<&str, &str>) {
        let got = parse_setting(text).map(|(name, value)| format!("{name}={}", literal_text(&value)));
        match (&got, want) {
            (Ok(got), Ok(want)) => assert_eq!(got, want),
            (Err(got), Err(want)) => assert!(got.contains(want), "{text}: {got}"),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{text}: {got:?}"),
        }
    }

    #[test]
    fn a_value_is_a_literal_of_the_language() {
        check("n=5", Ok("n=5"));
        check("n=-1_000", Ok("n=-1000"));
        check("n=-9223372036854775808", Ok("n=-9223372036854775808"));
        check("d=1.5ms", Ok("d=1.5ms"));
        check("d=-2ms", Ok("d=-2ms"));
        check("s=64KiB", Ok("s=64KiB"));
        check("b=True", Ok("b=True"));
        check("b=None", Ok("b=None"));
        check("t=lifo", Ok("t=\"lifo\""));
        check("t=", Ok("t=\"\""));
        check("t=a=b", Ok("t=\"a=b\""));
        check("t=\"10\"", Ok("t=\"10\""));
        check(r#"t="a\\b\"\u{e9}""#, Ok("t=\"a\\\\b\\\"é\""));
    }

    #[test]
    fn what_only_looks_like_a_literal_is_refused() {
        check("n", Err("write it like"));
        check("=5", Err("no name"));
        check("5n=5", Err("no name"));
        check("n=007", Err("not how a whole number"));
        check("n=1__0", Err("not how a whole number"));
        check("n=1.5", Err("no unit"));
        check("n=10sec", Err("no unit `sec`"));
        check("n=9223372036854775808", Err("64 bits"));
        check("s=-1KiB", Err("never negative"));
        check("t=\"open", Err("does not end"));
        check(r#"t="\q""#, Err("backslash"));
        check(r#"t="a"b""#, Err("a quote inside"));
    }
}
