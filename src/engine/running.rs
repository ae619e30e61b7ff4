//! A unit on a core: work in hand, then the next step, until it has to leave.

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::SimDuration;
use crate::engine::queue::Priority;
use crate::engine::thread::{Next, State, Thread, Work};
use crate::engine::{Engine, Stop};
use crate::semantics::step::Outcome;
use crate::semantics::world::Status;
use crate::trace::event::{EventKind, Leave};

impl Engine<'_> {
    /// The unit's state changes; the time since the last change is put down to the old one.
    pub(super) fn change(&mut self, unit: UnitId, state: State) {
        if self.chronicle.is_some() {
            self.write_down(unit);
        }
        self.put_down(unit);
        let thread = &mut self.threads[unit.index()];
        if matches!(state, State::Blocked | State::Io | State::Sleeping | State::Starting | State::Aside) {
            thread.burst = SimDuration::ZERO;
        }
        thread.state = state;
    }

    /// Puts the time since this was last done down to what the unit does; how long that was.
    fn put_down(&mut self, unit: UnitId) -> SimDuration {
        let thread = &mut self.threads[unit.index()];
        let length = self.now.since(thread.since);
        if let Some(activity) = thread.activity() {
            thread.times.add(activity, length);
        }
        thread.since = self.now;
        length
    }

    /// Counts the work that a running unit has done since it was last counted.
    pub(super) fn settle(&mut self, unit: UnitId) {
        let length = self.put_down(unit);
        let thread = &mut self.threads[unit.index()];
        thread.work = thread.work.saturating_sub(length);
        thread.burst += length;
    }

    /// Sets the alarm of a running unit: at the end of its work, or of its slice.
    pub(super) fn arm_work(&mut self, unit: UnitId) {
        let work = self.threads[unit.index()].work;
        let slice = self.slice_end(unit);
        if slice < self.now + work {
            self.set_alarm(unit, slice.since(self.now), Priority::Expiry);
        } else {
            self.set_alarm(unit, work, Priority::Done);
        }
    }

    /// The alarm of a running unit: its work is done, or its quantum is over.
    pub(super) fn work_paused(&mut self, unit: UnitId) {
        self.settle(unit);
        self.run_on_core(unit);
    }

    /// Lets the unit go on as long as nothing else comes first.
    pub(super) fn run_on_core(&mut self, unit: UnitId) {
        self.going_on = Some(unit);
        while self.stop.is_none() && self.goes_on(unit) {}
        self.going_on = None;
    }

    /// One stretch of work or one step; whether the unit can go on at once.
    fn goes_on(&mut self, unit: UnitId) -> bool {
        let thread = &self.threads[unit.index()];
        let working = thread.work > SimDuration::ZERO;
        let interruptible = if working { thread.kind == Work::Compute } else { thread.check_point };
        if interruptible && self.is_asked(unit) {
            self.drop_gil_forced(unit);
            return false;
        }
        if self.cores.is_crowded()
            && (self.slice_end(unit) <= self.now || (!working && self.is_outranked(unit)))
        {
            self.preempt(unit);
            return false;
        }
        let thread = &self.threads[unit.index()];
        if working {
            if thread.kind != Work::NoGil && !self.has_gil(unit) {
                return false;
            }
            return self.work(unit);
        }
        match thread.next {
            Next::Step => self.has_gil(unit) && self.step(unit),
            Next::Retry => self.step(unit),
            Next::NoGil(length) => {
                self.drop_gil(unit);
                self.record(unit, None, EventKind::Compute { length, nogil: true });
                let thread = &mut self.threads[unit.index()];
                thread.next = Next::Step;
                thread.kind = Work::NoGil;
                thread.work = length;
                true
            }
            Next::Io(length, device) => {
                self.drop_gil(unit);
                self.leave_core(unit, Leave::Blocked);
                self.begin_io(unit, length, device);
                false
            }
            Next::Sleep(length) => {
                self.drop_gil(unit);
                self.leave_core(unit, Leave::Blocked);
                self.threads[unit.index()].next = Next::Step;
                self.change(unit, State::Sleeping);
                self.record(unit, None, EventKind::Sleep { length });
                self.set_alarm(unit, length + self.model.costs.timer_slack, Priority::Done);
                false
            }
            Next::Launch(child, wait) => {
                self.wake(child);
                self.follows(child, unit);
                self.threads[unit.index()].next = Next::Step;
                if wait == SimDuration::ZERO {
                    return true;
                }
                self.drop_gil(unit);
                self.leave_core(unit, Leave::Blocked);
                self.change(unit, State::Starting);
                self.set_alarm(unit, wait, Priority::Done);
                false
            }
            Next::Start(child) => {
                self.waits_for_start(unit, child);
                false
            }
        }
    }

    /// `Thread.start` returns when the new thread has said that it runs.
    fn waits_for_start(&mut self, unit: UnitId, child: UnitId) {
        self.drop_gil(unit);
        self.leave_core(unit, Leave::Blocked);
        let thread = &mut self.threads[unit.index()];
        thread.next = Next::Step;
        thread.starts = Some(child);
        self.change(unit, State::Starting);
        self.wake(child);
        self.follows(child, unit);
    }

    /// Whether the unit has the GIL, takes it now, or needs none.
    fn has_gil(&mut self, unit: UnitId) -> bool {
        self.gils.is_empty() || self.holds_gil(unit) || self.take_gil(unit)
    }

    /// Work in hand: done at once if nothing else happens before its end, else an alarm is set.
    fn work(&mut self, unit: UnitId) -> bool {
        let end = self.now + self.threads[unit.index()].work;
        let alone = end < self.queue.next_time() && end <= self.slice_end(unit) && end <= self.max_time;
        if !alone {
            self.arm_work(unit);
            return false;
        }
        self.now = end;
        self.settle(unit);
        true
    }

    /// The wait for a channel is over, if there was one: `io` itself begins.
    pub(super) fn begin_io(&mut self, unit: UnitId, length: SimDuration, device: Option<ObjectId>) {
        self.threads[unit.index()].next = Next::Io(length, device);
        self.change(unit, State::Io);
        self.record(unit, None, EventKind::Io { length });
        self.set_alarm(unit, length, Priority::Done);
    }

    pub(super) fn io_done(&mut self, unit: UnitId) {
        let next = std::mem::replace(&mut self.threads[unit.index()].next, Next::Step);
        self.wake_noted(unit);
        if let Next::Io(_, Some(device)) = next {
            self.channel_free(device);
        }
    }

    pub(super) fn wake_noted(&mut self, unit: UnitId) {
        self.record(unit, None, EventKind::Wake);
        self.wake(unit);
    }

    /// The unit takes a step on its core; whether it can go on at once.
    fn step(&mut self, unit: UnitId) -> bool {
        if self.is_held_back(unit) {
            self.stand_aside(unit);
            return false;
        }
        let outcome = self.take_step(unit).outcome;
        match outcome {
            Outcome::Blocked { timeout } => {
                self.block(unit, timeout);
                false
            }
            Outcome::Ended => {
                self.end_unit(unit);
                false
            }
            Outcome::Ready
            | Outcome::Spawned(_)
            | Outcome::Compute { .. }
            | Outcome::Io { .. }
            | Outcome::Sleep { .. } => true,
        }
    }

    /// The unit has returned or failed.
    pub(super) fn end_unit(&mut self, unit: UnitId) {
        self.note_end(unit);
        let next = self.pools.next.take();
        if let Some(job) = next.filter(|_| self.threads[unit.index()].has_core()) {
            self.goes_on_as(unit, job);
        } else if self.threads[unit.index()].has_core() {
            self.drop_gil(unit);
            self.leave_core(unit, Leave::Ended);
        }
        self.gone(unit);
        if let Some(job) = next.filter(|job| self.threads[job.index()].state == State::Blocked) {
            self.wake(job);
        }
        if self.alive == 0 {
            self.stop = Some(Stop::Ended);
            self.write_end(unit);
        } else {
            self.look_for_deadlock_after(unit);
        }
    }

    /// A unit is no more: those who wait for its end go on.
    pub(super) fn gone(&mut self, unit: UnitId) {
        self.change(unit, State::Ended);
        self.threads[unit.index()].ended = self.now;
        self.memory -= self.memory_of(unit);
        self.close_pool_of(unit);
        if self.world.is_waited_for(unit) {
            self.alive -= 1;
        }
        self.wake_joiners(unit);
    }

    /// A unit was spawned: it waits to be woken by who started it.
    pub(super) fn add_thread(&mut self, child: UnitId) {
        debug_assert_eq!(child.index(), self.threads.len(), "units are spawned in order");
        debug_assert!(
            self.world.held_back_by(child).is_some() || self.world.units[child.index()].status == Status::New,
            "it has done nothing yet"
        );
        self.threads.push(Thread::new(self.now, self.world.units[child.index()].pc));
        self.add_interpreters();
        self.know(child);
        self.follows(child, self.dice.unit);
        self.watch_spawn(self.world.infos[child.index()].parent, child);
        self.note_workers(child);
        self.prepare(child);
        self.memory += self.memory_of(child);
        self.peak_memory = self.peak_memory.max(self.memory);
        if self.world.is_waited_for(child) {
            self.alive += 1;
        }
        if self.threads.len() >= crate::engine::queue::UNITS_MAX {
            self.stop = Some(Stop::Units);
        }
    }
}
