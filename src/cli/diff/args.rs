//! The arguments of `concsim diff`.

use std::ffi::OsString;

use clap::ValueEnum;

use crate::cli::args::{Color, DetailArg, ModelArgs, SchedulerArg};

pub(in crate::cli) const USAGE: &str = "concsim diff [OPTIONS] A B";

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  concsim diff before.trace after.trace      two traces
  concsim diff bank.conc mended.conc         two scripts, run with the same options
  concsim diff bank.trace bank.conc          what the script does now that it did not do then
  concsim diff old.conc new.conc --runtime cpython-3.14t --cores 8
  concsim diff a.trace b.trace --format markdown   for a comment under a review

Exit status: 0 no difference; 1 they differ; 2 wrong usage, or a file that can't be read.";

/// What to compare.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DiffArgs {
    /// Two traces, two scripts (run first), or one of each; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<OsString>,
    /// The seed of the runs [default: that of the trace, else 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(super) model: ModelArgs,
    /// Who decides what the system leaves open in the runs [default: as in the trace, else fifo]
    #[arg(long, value_enum)]
    pub(super) scheduler: Option<SchedulerArg>,
    /// What is compared of the runs [default: as in the trace, else sync]
    #[arg(long, value_enum)]
    pub(super) detail: Option<DetailArg>,
    /// Take the arguments that git gives to a diff driver; the status is 0
    #[arg(long)]
    pub(super) git: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
    /// Print only whether they differ
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// The form of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a comment under a review
    Markdown,
}

impl DiffArgs {
    /// The first option that only a run has, if there is one.
    pub(super) fn of_run(&self) -> Option<&'static str> {
        let ModelArgs { cores, runtime, unit, machine, cost, set } = &self.model;
        let given = [
            (self.seed.is_some(), "--seed"),
            (cores.is_some(), "--cores"),
            (runtime.is_some(), "--runtime"),
            (unit.is_some(), "--unit"),
            (machine.is_some(), "--machine"),
            (!cost.is_empty(), "--cost"),
            (!set.is_empty(), "--set"),
            (self.scheduler.is_some(), "--scheduler"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }
}
