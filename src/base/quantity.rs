//! A number with a unit, read exactly: `1.5ms`, `64KiB`.

/// Why a text is no number with a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It does not begin with digits, or has misplaced `_` or `.` in them.
    #[error("`{0}` is not a number with a unit")]
    NotANumber(String),
    /// The number is followed by nothing.
    #[error("`{0}` has no unit")]
    NoUnit(String),
    /// The number and its unit are apart.
    #[error("there is a space between a number and its unit")]
    Space,
    /// No such unit; a unit's letters are exact (`KiB`, not `kib`).
    #[error("there is no unit `{0}`")]
    UnknownUnit(String),
    /// The decimal part does not come out even.
    #[error("`{0}` is not a whole number of {1}")]
    NotWhole(String, &'static str),
    /// More than `i64::MAX` of the smallest unit.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// How many of the smallest unit `text` is, exactly; at most `i64::MAX`, since
/// values of scripts are signed.
///
/// `units` gives each unit's name and length, `smallest` the smallest one's
/// name in the plural. Digits may be parted by single `_`.
///
/// # Errors
///
/// If `text` is anything but digits, at most one `.` between digits, and a unit;
/// if it does not come out whole; if it is too large.
pub(super) fn parse(text: &str, units: &[(&str, u64)], smallest: &'static str) -> Result<u64, QuantityError> {
    let is_numeral = |c: char| c.is_ascii_digit() || c == '_' || c == '.';
    let (number, unit) = text.split_at(text.find(|c| !is_numeral(c)).unwrap_or(text.len()));
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !is_digits(whole) || !is_digits(decimals) {
        return Err(QuantityError::NotANumber(text.to_owned()));
    }
    if unit.is_empty() {
        return Err(QuantityError::NoUnit(text.to_owned()));
    }
    if unit.starts_with(char::is_whitespace) {
        return Err(QuantityError::Space);
    }
    let Some(&(_, length)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(QuantityError::UnknownUnit(unit.to_owned()));
    };
    let fraction =
        fraction(decimals, length).ok_or_else(|| QuantityError::NotWhole(text.to_owned(), smallest))?;
    digits(whole)
        .try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
        .and_then(|count| count.checked_mul(length)?.checked_add(fraction))
        .filter(|total| i64::try_from(*total).is_ok())
        .ok_or_else(|| QuantityError::TooLarge(text.to_owned()))
}

fn is_digits(text: &str) -> bool {
    let group = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    text.split('_').all(group)
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u64> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| u64::from(byte - b'0'))
}

/// `0.decimals` of `length`, if that is a whole number.
///
/// Digit by digit from the right, each tail is a tenth of what stands behind it.
/// A tail that is not whole can't be mended by a digit further left, since those
/// add whole numbers only; so nothing overflows, however many digits there are.
fn fraction(decimals: &str, length: u64) -> Option<u64> {
    digits(decimals).rev().try_fold(0, |tail, digit| {
        let tenfold = digit * length + tail;
        tenfold.is_multiple_of(10).then_some(tenfold / 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{size, time};

    fn check(text: &str, want: Result<u64, &str>) {
        let got = parse(text, &time::UNITS, "nanoseconds").map_err(|error| error.to_string());
        assert_eq!(got, want.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_decimal_part_is_exact() {
        check("1.5ms", Ok(1_500_000));
        check("0.000000001s", Ok(1));
        check("1_000.50us", Ok(1_000_500));
        check(&format!("0.1{}s", "0".repeat(10_000)), Ok(100_000_000));
        check("0.5ns", Err("`0.5ns` is not a whole number of nanoseconds"));
        check("1.0000000001s", Err("`1.0000000001s` is not a whole number of nanoseconds"));
    }

    #[test]
    fn a_size_may_be_any_binary_part() {
        let parse = |text| parse(text, &size::UNITS, "bytes");
        assert_eq!(parse("0.5KiB"), Ok(512));
        assert_eq!(parse("0.000000000931322574615478515625GiB"), Ok(1));
        assert!(parse("1kib").is_err());
    }

    #[test]
    fn what_is_not_a_number_with_a_unit_is_named() {
        check("", Err("`` is not a number with a unit"));
        check("fast", Err("`fast` is not a number with a unit"));
        check("-1ms", Err("`-1ms` is not a number with a unit"));
        check("1.ms", Err("`1.ms` is not a number with a unit"));
        check("1.2.3ms", Err("`1.2.3ms` is not a number with a unit"));
        check("1__0ms", Err("`1__0ms` is not a number with a unit"));
        check("5", Err("`5` has no unit"));
        check("5 ms", Err("there is a space between a number and its unit"));
        check("5sec", Err("there is no unit `sec`"));
    }

    #[test]
    fn the_largest_value_is_that_of_a_signed_integer() {
        check("9223372036854775807ns", Ok(9_223_372_036_854_775_807));
        check("9223372036854775808ns", Err("`9223372036854775808ns` is too large"));
        check("99999999999999999999min", Err("`99999999999999999999min` is too large"));
    }
}
