//! The arguments of `concsim explore`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::args::{Color, Format, ModelArgs, count, duration, size};
use crate::explore::{Reduction, WitnessOrder};

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  concsim explore bank.conc
  concsim explore bank.conc --format json       one JSON document for a program
  concsim explore peterson.conc --set rounds=3  other values for its params
  concsim explore bank.conc --graph bank.svg    a picture of all states of a small script
  concsim explore bank.conc --stats             how much each reduction saves
  concsim run bank.conc --replay TOKEN          play what was found as a run";

/// What to explore and how far.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that can be given with any other")]
pub(in crate::cli) struct ExploreArgs {
    /// The script, or `-` for standard input
    pub(super) file: OsString,
    #[command(flatten)]
    pub(super) model: ModelArgs,
    /// Give up after so many states [default: unlimited]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(super) max_states: Option<u64>,
    /// Give up when the states take so many bytes
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true, default_value = "2GiB")]
    pub(super) max_memory: u64,
    /// Give up after that long, such as `10s` [default: unlimited]
    #[arg(long, value_name = "LIMIT", value_parser = time, allow_hyphen_values = true)]
    pub(super) time: Option<Duration>,
    /// How many threads search; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(super) jobs: Option<u64>,
    /// Stop at the first finding
    #[arg(long)]
    pub(super) first: bool,
    /// Let units take turns only where the runtime's GIL can change hands
    #[arg(long)]
    pub(super) respect_gil: bool,
    /// Write the witness of the first finding to a file, for `concsim run --replay`
    #[arg(long, value_name = "FILE")]
    pub(super) schedule: Option<PathBuf>,
    /// How to search
    #[arg(long, value_enum, default_value_t = StrategyArg::Auto)]
    pub(super) strategy: StrategyArg,
    /// Which witness of a finding is the best
    #[arg(long, value_enum, default_value_t = WitnessArg::Preemptions)]
    pub(super) witness: WitnessArg,
    /// Which interleavings to leave out; the verdict is the same
    #[arg(long, value_enum, default_value_t = ReductionArg::All)]
    pub(super) reduction: ReductionArg,
    /// Also show how much each reduction saves, and why
    #[arg(long)]
    pub(super) stats: bool,
    /// Draw all states of a small script: `.dot` for Graphviz, `.svg` for a browser
    #[arg(long, value_name = "FILE")]
    pub(super) graph: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print only one line for each finding, and the verdict
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StrategyArg {
    /// The best there is for the script
    Auto,
    /// State by state: also scripts whose loops never end
    States,
}

/// Which witness is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WitnessArg {
    /// The one with the fewest preemptions, then the fewest steps
    Preemptions,
    /// The one with the fewest steps, then the fewest preemptions
    Steps,
}

impl WitnessArg {
    pub(super) const fn order(self) -> WitnessOrder {
        match self {
            Self::Preemptions => WitnessOrder::Preemptions,
            Self::Steps => WitnessOrder::Steps,
        }
    }
}

/// Which interleavings to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReductionArg {
    /// None
    None,
    /// Other orders of steps that don't touch each other
    Order,
    /// Those that differ only by which of several equal units is which
    Symmetry,
    /// Both
    All,
}

impl ReductionArg {
    pub(super) const fn reduction(self) -> Reduction {
        match self {
            Self::None => Reduction::None,
            Self::Order => Reduction::Order,
            Self::Symmetry => Reduction::Symmetry,
            Self::All => Reduction::All,
        }
    }
}

fn time(text: &str) -> Result<Duration, String> {
    duration(text).map(|length| Duration::from_nanos(length.0))
}
