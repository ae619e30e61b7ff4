//! The global interpreter lock of CPython 3.2 and later (`Python/ceval_gil.c`). Each interpreter has one of its own.
//!
//! A free GIL is taken by whoever comes first. A waiter sleeps for the switch
//! interval, counted from its own start; if the GIL has not changed hands in
//! that time it asks the holder to drop it. A holder that was asked drops it at
//! its next check point, and waits until another has taken it. A holder that
//! blocks just drops it and wakes one waiter, which takes it if it is still free
//! when that waiter is on a core.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::queue::Priority;
use crate::engine::thread::{GilCall, State, Work};
use crate::trace::event::{EventKind, Leave};

/// The GIL's state.
#[derive(Debug, Default)]
pub(super) struct GilState {
    holder: Option<UnitId>,
    /// Since when it has its holder, and how long it had others.
    since: SimTime,
    held: SimDuration,
    last_holder: Option<UnitId>,
    /// How often it went to another than its last holder.
    pub(super) switches: u64,
    /// A waiter wants the holder to drop it.
    requested: bool,
    /// Those who sleep until it is free or their interval is over, the longest waiter first.
    waiters: VecDeque<UnitId>,
    /// The waiter that was woken because it is free, and is not on a core yet.
    called: Option<UnitId>,
    /// Who dropped it because it was asked, and waits until another has it.
    forced: Option<UnitId>,
}

impl GilState {
    /// Who has it, and since when.
    pub(super) fn held(&self) -> Option<(UnitId, SimTime)> {
        self.holder.map(|holder| (holder, self.since))
    }

    /// How long somebody had it so far.
    pub(super) fn held_until(&self, now: SimTime) -> SimDuration {
        if self.holder.is_some() { self.held + now.since(self.since) } else { self.held }
    }
}

