//! The trace for programs: one JSON object a line, times in whole nanoseconds.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::Serialize;

use crate::base::id::{ObjectId, UnitId};
use crate::base::span::Source;
use crate::base::time::{SimDuration, SimTime};
use crate::trace::event::{Detail, Event, EventKind, Names, Sink};
use crate::trace::lines::Lines;

/// The name of the format; its number is raised when old readers could not read it.
const SCHEMA: &str = "concsim.trace/1";

/// Writes a `.jsonl`.
#[derive(Debug)]
pub struct JsonTrace<'a, W: Write> {
    lines: Lines<W>,
    detail: Detail,
    source: &'a Source,
}

/// The first and the last line: an event with what the caller knows of the run.
#[derive(Serialize)]
struct Frame<'a, T> {
    at_ns: u64,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    #[serde(flatten)]
    facts: &'a T,
}

impl<'a, W: Write> JsonTrace<'a, W> {
    /// A trace of that script at that detail; `inputs`, a struct or a map, is all that the run depends on.
    pub fn new(out: W, detail: Detail, source: &'a Source, inputs: &impl Serialize) -> Self {
        let mut trace = Self { lines: Lines::new(out), detail, source };
        trace.put_frame(&Frame { at_ns: 0, event: "begin", schema: Some(SCHEMA), facts: inputs });
        trace
    }

    /// Ends the trace: at that time, with that result, a struct or a map.
    ///
    /// # Errors
    ///
    /// The first error there was in writing any of it.
    pub fn finish(&mut self, at: SimTime, result: &impl Serialize) -> io::Result<()> {
        self.put_frame(&Frame { at_ns: at.0, event: "finish", schema: None, facts: result });
        self.lines.finish()
    }

    fn put_frame(&mut self, frame: &Frame<'_, impl Serialize>) {
        let json = serde_json::to_string(frame).expect("the facts of a run are a struct with text keys");
        self.lines.line.push_str(&json);
        // An error is kept and comes out of `finish`.
        let _ = self.lines.put();
    }
}

impl<W: Write> Sink for JsonTrace<'_, W> {
    fn detail(&self) -> Detail {
        self.detail
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        let mut object = Object { line: &mut self.lines.line, names };
        object.line.push_str("{\"at_ns\":");
        object.push_number(event.at.0);
        object.text("event", event.kind.word());
        object.unit("unit", event.unit);
        if let Some(core) = event.core {
            object.number("core", u64::from(core));
        }
        if let Some(site) = event.site {
            let place = self.source.locate(site.span.start);
            object.number("line", u64::from(place.line));
            object.number("column", u64::from(place.column));
            object.text("place", names.place(site.place));
        }
        object.details(&event.kind);
        object.line.push('}');
        self.lines.put()
    }
}

/// A line that is being written. serde would need a type for each kind of event
/// and be slower, because it knows nothing of names that are nearly always plain.
struct Object<'a> {
    line: &'a mut String,
    names: &'a dyn Names,
}

