//! How an event is called and what is said of it, the same in every form.

use std::fmt::Write;

use crate::trace::event::{Detail, Event, EventKind, Leave, Names};

/// How text chosen by the script is appended to a line.
pub(super) type Push = fn(&mut String, &str);

/// What an event is about: the terminal gives each class a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Units come and go.
    Life,
    /// A unit got what it asked for.
    Got,
    /// A unit gave something back.
    Gave,
    /// A unit has to wait, or waited in vain.
    Waits,
    /// Shared data.
    Data,
    /// The script speaks.
    Speech,
    /// Something went wrong.
    Trouble,
    /// What the machine does.
    Machine,
}

/// A word of an event, as it stands in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(&'static str);

/// Every word, in the order of the alphabet.
const WORDS: [&str; 46] = [
    "acquire",
    "arrive",
    "break",
    "cancel",
    "cancelled",
    "choose",
    "clear",
    "close",
    "compute",
    "end",
    "enter",
    "fail",
    "get",
    "gil-drop",
    "gil-request",
    "gil-take",
    "gil-wait",
    "io",
    "join",
    "killed",
    "leave",
    "lose",
    "notify",
    "off",
    "on",
    "pass",
    "print",
    "put",
    "raise",
    "read",
    "receive",
    "refused",
    "release",
    "reset",
    "resume",
    "send",
    "set",
    "shut-down",
    "sleep",
    "spawn",
    "start",
    "task-done",
    "timeout",
    "wait",
    "wake",
    "write",
];

impl Word {
    /// The word that is written so.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        WORDS.binary_search(&text).ok().map(|at| Self(WORDS[at]))
    }

    /// All of them, in the order of the alphabet.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|word| Self(word))
    }

    /// How it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.0
    }

    /// What its events are about, the same for all of them.
    #[must_use]
    pub fn class(self) -> Class {
        match self.0 {
            "spawn" | "start" | "end" | "join" | "cancel" | "cancelled" => Class::Life,
            "acquire" | "enter" | "pass" | "get" | "receive" => Class::Got,
            "release" | "leave" | "set" | "clear" | "notify" | "arrive" | "reset" | "put" | "task-done"
            | "shut-down" | "send" | "close" => Class::Gave,
            "wait" | "timeout" | "refused" => Class::Waits,
            "read" | "write" | "choose" => Class::Data,
            "print" => Class::Speech,
            "killed" | "fail" | "raise" | "break" | "lose" => Class::Trouble,
            _ => Class::Machine,
        }
    }

    /// The least detail at which its events are shown.
    #[must_use]
    pub fn detail(self) -> Detail {
        if self.class() == Class::Machine { Detail::Sched } else { Detail::Sync }
    }
}

impl EventKind {
    /// The word that names it, as one that can be read back.
    #[must_use]
    pub const fn named(&self) -> Word {
        Word(self.word())
    }

    /// The word that names it.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Spawn { .. } => "spawn",
            Self::Start => "start",
            Self::End => "end",
            Self::Killed => "killed",
            Self::Cancelled => "cancelled",
            Self::Cancel { .. } => "cancel",
            Self::Fail { .. } => "fail",
            Self::Acquire { .. } => "acquire",
            Self::Wait { .. } | Self::WaitEnd { .. } | Self::WaitWhen => "wait",
            Self::Timeout { .. } | Self::TimeoutEnd { .. } | Self::TimeoutBlock => "timeout",
            Self::Refused { .. } => "refused",
            Self::Release { .. } => "release",
            Self::Set { .. } => "set",
            Self::Clear { .. } => "clear",
            Self::Pass { .. } => "pass",
            Self::Notify { .. } => "notify",
            Self::Arrive { .. } => "arrive",
            Self::Break { .. } => "break",
            Self::Reset { .. } => "reset",
            Self::Put { .. } => "put",
            Self::Lose { .. } => "lose",
            Self::Get { .. } => "get",
            Self::TaskDone { .. } => "task-done",
            Self::ShutDown { .. } => "shut-down",
            Self::Send { .. } => "send",
            Self::Receive { .. } => "receive",
            Self::Close { .. } => "close",
            Self::Join { .. } => "join",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Print { .. } => "print",
            Self::Enter { .. } => "enter",
            Self::Leave { .. } => "leave",
            Self::Choose { .. } => "choose",
            Self::Raise { .. } => "raise",
            Self::On => "on",
            Self::Off { .. } => "off",
            Self::Compute { .. } => "compute",
            Self::Io { .. } => "io",
            Self::Sleep { .. } => "sleep",
            Self::Wake => "wake",
            Self::Resume => "resume",
            Self::GilWait { .. } => "gil-wait",
            Self::GilTake => "gil-take",
            Self::GilDrop { .. } => "gil-drop",
            Self::GilRequest { .. } => "gil-request",
        }
    }

    /// What it is about.
    pub(super) fn class(&self) -> Class {
        self.named().class()
    }
}

