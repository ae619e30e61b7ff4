//! pest's structure and the words between it, as what is to be laid out.
//!
//! pest's leaves and the words of the text are the same, in the same order, so
//! one number says how far both have been read. Almost all statements go one
//! way: parts with a space between them, and blocks.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

mod bracket;
mod expression;
mod habit;
mod line;

use pest::iterators::{Pair, Pairs};

use super::shape::{Body, Clause, Entry, Node, Op};
use super::words::{Note, Words};
use crate::syntax::parse::grammar::Rule;

/// The items of a script and the comments between them.
pub(super) fn script<'a>(text: &'a str, script: Pair<'a, Rule>) -> Vec<Entry<'a>> {
    let mut builder =
        Builder { words: Words::new(text), at: 0, noted: 0, ops: Vec::new(), open: Vec::new(), glued: false };
    let items = script.into_inner().next().expect("a script holds its items");
    let mut sequence = Sequence { fresh: true, ..Sequence::default() };
    items.into_inner().for_each(|part| builder.entry(part, &mut sequence));
    builder.gather(&mut sequence);
    sequence.entries
}

struct Builder<'a> {
    words: Words<'a>,
    /// The next word.
    at: usize,
    /// The comments before this many words have found their places.
    noted: usize,
    /// The line that is being put together.
    ops: Vec<Op<'a>>,
    /// Where its open groups begin.
    open: Vec<usize>,
    /// The next part of the line comes without a space before it.
    glued: bool,
}

/// Entries on their way into a block.
#[derive(Default)]
struct Sequence<'a> {
    opening: Option<&'a str>,
    entries: Vec<Entry<'a>>,
    /// The line of the last entry, or of the opening brace, has ended.
    fresh: bool,
    /// There was an empty line since.
    blank: bool,
}

impl<'a> Sequence<'a> {
    /// A comment stays behind what it stands behind; any other has a line of its own.
    fn note(&mut self, note: &Note<'a>) {
        self.fresh |= note.own_line;
        self.blank |= note.blank;
        match self.entries.last_mut() {
            None if !self.fresh => self.opening = Some(note.text),
            Some(Entry::Node { note: behind, .. }) if !self.fresh => {
                *behind = Some(note.text);
                self.pin();
            }
            _ => self.entries.push(Entry::Note { text: note.text, blank: self.blank }),
        }
        self.fresh = true;
        self.blank = false;
    }

    /// What stands on the line of a comment stays there, because the comment may be about all of it.
    fn pin(&mut self) {
        for entry in self.entries.iter_mut().rev() {
            let Entry::Node { one_line: true, beside, pinned, .. } = entry else { break };
            *pinned = true;
            if !*beside {
                break;
            }
        }
    }
}

impl<'a> Builder<'a> {
    /// Takes up the comments and ends of lines before the next word.
    fn gather(&mut self, sequence: &mut Sequence<'a>) {
        self.words.notes(self.at).iter().for_each(|note| sequence.note(note));
        sequence.fresh |= self.words.begins_line(self.at);
        sequence.blank |= self.words.blank(self.at);
        self.noted = self.at + 1;
    }

    /// A statement, an item or a setting, or a sign between them.
    fn entry(&mut self, part: Pair<'a, Rule>, sequence: &mut Sequence<'a>) {
        self.gather(sequence);
        if matches!(part.as_rule(), Rule::semicolon | Rule::comma | Rule::right_brace) {
            self.skip();
            return;
        }
        let beside = !sequence.fresh && !sequence.entries.is_empty();
        let (blank, first) = (sequence.blank, self.at);
        let node = self.node(part);
        let one_line = self.words.on_one_line(first, self.at - 1);
        sequence.entries.push(Entry::Node { node, blank, one_line, beside, pinned: false, note: None });
        sequence.fresh = false;
        sequence.blank = false;
    }

    fn node(&mut self, pair: Pair<'a, Rule>) -> Node<'a> {
        let mut clauses = Vec::new();
        self.clause(pair, &mut clauses);
        if clauses.is_empty() { Node::Line(self.line()) } else { Node::Blocks(clauses) }
    }

    /// The parts of a statement, or of a clause of one, and its blocks.
    fn clause(&mut self, pair: Pair<'a, Rule>, clauses: &mut Vec<Clause<'a>>) {
        let (first, rule) = (self.at, pair.as_rule());
        let mut notes = if self.noted > first { Vec::new() } else { self.words.notes(first).to_vec() };
        self.noted = first + 1;
        let mut parts = pair.into_inner();
        match rule {
            Rule::print_statement => return self.print(parts),
            Rule::raise_statement => return self.raise(parts),
            Rule::machine => {
                self.part(parts.next().expect("a machine begins with its word"));
                clauses.push(self.block(parts, first, notes));
                return;
            }
            Rule::function if parts.peek().is_some_and(|word| word.as_rule() == Rule::kw_async) => {
                parts.next();
                self.skip();
            }
            _ => {}
        }
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::block => {
                    clauses.push(self.block(part.into_inner(), first, std::mem::take(&mut notes)));
                }
                Rule::elif_clause | Rule::else_clause | Rule::except_clause | Rule::finally_clause => {
                    self.clause(part, clauses);
                }
                Rule::expression if rule == Rule::for_statement => {
                    let alone = parts.peek().is_some_and(|next| next.as_rule() == Rule::block);
                    self.iterable(part, alone);
                }
                _ => self.part(part),
            }
        }
    }

    /// A block and the head before it, which is the line that has been put together.
    fn block(&mut self, parts: Pairs<'a, Rule>, first: usize, notes: Vec<Note<'a>>) -> Clause<'a> {
        let head = self.line();
        let brace = self.at;
        let head_on_one_line = self.words.on_one_line(first, brace - 1);
        let mut sequence = Sequence::default();
        let noted = !self.words.notes(brace).is_empty();
        self.gather(&mut sequence);
        self.skip();
        sequence.fresh = noted;
        sequence.blank = false;
        parts.skip(1).for_each(|part| self.entry(part, &mut sequence));
        let one_line = self.words.on_one_line(brace, self.at - 1);
        let pinned = head_on_one_line && sequence.opening.is_some();
        let begins_line = self.words.begins_line(first);
        Clause {
            notes,
            begins_line,
            head,
            pinned,
            body: Body::new(sequence.opening, sequence.entries, one_line),
        }
    }
}
