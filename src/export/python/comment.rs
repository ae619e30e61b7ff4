//! The comments of a script, in the order of the text.

use crate::base::printable::safe;
use crate::base::span::{Source, Span};
use crate::syntax::token::{TokenKind, tokens};

/// A comment in its place.
#[derive(Debug)]
struct Comment {
    span: Span,
    text: String,
    /// Nothing stands before it on its line.
    is_alone: bool,
    /// An empty line stands above it.
    begins: bool,
}

/// Those that have not been written yet come last.
#[derive(Debug)]
pub(super) struct Comments<'a> {
    source: &'a Source,
    all: Vec<Comment>,
    next: usize,
}

impl<'a> Comments<'a> {
    pub(super) fn of(source: &'a Source) -> Self {
        let comments = tokens(&source.text).filter(|token| token.kind == TokenKind::Comment);
        let all = comments.map(|token| Comment::of(&source.text, token.span)).collect();
        Self { source, all, next: 0 }
    }

    /// Those that stand on lines of their own at the head of the text, up to the first empty line.
    pub(super) fn head(&mut self) -> Vec<String> {
        let mut head = Vec::new();
        while let Some(comment) = self.all.get(self.next) {
            let is_first =
                head.is_empty() && self.source.text[..comment.span.range().start].trim().is_empty();
            if !comment.is_alone || !(is_first || (!head.is_empty() && !comment.begins)) {
                break;
            }
            head.push(comment.text.clone());
            self.next += 1;
        }
        // One line above an item, without an empty one between, is about that.
        head
    }

    /// How many have been written, to [`Comments::go_back`] to.
    pub(super) const fn place(&self) -> usize {
        self.next
    }

    /// Writes once more what has been written since.
    pub(super) const fn go_back(&mut self, place: usize) {
        self.next = place;
    }

    /// Those before a place that have not been written.
    pub(super) fn before(&mut self, place: u32) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(comment) = self.all.get(self.next).filter(|comment| comment.span.start < place) {
            found.push(comment.text.clone());
            self.next += 1;
        }
        found.retain(|text| !is_for_concsim(text));
        found
    }

    /// The one that stands behind a place on the same line, with nothing but closing brackets in between.
    pub(super) fn behind(&mut self, place: u32) -> Option<String> {
        let comment = self.all.get(self.next)?;
        let between = self.source.text.get(place as usize..comment.span.range().start)?;
        if between.chars().any(|sign| sign == '\n' || !(sign.is_whitespace() || "})];,".contains(sign))) {
            return None;
        }
        self.next += 1;
        let text = &self.all[self.next - 1].text;
        (!is_for_concsim(text)).then(|| text.clone())
    }
}

/// What says something to concsim only.
fn is_for_concsim(text: &str) -> bool {
    text.trim_start_matches(['#', ' ']).starts_with("concsim: ")
}

impl Comment {
    fn of(text: &str, span: Span) -> Self {
        let before = &text[..span.range().start];
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let above = before[..line].trim_end_matches('\n').len();
        Self {
            span,
            text: safe(text[span.range()].trim_end()),
            is_alone: before[line..].trim().is_empty(),
            begins: line - above > 1,
        }
    }
}
