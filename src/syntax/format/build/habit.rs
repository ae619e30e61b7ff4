//! Habits of Python that have a first form: it is written wherever it means the same.
//!
//! `range(n)` where a range can stand, `print(a, b)`, `raise E("text")` and
//! `async def`; `is` is written as `==` where operators are. A habit with a
//! comment in its brackets keeps them, because the first form has no place for it.

use pest::iterators::{Pair, Pairs};

use super::Builder;
use super::expression::Chain;
use crate::syntax::format::shape::Mode;
use crate::syntax::parse::grammar::Rule;

impl<'a> Builder<'a> {
    /// What a `for` goes through; `alone` if no `..` follows.
    pub(super) fn iterable(&mut self, pair: Pair<'a, Rule>, alone: bool) {
        if !alone {
            return self.part(pair);
        }
        self.space();
        if !self.range(&pair) {
            self.expression(pair);
        }
    }

    /// Writes `range(b)` as `0..b` and `range(a, b)` as `a..b`, or nothing if the expression is neither.
    pub(super) fn range(&mut self, pair: &Pair<'a, Rule>) -> bool {
        let last = self.last_of(pair);
        let Some(values) = values_of_range(pair) else { return false };
        if self.words.has_notes(self.at, last) {
            return false;
        }
        // The name and the bracket.
        self.at += 2;
        if values.len() == 1 {
            self.text("0..");
        }
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.skip();
                self.text("..");
            }
            self.expression(value);
        }
        self.at = last + 1;
        true
    }

    /// `print a, b`; in brackets only if it is too wide without.
    pub(super) fn print(&mut self, parts: Pairs<'a, Rule>) {
        let parts: Vec<Pair<'a, Rule>> = parts.collect();
        match parts.as_slice() {
            [word, value] if in_brackets(value).is_some() => {
                self.word(word);
                self.unbracketed(value, |builder, parts| builder.entries(parts));
            }
            _ => parts.into_iter().for_each(|part| self.part(part)),
        }
    }

    /// `raise E "text"`; in brackets only if it is too wide without.
    pub(super) fn raise(&mut self, parts: Pairs<'a, Rule>) {
        let parts: Vec<Pair<'a, Rule>> = parts.collect();
        match parts.as_slice() {
            [word, name, value] if in_brackets(value).is_some() => {
                self.part(word.clone());
                self.part(name.clone());
                self.unbracketed(value, |builder, parts| {
                    parts.into_iter().for_each(|part| builder.chain(Chain::new(part), true));
                });
            }
            _ => parts.into_iter().for_each(|part| self.part(part)),
        }
    }

    /// What stands in brackets that are written only if they are broken.
    fn unbracketed(&mut self, value: &Pair<'a, Rule>, write: impl FnOnce(&mut Self, Vec<Pair<'a, Rule>>)) {
        let last = self.last_of(value);
        let noted = self.words.has_notes(self.at, last);
        let mut parts = in_brackets(value).expect("the caller has looked");
        self.skip();
        // Brackets in brackets add nothing, and taking away one pair at a time would take several runs.
        while !noted && let Some(inner) = in_only_brackets(&parts) {
            self.skip();
            parts = inner;
        }
        let begins_line = self.words.begins_line(self.at);
        let mode = if noted { Mode::Broken } else { self.mode_of_list(&parts) };
        self.open(true, mode);
        self.either("(", " ");
        self.notes_up_to(self.at);
        self.break_or("");
        write(self, parts);
        self.at = last;
        self.notes_up_to(last);
        // Without the brackets an operator between two values could not begin a line.
        if begins_line || self.breaks_outside_brackets() {
            self.keep_broken();
        }
        self.break_to_close();
        self.either(")", "");
        self.skip();
        self.close();
    }
}

/// The values of `range(…)`, if the expression is just that.
fn values_of_range<'a>(pair: &Pair<'a, Rule>) -> Option<Vec<Pair<'a, Rule>>> {
    let mut parts = pair.clone().into_inner();
    let (name, arguments) = (parts.next()?, parts.next()?);
    if name.as_str() != "range" || arguments.as_rule() != Rule::arguments || parts.next().is_some() {
        return None;
    }
    let arguments = arguments.into_inner().filter(|part| part.as_rule() == Rule::argument);
    let values: Vec<Pair<'a, Rule>> = arguments.filter_map(|argument| argument.into_inner().next()).collect();
    Some(values)
}

/// What stands between the brackets of an expression that is nothing else.
fn in_brackets<'a>(pair: &Pair<'a, Rule>) -> Option<Vec<Pair<'a, Rule>>> {
    let mut parts = pair.clone().into_inner();
    let brackets = parts.next().filter(|part| part.as_rule() == Rule::parentheses)?;
    if parts.next().is_some() {
        return None;
    }
    let is_bracket = |part: &Pair<'_, Rule>| matches!(part.as_rule(), Rule::left_paren | Rule::right_paren);
    Some(brackets.into_inner().filter(|part| !is_bracket(part)).collect())
}

/// The same for the only one of several parts.
fn in_only_brackets<'a>(parts: &[Pair<'a, Rule>]) -> Option<Vec<Pair<'a, Rule>>> {
    match parts {
        [value] => in_brackets(value),
        [value, comma] if comma.as_rule() == Rule::comma => in_brackets(value),
        _ => None,
    }
}
