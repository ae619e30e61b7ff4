//! The global interpreter lock of CPython 3.2 and later (`Python/ceval_gil.c`). Each interpreter has one of its own.
//!
//! A free GIL is taken by whoever comes first. A waiter sleeps for the switch
//! interval, counted from its own start; if the GIL has not changed hands in
//! that time it asks the holder to drop it. A holder that was asked drops it at
//! its next check point, and waits until another has taken it. A holder that
//! blocks just drops it and wakes one waiter, which takes it if it is still free
//! when that waiter is on a core.

use std::collections::VecDeque;

use crate::base::id::InterpreterId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::contest::Contest;
use crate::engine::queue::Priority;
use crate::engine::thread::{GilCall, State, ThreadId, Work};
use crate::machine::profile::Gil;
use crate::trace::event::{EventKind, Leave};

/// In the middle of how many ops a request can meet its holder. The clocks of the computer and the rounds of a
/// loop have nothing to do with each other; in a model whose lengths are all multiples of one op they would keep step. No
/// number of a machine: enough for the ops of a round to be all met.
const PHASES: u64 = 64;

/// How the GIL is let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Release {
    /// By itself, to wait or to work without it.
    Free,
    /// Because it was asked for, and whoever has asked is still awake on a core of its own.
    Race,
    /// Because it was asked for, where all share the cores: the longest waiter is next.
    Turn,
}

/// The GIL's state.
#[derive(Debug, Default)]
pub(super) struct GilState {
    holder: Option<ThreadId>,
    /// Since when it has its holder, and how long it had others.
    since: SimTime,
    held: SimDuration,
    last_holder: Option<ThreadId>,
    /// How often it went to another than its last holder.
    pub(super) switches: u64,
    /// A waiter wants the holder to drop it.
    requested: bool,
    /// From how many ops of the run on the holder notices that, at the first check point; 0 is the next one.
    noticed_at: u64,
    /// Those who sleep until it is free or their interval is over, the longest waiter first.
    pub(super) waiters: VecDeque<ThreadId>,
    /// The waiter that was woken because it is free, and is not on a core yet.
    called: Option<ThreadId>,
    /// Who dropped it because it was asked, and waits until another has it.
    forced: Option<ThreadId>,
    /// The same when another has it, until it is awake and waits like everybody else.
    returning: Option<ThreadId>,
    /// Who was made to drop it for its holder.
    dropper: Option<ThreadId>,
    /// How long its holder has waited for it.
    waited: SimDuration,
    /// What those who wait for it mean to its holder.
    pub(super) contest: Contest,
}

impl GilState {
    /// Who has it, and since when.
    pub(super) fn held(&self) -> Option<(ThreadId, SimTime)> {
        self.holder.map(|holder| (holder, self.since))
    }

    /// How long somebody had it so far.
    pub(super) fn held_until(&self, now: SimTime) -> SimDuration {
        if self.holder.is_some() { self.held + now.since(self.since) } else { self.held }
    }
}

