//! Looking over the shoulders of the units: what was in luck's hands though the run went well.
//!
//! Every action of a step is shown to those who keep accounts of what orders
//! what. They are there only if the script has something that they could find.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops take locks without waiting")]

use std::collections::BTreeMap;

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::SimTime;
use crate::engine::Engine;
use crate::ir::program::{Op, Pc, Program};
use crate::observe::accesses::{Accesses, Past};
use crate::observe::clocks::{Order, Touch, UNITS_MAX, sees_taken};
use crate::observe::held::{Held, HeldId, Holding};
use crate::observe::lock_order::{LockOrder, Stretch};
use crate::observe::race::{Access, Race, Statements};
use crate::semantics::step::{Action, ActionKind, Seen};
use crate::semantics::world::{Rest, World};
use crate::syntax::ast::ObjectKind;

/// The accounts.
#[derive(Debug)]
pub(super) struct Watch {
    held: Held,
    /// What is known of shared data.
    data: Option<Data>,
    /// What is known of the orders of locks.
    locks: Option<Locks>,
}

/// Accesses, and what orders them.
#[derive(Debug)]
struct Data {
    order: Order,
    accesses: Accesses,
    /// Accesses that were found to be in a race with each other.
    races: Vec<(Race, [HeldId; 2])>,
}

/// The orders of locks, and what orders those who take them, but for the locks.
#[derive(Debug)]
struct Locks {
    order: Order,
    taken: LockOrder,
    /// How often each unit has come to an `await`.
    awaits: Vec<u32>,
    /// The same when each lock was last taken, of who took it.
    since: BTreeMap<ObjectId, u32>,
}

impl Locks {
    /// A unit has come to an `await`, at which others of its thread could go on.
    fn awaited(&mut self, unit: UnitId) {
        if self.awaits.len() <= unit.index() {
            self.awaits.resize(unit.index() + 1, 0);
        }
        self.awaits[unit.index()] = self.awaits[unit.index()].wrapping_add(1);
    }

    /// How often a unit has come to one.
    fn awaits(&self, unit: UnitId) -> u32 {
        self.awaits.get(unit.index()).copied().unwrap_or(0)
    }
}

/// A step of a unit, which went through `atomic` or not.
#[derive(Clone, Copy)]
struct Stepped<'a> {
    unit: UnitId,
    world: &'a World,
    atomic: bool,
    program: &'a Program,
    now: SimTime,
}

impl Watch {
    /// Accounts of a program in which something could be found: several units, and data or locks that they share.
    pub(super) fn new(program: &Program) -> Option<Box<Self>> {
        let objects = program.objects.len();
        let locks = program.objects.iter().filter(|object| is_lock(object.kind)).count();
        let shares = program.cells.iter().any(|cell| !cell.atomic);
        let (has_units, nests) = (!program.spawns.is_empty(), locks > 1);
        (has_units && (shares || nests)).then(|| {
            let sees_taken = sees_taken(program);
            let order = || Order::new(objects, sees_taken);
            let data = || Data { order: order(), accesses: Accesses::default(), races: Vec::new() };
            let locks = || Locks {
                order: order().without_locks(),
                taken: LockOrder::default(),
                awaits: Vec::new(),
                since: BTreeMap::new(),
            };
            Box::new(Self { held: Held::new(objects), data: shares.then(data), locks: nests.then(locks) })
        })
    }

    /// There are more objects now.
    pub(super) fn grow(&mut self, objects: usize) {
        self.held.grow(objects);
        self.orders().for_each(|order| order.grow(objects));
    }

    /// The orders in which locks were taken, if there are several.
    pub(super) fn locks(&self) -> Option<&LockOrder> {
        self.locks.as_ref().map(|locks| &locks.taken)
    }

    fn orders(&mut self) -> impl Iterator<Item = &mut Order> {
        let data = self.data.as_mut().map(|data| &mut data.order);
        data.into_iter().chain(self.locks.as_mut().map(|locks| &mut locks.order))
    }

