//! What goes wrong in a run: looked for when it can have become certain.

use std::collections::BTreeSet;

use crate::base::id::{FunctionId, ObjectId, UnitId};
use crate::base::span::Span;
use crate::engine::{Engine, Stop};
use crate::ir::program::{Op, Pc, PropertyKind};
use crate::ir::value::Exception;
use crate::observe::deadlock::{Stuck, objects_waited_for, stuck};
use crate::observe::ending::untaken_exceptions;
use crate::observe::explain::Witness;
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::race::Statements;
use crate::semantics::object::Provider;
use crate::semantics::property::holds;
use crate::semantics::world::Wait;

/// How many units and ops searches for deadlocks may go through, whatever the length of the run.
const EFFORT_FREE: u64 = 50_000_000;

/// How many more for each op that was executed.
const EFFORT_PER_OP: u64 = 20;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    pub(super) findings: Vec<Finding>,
    /// Units and objects of deadlocks that were told.
    told_units: BTreeSet<UnitId>,
    told_objects: Vec<ObjectId>,
    /// Invariants that were told, by their index among the properties.
    told_invariants: Vec<usize>,
    /// What units wait for that is in nobody's good hands: as soon as nobody is left who might
    /// provide it, they are stuck.
    fragile: BTreeSet<Wait>,
    /// Places of units (a pc in each call) from which it was looked whether somebody still might.
    looked_at: BTreeSet<(UnitId, Vec<Pc>)>,
    /// Units and ops that searches for deadlocks went through.
    effort: u64,
    /// The races that were told, by what identifies them.
    pub(super) told_races: BTreeSet<[Span; 3]>,
    /// What the statements of the script are, once that was asked.
    pub(super) statements: Option<Statements>,
    /// Locks that somebody gave back who had not taken them: these are signals.
    pub(super) signals: BTreeSet<ObjectId>,
    /// The semaphores with too many permits, and the wakings, that were told.
    pub(super) told_releases: BTreeSet<ObjectId>,
    pub(super) told_wakings: BTreeSet<Pc>,
    /// Who has given up waiting at a condition, and does not have the lock back yet.
    pub(super) gave_up: BTreeSet<UnitId>,
    /// Where the run was when it reached a bound.
    pub(super) limit_at: Option<UnitId>,
}

