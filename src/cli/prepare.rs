//! From a script's text to all that a run needs.

use std::ffi::OsStr;
use std::path::Path;

use indexmap::IndexSet;

use crate::analysis::translate_as;
use crate::base::diagnostic::{Diagnostic, Fix, Severity};
use crate::base::span::{Source, Span};
use crate::base::suggest::nearest;
use crate::cli::args::ModelArgs;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::literal::{literal_text, pair_text};
use crate::ir::program::Program;
use crate::ir::since::too_new;
use crate::ir::terms::Terms;
use crate::machine;
use crate::machine::choose::{Choice, MachineSource, can_be_set, resolve};
use crate::machine::error::{MachineError, Part, Place, Problem};
use crate::machine::profile::Model;
use crate::machine::value::SettingValue;
use crate::syntax::ast::{Item, Literal, Script, Setting, UnitKind};

/// A script without mistakes.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Its tree.
    pub(super) script: Script,
    /// Its flat code.
    pub(super) program: Program,
}

/// What a script runs on.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The machine and the runtime.
    pub(super) model: Model,
    /// Runtime, machine, cores and costs, as far as the command line gives them, as `name=value`.
    pub(super) options: Vec<String>,
    /// Settings of the script's `machine` block and params of the command line, as canonical `name=value`.
    pub(super) settings: Vec<String>,
}

/// The flat code of a script, with these values for its params (of two for one, the later counts), in which `spawn unit`
/// starts units of that kind or else what the script says.
///
/// # Errors
///
/// If the script has mistakes.
pub(super) fn compile(
    source: &Source,
    set: &[(String, Literal)],
    unit: Option<&str>,
) -> Result<Compiled, Failure> {
    // A kind that there is not is refused where the machine is chosen.
    let unit = unit.and_then(UnitKind::from_word);
    let analysis = translate_as(source, &latest(set), unit);
    if analysis.program.is_some() {
        refuse_unknown(&[&analysis.script], set)?;
    }
    match analysis.program {
        Some(program) => Ok(Compiled { script: analysis.script, program }),
        None => Err(Failure::Mistakes(Box::new(source.clone()), refusals(analysis.diagnostics))),
    }
}

/// What stands in the way of a run.
fn refusals(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    diagnostics
}

