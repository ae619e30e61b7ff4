//! `concsim run --seeds`: many runs, and what they came to.

mod args;
mod range;

use std::num::NonZero;
use std::thread::available_parallelism;

use crate::base::printable::shell_word;
use crate::cli::args::{Format, RunArgs, SchedulerArg};
use crate::cli::face::face;
use crate::cli::failure::Failure;
use crate::cli::progress::Tally;
use crate::cli::render::{Snippets, finding_headline};
use crate::cli::run::wish;
pub(super) use crate::cli::seeds::args::SeedsArgs;
use crate::cli::seeds::range::Seeds;
use crate::cli::setup::{Wish, setup};
use crate::cli::status::surveyed as status;
use crate::cli::{input, interrupt, output};
use crate::engine::Chronicled;
use crate::engine::survey::Many;
use crate::export::seeds::document::document;
use crate::export::seeds::text::{brief, frequency, summary};
use crate::export::seeds::{ENDS_MAX, Surveyed};
use crate::ir::draws::draws;
use crate::ir::program::Program;
use crate::observe::report::Report;
use crate::observe::survey::Share;

/// Operations of a run, unless the command line says another number.
pub(super) const EVENTS: &str = "10_000_000";

/// Memory of a run, likewise.
pub(super) const MEMORY: &str = "2GiB";

/// The most threads: nobody has so many cores, and each takes memory.
const JOBS_MAX: usize = 1024;

/// Runs a script with each seed and shows what came of all, or one document.
///
/// # Errors
///
/// If something can't be read or written, or the script has mistakes.
pub(super) fn survey(args: &RunArgs, Seeds(seeds): &Seeds) -> Result<u8, Failure> {
    let jobs = jobs(args.many.jobs)?;
    let source = input::read(&args.file)?;
    let setup = setup(&source, &Wish { seed: seeds.start, ..wish(args) }, Chronicled::Nothing)?;
    let many = Many { program: &setup.program, model: &setup.model, options: &setup.options, jobs };
    let stop = interrupt::watch();
    let asked = usize::try_from(seeds.end - seeds.start).unwrap_or(usize::MAX);
    let tally = Tally::new(asked, "runs");
    let survey = many.survey(seeds, &|| tally.count(), stop);
    tally.clear();
    if survey.runs < seeds.end - seeds.start {
        output::say("interrupted: this is what the runs so far came to\n");
    }
    let mut frequent = survey.most_frequent_ends();
    frequent.truncate(ENDS_MAX);
    let ends: Vec<(Share, Report)> = frequent.iter().copied().zip(many.first_runs(&frequent)).collect();
    let surveyed =
        Surveyed { source: &source, inputs: &setup.options.inputs, seeds, survey: &survey, ends: &ends };
    output::print(&told(args, &surveyed, &setup.program))?;
    if args.format == Format::Json {
        survey.never_found().for_each(|kind| output::say(&crate::cli::run::missing(kind)));
    }
    Ok(status(&surveyed, &args.deny))
}

/// How many threads work: as many as there are cores, unless the command line says another number.
pub(super) fn jobs(asked: Option<u64>) -> Result<usize, Failure> {
    match asked {
        None => Ok(available_parallelism().map_or(1, NonZero::get)),
        Some(0) => Err(Failure::message("--jobs: one thread at least has to work")),
        Some(jobs) => Ok(usize::try_from(jobs).unwrap_or(usize::MAX).min(JOBS_MAX)),
    }
}

/// What came of it, in the form that was asked for.
fn told(args: &RunArgs, surveyed: &Surveyed<'_>, program: &Program) -> String {
    if args.format == Format::Json {
        return document(surveyed);
    }
    let colour = output::colour_on_stdout(args.color);
    let survey = surveyed.survey;
    let mut text = String::new();
    if args.quiet {
        for seen in survey.gravest() {
            let headline = finding_headline(&seen.finding, colour);
            text.push_str(&format!("{headline}; {}\n", frequency(seen, survey)));
        }
        text.extend(survey.never_found().map(crate::cli::run::missing));
        return text + &brief(surveyed);
    }
    let snippets = Snippets::new(surveyed.source, colour);
    for seen in survey.gravest() {
        text.push_str(&snippets.finding(&seen.finding));
        text.push_str(&format!("  {}\n", frequency(seen, survey)));
        text.push_str(&format!("  see it: {}\n\n", command(args, seen.share.first)));
    }
    text + &summary(surveyed, face(args.color)) + &hint(args, surveyed, program)
}

/// Why all seeds are one, and what to do about it.
fn hint(args: &RunArgs, surveyed: &Surveyed<'_>, program: &Program) -> String {
    if !surveyed.is_one_run() || args.scheduler != SchedulerArg::Fifo || draws(program) {
        return String::new();
    }
    "\nhint: all of these runs are the same, and would be with any seed: the script draws nothing, and the\n\
     scheduler `fifo` leaves nothing to chance; try --scheduler random, or pct\n"
        .to_owned()
}

/// The command that shows the run of one seed.
fn command(args: &RunArgs, seed: u64) -> String {
    let mut words =
        vec!["concsim run".to_owned(), shell_word(&args.file.to_string_lossy()), format!("--seed {seed}")];
    if args.scheduler != SchedulerArg::Fifo {
        words.push(format!("--scheduler {}", args.scheduler.word()));
    }
    words.extend(args.model.words());
    words.extend(args.max_time.iter().map(|length| format!("--max-time {length}")));
    if crate::cli::args::count(EVENTS) != Ok(args.max_events) {
        words.push(format!("--max-events {}", args.max_events));
    }
    if crate::cli::args::size(MEMORY) != Ok(args.max_memory) {
        words.push(format!("--max-memory {}B", args.max_memory));
    }
    words.join(" ")
}
