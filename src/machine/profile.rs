//! The types of the profiles, and the model that comes out of choosing.

use std::fmt;

use crate::base::time::SimDuration;
use crate::machine::turns::{Polling, Turns};

/// How a run's machine and interpreter behave, all choices made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The interpreter's behaviour.
    pub runtime: &'static Runtime,
    /// The machine's name, as given.
    pub machine: String,
    /// Cores, at least 1.
    pub cores: u32,
    /// What things cost on this machine under this runtime.
    pub costs: Costs,
    /// What decides on this machine whose turn it is.
    pub turns: Turns,
    /// How long a waiter leaves the holder of the GIL alone, at least 1 us;
    /// without a meaning where there is no GIL.
    pub switch_interval: SimDuration,
    /// After how many ticks the holder of a GIL that counts them lets go of it, at least 1;
    /// without a meaning for others.
    pub check_interval: u32,
    /// How a polled GIL goes round; without a meaning for others.
    pub polling: Polling,
    /// How long interpreted code takes, in percent of the length written, at
    /// least 1. Use it through [`Model::interpreted`].
    pub compute_percent: u32,
    /// How a process begins.
    pub start_method: StartMethod,
    /// What `spawn unit` starts, by its word.
    pub unit: &'static str,
}

impl Model {
    /// How long interpreted code lasts that takes `work` on a build with a GIL:
    /// an operation, or a `compute` that is not `nogil`. Rounded down to whole
    /// nanoseconds; a result that does not fit is the longest length there is.
    #[must_use]
    pub fn interpreted(&self, work: SimDuration) -> SimDuration {
        let scaled = u128::from(work.0) * u128::from(self.compute_percent) / 100;
        SimDuration(u64::try_from(scaled).unwrap_or(u64::MAX))
    }
}

/// Bytes from which on each KiB of a message costs more: the allocator gives longer ones memory of their own (glibc's
/// `M_MMAP_THRESHOLD`), whose pages are touched for the first time.
pub const LARGE_MESSAGE: u64 = 128 << 10;

