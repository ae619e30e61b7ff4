//! The settings: one row for each number that a script's `machine` block or a
//! machine file can set. The table in `docs/machine-model.md` is made from this one.

use crate::base::size::SignedSize;
use crate::base::time::SimDuration;
use crate::machine::profile::Model;

const HOUR: u64 = 3_600_000_000_000;
const MICROSECOND: u64 = 1_000;
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

/// All settings, in the order of the documentation.
pub static SETTINGS: [Setting; 48] = [
    Setting {
        name: "cores",
        meaning: "Cores: how many threads run at the same time.",
        least: 1,
        most: 1024,
        slot: slot!(Count, cores),
    },
    Setting {
        name: "switch_interval",
        meaning: "How long a waiter leaves the holder of the GIL alone before it asks for it.",
        least: MICROSECOND,
        most: HOUR,
        slot: slot!(Duration, switch_interval),
    },
    Setting {
        name: "check_interval",
        meaning: "After how many ticks the holder of the GIL of CPython 2 lets go of it.",
        least: 1,
        most: 1_000_000_000,
        slot: slot!(Count, check_interval),
    },
    Setting {
        name: "compute_percent",
        meaning: "How long interpreted code takes, in percent of the length written.",
        least: 1,
        most: 10_000,
        slot: slot!(Count, compute_percent),
    },
    Setting {
        name: "op",
        meaning: "One operation of interpreted code: a step that a script writes without a length.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.op),
    },
    Setting {
        name: "lock_call",
        meaning: "Acquiring or releasing a lock that nobody else wants: the operation takes so long.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.lock_call),
    },
    Setting {
        name: "rlock_call",
        meaning: "The same for a re-entrant lock.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.rlock_call),
    },
    Setting {
        name: "with_end",
        meaning: "Either end of a `with` on a lock, beside acquiring or releasing it.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.with_end),
    },
    Setting {
        name: "context_switch",
        meaning: "A core changes from one thread to another.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.context_switch),
    },
    Setting {
        name: "wake_latency",
        meaning: "From the wake-up of a sleeping thread until it is ready for a core.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.wake_latency),
    },
    Setting {
        name: "timer_slack",
        meaning: "How late a timer goes off: a sleep, a timeout, the interval of the GIL.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.timer_slack),
    },
    Setting {
        name: "task_timer_slack",
        meaning: "How much later than other timers one of an event loop goes off.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.task_timer_slack),
    },
    Setting {
        name: "quantum",
        meaning: "How long a thread keeps a core that other threads want.",
        least: MICROSECOND,
        most: HOUR,
        slot: slot!(Duration, costs.quantum),
    },
    Setting {
        name: "gil_wake",
        meaning: "Time that the holder of a GIL with a switch interval works to wake a waiter on another core when it lets go of it.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.gil_wake),
    },
    Setting {
        name: "tick",
        meaning: "One tick of CPython 2, of which a round of a loop takes about three.",
        least: 1,
        most: HOUR,
        slot: slot!(Duration, costs.tick),
    },
    Setting {
        name: "gil_signal",
        meaning: "Time that the holder of CPython 2's GIL loses when it wakes a waiter on another core in vain.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.gil_signal),
    },
    Setting {
        name: "gil_signal_local",
        meaning: "The same when the waiter has no core but the holder's.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.gil_signal_local),
    },
    Setting {
        name: "gil_crowd",
        meaning: "The same for each further waiter.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.gil_crowd),
    },
    Setting {
        name: "gil_rest",
        meaning: "How long a waiter for CPython 2's GIL that was woken in vain can't be woken again.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.gil_rest),
    },
    Setting {
        name: "gil_alert",
        meaning: "How long a thread that waits for CPython 2's GIL stays awake: for a release that comes later than that it is too late.",
        least: 1,
        most: HOUR,
        slot: slot!(Duration, costs.gil_alert),
    },
    Setting {
        name: "gil_luck",
        meaning: "At which release of CPython 2's GIL a waiter on another core takes it, on average.",
        least: 1,
        most: 1_000_000,
        slot: slot!(Count, costs.gil_luck),
    },
    Setting {
        name: "gil_polling_percent",
        meaning: "How long code takes under PyPy's GIL while a waiter on another core polls it, in percent.",
        least: 1,
        most: 10_000,
        slot: slot!(Count, costs.gil_polling_percent),
    },
    Setting {
        name: "thread_start",
        meaning: "CPU time of whoever starts a thread; the new thread then wakes up like any other.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.thread_start),
    },
    Setting {
        name: "task_start",
        meaning: "CPU time of whoever starts a task.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.task_start),
    },
    Setting {
        name: "task_switch",
        meaning: "CPU time of an event loop for each time that one of its units goes on.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.task_switch),
    },
    Setting {
        name: "task_timer",
        meaning: "CPU time of an event loop for the timer of a task that sleeps.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.task_timer),
    },
    Setting {
        name: "process_fork",
        meaning: "CPU time of whoever starts a process by fork.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_fork),
    },
    Setting {
        name: "process_fork_child",
        meaning: "CPU time of a forked process before its first statement.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_fork_child),
    },
    Setting {
        name: "process_launch",
        meaning: "CPU time of whoever starts a process by spawn or through a fork server.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_launch),
    },
    Setting {
        name: "process_spawn",
        meaning: "CPU time of a process under start method spawn before its first statement: a new interpreter that imports the script.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_spawn),
    },
    Setting {
        name: "process_forkserver",
        meaning: "CPU time of a process that a fork server has forked before its first statement: it imports the script.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_forkserver),
    },
    Setting {
        name: "forkserver_start",
        meaning: "How long whoever starts the first process under start method forkserver waits for the server.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.forkserver_start),
    },
    Setting {
        name: "interpreter_start",
        meaning: "CPU time of a new interpreter in a thread before its first statement.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.interpreter_start),
    },
    Setting {
        name: "thread_pool_item",
        meaning: "CPU time of whoever submits a job to a pool of threads, for all that the pool does for it.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.thread_pool_item),
    },
    Setting {
        name: "process_pool_item",
        meaning: "CPU time of whoever submits a job to a pool of processes, for all that the pool does for it beside the bytes.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.process_pool_item),
    },
    Setting {
        name: "subprocess_start",
        meaning: "CPU time of starting another program, of whoever starts it.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.subprocess_start),
    },
    Setting {
        name: "python_start",
        meaning: "CPU time of a subprocess that runs Python before its first statement: a new interpreter.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.python_start),
    },
    Setting {
        name: "message",
        meaning: "CPU time of sending or receiving a message between processes, beside its bytes.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.message),
    },
    Setting {
        name: "message_kib",
        meaning: "CPU time of sending or receiving a KiB of a message: its way through the pipe.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.message_kib),
    },
    Setting {
        name: "large_message_kib",
        meaning: "The same for each KiB beyond the first 128: memory that is touched for the first time.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.large_message_kib),
    },
    Setting {
        name: "pickle_item",
        meaning: "CPU time of pickling an item of a list that is sent, beside its bytes.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.pickle_item),
    },
    Setting {
        name: "unpickle_item",
        meaning: "CPU time of unpickling an item of a list that is received.",
        least: 0,
        most: HOUR,
        slot: slot!(Duration, costs.unpickle_item),
    },
    Setting {
        name: "interpreter_memory",
        meaning: "Memory of a process with an interpreter in it.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.interpreter_memory),
    },
    Setting {
        name: "forked_memory",
        meaning: "Memory that a forked process does not share with the one that has forked it.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.forked_memory),
    },
    Setting {
        name: "forkserver_memory",
        meaning: "Memory that a process does not share with the fork server that has forked it.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.forkserver_memory),
    },
    Setting {
        name: "subprocess_memory",
        meaning: "Memory of another program.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.subprocess_memory),
    },
    Setting {
        name: "thread_memory",
        meaning: "Memory of a thread; its stack is address space and does not count.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.thread_memory),
    },
    Setting {
        name: "task_memory",
        meaning: "Memory of a task.",
        least: 0,
        most: TEBIBYTE,
        slot: slot!(Size, costs.task_memory),
    },
];
