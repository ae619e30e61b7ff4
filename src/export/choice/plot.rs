//! How long a script takes for each value of a param, as a plot for a terminal.

use anstyle::{AnsiColor, Style};

use crate::base::size::{SignedSize, parse_size};
use crate::base::time::{SignedDuration, SimDuration, parse_duration};
use crate::export::choice::Sweep;
use crate::export::choice::axis::Axis;
use crate::export::choice::figures::{time, unit};
use crate::export::choice::text::of;
use crate::export::picture::timeline::Face;

/// Rows of a plot, and its columns at most.
const ROWS: usize = 16;
const COLUMNS_MAX: usize = 100;

/// Columns of what stands before it.
const MARGIN: usize = 9;

/// Marks of points, and what stands where several meet.
const MARKS: [(char, char); 8] =
    [('●', 'o'), ('▲', 'x'), ('■', '#'), ('◆', '@'), ('○', '0'), ('△', '%'), ('□', '&'), ('◇', '$')];
const SEVERAL: (char, char) = ('✱', '*');

const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Green,
    AnsiColor::Red,
    AnsiColor::Blue,
    AnsiColor::Yellow,
    AnsiColor::Magenta,
    AnsiColor::Cyan,
];

/// A line of a plot: units of one kind on one runtime and number of cores.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// What it is called.
    pub(super) label: String,
    /// Its points: the value of the param, and how long it took.
    pub(super) points: Vec<(i64, i64)>,
}

/// The lines of a sweep: what is not sound, or came to another end, is left out.
pub(super) fn series(sweep: &Sweep<'_>) -> Vec<Series> {
    let Some(first) = sweep.points.first() else { return Vec::new() };
    let mut all = Vec::new();
    for (at, group) in first.groups.iter().enumerate() {
        for (row_at, row) in group.rows.iter().enumerate() {
            let place = if first.groups.len() > 1 { format!(", {}", of(group)) } else { String::new() };
            let point = |point: &crate::export::choice::Point| {
                let group = &point.groups[at];
                let row = &group.rows[row_at];
                let measured = row.sound().filter(|_| group.differs(row).is_none())?;
                Some((point.number, i64::try_from(measured.elapsed.0).ok()?))
            };
            let points: Vec<(i64, i64)> = sweep.points.iter().filter_map(point).collect();
            all.push(Series { label: format!("{}{place}", unit(row)), points });
        }
    }
    all.retain(|series| !series.points.is_empty());
    all
}

/// The axes on which all points have a place.
pub(super) fn axes(series: &[Series]) -> Option<(Axis, Axis)> {
    let points = series.iter().flat_map(|series| &series.points);
    let across = Axis::of(points.clone().map(|(value, _)| *value))?;
    let up = Axis::of(points.map(|(_, elapsed)| *elapsed))?;
    Some((across, up.roomy()))
}

/// A value of the param as a script writes it, for a mark of its axis.
pub(super) fn value(sweep: &Sweep<'_>, number: i64) -> String {
    let like =
        sweep.points.iter().rev().find(|point| point.number != 0).map_or("", |point| point.value.as_str());
    if parse_duration(like).is_ok() {
        SignedDuration(number).to_string()
    } else if parse_size(like).is_ok() {
        SignedSize(number).to_string()
    } else {
        number.to_string()
    }
}

/// What stands in a cell: a line of dots, or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dot {
    Nothing,
    Line(usize),
    Mark(usize),
    Several,
}

/// The plot with a line between points, its axes and its legend.
pub(super) fn plot(sweep: &Sweep<'_>, face: Face) -> Vec<String> {
    let series = series(sweep);
    let Some((across, up)) = axes(&series) else { return Vec::new() };
    let columns = face.width.min(COLUMNS_MAX).saturating_sub(MARGIN + 3).max(20);
    let mut cells = vec![vec![Dot::Nothing; columns]; ROWS];
    let place =
        |(value, elapsed): (i64, i64)| (across.place(value, columns - 1), up.place(elapsed, ROWS - 1));
    for (at, series) in series.iter().enumerate() {
        for pair in series.points.windows(2) {
            join(&mut cells, at, place(pair[0]), place(pair[1]));
        }
    }
    for (at, series) in series.iter().enumerate() {
        for &point in &series.points {
            let (column, row) = place(point);
            let cell = &mut cells[row][column];
            *cell = match *cell {
                Dot::Nothing | Dot::Line(_) => Dot::Mark(at),
                Dot::Mark(other) if other == at => Dot::Mark(at),
                Dot::Mark(_) | Dot::Several => Dot::Several,
            };
        }
    }
    let mut lines =
        vec![String::new(), format!("{} virtual time for each {}", " ".repeat(MARGIN), sweep.param)];
    let ticks: Vec<(usize, String)> = up
        .ticks(6)
        .into_iter()
        .map(|tick| (up.place(tick, ROWS - 1), time(SimDuration(tick.unsigned_abs()))))
        .collect();
    let (bar, tick_bar) = if face.unicode { ('│', '┤') } else { ('|', '+') };
    for (row, cells) in cells.iter().enumerate().rev() {
        let tick = ticks.iter().rev().find(|(at, _)| *at == row);
        let label = tick.map_or("", |(_, label)| label);
        let bar = if tick.is_some() { tick_bar } else { bar };
        let drawn: String = cells.iter().map(|dot| shown(*dot, face)).collect();
        lines.push(format!("{label:>MARGIN$} {bar}{drawn}").trim_end().to_owned());
    }
    lines.extend(below(sweep, across, columns, face));
    lines.extend(legend(&series, &cells, face));
    lines
}

