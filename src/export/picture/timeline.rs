//! The lanes of a run on the terminal: cores, GIL, units; time goes to the right.

use std::fmt::Write as _;

use anstyle::Style;

use crate::base::id::UnitId;
use crate::base::printable::safe;
use crate::base::time::{SimDuration, SimTime};
use crate::export::limited::has_gil;
use crate::export::picture::ticks::ticks;
use crate::export::picture::{LOOKS, look_of};
use crate::observe::lanes::{Lane, Lanes, OTHERS, UNITS_MAX};
use crate::observe::report::Report;

/// Units that are shown before the rest is only counted.
const ROWS_MAX: usize = 24;

/// Cores that are shown, idle ones are not and stand behind; and GILs.
const CORES_MAX: usize = 8;

/// Columns of a unit's name.
const NAME_MAX: usize = 16;

/// The narrowest picture.
const COLUMNS_MIN: usize = 20;

/// What units are called in the lanes of others, in order.
const TAGS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// How a picture is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// Columns of the terminal.
    pub width: usize,
    /// It shows more than ASCII.
    pub unicode: bool,
    /// It shows colours.
    pub colour: bool,
}

/// The lanes of a run that has written them down; each line ends with a line feed.
#[must_use]
pub fn timeline(report: &Report, face: Face) -> String {
    match &report.lanes {
        Some(lanes) if report.elapsed > SimDuration::ZERO => Timeline::new(report, lanes, face).text(),
        Some(_) | None => "timeline  the run took no time\n".to_owned(),
    }
}

struct Timeline<'a> {
    report: &'a Report,
    lanes: &'a Lanes,
    face: Face,
    /// Columns before the lanes, and of the lanes.
    margin: usize,
    columns: usize,
    /// Looks that a lane shows.
    seen: [bool; LOOKS.len()],
    /// A lane shows that somebody was there for less than half of a column.
    brief: bool,
}

impl<'a> Timeline<'a> {
    fn new(report: &'a Report, lanes: &'a Lanes, face: Face) -> Self {
        let names = report.units.iter().take(ROWS_MAX).map(|unit| safe(&unit.name()).chars().count() + 2);
        // Where there are several GILs, `GIL ` stands before a name, and without them a letter.
        let gil = if report.interpreters.len() > 1 { 2 } else { 0 };
        let names = names.map(|width| width + gil);
        let margin = names.max().unwrap_or(0).clamp(6, NAME_MAX + 2 + gil) + 2;
        let columns = face.width.saturating_sub(margin + 1).max(COLUMNS_MIN);
        Self { report, lanes, face, margin, columns, seen: [false; LOOKS.len()], brief: false }
    }

    fn text(mut self) -> String {
        let mut text = format!("timeline  one column is {}\n\n", self.column_width());
        let lanes = self.lanes;
        let busy = lanes.cores.iter().enumerate().filter(|(_, lane)| lane.total() > SimDuration::ZERO);
        let busy: Vec<(usize, &Lane)> = busy.collect();
        for (at, lane) in busy.iter().take(CORES_MAX) {
            self.owners(&mut text, &format!("core {at}"), lane);
        }
        let idle = self.report.inputs.cores as usize - busy.len().min(CORES_MAX);
        if idle > 0 {
            let more = if busy.len() > CORES_MAX { "not shown" } else { "idle all the time" };
            let _ = writeln!(text, "{idle} {} {more}", if idle == 1 { "core" } else { "cores" });
        }
        self.gils(&mut text);
        for (at, lane) in lanes.units.iter().enumerate().take(ROWS_MAX) {
            self.unit(&mut text, at, lane);
        }
        if let Some(more @ 1..) = self.report.units.len().checked_sub(ROWS_MAX) {
            let _ = writeln!(text, "… and {more} more");
        }
        self.axis(&mut text);
        self.legend(&mut text);
        if self.face.unicode { text } else { text.replace('…', "...") }
    }

    /// Rounded to a tenth of its unit.
    fn column_width(&self) -> String {
        let width = self.report.elapsed.0 / self.columns as u64;
        let magnitude =
            [1_000_000_000, 1_000_000, 1_000, 1].into_iter().find(|unit| width >= *unit).unwrap_or(1);
        let tenth = (magnitude / 10).max(1);
        format!("about {}", SimDuration(((width + tenth / 2) / tenth * tenth).max(1)))
    }

    /// What stands in each column of a lane: what took the most of it, and whether that is nothing.
    fn cells(&self, lane: &Lane) -> Vec<Option<(u32, bool)>> {
        let at = |column: usize| {
            let nanoseconds = u128::from(self.report.elapsed.0) * column as u128 / self.columns as u128;
            SimTime(u64::try_from(nanoseconds).expect("a part of a run is no longer than the run"))
        };
        let longest = |column| {
            // A column narrower than a nanosecond shows the one that it is in.
            let (from, to) = (at(column), at(column + 1));
            let to = to.max(SimTime(from.0 + 1));
            let within = self.lanes.within(lane, from, to);
            let idle = to.since(from).0.saturating_sub(within.iter().map(|(_, length)| length.0).sum());
            within.first().map(|(what, length)| (*what, length.0 < idle))
        };
        (0..self.columns).map(longest).collect()
    }

