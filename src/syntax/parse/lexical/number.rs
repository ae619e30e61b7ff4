//! What to say of a number that is written wrong.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::literal;

const UNITS: &str = "durations end in ns, us, ms, s or min, sizes in B, KB, MB, GB, KiB, MiB or GiB";

/// `10 ms`: a number and its unit with a blank between.
pub(super) fn apart(number: &str, at: Span, unit: &str, unit_at: Span) -> Diagnostic {
    let error = Diagnostic::error(code::UNIT_APART, at.to(unit_at), "a number and its unit are one word");
    error.at("a blank before the unit").with_help(format!("write `{number}{unit}`"))
}

/// `1.5ns`: less than the smallest unit.
pub(super) fn not_whole(word: &str, at: Span) -> Diagnostic {
    let what = if word.ends_with('B') { "bytes" } else { "nanoseconds" };
    Diagnostic::error(code::NOT_WHOLE, at, format!("`{word}` is no whole number of {what}"))
        .at(format!("not a whole number of {what}"))
        .with_help("every value is exact: use fewer decimals or a smaller unit")
}

/// A number over 64 bits.
pub(in crate::syntax::parse) fn too_large(word: &str, at: Span) -> Diagnostic {
    let limit = if word.ends_with('B') {
        "a size is at most 9223372036854775807 bytes"
    } else if word.ends_with('s') || word.ends_with('n') {
        "a duration is at most 9223372036854775807 nanoseconds, about 292 years"
    } else {
        "an integer is at most 9223372036854775807"
    };
    Diagnostic::error(code::NUMBER_TOO_LARGE, at, "this number is too large")
        .at("over 64 bits")
        .with_help(limit)
}

/// Whether `word` is `1.5` and nothing else.
pub(super) fn is_decimal(word: &str) -> bool {
    word.split_once('.').is_some_and(|(whole, decimals)| is_plain(whole) && is_plain(decimals))
}

/// `007`, `0x10`, `1e3`, `1.5`, `10sec`, `1__0`.
pub(super) fn malformed(word: &str, at: Span) -> Diagnostic {
    if is_decimal(word) {
        let error = Diagnostic::error(code::UNIT_APART, at, "a decimal number needs a unit")
            .at("there are no floating-point numbers")
            .with_help(format!("write a duration or a size, like `{word}ms`, or a whole number"));
        let whole = word.split_once('.').filter(|(_, decimals)| decimals.bytes().all(|byte| byte == b'0'));
        return match whole {
            Some((whole, _)) => error.with_fix(Fix::maybe(at, whole)),
            None => error,
        };
    }
    let write = |error: Diagnostic, mend: &str| {
        error.with_help(format!("write `{mend}`")).with_fix(Fix::sure(at, mend))
    };
    let bad = |message: &str| Diagnostic::error(code::BAD_NUMBER, at, message);
    if let Some(value) = other_base(word) {
        let error = bad("integers are written in decimal").at("not decimal");
        return match value {
            Some(value) => write(error, &value.to_string()),
            None => error,
        };
    }
    if let Some(value) = exponent(word) {
        let error = bad("numbers have no exponent").at("an exponent");
        return match value {
            Some(value) => write(error, &value.to_string()),
            None => error.with_help("write its digits out"),
        };
    }
    let digits = word.trim_start_matches(['0', '_']);
    if word.starts_with('0') && is_good(digits) {
        return write(bad("a number does not start with 0").at("zeros in front"), digits);
    }
    if word.starts_with('0') && digits.is_empty() {
        return write(bad("a number does not start with 0").at("zeros in front"), "0");
    }
    let plain: String = word.chars().filter(|character| *character != '_').collect();
    if word.contains('_') && is_good(&plain) {
        let error = bad("`_` in a number stands between two digits only").at("a misplaced `_`");
        return write(error, &plain);
    }
    let letters =
        word.trim_start_matches(|character: char| character.is_ascii_digit() || ".".contains(character));
    if is_plain(&word[..word.len() - letters.len()].replacen('.', "", 1)) && !letters.is_empty() {
        return unknown_unit(word, letters, at);
    }
    bad("this is neither a number nor a name")
        .at("starts with a digit")
        .with_help("names start with a letter or `_`")
}

fn unknown_unit(word: &str, letters: &str, at: Span) -> Diagnostic {
    let error =
        Diagnostic::error(code::UNIT_APART, at, format!("`{letters}` is no unit")).at("an unknown unit");
    let near = match letters.to_ascii_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" => "s",
        "msec" | "msecs" => "ms",
        "usec" | "usecs" => "us",
        "nsec" | "nsecs" => "ns",
        "m" | "mins" | "minute" | "minutes" => "min",
        "b" | "byte" | "bytes" => "B",
        "k" | "kb" => "KB",
        "mb" => "MB",
        "g" | "gb" => "GB",
        "kib" => "KiB",
        "mib" => "MiB",
        "gib" => "GiB",
        _ => return error.with_help(UNITS),
    };
    let number = &word[..word.len() - letters.len()];
    let mend = format!("{number}{near}");
    // One letter may mean several units.
    let fix = if letters.len() > 1 { Fix::sure(at, mend.as_str()) } else { Fix::maybe(at, mend.as_str()) };
    error.with_help(format!("write `{mend}`; {UNITS}")).with_fix(fix)
}

fn is_plain(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `word` would be a number if it stood alone.
fn is_good(word: &str) -> bool {
    use crate::syntax::token::{TokenKind, tokens};
    let mut found = tokens(word).map(|token| token.kind);
    let number = matches!(found.next(), Some(TokenKind::Integer | TokenKind::Duration | TokenKind::Size));
    number && found.next().is_none() && literal::number(word).is_ok()
}

/// The value of `0x1F`, `0b1`, `0o7`: outer `None` if it is none of them, inner if it has no value.
fn other_base(word: &str) -> Option<Option<i64>> {
    let word = word.to_ascii_lowercase();
    let (digits, base) = [("0x", 16), ("0b", 2), ("0o", 8)]
        .iter()
        .find_map(|(prefix, base)| word.strip_prefix(prefix).map(|digits| (digits, *base)))?;
    Some(i64::from_str_radix(&digits.replace('_', ""), base).ok())
}

/// The value of `1e3`: outer `None` if it has no exponent, inner if it is no 64-bit integer.
fn exponent(word: &str) -> Option<Option<i64>> {
    let (number, power) = word.split_once(['e', 'E'])?;
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    if !is_plain(digits) || !(is_plain(number) || is_decimal(number)) {
        return None;
    }
    let value = || {
        let factor = 10_i64.checked_pow(power.strip_prefix('+').unwrap_or(power).parse().ok()?)?;
        number.parse::<i64>().ok()?.checked_mul(factor)
    };
    Some(value())
}
