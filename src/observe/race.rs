//! What a race is: two accesses to one shared location that conflict and that
//! nothing orders.
//!
//! Accesses conflict if they are of two units, of one location, and at least one
//! of them writes. Locations that are `atomic shared`, and whole `atomic` blocks,
//! are for synchronising: they make no race. In an exploration nothing orders two
//! accesses if there is a world in which both units rest at them; in a timed run,
//! if neither happens before the other.

#![expect(clippy::wildcard_enum_match_arm, reason = "five ops access shared data")]

use crate::base::diagnostic::Label;
use crate::base::id::{CellId, ObjectId, UnitId};
use crate::base::span::Span;
use crate::ir::program::{Op, Operand, Pc, Program, Source};
use crate::ir::value::Value;
use crate::observe::explain::{Witness, list};
use crate::observe::finding::{Finding, FindingKind};
use crate::semantics::world::{Naming, Rest, Unit, World};
use crate::trace::event::Names as _;

/// An access to a plain shared location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The location.
    pub cell: CellId,
    /// It writes, or changes what is there.
    pub writes: bool,
    /// The op.
    pub pc: Pc,
}

/// Two conflicting accesses that nothing orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Race {
    /// Who.
    pub units: [UnitId; 2],
    /// What each does.
    pub accesses: [Access; 2],
}

impl Access {
    /// The access that a unit rests at, if it can make a race.
    #[must_use]
    pub fn next(program: &Program, world: &World, id: UnitId) -> Option<Self> {
        let unit = &world.units[id.index()];
        if unit.has_ended() || unit.rest != Rest::Running || world.held_back_by(id).is_some() {
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
        let home = world.infos[id.index()].interpreter;
        let cell = program.cell_of(cell_at(program, unit, cell)?, home);
        (!program.cell(cell).atomic).then_some(Self { cell, writes, pc: unit.pc })
    }

    /// Whether two accesses of different units conflict.
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        self.cell == other.cell && (self.writes || other.writes)
    }
}

/// The location that an operand of a unit's next op names.
#[must_use]
pub fn cell_at(program: &Program, unit: &Unit, operand: Operand) -> Option<CellId> {
    let value = match operand.source() {
        Source::Register(register) => unit.register(register),
        Source::Constant(constant) => program.constant(constant),
    };
    if let Value::Cell(cell) = value { Some(*cell) } else { None }
}

/// The races of a world between two steps.
#[must_use]
pub fn races(program: &Program, world: &World) -> Vec<Race> {
    let next: Vec<(UnitId, Access)> = (0..world.units.len())
        .map(UnitId::new)
        .filter_map(|unit| Some((unit, Access::next(program, world, unit)?)))
        .collect();
    let mut races = Vec::new();
    for (at, (unit, access)) in next.iter().enumerate() {
        let others = next[at + 1..].iter().filter(|(other, second)| {
            let [thread, other] = [*unit, *other].map(|unit| world.infos[unit.index()].thread);
            thread != other && access.conflicts(second)
        });
        races.extend(
            others.map(|(other, second)| Race { units: [*unit, *other], accesses: [*access, *second] }),
        );
    }
    races
}

/// The text of each statement of a program: from the first to the last character that one of its ops stands for.
#[derive(Clone, Debug)]
pub struct Statements(Vec<Span>);

impl Statements {
    /// Those of `program`.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        let mut spans: Vec<Option<Span>> = vec![None; program.places.len()];
        for (place, span) in program.op_places.iter().zip(&program.spans) {
            let known = &mut spans[place.index()];
            let whole = known.map_or(*span, |known: Span| known.to(*span));
            *known = Some(whole);
        }
        Self(spans.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// What identifies a race: the statements that access the location, and its declaration. That `x += 1` both
    /// reads and writes makes one race of two units that do so, and not two.
    #[must_use]
    pub fn key(&self, program: &Program, race: &Race) -> [Span; 3] {
        let statement = |access: Access| self.0[program.op_places[access.pc as usize].index()];
        let [first, second] = race.accesses.map(statement);
        let declaration = program.cell(race.accesses[0].cell).span;
        let mut key = [first, second, declaration];
        key.sort_unstable();
        key
    }
}

impl Witness<'_> {
    /// Two units that rest at accesses to one location.
    #[must_use]
    pub fn race(&self, race: &Race) -> Finding {
        let held = race.units.map(|unit| {
            let objects = self.world.objects.iter().enumerate();
            let held = objects.filter(|(_, object)| object.holder() == Some(unit));
            held.map(|(object, _)| ObjectId::new(object)).collect()
        });
        self.race_between(race, &held)
    }

