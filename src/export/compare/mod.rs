//! What differs between two runs: for people, for programs, and for a comment under a review.

pub mod json;
pub mod markdown;
mod rows;
pub mod text;

use crate::base::printable::safe;
use crate::compare::{Change, Comparison, UnitChange, UnitState};

/// What the reader can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns of a line.
    pub width: usize,
    /// Whether there is more than ASCII.
    pub unicode: bool,
    /// Whether there are colours.
    pub colour: bool,
}

impl Look {
    /// For a document.
    pub const PLAIN: Self = Self { width: 100, unicode: true, colour: false };

    const fn arrow(self) -> &'static str {
        if self.unicode { "→" } else { "->" }
    }

    const fn times(self) -> &'static str {
        if self.unicode { "×" } else { "x" }
    }

    const fn dots(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// How what can't be told is shown.
const NONE: &str = "none";

/// A value that is there or not, fit to be shown.
fn shown(value: Option<&str>) -> String {
    value.map_or_else(|| NONE.to_owned(), safe)
}

/// All figures that differ, what was given first.
fn figures(comparison: &Comparison) -> impl Iterator<Item = &Change> {
    comparison.inputs.iter().chain(&comparison.figures)
}

/// The units of a state, by name.
fn units_that(comparison: &Comparison, state: UnitState) -> Vec<&UnitChange> {
    comparison.units.iter().filter(|unit| unit.state == state).collect()
}

/// `5 units: 1 added, 2 changed, 2 same`
fn count_of_units(comparison: &Comparison) -> String {
    let states = [
        UnitState::Added,
        UnitState::Removed,
        UnitState::Changed,
        UnitState::Reordered,
        UnitState::Retimed,
        UnitState::Same,
    ];
    let counted = states.into_iter().filter_map(|state| {
        let count = units_that(comparison, state).len();
        (count > 0).then(|| format!("{count} {}", state.word()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// What is to be said when only what was given has changed.
fn nothing_happens(comparison: &Comparison) -> Option<&'static str> {
    let given = !comparison.inputs.is_empty() && comparison.happens_the_same();
    given.then_some("What happens is the same, at the same times.")
}

/// What is to be said of events that only changed places.
fn moved(comparison: &Comparison) -> Option<String> {
    match comparison.moved {
        0 => None,
        1 => Some("1 event changes places with events of units that it has nothing to do with".to_owned()),
        more => Some(format!(
            "{more} events change places with events of units that they have nothing to do with"
        )),
    }
}
