//! Who waits for which object, unit or condition, and who is woken when.

use std::collections::{BTreeMap, VecDeque};

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::queue::Priority;
use crate::engine::requests::Request;
use crate::engine::thread::{Away, Blocking, Next, State, ThreadId, Work};
use crate::machine::profile::{LockPolicy, TimedWaits};
use crate::semantics::property::condition_holds;
use crate::semantics::step::{Outcome, Whom};
use crate::semantics::world::{Status, Wait};
use crate::syntax::ast::UnitKind;
use crate::trace::event::{EventKind, Leave};

/// The first pause between two looks of a wait that is polled; each is twice as long as the one before. Like the longest one it
/// is written in `Lib/threading.py` of 2.7, `_Condition.wait`, and is no number of a machine.
const LOOK_FIRST: SimDuration = SimDuration::ms(1);

/// The longest one.
const LOOK_LAST: SimDuration = SimDuration::ms(50);

/// Those who wait, in the order in which they began to.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// For a lock, a permit or a channel, by the object.
    objects: Vec<VecDeque<UnitId>>,
    /// For the condition of an `atomic when`.
    conditions: Vec<UnitId>,
    /// For anything else.
    others: BTreeMap<Wait, VecDeque<UnitId>>,
    /// Who was woken for an item of a queue between processes and has not looked for it yet.
    woken: Vec<UnitId>,
}

impl Waiting {
    pub(super) fn new(objects: usize) -> Self {
        Self { objects: vec![VecDeque::new(); objects], ..Self::default() }
    }

    /// There are more objects now.
    pub(super) fn grow(&mut self, objects: usize) {
        self.objects.resize(objects, VecDeque::new());
    }

    fn add(&mut self, wait: Wait, unit: UnitId) {
        match wait {
            Wait::Acquire(object) | Wait::Channel(object) => self.objects[object.index()].push_back(unit),
            Wait::When => self.conditions.push(unit),
            Wait::End(_)
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Get(_)
            | Wait::Put(_)
            | Wait::Drained(_)
            | Wait::Flushed(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => self.others.entry(wait).or_default().push_back(unit),
        }
    }

    pub(super) fn remove(&mut self, wait: Wait, unit: UnitId) {
        if wait == Wait::When {
            self.conditions.retain(|&waiter| waiter != unit);
        } else if let Some(waiters) = self.queue(wait) {
            if waiters.front() == Some(&unit) {
                waiters.pop_front();
                return;
            }
            waiters.retain(|&waiter| waiter != unit);
        }
    }

    /// Who has waited longest for an item of each queue, or was woken for one and has not looked for it yet.
    pub(super) fn readers(&self) -> impl Iterator<Item = UnitId> + '_ {
        let gets = self.others.iter().filter(|(wait, _)| matches!(wait, Wait::Get(_)));
        gets.filter_map(|(_, waiters)| waiters.front().copied()).chain(self.woken.iter().copied())
    }

    /// A unit takes a step.
    pub(super) fn looks(&mut self, unit: UnitId) {
        self.woken.retain(|&woken| woken != unit);
    }

    /// Whether anybody waits for that.
    pub(super) fn is_waited_for(&mut self, wait: Wait) -> bool {
        self.queue(wait).is_some_and(|waiters| !waiters.is_empty())
    }

    /// Those who wait for that, if anybody ever did.
    fn queue(&mut self, wait: Wait) -> Option<&mut VecDeque<UnitId>> {
        match wait {
            Wait::Acquire(object) | Wait::Channel(object) => self.objects.get_mut(object.index()),
            Wait::When
            | Wait::End(_)
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Get(_)
            | Wait::Put(_)
            | Wait::Drained(_)
            | Wait::Flushed(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => self.others.get_mut(&wait),
        }
    }
}

impl Engine<'_> {
    /// The unit waits for what its status says, on no core and without the GIL.
    pub(super) fn block(&mut self, unit: UnitId, timeout: Option<u64>) {
        let Status::Waiting { wait, .. } = self.world.units[unit.index()].status else {
            unreachable!("a blocked unit waits for something");
        };
        let again = self.pending(unit) == Some(wait);
        if !again {
            self.routines[unit.index()].deadline = match timeout {
                Some(length) => self.now + SimDuration(length) + self.timer_slack(unit),
                None => SimTime::NEVER,
            };
            let (at, since) = (self.world.units[unit.index()].pc, self.now);
            let passed = self.queues_up(wait);
            self.begin_request(unit, Request { wait, at, since, passed });
            self.note_wait(unit, wait);
        }
        let blocking = match wait {
            Wait::Channel(device) => Blocking::Channel(device),
            Wait::End(_) | Wait::When | Wait::Worker(_) | Wait::Idle(_) => Blocking::Other,
            Wait::Acquire(object) => Blocking::Object(object),
            Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Get(_)
            | Wait::Put(_)
            | Wait::Drained(_)
            | Wait::Flushed(_) => Blocking::Deed,
        };
        self.waiting.add(wait, unit);
        if self.has_given_way(unit) {
            self.waits_away(unit, blocking);
            if self.world.is_called_off(self.program, unit) {
                self.called_off(unit);
            }
        } else {
            self.blocks(unit, (wait, blocking));
        }
        if self.routines[unit.index()].deadline == SimTime::NEVER {
            self.look_for_deadlock_at(unit, (wait, again));
        }
    }

