//! From a script and what is asked of its run to all that the run needs: the same for every command that runs one.

use std::ffi::OsString;
use std::sync::atomic::AtomicBool;

use crate::base::size::SignedSize;
use crate::base::span::Source;
use crate::base::time::SimDuration;
use crate::cli::args::{ModelArgs, SchedulerArg};
use crate::cli::failure::Failure;
use crate::cli::prepare::{compile, prepare};
use crate::cli::replay::{self, Given};
use crate::engine::{self, Chronicled, Options};
use crate::ir::program::Program;
use crate::machine::profile::Model;
use crate::observe::report::{Inputs, Report};
use crate::trace::event::Sink;

/// Executed operations after which a run stops, if nothing else is asked.
pub(super) const EVENTS_MAX: u64 = 10_000_000;
/// Bytes of the simulated world at which it stops.
pub(super) const MEMORY_MAX: u64 = 2 << 30;

/// What is asked of a run.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) seed: u64,
    pub(super) scheduler: SchedulerArg,
    pub(super) model: ModelArgs,
    pub(super) limits: Limits,
    /// Bounds that hold in place of the usual ones, and are none of what the run is given.
    pub(super) caps: Limits,
    /// A schedule that it follows: a file, or a word.
    pub(super) replay: Option<OsString>,
}

/// When a run stops before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// At this virtual time.
    pub(super) time: Option<SimDuration>,
    /// After so many executed operations.
    pub(super) events: u64,
    /// When the simulated world takes so many bytes.
    pub(super) memory: u64,
}

impl Limits {
    /// What holds if nothing is asked.
    pub(super) const USUAL: Self = Self { time: None, events: EVENTS_MAX, memory: MEMORY_MAX };

    /// These, and `caps` where nothing unusual was asked.
    fn or(self, caps: Self) -> Self {
        Self {
            time: self.time.or(caps.time),
            events: if self.events == EVENTS_MAX { caps.events } else { self.events },
            memory: if self.memory == MEMORY_MAX { caps.memory } else { self.memory },
        }
    }

    /// Those that are not the usual ones, as the options that say so: `max-time=10s`.
    fn options(self) -> impl Iterator<Item = String> {
        let time = self.time.map(|time| format!("max-time={time}"));
        let events = (self.events != EVENTS_MAX).then(|| format!("max-events={}", self.events));
        let memory = i64::try_from(self.memory).ok().filter(|_| self.memory != MEMORY_MAX);
        let memory = memory.map(|bytes| format!("max-memory={}", SignedSize(bytes)));
        [time, events, memory].into_iter().flatten()
    }
}

/// A run that can begin.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) program: Program,
    pub(super) model: Model,
    pub(super) options: Options,
    /// The schedule that it follows, and what the command line calls it.
    given: Option<(OsString, Given)>,
}

/// All that a run needs.
///
/// # Errors
///
/// If the script has mistakes, or something is asked for that there is not.
pub(super) fn setup(source: &Source, wish: &Wish, chronicled: Chronicled) -> Result<Setup, Failure> {
    let mut compiled = compile(source, &wish.model.set, wish.model.unit.as_deref())?;
    let prepared = prepare(source, &mut compiled, &wish.model)?;
    let given = |named: &OsString| Ok((named.clone(), replay::given(named, &compiled.program)?));
    let given = wish.replay.as_ref().map(given).transpose()?;
    let mut settings = prepared.settings;
    settings.extend(given.iter().map(|(_, given)| format!("replay={}", given.token)));
    let inputs = Inputs {
        script: source.name.clone(),
        ir_hash: compiled.program.hash(),
        seed: wish.seed,
        runtime: prepared.model.runtime.name.to_string(),
        cores: prepared.model.cores,
        machine: prepared.model.machine.clone(),
        scheduler: wish.scheduler.word().to_string(),
        options: prepared.options.into_iter().chain(wish.limits.options()).collect(),
        settings,
    };
    let limits = wish.limits.or(wish.caps);
    let options = Options {
        inputs,
        seed: wish.seed,
        scheduler: wish.scheduler.scheduler(),
        max_time: limits.time,
        max_events: limits.events,
        max_memory: limits.memory,
        chronicled,
    };
    Ok(Setup { program: compiled.program, model: prepared.model, options, given })
}

impl Setup {
    /// Runs it, telling `sink`; `stop` ends it early. Gives the program back.
    ///
    /// # Errors
    ///
    /// If it can't follow its schedule to the end.
    pub(super) fn run(self, sink: &mut dyn Sink, stop: &AtomicBool) -> Result<(Report, Program), Failure> {
        let Self { program, model, options, given } = self;
        let report = match given {
            Some((named, given)) => {
                let options = (&options, given.course, given.endless);
                let played = engine::replay(&program, &model, options, sink, stop);
                played.map_err(|turn| replay::lost(&named, turn))?
            }
            None => engine::run(&program, &model, &options, sink, stop),
        };
        Ok((report, program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unusual_limits_are_inputs_of_a_run() {
        assert_eq!(Limits::USUAL.options().count(), 0);
        let limits = Limits { time: Some(SimDuration::us(1_500)), events: 7, memory: 64 << 20 };
        let options: Vec<String> = limits.options().collect();
        assert_eq!(options, ["max-time=1.5ms", "max-events=7", "max-memory=64MiB"]);
    }
}
