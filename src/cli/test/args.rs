//! The arguments of `concsim test`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::base::time::SimDuration;
use crate::cli::args::{Color, DenyFound, Format, count, duration, size};
use crate::cli::seeds::{EVENTS, MEMORY};

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  concsim test                               every script in this folder and below
  concsim run bank.conc --trace bank.trace   make a golden of any run
  concsim test --bless bank.conc             make bank.trace, or write what has changed anew
  concsim test examples --junit report.xml   for build servers

Goldens of bank.conc are bank.trace and bank.ANYTHING.trace beside it; each is run again from its own `#` lines.";

/// What to test.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct TestArgs {
    /// Scripts, and folders in which to look for scripts [default: this folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<OsString>,
    /// Write goldens that have changed anew, and make those of the scripts that are named one by one
    #[arg(long)]
    pub(super) bless: bool,
    /// Also write a report for build servers, in the XML of JUnit
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// How many threads test; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(super) jobs: Option<u64>,
    /// Stop a run at this virtual time, such as `10s` [default: unlimited]
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    pub(super) max_time: Option<SimDuration>,
    /// Stop a run after so many executed operations
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, default_value = EVENTS)]
    pub(super) max_events: u64,
    /// Stop a run when the simulated world takes so many bytes, such as `512MiB`
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true, default_value = MEMORY)]
    pub(super) max_memory: u64,
    /// What a script may not show, besides errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Vec<DenyFound>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print no line for scripts that are as they should be
    #[arg(short, long)]
    pub(super) quiet: bool,
}
