//! Many runs of one program, a seed each, on many threads.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::parallel::in_parallel;
use crate::engine::{Options, run};
use crate::ir::program::Program;
use crate::machine::profile::Model;
use crate::observe::report::Report;
use crate::observe::survey::{Share, Survey};
use crate::trace::event::{Detail, Event, Names, Sink};
use crate::trace::order::Order;

/// The most seeds that a worker takes at once: enough that it has something of its own to count in.
const STRETCH_MAX: u64 = 256;

/// Into how many stretches seeds are cut at least, if there are so many.
const STRETCHES: u64 = 1024;

/// What is run with many seeds.
#[derive(Clone, Copy, Debug)]
pub struct Many<'a> {
    /// The program.
    pub program: &'a Program,
    /// What it runs on.
    pub model: &'a Model,
    /// How each run goes; each has a seed of its own in the place of the one here.
    pub options: &'a Options,
    /// On how many threads.
    pub jobs: usize,
}

impl Many<'_> {
    /// Runs the program with each of the seeds, and calls `ran` after each run. When `interrupt` becomes true, runs
    /// that are not at their end are given up and not counted.
    ///
    /// # Panics
    ///
    /// If there are more seeds than fit into memory, or the engine does.
    pub fn survey(&self, seeds: &Range<u64>, ran: &(dyn Fn() + Sync), interrupt: &AtomicBool) -> Survey {
        let asked = seeds.end.saturating_sub(seeds.start);
        let stretch = (asked / STRETCHES).clamp(1, STRETCH_MAX);
        let pieces = usize::try_from(asked.div_ceil(stretch)).expect("seeds are bounded far below");
        let parts = in_parallel(
            self.jobs,
            pieces,
            || self.options.clone(),
            |options, piece| {
                let first = seeds.start + piece as u64 * stretch;
                let mut survey = Survey::default();
                for seed in first..seeds.end.min(first.saturating_add(stretch)) {
                    let mut order = Order::default();
                    let report = self.run(options, seed, &mut order, interrupt);
                    if interrupt.load(Ordering::Relaxed) {
                        break;
                    }
                    survey.add(&report, order.fingerprint());
                    ran();
                }
                survey
            },
        );
        let mut whole = Survey::default();
        parts.into_iter().for_each(|part| whole.merge(part));
        whole
    }

    /// The reports of the first runs that came to these ends.
    #[must_use]
    pub fn first_runs(&self, ends: &[Share]) -> Vec<Report> {
        let never = AtomicBool::new(false);
        in_parallel(
            self.jobs,
            ends.len(),
            || self.options.clone(),
            |options, at| self.run(options, ends[at].first, &mut Nobody, &never),
        )
    }

    fn run(&self, options: &mut Options, seed: u64, sink: &mut dyn Sink, interrupt: &AtomicBool) -> Report {
        options.seed = seed;
        options.inputs.seed = seed;
        run(self.program, self.model, options, sink, interrupt)
    }
}

/// Nobody listens.
struct Nobody;

impl Sink for Nobody {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}
