//! Figures as people compare them: rounded, and in the unit that fits.

use crate::base::time::SimDuration;
use crate::observe::chain::{Cause, Part};
use crate::observe::choice::{Group, Row, Scale, Stopped};

/// Units of time with their nanoseconds.
const TIMES: [(&str, u64); 4] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// Units of memory with their bytes.
const SIZES: [(&str, u64); 4] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];

/// To do without units.
pub(super) const IN_TURN: &str = "in turn";

/// A length of time with four digits at most, such as `100.5ms`.
pub(super) fn time(length: SimDuration) -> String {
    rounded(length.0, &TIMES, 1000)
}

/// Bytes with three digits at most, such as `12.1MB`.
pub(super) fn bytes(bytes: u64) -> String {
    rounded(bytes, &SIZES, 100)
}

/// A number in the largest unit that it reaches; its digits, read as a whole number, are at least `least` if it has
/// decimals.
fn rounded(number: u64, units: &[(&str, u64)], least: u64) -> String {
    let at = units.iter().position(|(_, unit)| number >= *unit).unwrap_or(units.len() - 1);
    let (name, unit) = units[at];
    let mut decimals = 0;
    while number / unit * 10_u64.pow(decimals) < least && decimals < 3 && unit > 1 {
        decimals += 1;
    }
    let scale = u128::from(10_u64.pow(decimals));
    let scaled = (u128::from(number) * scale + u128::from(unit) / 2) / u128::from(unit);
    // What is rounded up to the next unit is told in that one.
    if let Some((_, larger)) = at.checked_sub(1).map(|larger| units[larger])
        && scaled * u128::from(unit) >= scale * u128::from(larger)
    {
        return rounded(larger, units, least);
    }
    let (whole, rest) = (scaled / scale, scaled % scale);
    let decimals = format!("{rest:0width$}", width = decimals as usize);
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() || scale == 1 { "" } else { "." };
    format!("{whole}{point}{}{name}", if scale == 1 { "" } else { decimals })
}

/// Hundredths with one decimal, from a hundred on with none: `9.9`, `120`.
pub(super) fn ratio(hundredths: u64) -> String {
    if hundredths >= 9_950 {
        return ((hundredths + 50) / 100).to_string();
    }
    let tenths = (hundredths + 5) / 10;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The same without a decimal that is zero: `4`, `3.9`.
pub(super) fn count(hundredths: u64) -> String {
    let text = ratio(hundredths);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// One length in hundredths of another one.
pub(super) fn hundredths(length: SimDuration, of: SimDuration) -> u64 {
    u64::try_from(u128::from(length.0) * 100 / u128::from(of.0).max(1)).unwrap_or(u64::MAX)
}

/// What the time on a chain went into, in words; parts with one word are one.
pub(super) fn word(cause: Cause) -> &'static str {
    match cause {
        Cause::Work => "work",
        Cause::Gil => "GIL",
        Cause::GilAndCores | Cause::Cores => "cores",
        Cause::Switch => "switches",
        Cause::Loop => "loop",
        Cause::Object(_) => "locks",
        Cause::Io => "I/O",
        Cause::Sleep => "sleep",
        Cause::Vain => "in vain",
        Cause::Start => "start",
        Cause::Turn => "turn",
    }
}

/// The parts of a chain by their words, the longest first.
pub(super) fn parts(chain: &[Part]) -> Vec<(&'static str, SimDuration)> {
    let mut parts: Vec<(&'static str, SimDuration)> = Vec::new();
    for part in chain {
        let word = word(part.cause);
        match parts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, length)) => *length += part.length,
            None => parts.push((word, part.length)),
        }
    }
    parts.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    parts
}

/// The word of a row.
pub(super) fn unit(row: &Row) -> &'static str {
    row.unit.unwrap_or("as written")
}

/// What is to be taken, in a word or two.
pub(super) fn choice(group: &Group) -> &'static str {
    match group.best() {
        None => "-",
        Some(_) if !group.pays() => IN_TURN,
        Some(at) => unit(&group.rows[at]),
    }
}

/// How many units there can be.
pub(super) fn scale(scale: Scale) -> String {
    let units = crate::base::count::grouped(scale.units);
    let number = if scale.units == 0 { "none".to_owned() } else { units };
    match scale.stopped {
        Stopped::Enough | Stopped::Limit if scale.units > 0 => format!("{number} or more"),
        Stopped::Enough | Stopped::Limit => "-".to_owned(),
        Stopped::Time => number,
        Stopped::Memory => format!("{number}, for memory"),
        Stopped::Failed => format!("{number}, then fails"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_four_digits_at_most() {
        for (nanoseconds, want) in [
            (0, "0ns"),
            (950, "950ns"),
            (80_000, "80us"),
            (1_234_567, "1.235ms"),
            (100_565_300, "100.6ms"),
            (999_999_999, "1s"),
            (2_001_000_000, "2.001s"),
            (55_594_088_890, "55.59s"),
            (201_055_175_780, "201.1s"),
            (20_105_540_780_000, "20106s"),
        ] {
            assert_eq!(time(SimDuration(nanoseconds)), want);
        }
    }

    #[test]
    fn memory_has_three() {
        for (size, want) in [(9_204_800, "9.2MB"), (348_000_000, "348MB"), (3_318_000_000, "3.32GB")] {
            assert_eq!(bytes(size), want);
        }
    }

    #[test]
    fn ratios_have_one_decimal_until_they_are_large() {
        for (hundredths, want) in [(99, "1.0"), (994, "9.9"), (9_949, "99.5"), (9_950, "100"), (0, "0.0")] {
            assert_eq!(ratio(hundredths), want);
        }
    }
}
