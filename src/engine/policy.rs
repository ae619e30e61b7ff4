//! Whatever the system leaves open is decided here, and nowhere else.

use crate::base::id::UnitId;
use crate::base::rng::{Random, Stream};
use crate::base::time::SimDuration;
use crate::machine::profile::CheckPoints;

/// How choices are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// The longest waiter.
    Fifo,
    /// Any, each as likely.
    Random,
    /// The one with the highest priority. Priorities are drawn, and at some drawn
    /// steps the running unit falls below all others (Burckhardt et al., ASPLOS 2010).
    Pct,
}

impl Scheduler {
    /// The word of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Random => "random",
            Self::Pct => "pct",
        }
    }
}

/// How many times the running unit loses its priority under `pct`.
const CHANGE_POINTS: usize = 3;

/// Within how many steps it does so: any of these, each as likely.
const CHANGE_SCALES: [u64; 4] = [10, 100, 1_000, 10_000];

/// From one phase to the next where nothing is drawn: near the golden section of 64, so that any few of them are far apart.
const PHASE_STEP: u64 = 39;

/// The phase before the first one.
const PHASE_FIRST: u64 = 25;

/// The decisions of a run.
#[derive(Debug)]
pub(super) struct Policy {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Fifo { phase: u64 },
    Random(Random),
    Pct { random: Random, priorities: Vec<u64>, changes: Vec<u64>, steps: u64, lowest: u64 },
}

impl Policy {
    pub(super) fn new(scheduler: Scheduler, seed: u64) -> Self {
        let kind = match scheduler {
            Scheduler::Fifo => Kind::Fifo { phase: PHASE_FIRST },
            Scheduler::Random => Kind::Random(Random::new(seed, Stream::Schedule)),
            Scheduler::Pct => {
                let mut random = Random::new(seed, Stream::Priority);
                // Runs differ in length by orders of magnitude, so that a point's order of magnitude is drawn first.
                let mut change = || {
                    let scale = CHANGE_SCALES[index(random.below(CHANGE_SCALES.len() as u64))];
                    1 + random.below(scale)
                };
                let changes = std::iter::repeat_with(&mut change).take(CHANGE_POINTS).collect();
                Kind::Pct { random, priorities: Vec::new(), changes, steps: 0, lowest: 1 << 32 }
            }
        };
        Self { kind }
    }

    /// Which of `count` candidates, the longest waiter first, is chosen. There is at least one.
    pub(super) fn pick(&mut self, count: usize, candidate: impl Fn(usize) -> UnitId) -> usize {
        match &mut self.kind {
            Kind::Fifo { .. } => 0,
            Kind::Random(random) => index(random.below(count as u64)),
            Kind::Pct { .. } => {
                let priorities: Vec<u64> = (0..count).map(|at| self.priority(candidate(at))).collect();
                let highest = (0..count).max_by_key(|&at| (priorities[at], std::cmp::Reverse(at)));
                highest.expect("there is at least one candidate")
            }
        }
    }

    /// Whether something happens that does in so many of `all` cases, and is left out where nothing is drawn.
    pub(super) fn is_likely(&mut self, cases: u64, all: u64) -> bool {
        match &mut self.kind {
            Kind::Fifo { .. } | Kind::Pct { .. } => false,
            Kind::Random(random) => random.below(all) < cases,
        }
    }

    /// How long something takes that takes `mean` on average and never less than so many percent of it, rounded down to 5 ns.
    pub(super) fn length(&mut self, mean: SimDuration, least_percent: u32) -> SimDuration {
        match &mut self.kind {
            Kind::Fifo { .. } | Kind::Pct { .. } => mean,
            Kind::Random(random) => {
                let (fifth, least) = (mean.0 / 5, u64::from(least_percent));
                let drawn = random.exponential(fifth * (100 - least) / 20);
                SimDuration(fifth * least / 20 + drawn)
            }
        }
    }

    /// Which of `count` idle cores is taken, the preferred one standing first.
    pub(super) fn pick_core(&mut self, count: usize) -> usize {
        match &mut self.kind {
            Kind::Fifo { .. } | Kind::Pct { .. } => 0,
            Kind::Random(random) => index(random.below(count as u64)),
        }
    }

    /// Which of `count` moments that follow each other it is when something happens that keeps no step with them.
    /// Without chance it is one after the other, far from those before, where every moment counts; else the first.
    pub(super) fn phase(&mut self, count: u64, points: CheckPoints) -> u64 {
        match (&mut self.kind, points) {
            (Kind::Fifo { phase }, CheckPoints::Operations { .. }) => {
                *phase = (*phase + PHASE_STEP) % count;
                *phase
            }
            (Kind::Random(random), _) => random.below(count),
            (Kind::Fifo { .. }, CheckPoints::CallsAndBranches | CheckPoints::Calls | CheckPoints::Loops)
            | (Kind::Pct { .. }, _) => 0,
        }
    }

    /// Whether a unit may be interrupted between any two steps in favour of a better one.
    pub(super) const fn is_eager(&self) -> bool {
        matches!(self.kind, Kind::Pct { .. })
    }

    /// Whether `candidate` is to run rather than `running`.
    pub(super) fn prefers(&mut self, candidate: UnitId, running: UnitId) -> bool {
        self.is_eager() && self.priority(candidate) > self.priority(running)
    }

    /// `unit` has taken a step.
    pub(super) fn stepped(&mut self, unit: UnitId) {
        self.priority(unit);
        if let Kind::Pct { priorities, changes, steps, lowest, .. } = &mut self.kind {
            *steps += 1;
            if changes.contains(steps) {
                *lowest -= 1;
                priorities[unit.index()] = *lowest;
            }
        }
    }

    /// A unit's priority, drawn when it is first asked for; those drawn lie above those fallen.
    fn priority(&mut self, unit: UnitId) -> u64 {
        let Kind::Pct { random, priorities, .. } = &mut self.kind else { return 0 };
        while priorities.len() <= unit.index() {
            priorities.push((1 << 32) + random.below(1 << 32));
        }
        priorities[unit.index()]
    }
}

fn index(drawn: u64) -> usize {
    usize::try_from(drawn).expect("drawn below a length")
}
