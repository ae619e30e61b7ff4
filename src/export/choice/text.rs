//! A comparison for people: tables, what there is to say about them, and what to take.

use crate::base::diagnostic::Severity;
use crate::base::printable::safe;
use crate::export::choice::advice::advice;
use crate::export::choice::figures::{time, unit};
use crate::export::choice::tables::{details, matrix, verdicts};
use crate::export::choice::{Comparison, growth};
use crate::export::columns::{hanging, wrapped};
use crate::export::picture::timeline::Face;
use crate::observe::choice::{Group, Row, Standing};
use crate::observe::finding::{Finding, FindingKind};
use crate::observe::report::Outcome;

pub use growth::{growth, growth_in_brief};

/// Columns of a sentence at most.
const SENTENCE_MAX: usize = 100;

/// The tables and the sentences; it ends with a line feed.
#[must_use]
pub fn text(comparison: &Comparison<'_>, face: Face) -> String {
    let mut lines = heading(comparison, face);
    let Some(main) = comparison.main() else { return lines.join("\n") + "\n" };
    if let Some(base) = main.base() {
        let sentence = format!(
            "{}: the work and the waits of all units, one after the other, without other costs",
            time(base)
        );
        lines.extend(wrapped("in turn  ", &sentence, width(face)));
    }
    if comparison.groups.len() > 1 {
        lines.extend(matrix(comparison.groups, face));
        lines.extend(remarks(comparison, face));
    }
    lines.push(String::new());
    lines.push(format!("{}{}", of(main), processes(main)));
    lines.extend(details(main, face).into_iter().skip(1));
    if comparison.groups.len() == 1 {
        lines.extend(remarks(comparison, face));
    }
    lines.extend(verdicts(main, comparison.crowd));
    lines.push(String::new());
    lines.extend(wrapped("best     ", &advice(main), width(face)));
    lines.join("\n") + "\n"
}

/// Only what to take, a line for each runtime and number of cores.
#[must_use]
pub fn brief(comparison: &Comparison<'_>) -> String {
    let line = |group: &Group| format!("{}: {}\n", of(group), advice(group));
    comparison.groups.iter().map(line).collect()
}

/// What was compared.
pub(super) fn heading(comparison: &Comparison<'_>, face: Face) -> Vec<String> {
    let mut what = format!(
        "{}, machine {}, seed {}",
        safe(&comparison.source.name),
        safe(comparison.machine),
        comparison.seed
    );
    for setting in comparison.settings {
        what.push_str(", ");
        what.push_str(&safe(setting));
    }
    wrapped("script   ", &what, width(face))
}

/// Columns of a sentence.
pub(super) fn width(face: Face) -> usize {
    face.width.saturating_sub(1).clamp(40, SENTENCE_MAX)
}

/// `cpython-3.14, 4 cores`
pub(super) fn of(group: &Group) -> String {
    let cores = if group.cores == 1 { "1 core".to_owned() } else { format!("{} cores", group.cores) };
    format!("{}, {cores}", group.runtime)
}

/// How processes begin, if there are any.
fn processes(group: &Group) -> String {
    let has = group.rows.iter().any(|row| row.unit == Some("process") && row.measured().is_some());
    if has { format!(", processes by {}", group.start_method) } else { String::new() }
}

/// What the tables can't say: why there is no figure, what went wrong, and whose end is another one. What holds for
/// several kinds, runtimes or numbers of cores alike is said once.
fn remarks(comparison: &Comparison<'_>, face: Face) -> Vec<String> {
    let mut told: Vec<(String, Vec<&'static str>, Vec<&Group>)> = Vec::new();
    for row in 0..comparison.groups.first().map_or(0, |group| group.rows.len()) {
        let mut of_row: Vec<(String, Vec<&Group>)> = Vec::new();
        for group in comparison.groups {
            let Some(remark) = remark(group, &group.rows[row]) else { continue };
            match of_row.iter_mut().find(|(text, _)| *text == remark) {
                Some((_, groups)) => groups.push(group),
                None => of_row.push((remark, vec![group])),
            }
        }
        let kind = unit(&comparison.groups[0].rows[row]);
        for (text, groups) in of_row {
            match told.iter_mut().find(|(known, _, of)| *known == text && *of == groups) {
                Some((_, kinds, _)) => kinds.push(kind),
                None => told.push((text, vec![kind], groups)),
            }
        }
    }
    let mut lines = Vec::new();
    for (text, kinds, groups) in &told {
        let label = format!("{}: ", kinds.join(", "));
        let place = places(comparison.groups, groups);
        lines.extend(hanging(&label, "  ", &format!("{text}{place}"), width(face)));
    }
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

/// Where something holds, if not everywhere: a runtime alone stands for all numbers of cores.
fn places(all: &[Group], groups: &[&Group]) -> String {
    const PLACES_MAX: usize = 3;
    if groups.len() == all.len() {
        return String::new();
    }
    let on = |runtime: &str, groups: &mut dyn Iterator<Item = &Group>| {
        groups.filter(|group| group.runtime == runtime).count()
    };
    let mut places: Vec<String> = Vec::new();
    for group in groups {
        let whole = on(group.runtime, &mut groups.iter().copied()) == on(group.runtime, &mut all.iter());
        let place = if whole { group.runtime.to_owned() } else { of(group) };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let shown = places.iter().take(PLACES_MAX).cloned().collect::<Vec<_>>().join("; ");
    match places.len().saturating_sub(PLACES_MAX) {
        0 => format!(" ({shown})"),
        more => format!(" ({shown}; and {more} more)"),
    }
}

/// What there is to say of a row: what went wrong, or else what is suspicious.
fn remark(group: &Group, row: &Row) -> Option<String> {
    trouble(group, row).or_else(|| {
        let is_warning = |finding: &&Finding| finding.severity == Severity::Warning && !finding.expected;
        let warning = row.measured()?.findings.iter().find(is_warning)?;
        Some(format!("warning, {}: {}", warning.kind.word(), safe(&warning.message)))
    })
}

/// What went wrong with a row, or why it is not there.
pub(super) fn trouble(group: &Group, row: &Row) -> Option<String> {
    match &row.standing {
        Standing::Impossible(why) => Some(format!("can't be: {}", safe(why))),
        Standing::Skipped => Some("not run: interrupted before".to_owned()),
        Standing::Measured(measured) => {
            if let Some(finding) = measured.unexpected().next() {
                return Some(format!("{}: {}", finding.kind.word(), safe(&finding.message)));
            }
            if measured.outcome == Outcome::Limit {
                let limit = measured.findings.iter().find(|finding| finding.kind == FindingKind::Limit);
                let why = limit.map_or(String::new(), |finding| format!(": {}", safe(&finding.message)));
                return Some(format!("not at its end{why}"));
            }
            group.differs(row).map(|what| format!("another end: {}", safe(&what)))
        }
    }
}
