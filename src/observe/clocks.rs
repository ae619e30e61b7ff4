//! What happens before what in one run: vector clocks.
//!
//! A unit counts the moments at which it lets others know something. Its clock
//! says of every unit up to which moment it knows of it. What a unit does with an
//! object, a cell or another unit hands clocks on:
//!
//! - spawn to the first step of the new unit, its end to a `join` that has not given up;
//! - a release to the acquisitions behind it, of locks and of semaphores;
//! - `set` to a `wait` that has seen it, `notify` to whom it wakes, the arrivals at a barrier to those who pass;
//! - what was put into a queue to every `get` and `join` behind it, what was got to a `put` that needed the place;
//! - a write to the reads of what it wrote, if these are atomic, or once they were looked at for a race.
//!
//! Who looks at something without changing it (`locked`, `qsize`, a try in vain, an exception) knows of what it
//! has seen, and nobody knows of it: a try in vain has seen that the lock was taken, nothing that its holder did
//! afterwards. A wait that has timed out has seen nothing of what it waited for. Time hands on nothing, nor
//! do devices, the GIL, and the end of a run, which comes before no end of a daemon.
//!
//! So two accesses that nothing orders here can be brought to happen at the same time: all that both units
//! know of can be repeated in the order of the run, with the same values, and then both are about to
//! take their steps (Mathur, Kini and Viswanathan, OOPSLA 2018: 'What happens after the first race?').

use crate::base::id::{CellId, ObjectId, UnitId};
use crate::semantics::object::ObjectState;
use crate::semantics::step::{ActionKind, Deed, Seen};
use crate::semantics::world::Wait;

/// Of more units than that it is not kept what they know.
pub const UNITS_MAX: usize = 1024;

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
    fn time(&self, unit: UnitId) -> u32 {
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
    fn tick(&mut self, unit: UnitId) {
        // A unit that has done so much counts as known where it is not, which hides races and invents none.
        let time = &mut self.times[unit.index()];
        *time = time.saturating_add(1);
    }
}

/// What is known of an object by who uses it.
#[derive(Clone, Debug, Default)]
struct Given {
    /// Of those who have provided something: released, set, put, arrived.
    gave: Clock,
    /// Of those who have taken it away: acquired, cleared, got.
    took: Clock,
}

/// What is known of a cell by who reads it.
#[derive(Clone, Debug, Default)]
struct Written {
    clock: Clock,
    /// The last write, if that alone is in the clock.
    by: Option<Moment>,
}

/// What happens before what.
#[derive(Debug)]
pub struct Order {
    units: Vec<Clock>,
    objects: Vec<Given>,
    cells: Vec<Written>,
    /// Locks order what is done under them.
    with_locks: bool,
}

/// What an access does to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Asks what is there.
    Reads,
    /// Puts something else there.
    Writes,
    /// Changes what is there, and so asks for it.
    Changes,
}

impl Order {
    /// Main, which has done nothing yet, and so many objects. Whether locks count: what is told of locks
    /// asks what else orders those who take them.
    #[must_use]
    pub fn new(objects: usize, with_locks: bool) -> Self {
        Self {
            units: vec![Clock { times: vec![1] }],
            objects: vec![Given::default(); objects],
            cells: Vec::new(),
            with_locks,
        }
    }

    /// What a unit knows.
    #[inline]
    #[must_use]
    pub fn clock(&self, unit: UnitId) -> &Clock {
        &self.units[unit.index()]
    }

    /// The moment at which a unit is.
    #[inline]
    #[must_use]
    pub fn now(&self, unit: UnitId) -> Moment {
        Moment { unit, time: self.clock(unit).time(unit) }
    }

    /// A unit was started, the next one that there is.
    pub fn spawned(&mut self, parent: UnitId) {
        let child = UnitId::new(self.units.len());
        let mut clock = self.units[parent.index()].clone();
        clock.times.resize(child.index() + 1, 0);
        clock.tick(child);
        self.units.push(clock);
        self.units[parent.index()].tick(parent);
    }

    /// A unit has touched a cell; with `atomic`, for synchronising.
    pub fn touched(&mut self, unit: UnitId, cell: CellId, (touch, atomic): (Touch, bool)) {
        let known = self.cells.len();
        if known <= cell.index() {
            self.cells.resize(cell.index() + 1, Written::default());
        }
        let now = self.now(unit);
        let (clock, written) = (&mut self.units[unit.index()], &mut self.cells[cell.index()]);
        if touch != Touch::Writes && !written.by.is_some_and(|by| clock.knows(by)) {
            clock.join(&written.clock);
        }
        if touch != Touch::Reads {
            if atomic {
                written.clock.join(clock);
                written.by = None;
            } else {
                written.clock.clone_from(clock);
                written.by = Some(now);
            }
            clock.tick(unit);
        }
    }