impl Engine<'_> {
    pub(super) fn witness(&self) -> Witness<'_> {
        Witness { program: self.program, world: &self.world, accounts: &self.accounts, now: self.now }
    }

    /// A unit has begun to wait without a timeout. As long as what it waits for is in the hands of
    /// somebody who goes on and gives it back, nothing new is certain.
    pub(super) fn look_for_deadlock_at(&mut self, unit: UnitId, (wait, again): (Wait, bool)) {
        let loses_helper = self.loses_helper(unit);
        // Whoever came first has the lock now, as good as whoever had it before.
        let in_good_hands = match wait {
            Wait::Acquire(object) if again && self.world.objects[object.index()].is_lock() => true,
            Wait::End(other) => other != unit && (self.is_going_on(other) || self.may_get_its_worker(other)),
            Wait::When => false,
            Wait::Acquire(object)
            | Wait::Channel(object)
            | Wait::Set(object)
            | Wait::Notify(object)
            | Wait::Barrier(object)
            | Wait::Get(object)
            | Wait::Put(object)
            | Wait::Drained(object)
            | Wait::Flushed(object) => self.is_in_good_hands(wait, object),
            Wait::Worker(pool) => self.may_get_worker(pool),
            Wait::Idle(pool) => self.may_be_over(pool),
        };
        if loses_helper || !in_good_hands {
            self.look_for_deadlock(false);
        }
    }

    /// Whether the unit neither has ended nor waits without a timeout.
    pub(super) fn is_going_on(&self, unit: UnitId) -> bool {
        let unit = &self.world.units[unit.index()];
        unit.endless_wait().is_none() && !unit.has_ended()
    }

    /// Whether a job of a pool goes on that has a worker.
    fn may_get_worker(&self, pool: ObjectId) -> bool {
        self.world.pool(pool).busy().any(|job| self.is_going_on(job))
    }

    /// Whether a unit is a job that waits for a worker and may get one.
    fn may_get_its_worker(&self, unit: UnitId) -> bool {
        match self.world.units[unit.index()].endless_wait() {
            Some(Wait::Worker(pool)) => self.may_get_worker(pool),
            Some(_) | None => false,
        }
    }

    fn has_cancels(&self) -> bool {
        self.program.calls.iter().any(|call| call.method == "cancel")
    }

    /// Whether all jobs of a pool that have a worker go on.
    fn may_be_over(&self, pool: ObjectId) -> bool {
        self.world.pool(pool).busy().all(|job| self.is_going_on(job))
    }

    /// Whether what is waited for is there, or somebody who goes on may provide it.
    fn is_in_good_hands(&mut self, wait: Wait, object: ObjectId) -> bool {
        match self.world.objects[object.index()].provider(wait) {
            Provider::Free | Provider::Time => true,
            Provider::Only(owner) => self.is_going_on(owner),
            Provider::Peer(peer, methods) => self.has_helper(wait, peer, methods),
            Provider::Stream { .. } => false,
            Provider::Caller(methods) => {
                self.is_inside_with(wait, object) || self.has_helper(wait, object, methods)
            }
        }
    }

    /// Whether a lock is held by a `with` of a unit that goes on: that gives it back whatever happens. This
    /// is by far the most common case.
    fn is_inside_with(&self, wait: Wait, object: ObjectId) -> bool {
        let holder = self.world.objects[object.index()].holder();
        let entered = |pc: Pc| matches!(self.program.ops[pc as usize], Op::Enter { .. });
        matches!(wait, Wait::Acquire(_))
            && holder.is_some_and(|holder| self.is_going_on(holder))
            && self.accounts.last(object).is_some_and(|last| entered(last.pc))
    }

    /// A unit has ended, perhaps with something in its hands.
    pub(super) fn look_for_deadlock_after(&mut self, unit: UnitId) {
        if self.loses_helper(unit)
            || self.routines[unit.index()].holds > 0
            || !self.trouble.fragile.is_empty()
        {
            self.look_for_deadlock(false);
        }
    }

    /// A unit has moved on: perhaps past the last place where it might have provided something. This is asked
    /// after each step, and mostly nobody waits for anything that is in nobody's hands.
    #[inline]
    pub(super) fn look_for_deadlock_beyond(&mut self, unit: UnitId) {
        if self.rescue.is_anybody_known() || !self.trouble.fragile.is_empty() {
            self.look_beyond(unit);
        }
    }

    fn look_beyond(&mut self, unit: UnitId) {
        if self.loses_helper(unit) {
            self.look_for_deadlock(false);
        }
        if self.trouble.fragile.is_empty() {
            return;
        }
        let at = self.place(unit);
        if self.trouble.looked_at.insert((unit, at)) {
            self.look_for_deadlock(false);
        }
    }

    /// Where a unit is: its pc in each call.
    pub(super) fn place(&self, unit: UnitId) -> Vec<Pc> {
        let unit = &self.world.units[unit.index()];
        unit.frames.iter().map(|frame| frame.pc).chain([unit.pc]).collect()
    }

    /// Each search goes through all units and perhaps all code. In a run of very many units that keep
    /// giving reasons for one, searches must not take longer than the run: what they would have found is
    /// found at the end.
    fn has_looked_enough(&mut self) -> bool {
        let enough = self.trouble.effort > EFFORT_FREE + self.ops.saturating_mul(EFFORT_PER_OP);
        if !enough {
            self.trouble.effort += (self.world.units.len() + self.program.ops.len()) as u64;
        }
        enough
    }

    /// No alarm is set: whoever waits now waits for ever.
    pub(super) fn nothing_can_happen(&mut self) -> Stop {
        // Who stands aside after having come round could go on.
        if self.rounds.is_some() {
            return Stop::Endless;
        }
        self.look_for_deadlock(true);
        Stop::Stuck
    }

    fn look_for_deadlock(&mut self, at_end: bool) {
        if !at_end && self.has_looked_enough() {
            return;
        }
        for reason in stuck(self.program, &self.world, at_end) {
            self.tell_deadlock(&reason);
        }
        // Others may still depend on more than one holder's going on.
        let told = &self.trouble.told_units;
        let units = (0..self.world.units.len()).map(UnitId::new).filter(|unit| !told.contains(unit));
        let endless_wait = |unit: UnitId| self.world.units[unit.index()].endless_wait();
        let waits: BTreeSet<Wait> = units.filter_map(endless_wait).collect();
        let is_fragile = |wait: &Wait| match wait {
            Wait::End(_) => false,
            Wait::When => true,
            Wait::Acquire(object)
            | Wait::Channel(object)
            | Wait::Set(object)
            | Wait::Notify(object)
            | Wait::Barrier(object)
            | Wait::Get(object)
            | Wait::Put(object)
            | Wait::Drained(object)
            | Wait::Flushed(object) => !self.is_in_good_hands(*wait, *object),
            // Somebody may cancel the job.
            Wait::Worker(pool) => !self.may_get_worker(*pool) && self.has_cancels(),
            Wait::Idle(_) => false,
        };
        let fragile: BTreeSet<Wait> = waits.into_iter().filter(is_fragile).collect();
        if fragile != self.trouble.fragile {
            self.trouble.looked_at.clear();
            self.trouble.fragile = fragile;
        }
    }

    pub(super) fn tell_deadlock(&mut self, reason: &Stuck) {
        if self.is_told(reason) {
            return;
        }
        let objects = objects_waited_for(&self.world, &reason.units);
        let finding = self.witness().deadlock(reason);
        self.trouble.told_units.extend(&reason.units);
        self.trouble.told_objects.extend(objects);
        self.add(finding);
        self.dice.deadlocked = true;
    }

    /// A deadlock that was told already: one of its units is in it, or its object is lost for the same reason.
    fn is_told(&self, reason: &Stuck) -> bool {
        let objects = objects_waited_for(&self.world, &reason.units);
        reason.units.iter().any(|unit| self.trouble.told_units.contains(unit))
            || (reason.cause == Cause::HolderEnded
                && objects.iter().any(|object| self.trouble.told_objects.contains(object)))
    }

    /// Adds a finding, unless one of the same kind, cause and places was told.
    pub(super) fn add(&mut self, finding: Finding) {
        let spans = |finding: &Finding| {
            let mut spans: Vec<_> = finding.labels.iter().map(|label| label.span).collect();
            spans.sort_unstable();
            spans.dedup();
            spans
        };
        let key = (finding.kind, finding.cause, spans(&finding));
        let told = self.trouble.findings.iter().any(|old| (old.kind, old.cause, spans(old)) == key);
        if !told {
            self.trouble.findings.push(finding);
        }
    }

    pub(super) fn assertion_failed(&mut self, unit: UnitId, exception: &Exception) {
        let finding = self.witness().assertion(unit, exception);
        self.add(finding);
    }

    /// Whether the invariants hold after a step (or before the first one).
    pub(super) fn check_invariants(&mut self, by: Option<(UnitId, Pc)>) {
        for index in 0..self.program.properties.len() {
            let property = &self.program.properties[index];
            if property.kind != PropertyKind::Invariant || self.trouble.told_invariants.contains(&index) {
                continue;
            }
            if !self.holds(property.function) {
                self.trouble.told_invariants.push(index);
                let finding =
                    self.witness().property(FindingKind::Invariant, &property.text, property.span, by);
                self.add(finding);
            }
        }
    }

    fn holds(&mut self, property: FunctionId) -> bool {
        self.dice.now = self.now;
        let (truth, ops) = holds(self.program, &mut self.world, property, &mut self.dice);
        self.ops += ops;
        truth
    }

    /// Whether what is to hold at the end does.
    pub(super) fn check_finally(&mut self) {
        for property in &self.program.properties {
            if property.kind == PropertyKind::Invariant {
                continue;
            }
            if !self.holds(property.function) {
                let finding =
                    self.witness().property(FindingKind::Finally, &property.text, property.span, None);
                self.add(finding);
            }
        }
    }

    /// Exceptions that ended units and that nobody has taken. A failed assert was told where it failed.
    pub(super) fn report_exceptions(&mut self) {
        let told: Vec<Finding> = untaken_exceptions(&self.world)
            .map(|(unit, exception)| {
                self.witness().exception(unit, exception, self.routines[unit.index()].ended())
            })
            .collect();
        told.into_iter().for_each(|finding| self.add(finding));
    }

    pub(super) fn reach_limit(&mut self, message: String, help: &str) {
        let finding = self.witness().limit(message, self.trouble.limit_at, help);
        self.add(finding);
    }
}
