//! What steps leave open, decided in every way one after the other.

use crate::base::id::UnitId;
use crate::semantics::oracle::Oracle;
use crate::semantics::turn::Pick;

/// Decides what steps leave open, and keeps what it decided.
#[derive(Clone, Debug)]
pub(super) struct Picks {
    pub(super) picks: Vec<Pick>,
    pub(super) bounds: Vec<u64>,
    /// Who has made them.
    pub(super) pickers: Vec<UnitId>,
    /// Who asks.
    pub(super) unit: UnitId,
    /// Who began to wait first is woken first.
    in_order: bool,
}

impl Picks {
    pub(super) const fn new(picks: Vec<Pick>, in_order: bool) -> Self {
        Self { picks, bounds: Vec::new(), pickers: Vec::new(), unit: UnitId(0), in_order }
    }

    /// The next way to decide, in the order of the alphabet.
    pub(super) fn next(mut self) -> Option<Self> {
        while let Some(bound) = self.bounds.pop() {
            let last = self.picks.pop()?;
            let (Pick::Value(value) | Pick::Waiter(value)) = last;
            if value + 1 < bound {
                self.picks.push(match last {
                    Pick::Value(value) => Pick::Value(value + 1),
                    Pick::Waiter(value) => Pick::Waiter(value + 1),
                });
                return Some(Self::new(self.picks, self.in_order));
            }
        }
        None
    }

    pub(super) fn decide(&mut self, bound: u64, wrap: fn(u64) -> Pick) -> u64 {
        let at = self.bounds.len();
        self.bounds.push(bound);
        self.pickers.push(self.unit);
        if at == self.picks.len() {
            self.picks.push(wrap(0));
        }
        let (Pick::Value(value) | Pick::Waiter(value)) = self.picks[at];
        value.min(bound - 1)
    }
}

impl Oracle for Picks {
    fn choose(&mut self, bound: u64) -> u64 {
        self.decide(bound, Pick::Value)
    }

    fn pick(&mut self, count: usize) -> usize {
        let bound = if self.in_order { 1 } else { count as u64 };
        let picked = self.decide(bound, Pick::Waiter);
        usize::try_from(picked).expect("picked among units")
    }

    fn limit(&mut self, count: usize) -> usize {
        let picked = self.decide(count as u64, Pick::Value);
        usize::try_from(picked).expect("picked among limits of time")
    }

    /// Who lines up has done so when it came to its `await`.
    fn lines_up(&mut self) -> bool {
        false
    }

    /// One that has come to it may be in the middle of it, or not.
    fn reads(&mut self, _unit: UnitId) -> bool {
        self.decide(2, Pick::Value) == 0
    }

    fn uniform(&mut self, low: u64, _high: u64) -> u64 {
        low
    }

    fn exponential(&mut self, mean: u64) -> u64 {
        mean
    }

    fn normal(&mut self, mean: u64, _deviation: u64) -> u64 {
        mean
    }

    fn now(&self) -> u64 {
        0
    }

    fn deadlocked(&self) -> bool {
        false
    }
}
