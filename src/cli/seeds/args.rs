//! The arguments of `concsim run` that are for many runs.

use crate::cli::args::count;
use crate::cli::seeds::range::{Seeds, seeds};

/// What shows a single run, and so does not go with many.
const ONE_RUN: [&str; 7] = ["seed", "trace", "detail", "replay", "timeline", "svg", "watch"];

/// How many runs.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SeedsArgs {
    /// Run it with each of these seeds, such as `0..100`, and show what they came to
    #[arg(long, value_name = "A..B", value_parser = seeds, allow_hyphen_values = true, conflicts_with_all = ONE_RUN)]
    pub(in crate::cli) seeds: Option<Seeds>,
    /// How many threads make the runs of --seeds; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, requires = "seeds")]
    pub(super) jobs: Option<u64>,
}
