//! What a run came to, for people: a few aligned lines under its trace.

use crate::base::diagnostic::Severity;
use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::export::results::Shown;
use crate::machine;
use crate::machine::profile::Gil;
use crate::observe::finding::FindingKind;
use crate::observe::report::{ObjectReport, Outcome, Report, UnitReport, UnitState};

/// Rows of a table before the rest is only counted.
const ROWS_MAX: usize = 20;
/// Cores that are listed one by one.
const CORES_MAX: usize = 16;
/// Characters of a final value before it is cut.
const VALUE_MAX: usize = 60;

/// The summary, without colours; it ends with a line feed.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut lines = vec![
        format!("outcome  {}{}", outcome(report), warnings(report)),
        format!("elapsed  {} of virtual time", report.elapsed),
        format!("cores    {}", cores(report)),
        format!("GIL      {}", gil(report)),
    ];
    for kind in &report.missing {
        lines.push(format!("missing  the script expects a finding of kind `{}`; there is none", safe(kind)));
    }
    lines.extend(units(&report.units));
    lines.extend(objects(&report.objects));
    lines.extend(shared(report));
    lines.join("\n") + "\n"
}

fn gil(report: &Report) -> String {
    match machine::runtime(&report.inputs.runtime) {
        Some(runtime) if runtime.gil == Gil::None => "none".to_string(),
        Some(_) | None => counted(report.machine.gil_switches, "switch", "switches"),
    }
}

fn outcome(report: &Report) -> String {
    match report.outcome {
        Outcome::Completed => "completed".to_string(),
        Outcome::Deadlock => {
            let stuck = report.units.iter().filter(|unit| unit.state == UnitState::Blocked).count();
            format!("deadlock: {} for ever", counted(stuck as u64, "unit is stuck", "units are stuck"))
        }
        Outcome::Failed => {
            format!("failed: {}", counted(count(report, Severity::Error), "finding", "findings"))
        }
        Outcome::Limit => {
            let limit = report.findings.iter().find(|finding| finding.kind == FindingKind::Limit);
            limit.map_or("limit".to_string(), |finding| format!("limit: {}", safe(&finding.message)))
        }
    }
}

/// How many warnings there are beside that.
fn warnings(report: &Report) -> String {
    match count(report, Severity::Warning) {
        0 => String::new(),
        warnings => format!("; {}", counted(warnings, "warning", "warnings")),
    }
}

fn count(report: &Report, severity: Severity) -> u64 {
    report.findings.iter().filter(|finding| finding.severity == severity).count() as u64
}

fn cores(report: &Report) -> String {
    let busy = &report.machine.core_busy;
    let share = |length: &SimDuration| {
        let percent = u128::from(length.0) * 100 / u128::from(report.elapsed.0.max(1));
        format!("{percent}%")
    };
    let mut shares: Vec<String> = busy.iter().take(CORES_MAX).map(share).collect();
    shares.extend(and_more(busy.len(), CORES_MAX));
    format!("{}, busy {}", busy.len(), shares.join(" "))
}

fn units(units: &[UnitReport]) -> Vec<String> {
    let mut table =
        Table::new(["unit", "state", "cpu", "GIL wait", "lock wait", "io", "sleep", "run queue"], 2);
    for unit in units.iter().take(ROWS_MAX) {
        let times = &unit.times;
        let lengths =
            [times.cpu, times.gil_wait, times.lock_wait, times.io_wait, times.sleep, times.run_queue];
        let [cpu, gil, lock, io, sleep, queue] = lengths.map(length);
        table.row([safe(&unit.name), state(unit.state).to_string(), cpu, gil, lock, io, sleep, queue]);
    }
    table.lines(and_more(units.len(), ROWS_MAX))
}

