//! Which exit status a command has.

use crate::base::diagnostic::Severity;
use crate::cli::args::DenyFound;
use crate::explore::{Exploration, Found};
use crate::export::seeds::Surveyed;
use crate::observe::finding::{Finding, FindingKind};
use crate::observe::report::{Outcome, Report};

/// All is well.
pub(super) const SUCCESS: u8 = 0;
/// Something was found.
pub(super) const FOUND: u8 = 1;
/// Wrong usage, a mistake in a script, or something that can't be read or written.
pub(super) const WRONG: u8 = 2;
/// A limit was reached before there was a verdict.
pub(super) const LIMIT: u8 = 3;

/// The status of a run: what the script does not expect weighs most, then a
/// limit that came before what it does expect, then its never coming at all.
pub(super) fn status(report: &Report, deny: &[DenyFound]) -> u8 {
    let unexpected = report.findings.iter().any(|finding| is_unexpected(finding, deny));
    let met = report.missing.is_empty() && report.findings.iter().any(|finding| finding.expected);
    if unexpected {
        FOUND
    } else if report.outcome == Outcome::Limit && !met {
        LIMIT
    } else if report.missing.is_empty() {
        SUCCESS
    } else {
        FOUND
    }
}

/// Whether a finding alone means that something was found.
pub(super) fn is_unexpected(finding: &Finding, deny: &[DenyFound]) -> bool {
    let weighs = match finding.severity {
        Severity::Error => true,
        Severity::Warning => {
            let races = finding.kind == FindingKind::Race && deny.contains(&DenyFound::Race);
            races || deny.contains(&DenyFound::Warning)
        }
        Severity::Note => false,
    };
    weighs && !finding.expected
}

/// The status of many runs: what the script does not expect weighs most, then a limit that one of them reached, or
/// that not all were made; then what the script expects and none has shown.
pub(super) fn surveyed(surveyed: &Surveyed<'_>, deny: &[DenyFound]) -> u8 {
    let survey = surveyed.survey;
    let missing = survey.runs == 0 || survey.never_found().next().is_some();
    let met = !missing && survey.findings.values().any(|seen| seen.finding.expected);
    if survey.findings.values().any(|seen| is_unexpected(&seen.finding, deny)) {
        FOUND
    } else if survey.limited.is_some() || (!surveyed.is_complete() && !met) {
        LIMIT
    } else if missing {
        FOUND
    } else {
        SUCCESS
    }
}

