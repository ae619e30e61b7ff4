//! Where an axis of time is marked.

use crate::base::time::SimDuration;

/// Moments from 0 to `length`, at most about `count` of them: 1, 2 or 5 of a unit apart.
#[must_use]
pub(super) fn ticks(length: SimDuration, count: usize) -> Vec<SimDuration> {
    let count = count.max(1) as u64;
    let mut step: u64 = 1;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut power: u64 = 1;
    while length.0 / step > count {
        let factor = factors.next().expect("a cycle has no end");
        step = power.saturating_mul(factor);
        if factor == 10 {
            power = step;
        }
    }
    (0..=length.0 / step).map(|at| SimDuration(at * step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_and_round() {
        let told =
            |length: u64, count| ticks(SimDuration(length), count).iter().map(ToString::to_string).collect();
        let got: Vec<String> = told(22_050_000, 6);
        assert_eq!(got, ["0s", "5ms", "10ms", "15ms", "20ms"]);
        let got: Vec<String> = told(3, 9);
        assert_eq!(got, ["0s", "1ns", "2ns", "3ns"]);
        assert!(ticks(SimDuration(u64::MAX), 5).len() <= 6);
    }
}