    /// Two units that access one location, each of them holding these locks.
    #[must_use]
    pub fn race_between(&self, race: &Race, held: &[Vec<ObjectId>; 2]) -> Finding {
        let location = race.accesses[0].cell;
        let names = Naming { program: self.program, world: self.world };
        let cell = names.cell(location);
        let [first, second] = race.units.map(|unit| self.unit(unit));
        let verb = |access: &Access| if access.writes { "writes" } else { "reads" };
        let [does, also] = [verb(&race.accesses[0]), verb(&race.accesses[1])];
        let mut message = if does == also {
            format!("{first} and {second} both write `{cell}` at the same time")
        } else {
            format!("{first} {does} `{cell}` while {second} {also} it")
        };
        let says_locks = held.iter().any(|held| !held.is_empty());
        let holding = |held: &[ObjectId]| match held {
            _ if !says_locks => String::new(),
            [] => ", holding no lock".to_owned(),
            held => format!(
                ", holding {}",
                list(held.iter().map(|lock| format!("`{}`", self.object(*lock))).collect())
            ),
        };
        let label = |name: &str, access: &Access, held: &[ObjectId]| {
            let text = format!("{name} {} `{cell}` here{}", verb(access), holding(held));
            Label::new(self.span(access.pc), text)
        };
        let mut labels = vec![label(&first, &race.accesses[0], &held[0])];
        if self.span(race.accesses[0].pc) != self.span(race.accesses[1].pc)
            || does != also
            || held[0] != held[1]
        {
            labels.push(label(&second, &race.accesses[1], &held[1]));
        }
        let name = &self.program.cell(location).name;
        let mut help = format!(
            "guard every access to `{name}` with one lock, or declare it `atomic shared` if this is intended"
        );
        if let Some(copies) = self.copies(held) {
            (message, help) = (message + &copies.reason, copies.help);
        }
        Finding {
            units: vec![first, second],
            labels,
            help: Some(help),
            ..self.finding(FindingKind::Race, message)
        }
    }

    /// A lock that both units hold by its name and neither by its copy: it keeps them apart from nobody in the other's
    /// process.
    fn copies(&self, held: &[Vec<ObjectId>; 2]) -> Option<Copies> {
        let named = |lock: ObjectId| self.program.named_object(lock);
        let (first, second) = held[0].iter().find_map(|&first| {
            let second = held[1].iter().find(|&&second| first != second && named(first) == named(second))?;
            Some((first, *second))
        })?;
        let is_interpreter =
            |lock: ObjectId| self.world.is_in_a_thread(self.program.interpreter_of_object(lock));
        let whose = if is_interpreter(first) || is_interpreter(second) { "interpreter" } else { "process" };
        let declared = self.program.object(first);
        let name = &declared.name;
        let declaration = match name.split_once('[') {
            Some((array, _)) => format!("{array}[…]"),
            None => name.clone(),
        };
        Some(Copies {
            reason: format!("; each {whose} has its own `{name}`"),
            help: format!(
                "`{name}` is another lock in each {whose}, here `{}` and `{}`, and keeps out nobody of another one: \
                 declare `process {} {declaration}`",
                self.object(first),
                self.object(second),
                declared.kind.word()
            ),
        })
    }
}

/// What is said of copies of a lock.
struct Copies {
    reason: String,
    help: String,
}
