//! What goes wrong in a world, and how it ends.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops are accesses, and few values have parts")]

use std::collections::BTreeSet;

use concsim::base::diagnostic::Label;
use concsim::base::id::{CellId, UnitId};
use concsim::base::span::Span;
use concsim::explore::Final;
use concsim::ir::program::{Op, Operand, Pc, Program, PropertyKind, Source};
use concsim::ir::value::Value;
use concsim::observe::deadlock::{Stuck, stuck};
use concsim::observe::finding::{Cause, Finding, FindingKind};
use concsim::observe::report::{Datum, Outcome};
use concsim::semantics::property::holds;
use concsim::semantics::world::{Naming, Rest, World};
use concsim::syntax::ast::UnitKind;

use super::steps::{Dice, is_held_back, waits};
use super::{Brute, has_ended};

/// Something that can go wrong: what, why, and where. Of a deadlock it is where the stuck units wait, of a
/// livelock nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) kind: FindingKind,
    pub(crate) cause: Option<Cause>,
    pub(crate) places: BTreeSet<Span>,
}

impl Fault {
    pub(crate) fn new(kind: FindingKind, cause: Option<Cause>, place: Span) -> Self {
        Self { kind, cause, places: BTreeSet::from([place]) }
    }

    pub(crate) fn at(program: &Program, kind: FindingKind, pc: Pc) -> Self {
        Self::new(kind, None, program.spans[pc as usize])
    }

    /// What the exploration has found, as it is told apart here.
    pub(crate) fn of(program: &Program, finding: &Finding) -> Self {
        let waits = |label: &&Label| {
            finding.units.iter().any(|unit| label.text.starts_with(&format!("{unit} waits here")))
        };
        let labels: Vec<&Label> = match finding.kind {
            FindingKind::Race => finding.labels.iter().collect(),
            FindingKind::Deadlock => finding.labels.iter().filter(waits).collect(),
            FindingKind::Livelock => Vec::new(),
            // The other places of these are not what they are about: after which step.
            _ => finding.labels.iter().take(1).collect(),
        };
        let spans = labels.into_iter().map(|label| label.span);
        let places = match finding.kind {
            FindingKind::Race => spans.map(|span| statement(program, span)).collect(),
            _ => spans.collect(),
        };
        Self { kind: finding.kind, cause: finding.cause, places }
    }
}

/// Races are told by their statements: the first text of the statement that some text belongs to.
fn statement(program: &Program, span: Span) -> Span {
    let with_places = || program.spans.iter().zip(&program.op_places);
    let place = with_places().find(|(own, _)| **own == span).map(|(_, place)| place);
    let of_it = with_places().filter(|(_, own)| Some(*own) == place).map(|(span, _)| *span);
    of_it.min().unwrap_or(span)
}