impl Engine<'_> {
    /// The interpreter in which a thread runs.
    pub(super) fn interpreter_of(&self, thread: ThreadId) -> InterpreterId {
        self.world.infos[self.threads[thread.index()].body.index()].interpreter
    }

    /// The GIL of the interpreter in which a thread runs, if the runtime has any.
    pub(super) fn gil(&self, thread: ThreadId) -> Option<&GilState> {
        self.gils.get(self.interpreter_of(thread).index())
    }

    fn gil_mut(&mut self, thread: ThreadId) -> &mut GilState {
        let interpreter = self.interpreter_of(thread);
        self.gils.get_mut(interpreter.index()).expect("this runtime has a GIL")
    }

    pub(super) fn holds_gil(&self, thread: ThreadId) -> bool {
        self.gil(thread).is_some_and(|gil| gil.holder == Some(thread))
    }

    /// Whether the thread holds a GIL that it is asked to drop.
    pub(super) fn is_asked(&mut self, thread: ThreadId) -> bool {
        let interpreter = self.interpreter_of(thread);
        let Some(gil) = self.gils.get(interpreter.index()) else { return false };
        if gil.holder != Some(thread) || gil.requested || !self.policy.is_eager() {
            return gil.holder == Some(thread) && gil.requested;
        }
        let (policy, threads) = (&mut self.policy, &self.threads);
        let body = |thread: ThreadId| threads[thread.index()].body;
        gil.waiters.iter().any(|&waiter| policy.prefers(body(waiter), body(thread)))
    }

    /// Whether a holder that is asked to drop the GIL has come past the check point where it notices that.
    pub(super) fn notices_request(&self, thread: ThreadId) -> bool {
        let Some(passed) = self.threads[thread.index()].check_point else { return false };
        self.gil(thread).is_some_and(|gil| gil.noticed_at <= passed)
    }

    /// Takes the GIL for a thread on a core if it is free; else the thread leaves its core and waits. Whether it has it.
    pub(super) fn take_gil(&mut self, thread: ThreadId) -> bool {
        let interpreter = self.interpreter_of(thread);
        let Some(gil) = self.gils.get_mut(interpreter.index()) else { return true };
        let call = std::mem::replace(&mut self.threads[thread.index()].gil_call, GilCall::None);
        if gil.called == Some(thread) {
            gil.called = None;
        }
        self.threads[thread.index()].alert = call == GilCall::None;
        let Some(holder) = gil.holder else {
            if self.lets_go_first(thread, call) {
                self.leave_core(thread, Leave::Gil);
                self.wait_for_gil(thread, SimDuration::ZERO);
                return false;
            }
            self.gil_taken(thread);
            return true;
        };
        if let GilCall::Expired(switches) = call
            && switches == gil.switches
            && !gil.requested
        {
            gil.requested = true;
            gil.noticed_at = match self.policy.phase(PHASES, self.program.terms.check_points) {
                // In the work in hand, some of whose ops lie behind its check point.
                0 => 0,
                phase => self.ops + phase,
            };
            self.record(self.unit_on(thread), None, EventKind::GilRequest { holder: self.unit_on(holder) });
            self.leave_core(thread, Leave::Gil);
            self.wait_for_gil(thread, SimDuration::ZERO);
            self.heed_request(holder);
            return false;
        }
        self.leave_core(thread, Leave::Gil);
        self.wait_for_gil(thread, SimDuration::ZERO);
        if self.outranks(thread, holder) {
            self.heed_request(holder);
        }
        false
    }

    /// The GIL is free, and a waiter that was woken for it is on its way. A thread that comes by itself
    /// takes it; between two waiters, of whom this one's interval has just ended, it is a choice.
    fn lets_go_first(&mut self, thread: ThreadId, call: GilCall) -> bool {
        let called = self.gil(thread).and_then(|gil| gil.called);
        match (call, called) {
            (GilCall::Expired(_), Some(called)) => {
                let bodies = [called, thread].map(|thread| self.threads[thread.index()].body);
                self.policy.pick(2, |at| bodies[at]) == 0
            }
            (GilCall::Expired(_), None) | (GilCall::None | GilCall::Dropped, _) => false,
        }
    }

    pub(super) fn gil_taken(&mut self, thread: ThreadId) {
        let wanting_since = self.threads[thread.index()].wanting_since.take();
        let now = self.now;
        let gil = self.gil_mut(thread);
        gil.waited = wanting_since.map_or(SimDuration::ZERO, |since| now.since(since));
        gil.holder = Some(thread);
        gil.since = now;
        gil.requested = false;
        if gil.last_holder != Some(thread) {
            // The first one takes it from nobody.
            gil.switches += u64::from(gil.last_holder.is_some());
            gil.last_holder = Some(thread);
        }
        let forced = gil.forced.take();
        gil.dropper = forced;
        self.record(self.unit_on(thread), None, EventKind::GilTake);
        self.contend(self.interpreter_of(thread));
        if let Some(dropper) = forced {
            // It wakes up, sees that another has the GIL, and waits for it like everybody else. The
            // few microseconds on a core that this takes are not modelled, their delay is.
            self.gil_mut(dropper).returning = Some(dropper);
            let latency = self.wake_up();
            self.set_alarm(dropper, latency, Priority::Done);
        }
    }

    /// A thread that has dropped the GIL because it was asked knows that another one has it, or had it.
    pub(super) fn sees_switch(&mut self, dropper: ThreadId) {
        let gil = self.gil_mut(dropper);
        gil.returning.take_if(|returning| *returning == dropper);
        if gil.holder.is_none() {
            // It is free again: whoever is on a core first has it.
            self.threads[dropper.index()].gil_call = GilCall::Dropped;
            if self.cores.has_idle() {
                self.comes_first(dropper, SimDuration::ZERO);
            } else {
                self.wake_thread(dropper);
            }
        } else {
            self.wait_for_gil(dropper, SimDuration::ZERO);
        }
    }

    /// A thread lets go of the GIL for a call that does not wait. Whether another one has it when the call is over, which then
    /// has been beaten.
    ///
    /// Who waits for it sleeps, and takes longer to wake up than the call takes. But the thread that was made to drop it a
    /// moment ago is awake, coming back to wait or just doing so, and may find it free. How likely that is depends on how
    /// far the call reaches into the way back; and a thread that has waited for long is slow to get going: with an interval of 0.5 ms it
    /// loses the GIL in its first call hardly ever, with 5 ms four times out of five, with 50 ms always (an echo thread beside one
    /// that computes, CPython 3.6 to 3.15: 1, 1.3 to 1.8, and 2 intervals for a request).
    pub(super) fn loses_gil_in_call(&mut self, thread: ThreadId) {
        let interpreter = self.interpreter_of(thread);
        if self.cores.all.len() == 1 {
            // It comes back when there is a core for it.
            return;
        }
        let now = self.now;
        let Some(gil) = self.gils.get_mut(interpreter.index()) else { return };
        let Some(dropper) = gil.dropper.take_if(|_| gil.holder.is_none()) else { return };
        let is_awake = now.since(gil.since) <= self.model.costs.wake_latency;
        if !is_awake || self.luck.exponential(self.model.turns.gil_cold_after.0) >= gil.waited.0 {
            return;
        }
        gil.returning.take_if(|returning| *returning == dropper);
        gil.waiters.retain(|&waiter| waiter != dropper);
        gil.called.take_if(|called| *called == dropper);
        self.cancel_alarm(dropper);
        self.change(dropper, State::Queued);
        self.comes_first(dropper, self.model.costs.wake_latency);
        self.gil_taken(dropper);
    }

    /// The thread sleeps until the GIL is free or its interval, which begins after `delay`, is over.
    pub(super) fn wait_for_gil(&mut self, thread: ThreadId, delay: SimDuration) {
        self.change(thread, State::GilWait);
        let now = self.now;
        self.threads[thread.index()].wanting_since.get_or_insert(now);
        let interpreter = self.interpreter_of(thread);
        let threads = &self.threads;
        let since = |waiter: &ThreadId| threads[waiter.index()].wanting_since;
        let gil = &mut self.gils[interpreter.index()];
        // Whoever has slept through an interval keeps its place.
        let place = gil.waiters.partition_point(|waiter| since(waiter) <= since(&thread));
        gil.waiters.insert(place, thread);
        let (holder, switches) = (gil.holder, gil.switches);
        let holder = holder.map(|holder| self.unit_on(holder));
        self.record(self.unit_on(thread), None, EventKind::GilWait { holder });
        if self.contested {
            self.cancel_alarm(thread);
            self.contend(interpreter);
            return;
        }
        self.threads[thread.index()].gil_call = GilCall::Expired(switches);
        let interval = delay + self.model.switch_interval + self.model.costs.timer_slack;
        self.set_alarm(thread, interval, Priority::Expiry);
    }

    /// A waiter's interval is over: it wakes up to ask for the GIL.
    pub(super) fn interval_over(&mut self, thread: ThreadId) {
        let sleeps = self.model.runtime.gil == Gil::Interval;
        let is_bound = sleeps && (self.is_heavy(thread) || !self.cores.has_idle());
        let wait = if is_bound { self.wait_for_own_core(thread) } else { SimDuration::ZERO };
        if wait > SimDuration::ZERO {
            self.set_alarm(thread, wait, Priority::Expiry);
            return;
        }
        self.gil_mut(thread).waiters.retain(|&waiter| waiter != thread);
        match self.at_work_on_core_of(thread).filter(|_| is_bound && self.cores.has_idle()) {
            Some(other) => {
                self.change(thread, State::Queued);
                self.displace(other, thread);
            }
            None => self.wake_thread(thread),
        }
    }

    /// Drops the GIL before a wait: it is free, and one waiter is woken.
    pub(super) fn drop_gil(&mut self, thread: ThreadId) {
        if self.holds_gil(thread) {
            self.record(self.unit_on(thread), None, EventKind::GilDrop { forced: false });
            self.free_gil(thread, Release::Free);
        }
    }

    /// Drops the GIL before work that needs none. How long the thread works at first to wake a waiter.
    pub(super) fn drop_gil_for_work(&mut self, thread: ThreadId) -> SimDuration {
        let is_wanted = self.gil(thread).is_some_and(|gil| !gil.waiters.is_empty());
        let wakes = self.model.runtime.gil == Gil::Interval && self.holds_gil(thread) && is_wanted;
        self.drop_gil(thread);
        if wakes && self.cores.all.len() > 1 { self.model.costs.gil_wake } else { SimDuration::ZERO }
    }

    /// Drops the GIL because it was asked for: the thread leaves its core until another has it.
    pub(super) fn drop_gil_forced(&mut self, thread: ThreadId) {
        // Whoever has asked is still awake, if it has a core of its own, and as likely to be first as any other.
        let is_race = self.cores.has_idle();
        // Beyond what threads do in this model: with one waiter and cores for all it is none, since the holder is quicker to
        // drop the GIL than who has asked is to fall asleep.
        let more = match self.gil(thread).map_or(0, |gil| gil.waiters.len()) {
            _ if !is_race => self.model.turns.gil_switches_one_core,
            0 | 1 => 0,
            _ => self.model.turns.gil_switches_crowd,
        };
        self.cores.switches += u64::from(more);
        self.record(self.unit_on(thread), None, EventKind::GilDrop { forced: true });
        self.leave_core(thread, Leave::Gil);
        self.change(thread, State::GilSwitch);
        self.gil_mut(thread).forced = Some(thread);
        self.free_gil(thread, if is_race { Release::Race } else { Release::Turn });
    }

    /// The thread has the GIL no longer, and nobody else has it yet.
    pub(super) fn lay_down(&mut self, thread: ThreadId) {
        let interpreter = self.interpreter_of(thread);
        self.write_gil(interpreter);
        self.end_contest(interpreter, thread);
        let now = self.now;
        let is_polled = self.model.runtime.gil == Gil::Polling;
        let (poll, rare) = (self.poll().0, self.model.turns.gil_poll_one_core.0);
        let is_alone = self.cores.all.len() == 1;
        let gil = &mut self.gils[interpreter.index()];
        if is_polled && !gil.waiters.is_empty() {
            // A thread has left its core after each look, or two have where it is the holder's.
            let held = now.since(gil.since).0;
            self.cores.switches += if is_alone { held.saturating_mul(2) / rare } else { held / poll };
        }
        gil.held = gil.held_until(now);
        gil.holder = None;
        gil.requested = false;
    }

    /// The GIL that the thread holds is free: a waiter is woken.
    ///
    /// Where others wait, too, whoever has asked for it has the mutex of the GIL for a moment yet, or is woken
    /// meanwhile: the new holder sleeps once more before it has that. Among three threads it takes 40 to 56 us from one
    /// holder to the next, among two 21 to 26 (CPython 3.6 to 3.15).
    fn free_gil(&mut self, thread: ThreadId, release: Release) {
        self.lay_down(thread);
        let interpreter = self.interpreter_of(thread);
        let gil = &mut self.gils[interpreter.index()];
        let count = gil.waiters.len();
        if count == 0 {
            return;
        }
        let threads = &self.threads;
        let is_open = release != Release::Turn || self.policy.is_eager();
        let waiters = &gil.waiters;
        let body = |at: usize| threads[waiters[at].index()].body;
        let chosen = if is_open { self.policy.pick(count, body) } else { 0 };
        let woken = gil.waiters.remove(chosen).expect("the policy chooses one of them");
        gil.called = Some(woken);
        self.cancel_alarm(woken);
        self.threads[woken.index()].gil_call = GilCall::Dropped;
        if self.model.runtime.gil == Gil::Polling {
            self.set_alarm(woken, self.next_poll(woken), Priority::Expiry);
        } else if release != Release::Free && count > 1 && self.cores.has_idle() {
            let latency = self.wake_up() + self.wake_up();
            self.change(woken, State::Queued);
            self.comes_first(woken, latency);
        } else {
            self.wake_thread(woken);
        }
    }

    /// A thread that holds the GIL leaves it to another one of the same interpreter.
    pub(super) fn hand_gil_over(&mut self, from: ThreadId, to: ThreadId) {
        let requested = self.gil_mut(from).requested;
        self.lay_down(from);
        let now = self.now;
        let gil = self.gil_mut(from);
        gil.requested = requested;
        gil.holder = Some(to);
        gil.since = now;
        gil.last_holder = Some(to);
        self.contend(self.interpreter_of(to));
    }

    /// A thread that waits for the GIL, or for another one to take it, is no more.
    pub(super) fn forget_gil(&mut self, thread: ThreadId) {
        let gil = self.gil_mut(thread);
        gil.waiters.retain(|&waiter| waiter != thread);
        gil.forced.take_if(|forced| *forced == thread);
        gil.returning.take_if(|returning| *returning == thread);
        gil.dropper.take_if(|dropper| *dropper == thread);
        gil.called.take_if(|called| *called == thread);
        self.contend(self.interpreter_of(thread));
    }

    /// A holder in the middle of interpreted work heeds a request at once: such work is full of check points.
    fn heed_request(&mut self, holder: ThreadId) {
        let it = &self.threads[holder.index()];
        if it.state == State::Running && it.kind == Work::Compute && self.going_on != Some(holder) {
            self.settle(holder);
            if self.threads[holder.index()].work > SimDuration::ZERO {
                self.cancel_alarm(holder);
                self.drop_gil_forced(holder);
            }
        }
    }
}
