//! Fixes put into a text.
//!
//! It knows edits and bytes; what a fix is for, and whether it is sure enough
//! to be applied, the caller has decided.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::diagnostic::{Edit, Fix};
use crate::base::span::Span;

/// `text` with the edits of `fixes` in it.
///
/// A fix that would touch what an earlier one of them has touched is left out as a whole, as is one
/// that lies outside the text: applying what is found in the new text again gets at those. Of what is
/// put in at one place, what closes something stands before what opens something, the inner before the
/// outer and the outer before the inner one; all else stands in the order of the fixes.
#[must_use]
pub fn apply<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> String {
    let mut taken = Taken::default();
    for fix in fixes {
        taken.take(text, fix);
    }
    let mut mended = String::with_capacity(text.len());
    let mut end = 0;
    for (span, replacement) in taken.edits() {
        mended.push_str(&text[end..span.start as usize]);
        mended.push_str(replacement);
        end = span.end as usize;
    }
    mended.push_str(&text[end..]);
    mended
}

/// For each of `fixes` in turn, whether [`apply`] puts it in or leaves it out.
#[must_use]
pub fn fit<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> Vec<bool> {
    let mut taken = Taken::default();
    fixes.into_iter().map(|fix| taken.take(text, fix)).collect()
}

/// The edits that are to be made; no two overlap.
#[derive(Default)]
struct Taken<'a> {
    edits: BTreeMap<(Span, Turn), &'a str>,
}

impl<'a> Taken<'a> {
    /// Takes all edits of a fix, or none; gives whether it did.
    fn take(&mut self, text: &str, fix: &'a Fix) -> bool {
        let fits = |edit: &Edit| text.get(edit.span.range()).is_some() && self.is_free(edit.span);
        let all = fix.edits.iter().all(fits);
        fix.edits.iter().filter(|_| all).for_each(|edit| self.insert(edit, fix));
        all
    }

    /// Whether nothing of `span` is touched. What is put in right before or behind a change stands beside it.
    fn is_free(&self, span: Span) -> bool {
        let end = Span { start: span.end, end: 0 };
        self.edits
            .range(..(end, Turn::FIRST))
            .next_back()
            .is_none_or(|((before, _), _)| before.end <= span.start)
    }

    fn insert(&mut self, edit: &'a Edit, fix: &Fix) {
        let turn = Turn::of(edit, fix, self.edits.len());
        self.edits.insert((edit.span, turn), &edit.text);
    }

    fn edits(&self) -> impl Iterator<Item = (Span, &'a str)> {
        self.edits.iter().map(|((span, _), text)| (*span, *text))
    }
}

/// The order of what is put in at one place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    /// What closes something, what stands alone, what opens something.
    part: u8,
    /// The larger, the earlier.
    other_half: Reverse<u32>,
    number: usize,
}

impl Turn {
    const FIRST: Self = Self { part: 0, other_half: Reverse(u32::MAX), number: 0 };

    fn of(edit: &Edit, fix: &Fix, number: usize) -> Self {
        let first = fix.edits.first().map_or(edit.span.start, |first| first.span.start);
        let last = fix.edits.last().map_or(edit.span.end, |last| last.span.end);
        let (part, other_half) = if first < edit.span.start {
            (0, first)
        } else if last > edit.span.end {
            (2, last)
        } else {
            (1, 0)
        };
        Self { part, other_half: Reverse(other_half), number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, fixes: &[Fix], want: &str) {
        assert_eq!(apply(text, fixes), want);
    }

    fn span(start: usize, end: usize) -> Span {
        Span::new(start, end)
    }

    #[test]
    fn edits_are_made_wherever_their_fix_stands_in_the_list() {
        check("abc", &[Fix::sure(span(2, 3), "C"), Fix::sure(span(0, 1), "AA").and(span(1, 2), "")], "AAC");
        check("abc", &[], "abc");
        check("", &[Fix::sure(span(0, 0), "x")], "x");
    }

    #[test]
    fn of_two_that_overlap_the_first_one_is_made_and_the_other_not_even_in_part() {
        check("abcd", &[Fix::sure(span(1, 3), "X"), Fix::sure(span(0, 1), "Y").and(span(2, 4), "Z")], "aXd");
        let fixes = [Fix::sure(span(1, 3), "X"), Fix::sure(span(2, 2), "Y")];
        check("abcd", &fixes, "aXd");
        assert_eq!(fit("abcd", &fixes), [true, false]);
    }

    #[test]
    fn what_is_put_in_stands_beside_what_is_changed() {
        check("ab", &[Fix::sure(span(1, 1), "("), Fix::sure(span(1, 1), ")")], "a()b");
        check("ab", &[Fix::sure(span(1, 2), "B"), Fix::sure(span(1, 1), "x")], "axB");
        check("ab", &[Fix::sure(span(0, 1), "A"), Fix::sure(span(1, 1), "x")], "Axb");
    }

    #[test]
    fn pairs_of_brackets_nest() {
        let around = |start, end, left: &str, right: &str| {
            Fix::sure(span(start, start), left).and(span(end, end), right)
        };
        check("ab", &[around(0, 2, "(", ")"), around(1, 2, "[", "]")], "(a[b])");
        check("ab", &[around(0, 1, "[", "]"), around(0, 2, "(", ")")], "([a]b)");
        check("ab", &[around(0, 1, "(", ")"), around(1, 2, "[", "]")], "(a)[b]");
    }

    #[test]
    fn what_lies_outside_the_text_is_left_out() {
        check("é", &[Fix::sure(span(0, 1), "e"), Fix::sure(span(1, 9), "f")], "é");
    }
}
