//! One world for all that are the same but for the names of their units.
//!
//! **Order of spawns.** The id of a unit says when it was spawned. That depends on
//! the interleaving as soon as two units spawn. Here units are numbered by
//! spawner, and those of one spawner in its order.
//!
//! **Units that are all the same.** Let two units of one spawner and one function
//! change places, everywhere: the world that comes of it goes on just as the one before,
//! but for their names. Of all worlds that differ by that one is kept: the one in
//! which such units are sorted by their own state and what objects know of them.
//! It is done only where nobody can tell:
//!
//! - The unit was not named by the script, and its code spawns nothing: units are
//!   named after their spawners.
//! - Nobody has a handle of it, except to wait for a whole set of units: at the end of a
//!   `group`, or in a loop that does nothing but to join each. So its name can't
//!   get into a value, a comparison or a print, and no switch is needed for scripts that print handles.
//!
//! Such a set of handles counts as a set: units that have ended (and for a `group`,
//! have not failed) are left out, and the others are sorted.

use std::hash::{Hash, Hasher};

use crate::base::id::{FunctionId, UnitId};
use crate::explore::live::Live;
use crate::ir::program::{Op, Operand, Program, Register, Source};
use crate::ir::value::Value;
use crate::semantics::world::{Unit, World};
use crate::syntax::ast::UnitKind;

/// What is known beforehand about the names of units.
#[derive(Clone, Debug)]
pub struct Names {
    /// Functions that spawn something, or call one that does.
    spawns: Vec<bool>,
    /// For each op that joins a unit in a loop over a list that does nothing else: the loop's counter.
    join_loops: Vec<Option<Register>>,
    /// Names are exchanged between units that are all the same.
    symmetry: bool,
}

/// What has to be the same of units that may change places: who has spawned them, what they run, their kind and whether
/// they are daemons, and the group that they belong to.
type Class = (UnitId, FunctionId, (u8, bool), Option<u32>);

/// Which unit got which id: that at the place of its old one. Nothing if all kept theirs.
pub type Renaming = Option<Vec<UnitId>>;

impl Names {
    /// What is known about the names of units in `program`.
    #[must_use]
    pub fn new(program: &Program, live: &Live, symmetry: bool) -> Self {
        let join_loops = (0..program.ops.len()).map(|pc| join_loop(program, live, pc)).collect();
        Self { spawns: spawners(program), join_loops, symmetry }
    }

    /// Makes `world` the one that stands for all that differ from it by names of units only.
    pub fn canonical(&self, program: &Program, world: &mut World) -> Renaming {
        let by_spawner = by_spawner(world);
        if let Some(names) = &by_spawner {
            world.rename(names);
        }
        if !self.symmetry || world.units.len() < 3 {
            return by_spawner;
        }
        self.sort_sets(program, world);
        let exchanged = self.exchange(program, world);
        if exchanged.is_some() {
            // The sets hold other names now.
            self.sort_sets(program, world);
        }
        match (by_spawner, exchanged) {
            (Some(first), Some(second)) => Some(first.into_iter().map(|unit| second[unit.index()]).collect()),
            (first, second) => first.or(second),
        }
    }

    /// Sorts units that are all the same by their state.
    fn exchange(&self, program: &Program, world: &mut World) -> Renaming {
        let mut classes: Vec<(Class, UnitId)> = Vec::new();
        for unit in (1..world.infos.len()).map(UnitId::new) {
            let info = &world.infos[unit.index()];
            // Who brings an interpreter along would have to change places with all that is in it.
            let may_exchange = matches!(info.kind, UnitKind::Thread | UnitKind::Task);
            if info.name.is_none() && may_exchange && !self.spawns[info.function.index()] {
                let kind = (info.kind as u8, info.daemon);
                classes.push(((info.parent, info.function, kind, info.group), unit));
            }
        }
        if classes.len() < 2 {
            return None;
        }
        classes.sort_unstable();
        let known = self.known(program, world);
        let mut names: Renaming = None;
        for class in classes.chunk_by(|a, b| a.0 == b.0) {
            let places: Vec<UnitId> =
                class.iter().map(|member| member.1).filter(|unit| !known[unit.index()]).collect();
            if places.len() < 2 {
                continue;
            }
            let mut sorted: Vec<(u64, UnitId)> =
                places.iter().map(|&unit| (state_of(world, unit), unit)).collect();
            sorted.sort_unstable();
            if sorted.iter().zip(&places).all(|((_, unit), place)| unit == place) {
                continue;
            }
            let names = names.get_or_insert_with(|| (0..world.units.len()).map(UnitId::new).collect());
            for ((_, unit), place) in sorted.iter().zip(&places) {
                names[unit.index()] = *place;
            }
        }
        if let Some(names) = &names {
            world.exchange(names);
        }
        names
    }