    /// A unit has done something.
    fn note(&mut self, action: &Action, stepped: Stepped<'_>) {
        let Stepped { unit, atomic, program, world, .. } = stepped;
        let thread = world.infos[unit.index()].thread;
        match action.kind {
            ActionKind::Read(cell, _) | ActionKind::Wrote(cell, _) => {
                let touch = match (&action.kind, &program.ops[action.pc as usize]) {
                    (ActionKind::Read(..), _) => Touch::Reads,
                    (_, Op::Write { .. }) => Touch::Writes,
                    (_, _) => Touch::Changes,
                };
                let atomic = atomic || program.cell(cell).atomic;
                let held = self.held.by(unit);
                if let Some(Data { order, accesses, races }) = self.data.as_mut().filter(|_| !atomic) {
                    let access = Access { cell, writes: touch != Touch::Reads, pc: action.pc };
                    let new = Past { unit, access, at: order.now(thread), held };
                    accesses.add(new, order.clock(thread), |old| races.push(Race::between(old, new)));
                }
                self.tell(stepped, |order, unit| order.touched(unit, cell, (touch, atomic)));
            }
            ActionKind::Acquired(object) => {
                if world.objects[object.index()].is_lock() {
                    self.takes(Holding { lock: object, pc: action.pc }, stepped);
                }
                self.acted(action, stepped);
            }
            ActionKind::Released(object, count) => {
                if count > 0 {
                    self.held.released(object);
                }
                self.acted(action, stepped);
            }
            ActionKind::Refused(_)
            | ActionKind::TimedOut(_)
            | ActionKind::Did(..)
            | ActionKind::Joined(_)
            | ActionKind::Saw(_) => self.acted(action, stepped),
            ActionKind::Woke(..)
            | ActionKind::Printed
            | ActionKind::Entered(_)
            | ActionKind::Left(_)
            | ActionKind::Chose(_)
            | ActionKind::Raised(_)
            | ActionKind::AssertFailed(_)
            | ActionKind::Killed(_)
            | ActionKind::Cancelled(_) => {}
        }
        if let Some(locks) = &mut self.locks
            && program.ops[action.pc as usize].is_awaited(program)
        {
            locks.awaited(unit);
            if let ActionKind::Acquired(object) = action.kind {
                locks.since.insert(object, locks.awaits(unit));
            }
        }
    }

    /// Tells both orders of something that a unit has done. What the tasks of one thread do to data is in order: only one
    /// of them runs at a time, and they change places where they await. Which locks they take is in nobody's hands.
    fn tell(&mut self, stepped: Stepped<'_>, tell: impl Fn(&mut Order, UnitId)) {
        if let Some(data) = &mut self.data {
            tell(&mut data.order, stepped.world.infos[stepped.unit.index()].thread);
        }
        if let Some(locks) = &mut self.locks {
            tell(&mut locks.order, stepped.unit);
        }
    }

    fn acted(&mut self, action: &Action, stepped: Stepped<'_>) {
        let (objects, infos) = (&stepped.world.objects, &stepped.world.infos);
        if let Some(data) = &mut self.data {
            let thread = |unit: UnitId| infos[unit.index()].thread;
            let kind = match action.kind {
                ActionKind::Joined(other) => ActionKind::Joined(thread(other)),
                ActionKind::Saw(Seen::Ended(other)) => ActionKind::Saw(Seen::Ended(thread(other))),
                ref kind => kind.clone(),
            };
            data.order.acted(thread(stepped.unit), &kind, objects);
        }
        if let Some(locks) = &mut self.locks {
            locks.order.acted(stepped.unit, &action.kind, objects);
        }
    }

