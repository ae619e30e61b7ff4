//! What came of a grading: the one document of which all outputs are projections.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Source;
use crate::grade::points::Points;

/// What came of a rubric and some submissions.
#[derive(Clone, Debug)]
pub struct Grading {
    /// What was asked.
    pub rubric: Asked,
    /// What came of each submission, in the order of their names.
    pub submissions: Vec<Graded>,
}

/// What a rubric asks, as far as reports repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its title.
    pub title: String,
    /// The SHA-256 of its text, and of the starter script's if there is one, in hexadecimal.
    pub digest: String,
    /// The seed of every random choice.
    pub seed: u64,
    /// The runtime's name.
    pub runtime: String,
    /// The machine's name.
    pub machine: String,
    /// The bounds of everything, as `name=value`, in the order of the documentation.
    pub limits: Vec<String>,
    /// The most that can be earned.
    pub points: Points,
    /// The checks, in the order of the rubric.
    pub checks: Vec<Check>,
}

/// One check, as far as reports repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its id, unique in the rubric.
    pub id: String,
    /// What people read; without one in the rubric, a sentence from its kind.
    pub title: String,
    /// Its kind's word: `no_deadlock`.
    pub kind: &'static str,
    /// What it is worth.
    pub points: Points,
    /// Who may see it.
    pub visibility: Visibility,
    /// How much of a failure a student is told.
    pub explain: Explain,
    /// What a student is told if it fails.
    pub hint: Option<String>,
}

/// Who may see a check and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Visible,
    /// Students never; they see its id, its points and its hint.
    Hidden,
    /// Students see it once nobody can submit any more.
    AfterDueDate,
    /// Students see it once grades are given out.
    AfterPublished,
}

/// How much of a failure a student is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Explain {
    /// Whether it passed, and the hint.
    None,
    /// The same, and what is wrong in a sentence without the script's names.
    Verdict,
    /// What is wrong in one sentence.
    Summary,
    /// The same, with a shortest failing schedule.
    Counterexample,
}

/// What came of one submission.
#[derive(Clone, Debug)]
pub struct Graded {
    /// Its file's name; where two have the same, with as much of the path as tells them apart.
    pub name: String,
    /// The file as it was named to the grader, for those who want to run it where they are; no document has it, since
    /// the same submission is the same wherever it lies.
    pub path: String,
    /// The SHA-256 of its text, in hexadecimal; empty if it could not be read.
    pub digest: String,
    /// Whether the checks were tried.
    pub standing: Standing,
    /// What it has earned.
    pub score: Points,
    /// What came of each check, in the order of the rubric; each of them is there.
    pub checks: Vec<Checked>,
    /// What of the script does not count, a sentence each: its `machine` block, its properties, params that the rubric sets.
    pub ignored: Vec<String>,
}

/// Whether the checks of a submission were tried.
#[derive(Clone, Debug)]
pub enum Standing {
    /// They were.
    Graded,
    /// The script has mistakes (at least one), so it can't be run.
    Mistaken(Box<Source>, Vec<Diagnostic>),
    /// It could not be read, or is larger than the rubric allows: why, in a sentence.
    Unreadable(String),
    /// Somebody has ended the work, or it took longer by the clock on the wall than was allowed: why, in a sentence.
    /// That says nothing of the submission, which is to be graded again.
    Unfinished(String),
    /// The grader failed at it: what it said. A mistake in concsim, which no other submission suffers from.
    Crashed(String),
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The outcome.
    pub verdict: Verdict,
    /// What was earned.
    pub earned: Points,
    /// Why, in one sentence that stands alone.
    pub message: String,
    /// How to come to see it, if there is something to be seen.
    pub witness: Option<Witness>,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// A bound was reached first: neither is known.
    Inconclusive,
    /// Not tried, because something that it requires did not pass, or the submission could not be graded.
    Skipped,
}

impl Verdict {
    /// Its word in documents.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
        }
    }
}

/// A schedule that shows what a check is about: how it fails, or that what is asked for can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Values of params that differ from the script's own, as `name=value`.
    pub params: Vec<String>,
    /// The number of cores, where it matters (timed runs).
    pub cores: Option<u32>,
    /// How many steps the schedule has, and how many of them are preemptions; of a timed run neither is counted.
    pub length: Option<(usize, usize)>,
    /// At most twelve lines of lanes with the script's lines; nothing in them is escaped yet.
    pub lanes: Vec<String>,
    /// The options of `concsim run` behind the script's name that show it.
    pub replay: String,
}
