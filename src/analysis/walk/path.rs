//! What is known at one place on the way through a function, and how ways come together.

use std::collections::BTreeMap;

use crate::base::span::Span;

use super::fact::{Held, Ref, Units, Way};

/// No more ways than that are followed side by side; further ones are made one.
const PATHS_MAX: usize = 8;

/// No more different exits than that are followed.
const EXITS_MAX: usize = 32;

/// No more locals than that are remembered in one function.
const LOCALS_MAX: usize = 64;

/// No more locks than that are held at once.
pub(super) const HELD_MAX: usize = 24;

/// What is known of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// Nothing.
    #[default]
    Unknown,
    Int(i64),
    /// An expression that is known by its text only, by that text's number.
    Text(usize),
    Object(Ref),
    /// A whole array of objects.
    Array(usize),
    /// A handle of one of these units, or a list of such handles.
    Handles(Units),
    /// What an `acquire` gave that need not have succeeded; the call's place.
    Acquired(Span),
}

/// What outlasts a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    /// The locks held, in the order in which they were taken.
    pub(super) held: Vec<Held>,
    /// Units started and not yet waited for.
    pub(super) live: Units,
    /// Among those, units that had a chance to run since.
    pub(super) stirred: Units,
}

/// One way through a function.
#[derive(Clone, Debug, Default)]
pub(super) struct Path<'a> {
    pub(super) state: State,
    locals: BTreeMap<&'a str, Value>,
    /// Where a `break` or `continue` or a caught exception last skipped something.
    pub(super) skipped: Option<Span>,
    /// Whether it is taken only if something raises that need not raise.
    pub(super) is_assumed: bool,
}

impl<'a> Path<'a> {
    pub(super) fn of(state: State) -> Self {
        Self { state, ..Self::default() }
    }

    pub(super) fn local(&self, name: &str) -> Value {
        self.locals.get(name).copied().unwrap_or_default()
    }

    pub(super) fn assign(&mut self, name: &'a str, value: Value) {
        if value == Value::Unknown {
            self.locals.remove(name);
        } else if self.locals.len() < LOCALS_MAX || self.locals.contains_key(name) {
            self.locals.insert(name, value);
        }
    }

    /// The same, which skips something at that place.
    pub(super) fn skipping(mut self, span: Span) -> Self {
        self.skipped = Some(span);
        self
    }

    /// The same, taken only if something raises that need not.
    pub(super) fn assumed(mut self) -> Self {
        self.is_assumed = true;
        self
    }

    /// How much it is to copy.
    pub(super) fn weight(&self) -> usize {
        1 + (self.locals.len() + self.state.held.len()) / 8
    }

    /// Makes one of two ways that hold the same.
    fn join(&mut self, other: &Self) {
        self.state.join(&other.state);
        self.locals.retain(|name, value| {
            *value = both(*value, other.local(name));
            *value != Value::Unknown
        });
        self.skipped = self.skipped.or(other.skipped);
        self.is_assumed &= other.is_assumed;
    }
}

/// What is known of a value that is either.
pub(super) fn both(left: Value, right: Value) -> Value {
    match (left, right) {
        _ if left == right => left,
        (Value::Handles(left), Value::Handles(right)) => Value::Handles(left | right),
        _ => Value::Unknown,
    }
}

impl State {
    /// Takes what either may hold, and has running what certainly runs.
    pub(super) fn join(&mut self, other: &Self) {
        self.live &= other.live;
        self.stirred |= other.stirred;
        if self.held == other.held {
            return;
        }
        for held in &mut self.held {
            let there = other.held.iter().find(|there| is_same(there, held));
            held.doubt = there.map_or(Held::MAYBE, |there| there.doubt.max(held.doubt));
        }
        for there in &other.held {
            if !self.held.iter().any(|held| is_same(held, there)) && self.held.len() < HELD_MAX {
                self.held.push(Held { doubt: Held::MAYBE, ..*there });
            }
        }
    }
}

pub(super) fn is_same(left: &Held, right: &Held) -> bool {
    left.lock == right.lock && left.span == right.span
}

/// How a block can be left otherwise than at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaving<'a> {
    Break,
    Continue,
    Return(Value),
    /// The exception's name, if it is known.
    Raise(Option<&'a str>),
}

impl Leaving<'_> {
    /// How that leaves a function.
    pub(super) fn way(self) -> Way {
        match self {
            Self::Break | Self::Continue => Way::Jump,
            Self::Return(_) => Way::Return,
            Self::Raise(_) => Way::Raise,
        }
    }
}

/// A way that has left its block.
#[derive(Clone, Debug)]
pub(super) struct Exit<'a> {
    pub(super) leaving: Leaving<'a>,
    pub(super) span: Span,
    pub(super) path: Path<'a>,
}

/// All ways out of a block.
#[derive(Debug, Default)]
pub(super) struct Flow<'a> {
    /// Those that reach its end.
    pub(super) paths: Vec<Path<'a>>,
    pub(super) exits: Vec<Exit<'a>>,
}

impl<'a> Flow<'a> {
    pub(super) fn to(path: Path<'a>) -> Self {
        Self { paths: vec![path], exits: Vec::new() }
    }

    /// Adds the ways of another flow.
    pub(super) fn add(&mut self, other: Self) {
        self.paths.extend(other.paths);
        self.leave(other.exits);
    }

    /// Adds exits; very many are merged.
    pub(super) fn leave(&mut self, exits: Vec<Exit<'a>>) {
        self.exits.extend(exits);
        if self.exits.len() > 4 * EXITS_MAX {
            self.exits = merge_exits(std::mem::take(&mut self.exits));
        }
    }
}

/// Notes for each lock which of the ways that parted here let go of it, while others did not.
pub(super) fn part(paths: &mut [Path<'_>]) {
    let Some((first, rest)) = paths.split_first() else { return };
    if rest.iter().all(|path| path.state.held == first.state.held) {
        return;
    }
    let all: Vec<Vec<Held>> = paths.iter().map(|path| path.state.held.clone()).collect();
    for path in paths {
        for held in &mut path.state.held {
            if !all.iter().all(|other| other.iter().any(|there| is_same(there, held))) {
                held.doubt = held.doubt.saturating_add(1);
            }
        }
    }
}

/// Makes one of the ways that hold the same, and of all if there are too many.
pub(super) fn merge<'a>(paths: Vec<Path<'a>>) -> Vec<Path<'a>> {
    if paths.len() < 2 {
        return paths;
    }
    let mut merged: Vec<Path<'a>> = Vec::new();
    for path in paths {
        match merged.iter().position(|other| other.state.held == path.state.held) {
            Some(index) => merged[index].join(&path),
            None if merged.len() < PATHS_MAX => merged.push(path),
            None => merged[0].join(&path),
        }
    }
    merged
}

/// Keeps one exit of those that leave alike and hold the same, and no more than [`EXITS_MAX`].
pub(super) fn merge_exits<'a>(exits: Vec<Exit<'a>>) -> Vec<Exit<'a>> {
    let mut merged: Vec<Exit<'a>> = Vec::new();
    for exit in exits {
        let alike =
            |other: &Exit<'a>| other.leaving == exit.leaving && other.path.state.held == exit.path.state.held;
        match merged.iter().position(alike) {
            Some(index) => merged[index].path.join(&exit.path),
            None if merged.len() < EXITS_MAX => merged.push(exit),
            None => {}
        }
    }
    merged
}