/// Dots from one place to another, where nothing stands yet.
fn join(cells: &mut [Vec<Dot>], at: usize, from: (usize, usize), to: (usize, usize)) {
    let (width, height) = (to.0.abs_diff(from.0), to.1.abs_diff(from.1));
    let steps = width.max(height);
    for step in 1..steps {
        let between = |from: usize, to: usize| {
            let way = (to.abs_diff(from) * step + steps / 2) / steps;
            if to >= from { from + way } else { from - way }
        };
        let cell = &mut cells[between(from.1, to.1)][between(from.0, to.0)];
        if *cell == Dot::Nothing {
            *cell = Dot::Line(at);
        }
    }
}

fn style(at: usize) -> Style {
    COLOURS[at % COLOURS.len()].on_default()
}

fn mark(at: usize, face: Face) -> char {
    let (unicode, ascii) = MARKS[at % MARKS.len()];
    if face.unicode { unicode } else { ascii }
}

fn shown(dot: Dot, face: Face) -> String {
    let (character, style) = match dot {
        Dot::Nothing => return " ".to_owned(),
        Dot::Line(at) => (if face.unicode { '·' } else { '.' }, style(at).dimmed()),
        Dot::Mark(at) => (mark(at, face), style(at)),
        Dot::Several => (if face.unicode { SEVERAL.0 } else { SEVERAL.1 }, Style::new().bold()),
    };
    if face.colour { format!("{style}{character}{style:#}") } else { character.to_string() }
}

/// The axis of the param, with its marks and its name.
fn below(sweep: &Sweep<'_>, across: Axis, columns: usize, face: Face) -> Vec<String> {
    let (corner, line, tick_line) = if face.unicode { ('└', '─', '┬') } else { ('+', '-', '+') };
    let mut axis = vec![line; columns];
    let mut labels = vec![' '; columns + MARGIN + 2];
    let mut free_from = 0;
    for tick in across.ticks(8) {
        let column = across.place(tick, columns - 1);
        let label: Vec<char> = value(sweep, tick).chars().collect();
        // The last one ends where the axis does.
        let begin = (MARGIN + 2 + column).saturating_sub(label.len() / 2);
        let begin = begin.min((MARGIN + 2 + columns).saturating_sub(label.len()));
        if begin < free_from {
            continue;
        }
        axis[column] = tick_line;
        labels.resize(labels.len().max(begin + label.len()), ' ');
        labels[begin..begin + label.len()].copy_from_slice(&label);
        free_from = begin + label.len() + 2;
    }
    let axis: String = axis.into_iter().collect();
    let labels: String = labels.into_iter().collect();
    vec![format!("{} {corner}{axis}", " ".repeat(MARGIN)), labels.trim_end().to_owned()]
}

fn legend(series: &[Series], cells: &[Vec<Dot>], face: Face) -> Vec<String> {
    let entry = |dot: Dot, label: &str| (2 + label.chars().count(), format!("{} {label}", shown(dot, face)));
    let mut entries: Vec<(usize, String)> =
        series.iter().enumerate().map(|(at, series)| entry(Dot::Mark(at), &series.label)).collect();
    if cells.iter().flatten().any(|cell| *cell == Dot::Several) {
        entries.push(entry(Dot::Several, "several"));
    }
    let margin = " ".repeat(MARGIN + 2);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (length, entry) in entries {
        match lines.last_mut() {
            Some((taken, line)) if *taken + 3 + length <= face.width => {
                *taken += 3 + length;
                line.push_str("   ");
                line.push_str(&entry);
            }
            Some(_) | None => lines.push((margin.len() + length, format!("{margin}{entry}"))),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}
