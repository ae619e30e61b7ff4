//! What many runs came to, one for each of many seeds: as tables for people and as the document `concsim.seeds/1`.

mod bins;
pub mod document;
pub mod text;

use std::ops::Range;

use crate::base::span::Source;
use crate::observe::report::{Inputs, Report};
use crate::observe::survey::{Share, Survey};

/// How many ends are shown.
pub const ENDS_MAX: usize = 10;

/// A survey with all that is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Surveyed<'a> {
    /// The script.
    pub source: &'a Source,
    /// What each run was given; the seed is none of theirs.
    pub inputs: &'a Inputs,
    /// The seeds that were asked for.
    pub seeds: &'a Range<u64>,
    /// What came of those that were run.
    pub survey: &'a Survey,
    /// The most frequent ends, each with its first run.
    pub ends: &'a [(Share, Report)],
}

impl Surveyed<'_> {
    /// Whether all runs were made and are one and the same: the same order of events, time and end.
    #[must_use]
    pub fn is_one_run(&self) -> bool {
        let Survey { runs, orders, elapsed, ends, .. } = self.survey;
        *runs > 1 && self.is_complete() && orders.len() == 1 && elapsed.len() == 1 && ends.len() == 1
    }

    /// Whether all seeds were run.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.survey.runs == self.asked()
    }

    /// How many seeds were asked for.
    #[must_use]
    pub const fn asked(&self) -> u64 {
        self.seeds.end - self.seeds.start
    }
}

/// A part of all runs in percent, with one decimal; what is nearly nothing or nearly all does not become it.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    match (part * 2000 + whole) / (whole * 2) {
        0 if part > 0 => "<0.1%".to_owned(),
        1000 if part < whole => ">99.9%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_nothing_and_nearly_all_are_told_apart_from_both() {
        let check = |part, whole, want: &str| assert_eq!(percent(part, whole), want);
        check(0, 100, "0.0%");
        check(1, 3, "33.3%");
        check(2, 3, "66.7%");
        check(1, 100_000, "<0.1%");
        check(99_999, 100_000, ">99.9%");
        check(5, 5, "100.0%");
        check(u64::MAX, u64::MAX, "100.0%");
    }
}
