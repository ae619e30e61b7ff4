//! Partial-order reduction: whose turns alone are enough.
//!
//! If nothing that the other units may do, as long as one unit rests, depends on that
//! unit's next turn, nothing is lost if its turns are taken now and the others'
//! later: what the others do comes to the same before and after. Of such
//! units the first one is taken (an *ample set* of the turns of one unit; the
//! search sees to it that no turn is put off for ever around a cycle).
//! All verdicts are kept: deadlocks and other ends, failed asserts and exceptions, invariants
//! (turns that change what one reads are never taken alone), races (an access that
//! somebody may still conflict with neither) and livelocks.
//!
//! When the others are sure to come later:
//!
//! - **A release of a lock** by whoever holds it: the others can only wait for it, unless
//!   somebody may try it without waiting, ask for its state, or release it from outside.
//! - **An access to a cell** that nobody else may change (for a read) or touch at all; the
//!   same **while its guard is held**: a lock that all others take before they access the cell, so that they
//!   can't before it is released.
//! - **An operation on an object** that nobody else may touch any more.
//! - Where there are several interpreters, others are only those who mean the same by the name: of what is not declared
//!   for all processes each has its own. **A fork** reads all of it, and is never taken alone.
//! - **A region** is entered or left that nobody asks about; **a print**, if nobody else may print.
//! - Units that **wait for the end** of the unit are no others: what they do comes after it in any case.
//!
//! - **On an event loop** only the unit that has the thread can do anything, until it gives that up: the others there come
//!   after its turn in any case, so that it has only other threads beside it. Whether its turn ends with giving the
//!   thread up depends on what it awaits next: that is an operation on it, too. A release lets others go past an `await`
//!   without giving their threads up, so that there it is not enough that they can only wait.
//!
//! Never alone: units that take their thread, and those that somebody may cancel meanwhile; daemons, since the run may end before their turn; a turn that gives up
//! waiting; a turn that ends a unit whose end others can ask for, or while there are daemons; a turn
//! with which a unit fails, since the order of failures counts.
//!
//! What a turn does is partly known beforehand (the op at which the unit rests), partly seen
//! when it was taken: what an `atomic` block has touched, and who has ended.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the ops and deeds that are not listed are never taken alone"
)]

use crate::base::id::{CellId, ObjectId, UnitId};
use crate::explore::reduction::canonical::Names;
use crate::explore::reduction::cells::accessed;
use crate::explore::reduction::footprint::{Access, At, Footprints, Other, Use};
use crate::explore::reduction::has;
use crate::explore::reduction::held::{Held, lock_of};
use crate::explore::space::{Standing, Taken};
use crate::ir::program::{Op, Operand, Pc, Program, Source};
use crate::ir::value::Value;
use crate::semantics::step::ActionKind;
use crate::semantics::turn::forks;
use crate::semantics::world::{Rest, Unit, World};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// What is known beforehand about whose turns are enough.
#[derive(Clone, Debug)]
pub struct Order {
    held: Held,
    footprints: Footprints,
    /// There may be event loops.
    has_tasks: bool,
}

/// A world in which a unit is looked for.
pub(super) struct Scene<'a> {
    pub(super) program: &'a Program,
    pub(super) names: &'a Names,
    pub(super) order: &'a Order,
    pub(super) world: &'a World,
}

impl Order {
    /// What is known about the order of turns in `program`; nothing if it is too large.
    #[must_use]
    pub fn new(program: &Program) -> Option<Self> {
        let held = Held::new(program);
        let footprints = Footprints::new(program, &held)?;
        Some(Self { held, footprints, has_tasks: has(program, UnitKind::Task) })
    }
}