impl Brute<'_> {
    /// Two units are about to access one plain cell, and one of them is about to write it.
    pub(crate) fn judge_races(&mut self, at: usize, world: &World) {
        let accesses: Vec<Access> =
            (0..world.units.len()).filter_map(|unit| access(self.program, world, unit)).collect();
        for (index, one) in accesses.iter().enumerate() {
            for other in &accesses[index + 1..] {
                if one.thread != other.thread && one.cell == other.cell && (one.writes || other.writes) {
                    let places = [one, other].map(|access| statement(self.program, access.place)).into();
                    self.is_wrong(at, [Fault { kind: FindingKind::Race, cause: None, places }]);
                }
            }
        }
    }

    /// The run has ended, or nothing can happen any more.
    pub(crate) fn judge_end(&mut self, at: usize, world: &World, failed: bool) {
        let is_stuck = !has_ended(world);
        let mut world = world.clone();
        let mut wrong = self.exceptions(&world);
        for property in
            self.program.properties.iter().filter(|property| property.kind == PropertyKind::Finally)
        {
            if !holds(self.program, &mut world, property.function, &mut Dice::at_end(is_stuck)).0 {
                wrong.insert(Fault::new(FindingKind::Finally, None, property.span));
            }
        }
        let outcome = match (is_stuck, failed || !wrong.is_empty()) {
            (true, _) => Outcome::Deadlock,
            (false, true) => Outcome::Failed,
            (false, false) => Outcome::Completed,
        };
        self.finals.insert(self.as_final(&world, outcome));
        if is_stuck {
            wrong.extend(self.deadlocks(&self.with_waits(&world)));
        }
        self.is_wrong(at, wrong);
    }

    /// The exceptions that ended units and that nobody has taken. The end of the run comes before those of daemons that
    /// have not ended yet.
    pub(crate) fn exceptions(&self, world: &World) -> BTreeSet<Fault> {
        let is_task = |at: usize| world.infos[at].kind == UnitKind::Task;
        let units = world
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| !unit.taken && (unit.has_ended() || !has_ended(world)));
        let untaken = units.filter_map(|(at, unit)| match &unit.result {
            Value::Exception(exception) if is_task(at) && exception.name == "CancelledError" => None,
            Value::Exception(exception) if !exception.assertion => Some(exception.origin),
            _ => None,
        });
        untaken.map(|origin| Fault::at(self.program, FindingKind::Exception, origin)).collect()
    }

    /// The units that are stuck for ever among those that wait in a world.
    pub(crate) fn deadlocks(&self, waiting: &World) -> Vec<Fault> {
        let place = |unit: &UnitId| self.program.spans[waiting.resting_place(self.program, *unit) as usize];
        let fault = |stuck: Stuck| Fault {
            kind: FindingKind::Deadlock,
            cause: Some(stuck.cause),
            places: stuck.units.iter().map(place).collect(),
        };
        stuck(self.program, waiting, true).into_iter().map(fault).collect()
    }

    /// The same world with what each unit waits for.
    pub(crate) fn with_waits(&self, world: &World) -> World {
        let mut told = world.clone();
        for unit in (0..world.units.len()).map(UnitId::new) {
            if let Some(waits) = waits(self.program, world, unit) {
                told.units[unit.index()].status = waits.status;
            }
        }
        told
    }

    fn as_final(&self, world: &World, outcome: Outcome) -> Final {
        let value = |cell: usize| datum(self.program, world, &world.cells[cell]);
        let shared = self.program.shared.iter().map(|shared| {
            let first = shared.first.index();
            let all = |length: u32| (first..first + length as usize).map(value).collect();
            (
                shared.name.clone(),
                shared.length.map_or_else(|| value(first), |length| Datum::List(all(length))),
            )
        });
        let output = world.output.iter().map(ToString::to_string).collect();
        Final { outcome, shared: shared.collect(), output }
    }
}

fn datum(program: &Program, world: &World, value: &Value) -> Datum {
    match value {
        Value::None | Value::Unset => Datum::None,
        Value::Bool(truth) => Datum::Bool(*truth),
        Value::Int(number) => Datum::Number(*number),
        Value::Str(text) => Datum::Text(text.to_string()),
        Value::List(_) => Datum::List(value.items().iter().map(|item| datum(program, world, item)).collect()),
        other => Datum::Name(other.text(&Naming { program, world })),
    }
}

/// What a unit is about to do to a cell.
struct Access {
    thread: UnitId,
    cell: CellId,
    writes: bool,
    place: Span,
}

/// The access of a plain cell at which the unit rests.
fn access(program: &Program, world: &World, index: usize) -> Option<Access> {
    let unit = &world.units[index];
    if unit.has_ended() || unit.rest != Rest::Running || is_held_back(world, UnitId::new(index)) {
        return None;
    }
    let (cell, writes) = match program.ops[unit.pc as usize] {
        Op::Read { cell, .. } => (cell, false),
        Op::Write { cell, .. }
        | Op::SharedPush { cell, .. }
        | Op::SharedPop { cell, .. }
        | Op::SharedStore { cell, .. } => (cell, true),
        _ => return None,
    };
    let cell = cell_of(program, unit.base, (&unit.stack, cell))?;
    let cell = program.cell_of(cell, world.infos[index].interpreter);
    let thread = world.infos[index].thread;
    (!program.cell(cell).atomic).then(|| Access {
        thread,
        cell,
        writes,
        place: program.spans[unit.pc as usize],
    })
}

fn cell_of(program: &Program, base: u32, (stack, operand): (&[Value], Operand)) -> Option<CellId> {
    let value = match operand.source() {
        Source::Register(register) => &stack[base as usize + usize::from(register)],
        Source::Constant(constant) => program.constant(constant),
    };
    match value {
        Value::Cell(cell) => Some(*cell),
        _ => None,
    }
}
