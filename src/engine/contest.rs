//! GILs that waiters fight for: that of CPython up to 3.1 (`Python/ceval.c` and `Python/thread_pthread.h` of 2.7.18),
//! and that of `PyPy` (`rpython/translator/c/src/thread_gil.c`).
//!
//! The old GIL is let go of every so many ticks and taken again at once. A waiter is woken each time; it
//! has the GIL if it is in time, and mostly it is not. That costs the holder time on every release, so that its work takes longer
//! while somebody waits. A `PyPy` waiter polls, which costs the holder time, too; the GIL is passed on in turns.
//!
//! A release is no event of its own: when a waiter comes to have the GIL is drawn for many releases at once,
//! and how much longer they make the holder's work is a rate.

use crate::base::id::InterpreterId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::thread::{GilCall, State, ThreadId, Work};
use crate::machine::profile::Gil;
use crate::trace::event::{EventKind, Leave};

/// How often a waiter of `PyPy` looks whether the GIL is free; the slack of a timer comes on top.
pub(super) const POLL: SimDuration = SimDuration::us(100);

/// How often it does where its only core is that of the holder, which it gets no sooner. Fitted: 1880 to 2220 switches a
/// second.
pub(super) const RARE_POLL: SimDuration = SimDuration::us(1_200);

/// How many switch intervals of `PyPy` make a slice among threads that compute.
const SLICE_INTERVALS: u64 = 2;

/// How many looks more than its intervals a slice takes at most, for each waiter: a half of the slices of two threads take more than
/// 10.5 ms, 78 % of those of three.
const LATE_LOOKS: u64 = 3;

/// Each so many'th of these slices takes an interval more, on average. Fitted: a tenth of them takes 15 ms and more.
const LONG_SLICE: u64 = 8;

/// In how many percent of the cases a thread that has just come for the old GIL is in time at its next release; if it is not, it
/// is beaten like those who have waited longer. The first if that release is so soon that it has not begun to fall asleep.
/// Fitted: an echo thread beside a busy one answers 22000 times a second at a check interval of 100, a tenth of the answers
/// within 14 us and half of them within 27, and 57000 times at an interval of 10, half of them within 14 us.
const ALERT_PERCENT: [u64; 2] = [70, 45];

/// How long it takes until it has.
const SOON: SimDuration = SimDuration::us(1);

/// For which part of a slice the only other thread, which has just lost the old GIL, is too late for every release. Fitted: of two
/// threads one in ten slices takes less than 14 us, half of them less than 39, and one in ten more than 112.
const LOSERS_REST: u64 = 4;

/// After how many quanta the scheduler takes the old GIL's holder off its core at the moment of a release, on average, so that a
/// waiter comes to have it that has fallen asleep between two releases. Fitted: two threads of CPython 2.7 on two cores pass it on 30
/// times a second at a check interval of 10000, 37 times at 100000, and 2973 times at 1000.
const QUANTA_LOST: u64 = 7;

/// Which part of a switch interval its holder keeps `PyPy`'s GIL from a thread that comes from a wait.
const SHORT_SLICE: u64 = 8;

/// What the waiters for a GIL mean to its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contest {
    /// When the holder loses it, at its next check point.
    until: SimTime,
    /// To whom.
    winner: Option<ThreadId>,
    /// How long the holder's work takes.
    rate: Rate,
}

impl Default for Contest {
    fn default() -> Self {
        Self { until: SimTime::NEVER, winner: None, rate: Rate::USUAL }
    }
}

/// So many nanoseconds on the clock for so many of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rate {
    clock: u64,
    work: u64,
}

impl Rate {
    const USUAL: Self = Self { clock: 1, work: 1 };

    /// What is left of work that was to take so long at this rate, at another one.
    fn change(self, length: SimDuration, to: Self) -> SimDuration {
        if self == to {
            return length;
        }
        let (now, then) = (wide(self.work) * wide(to.clock), wide(self.clock) * wide(to.work));
        SimDuration(narrow(wide(length.0) * now / then))
    }
}

fn wide(number: u64) -> u128 {
    u128::from(number)
}

