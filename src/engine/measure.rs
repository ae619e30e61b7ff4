//! What a program comes to with units of one kind: one run with all that it costs, and one without.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::time::SimDuration;
use crate::engine::{Chronicled, Options, run};
use crate::ir::program::Program;
use crate::machine::free::without_costs;
use crate::machine::profile::Model;
use crate::observe::choice::end::End;
use crate::observe::choice::{Free, Measured};
use crate::observe::overlap::Overlap;
use crate::observe::report::{Outcome, Report};
use crate::observe::times::{Activity, Times};
use crate::trace::event::{Detail, Event, Names, Sink};

/// What a unit does that takes as long if nothing costs anything and nobody is in its way.
const OWN: [Activity; 3] = [Activity::Work, Activity::Io, Activity::Sleep];

/// Runs a program twice: as it would be, and as it would be if nothing had to be paid for. Nothing if `interrupt`
/// has become true.
#[must_use]
pub fn measure(
    program: &Program,
    model: &Model,
    options: &Options,
    interrupt: &AtomicBool,
) -> Option<Measured> {
    let real = Options { chronicled: Chronicled::Chain, ..options.clone() };
    let report = run(program, model, &real, &mut Nobody, interrupt);
    let free = (report.outcome == Outcome::Completed).then(|| free(program, model, options, interrupt));
    if interrupt.load(Ordering::Relaxed) {
        return None;
    }
    let mut times = Times::default();
    for unit in report.units.iter() {
        Activity::ALL.into_iter().for_each(|activity| times.add(activity, unit.times.of(&[activity])));
    }
    Some(Measured {
        outcome: report.outcome,
        elapsed: report.elapsed,
        units: report.units.len() as u64 - 1,
        peak_memory: report.machine.peak_memory,
        times,
        end: End::of(&report),
        chain: report.chain,
        findings: report.findings,
        free: free.flatten(),
    })
}

/// The run without costs.
fn free(program: &Program, model: &Model, options: &Options, interrupt: &AtomicBool) -> Option<Free> {
    let mut overlap = Overlap::default();
    let options = Options { chronicled: Chronicled::Nothing, ..options.clone() };
    let report = run(program, &without_costs(model), &options, &mut overlap, interrupt);
    let own = report.units.iter().fold(SimDuration::ZERO, |sum, unit| sum + unit.times.of(&OWN));
    (report.outcome == Outcome::Completed).then(|| Free {
        elapsed: report.elapsed,
        in_turn: own,
        cores: overlap.cores(),
        waits: overlap.waits(),
        waiters: overlap.waiters(),
    })
}

/// One run of a program to which nobody listens.
#[must_use]
pub fn brief(program: &Program, model: &Model, options: &Options, interrupt: &AtomicBool) -> Report {
    let options = Options { chronicled: Chronicled::Nothing, ..options.clone() };
    run(program, model, &options, &mut Nobody, interrupt)
}

/// Nobody listens.
struct Nobody;

impl Sink for Nobody {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
