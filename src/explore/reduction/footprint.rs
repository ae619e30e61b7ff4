//! What a unit may still do to what it shares with others, from each op on: in
//! its own code, in what it calls or spawns, and in what catches its exceptions.
//!
//! Over-approximations throughout: a branch may go either way, an index that is
//! computed may be any. What an operand in a register stands for is not known
//! here; [`super::ample`] looks into the unit's stack for that.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops touch what is shared")]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::id::{CellId, ObjectId};
use crate::explore::reduction::bits::Bits;
use crate::explore::reduction::cells::{accessed, cells_of, locators};
use crate::explore::reduction::flow::shares_objects;
use crate::explore::reduction::held::{Held, lock_of};
use crate::ir::program::{Op, Operand, Pc, Program, PropertyKind, Source};
use crate::ir::signature::Receiver;
use crate::ir::value::Value;
use crate::semantics::turn::forks;
use crate::syntax::ast::ObjectKind;

/// How a shared cell may be accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read without its guard.
    Read,
    /// Changed without its guard.
    Write,
    /// Read while the guard is held.
    GuardedRead,
    /// Changed while the guard is held.
    GuardedWrite,
}

/// How an object may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Acquired, however long that takes.
    Take,
    /// Released by a unit that is not sure to hold it.
    Free,
    /// Anything else: tried, asked, set, notified.
    Probe,
    /// Put into a register.
    Name,
}

/// What is neither a cell, an object nor a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// Something is printed.
    Print,
    /// Somebody asks whether a unit has ended.
    AsksEnds,
    /// A daemon may be spawned.
    Daemon,
    /// A process may be forked, which copies all that is not one for all processes.
    Fork,
    /// An object that a register names is acquired.
    TakeAny,
    /// … released by a unit that is not sure to hold it.
    FreeAny,
    /// … used otherwise.
    ProbeAny,
}

/// The numbers of all that can be done, for [`Bits`].
#[derive(Clone, Debug)]
struct Layout {
    cells: usize,
    /// Objects, and behind them one for the sleepers of each of them.
    objects: usize,
    regions: usize,
}

impl Layout {
    const fn cell(cell: CellId, access: Access) -> usize {
        cell.index() * 4 + access as usize
    }

    const fn object(&self, object: usize, how: Use) -> usize {
        self.cells * 4 + object * 4 + how as usize
    }

    const fn region(&self, region: usize, asks: bool) -> usize {
        (self.cells + 2 * self.objects) * 4 + region * 2 + asks as usize
    }

    const fn other(&self, other: Other) -> usize {
        self.region(self.regions, false) + other as usize
    }

    const fn len(&self) -> usize {
        self.other(Other::ProbeAny) + 1
    }
}

/// What may still be done, by op.
#[derive(Clone, Debug)]
pub struct Footprints {
    layout: Layout,
    /// From each op on.
    from: Vec<Bits>,
    /// From behind each call on, and what catches exceptions there.
    behind: Vec<Bits>,
    /// The lock that is held at most accesses to each cell.
    pub guards: Vec<Option<ObjectId>>,
    /// Cells that an `invariant` reads.
    pub watched: Bits,
    /// Regions that an `invariant` asks about.
    pub watched_regions: Bits,
}

/// Up to how many bits are kept; a program for which there would be more is not reduced.
const BITS_MAX: usize = 1 << 28;

impl Footprints {
    /// The footprints of `program`; nothing if it is too large for that.
    #[must_use]
    pub fn new(program: &Program, held: &Held) -> Option<Self> {
        let layout = Layout {
            cells: program.cells.len(),
            objects: program.objects.len(),
            regions: program.regions.len(),
        };
        if layout.len().checked_mul(program.ops.len() * 2)? > BITS_MAX {
            return None;
        }
        let locators = locators(program);
        let guards = guards(program, held, &locators);
        let mut footprints = Self {
            from: vec![Bits::new(layout.len()); program.ops.len()],
            behind: vec![Bits::new(layout.len()); program.ops.len()],
            guards,
            watched: Bits::new(layout.cells),
            watched_regions: Bits::new(layout.regions),
            layout,
        };
        let shares_objects = shares_objects(program);
        for pc in 0..program.ops.len() {
            let all = &mut footprints;
            Site { program, held, locators: &locators, shares_objects, pc, all }.add();
        }
        while footprints.round(program) {}
        footprints.watch(program, &locators);
        Some(footprints)
    }

