//! What the schedules of one case show: one exploration answers for all checks that ask of all schedules, and random
//! runs go on where it has not come to its end.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::explore::{self, Bound, Caps, Exploration, Found, Options, Reduction, WitnessOrder, clock};
use crate::grade::case::{Case, Role};
use crate::grade::result::Witness;
use crate::grade::rubric::kind::Kind;
use crate::grade::rubric::{Check, Rubric};
use crate::grade::run::{Timed, excess, run};
use crate::grade::witness::Shower;
use crate::grade::words::{counted, grouped};
use crate::machine::profile::Model;
use crate::observe::ending::shared_values;
use crate::observe::finding::{Finding, FindingKind};
use crate::observe::report::Report;

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
        let mut extent = self.explored(&plain, &flag)?;
        open.retain(|&at| {
            rulings[at] = self.explored_ruling(at, &plain, &extent);
            rulings[at].is_none()
        });
        self.try_runs(&plain, &mut open, &mut rulings, &mut extent, &flag)?;
        for at in open {
            rulings[at] = Some(Ruling::Inconclusive(self.not_known(at, &extent)));
        }
        Ok(rulings)
    }

    const fn plain(&self) -> Timed {
        Timed::plain(self.rubric.run.seed, self.rubric.limits)
    }

    fn goes_on(&self) -> Result<(), Unfinished> {
        (self.stop)().map_or(Ok(()), |why| Err(Unfinished(why)))
    }

    /// Every schedule, if there are not too many and time decides nothing.
    fn explored(&self, plain: &Report, flag: &AtomicBool) -> Result<Extent, Unfinished> {
        self.goes_on()?;
        let unexplored = |why| Ok(Extent { exploration: None, why, runs: 0 });
        if let Some(mistake) = clock::mistakes(&self.case.program).first() {
            let line = self.case.source.line(mistake.primary.span);
            return unexplored(format!(
                "the time decides something in line {line}, so they can't be explored"
            ));
        }
        let limits = &self.rubric.limits;
        if let Some(why) = excess(plain, limits) {
            return unexplored(why);
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
        let mut unfinished = None;
        let mut look = |_: &explore::Progress| {
            if let Some(why) = (self.stop)() {
                flag.store(true, Ordering::Relaxed);
                unfinished = Some(Unfinished(why));
            }
        };
        let exploration = explore::explore(&self.case.program, &options, &mut look, flag);
        if let Some(unfinished) = unfinished {
            return Err(unfinished);
        }
        let why = self.bound(exploration.stopped);
        Ok(Extent { exploration: Some(exploration), why, runs: 0 })
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
            return Some(match &check.kind {
                Kind::Reachable { .. } => Ruling::Passed(reached(check), Some(witness)),
                kind => Ruling::Failed(self.failure(kind, found), Some(witness)),
            });
        }
        if !exploration.complete {
            return None;
        }
        let (states, schedules) = (counted(exploration.states, "state"), "in any schedule");
        if matches!(check.kind, Kind::Reachable { .. }) {
            return Some(Ruling::Failed(format!("{} {schedules} ({states})", not_reached(check)), None));
        }
        if let Some(why) = self.vacuous(at, plain, exploration) {
            return Some(Ruling::Vacuous(why));
        }
        Some(Ruling::Passed(format!("nothing goes wrong {schedules} ({states})"), None))
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

    /// Random schedules, for the checks that are open yet.
    fn try_runs(
        &self,
        plain: &Report,
        open: &mut Vec<usize>,
        rulings: &mut [Option<Ruling>],
        extent: &mut Extent,
        flag: &AtomicBool,
    ) -> Result<(), Unfinished> {
        let mut look = |model: &Model, timed: Timed, report: &Report| {
            open.retain(|&at| {
                let Some(finding) = report.findings.iter().find(|finding| self.shows(at, finding)) else {
                    return true;
                };
                let witness = self.shower.seen(model, timed, finding, flag);
                let check = &self.rubric.checks[at];
                rulings[at] = Some(match &check.kind {
                    Kind::Reachable { .. } => Ruling::Passed(reached(check), Some(witness)),
                    kind => Ruling::Failed(failure_in_words(kind, finding), Some(witness)),
                });
                false
            });
            open.is_empty()
        };
        if look(&self.models[0], self.plain(), plain) {
            return Ok(());
        }
        extent.runs = 1;
        for number in 0..self.rubric.run.runs {
            self.goes_on()?;
            let model = &self.models[usize::try_from(number).unwrap_or(0) % self.models.len()];
            let timed = Timed::drawn(self.rubric.run.seed, number, self.rubric.limits);
            let report = run(&self.case.program, model, timed, flag);
            extent.runs += 1;
            if look(model, timed, &report) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn not_known(&self, at: usize, extent: &Extent) -> String {
        let seen = match self.rubric.checks[at].kind {
            Kind::Reachable { .. } => "none of them comes to it",
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Final(_)
            | Kind::Always(_)
            | Kind::Never(_)
            | Kind::Exclusive { .. }
            | Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => "nothing went wrong in them",
        };
        let states = extent.exploration.as_ref().map_or(0, |exploration| exploration.states);
        let (states, runs) = (counted(states, "state"), counted(extent.runs, "run"));
        format!("not all schedules were tried, because {}; {states} and {runs} were, and {seen}", extent.why)
    }

    /// Whether a finding is what a check asks about.
    fn shows(&self, at: usize, finding: &Finding) -> bool {
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

    fn failure(&self, kind: &Kind, found: &Found) -> String {
        let mut message = failure_in_words(kind, &found.finding);
        let names = match kind {
            Kind::Final(expr) | Kind::Always(expr) | Kind::Never(expr) => self.values(expr, found),
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Exclusive { .. }
            | Kind::Reachable { .. }
            | Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => String::new(),
        };
        message.push_str(&names);
        if found.by_contract_only {
            message.push_str(" (a wake-up goes out of order: allowed by contract, not by CPython today)");
        }
        message
    }

    /// What the shared variables of an expression are at the end of a schedule: `: a is 90, b is 100`
    fn values(&self, expr: &str, found: &Found) -> String {
        let program = &self.case.program;
        let space = explore::space::Space::new(program);
        let way = explore::walk::walk(&space, &found.schedule);
        let Some(last) = way.as_ref().and_then(|way| way.last()) else { return String::new() };
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let words: Vec<&str> = expr.split(|character| !is_name(character)).collect();
        let values = shared_values(program, &last.world);
        let named = values.iter().filter(|(name, _)| words.contains(&name.as_str()));
        let told: Vec<String> = named
            .filter_map(|(name, datum)| Some(format!("{name} is {}", serde_json::to_string(datum).ok()?)))
            .filter(|told| told.len() <= VALUE_MAX)
            .take(VALUES_MAX)
            .collect();
        if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
    }
}

/// How many values are told, and how long one may be.
const VALUES_MAX: usize = 4;
const VALUE_MAX: usize = 40;

/// Whether a check is about all schedules.
const fn asks_schedules(kind: &Kind) -> bool {
    kind.is_safety() || matches!(kind, Kind::Reachable { .. })
}

/// What a check asks about, for the beginning of a sentence.
fn subject(kind: &Kind) -> String {
    match kind {
        Kind::Final(expr) | Kind::Always(expr) | Kind::Never(expr) | Kind::Reachable { expr, .. } => {
            format!("`{expr}`")
        }
        Kind::Exclusive { region, .. } => format!("the region `{region}`"),
        Kind::NoDeadlock
        | Kind::NoRace
        | Kind::NoLivelock
        | Kind::NoException
        | Kind::AllUnitsEnd
        | Kind::Uses(_)
        | Kind::Forbids(_)
        | Kind::NoAtomic
        | Kind::Makespan { .. }
        | Kind::Speedup { .. } => "that".to_owned(),
    }
}

fn reached(check: &Check) -> String {
    format!("{} in some schedule", held(check, "comes true"))
}

fn not_reached(check: &Check) -> String {
    held(check, "does not come true")
}

fn held(check: &Check, verb: &str) -> String {
    let Kind::Reachable { expr, at } = &check.kind else { return subject(&check.kind) };
    match at {
        crate::grade::rubric::kind::At::End => format!("`{expr}` {verb} at an end"),
        crate::grade::rubric::kind::At::Any => format!("`{expr}` {verb}"),
    }
}

/// What is wrong, in the words of the check.
fn failure_in_words(kind: &Kind, finding: &Finding) -> String {
    match kind {
        Kind::Final(expr) => format!("at the end `{expr}` does not hold"),
        Kind::Always(expr) => format!("`{expr}` does not hold all the time"),
        Kind::Never(expr) => format!("`{expr}` comes true"),
        Kind::Exclusive { region, most } => {
            let units = if *most == 1 { "one unit is".to_owned() } else { format!("{most} units are") };
            format!("more than {units} in the region `{region}` at a time")
        }
        Kind::NoDeadlock
        | Kind::NoRace
        | Kind::NoLivelock
        | Kind::NoException
        | Kind::AllUnitsEnd
        | Kind::Reachable { .. }
        | Kind::Uses(_)
        | Kind::Forbids(_)
        | Kind::NoAtomic
        | Kind::Makespan { .. }
        | Kind::Speedup { .. } => finding.message.clone(),
    }
}