/// A name given by `--set` has to be that of a param: of the script, or of any of several.
///
/// # Errors
///
/// If it is not.
pub(super) fn refuse_unknown(scripts: &[&Script], set: &[(String, Literal)]) -> Result<(), Failure> {
    let param =
        |item: &Item| if let Item::Param(param) = item { Some(param.name.text.clone()) } else { None };
    let params: IndexSet<String> =
        scripts.iter().flat_map(|script| &script.items).filter_map(param).collect();
    let Some(pair) = set.iter().find(|(name, _)| !params.contains(name)) else { return Ok(()) };
    let unknown = &pair.0;
    let (none, their, they) = match scripts {
        [_] => ("the script has no param", "its params are", "it has"),
        _ => ("none of the scripts has a param", "their params are", "they have"),
    };
    if can_be_set(unknown) {
        let help = format!("it is a setting of the machine: --cost {}", pair_text(pair));
        return Err(Failure::Message { text: format!("--set: {none} `{unknown}`"), help: Some(help) });
    }
    let help = match nearest(unknown, params.iter().map(String::as_str)) {
        Some(param) => format!("did you mean `{param}`?"),
        None if params.is_empty() => format!("{they} no params: declare one with `param n = 3`"),
        None => format!("{their} {}", params.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::Message { text: format!("--set: {none} `{unknown}`"), help: Some(help) })
}

/// The machine and the runtime that the command line asks for.
///
/// # Errors
///
/// If the machine file can't be read or has mistakes, or one of the options asks for what there is not.
pub(super) fn choose(args: &ModelArgs) -> Result<Choice, Failure> {
    let machine = args.machine.as_deref().map(machine_source).transpose()?;
    let choice = choice(args, machine);
    match resolve(&choice, &[]) {
        Ok(_) => Ok(choice),
        Err(errors) => Err(refuse(&errors, choice)),
    }
}

/// What the command line asks for, on that machine.
pub(super) fn choice(args: &ModelArgs, machine: Option<MachineSource>) -> Choice {
    let costs = latest(&args.cost).into_iter().map(|(name, value)| (name, setting_value(&value)));
    Choice {
        runtime: args.runtime.clone(),
        machine,
        cores: args.cores,
        unit: args.unit.clone(),
        costs: costs.collect(),
    }
}

/// What is wrong with the `machine` block of a script; else what it uses (if it has a program) and that runtime
/// lacks. Both in the order of the text.
pub(super) fn machine_mistakes(
    script: &Script,
    program: Option<&Program>,
    choice: &Choice,
) -> Vec<Diagnostic> {
    match resolve(choice, &values(script)) {
        Ok(resolved) => program.map_or(Vec::new(), |program| {
            too_new(program, resolved.model.runtime, Terms::of(&resolved.model))
        }),
        Err(errors) => in_block(&errors, script),
    }
}

/// The machine and the runtime that the command line and a script ask for.
///
/// # Errors
///
/// If one of the two, or the machine file, asks for what there is not, or the script for what that runtime lacks.
pub(super) fn prepare(
    source: &Source,
    compiled: &mut Compiled,
    args: &ModelArgs,
) -> Result<Prepared, Failure> {
    let script = &compiled.script;
    let resolved = resolve(&choose(args)?, &values(script))
        .map_err(|errors| Failure::Mistakes(Box::new(source.clone()), in_block(&errors, script)))?;
    let terms = Terms::of(&resolved.model);
    let too_new = too_new(&compiled.program, resolved.model.runtime, terms);
    if !too_new.is_empty() {
        return Err(Failure::Mistakes(Box::new(source.clone()), too_new));
    }
    compiled.program.terms = terms;
    // Runtime, machine and cores have their own places among the inputs of a run, and the command line beats the rest.
    let own = |line: &String| ["runtime=", "machine=", "cores="].iter().any(|own| line.starts_with(own));
    let name = |line: &str| line.split('=').next().map(str::to_owned);
    let given: Vec<_> = resolved.command_line_inputs.iter().map(|line| name(line)).collect();
    let beaten = |line: &String| given.contains(&name(line));
    let params =
        latest(&args.set).into_iter().map(|(name, value)| format!("{name}={}", literal_text(&value)));
    let of_script = resolved.script_inputs.into_iter().filter(|line| !own(line) && !beaten(line));
    let settings = of_script.chain(params).collect();
    Ok(Prepared { model: resolved.model, options: resolved.command_line_inputs, settings })
}

/// What a script runs on.
///
/// # Errors
///
/// As for [`prepare`], but for what the runtime lacks.
pub(super) fn model_of(source: &Source, script: &Script, args: &ModelArgs) -> Result<Model, Failure> {
    let resolved = resolve(&choose(args)?, &values(script))
        .map_err(|errors| Failure::Mistakes(Box::new(source.clone()), in_block(&errors, script)))?;
    Ok(resolved.model)
}

/// One value for each name: the last one given, in the place of the first.
pub(super) fn latest(set: &[(String, Literal)]) -> Vec<(String, Literal)> {
    let values: indexmap::IndexMap<_, _> = set.iter().cloned().collect();
    values.into_iter().collect()
}

/// A machine by its name, or a file: what ends in `.toml`, lies in a folder, or is there and no machine's name.
fn machine_source(machine: &OsStr) -> Result<MachineSource, Failure> {
    let path = Path::new(machine);
    let name = machine.to_string_lossy().into_owned();
    let is_file =
        path.extension() == Some(OsStr::new("toml")) || path.components().count() > 1 || path.is_file();
    if !is_file || machine::machine(&name).is_some() {
        return Ok(MachineSource::BuiltIn(name));
    }
    let source = input::read(machine)?;
    Ok(MachineSource::File { name: source.name, text: source.text })
}

fn settings(script: &Script) -> Vec<&Setting> {
    let mut settings = Vec::new();
    for item in &script.items {
        match item {
            Item::Machine(machine) => settings.extend(&machine.settings),
            Item::Param(_)
            | Item::Objects(_)
            | Item::Shared(_)
            | Item::Function(_)
            | Item::Property(_)
            | Item::Main(_) => {}
        }
    }
    settings
}

fn setting_value(literal: &Literal) -> SettingValue {
    match literal {
        Literal::None => SettingValue::None,
        Literal::Bool(truth) => SettingValue::Bool(*truth),
        Literal::Int(number) => SettingValue::Int(*number),
        Literal::Duration(nanoseconds) => SettingValue::Duration(*nanoseconds),
        Literal::Size(bytes) => SettingValue::Size(*bytes),
        Literal::Str(text) => SettingValue::Str(text.clone()),
    }
}

/// The settings of a script's `machine` block as the machine knows values.
fn values(script: &Script) -> Vec<(String, SettingValue)> {
    let value = |setting: &Setting| (setting.name.text.clone(), setting_value(&setting.value));
    settings(script).into_iter().map(value).collect()
}

/// What is wrong with the command line, or else with the machine file.
pub(super) fn refuse(errors: &[MachineError], choice: Choice) -> Failure {
    let mut in_file = Vec::new();
    for error in errors {
        match error.place {
            Place::CommandLine => {
                return Failure::Message { text: error.problem.to_string(), help: error.problem.help() };
            }
            Place::File(span) => in_file.push(diagnostic(error, span)),
            Place::Script { .. } => unreachable!("no script was looked at"),
        }
    }
    match choice.machine {
        Some(MachineSource::File { name, text }) => {
            Failure::Mistakes(Box::new(Source::new(name, text)), in_file)
        }
        Some(MachineSource::BuiltIn(_)) | None => unreachable!("a mistake in a file has a file"),
    }
}

/// Those of the errors that lie in the script.
fn in_block(errors: &[MachineError], script: &Script) -> Vec<Diagnostic> {
    let block = settings(script);
    let in_block = |error: &MachineError| {
        let Place::Script { index, part } = error.place else { return None };
        let (span, quote) = match part {
            Part::Name => (block[index].name.span, ""),
            Part::Value => (block[index].value_span, "\""),
        };
        let found = diagnostic(error, span);
        Some(match &error.problem {
            Problem::Unknown { suggestion: Some(known), .. } => {
                found.with_fix(Fix::maybe(span, format!("{quote}{known}{quote}")))
            }
            Problem::Unknown { suggestion: None, .. }
            | Problem::NotYet { .. }
            | Problem::NotOfMachine(_)
            | Problem::HasOption(_)
            | Problem::WrongType { .. }
            | Problem::OutOfRange { .. }
            | Problem::BadQuantity { .. }
            | Problem::Twice(_)
            | Problem::NoToml(_) => found,
        })
    };
    errors.iter().filter_map(in_block).collect()
}

fn diagnostic(error: &MachineError, span: Span) -> Diagnostic {
    Diagnostic {
        help: error.problem.help(),
        ..Diagnostic::error(machine::error::BAD_SETTING, span, error.problem.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::{Machine, Name};

    const ARGS: ModelArgs = ModelArgs::NOTHING;

    /// A `machine` block of one setting: the name at 0..1, the value at 2..3.
    fn script(name: &str, value: Literal) -> Script {
        let name = Name { text: name.to_string(), span: Span::new(0, 1) };
        let settings = vec![Setting { name, value, value_span: Span::new(2, 3) }];
        Script { items: vec![Item::Machine(Machine { settings, span: Span::new(0, 3) })] }
    }

    fn prepared(script: &Script, args: &ModelArgs) -> Result<Prepared, Failure> {
        let mut compiled = Compiled { script: script.clone(), program: Program::empty() };
        prepare(&Source::new("bank.conc", "a b"), &mut compiled, args)
    }

    #[test]
    fn the_command_line_beats_the_script() {
        let script = script("cores", Literal::Int(2));
        assert_eq!(prepared(&script, &ARGS).unwrap().model.cores, 2);
        assert_eq!(prepared(&script, &ModelArgs { cores: Some(3), ..ARGS }).unwrap().model.cores, 3);
        assert_eq!(prepared(&Script::default(), &ARGS).unwrap().model.cores, 4);
    }

    #[test]
    fn settings_and_params_are_inputs_and_of_two_values_the_later_counts() {
        let value = |name: &str, number| (name.to_string(), Literal::Int(number));
        let set = vec![value("n", 1), value("m", 2), value("n", 3)];
        let script = script("quantum", Literal::Duration(4_000_000));
        let prepared = prepared(&script, &ModelArgs { set, ..ARGS }).unwrap();
        assert_eq!(prepared.settings, ["quantum=4ms", "n=3", "m=2"]);
    }

    #[test]
    fn a_mistake_in_the_block_is_shown_where_it_is() {
        let place = |script| match prepared(&script, &ARGS) {
            Err(Failure::Mistakes(_, diagnostics)) => diagnostics[0].primary.span,
            other => panic!("{other:?}"),
        };
        assert_eq!(place(script("cores", Literal::Int(0))), Span::new(2, 3));
        assert_eq!(place(script("coers", Literal::Int(1))), Span::new(0, 1));
    }

    #[test]
    fn what_was_meant_in_the_block_is_a_guess() {
        let fix = |name, value| machine_mistakes(&script(name, value), None, &Choice::NOTHING).remove(0).fix;
        assert_eq!(fix("coers", Literal::Int(1)), Some(Fix::maybe(Span::new(0, 1), "cores")));
        let runtime = fix("runtime", Literal::Str("cpyton-3.14".to_string()));
        assert_eq!(runtime, Some(Fix::maybe(Span::new(2, 3), "\"cpython-3.14\"")));
        assert_eq!(fix("cores", Literal::Int(0)), None);
    }

    #[test]
    fn a_machine_is_a_name_unless_it_is_a_file() {
        let source = |machine: &str| machine_source(OsStr::new(machine));
        assert!(matches!(source("ideal"), Ok(MachineSource::BuiltIn(name)) if name == "ideal"));
        assert!(matches!(source("nothing"), Ok(MachineSource::BuiltIn(_))));
        assert!(matches!(source("nothing.toml"), Err(Failure::Message { .. })));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.toml");
        std::fs::write(&path, "op = \"1us\"").unwrap();
        let file = machine_source(path.as_os_str()).unwrap();
        assert_eq!(file, MachineSource::File { name: "old.toml".into(), text: "op = \"1us\"".into() });
    }
}
