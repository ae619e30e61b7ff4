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
use crate::base::id::{CellId, UnitId};
use crate::ir::program::{Op, Operand, Pc, Program, Source};
use crate::ir::value::Value;
use crate::observe::explain::Witness;
use crate::observe::finding::{Finding, FindingKind};
use crate::semantics::world::{Unit, World};

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
    pub fn next(program: &Program, unit: &Unit) -> Option<Self> {
        if unit.has_ended() {
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
        let cell = cell_at(program, unit, cell)?;
        (!program.cells[cell.index()].atomic).then_some(Self { cell, writes, pc: unit.pc })
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
        .filter_map(|unit| Some((UnitId::new(unit), Access::next(program, &world.units[unit])?)))
        .collect();
    let mut races = Vec::new();
    for (at, (unit, access)) in next.iter().enumerate() {
        let others = next[at + 1..].iter().filter(|(_, other)| access.conflicts(other));
        races.extend(
            others.map(|(other, second)| Race { units: [*unit, *other], accesses: [*access, *second] }),
        );
    }
    races
}

impl Witness<'_> {
    /// Two units that access one location at the same time.
    #[must_use]
    pub fn race(&self, race: &Race) -> Finding {
        let cell = &self.program.cells[race.accesses[0].cell.index()].name;
        let [first, second] = race.units.map(|unit| self.unit(unit));
        let verb = |access: &Access| if access.writes { "writes" } else { "reads" };
        let [does, also] = [verb(&race.accesses[0]), verb(&race.accesses[1])];
        let message = if does == also {
            format!("{first} and {second} both write `{cell}` at the same time")
        } else {
            format!("{first} {does} `{cell}` while {second} {also} it")
        };
        let label = |name: &str, access: &Access| {
            Label::new(self.span(access.pc), format!("{name} {} `{cell}` here", verb(access)))
        };
        let mut labels = vec![label(&first, &race.accesses[0])];
        if self.span(race.accesses[0].pc) != self.span(race.accesses[1].pc) || does != also {
            labels.push(label(&second, &race.accesses[1]));
        }
        let help = format!(
            "guard every access to `{cell}` with one lock, or declare it `atomic shared` if this is intended"
        );
        Finding {
            units: vec![first, second],
            labels,
            help: Some(help),
            ..self.finding(FindingKind::Race, message)
        }
    }
}
