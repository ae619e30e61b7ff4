//! What is left at the end of a run, as far as units of all kinds should agree on it.
//!
//! Lengths of time are not compared, since they differ from kind to kind, and neither is the order of printed lines
//! and of lists, which says who was first.

use crate::base::time::parse_duration;
use crate::observe::report::{Datum, Report};

/// Final values and printed lines without lengths of time, in an order that does not depend on who was first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    shared: Vec<(String, Datum)>,
    output: Vec<String>,
}

/// What stands where a length of time was.
const SOME_TIME: &str = "…";

/// Characters of a line or a value before it is cut.
const SHOWN_MAX: usize = 40;

impl End {
    /// What is left of a run.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self::new(&report.shared, &report.output)
    }

    /// The same of final values and printed lines.
    #[must_use]
    pub fn new(shared: &[(String, Datum)], output: &[String]) -> Self {
        let value = |(name, value): &(String, Datum)| (name.clone(), timeless(value));
        let mut output: Vec<String> = output.iter().map(|line| line_without_times(line)).collect();
        output.sort();
        Self { shared: shared.iter().map(value).collect(), output }
    }

    /// What is otherwise in this one than in the other one, in a few words; nothing if they are the same.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let values = self.shared.iter().zip(&other.shared);
        let value = values.clone().find(|((_, one), (_, other))| one != other);
        if let Some(((name, one), (_, other))) = value {
            return Some(format!("`{name}` is {} instead of {}", shown(one), shown(other)));
        }
        if self.output.len() != other.output.len() {
            return Some(format!("it prints {} lines instead of {}", self.output.len(), other.output.len()));
        }
        let line = self.output.iter().zip(&other.output).find(|(one, other)| one != other);
        line.map(|(one, other)| format!("it prints `{}` instead of `{}`", cut(one), cut(other)))
    }
}

fn timeless(datum: &Datum) -> Datum {
    match datum {
        Datum::Duration(_) => Datum::Text(SOME_TIME.to_owned()),
        Datum::List(list) => {
            let mut list: Vec<Datum> = list.iter().map(timeless).collect();
            list.sort();
            Datum::List(list)
        }
        Datum::Text(text) => Datum::Text(line_without_times(text)),
        Datum::None | Datum::Bool(_) | Datum::Number(_) | Datum::Size(_) | Datum::Name(_) => datum.clone(),
    }
}

fn line_without_times(line: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_time = parse_duration(bare).is_ok();
        if is_time { word.replace(bare, SOME_TIME) } else { word.to_owned() }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn shown(datum: &Datum) -> String {
    match datum {
        Datum::None => "None".to_owned(),
        Datum::Bool(true) => "True".to_owned(),
        Datum::Bool(false) => "False".to_owned(),
        Datum::Number(number) | Datum::Duration(number) => number.to_string(),
        Datum::Size(bytes) => crate::base::size::SignedSize(*bytes).to_string(),
        Datum::Text(text) => format!("\"{}\"", cut(text)),
        Datum::Name(name) => cut(name),
        Datum::List(list) => cut(&format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", "))),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(shared: Datum, output: &[&str]) -> End {
        let output: Vec<String> = output.iter().map(|line| (*line).to_owned()).collect();
        End::new(&[("x".to_owned(), shared)], &output)
    }

    #[test]
    fn who_was_first_and_how_long_it_took_makes_no_difference() {
        let numbers = |numbers: &[i64]| Datum::List(numbers.iter().map(|n| Datum::Number(*n)).collect());
        let one = end(numbers(&[1, 2]), &["two after 3ms", "one (after 41.2ms)"]);
        let other = end(numbers(&[2, 1]), &["one (after 7us)", "two after 1s"]);
        assert_eq!(one.difference(&other), None);
        assert_eq!(end(Datum::Duration(3), &[]).difference(&end(Datum::Duration(4), &[])), None);
    }

    #[test]
    fn what_differs_is_named() {
        let told = |one: &End, other: &End| one.difference(other).unwrap();
        let (none, six) = (end(Datum::Number(0), &["pages 0"]), end(Datum::Number(6), &["pages 6"]));
        assert_eq!(told(&none, &six), "`x` is 0 instead of 6");
        let same = Datum::Number(1);
        let (none, six) = (end(same.clone(), &["pages 0"]), end(same.clone(), &["pages 6"]));
        assert_eq!(told(&none, &six), "it prints `pages 0` instead of `pages 6`");
        assert_eq!(told(&end(same, &[]), &six), "it prints 0 lines instead of 1");
    }
}
