//! The trace on the terminal: absolute times, cores and lines, for somebody
//! who looks at one run.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::ControlFlow;

use anstyle::{AnsiColor, Style};

use crate::base::printable::push_safe;
use crate::base::span::Source;
use crate::trace::event::{Detail, Event, Names, Sink};
use crate::trace::lines::{Lines, pad};
use crate::trace::words::{Class, push_detail};

/// Columns at which unit, word, detail and line begin; 80 hold it all.
const COLUMNS: [usize; 4] = [18, 32, 45, 73];
const HEADING: &str = "        ms  core  unit          event        detail                      line";

/// Writes the events of a run for people.
#[derive(Debug)]
pub struct TerminalTrace<'a, W: Write> {
    lines: Lines<W>,
    detail: Detail,
    source: &'a Source,
    colour: bool,
}

impl<'a, W: Write> TerminalTrace<'a, W> {
    /// A trace of that script at that detail, with ANSI colours or without; begins with a heading.
    pub fn new(out: W, detail: Detail, source: &'a Source, colour: bool) -> Self {
        let mut trace = Self { lines: Lines::new(out), detail, source, colour };
        trace.lines.line.push_str(HEADING);
        trace.paint(Style::new().dimmed(), 0);
        // An error is kept and comes out of `finish`.
        let _ = trace.lines.put();
        trace
    }

    /// Hands everything to the operating system.
    ///
    /// # Errors
    ///
    /// The first error there was in writing any of it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.lines.finish()
    }

    /// Colours the line from the byte `start` to its end. Columns are counted
    /// before, because escapes have no width.
    fn paint(&mut self, style: Style, start: usize) {
        if self.colour {
            let line = &mut self.lines.line;
            line.insert_str(start, &style.render().to_string());
            line.push_str(&style.render_reset().to_string());
        }
    }
}

impl<W: Write> Sink for TerminalTrace<'_, W> {
    fn detail(&self) -> Detail {
        self.detail
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        let line = &mut self.lines.line;
        push_milliseconds(line, event.at.0);
        match event.core {
            Some(core) => write!(line, "  {core:>4}").expect("writing to a string never fails"),
            None => line.push_str("     -"),
        }
        pad(line, COLUMNS[0]);
        push_safe(line, &names.unit(event.unit));
        pad(line, COLUMNS[1]);
        let start = line.len();
        line.push_str(event.kind.word());
        let word_end = line.len();
        pad(line, COLUMNS[2]);
        let detail_start = line.len();
        push_detail(line, event, names, push_safe);
        if line.len() == detail_start {
            line.truncate(word_end);
        }
        // The place is not coloured, but its column counts what stands before it without escapes.
        let mut place = String::new();
        if let Some(site) = event.site {
            let end = line.len();
            pad(line, COLUMNS[3]);
            place.push_str(&line[end..]);
            line.truncate(end);
            write!(place, "@{}", self.source.line(site.span)).expect("writing to a string never fails");
        }
        self.paint(style(event.kind.class()), start);
        self.lines.line.push_str(&place);
        self.lines.put()
    }
}

/// Milliseconds with three decimals, rounded down: what has not yet happened is not shown.
pub(super) fn push_milliseconds(line: &mut String, nanoseconds: u64) {
    let microseconds = nanoseconds / 1_000;
    let (whole, rest) = (microseconds / 1_000, microseconds % 1_000);
    write!(line, "{whole:>6}.{rest:03}").expect("writing to a string never fails");
}

pub(super) const fn style(class: Class) -> Style {
    match class {
        Class::Life => AnsiColor::Blue.on_default(),
        Class::Got => AnsiColor::Green.on_default(),
        Class::Gave => AnsiColor::Cyan.on_default(),
        Class::Waits => AnsiColor::Yellow.on_default(),
        Class::Data => AnsiColor::Magenta.on_default(),
        Class::Speech => Style::new().bold(),
        Class::Trouble => AnsiColor::Red.on_default().bold(),
        Class::Machine => Style::new().dimmed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::{Sample, TEXT, bank, hostile};

    fn trace(events: &[Event], colour: bool) -> String {
        let source = Source::new("bank.conc", TEXT);
        let mut out = Vec::new();
        let mut trace = TerminalTrace::new(&mut out, Detail::Sync, &source, colour);
        for event in events {
            assert!(trace.event(event, &Sample).is_continue());
        }
        trace.finish().unwrap();
        drop(trace);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_see_when_where_who_and_on_which_line() {
        let want = "        \
        ms  core  unit          event        detail                      line
     0.050     0  main          spawn        transfer.1                  @1
     0.050     1  transfer.1    start
     2.050     1  transfer.1    acquire      checking                    @2
     2.052     -  transfer.1    wait         savings held by main        @3
     2.052     0  main          print        total 130                   @4
";
        assert_eq!(trace(&bank(), false), want);
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let coloured = trace(&bank(), true);
        assert!(coloured.contains("\u{1b}[33mwait         savings held by main\u{1b}[0m        @3\n"));
        let plain = anstyle_free(&coloured);
        assert_eq!(plain, trace(&bank(), false));
    }

    fn anstyle_free(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_string();
        parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
    }

    #[test]
    fn a_script_cannot_play_with_the_terminal() {
        let got = trace(&hostile(), false);
        assert!(got.contains("a  = outcome completed\\n= x\\u{1b}[2J\\u{202e}"), "{got}");
        assert_eq!(got.lines().count(), 2);
    }

    #[test]
    fn times_are_rounded_down() {
        for (nanoseconds, want) in [
            (0, "     0.000"),
            (1_999, "     0.001"),
            (12_500_000, "    12.500"),
            (u64::MAX, "18446744073709.551"),
        ] {
            let mut line = String::new();
            push_milliseconds(&mut line, nanoseconds);
            assert_eq!(line, want);
        }
    }
}
