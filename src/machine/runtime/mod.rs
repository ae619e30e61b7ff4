//! The runtimes, one file each; those of CPython that differ in little share one.

mod cpython_2_7;
mod cpython_3;
mod cpython_3_12;
mod cpython_3_13t;
mod cpython_3_14;
mod cpython_3_14t;
mod factors;
mod graalpy_25;
mod ironpython_3_4;
mod jython_2_7;
mod pypy_3_11;

use crate::machine::profile::Runtime;

/// Those that are modelled: CPython, oldest first, then others.
pub(super) static MODELLED: [&Runtime; 20] = [
    &cpython_2_7::RUNTIME,
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
    &pypy_3_11::RUNTIME,
    &jython_2_7::RUNTIME,
    &ironpython_3_4::RUNTIME,
    &graalpy_25::RUNTIME,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::profile::{Evidence, Gil};
    use crate::machine::setting::SETTINGS;

    #[test]
    fn every_factor_is_of_a_figure_that_machines_give() {
        let of_runtimes = [
            "cores",
            "switch_interval",
            "check_interval",
            "gil_poll",
            "gil_slice_intervals",
            "gil_short_slice",
            "compute_percent",
        ];
        for runtime in MODELLED {
            let scaled: Vec<_> = runtime.factors.iter().map(|factor| factor.setting).collect();
            let known = SETTINGS.iter().map(|setting| setting.name);
            let known = known.filter(|name| scaled.contains(name) && !of_runtimes.contains(name));
            assert_eq!(scaled, known.collect::<Vec<_>>(), "{}: in the order of the settings", runtime.name);
            for factor in runtime.factors {
                assert!(factor.percent > 0 && factor.percent != 100, "{} {}", runtime.name, factor.setting);
            }
        }
    }

    #[test]
    fn whoever_takes_the_figures_of_another_version_says_so() {
        for (like, measured) in
            [(factors::LIKE_3_6, factors::CPYTHON_3_6), (factors::LIKE_3_9, factors::CPYTHON_3_9)]
        {
            for (like, measured) in like.iter().zip(measured) {
                assert_eq!((like.setting, like.percent), (measured.setting, measured.percent));
                assert_eq!(like.evidence, Evidence::Chosen);
                assert!(like.source.starts_with("not measured; as 3."), "{}", like.source);
            }
        }
    }

    #[test]
    fn every_fact_about_a_runtime_has_one_source() {
        let facts = [
            "gil",
            "check_points",
            "lock",
            "free_lock",
            "timed_waits",
            "switch_interval",
            "check_interval",
            "gil_poll",
            "gil_slice_intervals",
            "gil_short_slice",
            "speed_percent",
            "start_method",
        ];
        for runtime in MODELLED {
            let sourced: Vec<_> = runtime.sources.iter().map(|source| source.of).collect();
            let has_ticks = runtime.gil == Gil::Ticks;
            let of_ticks = ["check_interval", "timed_waits"];
            let is_polled = runtime.gil == Gil::Polling;
            let of_polling = ["gil_poll", "gil_slice_intervals", "gil_short_slice"];
            let facts = facts.iter().copied().filter(|fact| has_ticks || !of_ticks.contains(fact));
            let facts = facts.filter(|fact| is_polled || !of_polling.contains(fact));
            assert_eq!(sourced, facts.collect::<Vec<_>>(), "{}", runtime.name);
        }
    }
}