fn objects(objects: &[ObjectReport]) -> Vec<String> {
    let mut contended: Vec<&ObjectReport> = objects.iter().filter(|object| object.contended > 0).collect();
    if contended.is_empty() {
        return Vec::new();
    }
    // The sort is stable, so equal ones stay in program order.
    contended.sort_by_key(|object| std::cmp::Reverse(object.waited));
    let mut table = Table::new(["waited for", "kind", "waits", "acquired", "waited", "held"], 2);
    for object in contended.iter().take(ROWS_MAX) {
        table.row([
            safe(&object.name),
            object.kind.to_string(),
            object.contended.to_string(),
            object.acquisitions.to_string(),
            length(object.waited),
            length(object.held),
        ]);
    }
    table.lines(and_more(contended.len(), ROWS_MAX))
}

fn shared(report: &Report) -> Vec<String> {
    if report.shared.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(["shared", "final value"], 2);
    for (name, value) in report.shared.iter().take(ROWS_MAX) {
        let text = safe(&Shown(value).to_string());
        let cut = text.char_indices().nth(VALUE_MAX).map(|(end, _)| format!("{}…", &text[..end]));
        table.row([safe(name), cut.unwrap_or(text)]);
    }
    table.lines(and_more(report.shared.len(), ROWS_MAX))
}

const fn state(state: UnitState) -> &'static str {
    match state {
        UnitState::Ended => "ended",
        UnitState::Failed => "failed",
        UnitState::Blocked => "blocked",
        UnitState::Running => "running",
    }
}

/// A length; nothing is a dash, so that the eye finds what is something.
fn length(length: SimDuration) -> String {
    if length == SimDuration::ZERO { "-".to_string() } else { length.to_string() }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn and_more(count: usize, shown: usize) -> Option<String> {
    count.checked_sub(shown).filter(|more| *more > 0).map(|more| format!("… and {more} more"))
}

/// Cells in aligned columns.
struct Table<const N: usize> {
    rows: Vec<[String; N]>,
    /// So many columns from the left are words; the others are numbers, aligned at their ends.
    words: usize,
}

impl<const N: usize> Table<N> {
    fn new(heading: [&str; N], words: usize) -> Self {
        Self { rows: vec![heading.map(str::to_string)], words }
    }

    fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// An empty line, the rows, and the remark under them.
    fn lines(self, remark: Option<String>) -> Vec<String> {
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max();
        let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0));
        let mut lines = vec![String::new()];
        for row in &self.rows {
            let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
                if column < self.words { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_string());
        }
        lines.extend(remark);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{completed, deadlocked, unit};
    use crate::observe::report::Datum;

    #[test]
    fn a_summary_is_short_and_aligned() {
        let want = "\
outcome  completed
elapsed  4.105ms of virtual time
cores    2, busy 99% 1%
GIL      4 switches

unit  state  cpu  GIL wait  lock wait  io  sleep  run queue
main  ended    -         -          -   -      -          -

waited for  kind  waits  acquired  waited  held
checking    lock      1         2     2ms   4ms

shared  final value
total   130
";
        assert_eq!(summary(&completed()), want);
    }

    #[test]
    fn a_deadlock_counts_who_is_stuck() {
        let mut report = deadlocked();
        report.units.push(unit("transfer.1", "thread", UnitState::Blocked));
        assert!(summary(&report).starts_with("outcome  deadlock: 1 unit is stuck for ever\n"));
    }

    #[test]
    fn what_is_long_is_cut_and_counted() {
        let mut report = completed();
        report.units = (1..=25).map(|n| unit(&format!("w.{n}"), "thread", UnitState::Ended)).collect();
        report.shared = vec![("xs".to_string(), Datum::List(vec![Datum::Number(7); 100]))];
        report.missing = vec!["race".to_string()];
        let text = summary(&report);
        assert!(text.contains("\nw.20") && !text.contains("w.21"), "{text}");
        assert!(text.contains("\n… and 5 more\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("missing  the script expects a finding of kind `race`"), "{text}");
    }
}
