//! `concsim explore`: every interleaving, and what can go wrong in one.

mod args;
mod file;
mod stats;
mod text;

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use crate::base::count::grouped;
use crate::base::size::SignedSize;
use crate::cli::args::Format;
pub(super) use crate::cli::explore::args::{EXAMPLES, ExploreArgs};
use crate::cli::explore::file::Files;
use crate::cli::explore::stats::stats;
use crate::cli::explore::text::{Shown, hidden, look, quiet, results};
use crate::cli::failure::Failure;
use crate::cli::prepare::{compile, prepare};
use crate::cli::progress::ProgressLine;
use crate::cli::render::Snippets;
use crate::cli::run::missing;
use crate::cli::status::explored;
use crate::cli::{input, interrupt, output};
use crate::explore::{Bound, Caps, Exploration, Options, Progress, clock, explore as search};
use crate::export::explore::document::document;
use crate::ir::program::Program;
use crate::machine::profile::Gil;

/// Explores a script and shows what can go wrong, or one document.
///
/// # Errors
///
/// If something can't be read or written, the script has mistakes, or the time decides something in it.
pub(super) fn explore(args: &ExploreArgs) -> Result<u8, Failure> {
    let source = input::read(&args.file)?;
    let mut compiled = compile(&source, &args.model.set, args.model.unit.as_deref())?;
    let prepared = prepare(&source, &mut compiled, &args.model)?;
    let program = compiled.program;
    let mistakes = clock::mistakes(&program);
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(Box::new(source), mistakes));
    }
    let has_gil = prepared.model.runtime.gil != Gil::None;
    let options = options(args, has_gil)?;
    let stop = interrupt::watch();
    let files = Files::open(args, &program)?;
    let exploration = searched(&program, &options, stop);
    if exploration.stopped == Some(Bound::Interrupt) {
        output::say("interrupted: this is how far the search came\n");
    }
    let shown = Shown {
        args,
        source: &source,
        program: &program,
        options: &options,
        runtime: prepared.model.runtime.name,
        has_gil,
        look: look(),
    };
    let told = told(&shown, &exploration);
    if let Err(failure) = files.write(&exploration, &program, &source) {
        // What a long search has found does not get lost over a file; standard output has to stay empty.
        output::say(&told);
        return Err(failure);
    }
    output::print(&told)?;
    show_more(&shown, &exploration, stop)?;
    Ok(explored(&exploration))
}

/// How to search.
fn options(args: &ExploreArgs, has_gil: bool) -> Result<Options, Failure> {
    let cores = || available_parallelism().map_or(1, NonZero::get);
    let jobs = match args.jobs {
        None => cores(),
        Some(0) => return Err(Failure::message("--jobs: one thread at least has to search")),
        Some(jobs) => usize::try_from(jobs).unwrap_or(usize::MAX),
    };
    Ok(Options {
        max_states: args.max_states,
        max_memory: args.max_memory,
        time: args.time,
        caps: Caps::NONE,
        jobs,
        first: args.first,
        reduction: args.reduction.reduction(),
        witness: args.witness.order(),
        respect_gil: args.respect_gil && has_gil,
    })
}

/// A search whose progress is shown.
fn searched(program: &Program, options: &Options, stop: &AtomicBool) -> Exploration {
    let mut line = ProgressLine::new();
    let exploration =
        search(program, options, &mut |progress| line.show(|passed| how_far(progress, passed)), stop);
    line.clear();
    exploration
}

/// How far a search is, and how fast it goes.
fn how_far(progress: &Progress, passed: Duration) -> String {
    let rate = u128::from(progress.states) * 1000 / passed.as_millis().max(1);
    let mebibytes = i64::try_from(progress.memory >> 20 << 20).unwrap_or(i64::MAX);
    format!(
        "{} states, {} a second, {} steps deep, {}, Ctrl-C to stop",
        grouped(progress.states),
        grouped(rate),
        progress.layer,
        SignedSize(mebibytes)
    )
}

/// What came of it, in the form that was asked for.
fn told(shown: &Shown<'_>, exploration: &Exploration) -> String {
    let colour = output::colour_on_stdout(shown.args.color);
    if shown.args.format == Format::Json {
        document(exploration, shown.source)
    } else if shown.args.quiet {
        quiet(exploration, colour)
    } else {
        results(shown, exploration, &Snippets::new(shown.source, colour))
    }
}

/// Says what the results have no room for, and what further searches show.
fn show_more(shown: &Shown<'_>, exploration: &Exploration, stop: &AtomicBool) -> Result<(), Failure> {
    let Shown { args, program, options, .. } = *shown;
    if args.format == Format::Json {
        exploration.missing.iter().for_each(|kind| output::say(&missing(kind)));
        clock::unchecked(program).iter().for_each(|property| output::say(&text::unchecked(property)));
        return Ok(());
    }
    if args.quiet {
        return Ok(());
    }
    // What a search that was given up has not found may be there all the same.
    if options.respect_gil && exploration.complete && !stop.load(Ordering::Relaxed) {
        let free = searched(program, &Options { respect_gil: false, ..options.clone() }, stop);
        output::print(&hidden(shown, exploration, &free, output::colour_on_stdout(args.color)))?;
    }
    if args.stats {
        output::print(&stats(program, options, exploration, stop))?;
    }
    if interrupt::happened() && exploration.stopped != Some(Bound::Interrupt) {
        output::say("interrupted: what comes behind the verdict is not whole\n");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_how_far_and_how_fast() {
        let progress = Progress { states: 1_234_567, transitions: 0, layer: 40, memory: (64 << 20) + 5 };
        let want = "1_234_567 states, 617_283 a second, 40 steps deep, 64MiB, Ctrl-C to stop";
        assert_eq!(how_far(&progress, Duration::from_secs(2)), want);
    }
}
