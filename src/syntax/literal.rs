//! What the words of numbers and strings stand for.

use crate::base::{size, time};
use crate::syntax::ast::Literal;

/// The largest magnitude of a number: that of the smallest 64-bit integer, which only a minus makes fit.
pub const MAGNITUDE_MAX: u64 = 1 << 63;

/// Why a well-formed number has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// It is no whole number of nanoseconds or bytes.
    NotWhole,
    /// It does not fit in 64 bits.
    TooLarge,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Nothing: an integer.
    Int,
    /// Nanoseconds.
    Duration,
    /// Bytes.
    Size,
}

/// A number without its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// What it counts.
    pub kind: NumberKind,
    /// How many, at most [`MAGNITUDE_MAX`].
    pub magnitude: u64,
}

impl Number {
    /// It as a literal, unless it does not fit.
    #[must_use]
    pub fn literal(self, negative: bool) -> Option<Literal> {
        let value = i128::from(self.magnitude) * if negative { -1 } else { 1 };
        let value = i64::try_from(value).ok()?;
        Some(match self.kind {
            NumberKind::Int => Literal::Int(value),
            NumberKind::Duration => Literal::Duration(value),
            NumberKind::Size => Literal::Size(value),
        })
    }
}

/// Reads an integer, duration or size as the lexer takes it.
///
/// # Errors
///
/// If it is no whole number of its smallest unit or its magnitude is over [`MAGNITUDE_MAX`].
pub fn number(word: &str) -> Result<Number, NumberError> {
    let digits = word.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(word.len());
    let (digits, unit) = word.split_at(digits);
    let (kind, factor) = unit_of(unit);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = scaled(whole, factor).ok_or(NumberError::TooLarge)?;
    let rest = fraction(decimals, factor).ok_or(NumberError::NotWhole)?;
    let magnitude = whole.checked_add(rest).ok_or(NumberError::TooLarge)?;
    if magnitude > MAGNITUDE_MAX { Err(NumberError::TooLarge) } else { Ok(Number { kind, magnitude }) }
}

/// Whether `word` is the unit of a duration or a size.
#[must_use]
pub fn is_unit(word: &str) -> bool {
    time::UNITS.iter().chain(&size::UNITS).any(|(name, _)| *name == word)
}

fn unit_of(unit: &str) -> (NumberKind, u64) {
    let factor =
        |units: &[(&str, u64)]| units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    if let Some(factor) = factor(&time::UNITS) {
        return (NumberKind::Duration, factor);
    }
    factor(&size::UNITS).map_or((NumberKind::Int, 1), |factor| (NumberKind::Size, factor))
}

fn scaled(digits: &str, factor: u64) -> Option<u64> {
    let mut value: u64 = 0;
    for digit in digits.bytes().filter(u8::is_ascii_digit) {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    value.checked_mul(factor)
}

/// `factor * 0.decimals`, digit by digit from the last one: a remainder that shows at one digit
/// can't vanish at an earlier one.
fn fraction(decimals: &str, factor: u64) -> Option<u64> {
    let mut value: u64 = 0;
    for digit in decimals.bytes().rev().filter(u8::is_ascii_digit) {
        let tenfold = value + u64::from(digit - b'0') * factor;
        if !tenfold.is_multiple_of(10) {
            return None;
        }
        value = tenfold / 10;
    }
    Some(value)
}

/// An escape that stands for nothing: its byte offset in the word and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscapeError {
    /// Bytes before its backslash.
    pub offset: usize,
    /// Its bytes.
    pub length: usize,
}

/// The text of a string, given with its quotes.
///
/// # Errors
///
/// At the first escape that stands for nothing.
pub fn string(word: &str) -> Result<String, EscapeError> {
    let inner = word.strip_prefix('"').unwrap_or(word);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let start = usize::from(word.starts_with('"'));
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(backslash) = rest.find('\\') {
        text.push_str(&rest[..backslash]);
        let offset = start + inner.len() - rest.len() + backslash;
        let (character, length) = escape(&rest[backslash..]);
        text.push(character.ok_or(EscapeError { offset, length })?);
        rest = &rest[backslash + length..];
    }
    text.push_str(rest);
    Ok(text)
}

/// What the escape at the start of `text` stands for, and its length.
fn escape(text: &str) -> (Option<char>, usize) {
    match text[1..].chars().next() {
        Some('n') => (Some('\n'), 2),
        Some('t') => (Some('\t'), 2),
        Some(same @ ('"' | '\\')) => (Some(same), 2),
        Some('u') => unicode(text),
        Some(other) => (None, 1 + other.len_utf8()),
        None => (None, 1),
    }
}

fn unicode(text: &str) -> (Option<char>, usize) {
    let Some(digits) = text[2..].strip_prefix('{') else { return (None, 2) };
    let length = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    if !(1..=6).contains(&length) || !digits[length..].starts_with('}') {
        return (None, 3 + length);
    }
    let code = u32::from_str_radix(&digits[..length], 16).ok();
    (code.and_then(char::from_u32), length + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, want: Result<(NumberKind, u64), NumberError>) {
        assert_eq!(number(word).map(|number| (number.kind, number.magnitude)), want, "{word}");
    }

    #[test]
    fn a_number_counts_its_smallest_unit() {
        check("0", Ok((NumberKind::Int, 0)));
        check("1_000_000", Ok((NumberKind::Int, 1_000_000)));
        check("1.5ms", Ok((NumberKind::Duration, 1_500_000)));
        check("0.1min", Ok((NumberKind::Duration, 6_000_000_000)));
        check("1.000000000000000000000000ns", Ok((NumberKind::Duration, 1)));
        check("64KiB", Ok((NumberKind::Size, 65_536)));
        check("0.000000000931322574615478515625GiB", Ok((NumberKind::Size, 1)));
        check("9223372036854775808", Ok((NumberKind::Int, MAGNITUDE_MAX)));
    }

    #[test]
    fn what_is_no_whole_number_or_too_large_has_no_value() {
        check("1.5ns", Err(NumberError::NotWhole));
        check("0.0000000001s", Err(NumberError::NotWhole));
        check("9223372036854775809", Err(NumberError::TooLarge));
        check("99999999999999999999999999", Err(NumberError::TooLarge));
        check("999999999999min", Err(NumberError::TooLarge));
    }

    #[test]
    fn only_a_minus_makes_the_largest_magnitude_fit() {
        let number = number("9223372036854775808").unwrap();
        assert_eq!(number.literal(false), None);
        assert_eq!(number.literal(true), Some(Literal::Int(i64::MIN)));
    }

    #[test]
    fn escapes_stand_for_one_character() {
        assert_eq!(string(r#""a\n\t\"\\\u{e9}""#).as_deref(), Ok("a\n\t\"\\é"));
        assert_eq!(string(r#""ab\qc""#), Err(EscapeError { offset: 3, length: 2 }));
        assert_eq!(string(r#""\u{D800}""#), Err(EscapeError { offset: 1, length: 8 }));
        assert_eq!(string(r#""\u{""#), Err(EscapeError { offset: 1, length: 3 }));
    }
}
