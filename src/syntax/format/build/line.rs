//! Lines: words, the spaces between them, and the comments in their brackets.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use pest::iterators::Pair;

use super::Builder;
use crate::syntax::format::shape::{Group, Line, Mode, Op};
use crate::syntax::parse::grammar::Rule;

impl<'a> Builder<'a> {
    /// The line that has been put together.
    pub(super) fn line(&mut self) -> Line<'a> {
        Line::new(std::mem::take(&mut self.ops))
    }

    /// A part of a statement: most have a space before them.
    pub(super) fn part(&mut self, part: Pair<'a, Rule>) {
        match part.as_rule() {
            Rule::arguments | Rule::index | Rule::parameters => self.bracket(part),
            Rule::comma | Rule::colon => self.word(&part),
            Rule::dot_dot => {
                self.word(&part);
                self.glued = true;
            }
            Rule::declarator | Rule::cell | Rule::setting => {
                part.into_inner().for_each(|inner| self.part(inner));
            }
            Rule::literal => {
                self.space();
                part.into_inner().for_each(|inner| self.word(&inner));
            }
            Rule::expression => {
                self.space();
                self.expression(part);
            }
            _ => {
                self.space();
                self.word(&part);
            }
        }
    }

    /// The space before the next part, if it has one.
    pub(super) fn space(&mut self) {
        if !self.ops.is_empty() && !self.glued {
            self.text(" ");
        }
        self.glued = false;
    }

    pub(super) fn text(&mut self, text: &'a str) {
        self.ops.push(Op::Text(text));
    }

    /// The next word, as it is written, with the comments before it.
    pub(super) fn word(&mut self, leaf: &Pair<'a, Rule>) {
        self.notes_up_to(self.at);
        debug_assert_eq!(self.words.start(self.at) as usize, leaf.as_span().start(), "{leaf}");
        self.text(leaf.as_str());
        self.skip();
    }

    /// Passes over a word without writing it.
    pub(super) const fn skip(&mut self) {
        self.at += 1;
    }

    /// The last word of a pair.
    pub(super) fn last_of(&self, pair: &Pair<'a, Rule>) -> usize {
        self.words.last_before(pair.as_span().end())
    }

    /// Writes the comments before a word, and before all in front of it, that have no place yet.
    ///
    /// They can stand in brackets only, and those are broken.
    pub(super) fn notes_up_to(&mut self, word: usize) {
        while self.noted <= word {
            for note in self.words.notes(self.noted) {
                self.ops.push(Op::Note(*note));
            }
            if !self.words.notes(self.noted).is_empty() {
                self.break_brackets();
            }
            self.noted += 1;
        }
    }

    /// Breaks the innermost brackets and all groups in them.
    fn break_brackets(&mut self) {
        for &index in self.open.iter().rev() {
            let Op::Open(group) = &mut self.ops[index] else { continue };
            group.mode = Mode::Broken;
            if group.bracket {
                break;
            }
        }
    }

    /// Breaks the innermost group, which the author broke, if something in it has to be broken:
    /// that would hide how wide all of it is.
    pub(super) fn keep_broken(&mut self) {
        let Some(&opened) = self.open.last() else { return };
        let is_broken = |op: &Op<'_>| matches!(op, Op::Open(Group { mode: Mode::Broken, .. }));
        if self.ops[opened + 1..].iter().any(is_broken)
            && let Op::Open(group) = &mut self.ops[opened]
        {
            group.mode = Mode::Broken;
        }
    }

    /// Whether something in the innermost group, but in no brackets inside it, may be broken.
    pub(super) fn breaks_outside_brackets(&self) -> bool {
        let inside = self.open.last().map_or(0, |&opened| opened + 1);
        // For each group that is open: whether it is, or stands in, a pair of brackets.
        let mut bracketed: Vec<bool> = Vec::new();
        self.ops[inside..].iter().any(|op| match op {
            Op::Open(group) => {
                let within = bracketed.last().copied().unwrap_or(false);
                bracketed.push(within || group.bracket);
                !within && !group.bracket && group.mode != Mode::Rigid
            }
            Op::Close => {
                bracketed.pop();
                false
            }
            Op::Text(_) | Op::Break { .. } | Op::Either { .. } | Op::Note(_) => false,
        })
    }

    pub(super) fn open(&mut self, bracket: bool, mode: Mode) {
        self.open.push(self.ops.len());
        self.ops.push(Op::Open(Group { bracket, mode }));
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
        self.ops.push(Op::Close);
    }

    /// A place to break before the next text.
    pub(super) fn break_or(&mut self, flat: &'static str) {
        self.ops.push(Op::Break { flat, closing: false });
    }

    /// A place to break before a closing bracket.
    pub(super) fn break_to_close(&mut self) {
        self.ops.push(Op::Break { flat: "", closing: true });
    }

    pub(super) fn either(&mut self, broken: &'static str, flat: &'static str) {
        self.ops.push(Op::Either { broken, flat });
    }
}