impl Leave {
    /// The word that names it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Gil => "gil",
            Self::Quantum => "quantum",
            Self::Preempted => "preempted",
            Self::Turn => "turn",
            Self::Ended => "ended",
        }
    }
}

/// Appends what is said of an event behind its word; it may be nothing.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of event")]
pub(super) fn push_detail(line: &mut String, event: &Event, names: &dyn Names, push: Push) {
    match &event.kind {
        EventKind::Start
        | EventKind::End
        | EventKind::Killed
        | EventKind::Cancelled
        | EventKind::Wake
        | EventKind::Resume
        | EventKind::GilTake
        | EventKind::GilDrop { forced: false } => {}
        EventKind::GilDrop { forced: true } => line.push_str("forced"),
        EventKind::WaitWhen => line.push_str("condition"),
        EventKind::TimeoutBlock => line.push_str("block"),
        EventKind::Spawn { child: unit } | EventKind::Join { unit } | EventKind::Cancel { unit } => {
            push(line, &names.unit(*unit));
        }
        EventKind::Fail { exception: text }
        | EventKind::Raise { exception: text }
        | EventKind::Print { text }
        | EventKind::Choose { value: text } => push(line, text),
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
        | EventKind::Close { object } => push(line, &names.object(*object)),
        EventKind::Notify { object, unit } => {
            push(line, &names.object(*object));
            match unit {
                Some(unit) => push_of(line, " ", &names.unit(*unit), push),
                None => line.push_str(" nobody"),
            }
        }
        EventKind::Arrive { object, index } => {
            push(line, &names.object(*object));
            write!(line, " {index}").expect("writing to a string never fails");
        }
        EventKind::TaskDone { object, left } => {
            push(line, &names.object(*object));
            write!(line, " {left} left").expect("writing to a string never fails");
        }
        EventKind::Put { object, item }
        | EventKind::Get { object, item }
        | EventKind::Send { object, item }
        | EventKind::Receive { object, item } => {
            push(line, &names.object(*object));
            push_value(line, item, push);
        }
        EventKind::Lose { object, item, exception } => {
            push(line, &names.object(*object));
            push_value(line, item, push);
            exception.iter().for_each(|exception| push_of(line, ": ", exception, push));
        }
        EventKind::Wait { object, holder } => {
            push(line, &names.object(*object));
            if let Some(holder) = holder {
                push_of(line, " held by ", &names.unit(*holder), push);
            }
        }
        EventKind::WaitEnd { unit } | EventKind::TimeoutEnd { unit } => {
            push_of(line, "end of ", &names.unit(*unit), push);
        }
        EventKind::Read { cell, value } | EventKind::Write { cell, value } => {
            push(line, &names.cell(*cell));
            push_value(line, value, push);
        }
        EventKind::Enter { region } | EventKind::Leave { region } => push(line, names.region(*region)),
        EventKind::On
        | EventKind::Off { .. }
        | EventKind::Compute { .. }
        | EventKind::Io { .. }
        | EventKind::Sleep { .. }
        | EventKind::GilWait { .. }
        | EventKind::GilRequest { .. } => push_machine(line, event, names, push),
    }
}

/// The part of [`push_detail`] that a trace at sync detail never needs.
#[expect(clippy::wildcard_enum_match_arm, reason = "push_detail names every kind")]
fn push_machine(line: &mut String, event: &Event, names: &dyn Names, push: Push) {
    let written = match &event.kind {
        EventKind::On => match event.core {
            Some(core) => write!(line, "core {core}"),
            None => Ok(()),
        },
        EventKind::Off { why } => line.write_str(why.word()),
        EventKind::Compute { length, nogil } => {
            write!(line, "{length}{}", if *nogil { " nogil" } else { "" })
        }
        EventKind::Io { length } | EventKind::Sleep { length } => write!(line, "{length}"),
        EventKind::GilWait { holder } => {
            if let Some(holder) = holder {
                push_of(line, "held by ", &names.unit(*holder), push);
            }
            Ok(())
        }
        EventKind::GilRequest { holder } => {
            push_of(line, "of ", &names.unit(*holder), push);
            Ok(())
        }
        other => unreachable!("{} is not an event of the machine", other.word()),
    };
    written.expect("writing to a string never fails");
}

fn push_of(line: &mut String, words: &str, name: &str, push: Push) {
    line.push_str(words);
    push(line, name);
}

/// A value behind a name, if it says anything.
fn push_value(line: &mut String, value: &str, push: Push) {
    if !value.is_empty() {
        push_of(line, " ", value, push);
    }
}
