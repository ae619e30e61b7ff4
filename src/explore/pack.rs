//! Worlds in a few numbers.
//!
//! Worlds that follow each other differ in little: a unit, a lock. Every state of
//! a unit, of a cell, of an object and so on that has come up is kept once and has
//! a number; a packed world is the row of the numbers of its parts. The numbers
//! depend on who came first, so that they are never compared between runs; the
//! fingerprint of a world depends on what is in it only.

use std::hash::Hash;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hashbrown::HashTable;

use crate::explore::fingerprint::{Fingerprint, fingerprint};
use crate::ir::value::Value;
use crate::semantics::object::ObjectState;
use crate::semantics::world::{Unit, World};

/// A world in a few numbers: the rest, the output, what matters of the past, then how many units
/// are in each region, then cells, objects and units.
pub(super) type Packed = Vec<u32>;

/// Where the rest, the output and the past stand.
const REST: usize = 0;
const OUTPUT: usize = 1;
const PAST: usize = 2;
const REGIONS: usize = 3;

/// A table of all that has come up of one kind.
#[derive(Debug)]
struct Store<T> {
    items: Vec<T>,
    prints: Vec<Fingerprint>,
    table: HashTable<u32>,
}

impl<T: Hash + Eq + Clone> Store<T> {
    const fn new() -> Self {
        Self { items: Vec::new(), prints: Vec::new(), table: HashTable::new() }
    }

    fn find(&self, item: &T, print: Fingerprint) -> Option<u32> {
        self.table.find(short(print), |&at| self.items[at as usize] == *item).copied()
    }

    fn add(&mut self, item: &T, print: Fingerprint) -> u32 {
        if let Some(known) = self.find(item, print) {
            return known;
        }
        let at = u32::try_from(self.items.len()).expect("memory is bounded below 2^32 parts");
        self.items.push(item.clone());
        self.prints.push(print);
        let prints = &self.prints;
        self.table.insert_unique(short(print), at, |&at| short(prints[at as usize]));
        at
    }
}

/// The half of a fingerprint that finds its place in a table.
#[expect(clippy::cast_possible_truncation, reason = "half of the bits are enough to find a place")]
pub(super) const fn short(print: Fingerprint) -> u64 {
    print as u64
}

/// All that has come up.
#[derive(Debug)]
pub(super) struct Parts {
    all: RwLock<Stores>,
    regions: usize,
    /// Of one interpreter.
    cells: usize,
    objects: usize,
}

#[derive(Debug)]
struct Stores {
    rests: Store<World>,
    outputs: Store<Vec<std::sync::Arc<str>>>,
    cells: Store<Value>,
    objects: Store<ObjectState>,
    units: Store<Unit>,
}

/// A world beside its packed form, so that what stays the same need not be packed or unpacked again.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) world: World,
    pub(super) packed: Packed,
    pub(super) print: Fingerprint,
}

