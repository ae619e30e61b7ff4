//! A run again: from what a trace says its run was given, and a script.
//!
//! What the command line gave is given again. What the script's own `machine` block said, or left open, the
//! script as it is now decides: a change there is a change of the run, and not to be hidden.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::span::Source;
use crate::cli::args::{ModelArgs, SchedulerArg, duration, size};
use crate::cli::failure::Failure;
use crate::cli::literal::read_literal;
use crate::cli::setup::{Limits, Wish, setup};
use crate::engine::Chronicled;
use crate::export::results::{input_lines, result_lines};
use crate::ir::program::Program;
use crate::machine::choose::can_be_set;
use crate::machine::setting::Setting;
use crate::machine::{self};
use crate::observe::report::Report;
use crate::syntax::ast::{Item, Literal, Script};
use crate::syntax::parse::parse;
use crate::trace::event::{Detail, Event, Names, Sink};
use crate::trace::recorded::Inputs;
use crate::trace::text::TextTrace;

/// Bytes that a trace may have that is kept in memory.
pub(super) const TRACE_MAX: u64 = 256 << 20;

/// What a run gave.
#[derive(Debug)]
pub(super) struct Played {
    /// Its `.trace`, whole.
    pub(super) trace: String,
    /// What it came to.
    pub(super) report: Report,
    /// Where each event of the trace happened.
    pub(super) spots: Vec<Spot>,
    /// The code that was run.
    pub(super) program: Program,
}

/// Where an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The core that the unit was on or on its way to.
    pub(super) core: Option<u32>,
    /// The line of the script.
    pub(super) line: Option<u32>,
}

/// What to ask of a run so that it is given what the run of a trace was given.
#[derive(Debug)]
pub(super) struct Again {
    /// What to ask.
    pub(super) wish: Wish,
    /// How much its trace shows.
    pub(super) detail: Detail,
    /// What can't be given again, a sentence each.
    pub(super) notes: Vec<String>,
}

/// The trace and the report of a script that is given what the run of a trace was given; `machine` is the
/// file of its machine, if it had one.
///
/// # Errors
///
/// If the script has mistakes, or the machine was a file and is not given.
pub(super) fn rerun(
    source: &Source,
    inputs: &Inputs,
    machine: Option<&OsStr>,
    stop: &AtomicBool,
) -> Result<(Played, Vec<String>), Failure> {
    let again = again(source, inputs, machine)?;
    Ok((play(source, &again.wish, again.detail, stop)?, again.notes))
}

/// What to ask of a run of this script so that it is given the same.
///
/// # Errors
///
/// If the machine was a file and is not given, or an option has a value that it can't have had.
pub(super) fn again(source: &Source, inputs: &Inputs, machine: Option<&OsStr>) -> Result<Again, Failure> {
    let machine = match (machine, inputs.option("machine")) {
        (Some(machine), _) => Some(machine.to_os_string()),
        (None, Some(name)) if machine::machine(name).is_none() => return Err(lost_machine(name)),
        (None, Some(name)) => Some(OsString::from(name)),
        (None, None) => None,
    };
    let mut notes = Vec::new();
    let given = params(&parse(source).script, inputs, &mut notes);
    let mut set = Vec::new();
    for (name, value) in given.set {
        let literal = read_literal(value).ok_or_else(|| senseless("set", name, value))?;
        set.push((name.to_owned(), literal));
    }
    let option = |name: &str| inputs.option(name).map(str::to_owned);
    let cores = option("cores").map(|cores| cores.parse().map_err(|_| senseless("option", "cores", &cores)));
    let model = ModelArgs {
        cores: cores.transpose()?,
        runtime: option("runtime"),
        unit: option("unit"),
        machine,
        cost: costs(inputs)?,
        set,
    };
    let scheduler = match inputs.scheduler.as_str() {
        "random" => SchedulerArg::Random,
        "pct" => SchedulerArg::Pct,
        _ => SchedulerArg::Fifo,
    };
    let replay = given.replay.map(OsString::from);
    let wish =
        Wish { seed: inputs.seed, scheduler, model, limits: limits(inputs)?, caps: Limits::USUAL, replay };
    Ok(Again { wish, detail: inputs.detail, notes })
}

/// What `--cost` gave.
fn costs(inputs: &Inputs) -> Result<Vec<(String, Literal)>, Failure> {
    let given = inputs.options.iter().filter(|(name, _)| can_be_set(name));
    let read = |(name, value): &(String, String)| {
        // A trace names a start method without quotes.
        let word = (name == "start_method").then(|| Literal::Str(value.clone()));
        let literal = word.or_else(|| read_literal(value)).ok_or_else(|| senseless("option", name, value))?;
        Ok((name.clone(), literal))
    };
    given.map(read).collect()
}

