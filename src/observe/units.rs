//! What became of the units of a run. There may be a million of them, so that names are made when somebody asks.

use std::fmt;

use crate::base::id::UnitId;
use crate::base::time::SimTime;
use crate::observe::report::UnitState;
use crate::observe::times::Times;
use crate::semantics::infos::Infos;

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// How it stands at the end.
    pub state: UnitState,
    /// When it was spawned.
    pub started: SimTime,
    /// When it ended, or `NEVER`.
    pub ended: SimTime,
    /// Where the time went.
    pub times: Times,
}

/// What became of each unit of a run, in order of spawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitReports {
    fates: Vec<Fate>,
    infos: Infos,
    /// The names of the script's functions.
    functions: Vec<String>,
}

/// What became of one of them.
#[derive(Clone, Copy)]
pub struct UnitReport<'a> {
    all: &'a UnitReports,
    unit: UnitId,
    /// How it stands at the end.
    pub state: UnitState,
    /// When it was spawned.
    pub started: SimTime,
    /// When it ended, if it did.
    pub ended: Option<SimTime>,
    /// Where the time went.
    pub times: &'a Times,
}

impl UnitReports {
    /// The reports of these units, which are as many as there are fates.
    #[must_use]
    pub const fn new(fates: Vec<Fate>, infos: Infos, functions: Vec<String>) -> Self {
        Self { fates, infos, functions }
    }

    /// How many units there were.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.fates.len()
    }

    /// Whether there were none, which no run comes to.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.fates.is_empty()
    }

    /// The reports in order of spawn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = UnitReport<'_>> + Clone {
        (0..self.len()).map(|at| self.of(UnitId::new(at)))
    }

    /// The report of a unit.
    ///
    /// # Panics
    ///
    /// If the run had no such unit.
    #[must_use]
    pub fn of(&self, unit: UnitId) -> UnitReport<'_> {
        let Fate { state, started, ended, times } = &self.fates[unit.index()];
        let ended = (*ended != SimTime::NEVER).then_some(*ended);
        UnitReport { all: self, unit, state: *state, started: *started, ended, times }
    }

    /// What became of a unit, to be told otherwise.
    #[cfg(test)]
    pub(crate) fn fate(&mut self, unit: UnitId) -> &mut Fate {
        &mut self.fates[unit.index()]
    }
}

impl UnitReport<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        self.all.infos.name(self.unit, |function| &self.all.functions[function.index()])
    }

    /// `main`, or the word of its kind, such as `thread`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.unit == UnitId(0) { "main" } else { self.all.infos[self.unit.index()].kind.word() }
    }
}

impl fmt::Debug for UnitReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {:?}", self.kind(), self.name(), self.all.fates[self.unit.index()])
    }
}
