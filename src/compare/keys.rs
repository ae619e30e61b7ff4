//! The events of two traces as numbers, the same number for the same thing on both sides.

use std::borrow::Cow;

use indexmap::IndexSet;

use crate::base::time::UNITS;
use crate::trace::event::Detail;
use crate::trace::recorded::{Recorded, RecordedEvent};
use crate::trace::words::Word;

/// What an event has to do with, and through which units can get in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing<'a> {
    /// A lock, a shared variable, a region, …
    Named(&'a str),
    /// The life of a unit.
    Unit(&'a str),
    /// What the script prints.
    Output,
    /// The GIL.
    Gil,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Its unit, by [`Keys::units`].
    pub(super) unit: usize,
    /// Word and detail: all that it says, but for lengths of time and cores.
    pub(super) essence: u32,
    /// Word, what it is about, and place: all but values.
    pub(super) coarse: u32,
    /// Word and what it is about.
    pub(super) loose: u32,
    /// By [`Keys::things`].
    pub(super) thing: Option<usize>,
}

/// Both traces.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    /// Before, after.
    pub(super) sides: [Side<'a>; 2],
    /// The names of all units, those of before first.
    pub(super) units: IndexSet<&'a str>,
    /// All things, in order of appearance.
    pub(super) things: IndexSet<Thing<'a>>,
}

/// One trace.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) recorded: &'a Recorded,
    /// Of each event.
    pub(super) keys: Vec<Key>,
    /// The events of each unit in order, by [`Keys::units`].
    pub(super) by_unit: Vec<Vec<usize>>,
}

impl<'a> Side<'a> {
    pub(super) fn event(&self, at: usize) -> &'a RecordedEvent {
        &self.recorded.events[at]
    }

    pub(super) fn detail(&self, at: usize) -> &'a str {
        self.recorded.detail(self.event(at))
    }

    pub(super) fn place(&self, at: usize) -> &'a str {
        self.recorded.place(self.event(at))
    }

    pub(super) fn unit(&self, at: usize) -> &'a str {
        self.recorded.unit(self.event(at))
    }

    pub(super) fn word(&self, at: usize) -> Word {
        self.event(at).word
    }
}

impl<'a> Keys<'a> {
    pub(super) fn new(before: &'a Recorded, after: &'a Recorded) -> Self {
        let mut maker = Maker::default();
        let sides = [maker.keys(before), maker.keys(after)];
        let Maker { units, things, .. } = maker;
        let side = |recorded, keys: Vec<Key>| {
            let mut by_unit = vec![Vec::new(); units.len()];
            keys.iter().enumerate().for_each(|(at, key)| by_unit[key.unit].push(at));
            Side { recorded, keys, by_unit }
        };
        let [one, other] = sides;
        Self { sides: [side(before, one), side(after, other)], units, things }
    }
}

