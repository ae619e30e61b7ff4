//! An axis of a plot: where a number stands on it, and where it is marked.

/// From which ratio of its ends on an axis is logarithmic.
const LOGARITHMIC_FROM: i64 = 10;

/// An axis from one number to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    /// The axis on which all of these have a place; nothing if there are none.
    pub(super) fn of(numbers: impl Iterator<Item = i64> + Clone) -> Option<Self> {
        let (from, to) = (numbers.clone().min()?, numbers.max()?);
        Some(Self { from, to })
    }

    /// The same, down to a tenth of its end at least: what differs by little looks like little.
    pub(super) fn roomy(self) -> Self {
        Self { from: self.from.min(self.to / 10), to: self.to }
    }

    fn is_logarithmic(self) -> bool {
        self.from > 0 && self.to / self.from >= LOGARITHMIC_FROM
    }

    /// Where a number stands, from 0 to `steps`.
    pub(super) fn place(self, number: i64, steps: usize) -> usize {
        let number = number.clamp(self.from, self.to);
        let (number, from, to) = if self.is_logarithmic() {
            (logarithm(number), logarithm(self.from), logarithm(self.to))
        } else {
            (i128::from(number), i128::from(self.from), i128::from(self.to))
        };
        if to <= from {
            return steps / 2;
        }
        let place = ((number - from) * steps as i128 * 2 + (to - from)) / ((to - from) * 2);
        usize::try_from(place).map_or(steps, |place| place.min(steps))
    }

    /// Round numbers on it, about `count` at most.
    pub(super) fn ticks(self, count: usize) -> Vec<i64> {
        let count = count.max(2);
        if self.is_logarithmic() {
            let all = round_numbers(self.from, self.to, &[1, 2, 5]);
            if all.len() <= count {
                return all;
            }
            let mut decades = round_numbers(self.from, self.to, &[1]);
            while decades.len() > count {
                decades = decades.into_iter().step_by(2).collect();
            }
            return decades;
        }
        let mut step = 1_i64;
        let mut factors = [2, 5, 10].into_iter().cycle();
        let mut power = 1_i64;
        let span = self.to.saturating_sub(self.from);
        while usize::try_from(span / step).is_ok_and(|ticks| ticks >= count) {
            let factor = factors.next().unwrap_or(10);
            step = power.saturating_mul(factor);
            if factor == 10 {
                power = step;
            }
        }
        let first = self.from.div_euclid(step) + i64::from(self.from.rem_euclid(step) > 0);
        (first..=self.to.div_euclid(step)).map(|at| at * step).collect()
    }
}

/// Digits of a logarithm behind the point, in binary.
const FRACTION: u32 = 20;

/// The logarithm of a number from 1 on, to the base 2, in parts of 2 to the power of [`FRACTION`]. Its digits come from
/// squaring what is left of the number, so that they are the same on every computer.
fn logarithm(number: i64) -> i128 {
    let number = number.max(1).unsigned_abs();
    let whole = number.ilog2();
    // Between 1 and 2, in parts of 2 to the power of 63.
    let mut rest = u128::from(number << (63 - whole));
    let mut digits = i128::from(whole);
    for _ in 0..FRACTION {
        rest = (rest * rest) >> 63;
        let digit = rest >> 64;
        rest >>= digit;
        digits = digits * 2 + i128::from(digit == 1);
    }
    digits
}

/// The numbers between two that are one of these digits and zeros.
pub(super) fn round_numbers(from: i64, to: i64, digits: &[i64]) -> Vec<i64> {
    let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(10));
    let numbers = powers.flat_map(|power| digits.iter().filter_map(move |digit| digit.checked_mul(power)));
    numbers.filter(|number| (from..=to).contains(number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenfold_is_a_step_of_one_length() {
        let axis = Axis { from: 1, to: 1000 };
        assert_eq!([1, 10, 100, 1000].map(|number| axis.place(number, 60)), [0, 20, 40, 60]);
        assert_eq!(axis.ticks(5), [1, 10, 100, 1000]);
        assert_eq!(axis.ticks(20), [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    }

    #[test]
    fn logarithms_grow_with_their_numbers_and_double_where_those_are_squared() {
        assert_eq!([1, 2, 1024].map(logarithm), [0, 1 << FRACTION, 10 << FRACTION]);
        assert!((1..5000).all(|number| logarithm(number) < logarithm(number + 1)));
        for number in [3, 10, 1_000_000_007] {
            assert!((logarithm(number * number) - 2 * logarithm(number)).abs() <= 2, "{number}");
        }
        assert_eq!(logarithm(i64::MAX) >> FRACTION, 62);
    }

    #[test]
    fn a_short_axis_is_linear() {
        let axis = Axis { from: 0, to: 50 };
        assert_eq!([0, 25, 50].map(|number| axis.place(number, 10)), [0, 5, 10]);
        assert_eq!(axis.ticks(6), [0, 10, 20, 30, 40, 50]);
        assert_eq!(Axis { from: 3, to: 3 }.place(3, 10), 5);
        assert_eq!(Axis { from: 3, to: 3 }.ticks(5), [3]);
    }

    #[test]
    fn what_differs_by_little_looks_like_little() {
        let axis = Axis::of([90, 100].into_iter()).unwrap().roomy();
        assert!(axis.place(90, 100) > 90, "{}", axis.place(90, 100));
    }
}