    /// The units of which somebody has a handle that is more than one of a set.
    fn known(&self, program: &Program, world: &World) -> Vec<bool> {
        let mut known = vec![false; world.units.len()];
        for id in (0..world.units.len()).map(UnitId::new) {
            let (unit, set) = (&world.units[id.index()], self.set_at(program, world, id));
            for (place, value) in unit.stack.iter().enumerate() {
                if set.as_ref().is_none_or(|set| !set.has(place)) {
                    note_handles(value, &mut known);
                }
            }
            note_handles(&unit.result, &mut known);
        }
        world.cells.iter().for_each(|value| note_handles(value, &mut known));
        for object in &world.objects {
            object.values().for_each(|value| note_handles(value, &mut known));
        }
        known
    }

    /// Puts the sets of handles for which units wait in order.
    fn sort_sets(&self, program: &Program, world: &mut World) {
        for index in 0..world.units.len() {
            let Some(set) = self.set_at(program, world, UnitId::new(index)) else { continue };
            let counts = |unit: &UnitId| {
                let unit = &world.units[unit.index()];
                !unit.has_ended() || (set.first.is_none() && unit.failure > 0)
            };
            let mut units: Vec<UnitId> = set.units.iter().copied().filter(counts).collect();
            units.sort_unstable();
            set.put(&units, &mut world.units[index]);
        }
    }

    /// The units without whose ends a unit can't go on.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "two ops wait for one unit")]
    pub fn waits_for(&self, program: &Program, world: &World, id: UnitId) -> Vec<UnitId> {
        if let Some(set) = self.set_at(program, world, id) {
            return set.units;
        }
        let unit = &world.units[id.index()];
        let mut units = Vec::new();
        for op in &program.ops[unit.pc as usize..] {
            // One join right behind another waits for the next unit.
            let handle = match *op {
                Op::Invoke { receiver, call, .. } if is_plain_join(program, call) => receiver,
                Op::Await { from, .. } if units.is_empty() => from,
                _ => break,
            };
            let Source::Register(register) = handle.source() else { break };
            let Some(other) = as_handle(unit.register(register)) else { break };
            units.push(other);
            if !matches!(op, Op::Invoke { .. }) {
                break;
            }
        }
        units
    }

    /// The set of units for whose ends a unit waits.
    #[expect(clippy::wildcard_enum_match_arm, reason = "two ops wait for a set")]
    fn set_at(&self, program: &Program, world: &World, id: UnitId) -> Option<Set> {
        let unit = &world.units[id.index()];
        if unit.has_ended() {
            return None;
        }
        let place = |register: Register| unit.base as usize + usize::from(register.0);
        let handles = |values: &[Value]| values.iter().map(as_handle).collect::<Option<Vec<UnitId>>>();
        let set = match program.ops[unit.pc as usize] {
            Op::Gather { group, raise: _ } => {
                let list = place(group);
                Set { units: handles(unit.stack[list].items())?, list, counter: list + 1, first: None }
            }
            Op::Invoke { receiver, .. } => {
                let counter = place(self.join_loops[unit.pc as usize]?);
                let Source::Register(variable) = receiver.source() else { return None };
                let first = place(Register(variable));
                let begun = unit.stack[counter].as_int().and_then(|at| usize::try_from(at).ok())?;
                let mut units = handles(unit.stack[counter + 1].items().get(begun..)?)?;
                units.push(as_handle(&unit.stack[first])?);
                Set { units, list: counter + 1, counter, first: Some(first) }
            }
            _ => return None,
        };
        // To wait for oneself is an error of its own.
        (!set.units.contains(&id)).then_some(set)
    }
}

