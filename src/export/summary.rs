//! What a run came to, for people: a few aligned lines under its trace.

use crate::base::diagnostic::Severity;
use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::export::columns::{Table, wrapped};
use crate::export::interpreters;
use crate::export::limited::limited;
use crate::export::picture::{LOOKS, Look};
use crate::export::results::Shown;
use crate::observe::finding::FindingKind;
use crate::observe::report::{ObjectReport, Outcome, Report, UnitState};

/// Rows of a table before the rest is only counted.
pub(super) const ROWS_MAX: usize = 20;
/// Cores, and interpreters, that are listed one by one.
pub(super) const CORES_MAX: usize = 16;
/// Columns of a sentence.
pub(super) const WIDTH: usize = 79;
/// Characters of a final value before it is cut.
const VALUE_MAX: usize = 60;

/// The summary, without colours; it ends with a line feed.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut lines = vec![
        format!("outcome  {}{}", outcome(report), warnings(report)),
        format!("elapsed  {} of virtual time", report.elapsed),
        format!("cores    {}", cores(report)),
        format!("GIL      {}", interpreters::gil(report)),
    ];
    lines.extend(interpreters::memory(report));
    lines.extend(limited(report).map(|sentence| wrapped("limit    ", &sentence, WIDTH)).unwrap_or_default());
    for kind in &report.missing {
        lines.push(format!("missing  the script expects a finding of kind `{}`; there is none", safe(kind)));
    }
    lines.extend(units(report));
    lines.extend(interpreters::table(report));
    lines.extend(objects(&report.objects));
    lines.extend(shared(report));
    lines.join("\n") + "\n"
}

/// A part of the time.
pub(super) fn percent(length: SimDuration, whole: SimDuration) -> String {
    format!("{}%", u128::from(length.0) * 100 / u128::from(whole.0.max(1)))
}

fn outcome(report: &Report) -> String {
    match report.outcome {
        Outcome::Completed => "completed".to_string(),
        Outcome::Deadlock => {
            let stuck = report.units.iter().filter(|unit| unit.state == UnitState::Blocked).count();
            format!("deadlock: {} for ever", counted(stuck as u64, "unit is stuck", "units are stuck"))
        }
        Outcome::Failed => {
            format!("failed: {}", counted(found(report, Severity::Error), "finding", "findings"))
        }
        Outcome::Limit => {
            let limit = report.findings.iter().find(|finding| finding.kind == FindingKind::Limit);
            limit.map_or("limit".to_string(), |finding| format!("limit: {}", safe(&finding.message)))
        }
    }
}

/// How many warnings there are beside that.
fn warnings(report: &Report) -> String {
    match found(report, Severity::Warning) {
        0 => String::new(),
        warnings => format!("; {}", counted(warnings, "warning", "warnings")),
    }
}

fn found(report: &Report, severity: Severity) -> u64 {
    report.findings.iter().filter(|finding| finding.severity == severity).count() as u64
}

fn cores(report: &Report) -> String {
    let busy = &report.machine.core_busy;
    let share = |length: &SimDuration| percent(*length, report.elapsed);
    let mut shares: Vec<String> = busy.iter().take(CORES_MAX).map(share).collect();
    shares.extend(and_more(busy.len(), CORES_MAX));
    format!("{}, busy {}", busy.len(), shares.join(" "))
}

/// Where the time of each unit went. Its life is the sum of what follows; what nobody did has no column.
fn units(report: &Report) -> Vec<String> {
    let units = &report.units;
    let is_seen = |look: &&Look| units.iter().any(|unit| unit.times.of(look.activities) > SimDuration::ZERO);
    let looks: Vec<&Look> = LOOKS.iter().filter(is_seen).collect();
    let words = ["unit", "state", "life"].into_iter().chain(looks.iter().map(|look| look.word));
    let mut table = Table::new(words, 2..);
    for unit in units.iter().take(ROWS_MAX) {
        let mut row = vec![safe(&unit.name()), state(unit.state).to_string(), length(unit.times.total())];
        row.extend(looks.iter().map(|look| length(unit.times.of(look.activities))));
        table.row(row);
    }
    table.lines(and_more(units.len(), ROWS_MAX))
}