    /// A unit has done something to an object or to a unit.
    pub fn acted(&mut self, unit: UnitId, kind: &ActionKind, objects: &[ObjectState]) {
        match *kind {
            ActionKind::Acquired(object) => {
                if self.counts(object, objects) {
                    self.receives(unit, object, (true, false));
                    self.gives(unit, object, (false, true));
                }
            }
            ActionKind::Released(object, 1..) => {
                if self.counts(object, objects) {
                    // Somebody else may have acquired it.
                    self.receives(unit, object, (false, true));
                    self.gives(unit, object, (true, false));
                }
            }
            ActionKind::Refused(object) => self.saw(unit, object, objects),
            ActionKind::TimedOut(wait) => match wait {
                Wait::End(_) | Wait::When | Wait::Notify(_) => {}
                Wait::Acquire(object)
                | Wait::Channel(object)
                | Wait::Set(object)
                | Wait::Barrier(object)
                | Wait::Get(object)
                | Wait::Put(object)
                | Wait::Drained(object) => self.saw(unit, object, objects),
            },
            ActionKind::Did(object, ref deed) => self.did(unit, object, (deed, objects)),
            ActionKind::Joined(other) | ActionKind::Saw(Seen::Ended(other)) => self.hears(unit, other),
            ActionKind::Saw(Seen::Object(object)) => {
                if self.counts(object, objects) {
                    self.receives(unit, object, (true, true));
                }
            }
            ActionKind::Saw(Seen::Cell(cell)) => {
                self.touched(unit, cell, (Touch::Reads, false));
            }
            ActionKind::Released(_, 0)
            | ActionKind::Woke(..)
            | ActionKind::Read(..)
            | ActionKind::Wrote(..)
            | ActionKind::Printed
            | ActionKind::Entered(_)
            | ActionKind::Left(_)
            | ActionKind::Chose(_)
            | ActionKind::Raised(_)
            | ActionKind::AssertFailed(_) => {}
        }
    }

    fn did(&mut self, unit: UnitId, object: ObjectId, (deed, objects): (&Deed, &[ObjectState])) {
        let state = &objects[object.index()];
        match *deed {
            Deed::Set => self.gives(unit, object, (true, false)),
            Deed::Clear => self.gives(unit, object, (false, true)),
            Deed::Pass => {
                self.receives(unit, object, (true, state.as_queue().is_some()));
                if state.as_barrier().is_some() {
                    self.gives(unit, object, (false, true));
                }
            }
            Deed::Notify(Some(woken)) => {
                // It sleeps, and does nothing before it has the lock back.
                self.hears(woken, unit);
                self.units[unit.index()].tick(unit);
            }
            Deed::Notify(None) => {}
            Deed::Arrive(_) => {
                self.receives(unit, object, (false, true));
                self.gives(unit, object, (true, false));
            }
            Deed::Put(_) => {
                self.receives(
                    unit,
                    object,
                    (false, state.as_queue().is_some_and(|queue| queue.places().is_some())),
                );
                self.gives(unit, object, (true, false));
            }
            Deed::Get(_) | Deed::TaskDone(_) => {
                self.receives(unit, object, (true, true));
                self.gives(unit, object, (false, true));
            }
            Deed::Break | Deed::Reset | Deed::ShutDown => {
                self.receives(unit, object, (true, true));
                self.gives(unit, object, (true, true));
            }
        }
    }

    /// A unit has found that it can't have what it asked an object for.
    fn saw(&mut self, unit: UnitId, object: ObjectId, objects: &[ObjectState]) {
        if !self.counts(object, objects) {
            return;
        }
        let gave = match &objects[object.index()] {
            // It was not there, because somebody had taken it.
            ObjectState::Lock(_)
            | ObjectState::Rlock(_)
            | ObjectState::Condition(_)
            | ObjectState::Semaphore(_)
            | ObjectState::Event(_)
            | ObjectState::Device(_) => false,
            ObjectState::Barrier(_) | ObjectState::Queue(_) => true,
        };
        self.receives(unit, object, (gave, true));
    }

    /// Whether what is done to an object orders anything.
    fn counts(&self, object: ObjectId, objects: &[ObjectState]) -> bool {
        let object = &objects[object.index()];
        (self.with_locks || !object.is_lock()) && !matches!(object, ObjectState::Device(_))
    }

    /// A unit learns what those know who have given (or taken) something of an object.
    fn receives(&mut self, unit: UnitId, object: ObjectId, (gave, took): (bool, bool)) {
        let (clock, given) = (&mut self.units[unit.index()], &self.objects[object.index()]);
        if gave {
            clock.join(&given.gave);
        }
        if took {
            clock.join(&given.took);
        }
    }

    /// A unit gives (or takes) something of an object: others will learn what it knows.
    fn gives(&mut self, unit: UnitId, object: ObjectId, (gave, took): (bool, bool)) {
        let (clock, given) = (&mut self.units[unit.index()], &mut self.objects[object.index()]);
        if gave {
            given.gave.join(clock);
        }
        if took {
            given.took.join(clock);
        }
        clock.tick(unit);
    }

    /// A unit learns what another one knows.
    fn hears(&mut self, unit: UnitId, other: UnitId) {
        if unit == other {
            return;
        }
        let mut clock = std::mem::take(&mut self.units[unit.index()]);
        clock.join(&self.units[other.index()]);
        self.units[unit.index()] = clock;
    }
}
