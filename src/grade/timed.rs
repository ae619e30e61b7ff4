//! Checks that ask how long runs take.

use std::sync::atomic::AtomicBool;

use crate::base::time::SimDuration;
use crate::grade::rubric::kind::Kind;
use crate::grade::run::{Timed, run};
use crate::grade::trial::{Ruling, Trial, Unfinished};
use crate::grade::words::{cores as in_cores, counted};
use crate::machine::profile::Model;
use crate::observe::report::{Outcome, Report};

impl Trial<'_> {
    /// What was found out of a check that asks how long runs take; nothing of the others.
    pub(super) fn timed_ruling(
        &self,
        at: usize,
        model: &dyn Fn(u32) -> Model,
    ) -> Result<Option<Ruling>, Unfinished> {
        match self.rubric.checks[at].kind {
            Kind::Makespan { most, cores, runs } => {
                let cores = cores.unwrap_or(self.rubric.run.cores[0]);
                self.makespan(most, &model(cores), runs.unwrap_or(self.rubric.run.runs)).map(Some)
            }
            Kind::Speedup { on, least } => {
                self.speedup(&model(1), &model(on), least.as_thousandths()).map(Some)
            }
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Final(_)
            | Kind::Always(_)
            | Kind::Never(_)
            | Kind::Exclusive { .. }
            | Kind::Reachable { .. }
            | Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic => Ok(None),
        }
    }

    fn makespan(&self, most: SimDuration, model: &Model, runs: u64) -> Result<Ruling, Unfinished> {
        let (seed, limits) = (self.rubric.run.seed, self.rubric.limits);
        let drawn = (0..runs).map(|number| Timed::drawn(seed, number, limits));
        let mut longest = SimDuration(0);
        for timed in std::iter::once(Timed::plain(seed, limits)).chain(drawn) {
            let report = match self.whole(model, timed)? {
                Ok(report) => report,
                Err(ruling) => return Ok(ruling),
            };
            longest = longest.max(report.elapsed);
            if longest > most {
                let (on, how) = (in_cores(model.cores), timed.told());
                let message = format!("a run on {on} takes {longest}, more than {most} ({how})");
                return Ok(Ruling::Failed(message, Some(self.shower.timed(model, timed))));
            }
        }
        let (runs, on) = (counted(runs + 1, "run"), in_cores(model.cores));
        Ok(Ruling::Passed(format!("the longest of {runs} on {on} takes {longest}"), None))
    }

    fn speedup(&self, one: &Model, many: &Model, least: u64) -> Result<Ruling, Unfinished> {
        let timed = Timed::plain(self.rubric.run.seed, self.rubric.limits);
        let alone = match self.whole(one, timed)? {
            Ok(report) => report.elapsed,
            Err(ruling) => return Ok(ruling),
        };
        let together = match self.whole(many, timed)? {
            Ok(report) => report.elapsed,
            Err(ruling) => return Ok(ruling),
        };
        let on = in_cores(many.cores);
        let told = format!("a run takes {alone} on 1 core and {together} on {on}");
        // Both sides are times a thousand, so that nothing is rounded.
        let is_enough = u128::from(alone.0) * 1000 >= u128::from(together.0) * u128::from(least);
        if is_enough && alone.0 > 0 {
            return Ok(Ruling::Passed(told, None));
        }
        let times = u128::from(alone.0) * 1000 / u128::from(together.0.max(1));
        let times = crate::grade::points::Points::thousandths(u64::try_from(times).unwrap_or(u64::MAX));
        let least = crate::grade::points::Points::thousandths(least);
        let message = format!("{told}: {times} times as fast, not {least}");
        Ok(Ruling::Failed(message, Some(self.shower.timed(many, timed))))
    }

    /// A run that comes to its end; else what that means for a check.
    fn whole(&self, model: &Model, timed: Timed) -> Result<Result<Box<Report>, Ruling>, Unfinished> {
        if let Some(why) = (self.stop)() {
            return Err(Unfinished(why));
        }
        let report = run(&self.case.program, model, timed, &AtomicBool::new(false));
        let first = report.findings.first().map_or("", |finding| &finding.message);
        let (on, how) = (in_cores(model.cores), timed.told());
        Ok(match report.outcome {
            Outcome::Limit => {
                Err(Ruling::Inconclusive(format!("a run on {on} ({how}) is not at its end: {first}")))
            }
            Outcome::Deadlock => {
                let message = format!("a run on {on} ({how}) ends in a deadlock: {first}");
                Err(Ruling::Failed(message, Some(self.shower.timed(model, timed))))
            }
            // What is wrong with the values is asked by other checks.
            Outcome::Failed | Outcome::Completed => Ok(Box::new(report)),
        })
    }
}