/// The objects that somebody had or waited for, those that were waited for the longest first.
fn objects(objects: &[ObjectReport]) -> Vec<String> {
    let is_used = |object: &&ObjectReport| object.acquisitions > 0 || object.contended > 0;
    let mut used: Vec<&ObjectReport> = objects.iter().filter(is_used).collect();
    if used.is_empty() {
        return Vec::new();
    }
    // The sort is stable, so equal ones stay in program order.
    used.sort_by_key(|object| std::cmp::Reverse(object.waited));
    let mut table = Table::new(["object", "kind", "acquired", "held", "waits", "waited"], 2..);
    for object in used.iter().take(ROWS_MAX) {
        table.row(vec![
            safe(&object.name),
            object.kind.to_string(),
            count(object.acquisitions),
            length(object.held),
            count(object.contended),
            length(object.waited),
        ]);
    }
    table.lines(and_more(used.len(), ROWS_MAX))
}

fn shared(report: &Report) -> Vec<String> {
    if report.shared.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(["shared", "final value"], 2..);
    for (name, value) in report.shared.iter().take(ROWS_MAX) {
        let text = safe(&Shown(value).to_string());
        let cut = text.char_indices().nth(VALUE_MAX).map(|(end, _)| format!("{}…", &text[..end]));
        table.row(vec![safe(name), cut.unwrap_or(text)]);
    }
    table.lines(and_more(report.shared.len(), ROWS_MAX))
}

const fn state(state: UnitState) -> &'static str {
    match state {
        UnitState::Ended => "ended",
        UnitState::Failed => "failed",
        UnitState::Cancelled => "cancelled",
        UnitState::Blocked => "blocked",
        UnitState::Running => "running",
    }
}

/// A length; nothing is a dash, so that the eye finds what is something.
fn length(length: SimDuration) -> String {
    if length == SimDuration::ZERO { "-".to_string() } else { length.to_string() }
}

/// The same for a number.
pub(super) fn count(count: u64) -> String {
    if count == 0 { "-".to_string() } else { count.to_string() }
}

pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

pub(super) fn and_more(count: usize, shown: usize) -> Option<String> {
    count.checked_sub(shown).filter(|more| *more > 0).map(|more| format!("… and {more} more"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::UnitId;
    use crate::export::sample::{completed, deadlocked, units};
    use crate::observe::chain::{Cause, Part};
    use crate::observe::report::Datum;
    use crate::observe::times::Activity;

    #[test]
    fn a_summary_is_short_and_aligned() {
        let want = "\
outcome  completed
elapsed  4.105ms of virtual time
cores    2, busy 99% 1%
GIL      held 98%, 4 switches
limit    Waiting for I/O limited this run: for 75% of the time, the unit that
         its end depended on was in `io`; its 2 waits came one after the other;
         in threads they could overlap.

unit  state     life  running    I/O
main  ended  4.105ms  1.005ms  3.1ms

object    kind  acquired  held  waits  waited
checking  lock         2   4ms      1     2ms

shared  final value
total   130
";
        let mut report = completed();
        let (work, io) = (SimDuration(1_005_000), SimDuration(3_100_000));
        let times = &mut report.units.fate(UnitId(0)).times;
        times.add(Activity::Work, work);
        times.add(Activity::Io, io);
        report.chain = Some(vec![
            Part { cause: Cause::Work, length: work, times: 3 },
            Part { cause: Cause::Io, length: io, times: 2 },
        ]);
        assert_eq!(summary(&report), want);
    }

    #[test]
    fn a_deadlock_counts_who_is_stuck() {
        let mut report = deadlocked();
        report.units = units([("main", UnitState::Ended), ("transfer.1", UnitState::Blocked)]);
        assert!(summary(&report).starts_with("outcome  deadlock: 1 unit is stuck for ever\n"));
    }

    #[test]
    fn what_is_long_is_cut_and_counted() {
        let mut report = completed();
        report.units = units((1..=25).map(|n| (format!("w.{n}"), UnitState::Ended)));
        report.shared = vec![("xs".to_string(), Datum::List(vec![Datum::Number(7); 100]))];
        report.missing = vec!["race".to_string()];
        let text = summary(&report);
        assert!(text.contains("\nw.20") && !text.contains("w.21"), "{text}");
        assert!(text.contains("\n… and 5 more\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("missing  the script expects a finding of kind `race`"), "{text}");
    }
}
