//! What many runs of one script came to, each with a seed of its own: counts, and for whatever was seen the first
//! seed that shows it.
//!
//! Parts of a survey can be put together in any order; the whole is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::base::span::Span;
use crate::base::time::SimDuration;
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::report::{Outcome, Report};

/// In how many runs something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// So many.
    pub runs: u64,
    /// The first seed that shows it.
    pub first: u64,
}

impl Share {
    const fn one(seed: u64) -> Self {
        Self { runs: 1, first: seed }
    }

    fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.first = self.first.min(other.first);
    }
}

/// Two findings are one if these agree: kind, cause, and the set of places.
pub type Identity = (FindingKind, Option<Cause>, BTreeSet<Span>);

/// A finding, as its first seed shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The finding of that run.
    pub finding: Finding,
    /// In how many runs there is one like it.
    pub share: Share,
}

/// What many runs came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many there were.
    pub runs: u64,
    /// How they ended, gravest first.
    pub outcomes: BTreeMap<Outcome, Share>,
    /// What is wrong.
    pub findings: BTreeMap<Identity, Seen>,
    /// Kinds that the script expects, and in how many runs there was none of them.
    pub missing: BTreeMap<String, u64>,
    /// Runs that reached a limit before all that the script expects was found.
    pub limited: Option<Share>,
    /// How many runs took how long.
    pub elapsed: BTreeMap<SimDuration, u64>,
    /// The orders of events, by fingerprint ([`crate::trace::order`]).
    pub orders: BTreeMap<u128, Share>,
    /// The ends, by fingerprint: outcome, final values and printed lines.
    pub ends: BTreeMap<u128, Share>,
}

impl Survey {
    /// One more run; `order` is the fingerprint of the order of its events.
    pub fn add(&mut self, report: &Report, order: u128) {
        let one = Share::one(report.inputs.seed);
        self.runs += 1;
        count(&mut self.outcomes, report.outcome, one);
        count(&mut self.orders, order, one);
        count(&mut self.ends, end_of(report), one);
        *self.elapsed.entry(report.elapsed).or_default() += 1;
        for kind in &report.missing {
            *self.missing.entry(kind.clone()).or_default() += 1;
        }
        let met = report.missing.is_empty() && report.findings.iter().any(|finding| finding.expected);
        if report.outcome == Outcome::Limit && !met {
            self.limit(Some(one));
        }
        let mut told = BTreeSet::new();
        for finding in &report.findings {
            let identity = identity(finding);
            // A run that shows one finding twice, for other units, is one run that shows it.
            if told.insert(identity.clone()) {
                self.see(identity, || finding.clone(), one);
            }
        }
    }

    /// The runs of another survey, of other seeds of the same script.
    pub fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        other.outcomes.into_iter().for_each(|(outcome, share)| count(&mut self.outcomes, outcome, share));
        other.orders.into_iter().for_each(|(order, share)| count(&mut self.orders, order, share));
        other.ends.into_iter().for_each(|(end, share)| count(&mut self.ends, end, share));
        for (elapsed, runs) in other.elapsed {
            *self.elapsed.entry(elapsed).or_default() += runs;
        }
        for (kind, runs) in other.missing {
            *self.missing.entry(kind).or_default() += runs;
        }
        self.limit(other.limited);
        for (identity, seen) in other.findings {
            self.see(identity, || seen.finding, seen.share);
        }
    }

    fn limit(&mut self, share: Option<Share>) {
        match (&mut self.limited, share) {
            (Some(limited), Some(share)) => limited.add(share),
            (None, Some(_)) => self.limited = share,
            (Some(_) | None, None) => {}
        }
    }

    fn see(&mut self, identity: Identity, finding: impl FnOnce() -> Finding, share: Share) {
        match self.findings.get_mut(&identity) {
            Some(seen) => {
                if share.first < seen.share.first {
                    seen.finding = finding();
                }
                seen.share.add(share);
            }
            None => {
                self.findings.insert(identity, Seen { finding: finding(), share });
            }
        }
    }

    /// The kinds that the script expects and that no run has shown.
    pub fn never_found(&self) -> impl Iterator<Item = &str> {
        self.missing.iter().filter(|(_, runs)| **runs == self.runs).map(|(kind, _)| kind.as_str())
    }

    /// The findings, gravest first, then the most frequent ones, then those of the lowest seed.
    #[must_use]
    pub fn gravest(&self) -> Vec<&Seen> {
        let mut seen: Vec<&Seen> = self.findings.values().collect();
        seen.sort_by_key(|seen| {
            let Seen { finding, share } = seen;
            (finding.severity, finding.kind, std::cmp::Reverse(share.runs), share.first)
        });
        seen
    }

    /// The ends, the most frequent first; of equally many the one of the lowest seed.
    #[must_use]
    pub fn most_frequent_ends(&self) -> Vec<Share> {
        let mut ends: Vec<Share> = self.ends.values().copied().collect();
        ends.sort_by_key(|share| (std::cmp::Reverse(share.runs), share.first));
        ends
    }

    /// The length that so many quarters of the runs do not exceed: the least, the median and the greatest are those
    /// of 0, 2 and 4 quarters. It is always the length of a run.
    ///
    /// # Panics
    ///
    /// If there was no run, or more than four quarters are asked for.
    #[must_use]
    pub fn elapsed_at(&self, quarters: u64) -> SimDuration {
        let rank = (u128::from(self.runs) * u128::from(quarters)).div_ceil(4).max(1);
        let mut passed = 0_u128;
        for (elapsed, runs) in &self.elapsed {
            passed += u128::from(*runs);
            if passed >= rank {
                return *elapsed;
            }
        }
        unreachable!("the last run has the highest rank")
    }
}

