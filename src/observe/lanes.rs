//! Who did what when, as fine as a picture can show it.
//!
//! A lane is cut into cells of one width, and each cell knows how long what was in it. When a run goes on
//! beyond the last cell, two cells become one everywhere. So a picture of any run takes the same room, and
//! no time is lost: the cells of a lane add up to what was put into it.

use crate::base::time::{SimDuration, SimTime};

/// Cells of a lane; more than columns of any picture.
const CELLS_MAX: u64 = 4096;

/// How many units have lanes of their own.
pub const UNITS_MAX: usize = 64;

/// How many cores have lanes.
pub const CORES_MAX: usize = 16;

/// How many GILs have lanes.
pub const GILS_MAX: usize = 16;

/// Stands for a unit that has no lane.
pub const OTHERS: u32 = u32::MAX;

/// What is in a cell, and how long.
type Cell = Vec<(u32, u64)>;

/// One lane: things that follow each other, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    cells: Vec<Cell>,
}

/// The lanes of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// What each unit did, as numbers of activities.
    pub units: Vec<Lane>,
    /// Which unit worked on each core.
    pub cores: Vec<Lane>,
    /// Which unit had the GIL of each interpreter.
    pub gils: Vec<Lane>,
    /// The width of a cell in nanoseconds.
    grain: u64,
}

/// A lane of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// That of a unit.
    Unit(usize),
    /// That of a core.
    Core(usize),
    /// That of an interpreter's GIL.
    Gil(usize),
}

impl Lanes {
    /// Empty lanes for so many cores.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        let cores = vec![Lane::default(); cores.min(CORES_MAX)];
        Self { units: Vec::new(), cores, gils: vec![Lane::default()], grain: 1 }
    }

    /// From one moment to another that was in a lane. Lanes that are not kept take nothing.
    pub fn add(&mut self, which: Which, what: u32, from: SimTime, to: SimTime) {
        while to.0 > self.grain.saturating_mul(CELLS_MAX) {
            self.coarsen();
        }
        let grain = self.grain;
        let lane = match which {
            Which::Unit(unit) if unit < UNITS_MAX => {
                let count = self.units.len().max(unit + 1);
                self.units.resize(count, Lane::default());
                Some(&mut self.units[unit])
            }
            Which::Unit(_) => None,
            Which::Core(core) => self.cores.get_mut(core),
            Which::Gil(interpreter) if interpreter < GILS_MAX => {
                let count = self.gils.len().max(interpreter + 1);
                self.gils.resize(count, Lane::default());
                Some(&mut self.gils[interpreter])
            }
            Which::Gil(_) => None,
        };
        if let Some(lane) = lane {
            lane.add(what, (from.0, to.0), grain);
        }
    }

    fn coarsen(&mut self) {
        self.grain *= 2;
        let lanes = self.units.iter_mut().chain(&mut self.cores).chain(&mut self.gils);
        lanes.for_each(Lane::coarsen);
    }

    /// What was in a lane from one moment to another, the longest first. Where a moment falls into a cell,
    /// what is in the cell counts in proportion.
    ///
    /// # Panics
    ///
    /// Never: a part of a cell is no longer than the cell.
    #[must_use]
    pub fn within(&self, lane: &Lane, from: SimTime, to: SimTime) -> Vec<(u32, SimDuration)> {
        let mut sums = Cell::new();
        let first = usize::try_from(from.0 / self.grain).unwrap_or(usize::MAX);
        for (at, cell) in lane.cells.iter().enumerate().skip(first) {
            let start = at as u64 * self.grain;
            if start >= to.0 {
                break;
            }
            let covered = to.0.min(start.saturating_add(self.grain)) - from.0.max(start);
            for (what, length) in cell {
                let part = u128::from(*length) * u128::from(covered) / u128::from(self.grain);
                put(&mut sums, *what, u64::try_from(part).expect("a part is no longer than the whole"));
            }
        }
        sums.retain(|(_, length)| *length > 0);
        sums.sort_by_key(|(what, length)| (std::cmp::Reverse(*length), *what));
        sums.into_iter().map(|(what, length)| (what, SimDuration(length))).collect()
    }
}

impl Lane {
    fn add(&mut self, what: u32, (mut from, to): (u64, u64), grain: u64) {
        while from < to {
            let at = usize::try_from(from / grain).expect("there are few cells");
            let end = to.min((from / grain + 1).saturating_mul(grain));
            if self.cells.len() <= at {
                self.cells.resize(at + 1, Cell::new());
            }
            put(&mut self.cells[at], what, end - from);
            from = end;
        }
    }

    fn coarsen(&mut self) {
        let mut cells = std::mem::take(&mut self.cells).into_iter();
        while let Some(mut cell) = cells.next() {
            for (what, length) in cells.next().unwrap_or_default() {
                put(&mut cell, what, length);
            }
            self.cells.push(cell);
        }
    }

    /// How long anything was in it.
    #[must_use]
    pub fn total(&self) -> SimDuration {
        SimDuration(self.cells.iter().flatten().map(|(_, length)| length).sum())
    }

    /// How long that was in it.
    #[must_use]
    pub fn length(&self, what: u32) -> SimDuration {
        let lengths = self.cells.iter().flatten().filter(|(other, _)| *other == what);
        SimDuration(lengths.map(|(_, length)| length).sum())
    }
}

fn put(cell: &mut Cell, what: u32, length: u64) {
    match cell.iter_mut().find(|(other, _)| *other == what) {
        Some((_, sum)) => *sum += length,
        None => cell.push((what, length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_loses_no_time_but_only_sharpness() {
        let mut lanes = Lanes::new(1);
        for at in 0..50_000_u64 {
            let what = u32::from(at % 3 == 0);
            lanes.add(Which::Core(0), what, SimTime(7 * at), SimTime(7 * at + 7));
        }
        assert_eq!(lanes.cores[0].total(), SimDuration(350_000));
        assert_eq!(lanes.cores[0].length(1), SimDuration(7 * 16_667));
        assert!(lanes.cores[0].cells.len() as u64 <= CELLS_MAX);
        let half = lanes.within(&lanes.cores[0], SimTime::ZERO, SimTime(175_000));
        assert_eq!(half.iter().map(|(what, _)| *what).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn a_run_may_last_until_the_end_of_time() {
        let mut lanes = Lanes::new(1);
        lanes.add(Which::Gil(0), 7, SimTime(5), SimTime::LAST);
        assert_eq!(lanes.gils[0].total(), SimTime::LAST.since(SimTime(5)));
        let last = lanes.within(&lanes.gils[0], SimTime(SimTime::LAST.0 - 1000), SimTime::LAST);
        assert_eq!(last, [(7, SimDuration(999))]);
    }

    #[test]
    fn a_short_run_is_kept_to_the_nanosecond() {
        let mut lanes = Lanes::new(1);
        lanes.add(Which::Unit(0), 4, SimTime(3), SimTime(5));
        lanes.add(Which::Unit(UNITS_MAX), 4, SimTime(3), SimTime(5));
        assert_eq!(lanes.within(&lanes.units[0], SimTime(0), SimTime(4)), [(4, SimDuration(1))]);
        assert_eq!((lanes.units.len(), lanes.gils[0].total()), (1, SimDuration::ZERO));
    }
}
