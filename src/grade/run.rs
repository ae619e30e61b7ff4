//! Timed runs of a submission, bounded by what the rubric allows.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use crate::engine::{self, Chronicled, Options, Scheduler};
use crate::grade::rubric::Limits;
use crate::ir::program::Program;
use crate::machine::profile::Model;
use crate::observe::report::{Inputs, Report};
use crate::semantics::turn::Course;
use crate::trace::event::{Detail, Event, Names, Sink};

/// A run with a scheduler and a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timed {
    pub(super) scheduler: Scheduler,
    pub(super) seed: u64,
    pub(super) limits: Limits,
}

impl Timed {
    /// The one in which nothing is drawn that the script does not draw itself.
    pub(super) const fn plain(seed: u64, limits: Limits) -> Self {
        Self { scheduler: Scheduler::Fifo, seed, limits }
    }

    /// One of many in which every open choice is drawn, in two ways by turns.
    pub(super) const fn drawn(seed: u64, number: u64, limits: Limits) -> Self {
        let scheduler = if number.is_multiple_of(2) { Scheduler::Random } else { Scheduler::Pct };
        Self { scheduler, seed: seed.wrapping_add(number), limits }
    }

    /// How it is told: `fifo`, or `random, seed 3`.
    pub(super) fn told(self) -> String {
        match self.scheduler {
            Scheduler::Fifo => "fifo".to_owned(),
            Scheduler::Random => format!("random, seed {}", self.seed),
            Scheduler::Pct => format!("pct, seed {}", self.seed),
        }
    }

    fn options(self, model: &Model) -> Options {
        let Limits { events, memory, time, .. } = self.limits;
        Options {
            // Nobody looks at what the report of a grading's run was given.
            inputs: Inputs {
                script: String::new(),
                ir_hash: String::new(),
                seed: self.seed,
                runtime: model.runtime.name.to_owned(),
                cores: model.cores,
                machine: model.machine.clone(),
                scheduler: self.told(),
                options: Vec::new(),
                settings: Vec::new(),
            },
            seed: self.seed,
            scheduler: self.scheduler,
            max_time: Some(time),
            max_events: events,
            max_memory: memory,
            chronicled: Chronicled::Nothing,
        }
    }
}

/// What a run came to.
pub(super) fn run(program: &Program, model: &Model, timed: Timed, stop: &AtomicBool) -> Report {
    engine::run(program, model, &timed.options(model), &mut Deaf, stop)
}

/// The steps that a run takes.
pub(super) fn recorded(program: &Program, model: &Model, timed: Timed, stop: &AtomicBool) -> Course {
    engine::record(program, model, &timed.options(model), &mut Deaf, stop).1
}

/// What of a run is more than the rubric allows: then every schedule of the script would take as much.
pub(super) fn excess(report: &Report, limits: &Limits) -> Option<String> {
    let units = report.units.len() as u64;
    let output: u64 = report.output.iter().map(|line| line.len() as u64 + 1).sum();
    if units > limits.units {
        return Some(format!("a run has more than {} units (limits.units)", limits.units));
    }
    (output > limits.output)
        .then(|| format!("a run prints more than {} bytes (limits.output)", limits.output))
}

/// Listens to nothing.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Sync
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
