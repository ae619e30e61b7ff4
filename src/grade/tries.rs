//! Schedules that are drawn, where there are too many to explore.
//!
//! By turns a walk that takes any unit's step next, a timed run in which every open choice is drawn, and one with
//! priorities that change. Where time decides something there are only runs.

use std::sync::atomic::AtomicBool;

use crate::explore::clock;
use crate::explore::stroll::{Reach, stroll};
use crate::explore::token::TURNS_MAX;
use crate::explore::verdict::Judge;
use crate::grade::run::{Timed, run};
use crate::grade::tell::{failure_in_words, reached};
use crate::grade::trial::{Ruling, Trial, Unfinished};
use crate::ir::program::Program;
use crate::machine::profile::Model;
use crate::observe::report::Report;
use crate::semantics::world::World;

/// Turns of a walk.
const TURNS: usize = 10_000;

/// Drawn schedules of one case.
pub(super) struct Tries<'a> {
    pub(super) trial: &'a Trial<'a>,
    /// The checks of which nothing is known yet.
    pub(super) open: Vec<usize>,
    pub(super) rulings: Vec<Option<Ruling>>,
    pub(super) flag: &'a AtomicBool,
}

/// How many worlds of a program have room, so that a way through them can be walked.
pub(super) fn steps_max(program: &Program, memory: u64) -> usize {
    let most = memory / World::new(program).bytes().max(1);
    usize::try_from(most).unwrap_or(usize::MAX).min(TURNS_MAX)
}

impl Tries<'_> {
    /// Looks at a run without chance, then if `more` at drawn schedules, until nothing is open; how many they were.
    pub(super) fn go(&mut self, plain: &Report, more: bool) -> Result<u64, Unfinished> {
        let trial = self.trial;
        if self.open.is_empty() {
            return Ok(0);
        }
        self.look(&trial.models[0], trial.plain(), plain);
        let conditions = &trial.rubric.run;
        let is_timeless = clock::mistakes(&trial.case.program).is_empty();
        let judge = Judge::new(&trial.case.program);
        let mut count = 1;
        for number in 0..if more { conditions.runs } else { 0 } {
            if self.open.is_empty() {
                break;
            }
            trial.goes_on()?;
            count += 1;
            if is_timeless && number.is_multiple_of(3) {
                self.walk(&judge, conditions.seed.wrapping_add(number));
                continue;
            }
            let model = &trial.models[usize::try_from(number).unwrap_or(0) % trial.models.len()];
            let timed = Timed::drawn(conditions.seed, number, trial.rubric.limits);
            let report = run(&trial.case.program, model, timed, self.flag);
            self.look(model, timed, &report);
        }
        Ok(count)
    }

    fn look(&mut self, model: &Model, timed: Timed, report: &Report) {
        let trial = self.trial;
        for at in std::mem::take(&mut self.open) {
            let Some(finding) = report.findings.iter().find(|finding| trial.shows(at, finding)) else {
                self.open.push(at);
                continue;
            };
            let witness = Some(trial.shower.seen(model, timed, finding, self.flag));
            let check = &trial.rubric.checks[at];
            self.rulings[at] = Some(if check.kind.is_goal() {
                Ruling::Passed(reached(check), witness)
            } else {
                Ruling::Failed(failure_in_words(&check.kind, finding), witness)
            });
        }
    }

    fn walk(&mut self, judge: &Judge<'_>, seed: u64) {
        let trial = self.trial;
        let limits = &trial.rubric.limits;
        let reach = Reach {
            turns: TURNS.min(steps_max(&trial.case.program, limits.memory)),
            ops: limits.events,
            units: usize::try_from(limits.units).unwrap_or(usize::MAX),
        };
        for (sign, schedule) in stroll(judge, seed, reach) {
            if self.open.is_empty() {
                return;
            }
            let found = judge.tell(&sign, &schedule, false);
            for at in std::mem::take(&mut self.open) {
                if trial.shows(at, &found.finding) {
                    self.rulings[at] = Some(trial.shown(at, &found, trial.shower.found(&found)));
                } else {
                    self.open.push(at);
                }
            }
        }
    }
}
