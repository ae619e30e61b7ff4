//! What takes part in a comparison: kinds of units, runtimes and numbers of cores, and the runs of all of them.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::diagnostic::Severity;
use crate::base::parallel::in_parallel;
use crate::base::span::Source;
use crate::cli::args::{ModelArgs, SchedulerArg};
use crate::cli::compare::args::CompareArgs;
use crate::cli::failure::Failure;
use crate::cli::prepare::{Compiled, choose, compile, model_of, refuse_unknown};
use crate::cli::setup::{Limits, Setup, Wish, setup};
use crate::engine::Chronicled;
use crate::engine::measure::{brief, measure};
use crate::ir::terms::Terms;
use crate::machine::profile::Model;
use crate::machine::runtimes;
use crate::observe::choice::{Group, Row, Standing, StartCost};
use crate::observe::report::Outcome;
use crate::syntax::ast::{Literal, Script, UnitKind};

/// What takes part if nobody says anything: all but what a script can't start without being written for it.
const KINDS: [&str; 4] = ["thread", "process", "task", "interpreter"];

/// Stands for every runtime.
const ALL: &str = "all";

/// A script of units that do nothing, started one after the other.
const STARTS: &str = "param n = 1\ndef idle() {}\nmain { for i in 0..n { await spawn unit idle() } }\n";

/// What takes part.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) source: &'a Source,
    pub(super) args: &'a CompareArgs,
    /// The script, as it is read.
    pub(super) script: Script,
    /// Kinds of units; none stands for what the script itself says.
    pub(super) kinds: Vec<Option<&'static str>>,
    /// Runtimes and numbers of cores, with what each comes to for the script.
    places: Vec<(Place, Model)>,
}

/// A runtime and a number of cores, as far as the command line says it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    runtime: Option<String>,
    cores: Option<u32>,
}

impl<'a> Field<'a> {
    /// All that the command line asks for.
    ///
    /// # Errors
    ///
    /// If the script has mistakes whatever its units are, or something is asked for that there is not.
    pub(super) fn new(args: &'a CompareArgs, source: &'a Source) -> Result<Self, Failure> {
        for unit in &args.unit {
            choose(&model_args(args, None, Some(unit.trim())))?;
        }
        let asked: Vec<&'static str> = args
            .unit
            .iter()
            .filter_map(|unit| UnitKind::from_word(unit.trim()))
            .map(UnitKind::word)
            .collect();
        let mut kinds: Vec<&'static str> = if asked.is_empty() { KINDS.to_vec() } else { Vec::new() };
        for kind in asked {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let Compiled { script, program } = compiled(source, &args.set, &kinds)?;
        let has_choice = program.spawns.iter().any(|site| site.unit == UnitKind::Unit);
        if !has_choice && !args.unit.is_empty() {
            return Err(no_choice());
        }
        let kinds = if has_choice { kinds.into_iter().map(Some).collect() } else { vec![None] };
        if let Some(sweep) = &args.sweep {
            let swept = (sweep.name.clone(), Literal::None);
            refuse_unknown(&[&script], &[swept]).map_err(|failure| failure.about("--set", "--sweep"))?;
        }
        let mut field = Self { source, args, script, kinds, places: Vec::new() };
        for place in field.asked_places()? {
            let model = model_of(source, &field.script, &model_args(args, Some(&place), None))?;
            field.places.push((place, model));
        }
        Ok(field)
    }

    fn asked_places(&self) -> Result<Vec<Place>, Failure> {
        let args = self.args;
        let mut names: Vec<Option<String>> = Vec::new();
        for name in &args.runtime {
            let all = runtimes().iter().map(|runtime| Some(runtime.name.to_owned()));
            let these: Vec<_> =
                if name.trim() == ALL { all.collect() } else { vec![Some(name.trim().to_owned())] };
            names.extend(these);
        }
        let mut runtimes = Vec::new();
        for name in if names.is_empty() { vec![None] } else { names } {
            if !runtimes.contains(&name) {
                runtimes.push(name);
            }
        }
        let mut places = Vec::new();
        for runtime in runtimes {
            let cores = match &args.cores {
                Some(cores) => cores.0.iter().copied().map(Some).collect(),
                None if args.sweep.is_some() => vec![None],
                None => {
                    let own = Place { runtime: runtime.clone(), cores: None };
                    let model = model_of(self.source, &self.script, &model_args(args, Some(&own), None))?;
                    if model.cores > 1 { vec![Some(1), None] } else { vec![None] }
                }
            };
            places.extend(cores.into_iter().map(|cores| Place { runtime: runtime.clone(), cores }));
        }
        Ok(places)
    }

    /// How many runtimes and numbers of cores there are.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    /// The machine's name.
    pub(super) fn machine(&self) -> &str {
        self.places.first().map_or("", |(_, model)| &model.machine)
    }

    /// Where something is told in full: the first runtime, on the most cores.
    pub(super) fn main(&self) -> usize {
        let first = self.places.first().map(|(_, model)| model.runtime.name);
        let of_first = (0..self.places.len()).filter(|at| Some(self.places[*at].1.runtime.name) == first);
        of_first.max_by_key(|at| (self.places[*at].1.cores, std::cmp::Reverse(*at))).unwrap_or(0)
    }

    /// A run of the script there with units of that kind, and with another value of a param.
    ///
    /// # Errors
    ///
    /// If the script has mistakes then, or uses what that runtime lacks.
    pub(super) fn setup(
        &self,
        place: usize,
        kind: Option<&'static str>,
        value: Option<&(String, Literal)>,
    ) -> Result<Setup, Failure> {
        let mut model = model_args(self.args, Some(&self.places[place].0), kind);
        model.set.extend(value.cloned());
        let limits =
            Limits { time: self.args.max_time, events: self.args.max_events, memory: self.args.max_memory };
        let wish = Wish {
            seed: self.args.seed,
            scheduler: SchedulerArg::Fifo,
            model,
            limits,
            caps: Limits::USUAL,
            replay: None,
        };
        setup(self.source, &wish, Chronicled::Nothing)
    }

    /// All runs for each of these values of a param, on so many threads; `ran` is called after each.
    ///
    /// # Errors
    ///
    /// If none of them is possible: the reason of the first.
    pub(super) fn run(
        &self,
        values: &[Option<(String, Literal)>],
        (jobs, stop): (usize, &AtomicBool),
        ran: &(dyn Fn() + Sync),
    ) -> Result<Vec<Vec<Group>>, Failure> {
        let (places, kinds) = (self.places.len(), self.kinds.len());
        let runs = in_parallel(
            jobs,
            values.len() * places * kinds,
            || (),
            |(), at| {
                let (value, place, kind) =
                    (at / (places * kinds), at / kinds % places, self.kinds[at % kinds]);
                let standing = self.standing((place, kind, values[value].as_ref()), stop);
                let start = if values.len() == 1 { self.start(place, kind, stop) } else { None };
                ran();
                (standing, start)
            },
        );
        if runs.iter().all(|(standing, _)| standing.is_err()) {
            return Err(runs.into_iter().find_map(|(standing, _)| standing.err()).expect("there is a run"));
        }
        let mut runs = runs.into_iter();
        let mut group = |place: usize| {
            let model = &self.places[place].1;
            let row = |&unit: &Option<&'static str>| {
                let (standing, start) = runs.next().expect("there is a run for each row");
                Row { unit, standing: standing.unwrap_or_else(impossible), start, scale: None }
            };
            Group {
                runtime: model.runtime.name,
                cores: model.cores,
                start_method: model.start_method.word(),
                rows: self.kinds.iter().map(row).collect(),
            }
        };
        Ok(values.iter().map(|_| (0..places).map(&mut group).collect()).collect())
    }

