//! The settings: one row for each number that a script's `machine` block or a
//! machine file can set. The table in `docs/machine-model.md` is made from this one.

use crate::base::size::SignedSize;
use crate::base::time::SimDuration;
use crate::machine::profile::Model;

const HOUR: u64 = 3_600_000_000_000;
const TEBIBYTE: u64 = 1 << 40;

/// A number of the model that can be set.
#[derive(Debug)]
pub struct Setting {
    /// What scripts and machine files call it.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// The smallest value, in the kind's unit.
    pub least: u64,
    /// The largest value, in the kind's unit.
    pub most: u64,
    slot: Slot,
}

/// What a setting's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A length of time, in nanoseconds.
    Duration,
    /// Bytes.
    Size,
    /// A number without a unit.
    Count,
}

/// Where in the model the value stands.
#[derive(Debug)]
enum Slot {
    Duration { get: fn(&Model) -> SimDuration, set: fn(&mut Model, SimDuration) },
    Size { get: fn(&Model) -> u64, set: fn(&mut Model, u64) },
    Count { get: fn(&Model) -> u32, set: fn(&mut Model, u32) },
}

impl Kind {
    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Duration => "duration",
            Self::Size => "size",
            Self::Count => "count",
        }
    }
}

impl Setting {
    /// The setting of that exact name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// What its value is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.slot {
            Slot::Duration { .. } => Kind::Duration,
            Slot::Size { .. } => Kind::Size,
            Slot::Count { .. } => Kind::Count,
        }
    }

    /// Its value in a model, in the kind's unit.
    #[must_use]
    pub fn get(&self, model: &Model) -> u64 {
        match self.slot {
            Slot::Duration { get, .. } => get(model).0,
            Slot::Size { get, .. } => get(model),
            Slot::Count { get, .. } => u64::from(get(model)),
        }
    }

    /// Writes a value, in the kind's unit, into a model.
    ///
    /// # Panics
    ///
    /// If it is not from `least` to `most`.
    pub fn set(&self, model: &mut Model, value: u64) {
        assert!((self.least..=self.most).contains(&value), "a value is checked before it is set");
        match self.slot {
            Slot::Duration { set, .. } => set(model, SimDuration(value)),
            Slot::Size { set, .. } => set(model, value),
            Slot::Count { set, .. } => {
                set(model, u32::try_from(value).expect("the bounds of a count fit 32 bits"));
            }
        }
    }

    /// A value as scripts write it: `5ms`, `20KiB`, `4`.
    #[must_use]
    pub fn text(&self, value: u64) -> String {
        match self.kind() {
            Kind::Duration => SimDuration(value).to_string(),
            Kind::Size => SignedSize(i64::try_from(value).unwrap_or(i64::MAX)).to_string(),
            Kind::Count => value.to_string(),
        }
    }
}

macro_rules! slot {
    ($kind:ident, $($field:ident).+) => {
        Slot::$kind { get: |model| model.$($field).+, set: |model, value| model.$($field).+ = value }
    };
}

/// Rows of `name kind least to most, field of the model, meaning`.
macro_rules! settings {
    ($($name:ident $kind:ident $least:literal to $most:tt, $($field:ident).+, $meaning:literal;)*) => {
        [$(Setting {
            name: stringify!($name),
            meaning: $meaning,
            least: $least,
            most: $most,
            slot: slot!($kind, $($field).+),
        }),*]
    };
}