impl Engine<'_> {
    /// The GIL of the interpreter in which a unit runs, if the runtime has any.
    pub(super) fn gil(&self, unit: UnitId) -> Option<&GilState> {
        self.gils.get(self.world.infos[unit.index()].interpreter.index())
    }

    fn gil_mut(&mut self, unit: UnitId) -> &mut GilState {
        let interpreter = self.world.infos[unit.index()].interpreter;
        self.gils.get_mut(interpreter.index()).expect("this runtime has a GIL")
    }

    pub(super) fn holds_gil(&self, unit: UnitId) -> bool {
        self.gil(unit).is_some_and(|gil| gil.holder == Some(unit))
    }

    /// Whether the unit holds a GIL that it is asked to drop.
    pub(super) fn is_asked(&mut self, unit: UnitId) -> bool {
        let interpreter = self.world.infos[unit.index()].interpreter;
        let Some(gil) = self.gils.get(interpreter.index()) else { return false };
        gil.holder == Some(unit)
            && (gil.requested
                || (self.policy.is_eager()
                    && gil.waiters.iter().any(|&waiter| self.policy.prefers(waiter, unit))))
    }

    /// Takes the GIL for a unit on a core if it is free; else the unit leaves its core and waits. Whether it has it.
    pub(super) fn take_gil(&mut self, unit: UnitId) -> bool {
        let interpreter = self.world.infos[unit.index()].interpreter;
        let Some(gil) = self.gils.get_mut(interpreter.index()) else { return true };
        let call = std::mem::replace(&mut self.threads[unit.index()].gil_call, GilCall::None);
        if gil.called == Some(unit) {
            gil.called = None;
        }
        let Some(holder) = gil.holder else {
            if self.lets_go_first(unit, call) {
                self.leave_core(unit, Leave::Gil);
                self.wait_for_gil(unit, SimDuration::ZERO);
                return false;
            }
            self.gil_taken(unit);
            return true;
        };
        if let GilCall::Expired(switches) = call
            && switches == gil.switches
            && !gil.requested
        {
            gil.requested = true;
            self.record(unit, None, EventKind::GilRequest { holder });
            self.leave_core(unit, Leave::Gil);
            self.wait_for_gil(unit, SimDuration::ZERO);
            self.heed_request(holder);
            return false;
        }
        self.leave_core(unit, Leave::Gil);
        self.wait_for_gil(unit, SimDuration::ZERO);
        if self.policy.prefers(unit, holder) {
            self.heed_request(holder);
        }
        false
    }

    /// The GIL is free, and a waiter that was woken for it is on its way. A unit that comes by itself
    /// takes it; between two waiters, of whom this one's interval has just ended, it is a choice.
    fn lets_go_first(&mut self, unit: UnitId, call: GilCall) -> bool {
        let called = self.gil(unit).and_then(|gil| gil.called);
        match (call, called) {
            (GilCall::Expired(_), Some(called)) => self.policy.pick(2, |at| [called, unit][at]) == 0,
            (GilCall::Expired(_), None) | (GilCall::None | GilCall::Dropped, _) => false,
        }
    }

    fn gil_taken(&mut self, unit: UnitId) {
        self.threads[unit.index()].wanting_since = None;
        let now = self.now;
        let gil = self.gil_mut(unit);
        gil.holder = Some(unit);
        gil.since = now;
        gil.requested = false;
        if gil.last_holder != Some(unit) {
            // The first one takes it from nobody.
            gil.switches += u64::from(gil.last_holder.is_some());
            gil.last_holder = Some(unit);
        }
        let forced = gil.forced.take();
        self.record(unit, None, EventKind::GilTake);
        if let Some(dropper) = forced {
            // It wakes up, sees that another has the GIL, and waits for it like everybody else. The
            // few microseconds on a core that this takes are not modelled, their delay is.
            self.wait_for_gil(dropper, self.model.costs.wake_latency);
        }
    }

    /// The unit sleeps until the GIL is free or its interval, which begins after `delay`, is over.
    fn wait_for_gil(&mut self, unit: UnitId, delay: SimDuration) {
        self.change(unit, State::GilWait);
        let now = self.now;
        self.threads[unit.index()].wanting_since.get_or_insert(now);
        let interpreter = self.world.infos[unit.index()].interpreter;
        let threads = &self.threads;
        let since = |waiter: &UnitId| threads[waiter.index()].wanting_since;
        let gil = &mut self.gils[interpreter.index()];
        // Whoever has slept through an interval keeps its place.
        let place = gil.waiters.partition_point(|waiter| since(waiter) <= since(&unit));
        gil.waiters.insert(place, unit);
        let (holder, switches) = (gil.holder, gil.switches);
        self.threads[unit.index()].gil_call = GilCall::Expired(switches);
        self.record(unit, None, EventKind::GilWait { holder });
        let interval = delay + self.model.switch_interval + self.model.costs.timer_slack;
        self.set_alarm(unit, interval, Priority::Expiry);
    }

    /// A waiter's interval is over: it wakes up to ask for the GIL.
    pub(super) fn interval_over(&mut self, unit: UnitId) {
        self.gil_mut(unit).waiters.retain(|&waiter| waiter != unit);
        self.wake(unit);
    }

    /// Drops the GIL before a wait: it is free, and one waiter is woken.
    pub(super) fn drop_gil(&mut self, unit: UnitId) {
        if self.holds_gil(unit) {
            self.record(unit, None, EventKind::GilDrop { forced: false });
            self.free_gil(unit);
        }
    }

    /// Drops the GIL because it was asked for: the unit leaves its core until another has it.
    pub(super) fn drop_gil_forced(&mut self, unit: UnitId) {
        self.record(unit, None, EventKind::GilDrop { forced: true });
        self.leave_core(unit, Leave::Gil);
        self.change(unit, State::GilSwitch);
        self.gil_mut(unit).forced = Some(unit);
        self.free_gil(unit);
    }

    /// The GIL that the unit holds is free.
    fn free_gil(&mut self, unit: UnitId) {
        self.write_gil(self.world.infos[unit.index()].interpreter);
        let now = self.now;
        let interpreter = self.world.infos[unit.index()].interpreter;
        let gil = &mut self.gils[interpreter.index()];
        gil.held = gil.held_until(now);
        gil.holder = None;
        gil.requested = false;
        let count = gil.waiters.len();
        if count == 0 {
            return;
        }
        let waiters = &gil.waiters;
        let chosen = self.policy.pick(count, |at| waiters[at]);
        let woken = gil.waiters.remove(chosen).expect("the policy chooses one of them");
        gil.called = Some(woken);
        self.cancel_alarm(woken);
        self.threads[woken.index()].gil_call = GilCall::Dropped;
        self.wake(woken);
    }

    /// The thread that holds the GIL goes on as another unit.
    pub(super) fn hand_gil_over(&mut self, before: UnitId, unit: UnitId) {
        let gil = self.gil_mut(before);
        gil.holder = Some(unit);
        gil.last_holder = Some(unit);
    }

    /// A unit that waits for the GIL, or for another one to take it, is no more.
    pub(super) fn forget_gil(&mut self, unit: UnitId) {
        let gil = self.gil_mut(unit);
        gil.waiters.retain(|&waiter| waiter != unit);
        gil.forced.take_if(|forced| *forced == unit);
        gil.called.take_if(|called| *called == unit);
    }

    /// A holder in the middle of interpreted work heeds a request at once: such work is full of check points.
    fn heed_request(&mut self, holder: UnitId) {
        let thread = &self.threads[holder.index()];
        if thread.state == State::Running && thread.kind == Work::Compute && self.going_on != Some(holder) {
            self.settle(holder);
            if self.threads[holder.index()].work > SimDuration::ZERO {
                self.cancel_alarm(holder);
                self.drop_gil_forced(holder);
            }
        }
    }
}
