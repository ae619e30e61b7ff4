//! Cores and the run queue: who runs where, for how long, and what a change costs.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::queue::Priority;
use crate::engine::thread::{GilCall, State};
use crate::trace::event::{EventKind, Leave};

/// A core.
#[derive(Clone, Copy, Debug)]
pub(super) struct Core {
    /// Who is on it or on the way to it.
    unit: Option<UnitId>,
    /// When that unit arrived.
    arrived: SimTime,
    /// The end of the quantum that was current when somebody last asked.
    slice_end: SimTime,
    /// How long units have been on it, not counting the present one.
    busy: SimDuration,
    /// The unit has arrived.
    working: bool,
}

impl Core {
    /// How long units have been on it.
    pub(super) fn busy_until(&self, now: SimTime) -> SimDuration {
        if self.working { self.busy + now.since(self.arrived) } else { self.busy }
    }
}

/// The cores and those who wait for one.
#[derive(Debug)]
pub(super) struct Cores {
    pub(super) all: Vec<Core>,
    idle: usize,
    ready: VecDeque<UnitId>,
    /// How long all were taken, up to `full_since` if they are now.
    full: SimDuration,
    full_since: SimTime,
}

impl Cores {
    pub(super) fn new(count: u32) -> Self {
        let core = Core {
            unit: None,
            arrived: SimTime::ZERO,
            slice_end: SimTime::ZERO,
            busy: SimDuration::ZERO,
            working: false,
        };
        let all = vec![core; count as usize];
        Self {
            idle: all.len(),
            all,
            ready: VecDeque::new(),
            full: SimDuration::ZERO,
            full_since: SimTime::ZERO,
        }
    }

    /// How long all of them were taken so far.
    pub(super) fn full_until(&self, now: SimTime) -> SimDuration {
        if self.idle == 0 { self.full + now.since(self.full_since) } else { self.full }
    }

    /// A unit that waits for a core is no more.
    pub(super) fn forget(&mut self, unit: UnitId) {
        self.ready.retain(|&ready| ready != unit);
    }

    fn take(&mut self, core: usize, unit: UnitId, now: SimTime) {
        self.all[core].unit = Some(unit);
        self.idle -= 1;
        if self.idle == 0 {
            self.full_since = now;
        }
    }

    fn give_back(&mut self, core: usize, now: SimTime) {
        self.full = self.full_until(now);
        self.all[core].unit = None;
        self.idle += 1;
    }

    /// Whether units wait for a core.
    pub(super) fn is_crowded(&self) -> bool {
        !self.ready.is_empty()
    }
}