    /// A unit has taken a lock.
    fn takes(&mut self, inner: Holding, stepped: Stepped<'_>) {
        let Stepped { unit, program, world, now, .. } = stepped;
        let before = self.held.by(unit);
        // Another unit of the thread that holds it comes in.
        let is_reentrant = program.object(inner.lock).kind != ObjectKind::Lock;
        if (is_reentrant && self.held.is_held(inner.lock)) || !self.held.acquired(unit, inner) {
            return;
        }
        if let Some(locks) = &mut self.locks {
            let awaits = locks.awaits(unit);
            let Locks { order, taken, since, .. } = locks;
            taken.taken(unit, inner.lock);
            if before != HeldId::NOTHING && would_wait(program, inner.pc) {
                let at = (order.now(unit), order.clock(unit));
                let thread = world.infos[unit.index()].thread;
                let is_parted = |outer| since.get(&outer).is_none_or(|then| *then != awaits);
                let stretch = |outer| Stretch { thread, is_parted: is_parted(outer) };
                taken.nested((inner, now), at, ((&self.held, before), stretch));
            }
            since.insert(inner.lock, awaits);
        }
    }
}

/// Whether an object of that kind is a lock.
const fn is_lock(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Condition)
}

/// Whether a unit that takes a lock there waits for it as long as it takes.
fn would_wait(program: &Program, pc: Pc) -> bool {
    match program.ops[pc as usize] {
        Op::Invoke { call, .. } => {
            let call = &program.calls[usize::from(call)];
            call.method != "acquire" || (call.positional == 0 && call.named.is_empty())
        }
        _ => true,
    }
}

impl Engine<'_> {
    /// A unit has taken a step.
    pub(super) fn watch(&mut self, unit: UnitId, actions: &[Action], atomic: bool) {
        let Some(watch) = &mut self.watch else { return };
        let stepped = Stepped { unit, atomic, program: self.program, world: &self.world, now: self.now };
        actions.iter().for_each(|action| watch.note(action, stepped));
        // To let time pass is no action.
        if let Some(locks) =
            watch.locks.as_mut().filter(|_| self.world.units[unit.index()].rest == Rest::Yielded)
        {
            locks.awaited(unit);
        }
        let Some(data) = watch.data.as_mut().filter(|data| !data.races.is_empty()) else { return };
        let mut races = std::mem::take(&mut data.races);
        for (race, held) in races.drain(..) {
            if self.is_new_race(&race) {
                let held = held.map(|held| self.locks_of(held));
                let finding = self.witness().race_between(&race, &held);
                self.trouble.findings.push(finding);
            }
        }
        if let Some(data) = self.watch.as_mut().and_then(|watch| watch.data.as_mut()) {
            data.races = races;
        }
    }

    /// A unit was started. Of very many units it is not kept what they know of each other.
    pub(super) fn watch_spawn(&mut self, parent: UnitId, child: UnitId) {
        if child.index() >= UNITS_MAX {
            self.watch = None;
        }
        if let Some(watch) = &mut self.watch {
            let thread = self.world.infos[parent.index()].thread;
            watch.data.iter_mut().for_each(|data| data.order.spawned(thread));
            watch.locks.iter_mut().for_each(|locks| locks.order.spawned(parent));
        }
    }

    /// A worker of a pool goes from one job to another.
    pub(super) fn watch_worker(&mut self, before: UnitId, job: UnitId) {
        if let Some(watch) = &mut self.watch {
            watch.orders().for_each(|order| order.follows(job, before));
        }
    }

    /// Two units rest at accesses to one location.
    pub(super) fn add_race(&mut self, race: &Race) {
        if self.is_new_race(race) {
            let finding = self.witness().race(race);
            self.trouble.findings.push(finding);
        }
    }

    /// Whether nothing was told yet of a race of these statements.
    fn is_new_race(&mut self, race: &Race) -> bool {
        let program = self.program;
        let statements = self.trouble.statements.get_or_insert_with(|| Statements::of(program));
        let key = statements.key(program, race);
        self.trouble.told_races.insert(key)
    }

    /// The locks of that, the first one taken first.
    fn locks_of(&self, held: HeldId) -> Vec<ObjectId> {
        let locks = self.watch.iter().flat_map(|watch| watch.held.locks(held));
        let mut locks: Vec<ObjectId> = locks.map(|holding| holding.lock).collect();
        locks.reverse();
        locks
    }
}
