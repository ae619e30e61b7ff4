//! `condition`: `threading.Condition`: who sleeps at it, and who was woken and wants the lock back.
//! The lock is another object, or an `rlock` of its own.

use crate::base::id::UnitId;
use crate::semantics::rlock::Rlock;

/// A condition's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Its own lock; of no use if it was given one.
    pub own: Rlock,
    /// Those whom a `notify` may pick, the longest first.
    asleep: Vec<Sleeper>,
    /// Those who were picked and have not yet got the lock back, by their ids.
    picked: Vec<Picked>,
}

/// A unit that a `notify` may pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Sleeper {
    unit: UnitId,
    /// How deeply it held the lock.
    depth: u32,
    /// Its time is over. In CPython a `notify` is still wasted on it until it has the lock back.
    gave_up: bool,
}

/// A unit that a `notify` has picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Picked {
    unit: UnitId,
    depth: u32,
    /// It was asleep then.
    woken: bool,
}

/// How far a unit has come in its `wait`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in none.
    Outside,
    /// It has released the lock, and sleeps.
    Asleep,
    /// It has given up, or was woken, and wants the lock back so many times.
    Awake {
        /// How deeply it held the lock.
        depth: u32,
        /// It was woken: what its `wait` gives.
        notified: bool,
    },
}

impl Condition {
    /// How far the unit has come in its `wait`.
    #[must_use]
    pub fn standing(&self, unit: UnitId) -> Standing {
        if let Some(sleeper) = self.asleep.iter().find(|sleeper| sleeper.unit == unit) {
            return match sleeper.gave_up {
                true => Standing::Awake { depth: sleeper.depth, notified: false },
                false => Standing::Asleep,
            };
        }
        match self.picked.binary_search_by_key(&unit, |picked| picked.unit) {
            Ok(place) => {
                let Picked { depth, woken, .. } = self.picked[place];
                Standing::Awake { depth, notified: woken }
            }
            Err(_) => Standing::Outside,
        }
    }

    /// How many a `notify` may pick.
    #[must_use]
    pub const fn sleepers(&self) -> usize {
        self.asleep.len()
    }

    /// The unit has released the lock, which it held so deeply, and sleeps.
    pub fn sleep(&mut self, unit: UnitId, depth: u32) {
        self.asleep.push(Sleeper { unit, depth, gave_up: false });
    }

    /// The time of a unit that sleeps is over.
    pub fn give_up(&mut self, unit: UnitId) {
        for sleeper in self.asleep.iter_mut().filter(|sleeper| sleeper.unit == unit) {
            sleeper.gave_up = true;
        }
    }

    /// Picks the sleeper at `place`, the longest being at 0; the unit if that wakes it.
    ///
    /// # Panics
    ///
    /// If there is none at that place.
    pub fn pick(&mut self, place: usize) -> Option<UnitId> {
        let Sleeper { unit, depth, gave_up } = self.asleep.remove(place);
        let picked = Picked { unit, depth, woken: !gave_up };
        let at = self.picked.partition_point(|other| *other < picked);
        self.picked.insert(at, picked);
        (!gave_up).then_some(unit)
    }

    /// The unit has the lock back: its `wait` is over.
    pub fn leave(&mut self, unit: UnitId) {
        self.asleep.retain(|sleeper| sleeper.unit != unit);
        self.picked.retain(|picked| picked.unit != unit);
    }
}
