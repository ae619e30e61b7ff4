//! A script through the library, from its text to its report: what all test crates that run scripts share.

use std::sync::atomic::AtomicBool;

use concsim::analysis::translate_as;
use concsim::base::diagnostic::Diagnostic;
use concsim::base::span::Source;
use concsim::base::time::SimDuration;
use concsim::engine::{self, Chronicled, Options, Scheduler};
use concsim::ir::program::Program;
use concsim::ir::since::too_new;
use concsim::ir::terms::Terms;
use concsim::machine::choose::{Choice, MachineSource, resolve};
use concsim::machine::error::{MachineError, Part, Place};
use concsim::machine::profile::Model;
use concsim::machine::value::SettingValue;
use concsim::observe::report::{Inputs, Report};
use concsim::syntax::ast::{Item, Literal, Setting, UnitKind};
use concsim::trace::event::Sink;

/// What the command line would say.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) runtime: Option<String>,
    pub(crate) machine: Option<String>,
    pub(crate) cores: Option<u32>,
    pub(crate) unit: Option<String>,
    pub(crate) scheduler: Scheduler,
    pub(crate) seed: u64,
    pub(crate) max_events: u64,
    pub(crate) max_time: Option<SimDuration>,
}

impl Given {
    /// Only the script decides.
    pub(crate) const NOTHING: Self = Self {
        runtime: None,
        machine: None,
        cores: None,
        unit: None,
        scheduler: Scheduler::Fifo,
        seed: 0,
        max_events: 1_000_000,
        max_time: None,
    };
}

/// A script that is ready to run.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) program: Program,
    pub(crate) model: Model,
    pub(crate) options: Options,
}

/// All that a run needs.
///
/// # Errors
///
/// What is wrong with the script.
pub(crate) fn prepare(source: &Source, given: &Given) -> Result<Ready, Vec<Diagnostic>> {
    let analysis = translate_as(source, &[], given.unit.as_deref().and_then(UnitKind::from_word));
    let (script, Some(mut program)) = (analysis.script, analysis.program) else {
        return Err(analysis.diagnostics);
    };
    let block: Vec<&Setting> = script.items.iter().flat_map(settings).collect();
    let values: Vec<_> = block.iter().map(|setting| (setting.name.text.clone(), value(setting))).collect();
    let choice = Choice {
        runtime: given.runtime.clone(),
        machine: given.machine.clone().map(MachineSource::BuiltIn),
        cores: given.cores,
        unit: given.unit.clone(),
        ..Choice::NOTHING
    };
    let resolved = resolve(&choice, &values)
        .map_err(|errors| errors.iter().map(|error| machine_diagnostic(error, &block)).collect::<Vec<_>>())?;
    program.terms = Terms::of(&resolved.model);
    let too_new = too_new(&program, resolved.model.runtime, program.terms);
    if !too_new.is_empty() {
        return Err(too_new);
    }
    let inputs = Inputs {
        script: source.name.clone(),
        ir_hash: program.hash(),
        seed: given.seed,
        runtime: resolved.model.runtime.name.to_string(),
        cores: resolved.model.cores,
        machine: resolved.model.machine.clone(),
        scheduler: given.scheduler.word().to_string(),
        options: resolved.command_line_inputs,
        settings: resolved.script_inputs,
    };
    let options = Options {
        inputs,
        seed: given.seed,
        scheduler: given.scheduler,
        max_time: given.max_time,
        max_events: given.max_events,
        max_memory: 1 << 30,
        chronicled: Chronicled::Lanes,
    };
    Ok(Ready { program, model: resolved.model, options })
}

impl Ready {
    /// Runs it, telling `sink`.
    pub(crate) fn run(&self, sink: &mut dyn Sink) -> Report {
        engine::run(&self.program, &self.model, &self.options, sink, &AtomicBool::new(false))
    }
}

fn settings(item: &Item) -> &[Setting] {
    match item {
        Item::Machine(machine) => &machine.settings,
        Item::Param(_)
        | Item::Objects(_)
        | Item::Shared(_)
        | Item::Function(_)
        | Item::Property(_)
        | Item::Main(_) => &[],
    }
}

fn value(setting: &Setting) -> SettingValue {
    match &setting.value {
        Literal::None => SettingValue::None,
        Literal::Bool(truth) => SettingValue::Bool(*truth),
        Literal::Int(number) => SettingValue::Int(*number),
        Literal::Duration(nanoseconds) => SettingValue::Duration(*nanoseconds),
        Literal::Size(bytes) => SettingValue::Size(*bytes),
        Literal::Str(text) => SettingValue::Str(text.clone()),
    }
}

fn machine_diagnostic(error: &MachineError, block: &[&Setting]) -> Diagnostic {
    let span = match error.place {
        Place::Script { index, part: Part::Name } => block[index].name.span,
        Place::Script { index, part: Part::Value } => block[index].value_span,
        Place::CommandLine | Place::File(_) => panic!("{error}"),
    };
    Diagnostic::error("E300", span, error.problem.to_string())
}
