//! What was given and what came of it, figure by figure.

use crate::base::time::SimDuration;
use crate::trace::event::Detail;
use crate::trace::recorded::{Inputs, Line, Results};

/// A figure that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it says.
    pub name: String,
    /// What it was, if it was told.
    pub before: Option<String>,
    /// What it is, if it is told.
    pub after: Option<String>,
    /// By how much, where that can be said: `+2ms, +10.0%`.
    pub difference: Option<String>,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// It is gone.
    Fixed,
    /// It was not there.
    New,
    /// It is there in both.
    Still,
}

impl FindingState {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::New => "new",
            Self::Still => "still",
        }
    }
}

/// A finding of one run or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange {
    /// What became of it.
    pub state: FindingState,
    /// Code, kind, cause, units and objects, as in the trace; of one that was expected and did not come `missing` and its kind.
    pub text: String,
}

/// The inputs that differ. Names of scripts do not count: the same script may be called otherwise.
pub(super) fn inputs(before: &Inputs, after: &Inputs) -> Vec<Change> {
    let detail = |inputs: &Inputs| if inputs.detail == Detail::Sched { "sched" } else { "sync" }.to_owned();
    let fields = |inputs: &Inputs| {
        [
            ("code", inputs.ir.clone()),
            ("seed", inputs.seed.to_string()),
            ("runtime", inputs.runtime.clone()),
            ("cores", inputs.cores.to_string()),
            ("machine", inputs.machine.clone()),
            ("scheduler", inputs.scheduler.clone()),
            ("detail", detail(inputs)),
        ]
    };
    let limits = ["max-time", "max-events", "max-memory"];
    let named = |inputs: &Inputs| -> Vec<(String, String)> {
        let is_limit = |(name, _): &&(String, String)| limits.contains(&name.as_str());
        let options = inputs.options.iter().filter(is_limit);
        options.chain(&inputs.settings).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let same_place = |((name, before), (_, after)): ((&str, String), (&str, String))| {
        (before != after).then(|| Change::new(name, Some(before), Some(after)))
    };
    let mut changes: Vec<Change> =
        fields(before).into_iter().zip(fields(after)).filter_map(same_place).collect();
    changes.extend(by_name(&named(before), &named(after)));
    changes
}

/// The figures of the results that differ.
pub(super) fn figures(before: &Results, after: &Results) -> Vec<Change> {
    let named = |results: &Results| -> Vec<(String, String)> {
        let figure = |line: &&Line| !["finding", "missing"].contains(&line.name());
        let pair = |line: &Line| (line.name().to_owned(), line.value().to_owned());
        results.lines().iter().filter(figure).map(pair).collect()
    };
    let mut changes = by_name(&named(before), &named(after));
    for change in &mut changes {
        if change.name == "elapsed" {
            change.difference = Some(duration_difference(before.elapsed(), after.elapsed()));
        }
    }
    changes
}

/// What differs between two lists of names with values, in the order of the second, then of the first.
fn by_name(before: &[(String, String)], after: &[(String, String)]) -> Vec<Change> {
    let value = |list: &[(String, String)], wanted: &str| {
        list.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&str> = after.iter().chain(before).map(|(name, _)| name.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let change = |name: &str| {
        let (before, after) = (value(before, name), value(after, name));
        (before != after).then(|| Change::new(name, before, after))
    };
    names.into_iter().filter_map(change).collect()
}

impl Change {
    /// A change; of numbers it says by how much.
    fn new(name: &str, before: Option<String>, after: Option<String>) -> Self {
        let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i64>().ok());
        let is_figure = name.starts_with("shared ") || name == "gil.switches" || name == "cores";
        let numbers = number(&before).zip(number(&after)).filter(|_| is_figure);
        let difference =
            numbers.and_then(|(before, after)| Some(format!("{:+}", after.checked_sub(before)?)));
        Self { name: name.to_owned(), before, after, difference }
    }
}

/// `+2ms, +10.0%`; the part where there was nothing before can't be said.
fn duration_difference(before: SimDuration, after: SimDuration) -> String {
    let signed = signed(before, after);
    let tenths = u128::from(before.0.abs_diff(after.0)) * 1_000 / u128::from(before.0.max(1));
    if before.0 == 0 {
        return signed;
    }
    let sign = if after >= before { '+' } else { '-' };
    format!("{signed}, {sign}{}.{}%", tenths / 10, tenths % 10)
}

/// `+2ms`
pub(super) fn signed(before: SimDuration, after: SimDuration) -> String {
    let sign = if after >= before { '+' } else { '-' };
    format!("{sign}{}", SimDuration(before.0.abs_diff(after.0)))
}

/// What became of every finding, what changed first. A line that stands twice counts twice.
pub(super) fn findings(before: &Results, after: &Results) -> Vec<FindingChange> {
    let lines = |results: &Results| -> Vec<String> {
        let missing = |line: &Line| line.text().to_owned();
        let text =
            |line: &Line| if line.name() == "finding" { line.value().to_owned() } else { missing(line) };
        let is_finding = |line: &&Line| ["finding", "missing"].contains(&line.name());
        results.lines().iter().filter(is_finding).map(text).collect()
    };
    let mut left = lines(after);
    let (mut fixed, mut still) = (Vec::new(), Vec::new());
    for text in lines(before) {
        match left.iter().position(|other| *other == text) {
            Some(at) => {
                left.remove(at);
                still.push(FindingChange { state: FindingState::Still, text });
            }
            None => fixed.push(FindingChange { state: FindingState::Fixed, text }),
        }
    }
    fixed.extend(left.into_iter().map(|text| FindingChange { state: FindingState::New, text }));
    fixed.extend(still);
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_says_by_how_much_it_changed() {
        let check = |before, after, want: &str| {
            assert_eq!(duration_difference(SimDuration(before), SimDuration(after)), want);
        };
        check(2_000_000, 3_000_000, "+1ms, +50.0%");
        check(3_000_000, 2_000_000, "-1ms, -33.3%");
        check(0, 2_000_000, "+2ms");
        check(1_000, 999, "-1ns, -0.1%");
        check(1, u64::MAX, "+18446744073.709551614s, +1844674407370955161400.0%");
    }
}
