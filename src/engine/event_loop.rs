//! The event loop of a thread: which of its units goes on next (`Lib/asyncio/base_events.py`, read: 3.13).
//!
//! A pass of the loop executes what was ready when it began, in order. What becomes ready meanwhile has to wait for
//! the next one, at whose beginning I/O that is done comes behind what is ready, and timers that are due behind that.
//! Such an event is a callback first, by which whoever waits for it becomes ready.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::queue::{Priority, Whose};
use crate::engine::thread::{Away, Blocking, Next, State, ThreadId, Work};
use crate::ir::program::Pc;
use crate::semantics::world::{Rest, Status, Wait};
use crate::trace::event::{EventKind, Leave};

/// From room for how many entries on that which nobody needs is given back.
const ENTRIES_MANY: usize = 4096;

/// The units of a thread that could go on.
#[derive(Debug, Default)]
pub(super) struct EventLoop {
    ready: VecDeque<Entry>,
    /// How many of them belong to the present pass.
    left: usize,
    /// Work of its last unit that is still to be done when somebody goes on.
    owed: SimDuration,
    /// Long work that keeps it waiting: by which op, and since when.
    pub(super) slow: Option<(Pc, SimTime)>,
    /// Whose I/O is done, and whose timers are due, since the pass began.
    done: Vec<UnitId>,
    due: VecDeque<Entry>,
    /// Since when the times were over that are, in the order of those entries.
    over_since: VecDeque<SimTime>,
}

/// What a pass executes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// The unit goes on.
    Step(UnitId),
    /// What the unit waited for is there, so that it is to go on.
    Callback(UnitId),
    /// The unit is the body of the loop, and closes it when all of this pass was executed.
    Stop(UnitId),
    /// The time of the unit is over: if nothing else has made it ready before its thread comes to this, it is to give
    /// up.
    Expiry(UnitId),
}

/// By what a unit becomes ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Another unit has done something, or it was just spawned.
    Deed,
    /// Its I/O is done.
    Done,
    /// Its timer is due.
    Due,
    /// It is the body of the loop, and has come to its end.
    Stop,
}

impl Entry {
    /// Whether it is by this that the unit goes on.
    fn readies(self, unit: UnitId) -> bool {
        self == Self::Step(unit) || self == Self::Callback(unit) || self == Self::Stop(unit)
    }
}

impl EventLoop {
    fn add(&mut self, unit: UnitId, event: Event) {
        match event {
            Event::Deed => self.ready.push_back(Entry::Step(unit)),
            Event::Done => self.done.push(unit),
            Event::Due => self.due.push_back(Entry::Callback(unit)),
            Event::Stop => self.ready.push_back(Entry::Stop(unit)),
        }
    }

    /// What is to be executed next, if there is anything, and since when a time was over that is.
    fn next(&mut self) -> Option<(Entry, SimTime)> {
        if self.left == 0 {
            if self.ready.capacity() > ENTRIES_MANY {
                // All may have been ready at one time, and not be for long.
                self.ready.shrink_to(2 * (self.ready.len() + self.due.len() + self.done.len()));
            }
            self.ready.extend(self.done.drain(..).map(Entry::Callback));
            if self.ready.is_empty() {
                std::mem::swap(&mut self.ready, &mut self.due);
            } else {
                self.ready.append(&mut self.due);
            }
            self.left = self.ready.len();
        }
        let entry = self.ready.pop_front()?;
        self.left -= 1;
        let is_expiry = matches!(entry, Entry::Expiry(_));
        let since = if is_expiry { self.over_since.pop_front() } else { None };
        Some((entry, since.unwrap_or(SimTime::NEVER)))
    }

    /// That is executed behind all else of the present pass; whether there is anything else.
    fn put_off(&mut self, entry: Entry) -> bool {
        let waits = self.left > 0;
        if waits {
            self.ready.insert(self.left, entry);
            self.left += 1;
        }
        waits
    }

    /// Takes that unit out, if it could go on.
    pub(super) fn take(&mut self, unit: UnitId) -> bool {
        let was = self.done.len() + self.due.len();
        self.done.retain(|other| *other != unit);
        self.due.retain(|entry| !entry.readies(unit));
        if self.done.len() + self.due.len() < was {
            return true;
        }
        let Some(at) = self.ready.iter().position(|entry| entry.readies(unit)) else { return false };
        self.left -= usize::from(at < self.left);
        self.ready.remove(at);
        true
    }

