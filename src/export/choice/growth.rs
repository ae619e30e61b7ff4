//! How a script grows with one of its params: a table of values, a plot, and who is best where.

use crate::base::printable::safe;
use crate::export::choice::figures::{choice, time, unit};
use crate::export::choice::plot::plot;
use crate::export::choice::text::{heading, of, trouble, width};
use crate::export::choice::{Point, Sweep};
use crate::export::columns::{Table, hanging, wrapped};
use crate::export::picture::timeline::Face;
use crate::observe::choice::{Group, Row};

/// The tables, the plot and the sentences; it ends with a line feed.
#[must_use]
pub fn growth(sweep: &Sweep<'_>, face: Face) -> String {
    let mut lines = heading(&sweep.of, face);
    for at in 0..groups(sweep) {
        lines.extend(table(sweep, at));
    }
    lines.extend(troubles(sweep, face));
    lines.extend(plot(sweep, face));
    lines.push(String::new());
    for at in 0..groups(sweep) {
        lines.extend(wrapped("best     ", &best(sweep, at), width(face)));
    }
    lines.join("\n") + "\n"
}

/// Only who is best where, a line for each runtime and number of cores.
#[must_use]
pub fn growth_in_brief(sweep: &Sweep<'_>) -> String {
    (0..groups(sweep)).map(|at| best(sweep, at) + "\n").collect()
}

/// How many groups each point has.
fn groups(sweep: &Sweep<'_>) -> usize {
    sweep.points.first().map_or(0, |point| point.groups.len())
}

/// A row for each value: how long the script takes with units of each kind.
fn table(sweep: &Sweep<'_>, at: usize) -> Vec<String> {
    let Some(first) = sweep.points.first().map(|point| &point.groups[at]) else { return Vec::new() };
    let mut heading = vec![sweep.param];
    for row in &first.rows {
        heading.push(unit(row));
    }
    heading.push("best");
    let mut table = Table::new(heading, 0..=first.rows.len());
    for Point { value, groups, .. } in sweep.points {
        let group = &groups[at];
        let mut cells = vec![safe(value)];
        cells.extend(group.rows.iter().map(|row| elapsed(group, row)));
        cells.push(choice(group).to_owned());
        table.row(cells);
    }
    let mut lines = table.lines(None);
    lines.insert(1, of(first));
    lines
}

/// What went wrong with which kind: at how many values, and what at the first of them. Warnings are told where the
/// kinds stand side by side.
fn troubles(sweep: &Sweep<'_>, face: Face) -> Vec<String> {
    let mut lines = Vec::new();
    for at in 0..groups(sweep) {
        for row_at in 0..sweep.points[0].groups[at].rows.len() {
            let trouble = |point| {
                let Point { value, groups, .. }: &Point = point;
                Some((value, trouble(&groups[at], &groups[at].rows[row_at])?))
            };
            let mut told = sweep.points.iter().filter_map(trouble);
            let Some((value, text)) = told.next() else { continue };
            let more = match told.count() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let group = &sweep.points[0].groups[at];
            let place = if groups(sweep) > 1 { format!("{}, ", of(group)) } else { String::new() };
            let label =
                format!("{} ({place}{} = {}{more}): ", unit(&group.rows[row_at]), sweep.param, safe(value));
            lines.extend(hanging(&label, "  ", &text, width(face)));
        }
    }
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn elapsed(group: &Group, row: &Row) -> String {
    let mark = if group.differs(row).is_some() { "!" } else { "" };
    match (row.sound(), row.measured()) {
        (Some(measured), _) => format!("{}{mark}", time(measured.elapsed)),
        (None, Some(measured)) => {
            let finding = measured.unexpected().next();
            finding.map_or("limit", |finding| finding.kind.word()).to_owned()
        }
        (None, None) => "-".to_owned(),
    }
}

/// Who is best at which values.
fn best(sweep: &Sweep<'_>, at: usize) -> String {
    let bests = sweep.points.iter().map(|point| {
        let group = &point.groups[at];
        (choice(group), point.value.as_str())
    });
    let bests: Vec<(&str, &str)> = bests.collect();
    let ranges: Vec<String> = bests
        .chunk_by(|one, other| one.0 == other.0)
        .map(|range| {
            let (kind, from) = range[0];
            let to = range[range.len() - 1].1;
            let values = if from == to { from.to_owned() } else { format!("{from} to {to}") };
            format!("{} for {} = {}", kind, sweep.param, safe(&values))
        })
        .collect();
    let place = sweep.points.first().map_or(String::new(), |point| of(&point.groups[at]));
    format!("{place}: {}", ranges.join(", "))
}
