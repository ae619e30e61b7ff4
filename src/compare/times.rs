//! What takes longer or shorter, summed up over units and rounds.

use std::cmp::Reverse;

use indexmap::{IndexMap, IndexSet};

use crate::base::time::SimDuration;
use crate::compare::keys::Keys;
use crate::compare::units::{Aligned, is_retimed};
use crate::trace::words::Word;

/// Events at one statement that come sooner or later after their unit's previous event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Where.
    pub place: String,
    /// Their word.
    pub word: Word,
    /// The time before them was a wait: it follows from what other units do.
    pub waited: bool,
    /// The units, in order of their spawn.
    pub units: Vec<String>,
    /// How many events.
    pub count: usize,
    /// How long it took, all together.
    pub before: SimDuration,
    /// How long it takes now.
    pub after: SimDuration,
}

/// Where time is longer or shorter; own work first, then waits, and of these what changed most.
pub(super) fn times(keys: &Keys<'_>, aligned: &[Aligned]) -> Vec<Times> {
    let mut sums: IndexMap<(bool, Word, &str), (Times, IndexSet<usize>)> = IndexMap::new();
    let [before, after] = &keys.sides;
    for (unit, aligned) in aligned.iter().enumerate() {
        for (at, &(one, other)) in aligned.pairs.iter().enumerate() {
            if !is_retimed(keys, (one, other)) {
                continue;
            }
            let waits = |(one, other): (usize, usize)| {
                [before.word(one), after.word(other)].iter().any(|w| is_wait(*w))
            };
            let waited = at.checked_sub(1).is_some_and(|at| waits(aligned.pairs[at]))
                || follows_wait(&aligned.removed, one, before)
                || follows_wait(&aligned.added, other, after);
            let (word, place) = (after.word(other), after.place(other));
            let new = || Times {
                place: place.to_owned(),
                word,
                waited,
                units: Vec::new(),
                count: 0,
                before: SimDuration::ZERO,
                after: SimDuration::ZERO,
            };
            let (sum, units) = sums.entry((waited, word, place)).or_insert_with(|| (new(), IndexSet::new()));
            sum.count += 1;
            sum.before += before.event(one).delta;
            sum.after += after.event(other).delta;
            units.insert(unit);
        }
    }
    let named = |(sum, units): (Times, IndexSet<usize>)| Times {
        units: units.iter().map(|unit| keys.units[*unit].to_owned()).collect(),
        ..sum
    };
    let mut times: Vec<Times> = sums.into_values().map(named).collect();
    times.sort_by_key(|sum| (sum.waited, Reverse(sum.before.0.abs_diff(sum.after.0))));
    times
}

fn is_wait(word: Word) -> bool {
    matches!(word.text(), "wait" | "gil-wait")
}

/// Whether a wait that only one run has stands right before an event.
fn follows_wait(alone: &[usize], at: usize, side: &crate::compare::keys::Side<'_>) -> bool {
    let unit = side.keys[at].unit;
    let own = &side.by_unit[unit];
    let previous = own.binary_search(&at).ok().and_then(|place| place.checked_sub(1)).map(|place| own[place]);
    previous.is_some_and(|previous| is_wait(side.word(previous)) && alone.binary_search(&previous).is_ok())
}
