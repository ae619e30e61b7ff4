//! Who waits for which object, unit or condition, and who is woken when.

use std::collections::{BTreeMap, VecDeque};

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::queue::Priority;
use crate::engine::thread::{Blocking, Next, State};
use crate::machine::profile::LockPolicy;
use crate::semantics::property::condition_holds;
use crate::semantics::step::Outcome;
use crate::semantics::world::{Status, Wait};
use crate::trace::event::{EventKind, Leave};

/// Those who wait, in the order in which they began to.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    objects: Vec<VecDeque<UnitId>>,
    ends: BTreeMap<UnitId, Vec<UnitId>>,
    conditions: Vec<UnitId>,
}

impl Waiting {
    pub(super) fn new(objects: usize) -> Self {
        Self { objects: vec![VecDeque::new(); objects], ..Self::default() }
    }
}

impl Engine<'_> {
    /// The unit waits for what its status says, on no core and without the GIL.
    pub(super) fn block(&mut self, unit: UnitId, timeout: Option<u64>) {
        let Status::Waiting { wait, .. } = self.world.units[unit.index()].status else {
            unreachable!("a blocked unit waits for something");
        };
        let again = self.threads[unit.index()].next == Next::Retry;
        if !again {
            let thread = &mut self.threads[unit.index()];
            thread.waiting_since = self.now;
            thread.deadline = match timeout {
                Some(length) => self.now + SimDuration(length) + self.model.costs.timer_slack,
                None => SimTime::NEVER,
            };
            self.note_wait(unit, wait);
        }
        self.threads[unit.index()].next = Next::Retry;
        if self.threads[unit.index()].has_core() {
            self.drop_gil(unit);
            self.leave_core(unit, Leave::Blocked);
        }
        self.change(unit, State::Blocked);
        self.threads[unit.index()].blocking = match wait {
            Wait::Acquire(_) => Blocking::Object,
            Wait::Channel(_) => Blocking::Channel,
            Wait::End(_) | Wait::When => Blocking::Other,
        };
        match wait {
            Wait::Acquire(object) | Wait::Channel(object) => {
                self.waiting.objects[object.index()].push_back(unit);
            }
            Wait::End(other) => self.waiting.ends.entry(other).or_default().push(unit),
            Wait::When => self.waiting.conditions.push(unit),
        }
        let deadline = self.threads[unit.index()].deadline;
        if deadline != SimTime::NEVER {
            let left = SimDuration(deadline.0.saturating_sub(self.now.0));
            self.set_alarm(unit, left, Priority::Expiry);
        } else if !again {
            self.look_for_deadlock_at(unit, wait);
        }
    }

    fn note_wait(&mut self, unit: UnitId, wait: Wait) {
        let kind = match wait {
            Wait::Acquire(object) | Wait::Channel(object) => {
                self.accounts.contended(object);
                EventKind::Wait { object, holder: self.world.objects[object.index()].holder() }
            }
            Wait::End(other) => EventKind::WaitEnd { unit: other },
            Wait::When => EventKind::WaitWhen,
        };
        let pc = self.world.units[unit.index()].pc;
        self.record(unit, Some(pc), kind);
    }

    /// The unit's timeout is over: it tries once more, and gives up if that is in vain.
    pub(super) fn timed_out(&mut self, unit: UnitId) {
        if let Status::Waiting { wait, .. } = self.world.units[unit.index()].status {
            match wait {
                Wait::Acquire(object) | Wait::Channel(object) => {
                    self.waiting.objects[object.index()].retain(|&waiter| waiter != unit);
                }
                Wait::End(other) => {
                    if let Some(waiters) = self.waiting.ends.get_mut(&other) {
                        waiters.retain(|&waiter| waiter != unit);
                    }
                }
                Wait::When => self.waiting.conditions.retain(|&waiter| waiter != unit),
            }
        }
        self.threads[unit.index()].expired = true;
        self.try_again(unit);
    }

    /// An object is free: by the runtime's rule a waiter is given it, or woken to try again.
    pub(super) fn freed(&mut self, object: ObjectId) {
        let waiters = &self.waiting.objects[object.index()];
        if waiters.is_empty() {
            return;
        }
        let chosen = self.policy.pick(waiters.len(), |at| waiters[at]);
        let woken = self.waiting.objects[object.index()].remove(chosen);
        let woken = woken.expect("the policy chooses one of them");
        self.cancel_alarm(woken);
        let handed = match self.model.runtime.lock {
            LockPolicy::Barging => false,
            LockPolicy::HandOff { after } => {
                self.now.since(self.threads[woken.index()].waiting_since) > after
            }
        };
        if handed {
            self.hand_over(woken);
        } else {
            self.record(woken, None, EventKind::Wake);
            self.try_again(woken);
        }
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
        match (step.outcome, self.threads[unit.index()].next) {
            (Outcome::Ended, _) => self.end_unit(unit),
            // The device serves it without asking for it.
            (_, Next::Io(length, device)) => self.begin_io(unit, length, device),
            _ => self.wake(unit),
        }
    }

    /// A unit has ended: those who wait for it are woken.
    pub(super) fn wake_joiners(&mut self, ended: UnitId) {
        for joiner in self.waiting.ends.remove(&ended).unwrap_or_default() {
            self.cancel_alarm(joiner);
            self.record(joiner, None, EventKind::Wake);
            self.try_again(joiner);
        }
    }

    /// Shared data has changed: those whose condition holds now are woken.
    pub(super) fn wake_conditions(&mut self) {
        if self.waiting.conditions.is_empty() {
            return;
        }
        for waiter in std::mem::take(&mut self.waiting.conditions) {
            let dice = &mut self.dice;
            dice.now = self.now;
            if condition_holds(self.program, &mut self.world, waiter, dice) {
                // It has to run interpreted code, so that it needs the GIL before it tries again.
                self.threads[waiter.index()].next = Next::Step;
                self.record(waiter, None, EventKind::Wake);
                self.try_again(waiter);
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
