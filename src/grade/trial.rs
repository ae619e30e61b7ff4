//! What the schedules of one case show: one exploration answers for all checks that ask of all schedules, and random
//! runs go on where it has not come to its end.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::explore::{self, Bound, Caps, Exploration, Found, Options, Reduction, WitnessOrder, clock};
use crate::grade::case::{Case, Role};
use crate::grade::result::Witness;
use crate::grade::rubric::Rubric;
use crate::grade::rubric::kind::Kind;
use crate::grade::run::{Timed, excess, run};
use crate::grade::tell::{not_reached, reached, subject};
use crate::grade::tries::Tries;
use crate::grade::witness::Shower;
use crate::grade::words::{counted, grouped};
use crate::machine::profile::Model;
use crate::observe::finding::{Finding, FindingKind};
use crate::observe::report::Report;
use crate::semantics::world::World;

/// An exploration may execute so many times as many operations as a run.
const OPS_PER_EVENT: u64 = 100;

/// What was found out of a check in one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// It holds: why that is known, and what shows it if something does.
    Passed(String, Option<Witness>),
    /// It does not hold: why, and what shows it.
    Failed(String, Option<Witness>),
    /// Neither is known: why.
    Inconclusive(String),
    /// It holds, but only because nothing happens of which it speaks: why that is known. If that is so with all
    /// params, it does not count.
    Vacuous(String),
}

/// Somebody wants no result any more: why, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfinished(pub(super) String);

/// A case under trial.
pub(super) struct Trial<'a> {
    pub(super) rubric: &'a Rubric,
    pub(super) case: &'a Case,
    pub(super) shower: Shower<'a>,
    /// One for each number of cores of the rubric.
    pub(super) models: &'a [Model],
    /// Whether to go on; why not, if not.
    pub(super) stop: &'a dyn Fn() -> Option<String>,
    /// Which checks are worth the work.
    pub(super) wanted: &'a [bool],
}

/// How far the schedules of a case were tried.
struct Extent {
    exploration: Option<Exploration>,
    /// Why not all were explored.
    why: String,
    runs: u64,
    /// Whether random runs are worth the work: not if they take more than the rubric allows.
    tries: bool,
}