    /// Whether from an op on that may be done to a cell.
    #[must_use]
    pub fn may_access(&self, at: At, cell: CellId, access: Access) -> bool {
        self.at(at).contains(Layout::cell(cell, access))
    }

    /// Whether from an op on an object may be used like that under its own name.
    #[must_use]
    pub fn may_use(&self, at: At, object: ObjectId, how: Use) -> bool {
        self.at(at).contains(self.layout.object(object.index(), how))
    }

    /// Whether from an op on the sleepers of an object may be touched under its own name.
    #[must_use]
    pub fn may_touch_sleepers(&self, at: At, object: ObjectId) -> bool {
        self.at(at).contains(self.layout.object(self.layout.objects + object.index(), Use::Probe))
    }

    /// Whether from an op on a region may be entered or left; or, if `asks`, asked about.
    #[must_use]
    pub fn may_region(&self, at: At, region: usize, asks: bool) -> bool {
        self.at(at).contains(self.layout.region(region, asks))
    }

    /// Whether from an op on that may be done.
    #[must_use]
    pub fn may(&self, at: At, other: Other) -> bool {
        self.at(at).contains(self.layout.other(other))
    }

    fn at(&self, at: At) -> &Bits {
        match at {
            At::Op(pc) => &self.from[pc as usize],
            At::Call(pc) => &self.behind[pc as usize],
        }
    }

    /// Carries what may be done one op further back everywhere; whether that changes something.
    fn round(&mut self, program: &Program) -> bool {
        let mut changed = false;
        for function in program.functions.iter().rev() {
            for pc in (function.start..function.end).rev() {
                let op = &program.ops[pc as usize];
                let mut bits = std::mem::take(&mut self.behind[pc as usize]);
                let handler = function.handler(pc).map(|handler| handler.target);
                for to in op.leads_to(pc).into_iter().flatten().chain(handler) {
                    if to != pc
                        && let Some(there) = self.from.get(to as usize)
                    {
                        changed |= bits.add_all(there);
                    }
                }
                let called = match op {
                    Op::Call { function, .. } => Some(*function),
                    Op::Spawn { spawn, .. } => Some(program.spawns[usize::from(*spawn)].function),
                    _ => None,
                };
                let mut from = std::mem::take(&mut self.from[pc as usize]);
                changed |= from.add_all(&bits);
                self.from[pc as usize] = from;
                self.behind[pc as usize] = bits;
                if let Some(called) = called {
                    let start = program.functions[called.index()].start as usize;
                    let theirs = self.from[start].clone();
                    changed |= self.from[pc as usize].add_all(&theirs);
                }
            }
        }
        changed
    }

    /// Notes what invariants read.
    fn watch(&mut self, program: &Program, locators: &[Option<u16>]) {
        let invariants =
            program.properties.iter().filter(|property| property.kind == PropertyKind::Invariant);
        for property in invariants {
            let function = &program.functions[property.function.index()];
            for pc in function.start..function.end {
                match program.ops[pc as usize] {
                    Op::Read { cell, .. } => {
                        for cell in cells_of(program, locators, pc, cell) {
                            self.watched.insert(cell);
                        }
                    }
                    Op::Inside { region, .. } => {
                        self.watched_regions.insert(region.index());
                    }
                    _ => {}
                }
            }
        }
    }
}

/// From where on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// From an op on, itself included.
    Op(Pc),
    /// From behind a call on.
    Call(Pc),
}

