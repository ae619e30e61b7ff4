//! A unit on a core: work in hand, then the next step, until it has to leave.

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::SimDuration;
use crate::engine::event_loop::Event;
use crate::engine::queue::Priority;
use crate::engine::thread::{Away, Next, Routine, State, Thread, ThreadId, Work};
use crate::engine::{Engine, Stop};
use crate::semantics::step::Outcome;
use crate::semantics::world::Status;
use crate::syntax::ast::UnitKind;
use crate::trace::event::{EventKind, Leave};

impl Engine<'_> {
    /// The thread's state changes; the time since the last change is put down to the old one.
    pub(super) fn change(&mut self, thread: ThreadId, state: State) {
        if self.chronicle.is_some() {
            self.write_down(self.unit_on(thread));
        }
        self.note_stall(thread);
        self.put_down(thread);
        let it = &mut self.threads[thread.index()];
        if matches!(
            state,
            State::Blocked | State::Io | State::Sleeping | State::Starting | State::Aside | State::Idle
        ) {
            it.burst = SimDuration::ZERO;
        }
        it.state = state;
    }

    /// Puts the time since this was last done down to what whose code the thread executes does; how long that was.
    pub(super) fn put_down(&mut self, thread: ThreadId) -> SimDuration {
        let it = &mut self.threads[thread.index()];
        let length = self.now.since(it.since);
        it.since = self.now;
        let routine = &mut self.routines[it.current.index()];
        if let (Some(activity), Away::No) = (it.activity(), routine.away) {
            routine.times.add(activity, length);
        }
        length
    }

    /// Counts the work that a running thread has done since it was last counted.
    pub(super) fn settle(&mut self, thread: ThreadId) {
        let length = self.put_down(thread);
        let it = &mut self.threads[thread.index()];
        it.work = it.work.saturating_sub(length);
        it.burst += length;
    }

    /// Sets the alarm of a running thread: at the end of its work, or of its slice.
    pub(super) fn arm_work(&mut self, thread: ThreadId) {
        let work = self.threads[thread.index()].work;
        let slice = self.slice_end(thread).min(self.contest_end(thread));
        if slice < self.now + work {
            self.set_alarm(thread, slice.since(self.now), Priority::Expiry);
        } else {
            self.set_alarm(thread, work, Priority::Done);
        }
    }

    /// The alarm of a running thread: its work is done, or its quantum is over.
    pub(super) fn work_paused(&mut self, thread: ThreadId) {
        self.settle(thread);
        self.run_on_core(thread);
    }

    /// Lets the thread go on as long as nothing else comes first.
    pub(super) fn run_on_core(&mut self, thread: ThreadId) {
        self.going_on = Some(thread);
        while self.stop.is_none() && self.goes_on(thread) {}
        self.going_on = None;
    }

    /// One stretch of work or one step; whether the thread can go on at once.
    fn goes_on(&mut self, thread: ThreadId) -> bool {
        if self.threads[thread.index()].call > SimDuration::ZERO {
            return self.begins_call(thread);
        }
        let it = &self.threads[thread.index()];
        let working = it.work > SimDuration::ZERO;
        let interruptible = if working { it.kind == Work::Compute } else { it.check_point.is_some() };
        if interruptible && self.is_asked(thread) && (working || self.notices_request(thread)) {
            self.drop_gil_forced(thread);
            return false;
        }
        if self.contested && self.contest_end(thread) <= self.now {
            self.loses_gil(thread);
            return false;
        }
        if self.cores.is_crowded()
            && (self.slice_end(thread) <= self.now || (!working && self.is_outranked(thread)))
        {
            self.preempt(thread);
            return false;
        }
        let it = &self.threads[thread.index()];
        if working {
            if it.kind != Work::NoGil && !self.has_gil(thread) {
                return false;
            }
            return self.work(thread);
        }
        if let Some((kind, work)) = self.threads[thread.index()].behind.take() {
            let it = &mut self.threads[thread.index()];
            (it.kind, it.work) = (kind, work);
            return true;
        }
        match self.threads[thread.index()].next {
            Next::Step => self.has_gil(thread) && self.step(thread),
            Next::Retry => self.step(thread),
            next @ (Next::NoGil(_) | Next::Io(..) | Next::Sleep(_) | Next::Launch(..) | Next::Start(_)) => {
                self.begins(thread, next)
            }
        }
    }

    /// A call of the system that does not wait: the thread lets go of the GIL, and takes it again if it still can. Whether the
    /// thread can go on at once.
    fn begins_call(&mut self, thread: ThreadId) -> bool {
        let had_gil = self.holds_gil(thread);
        let signal = self.drop_gil_for_work(thread);
        let it = &mut self.threads[thread.index()];
        it.behind = Some((it.kind, it.work));
        it.kind = Work::NoGil;
        it.work = std::mem::take(&mut it.call) + signal;
        if had_gil {
            self.loses_gil_in_call(thread);
        }
        true
    }

    /// What comes after a step, and is none; whether the thread can go on at once.
    fn begins(&mut self, thread: ThreadId, next: Next) -> bool {
        let unit = self.unit_on(thread);
        self.threads[thread.index()].next = Next::Step;
        match next {
            Next::Step | Next::Retry => unreachable!("a step is taken and not begun"),
            Next::NoGil(length) => {
                let signal = self.drop_gil_for_work(thread);
                self.record(unit, None, EventKind::Compute { length, nogil: true });
                let it = &mut self.threads[thread.index()];
                it.kind = Work::NoGil;
                it.work = length + signal;
                true
            }
            Next::Io(length, device) if self.has_given_way(unit) => {
                self.begin_io(unit, length, device);
                self.turn_loop(thread)
            }
            Next::Io(length, device) => {
                self.rests(thread);
                self.begin_io(unit, length, device);
                false
            }
            Next::Sleep(SimDuration::ZERO) if self.only_turns_loop(unit) => {
                self.record(unit, None, EventKind::Sleep { length: SimDuration::ZERO });
                self.threads[thread.index()].work = self.model.interpreted(self.model.costs.task_switch);
                true
            }
            Next::Sleep(length) => {
                let slept = length + self.timer_slack(unit);
                if self.has_given_way(unit) {
                    if length == SimDuration::ZERO {
                        self.yields(unit);
                    } else {
                        self.passes_time(unit, (Away::Sleeps, slept));
                    }
                    self.record(unit, None, EventKind::Sleep { length });
                    return self.turn_loop(thread);
                }
                self.rests(thread);
                self.change(thread, State::Sleeping);
                self.record(unit, None, EventKind::Sleep { length });
                self.set_alarm(thread, slept, Priority::Done);
                false
            }
            Next::Launch(child, wait) => {
                if wait == SimDuration::ZERO {
                    self.launch(child, unit);
                    return true;
                }
                self.threads[thread.index()].next = next;
                self.rests(thread);
                self.change(thread, State::Starting);
                self.set_alarm(thread, wait, Priority::Done);
                false
            }
            Next::Start(child) => {
                self.waits_for_start(thread, child);
                false
            }
        }
    }

    /// Whether a unit that awaits a sleep of no length is alone on its loop, so that it goes on in the next pass.
    fn only_turns_loop(&self, unit: UnitId) -> bool {
        let op = &self.program.ops[self.routines[unit.index()].at as usize];
        op.is_awaited(self.program) && !self.has_given_way(unit)
    }

    /// `Thread.start` returns when the new thread has said that it runs.
    fn waits_for_start(&mut self, thread: ThreadId, child: UnitId) {
        let unit = self.unit_on(thread);
        self.rests(thread);
        self.threads[thread.index()].starts = Some(child);
        self.change(thread, State::Starting);
        self.wake(child);
        self.follows(child, unit);
    }

    /// The thread is about to wait: it leaves its core, and drops the GIL.
    fn rests(&mut self, thread: ThreadId) {
        self.drop_gil(thread);
        self.leave_core(thread, Leave::Blocked);
    }

    /// Whether the thread has the GIL, takes it now, or needs none.
    fn has_gil(&mut self, thread: ThreadId) -> bool {
        self.gils.is_empty()
            || !self.needs_gil(self.unit_on(thread))
            || self.holds_gil(thread)
            || self.take_gil(thread)
    }

    /// Work in hand: done at once if nothing else happens before its end, else an alarm is set.
    fn work(&mut self, thread: ThreadId) -> bool {
        let end = self.now + self.threads[thread.index()].work;
        let slice = self.slice_end(thread).min(self.contest_end(thread));
        let alone = end < self.queue.next_time() && end <= slice && end <= self.max_time;
        if !alone {
            self.arm_work(thread);
            return false;
        }
        self.now = end;
        self.settle(thread);
        true
    }

    /// The wait for a channel is over, if there was one: `io` itself begins.
    pub(super) fn begin_io(&mut self, unit: UnitId, length: SimDuration, device: Option<ObjectId>) {
        if self.has_given_way(unit) {
            self.passes_time(unit, (Away::io(device), length));
            return self.record(unit, None, EventKind::Io { length });
        }
        let thread = self.thread_of(unit);
        self.threads[thread.index()].next = Next::Io(length, device);
        self.change(thread, State::Io);
        self.record(unit, None, EventKind::Io { length });
        self.set_alarm(thread, length, Priority::Done);
    }

    pub(super) fn io_done(&mut self, unit: UnitId) {
        let thread = self.thread_of(unit);
        let next = std::mem::replace(&mut self.threads[thread.index()].next, Next::Step);
        self.wake_noted(unit);
        if let Next::Io(_, Some(device)) = next {
            self.channel_free(device);
        }
    }

    pub(super) fn wake_noted(&mut self, unit: UnitId) {
        self.record(unit, None, EventKind::Wake);
        self.wake(unit);
    }

    /// A step is taken on the thread's core; whether the thread can go on at once.
    fn step(&mut self, thread: ThreadId) -> bool {
        let unit = self.unit_on(thread);
        if self.routines[unit.index()].away != Away::No {
            // Its event loop was idle.
            return self.turn_loop(thread);
        }
        if self.is_held_back(unit) {
            self.stand_aside(unit);
            return false;
        }
        let outcome = self.take_step(unit).outcome;
        match outcome {
            Outcome::Blocked { timeout } => {
                self.block(unit, timeout);
                self.has_given_way(unit) && self.turn_loop(thread)
            }
            Outcome::Ended => {
                self.end_unit(unit);
                let goes_on = self.unit_on(thread) != self.threads[thread.index()].body;
                goes_on && self.stop.is_none() && self.turn_loop(thread)
            }
            Outcome::Ready if self.is_only_done(unit) => {
                self.leaves_group(unit);
                self.turn_loop(thread)
            }
            // The body of a loop that is about to close it.
            Outcome::Ready if self.has_given_way(unit) => {
                self.make_ready(unit, Event::Stop);
                self.turn_loop(thread)
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
        let thread = self.thread_of(unit);
        let has_core = self.threads[thread.index()].has_core() && self.is_body(unit);
        if let Some(job) = next.filter(|_| has_core) {
            self.goes_on_as(thread, self.thread_of(job));
        } else if has_core {
            self.drop_gil(thread);
            self.leave_core(thread, Leave::Ended);
        }
        self.gone(unit);
        let is_blocked = |job: &UnitId| self.threads[self.thread_of(*job).index()].state == State::Blocked;
        if let Some(job) = next.filter(is_blocked) {
            self.wake(job);
        }
        self.after_end(unit);
    }

    /// A unit is no more: that may be the end of the run.
    pub(super) fn after_end(&mut self, unit: UnitId) {
        if self.alive == 0 {
            self.stop = Some(Stop::Ended);
            self.write_end(unit);
        } else {
            self.look_for_deadlock_after(unit);
        }
    }

    /// A unit is no more: those who wait for its end go on.
    pub(super) fn gone(&mut self, unit: UnitId) {
        let thread = self.thread_of(unit);
        if self.is_body(unit) {
            self.change(thread, State::Ended);
        } else {
            self.leaves_loop(unit);
        }
        self.has_returned(unit);
        self.is_no_more(unit);
    }

    /// A unit does nothing any more.
    pub(super) fn has_returned(&mut self, unit: UnitId) {
        let routine = &mut self.routines[unit.index()];
        routine.has_ended = true;
        routine.since = self.now;
        self.give_memory_back(unit);
        self.close_pool_of(unit);
    }

    /// Those who wait for the end of a unit go on.
    pub(super) fn is_no_more(&mut self, unit: UnitId) {
        if self.world.is_waited_for(unit) {
            self.alive -= 1;
        }
        self.wake_joiners(unit, |_, _| true);
    }

    /// A unit was spawned: it waits to be woken by who started it.
    pub(super) fn add_thread(&mut self, child: UnitId) {
        debug_assert_eq!(child.index(), self.routines.len(), "units are spawned in order");
        debug_assert!(
            self.world.held_back_by(child).is_some()
                || matches!(self.world.units[child.index()].status, Status::New | Status::Ended),
            "it has done nothing yet"
        );
        let is_task = self.world.infos[child.index()].kind == UnitKind::Task;
        let thread = if is_task {
            self.thread_of(self.world.infos[child.index()].thread)
        } else {
            self.threads.push(Thread::new(self.now, child));
            ThreadId::new(self.threads.len() - 1)
        };
        self.routines.push(Routine::new(self.now, self.world.units[child.index()].pc, thread));
        self.add_interpreters();
        self.know(child);
        self.follows(child, self.dice.unit);
        self.watch_spawn(self.world.infos[child.index()].parent, child);
        self.note_workers(child);
        self.prepare(child);
        self.take_memory(child);
        if self.world.is_waited_for(child) {
            self.alive += 1;
        }
        if is_task {
            self.make_ready(child, Event::Deed);
        }
        if self.routines.len() >= crate::engine::queue::UNITS_MAX {
            self.stop = Some(Stop::Units);
        }
    }

    /// Whether the unit is the body of a thread, and no task.
    pub(super) fn is_body(&self, unit: UnitId) -> bool {
        self.threads[self.thread_of(unit).index()].body == unit
    }
}
