//! From the text of a trace to what it says, line by line.

use std::borrow::Cow;

use indexmap::IndexSet;

use crate::base::printable::from_ascii;
use crate::base::suggest::nearest;
use crate::base::time::SimTime;
use crate::trace::recorded::columns::{Columns, columns};
use crate::trace::recorded::error::{Problem, ReadError};
use crate::trace::recorded::inputs::Inputs;
use crate::trace::recorded::results::Results;
use crate::trace::recorded::{Recorded, RecordedEvent, TextId};
use crate::trace::text::FORMAT;
use crate::trace::words::Word;

/// How the first line of every format begins.
const MAGIC: &str = "# concsim-trace ";

/// Characters of what is wrong that are shown.
const SHOWN_MAX: usize = 60;

/// Whether a text says of itself that it is a trace.
#[must_use]
pub fn is_trace(text: &str) -> bool {
    text.starts_with(MAGIC) || is_jsonl(text)
}

fn is_jsonl(text: &str) -> bool {
    text.starts_with("{\"at_ns\":")
}

/// Reads a trace.
///
/// # Errors
///
/// What is wrong with the first line that is wrong.
pub(super) fn read(text: &str) -> Result<Recorded, ReadError> {
    // A checkout may have changed the ends of lines; no text of a trace has a carriage return.
    let mut lines =
        (1..).zip(text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)));
    let (_, first) = lines.next().unwrap_or((1, ""));
    check_format(text, first).map_err(|problem| problem.at(1))?;
    let second = lines.next().ok_or_else(|| Problem::CutOff("its inputs").at(1))?;
    let mut reader =
        Reader::new(marked(second.1, '#').and_then(|line| Inputs::read(&line).map_err(Problem::Inputs)))
            .map_err(|problem| problem.at(second.0))?;
    let mut last = second.0;
    for (number, line) in lines {
        reader.line(line).map_err(|problem| problem.at(number))?;
        last = number;
    }
    if let Some(lacks) = reader.results.lacks() {
        return Err(Problem::CutOff(lacks).at(last));
    }
    if !text.ends_with('\n') {
        return Err(Problem::CutOff("the end of the line").at(last));
    }
    Ok(reader.recorded())
}

fn check_format(text: &str, first: &str) -> Result<(), Problem> {
    match first.strip_prefix(MAGIC) {
        Some(number) if number == FORMAT.to_string() => Ok(()),
        Some(number) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(Problem::Format(shown(number)))
        }
        None if is_jsonl(text) => Err(Problem::Jsonl),
        Some(_) | None => Err(Problem::Alien),
    }
}

/// What stands behind the mark of a line.
fn marked(line: &str, mark: char) -> Result<Cow<'_, str>, Problem> {
    let text = line.strip_prefix(mark).and_then(|text| text.strip_prefix(' '));
    let text = text.ok_or(Problem::Inputs("the second line begins with `# script `"))?;
    plain(text)
}

/// A text of a script, as it was.
fn plain(text: &str) -> Result<Cow<'_, str>, Problem> {
    from_ascii(text).ok_or_else(|| match text.chars().find(|character| !matches!(character, ' '..='~')) {
        Some(other) => Problem::NotAscii(u32::from(other)),
        None => Problem::Escape(shown(&text[text.find('\\').unwrap_or(0)..])),
    })
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_MAX).collect()
}

/// A unit as the trace has shown it so far.
#[derive(Clone, Copy)]
struct Seen {
    /// Its previous event, or its spawn.
    previous: SimTime,
    /// It has ended.
    ended: bool,
}

/// What was read so far.
struct Reader {
    inputs: Inputs,
    units: IndexSet<String>,
    /// By unit.
    seen: Vec<Seen>,
    texts: IndexSet<String>,
    events: Vec<RecordedEvent>,
    results: Results,
    now: SimTime,
}

impl Reader {
    fn new(inputs: Result<Inputs, Problem>) -> Result<Self, Problem> {
        Ok(Self {
            inputs: inputs?,
            units: IndexSet::from(["main".to_owned()]),
            seen: vec![Seen { previous: SimTime::ZERO, ended: false }],
            texts: IndexSet::new(),
            events: Vec::new(),
            results: Results::default(),
            now: SimTime::ZERO,
        })
    }

    fn recorded(self) -> Recorded {
        let Self { inputs, units, texts, events, results, .. } = self;
        Recorded { inputs, units, events, results, texts }
    }

    fn line(&mut self, line: &str) -> Result<(), Problem> {
        if line.starts_with("= ") {
            let result = marked(line, '=')?;
            return if self.results.add(&result) { Ok(()) } else { Err(Problem::Result(shown(&result))) };
        }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return Err(Problem::Conflict);
        }
        if !self.results.lines().is_empty() {
            return Err(Problem::Behind);
        }
        if line.starts_with("# ") {
            if !self.events.is_empty() {
                return Err(Problem::LateInput);
            }
            return self.inputs.add(&marked(line, '#')?).map_err(Problem::Inputs);
        }
        plain_bytes(line)?;
        self.event(&columns(line)?)
    }

    fn event(&mut self, columns: &Columns<'_>) -> Result<(), Problem> {
        let word = Word::named(columns.word).ok_or_else(|| unknown(columns.word))?;
        let name = plain(columns.unit)?;
        let unit = self.units.get_index_of(&*name).ok_or_else(|| Problem::NotSpawned(shown(&name)))?;
        let at = self.seen[unit].previous.0.checked_add(columns.delta.0).map(SimTime);
        let at = at.filter(|at| *at <= SimTime::LAST).ok_or(Problem::Overflow)?;
        if at < self.now {
            return Err(Problem::Falls);
        }
        self.now = at;
        self.seen[unit].previous = at;
        let detail = plain(columns.detail)?;
        match word.text() {
            "spawn" => self.spawn(&detail)?,
            "end" | "killed" | "cancelled" | "fail" => self.seen[unit].ended = true,
            _ => {}
        }
        let detail = self.text(&detail);
        let place = columns.place.map(plain).transpose()?.map(|place| self.text(&place));
        self.events.push(RecordedEvent { unit, delta: columns.delta, at, word, detail, place });
        Ok(())
    }

    fn spawn(&mut self, name: &str) -> Result<(), Problem> {
        let seen = Seen { previous: self.now, ended: false };
        match self.units.get_index_of(name) {
            None => {
                self.units.insert(name.to_owned());
                self.seen.push(seen);
            }
            // A name may be given again once its unit is gone.
            Some(unit) if self.seen[unit].ended => self.seen[unit] = seen,
            Some(_) => return Err(Problem::Ambiguous(shown(name))),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> TextId {
        let at = self.texts.get_index_of(text).unwrap_or_else(|| self.texts.insert_full(text.to_owned()).0);
        TextId(u32::try_from(at).expect("a trace that fits the memory has fewer texts"))
    }
}

/// Columns are counted in bytes, which are characters in ASCII only.
fn plain_bytes(line: &str) -> Result<(), Problem> {
    match line.chars().find(|character| !matches!(character, ' '..='~')) {
        Some(other) => Err(Problem::NotAscii(u32::from(other))),
        None => Ok(()),
    }
}

fn unknown(word: &str) -> Problem {
    let word = shown(word);
    let near = nearest(&word, Word::all().map(Word::text));
    Problem::Word { near, word }
}