    fn standing(
        &self,
        (place, kind, value): (usize, Option<&'static str>, Option<&(String, Literal)>),
        stop: &AtomicBool,
    ) -> Result<Standing, Failure> {
        let setup = self.setup(place, kind, value)?;
        if stop.load(Ordering::Relaxed) {
            return Ok(Standing::Skipped);
        }
        let measured = measure(&setup.program, &setup.model, &setup.options, stop);
        Ok(measured.map_or(Standing::Skipped, |measured| Standing::Measured(Box::new(measured))))
    }

    /// What the start of a unit costs that does nothing.
    fn start(&self, place: usize, kind: Option<&'static str>, stop: &AtomicBool) -> Option<StartCost> {
        let kind = kind?;
        let mut model = self.places[place].1.clone();
        model.unit = kind;
        let options = self.setup(place, Some(kind), None).ok()?.options;
        let source = Source::new("starts.conc".to_owned(), STARTS.to_owned());
        let time = |count: i64| {
            let set = [("n".to_owned(), Literal::Int(count))];
            let mut program = compile(&source, &set, Some(kind)).ok()?.program;
            program.terms = Terms::of(&model);
            let report = brief(&program, &model, &options, stop);
            (report.outcome == Outcome::Completed).then_some(report.elapsed)
        };
        let (none, one, two) = (time(0)?, time(1)?, time(2)?);
        Some(StartCost { first: one.saturating_sub(none), next: two.saturating_sub(one) })
    }
}

/// The script with units of the first kind that it can have.
fn compiled(source: &Source, set: &[(String, Literal)], kinds: &[&'static str]) -> Result<Compiled, Failure> {
    let first = compile(source, set, kinds.first().copied());
    let others = kinds.iter().skip(1).map(|kind| compile(source, set, Some(kind)));
    first.or_else(|mistakes| others.flatten().next().ok_or(mistakes))
}

/// What a comparison asks for as every command does.
fn model_args(args: &CompareArgs, place: Option<&Place>, unit: Option<&str>) -> ModelArgs {
    ModelArgs {
        cores: place.and_then(|place| place.cores),
        runtime: place.and_then(|place| place.runtime.clone()),
        unit: unit.map(str::to_owned),
        machine: args.machine.clone(),
        cost: args.cost.clone(),
        set: args.set.clone(),
    }
}

/// Why there is no run.
fn impossible(failure: Failure) -> Standing {
    Standing::Impossible(match failure {
        Failure::Mistakes(source, diagnostics) => {
            let first = diagnostics.iter().find(|found| found.severity == Severity::Error);
            first.or(diagnostics.first()).map_or_else(
                || "the script has mistakes then".to_owned(),
                |found| {
                    format!("{} (line {}, {})", found.message, source.line(found.primary.span), found.code)
                },
            )
        }
        failure @ (Failure::Closed | Failure::Message { .. }) => failure.sentence(),
    })
}

fn no_choice() -> Failure {
    Failure::Message {
        text: "--unit: the script has no `spawn unit`, so that it says itself what it starts".to_owned(),
        help: Some(
            "write `spawn unit f()` in place of `spawn thread f()`, and `await` where units wait".to_owned(),
        ),
    }
}
