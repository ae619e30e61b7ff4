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

/// So many percent of a length, at most 100.
fn percent_of(length: u64, percent: u32) -> u64 {
    narrow(wide(length) * u128::from(percent) / 100)
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
                && (!apart || is_awake && self.luck.below(100) < self.in_time_percent(gap))
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
                costs.quantum.0.saturating_mul(u64::from(self.model.turns.gil_quanta_lost))
            };
            // Who has just lost it sleeps, and is too late for a while; where there are others, one of them is not.
            let sleeps = beaten.len() == 1 && is_awake;
            let rest = if sleeps { percent_of(mean, self.model.turns.gil_loser_percent) } else { 0 };
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

    /// In how many percent of the cases a thread that has just come for the old GIL is in time at its next release, so long after
    /// the one before; if it is not, it is beaten like those who have waited longer.
    fn in_time_percent(&self, gap: u64) -> u64 {
        let turns = &self.model.turns;
        u64::from(if gap > turns.gil_soon.0 { turns.gil_alert_percent } else { turns.gil_soon_percent })
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

    /// `PyPy`: in turns, after a part of an interval if the thread comes from a wait, else after two and some looks.
    fn contest_of_polls(&mut self, interpreter: InterpreterId, since: SimTime) -> Contest {
        let waiters = self.gils[interpreter.index()].waiters.iter();
        let count = waiters.len() as u64;
        let alert = waiters.copied().find(|it| self.threads[it.index()].alert);
        let (polling, interval) = (self.model.polling, self.model.switch_interval.0);
        let length = match alert {
            Some(_) => interval / u64::from(polling.part),
            None => {
                let (turns, poll) = (&self.model.turns, self.poll().0);
                let is_long = self.luck.below(u64::from(turns.gil_long_slice)) == 0;
                let intervals = u64::from(polling.intervals) + u64::from(is_long);
                let looks = u64::from(turns.gil_late_looks).saturating_mul(count).saturating_mul(poll);
                let looks = self.luck.below(looks.saturating_add(1));
                intervals.saturating_mul(interval.saturating_add(poll)).saturating_add(looks)
            }
        };
        let percent = u64::from(self.model.costs.gil_polling_percent);
        let rate = if self.is_apart(interpreter) { Rate { clock: percent, work: 100 } } else { Rate::USUAL };
        let until = (since + SimDuration(length)).max(self.now);
        let winner = alert.or_else(|| self.gils[interpreter.index()].waiters.front().copied());
        Contest { until, winner, rate }
    }

    /// How long it is from one look of a waiter of `PyPy` to the next.
    pub(super) fn poll(&self) -> SimDuration {
        self.model.polling.every + self.model.costs.timer_slack
    }

    /// How long it is until a waiter of `PyPy` looks again whether the GIL is free.
    pub(super) fn next_poll(&self, thread: ThreadId) -> SimDuration {
        let period = self.poll().0;
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
