//! TOML as a rubric's reader sees it: tables that know which keys were asked for, and values that say what is wrong
//! with them.

use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::size::parse_size;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::base::time::parse_duration;
use crate::grade::points::Points;
use crate::grade::rubric::Named;
use crate::grade::words::grouped;

/// A mistake of a rubric has no code: there is no page to read on, all is said where it stands.
const NO_CODE: &str = "";

/// All that is wrong with a rubric.
#[derive(Debug, Default)]
pub(super) struct Mistakes(pub(super) Vec<Diagnostic>);

impl Mistakes {
    /// One more, in a sentence.
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>) {
        self.0.push(mistake(span, message));
    }

    /// One more, with how to mend it.
    pub(super) fn add_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(mistake(span, message).with_help(help));
    }
}

/// A mistake, in a sentence.
pub(super) fn mistake(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(NO_CODE, span, message)
}

/// A table, and what was asked of it.
#[derive(Debug)]
pub(super) struct Table<'t> {
    /// What it is, with an article: `a check`.
    what: String,
    /// Where it begins.
    pub(super) span: Span,
    entries: Vec<(&'t str, Span, Value<'t>)>,
    known: Vec<&'static str>,
}

impl<'t> Table<'t> {
    pub(super) fn new(what: impl Into<String>, table: &'t DeTable<'t>, span: Span) -> Self {
        let entry = |(key, value): (&'t Spanned<_>, &'t Spanned<DeValue<'t>>)| {
            let word: &std::borrow::Cow<'t, str> = key.get_ref();
            (word.as_ref(), spanned(key.span()), Value::new(value))
        };
        let mut entries: Vec<_> = table.iter().map(entry).collect();
        entries.sort_by_key(|(_, span, _)| *span);
        Self { what: what.into(), span, entries, known: Vec::new() }
    }

    /// All entries, for tables whose keys are names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'t str, Span, Value<'t>)> + '_ {
        self.entries.iter().copied()
    }

    /// What it is called from now on.
    pub(super) fn call(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    /// The value of a key, if it has one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'t>> {
        self.known.push(key);
        self.entries.iter().find(|(word, ..)| *word == key).map(|(.., value)| *value)
    }

    /// The value of a key that has to be there.
    pub(super) fn need(
        &mut self,
        key: &'static str,
        takes: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Value<'t>> {
        let value = self.take(key);
        if value.is_none() {
            mistakes.add_with_help(
                self.span,
                format!("{} has no `{key}`", self.what),
                format!("`{key}` takes {takes}"),
            );
        }
        value
    }

    /// Says which keys nobody has asked for.
    pub(super) fn finish(self, mistakes: &mut Mistakes) {
        for (word, span, _) in &self.entries {
            if self.known.contains(word) {
                continue;
            }
            let found = mistake(*span, format!("{} has no key `{word}`", self.what));
            mistakes.0.push(match nearest(word, self.known.iter().copied()) {
                Some(known) => {
                    found.with_help(format!("did you mean `{known}`?")).with_fix(Fix::maybe(*span, known))
                }
                None => found.with_help(format!("its keys are {}", self.known.join(", "))),
            });
        }
    }
}

fn spanned(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// A value in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'t> {
    value: &'t DeValue<'t>,
    /// Where it stands.
    pub(super) span: Span,
}

impl<'t> Value<'t> {
    pub(super) fn new(value: &'t Spanned<DeValue<'t>>) -> Self {
        Self { value: value.get_ref(), span: spanned(value.span()) }
    }

    /// The value as TOML has it.
    pub(super) const fn raw(self) -> &'t DeValue<'t> {
        self.value
    }

    fn wrong(self, key: &str, takes: &str, mistakes: &mut Mistakes) {
        mistakes.add(self.span, format!("`{key}` takes {takes}, not {}", described(self.value)));
    }

