//! Cores and the run queue: who runs where, for how long, and what a change costs.

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::event_loop::Event;
use crate::engine::queue::Priority;
use crate::engine::run_queue::RunQueue;
use crate::engine::thread::{Away, GilCall, State, ThreadId};
use crate::trace::event::{EventKind, Leave};

/// A core.
#[derive(Clone, Copy, Debug)]
pub(super) struct Core {
    /// Who is on it or on the way to it.
    thread: Option<ThreadId>,
    /// When that thread arrived.
    arrived: SimTime,
    /// The end of the quantum that was current when somebody last asked.
    slice_end: SimTime,
    /// When a thread has left it that lost the old GIL.
    left: Option<SimTime>,
    /// How long units have been on it, not counting the present one.
    busy: SimDuration,
    /// The thread has arrived.
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
    ready: RunQueue,
    /// How long all were taken, up to `full_since` if they are now.
    full: SimDuration,
    full_since: SimTime,
    /// How often a thread has left a core.
    pub(super) switches: u64,
}

impl Cores {
    pub(super) fn new(count: u32) -> Self {
        let core = Core {
            thread: None,
            arrived: SimTime::ZERO,
            slice_end: SimTime::ZERO,
            left: None,
            busy: SimDuration::ZERO,
            working: false,
        };
        let all = vec![core; count as usize];
        Self {
            idle: all.len(),
            all,
            ready: RunQueue::default(),
            full: SimDuration::ZERO,
            full_since: SimTime::ZERO,
            switches: 0,
        }
    }

    /// How long all of them were taken so far.
    pub(super) fn full_until(&self, now: SimTime) -> SimDuration {
        if self.idle == 0 { self.full + now.since(self.full_since) } else { self.full }
    }

    /// A thread that waits for a core is no more.
    pub(super) fn forget(&mut self, thread: ThreadId) {
        self.ready.forget(thread);
    }

    fn take(&mut self, core: usize, thread: ThreadId, now: SimTime) {
        self.all[core].thread = Some(thread);
        self.idle -= 1;
        if self.idle == 0 {
            self.full_since = now;
        }
    }

    fn give_back(&mut self, core: usize, now: SimTime) {
        self.full = self.full_until(now);
        self.all[core].thread = None;
        self.idle += 1;
    }

    /// Whether a thread that is woken finds a core.
    pub(super) const fn has_idle(&self) -> bool {
        self.idle > 0
    }

    /// Whether units wait for a core.
    pub(super) fn is_crowded(&self) -> bool {
        !self.ready.is_empty()
    }
}