impl Scene<'_> {
    /// The units whose turns may be enough, by the ops at which they rest, the first one first.
    pub(super) fn candidates(self, standings: &[Standing]) -> impl Iterator<Item = UnitId> {
        let ready = standings.iter().enumerate().filter(|(_, standing)| **standing == Standing::Ready);
        ready.map(|(unit, _)| UnitId::new(unit)).filter(move |unit| self.may_go_alone(*unit))
    }

    /// Whether these turns of a unit, which are all that it can take, are enough.
    pub(super) fn suffice(&self, id: UnitId, turns: &[Taken]) -> bool {
        let others = self.others(id);
        !turns.is_empty() && turns.iter().all(|taken| self.is_alone(id, taken, &others))
    }

    fn unit(&self, id: UnitId) -> &Unit {
        &self.world.units[id.index()]
    }

    /// The units that can do something before `id` has ended.
    fn others(&self, id: UnitId) -> Vec<UnitId> {
        let ids = || (0..self.world.units.len()).map(UnitId::new);
        // Nobody else on its thread goes on before it gives that up.
        let has_thread = self.world.shares_thread(id) && self.unit(id).rest == Rest::Running;
        let after = ids().map(|unit| unit == id || (has_thread && self.thread(unit) == self.thread(id)));
        let mut after: Vec<bool> = after.collect();
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for unit in ids().filter(|unit| !self.unit(*unit).has_ended()) {
                // Who awaits an end may be cancelled or out of time before that.
                let may_leave = self.world.shares_thread(unit) || self.world.is_limited(self.program, unit);
                if !after[unit.index()]
                    && !may_leave
                    && self
                        .names
                        .waits_for(self.program, self.world, unit)
                        .iter()
                        .any(|for_it| after[for_it.index()])
                {
                    after[unit.index()] = true;
                    changed = true;
                }
            }
        }
        ids().filter(|unit| !after[unit.index()] && !self.unit(*unit).has_ended()).collect()
    }

    /// Those of the others that can do something to what `id` means by a name: to what each interpreter has a copy of,
    /// only those that run in the same one.
    fn sharers(&self, id: UnitId, others: &[UnitId], process: bool) -> Vec<UnitId> {
        let home = |unit: UnitId| self.world.infos[unit.index()].interpreter;
        others.iter().copied().filter(|other| process || home(*other) == home(id)).collect()
    }

    /// The thread on which a unit lives.
    fn thread(&self, id: UnitId) -> UnitId {
        self.world.infos[id.index()].thread
    }

    /// Whether a unit that lives on an event loop, or may own tasks, can be cancelled by some of the others, or takes its thread
    /// or ends its loop with its next turn.
    fn is_bound_to_loop(&self, id: UnitId) -> bool {
        if !self.order.has_tasks {
            return false;
        }
        let ends = matches!(self.program.ops[self.unit(id).pc as usize], Op::End { .. });
        let shares = self.world.shares_thread(id);
        // There may be thousands of tasks, of which one has the thread.
        if shares && (ends || self.unit(id).rest != Rest::Running) {
            return true;
        }
        let others = self.others(id);
        let info = |unit: UnitId| &self.world.infos[unit.index()];
        let may_fail_group = |other: &UnitId| {
            info(*other).group.is_some() && self.thread(info(*other).parent) == self.thread(id)
        };
        (shares && self.any_may(&others, Other::AsksEnds)) || others.iter().any(may_fail_group)
    }

    /// Whether what a unit awaits behind a turn, and so whether it gives its thread up, is left alone by the others.
    fn awaits_alone(&self, id: UnitId, taken: &Taken, others: &[UnitId]) -> bool {
        let (world, unit) = (&taken.world, &taken.world.units[id.index()]);
        let op = &self.program.ops[unit.pc as usize];
        if unit.has_ended() || !world.shares_thread(id) || !op.is_awaited(self.program) {
            return true;
        }
        let value = |operand: Operand| match operand.source() {
            Source::Register(register) => unit.register(register).clone(),
            Source::Constant(constant) => self.program.constant(constant).clone(),
        };
        let is_here = |value: &Value| match value {
            Value::Handle(other) => {
                world.units[other.index()].has_ended()
                    || world.infos[other.index()].thread == world.infos[id.index()].thread
            }
            _ => true,
        };
        match *op {
            Op::Enter { object, .. } => self.is_left_alone(id, &value(object), others),
            Op::Invoke { receiver, .. } => {
                let receiver = value(receiver);
                is_here(&receiver) && self.is_left_alone(id, &receiver, others)
            }
            Op::Await { from, .. } => is_here(&value(from)),
            Op::Gather { group, .. } => value(Operand::register(group)).items().iter().all(is_here),
            _ => true,
        }
    }

    /// Whether none of the others does anything to an object, if it is one.
    fn is_left_alone(&self, id: UnitId, value: &Value, others: &[UnitId]) -> bool {
        let Value::Object(object) = value else { return true };
        let lock = lock_of(self.program, *object);
        let declared = &self.program.objects[lock.index()];
        let others = self.sharers(id, others, declared.process);
        // What is done at one end of a pipe is seen at the other.
        declared.kind != ObjectKind::Pipe
            && ![Use::Take, Use::Free, Use::Probe].iter().any(|how| self.any_uses(&others, lock, *how))
            && !self.any_sleeps(&others, *object)
    }

    fn may_go_alone(&self, id: UnitId) -> bool {
        if !self.world.is_waited_for(id) || self.is_bound_to_loop(id) {
            return false;
        }
        let op = &self.program.ops[self.unit(id).pc as usize];
        if let Some((cell, writes)) = accessed(op) {
            return self.cell(id, cell).is_some_and(|cell| self.access(id, cell, writes, &self.others(id)));
        }
        match *op {
            Op::Enter { object, .. } => self.lock(id, object, Use::Take),
            Op::Exit { object, .. } => self.lock(id, object, Use::Free),
            Op::Invoke { receiver, call, .. } => self.invoke(id, receiver, call),
            Op::Print { .. } => !self.any_may(&self.others(id), Other::Print),
            Op::EnterRegion { region } | Op::LeaveRegion { region } => {
                let footprints = &self.order.footprints;
                !footprints.watched_regions.contains(region.index())
                    && !self.any(&self.others(id), |at| footprints.may_region(at, region.index(), true))
            }
            Op::Inside { region, .. } => {
                let footprints = &self.order.footprints;
                !self.any(&self.others(id), |at| footprints.may_region(at, region.index(), false))
            }
            // The end of a process depends on what was put into queues between processes, and cuts its daemons off.
            Op::End { .. } => {
                let takes_others = self.world.is_owner(id) && !self.world.goes_with(id).is_empty();
                !self.has_feeders() && !takes_others
            }
            // Whether anybody may ask for an end is looked at when it was taken.
            Op::AtomicOpen => true,
            // It copies what others may change.
            Op::Spawn { spawn, .. } if forks(self.program, spawn) => false,
            // Local work that goes on for long.
            _ => !op.is_visible(),
        }
    }

    /// Whether something may hold back the end of a process.
    fn has_feeders(&self) -> bool {
        self.program.objects.iter().any(|object| object.kind == ObjectKind::Queue && object.process)
    }

    fn invoke(&self, id: UnitId, receiver: Operand, call: u16) -> bool {
        let site = &self.program.calls[usize::from(call)];
        match self.value(id, receiver) {
            Value::Object(_) => {
                let bare = site.positional == 0 && site.named.is_empty();
                self.lock(
                    id,
                    receiver,
                    match site.method.as_str() {
                        "acquire" if bare => Use::Take,
                        "release" => Use::Free,
                        _ => Use::Probe,
                    },
                )
            }
            // That a unit has ended stays as it is.
            Value::Handle(unit) => self.unit(*unit).has_ended(),
            _ => true,
        }
    }

    /// Whether the unit may use an object like that now, and the others only later, or not at all.
    fn lock(&self, id: UnitId, operand: Operand, how: Use) -> bool {
        let Value::Object(object) = self.value(id, operand) else { return true };
        let lock = lock_of(self.program, *object);
        let process = self.program.objects[lock.index()].process;
        let others = self.sharers(id, &self.others(id), process);
        if !process && self.any_may(&others, Other::Fork) {
            return false;
        }
        let home = self.world.infos[id.index()].interpreter;
        let state = &self.world.objects[self.program.object_of(lock, home).index()];
        let has = |how: Use| self.any_uses(&others, lock, how);
        let kind = self.program.objects[lock.index()].kind;
        let is_rlock = match kind {
            ObjectKind::Rlock => true,
            ObjectKind::Condition => lock == *object,
            _ => false,
        };
        let is_lock = is_rlock || kind == ObjectKind::Lock;
        let holder = state.holder();
        let holds = is_lock && holder == Some(id);
        // That its holder releases it once more is in no footprint, if the lock is well kept.
        let is_others = is_lock && !holds && holder.is_some();
        let from_outside = !is_rlock && !self.order.held.kept.contains(lock.index()) && has(Use::Free);
        match how {
            Use::Free if holds && !self.order.has_tasks => !from_outside && !has(Use::Probe),
            Use::Take if holds && is_rlock => !has(Use::Probe),
            Use::Take | Use::Free | Use::Probe | Use::Name => {
                !is_others
                    && !has(Use::Take)
                    && !has(Use::Free)
                    && !has(Use::Probe)
                    && (how != Use::Probe || !self.any_sleeps(&others, *object))
            }
        }
    }

    fn any_sleeps(&self, others: &[UnitId], object: ObjectId) -> bool {
        self.program.objects[object.index()].kind == ObjectKind::Condition
            && (self.any(others, |at| self.order.footprints.may_touch_sleepers(at, object))
                || self.any_uses(others, object, Use::Probe))
    }

    /// Whether the unit may access a cell now, which the script names, and the others only later, or not at all.
    fn access(&self, id: UnitId, cell: CellId, writes: bool, others: &[UnitId]) -> bool {
        let footprints = &self.order.footprints;
        if writes && footprints.watched.contains(cell.index()) {
            return false;
        }
        let process = self.program.cells[cell.index()].process;
        let others = &self.sharers(id, others, process);
        if writes && !process && self.any_may(others, Other::Fork) {
            return false;
        }
        let may = |access: Access| self.any(others, |at| footprints.may_access(at, cell, access));
        let home = self.world.infos[id.index()].interpreter;
        let holder = |lock| self.world.objects[self.program.object_of(lock, home).index()].holder();
        let guarded = footprints.guards[cell.index()].is_some_and(|lock| holder(lock) == Some(id));
        let conflicts = may(Access::Write) || (writes && may(Access::Read));
        let guarded_conflicts = || may(Access::GuardedWrite) || (writes && may(Access::GuardedRead));
        !conflicts && (guarded || !guarded_conflicts())
    }

    /// Whether a turn has touched nothing but what was looked at.
    fn is_alone(&self, id: UnitId, taken: &Taken, others: &[UnitId]) -> bool {
        if taken.turn.expired || taken.world.failures != self.world.failures {
            return false;
        }
        let before = self.world.units.iter();
        let ends =
            before.zip(&taken.world.units).any(|(before, after)| !before.has_ended() && after.has_ended());
        let daemons = || {
            taken
                .world
                .units
                .iter()
                .zip(taken.world.infos.iter())
                .any(|(unit, info)| info.daemon && !unit.has_ended())
        };
        if ends && (daemons() || self.any_may(others, Other::Daemon) || self.any_may(others, Other::AsksEnds))
        {
            return false;
        }
        if !self.awaits_alone(id, taken, others) {
            return false;
        }
        let pc = self.unit(id).pc;
        if self.program.ops[pc as usize] != Op::AtomicOpen {
            return true;
        }
        self.is_plain(pc)
            && taken.actions.iter().all(|(_, action)| match action.kind {
                ActionKind::Read(cell, _) => self.access(id, self.program.named_cell(cell), false, others),
                ActionKind::Wrote(cell, _) => self.access(id, self.program.named_cell(cell), true, others),
                ActionKind::Chose(_)
                | ActionKind::AssertFailed(_)
                | ActionKind::Raised(_)
                | ActionKind::Saw(_) => true,
                // That a unit has ended stays as it is.
                ActionKind::Joined(_) => true,
                _ => false,
            })
    }

    /// Whether an `atomic` block does nothing but to compute and to access shared data.
    fn is_plain(&self, pc: Pc) -> bool {
        let ops = &self.program.ops;
        let closes = |pc: Pc| matches!(ops[pc as usize], Op::AtomicClose);
        // What catches an exception in the block stands behind it.
        let handlers = &self.program.function_at(pc).handlers;
        let Some(end) = handlers.iter().find(|handler| handler.start == pc + 1 && closes(handler.target))
        else {
            return closes(pc + 1);
        };
        ops[pc as usize + 1..end.target as usize].iter().all(|op| match op {
            Op::Call { .. } | Op::Inside { .. } => false,
            Op::ChooseRange { .. } | Op::ChooseItem { .. } | Op::AtomicOpen => true,
            _ => accessed(op).is_some() || !op.is_visible(),
        })
    }

    fn any_may(&self, units: &[UnitId], other: Other) -> bool {
        self.any(units, |at| self.order.footprints.may(at, other))
    }

    /// Whether some of the units may still do something.
    fn any(&self, units: &[UnitId], may: impl Fn(At) -> bool) -> bool {
        units.iter().any(|unit| {
            let unit = self.unit(*unit);
            may(At::Op(unit.pc)) || unit.frames.iter().any(|frame| may(At::Call(frame.pc)))
        })
    }

    /// Whether some of the units may still use a lock, or another object, like that.
    fn any_uses(&self, units: &[UnitId], lock: ObjectId, how: Use) -> bool {
        let footprints = &self.order.footprints;
        let unnamed = match how {
            Use::Take => Other::TakeAny,
            Use::Free => Other::FreeAny,
            Use::Probe | Use::Name => Other::ProbeAny,
        };
        if self.any(units, |at| footprints.may_use(at, lock, how)) {
            return true;
        }
        let kind = self.program.objects[lock.index()].kind;
        let is_lock = matches!(kind, ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Condition);
        units.iter().any(|&unit| {
            let unnamed = self.any(&[unit], |at| footprints.may(at, unnamed))
                // Another object counts as probed whatever is done to it.
                || (!is_lock && self.any(&[unit], |at| {
                    footprints.may(at, Other::TakeAny) || footprints.may(at, Other::FreeAny)
                }));
            unnamed && self.can_name(unit, lock)
        })
    }

    /// Whether a unit may have the lock, or a condition of it, in a register, now or later.
    fn can_name(&self, id: UnitId, lock: ObjectId) -> bool {
        let objects = (0..self.program.objects.len()).map(ObjectId::new);
        let mut behind = objects.filter(|object| lock_of(self.program, *object) == lock);
        behind.any(|object| {
            self.any(&[id], |at| self.order.footprints.may_use(at, object, Use::Name))
                || self.unit(id).stack.iter().any(|value| mentions(value, object))
        })
    }

    fn value(&self, id: UnitId, operand: Operand) -> &Value {
        match operand.source() {
            Source::Register(register) => self.unit(id).register(register),
            Source::Constant(constant) => self.program.constant(constant),
        }
    }

    fn cell(&self, id: UnitId, operand: Operand) -> Option<CellId> {
        if let Value::Cell(cell) = self.value(id, operand) { Some(*cell) } else { None }
    }
}

fn mentions(value: &Value, object: ObjectId) -> bool {
    *value == Value::Object(object) || value.items().iter().any(|item| mentions(item, object))
}
