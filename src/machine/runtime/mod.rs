//! The runtimes, one file each.

mod cpython_3_12;
mod cpython_3_14;
mod cpython_3_14t;

use crate::machine::profile::Runtime;

/// Those that are modelled, oldest first.
pub(super) static MODELLED: [&Runtime; 3] =
    [&cpython_3_12::RUNTIME, &cpython_3_14::RUNTIME, &cpython_3_14t::RUNTIME];

/// Those that the command will know but does not model yet.
pub(super) const PLANNED: [&str; 17] = [
    "cpython-2.7",
    "cpython-3.2",
    "cpython-3.3",
    "cpython-3.4",
    "cpython-3.5",
    "cpython-3.6",
    "cpython-3.7",
    "cpython-3.8",
    "cpython-3.9",
    "cpython-3.10",
    "cpython-3.11",
    "cpython-3.13",
    "cpython-3.13t",
    "pypy-3.11",
    "jython-2.7",
    "ironpython-3.4",
    "graalpy-25",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_about_a_runtime_has_one_source() {
        let facts = [
            "gil",
            "lock",
            "switch_interval",
            "speed_percent",
            "extra_interpreter_memory",
            "extra_thread_memory",
            "start_method",
        ];
        for runtime in MODELLED {
            let sourced: Vec<_> = runtime.sources.iter().map(|source| source.of).collect();
            assert_eq!(sourced, facts, "{}", runtime.name);
        }
    }

    #[test]
    fn no_runtime_is_both_modelled_and_planned() {
        for runtime in MODELLED {
            assert!(!PLANNED.contains(&runtime.name), "{}", runtime.name);
        }
    }
}
