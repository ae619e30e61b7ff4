//! What one script comes to with units of one kind or another, on one runtime and number of cores or another: what
//! was measured, and what follows from it for somebody who has to choose.
//!
//! Nothing here runs anything, and nothing knows how it is told.

pub mod end;
pub mod verdict;

use crate::base::time::SimDuration;
use crate::observe::chain::Chain;
use crate::observe::choice::end::End;
use crate::observe::finding::Finding;
use crate::observe::overlap::Together;
use crate::observe::report::Outcome;
use crate::observe::times::Times;

/// What a run came to, and what it would have come to if nothing had to be paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How it ended.
    pub outcome: Outcome,
    /// Virtual time from start to end.
    pub elapsed: SimDuration,
    /// Units that were spawned; main is none of them.
    pub units: u64,
    /// Greatest modelled memory, in bytes.
    pub peak_memory: u64,
    /// What all units, main too, did with their time, added up.
    pub times: Times,
    /// What the end hung on, if the run has ended by itself.
    pub chain: Option<Chain>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is left at the end, to be compared.
    pub end: End,
    /// The same run on a machine without costs, if that came to its end, too.
    pub free: Option<Free>,
}

/// A run on a machine on which nothing costs anything but what the script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// How long it took.
    pub elapsed: SimDuration,
    /// The work and the waits of all its units, one after the other.
    pub in_turn: SimDuration,
    /// How many cores worked at once.
    pub cores: Together,
    /// How many units were in `io` or `sleep` at once.
    pub waits: Together,
    /// How many units ever were.
    pub waiters: u64,
}

impl Measured {
    /// Whether it came to its end and nothing is wrong that the script does not expect.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.outcome == Outcome::Completed && self.unexpected().next().is_none()
    }

    /// The errors that the script does not expect.
    pub fn unexpected(&self) -> impl Iterator<Item = &Finding> {
        use crate::base::diagnostic::Severity;
        self.findings.iter().filter(|finding| finding.severity == Severity::Error && !finding.expected)
    }

    /// How much of its time it would not have taken if nothing but the script cost anything.
    #[must_use]
    pub fn overhead(&self) -> Option<SimDuration> {
        self.free.map(|free| self.elapsed.saturating_sub(free.elapsed))
    }
}

/// What it takes to start a unit that does nothing, and to wait for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartCost {
    /// The first one, with what is done once for all.
    pub first: SimDuration,
    /// Each one more.
    pub next: SimDuration,
}

/// How many units of a kind a script can have before what they cost outweighs what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The most that were tried and went well; none if one was too many.
    pub units: u64,
    /// Why no more.
    pub stopped: Stopped,
}

/// Why no more units were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// More are not tried.
    Enough,
    /// To start them and to switch between them took longer than all else.
    Time,
    /// They took too much memory.
    Memory,
    /// The run took too long to be simulated, or reached another limit.
    Limit,
    /// The run came to no good end.
    Failed,
}

/// How it stands with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was run.
    Measured(Box<Measured>),
    /// It can't be: why.
    Impossible(String),
    /// It was not run, since somebody was in a hurry.
    Skipped,
}

/// A script with units of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The word of the kind; none for a script that says itself what it starts.
    pub unit: Option<&'static str>,
    /// What came of it.
    pub standing: Standing,
    /// What the start of one costs.
    pub start: Option<StartCost>,
    /// How many of them there can be.
    pub scale: Option<Scale>,
}

impl Row {
    /// What was measured, if it was run.
    #[must_use]
    pub fn measured(&self) -> Option<&Measured> {
        match &self.standing {
            Standing::Measured(measured) => Some(measured),
            Standing::Impossible(_) | Standing::Skipped => None,
        }
    }

    /// The same if it is sound.
    #[must_use]
    pub fn sound(&self) -> Option<&Measured> {
        self.measured().filter(|measured| measured.is_sound())
    }
}

/// The kinds of units of a script side by side, on one runtime and number of cores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name of the runtime.
    pub runtime: &'static str,
    /// So many.
    pub cores: u32,
    /// How processes begin.
    pub start_method: &'static str,
    /// In the order in which they were asked for.
    pub rows: Vec<Row>,
}

/// How much longer than the fastest, in percent, is still as fast.
const AS_FAST_PERCENT: u128 = 110;

/// How much faster than one after the other, in hundredths, is worth having units for.
const PAYS: u64 = 110;

impl Group {
    /// The work and the waits of all units one after the other, on one core and with nothing to pay for: what all
    /// speed-ups are relative to. It is that of the first row that is sound.
    #[must_use]
    pub fn base(&self) -> Option<SimDuration> {
        self.rows.iter().filter_map(Row::sound).find_map(|measured| measured.free).map(|free| free.in_turn)
    }

    /// How often as fast as one after the other, in hundredths.
    #[must_use]
    pub fn speed_up(&self, measured: &Measured) -> Option<u64> {
        let hundredths = u128::from(self.base()?.0) * 100 / u128::from(measured.elapsed.0).max(1);
        Some(u64::try_from(hundredths).unwrap_or(u64::MAX))
    }

    /// The row whose end the others are held to: of the ends that most sound rows came to, the first.
    #[must_use]
    pub fn reference(&self) -> Option<usize> {
        let sound = |at: &usize| self.rows[*at].sound().map(|measured| &measured.end);
        let same = |at: usize| {
            let end = sound(&at);
            (0..self.rows.len()).filter(|other| end.is_some() && sound(other) == end).count()
        };
        (0..self.rows.len())
            .filter(|at| sound(at).is_some())
            .max_by_key(|&at| (same(at), std::cmp::Reverse(at)))
    }

    /// Whether a row came to another end than the one that it is held to.
    #[must_use]
    pub fn differs(&self, row: &Row) -> Option<String> {
        let reference = self.rows[self.reference()?].sound()?;
        row.sound()?.end.difference(&reference.end)
    }

    /// The rows to choose from: those that are sound and came to the end that most came to.
    fn eligible(&self) -> impl Iterator<Item = (usize, &Measured)> {
        let fits = |row: &&Row| self.differs(row).is_none();
        let rows = self.rows.iter().enumerate().filter(move |(_, row)| fits(row));
        rows.filter_map(|(at, row)| Some((at, row.sound()?)))
    }

    /// The row to take: of those that are as fast as the fastest, the one that takes the least memory.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        let fastest = self.eligible().map(|(_, measured)| measured.elapsed).min()?;
        let as_fast = |measured: &Measured| {
            u128::from(measured.elapsed.0) * 100 <= u128::from(fastest.0) * AS_FAST_PERCENT
        };
        let near = self.eligible().filter(|(_, measured)| as_fast(measured));
        near.min_by_key(|(at, measured)| (measured.peak_memory, measured.elapsed, *at)).map(|(at, _)| at)
    }

    /// Whether there is anything to gain: whether that row is faster by a tenth at least than one after the other.
    #[must_use]
    pub fn pays(&self) -> bool {
        let best = self.best().and_then(|at| self.rows[at].sound());
        best.is_some_and(|best| self.speed_up(best).is_none_or(|speed_up| speed_up >= PAYS))
    }
}

#[cfg(test)]
mod tests;
