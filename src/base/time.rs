//! Virtual time in whole nanoseconds. An instant and a length are different
//! types; there are no floats.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use crate::base::quantity::{self, QuantityError};

/// Units of a duration literal, largest first, with their nanoseconds.
pub const UNITS: [(&str, u64); 5] =
    [("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// A length of virtual time in nanoseconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(pub u64);

/// The nanoseconds of a duration literal (`200ns`, `1.5ms`, `1_000us`); a
/// sign is not part of it. At most `i64::MAX`.
///
/// # Errors
///
/// If `text` is no number directly followed by one of [`UNITS`], or not whole, or too large.
pub fn parse_duration(text: &str) -> Result<u64, QuantityError> {
    quantity::parse(text, &UNITS, "nanoseconds")
}

/// An instant of virtual time: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A number of nanoseconds.
    #[must_use]
    pub const fn ns(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// A number of microseconds.
    #[must_use]
    pub const fn us(microseconds: u64) -> Self {
        Self(microseconds * 1_000)
    }

    /// A number of milliseconds.
    #[must_use]
    pub const fn ms(milliseconds: u64) -> Self {
        Self(milliseconds * 1_000_000)
    }

    /// The shorter of what is left after taking `other` away and nothing.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SimTime {
    /// The start of a run.
    pub const ZERO: Self = Self(0);
    /// The last instant at which anything can happen, after 584 years.
    pub const LAST: Self = Self(u64::MAX - 1);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// The length from `earlier` to here.
    ///
    /// # Panics
    ///
    /// If `earlier` is later: time never falls.
    #[must_use]
    pub fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.checked_sub(earlier.0).expect("time never falls"))
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, length: SimDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("a length is never negative"))
    }
}

impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_duration(f, false, self.0)
    }
}

/// A signed number of nanoseconds as scripts write and print it: in the largest
/// unit up to `s` that is at least 1, exact (`1.5ms`, `90s`, `0s`, `-20us`).
#[derive(Clone, Copy, Debug)]
pub struct SignedDuration(pub i64);

impl fmt::Display for SignedDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_duration(f, self.0 < 0, self.0.unsigned_abs())
    }
}

fn write_duration(f: &mut fmt::Formatter<'_>, negative: bool, nanoseconds: u64) -> fmt::Result {
    let sign = if negative { "-" } else { "" };
    if nanoseconds == 0 {
        return f.pad("0s");
    }
    let (unit, length) = UNITS[1..]
        .iter()
        .find(|(_, length)| nanoseconds >= *length)
        .expect("one nanosecond is the smallest unit");
    let whole = nanoseconds / length;
    let rest = nanoseconds % length;
    if rest == 0 {
        return f.pad(&format!("{sign}{whole}{unit}"));
    }
    let digits = length.ilog10() as usize;
    let decimals = format!("{rest:0digits$}");
    f.pad(&format!("{sign}{whole}.{}{unit}", decimals.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_in_the_largest_unit_up_to_seconds_and_read_back() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5us"),
            (1_500_000, "1.5ms"),
            (2_052_000, "2.052ms"),
            (90_000_000_000, "90s"),
            (-20_000, "-20us"),
        ];
        for (nanoseconds, text) in cases {
            assert_eq!(SignedDuration(nanoseconds).to_string(), text);
            if let Ok(nanoseconds) = u64::try_from(nanoseconds) {
                assert_eq!(parse_duration(text), Ok(nanoseconds));
            }
        }
    }
}
