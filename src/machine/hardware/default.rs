//! A small Linux server of today. The figures were measured on a virtual machine
//! of 2 cores (AMD EPYC, Zen 4, KVM), Linux 6.18, with CPython 2.7 to 3.13.

use crate::machine::profile::{Evidence, Figure, Machine};

pub(super) static MACHINE: Machine = Machine {
    name: "default",
    summary: "a virtual Linux server of today (AMD EPYC)",
    figures: &[
        Figure {
            setting: "cores",
            value: 4,
            evidence: Evidence::Chosen,
            source: "a usual number; the machine that was measured has 2",
        },
        Figure {
            setting: "op",
            value: 30,
            evidence: Evidence::Measured,
            source: "an uncontended acquire and release takes 35-112 ns, and is two operations here",
        },
        Figure {
            setting: "context_switch",
            value: 2_000,
            evidence: Evidence::Chosen,
            source: "under the 5 us in which a thread wakes another on its own core",
        },
        Figure {
            setting: "wake_latency",
            value: 25_000,
            evidence: Evidence::Measured,
            source: "a thread on another core is woken in 13-33 us; the GIL is without a holder for 25-55 us",
        },
        Figure {
            setting: "timer_slack",
            value: 50_000,
            evidence: Evidence::Documented,
            source: "Linux, prctl(2) PR_SET_TIMERSLACK; measured slices are 0.1 ms longer than the interval",
        },
        Figure {
            setting: "quantum",
            value: 4_000_000,
            evidence: Evidence::Measured,
            source: "two threads of CPython 2.7 on one core alternate every 4.0 ms, the tick of a kernel with HZ=250",
        },
        Figure {
            setting: "thread_start",
            value: 30_000,
            evidence: Evidence::Measured,
            source: "30-85 us to the first statement, 45-95 us for start and join, wake-ups included",
        },
        Figure {
            setting: "task_start",
            value: 1_000,
            evidence: Evidence::Measured,
            source: "create_task and await take 5.4 us, of which two turns of the loop take 4.4",
        },
        Figure {
            setting: "task_switch",
            value: 2_200,
            evidence: Evidence::Measured,
            source: "a turn of the loop by sleep(0) takes 2.2 us",
        },
        Figure {
            setting: "process_fork",
            value: 900_000,
            evidence: Evidence::Measured,
            source: "1.3-2.0 ms from the call to the first statement of the child, of which the call takes the larger part",
        },
        Figure {
            setting: "process_fork_child",
            value: 600_000,
            evidence: Evidence::Measured,
            source: "1.3-2.0 ms from the call to the first statement of the child, of which the call takes the larger part",
        },
        Figure {
            setting: "process_spawn",
            value: 52_000_000,
            evidence: Evidence::Measured,
            source: "45-67 ms to the first statement (CPython 3.6 to 3.13)",
        },
        Figure {
            setting: "process_forkserver",
            value: 22_000_000,
            evidence: Evidence::Measured,
            source: "16-34 ms for each child",
        },
        Figure {
            setting: "forkserver_start",
            value: 60_000_000,
            evidence: Evidence::Measured,
            source: "50-80 ms once",
        },
        Figure {
            setting: "interpreter_start",
            value: 8_200_000,
            evidence: Evidence::Measured,
            source: "8.2 ms to create one (CPython 3.13)",
        },
        Figure {
            setting: "thread_pool_item",
            value: 10_000,
            evidence: Evidence::Measured,
            source: "8-14 us for an item that does nothing",
        },
        Figure {
            setting: "process_pool_item",
            value: 130_000,
            evidence: Evidence::Measured,
            source: "110-160 us for an item that does nothing",
        },
        Figure {
            setting: "subprocess_start",
            value: 730_000,
            evidence: Evidence::Measured,
            source: "0.73-0.78 ms of `Popen` with /bin/true, 0.83-0.93 ms with its end (CPython 3.11 and 3.13)",
        },
        Figure {
            setting: "message",
            value: 5_000,
            evidence: Evidence::Measured,
            source: "a pipe: 32-37 us for a message and its answer, of which two wake-ups take the larger part",
        },
        Figure {
            setting: "message_kib",
            value: 550,
            evidence: Evidence::Measured,
            source: "1.1-1.3 ns for a byte through a pipe (CPython 3.9 and 3.13), half of it on each side",
        },
        Figure {
            setting: "interpreter_memory",
            value: 9_000_000,
            evidence: Evidence::Measured,
            source: "a spawned child has 7-11 MB",
        },
        Figure {
            setting: "forked_memory",
            value: 1_200_000,
            evidence: Evidence::Measured,
            source: "0.9-1.5 MB private, of 7-17 MB resident",
        },
        Figure {
            setting: "forkserver_memory",
            value: 3_300_000,
            evidence: Evidence::Measured,
            source: "CPython 3.11: 3.3 MB private, of 13 MB resident; it imports the script by itself",
        },
        Figure {
            setting: "subprocess_memory",
            value: 1_800_000,
            evidence: Evidence::Measured,
            source: "/bin/sleep (coreutils 9.1): 1.8 MB resident",
        },
        Figure {
            setting: "thread_memory",
            value: 20 << 10,
            evidence: Evidence::Measured,
            source: "16-21 KiB resident",
        },
        Figure {
            setting: "task_memory",
            value: 1_500,
            evidence: Evidence::Measured,
            source: "1.0-1.9 KB while it waits",
        },
    ],
};