impl Engine<'_> {
    /// Main begins at once: the process is running already.
    pub(super) fn start_main(&mut self) {
        self.take_memory(UnitId(0));
        self.reserve(0, ThreadId(0), SimDuration::ZERO);
    }

    /// What a unit waited for is there: it can go on, as soon as it has its thread.
    pub(super) fn wake(&mut self, unit: UnitId) {
        if self.routines[unit.index()].away == Away::No {
            self.wake_thread(self.thread_of(unit));
        } else {
            self.make_ready(unit, Event::Deed);
        }
    }

    /// The thread can run: it goes to an idle core, or into the run queue.
    pub(super) fn wake_thread(&mut self, thread: ThreadId) {
        self.change(thread, State::Queued);
        if self.cores.idle > 0 {
            let core = self.idle_core(thread);
            let latency = self.wake_latency(core);
            self.reserve(core, thread, latency);
            return;
        }
        if let Some(hog) = self.hog_for(thread) {
            self.displace(hog, thread);
            return;
        }
        let was_empty = self.cores.ready.is_empty();
        let is_heavy = self.is_heavy(thread);
        self.cores.ready.push(thread, is_heavy);
        if was_empty {
            self.limit_slices();
        }
    }

    /// How long it takes until a thread that is woken goes on on an idle core. One that has just been left is not asleep yet: an echo
    /// thread beside one that computes answers 55000 times a second at a check interval of 1, where that one loses the GIL for a
    /// moment and gets it back, and alone 25000 times (CPython 2.7).
    fn wake_latency(&mut self, core: usize) -> SimDuration {
        let costs = &self.model.costs;
        match self.cores.all[core].left {
            Some(left) if self.now.since(left) < costs.context_switch => costs.context_switch,
            Some(_) | None => self.wake_up(),
        }
    }

    /// How long it takes until a thread that sleeps is ready for a core.
    pub(super) fn wake_up(&mut self) -> SimDuration {
        self.policy.length(self.model.costs.wake_latency, self.model.turns.wake_least_percent)
    }

    /// A thread has what it needs to go on at once: it has an idle core after `latency`, or the next that is free.
    pub(super) fn comes_first(&mut self, thread: ThreadId, latency: SimDuration) {
        if self.cores.idle > 0 {
            let core = self.idle_core(thread);
            self.reserve(core, thread, latency);
        } else {
            self.cores.ready.put_back(thread, false);
            self.limit_slices();
        }
    }

    /// Who makes way for a thread that wakes up while all cores are taken.
    ///
    /// A thread that has waited goes before one that has computed for a quantum without waiting:
    /// CPython 3.12 beside a spinner on one core of Linux 6.18 waits 8.0 ms for each short sleep, and
    /// not 12 (measured), because the sleeper is on the core as soon as it wakes and its interval for the
    /// GIL begins. The end of that interval, though, is only acted upon at the end of a quantum (7.96 ms
    /// slices, measured): a wait for the GIL is none that counts.
    fn hog_for(&mut self, thread: ThreadId) -> Option<ThreadId> {
        if self.policy.is_eager() {
            return self.outranked_by(thread);
        }
        if self.threads[thread.index()].gil_call != GilCall::None {
            return None;
        }
        let quantum = self.model.costs.quantum;
        let units = self.cores.all.iter().filter_map(|core| core.thread);
        let at_work = units.filter(|&other| self.is_at_work(other));
        at_work.filter(|other| self.burst(*other) >= quantum).max_by_key(|other| self.burst(*other))
    }

    /// Whether the thread is on a core and not in the middle of going on.
    pub(super) fn is_at_work(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].state == State::Running && self.going_on != Some(thread)
    }

    /// Whether the thread has worked for a quantum without waiting.
    pub(super) fn is_heavy(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].burst >= self.model.costs.quantum
    }

    /// How long the thread has worked since it last waited.
    pub(super) fn burst(&self, thread: ThreadId) -> SimDuration {
        let it = &self.threads[thread.index()];
        it.burst + self.now.since(it.since)
    }

    /// The thread takes the core of another one, which is the next of its line to get one.
    pub(super) fn displace(&mut self, running: ThreadId, thread: ThreadId) {
        self.cancel_alarm(running);
        let core = self.vacate(running, Leave::Preempted);
        self.reserve(core, thread, self.model.costs.context_switch);
        let is_heavy = self.is_heavy(running);
        self.cores.ready.put_back(running, is_heavy);
        if self.threads[running.index()].state == State::Running {
            self.change(running, State::Queued);
        }
        self.limit_slices();
    }

    /// Under a policy of priorities, a thread at work that is worth less.
    fn outranked_by(&mut self, thread: ThreadId) -> Option<ThreadId> {
        for core in 0..self.cores.all.len() {
            if let Some(running) = self.cores.all[core].thread
                && self.is_at_work(running)
                && self.outranks(thread, running)
            {
                return Some(running);
            }
        }
        None
    }

    /// Whether there is a core other than that of a thread on which nobody has computed for a quantum.
    pub(super) fn has_core_beside(&self, thread: Option<ThreadId>) -> bool {
        let own = thread.map(|thread| self.threads[thread.index()].core as usize);
        let is_free = |core: &Core| core.thread.is_none_or(|other| !self.is_heavy(other));
        let mut others = self.cores.all.iter().enumerate().filter(|(index, _)| Some(*index) != own);
        others.any(|(_, core)| is_free(core))
    }

    /// The idle core that the thread goes to: the one it was on before, as Linux prefers it, or any.
    fn idle_core(&mut self, thread: ThreadId) -> usize {
        let last = self.threads[thread.index()].core as usize;
        let is_idle = |core: usize| self.cores.all.get(core).is_some_and(|core| core.thread.is_none());
        if is_idle(last) {
            return last;
        }
        let chosen = self.policy.pick_core(self.cores.idle);
        let mut idle = (0..self.cores.all.len()).filter(|core| is_idle(*core));
        idle.nth(chosen).expect("as many cores are idle as are counted")
    }

    /// How long a thread that wakes up for the GIL still stands in line for the core it was on last, though
    /// others are idle: until the quantum of who computes there is over.
    ///
    /// Linux asks whether an idle core of a virtual machine is at work for others, and takes one that sleeps for such a
    /// one, so that a thread stays on its core. Of three threads on two cores two share one: there a quarter of all slices
    /// (20 to 34 %, CPython 3.6 to 3.15) takes 8 ms, the end of the second quantum, and not 5.1.
    pub(super) fn wait_for_own_core(&self, thread: ThreadId) -> SimDuration {
        let core = self.threads[thread.index()].core as usize;
        match self.cores.all.get(core) {
            Some(core) if core.working && !self.policy.is_eager() => {
                let (quantum, used) = (self.model.costs.quantum.0, self.now.since(core.arrived).0);
                SimDuration(used.div_ceil(quantum) * quantum - used)
            }
            Some(_) | None => SimDuration::ZERO,
        }
    }

    /// The thread that has just left its core will be back as soon as it has the GIL.
    pub(super) fn fights_for_gil(&mut self, thread: ThreadId) {
        let core = self.threads[thread.index()].core as usize;
        self.cores.all[core].left = Some(self.now);
    }

    /// Who is at work on the core that the thread was on last.
    pub(super) fn at_work_on_core_of(&self, thread: ThreadId) -> Option<ThreadId> {
        let core = self.cores.all.get(self.threads[thread.index()].core as usize)?;
        core.thread.filter(|&other| self.is_at_work(other))
    }

    fn reserve(&mut self, core: usize, thread: ThreadId, latency: SimDuration) {
        self.cores.take(core, thread, self.now);
        self.change(thread, State::Arriving);
        self.threads[thread.index()].core = u32::try_from(core).expect("there are at most 1024 cores");
        self.set_alarm(thread, latency, Priority::Done);
    }

    /// The thread is on its core, and goes on.
    pub(super) fn arrive(&mut self, thread: ThreadId) {
        self.change(thread, State::Running);
        let now = self.now;
        let core = self.threads[thread.index()].core as usize;
        let quantum = self.model.costs.quantum;
        let core = &mut self.cores.all[core];
        core.arrived = now;
        core.slice_end = now + quantum;
        core.working = true;
        self.record(self.unit_on(thread), None, EventKind::On);
        self.run_on_core(thread);
    }

    /// The thread leaves its core, which goes to the next in the run queue. The caller says what the thread does now.
    pub(super) fn leave_core(&mut self, thread: ThreadId, why: Leave) {
        let core = self.vacate(thread, why);
        if let Some(next) = self.next_ready() {
            self.reserve(core, next, self.model.costs.context_switch);
        }
    }

    /// The thread leaves its core, which nobody has then.
    fn vacate(&mut self, thread: ThreadId, why: Leave) -> usize {
        self.record(self.unit_on(thread), None, EventKind::Off { why });
        self.cores.switches += 1;
        self.settle(thread);
        let core = self.threads[thread.index()].core as usize;
        self.cores.all[core].busy = self.cores.all[core].busy_until(self.now);
        self.cores.all[core].working = false;
        self.cores.give_back(core, self.now);
        core
    }

    /// A thread on a core leaves it to another one, which begins there.
    pub(super) fn hand_core_over(&mut self, from: ThreadId, to: ThreadId) {
        let core = self.threads[from.index()].core;
        self.threads[to.index()].core = core;
        self.cores.all[core as usize].thread = Some(to);
    }

    /// Who gets a core that is free. Whoever has computed for a quantum without waiting comes after those who have not, unless
    /// it has waited for a core as long. Under a policy of priorities all are alike.
    fn next_ready(&mut self) -> Option<ThreadId> {
        let (now, quantum, threads) = (self.now, self.model.costs.quantum, &self.threads);
        if self.policy.is_eager() {
            let ready: Vec<ThreadId> = self.cores.ready.iter().collect();
            let count = ready.len();
            let chosen = (count > 0).then(|| self.policy.pick(count, |at| threads[ready[at].index()].body));
            return chosen.and_then(|chosen| self.cores.ready.take(chosen));
        }
        let (line, is_heavy) =
            self.cores.ready.next_line(|heavy| now.since(threads[heavy.index()].since) >= quantum);
        let count = line.len();
        if count == 0 {
            return None;
        }
        // Those who compute take turns.
        let chosen = if is_heavy { 0 } else { self.policy.pick(count, |at| threads[line[at].index()].body) };
        line.remove(chosen)
    }

    /// The thread's quantum is over: it goes to the end of the run queue.
    pub(super) fn preempt(&mut self, thread: ThreadId) {
        self.settle(thread);
        let is_heavy = self.is_heavy(thread);
        if self.policy.is_eager() {
            // It stands in the queue before its core looks there, so that it may be chosen again.
            self.cores.ready.push(thread, is_heavy);
            self.leave_core(thread, Leave::Quantum);
        } else {
            self.leave_core(thread, Leave::Quantum);
            self.cores.ready.push(thread, is_heavy);
        }
        if self.threads[thread.index()].state == State::Running {
            self.change(thread, State::Queued);
        }
    }

    /// When the thread has to leave its core, if others wait for one.
    pub(super) fn slice_end(&mut self, thread: ThreadId) -> SimTime {
        if !self.cores.is_crowded() {
            return SimTime::NEVER;
        }
        let quantum = self.model.costs.quantum.0;
        let core = &mut self.cores.all[self.threads[thread.index()].core as usize];
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
            let Some(thread) = self.cores.all[core].thread else { continue };
            // Whoever is in the middle of going on sees the run queue by itself.
            if self.is_at_work(thread) {
                self.settle(thread);
                self.arm_work(thread);
            }
        }
    }

    /// Whether the thread is to make way for a better one in the run queue.
    pub(super) fn is_outranked(&mut self, thread: ThreadId) -> bool {
        self.policy.is_eager()
            && self
                .cores
                .ready
                .iter()
                .collect::<Vec<_>>()
                .into_iter()
                .any(|ready| self.outranks(ready, thread))
    }

    /// Whether a policy of priorities puts a thread before another one.
    pub(super) fn outranks(&mut self, thread: ThreadId, other: ThreadId) -> bool {
        let [thread, other] = [thread, other].map(|thread| self.threads[thread.index()].body);
        self.policy.prefers(thread, other)
    }
}