    /// What there is to be executed, in no order, and since when it is late.
    fn entries(&self) -> impl Iterator<Item = (Entry, SimTime)> {
        let mut over_since = self.over_since.iter().copied();
        let entries = self.ready.iter().chain(&self.due).copied();
        let entries = entries.chain(self.done.iter().copied().map(Entry::Callback));
        entries.map(move |entry| {
            let is_expiry = matches!(entry, Entry::Expiry(_));
            let since = if is_expiry { over_since.next() } else { None };
            (entry, since.unwrap_or(SimTime::NEVER))
        })
    }

    /// Who is to go on, in order.
    pub(super) fn steps(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.ready.iter().filter_map(|entry| if let Entry::Step(unit) = entry { Some(*unit) } else { None })
    }

    /// Whether nobody could go on.
    fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.done.is_empty() && self.due.is_empty()
    }
}

impl Engine<'_> {
    pub(super) fn event_loop(&mut self, thread: ThreadId) -> &mut EventLoop {
        self.threads[thread.index()].event_loop.get_or_insert_default()
    }

    /// The unit has given its thread up: from now on it does that, and its thread something else.
    pub(super) fn goes_away(&mut self, unit: UnitId, away: Away) {
        let thread = self.thread_of(unit);
        if self.unit_on(thread) == unit {
            self.settle(thread);
        }
        self.changes(unit);
        self.routines[unit.index()].away = away;
    }

    /// What a unit does while it is away changes: the time since is put down to what it did before.
    pub(super) fn changes(&mut self, unit: UnitId) {
        if self.chronicle.is_some() {
            self.write_down(unit);
        }
        let now = self.now;
        let routine = &mut self.routines[unit.index()];
        if let Some(activity) = routine.activity() {
            routine.times.add(activity, now.since(routine.since));
        }
        routine.since = now;
    }

    /// A unit that is away could go on.
    pub(super) fn make_ready(&mut self, unit: UnitId, event: Event) {
        self.goes_away(unit, Away::Ready);
        self.routines[unit.index()].alarm = 0;
        let thread = self.thread_of(unit);
        self.event_loop(thread).add(unit, event);
        self.poke(thread);
    }

    /// An event loop that has nothing to do looks again.
    pub(super) fn poke(&mut self, thread: ThreadId) {
        if self.threads[thread.index()].state == State::Idle && !self.loop_is_held_back(thread) {
            self.wake_thread(thread);
        }
    }

    /// All on an event loop who could go on, and since when.
    pub(super) fn kept_waiting(&self, thread: ThreadId) -> Vec<(UnitId, SimTime)> {
        let Some(event_loop) = &self.threads[thread.index()].event_loop else { return Vec::new() };
        let could_go_on = event_loop.entries().filter_map(|(entry, late_since)| match entry {
            Entry::Step(unit) | Entry::Callback(unit) | Entry::Stop(unit) => {
                (!self.is_only_done(unit)).then(|| (unit, self.routines[unit.index()].since))
            }
            Entry::Expiry(unit) => self.routines[unit.index()].is_late.then_some((unit, late_since)),
        });
        could_go_on.collect()
    }

    /// Whether nobody on an event loop could go on.
    pub(super) fn loop_is_empty(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].event_loop.as_ref().is_none_or(|event_loop| event_loop.is_empty())
    }

    /// Whose code the thread executes has given it up, or has ended: the next one goes on. Whether the thread can go on at
    /// once.
    pub(super) fn turn_loop(&mut self, thread: ThreadId) -> bool {
        let owed = std::mem::take(&mut self.threads[thread.index()].work);
        self.event_loop(thread).owed += owed;
        let Some(unit) = self.after_callbacks(thread) else {
            self.settle(thread);
            self.threads[thread.index()].current = self.threads[thread.index()].body;
            if self.threads[thread.index()].has_core() {
                self.drop_gil(thread);
                self.leave_core(thread, Leave::Blocked);
            }
            self.change(thread, State::Idle);
            return false;
        };
        self.comes_back(thread, unit);
        true
    }

    /// Whose turn it is on that thread, after the callbacks that come before.
    pub(super) fn next_on(&mut self, thread: ThreadId) -> Option<UnitId> {
        loop {
            let (entry, since) = self.event_loop(thread).next()?;
            match entry {
                Entry::Step(unit) => return Some(unit),
                // As in `run_forever`, a pass is finished before the loop stops.
                stop @ Entry::Stop(unit) => {
                    if !self.event_loop(thread).put_off(stop) {
                        return Some(unit);
                    }
                }
                Entry::Callback(unit) => {
                    self.event_loop(thread).add(unit, Event::Deed);
                }
                Entry::Expiry(unit) => {
                    let was_late = std::mem::take(&mut self.routines[unit.index()].is_late);
                    if was_late && self.was_over_for(unit, since) {
                        self.expires_away(unit);
                    } else if was_late && self.routines[unit.index()].away == Away::Ready {
                        // It was told of a time that concerns it no more.
                        self.keep_limit(unit);
                    }
                }
            }
        }
    }

    /// The thread executes the code of that unit from now on.
    fn comes_back(&mut self, thread: ThreadId, unit: UnitId) {
        self.goes_away(unit, Away::No);
        self.routines[unit.index()].alarm = 0;
        self.settle(thread);
        let switch = self.model.interpreted(self.model.costs.task_switch);
        let owed = std::mem::take(&mut self.event_loop(thread).owed);
        let ops = self.ops;
        let it = &mut self.threads[thread.index()];
        it.current = unit;
        it.next = Next::Step;
        it.kind = Work::Ops;
        it.work = owed + switch;
        it.check_point = Some(ops);
        self.record(unit, None, EventKind::Resume);
    }

    /// A unit that has given its thread up begins to wait for something, no longer than until its deadline or that of a
    /// time limit around it.
    pub(super) fn waits_away(&mut self, unit: UnitId, blocking: Blocking) {
        self.goes_away(unit, Away::Waits(blocking));
        let limit = self.limit_around(unit);
        let deadline = self.routines[unit.index()].deadline.min(limit);
        self.arm_away(unit, deadline);
    }

    /// `io` or `sleep` of a unit that has given its thread up.
    pub(super) fn passes_time(&mut self, unit: UnitId, (away, length): (Away, SimDuration)) {
        self.goes_away(unit, away);
        let end = self.now + length;
        self.routines[unit.index()].deadline = end;
        let limit = self.limit_around(unit);
        // Timers that are due at one moment go off in the order in which they were set; I/O comes before them.
        let is_limited = if away == Away::Sleeps { limit <= end } else { limit < end };
        if is_limited {
            self.arm_away(unit, limit);
        } else {
            self.arm_away(unit, end);
        }
    }

    /// `asyncio.sleep(0)` sets no timer: the unit is ready again at once, behind those who are.
    pub(super) fn yields(&mut self, unit: UnitId) {
        self.make_ready(unit, Event::Deed);
        self.keep_limit(unit);
    }

    /// The time of a limit around a unit that is ready goes on until it has its thread.
    fn keep_limit(&mut self, unit: UnitId) {
        if self.replay.is_some() || self.routines[unit.index()].is_late {
            return;
        }
        let limit = self.limit_around(unit);
        if limit > self.now {
            self.arm_away(unit, limit);
        } else {
            self.is_due(unit);
        }
    }

    fn arm_away(&mut self, unit: UnitId, at: SimTime) {
        if at != SimTime::NEVER {
            let serial = self.queue.set(self.now, at.max(self.now), Priority::Done, Whose::Unit(unit));
            self.routines[unit.index()].alarm = serial;
        }
    }

    /// When the first of the time limits around a unit is over.
    fn limit_around(&self, unit: UnitId) -> SimTime {
        let slack = self.model.costs.timer_slack + self.model.costs.task_timer_slack;
        let ends = self.limits(unit).into_iter().flatten();
        ends.map(|end| SimTime(end) + slack).min().unwrap_or(SimTime::NEVER)
    }

    /// When the time limits around a unit are over, innermost first.
    fn limits(&self, unit: UnitId) -> Vec<Option<u64>> {
        if !self.world.is_limited(self.program, unit) {
            return Vec::new();
        }
        self.world.time_limits(self.program, unit).into_iter().map(|(_, end)| end).collect()
    }

    /// The alarm of a unit that is away has gone off.
    pub(super) fn away_alarm(&mut self, unit: UnitId) {
        if self.replay.is_some() && !self.may_expire_away(unit) {
            return;
        }
        let routine = &self.routines[unit.index()];
        let is_over = routine.deadline <= self.now;
        match routine.away {
            Away::Waits(_) => self.is_due(unit),
            Away::Io | Away::Served(_) => {
                let (away, limit) = (routine.away, self.limit_around(unit));
                if is_over && limit >= self.routines[unit.index()].deadline {
                    self.record(unit, None, EventKind::Wake);
                    self.make_ready(unit, Event::Done);
                    self.keep_limit(unit);
                } else {
                    self.is_due(unit);
                }
                if let Away::Served(device) = away {
                    self.channel_free(device);
                }
            }
            Away::Sleeps => {
                let limit = self.limit_around(unit);
                if is_over && limit > routine.deadline {
                    self.record(unit, None, EventKind::Wake);
                    self.make_ready(unit, Event::Due);
                    self.keep_limit(unit);
                } else {
                    self.is_due(unit);
                }
            }
            Away::Ready => self.is_due(unit),
            Away::No => unreachable!("who goes on has no alarm"),
        }
    }

    /// The time of a unit that is away is over: its thread is to see to that, when it comes to its callback.
    fn is_due(&mut self, unit: UnitId) {
        if self.replay.is_some() {
            // A course says when.
            self.expires_away(unit);
            return;
        }
        self.routines[unit.index()].is_late = true;
        let now = self.now;
        let thread = self.thread_of(unit);
        let event_loop = self.event_loop(thread);
        event_loop.due.push_back(Entry::Expiry(unit));
        event_loop.over_since.push_back(now);
        self.poke(thread);
    }

    /// Whether the time for what a unit does while it is away was over then.
    fn was_over_for(&self, unit: UnitId, then: SimTime) -> bool {
        let routine = &self.routines[unit.index()];
        let own = if routine.away == Away::Ready { SimTime::NEVER } else { routine.deadline };
        own.min(self.limit_around(unit)) <= then
    }

    /// A unit that is away gives up.
    pub(super) fn expires_away(&mut self, unit: UnitId) {
        if self.routines[unit.index()].away == Away::Ready {
            // It finds out when it has its thread, which it gets in any case.
            self.routines[unit.index()].expired = true;
            return;
        }
        if let Status::Waiting { wait, .. } = self.world.units[unit.index()].status {
            self.waiting.remove(wait, unit);
        }
        self.routines[unit.index()].expired = true;
        if self.replay.is_none() && self.world.awaits_task(self.program, unit) {
            return self.passes_on(unit);
        }
        self.world.units[unit.index()].status = Status::Ready;
        self.make_ready(unit, Event::Deed);
    }

    /// Which of the limits of a unit whose time is over was the first: its own, if it has one, then those around it.
    pub(super) fn first_limit(&self, unit: UnitId) -> usize {
        let routine = &self.routines[unit.index()];
        let own =
            (routine.request.is_some() && routine.deadline != SimTime::NEVER).then_some(routine.deadline.0);
        let around = self.limits(unit).into_iter().flatten();
        let all = own.into_iter().chain(around).enumerate();
        all.min_by_key(|(_, end)| *end).map_or(0, |(at, _)| at)
    }

    /// A unit was asked to end: if that finds it in an `await`, it goes on.
    pub(super) fn called_off(&mut self, unit: UnitId) {
        let away = self.routines[unit.index()].away;
        let sleeps = matches!((away, self.pending(unit)), (Away::Waits(_), Some(Wait::Notify(_))));
        if !sleeps && !self.world.is_called_off(self.program, unit) {
            return;
        }
        match self.routines[unit.index()].away {
            Away::Waits(_) => {
                if let Some(wait) = self.pending(unit) {
                    self.waiting.remove(wait, unit);
                }
                self.make_ready(unit, Event::Deed);
            }
            Away::Served(device) => {
                self.make_ready(unit, Event::Deed);
                self.channel_free(device);
            }
            Away::Io | Away::Sleeps => self.make_ready(unit, Event::Deed),
            // It was woken, and does not take what it was woken for: that is for the next one.
            Away::Ready => {
                if let Some(wait) = self.pending(unit) {
                    self.wake_next(wait);
                }
            }
            Away::No => {}
        }
    }

    /// A task has ended, or was ended.
    pub(super) fn leaves_loop(&mut self, unit: UnitId) {
        let thread = self.thread_of(unit);
        if self.routines[unit.index()].away == Away::Ready {
            self.event_loop(thread).take(unit);
        }
        self.goes_away(unit, Away::No);
        self.routines[unit.index()].alarm = 0;
        self.routines[unit.index()].is_late = false;
    }

    /// Whether the unit has given its thread up.
    pub(super) fn has_given_way(&self, unit: UnitId) -> bool {
        self.world.units[unit.index()].rest != Rest::Running
    }

    /// How late a timer is that a unit sets, which is one of its event loop if it gives way to that meanwhile.
    pub(super) fn timer_slack(&self, unit: UnitId) -> SimDuration {
        let costs = &self.model.costs;
        if self.has_given_way(unit) { costs.timer_slack + costs.task_timer_slack } else { costs.timer_slack }
    }
}
