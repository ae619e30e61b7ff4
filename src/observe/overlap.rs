//! How much went on at the same time in a run: how many cores worked at once, and how many units waited at once.
//!
//! It listens to the events of a run and adds up, for as long as anybody did it, how many did.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::trace::event::{Detail, Event, EventKind, Names, Sink};

/// How many did something at once, for as long as anybody did it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// How long each of them did it, added up.
    pub sum: SimDuration,
    /// For how long somebody did.
    pub any: SimDuration,
}

impl Together {
    /// How many on average, in hundredths; none if nobody ever did.
    #[must_use]
    pub fn hundredths(self) -> Option<u64> {
        let hundredths = u128::from(self.sum.0) * 100 / u128::from(self.any.0).max(1);
        (self.any > SimDuration::ZERO).then(|| u64::try_from(hundredths).unwrap_or(u64::MAX))
    }
}

/// Somebody who watches how many do something.
#[derive(Clone, Debug, Default)]
struct Gauge {
    now: u64,
    since: SimTime,
    told: Together,
}

impl Gauge {
    fn advance(&mut self, at: SimTime) {
        let length = at.since(self.since);
        self.since = at;
        if self.now > 0 {
            self.told.any += length;
            self.told.sum += SimDuration(length.0.saturating_mul(self.now));
        }
    }

    fn one_more(&mut self, at: SimTime) {
        self.advance(at);
        self.now += 1;
    }

    fn one_less(&mut self, at: SimTime) {
        self.advance(at);
        self.now = self.now.saturating_sub(1);
    }
}

/// Listens to a run. It wants every event.
#[derive(Clone, Debug, Default)]
pub struct Overlap {
    cores: Gauge,
    waits: Gauge,
    /// When the waits end that go on, by unit and in order of time.
    until: BTreeMap<UnitId, SimTime>,
    ends: BTreeSet<(SimTime, UnitId)>,
    /// Who has ever waited.
    waiters: BTreeSet<UnitId>,
}

impl Overlap {
    /// How many units were in `io` or `sleep` at any time.
    #[must_use]
    pub fn waiters(&self) -> u64 {
        self.waiters.len() as u64
    }

    /// How many cores worked at once.
    #[must_use]
    pub const fn cores(&self) -> Together {
        self.cores.told
    }

    /// How many units were in `io` or `sleep` at once.
    #[must_use]
    pub const fn waits(&self) -> Together {
        self.waits.told
    }

    /// The waits that are over at that moment end when they do.
    fn settle(&mut self, now: SimTime) {
        while let Some(&(end, unit)) = self.ends.first().filter(|(end, _)| *end <= now) {
            self.ends.pop_first();
            self.until.remove(&unit);
            self.waits.one_less(end);
        }
    }

    /// A unit goes on, whatever it was waiting for.
    fn goes_on(&mut self, unit: UnitId, now: SimTime) {
        if let Some(end) = self.until.remove(&unit) {
            self.ends.remove(&(end, unit));
            self.waits.one_less(now);
        }
    }
}

impl Sink for Overlap {
    fn detail(&self) -> Detail {
        Detail::Sched
    }

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        self.settle(event.at);
        if !event.kind.is_of_thread() {
            self.goes_on(event.unit, event.at);
        }
        if matches!(event.kind, EventKind::On) {
            self.cores.one_more(event.at);
        } else if matches!(event.kind, EventKind::Off { .. }) {
            self.cores.one_less(event.at);
        } else if let EventKind::Io { length } | EventKind::Sleep { length } = event.kind {
            let end = event.at + length;
            self.waits.one_more(event.at);
            self.waiters.insert(event.unit);
            self.until.insert(event.unit, end);
            self.ends.insert((end, event.unit));
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(gauge: impl Fn(&mut Gauge)) -> (u64, u64, Option<u64>) {
        let mut told = Gauge::default();
        gauge(&mut told);
        (told.told.sum.0, told.told.any.0, told.told.hundredths())
    }

    #[test]
    fn who_does_something_alone_counts_as_one_and_idle_time_not_at_all() {
        let alone = |gauge: &mut Gauge| {
            gauge.one_more(SimTime(10));
            gauge.one_less(SimTime(20));
            gauge.one_more(SimTime(90));
            gauge.one_less(SimTime(100));
        };
        assert_eq!(sum(alone), (20, 20, Some(100)));
        let two = |gauge: &mut Gauge| {
            gauge.one_more(SimTime(0));
            gauge.one_more(SimTime(5));
            gauge.one_less(SimTime(10));
            gauge.one_less(SimTime(10));
        };
        assert_eq!(sum(two), (15, 10, Some(150)));
        assert_eq!(sum(|_| ()), (0, 0, None));
    }
}
