//! What the model says of each cell.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::thread::available_parallelism;

use concsim::analysis::translate;
use concsim::base::parallel::in_parallel;
use concsim::base::size::parse_size;
use concsim::base::span::Source;
use concsim::base::time::parse_duration;
use concsim::engine::{self, Chronicled, Options, Scheduler};
use concsim::ir::program::Program;
use concsim::ir::since::too_new;
use concsim::ir::terms::Terms;
use concsim::machine::choose::{Choice, MachineSource, resolve};
use concsim::machine::profile::Model;
use concsim::observe::report::{Inputs, Outcome, Report};
use concsim::observe::times::Activity;
use concsim::trace::event::{Detail, Event, Names, Sink};

use crate::measured::{Cell, Value};
use crate::plan::{Plan, Twin, plan};
use crate::score::{Predicted, median};

/// A run of a twin that executes more operations than these is not waited for.
const EVENTS_MAX: u64 = 200_000_000;

/// The figures of one run, by name: nanoseconds, bytes, counts, or the quotient of two of them.
type Figures = BTreeMap<String, Value>;

/// What the model says of each cell, in order: the median of that many seeds, at least one.
pub(crate) fn predictions(cells: &[Cell], seeds: usize) -> Vec<Predicted> {
    let plans: Vec<Plan> = cells.iter().map(plan).collect();
    let twins: BTreeMap<String, &Twin> =
        plans.iter().filter_map(Plan::twin).map(|twin| (twin.key(), twin)).collect();
    let ready: Vec<Result<Ready, String>> = twins.values().map(|twin| prepare(twin)).collect();
    let jobs = available_parallelism().map_or(1, usize::from);
    let run = |piece: usize| ready[piece / seeds].as_ref().ok().map(|ready| ready.figures(piece % seeds));
    let figures = in_parallel(jobs, ready.len() * seeds, || (), |(), piece| run(piece));
    let runs: BTreeMap<&str, _> =
        twins.keys().map(String::as_str).zip(ready.iter().zip(figures.chunks(seeds))).collect();
    let predict = |(cell, plan): (&Cell, &Plan)| match plan {
        Plan::NotModelled(why) => Predicted::NotModelled(why),
        Plan::Twin(twin, figure) => match runs[twin.key().as_str()] {
            (Err(error), _) => Predicted::Refused(error.clone()),
            (Ok(_), runs) => predicted(cell, figure, runs).map_or_else(
                || Predicted::Refused(format!("{}: nothing is told of `{figure}`", twin.path())),
                Predicted::Is,
            ),
        },
    };
    cells.iter().zip(&plans).map(predict).collect()
}

/// The middle one of what all runs say; nothing if one says nothing.
fn predicted(cell: &Cell, figure: &str, runs: &[Option<Figures>]) -> Option<Value> {
    let values: Option<Vec<Value>> = runs.iter().map(|figures| of_run(figures.as_ref()?, figure)).collect();
    let values = values?;
    let numbers: Option<Vec<f64>> = values.iter().map(Value::number).collect();
    match numbers {
        Some(numbers) => median(numbers).map(|middle| Value::Number(middle / scale(&cell.unit))),
        None => values.into_iter().next(),
    }
}

/// A figure of a run, or the quotient of two.
fn of_run(figures: &Figures, figure: &str) -> Option<Value> {
    if let Some(value) = figures.get(figure) {
        return Some(value.clone());
    }
    let (above, below) = figure.rsplit_once('/')?;
    let number = |name: &str| figures.get(name).and_then(Value::number);
    Some(Value::Number(number(above)? / number(below)?))
}

/// What one of the cell's unit is, in nanoseconds, bytes or pieces.
fn scale(unit: &str) -> f64 {
    match unit {
        "s" => 1e9,
        "per_s" => 1e-9,
        "KiB" => 1024.0,
        _ => 1.0,
    }
}

/// A twin that can be run.
struct Ready {
    program: Program,
    model: Model,
    options: Options,
}