/// The units for whose ends a unit waits, and where in its stack they stand.
struct Set {
    units: Vec<UnitId>,
    /// The list.
    list: usize,
    /// How many of the list have had their turn.
    counter: usize,
    /// In a loop, the one whose turn it is; a `group` waits for all at once.
    first: Option<usize>,
}

impl Set {
    fn has(&self, place: usize) -> bool {
        place == self.list || place == self.counter || Some(place) == self.first
    }

    /// Puts these units in their place.
    fn put(&self, units: &[UnitId], unit: &mut Unit) {
        let rest = match (self.first, units) {
            (None, all) => all,
            (Some(first), [one, rest @ ..]) => {
                unit.stack[first] = Value::Handle(*one);
                rest
            }
            // All have ended, so that it is about to go on.
            (Some(_), []) => return,
        };
        let list = Value::list(rest.iter().copied().map(Value::Handle).collect());
        unit.stack[self.list] = list.expect("there were at least as many before");
        unit.stack[self.counter] = Value::Int(0);
    }
}

fn as_handle(value: &Value) -> Option<UnitId> {
    if let Value::Handle(unit) = value { Some(*unit) } else { None }
}

fn note_handles(value: &Value, known: &mut [bool]) {
    if let Value::Handle(unit) = value {
        known[unit.index()] = true;
    }
    value.items().iter().for_each(|item| note_handles(item, known));
}

/// Numbers for the units by which those of one spawner stand together, if they do not already.
fn by_spawner(world: &World) -> Renaming {
    if world.infos.iter().skip(1).is_sorted_by_key(|info| info.parent) {
        return None;
    }
    let mut spawned: Vec<Vec<UnitId>> = vec![Vec::new(); world.infos.len()];
    for (unit, info) in world.infos.iter().enumerate().skip(1) {
        spawned[info.parent.index()].push(UnitId::new(unit));
    }
    let mut order = vec![UnitId(0)];
    for at in 0..world.infos.len() {
        let unit = order[at];
        order.append(&mut spawned[unit.index()]);
    }
    let mut names = order.clone();
    for (name, unit) in order.into_iter().enumerate() {
        names[unit.index()] = UnitId::new(name);
    }
    Some(names)
}

/// A number that is the same for units that are in the same state.
fn state_of(world: &World, unit: UnitId) -> u64 {
    let mut mixer = Mixer(0);
    world.units[unit.index()].hash(&mut mixer);
    for object in &world.objects {
        object.part(unit, &mut |number| mixer.write_u32(number));
    }
    mixer.finish()
}

/// A hash that is the same on every machine. If it were equal for two states, fewer worlds would be merged.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// For each function, whether it spawns something, or calls one that does.
#[expect(clippy::wildcard_enum_match_arm, reason = "two ops matter")]
fn spawners(program: &Program) -> Vec<bool> {
    let mut spawns = vec![false; program.functions.len()];
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for (index, function) in program.functions.iter().enumerate() {
            let ops = &program.ops[function.start as usize..function.end as usize];
            let spawns_here = ops.iter().any(|op| match op {
                Op::Spawn { .. } => true,
                Op::Call { function, .. } => spawns[function.index()],
                _ => false,
            });
            changed |= spawns_here && !spawns[index];
            spawns[index] |= spawns_here;
        }
    }
    spawns
}

/// The counter of the loop over a list that does nothing but the join at `pc`.
fn join_loop(program: &Program, live: &Live, pc: usize) -> Option<Register> {
    let Op::Invoke { to, receiver, call, .. } = program.ops[pc] else { return None };
    if !is_plain_join(program, call) {
        return None;
    }
    let Some(Op::Loop { to: head }) = program.ops.get(pc + 1) else { return None };
    let Op::Each { next, variable, exit } = program.ops[*head as usize] else { return None };
    let list = Register(next.0 + 1);
    let unread = [variable, next, list].iter().all(|&register| !live.counts(exit, register));
    let alone = ![variable, next, list].contains(&to);
    (receiver == Operand::register(variable) && unread && alone).then_some(next)
}

/// Whether a method call is a `join` without a timeout.
fn is_plain_join(program: &Program, call: u16) -> bool {
    let site = &program.calls[usize::from(call)];
    site.method == "join" && site.positional == 0 && site.named.is_empty()
}
