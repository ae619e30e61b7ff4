//! Everything that a step can change, as flat data: it can be copied, compared and hashed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thin_vec::ThinVec;

use crate::base::id::{CellId, FunctionId, InterpreterId, ObjectId, PlaceId, RegionId, UnitId};
use crate::ir::pipe::Stream;
use crate::ir::program::{Pc, Program, Register};
use crate::ir::value::Value;
use crate::semantics::closing::Closing;
use crate::semantics::infos::{Infos, UnitInfo};
use crate::semantics::object::ObjectState;
use crate::semantics::precedence::Precedence;
use crate::syntax::ast::UnitKind;
use crate::trace::event::Names;

/// How many calls may be under way in one unit; one more raises `RecursionError`.
pub const CALL_DEPTH_MAX: usize = 1000;

/// The state of a run between two steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The units in order of their spawn; main is the first.
    pub units: Vec<Unit>,
    /// What does not change about them.
    pub infos: Infos,
    /// The interpreters in order of their start; main's is the first.
    pub interpreters: Vec<Interpreter>,
    /// The values of the shared cells: those of main's interpreter and of all processes, then the copies of the others.
    pub cells: Vec<Value>,
    /// The declared objects, in the same order.
    pub objects: Vec<ObjectState>,
    /// How many units are in each region.
    pub inside: Vec<u32>,
    /// The printed lines.
    pub output: Vec<Arc<str>>,
    /// How many units have failed so far.
    pub failures: u32,
    /// Who comes before others, where that is respected.
    pub precedence: Precedence,
    /// How many units of a function each unit has spawned, for their names.
    pub(super) ordinals: BTreeMap<(UnitId, FunctionId), u32>,
    /// How often a name was given by hand, for the same reason.
    pub(super) given_names: BTreeMap<(UnitId, String), u32>,
}

/// A unit of execution: a stack of windows and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// The op that it executes next.
    pub pc: Pc,
    /// Where the window of the running function begins.
    pub base: u32,
    /// Whether it can go on.
    pub status: Status,
    /// Somebody has taken the exception that ended it.
    pub taken: bool,
    /// If it failed, the how-manieth to do so, from 1.
    pub failure: u32,
    /// How it stands to the event loop of its thread.
    pub rest: Rest,
    /// It was asked to end, and has not found out.
    pub cancel: Option<Cancel>,
    /// It was asked so at the end of a group, and has asked the tasks of that one.
    pub passed_on: bool,
    /// How far the end of its loop has come.
    pub closing: Closing,
    /// How many tasks live on its loop, if it is the body of a thread.
    pub tasks: u32,
    /// What it returned, or the exception that ended it.
    pub result: Value,
    /// The windows of all calls.
    pub stack: Vec<Value>,
    /// The calls around the running one.
    pub frames: ThinVec<Frame>,
}

/// A call around the running one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Where to go on.
    pub pc: Pc,
    /// Its window.
    pub base: u32,
    /// Where it wants the result.
    pub to: Register,
}

/// Whether a unit can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It was spawned and has done nothing yet.
    New,
    /// It can take a step.
    Ready,
    /// It has waited, and somebody has woken it on purpose: it tries again.
    Notified,
    /// Its next op waits for something; with `timed`, not for ever.
    Waiting {
        /// For what.
        wait: Wait,
        /// It gives up at some time.
        timed: bool,
    },
    /// It has returned or failed, and whoever awaits it may know. The group that has started it does not yet: that is told by a
    /// callback of the event loop.
    Done,
    /// It has returned or failed.
    Ended,
}

/// How a unit stands to the event loop of its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rest {
    /// It runs, or blocks the thread: nobody else goes on there.
    Running,
    /// It has given the thread up in an `await` of something that was not there.
    Awaits,
    /// It has given the thread up and needs it to go on: time has passed for it, or it is a task that has not begun.
    Yielded,
}

/// What has asked a unit to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cancel {
    /// `cancel()`, the failure of another task of its group, or the end of its loop.
    Asked,
    /// A scope that the unit is in: a time limit that is over, or a group of which a unit has failed. Its register stands
    /// there in the unit's stack.
    By(u32),
}

/// What a unit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// To acquire an object.
    Acquire(ObjectId),
    /// A channel of a device.
    Channel(ObjectId),
    /// The end of a unit.
    End(UnitId),
    /// The condition of an `atomic when`.
    When,
    /// That an event is set.
    Set(ObjectId),
    /// To be notified by a condition.
    Notify(ObjectId),
    /// That a barrier lets it through.
    Barrier(ObjectId),
    /// An item of a queue, a message of a pipe, or the end of a stream.
    Get(ObjectId),
    /// A place in a queue, or room in a pipe or a stream.
    Put(ObjectId),
    /// That all items of a queue are done.
    Drained(ObjectId),
    /// That all that the unit's process has put into a queue is in the pipe.
    Flushed(ObjectId),
    /// A worker of the pool whose job the unit is.
    Worker(ObjectId),
    /// That all jobs of a pool have ended.
    Idle(ObjectId),
}