impl Object<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of event")]
    fn details(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Start
            | EventKind::End
            | EventKind::Killed
            | EventKind::Cancelled
            | EventKind::On
            | EventKind::Wake
            | EventKind::Resume
            | EventKind::GilTake
            | EventKind::GilWait { holder: None } => {}
            EventKind::Spawn { child } => self.unit("child", *child),
            EventKind::Fail { exception } | EventKind::Raise { exception } => {
                self.text("exception", exception);
            }
            EventKind::Acquire { object }
            | EventKind::Timeout { object }
            | EventKind::Refused { object }
            | EventKind::Release { object }
            | EventKind::Set { object }
            | EventKind::Clear { object }
            | EventKind::Pass { object }
            | EventKind::Break { object }
            | EventKind::Reset { object }
            | EventKind::ShutDown { object }
            | EventKind::Close { object }
            | EventKind::Notify { object, unit: None }
            | EventKind::Wait { object, holder: None } => self.text("object", &self.names.object(*object)),
            EventKind::Wait { object, holder: Some(holder) } => {
                self.text("object", &self.names.object(*object));
                self.unit("holder", *holder);
            }
            EventKind::Notify { object, unit: Some(unit) } => {
                self.text("object", &self.names.object(*object));
                self.unit("target", *unit);
            }
            EventKind::Arrive { object, index } => {
                self.text("object", &self.names.object(*object));
                self.number("index", u64::from(*index));
            }
            EventKind::Put { object, item }
            | EventKind::Get { object, item }
            | EventKind::Send { object, item }
            | EventKind::Receive { object, item } => self.item(*object, item),
            EventKind::Lose { object, item, exception } => {
                self.item(*object, item);
                exception.iter().for_each(|exception| self.text("exception", exception));
            }
            EventKind::TaskDone { object, left } => {
                self.text("object", &self.names.object(*object));
                self.number("left", *left);
            }
            EventKind::WaitEnd { unit }
            | EventKind::TimeoutEnd { unit }
            | EventKind::Cancel { unit }
            | EventKind::Join { unit } => {
                self.unit("target", *unit);
            }
            EventKind::WaitWhen => self.flag("condition", true),
            EventKind::TimeoutBlock => self.flag("block", true),
            EventKind::Read { cell, value } | EventKind::Write { cell, value } => {
                self.text("cell", &self.names.cell(*cell));
                self.text("value", value);
            }
            EventKind::Print { text } => self.text("text", text),
            EventKind::Enter { region } | EventKind::Leave { region } => {
                self.text("region", self.names.region(*region));
            }
            EventKind::Choose { value } => self.text("value", value),
            EventKind::Off { why } => self.text("why", why.word()),
            EventKind::Compute { length, nogil } => {
                self.length(*length);
                self.flag("nogil", *nogil);
            }
            EventKind::Io { length } | EventKind::Sleep { length } => self.length(*length),
            EventKind::GilWait { holder: Some(holder) } | EventKind::GilRequest { holder } => {
                self.unit("holder", *holder);
            }
            EventKind::GilDrop { forced } => self.flag("forced", *forced),
        }
    }

    /// An item of a queue or a pipe.
    fn item(&mut self, object: ObjectId, item: &str) {
        self.text("object", &self.names.object(object));
        self.text("item", item);
    }

    fn key(&mut self, key: &str) {
        self.line.push_str(",\"");
        self.line.push_str(key);
        self.line.push_str("\":");
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
            self.line.push('"');
            self.line.push_str(text);
            self.line.push('"');
        } else {
            self.line.push_str(&serde_json::to_string(text).expect("text is always valid JSON"));
        }
    }

    fn unit(&mut self, key: &str, unit: UnitId) {
        self.text(key, &self.names.unit(unit));
    }

    fn number(&mut self, key: &str, number: u64) {
        self.key(key);
        self.push_number(number);
    }

    fn length(&mut self, length: SimDuration) {
        self.number("length_ns", length.0);
    }

    fn flag(&mut self, key: &str, flag: bool) {
        self.key(key);
        self.line.push_str(if flag { "true" } else { "false" });
    }

    fn push_number(&mut self, number: u64) {
        write!(self.line, "{number}").expect("writing to a string never fails");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::trace::sample::{Sample, TEXT, bank, hostile, machine};

    fn trace(events: &[Event]) -> Vec<String> {
        let source = Source::new("bank.conc", TEXT);
        let mut out = Vec::new();
        let mut trace = JsonTrace::new(&mut out, Detail::Sched, &source, &BTreeMap::from([("seed", 7)]));
        for event in events {
            assert!(trace.event(event, &Sample).is_continue());
        }
        trace.finish(SimTime(2_052_000), &BTreeMap::from([("outcome", "completed")])).unwrap();
        drop(trace);
        String::from_utf8(out).unwrap().lines().map(str::to_string).collect()
    }

    #[test]
    fn a_trace_is_one_object_a_line() {
        let want = [
            r#"{"at_ns":0,"event":"begin","schema":"concsim.trace/1","seed":7}"#,
            r#"{"at_ns":50000,"event":"spawn","unit":"main","core":0,"line":1,"column":1,"place":"main: let a","child":"transfer.1"}"#,
            r#"{"at_ns":50000,"event":"start","unit":"transfer.1","core":1}"#,
            r#"{"at_ns":2050000,"event":"acquire","unit":"transfer.1","core":1,"line":2,"column":6,"place":"transfer: with first","object":"checking"}"#,
            r#"{"at_ns":2052000,"event":"wait","unit":"transfer.1","line":3,"column":1,"place":"transfer: with second","object":"savings","holder":"main"}"#,
            r#"{"at_ns":2052000,"event":"print","unit":"main","core":0,"line":4,"column":1,"place":"main: print \"total\", total","text":"total 130"}"#,
            r#"{"at_ns":2052000,"event":"finish","outcome":"completed"}"#,
        ];
        assert_eq!(trace(&bank()), want);
    }

    #[test]
    fn every_line_is_json_that_gives_back_what_was_said() {
        let text = "a  = outcome completed\n= x\u{1b}[2J\u{202e} ";
        let line: serde_json::Value = serde_json::from_str(&trace(&hostile())[1]).unwrap();
        assert_eq!(line["text"], text);
        for line in trace(&machine()) {
            let object: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert!(object["at_ns"].is_u64() && object["event"].is_string(), "{line}");
        }
    }
}