    /// The GIL; where there are several, those of the first interpreters by their names.
    fn gils(&mut self, text: &mut String) {
        let (lanes, interpreters) = (self.lanes, &self.report.interpreters);
        if !has_gil(self.report) {
            return;
        }
        let several = interpreters.len() > 1;
        for (lane, interpreter) in lanes.gils.iter().zip(interpreters).take(CORES_MAX) {
            let whose = cut(&safe(&interpreter.name), self.margin - 6, self.face.unicode);
            let name = if several { format!("GIL {whose}") } else { "GIL".to_owned() };
            self.owners(text, &name, lane);
        }
        if let Some(more @ 1..) = interpreters.len().checked_sub(CORES_MAX) {
            let _ = writeln!(text, "{more} {} not shown", if more == 1 { "GIL" } else { "GILs" });
        }
    }

    fn owners(&mut self, text: &mut String, name: &str, lane: &Lane) {
        let _ = write!(text, "{name:<width$}", width = self.margin);
        let mut row = Vec::new();
        for cell in self.cells(lane) {
            row.push(cell.map_or((' ', None), |(number, brief)| {
                self.brief |= brief;
                (if brief { self.brief_mark() } else { tag(number) }, None)
            }));
        }
        self.row(text, row);
    }

    fn unit(&mut self, text: &mut String, at: usize, lane: &Lane) {
        let name =
            cut(&safe(&self.report.units.of(UnitId::new(at)).name()), self.margin - 4, self.face.unicode);
        let number = u32::try_from(at).unwrap_or(OTHERS);
        let _ = write!(text, "{} {name:<width$}", tag(number), width = self.margin - 2);
        let mut row = Vec::new();
        for cell in self.cells(lane) {
            row.push(cell.filter(|(_, brief)| !brief).map_or((' ', None), |(number, _)| {
                let look = look_of(number);
                self.seen[look] = true;
                (LOOKS[look].character(self.face.unicode), Some(LOOKS[look].style()))
            }));
        }
        self.row(text, row);
    }

    /// A row of characters, with one escape for all neighbours of one style.
    fn row(&self, text: &mut String, cells: Vec<(char, Option<Style>)>) {
        let end = cells.iter().rposition(|(character, _)| *character != ' ').map_or(0, |last| last + 1);
        for same in cells[..end].chunk_by(|one, other| one.1 == other.1) {
            let run: String = same.iter().map(|(character, _)| *character).collect();
            push_styled(text, &run, same[0].1.filter(|_| self.face.colour));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }

    /// Somebody was there, for less than half of a column.
    const fn brief_mark(&self) -> char {
        if self.face.unicode { '·' } else { '.' }
    }

    fn axis(&self, text: &mut String) {
        let mut line = String::new();
        let mark = if self.face.unicode { '╵' } else { '|' };
        for tick in ticks(self.report.elapsed, self.columns / 12) {
            let column = u128::from(tick.0) * self.columns as u128 / u128::from(self.report.elapsed.0);
            let at = self.margin + usize::try_from(column).expect("there are few columns");
            let label = tick.to_string();
            if line.chars().count() <= at && at + label.len() < self.margin + self.columns {
                let _ = write!(line, "{:width$}{mark}{label}", "", width = at - line.chars().count());
            }
        }
        text.push_str(&line);
        text.push('\n');
    }

    fn legend(&self, text: &mut String) {
        let looks = LOOKS.iter().zip(self.seen).filter(|(_, seen)| *seen);
        let mut entries: Vec<(char, Option<Style>, &str)> = looks
            .map(|(look, _)| (look.character(self.face.unicode), Some(look.style()), look.word))
            .collect();
        if self.brief {
            entries.push((self.brief_mark(), None, "less than half (core, GIL)"));
        }
        let mut column = 0;
        for (character, style, word) in entries {
            let width = word.chars().count() + 2;
            let gap = if column == 0 { "" } else { "   " };
            if column > 0 && column + gap.len() + width > self.face.width {
                text.push('\n');
                column = width;
            } else {
                text.push_str(gap);
                column += gap.len() + width;
            }
            push_styled(text, &character.to_string(), style.filter(|_| self.face.colour));
            let _ = write!(text, " {word}");
        }
        text.push('\n');
    }
}

fn push_styled(text: &mut String, run: &str, style: Option<Style>) {
    match style {
        Some(style) => {
            let _ = write!(text, "{}{run}{}", style.render(), style.render_reset());
        }
        None => text.push_str(run),
    }
}

/// What a unit is called in the lanes of others.
fn tag(unit: u32) -> char {
    usize::try_from(unit).ok().filter(|at| *at < UNITS_MAX).and_then(|at| TAGS.chars().nth(at)).unwrap_or('*')
}

fn cut(name: &str, width: usize, unicode: bool) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    let end = if unicode { "…" } else { "~" };
    name.chars().take(width - 1).chain(end.chars()).collect()
}
