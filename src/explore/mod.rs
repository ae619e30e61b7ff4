//! All that could happen: every interleaving of a script's steps.
//!
//! Time is set aside: any unit that can take a step may take the next one. What
//! a step is, and which turns there are, says [`space`]; it is the same for the
//! search, for the witnesses that it gives and for their replay.

pub mod best;
pub mod clock;
mod components;
pub mod course;
pub mod endless;
mod expand;
pub mod fingerprint;
pub mod graph;
mod limits;
pub mod listing;
pub mod live;
pub mod outlook;
mod pack;
mod picks;
mod precedence;
mod queue;
pub mod reduction;
mod rows;
pub mod saving;
pub mod schedule;
pub mod search;
mod shorten;
pub mod space;
pub mod stroll;
mod table;
mod time_use;
pub mod token;
pub mod verdict;
pub mod walk;
pub mod witness;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::base::diagnostic::Severity;
use crate::explore::best::{Best, best};
use crate::explore::limits::Limits;
use crate::explore::schedule::Schedule;
use crate::explore::search::{Hit, search};
use crate::explore::verdict::{Judge, Key};
use crate::ir::program::Program;
use crate::observe::ending::mark_expected;
use crate::observe::finding::Finding;
use crate::observe::report::{Datum, Outcome};

/// How to explore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// At most so many worlds.
    pub max_states: Option<u64>,
    /// At most so many bytes.
    pub max_memory: u64,
    /// At most that long, by the clock on the wall.
    pub time: Option<Duration>,
    /// What bounds scripts that nobody has looked at.
    pub caps: Caps,
    /// How many threads work on it.
    pub jobs: usize,
    /// Stop at the first finding.
    pub first: bool,
    /// What is left out.
    pub reduction: Reduction,
    /// Which witness is the best.
    pub witness: WitnessOrder,
    /// Only the switch points that the runtime really has, if it has a GIL.
    pub respect_gil: bool,
}

/// Bounds of a search that hold whatever a script does: states alone say little where one of them takes many
/// operations, or holds many units. With one thread they stop at the same place on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// At most so many executed ops.
    pub ops: Option<u64>,
    /// At most so many units in one world, main and those that have ended included.
    pub units: Option<usize>,
}

impl Caps {
    /// There are none.
    pub const NONE: Self = Self { ops: None, units: None };
}

/// What of the interleavings is left out, without harm to any verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Nothing.
    None,
    /// Orders of steps that can't touch each other (partial-order reduction).
    Order,
    /// Names of units that are all the same (symmetry).
    Symmetry,
    /// Both.
    All,
}

/// Which of the witnesses of a finding is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitnessOrder {
    /// The one with the fewest preemptions; of those the shortest.
    Preemptions,
    /// The shortest; of those the one with the fewest preemptions.
    Steps,
}

/// What an exploration came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// What it says of the script.
    pub verdict: Verdict,
    /// Nothing was left unexplored.
    pub complete: bool,
    /// How many worlds were visited.
    pub states: u64,
    /// How many turns were taken.
    pub transitions: u64,
    /// What can go wrong, each once, gravest first.
    pub findings: Vec<Found>,
    /// Every distinct end, sorted by its compact JSON text.
    pub finals: Vec<Final>,
    /// Kinds that the script expects and that were not found.
    pub missing: Vec<String>,
    /// Why the search came to an end before all was explored, if it did.
    pub stopped: Option<Bound>,
}

/// Why a search was given up before all was explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// As many worlds as were allowed.
    States,
    /// As many bytes as were allowed.
    Memory,
    /// As many executed ops as were allowed.
    Ops,
    /// More units in one world than were allowed.
    Units,
    /// The time was over.
    Time,
    /// Somebody asked for an end.
    Interrupt,
    /// There was a finding, and the first one was enough.
    First,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Worlds visited.
    pub states: u64,
    /// Turns taken.
    pub transitions: u64,
    /// How many steps away from the start the worlds are that are visited now.
    pub layer: u64,
    /// Bytes that the search takes.
    pub memory: u64,
}

