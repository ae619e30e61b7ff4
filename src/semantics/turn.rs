//! What a step of an interleaving is, and how one is written down.
//!
//! The search for all interleavings, the witnesses that it gives and the timed
//! run that follows one have to mean the same by a step; they all ask
//! [`is_glued`].

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops are glued to others, and few values name units")]

use crate::base::id::UnitId;
use crate::ir::program::{Op, Operand, Pc, Program, Register, Source};
use crate::ir::value::Value;
use crate::machine::profile::StartMethod;
use crate::semantics::step::{Action, ActionKind, Outcome};
use crate::semantics::world::{Rest, Status, Unit, World};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// Something that a turn leaves open, and what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pick {
    /// `choose` gave that one of its values, counted from 0.
    Value(u64),
    /// A `notify` woke that one of those who waited, counted from 0 in the order in which they began to.
    Waiter(u64),
}

impl Pick {
    /// Whether a run without any freedom would have decided the same: the first in line is woken.
    #[must_use]
    pub const fn is_fifo(self) -> bool {
        !matches!(self, Self::Waiter(1..))
    }
}

/// One step of one unit, and what it left open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// Whose step.
    pub unit: UnitId,
    /// It gave up waiting: what it waits for was not there.
    pub expired: bool,
    /// What was decided in it, in order.
    pub picks: Vec<Pick>,
}

/// An interleaving, from the start on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// What was decided before the first step.
    pub start: Vec<Pick>,
    /// The steps in order.
    pub turns: Vec<Turn>,
}

impl Schedule {
    /// Whether a `notify` in it always wakes who began to wait first.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        let picks = self.turns.iter().flat_map(|turn| &turn.picks);
        self.start.iter().chain(picks).all(|pick| pick.is_fifo())
    }
}

/// The steps of a schedule as a timed run takes them.
///
/// A timed run may start units, and decide what is glued to steps, in another order than an exploration
/// does. So its units are named by who started them, and what is decided belongs to a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// The steps in order.
    pub steps: Vec<CourseStep>,
    /// Who started each unit. Those that one unit has started stand in order.
    pub births: Vec<UnitId>,
    /// What each unit decides, in order.
    pub picks: Vec<Vec<Pick>>,
    /// Which units do not come to a step at the end, because they go round in a loop without any.
    pub roams: Vec<bool>,
}

/// A step of a [`Course`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CourseStep {
    /// Whose step.
    pub unit: UnitId,
    /// It gives up waiting.
    pub expired: bool,
    /// Which turn of the schedule it is, counted from 0.
    pub turn: usize,
    /// The op.
    pub pc: Pc,
}

impl Course {
    /// The units of a world, without steps.
    #[must_use]
    pub fn of(world: &World) -> Self {
        Self {
            steps: Vec::new(),
            births: world.infos.iter().map(|info| info.parent).collect(),
            picks: vec![Vec::new(); world.infos.len()],
            roams: vec![false; world.infos.len()],
        }
    }

    /// The `nth` unit that a unit has started, counted from 1.
    #[must_use]
    pub fn child(&self, parent: UnitId, nth: usize) -> Option<UnitId> {
        // Main is no child, though it is its own parent.
        let children = (1..self.births.len()).filter(|&unit| self.births[unit] == parent);
        children.map(UnitId::new).nth(nth.checked_sub(1)?)
    }
}

/// Whether what a unit does next is no step of its own, but glued to the one before it: it takes time or
/// starts a unit, it picks a value, it looks for the end of units that have ended already, or it tells a group that waits for
/// nothing else of its own end.
///
/// Local work of a unit that has taken a step is its next turn: it comes to that only in a loop that does
/// nothing visible.
#[must_use]
pub fn is_glued(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    if unit.status == Status::Done {
        return is_expected(program, world, id);
    }
    if unit.has_ended() || unit.rest != Rest::Running || world.held_back_by(id).is_some() {
        return false;
    }
    let operand = |operand| value(program, world, id, operand);
    let op = &program.ops[unit.pc as usize];
    match *op {
        Op::Spawn { spawn, .. } => !program.spawns[usize::from(spawn)].pooled && !forks(program, spawn),
        Op::Compute { .. }
        | Op::Io { .. }
        | Op::Sleep { .. }
        | Op::ChooseRange { .. }
        | Op::ChooseItem { .. } => true,
        // A pool is entered by whoever likes to.
        Op::Enter { object, .. } => is_pool(program, operand(object)),
        Op::Await { from, .. } => has_ended(world, id, operand(from)),
        Op::Invoke { receiver, call, .. } => match program.calls[usize::from(call)].method.as_str() {
            // To wait for oneself raises.
            "join" => *operand(receiver) == Value::Handle(id) || has_ended(world, id, operand(receiver)),
            "result" => has_ended(world, id, operand(receiver)),
            "wait" => {
                matches!(operand(receiver), Value::Handle(_)) && has_ended(world, id, operand(receiver))
            }
            _ => false,
        },
        Op::Gather { group, .. } => {
            // It waits for one after the other; to find that one of several has ended is no step either.
            let counter = operand(Operand::register(Register(group.0 + 1)));
            let (Value::List(list), Some(at)) = (operand(Operand::register(group)), counter.as_int()) else {
                return true;
            };
            usize::try_from(at)
                .ok()
                .and_then(|at| list.items().get(at))
                .is_none_or(|next| has_ended(world, id, next) && !is_only_done(world, next))
        }
        // It lets others go on before it closes its loop.
        Op::End { .. } => world.gives_last_turn(program, id),
        _ => !op.is_visible() && unit.status == Status::New,
    }
}