fn limits(inputs: &Inputs) -> Result<Limits, Failure> {
    let read = |name: &str| inputs.option(name).map(|value| (name.to_owned(), value));
    let bad = |(name, value): (String, &str)| senseless("option", &name, value);
    let mut limits = Limits::USUAL;
    if let Some((name, value)) = read("max-time") {
        limits.time = Some(duration(value).map_err(|_| bad((name, value)))?);
    }
    if let Some((name, value)) = read("max-events") {
        limits.events = value.parse().map_err(|_| bad((name, value)))?;
    }
    if let Some((name, value)) = read("max-memory") {
        limits.memory = size(value).map_err(|_| bad((name, value)))?;
    }
    Ok(limits)
}

/// What `--set` and `--replay` gave.
#[derive(Default)]
struct Params<'a> {
    set: Vec<(&'a str, &'a str)>,
    replay: Option<&'a str>,
}

/// Tells the params among the settings of a trace from those of the `machine` block, which the script as it is now
/// decides. Only a param that is called like a setting leaves a doubt: the block's line comes first.
fn params<'a>(script: &Script, inputs: &'a Inputs, notes: &mut Vec<String>) -> Params<'a> {
    let mut given = Params::default();
    for (at, (name, value)) in inputs.settings.iter().enumerate() {
        let is_token = name == "replay" && read_literal(value).is_none();
        let has_param =
            script.items.iter().any(|item| matches!(item, Item::Param(param) if param.name.text == *name));
        let is_setting = Setting::named(name).is_some() || machine::choose::WORDS.contains(&name.as_str());
        let before = inputs.settings[..at].iter().any(|(known, _)| known == name);
        // What `--cost` sets beats the block, which then has no line.
        let by_block = is_setting && inputs.option(name).is_none();
        let in_block = by_block && !before && (!has_param || block_sets(script, name));
        if is_token {
            given.replay = Some(value);
        } else if has_param && !in_block {
            given.set.push((name, value));
        } else if !is_setting {
            notes.push(format!(
                "the trace was made with `--set {name}={value}`, and the script has no such param"
            ));
        }
    }
    given
}

fn block_sets(script: &Script, name: &str) -> bool {
    let in_item = |item: &Item| {
        let Item::Machine(machine) = item else { return false };
        machine.settings.iter().any(|setting| setting.name.text == name)
    };
    script.items.iter().any(in_item)
}

fn lost_machine(name: &str) -> Failure {
    Failure::Message {
        text: format!("the trace was made on the machine `{name}`, a file that it only names"),
        help: Some(format!("say where the file is: --machine PATH/{name}")),
    }
}

fn senseless(word: &str, name: &str, value: &str) -> Failure {
    Failure::Message {
        text: format!("the trace says `# {word} {name}={value}`, which can't have been"),
        help: Some("write it again with `concsim run SCRIPT --trace NAME.trace`".to_owned()),
    }
}

/// Runs a script and keeps its trace.
///
/// # Errors
///
/// If the script has mistakes, the trace is too large, or somebody has ended it.
pub(super) fn play(
    source: &Source,
    wish: &Wish,
    detail: Detail,
    stop: &AtomicBool,
) -> Result<Played, Failure> {
    let setup = setup(source, wish, Chronicled::Nothing)?;
    let mut keeper = Keeper {
        trace: TextTrace::new(Bounded(Vec::new()), detail, &input_lines(&setup.options.inputs, detail)),
        spots: Vec::new(),
        source,
    };
    let (report, program) = setup.run(&mut keeper, stop)?;
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::message(format!("interrupted: the run of {} was not whole", source.name)));
    }
    let Keeper { trace, spots, .. } = keeper;
    let bytes = trace.into_written(&result_lines(&report)).map_err(|_| Failure::Message {
        text: format!("the trace of {} is larger than 256 MiB, the most that is kept in memory", source.name),
        help: Some("make the script do less, for example with --set".to_owned()),
    })?;
    let trace = String::from_utf8(bytes.0).expect("a trace is ASCII");
    Ok(Played { trace, report, spots, program })
}

/// Writes the trace and keeps where everything happened.
struct Keeper<'a> {
    trace: TextTrace<Bounded>,
    spots: Vec<Spot>,
    source: &'a Source,
}

impl Sink for Keeper<'_> {
    fn detail(&self) -> Detail {
        self.trace.detail()
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        let line = event.site.map(|site| self.source.line(site.span));
        self.spots.push(Spot { core: event.core, line });
        self.trace.event(event, names)
    }
}

/// Memory up to a bound.
#[derive(Debug)]
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.0.len() + bytes.len()) as u64 > TRACE_MAX {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