    /// The unit's thread waits, whatever else lives on it.
    fn blocks(&mut self, unit: UnitId, (wait, blocking): (Wait, Blocking)) {
        let thread = self.thread_of(unit);
        let next = if self.is_interpreted(wait) { Next::Step } else { Next::Retry };
        let it = &mut self.threads[thread.index()];
        it.next = next;
        if next == Next::Retry {
            // What the first try took is no reason to want the GIL before the next one.
            it.kind = Work::NoGil;
        }
        if self.threads[thread.index()].has_core() {
            self.drop_gil(thread);
            self.leave_core(thread, Leave::Blocked);
        }
        self.change(thread, State::Blocked);
        self.threads[thread.index()].blocking = blocking;
        let deadline = self.routines[unit.index()].deadline;
        if deadline != SimTime::NEVER {
            let left = SimDuration(deadline.0.saturating_sub(self.now.0));
            self.set_alarm(thread, left, Priority::Expiry);
        }
    }

    /// Whether who is woken has to run interpreted code to see if what it waits for is there, so that it
    /// needs the GIL first. A lock, the end of a thread and a device are waited for in C.
    fn is_interpreted(&self, wait: Wait) -> bool {
        match wait {
            Wait::Channel(_) | Wait::End(_) | Wait::Worker(_) | Wait::Idle(_) => false,
            Wait::Acquire(object) => !self.world.objects[object.index()].is_lock(),
            // A pipe is read and written by the system; a queue is made of Python.
            Wait::Get(object) | Wait::Put(object) => self.world.objects[object.index()].as_queue().is_some(),
            Wait::When
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Drained(_)
            | Wait::Flushed(_) => true,
        }
    }

    fn note_wait(&mut self, unit: UnitId, wait: Wait) {
        let kind = match wait {
            Wait::End(other) => EventKind::WaitEnd { unit: other },
            Wait::When => EventKind::WaitWhen,
            Wait::Acquire(object)
            | Wait::Channel(object)
            | Wait::Set(object)
            | Wait::Notify(object)
            | Wait::Barrier(object)
            | Wait::Get(object)
            | Wait::Put(object)
            | Wait::Drained(object)
            | Wait::Flushed(object)
            | Wait::Worker(object)
            | Wait::Idle(object) => {
                self.accounts.contended(object);
                let is_held = matches!(wait, Wait::Acquire(_));
                let holder = self.world.objects[object.index()].holder().filter(|_| is_held);
                EventKind::Wait { object, holder }
            }
        };
        let pc = self.world.units[unit.index()].pc;
        self.record(unit, Some(pc), kind);
    }

    /// The unit's timeout is over: it tries once more, and gives up if that is in vain.
    pub(super) fn timed_out(&mut self, unit: UnitId) {
        if let Status::Waiting { wait, .. } = self.world.units[unit.index()].status {
            self.waiting.remove(wait, unit);
        }
        self.routines[unit.index()].expired = true;
        self.try_again(unit);
    }

    /// The unit has what it waited for, or has given up.
    pub(super) fn wait_is_over(&mut self, unit: UnitId) {
        let Some(request) = self.end_request(unit) else { return };
        if let Some(object) = request.wait.object() {
            self.accounts.waited(object, self.now.since(request.since));
        }
        self.leaves_queue(unit, request);
    }

