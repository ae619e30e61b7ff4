//! The `.trace` file: what people commit and review.
//!
//! It is made to be compared. A line holds no absolute time, no line number
//! and no core, so one changed duration or a comment on top changes a handful
//! of lines. Times are exact; everything is ASCII, and two spaces in a row
//! occur only between columns, so `concsim` can read it back.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::base::id::UnitId;
use crate::base::printable::push_ascii;
use crate::base::time::{SimDuration, SimTime};
use crate::trace::event::{Detail, Event, EventKind, Names, Sink};
use crate::trace::lines::{Lines, pad};
use crate::trace::words::push_detail;

/// The number of the format, raised when old readers could not read it.
pub(super) const FORMAT: u32 = 1;
/// Columns at which delta, word, detail and place begin.
pub(super) const COLUMNS: [usize; 4] = [13, 27, 40, 71];

/// Writes a `.trace`.
#[derive(Debug)]
pub struct TextTrace<W: Write> {
    lines: Lines<W>,
    detail: Detail,
    /// The time of each unit's previous event, or of its spawn.
    previous: Vec<SimTime>,
}

impl<W: Write> TextTrace<W> {
    /// A trace at that detail; `inputs` are its `#` lines, all that the run depends on.
    pub fn new<S: AsRef<str>>(out: W, detail: Detail, inputs: &[S]) -> Self {
        let mut trace = Self { lines: Lines::new(out), detail, previous: Vec::new() };
        trace.put_marked('#', &format!("concsim-trace {FORMAT}"));
        for input in inputs {
            trace.put_marked('#', input.as_ref());
        }
        trace
    }

    /// Ends the trace with its `=` lines.
    ///
    /// # Errors
    ///
    /// The first error there was in writing any of it.
    pub fn finish<S: AsRef<str>>(&mut self, results: &[S]) -> io::Result<()> {
        for result in results {
            self.put_marked('=', result.as_ref());
        }
        self.lines.finish()
    }

    /// Ends the trace likewise and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// The first error there was in writing any of it.
    pub fn into_written<S: AsRef<str>>(mut self, results: &[S]) -> io::Result<W> {
        self.finish(results)?;
        self.lines.into_inner()
    }

    fn put_marked(&mut self, mark: char, text: &str) {
        self.lines.line.push(mark);
        self.lines.line.push(' ');
        push_ascii(&mut self.lines.line, text);
        // An error is kept and comes out of `finish`.
        let _ = self.lines.put();
    }

    /// Since when a unit counts, and from now on.
    fn previous(&mut self, unit: UnitId) -> &mut SimTime {
        if self.previous.len() <= unit.index() {
            self.previous.resize(unit.index() + 1, SimTime::ZERO);
        }
        &mut self.previous[unit.index()]
    }
}

impl<W: Write> Sink for TextTrace<W> {
    fn detail(&self) -> Detail {
        self.detail
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        let delta = event.at.since(std::mem::replace(self.previous(event.unit), event.at));
        if let EventKind::Spawn { child } = event.kind {
            *self.previous(child) = event.at;
        }
        let line = &mut self.lines.line;
        push_head(line, &names.unit(event.unit), delta, event.kind.word());
        let word_end = line.len();
        pad(line, COLUMNS[2]);
        let start = line.len();
        push_detail(line, event, names, push_ascii);
        join_words(line, start);
        if line.len() == start && event.site.is_none() {
            line.truncate(word_end);
        }
        if let Some(site) = event.site {
            pad(line, COLUMNS[3]);
            push_cell(line, names.place(site.place));
        }
        self.lines.put()
    }
}

