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
use crate::ir::program::{CallSite, Program};
use crate::observe::knowledge::{Clock, Handed, Knower, Moment};
use crate::semantics::object::ObjectState;
use crate::semantics::pipe::End;
use crate::semantics::step::{ActionKind, Deed, Seen};
use crate::semantics::world::Wait;

/// Of more units than that it is not kept what they know.
pub const UNITS_MAX: usize = 1024;

/// What is known of an object by who uses it.
#[derive(Clone, Debug, Default)]
struct Given {
    /// Of those who have provided something: released, set, put, arrived.
    gave: Handed,
    /// Of those who have taken it away: acquired, cleared, got.
    took: Handed,
}

/// What is known of a cell by who reads it.
#[derive(Clone, Debug, Default)]
struct Written {
    handed: Handed,
    /// The last write, if that alone is handed on.
    by: Option<Moment>,
}

/// What happens before what.
#[derive(Debug)]
pub struct Order {
    units: Vec<Knower>,
    objects: Vec<Given>,
    cells: Vec<Written>,
    /// Locks order what is done under them.
    with_locks: bool,
    /// Somebody may see that a lock or a permit was taken.
    sees_taken: bool,
}

/// Whether some unit of a program may see that a lock or a permit was taken, or give it back for another one.
#[must_use]
pub fn sees_taken(program: &Program) -> bool {
    let sees = |call: &CallSite| match call.method.as_str() {
        "acquire" => call.positional > 0 || !call.named.is_empty(),
        "release" | "locked" => true,
        _ => false,
    };
    program.calls.iter().any(sees)
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
    /// Main, which has done nothing yet, and so many objects. Whether somebody [may see](sees_taken) that something was
    /// taken.
    #[must_use]
    pub fn new(objects: usize, sees_taken: bool) -> Self {
        Self {
            units: vec![Knower::new(UnitId(0), Clock::default())],
            objects: vec![Given::default(); objects],
            cells: Vec::new(),
            with_locks: true,
            sees_taken,
        }
    }

    /// The same, where locks do not count: what is told of locks asks what else orders those who take them.
    #[must_use]
    pub fn without_locks(self) -> Self {
        Self { with_locks: false, ..self }
    }

    /// There are more objects now.
    pub fn grow(&mut self, objects: usize) {
        self.objects.resize(objects, Given::default());
    }

    /// What a unit knows.
    #[inline]
    #[must_use]
    pub fn clock(&self, unit: UnitId) -> &Clock {
        &self.units[unit.index()].clock
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
        let clock = self.units[parent.index()].clock.clone();
        self.units.push(Knower::new(child, clock));
        self.units[parent.index()].clock.tick(parent);
    }

    /// A unit does nothing before another one, which has ended, was done.
    pub fn follows(&mut self, unit: UnitId, before: UnitId) {
        self.hears(unit, before);
    }

    /// A unit has touched a cell; with `atomic`, for synchronising.
    pub fn touched(&mut self, unit: UnitId, cell: CellId, (touch, atomic): (Touch, bool)) {
        let known = self.cells.len();
        if known <= cell.index() {
            self.cells.resize(cell.index() + 1, Written::default());
        }
        let now = self.now(unit);
        let (knower, written) = (&mut self.units[unit.index()], &mut self.cells[cell.index()]);
        if touch != Touch::Writes && !written.by.is_some_and(|by| knower.clock.knows(by)) {
            written.handed.to(unit, knower);
        }
        if touch != Touch::Reads {
            if atomic {
                written.handed.from(unit, knower);
                written.by = None;
            } else {
                written.handed.replace(unit, knower);
                written.by = Some(now);
            }
            knower.clock.tick(unit);
        }
    }

    /// A unit has done something to an object or to a unit.
    pub fn acted(&mut self, unit: UnitId, kind: &ActionKind, objects: &[ObjectState]) {
        match *kind {
            ActionKind::Acquired(object) => {
                if self.counts(object, objects) {
                    self.receives(unit, object, (true, false));
                    if self.sees_taken {
                        self.gives(unit, object, (false, true));
                    }
                }
            }
            ActionKind::Released(object, 1..) => {
                if self.counts(object, objects) {
                    // Somebody else may have acquired it.
                    self.receives(unit, object, (false, self.sees_taken));
                    self.gives(unit, object, (true, false));
                }
            }
            ActionKind::Refused(object) => self.saw(unit, object, objects),
            ActionKind::TimedOut(wait) => match wait {
                Wait::End(_) | Wait::When | Wait::Notify(_) | Wait::Worker(_) | Wait::Idle(_) => {}
                Wait::Acquire(object)
                | Wait::Channel(object)
                | Wait::Set(object)
                | Wait::Barrier(object)
                | Wait::Get(object)
                | Wait::Put(object)
                | Wait::Drained(object)
                | Wait::Flushed(object) => self.saw(unit, object, objects),
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
            | ActionKind::AssertFailed(_)
            | ActionKind::Killed(_)
            | ActionKind::Cancelled(_) => {}
        }
    }

    fn did(&mut self, unit: UnitId, object: ObjectId, (deed, objects): (&Deed, &[ObjectState])) {
        let state = &objects[object.index()];
        // What is sent at one end of a pipe comes out at the other one.
        let peer = state.as_end().and_then(End::peer).unwrap_or(object);
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
                self.units[unit.index()].clock.tick(unit);
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
            // Its start is an order of its own.
            Deed::Submit(_) => {}
            Deed::Finish(_) => self.gives(unit, object, (true, false)),
            // Whether there was room for it is rarely what it waits for.
            Deed::Send(_) => self.gives(unit, peer, (true, false)),
            Deed::Receive(_) => {
                self.receives(unit, object, (true, false));
                self.gives(unit, peer, (false, true));
            }
            Deed::Close => {
                for end in [object, peer] {
                    self.receives(unit, end, (true, true));
                    self.gives(unit, end, (true, true));
                }
            }
            Deed::Break | Deed::Reset | Deed::ShutDown | Deed::Lose(..) => {
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
            ObjectState::Barrier(_)
            | ObjectState::Queue(_)
            | ObjectState::Pool(_)
            | ObjectState::Pipe(_)
            | ObjectState::Stream(_) => true,
        };
        self.receives(unit, object, (gave, true));
    }

    /// Whether what is done to an object orders anything.
    fn counts(&self, object: ObjectId, objects: &[ObjectState]) -> bool {
        let object = &objects[object.index()];
        (self.with_locks || !object.is_lock()) && !matches!(object, ObjectState::Device(_))
    }

    /// A unit learns what those know who have given (or taken) something of an object.
    #[inline]
    fn receives(&mut self, unit: UnitId, object: ObjectId, (gave, took): (bool, bool)) {
        let (knower, given) = (&mut self.units[unit.index()], &mut self.objects[object.index()]);
        if gave {
            given.gave.to(unit, knower);
        }
        if took {
            given.took.to(unit, knower);
        }
    }

    /// A unit gives (or takes) something of an object: others will learn what it knows.
    #[inline]
    fn gives(&mut self, unit: UnitId, object: ObjectId, (gave, took): (bool, bool)) {
        let (knower, given) = (&mut self.units[unit.index()], &mut self.objects[object.index()]);
        if gave {
            given.gave.from(unit, knower);
        }
        if took {
            given.took.from(unit, knower);
        }
        knower.clock.tick(unit);
    }

    /// A unit learns what another one knows.
    fn hears(&mut self, unit: UnitId, other: UnitId) {
        if unit == other {
            return;
        }
        let clock = std::mem::take(&mut self.units[other.index()].clock);
        self.units[unit.index()].learn(&clock);
        self.units[other.index()].clock = clock;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::lock::Lock;
    use crate::semantics::semaphore::Semaphore;

    const LOCK: ObjectId = ObjectId(0);
    const SEMAPHORE: ObjectId = ObjectId(1);
    const X: CellId = CellId(0);

    /// Main and two more units, with a lock and a semaphore.
    struct Run {
        order: Order,
        objects: [ObjectState; 2],
    }

    impl Run {
        fn new(with_locks: bool) -> Self {
            let mut order = Order::new(2, true);
            if !with_locks {
                order = order.without_locks();
            }
            order.spawned(UnitId(0));
            order.spawned(UnitId(0));
            let semaphore = Semaphore { permits: 1, bound: None };
            Self { order, objects: [ObjectState::Lock(Lock::default()), ObjectState::Semaphore(semaphore)] }
        }

        fn acts(&mut self, unit: u32, kind: ActionKind) -> &mut Self {
            self.order.acted(UnitId(unit), &kind, &self.objects);
            self
        }

        fn touches(&mut self, unit: u32, touch: Touch, atomic: bool) -> &mut Self {
            self.order.touched(UnitId(unit), X, (touch, atomic));
            self
        }

        /// Whether the second unit knows by now of what the first one did at the beginning.
        fn is_ordered(&self) -> bool {
            self.order.clock(UnitId(2)).knows(Moment { unit: UnitId(1), time: 1 })
        }
    }

    #[test]
    fn a_release_comes_before_the_acquisitions_behind_it() {
        use ActionKind::{Acquired, Released};
        for (object, with_locks, ordered) in
            [(LOCK, true, true), (LOCK, false, false), (SEMAPHORE, true, true), (SEMAPHORE, false, true)]
        {
            let mut run = Run::new(with_locks);
            run.acts(1, Acquired(object)).acts(1, Released(object, 1));
            assert!(!run.is_ordered());
            assert_eq!(run.acts(2, Acquired(object)).is_ordered(), ordered, "{object} {with_locks}");
        }
    }

    #[test]
    fn a_try_in_vain_knows_of_the_acquisition_and_of_nothing_behind_it() {
        let mut run = Run::new(true);
        run.acts(1, ActionKind::Acquired(LOCK));
        let under = run.order.now(UnitId(1));
        run.acts(2, ActionKind::Refused(LOCK));
        assert!(run.is_ordered() && !run.order.clock(UnitId(2)).knows(under));
        let mut run = Run::new(true);
        run.acts(1, ActionKind::Released(SEMAPHORE, 1))
            .acts(2, ActionKind::TimedOut(Wait::Acquire(SEMAPHORE)));
        assert!(!run.is_ordered(), "it has seen no release");
    }

    #[test]
    fn units_are_ordered_by_their_start_and_their_end() {
        let mut run = Run::new(true);
        let (main, first) = (run.order.now(UnitId(0)), Moment { unit: UnitId(0), time: 1 });
        assert!(run.order.clock(UnitId(1)).knows(first) && !run.order.clock(UnitId(1)).knows(main));
        run.acts(2, ActionKind::TimedOut(Wait::End(UnitId(1))));
        assert!(!run.is_ordered());
        assert!(run.acts(2, ActionKind::Joined(UnitId(1))).is_ordered());
    }

    #[test]
    fn a_write_comes_before_the_reads_that_see_it() {
        for (touch, atomic) in [(Touch::Reads, false), (Touch::Reads, true), (Touch::Changes, false)] {
            let mut run = Run::new(true);
            run.touches(1, Touch::Writes, atomic).touches(2, Touch::Writes, atomic);
            assert!(!run.is_ordered(), "writes order nothing by themselves");
            let mut run = Run::new(true);
            assert!(run.touches(1, Touch::Writes, atomic).touches(2, touch, atomic).is_ordered());
        }
        let mut run = Run::new(true);
        run.touches(1, Touch::Writes, false).touches(0, Touch::Writes, false).touches(2, Touch::Reads, false);
        assert!(!run.is_ordered(), "it was overwritten");
        let mut run = Run::new(true);
        run.touches(1, Touch::Writes, true).touches(0, Touch::Writes, true).touches(2, Touch::Reads, true);
        assert!(run.is_ordered(), "atomic writes add up");
    }
}
