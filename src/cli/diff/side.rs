//! What is compared: a trace, or a script that has to be run first.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::base::diagnostic::Severity;
use crate::base::span::Source;
use crate::cli::args::{Color, DetailArg, ModelArgs, SchedulerArg};
use crate::cli::diff::args::DiffArgs;
use crate::cli::failure::Failure;
use crate::cli::render::headline;
use crate::cli::rerun::{TRACE_MAX, again, play};
use crate::cli::setup::{Limits, Wish};
use crate::cli::{input, output};
use crate::observe::report::Outcome;
use crate::trace::event::Detail;
use crate::trace::recorded::{Recorded, is_trace};

/// One of the two files.
#[derive(Debug)]
pub(super) struct Side {
    /// As the user calls it.
    pub(super) name: String,
    pub(super) content: Content,
}

/// What is in it.
#[derive(Debug)]
pub(super) enum Content {
    Trace(Box<Recorded>),
    Script(Box<Source>),
}

impl Side {
    /// Reads a file. Its name says what it is; where it does not, its first line does.
    ///
    /// # Errors
    ///
    /// If it can't be read, or is a trace that is not whole.
    pub(super) fn read(file: &OsStr) -> Result<Self, Failure> {
        let name = if file == "-" { "<stdin>".to_owned() } else { file.to_string_lossy().into_owned() };
        Self::read_as(file, Path::new(file), name)
    }

    /// The same of a file that stands for another one, whose name says what it is.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(super) fn read_as(file: &OsStr, called: &Path, name: String) -> Result<Self, Failure> {
        let of_trace = matches!(called.extension().and_then(OsStr::to_str), Some("trace" | "jsonl"));
        let of_script = called.extension() == Some(OsStr::new("conc"));
        let mut source = if of_script { input::read(file)? } else { input::read_long(file, TRACE_MAX)? };
        if of_trace || (!of_script && is_trace(&source.text)) {
            let recorded = read_trace(&source.text, &name)?;
            return Ok(Self { name, content: Content::Trace(Box::new(recorded)) });
        }
        input::check_size(&source, file)?;
        if file != "-" {
            source.name = called.file_name().unwrap_or(file).to_string_lossy().into_owned();
        }
        Ok(Self { name, content: Content::Script(Box::new(source)) })
    }
}

/// A trace from its text.
///
/// # Errors
///
/// If it is none, or not whole.
pub(in crate::cli) fn read_trace(text: &str, name: &str) -> Result<Recorded, Failure> {
    Recorded::read(text).map_err(|error| Failure::Message {
        text: format!("{name}: {error}"),
        help: Some(error.problem.help().to_owned()),
    })
}

/// Both sides as traces; scripts are run, beside a trace with what that was given.
///
/// # Errors
///
/// If a script has mistakes, or an option has nothing to act on.
pub(super) fn recorded(
    sides: [Side; 2],
    args: &DiffArgs,
    stop: &AtomicBool,
) -> Result<[Recorded; 2], Failure> {
    let [one, other] = sides;
    match (one.content, other.content) {
        (Content::Trace(one), Content::Trace(other)) => match args.of_run() {
            Some(option) => Err(Failure::Message {
                text: format!("{option} is for a run, and both files are traces"),
                help: Some("compare scripts, or write the traces again with that option".to_owned()),
            }),
            None => Ok([*one, *other].map(|trace| at_detail(trace, args))),
        },
        (Content::Trace(trace), Content::Script(script)) => {
            let run = run_as(&script, &trace, args, stop)?;
            Ok([at_detail(*trace, args), run])
        }
        (Content::Script(script), Content::Trace(trace)) => {
            let run = run_as(&script, &trace, args, stop)?;
            Ok([run, at_detail(*trace, args)])
        }
        (Content::Script(one), Content::Script(other)) => {
            let asked = (detail(args, Detail::Sync), args.color);
            Ok([run(&one, &usual(args), asked, stop)?, run(&other, &usual(args), asked, stop)?])
        }
    }
}

/// A trace without what was not asked for.
fn at_detail(trace: Recorded, args: &DiffArgs) -> Recorded {
    let detail = detail(args, trace.inputs.detail);
    trace.at_detail(detail)
}

fn detail(args: &DiffArgs, otherwise: Detail) -> Detail {
    match args.detail {
        Some(DetailArg::Sync) => Detail::Sync,
        Some(DetailArg::Sched) => Detail::Sched,
        None => otherwise,
    }
}

/// What is asked of two scripts.
fn usual(args: &DiffArgs) -> Wish {
    Wish {
        seed: args.seed.unwrap_or(0),
        scheduler: args.scheduler.unwrap_or(SchedulerArg::Fifo),
        model: args.model.clone(),
        limits: Limits::USUAL,
        caps: Limits::USUAL,
        replay: None,
    }
}

fn run(
    script: &Source,
    wish: &Wish,
    (detail, color): (Detail, Color),
    stop: &AtomicBool,
) -> Result<Recorded, Failure> {
    let played = play(script, wish, detail, stop)?;
    // Who has asked for a limit knows.
    if played.report.outcome == Outcome::Limit && wish.limits == Limits::USUAL {
        let text = format!("the run of {} came to a limit before its end", script.name);
        note(&[text], color);
    }
    read_trace(&played.trace, &script.name)
}

/// Runs a script with what a trace's run was given; the command line beats that.
fn run_as(
    script: &Source,
    trace: &Recorded,
    args: &DiffArgs,
    stop: &AtomicBool,
) -> Result<Recorded, Failure> {
    let mut again = again(script, &trace.inputs, args.model.machine.as_deref())?;
    note(&again.notes, args.color);
    let ModelArgs { cores, runtime, unit, machine: _, cost, set } = args.model.clone();
    let wish = &mut again.wish;
    wish.seed = args.seed.unwrap_or(wish.seed);
    wish.scheduler = args.scheduler.unwrap_or(wish.scheduler);
    wish.model.cores = cores.or(wish.model.cores);
    wish.model.runtime = runtime.or_else(|| wish.model.runtime.take());
    wish.model.unit = unit.or_else(|| wish.model.unit.take());
    // Of two values for one name the later counts.
    wish.model.cost.extend(cost);
    wish.model.set.extend(set);
    run(script, wish, (detail(args, again.detail), args.color), stop)
}

/// Says what can't be as it was.
fn note(notes: &[String], color: Color) {
    let colour = output::colour_on_stderr(color);
    notes.iter().for_each(|note| output::say(&(headline(Severity::Note, None, note, colour) + "\n")));
}
