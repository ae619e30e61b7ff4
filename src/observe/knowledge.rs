//! What a unit knows of what others have done, and how that is handed on.

use crate::base::id::UnitId;

/// A stretch of what a unit does, between two moments at which it lets others know something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Who.
    pub unit: UnitId,
    /// The how-manieth, from 1.
    pub time: u32,
}

/// Up to which moment of each unit something is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// By unit; of units behind the last one nothing is known.
    times: Vec<u32>,
}

impl Clone for Clock {
    fn clone(&self) -> Self {
        Self { times: self.times.clone() }
    }

    /// Without new memory, if there is enough.
    fn clone_from(&mut self, source: &Self) {
        self.times.clone_from(&source.times);
    }
}

impl Clock {
    pub(super) fn time(&self, unit: UnitId) -> u32 {
        self.times.get(unit.index()).copied().unwrap_or(0)
    }

    /// Whether what happened at that moment is known.
    #[inline]
    #[must_use]
    pub fn knows(&self, moment: Moment) -> bool {
        self.time(moment.unit) >= moment.time
    }

    /// Knows all that `other` knows, too.
    fn join(&mut self, other: &Self) {
        if self.times.len() < other.times.len() {
            self.times.resize(other.times.len(), 0);
        }
        for (mine, other) in self.times.iter_mut().zip(&other.times) {
            *mine = (*mine).max(*other);
        }
    }

    /// The next moment of its own unit begins.
    pub(super) fn tick(&mut self, unit: UnitId) {
        // A unit that has done so much counts as known where it is not, which hides races and invents none.
        let time = &mut self.times[unit.index()];
        *time = time.saturating_add(1);
    }
}

/// What a unit knows, and how often it has learnt something from others.
#[derive(Clone, Debug)]
pub(super) struct Knower {
    pub(super) clock: Clock,
    version: u32,
}

/// What is handed on by something: all that those knew who have given to it.
///
/// Mostly one unit gives and receives many times before another one comes. Then its own
/// moment is all that has to be kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Handed {
    clock: Clock,
    /// Who knows all of that, if it has learnt nothing since that version.
    known: Option<(UnitId, u32)>,
    /// The clock is that of this unit at that version, but for its own moment.
    is_own: bool,
}

impl Handed {
    /// A unit learns all of it.
    #[inline]
    pub(super) fn to(&mut self, unit: UnitId, knower: &mut Knower) {
        if self.known != Some((unit, knower.version)) {
            knower.learn(&self.clock);
            self.known = Some((unit, knower.version));
            self.is_own = false;
        }
    }

    /// A unit adds what it knows.
    #[inline]
    pub(super) fn from(&mut self, unit: UnitId, knower: &Knower) {
        if self.known == Some((unit, knower.version)) || self.clock.times.is_empty() {
            self.replace(unit, knower);
        } else {
            self.clock.join(&knower.clock);
            self.known = None;
            self.is_own = false;
        }
    }

    /// It hands on what a unit knows, and nothing of what was before.
    #[inline]
    pub(super) fn replace(&mut self, unit: UnitId, knower: &Knower) {
        let known = Some((unit, knower.version));
        if self.is_own && self.known == known {
            self.clock.times[unit.index()] = knower.clock.times[unit.index()];
            return;
        }
        self.clock.clone_from(&knower.clock);
        self.known = known;
        self.is_own = true;
    }
}

impl Knower {
    /// A unit that begins with what its starter knows.
    pub(super) fn new(unit: UnitId, mut clock: Clock) -> Self {
        clock.times.resize(unit.index() + 1, 0);
        clock.tick(unit);
        Self { clock, version: 0 }
    }

    /// It learns what others knew.
    pub(super) fn learn(&mut self, clock: &Clock) {
        self.clock.join(clock);
        self.version = self.version.wrapping_add(1);
    }
}
