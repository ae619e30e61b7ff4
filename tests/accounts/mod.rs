//! That every nanosecond of a run is somewhere, and once: what all test crates that look at reports share.

use concsim::base::time::{SimDuration, SimTime};
use concsim::observe::chain::Cause;
use concsim::observe::lanes::UNITS_MAX;
use concsim::observe::report::Report;
use concsim::observe::times::Activity;

/// Holds a report that has its lanes to its sums. `text` is the script.
pub(crate) fn adds_up(report: &Report, title: &str, text: &str) {
    let lanes = report.lanes.as_ref().expect("they are asked for");
    let mut cpu = SimDuration::ZERO;
    for (index, unit) in report.units.iter().enumerate() {
        let end = unit.ended.unwrap_or(SimTime::ZERO + report.elapsed);
        assert_eq!(unit.times.total(), end.since(unit.started), "{title}: {unit:?}");
        cpu += unit.times.of(&[Activity::Work]);
        if index >= UNITS_MAX {
            continue;
        }
        for (activity, lane) in Activity::ALL.into_iter().zip(std::iter::repeat(lanes.units.get(index))) {
            let shown = lane.map_or(SimDuration::ZERO, |lane| lane.length(activity as u32));
            assert_eq!(shown, unit.times.of(&[activity]), "{title}: {unit:?}");
        }
    }
    let busy = report.machine.core_busy.iter().fold(SimDuration::ZERO, |sum, core| sum + *core);
    assert_eq!(busy, cpu, "{title}: cores were busy for {busy}, units for {cpu}");
    for (lane, busy) in lanes.cores.iter().zip(&report.machine.core_busy) {
        assert_eq!(lane.total(), *busy, "{title}");
    }
    for (lane, interpreter) in lanes.gils.iter().zip(&report.interpreters) {
        assert_eq!(lane.total(), interpreter.gil_held, "{title}: {interpreter:?}");
    }
    let switches: u64 = report.interpreters.iter().map(|interpreter| interpreter.gil_switches).sum();
    assert_eq!(switches, report.machine.gil_switches, "{title}");
    let peaks = report.interpreters.iter().map(|interpreter| interpreter.peak_memory);
    let (most, all) = (peaks.clone().max().unwrap_or(0), peaks.sum::<u64>());
    let peak = report.machine.peak_memory;
    // The fork server is one more process.
    let server = if text.contains("process") { most } else { 0 };
    assert!(most <= peak && peak <= all + server, "{title}: {peak} of {:?}", report.interpreters);
    if let Some(chain) = &report.chain {
        let whole = chain.iter().fold(SimDuration::ZERO, |sum, part| sum + part.length);
        assert_eq!(whole, report.elapsed, "{title}: {chain:?}");
        // Whoever goes on does so because of what somebody did, unless there are timeouts, or a server starts processes.
        let in_vain = chain.iter().any(|part| part.cause == Cause::Vain);
        let may_be = text.contains("timeout") || text.contains("spawn process");
        assert!(!in_vain || may_be, "{title}: {chain:?}");
    }
}