/// What things cost: lengths of time, and bytes. [`crate::machine::setting`]
/// says what each one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// One operation of the IR in interpreted code; [`Model::interpreted`] is still to be applied.
    pub op: SimDuration,
    /// CPU time of acquiring or releasing a lock that nobody else wants: that operation takes so long.
    pub lock_call: SimDuration,
    /// The same for a re-entrant lock.
    pub rlock_call: SimDuration,
    /// CPU time of a call that does something to a semaphore, an event, a condition, a barrier or a queue of threads, which
    /// Python's library has written in Python: that operation takes so long.
    pub sync_call: SimDuration,
    /// CPU time of either end of a `with` on a lock, beside that.
    pub with_end: SimDuration,
    /// A core changes from one thread to another.
    pub context_switch: SimDuration,
    /// From the wake-up of a sleeping thread until it is ready for a core.
    pub wake_latency: SimDuration,
    /// How late a timer of the kernel goes off.
    pub timer_slack: SimDuration,
    /// How much later than other timers one of an event loop goes off.
    pub task_timer_slack: SimDuration,
    /// How long a thread keeps a core that others want, at least 1 us.
    pub quantum: SimDuration,
    /// Time that the holder of a GIL with an interval works to wake a waiter on another core as it lets go of it.
    pub gil_wake: SimDuration,
    /// What a tick of CPython 2 takes, at least 1 ns.
    pub tick: SimDuration,
    /// Time that the holder of a GIL of ticks loses when it lets go of it and wakes a waiter on another core in vain.
    pub gil_signal: SimDuration,
    /// The same where the waiter has no other core to come to.
    pub gil_signal_local: SimDuration,
    /// The same for each further waiter.
    pub gil_crowd: SimDuration,
    /// How long a waiter that was woken in vain can't be woken again.
    pub gil_rest: SimDuration,
    /// How long a thread that waits for a GIL of ticks stays awake, at least 1 ns: for a later release it is too late.
    pub gil_alert: SimDuration,
    /// At which of the releases of a GIL of ticks a waiter takes it, on average, at least 1.
    pub gil_luck: u32,
    /// How long interpreted code takes under a polled GIL while a waiter on another core looks at it, in percent.
    pub gil_polling_percent: u32,
    /// CPU time of whoever starts a thread; the new thread then wakes up like any other.
    pub thread_start: SimDuration,
    /// CPU time of whoever starts a task.
    pub task_start: SimDuration,
    /// CPU time of an event loop for each time that one of its units goes on.
    pub task_switch: SimDuration,
    /// CPU time of an event loop for the timer of a task that sleeps.
    pub task_timer: SimDuration,
    /// CPU time of whoever starts a process by fork.
    pub process_fork: SimDuration,
    /// CPU time of a forked process before its first statement.
    pub process_fork_child: SimDuration,
    /// CPU time of whoever starts a process by spawn or through a fork server.
    pub process_launch: SimDuration,
    /// CPU time of a process under start method spawn before its first statement: a new interpreter that imports the script.
    pub process_spawn: SimDuration,
    /// CPU time of a process that a fork server has forked before its first statement: it imports the script.
    pub process_forkserver: SimDuration,
    /// How long whoever starts the first process under start method forkserver waits for the server.
    pub forkserver_start: SimDuration,
    /// CPU time of a new interpreter in a thread before its first statement.
    pub interpreter_start: SimDuration,
    /// CPU time of whoever submits a job to a pool of threads, for all that the pool does for it.
    pub thread_pool_item: SimDuration,
    /// The same for a pool of processes; what is sent counts besides.
    pub process_pool_item: SimDuration,
    /// CPU time of starting another program, of whoever starts it.
    pub subprocess_start: SimDuration,
    /// CPU time of a subprocess that runs Python before its first statement: a new interpreter.
    pub python_start: SimDuration,
    /// CPU time of sending or receiving a message between processes, beside its bytes.
    pub message: SimDuration,
    /// CPU time of sending or receiving a KiB of a message: its way through the pipe.
    pub message_kib: SimDuration,
    /// The same for each KiB beyond [`LARGE_MESSAGE`].
    pub large_message_kib: SimDuration,
    /// CPU time of pickling an item of a list that is sent.
    pub pickle_item: SimDuration,
    /// CPU time of unpickling an item of a list that is received.
    pub unpickle_item: SimDuration,
    /// Bytes of a process with an interpreter in it.
    pub interpreter_memory: u64,
    /// Memory that a forked process does not share with the one that has forked it.
    pub forked_memory: u64,
    /// Bytes that a process does not share with the fork server that has forked it.
    pub forkserver_memory: u64,
    /// Bytes of another program.
    pub subprocess_memory: u64,
    /// Bytes of a thread.
    pub thread_memory: u64,
    /// Bytes of a task.
    pub task_memory: u64,
}

impl Costs {
    /// Whether operations on locks and other objects take no time.
    #[must_use]
    pub fn has_free_calls(&self) -> bool {
        let calls = [self.lock_call, self.rlock_call, self.sync_call, self.with_end];
        calls.iter().all(|&cost| cost == SimDuration::ZERO)
    }

