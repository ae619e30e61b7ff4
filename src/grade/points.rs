//! Points: exact, so that sums are the same everywhere and no score is ever a rounded one.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// So many thousandths of a point, never below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(u64);

impl Points {
    /// None.
    pub const ZERO: Self = Self(0);

    /// The most that a check may be worth. A million checks of it can be added up.
    pub const MAX: Self = Self(1_000_000_000);

    /// That many thousandths.
    #[must_use]
    pub const fn thousandths(number: u64) -> Self {
        Self(number)
    }

    /// How many thousandths they are.
    #[must_use]
    pub const fn as_thousandths(self) -> u64 {
        self.0
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Self::add)
    }
}

/// `3`, `2.5`, `0.125`
impl fmt::Display for Points {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(out, "{whole}");
        }
        let decimals = format!("{rest:03}");
        write!(out, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_told_without_needless_decimals() {
        let told = [0, 3000, 2500, 125, 1_000_010].map(|number| Points(number).to_string());
        assert_eq!(told, ["0", "3", "2.5", "0.125", "1000.01"]);
    }

    #[test]
    fn thirds_of_a_point_add_up_to_what_was_written() {
        assert_eq!([333, 333, 334].map(Points).into_iter().sum::<Points>(), Points(1000));
    }
}
