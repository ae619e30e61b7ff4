//! What an exploration finds: which findings a turn and the world behind it show.
//!
//! The search and the witnesses both ask here, so that they agree on what a
//! finding is. [`Judge::shown`] tells all that can be seen at one turn; what only
//! shows in whole components of the graph (livelocks, and units stuck while others
//! go on for ever) is found by [`super::endless`].

use std::sync::Arc;

use crate::base::id::UnitId;
use crate::base::span::Span;
use crate::explore::Final;
use crate::explore::space::{Space, Standing, Taken};
use crate::ir::program::{Op, Pc, Program, Property, PropertyKind};
use crate::ir::signature::Builtin;
use crate::ir::value::Exception;
use crate::observe::deadlock::{Stuck, stuck};
use crate::observe::ending::{shared_values, untaken_exceptions};
use crate::observe::finding::{Cause, FindingKind};
use crate::observe::race::{Race, Statements, races};
use crate::observe::report::Outcome;
use crate::semantics::oracle::Oracle;
use crate::semantics::property::holds;
use crate::semantics::step::{Action, ActionKind};
use crate::semantics::world::World;

/// What identifies a finding: of two that agree in it, only the first is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What.
    pub kind: FindingKind,
    /// For a deadlock, why.
    pub cause: Option<Cause>,
    /// The places involved, sorted. For a race these are the statements that access the location, and its
    /// declaration: that `x += 1` both reads and writes makes one race of two units that do so, and not two.
    pub spans: Vec<Span>,
}

/// A finding where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What identifies it.
    pub key: Key,
    /// What there is to tell of it.
    pub evidence: Evidence,
}

/// What there is to tell of a finding where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Units that are stuck.
    Stuck(Stuck),
    /// An `assert` of that unit failed.
    Assertion(UnitId, Arc<Exception>),
    /// The invariant with that index among the properties, and the step after which it does not hold.
    Invariant(usize, Option<(UnitId, Pc)>),
    /// The `finally` property with that index among the properties.
    Finally(usize),
    /// An exception ended that unit, and nobody took it.
    Exception(UnitId, Arc<Exception>),
    /// Two accesses at the same time.
    Race(Race),
    /// Units that go round and round, and where.
    Livelock(Vec<(UnitId, Vec<Pc>)>),
}

/// A world in which a run is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// How it ends.
    pub is: Final,
    /// What shows at the end only.
    pub signs: Vec<Sign>,
}

/// Looks at worlds and turns for what is wrong.
#[derive(Clone, Debug)]
pub struct Judge<'p> {
    /// Where they come from.
    pub space: Space<'p>,
    invariants: Vec<usize>,
    /// `finally` properties that can be looked at without a clock.
    finals: Vec<usize>,
    statements: Statements,
}

