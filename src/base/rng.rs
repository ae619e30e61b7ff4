//! Seeded randomness: the one door.
//!
//! Each purpose draws from a numbered stream of its own, so that a draw added
//! for one purpose moves no other.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "durations go through f64 once, and are clamped and rounded on the way back"
)]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a draw is for; the number is part of what a seed means and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// `choose` in a script.
    Choose = 1,
    /// `uniform`, `exponential` and `normal` in a script.
    Distribution = 2,
    /// What the operating system leaves open, under `--scheduler random`.
    Schedule = 3,
    /// Priorities and change points, under `--scheduler pct`.
    Priority = 4,
    /// Who is in time for a GIL that is free for a moment only.
    Gil = 5,
    /// How long a core waits for what another one has written.
    Cache = 6,
}

/// A stream of random numbers: the same for the same seed and purpose, on every platform.
#[derive(Clone, Debug)]
pub struct Random {
    generator: ChaCha8Rng,
}

impl Random {
    /// The stream of `seed` for that purpose.
    #[must_use]
    pub fn new(seed: u64, stream: Stream) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream as u64);
        Self { generator }
    }

    /// A number below `bound`, each as likely.
    ///
    /// # Panics
    ///
    /// If `bound` is 0: there is nothing to draw.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a draw needs at least one possibility");
        // Lemire's method: multiply, and reject the few draws that would favour small results.
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.generator.next_u64()) * u128::from(bound);
            let (high, low) = ((product >> 64) as u64, product as u64);
            if low >= threshold {
                return high;
            }
        }
    }

    /// A duration between `low` and `high` nanoseconds, both included.
    ///
    /// # Panics
    ///
    /// If `low` is greater than `high`.
    pub fn uniform(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "a range has its ends in order");
        match (high - low).checked_add(1) {
            Some(width) => low + self.below(width),
            None => self.generator.next_u64(),
        }
    }

    /// An exponentially distributed duration of that mean, in nanoseconds, rounded once.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        round(-libm::log(self.open_unit()) * mean as f64)
    }

    /// A normally distributed duration in nanoseconds, rounded once; what falls below 0 is 0.
    pub fn normal(&mut self, mean: u64, deviation: u64) -> u64 {
        // Box and Muller's method; the second value of the pair is thrown away, so that
        // a draw leaves no state behind.
        let radius = libm::sqrt(-2.0 * libm::log(self.open_unit()));
        let angle = 2.0 * std::f64::consts::PI * self.open_unit();
        round(radius * libm::cos(angle) * deviation as f64 + mean as f64)
    }

    /// A number strictly between 0 and 1, from 53 random bits.
    fn open_unit(&mut self) -> f64 {
        ((self.generator.next_u64() >> 11) as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64)
    }
}

/// To the nearest whole number, within what a duration can hold.
fn round(value: f64) -> u64 {
    libm::rint(value).clamp(0.0, i64::MAX as f64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_fix_every_draw() {
        let draws = |stream| {
            let mut random = Random::new(7, stream);
            (0..5).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(Stream::Choose), draws(Stream::Choose));
        assert_ne!(draws(Stream::Choose), draws(Stream::Schedule));
    }

    #[test]
    fn means_of_the_distributions_are_what_was_asked_for() {
        let mut random = Random::new(1, Stream::Distribution);
        let count = 20_000;
        let exponential: u64 = (0..count).map(|_| random.exponential(1_000_000)).sum();
        let normal: u64 = (0..count).map(|_| random.normal(1_000_000, 100_000)).sum();
        assert!((970_000..1_030_000).contains(&(exponential / count)));
        assert!((995_000..1_005_000).contains(&(normal / count)));
    }
}