    /// So many can have the object now. A lock goes to a waiter by the runtime's rule. Those who wait for
    /// anything else are woken and try again like everybody who comes along.
    pub(super) fn freed(&mut self, object: ObjectId, count: u32) {
        if self.waiting.objects[object.index()].is_empty() {
            return;
        }
        if self.world.objects[object.index()].is_lock() {
            self.lock_free(object);
        } else {
            self.wake_waiters(Wait::Acquire(object), Whom::First(count), None);
        }
    }

    /// These waiters try again, because of what `by` did.
    pub(super) fn woken(&mut self, wait: Wait, whom: Whom, by: UnitId) {
        self.wake_waiters(wait, whom, Some(by));
    }

    fn wake_waiters(&mut self, wait: Wait, whom: Whom, by: Option<UnitId>) {
        let Some(waiters) = self.waiting.queue(wait) else { return };
        let count = match whom {
            Whom::First(count) => waiters.len().min(count as usize),
            Whom::All => waiters.len(),
            Whom::Only(unit) => {
                let Some(at) = waiters.iter().position(|&waiter| waiter == unit) else { return };
                waiters.remove(at);
                waiters.push_front(unit);
                1
            }
        };
        for _ in 0..count {
            let first = self.waiting.queue(wait).and_then(VecDeque::pop_front);
            let unit = first.expect("so many wait");
            self.promise(unit, wait);
            self.stop_alarm(unit);
            if matches!(wait, Wait::Get(queue) if self.program.object(queue).process) {
                self.waiting.woken.push(unit);
            }
            self.is_let_go(unit, wait);
            if let Some(by) = by {
                self.follows(unit, by);
            }
            if let Some(recorder) = &mut self.recorder
                && matches!(wait, Wait::Set(_))
            {
                recorder.grant(unit);
            }
            // The steps of a course need what they wait for, whoever was woken.
            if self.replay.is_none() {
                self.world.units[unit.index()].status = Status::Notified;
            }
        }
    }

    /// A lock is free: by the runtime's rule a waiter is given it, or woken to try again.
    fn lock_free(&mut self, object: ObjectId) {
        let waiters = &self.waiting.objects[object.index()];
        let chosen = self.policy.pick(waiters.len(), |at| waiters[at]);
        let woken = self.waiting.objects[object.index()].remove(chosen);
        let woken = woken.expect("the policy chooses one of them");
        self.promise(woken, Wait::Acquire(object));
        self.stop_alarm(woken);
        let is_away = self.routines[woken.index()].away != Away::No;
        let handed = match self.model.runtime.lock {
            _ if is_away || self.replay.is_some() => false,
            LockPolicy::Barging => self.is_overtaken(),
            LockPolicy::HandOff { after } => {
                self.request(woken).is_some_and(|request| self.now.since(request.since) > after)
            }
        };
        if handed {
            self.hand_over(woken);
        } else {
            self.record(woken, None, EventKind::Wake);
            self.try_again(woken);
        }
    }

    /// Whether the thread that has just released a lock is overtaken by who is woken for it.
    ///
    /// Mostly it is not: it goes on, and the other one has to wake up. But a thread that has woken up itself a moment ago
    /// has no claim to its core before another one that wakes up, and Linux lets that one go first. Two threads that sleep for 1 ms
    /// with a lock have it in turns (81 to 88 % of all times, CPython 2.7 to 3.13 and `PyPy`), two that compute for 1 ms with
    /// it do not (1 to 3 %).
    fn is_overtaken(&mut self) -> bool {
        let turns = &self.model.turns;
        let fresh = |it: ThreadId| self.burst(it) < turns.lock_fresh;
        self.going_on.is_some_and(fresh) && self.policy.is_likely(turns.lock_overtaken_of_six.into(), 6)
    }

    /// What was to happen to a unit that waits when its time is over does not happen.
    fn stop_alarm(&mut self, unit: UnitId) {
        if self.routines[unit.index()].away == Away::No {
            self.cancel_alarm(self.thread_of(unit));
        } else {
            self.routines[unit.index()].alarm = 0;
        }
    }

