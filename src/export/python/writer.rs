//! A program on its way to paper: its lines, what it uses, and what it can't say.

use std::collections::BTreeSet;

use super::comment::Comments;
use super::part;
use super::place::{Origin, Places};
use super::script::{MAIN, Names};
use super::types::Types;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::syntax::ast::Expr;

/// How times and sizes are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forms {
    /// Times are objects that print themselves; else numbers of seconds.
    pub(super) durations: bool,
    /// Sizes are objects that print themselves; else numbers of bytes.
    pub(super) sizes: bool,
}

/// A program that is being written.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) types: &'a Types<'a>,
    pub(super) places: &'a Places<'a>,
    pub(super) forms: Forms,
    pub(super) comments: Comments<'a>,
    /// The function that is being written.
    pub(super) body: &'a str,
    /// Whether it runs on an event loop.
    pub(super) on_loop: bool,
    /// The variable of the group around.
    pub(super) groups: Vec<String>,
    pub(super) parts: BTreeSet<&'static str>,
    pub(super) modules: BTreeSet<&'static str>,
    /// Exceptions of the script's own.
    pub(super) exceptions: BTreeSet<&'a str>,
    pub(super) refused: Vec<Diagnostic>,
    /// Whether somebody wants to know what came of a unit, and not only wait for its end.
    pub(super) asks_for_results: bool,
    lines: Vec<String>,
    depth: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        names: &'a Names<'a>,
        types: &'a Types<'a>,
        places: &'a Places<'a>,
        forms: Forms,
        comments: Comments<'a>,
    ) -> Self {
        Self {
            names,
            types,
            places,
            forms,
            comments,
            body: MAIN,
            on_loop: false,
            groups: Vec::new(),
            parts: BTreeSet::new(),
            modules: BTreeSet::new(),
            exceptions: BTreeSet::new(),
            refused: Vec::new(),
            asks_for_results: false,
            lines: Vec::new(),
            depth: 0,
        }
    }

    /// A line at the depth of now.
    pub(super) fn line(&mut self, text: &str) {
        let indent = if text.is_empty() { 0 } else { self.depth * 4 };
        self.lines.push(format!("{:indent$}{text}", ""));
    }

    /// Empty lines, where there are not as many already.
    pub(super) fn gap(&mut self, lines: usize) {
        let there = self.lines.iter().rev().take_while(|line| line.is_empty()).count();
        if !self.lines.is_empty() {
            (there..lines).for_each(|_| self.lines.push(String::new()));
        }
    }

    /// What `write` writes, one step further in; `pass` if that is nothing but comments.
    pub(super) fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        let before = self.lines.len();
        write(self);
        let is_code = |line: &String| !line.trim_start().starts_with('#') && !line.is_empty();
        if !self.lines[before..].iter().any(is_code) {
            self.line("pass");
        }
        self.depth -= 1;
    }

    /// The lines so far; what is written from now on stands elsewhere.
    pub(super) fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    /// The comments that stand before a place of the script.
    pub(super) fn comments_before(&mut self, place: u32) {
        for comment in self.comments.before(place) {
            self.line(&comment);
        }
    }

    /// The comment that stands behind a place of the script, behind the last line.
    pub(super) fn comment_behind(&mut self, place: u32) {
        if let Some(comment) = self.comments.behind(place)
            && let Some(last) = self.lines.last_mut()
        {
            last.push_str("  ");
            last.push_str(&comment);
        }
    }

    /// Marks a part as used; gives its name as programs write it.
    pub(super) fn part(&mut self, name: &'static str) {
        self.parts.insert(name);
    }

    /// A name of the script as the program writes it.
    pub(super) fn word(&self, name: &str) -> String {
        if part::is_taken(name) { self.own_word(format!("{name}_")) } else { name.to_owned() }
    }

    /// A name that the program has and the script does not.
    pub(super) fn own_word(&self, mut word: String) -> String {
        while part::is_taken(&word) || self.names.declares(&word) {
            word.push('_');
        }
        word
    }

    /// The variable that counts who is in a region.
    pub(super) fn region_word(&self, region: &str) -> String {
        self.own_word(format!("region_{region}"))
    }

    /// The script says something here that the program could not say, or would say differently.
    pub(super) fn refuse(&mut self, span: Span, what: &str, why: &str, way_out: &str) {
        let message = format!("{what} can't be written in Python");
        let told = Diagnostic::error(codes::NOT_IN_PYTHON, span, message).at(why).with_help(way_out);
        if !self.refused.iter().any(|other| other.primary.span == span) {
            self.refused.push(told);
        }
    }

    /// Where the object comes from that an expression stands for; nothing if several kinds meet there.
    pub(super) fn origin(&mut self, expr: &'a Expr) -> Origin {
        if let Some((name, object)) = self.names.object(self.body, expr) {
            return self.places.origin(name, object.for_all);
        }
        let kinds = self.types.shape(self.body, expr).own;
        let names = self.names;
        let meant =
            names.objects.iter().filter(|(_, object)| kinds.meets(super::kind::Kinds::object(object.kind)));
        let mut origins: Vec<Origin> =
            meant.map(|(name, object)| self.places.origin(name, object.for_all)).collect();
        origins.dedup();
        match origins[..] {
            [] => Origin::Threads,
            [origin] => origin,
            _ => {
                self.refuse(
                    expr.span,
                    "a wait for one of several objects",
                    "some of them belong to an event loop, and some do not",
                    "wait for all of them in the same way: all with `await`, or none of them",
                );
                Origin::Threads
            }
        }
    }
}