/// For each cell, the well-kept lock that is held at most of the places that access it.
fn guards(program: &Program, held: &Held, locators: &[Option<u16>]) -> Vec<Option<ObjectId>> {
    let mut counts = vec![BTreeMap::<usize, u32>::new(); program.cells.len()];
    for pc in 0..program.ops.len() {
        let Some((cell, _)) = accessed(&program.ops[pc]) else { continue };
        let mut locks = held.before[pc].clone();
        locks.keep_all(&held.kept);
        for cell in cells_of(program, locators, Pc::try_from(pc).unwrap_or(Pc::MAX), cell) {
            // A lock of each process guards nothing that is one for all.
            let guards = |lock: &usize| program.objects[*lock].process || !program.cells[cell].process;
            locks.iter().filter(guards).for_each(|lock| *counts[cell].entry(lock).or_default() += 1);
        }
    }
    let most = |counts: &BTreeMap<usize, u32>| {
        let most = counts.iter().max_by_key(|(lock, count)| (**count, Reverse(**lock)));
        most.map(|(lock, _)| ObjectId::new(*lock))
    };
    counts.iter().map(most).collect()
}

/// One op, whose own doings are added.
struct Site<'a> {
    program: &'a Program,
    held: &'a Held,
    locators: &'a [Option<u16>],
    /// Objects may come out of shared data, results and the like.
    shares_objects: bool,
    pc: usize,
    all: &'a mut Footprints,
}

