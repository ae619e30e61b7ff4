//! A trace that was read back, for people: the look of the terminal, with absolute times or with deltas.

use std::fmt::Write as _;

use anstyle::Style;

use crate::base::printable::push_safe;
use crate::trace::lines::pad;
use crate::trace::recorded::{Recorded, RecordedEvent};
use crate::trace::terminal::{push_milliseconds, style};

/// Columns at which unit, word, detail and place begin, behind the times.
const COLUMNS: [usize; 4] = [0, 14, 27, 55];
/// Room for absolute times, and for deltas.
const TIMES: [usize; 2] = [12, 14];
/// Room for the core, if any is known.
const CORE: usize = 6;

/// What is shown and how.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that can be given with any other")]
pub struct Shown<'a> {
    /// The trace.
    pub recorded: &'a Recorded,
    /// The time since the unit's previous event in place of the time since the start.
    pub relative: bool,
    /// Unit after unit, and not in the order of time.
    pub by_unit: bool,
    /// The core of each event; nothing if none is known.
    pub cores: Option<Vec<Option<u32>>>,
    /// What stands in the last column of each event; its place if nothing is given.
    pub lines: Option<Vec<String>>,
    /// In colours.
    pub colour: bool,
}

/// The core of each event, where the trace itself tells: between `on` and `off`. Nothing if it never does.
#[must_use]
pub fn cores(recorded: &Recorded) -> Option<Vec<Option<u32>>> {
    let mut now = vec![None; recorded.units.len()];
    let mut any = false;
    let core = |event: &RecordedEvent| {
        let on = &mut now[event.unit];
        match event.word.text() {
            "on" => *on = recorded.detail(event).strip_prefix("core ").and_then(|core| core.parse().ok()),
            "off" => return on.take(),
            _ => {}
        }
        any |= on.is_some();
        *on
    };
    let cores = recorded.events.iter().map(core).collect();
    any.then_some(cores)
}

impl Shown<'_> {
    /// The heading and the events, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.push_heading(&mut text);
        let events = 0..self.recorded.events.len();
        if self.by_unit {
            let mut own = vec![Vec::new(); self.recorded.units.len()];
            events.for_each(|at| own[self.recorded.events[at].unit].push(at));
            own.retain(|events| !events.is_empty());
            for (index, events) in own.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "\n" });
                events.into_iter().for_each(|at| self.push_event(&mut text, at));
            }
        } else {
            events.for_each(|at| self.push_event(&mut text, at));
        }
        text
    }

    fn unit_column(&self) -> usize {
        TIMES[usize::from(self.relative)] + if self.cores.is_some() { CORE } else { 0 }
    }

    fn push_heading(&self, text: &mut String) {
        let mut line = String::new();
        let times = if self.relative { "+time" } else { "        ms" };
        let last = if self.lines.is_some() { "line" } else { "place" };
        line.push_str(times);
        if self.cores.is_some() {
            pad(&mut line, TIMES[usize::from(self.relative)]);
            line.push_str("core");
        }
        for (column, word) in COLUMNS.into_iter().zip(["unit", "event", "detail", last]) {
            pad(&mut line, self.unit_column() + column);
            line.push_str(word);
        }
        self.push_painted(text, &line, Style::new().dimmed());
        text.push('\n');
    }

    fn push_event(&self, text: &mut String, at: usize) {
        let event = &self.recorded.events[at];
        let mut line = String::new();
        if !self.relative {
            push_milliseconds(&mut line, event.at.0);
        } else if event.delta.0 == 0 {
            line.push_str("+0");
        } else {
            write!(line, "+{}", event.delta).expect("writing to a string never fails");
        }
        if let Some(cores) = &self.cores {
            pad(&mut line, TIMES[usize::from(self.relative)]);
            match cores[at] {
                Some(core) => write!(line, "{core:>4}").expect("writing to a string never fails"),
                None => line.push_str("   -"),
            }
        }
        pad(&mut line, self.unit_column());
        push_safe(&mut line, self.recorded.unit(event));
        pad(&mut line, self.unit_column() + COLUMNS[1]);
        text.push_str(&line);
        let start = line.len();
        line.push_str(event.word.text());
        let detail = self.recorded.detail(event);
        if !detail.is_empty() {
            pad(&mut line, self.unit_column() + COLUMNS[2]);
            push_safe(&mut line, detail);
        }
        self.push_painted(text, &line[start..], style(event.word.class()));
        let end = line.len();
        let place = match &self.lines {
            Some(lines) => lines[at].as_str(),
            None => self.recorded.place(event),
        };
        if !place.is_empty() {
            pad(&mut line, self.unit_column() + COLUMNS[3]);
            push_safe(&mut line, place);
        }
        text.push_str(&line[end..]);
        text.push('\n');
    }

    fn push_painted(&self, text: &mut String, part: &str, style: Style) {
        if self.colour {
            write!(text, "{style}{part}{style:#}").expect("writing to a string never fails");
        } else {
            text.push_str(part);
        }
    }
}
