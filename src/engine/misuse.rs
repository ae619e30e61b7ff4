//! Objects that were used in a way that the run got away with.

use crate::base::id::{ObjectId, UnitId};
use crate::engine::Engine;
use crate::ir::program::{Op, Pc, Source};
use crate::ir::value::Value;
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::lock_order::Nested;
use crate::semantics::object::ObjectState;
use crate::semantics::property::guard_holds;
use crate::semantics::semaphore::Semaphore;
use crate::semantics::world::Owner;

impl Engine<'_> {
    /// A unit has released something: perhaps a semaphore that has more permits now than it began with. One that
    /// began with none is a signal, and counts what is there; so it may have any number.
    pub(super) fn look_at_permits(&mut self, unit: UnitId, object: ObjectId, pc: Pc) {
        let ObjectState::Semaphore(Semaphore { permits, bound: None }) = self.world.objects[object.index()]
        else {
            return;
        };
        let first = Semaphore::new(self.program.object(object), false).permits;
        if first > 0 && permits > first && self.trouble.told_releases.insert(object) {
            let finding = self.witness().over_release((unit, pc), object, (permits, first));
            self.add(finding);
        }
    }

    /// A unit has given up waiting at a condition: what it waited for need not be there.
    pub(super) fn gives_up_waiting(&mut self, unit: UnitId) {
        if !self.guards.is_empty() {
            self.trouble.gave_up.insert(unit);
        }
    }

    /// A unit has taken a lock at this op, perhaps because it was woken at a condition: is there reason to wait again?
    pub(super) fn look_after_waking(&mut self, unit: UnitId, lock: ObjectId, pc: Pc) {
        let Some(guard) = self.guards.get(&pc).copied() else { return };
        if self.trouble.gave_up.remove(&unit) || self.trouble.told_wakings.contains(&pc) {
            return;
        }
        self.dice.now = self.now;
        let inside = (guard.start, guard.test, guard.end);
        if guard_holds(self.program, &mut self.world, unit, inside, &mut self.dice) {
            self.trouble.told_wakings.insert(pc);
            let finding =
                self.witness().woke_to_false((unit, pc), self.condition_at(pc).unwrap_or(lock), guard.test);
            self.add(finding);
        }
    }

    /// The condition whose method is called by its own name at that op.
    fn condition_at(&self, pc: Pc) -> Option<ObjectId> {
        let Op::Invoke { receiver, .. } = self.program.ops[pc as usize] else { return None };
        let Source::Constant(constant) = receiver.source() else { return None };
        let Value::Object(object) = self.program.constant(constant) else { return None };
        Some(*object)
    }

    /// What there is to tell of locks at the end of the run.
    pub(super) fn report_locks(&mut self) {
        let signals = &self.trouble.signals;
        let mut told: Vec<Finding> = Vec::new();
        if let Some(locks) = self.watch.as_ref().and_then(|watch| watch.locks()) {
            let circles = locks.circles(signals).map(|circle| self.witness().lock_order(circle));
            told.extend(circles.filter(|circle| !self.is_deadlocked(&circle.objects, Cause::Cycle)));
            let is_quiet = told.is_empty() && !self.dice.deadlocked;
            let nests = locks.nests(signals).filter(|nested| is_quiet && !self.are_alike(nested));
            told.extend(nests.map(|nested| self.witness().nested_locks(nested)));
        }
        told.extend(self.kept_locks());
        told.into_iter().for_each(|finding| self.add(finding));
    }

    /// Locks whose holders have ended, and that nobody else gave back. Signals are none.
    fn kept_locks(&self) -> Vec<Finding> {
        let kept = |(index, object): (usize, &ObjectState)| {
            let unit = object.holder().filter(|unit| self.world.units[unit.index()].has_ended())?;
            let lock = ObjectId::new(index);
            // Who has a lock from a fork has not taken it, and nobody misses one of a process that is over.
            let is_gone =
                match self.world.interpreters[self.program.interpreter_of_object(lock).index()].owner {
                    Owner::Unit(owner) => {
                        owner != UnitId(0) && self.world.units[owner.index()].has_ended() && owner != unit
                    }
                    Owner::Worker { .. } => false,
                };
            if self.trouble.signals.contains(&lock)
                || object.is_orphaned()
                || object.is_inherited()
                || is_gone
            {
                return None;
            }
            let finding = self.witness().lock_not_released(unit, (lock, self.routines[unit.index()].ended()));
            (!self.is_deadlocked(&finding.objects, Cause::HolderEnded)).then_some(finding)
        };
        self.world.objects.iter().enumerate().filter_map(kept).collect()
    }

    /// Whether a deadlock of these objects was told: that says it all.
    fn is_deadlocked(&self, objects: &[String], cause: Cause) -> bool {
        let is_same = |finding: &Finding| {
            finding.kind == FindingKind::Deadlock
                && finding.cause == Some(cause)
                && objects.iter().all(|object| finding.objects.contains(object))
        };
        self.trouble.findings.iter().any(is_same)
    }

    /// Whether both locks are of one array: these are taken in the order of their indices, or it is a matter of circles.
    fn are_alike(&self, nested: &Nested) -> bool {
        let both = [nested.outer.lock, nested.inner.lock];
        self.program.object_arrays.iter().any(|array| {
            let last = array.first.0 + array.length;
            both.iter().all(|lock| (array.first.0..last).contains(&lock.0))
        })
    }
}