impl<'p> Judge<'p> {
    /// One for the worlds of `program`.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        let of = |kind: PropertyKind| {
            let properties = program.properties.iter().enumerate();
            properties.filter(move |(_, property)| property.kind == kind)
        };
        Self {
            space: Space::new(program),
            invariants: of(PropertyKind::Invariant).map(|(index, _)| index).collect(),
            finals: of(PropertyKind::Finally)
                .filter(|(_, property)| !needs_clock(program, property))
                .map(|(index, _)| index)
                .collect(),
            statements: Statements::of(program),
        }
    }

    /// Everything that a turn and the world behind it show. What comes before the first step counts as a turn.
    #[must_use]
    pub fn shown(&self, taken: &Taken) -> Vec<Sign> {
        let mut signs = self.failed_asserts(taken);
        signs.extend(self.broken_invariants(taken));
        match self.end(&taken.world, false) {
            Some(end) => signs.extend(end.signs),
            None => signs.extend(self.races(&taken.world)),
        }
        signs
    }

    /// The asserts that failed in a turn.
    #[must_use]
    pub fn failed_asserts(&self, taken: &Taken) -> Vec<Sign> {
        let sign = |(unit, action): &(UnitId, Action)| {
            let ActionKind::AssertFailed(exception) = &action.kind else { return None };
            let evidence = Evidence::Assertion(*unit, exception.clone());
            Some(self.sign(FindingKind::Assertion, &[exception.origin], evidence))
        };
        taken.actions.iter().filter_map(sign).collect()
    }

    /// The invariants that do not hold in the world behind a turn.
    #[must_use]
    pub fn broken_invariants(&self, taken: &Taken) -> Vec<Sign> {
        let changes = |kind: &ActionKind| {
            matches!(kind, ActionKind::Wrote(..) | ActionKind::Entered(_) | ActionKind::Left(_))
        };
        let change = taken.actions.iter().rev().find(|(_, action)| changes(&action.kind));
        if self.invariants.is_empty() {
            return Vec::new();
        }
        let by = change.map(|(unit, action)| (*unit, action.pc));
        let mut world = taken.world.clone();
        let broken = self.invariants.iter().filter(|&&index| !self.holds(&mut world, index, false));
        let sign = |index| self.property(FindingKind::Invariant, index, Evidence::Invariant(index, by));
        broken.map(|&index| sign(index)).collect()
    }

    /// The races of a world.
    #[must_use]
    pub fn races(&self, world: &World) -> Vec<Sign> {
        let of = |race: Race| {
            let spans = self.statements.key(self.space.program, &race).to_vec();
            sign(FindingKind::Race, spans, Evidence::Race(race))
        };
        races(self.space.program, world).into_iter().map(of).collect()
    }

    /// The end of a run, if it is over here or nothing can happen any more. `failed` says that something
    /// has gone wrong before.
    #[must_use]
    pub fn end(&self, world: &World, failed: bool) -> Option<End> {
        let over = world.is_over();
        let can_go = |unit| {
            matches!(self.space.standing(world, UnitId::new(unit)), Standing::Ready | Standing::MayExpire)
        };
        if !over && (0..world.units.len()).any(can_go) {
            return None;
        }
        Some(self.at_end(world, failed))
    }

    /// What there is to tell of a world that is an end.
    #[must_use]
    pub fn at_end(&self, world: &World, failed: bool) -> End {
        let mut signs = self.deadlocks(world, world.is_over());
        let deadlocked = !signs.is_empty();
        signs.extend(self.exceptions(world));
        let mut after = world.clone();
        for &index in &self.finals {
            if !self.holds(&mut after, index, deadlocked) {
                signs.push(self.property(FindingKind::Finally, index, Evidence::Finally(index)));
            }
        }
        let outcome = match (deadlocked, failed || !signs.is_empty()) {
            (true, _) => Outcome::Deadlock,
            (false, true) => Outcome::Failed,
            (false, false) => Outcome::Completed,
        };
        let is = Final {
            outcome,
            shared: shared_values(self.space.program, world),
            output: world.output.iter().map(ToString::to_string).collect(),
        };
        End { is, signs }
    }

    /// The units that are stuck at an end. Daemons count only if they are tangled up for certain.
    fn deadlocks(&self, world: &World, over: bool) -> Vec<Sign> {
        let program = self.space.program;
        let waiting = self.space.with_waits(world);
        let mut reasons = if over { Vec::new() } else { stuck(program, &waiting, true) };
        for reason in stuck(program, &waiting, false) {
            let known = |unit: &UnitId| reasons.iter().any(|other: &Stuck| other.units.contains(unit));
            if !reason.units.iter().any(known) {
                reasons.push(reason);
            }
        }
        reasons.into_iter().map(|reason| self.stuck(world, reason)).collect()
    }

    pub(super) fn stuck(&self, world: &World, reason: Stuck) -> Sign {
        let places: Vec<Pc> = reason.units.iter().map(|unit| world.units[unit.index()].pc).collect();
        let cause = Some(reason.cause);
        let sign = self.sign(FindingKind::Deadlock, &places, Evidence::Stuck(reason));
        Sign { key: Key { cause, ..sign.key }, ..sign }
    }

    /// The exceptions that ended units and that nobody has taken.
    pub(super) fn exceptions(&self, world: &World) -> Vec<Sign> {
        let sign = |(unit, exception): (UnitId, &Arc<Exception>)| {
            let evidence = Evidence::Exception(unit, exception.clone());
            self.sign(FindingKind::Exception, &[exception.origin], evidence)
        };
        untaken_exceptions(world).map(sign).collect()
    }

    fn holds(&self, world: &mut World, property: usize, deadlocked: bool) -> bool {
        let program = self.space.program;
        let function = program.properties[property].function;
        holds(program, world, function, &mut Timeless { deadlocked }).0
    }

    fn property(&self, kind: FindingKind, index: usize, evidence: Evidence) -> Sign {
        let spans = vec![self.space.program.properties[index].span];
        Sign { key: Key { kind, cause: None, spans }, evidence }
    }

    pub(super) fn sign(&self, kind: FindingKind, places: &[Pc], evidence: Evidence) -> Sign {
        let spans = places.iter().map(|&pc| self.space.program.spans[pc as usize]).collect();
        sign(kind, spans, evidence)
    }
}

fn sign(kind: FindingKind, mut spans: Vec<Span>, evidence: Evidence) -> Sign {
    spans.sort_unstable();
    spans.dedup();
    Sign { key: Key { kind, cause: None, spans }, evidence }
}

/// Whether a property reads the length of the run.
fn needs_clock(program: &Program, property: &Property) -> bool {
    let function = &program.functions[property.function.index()];
    let ops = &program.ops[function.start as usize..function.end as usize];
    ops.iter().any(|op| matches!(op, Op::Builtin { builtin: Builtin::Elapsed, .. }))
}

/// What a property can ask for where time is set aside.
#[derive(Debug)]
struct Timeless {
    deadlocked: bool,
}

impl Oracle for Timeless {
    fn choose(&mut self, _bound: u64) -> u64 {
        0
    }

    fn pick(&mut self, _count: usize) -> usize {
        0
    }

    fn limit(&mut self, _count: usize) -> usize {
        0
    }

    fn lines_up(&mut self) -> bool {
        false
    }

    fn reads(&mut self, _unit: UnitId) -> bool {
        false
    }

    fn uniform(&mut self, low: u64, _high: u64) -> u64 {
        low
    }

    fn exponential(&mut self, mean: u64) -> u64 {
        mean
    }

    fn normal(&mut self, mean: u64, _deviation: u64) -> u64 {
        mean
    }

    fn now(&self) -> u64 {
        0
    }

    fn deadlocked(&self) -> bool {
        self.deadlocked
    }
}