/// The twin's text with the cell's parameters, under its runtime; or why that can't be.
fn prepare(twin: &Twin) -> Result<Ready, String> {
    let path = twin.path();
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let source = Source::new(path, text);
    let analysis = translate(&source, &twin.set);
    let told = |errors: &[concsim::base::diagnostic::Diagnostic]| {
        let first = errors.first().map_or("it can't be run", |error| &error.message);
        format!("{}: {first}", source.name)
    };
    let mut program = analysis.program.ok_or_else(|| told(&analysis.diagnostics))?;
    let choice = Choice {
        runtime: Some(twin.runtime.clone()),
        machine: Some(MachineSource::BuiltIn(twin.machine.clone())),
        cores: Some(twin.cores),
        ..Choice::NOTHING
    };
    let resolved = resolve(&choice, &twin.settings)
        .map_err(|errors| errors.first().map_or_else(String::new, |error| error.problem.to_string()))?;
    program.terms = Terms::of(&resolved.model);
    let lacking = too_new(&program, resolved.model.runtime, program.terms);
    if !lacking.is_empty() {
        return Err(told(&lacking));
    }
    let inputs = Inputs {
        script: source.name.clone(),
        ir_hash: program.hash(),
        seed: 0,
        runtime: resolved.model.runtime.name.to_owned(),
        cores: resolved.model.cores,
        machine: resolved.model.machine.clone(),
        scheduler: Scheduler::Random.word().to_owned(),
        options: resolved.command_line_inputs,
        settings: resolved.script_inputs,
    };
    let options = Options {
        inputs,
        seed: 0,
        scheduler: Scheduler::Random,
        max_time: None,
        max_events: EVENTS_MAX,
        max_memory: 4 << 30,
        chronicled: Chronicled::Nothing,
    };
    Ok(Ready { program, model: resolved.model, options })
}

impl Ready {
    fn figures(&self, seed: usize) -> Figures {
        let mut options = self.options.clone();
        let seed = seed as u64;
        options.seed = seed;
        options.inputs.seed = seed;
        let report = engine::run(&self.program, &self.model, &options, &mut Nobody, &AtomicBool::new(false));
        let mut figures = of_report(&report, &self.model);
        figures.extend(report.output.iter().filter_map(|line| printed(line)));
        figures
    }
}

/// Nobody listens: the report says enough.
#[derive(Debug)]
struct Nobody;

impl Sink for Nobody {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures of an experiment have far fewer than 53 bits")]
fn count(number: u64) -> Value {
    Value::Number(number as f64)
}

/// What a run came to that a script can't see.
fn of_report(report: &Report, model: &Model) -> Figures {
    let work = report.units.iter().skip(1).map(|unit| unit.times.of(&[Activity::Work]).0).sum();
    let busy: u64 = report.machine.core_busy.iter().map(|busy| busy.0).sum();
    let memory = |kind: &str| {
        report.interpreters.iter().filter(|own| own.kind == kind).map(|own| own.peak_memory).max()
    };
    let mut figures = Figures::from([
        ("elapsed".to_owned(), count(report.elapsed.0)),
        ("cputime_units".to_owned(), count(work)),
        ("cputime".to_owned(), count(busy)),
        ("ctx_switches".to_owned(), count(report.machine.core_switches)),
        ("peak_memory".to_owned(), count(report.machine.peak_memory)),
        ("start_method".to_owned(), Value::Text(model.start_method.word().to_owned())),
        ("outcome".to_owned(), Value::Text(outcome(report))),
    ]);
    let [main, process] = ["main", "process"].map(memory);
    let surplus = main.zip(process).map(|(main, process)| main.saturating_sub(process));
    for (name, bytes) in [("main_memory", main), ("process_memory", process), ("surplus_memory", surplus)] {
        figures.extend(bytes.map(|bytes| (name.to_owned(), count(bytes))));
    }
    figures
}

/// How the real program would have ended: it hangs, or exits with what it has printed.
fn outcome(report: &Report) -> String {
    match report.outcome {
        Outcome::Deadlock => "hang".to_owned(),
        Outcome::Limit => "limit".to_owned(),
        Outcome::Completed | Outcome::Failed => {
            let code = i32::from(report.outcome == Outcome::Failed);
            format!("rc={code} {}", report.output.join(" "))
        }
    }
}

/// A line of a twin: `name: figure`, or `name: figure figure`, which stands for the quotient.
fn printed(line: &str) -> Option<(String, Value)> {
    let (name, rest) = line.rsplit_once(": ")?;
    let values: Option<Vec<f64>> = rest.split(' ').map(figure).collect();
    let value = match values?[..] {
        [value] => value,
        [above, below] => above / below,
        _ => return None,
    };
    Some((name.to_owned(), Value::Number(value)))
}

/// A number, a duration in nanoseconds, or a size in bytes.
#[expect(clippy::cast_precision_loss, reason = "figures of an experiment have far fewer than 53 bits")]
fn figure(text: &str) -> Option<f64> {
    let number = text.parse::<f64>().ok();
    let length = || parse_duration(text).ok().map(|length| length as f64);
    let size = || parse_size(text).ok().map(|size| size as f64);
    number.or_else(length).or_else(size)
}