impl Wait {
    /// The object that it is about, if it is about one.
    #[must_use]
    pub const fn object(self) -> Option<ObjectId> {
        match self {
            Self::Acquire(object)
            | Self::Channel(object)
            | Self::Set(object)
            | Self::Notify(object)
            | Self::Barrier(object)
            | Self::Get(object)
            | Self::Put(object)
            | Self::Drained(object)
            | Self::Flushed(object)
            | Self::Worker(object)
            | Self::Idle(object) => Some(object),
            Self::End(_) | Self::When => None,
        }
    }
}

/// A Python interpreter: it has its own copy of all that a script declares, and if there is one, its own GIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interpreter {
    /// What it was started for.
    pub owner: Owner,
    /// It interprets Python. A subprocess that does not is none at all; it has but a place for its streams.
    pub is_python: bool,
    /// The signal that has ended its process, if one has.
    pub signal: u8,
}

impl Interpreter {
    /// A new one for that.
    pub(super) const fn new(owner: Owner) -> Self {
        Self { owner, is_python: true, signal: 0 }
    }
}

/// What an interpreter was started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A unit.
    Unit(UnitId),
    /// A worker of a process pool, by its number, from 1.
    Worker {
        /// The pool.
        pool: ObjectId,
        /// The number.
        number: u32,
    },
}

impl World {
    /// The world before the first step.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let main = UnitInfo {
            kind: UnitKind::Thread,
            interpreter: InterpreterId(0),
            thread: UnitId(0),
            parent: UnitId(0),
            group: None,
            function: program.main,
            depth: 0,
            daemon: false,
            pool: None,
            name: Some("main".into()),
        };
        let mut infos = Infos::default();
        infos.push(main, 1);
        Self {
            units: vec![Unit::new(program, program.main, &mut [])],
            infos,
            interpreters: vec![Interpreter::new(Owner::Unit(UnitId(0)))],
            cells: program.cells.iter().map(|cell| cell.initial.clone()).collect(),
            objects: program.objects.iter().map(ObjectState::new).collect(),
            inside: vec![0; program.regions.len()],
            output: Vec::new(),
            failures: 0,
            precedence: Precedence::default(),
            ordinals: BTreeMap::new(),
            given_names: BTreeMap::from([((UnitId(0), "main".to_owned()), 1)]),
        }
    }

    /// Adds a unit of that kind, which is new.
    pub(super) fn spawn(
        &mut self,
        (parent, kind): (UnitId, UnitKind),
        interpreter: InterpreterId,
        (function, mut unit): (FunctionId, Unit),
        (name, daemon, group): (Option<String>, bool, Option<u32>),
    ) -> UnitId {
        let id = UnitId::new(self.units.len());
        let ordinal = self.ordinals.entry((parent, function)).or_insert(0);
        *ordinal += 1;
        let ordinal = *ordinal;
        let name = name.map(|name| self.distinct(parent, name));
        let mut thread = id;
        if kind == UnitKind::Task {
            thread = self.infos[parent.index()].thread;
            self.units[thread.index()].tasks += 1;
            unit.rest = Rest::Yielded;
        }
        self.units.push(unit);
        let depth = self.infos[parent.index()].depth + 1;
        let pool = None;
        let info = UnitInfo { kind, interpreter, thread, parent, group, function, depth, daemon, pool, name };
        self.infos.push(info, ordinal);
        id
    }

    /// A name given twice by one unit is told apart, so that traces stay readable.
    fn distinct(&mut self, parent: UnitId, name: String) -> Box<str> {
        let count = self.given_names.entry((parent, name.clone())).or_insert(0);
        *count += 1;
        if *count > 1 { format!("{name}.{count}").into() } else { name.into() }
    }

    /// The unit's name, as [`Infos::name`] tells it.
    #[must_use]
    pub fn unit_name(&self, program: &Program, unit: UnitId) -> String {
        self.infos.name(unit, |function| &program.functions[function.index()].name)
    }

    /// Whether a run is over here: main and every unit that is no daemon have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        (0..self.units.len())
            .map(UnitId::new)
            .all(|unit| self.units[unit.index()].has_ended() || !self.is_waited_for(unit))
    }

    /// How many bytes it takes: units, values (each shared one once) and printed lines.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let mut seen = BTreeSet::new();
        let mut bytes = 0;
        for unit in &self.units {
            bytes += Unit::BYTES + (unit.stack.capacity() * size_of::<Value>()) as u64;
            bytes += (unit.frames.capacity() * size_of::<Frame>()) as u64;
            unit.stack.iter().for_each(|value| add_bytes(value, &mut seen, &mut bytes));
        }
        self.cells.iter().for_each(|value| add_bytes(value, &mut seen, &mut bytes));
        for value in self.objects.iter().flat_map(ObjectState::values) {
            bytes += size_of::<Value>() as u64;
            add_bytes(value, &mut seen, &mut bytes);
        }
        bytes + self.output.iter().map(|line| line.len() as u64 + 32).sum::<u64>()
    }
}