fn count<K: Ord>(shares: &mut BTreeMap<K, Share>, key: K, share: Share) {
    shares.entry(key).and_modify(|known| known.add(share)).or_insert(share);
}

fn identity(finding: &Finding) -> Identity {
    (finding.kind, finding.cause, finding.labels.iter().map(|label| label.span).collect())
}

/// The fingerprint of a run's end.
fn end_of(report: &Report) -> u128 {
    let mut hasher = SipHasher13::new();
    (report.outcome, &report.shared, &report.output).hash(&mut hasher);
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Label;
    use crate::base::time::SimTime;
    use crate::observe::report::{Inputs, MachineReport};
    use crate::observe::units::UnitReports;

    /// A run of that seed, which took so many nanoseconds and found an assertion at each of these places.
    fn run(seed: u64, elapsed: u64, places: &[usize]) -> Report {
        let finding = |&at: &usize| Finding {
            kind: FindingKind::Assertion,
            severity: FindingKind::Assertion.severity(),
            cause: None,
            at: SimTime(seed),
            message: format!("of seed {seed}"),
            units: Vec::new(),
            objects: Vec::new(),
            labels: vec![Label::new(Span::new(at, at + 1), "")],
            help: None,
            expected: false,
        };
        Report {
            inputs: Inputs {
                script: String::new(),
                ir_hash: String::new(),
                seed,
                runtime: String::new(),
                cores: 1,
                machine: String::new(),
                scheduler: String::new(),
                options: Vec::new(),
                settings: Vec::new(),
            },
            outcome: if places.is_empty() { Outcome::Completed } else { Outcome::Failed },
            elapsed: SimDuration(elapsed),
            events: 0,
            output: Vec::new(),
            shared: Vec::new(),
            findings: places.iter().map(finding).collect(),
            missing: Vec::new(),
            units: UnitReports::default(),
            interpreters: Vec::new(),
            objects: Vec::new(),
            machine: MachineReport::default(),
            chain: None,
            lanes: None,
        }
    }

    fn survey(runs: &[Report]) -> Survey {
        let mut survey = Survey::default();
        runs.iter().for_each(|run| survey.add(run, u128::from(run.inputs.seed % 2)));
        survey
    }

    #[test]
    fn parts_make_the_same_whole_in_any_order() {
        let runs: Vec<Report> =
            (0..6).map(|seed| run(seed, 10 * seed, if seed % 3 == 1 { &[4] } else { &[] })).collect();
        let whole = survey(&runs);
        for cut in 0..=6 {
            let (mut one, other) = (survey(&runs[..cut]), survey(&runs[cut..]));
            let mut turned = other.clone();
            turned.merge(one.clone());
            one.merge(other);
            assert_eq!((&one, &turned), (&whole, &whole));
        }
        assert_eq!(whole.outcomes[&Outcome::Failed], Share { runs: 2, first: 1 });
        assert_eq!(whole.gravest()[0].finding.message, "of seed 1");
        assert_eq!((whole.orders.len(), whole.ends.len()), (2, 2));
    }

    #[test]
    fn a_finding_is_counted_once_a_run_and_told_by_its_places() {
        let survey = survey(&[run(5, 1, &[4, 4, 7]), run(2, 1, &[7])]);
        let seen: Vec<(u64, u64)> =
            survey.gravest().iter().map(|seen| (seen.share.runs, seen.share.first)).collect();
        assert_eq!(seen, [(2, 2), (1, 5)]);
    }

    #[test]
    fn quarters_are_lengths_of_runs() {
        let at = |lengths: &[u64]| {
            let runs: Vec<Report> =
                (0..).zip(lengths).map(|(seed, &length)| run(seed, length, &[])).collect();
            (0..=4).map(|quarters| survey(&runs).elapsed_at(quarters).0).collect::<Vec<_>>()
        };
        assert_eq!(at(&[7]), [7, 7, 7, 7, 7]);
        assert_eq!(at(&[4, 1, 3, 2]), [1, 1, 2, 3, 4]);
        assert_eq!(at(&[5, 4, 3, 2, 1]), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_is_expected_has_to_come_in_one_run() {
        let missing = |seed| Report { missing: vec!["race".to_owned()], ..run(seed, 1, &[]) };
        assert_eq!(survey(&[missing(0), missing(1)]).never_found().collect::<Vec<_>>(), ["race"]);
        assert_eq!(survey(&[missing(0), run(1, 1, &[])]).never_found().count(), 0);
    }
}
