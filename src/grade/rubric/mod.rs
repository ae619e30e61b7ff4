//! Rubrics: what is asked of a script, and under which conditions. TOML, so data and no code.
//!
//! [`read()`] makes one of a text, or says all that is wrong with it. What other files say
//! (the starter script, a machine file) comes later, from whoever may open files.

mod digest;
mod expression;
pub mod kind;
mod read;
mod sections;
mod table;

pub use digest::digest;
pub use read::read;

use crate::base::span::Span;
use crate::base::time::SimDuration;
use crate::grade::points::Points;
use crate::grade::result;
use crate::grade::rubric::kind::Kind;
use crate::syntax::ast::Literal;

/// The most checks that a rubric may have.
pub const CHECKS_MAX: usize = 200;

/// The most sets of params that a rubric may have.
pub const SETS_MAX: usize = 16;

/// The id of the check that every rubric has unless it has one of its kind, or says `allow_atomic`.
pub const NO_ATOMIC: &str = "no-atomic";

/// A rubric without mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rubric {
    /// What it is called.
    pub title: String,
    /// The most that can be earned.
    pub points: Points,
    /// The script that students begin with.
    pub starter: Option<Named>,
    /// What scripts are run on, and how far they are tried.
    pub run: Conditions,
    /// What a script may take.
    pub limits: Limits,
    /// What a check is worth whose outcome is not known.
    pub inconclusive: Share,
    /// The checks, in the order of the rubric; one that it has of itself stands first.
    pub checks: Vec<Check>,
    /// Scripts whose scores are known.
    pub solutions: Vec<Solution>,
}

/// Something that a rubric names, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What scripts are run on, and how far they are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// The runtime.
    pub runtime: Option<Named>,
    /// A built-in machine, or a machine file relative to the rubric.
    pub machine: Option<Named>,
    /// How many cores the runs have, in turn; never empty.
    pub cores: Vec<u32>,
    /// The seed of every random choice.
    pub seed: u64,
    /// At most so many states are explored.
    pub max_states: u64,
    /// At most so many bytes are taken by an exploration.
    pub max_memory: u64,
    /// Values for params; never empty.
    pub sets: Vec<Vec<(String, Literal)>>,
    /// The params that these name, where they do.
    pub params: Vec<Named>,
    /// How many random schedules are tried where an exploration has not come to its end.
    pub runs: u64,
}

/// What a script may take, in units of the simulation: so the outcome is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Executed operations of a run; an exploration may execute a hundred times as many.
    pub events: u64,
    /// Units of a run, main included.
    pub units: u64,
    /// Bytes that the engine accounts for in a run.
    pub memory: u64,
    /// Bytes that a run prints.
    pub output: u64,
    /// Bytes of the script.
    pub source: u64,
    /// Virtual time of a run.
    pub time: SimDuration,
}

/// How much of its points a check gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    Zero,
    /// The half.
    Half,
    /// All.
    Full,
}

impl Share {
    /// That share of some points.
    #[must_use]
    pub const fn of(self, points: Points) -> Points {
        match self {
            Self::Zero => Points::ZERO,
            Self::Half => Points::thousandths(points.as_thousandths() / 2),
            Self::Full => points,
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What reports repeat of it.
    pub public: result::Check,
    /// What it asks.
    pub kind: Kind,
    /// It says nothing of a script in which nothing can go wrong.
    pub activity: bool,
    /// The checks that have to pass first, by their place among the checks.
    pub requires: Vec<usize>,
}

/// A script whose score is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// Its file, relative to the rubric.
    pub file: Named,
    /// What it has to earn.
    pub score: Option<Points>,
    /// What has to come of some checks, by their place among the checks.
    pub checks: Vec<(usize, result::Verdict)>,
}
