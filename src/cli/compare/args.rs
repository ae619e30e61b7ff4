//! The arguments of `concsim compare`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::base::time::SimDuration;
use crate::cli::args::{Color, Format, count, duration, size};
use crate::cli::compare::range::{Cores, Swept, cores, swept};
use crate::cli::literal::{parse_cost, parse_setting};
use crate::cli::seeds::{EVENTS, MEMORY};
use crate::syntax::ast::Literal;

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  concsim compare scraper.conc                        threads, processes, tasks and interpreters
  concsim compare scraper.conc --unit thread,task --cores 1,2,4
  concsim compare cruncher.conc --runtime cpython-3.14,cpython-3.14t
  concsim compare cruncher.conc --runtime all         on every Python
  concsim compare scraper.conc --sweep n=1..1000      how it grows with a param, as a plot
  concsim compare cruncher.conc --sweep work=1ms..1s --svg cruncher.svg
  concsim compare scraper.conc --format json          one JSON document for a program";

/// What to compare.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct CompareArgs {
    /// The script, or `-` for standard input
    pub(super) file: OsString,
    /// What `spawn unit` starts, one after the other: `thread`, `process`, `task`, `interpreter`, `subprocess` [default: all but `subprocess`]
    #[arg(long, alias = "units", value_name = "KINDS", value_delimiter = ',')]
    pub(super) unit: Vec<String>,
    /// The Pythons to model, such as `cpython-3.14,cpython-3.14t`, or `all` [default: that of the script]
    #[arg(long, alias = "runtimes", value_name = "NAMES", value_delimiter = ',')]
    pub(super) runtime: Vec<String>,
    /// The numbers of cores, such as `1,2,4` or `1..64` [default: 1, and those of the script]
    #[arg(long, value_name = "NUMBERS", value_parser = cores, allow_hyphen_values = true)]
    pub(super) cores: Option<Cores>,
    /// Show how it grows with a `param`: `n=1..1000` (both ends included), or `n=1,8,64`
    #[arg(long, value_name = "NAME=A..B", value_parser = swept)]
    pub(super) sweep: Option<Swept>,
    /// Write the growth to a file, as a picture for browsers
    #[arg(long, value_name = "FILE", requires = "sweep")]
    pub(super) svg: Option<PathBuf>,
    /// The hardware and its costs: `default`, `ideal` (no overhead), `mac2010`, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) machine: Option<OsString>,
    /// Set a number of the machine or the runtime, as `machine { }` does: `op=50ns`, `start_method=fork`
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_cost)]
    pub(super) cost: Vec<(String, Literal)>,
    /// Give a `param` of the script another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub(super) set: Vec<(String, Literal)>,
    /// The seed of every random choice
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 0)]
    pub(super) seed: u64,
    /// How many threads make the runs; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(super) jobs: Option<u64>,
    /// Stop each run at this virtual time, such as `10s` [default: unlimited]
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    pub(super) max_time: Option<SimDuration>,
    /// Stop each run after so many executed operations
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, default_value = EVENTS)]
    pub(super) max_events: u64,
    /// Stop each run when the simulated world takes so many bytes, such as `512MiB`
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true, default_value = MEMORY)]
    pub(super) max_memory: u64,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print only what to take, a line for each runtime and number of cores
    #[arg(short, long)]
    pub(super) quiet: bool,
}
