//! The arguments of the command, with the texts of `--help`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::base::quantity::QuantityError;
use crate::base::size::parse_size;
use crate::base::time::{SimDuration, parse_duration};
use crate::cli::compare::{CompareArgs, EXAMPLES as COMPARE_EXAMPLES};
use crate::cli::diff::{DiffArgs, EXAMPLES as DIFF_EXAMPLES, USAGE as DIFF_USAGE};
use crate::cli::explain::{EXAMPLES as EXPLAIN_EXAMPLES, ExplainArgs};
use crate::cli::explore::{EXAMPLES as EXPLORE_EXAMPLES, ExploreArgs};
use crate::cli::export::{EXAMPLES as EXPORT_EXAMPLES, ExportArgs};
use crate::cli::grade::{GRADE_EXAMPLES, GradeArgs, RUBRIC_EXAMPLES, RubricArgs};
use crate::cli::literal::parse_setting;
pub(super) use crate::cli::model::ModelArgs;
use crate::cli::models::{MACHINES_EXAMPLES, ProfileArgs, RUNTIMES_EXAMPLES};
use crate::cli::seeds::{EVENTS, MEMORY, SeedsArgs};
use crate::cli::show::{EXAMPLES as SHOW_EXAMPLES, ShowArgs};
use crate::cli::test::{EXAMPLES as TEST_EXAMPLES, TestArgs};
use crate::engine::Scheduler;
use crate::syntax::ast::Literal;

const EXAMPLES: &str = "\
Examples:
  concsim run bank.conc                      simulate, print the trace and what is wrong
  concsim run bank.conc --seed 7 --cores 2   another seed, two cores
  concsim run bank.conc --trace bank.trace   also write a trace that can be compared and committed
  concsim run bank.conc --format json        one JSON document for a program
  concsim run bank.conc --watch              run it again whenever it is saved
  concsim explore bank.conc                  try every interleaving
  concsim compare scraper.conc               threads, processes, tasks: when to use what
  concsim diff bank.trace bank.conc          what the script does now that it did not do then
  concsim grade rubric.toml *.conc           grade scripts by a rubric
  concsim check *.conc                       look for mistakes without running
  concsim test                               compare all scripts here with their goldens
  concsim fix bank.conc                      mend what can be mended without asking
  concsim examples                           scripts that each show one thing
  concsim runtimes                           the Pythons to choose from, and how each is known
  concsim new mine                           write mine.conc, a script to start from
  concsim fmt *.conc                         write scripts in the settled style
  concsim export python bank.conc            the same as a program for a real Python
  concsim explain E110                       what a code means, with an example and its mend

Exit status: 0 all is well; 1 a deadlock, a failed property or an uncaught exception;
2 wrong usage, or a mistake in a script; 3 a limit was reached first.";

const RUN_EXAMPLES: &str = "\
Examples:
  concsim run bank.conc
  concsim run bank.conc --watch
  concsim run bank.conc --timeline           who did what when, in lanes
  concsim run bank.conc --svg bank.svg       the same as a picture
  concsim run bank.conc --runtime cpython-3.14t --detail sched
  concsim run bank.conc --seeds 0..1000      what a thousand runs come to
  concsim run bank.conc --set tellers=5 --set pause=1.5ms
  echo 'main { print \"hello\" }' | concsim run -";

const CHECK_EXAMPLES: &str = "\
Examples:
  concsim check bank.conc
  concsim check *.conc --deny warning        status 1 if there is a warning
  concsim check *.conc --format sarif        for code hosts and editors
  concsim check bank.conc --watch            look again whenever it is saved";

const FIX_EXAMPLES: &str = "\
Examples:
  concsim fix bank.conc
  concsim fix *.conc --diff                  show what it would change
  concsim fix - < bank.conc > mended.conc";

const EXAMPLES_EXAMPLES: &str = "\
Examples:
  concsim examples                           list them
  concsim examples bank                      print one
  concsim examples bank > bank.conc && concsim run bank.conc
  concsim examples bank | concsim run -";

const NEW_EXAMPLES: &str = "\
Examples:
  concsim new mine                           write mine.conc
  concsim run mine.conc --watch              then run it, and again whenever you save it";
const FMT_EXAMPLES: &str = "\
Examples:
  concsim fmt bank.conc              rewrite it in place
  concsim fmt --diff bank.conc       only show what would change
  concsim fmt --check *.conc         status 1 if a script is not formatted, for CI
  concsim fmt - < bank.conc          to standard output, for editors";