/// Adds what a value holds, unless it was counted before.
#[expect(clippy::wildcard_enum_match_arm, reason = "few kinds of values hold something")]
fn add_bytes(value: &Value, seen: &mut BTreeSet<usize>, bytes: &mut u64) {
    let place = match value {
        Value::Str(text) => Arc::as_ptr(text) as usize,
        Value::List(list) => Arc::as_ptr(list) as usize,
        _ => return,
    };
    if seen.insert(place) {
        *bytes += value.heap_bytes();
        value.items().iter().for_each(|item| add_bytes(item, seen, bytes));
    }
}

impl Unit {
    /// Bytes of a unit without its stack.
    pub const BYTES: u64 = (size_of::<Self>() + Infos::BYTES) as u64;

    /// A unit that is to run `function` with these arguments, which are moved out.
    pub(super) fn new(program: &Program, function: FunctionId, arguments: &mut [Value]) -> Self {
        let function = &program.functions[function.index()];
        let mut stack = Vec::with_capacity(usize::from(function.registers));
        stack.extend(arguments.iter_mut().map(std::mem::take));
        stack.resize(usize::from(function.registers), Value::Unset);
        Self {
            pc: function.start,
            base: 0,
            status: Status::New,
            taken: false,
            failure: 0,
            rest: Rest::Running,
            cancel: None,
            passed_on: false,
            closing: Closing::Open,
            tasks: 0,
            result: Value::None,
            stack,
            frames: ThinVec::new(),
        }
    }

    /// Whether it has returned or failed.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.status, Status::Ended)
    }

    /// Whether it has returned or failed, even if its group does not know yet.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.status, Status::Done | Status::Ended)
    }

    /// What it waits for without a limit of time, if it does.
    #[must_use]
    pub const fn endless_wait(&self) -> Option<Wait> {
        match self.status {
            Status::Waiting { wait, timed: false } => Some(wait),
            Status::Waiting { timed: true, .. }
            | Status::New
            | Status::Ready
            | Status::Notified
            | Status::Done
            | Status::Ended => None,
        }
    }
}

/// The names of a run: those of the script, and those of its units.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// The script's names.
    pub program: &'a Program,
    /// The units.
    pub world: &'a World,
}

impl<'a> Naming<'a> {
    /// The name of what an interpreter was started for: a unit's, or `ex.1` for the first worker of a pool.
    #[must_use]
    pub fn owner(&self, interpreter: InterpreterId) -> String {
        match self.world.interpreters[interpreter.index()].owner {
            Owner::Unit(unit) => self.world.unit_name(self.program, unit),
            Owner::Worker { pool, number } => format!("{}.{number}", self.program.object(pool).name),
        }
    }

    /// The name of the copy of an interpreter.
    fn in_interpreter(&self, name: &'a str, interpreter: InterpreterId) -> Cow<'a, str> {
        if interpreter.0 == 0 {
            return name.into();
        }
        let owner = self.owner(interpreter);
        // Streams are called as whoever has started the subprocess calls them.
        let is_stream = self.program.has_streams() && Stream::from_word(name).is_some();
        if is_stream { format!("{owner}.{name}").into() } else { format!("{name}@{owner}").into() }
    }
}

impl Names for Naming<'_> {
    fn unit(&self, unit: UnitId) -> String {
        self.world.unit_name(self.program, unit)
    }

    fn object(&self, object: ObjectId) -> Cow<'_, str> {
        let name = &self.program.object(object).name;
        self.in_interpreter(name, self.program.interpreter_of_object(object))
    }

    fn cell(&self, cell: CellId) -> Cow<'_, str> {
        let name = &self.program.cell(cell).name;
        self.in_interpreter(name, self.program.interpreter_of_cell(cell))
    }

    fn region(&self, region: RegionId) -> &str {
        &self.program.regions[region.index()]
    }

    fn place(&self, place: PlaceId) -> &str {
        &self.program.places[place.index()]
    }
}