impl Site<'_> {
    fn insert(&mut self, bit: usize) {
        self.all.from[self.pc].insert(bit);
    }

    fn other(&mut self, other: Other) {
        let bit = self.all.layout.other(other);
        self.insert(bit);
    }

    fn object(&mut self, object: ObjectId, how: Use) {
        let bit = self.all.layout.object(object.index(), how);
        self.insert(bit);
    }

    fn add(&mut self) {
        let program = self.program;
        let op = program.ops[self.pc];
        self.names(&op);
        self.end();
        if let Some((cell, writes)) = accessed(&op) {
            self.access(cell, writes);
        }
        match op {
            Op::Enter { object, .. } => self.lock(object, Use::Take),
            Op::Exit { object, .. } => self.lock(object, Use::Free),
            Op::Invoke { receiver, call, .. } => self.invoke(receiver, call),
            Op::Io { device, .. } => self.lock(device, Use::Probe),
            Op::Print { .. } => self.other(Other::Print),
            Op::EnterRegion { region } | Op::LeaveRegion { region } => {
                let bit = self.all.layout.region(region.index(), false);
                self.insert(bit);
            }
            Op::Inside { region, .. } => {
                let bit = self.all.layout.region(region.index(), true);
                self.insert(bit);
            }
            Op::Spawn { spawn, .. } => {
                if program.spawns[usize::from(spawn)].daemon {
                    self.other(Other::Daemon);
                }
                if forks(program, spawn) {
                    self.other(Other::Fork);
                }
            }
            _ => {}
        }
    }

    /// Wherever a unit of a process is, its end may come next, which depends on what is held back of the queues.
    fn end(&mut self) {
        let program = self.program;
        let pc = Pc::try_from(self.pc).unwrap_or(Pc::MAX);
        if program.function_at(pc).epilogue.is_none() {
            return;
        }
        for (queue, object) in program.objects.iter().enumerate() {
            if object.kind == ObjectKind::Queue && object.process {
                self.object(ObjectId::new(queue), Use::Probe);
            }
        }
    }

    /// The objects that an op may put into a register.
    fn names(&mut self, op: &Op) {
        let program = self.program;
        let objects = 0..program.objects.len();
        match *op {
            Op::Element { array, .. } => {
                let array = &program.object_arrays[usize::from(array)];
                let first = array.first.index();
                (first..first + array.length as usize)
                    .for_each(|object| self.object(ObjectId::new(object), Use::Name));
            }
            Op::Copy { from, .. }
            | Op::Push { from, .. }
            | Op::Store { from, .. }
            | Op::Return { from }
            | Op::Index { base: from, .. }
            | Op::ChooseItem { list: from, .. } => self.names_of(from),
            Op::Binary { left, right, .. } => [left, right].into_iter().for_each(|side| self.names_of(side)),
            // What comes from elsewhere may be anything, unless numbers and the like are all that ever goes there.
            Op::Read { .. } | Op::SharedPop { .. } | Op::Await { .. } | Op::Invoke { .. }
                if self.shares_objects =>
            {
                objects.for_each(|object| self.object(ObjectId::new(object), Use::Name));
            }
            _ => {}
        }
    }

    fn names_of(&mut self, operand: Operand) {
        if let Source::Constant(constant) = operand.source() {
            self.names_in(self.program.constant(constant));
        }
    }

    fn names_in(&mut self, value: &Value) {
        if let Value::Object(object) = value {
            self.object(*object, Use::Name);
        }
        value.items().iter().for_each(|item| self.names_in(item));
    }

    fn access(&mut self, cell: Operand, writes: bool) {
        let pc = Pc::try_from(self.pc).unwrap_or(Pc::MAX);
        for cell in cells_of(self.program, self.locators, pc, cell) {
            let guard = self.all.guards[cell];
            let guarded = guard.is_some_and(|lock| self.held.before[self.pc].contains(lock.index()));
            let access = match (guarded, writes) {
                (false, false) => Access::Read,
                (false, true) => Access::Write,
                (true, false) => Access::GuardedRead,
                (true, true) => Access::GuardedWrite,
            };
            self.insert(Layout::cell(CellId::new(cell), access));
        }
    }

    /// The use of a lock; an object of another kind is only ever probed.
    fn lock(&mut self, operand: Operand, how: Use) {
        let program = self.program;
        if how == Use::Take && self.held.at_once[self.pc] {
            self.lock(operand, Use::Probe);
        }
        match operand.source() {
            Source::Register(_) => self.other(match how {
                Use::Take => Other::TakeAny,
                Use::Free => Other::FreeAny,
                Use::Probe | Use::Name => Other::ProbeAny,
            }),
            Source::Constant(constant) => {
                let Value::Object(object) = program.constant(constant) else { return };
                let lock = lock_of(program, *object);
                let is_kept = self.held.kept.contains(lock.index());
                match program.objects[lock.index()].kind {
                    ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Condition => {
                        // A release by whoever is sure to hold it comes after its own acquisition.
                        if how != Use::Free || !is_kept {
                            self.object(lock, how);
                        }
                    }
                    _ => self.object(lock, Use::Probe),
                }
            }
        }
    }

    fn invoke(&mut self, receiver: Operand, call: u16) {
        let site = &self.program.calls[usize::from(call)];
        let bare = site.positional == 0 && site.named.is_empty();
        if site.methods.iter().any(|method| method.receiver == Receiver::Handle) {
            // A `join` or `result` without a timeout is no step: it waits, and then goes on.
            if !(bare && matches!(site.method.as_str(), "join" | "result")) {
                self.other(Other::AsksEnds);
            }
        }
        match site.method.as_str() {
            "acquire" if bare => self.lock(receiver, Use::Take),
            "release" => self.lock(receiver, Use::Free),
            _ => self.probe(receiver, call, bare),
        }
    }

    /// Another method; a condition's is about its sleepers, and about its lock if that may not be held.
    fn probe(&mut self, receiver: Operand, call: u16, bare: bool) {
        let program = self.program;
        if let Source::Constant(constant) = receiver.source()
            && let Value::Object(object) = program.constant(constant)
            && program.objects[object.index()].kind == ObjectKind::Condition
        {
            let lock = lock_of(program, *object);
            let sleepers = self.all.layout.object(self.all.layout.objects + object.index(), Use::Probe);
            self.insert(sleepers);
            self.object(lock, Use::Take);
            self.lock(receiver, Use::Free);
            let untimed = bare || program.calls[usize::from(call)].method == "notify";
            if untimed
                && self.held.kept.contains(lock.index())
                && self.held.before[self.pc].contains(lock.index())
            {
                return;
            }
        }
        self.lock(receiver, Use::Probe);
    }
}
