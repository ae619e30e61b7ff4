//! Unit by unit: what of the one run belongs to what of the other, and how a unit fares as a whole.

use std::collections::BTreeSet;

use crate::compare::align::align;
use crate::compare::keys::{Key, Keys};
use crate::compare::order::Order;

/// A unit's events of both runs, by their places in the traces.
#[derive(Debug, Default)]
pub(super) struct Aligned {
    /// What belongs together, in order.
    pub(super) pairs: Vec<(usize, usize)>,
    /// What only the first run has.
    pub(super) removed: Vec<usize>,
    /// What only the second one has.
    pub(super) added: Vec<usize>,
}

/// How a unit fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitState {
    /// It does the same at the same pace.
    Same,
    /// It does the same; something takes longer or shorter.
    Retimed,
    /// It does the same; at some thing it comes before or behind other units than it did.
    Reordered,
    /// It does something else.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

impl UnitState {
    /// The word for a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Retimed => "retimed",
            Self::Reordered => "reordered",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A unit in both runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitChange {
    /// Its name.
    pub name: String,
    /// How it fares.
    pub state: UnitState,
    /// Events that belong to one of the other run.
    pub kept: usize,
    /// Of these, events with another delta.
    pub retimed: usize,
    /// Of these, events with another detail or at another place.
    pub altered: usize,
    /// Events that are gone.
    pub removed: usize,
    /// Events that are new.
    pub added: usize,
}

/// What belongs together, by [`Keys::units`].
pub(super) fn aligned(keys: &Keys<'_>) -> Vec<Aligned> {
    (0..keys.units.len()).map(|unit| align_unit(keys, unit)).collect()
}

/// First by what events are about and where they happen, whatever their values; then what is left between
/// two such pairs, whatever the place, because a statement that is moved or numbered otherwise does the same.
fn align_unit(keys: &Keys<'_>, unit: usize) -> Aligned {
    let [before, after] = keys.sides.each_ref().map(|side| &side.by_unit[unit]);
    let numbers = |side: usize, events: &[usize], of: fn(&Key) -> u32| -> Vec<u32> {
        events.iter().map(|&at| of(&keys.sides[side].keys[at])).collect()
    };
    let coarse = |side, events: &[usize]| numbers(side, events, |key| key.coarse);
    let loose = |side, events: &[usize]| numbers(side, events, |key| key.loose);
    let first = align(&coarse(0, before), &coarse(1, after));
    let mut aligned = Aligned::default();
    let (mut one, mut other) = (0, 0);
    for (to_one, to_other) in first.into_iter().chain([(before.len(), after.len())]) {
        let (gone, come) = (&before[one..to_one], &after[other..to_other]);
        let (mut from, mut to) = (0, 0);
        let end = (gone.len(), come.len());
        let again = if gone.is_empty() || come.is_empty() {
            Vec::new()
        } else {
            align(&loose(0, gone), &loose(1, come))
        };
        for (to_gone, to_come) in again.into_iter().chain([end]) {
            aligned.removed.extend(&gone[from..to_gone]);
            aligned.added.extend(&come[to..to_come]);
            if (to_gone, to_come) != end {
                aligned.pairs.push((gone[to_gone], come[to_come]));
            }
            (from, to) = (to_gone + 1, to_come + 1);
        }
        if to_one < before.len() && to_other < after.len() {
            aligned.pairs.push((before[to_one], after[to_other]));
        }
        (one, other) = (to_one + 1, to_other + 1);
    }
    aligned
}

/// Whether an event says something else, or happens elsewhere.
pub(super) fn is_altered(keys: &Keys<'_>, (one, other): (usize, usize)) -> bool {
    let [before, after] = &keys.sides;
    before.detail(one) != after.detail(other) || before.place(one) != after.place(other)
}

/// Whether the time since its unit's previous event is another one.
pub(super) fn is_retimed(keys: &Keys<'_>, (one, other): (usize, usize)) -> bool {
    let [before, after] = &keys.sides;
    before.event(one).delta != after.event(other).delta
}

/// How each unit fares.
pub(super) fn changes(keys: &Keys<'_>, aligned: &[Aligned], orders: &[Order]) -> Vec<UnitChange> {
    let reordered: BTreeSet<&str> = orders.iter().flat_map(Order::units).collect();
    let change = |(name, aligned): (&&str, &Aligned)| {
        let Aligned { pairs, removed, added } = aligned;
        let retimed = pairs.iter().filter(|&&pair| is_retimed(keys, pair)).count();
        let altered = pairs.iter().filter(|&&pair| is_altered(keys, pair)).count();
        let [before, after] = keys.sides.each_ref().map(|side| side.recorded.units.contains(*name));
        let state = if !before {
            UnitState::Added
        } else if !after {
            UnitState::Removed
        } else if altered + removed.len() + added.len() > 0 {
            UnitState::Changed
        } else if reordered.contains(*name) {
            UnitState::Reordered
        } else if retimed > 0 {
            UnitState::Retimed
        } else {
            UnitState::Same
        };
        let (removed, added) = (removed.len(), added.len());
        UnitChange { name: (*name).to_owned(), state, kept: pairs.len(), retimed, altered, removed, added }
    };
    keys.units.iter().zip(aligned).map(change).collect()
}