/// All settings, in the order of the documentation.
pub static SETTINGS: [Setting; 67] = settings! {
    cores Count 1 to 1024, cores,
        "Cores: how many threads run at the same time.";
    switch_interval Duration 1_000 to HOUR, switch_interval,
        "How long a waiter leaves the holder of the GIL alone before it asks for it.";
    check_interval Count 1 to 1_000_000_000, check_interval,
        "After how many ticks the holder of the GIL of CPython 2 lets go of it.";
    gil_poll Duration 1_000 to HOUR, polling.every,
        "How often a waiter looks whether PyPy's GIL is free; the slack of a timer comes on top.";
    gil_slice_intervals Count 1 to 1_000_000, polling.intervals,
        "How many switch intervals of PyPy make a slice among threads that compute.";
    gil_short_slice Count 1 to 1_000, polling.part,
        "Which part of a switch interval the holder keeps PyPy's GIL from a thread that comes from a wait: 8 is an eighth.";
    compute_percent Count 1 to 10_000, compute_percent,
        "How long interpreted code takes, in percent of the length written.";
    op Duration 0 to HOUR, costs.op,
        "One operation of interpreted code: a step that a script writes without a length.";
    lock_call Duration 0 to HOUR, costs.lock_call,
        "Acquiring or releasing a lock that nobody else wants: the operation takes so long.";
    rlock_call Duration 0 to HOUR, costs.rlock_call,
        "The same for a re-entrant lock.";
    sync_call Duration 0 to HOUR, costs.sync_call,
        "A call of a semaphore, an event, a condition, a barrier or a queue of threads: it takes so long.";
    with_end Duration 0 to HOUR, costs.with_end,
        "Either end of a `with` on a lock, beside acquiring or releasing it.";
    context_switch Duration 0 to HOUR, costs.context_switch,
        "A core changes from one thread to another.";
    wake_latency Duration 0 to HOUR, costs.wake_latency,
        "From the wake-up of a sleeping thread until it is ready for a core.";
    wake_least_percent Count 0 to 100, turns.wake_least_percent,
        "How many percent of the wake latency each wake-up takes at least, where chance is drawn; the rest is drawn exponentially.";
    timer_slack Duration 0 to HOUR, costs.timer_slack,
        "How late a timer goes off: a sleep, a timeout, the interval of the GIL.";
    task_timer_slack Duration 0 to HOUR, costs.task_timer_slack,
        "How much later than other timers one of an event loop goes off.";
    quantum Duration 1_000 to HOUR, costs.quantum,
        "How long a thread keeps a core that other threads want.";
    cache_fetch_ops Count 0 to 1_000_000, turns.cache_fetch_ops,
        "How many operations take as long as a core needs to fetch what another one has written, on average.";
    lock_fresh Duration 0 to HOUR, turns.lock_fresh,
        "How long a thread has woken up just now: who wakes another one by releasing a lock may be overtaken by it.";
    lock_overtaken_of_six Count 0 to 6, turns.lock_overtaken_of_six,
        "In how many of six cases it is, where chance is drawn.";
    gil_wake Duration 0 to HOUR, costs.gil_wake,
        "Time that the holder of a GIL with a switch interval works to wake a waiter on another core when it lets go of it.";
    gil_cold_after Duration 0 to HOUR, turns.gil_cold_after,
        "How long a thread waits for a GIL with a switch interval, on average, until it is so slow that it can lose it in its first call.";
    gil_switches_one_core Count 0 to 1_000, turns.gil_switches_one_core,
        "Context switches around a forced hand-over of such a GIL between threads that share a core, beside those of the hand-over.";
    gil_switches_crowd Count 0 to 1_000, turns.gil_switches_crowd,
        "The same where there are cores for all, and more than one waiter.";
    tick Duration 1 to HOUR, costs.tick,
        "One tick of CPython 2, of which a round of a loop takes about three.";
    gil_signal Duration 0 to HOUR, costs.gil_signal,
        "Time that the holder of CPython 2's GIL loses when it wakes a waiter on another core in vain.";
    gil_signal_local Duration 0 to HOUR, costs.gil_signal_local,
        "The same when the waiter has no core but the holder's.";
    gil_crowd Duration 0 to HOUR, costs.gil_crowd,
        "The same for each further waiter.";
    gil_rest Duration 0 to HOUR, costs.gil_rest,
        "How long a waiter for CPython 2's GIL that was woken in vain can't be woken again.";
    gil_alert Duration 1 to HOUR, costs.gil_alert,
        "How long a thread that waits for CPython 2's GIL stays awake: for a release that comes later than that it is too late.";
    gil_alert_percent Count 0 to 100, turns.gil_alert_percent,
        "In how many percent of the cases a thread that has just come for CPython 2's GIL gets it at the next release.";
    gil_soon_percent Count 0 to 100, turns.gil_soon_percent,
        "The same if that release is so soon that it has not begun to fall asleep.";
    gil_soon Duration 0 to HOUR, turns.gil_soon,
        "How long it takes until it has.";
    gil_luck Count 1 to 1_000_000, costs.gil_luck,
        "At which release of CPython 2's GIL a waiter on another core takes it, on average.";
    gil_loser_percent Count 0 to 100, turns.gil_loser_percent,
        "For how many percent of a slice the only other thread, which has just lost CPython 2's GIL, is too late for every release.";
    gil_quanta_lost Count 0 to 1_000_000, turns.gil_quanta_lost,
        "After how many quanta a release of CPython 2's GIL meets the end of one, on average, so that a waiter that sleeps gets it.";
    gil_polling_percent Count 1 to 10_000, costs.gil_polling_percent,
        "How long code takes under PyPy's GIL while a waiter on another core polls it, in percent.";
    gil_poll_one_core Duration 1_000 to HOUR, turns.gil_poll_one_core,
        "How often a waiter looks whether PyPy's GIL is free where it has no core but the holder's: each look is two context switches.";
    gil_late_looks Count 0 to 1_000_000, turns.gil_late_looks,
        "How many looks more than its intervals a slice of PyPy takes at most, for each waiter.";
    gil_long_slice Count 1 to 1_000_000, turns.gil_long_slice,
        "Each so many'th slice of PyPy takes an interval more, on average.";
    thread_start Duration 0 to HOUR, costs.thread_start,
        "CPU time of whoever starts a thread; the new thread then wakes up like any other.";
    task_start Duration 0 to HOUR, costs.task_start,
        "CPU time of whoever starts a task.";
    task_switch Duration 0 to HOUR, costs.task_switch,
        "CPU time of an event loop for each time that one of its units goes on.";
    task_timer Duration 0 to HOUR, costs.task_timer,
        "CPU time of an event loop for the timer of a task that sleeps.";
    process_fork Duration 0 to HOUR, costs.process_fork,
        "CPU time of whoever starts a process by fork.";
    process_fork_child Duration 0 to HOUR, costs.process_fork_child,
        "CPU time of a forked process before its first statement.";
    process_launch Duration 0 to HOUR, costs.process_launch,
        "CPU time of whoever starts a process by spawn or through a fork server.";
    process_spawn Duration 0 to HOUR, costs.process_spawn,
        "CPU time of a process under start method spawn before its first statement: a new interpreter that imports the script.";
    process_forkserver Duration 0 to HOUR, costs.process_forkserver,
        "CPU time of a process that a fork server has forked before its first statement: it imports the script.";
    forkserver_start Duration 0 to HOUR, costs.forkserver_start,
        "How long whoever starts the first process under start method forkserver waits for the server.";
    interpreter_start Duration 0 to HOUR, costs.interpreter_start,
        "CPU time of a new interpreter in a thread before its first statement.";
    thread_pool_item Duration 0 to HOUR, costs.thread_pool_item,
        "CPU time of whoever submits a job to a pool of threads, for all that the pool does for it.";
    process_pool_item Duration 0 to HOUR, costs.process_pool_item,
        "CPU time of whoever submits a job to a pool of processes, for all that the pool does for it beside the bytes.";
    subprocess_start Duration 0 to HOUR, costs.subprocess_start,
        "CPU time of starting another program, of whoever starts it.";
    python_start Duration 0 to HOUR, costs.python_start,
        "CPU time of a subprocess that runs Python before its first statement: a new interpreter.";
    message Duration 0 to HOUR, costs.message,
        "CPU time of sending or receiving a message between processes, beside its bytes.";
    message_kib Duration 0 to HOUR, costs.message_kib,
        "CPU time of sending or receiving a KiB of a message: its way through the pipe.";
    large_message_kib Duration 0 to HOUR, costs.large_message_kib,
        "The same for each KiB beyond the first 128: memory that is touched for the first time.";
    pickle_item Duration 0 to HOUR, costs.pickle_item,
        "CPU time of pickling an item of a list that is sent, beside its bytes.";
    unpickle_item Duration 0 to HOUR, costs.unpickle_item,
        "CPU time of unpickling an item of a list that is received.";
    interpreter_memory Size 0 to TEBIBYTE, costs.interpreter_memory,
        "Memory of a process with an interpreter in it.";
    forked_memory Size 0 to TEBIBYTE, costs.forked_memory,
        "Memory that a forked process does not share with the one that has forked it.";
    forkserver_memory Size 0 to TEBIBYTE, costs.forkserver_memory,
        "Memory that a process does not share with the fork server that has forked it.";
    subprocess_memory Size 0 to TEBIBYTE, costs.subprocess_memory,
        "Memory of another program.";
    thread_memory Size 0 to TEBIBYTE, costs.thread_memory,
        "Memory of a thread; its stack is address space and does not count.";
    task_memory Size 0 to TEBIBYTE, costs.task_memory,
        "Memory of a task.";
};
