//! Whose turn it may not be yet where a GIL is respected: who keeps the GIL of an interpreter goes on until it can change
//! hands, and the units of an event loop go on in the order in which they became ready, as far as that is certain.
//!
//! When `io`, a sleep or the time of a wait is over is left open, so that such a unit may go on before or after those who
//! came behind it in the line, but not before those who were ready when it began to wait. What must be kept in mind: every
//! timed run has to remain an interleaving.

use crate::base::id::{ObjectId, UnitId};
use crate::explore::space::{Space, Standing, Taken};
use crate::ir::program::{Op, Program, Source};
use crate::ir::value::Value;
use crate::semantics::object::ObjectState;
use crate::semantics::precedence::Place;
use crate::semantics::turn::awaits_the_ended;
use crate::semantics::world::{Rest, World};
use crate::syntax::ast::ObjectKind;

impl Space<'_> {
    /// Whether others come before a unit.
    pub(super) fn is_held_back(&self, world: &World, unit: UnitId) -> bool {
        self.respects_gil && (self.is_kept_waiting(world, unit) || self.has_others_before(world, unit))
    }

    /// Whether another unit keeps the GIL, and can go on.
    fn is_kept_waiting(&self, world: &World, unit: UnitId) -> bool {
        let keeper = world.precedence.keeper(world.infos[unit.index()].interpreter);
        keeper.is_some_and(|keeper| keeper != unit && self.standing(world, keeper) == Standing::Ready)
    }

    /// Whether another unit of the same event loop is ready, and was before.
    fn has_others_before(&self, world: &World, unit: UnitId) -> bool {
        let line = &world.precedence.line;
        let Some(own) = line.iter().position(|place| place.unit == unit) else { return false };
        let thread = |unit: UnitId| world.infos[unit.index()].thread;
        line[..own].iter().any(|place| {
            thread(place.unit) == thread(unit)
                && (place.is_certain || wait_in_line(self.program, world, (place.unit, unit)))
                && self.standing(world, place.unit) == Standing::Ready
        })
    }

    /// The same turn, with who keeps a GIL behind it. Who has to wait lets go of it.
    pub(super) fn with_keepers(&self, mut taken: Taken, switches: bool) -> Taken {
        if !self.respects_gil {
            return taken;
        }
        let unit = taken.turn.unit;
        let home = taken.world.infos[unit.index()].interpreter;
        let has_gil = taken.world.interpreters[home.index()].is_python;
        // Who gives its thread up lets go of the GIL before the next one goes on.
        let goes_on = taken.world.units[unit.index()].rest == Rest::Running;
        taken.world.precedence.keeps(home, Some(unit).filter(|_| has_gil && goes_on && !switches));
        let keepers: Vec<_> = taken.world.precedence.keepers().collect();
        for (interpreter, keeper) in keepers {
            if self.standing(&taken.world, keeper) != Standing::Ready {
                taken.world.precedence.keeps(interpreter, None);
            }
        }
        taken
    }
}

/// After an op of a unit: it may have given its thread up or have it again, may have started a task, or have woken others.
pub(super) fn follow(program: &Program, world: &mut World, unit: UnitId, spawned: Option<UnitId>) {
    let mut line = std::mem::take(&mut world.precedence.line);
    // Whoever was in the line has had its thread meanwhile, even if it has given that up again.
    line.retain(|place| place.unit != unit && !world.units[place.unit.index()].has_ended());
    let state = &world.units[unit.index()];
    if state.rest != Rest::Running && !state.has_ended() {
        line.push(Place { unit, is_certain: false });
    }
    let new = spawned.filter(|new| world.units[new.index()].rest == Rest::Yielded);
    line.extend(new.map(|unit| Place { unit, is_certain: true }));
    let is_woken = |place: &Place| {
        let state = &world.units[place.unit.index()];
        let is_set = |object: ObjectId| matches!(&world.objects[object.index()], ObjectState::Event(event) if event.is_set);
        let awaits_the_set =
            || state.rest == Rest::Awaits && event(program, world, place.unit).is_some_and(is_set);
        !place.is_certain
            && state.cancel.is_none()
            && (awaits_the_ended(program, world, place.unit) || awaits_the_set())
            && !world.is_limited(program, place.unit)
    };
    let woken: Vec<Place> = line.iter().filter(|place| is_woken(place)).copied().collect();
    line.retain(|place| !woken.contains(place));
    line.extend(woken.into_iter().map(|place| Place { is_certain: true, ..place }));
    world.precedence.line = line;
}

/// Whether both units wait for the same object, which wakes them in the order in which they came: for an event, or for a lock
/// or semaphore that no other thread can take in between.
fn wait_in_line(program: &Program, world: &World, (first, second): (UnitId, UnitId)) -> bool {
    let awaits = |unit: UnitId| {
        let state = &world.units[unit.index()];
        state.rest == Rest::Awaits && state.cancel.is_none() && !world.is_limited(program, unit)
    };
    let same = |of: fn(&Program, &World, UnitId) -> Option<ObjectId>| {
        let object = of(program, world, first);
        object.is_some() && object == of(program, world, second)
    };
    let is_alone = || has_one_thread(world);
    let lock = |program: &Program, world: &World, unit: UnitId| world.wants(program, unit);
    awaits(first) && awaits(second) && (same(event) || (is_alone() && same(lock)))
}

/// Whether a unit that awaits a lock lines up behind those who were woken for it: there is no other thread that could
/// have it now.
pub(super) fn lines_up(program: &Program, world: &World, unit: UnitId) -> bool {
    let is_lock = |object: ObjectId| matches!(world.objects[object.index()], ObjectState::Lock(_));
    has_one_thread(world) && world.wants(program, unit).is_some_and(is_lock)
}

/// Whether all units that there have been live on one event loop.
fn has_one_thread(world: &World) -> bool {
    world.infos.iter().all(|info| info.thread == world.infos[0].thread)
}

/// The event that a unit awaits without a timeout.
fn event(program: &Program, world: &World, unit: UnitId) -> Option<ObjectId> {
    let state = &world.units[unit.index()];
    let Op::Invoke { receiver, call, .. } = program.ops[state.pc as usize] else { return None };
    let site = &program.calls[usize::from(call)];
    let is_plain = site.method == "wait" && site.positional == 0 && site.named.is_empty();
    let value = match receiver.source() {
        Source::Register(register) => state.register(register),
        Source::Constant(constant) => program.constant(constant),
    };
    let Value::Object(object) = value else { return None };
    let is_event = program.objects[object.index()].kind == ObjectKind::Event;
    (is_plain && is_event).then(|| program.object_of(*object, world.infos[unit.index()].interpreter))
}