impl Engine<'_> {
    /// Main begins at once: the process is running already.
    pub(super) fn start_main(&mut self) {
        self.reserve(0, UnitId(0), SimDuration::ZERO);
    }

    /// The unit can run: it goes to an idle core, or into the run queue.
    pub(super) fn wake(&mut self, unit: UnitId) {
        self.change(unit, State::Queued);
        if self.cores.idle > 0 {
            let core = self.idle_core(unit);
            self.reserve(core, unit, self.model.costs.wake_latency);
            return;
        }
        if let Some(hog) = self.hog_for(unit) {
            self.displace(hog, unit);
            return;
        }
        let was_empty = self.cores.ready.is_empty();
        self.cores.ready.push_back(unit);
        if was_empty {
            self.limit_slices();
        }
    }

    /// Who makes way for a unit that wakes up while all cores are taken.
    ///
    /// A thread that has waited goes before one that has computed for a quantum without waiting:
    /// CPython 3.12 beside a spinner on one core of Linux 6.18 waits 8.0 ms for each short sleep, and
    /// not 12 (measured), because the sleeper is on the core as soon as it wakes and its interval for the
    /// GIL begins. The end of that interval, though, is only acted upon at the end of a quantum (7.96 ms
    /// slices, measured): a wait for the GIL is none that counts.
    fn hog_for(&mut self, unit: UnitId) -> Option<UnitId> {
        if self.policy.is_eager() {
            return self.outranked_by(unit);
        }
        if self.threads[unit.index()].gil_call != GilCall::None {
            return None;
        }
        let quantum = self.model.costs.quantum;
        let units = self.cores.all.iter().filter_map(|core| core.unit);
        let at_work = units.filter(|&other| self.is_at_work(other));
        at_work.filter(|other| self.burst(*other) >= quantum).max_by_key(|other| self.burst(*other))
    }

    /// Whether the unit is on a core and not in the middle of going on.
    fn is_at_work(&self, unit: UnitId) -> bool {
        self.threads[unit.index()].state == State::Running && self.going_on != Some(unit)
    }

    /// How long the unit has worked since it last waited.
    fn burst(&self, unit: UnitId) -> SimDuration {
        let thread = &self.threads[unit.index()];
        thread.burst + self.now.since(thread.since)
    }

    /// The unit takes the core of another one, which is the next to get a core.
    fn displace(&mut self, running: UnitId, unit: UnitId) {
        self.cancel_alarm(running);
        self.cores.ready.push_front(running);
        self.cores.ready.push_front(unit);
        self.leave_core(running, Leave::Preempted);
        if self.threads[running.index()].state == State::Running {
            self.change(running, State::Queued);
        }
        self.limit_slices();
    }

    /// Under a policy of priorities, a unit at work that is worth less.
    fn outranked_by(&mut self, unit: UnitId) -> Option<UnitId> {
        for core in 0..self.cores.all.len() {
            if let Some(running) = self.cores.all[core].unit
                && self.is_at_work(running)
                && self.policy.prefers(unit, running)
            {
                return Some(running);
            }
        }
        None
    }

    /// The idle core that the unit goes to: the one it was on before, or the first.
    fn idle_core(&mut self, unit: UnitId) -> usize {
        let last = self.threads[unit.index()].core as usize;
        let is_idle = |core: &usize| self.cores.all.get(*core).is_some_and(|core| core.unit.is_none());
        let others = (0..self.cores.all.len()).filter(|core| *core != last && is_idle(core));
        let mut idle = Some(last).filter(is_idle).into_iter().chain(others);
        let chosen = self.policy.pick_core(self.cores.idle);
        idle.nth(chosen).expect("as many cores are idle as are counted")
    }

    fn reserve(&mut self, core: usize, unit: UnitId, latency: SimDuration) {
        self.cores.take(core, unit, self.now);
        self.change(unit, State::Arriving);
        self.threads[unit.index()].core = u32::try_from(core).expect("there are at most 1024 cores");
        self.set_alarm(unit, latency, Priority::Done);
    }

    /// The unit is on its core, and goes on.
    pub(super) fn arrive(&mut self, unit: UnitId) {
        self.change(unit, State::Running);
        let now = self.now;
        let core = self.threads[unit.index()].core as usize;
        let quantum = self.model.costs.quantum;
        let core = &mut self.cores.all[core];
        core.arrived = now;
        core.slice_end = now + quantum;
        core.working = true;
        self.record(unit, None, EventKind::On);
        self.run_on_core(unit);
    }

    /// The unit leaves its core, which goes to the next in the run queue. The caller says what the unit does now.
    pub(super) fn leave_core(&mut self, unit: UnitId, why: Leave) {
        self.record(unit, None, EventKind::Off { why });
        self.settle(unit);
        let core = self.threads[unit.index()].core as usize;
        self.cores.all[core].busy = self.cores.all[core].busy_until(self.now);
        self.cores.all[core].working = false;
        self.cores.give_back(core, self.now);
        if let Some(next) = self.next_ready() {
            self.reserve(core, next, self.model.costs.context_switch);
        }
    }

    /// The thread on a core goes on as another unit.
    pub(super) fn stays_on_core(&mut self, before: UnitId, unit: UnitId) {
        let core = self.threads[before.index()].core;
        self.threads[unit.index()].core = core;
        self.cores.all[core as usize].unit = Some(unit);
    }

    fn next_ready(&mut self) -> Option<UnitId> {
        let count = self.cores.ready.len();
        if count == 0 {
            return None;
        }
        let ready = &self.cores.ready;
        let chosen = self.policy.pick(count, |at| ready[at]);
        self.cores.ready.remove(chosen)
    }

    /// The unit's quantum is over: it goes to the end of the run queue.
    pub(super) fn preempt(&mut self, unit: UnitId) {
        // It stands in the queue before its core looks there, so that a policy may choose it again.
        self.cores.ready.push_back(unit);
        self.leave_core(unit, Leave::Quantum);
        if self.threads[unit.index()].state == State::Running {
            self.change(unit, State::Queued);
        }
    }

    /// When the unit has to leave its core, if others wait for one.
    pub(super) fn slice_end(&mut self, unit: UnitId) -> SimTime {
        if !self.cores.is_crowded() {
            return SimTime::NEVER;
        }
        let quantum = self.model.costs.quantum.0;
        let core = &mut self.cores.all[self.threads[unit.index()].core as usize];
        if core.slice_end < self.now {
            // Quanta in which nobody waited were renewed.
            let quanta = self.now.since(core.arrived).0.div_ceil(quantum);
            core.slice_end = core.arrived + SimDuration(quanta.saturating_mul(quantum));
        }
        core.slice_end
    }

    /// Somebody waits for a core: those who run go no further than to the end of their quanta.
    fn limit_slices(&mut self) {
        for core in 0..self.cores.all.len() {
            let Some(unit) = self.cores.all[core].unit else { continue };
            // Whoever is in the middle of going on sees the run queue by itself.
            if self.is_at_work(unit) {
                self.settle(unit);
                self.arm_work(unit);
            }
        }
    }

    /// Whether the unit is to make way for a better one in the run queue.
    pub(super) fn is_outranked(&mut self, unit: UnitId) -> bool {
        self.policy.is_eager()
            && (0..self.cores.ready.len()).any(|at| self.policy.prefers(self.cores.ready[at], unit))
    }
}
