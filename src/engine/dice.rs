//! The answers to what a step can't know by itself.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::rng::{Random, Stream};
use crate::base::time::SimTime;
use crate::semantics::oracle::{Oracle, Rivals};
use crate::semantics::turn::Pick;

/// Chance and the clock.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    choices: Random,
    distributions: Random,
    pub(super) now: SimTime,
    pub(super) deadlocked: bool,
    /// Who asks.
    pub(super) unit: UnitId,
    /// To whom else what it awaits is promised, if it is free and is so.
    pub(super) promised: Option<UnitId>,
    /// Who has waited longest for an item of each queue between processes.
    pub(super) readers: Vec<UnitId>,
    /// Which of its limits of time is over, if one is.
    pub(super) limit: usize,
    /// What units are to decide, in order.
    decided: Vec<VecDeque<u64>>,
    /// What was decided so far, if it is recorded.
    pub(super) picked: Vec<(UnitId, Pick)>,
    pub(super) records: bool,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            choices: Random::new(seed, Stream::Choose),
            distributions: Random::new(seed, Stream::Distribution),
            now: SimTime::ZERO,
            deadlocked: false,
            unit: UnitId(0),
            promised: None,
            readers: Vec::new(),
            limit: 0,
            decided: Vec::new(),
            picked: Vec::new(),
            records: false,
        }
    }

    /// What a unit decides from now on.
    pub(super) fn decide(&mut self, unit: UnitId, picks: &[Pick]) {
        if self.decided.len() <= unit.index() {
            self.decided.resize(unit.index() + 1, VecDeque::new());
        }
        let number = |&(Pick::Value(number) | Pick::Waiter(number)): &Pick| number;
        self.decided[unit.index()] = picks.iter().map(number).collect();
    }

    /// What it was said that the unit decides, within the bound.
    fn decision(&mut self, bound: u64) -> Option<u64> {
        let picks = self.decided.get_mut(self.unit.index())?;
        Some(picks.pop_front()?.min(bound - 1))
    }

    fn note(&mut self, pick: Pick) {
        if self.records {
            self.picked.push((self.unit, pick));
        }
    }
}

impl Oracle for Dice {
    fn choose(&mut self, bound: u64) -> u64 {
        let value = self.decision(bound).unwrap_or_else(|| self.choices.below(bound));
        self.note(Pick::Value(value));
        value
    }

    /// Python's conditions wake those who began to wait first.
    fn pick(&mut self, count: usize) -> usize {
        let waiter = self.decision(count as u64).unwrap_or(0);
        self.note(Pick::Waiter(waiter));
        usize::try_from(waiter).expect("it is one of those who wait")
    }

    fn limit(&mut self, count: usize) -> usize {
        let limit = self.decision(count as u64).unwrap_or(self.limit as u64);
        self.note(Pick::Value(limit));
        usize::try_from(limit).expect("it is one of the limits of time")
    }

    /// As in `asyncio`, a lock that is free is for who was woken for it.
    fn lines_up(&mut self) -> bool {
        let is_promised = self.promised.is_some();
        let lines_up = self.decision(2).unwrap_or(u64::from(is_promised));
        self.note(Pick::Value(lines_up));
        lines_up == 1
    }

    /// Who came first has the lock.
    fn reads(&mut self, unit: UnitId) -> bool {
        let is_first = self.readers.contains(&unit);
        let reads = self.decision(2).unwrap_or(u64::from(!is_first));
        self.note(Pick::Value(reads));
        reads == 0
    }

    fn rivals(&self) -> Rivals {
        let is_open = self.records || !self.decided.is_empty();
        match self.promised {
            Some(other) => Rivals::Probably(other),
            None if is_open => Rivals::Anybody,
            None => Rivals::Nobody,
        }
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
