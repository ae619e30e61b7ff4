//! The answers to what a step can't know by itself.

use crate::base::rng::{Random, Stream};
use crate::base::time::SimTime;
use crate::semantics::step::Oracle;

/// Chance and the clock.
#[derive(Debug)]
pub(super) struct Dice {
    choices: Random,
    distributions: Random,
    pub(super) now: SimTime,
    pub(super) deadlocked: bool,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            choices: Random::new(seed, Stream::Choose),
            distributions: Random::new(seed, Stream::Distribution),
            now: SimTime::ZERO,
            deadlocked: false,
        }
    }
}

impl Oracle for Dice {
    fn choose(&mut self, bound: u64) -> u64 {
        self.choices.below(bound)
    }

    /// Python's conditions wake those who began to wait first.
    fn pick(&mut self, _count: usize) -> usize {
        0
    }

    fn uniform(&mut self, low: u64, high: u64) -> u64 {
        self.distributions.uniform(low, high)
    }

    fn exponential(&mut self, mean: u64) -> u64 {
        self.distributions.exponential(mean)
    }

    fn normal(&mut self, mean: u64, deviation: u64) -> u64 {
        self.distributions.normal(mean, deviation)
    }

    fn now(&self) -> u64 {
        self.now.0
    }

    fn deadlocked(&self) -> bool {
        self.deadlocked
    }
}
