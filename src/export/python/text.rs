//! Values as Python writes them.

use crate::base::printable::is_hostile;
use crate::base::size::UNITS as SIZES;
use crate::base::time::UNITS as TIMES;

/// A text in double quotes. What could not be seen, or would be seen as something else, is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            hidden if is_hostile(hidden) => quoted.push_str(&format!("\\U{:08x}", u32::from(hidden))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// An integer, its digits by threes from five on.
pub(super) fn integer(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("{}{grouped}", if value < 0 { "-" } else { "" })
}

/// Nanoseconds as a number of seconds, exactly: `0.0015`.
pub(super) fn seconds(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (whole, part) =
        (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    let digits = format!("{part:09}");
    match digits.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}.{digits}"),
    }
}

/// A length of time as an object: `Duration(50, "ms")`.
pub(super) fn duration(nanoseconds: i64) -> String {
    quantity("Duration", nanoseconds, &TIMES)
}

/// A number of bytes as an object: `Size(20, "KB")`.
pub(super) fn size(bytes: i64) -> String {
    quantity("Size", bytes, &SIZES)
}

fn quantity(class: &str, count: i64, units: &[(&str, u64)]) -> String {
    let magnitude = count.unsigned_abs();
    let fits =
        |(name, unit): &&(&str, u64)| *name != "min" && magnitude != 0 && magnitude.is_multiple_of(*unit);
    match units.iter().find(fits) {
        Some((name, unit)) => {
            let sign = if count < 0 { "-" } else { "" };
            format!("{class}({sign}{}, \"{name}\")", magnitude / unit)
        }
        None => format!("{class}({count})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hide_nothing() {
        assert_eq!(quoted("a\"b\\\n\u{202e}"), "\"a\\\"b\\\\\\n\\U0000202e\"");
    }

    #[test]
    fn large_numbers_are_grouped() {
        for (value, text) in [(0, "0"), (1000, "1000"), (65_536, "65_536"), (-100_000_000, "-100_000_000")] {
            assert_eq!(integer(value), text);
        }
    }

    #[test]
    fn times_and_sizes_are_exact() {
        for (nanoseconds, text) in
            [(0, "0"), (2_000_000, "0.002"), (1_500_000_000, "1.5"), (-200, "-0.0000002")]
        {
            assert_eq!(seconds(nanoseconds), text);
        }
        assert_eq!(duration(1_500_000), "Duration(1500, \"us\")");
        assert_eq!(duration(0), "Duration(0)");
        assert_eq!(size(-65_536), "Size(-64, \"KiB\")");
    }
}