impl Parts {
    /// A place for the parts of worlds like this one.
    pub(super) fn new(world: &World) -> Self {
        let all = Stores {
            rests: Store::new(),
            outputs: Store::new(),
            cells: Store::new(),
            objects: Store::new(),
            units: Store::new(),
        };
        Self {
            all: RwLock::new(all),
            regions: world.inside.len(),
            cells: world.cells.len(),
            objects: world.objects.len(),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Stores> {
        self.all.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Stores> {
        self.all.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes all parts take, roughly.
    pub(super) fn bytes(&self) -> u64 {
        let all = self.read();
        let units = all.units.items.iter().take(64).map(unit_bytes).max().unwrap_or(0);
        let lines = all.outputs.items.iter().map(|lines| 64 + 24 * lines.len() as u64).sum::<u64>();
        all.units.items.len() as u64 * units
            + lines
            + 96 * (all.cells.items.len() + all.objects.items.len()) as u64
            + 512 * all.rests.items.len() as u64
    }

    /// Packs a world; `near` is one that is like it in most parts.
    pub(super) fn pack(&self, world: &World, past: Past, near: Option<&Open>) -> (Packed, Fingerprint) {
        // With another number of interpreters all parts have other places.
        let near = near.filter(|near| near.world.interpreters.len() == world.interpreters.len());
        let mut packing = Packing::new(self, near);
        let same = |same: fn(&World, &World) -> bool| near.is_some_and(|near| same(&near.world, world));
        let rest_is_same = same(|a, b| {
            let is_same = a.failures == b.failures && a.infos == b.infos;
            is_same && a.interpreters == b.interpreters && a.precedence == b.precedence
        });
        packing.part(rest_is_same, || rest(world), |all| &all.rests, |all| &mut all.rests);
        let output_is_same = same(|a, b| a.output.len() == b.output.len());
        packing.part(output_is_same, || world.output.clone(), |all| &all.outputs, |all| &mut all.outputs);
        packing.number(past.number());
        world.inside.iter().for_each(|&count| packing.number(count));
        for (at, cell) in world.cells.iter().enumerate() {
            let same = near.is_some_and(|near| near.world.cells[at] == *cell);
            packing.part(same, || cell.clone(), |all| &all.cells, |all| &mut all.cells);
        }
        for (at, object) in world.objects.iter().enumerate() {
            let same = near.is_some_and(|near| near.world.objects[at] == *object);
            packing.part(same, || object.clone(), |all| &all.objects, |all| &mut all.objects);
        }
        for (at, unit) in world.units.iter().enumerate() {
            let same = near.is_some_and(|near| near.world.units.get(at) == Some(unit));
            packing.part(same, || unit.clone(), |all| &all.units, |all| &mut all.units);
        }
        (packing.packed, packing.print)
    }

    /// Makes `open` the world that is packed like that and has that fingerprint.
    pub(super) fn open(&self, packed: &[u32], print: Fingerprint, open: &mut Open) {
        let all = self.read();
        let rest = &all.rests.items[packed[REST] as usize];
        let world = &mut open.world;
        let interpreters = rest.interpreters.len();
        if interpreters != world.interpreters.len() {
            open.packed.clear();
            world.cells.resize(self.cells * interpreters, Value::Unset);
            let object = world.objects.first().cloned();
            world.objects.truncate(self.objects * interpreters);
            world
                .objects
                .extend(object.into_iter().cycle().take(self.objects * interpreters - world.objects.len()));
        }
        let differs = |at: usize| open.packed.get(at) != Some(&packed[at]);
        let (cells, objects) = (self.cells * interpreters, self.objects * interpreters);
        let units_from = REGIONS + self.regions + cells + objects;
        if differs(REST) {
            let mut whole = rest.clone();
            whole.units = std::mem::take(&mut world.units);
            whole.cells = std::mem::take(&mut world.cells);
            whole.objects = std::mem::take(&mut world.objects);
            whole.output = std::mem::take(&mut world.output);
            whole.inside = std::mem::take(&mut world.inside);
            *world = whole;
        }
        if differs(OUTPUT) {
            world.output.clone_from(&all.outputs.items[packed[OUTPUT] as usize]);
        }
        world.inside.copy_from_slice(&packed[REGIONS..REGIONS + self.regions]);
        for at in (0..cells).filter(|at| differs(REGIONS + self.regions + at)) {
            let cell = packed[REGIONS + self.regions + at];
            world.cells[at].clone_from(&all.cells.items[cell as usize]);
        }
        for at in (0..objects).filter(|at| differs(REGIONS + self.regions + cells + at)) {
            let object = packed[REGIONS + self.regions + cells + at];
            world.objects[at].clone_from(&all.objects.items[object as usize]);
        }
        world.units.truncate(packed.len() - units_from);
        for at in 0..packed.len() - units_from {
            let unit = &all.units.items[packed[units_from + at] as usize];
            if at >= world.units.len() {
                world.units.push(unit.clone());
            } else if differs(units_from + at) {
                world.units[at].clone_from(unit);
            }
        }
        open.print = print;
        open.packed.clear();
        open.packed.extend_from_slice(packed);
    }

    /// What matters of the past of that world.
    pub(super) fn past(packed: &[u32]) -> Past {
        let number = packed[PAST];
        Past { failed: number != 0 }
    }
}

/// What a world does not tell of the way to it, and what yet makes a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    /// Something has gone wrong: no end is a good one any more.
    pub(super) failed: bool,
}

impl Past {
    fn number(self) -> u32 {
        u32::from(self.failed)
    }
}

fn unit_bytes(unit: &Unit) -> u64 {
    Unit::BYTES + (unit.stack.len() * size_of::<Value>()) as u64
}

/// What a world has beside its parts: the units' names.
fn rest(world: &World) -> World {
    let mut rest = world.clone();
    rest.units.clear();
    rest.cells.clear();
    rest.objects.clear();
    rest.output.clear();
    rest.inside.clear();
    rest
}

/// A world on its way into numbers.
struct Packing<'a> {
    parts: &'a Parts,
    /// Nothing only while a part is added.
    all: Option<RwLockReadGuard<'a, Stores>>,
    near: Option<&'a Open>,
    packed: Packed,
    print: Fingerprint,
}

impl<'a> Packing<'a> {
    fn new(parts: &'a Parts, near: Option<&'a Open>) -> Self {
        Self {
            parts,
            all: Some(parts.read()),
            near,
            packed: Vec::with_capacity(near.map_or(16, |near| near.packed.len() + 1)),
            print: near.map_or(0, |near| near.print),
        }
    }

    /// The number of the next part in the world nearby.
    fn known(&self) -> Option<u32> {
        self.near.and_then(|near| near.packed.get(self.packed.len())).copied()
    }

    /// A part that is a number already.
    fn number(&mut self, number: u32) {
        let known = self.known();
        if known != Some(number) {
            let at = self.packed.len();
            let old = known.map_or(0, |known| fingerprint(&(at, known)));
            self.print = self.print.wrapping_sub(old).wrapping_add(fingerprint(&(at, number)));
        }
        self.packed.push(number);
    }

    /// The next part; with `same`, it is that of the world nearby.
    fn part<T: Hash + Eq + Clone>(
        &mut self,
        same: bool,
        part: impl Fn() -> T,
        read: impl Fn(&Stores) -> &Store<T>,
        write: impl Fn(&mut Stores) -> &mut Store<T>,
    ) {
        let (at, known) = (self.packed.len(), self.known());
        if let (true, Some(known)) = (same, known) {
            self.packed.push(known);
            return;
        }
        let part = part();
        let print = fingerprint(&part);
        let number = self.all.as_ref().and_then(|all| read(all).find(&part, print));
        let number = number.unwrap_or_else(|| {
            // Who reads can't write.
            drop(self.all.take());
            let number = write(&mut self.parts.write()).add(&part, print);
            self.all = Some(self.parts.read());
            number
        });
        let print_of = |known: u32| self.all.as_ref().map_or(0, |all| read(all).prints[known as usize]);
        let old = known.map_or(0, |known| fingerprint(&(at, print_of(known))));
        self.print = self.print.wrapping_sub(old).wrapping_add(fingerprint(&(at, print)));
        self.packed.push(number);
    }
}