    /// Nothing costs anything.
    pub const NONE: Self = Self {
        op: SimDuration::ZERO,
        lock_call: SimDuration::ZERO,
        rlock_call: SimDuration::ZERO,
        sync_call: SimDuration::ZERO,
        with_end: SimDuration::ZERO,
        context_switch: SimDuration::ZERO,
        wake_latency: SimDuration::ZERO,
        timer_slack: SimDuration::ZERO,
        task_timer_slack: SimDuration::ZERO,
        quantum: SimDuration::ZERO,
        gil_wake: SimDuration::ZERO,
        tick: SimDuration::ZERO,
        gil_signal: SimDuration::ZERO,
        gil_signal_local: SimDuration::ZERO,
        gil_crowd: SimDuration::ZERO,
        gil_rest: SimDuration::ZERO,
        gil_alert: SimDuration::ZERO,
        gil_luck: 1,
        gil_polling_percent: 100,
        thread_start: SimDuration::ZERO,
        task_start: SimDuration::ZERO,
        task_switch: SimDuration::ZERO,
        task_timer: SimDuration::ZERO,
        process_fork: SimDuration::ZERO,
        process_fork_child: SimDuration::ZERO,
        process_launch: SimDuration::ZERO,
        process_spawn: SimDuration::ZERO,
        process_forkserver: SimDuration::ZERO,
        forkserver_start: SimDuration::ZERO,
        interpreter_start: SimDuration::ZERO,
        thread_pool_item: SimDuration::ZERO,
        process_pool_item: SimDuration::ZERO,
        subprocess_start: SimDuration::ZERO,
        python_start: SimDuration::ZERO,
        message: SimDuration::ZERO,
        message_kib: SimDuration::ZERO,
        large_message_kib: SimDuration::ZERO,
        pickle_item: SimDuration::ZERO,
        unpickle_item: SimDuration::ZERO,
        interpreter_memory: 0,
        forked_memory: 0,
        forkserver_memory: 0,
        subprocess_memory: 0,
        thread_memory: 0,
        task_memory: 0,
    };
}

/// How an interpreter behaves.
#[derive(Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The name on the command line, such as `cpython-3.14`.
    pub name: &'static str,
    /// One line for a list.
    pub summary: &'static str,
    /// The version of Python whose library it has.
    pub python: Python,
    /// Whether threads share one lock, and how it changes hands.
    pub gil: Gil,
    /// Where the interpreter may be interrupted in the middle of its code.
    pub check_points: CheckPoints,
    /// Who gets a lock that is released.
    pub lock: LockPolicy,
    /// What the release of a lock raises that nobody holds.
    pub free_lock: FreeLock,
    /// How a wait with a timeout finds out that it is over.
    pub timed_waits: TimedWaits,
    /// What a waiter for the GIL waits before it asks for it.
    pub switch_interval: SimDuration,
    /// After how many ticks the holder of a GIL that counts them lets go of it.
    pub check_interval: u32,
    /// How a polled GIL goes round.
    pub polling: Polling,
    /// What interpreted code of one thread costs relative to the build with a GIL; 100 is the same.
    pub speed_percent: u32,
    /// How a process begins unless a script says otherwise.
    pub start_method: StartMethod,
    /// Where each of these facts comes from.
    pub sources: &'static [Source],
    /// What costs more or less than the machine says, in the order of the settings.
    pub factors: &'static [Factor],
}

/// A version of Python: of the language and its library. An older one is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Python {
    /// The 3 of 3.13.
    pub major: u8,
    /// The 13 of it.
    pub minor: u8,
}

impl fmt::Display for Python {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The global interpreter lock of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gil {
    /// There is none: threads run Python code at the same time.
    None,
    /// CPython 3.2 and later: a waiter sleeps for the switch interval, then asks
    /// the holder to drop it; a holder that was asked waits until another has it.
    Interval,
    /// CPython up to 3.1: its holder lets go of it every so many ticks and takes it again at once, so that a
    /// waiter has it only if it comes in between.
    Ticks,
    /// `PyPy`: one waiter looks every 0.1 ms whether it is free, and a holder that has had it for long leaves it to
    /// the longest waiter.
    Polling,
}

/// Where in interpreted code the GIL can change hands. `compute` is code with check points everywhere, and
/// whatever waits or leaves the interpreter lets go of the GIL by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckPoints {
    /// Between any two operations, so that `x += 1` can be interrupted before its write.
    Operations {
        /// Also right before a `with` is entered.
        before_with: bool,
    },
    /// At calls, at entries of functions and at backward jumps, and where an `if` jumps.
    CallsAndBranches,
    /// At calls, at entries of functions and at backward jumps.
    Calls,
    /// At backward jumps only: a compiled loop has what it calls in it.
    Loops,
}

impl CheckPoints {
    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Operations { before_with: true } => "every operation",
            Self::Operations { before_with: false } => "every operation but `with`",
            Self::CallsAndBranches => "calls, loops and branches",
            Self::Calls => "calls and loops",
            Self::Loops => "loops",
        }
    }
}