/// Shows what Python's threads, locks and GIL do: an exact, seeded simulator of concurrent scripts
#[derive(Debug, Parser)]
#[command(name = "concsim", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate one run; print the trace, then findings and a summary
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Try every interleaving; show what can go wrong, and the shortest way to it
    #[command(after_help = EXPLORE_EXAMPLES)]
    Explore(ExploreArgs),
    /// Run a script with units of every kind: when to use what
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(CompareArgs),
    /// Show what differs between two runs: traces, or scripts, which are run first
    #[command(after_help = DIFF_EXAMPLES, override_usage = DIFF_USAGE)]
    Diff(DiffArgs),
    /// Show a trace with absolute times
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
    /// Grade scripts by a rubric, many at once
    #[command(after_help = GRADE_EXAMPLES)]
    Grade(GradeArgs),
    /// Try a rubric on its own solutions
    #[command(after_help = RUBRIC_EXAMPLES)]
    Rubric(RubricArgs),
    /// Look for mistakes in scripts without running them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Run scripts again and compare with their goldens, the traces that are kept beside them
    #[command(after_help = TEST_EXAMPLES)]
    Test(TestArgs),
    /// Mend what can be mended without asking
    #[command(after_help = FIX_EXAMPLES)]
    Fix(FixArgs),
    /// List the built-in examples, or print one
    #[command(after_help = EXAMPLES_EXAMPLES)]
    Examples(ExamplesArgs),
    /// List the runtimes that are modelled, or tell all of one and how it is known
    #[command(after_help = RUNTIMES_EXAMPLES)]
    Runtimes(ProfileArgs),
    /// List the machines that are built in, or tell all of one and how it is known
    #[command(after_help = MACHINES_EXAMPLES)]
    Machines(ProfileArgs),
    /// Write a script to start from
    #[command(after_help = NEW_EXAMPLES)]
    New(NewArgs),
    /// Rewrite scripts in the settled style
    #[command(after_help = FMT_EXAMPLES)]
    Fmt(FmtArgs),
    /// Write a script as a program for a real Python, to try the same there
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Print the flat code that a script becomes
    Ir(IrArgs),
    /// Explain a code, with an example and its mend; without a code, list them all
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
}

/// What to run and on what.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that can be given with any other")]
pub(super) struct RunArgs {
    /// The script, or `-` for standard input
    pub(super) file: OsString,
    /// The seed of every random choice
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 0)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) many: SeedsArgs,
    #[command(flatten)]
    pub(super) model: ModelArgs,
    /// Write the trace to a file as well: `.trace` for people, `.jsonl` for programs
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// What the trace shows
    #[arg(long, value_enum, default_value_t = DetailArg::Sync)]
    pub(super) detail: DetailArg,
    /// Who decides what the system leaves open
    #[arg(long, value_enum, default_value_t = SchedulerArg::Fifo)]
    pub(super) scheduler: SchedulerArg,
    /// Take the steps in the order of a schedule that `explore` has given: a file, or the word that it printed
    #[arg(long, value_name = "FILE|TOKEN")]
    pub(super) replay: Option<OsString>,
    /// Stop at this virtual time, such as `10s` [default: unlimited]
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    pub(super) max_time: Option<SimDuration>,
    /// Stop after so many executed operations
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, default_value = EVENTS)]
    pub(super) max_events: u64,
    /// Stop when the simulated world takes so many bytes, such as `512MiB`
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true, default_value = MEMORY)]
    pub(super) max_memory: u64,
    /// Also show who did what when, in lanes
    #[arg(long)]
    pub(super) timeline: bool,
    /// Write the lanes to a file, as a picture for browsers
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
    /// What gives status 1, besides errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Vec<DenyFound>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Print only the script's own lines, and one line for each finding
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Run it again whenever the script is saved
    #[arg(long)]
    pub(super) watch: bool,
}

/// Which scripts to look at.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The scripts; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<OsString>,
    #[command(flatten)]
    pub(super) model: ModelArgs,
    /// What gives status 1 if there is no error
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Vec<Deny>,
    /// What to print
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Print no line for each script, only what is wrong or suspicious
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Look again whenever one of the scripts is saved
    #[arg(long)]
    pub(super) watch: bool,
}

/// Which scripts to mend.
#[derive(Debug, clap::Args)]
pub(super) struct FixArgs {
    /// The scripts; `-` is standard input, and its text goes to standard output
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<OsString>,
    /// Show the changes and write nothing
    #[arg(long)]
    pub(super) diff: bool,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Say only what is still wrong
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Which example to print.
#[derive(Debug, clap::Args)]
pub(super) struct ExamplesArgs {
    /// The name of an example, such as `bank`
    pub(super) name: Option<OsString>,
}

/// What to call the new script.
#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// Its name, with or without `.conc`
    pub(super) name: OsString,
}

