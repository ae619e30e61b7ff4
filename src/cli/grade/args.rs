//! The arguments of `concsim grade` and `concsim rubric`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;

use crate::cli::args::{Color, Format, count, duration};

pub(in crate::cli) const GRADE_EXAMPLES: &str = "\
Examples:
  concsim grade rubric.toml ann.conc         one script
  concsim grade rubric.toml submissions      all scripts of a folder
  concsim grade rubric.toml *.conc -q        a line for each
  concsim grade rubric.toml ann.conc --gradescope results.json

Exit status: 0 all were graded, whatever their scores; 1 some check stayed inconclusive, or a script could
not be graded; 2 the rubric has mistakes.";

pub(in crate::cli) const RUBRIC_EXAMPLES: &str = "\
Examples:
  concsim rubric check rubric.toml           try it on the solutions that it names";

/// What to grade, and by what.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct GradeArgs {
    /// The rubric, a TOML file
    pub(super) rubric: OsString,
    /// The scripts; a folder stands for all `.conc` files in it
    #[arg(required = true, value_name = "SUBMISSION")]
    pub(super) submissions: Vec<OsString>,
    #[command(flatten)]
    pub(super) work: WorkArgs,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Also write the report for people to a file, without colours
    #[arg(long, value_name = "FILE")]
    pub(super) text: Option<PathBuf>,
    /// Also write the document `concsim.grade/1` to a file
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Also write a gradebook for spreadsheets and course systems
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// Also write a report for build servers, in the XML of JUnit
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Also write the `results.json` of one submission, which students may see
    #[arg(long, value_name = "FILE")]
    pub(super) gradescope: Option<PathBuf>,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print only a line for each script
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How the work is done. No score depends on it.
#[derive(Debug, clap::Args)]
pub(super) struct WorkArgs {
    /// How many threads grade; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(super) jobs: Option<u64>,
    /// Give a script up that takes so long by the clock; it is to be graded again then
    #[arg(long, value_name = "DURATION", value_parser = clock, allow_hyphen_values = true, default_value = "60s")]
    pub(super) watchdog: Duration,
}

/// What to do with rubrics.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct RubricArgs {
    #[command(subcommand)]
    pub(super) command: RubricCommand,
}

/// What to do with rubrics.
#[derive(Debug, Subcommand)]
pub(super) enum RubricCommand {
    /// Grade the solutions that a rubric names, and compare with what it expects of them
    Check(CheckArgs),
}

/// Which rubrics to try.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The rubrics
    #[arg(required = true, value_name = "RUBRIC")]
    pub(super) rubrics: Vec<OsString>,
    #[command(flatten)]
    pub(super) work: WorkArgs,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Print only what differs
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl RubricArgs {
    /// Whether to use colours.
    pub(in crate::cli) const fn color(&self) -> Color {
        match &self.command {
            RubricCommand::Check(args) => args.color,
        }
    }
}

fn clock(text: &str) -> Result<Duration, String> {
    duration(text).map(|length| Duration::from_nanos(length.0))
}
