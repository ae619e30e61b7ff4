//! `concsim run`: one run, and what it shows.

use std::io;
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::printable::push_safe;
use crate::base::span::Source;
use crate::cli::args::{DetailArg, Format, RunArgs};
use crate::cli::face::face;
use crate::cli::failure::Failure;
use crate::cli::listener::Listener;
use crate::cli::place::Place;
use crate::cli::render::{Snippets, finding_headline};
use crate::cli::seeds::survey;
use crate::cli::setup::{Limits, Wish, setup};
use crate::cli::status::status;
use crate::cli::trace_file::TraceFile;
use crate::cli::watch::{Watched, watch};
use crate::cli::{input, interrupt, output};
use crate::engine::Chronicled;
use crate::export::json::document;
use crate::export::picture::svg::svg;
use crate::export::picture::timeline::timeline;
use crate::export::summary::summary;
use crate::observe::report::{Inputs, Report};
use crate::trace::event::Detail;
use crate::trace::terminal::TerminalTrace;

/// Runs a script and shows trace, findings and summary, or one document; once or again and again, or with many
/// seeds.
///
/// # Errors
///
/// If something can't be read or written, or the script has mistakes.
pub(super) fn run(args: &RunArgs) -> Result<u8, Failure> {
    if let Some(seeds) = &args.many.seeds {
        return survey(args, seeds);
    }
    if !args.watch {
        return run_once(args, interrupt::watch());
    }
    let watched = Watched {
        scripts: slice::from_ref(&args.file),
        machine: args.model.machine.as_deref().map(Path::new),
        color: args.color,
    };
    let format = (args.format != Format::Text).then_some("json");
    watch(&watched, format, |stop| run_once(args, stop))
}

/// One run, which `stop` ends early.
fn run_once(args: &RunArgs, stop: &AtomicBool) -> Result<u8, Failure> {
    let source = input::read(&args.file)?;
    let setup = setup(&source, &wish(args), chronicled(args))?;
    let picture = picture(args)?;
    let mut listener = listen(args, &setup.options.inputs, &source)?;
    let (report, _) = setup.run(&mut listener, stop)?;
    if interrupt::happened() {
        output::say("interrupted: this is how far the run came\n");
    } else if stop.load(Ordering::Relaxed) {
        // The script has changed meanwhile, and nobody wants to know how half a run of the old one ended.
        return Ok(status(&report, &args.deny));
    }
    listener.finish(&report, &source)?;
    if let Some((place, drawn)) = picture.zip(svg(&report)) {
        place.write(&drawn)?;
    }
    output::print(&results(args, &report, &source))?;
    if args.format == Format::Json {
        report.missing.iter().for_each(|kind| output::say(&missing(kind)));
    }
    Ok(status(&report, &args.deny))
}

/// What is asked of the run.
pub(super) fn wish(args: &RunArgs) -> Wish {
    Wish {
        seed: args.seed,
        scheduler: args.scheduler,
        model: args.model.clone(),
        limits: Limits { time: args.max_time, events: args.max_events, memory: args.max_memory },
        caps: Limits::USUAL,
        replay: args.replay.clone(),
    }
}

/// The picture's file, opened before the run.
fn picture(args: &RunArgs) -> Result<Option<Place>, Failure> {
    if args.timeline && args.format == Format::Json {
        let help = Some("leave one of them out, or write a picture with --svg".to_string());
        return Err(Failure::Message { text: "--timeline is no part of --format json".to_string(), help });
    }
    let open = |path: &PathBuf| Place::open("--svg", path, Path::new(&args.file));
    args.svg.as_ref().map(open).transpose()
}

/// What is written down of the run: as much as is shown.
fn chronicled(args: &RunArgs) -> Chronicled {
    if args.timeline || args.svg.is_some() {
        Chronicled::Lanes
    } else if args.format == Format::Text && !args.quiet {
        Chronicled::Chain
    } else {
        Chronicled::Nothing
    }
}

/// Opens the file first: if that fails, standard output is still empty.
fn listen<'a>(args: &RunArgs, inputs: &Inputs, source: &'a Source) -> Result<Listener<'a>, Failure> {
    let detail = match args.detail {
        DetailArg::Sync => Detail::Sync,
        DetailArg::Sched => Detail::Sched,
    };
    if args.trace.as_deref().is_some_and(|trace| is_same_file(trace, Path::new(&args.file))) {
        let text = "--trace names the script itself, which would be overwritten".to_string();
        return Err(Failure::Message { text, help: Some("give the trace a name of its own".to_string()) });
    }
    let file = args.trace.as_deref().map(|path| TraceFile::create(path, detail, inputs, source));
    let file = file.transpose()?;
    let shown = args.format == Format::Text && !args.quiet;
    let colour = output::colour_on_stdout(args.color);
    Ok(Listener::new(shown.then(|| TerminalTrace::new(io::stdout(), detail, source, colour)), file))
}

/// Whether two paths lead to one file that is there.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// What stands on standard output under the trace.
fn results(args: &RunArgs, report: &Report, source: &Source) -> String {
    if args.format == Format::Json {
        return document(report, source);
    }
    let colour = output::colour_on_stdout(args.color);
    let lanes = args.timeline.then(|| format!("\n{}", timeline(report, face(args.color))));
    if args.quiet {
        return quiet(report, colour) + &lanes.unwrap_or_default();
    }
    let snippets = Snippets::new(source, colour);
    let mut text = String::from("\n");
    for finding in &report.findings {
        text.push_str(&snippets.finding(finding));
        text.push('\n');
    }
    text + &summary(report) + &lanes.unwrap_or_default()
}

/// The script's own lines, then a line for each finding.
fn quiet(report: &Report, colour: bool) -> String {
    let mut text = String::new();
    for printed in &report.output {
        // The line feeds and tabs that a script prints are meant; nothing else may move the cursor.
        for (index, line) in printed.split('\n').enumerate() {
            text.push_str(if index == 0 { "" } else { "\n" });
            for (index, cell) in line.split('\t').enumerate() {
                text.push_str(if index == 0 { "" } else { "\t" });
                push_safe(&mut text, cell);
            }
        }
        text.push('\n');
    }
    for finding in &report.findings {
        text.push_str(&finding_headline(finding, colour));
        text.push('\n');
    }
    text + &report.missing.iter().map(|kind| missing(kind)).collect::<String>()
}

/// That a kind of finding did not come.
pub(super) fn missing(kind: &str) -> String {
    let mut line = "the script expects a finding of kind `".to_string();
    push_safe(&mut line, kind);
    line + "`; there is none\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::deadlocked;

    #[test]
    fn a_quiet_run_prints_what_the_script_prints_and_a_line_for_each_finding() {
        let mut report = deadlocked();
        report.output.push("a\n\tb\u{1b}[2J".to_string());
        report.missing.push("race".to_string());
        let want = "total 130\na\n\tb\\u{1b}[2J\n\
                    error[D001]: two units wait for each other\n\
                    the script expects a finding of kind `race`; there is none\n";
        assert_eq!(quiet(&report, false), want);
    }
}