/// Which scripts to format, and how much to do about it.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that can be given with any other")]
pub(super) struct FmtArgs {
    /// The scripts; `-` alone is standard input, whose result goes to standard output
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<OsString>,
    /// Write nothing; say which scripts are not formatted, with status 1 if one is not
    #[arg(long)]
    pub(super) check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    pub(super) diff: bool,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Do not say which scripts were changed or are not formatted
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Which script to print.
#[derive(Debug, clap::Args)]
pub(super) struct IrArgs {
    /// The script, or `-` for standard input
    pub(super) file: OsString,
    /// Give a `param` of the script another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub(super) set: Vec<(String, Literal)>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// How much a trace shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DetailArg {
    /// What units do to each other and to shared data
    Sync,
    /// Also every slice, hand-off of the GIL and context switch
    Sched,
}

/// Who decides what the system leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchedulerArg {
    /// The runtime's rules, ties in the order of arrival
    Fifo,
    /// The same rules of time, every open choice drawn
    Random,
    /// Priorities with random change points
    Pct,
}

impl SchedulerArg {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Random => "random",
            Self::Pct => "pct",
        }
    }

    pub(super) const fn scheduler(self) -> Scheduler {
        match self {
            Self::Fifo => Scheduler::Fifo,
            Self::Random => Scheduler::Random,
            Self::Pct => Scheduler::Pct,
        }
    }
}

/// The form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The form of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code hosts and editors, by the standard of that name
    Sarif,
}

impl CheckFormat {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }
}

/// What is not let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Any warning
    Warning,
}

/// Which findings of a run are not let pass, besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DenyFound {
    /// Races
    Race,
    /// Any warning, races too
    Warning,
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

pub(super) fn duration(text: &str) -> Result<SimDuration, String> {
    quantity(text, parse_duration, "10s or 1.5ms").map(SimDuration)
}

pub(super) fn size(text: &str) -> Result<u64, String> {
    quantity(text, parse_size, "512MiB or 2GB")
}

fn quantity(text: &str, parse: fn(&str) -> Result<u64, QuantityError>, example: &str) -> Result<u64, String> {
    parse(text).map_err(|error| match text.strip_prefix('-').map(parse) {
        Some(Ok(_)) => format!("it can't be negative; write it like {example}"),
        Some(Err(_)) | None => format!("{error}; write it like {example}"),
    })
}

/// A whole number as scripts write it, `_` between digits allowed.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let grouped = text.split('_').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    if !grouped {
        return Err("write a whole number such as 10_000_000".to_string());
    }
    text.replace('_', "").parse().map_err(|_| "that is too large".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_table_of_arguments_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn help_shows_what_exists_and_nothing_else() {
        let mut command = Args::command();
        let run = command.find_subcommand_mut("run").unwrap().render_long_help().to_string();
        let shown: Vec<&str> = run
            .lines()
            .filter_map(|line| {
                line.trim_start().split("--").nth(1).filter(|_| line.trim_start().starts_with('-'))
            })
            .filter_map(|option| option.split([' ', '\n']).next())
            .collect();
        let want = [
            "seed",
            "seeds",
            "jobs",
            "cores",
            "runtime",
            "unit",
            "machine",
            "cost",
            "set",
            "trace",
            "detail",
            "scheduler",
            "replay",
            "max-time",
            "max-events",
            "max-memory",
            "timeline",
            "svg",
            "deny",
            "format",
            "color",
            "quiet",
            "watch",
            "help",
        ];
        assert_eq!(shown, want, "{run}");
    }

    #[test]
    fn limits_are_read_as_scripts_write_numbers() {
        assert_eq!(count("1_000"), Ok(1_000));
        assert!(
            count("1__0").is_err() && count("").is_err() && count("-1").is_err() && count("1e6").is_err()
        );
        assert_eq!(count("99999999999999999999"), Err("that is too large".to_string()));
        assert_eq!(duration("1.5ms"), Ok(SimDuration::us(1_500)));
        assert_eq!(duration("5"), Err("`5` has no unit; write it like 10s or 1.5ms".to_string()));
        assert_eq!(duration("-5ms"), Err("it can't be negative; write it like 10s or 1.5ms".to_string()));
        assert_eq!(size("2GiB"), Ok(1 << 31));
    }
}