/// What was seen so far has a number.
#[derive(Default)]
struct Maker<'a> {
    units: IndexSet<&'a str>,
    things: IndexSet<Thing<'a>>,
    essences: IndexSet<(Word, Cow<'a, str>)>,
    looses: IndexSet<(Word, &'a str)>,
    coarses: IndexSet<(u32, &'a str)>,
}

/// What follows from the word and the detail of an event, worked out once for each pair.
#[derive(Clone, Copy)]
struct Said {
    essence: u32,
    loose: u32,
    thing: Option<usize>,
}

impl<'a> Maker<'a> {
    fn keys(&mut self, recorded: &'a Recorded) -> Vec<Key> {
        let units: Vec<usize> = recorded.units.iter().map(|name| self.units.insert_full(name).0).collect();
        let mut said = indexmap::IndexMap::new();
        let mut keys = Vec::with_capacity(recorded.events.len());
        for event in &recorded.events {
            let known = said.entry((event.word, event.detail));
            let Said { essence, loose, thing } =
                *known.or_insert_with(|| self.said(event.word, recorded.detail(event)));
            // The life of a unit is its own affair and that of who spawns or joins it.
            let thing = match event.word.text() {
                "start" | "end" | "killed" | "cancelled" | "fail" => {
                    Some(self.things.insert_full(Thing::Unit(recorded.unit(event))).0)
                }
                _ => thing,
            };
            let coarse = number(self.coarses.insert_full((loose, recorded.place(event))).0);
            keys.push(Key { unit: units[event.unit], essence, coarse, loose, thing });
        }
        keys
    }

    fn said(&mut self, word: Word, detail: &'a str) -> Said {
        let essence = match word.text() {
            "compute" | "io" | "sleep" | "on" => Cow::Borrowed(""),
            _ => timeless(detail),
        };
        let thing = thing(word, detail).map(|thing| self.things.insert_full(thing).0);
        Said {
            essence: number(self.essences.insert_full((word, essence)).0),
            loose: number(self.looses.insert_full((word, subject(word, detail))).0),
            thing,
        }
    }
}

/// A text without the lengths of time in it: a script that prints `now()` says the same if it is only late.
fn timeless(text: &str) -> Cow<'_, str> {
    let is_length = |part: &str| {
        let number = part.trim_end_matches(|last: char| last.is_ascii_alphabetic());
        let unit = &part[number.len()..];
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        digits && UNITS.iter().any(|(name, _)| *name == unit)
    };
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_');
    let mut parts = text.split_inclusive(|character| !is_part(character));
    if !parts.clone().any(|part| is_length(part.trim_end_matches(|character| !is_part(character)))) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(parts.by_ref().fold(String::new(), |mut timeless, part| {
        let bare = part.trim_end_matches(|character| !is_part(character));
        timeless.push_str(if is_length(bare) { &part[bare.len()..] } else { part });
        timeless
    }))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("a trace that fits the memory has fewer events")
}

/// The first part of a detail: the name of what the event is about.
fn name(detail: &str) -> &str {
    detail.split(' ').next().unwrap_or_default()
}

/// What of its detail says what an event is about; the rest is a value, a holder, a length.
pub(super) fn subject(word: Word, detail: &str) -> &str {
    match word.text() {
        "wait" | "timeout" if detail.starts_with("end of ") => detail,
        "spawn" | "join" | "cancel" | "enter" | "leave" | "off" => detail,
        "print" | "choose" | "raise" | "fail" => "",
        _ if word.detail() == Detail::Sched => "",
        _ => name(detail),
    }
}

fn thing(word: Word, detail: &str) -> Option<Thing<'_>> {
    match word.text() {
        "wait" | "timeout" => match detail.strip_prefix("end of ") {
            Some(unit) => Some(Thing::Unit(unit)),
            None => (!matches!(detail, "condition" | "block")).then(|| Thing::Named(name(detail))),
        },
        "spawn" | "join" | "cancel" => Some(Thing::Unit(detail)),
        "print" => Some(Thing::Output),
        "gil-take" | "gil-drop" => Some(Thing::Gil),
        "choose" | "raise" | "start" | "end" | "killed" | "cancelled" | "fail" => None,
        _ if word.detail() == Detail::Sched => None,
        _ => Some(Thing::Named(name(detail))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_no_part_of_what_is_said() {
        let check = |text: &str, want: &str| assert_eq!(timeless(text), want);
        check("sold 8 after 19.33186ms", "sold 8 after ");
        check("[1.5ms, 2s]", "[, ]");
        check("total 130", "total 130");
        check("x1s 5 é 1.5ms!", "x1s 5 é !");
        check("ms", "ms");
        check("", "");
    }

    #[test]
    fn what_an_event_is_about_is_told_from_its_value() {
        let check = |word: &str, detail: &str, want: &str| {
            assert_eq!(subject(Word::named(word).unwrap(), detail), want);
        };
        check("read", "total 100", "total");
        check("wait", "savings held by a.1", "savings");
        check("wait", "end of a.1", "end of a.1");
        check("print", "total 130", "");
        check("spawn", "a.1", "a.1");
        check("compute", "5ms", "");
        check("off", "blocked", "blocked");
    }
}
