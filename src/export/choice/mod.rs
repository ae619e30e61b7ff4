//! What a script comes to with units of one kind or another: as tables for people, with a sentence on what to take,
//! as a plot, as a picture, and as the document `concsim.compare/1`.

mod advice;
mod axis;
pub mod document;
mod figures;
mod growth;
pub mod plot;
pub mod svg;
mod tables;
pub mod text;

pub use advice::advice;

use crate::base::span::Source;
use crate::observe::choice::Group;

/// A comparison with all that is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The script.
    pub source: &'a Source,
    /// The seed of each run.
    pub seed: u64,
    /// The machine's name.
    pub machine: &'a str,
    /// What was set from outside and in the `machine` block, as `name=value`.
    pub settings: &'a [String],
    /// The `param` that sets how many units there are, if one does.
    pub crowd: Option<&'a str>,
    /// Runtimes and numbers of cores in the order in which they were asked for.
    pub groups: &'a [Group],
    /// All was run.
    pub complete: bool,
}

impl Comparison<'_> {
    /// The group that is told in full: that of the first runtime on the most cores.
    #[must_use]
    pub fn main(&self) -> Option<&Group> {
        let first = self.groups.first()?.runtime;
        let of_first = self.groups.iter().filter(|group| group.runtime == first);
        of_first.max_by_key(|group| group.cores)
    }
}

/// Comparisons of one script with several values of one of its params.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// What is common to all of them; its groups are those of no value.
    pub of: Comparison<'a>,
    /// The param.
    pub param: &'a str,
    /// Its values, from the least to the greatest.
    pub points: &'a [Point],
}

/// One value of a param, and what came of it.
#[derive(Clone, Debug)]
pub struct Point {
    /// The value as a script writes it.
    pub value: String,
    /// The same as a number: nanoseconds, bytes, or itself.
    pub number: i64,
    /// What came of it, as in [`Comparison::groups`].
    pub groups: Vec<Group>,
}