    /// Who was woken for that does not take it: it is for the next one.
    pub(super) fn wake_next(&mut self, wait: Wait) {
        match wait {
            Wait::Acquire(object) => self.freed(object, 1),
            Wait::Get(_) | Wait::Put(_) => self.wake_waiters(wait, Whom::First(1), None),
            Wait::Channel(_)
            | Wait::End(_)
            | Wait::When
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Drained(_)
            | Wait::Flushed(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => {}
        }
    }

    /// What the unit waited for has happened: it is woken, or sees it when it looks next.
    fn is_let_go(&mut self, unit: UnitId, wait: Wait) {
        let Some(delay) = self.next_look(unit, wait) else {
            self.record(unit, None, EventKind::Wake);
            return self.try_again(unit);
        };
        let thread = self.thread_of(unit);
        self.world.units[unit.index()].status = Status::Ready;
        self.change(thread, State::Sleeping);
        self.set_alarm(thread, delay, Priority::Done);
    }

    /// How long a unit sleeps on that waits with a timeout and looks now and then whether it is over.
    fn next_look(&self, unit: UnitId, wait: Wait) -> Option<SimDuration> {
        let routine = &self.routines[unit.index()];
        let is_timed =
            routine.deadline != SimTime::NEVER && routine.away == Away::No && self.replay.is_none();
        let looks = match wait {
            Wait::Set(_) | Wait::Notify(_) | Wait::Get(_) | Wait::Put(_) => true,
            // `multiprocessing` asks the system.
            Wait::End(of) => self.world.infos[of.index()].kind == UnitKind::Thread,
            Wait::Acquire(_)
            | Wait::Channel(_)
            | Wait::When
            | Wait::Barrier(_)
            | Wait::Drained(_)
            | Wait::Flushed(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => false,
        };
        if !(looks && is_timed && self.model.runtime.timed_waits == TimedWaits::Polled) {
            return None;
        }
        let slack = self.model.costs.timer_slack;
        let (mut look, mut pause) = (self.request(unit)?.since, LOOK_FIRST);
        while look <= self.now {
            look = look + pause + slack;
            pause = SimDuration(pause.0 * 2).min(LOOK_LAST);
        }
        Some(look.min(routine.deadline).since(self.now))
    }

    /// The unit is woken to try once more. It waits no longer, so that nobody takes it for stuck.
    fn try_again(&mut self, unit: UnitId) {
        self.world.units[unit.index()].status = Status::Ready;
        self.wake(unit);
    }

    /// The unit gets what it waits for in this very moment, wherever it is; then it is woken.
    fn hand_over(&mut self, unit: UnitId) {
        let step = self.take_step(unit);
        debug_assert!(!matches!(step.outcome, Outcome::Blocked { .. }), "what is handed over is free");
        self.record(unit, None, EventKind::Wake);
        match step.outcome {
            Outcome::Ended => self.end_unit(unit),
            // The device serves it without asking for it.
            Outcome::Io { length, device } => self.begin_io(unit, SimDuration(length), device),
            Outcome::Ready
            | Outcome::Spawned(_)
            | Outcome::Compute { .. }
            | Outcome::Sleep { .. }
            | Outcome::Blocked { .. } => self.wake(unit),
        }
    }

    /// A unit has ended: those who wait for it and are chosen are woken.
    pub(super) fn wake_joiners(&mut self, ended: UnitId, is_chosen: impl Fn(&Self, UnitId) -> bool) {
        let wait = Wait::End(ended);
        for joiner in self.waiting.others.remove(&wait).unwrap_or_default() {
            if !is_chosen(self, joiner) {
                self.waiting.add(wait, joiner);
            } else if !self.gathers_on(joiner) {
                self.stop_alarm(joiner);
                self.is_let_go(joiner, wait);
                self.follows(joiner, ended);
            }
        }
    }

    /// A unit has changed shared data: those whose condition holds now are woken.
    pub(super) fn wake_conditions(&mut self, by: UnitId) {
        if self.waiting.conditions.is_empty() {
            return;
        }
        for waiter in std::mem::take(&mut self.waiting.conditions) {
            let dice = &mut self.dice;
            dice.now = self.now;
            if condition_holds(self.program, &mut self.world, waiter, dice) {
                self.end_request(waiter);
                self.record(waiter, None, EventKind::Wake);
                self.try_again(waiter);
                self.follows(waiter, by);
            } else {
                self.waiting.conditions.push(waiter);
            }
        }
    }

    /// A device has served a request: its channel goes to the longest waiter at once.
    pub(super) fn channel_free(&mut self, device: ObjectId) {
        self.world.objects[device.index()].release_channel();
        self.accounts.channel_released(device, self.now);
        if let Some(next) = self.waiting.objects[device.index()].pop_front() {
            self.hand_over(next);
        }
    }
}