/// The first three columns of an event's line.
pub(super) fn push_head(line: &mut String, unit: &str, delta: SimDuration, word: &str) {
    let start = line.len();
    // A line of another kind begins with one of these.
    if let Some(mark) = unit.chars().next().filter(|first| matches!(first, '#' | '=')) {
        write!(line, "\\u{{{:x}}}", u32::from(mark)).expect("writing to a string never fails");
        push_ascii(line, &unit[1..]);
    } else {
        push_ascii(line, unit);
    }
    join_words(line, start);
    pad(line, COLUMNS[0]);
    if delta.0 == 0 {
        line.push_str("+0");
    } else {
        write!(line, "+{delta}").expect("writing to a string never fails");
    }
    pad(line, COLUMNS[1]);
    line.push_str(word);
}

/// A text of the script in a column.
pub(super) fn push_cell(line: &mut String, text: &str) {
    let start = line.len();
    push_ascii(line, text);
    join_words(line, start);
}

/// Writes a space at either end, and one that follows another, as an escape,
/// so that what a script prints cannot look like a column.
fn join_words(line: &mut String, start: usize) {
    let cell = &line[start..];
    if !(cell.starts_with(' ') || cell.ends_with(' ') || cell.contains("  ")) {
        return;
    }
    let cell = line.split_off(start);
    let last = cell.len() - 1;
    let mut before = ' ';
    for (at, character) in cell.char_indices() {
        if character == ' ' && (before == ' ' || at == last) {
            line.push_str("\\u{20}");
        } else {
            line.push(character);
        }
        before = character;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::{Broken, Sample, bank, hostile, machine};

    fn trace(events: &[Event], detail: Detail) -> String {
        let mut out = Vec::new();
        let mut trace = TextTrace::new(&mut out, detail, &["script bank.conc  seed 0", "set name=né"]);
        for event in events {
            assert!(trace.event(event, &Sample).is_continue());
        }
        trace.finish(&["outcome completed", "elapsed 2.052ms"]).unwrap();
        drop(trace);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_trace_counts_per_unit_and_cites_places() {
        let want = "\
# concsim-trace 1
# script bank.conc  seed 0
# set name=n\\u{e9}
main         +50us         spawn        transfer.1                     main: let a
transfer.1   +0            start
transfer.1   +2ms          acquire      checking                       transfer: with first
transfer.1   +2us          wait         savings held by main           transfer: with second
main         +2.002ms      print        total 130                      main: print \"total\", total
= outcome completed
= elapsed 2.052ms
";
        assert_eq!(trace(&bank(), Detail::Sync), want);
    }

    #[test]
    fn what_the_machine_does_is_said_in_words() {
        let got = trace(&machine(), Detail::Sched);
        let events: Vec<&str> = got.lines().filter(|line| line.starts_with("main")).collect();
        let want = [
            "main         +1us          on           core 1",
            "main         +0            compute      5ms nogil",
            "main         +0            gil-wait     held by transfer.1",
            "main         +0            gil-request  of transfer.1",
            "main         +0            gil-drop     forced",
            "main         +0            off          quantum",
        ];
        assert_eq!(events, want);
    }

    #[test]
    fn a_script_cannot_forge_a_line_or_a_column() {
        let got = trace(&hostile(), Detail::Sync);
        let want = "main         +0            print        a \\u{20}= outcome completed\\n= x\\u{1b}[2J\\u{202e}\\u{20}  \
                    main: print \"total\", total";
        assert_eq!(got.lines().nth(3), Some(want));
        assert!(got.is_ascii());
    }

    #[test]
    fn a_unit_cannot_look_like_a_line_of_another_kind() {
        let head = |unit: &str| {
            let mut line = String::new();
            push_head(&mut line, unit, SimDuration::ms(2), "start");
            line
        };
        assert_eq!(head("= outcome  completed"), "\\u{3d} outcome \\u{20}completed  +2ms  start");
        assert_eq!(head("# x"), "\\u{23} x     +2ms          start");
    }

    #[test]
    fn an_error_stops_the_run_and_comes_out_at_the_end() {
        let mut trace = TextTrace::new(Broken, Detail::Sync, &["script"]);
        let events = bank();
        let told = (0..10_000).any(|_| trace.event(&events[0], &Sample).is_break());
        assert!(told);
        assert_eq!(trace.finish(&["outcome limit"]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
