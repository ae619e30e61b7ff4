//! Brackets: lists, arguments and parameters, indices, and round brackets around an expression.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use pest::iterators::Pair;

use super::Builder;
use super::expression::Chain;
use crate::syntax::format::shape::Mode;
use crate::syntax::parse::grammar::Rule;

impl<'a> Builder<'a> {
    /// A pair of brackets with what is in them.
    pub(super) fn bracket(&mut self, pair: Pair<'a, Rule>) {
        // What stands before the bracket is no matter of the bracket's.
        self.notes_up_to(self.at);
        let rule = pair.as_rule();
        let mut parts: Vec<Pair<'a, Rule>> = pair.into_inner().collect();
        let last = parts.pop().expect("a bracket is closed");
        let first = parts.remove(0);
        let mode = self.mode(rule, &parts);
        let is_empty = parts.is_empty();
        self.open(true, mode);
        self.word(&first);
        if !is_empty {
            self.notes_up_to(self.at);
            self.break_or("");
        }
        match rule {
            Rule::parentheses | Rule::index => self.only(parts, rule == Rule::parentheses),
            _ => self.entries(parts),
        }
        self.notes_up_to(self.at);
        self.break_to_close();
        self.word(&last);
        if rule == Rule::parentheses && mode == Mode::Fit {
            self.keep_broken();
        }
        self.close();
    }

    /// When to break a pair of brackets, of which the opening one comes next.
    fn mode(&self, rule: Rule, parts: &[Pair<'a, Rule>]) -> Mode {
        let begins_line = self.words.begins_line(self.at + 1);
        match rule {
            Rule::index => Mode::Rigid,
            Rule::parentheses => {
                let chain = Chain::new(parts[0].clone());
                match (chain.can_break(), begins_line) {
                    (true, true) => Mode::Broken,
                    (true, false) if self.is_wrapped(&chain) => Mode::Fit,
                    (true | false, _) => Mode::Rigid,
                }
            }
            _ if begins_line && !parts.is_empty() => Mode::Broken,
            _ => self.mode_of_list(parts),
        }
    }

    /// When to break a list that the author did not break behind its opening bracket.
    pub(super) fn mode_of_list(&self, parts: &[Pair<'a, Rule>]) -> Mode {
        let several = parts.iter().filter(|part| part.as_rule() != Rule::comma).count() > 1;
        let is_wrapped = |part: &Pair<'a, Rule>| {
            let value = match part.as_rule() {
                Rule::argument => part.clone().into_inner().last(),
                _ => Some(part.clone()),
            };
            let value = value.filter(|value| value.as_rule() == Rule::expression);
            value.is_some_and(|value| self.is_wrapped(&Chain::new(value)))
        };
        if several || parts.iter().any(is_wrapped) { Mode::Fit } else { Mode::Rigid }
    }

    /// The one expression in round brackets or in an index.
    fn only(&mut self, parts: Vec<Pair<'a, Rule>>, breaks: bool) {
        for part in parts {
            match part.as_rule() {
                Rule::expression => self.chain(Chain::new(part), breaks),
                _ => self.skip(),
            }
        }
    }

    /// Entries and the commas between them; a broken list has one behind the last, too.
    pub(super) fn entries(&mut self, parts: Vec<Pair<'a, Rule>>) {
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::expression => self.entry_of_list(part),
                Rule::argument => self.argument(part),
                _ => self.word(&part),
            }
            let comma = parts.next().is_some();
            if parts.peek().is_some() {
                self.text(",");
                self.skip();
                self.notes_up_to(self.at);
                self.break_or(" ");
            } else {
                self.either(",", "");
                self.at += usize::from(comma);
            }
        }
    }

    /// `value`, `name=value` or `from..to`.
    fn argument(&mut self, pair: Pair<'a, Rule>) {
        let mut parts = pair.into_inner().peekable();
        let first = parts.next().expect("an argument has a value");
        match (first.as_rule(), parts.peek().is_some()) {
            (Rule::expression, false) if self.range(&first) => {}
            (Rule::expression, false) => self.entry_of_list(first),
            (Rule::expression, true) => {
                self.expression(first);
                parts.for_each(|part| self.end_of_range(part));
            }
            _ => {
                self.word(&first);
                parts.for_each(|part| match part.as_rule() {
                    Rule::expression => self.entry_of_list(part),
                    _ => self.word(&part),
                });
            }
        }
    }

    fn end_of_range(&mut self, part: Pair<'a, Rule>) {
        match part.as_rule() {
            Rule::expression => self.expression(part),
            _ => self.word(&part),
        }
    }
}
