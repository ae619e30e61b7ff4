//! What a kind of unit is good for, by what was measured: does it overlap waits, and does it use all cores?
//!
//! Both are asked of the run without costs: what units could do, whatever it takes to start them. What it does take
//! is told by the elapsed time, the memory, and how many there can be.

use crate::observe::choice::{Free, Measured};

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does.
    Yes,
    /// To some degree.
    Partly,
    /// It does not.
    No,
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }
}

/// From how many at once on, in percent of what there could be, the answer is yes.
const MOST_PERCENT: u64 = 75;

/// Up to how many at once, in hundredths, the answer is no: one by one, but for the moments of a change.
const ONE: u64 = 125;

/// Whether waits of several units go on at the same time: nothing if there is no wait, or only one unit ever waits.
///
/// It is yes from one and a half units at once on, however many there are: a device may let in a few only.
#[must_use]
pub fn optimises_waiting(measured: &Measured) -> Option<Verdict> {
    let free = measured.free.filter(|free| free.waiters > 1)?;
    let at_once = free.waits.hundredths()?;
    Some(match at_once {
        150.. => Verdict::Yes,
        ..=ONE => Verdict::No,
        _ => Verdict::Partly,
    })
}

/// Whether the work of units goes on on all cores at the same time, or on as many as there are units: nothing if there
/// is no work, or only one core or unit.
#[must_use]
pub fn uses_all_cores(measured: &Measured, cores: u32) -> Option<Verdict> {
    let most = measured.units.min(u64::from(cores));
    let Free { cores: together, .. } = measured.free.filter(|_| most > 1)?;
    let at_once = together.hundredths()?;
    Some(if at_once >= most * MOST_PERCENT {
        Verdict::Yes
    } else if at_once <= ONE {
        Verdict::No
    } else {
        Verdict::Partly
    })
}
