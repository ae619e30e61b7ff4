//! The `=` lines of a trace: what its run came to.

use crate::base::time::SimDuration;
use crate::trace::recorded::columns::duration;

/// What a run came to, as its trace says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    lines: Vec<Line>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// Where the name ends.
    name: usize,
}

impl Line {
    /// All of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says: `outcome`, `elapsed`, `gil.switches`, `finding`, `missing`, `shared total`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text[..self.name]
    }

    /// What that is.
    #[must_use]
    pub fn value(&self) -> &str {
        self.text[self.name..].strip_prefix(' ').unwrap_or_default()
    }
}

impl Results {
    /// All lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The figure of that name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.name() == name).map(Line::value)
    }

    /// The findings, each without the word `finding`.
    pub fn findings(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| line.name() == "finding").map(Line::value)
    }

    /// Virtual time from start to end.
    #[must_use]
    pub fn elapsed(&self) -> SimDuration {
        self.figure("elapsed").and_then(duration).unwrap_or(SimDuration::ZERO)
    }

    /// Adds a line. False if it is none that a trace has.
    pub(super) fn add(&mut self, text: &str) -> bool {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let is_known = match word {
            "outcome" | "finding" | "missing" => !rest.is_empty(),
            "elapsed" => duration(rest).is_some(),
            "gil.switches" => rest.parse::<u64>().is_ok(),
            "shared" => rest.contains(' '),
            _ => false,
        };
        let order = ["outcome", "elapsed", "gil.switches"];
        let is_in_place =
            order.get(self.lines.len()).map_or(!order.contains(&word), |wanted| *wanted == word);
        if is_known && is_in_place {
            // A shared variable is part of the name: `shared total`.
            let of_name = if word == "shared" { rest.find(' ').map_or(0, |length| length + 1) } else { 0 };
            self.lines.push(Line { text: text.to_owned(), name: word.len() + of_name });
        }
        is_known && is_in_place
    }

    /// What is missing to be whole.
    pub(super) fn lacks(&self) -> Option<&'static str> {
        match self.lines.len() {
            0 => Some("its results"),
            1 | 2 => Some("the end of its results"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_one_figure_a_line() {
        let mut results = Results::default();
        assert_eq!(results.lacks(), Some("its results"));
        let lines = [
            "outcome deadlock a waits",
            "elapsed 2.16039ms",
            "gil.switches 6",
            "finding D001 deadlock cycle a b",
            "missing race",
            "shared total \"a b\"",
        ];
        for line in lines {
            assert!(results.add(line), "{line}");
        }
        assert_eq!(results.lacks(), None);
        assert_eq!(results.elapsed(), SimDuration(2_160_390));
        assert_eq!(results.figure("shared total"), Some("\"a b\""));
        assert_eq!(results.findings().collect::<Vec<_>>(), ["D001 deadlock cycle a b"]);
        assert!(results.lines().iter().map(Line::text).eq(lines));
    }

    #[test]
    fn what_is_no_result_is_refused() {
        for line in ["elapsed 1ms", "outcome", "", "total 1", "shared total"] {
            assert!(!Results::default().add(line), "{line}");
        }
        let mut results = Results::default();
        assert!(
            results.add("outcome completed") && !results.add("elapsed soon") && !results.add("missing race")
        );
        assert!(results.add("elapsed 0s") && !results.add("gil.switches many") && results.lacks().is_some());
    }
}