impl Trial<'_> {
    /// What was found out of the checks that ask of all schedules; nothing of the others.
    pub(super) fn rulings(&self) -> Result<Vec<Option<Ruling>>, Unfinished> {
        let mut rulings: Vec<Option<Ruling>> = vec![None; self.rubric.checks.len()];
        for (check, why) in &self.case.absent {
            let kind = &self.rubric.checks[*check].kind;
            let message = format!("{} can't be asked of this script: {why}", subject(kind));
            rulings[*check] = Some(Ruling::Failed(message, None));
        }
        let asks = |at: &usize| self.wanted[*at] && asks_schedules(&self.rubric.checks[*at].kind);
        let mut open: Vec<usize> =
            (0..rulings.len()).filter(asks).filter(|&at| rulings[at].is_none()).collect();
        if open.is_empty() {
            return Ok(rulings);
        }
        let flag = AtomicBool::new(false);
        let plain = run(&self.case.program, &self.models[0], self.plain(), &flag);
        let mut extent = self.explored(&plain)?;
        open.retain(|&at| {
            rulings[at] = self.explored_ruling(at, &plain, &extent);
            rulings[at].is_none()
        });
        let mut tries = Tries { trial: self, open, rulings, flag: &flag };
        extent.runs = tries.go(&plain, extent.tries)?;
        let Tries { open, mut rulings, .. } = tries;
        for at in open {
            rulings[at] = Some(Ruling::Inconclusive(self.not_known(at, &extent)));
        }
        Ok(rulings)
    }

    pub(super) const fn plain(&self) -> Timed {
        Timed::plain(self.rubric.run.seed, self.rubric.limits)
    }

    pub(super) fn goes_on(&self) -> Result<(), Unfinished> {
        (self.stop)().map_or(Ok(()), |why| Err(Unfinished(why)))
    }

    /// Every schedule, if there are not too many and time decides nothing.
    fn explored(&self, plain: &Report) -> Result<Extent, Unfinished> {
        self.goes_on()?;
        let unexplored = |why, tries| Ok(Extent { exploration: None, why, runs: 0, tries });
        if let Some(mistake) = clock::mistakes(&self.case.program).first() {
            let line = self.case.source.line(mistake.primary.span);
            return unexplored(
                format!("the time decides something in line {line}, so they can't be explored"),
                true,
            );
        }
        let limits = &self.rubric.limits;
        if let Some(why) = excess(plain, limits) {
            return unexplored(why, false);
        }
        let options = Options {
            max_states: Some(self.rubric.run.max_states),
            max_memory: self.rubric.run.max_memory,
            time: None,
            caps: Caps {
                ops: Some(limits.events.saturating_mul(OPS_PER_EVENT)),
                units: usize::try_from(limits.units).ok(),
            },
            jobs: 1,
            first: false,
            reduction: Reduction::All,
            witness: WitnessOrder::Preemptions,
            respect_gil: false,
        };
        let (mut unfinished, mut is_deep) = (None, false);
        // A way to a finding is walked world by world.
        let deepest = self.rubric.run.max_memory / World::new(&self.case.program).bytes().max(1);
        let stop = AtomicBool::new(false);
        let mut look = |progress: &explore::Progress| {
            unfinished = (self.stop)().map(Unfinished);
            is_deep = progress.layer > deepest;
            if unfinished.is_some() || is_deep {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let exploration = explore::explore(&self.case.program, &options, &mut look, &stop);
        if let Some(unfinished) = unfinished {
            return Err(unfinished);
        }
        let why = if is_deep {
            "the schedules are too long for the memory that is allowed (explore.max_memory)".to_owned()
        } else {
            self.bound(exploration.stopped)
        };
        Ok(Extent { exploration: Some(exploration), why, runs: 0, tries: true })
    }

    fn bound(&self, stopped: Option<Bound>) -> String {
        let limits = &self.rubric.limits;
        match stopped {
            None => String::new(),
            Some(Bound::States) => {
                format!(
                    "there are more than {} (explore.max_states)",
                    counted(self.rubric.run.max_states, "state")
                )
            }
            Some(Bound::Memory) => "the states take too much memory (explore.max_memory)".to_owned(),
            Some(Bound::Ops) => {
                let most = limits.events.saturating_mul(OPS_PER_EVENT);
                format!("the states take more than {} operations (100 times limits.events)", grouped(most))
            }
            Some(Bound::Units) => {
                format!("some schedule has more than {} units (limits.units)", limits.units)
            }
            Some(Bound::Time | Bound::Interrupt | Bound::First) => "the exploration was stopped".to_owned(),
        }
    }

    /// What an exploration says of a check, if it says anything for certain.
    fn explored_ruling(&self, at: usize, plain: &Report, extent: &Extent) -> Option<Ruling> {
        let exploration = extent.exploration.as_ref()?;
        let check = &self.rubric.checks[at];
        let shown = exploration.findings.iter().filter(|found| self.shows(at, &found.finding));
        if let Some(found) = shown.min_by_key(|found| (found.preemptions, found.steps)) {
            let witness = self.shower.found(found);
            return Some(self.shown(at, found, witness));
        }
        if !exploration.complete {
            return None;
        }
        let (states, schedules) = (counted(exploration.states, "state"), "in any schedule");
        if check.kind.is_goal() {
            return Some(Ruling::Failed(format!("{} {schedules} ({states})", not_reached(check)), None));
        }
        if let Some(why) = self.vacuous(at, plain, exploration) {
            return Some(Ruling::Vacuous(why));
        }
        Some(Ruling::Passed(format!("nothing goes wrong {schedules} ({states})"), None))
    }

    /// What it means for a check that a schedule shows what it is about.
    pub(super) fn shown(&self, at: usize, found: &Found, witness: Witness) -> Ruling {
        let check = &self.rubric.checks[at];
        if check.kind.is_goal() {
            Ruling::Passed(reached(check), Some(witness))
        } else {
            Ruling::Failed(self.failure(&check.kind, found), Some(witness))
        }
    }

    /// Why it is no merit that nothing goes wrong, if it is none.
    fn vacuous(&self, at: usize, plain: &Report, exploration: &Exploration) -> Option<String> {
        let check = &self.rubric.checks[at];
        if matches!(check.kind, Kind::Final(_)) && exploration.finals.is_empty() {
            return Some("no schedule ever ends, so there is no end at which it could hold".to_owned());
        }
        if !check.activity {
            return None;
        }
        if plain.units.len() < 2 {
            return Some("no unit ever runs beside main, so nothing could go wrong".to_owned());
        }
        let Kind::Exclusive { region, .. } = &check.kind else { return None };
        let spans = self.case.spans(at, Role::Activity);
        let is_entered =
            |found: &Found| found.finding.labels.first().is_some_and(|label| spans.contains(&label.span));
        let is_dead = !exploration.findings.iter().any(is_entered);
        is_dead.then(|| {
            format!("no unit ever enters the region `{region}`, so nobody could be in another's way")
        })
    }

    fn not_known(&self, at: usize, extent: &Extent) -> String {
        let is_goal = self.rubric.checks[at].kind.is_goal();
        let seen = if is_goal { "none of them comes to it" } else { "nothing went wrong in them" };
        let states = extent.exploration.as_ref().map_or(0, |exploration| exploration.states);
        let (states, runs) = (counted(states, "state"), counted(extent.runs, "run"));
        format!("not all schedules were tried, because {}; {states} and {runs} were, and {seen}", extent.why)
    }

    /// Whether a finding is what a check asks about.
    pub(super) fn shows(&self, at: usize, finding: &Finding) -> bool {
        let kind = finding.kind;
        match &self.rubric.checks[at].kind {
            Kind::NoDeadlock => kind == FindingKind::Deadlock,
            Kind::NoRace => kind == FindingKind::Race,
            Kind::NoLivelock => kind == FindingKind::Livelock,
            Kind::NoException => matches!(kind, FindingKind::Exception | FindingKind::Assertion),
            Kind::AllUnitsEnd => matches!(kind, FindingKind::Deadlock | FindingKind::Livelock),
            Kind::Final(_)
            | Kind::Always(_)
            | Kind::Never(_)
            | Kind::Exclusive { .. }
            | Kind::Reachable { .. } => {
                let mut spans = self.case.spans(at, Role::Claim);
                spans.extend(self.case.spans(at, Role::Goal));
                let is_property = matches!(kind, FindingKind::Finally | FindingKind::Invariant);
                is_property && finding.labels.first().is_some_and(|label| spans.contains(&label.span))
            }
            Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => false,
        }
    }
}

/// Whether a check is about all schedules.
const fn asks_schedules(kind: &Kind) -> bool {
    kind.is_safety() || kind.is_goal()
}
