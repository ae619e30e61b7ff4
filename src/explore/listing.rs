//! A schedule as a text, to be read, kept beside its script and compared.
//!
//! Up to the line `turns` it says what it belongs to and which units there are;
//! then each line is a turn: whose, what it decides, and behind a `#` what the
//! step is. All that stands behind a `#` is for people and is not read back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use thiserror::Error;

use crate::base::id::UnitId;
use crate::base::printable::push_ascii;
use crate::explore::schedule::{Pick, Schedule, Turn};
use crate::explore::token::TURNS_MAX;

/// What the first line of a listing says; the number is raised when old readers could not read it.
pub const FIRST_LINE: &str = "concsim-schedule 1";

/// The column at which the words for people begin.
const COMMENT: usize = 30;

/// A schedule with what people want to know of it.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    /// The script's file name.
    pub script: &'a str,
    /// The hash of its code, in hexadecimal.
    pub ir_hash: &'a str,
    /// What it shows, in a line.
    pub finding: &'a str,
    /// The schedule.
    pub schedule: &'a Schedule,
    /// The names of the units, at least of all that take a turn.
    pub names: &'a [String],
    /// What each turn's step is.
    pub steps: &'a [String],
}

/// Why a text is no listing of a script's schedule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ListingError {
    /// It does not begin as one.
    #[error("this is no schedule: its first line is not `{FIRST_LINE}`")]
    Alien,
    /// It ends before its turns begin.
    #[error("this schedule is cut off: it has no line `turns`")]
    NoTurns,
    /// It does not say to which code it belongs.
    #[error("this schedule does not say to which script it belongs: it has no line `ir`")]
    NoScript,
    /// It belongs to other code.
    #[error("this schedule belongs to another script, or the script or a param has changed since")]
    OtherScript,
    /// A line, counted from 1, makes no sense.
    #[error("line {line} of this schedule makes no sense: {problem}")]
    Line {
        /// Which.
        line: usize,
        /// Why.
        problem: String,
    },
}

/// Writes a listing: ASCII, each line ended by a line feed.
///
/// # Panics
///
/// If a unit that takes a turn has no name.
#[must_use]
pub fn write(listing: &Listing<'_>) -> String {
    let Listing { script, ir_hash, finding, schedule, names, steps } = *listing;
    let mut text = format!("{FIRST_LINE}\n");
    for (word, said) in [("script", script), ("ir", ir_hash), ("finding", finding)] {
        let mut line = format!("{word:<9}");
        push_ascii(&mut line, said);
        push_line(&mut text, &line);
    }
    let labels = labels(schedule, names);
    for (unit, label) in &labels {
        push_line(&mut text, &format!("{:<9}{label}", format!("unit {unit}")));
    }
    if !schedule.start.is_empty() {
        push_line(&mut text, &format!("{:<9}{}", "start", picks(&schedule.start)));
    }
    text.push_str("turns\n");
    for (at, turn) in schedule.turns.iter().enumerate() {
        let mut line = labels[&turn.unit].clone();
        line.push_str(if turn.expired { " gives-up" } else { "" });
        if !turn.picks.is_empty() {
            line.push(' ');
            line.push_str(&picks(&turn.picks));
        }
        if let Some(step) = steps.get(at) {
            write!(line, "{:1$}# ", "", COMMENT.saturating_sub(line.len()).max(1))
                .expect("writing to a string never fails");
            push_ascii(&mut line, step);
        }
        push_line(&mut text, &line);
    }
    text
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// What the units are called in a listing: one word each, no two the same.
fn labels(schedule: &Schedule, names: &[String]) -> BTreeMap<UnitId, String> {
    let units: BTreeSet<UnitId> = schedule.turns.iter().map(|turn| turn.unit).collect();
    let mut labels = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for unit in units {
        let mut label = String::new();
        push_ascii(&mut label, &names[unit.index()]);
        label = label.replace(' ', "\\u{20}").replace('#', "\\u{23}");
        if label.is_empty() || !taken.insert(label.clone()) {
            // A backslash stands before a letter or another one everywhere else.
            write!(label, "\\~{unit}").expect("writing to a string never fails");
        }
        labels.insert(unit, label);
    }
    labels
}

fn picks(picks: &[Pick]) -> String {
    let word = |pick: &Pick| match pick {
        Pick::Value(value) => format!("choose={value}"),
        Pick::Waiter(waiter) => format!("wake={waiter}"),
    };
    picks.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Whether a text says that it is a listing.
#[must_use]
pub fn is_listing(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.trim_end() == FIRST_LINE)
}

/// Reads the schedule of a listing, for the script whose code has that hash.
///
/// # Errors
///
/// If it is none, or another script's.
pub fn read(text: &str, ir_hash: &str) -> Result<Schedule, ListingError> {
    if !is_listing(text) {
        return Err(ListingError::Alien);
    }
    let mut reader =
        Reader { ir_hash, is_ours: false, units: BTreeMap::new(), schedule: Schedule::default() };
    let mut in_turns = false;
    for (line, said) in (1..).zip(text.lines()).skip(1) {
        let said = said.split('#').next().unwrap_or_default();
        let mut words = said.split_ascii_whitespace();
        let Some(first) = words.next() else { continue };
        let words: Vec<&str> = words.collect();
        let problem = |problem| ListingError::Line { line, problem };
        match (in_turns, first) {
            (false, "turns") if !reader.is_ours => return Err(ListingError::NoScript),
            (false, "turns") => in_turns = true,
            (false, _) => reader.head(first, &words)?.map_err(problem)?,
            (true, _) => reader.turn(first, &words).map_err(problem)?,
        }
    }
    if in_turns { Ok(reader.schedule) } else { Err(ListingError::NoTurns) }
}

struct Reader<'a> {
    ir_hash: &'a str,
    is_ours: bool,
    units: BTreeMap<&'a str, UnitId>,
    schedule: Schedule,
}