/// A result that does not fit is the longest length there is.
fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Engine<'_> {
    /// Whether waiters fight for the GILs of the runtime.
    pub(super) const fn are_contested(gil: Gil) -> bool {
        match gil {
            Gil::Ticks | Gil::Polling => true,
            Gil::None | Gil::Interval => false,
        }
    }

    /// Who has the GIL or who waits for it has changed: so has what the waiters mean to the holder.
    pub(super) fn contend(&mut self, interpreter: InterpreterId) {
        let Some((holder, since)) = self.gils[interpreter.index()].held() else { return };
        if !self.contested {
            return;
        }
        let contest = match self.model.runtime.gil {
            _ if self.gils[interpreter.index()].waiters.is_empty() => Contest::default(),
            Gil::Ticks => self.contest_of_ticks(interpreter, since),
            Gil::Polling => self.contest_of_polls(interpreter, since),
            Gil::None | Gil::Interval => return,
        };
        let at_work = self.is_at_work(holder);
        if at_work {
            self.settle(holder);
        }
        let before = std::mem::replace(&mut self.gils[interpreter.index()].contest, contest);
        let it = &mut self.threads[holder.index()];
        it.work = before.rate.change(it.work, contest.rate);
        if at_work {
            self.arm_work(holder);
        }
    }

    /// Nobody has the GIL: whose it was works at its own speed.
    pub(super) fn end_contest(&mut self, interpreter: InterpreterId, holder: ThreadId) {
        let before = std::mem::take(&mut self.gils[interpreter.index()].contest);
        let it = &mut self.threads[holder.index()];
        it.work = before.rate.change(it.work, Rate::USUAL);
    }

    /// How long work takes that a thread begins, with those who wait for its GIL.
    pub(super) fn contested_work(&self, thread: ThreadId, work: SimDuration) -> SimDuration {
        match self.gil(thread) {
            Some(gil) if self.contested && self.holds_gil(thread) => {
                Rate::USUAL.change(work, gil.contest.rate)
            }
            Some(_) | None => work,
        }
    }

    /// When a thread at work loses its GIL: in the middle of `compute`, or at a check point behind the op in hand.
    pub(super) fn contest_end(&self, thread: ThreadId) -> SimTime {
        if !self.contested {
            return SimTime::NEVER;
        }
        let it = &self.threads[thread.index()];
        let is_done = it.work == SimDuration::ZERO && it.check_point.is_some();
        if is_done || it.kind == Work::Compute { self.contest_until(thread) } else { SimTime::NEVER }
    }

    /// When a thread has had its GIL for long enough, wherever in its code it is then.
    pub(super) fn contest_until(&self, thread: ThreadId) -> SimTime {
        match self.gil(thread) {
            Some(gil) if self.contested && self.holds_gil(thread) => gil.contest.until,
            Some(_) | None => SimTime::NEVER,
        }
    }

    /// The old GIL: at each release every waiter has a chance.
    fn contest_of_ticks(&mut self, interpreter: InterpreterId, since: SimTime) -> Contest {
        let (gap, rate) = self.releases(interpreter);
        let next = self.now + SimDuration(gap);
        let apart = self.is_apart(interpreter);
        let is_awake = gap <= self.model.costs.gil_alert.0;
        let waiters: Vec<ThreadId> = self.gils[interpreter.index()].waiters.iter().copied().collect();
        let mut beaten = Vec::new();
        for &thread in &waiters {
            if self.threads[thread.index()].alert
                && (!apart || is_awake && self.luck.below(100) < ALERT_PERCENT[usize::from(gap > SOON.0)])
            {
                // It has just come, and on one core a thread that has waited goes before one that has computed.
                return Contest { until: next, winner: Some(thread), rate };
            }
            self.threads[thread.index()].alert = false;
            beaten.push(thread);
        }
        let costs = &self.model.costs;
        let until = if !apart {
            // Who is woken has the core when the holder's quantum is over.
            (since + costs.quantum).max(next)
        } else {
            let mean = if is_awake {
                (gap + costs.gil_rest.0).saturating_mul(u64::from(costs.gil_luck))
            } else {
                costs.quantum.0.saturating_mul(QUANTA_LOST)
            };
            // Who has just lost it sleeps, and is too late for a while; where there are others, one of them is not.
            let rest = if beaten.len() == 1 && is_awake { mean / LOSERS_REST } else { 0 };
            let begin = (since + SimDuration(rest)).max(self.now);
            self.draw_release(begin, gap, mean / beaten.len() as u64 - rest)
        };
        let chosen = self.policy.pick(beaten.len(), |at| self.threads[beaten[at].index()].body);
        Contest { until, winner: Some(beaten[chosen]), rate }
    }

    /// Whether a waiter that is woken finds a core other than that of the holder: one that is idle, or is so in a moment, as
    /// nobody computes there.
    fn is_apart(&self, interpreter: InterpreterId) -> bool {
        let holder = self.gils[interpreter.index()].held().map(|(holder, _)| holder);
        self.has_core_beside(holder)
    }

    /// How long it is from one release of the old GIL to the next, and what that makes of the holder's work.
    fn releases(&self, interpreter: InterpreterId) -> (u64, Rate) {
        let costs = &self.model.costs;
        let own = costs.tick.0.saturating_mul(u64::from(self.model.check_interval));
        let others = self.gils[interpreter.index()].waiters.len() as u64 - 1;
        let one = if self.is_apart(interpreter) { costs.gil_signal } else { costs.gil_signal_local };
        let signal = one.0.saturating_add(costs.gil_crowd.0.saturating_mul(others));
        // Who was woken a moment ago is not woken again.
        let lost = narrow(wide(signal) * wide(own) / (wide(own) + wide(costs.gil_rest.0)));
        let gap = own.saturating_add(lost);
        (gap, Rate { clock: gap, work: own })
    }

    /// The end of the release at which somebody is in time, who is so that long after the beginning, on average.
    fn draw_release(&mut self, begin: SimTime, gap: u64, mean: u64) -> SimTime {
        let releases = self.luck.exponential(mean) / gap + 1;
        begin + SimDuration(releases.saturating_mul(gap))
    }

    /// `PyPy`: in turns, after a part of an interval if the thread comes from a wait, else after two.
    fn contest_of_polls(&mut self, interpreter: InterpreterId, since: SimTime) -> Contest {
        let waiters = self.gils[interpreter.index()].waiters.iter();
        let count = waiters.len() as u64;
        let alert = waiters.copied().find(|it| self.threads[it.index()].alert);
        let interval = self.model.switch_interval.0;
        let poll = (POLL + self.model.costs.timer_slack).0;
        let length = match alert {
            Some(_) => interval / SHORT_SLICE,
            None => {
                let intervals = SLICE_INTERVALS + u64::from(self.luck.below(LONG_SLICE) == 0);
                let looks = self.luck.below(LATE_LOOKS * count * poll + 1);
                intervals.saturating_mul(interval.saturating_add(poll)).saturating_add(looks)
            }
        };
        let percent = u64::from(self.model.costs.gil_polling_percent);
        let rate = if self.is_apart(interpreter) { Rate { clock: percent, work: 100 } } else { Rate::USUAL };
        let until = (since + SimDuration(length)).max(self.now);
        let winner = alert.or_else(|| self.gils[interpreter.index()].waiters.front().copied());
        Contest { until, winner, rate }
    }

    /// How long it is until a waiter of `PyPy` looks again whether the GIL is free.
    pub(super) fn next_poll(&self, thread: ThreadId) -> SimDuration {
        let period = (POLL + self.model.costs.timer_slack).0;
        let since = self.threads[thread.index()].wanting_since.unwrap_or(self.now);
        SimDuration(period - self.now.since(since).0 % period)
    }

    /// A lock is acquired: CPython 2 lets go of the GIL for that and takes it again, also if the lock is free.
    pub(super) fn releases_for_lock(&mut self, thread: ThreadId) -> SimDuration {
        let interpreter = self.interpreter_of(thread);
        let count = self.gils[interpreter.index()].waiters.len() as u64;
        if self.model.runtime.gil != Gil::Ticks || count == 0 || !self.holds_gil(thread) {
            return SimDuration::ZERO;
        }
        if self.luck.below(u64::from(self.model.costs.gil_luck).max(count)) < count {
            self.gils[interpreter.index()].contest.until = self.now;
        }
        let costs = &self.model.costs;
        if self.is_apart(interpreter) { costs.gil_signal } else { costs.gil_signal_local }
    }

    /// The holder has let go of the GIL, and a waiter has it before the holder can take it again.
    pub(super) fn loses_gil(&mut self, holder: ThreadId) {
        let interpreter = self.interpreter_of(holder);
        let gil = &self.gils[interpreter.index()];
        let waits = |it: &ThreadId| gil.waiters.contains(it);
        let winner = gil.contest.winner.filter(waits).or_else(|| gil.waiters.front().copied());
        let winner = winner.expect("who loses it loses it to a waiter");
        let is_forced = self.model.runtime.gil == Gil::Polling;
        self.record(self.unit_on(holder), None, EventKind::GilDrop { forced: is_forced });
        self.leave_core(holder, Leave::Gil);
        if self.cores.all.len() > 1 && !is_forced {
            self.fights_for_gil(holder);
        }
        self.lay_down(holder);
        self.gils[interpreter.index()].waiters.retain(|&it| it != winner);
        self.threads[winner.index()].gil_call = GilCall::None;
        self.change(winner, State::Queued);
        if self.model.cores == 1 && !is_forced {
            // The waiter was on the core before, found the GIL taken, and left; the holder was not for the work of this model
            // alone at the release after that.
            self.cores.switches += 2;
        }
        let costs = &self.model.costs;
        let latency = match self.model.runtime.gil {
            Gil::Polling => costs.wake_latency + costs.timer_slack,
            _ if self.model.cores == 1 => costs.context_switch,
            Gil::Ticks | Gil::None | Gil::Interval => costs.gil_signal,
        };
        self.comes_first(winner, latency);
        self.gil_taken(winner);
        self.threads[holder.index()].alert = false;
        self.wait_for_gil(holder, SimDuration::ZERO);
    }
}
