//! The words of a script, and the comments and line ends between them.
//!
//! A word is any token that the grammar sees; a note is a comment. This file
//! knows which note stands before which word, and on which line, and nothing of
//! what the words mean.

use std::ops::Range;

use crate::base::span::Span;
use crate::syntax::token::{TokenKind, tokens};

/// A comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note<'a> {
    /// From `#` to the last character that can be seen.
    pub(super) text: &'a str,
    /// Nothing stands before it on its line.
    pub(super) own_line: bool,
    /// There is an empty line before it.
    pub(super) blank: bool,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    span: Span,
    /// The line it stands on, counted from 0.
    line: u32,
    /// There is an empty line right before it.
    blank: bool,
    /// The first note behind it.
    notes_end: usize,
}

/// All words of a text, with one more for its end.
#[derive(Debug)]
pub(super) struct Words<'a> {
    words: Vec<Word>,
    notes: Vec<Note<'a>>,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::default();
        for token in tokens(text) {
            if token.kind == TokenKind::Newline {
                reader.line += 1;
                reader.newlines += 1;
            } else if token.kind == TokenKind::Comment {
                reader.note(&text[token.span.range()]);
            } else if !token.kind.is_trivia() {
                reader.word(token.span);
            }
        }
        reader.word(Span::new(text.len(), text.len()));
        Self { words: reader.words, notes: reader.notes }
    }

    /// The notes between a word and the one before it.
    pub(super) fn notes(&self, word: usize) -> &[Note<'a>] {
        &self.notes[self.notes_range(word, word)]
    }

    fn notes_range(&self, first: usize, last: usize) -> Range<usize> {
        let start = first.checked_sub(1).map_or(0, |before| self.words[before].notes_end);
        start..self.words[last].notes_end
    }

    /// Whether there are notes between the first and the last of these words.
    pub(super) fn has_notes(&self, first: usize, last: usize) -> bool {
        first < last && !self.notes_range(first + 1, last).is_empty()
    }

    /// Whether there is an empty line right before a word.
    pub(super) fn blank(&self, word: usize) -> bool {
        self.words[word].blank
    }

    /// Whether a word begins a line.
    pub(super) fn begins_line(&self, word: usize) -> bool {
        word.checked_sub(1).is_none_or(|before| self.words[before].line != self.words[word].line)
    }

    /// Whether these words stand on one line.
    pub(super) fn on_one_line(&self, first: usize, last: usize) -> bool {
        self.words[first].line == self.words[last].line
    }

    /// Where a word begins in the text.
    pub(super) fn start(&self, word: usize) -> u32 {
        self.words[word].span.start
    }

    /// The last word that begins before this place.
    pub(super) fn last_before(&self, offset: usize) -> usize {
        self.words.partition_point(|word| (word.span.start as usize) < offset).saturating_sub(1)
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reader<'a> {
    words: Vec<Word>,
    notes: Vec<Note<'a>>,
    line: u32,
    /// Since the last word or note.
    newlines: usize,
}

impl<'a> Reader<'a> {
    fn note(&mut self, text: &'a str) {
        let begins = self.newlines > 0 || (self.words.is_empty() && self.notes.is_empty());
        let note = Note {
            text: text.trim_end_matches([' ', '\t', '\r']),
            own_line: begins,
            blank: self.newlines > 1,
        };
        self.notes.push(note);
        self.newlines = 0;
    }

    fn word(&mut self, span: Span) {
        let (line, blank) = (self.line, self.newlines > 1);
        self.words.push(Word { span, line, blank, notes_end: self.notes.len() });
        self.newlines = 0;
    }
}