    pub(super) fn text(self, key: &str, takes: &str, mistakes: &mut Mistakes) -> Option<&'t str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong(key, takes, mistakes);
        }
        text
    }

    /// A text that is not empty, with its place.
    pub(super) fn named(self, key: &str, takes: &str, mistakes: &mut Mistakes) -> Option<Named> {
        let text = self.text(key, takes, mistakes)?;
        if text.trim().is_empty() {
            mistakes.add(self.span, format!("`{key}` is empty; it takes {takes}"));
            return None;
        }
        Some(Named { text: text.to_owned(), span: self.span })
    }

    pub(super) fn truth(self, key: &str, mistakes: &mut Mistakes) -> Option<bool> {
        let truth = self.value.as_bool();
        if truth.is_none() {
            self.wrong(key, "true or false", mistakes);
        }
        truth
    }

    pub(super) fn whole(self, key: &str, range: RangeInclusive<u64>, mistakes: &mut Mistakes) -> Option<u64> {
        let (least, most) = (range.start(), range.end());
        let takes = format!("a whole number from {} to {}", grouped(*least), grouped(*most));
        let Some(integer) = self.value.as_integer() else {
            self.wrong(key, &takes, mistakes);
            return None;
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            mistakes.add(self.span, format!("`{key}` takes {takes}"));
        }
        number
    }

    pub(super) fn duration(self, key: &str, mistakes: &mut Mistakes) -> Option<u64> {
        self.quantity(key, "a duration in quotes such as \"5ms\"", parse_duration, mistakes)
    }

    pub(super) fn size(self, key: &str, mistakes: &mut Mistakes) -> Option<u64> {
        self.quantity(key, "a size in quotes such as \"64MiB\"", parse_size, mistakes)
    }

    fn quantity(
        self,
        key: &str,
        takes: &str,
        parse: fn(&str) -> Result<u64, crate::base::quantity::QuantityError>,
        mistakes: &mut Mistakes,
    ) -> Option<u64> {
        match parse(self.text(key, takes, mistakes)?) {
            Ok(0) => {
                mistakes.add(self.span, format!("`{key}` has to be more than nothing"));
                None
            }
            Ok(number) => Some(number),
            Err(error) => {
                mistakes.add(self.span, format!("`{key}` takes {takes}: {error}"));
                None
            }
        }
    }

    /// Points, or another number with at most three decimals.
    pub(super) fn points(self, key: &str, mistakes: &mut Mistakes) -> Option<Points> {
        let takes = format!("a number from 0 to {} with at most three decimals", Points::MAX);
        let text = match self.value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            DeValue::String(text) => text,
            DeValue::Integer(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                self.wrong(key, &takes, mistakes);
                return None;
            }
        };
        let points = decimal(text).filter(|points| *points <= Points::MAX);
        if points.is_none() {
            mistakes.add(self.span, format!("`{key}` takes {takes}"));
        }
        points
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(
        self,
        key: &str,
        words: &[(&'static str, T)],
        mistakes: &mut Mistakes,
    ) -> Option<T> {
        let takes = format!("one of {}", quoted(words.iter().map(|(word, _)| *word)));
        let text = self.text(key, &takes, mistakes)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.unknown(&format!("`{key}` can't be \"{text}\""), text, &names, mistakes);
        }
        found
    }

    /// Says that nothing has that name, and what does.
    pub(super) fn unknown(self, message: &str, word: &str, known: &[&str], mistakes: &mut Mistakes) {
        let found = mistake(self.span, message);
        mistakes.0.push(match nearest(word, known.iter().copied()) {
            Some(meant) => found
                .with_help(format!("did you mean \"{meant}\"?"))
                .with_fix(Fix::maybe(self.span, format!("\"{meant}\""))),
            None => found.with_help(format!("there are {}", quoted(known.iter().copied()))),
        });
    }

    pub(super) fn table(self, key: &str, what: &str, mistakes: &mut Mistakes) -> Option<Table<'t>> {
        let table = self.value.as_table();
        if table.is_none() {
            self.wrong(key, "a table", mistakes);
        }
        table.map(|table| Table::new(what, table, self.span))
    }

    pub(super) fn list(self, key: &str, takes: &str, mistakes: &mut Mistakes) -> Option<Vec<Self>> {
        let list = self.value.as_array();
        if list.is_none() {
            self.wrong(key, takes, mistakes);
        }
        list.map(|list| list.iter().map(Value::new).collect())
    }

    /// The entries of a list, or the value itself where it is none.
    pub(super) fn one_or_many(self) -> Vec<Self> {
        self.value.as_array().map_or_else(|| vec![self], |list| list.iter().map(Value::new).collect())
    }
}

/// `"a", "b" and "c"`
pub(super) fn quoted<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A number with at most three decimals, exactly.
fn decimal(text: &str) -> Option<Points> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let decimals = decimals.trim_end_matches('0');
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) || decimals.len() > 3 {
        return None;
    }
    let whole: u64 = whole.replace('_', "").parse().ok()?;
    let rest: u64 = format!("{decimals:0<3}").parse().ok()?;
    Some(Points::thousandths(whole.checked_mul(1000)?.checked_add(rest)?))
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a decimal point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_exactly() {
        assert_eq!(decimal("2.5"), Some(Points::thousandths(2500)));
        assert_eq!(decimal("0.125"), Some(Points::thousandths(125)));
        assert_eq!(decimal("3.000000"), Some(Points::thousandths(3000)));
        assert_eq!(decimal("1_000"), Some(Points::thousandths(1_000_000)));
        for wrong in ["-1", "1e3", "inf", "nan", "0.0001", ".5", "", "18446744073709551615"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }
}
