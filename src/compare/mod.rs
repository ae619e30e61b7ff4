//! What differs between two runs, from their traces: where they first part, what each unit does otherwise,
//! what only takes longer or shorter, and what it all came to.
//!
//! Times that only shift are no difference of their own. A unit's delta changes where its own work or its
//! wait has changed; who comes before whom counts only where the two touch the same thing.

mod align;
mod edits;
mod keys;
mod order;
mod parting;
mod phrase;
mod results;
mod times;
mod units;

use std::borrow::Cow;

pub use edits::{Edit, EditKind, Edits};
pub use order::Order;
pub use parting::{Parting, Seen};
pub use results::{Change, FindingChange, FindingState};
pub use times::Times;
pub use units::{UnitChange, UnitState};

use crate::trace::recorded::Recorded;

/// What differs between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What they were given. The script's name is no difference.
    pub inputs: Vec<Change>,
    /// Outcome, time and other figures, final values.
    pub figures: Vec<Change>,
    /// What is wrong in either.
    pub findings: Vec<FindingChange>,
    /// Where they first part in what happens in which order.
    pub parting: Option<Parting>,
    /// Things that units come to in another order.
    pub orders: Vec<Order>,
    /// What units do that they did not do, and the other way round; units that do the same together.
    pub edits: Vec<Edits>,
    /// What takes longer or shorter.
    pub times: Vec<Times>,
    /// Every unit, in order of its spawn.
    pub units: Vec<UnitChange>,
    /// How many events changed places with events of other units that they have nothing to do with.
    pub moved: usize,
}

impl Comparison {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let known = |finding: &FindingChange| finding.state == FindingState::Still;
        self.inputs.is_empty() && self.findings.iter().all(known) && self.happens_the_same()
    }

    /// Whether all that happens is the same, at the same times and to the same end, whatever was given.
    #[must_use]
    pub fn happens_the_same(&self) -> bool {
        let same = |unit: &UnitChange| unit.state == UnitState::Same;
        self.figures.is_empty() && self.parting.is_none() && self.moved == 0 && self.units.iter().all(same)
    }
}

/// Compares two runs. Of traces with different details, the coarser one's is compared.
#[must_use]
pub fn compare(before: &Recorded, after: &Recorded) -> Comparison {
    let detail = before.inputs.detail.min(after.inputs.detail);
    let level = |recorded: &'_ Recorded| recorded.inputs.detail > detail;
    let coarser = |recorded| {
        if level(recorded) { Cow::Owned(recorded.clone().at_detail(detail)) } else { Cow::Borrowed(recorded) }
    };
    let (before, after) = (&*coarser(before), &*coarser(after));
    let keys = keys::Keys::new(before, after);
    let aligned = units::aligned(&keys);
    let orders = order::orders(&keys, &aligned);
    let units = units::changes(&keys, &aligned, &orders);
    let parting = parting::parting(&keys, &aligned);
    // Where they part, it is no wonder that events change places.
    let moved = if parting.is_none() { order::moved(&aligned) } else { 0 };
    Comparison {
        inputs: results::inputs(&before.inputs, &after.inputs),
        figures: results::figures(&before.results, &after.results),
        findings: results::findings(&before.results, &after.results),
        parting,
        orders,
        edits: edits::edits(&keys, &aligned),
        times: times::times(&keys, &aligned),
        units,
        moved,
    }
}
