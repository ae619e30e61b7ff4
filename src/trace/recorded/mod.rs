//! A `.trace` that was written, read back: what the run was given, what happened when, and what it came to.
//!
//! Absolute times follow from the deltas: a unit counts from its `spawn`, main from the start. A trace that
//! was torn, cut off or changed by hand is refused with the line and the reason; what is read is exactly
//! what was told to the writer, and written again it gives the same bytes.

mod columns;
mod error;
mod inputs;
mod read;
mod results;

use indexmap::IndexSet;

pub use error::{Problem, ReadError};
pub use inputs::Inputs;
pub use read::is_trace;
pub use results::{Line, Results};

use crate::base::printable::push_ascii;
use crate::base::time::{SimDuration, SimTime};
use crate::trace::event::Detail;
use crate::trace::lines::pad;
use crate::trace::text::{COLUMNS, FORMAT, push_cell, push_head};
use crate::trace::words::Word;

/// A trace.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What the run was given.
    pub inputs: Inputs,
    /// The names of its units, in order of their spawn; main is the first.
    pub units: IndexSet<String>,
    /// What happened, in order.
    pub events: Vec<RecordedEvent>,
    /// What it came to.
    pub results: Results,
    /// Details and places, each once.
    texts: IndexSet<String>,
}

/// A detail or a place of a [`Recorded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(u32);

impl TextId {
    /// Its number among the texts of its trace, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// To which unit: its number in [`Recorded::units`].
    pub unit: usize,
    /// The time since that unit's previous event, or its spawn.
    pub delta: SimDuration,
    /// When.
    pub at: SimTime,
    /// What.
    pub word: Word,
    /// What is said of it; the text may be empty.
    pub detail: TextId,
    /// Function and head of the statement, if it has a place.
    pub place: Option<TextId>,
}

impl Recorded {
    /// Reads a trace.
    ///
    /// # Errors
    ///
    /// If it is none, of another format, or not whole; with the line.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        read::read(text)
    }

    /// The name of an event's unit.
    #[must_use]
    pub fn unit(&self, event: &RecordedEvent) -> &str {
        &self.units[event.unit]
    }

    /// What is said of an event behind its word.
    #[must_use]
    pub fn detail(&self, event: &RecordedEvent) -> &str {
        self.text(event.detail)
    }

    /// Where it happened, as people cite it; empty if it has no place.
    #[must_use]
    pub fn place(&self, event: &RecordedEvent) -> &str {
        event.place.map_or("", |place| self.text(place))
    }

    /// A detail or a place.
    ///
    /// # Panics
    ///
    /// If it belongs to another trace.
    #[must_use]
    pub fn text(&self, id: TextId) -> &str {
        &self.texts[id.index()]
    }

    /// All details and places, each once, by their numbers.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// The same run as a coarser trace shows it.
    ///
    /// # Panics
    ///
    /// Never: who is spawned in a trace is one of its units.
    #[must_use]
    pub fn at_detail(mut self, detail: Detail) -> Self {
        if self.inputs.detail <= detail {
            return self;
        }
        self.inputs.detail = detail;
        let mut previous = vec![SimTime::ZERO; self.units.len()];
        self.events.retain(|event| event.word.detail() <= detail);
        for event in &mut self.events {
            event.delta = event.at.since(std::mem::replace(&mut previous[event.unit], event.at));
            if event.word.text() == "spawn" {
                let child = self.units.get_index_of(&self.texts[event.detail.index()]);
                previous[child.expect("who is spawned is known")] = event.at;
            }
        }
        self
    }

    /// The `.trace` that it is.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = format!("# concsim-trace {FORMAT}\n");
        for line in self.inputs.lines() {
            push_marked(&mut text, '#', &line);
        }
        let mut line = String::new();
        for event in &self.events {
            line.clear();
            push_head(&mut line, self.unit(event), event.delta, event.word.text());
            let detail = self.detail(event);
            if !detail.is_empty() || event.place.is_some() {
                pad(&mut line, COLUMNS[2]);
                push_cell(&mut line, detail);
            }
            if let Some(place) = event.place {
                pad(&mut line, COLUMNS[3]);
                push_cell(&mut line, self.text(place));
            }
            text.push_str(&line);
            text.push('\n');
        }
        self.results.lines().iter().for_each(|line| push_marked(&mut text, '=', line.text()));
        text
    }
}

fn push_marked(out: &mut String, mark: char, text: &str) {
    out.push(mark);
    out.push(' ');
    push_ascii(out, text);
    out.push('\n');
}