/// How a new process comes to its interpreter (on Linux).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartMethod {
    /// `fork(2)`: a copy of the one that starts it, as it is at that moment; of its threads only the one that forks.
    Fork,
    /// A new program, which imports the script anew.
    Spawn,
    /// A fork of a server that has done nothing but import the script.
    ForkServer,
}

impl StartMethod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Fork, Self::Spawn, Self::ForkServer];

    /// What `multiprocessing` calls it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Spawn => "spawn",
            Self::ForkServer => "forkserver",
        }
    }
}

/// Who gets a lock that is released while others wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockPolicy {
    /// It becomes free and one waiter is woken; whoever comes first takes it, a
    /// running thread before the woken one.
    Barging,
    /// The same, but a waiter that has waited longer than `after` is given it directly.
    HandOff {
        /// How long a waiter may be overtaken.
        after: SimDuration,
    },
}

/// What the release of a `threading.Lock` raises that nobody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeLock {
    /// `CPython` since 3.3.
    RuntimeError,
    /// `CPython` before that: `thread.error`, which is no `RuntimeError`.
    ThreadError,
    /// The same, in other words.
    NotHeld,
    /// An exception of Java.
    IllegalMonitorState,
}

impl FreeLock {
    /// The exception: the name of its class, and what it says.
    #[must_use]
    pub const fn raises(self) -> (&'static str, &'static str) {
        match self {
            Self::RuntimeError => ("RuntimeError", "release unlocked lock"),
            Self::ThreadError => ("error", "release unlocked lock"),
            Self::NotHeld => ("error", "lock isn't held"),
            Self::IllegalMonitorState => ("IllegalMonitorStateException", ""),
        }
    }
}

/// How `threading` waits with a timeout: for an event, a condition, a queue or the end of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimedWaits {
    /// It sleeps until it is woken or its time is over.
    Woken,
    /// It looks after 1 ms, after 2 ms more, and so on up to every 50 ms; nobody can wake it in between.
    Polled,
}

impl TimedWaits {
    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Woken => "woken",
            Self::Polled => "polled",
        }
    }
}

/// A machine: what things cost on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Machine {
    /// The name on the command line, such as `default`.
    pub name: &'static str,
    /// One line for a list.
    pub summary: &'static str,
    /// Its figures, in the order of the settings table. One for a setting of the
    /// runtime overrides the runtime.
    pub figures: &'static [Figure],
}

/// One number of a machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure {
    /// The name of the setting.
    pub setting: &'static str,
    /// Nanoseconds, bytes or a count, by the setting's kind.
    pub value: u64,
    /// How the number is known.
    pub evidence: Evidence,
    /// The file, document or measurement that it comes from.
    pub source: &'static str,
}

/// Where a fact about a runtime comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The field of [`Runtime`] that holds the fact.
    pub of: &'static str,
    /// How it is known.
    pub evidence: Evidence,
    /// The file, document or measurement.
    pub text: &'static str,
}

/// How much of a machine's figure something comes to under a runtime. A machine says what things cost under the CPython
/// of today.
#[derive(Debug, PartialEq, Eq)]
pub struct Factor {
    /// The name of the setting.
    pub setting: &'static str,
    /// In percent of the machine's figure.
    pub percent: u32,
    /// How it is known.
    pub evidence: Evidence,
    /// What was measured, or why it is taken for that of another version.
    pub source: &'static str,
}

impl Factor {
    /// What comes of a figure, rounded down.
    #[must_use]
    pub fn of(&self, figure: u64) -> u64 {
        u64::try_from(u128::from(figure) * u128::from(self.percent) / 100).unwrap_or(u64::MAX)
    }
}

/// How a fact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Measured; the text says on what.
    Measured,
    /// Inferred: with this number the model comes out near what was measured or published, which the text says. That it does is
    /// no evidence for the model.
    Fitted,
    /// Read in the interpreter's or the kernel's source or documentation.
    Documented,
    /// Chosen: a definition, not an observation.
    Chosen,
}

impl Evidence {
    /// The word for a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Fitted => "fitted",
            Self::Documented => "documented",
            Self::Chosen => "chosen",
        }
    }
}