/// Whether the callback for a task that has come to its end changes nothing but that one less is waited for: it has not
/// failed, and its group is at its end.
fn is_expected(program: &Program, world: &World, id: UnitId) -> bool {
    let info = &world.infos[id.index()];
    let owner = &world.units[info.parent.index()];
    let Op::Gather { group, .. } = program.ops[owner.pc as usize] else { return false };
    let is_at_end = owner.rest == Rest::Awaits && info.group == Some(owner.base + u32::from(group.0));
    is_at_end && !owner.has_ended() && world.failure(id).is_none()
}

/// Whether a unit has given its thread up, and does nothing yet when it has it again but to find out how its `await` has
/// ended. That is a turn, since others may have the thread before it.
#[must_use]
pub fn only_resumes(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    match unit.rest {
        Rest::Running => false,
        Rest::Yielded => true,
        Rest::Awaits => match program.ops[unit.pc as usize] {
            Op::Await { .. } | Op::Gather { .. } | Op::End { .. } => true,
            Op::Invoke { call, .. } => {
                matches!(program.calls[usize::from(call)].method.as_str(), "join" | "result")
            }
            _ => world.is_called_off(program, id),
        },
    }
}

/// Whether a unit has given its thread up in an `await` of a unit that has ended by now.
#[must_use]
pub fn awaits_the_ended(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    let Op::Await { from, .. } = program.ops[unit.pc as usize] else { return false };
    unit.rest == Rest::Awaits && !unit.has_ended() && has_ended(world, id, value(program, world, id, from))
}

/// Whether what a unit does next is a turn that others can come before: a step, its end, or that it has its thread again.
#[must_use]
pub fn rests_at_turn(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    let is_visible = program.ops[unit.pc as usize].is_visible();
    !unit.has_ended() && (unit.rest != Rest::Running || is_visible) && !is_glued(program, world, id)
}

/// Whether a unit has nothing left to do but to end, only has its thread again, or is about to fork a process. That is a
/// turn, since others may come before it, and no step.
#[must_use]
pub fn is_no_step(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    !unit.has_ended() && (only_resumes(program, world, id) || is_end_or_fork(program, unit))
}

fn is_end_or_fork(program: &Program, unit: &Unit) -> bool {
    match program.ops[unit.pc as usize] {
        Op::End { .. } => true,
        Op::Spawn { spawn, .. } => forks(program, spawn),
        _ => false,
    }
}

/// Whether a `spawn` copies what other units may be changing.
#[must_use]
pub fn forks(program: &Program, spawn: u16) -> bool {
    let unit = match program.spawns[usize::from(spawn)].unit {
        UnitKind::Unit => program.terms.unit,
        other => other,
    };
    unit == UnitKind::Process && program.terms.start == StartMethod::Fork
}

/// Whether it is plain that a unit has to wait: it is about to enter a lock that another one holds. That others
/// have to wait, too, is seen when they try.
#[must_use]
pub fn plainly_waits(program: &Program, world: &World, id: UnitId) -> bool {
    let unit = &world.units[id.index()];
    if unit.has_ended() {
        return false;
    }
    // Who is asked to end while it waits does not wait on, and who has to have its thread first is not there yet.
    if unit.cancel.is_some() || unit.rest == Rest::Yielded {
        return false;
    }
    let Op::Enter { object, awaited } = program.ops[unit.pc as usize] else { return false };
    let Value::Object(object) = value(program, world, id, object) else { return false };
    let home = world.infos[id.index()].interpreter;
    let lock = program.object_of(program.lock_of(*object), home);
    world.objects[lock.index()].keeps_out(world.taker(id, awaited))
}

/// Whether a unit that was stepped has taken no turn: it waits. That some of those whose ends it waits for
/// have ended already is no step.
pub fn only_waits<'a>(outcome: Outcome, actions: impl IntoIterator<Item = &'a Action>) -> bool {
    let joined = |action: &Action| matches!(action.kind, ActionKind::Joined(_));
    matches!(outcome, Outcome::Blocked { .. }) && actions.into_iter().all(joined)
}

fn is_pool(program: &Program, value: &Value) -> bool {
    let Value::Object(object) = value else { return false };
    matches!(program.objects[object.index()].kind, ObjectKind::ThreadPool | ObjectKind::ProcessPool)
}

/// Whether a unit that waits for that handle has nothing to wait for.
fn has_ended(world: &World, unit: UnitId, handle: &Value) -> bool {
    match handle {
        // To ask for what is no child raises.
        Value::Handle(other) => world.counts_as_ended(*other, unit) || !world.may_ask(*other, unit),
        Value::Object(_) => false,
        // It raises a TypeError.
        _ => true,
    }
}

/// Whether that is a task of a group that has returned or failed, of which the group does not know yet.
fn is_only_done(world: &World, handle: &Value) -> bool {
    matches!(handle, Value::Handle(unit) if world.units[unit.index()].status == Status::Done)
}

fn value<'a>(program: &'a Program, world: &'a World, unit: UnitId, operand: Operand) -> &'a Value {
    match operand.source() {
        Source::Register(register) => world.units[unit.index()].register(register),
        Source::Constant(constant) => program.constant(constant),
    }
}
