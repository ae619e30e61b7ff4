//! The runtimes, one file each; those of CPython that differ in little share one.

mod cpython_3;
mod cpython_3_12;
mod cpython_3_13t;
mod cpython_3_14;
mod cpython_3_14t;

use crate::machine::profile::Runtime;

/// Those that are modelled: CPython, oldest first, then others.
pub(super) static MODELLED: [&Runtime; 15] = [
    &cpython_3::CPYTHON_3_2,
    &cpython_3::CPYTHON_3_3,
    &cpython_3::CPYTHON_3_4,
    &cpython_3::CPYTHON_3_5,
    &cpython_3::CPYTHON_3_6,
    &cpython_3::CPYTHON_3_7,
    &cpython_3::CPYTHON_3_8,
    &cpython_3::CPYTHON_3_9,
    &cpython_3::CPYTHON_3_10,
    &cpython_3::CPYTHON_3_11,
    &cpython_3_12::RUNTIME,
    &cpython_3::CPYTHON_3_13,
    &cpython_3_13t::RUNTIME,
    &cpython_3_14::RUNTIME,
    &cpython_3_14t::RUNTIME,
];

/// Those that the command will know but does not model yet.
pub(super) const PLANNED: [&str; 5] =
    ["cpython-2.7", "pypy-3.11", "jython-2.7", "ironpython-3.4", "graalpy-25"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_about_a_runtime_has_one_source() {
        let facts = [
            "gil",
            "check_points",
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
