//! The arguments of `concsim show`.

use std::ffi::OsString;

use crate::cli::args::{Color, Format};

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  concsim show bank.trace                       with the time since the start of the run
  concsim show bank.trace --script bank.conc    also lines and cores, from a run of the script
  concsim show bank.trace --by-unit             what each unit does, unit after unit
  concsim show bank.trace --relative --by-unit  for `git diff`: see docs/review.md";

/// What to show.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that can be given with any other")]
pub(in crate::cli) struct ShowArgs {
    /// The trace, or `-` for standard input
    #[arg(value_name = "TRACE")]
    pub(super) file: OsString,
    /// The script of the trace: it is run again, and lines and cores are those of that run
    #[arg(long, value_name = "FILE")]
    pub(super) script: Option<OsString>,
    /// The file of the machine, if the trace was made on one
    #[arg(long, value_name = "FILE", requires = "script")]
    pub(super) machine: Option<OsString>,
    /// Show the time since the unit's previous event in place of the time since the start
    #[arg(long)]
    pub(super) relative: bool,
    /// Show unit after unit
    #[arg(long)]
    pub(super) by_unit: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print only the lines that the script printed, and one line for each finding
    #[arg(short, long)]
    pub(super) quiet: bool,
}