/// What an exploration says of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was explored, and nothing is wrong.
    Ok,
    /// An error-level finding.
    Violation,
    /// A bound was reached, and nothing was found so far.
    Incomplete,
}

/// Something that can go wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub finding: Finding,
    /// How many steps the witness takes.
    pub steps: u64,
    /// How often it changes the unit while the one before could go on.
    pub preemptions: u64,
    /// The witness.
    pub schedule: Schedule,
    /// The names of the units that take its steps, one entry a step; with what was decided, if anything was.
    pub turns: Vec<String>,
    /// No better witness exists; false if the search for one was given up.
    pub is_best: bool,
    /// It takes a wake-up out of order: allowed by contract, not by CPython today.
    pub by_contract_only: bool,
}

/// An end that can be reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Final {
    /// How it ends.
    pub outcome: Outcome,
    /// The final values of the shared variables, in order of declaration.
    pub shared: Vec<(String, Datum)>,
    /// The printed lines.
    pub output: Vec<String>,
}

impl Final {
    /// About how many bytes it takes.
    fn bytes(&self) -> u64 {
        let output: usize = self.output.iter().map(|line| size_of_val(line) + line.len()).sum();
        let shared: usize = self.shared.iter().map(|(name, datum)| name.len() + size_of_val(datum)).sum();
        (size_of_val(self) + output + shared) as u64
    }
}

/// Explores every interleaving of a program. `progress` is told now and then how far it is; it is given up
/// when `interrupt` becomes true.
pub fn explore(
    program: &Program,
    options: &Options,
    progress: &mut dyn FnMut(&Progress),
    interrupt: &AtomicBool,
) -> Exploration {
    let mut judge = Judge::new(program);
    judge.space.respects_gil = options.respect_gil;
    let found = search(&judge, &mut Limits::new(options, progress, interrupt));
    // Who interrupts a search wants to know what was found, and soon; and what takes too much work once takes it twice.
    let is_soon = matches!(found.stopped, Some(Bound::Interrupt | Bound::Ops | Bound::Units));
    let witnesses: Vec<Best> = if is_soon {
        found.hits.values().map(Best::as_found).collect()
    } else {
        best(&judge, &found.hits, options)
    };
    let needs_order = witnesses.iter().any(|best| !best.schedule.is_in_order());
    let in_order = if needs_order { hits_in_order(program, options, progress, interrupt) } else { None };
    let told = witnesses.iter().map(|Best { sign, schedule, is_best }| Found {
        by_contract_only: in_order.as_ref().is_some_and(|hits| !hits.contains_key(&sign.key)),
        ..judge.tell(sign, schedule, *is_best)
    });
    let mut findings: Vec<Found> = told.collect();
    let missing = mark_expected(program, findings.iter_mut().map(|found| &mut found.finding));
    findings.sort_by_key(|found| {
        let first = found.finding.labels.first().map(|label| label.span);
        (found.finding.severity, found.finding.kind, first)
    });
    let is_error = |found: &Found| found.finding.severity == Severity::Error;
    let verdict = match (findings.iter().any(is_error), found.stopped) {
        (true, _) => Verdict::Violation,
        (false, Some(_)) => Verdict::Incomplete,
        (false, None) => Verdict::Ok,
    };
    Exploration {
        verdict,
        complete: found.stopped.is_none(),
        states: found.progress.states,
        transitions: found.progress.transitions,
        findings,
        finals: found.finals.into_iter().collect(),
        missing,
        stopped: found.stopped,
    }
}

/// What is found where those who began to wait first are woken first, as CPython does today; nothing if that
/// could not be explored as a whole.
fn hits_in_order(
    program: &Program,
    options: &Options,
    progress: &mut dyn FnMut(&Progress),
    interrupt: &AtomicBool,
) -> Option<BTreeMap<Key, Hit>> {
    let mut judge = Judge::new(program);
    judge.space.in_order = true;
    judge.space.respects_gil = options.respect_gil;
    // The reductions count on it that anybody may be woken.
    let options = Options { reduction: Reduction::None, first: false, ..options.clone() };
    let found = search(&judge, &mut Limits::new(&options, progress, interrupt));
    found.stopped.is_none().then_some(found.hits)
}
