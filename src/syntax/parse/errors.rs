//! The mistakes found so far: few, each once, in the end in the order of the text.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Certainty, Diagnostic, Fix, Label};
use crate::base::span::{Source, Span};
use crate::syntax::parse::ERRORS_MAX;

/// How many further places of one mistake are shown beside the first one.
const PLACES_MAX: usize = 3;

/// The mistakes of one text.
pub(super) struct Errors<'a> {
    source: &'a Source,
    list: Vec<Diagnostic>,
    stage: Stage,
    /// How many more each stage may find: each looks at the text from its start, so the first
    /// mistakes in the text are among the first ones of their stages.
    room: [usize; 4],
    /// The lines on which something is wrong.
    lines: BTreeSet<u32>,
    /// The lines where a mistake in the structure follows from another mistake.
    taken: BTreeSet<u32>,
}

/// What looks for mistakes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// What is around the text.
    Paste,
    /// Words and characters.
    Words,
    /// Blocks and brackets.
    Layout,
    /// Items and statements.
    Structure,
}

/// A mistake that a text makes again and again, and that is told once.
#[derive(Default)]
pub(super) struct Repeated {
    /// Where its first telling stands; none if it is not told yet.
    first: Option<usize>,
    times: usize,
}

impl<'a> Errors<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let none = BTreeSet::new;
        let room = [ERRORS_MAX; 4];
        Self { source, list: Vec::new(), stage: Stage::Paste, room, lines: none(), taken: none() }
    }

    /// From here on it is this stage that looks.
    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
    }

    /// What else is wrong on that line most likely follows from what was found there.
    pub(super) fn take(&mut self, span: Span) {
        self.taken.insert(self.source.line(span));
    }

    /// Whether no more mistakes of this stage are told.
    pub(super) fn is_full(&self) -> bool {
        self.room[self.stage as usize] == 0
    }

    /// How many have been found so far.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    pub(super) fn last(&self) -> Option<&Diagnostic> {
        self.list.last()
    }

    pub(super) fn push(&mut self, error: Diagnostic) {
        self.lines.insert(self.source.line(error.primary.span));
        if let Some(room) = self.room[self.stage as usize].checked_sub(1) {
            self.room[self.stage as usize] = room;
            self.list.push(error);
        }
    }

    /// Pushes a bracket that does not match unless its line is taken, and takes it.
    pub(super) fn push_bracket(&mut self, error: Diagnostic) {
        let line = self.source.line(error.primary.span);
        if self.taken.insert(line) {
            self.push(error);
        }
    }

    /// Pushes it and says where it stands, so that its mend can be given later; nothing if there is no room.
    pub(super) fn push_numbered(&mut self, error: Diagnostic) -> Option<usize> {
        let number = self.list.len();
        self.push(error);
        (self.list.len() > number).then_some(number)
    }

    /// Gives the error of that number its mend.
    pub(super) fn mend(&mut self, number: Option<usize>, fix: Fix) {
        if let Some(error) = number.and_then(|number| self.list.get_mut(number)) {
            error.fix = Some(fix);
        }
    }

    /// Pushes it unless its line is taken by another mistake.
    pub(super) fn push_if_first(&mut self, error: Diagnostic) {
        if !self.is_taken(error.primary.span) {
            self.push(error);
        }
    }

    /// Whether another mistake has taken the line of `span`.
    pub(super) fn is_taken(&self, span: Span) -> bool {
        self.taken.contains(&self.source.line(span))
    }

    /// Tells a mistake that may come again: from the second time on, its place and its mend join the first.
    pub(super) fn push_again(&mut self, repeated: &mut Repeated, error: Diagnostic) {
        self.lines.insert(self.source.line(error.primary.span));
        repeated.times += 1;
        let Some(first) = repeated.first.and_then(|index| self.list.get_mut(index)) else {
            if !self.is_full() {
                repeated.first = Some(self.list.len());
                self.push(error);
            }
            return;
        };
        if repeated.times <= PLACES_MAX + 1 {
            first.labels.push(Label::new(error.primary.span, "here too"));
        }
        if let (Some(all), Some(one)) = (&mut first.fix, error.fix) {
            join(all, one);
        }
    }

    /// Says behind a mistake how often it comes.
    pub(super) fn close(&mut self, repeated: &Repeated) {
        let Some(first) = repeated.first.and_then(|index| self.list.get_mut(index)) else { return };
        if repeated.times > PLACES_MAX + 1 {
            let count = format!("; {} places in all", repeated.times);
            first.help.get_or_insert_default().push_str(&count);
        }
    }

    /// The mistakes in the order of the text, and all lines on which there is one.
    pub(super) fn sorted(mut self) -> (Vec<Diagnostic>, BTreeSet<u32>) {
        self.list.sort_by_key(|error| error.primary.span);
        self.list.truncate(ERRORS_MAX);
        (self.list, self.lines)
    }
}

/// One mend for both places, as sure as the less sure of them.
fn join(all: &mut Fix, one: Fix) {
    if one.certainty == Certainty::Maybe {
        all.certainty = Certainty::Maybe;
    }
    all.edits.extend(one.edits);
}
