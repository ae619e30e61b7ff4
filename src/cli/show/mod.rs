//! `concsim show`: a trace with absolute times, and with its script with lines and cores.

mod args;

use std::collections::BTreeMap;

pub(super) use args::{EXAMPLES, ShowArgs};

use crate::base::diagnostic::Severity;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::cli::args::Format;
use crate::cli::diff::read_trace;
use crate::cli::failure::Failure;
use crate::cli::render::headline;
use crate::cli::rerun::{Played, TRACE_MAX, rerun};
use crate::cli::{input, interrupt, output, status};
use crate::compare::{Comparison, compare};
use crate::export::recorded::{document, inputs, results};
use crate::ir::program::Program;
use crate::trace::recorded::{Recorded, RecordedEvent};
use crate::trace::shown::{Shown, cores};

/// Shows a trace.
///
/// # Errors
///
/// If it can't be read or is not whole, or the script has mistakes.
pub(super) fn show(args: &ShowArgs) -> Result<u8, Failure> {
    let stdins = [Some(&args.file), args.script.as_ref()].into_iter().flatten().cloned();
    input::stdin_once(&stdins.collect::<Vec<_>>())?;
    let source = input::read_long(&args.file, TRACE_MAX)?;
    let name = if args.file == "-" { "<stdin>".into() } else { args.file.to_string_lossy() };
    let recorded = read_trace(&source.text, &name)?;
    let script = args.script.as_deref().map(input::read).transpose()?;
    let spots = match &script {
        Some(script) => spots(args, &recorded, script)?,
        None => Spots { cores: cores(&recorded), lines: None },
    };
    output::print(&told(args, &recorded, spots))?;
    Ok(status::SUCCESS)
}

/// Where events happened.
struct Spots {
    cores: Option<Vec<Option<u32>>>,
    /// The line of each.
    lines: Option<Vec<Option<u32>>>,
}

fn told(args: &ShowArgs, recorded: &Recorded, Spots { cores, lines }: Spots) -> String {
    if args.format == Format::Json {
        return document(recorded, cores.as_deref(), lines.as_deref());
    }
    if args.quiet {
        return quiet(recorded);
    }
    // A statement that the script does not have any more is cited as the trace does.
    let line = |(line, event): (&Option<u32>, &RecordedEvent)| match line {
        Some(line) => format!("@{line}"),
        None => recorded.place(event).to_owned(),
    };
    let shown = Shown {
        recorded,
        relative: args.relative,
        by_unit: args.by_unit,
        cores,
        lines: lines.map(|lines| lines.iter().zip(&recorded.events).map(line).collect()),
        colour: output::colour_on_stdout(args.color),
    };
    format!("{}\n{}\n{}", inputs(recorded), shown.text(), results(recorded))
}

/// What the script printed, then the findings.
fn quiet(recorded: &Recorded) -> String {
    let printed = recorded.events.iter().filter(|event| event.word.text() == "print");
    let printed = printed.map(|event| recorded.detail(event));
    // The line feeds and tabs that a script prints are meant; nothing else may move the cursor.
    let kept = |text: &str| -> String {
        text.split_inclusive(['\n', '\t'])
            .map(|part| match part.strip_suffix(['\n', '\t']) {
                Some(rest) => safe(rest) + &part[rest.len()..],
                None => safe(part),
            })
            .collect()
    };
    let lines =
        printed.map(kept).chain(recorded.results.findings().map(|line| format!("finding {}", safe(line))));
    lines.map(|line| line + "\n").collect()
}

/// Runs the script again with what the trace's run was given. If that gives the same bytes, lines and cores are its
/// own; else the lines are those where the statements stand now, and it says what differs.
fn spots(args: &ShowArgs, recorded: &Recorded, script: &Source) -> Result<Spots, Failure> {
    let stop = interrupt::watch();
    let (played, notes) = rerun(script, &recorded.inputs, args.machine.as_deref(), stop)?;
    let Played { trace, report: _, spots, program } = played;
    notes.iter().for_each(|text| note(args, text));
    let mut now = read_trace(&trace, &script.name)?;
    // A script may be called otherwise by now.
    now.inputs.script.clone_from(&recorded.inputs.script);
    if now.written() == recorded.written() {
        let cores = spots.iter().map(|spot| spot.core).collect();
        let lines = spots.iter().map(|spot| spot.line).collect();
        return Ok(Spots { cores: Some(cores), lines: Some(lines) });
    }
    let why = difference(&compare(recorded, &now));
    note(
        args,
        &format!(
            "a run of {} gives another trace: {why}; lines are those where the statements stand now",
            script.name
        ),
    );
    let heads = heads(&program, script);
    let line = |event| heads.get(recorded.place(event)).copied();
    Ok(Spots { cores: cores(recorded), lines: Some(recorded.events.iter().map(line).collect()) })
}

/// The first thing that differs.
fn difference(comparison: &Comparison) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    match (comparison.inputs.first(), &comparison.parting) {
        (Some(change), _) => {
            format!("{} is {}, and was {}", change.name, shown(&change.after), shown(&change.before))
        }
        (None, Some(parting)) => parting.sentence.clone(),
        (None, None) => "some of it takes longer or shorter".to_owned(),
    }
}

/// The first line of each place of a program.
fn heads<'a>(program: &'a Program, script: &Source) -> BTreeMap<&'a str, u32> {
    let mut heads = BTreeMap::new();
    for (place, span) in program.op_places.iter().zip(&program.spans) {
        let line = script.line(*span);
        let head = heads.entry(program.places[place.index()].as_str()).or_insert(line);
        *head = line.min(*head);
    }
    heads
}

fn note(args: &ShowArgs, text: &str) {
    output::say(&(headline(Severity::Note, None, text, output::colour_on_stderr(args.color)) + "\n"));
}