/// The status of an exploration, by the same rules: a bound counts as a limit.
pub(super) fn explored(exploration: &Exploration) -> u8 {
    let is_error = |found: &&Found| found.finding.severity == Severity::Error;
    let unexpected = exploration.findings.iter().filter(is_error).any(|found| !found.finding.expected);
    let met =
        exploration.missing.is_empty() && exploration.findings.iter().any(|found| found.finding.expected);
    if unexpected {
        FOUND
    } else if !exploration.complete && !met {
        LIMIT
    } else if exploration.missing.is_empty() {
        SUCCESS
    } else {
        FOUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimTime;
    use crate::export::sample::completed;

    fn finding(kind: FindingKind, expected: bool) -> Finding {
        Finding {
            kind,
            severity: kind.severity(),
            cause: None,
            at: SimTime::ZERO,
            message: String::new(),
            units: Vec::new(),
            objects: Vec::new(),
            labels: Vec::new(),
            help: None,
            expected,
        }
    }

    fn report(outcome: Outcome, findings: Vec<Finding>, missing: bool) -> Report {
        let missing = if missing { vec!["deadlock".to_string()] } else { Vec::new() };
        Report { outcome, findings, missing, ..completed() }
    }

    const OUTCOMES: [Outcome; 4] = [Outcome::Limit, Outcome::Deadlock, Outcome::Failed, Outcome::Completed];

    #[test]
    fn an_unexpected_error_is_found_whatever_else_there_is() {
        for &kind in FindingKind::ALL {
            for outcome in OUTCOMES {
                for missing in [false, true] {
                    let findings = vec![finding(FindingKind::Deadlock, true), finding(kind, false)];
                    let got = status(&report(outcome, findings, missing), &[]) == FOUND;
                    let grave = kind.severity() == Severity::Error;
                    assert_eq!(got, grave || (missing && outcome != Outcome::Limit));
                }
            }
        }
    }

    #[test]
    fn the_table_of_the_rest() {
        let nothing = Vec::new;
        let limit = || vec![finding(FindingKind::Limit, false)];
        let expected = || vec![finding(FindingKind::Deadlock, true)];
        let both = || vec![finding(FindingKind::Deadlock, true), finding(FindingKind::Limit, false)];
        let rows = [
            (Outcome::Completed, nothing(), false, SUCCESS),
            (Outcome::Completed, nothing(), true, FOUND),
            (Outcome::Completed, expected(), false, SUCCESS),
            (Outcome::Deadlock, expected(), false, SUCCESS),
            (Outcome::Deadlock, expected(), true, FOUND),
            (Outcome::Failed, expected(), false, SUCCESS),
            (Outcome::Limit, limit(), false, LIMIT),
            (Outcome::Limit, limit(), true, LIMIT),
            (Outcome::Limit, both(), false, SUCCESS),
            (Outcome::Limit, both(), true, LIMIT),
            (Outcome::Limit, vec![finding(FindingKind::Limit, true)], false, SUCCESS),
        ];
        for (outcome, findings, missing, want) in rows {
            let report = report(outcome, findings, missing);
            assert_eq!(status(&report, &[]), want, "{report:?}");
        }
    }

    #[test]
    fn warnings_count_if_they_are_denied() {
        use DenyFound::{Race, Warning};
        let status = |kind, expected, deny: &[DenyFound]| {
            status(&report(Outcome::Completed, vec![finding(kind, expected)], false), deny)
        };
        for (deny, race, other) in [
            (&[][..], SUCCESS, SUCCESS),
            (&[Race], FOUND, SUCCESS),
            (&[Warning], FOUND, FOUND),
            (&[Race, Warning], FOUND, FOUND),
        ] {
            assert_eq!(status(FindingKind::Race, false, deny), race);
            assert_eq!(status(FindingKind::Starvation, false, deny), other);
            assert_eq!(status(FindingKind::Race, true, deny), SUCCESS);
        }
    }

    #[test]
    fn an_exploration_that_was_given_up_is_a_limit_unless_something_was_found() {
        let found = |expected| Found {
            finding: finding(FindingKind::Deadlock, expected),
            steps: 1,
            preemptions: 0,
            schedule: crate::explore::schedule::Schedule::default(),
            turns: Vec::new(),
            is_best: true,
            by_contract_only: false,
        };
        let of = |findings: Vec<Found>, complete, missing: &[&str]| {
            explored(&Exploration {
                verdict: crate::explore::Verdict::Ok,
                complete,
                states: 1,
                transitions: 0,
                findings,
                finals: Vec::new(),
                missing: missing.iter().map(|kind| (*kind).to_owned()).collect(),
                stopped: None,
            })
        };
        assert_eq!(of(Vec::new(), true, &[]), SUCCESS);
        assert_eq!(of(Vec::new(), true, &["race"]), FOUND);
        assert_eq!(of(Vec::new(), false, &[]), LIMIT);
        assert_eq!(of(Vec::new(), false, &["race"]), LIMIT);
        assert_eq!(of(vec![found(true)], false, &[]), SUCCESS);
        assert_eq!(of(vec![found(true)], false, &["race"]), LIMIT);
        assert_eq!(of(vec![found(true)], true, &["race"]), FOUND);
        assert_eq!(of(vec![found(true), found(false)], false, &[]), FOUND);
    }
}