impl<'a> Reader<'a> {
    /// A line before the turns.
    fn head(&mut self, first: &str, words: &[&'a str]) -> Result<Result<(), String>, ListingError> {
        match (first, words) {
            ("script" | "finding", _) => {}
            ("ir", [hash]) if *hash == self.ir_hash => self.is_ours = true,
            ("ir", _) => return Err(ListingError::OtherScript),
            ("unit", [number, name]) => match number.parse() {
                Ok(number) => {
                    if self.units.insert(name, UnitId(number)).is_some() {
                        return Ok(Err(format!("there are two units `{name}`")));
                    }
                }
                Err(_) => return Ok(Err(format!("`{number}` is no number of a unit"))),
            },
            ("start", words) => match words.iter().map(|word| pick(word)).collect() {
                Ok(picks) => self.schedule.start = picks,
                Err(problem) => return Ok(Err(problem)),
            },
            _ => return Ok(Err(format!("nothing is called `{first}` here"))),
        }
        Ok(Ok(()))
    }

    fn turn(&mut self, first: &str, words: &[&str]) -> Result<(), String> {
        let unit = self.units.get(first).ok_or_else(|| format!("there is no unit `{first}`"))?;
        let (expired, words) = match words {
            ["gives-up", words @ ..] => (true, words),
            words => (false, words),
        };
        let picks = words.iter().map(|word| pick(word)).collect::<Result<_, _>>()?;
        if self.schedule.turns.len() == TURNS_MAX {
            return Err("there are too many turns".to_owned());
        }
        self.schedule.turns.push(Turn { unit: *unit, expired, picks });
        Ok(())
    }
}

fn pick(word: &str) -> Result<Pick, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
    if let Some(value) = word.strip_prefix("choose=") {
        Ok(Pick::Value(number(value)?))
    } else if let Some(waiter) = word.strip_prefix("wake=") {
        Ok(Pick::Waiter(number(waiter)?))
    } else {
        Err(format!("nothing is decided by `{word}`"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::explore::token::tests::schedules;

    const HASH: &str = "3f9a1c2b4d5e";

    fn text(schedule: &Schedule, names: &[String], steps: &[String]) -> String {
        let finding = "deadlock: a and b wait for each other";
        write(&Listing { script: "bank.conc", ir_hash: HASH, finding, schedule, names, steps })
    }

    fn turn(unit: u32, expired: bool, picks: &[Pick]) -> Turn {
        Turn { unit: UnitId(unit), expired, picks: picks.to_vec() }
    }

    #[test]
    fn a_listing_can_be_read_by_people() {
        let turns = vec![
            turn(1, false, &[]),
            turn(2, true, &[]),
            turn(0, false, &[Pick::Waiter(1), Pick::Value(7)]),
            turn(3, false, &[]),
        ];
        let schedule = Schedule { start: vec![Pick::Value(2)], turns };
        let names = ["main", "a b#é", "main", ""].map(str::to_owned);
        let steps = ["acquire m, line 3", "give up on m, line 4", "notify c", "print\n"].map(str::to_owned);
        let got = text(&schedule, &names, &steps);
        let want = "\
concsim-schedule 1
script   bank.conc
ir       3f9a1c2b4d5e
finding  deadlock: a and b wait for each other
unit 0   main
unit 1   a\\u{20}b\\u{23}\\u{e9}
unit 2   main\\~2
unit 3   \\~3
start    choose=2
turns
a\\u{20}b\\u{23}\\u{e9}          # acquire m, line 3
main\\~2 gives-up              # give up on m, line 4
main wake=1 choose=7          # notify c
\\~3                           # print\\n
";
        assert_eq!(got, want);
        assert_eq!(read(&got, HASH), Ok(schedule));
    }

    #[test]
    fn what_is_wrong_with_a_listing_is_told_with_its_line() {
        let schedule = Schedule { start: Vec::new(), turns: vec![turn(0, false, &[])] };
        let good = text(&schedule, &["main".to_owned()], &[]);
        let line = |line, problem: &str| Err(ListingError::Line { line, problem: problem.to_owned() });
        assert_eq!(read("main {}", HASH), Err(ListingError::Alien));
        assert_eq!(read(&good, "0"), Err(ListingError::OtherScript));
        assert_eq!(read("concsim-schedule 1\nturns\n", HASH), Err(ListingError::NoScript));
        assert_eq!(read("concsim-schedule 1\nir 3f9a1c2b4d5e\n", HASH), Err(ListingError::NoTurns));
        let cases = [
            ("other", "there is no unit `other`"),
            ("main sleeps", "nothing is decided by `sleeps`"),
            ("main wake=-1", "`-1` is no number"),
        ];
        for (added, problem) in cases {
            assert_eq!(read(&format!("{good}\n{added}\n"), HASH), line(9, problem));
        }
        let cases = [
            ("units 1 a", "nothing is called `units` here"),
            ("unit x a", "`x` is no number of a unit"),
            ("unit 7 main", "there are two units `main`"),
            ("start 3", "nothing is decided by `3`"),
        ];
        for (added, problem) in cases {
            let bad = good.replace("turns", &format!("{added}\nturns"));
            assert_eq!(read(&bad, HASH), line(6, problem));
        }
    }

    proptest! {
        #[test]
        fn a_listing_is_read_back(schedule in schedules(4), names in proptest::collection::vec(".*", 4)) {
            let steps = vec!["# x = 1".to_owned(); schedule.turns.len()];
            let text = text(&schedule, &names, &steps);
            prop_assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')), "{}", text);
            prop_assert_eq!(read(&text, HASH), Ok(schedule));
        }

        #[test]
        fn a_changed_listing_is_a_schedule_or_none(
            schedule in schedules(4),
            at in any::<prop::sample::Index>(),
            to in ".?",
        ) {
            let names = ["main", "a", "b", "c"].map(str::to_owned);
            let mut text = text(&schedule, &names, &[]);
            let at = at.index(text.len());
            text.replace_range(at..=at, &to);
            if let Ok(schedule) = read(&text, HASH) {
                prop_assert!(schedule.turns.iter().all(|turn| schedule.turns.len() <= TURNS_MAX && turn.unit.0 < 100));
            }
        }
    }
}
