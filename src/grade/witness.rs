//! What is shown of a schedule that a check is about, and how to come to see it.

use std::sync::atomic::AtomicBool;

use crate::analysis::translate;
use crate::base::printable::shell_word;
use crate::base::span::Source;
use crate::engine::Scheduler;
use crate::explore::course::{course, schedule};
use crate::explore::schedule::Schedule;
use crate::explore::space::Space;
use crate::explore::token::{TURNS_MAX, encode};
use crate::explore::walk::{preemptions, walk};
use crate::explore::{Found, clock};
use crate::grade::case::Case;
use crate::grade::result::Witness;
use crate::grade::rubric::Conditions;
use crate::grade::run::{Timed, recorded};
use crate::grade::tries::steps_max;
use crate::ir::program::Program;
use crate::machine::profile::Model;
use crate::observe::finding::Finding;
use crate::semantics::turn::Course;

/// Draws a schedule in at most twelve lines. Whoever grades is below those who draw, and is told how.
pub type Draw = fn(&Program, &Source, &Found) -> Vec<String>;

/// Makes witnesses of one case.
#[derive(Debug)]
pub(super) struct Shower<'a> {
    /// The submission as it was handed in, to which replays belong.
    pub(super) own: &'a Source,
    pub(super) case: &'a Case,
    pub(super) draw: Draw,
    pub(super) conditions: &'a Conditions,
}

impl Shower<'_> {
    /// Of something that an exploration has found.
    pub(super) fn found(&self, found: &Found) -> Witness {
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        Witness {
            params: self.case.shown.clone(),
            cores: None,
            length: Some((count(found.steps), count(found.preemptions))),
            lanes: (self.draw)(&self.case.program, &self.case.source, found),
            replay: self.replay(&found.schedule).unwrap_or_default(),
        }
    }

    /// Of something that a timed run has shown, where it is the order of the steps that matters.
    pub(super) fn seen(&self, model: &Model, timed: Timed, finding: &Finding, stop: &AtomicBool) -> Witness {
        let program = &self.case.program;
        let course = recorded(program, model, timed, stop);
        let explorable = clock::mistakes(program).is_empty();
        let ordered = || self.ordered(&course, finding);
        if explorable && let Some(witness) = ordered() { witness } else { self.timed(model, timed) }
    }

    fn ordered(&self, taken: &Course, finding: &Finding) -> Option<Witness> {
        let program = &self.case.program;
        if taken.steps.len() > steps_max(program, self.conditions.max_memory) {
            return None;
        }
        let schedule = schedule(program, taken)?;
        let replay = self.replay(&schedule)?;
        let space = Space::new(program);
        let way = walk(&space, &schedule)?;
        let preemptions = preemptions(&space, &way);
        let steps = way.iter().skip(1).filter(|taken| taken.is_step).count() as u64;
        let found = Found {
            finding: finding.clone(),
            steps,
            preemptions,
            schedule,
            turns: Vec::new(),
            is_best: false,
            by_contract_only: false,
        };
        Some(Witness { replay, ..self.found(&found) })
    }

    /// Of a timed run, whose length matters.
    pub(super) fn timed(&self, model: &Model, timed: Timed) -> Witness {
        let scheduler = match timed.scheduler {
            Scheduler::Fifo => "fifo",
            Scheduler::Random => "random",
            Scheduler::Pct => "pct",
        };
        let machine = self.conditions.machine.as_ref().map_or(&*model.machine, |machine| &machine.text);
        let replay = format!(
            "{}--runtime {} --machine {} --cores {} --scheduler {scheduler} --seed {}",
            self.settings(),
            model.runtime.name,
            shell_word(machine),
            model.cores,
            timed.seed
        );
        Witness {
            params: self.case.shown.clone(),
            cores: Some(model.cores),
            length: None,
            lanes: Vec::new(),
            replay,
        }
    }

    /// The options that play a schedule; none if it is too long, or no schedule of the script as it was handed in.
    fn replay(&self, schedule: &Schedule) -> Option<String> {
        if schedule.turns.len() > TURNS_MAX {
            return None;
        }
        let mut program = translate(self.own, &self.case.params).program?;
        program.terms = self.case.program.terms;
        // Properties are no steps, so a schedule of the one program is one of the other.
        course(&program, schedule).ok()?;
        Some(format!("{}--replay {}", self.settings(), encode(schedule, &program.hash())))
    }

    /// `--set n=7 ` for each param that differs from the script's own.
    fn settings(&self) -> String {
        self.case.shown.iter().map(|setting| format!("--set {} ", shell_word(setting))).collect()
    }
}
