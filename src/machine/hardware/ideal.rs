//! No overhead at all: time passes in what a script says takes time, and in nothing else.

use crate::machine::profile::{Evidence, Figure, Machine};

pub(super) static MACHINE: Machine = Machine {
    name: "ideal",
    summary: "no overhead: only what a script says takes time takes time",
    figures: &[
        Figure {
            setting: "cores",
            value: 4,
            evidence: Evidence::Chosen,
            source: "as on the default machine",
        },
        Figure {
            setting: "compute_percent",
            value: 100,
            evidence: Evidence::Chosen,
            source: "code takes the length written, on a free-threaded build too",
        },
        Figure { setting: "op", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "context_switch", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "wake_latency", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "timer_slack", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure {
            setting: "quantum",
            value: 4_000_000,
            evidence: Evidence::Chosen,
            source: "as on the default machine: whose turn it is, not a cost",
        },
        Figure { setting: "thread_start", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "task_start", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "task_switch", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "process_fork", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "process_fork_child", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "process_spawn", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "process_forkserver", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "forkserver_start", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "interpreter_start", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "thread_pool_item", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "process_pool_item", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "subprocess_start", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "message", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure { setting: "message_kib", value: 0, evidence: Evidence::Chosen, source: "no overhead" },
        Figure {
            setting: "interpreter_memory",
            value: 9_000_000,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
        Figure {
            setting: "forked_memory",
            value: 1_200_000,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
        Figure {
            setting: "forkserver_memory",
            value: 3_300_000,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
        Figure {
            setting: "subprocess_memory",
            value: 1_800_000,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
        Figure {
            setting: "thread_memory",
            value: 20 << 10,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
        Figure {
            setting: "task_memory",
            value: 1_500,
            evidence: Evidence::Measured,
            source: "as on the default machine: it takes no time",
        },
    ],
};
