//! Flat code: what a script is after names, sizes and control flow are settled.
//!
//! A register machine. Each function has a window of registers: its parameters,
//! its locals, then temporaries. An operand is a register or a constant. The
//! code of all functions stands in one vector, in program order, with the place
//! of each op beside it.

#![expect(missing_docs, reason = "the fields of an op stand in the example that documents it")]

use std::fmt;

use serde::Serialize;

use crate::base::id::{CellId, FunctionId, ObjectId, PlaceId, RegionId};
use crate::base::span::Span;
pub use crate::ir::function::{Function, Handler, TimeLimit};
use crate::ir::pipe::{Part, Role, Stream};
use crate::ir::signature::Builtin;
pub use crate::ir::site::{BoundMethod, CallSite, SpawnSite};
use crate::ir::terms::Terms;
use crate::ir::value::Value;
use crate::machine::profile::{CheckPoints, FreeLock, StartMethod};
use crate::syntax::ast::{BinaryOp, ObjectKind, UnaryOp, UnitKind};

/// A register of the running function's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Register(pub u16);

/// The index of an op in [`Program::ops`].
pub type Pc = u32;

/// Where an op takes a value from: a register or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand(u16);

/// An operand, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A register of the window.
    Register(u16),
    /// An entry of [`Program::constants`].
    Constant(u16),
}

impl Operand {
    /// How many registers a function may have, and how many constants a program.
    pub const COUNT_MAX: usize = 1 << 15;

    /// A register.
    #[must_use]
    pub const fn register(register: Register) -> Self {
        Self(register.0)
    }

    /// A constant by its index, below [`Operand::COUNT_MAX`].
    #[must_use]
    pub const fn constant(index: u16) -> Self {
        Self(index | 1 << 15)
    }

    /// Which of the two.
    #[inline]
    #[must_use]
    pub const fn source(self) -> Source {
        if self.0 >> 15 == 0 { Source::Register(self.0) } else { Source::Constant(self.0 & 0x7fff) }
    }
}

impl Serialize for Operand {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source().serialize(serializer)
    }
}

/// One operation. Those marked *visible* are steps that other units can see or that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `to = from`
    Copy { to: Register, from: Operand },
    /// `to = op operand`
    Unary { op: UnaryOp, to: Register, operand: Operand },
    /// `to = left op right`
    Binary { op: BinaryOp, to: Register, left: Operand, right: Operand },
    /// `to = [first, …]` of `count` registers
    List { to: Register, first: Register, count: u16 },
    /// `to = base[index]`
    Index { to: Register, base: Operand, index: Operand },
    /// `list[index] = from`, in place
    Store { list: Register, index: Operand, from: Operand },
    /// Adds `from` at the end of `list`, in place.
    Push { list: Register, from: Operand },
    /// `to = list.pop(index)`, in place
    Pop { to: Register, list: Register, index: Operand },
    /// Raises `UnboundLocalError` unless the local was set.
    Bound { local: Register },
    /// Goes on at `to`.
    Jump { to: Pc },
    /// Goes back to `to`: a check point of the interpreter.
    Loop { to: Pc },
    /// Goes on at `to` if the truth of `test` is `when`.
    Branch { when: bool, test: Operand, to: Pc },
    /// Raises `TypeError` unless both are whole numbers.
    Range { from: Operand, end: Operand },
    /// `if next < end { variable = next; next += 1 } else { go on at exit }`
    Count { next: Register, end: Register, variable: Register, exit: Pc },
    /// The same through the list in the register behind `next`.
    Each { next: Register, variable: Register, exit: Pc },
    /// Calls a function, whose window begins at `first`; a check point.
    Call { to: Register, function: FunctionId, first: Register },
    /// Ends the function with a value.
    Return { from: Operand },
    /// Raises an exception by name.
    Raise { name: Operand, message: Operand },
    /// Raises a caught exception again.
    Reraise { from: Register },
    /// Goes on at `otherwise` unless the exception is caught by that name.
    Catches { exception: Register, name: Operand, otherwise: Pc },
    /// Raises `AssertionError`, which is reported here.
    AssertFailed { message: Operand },
    /// A built-in function of `count` registers from `first`; a check point.
    Builtin { to: Register, builtin: Builtin, first: Register, count: u16 },
    /// *Visible.* A pick from `from..end`.
    ChooseRange { to: Register, from: Operand, end: Operand },
    /// *Visible.* A pick from a list.
    ChooseItem { to: Register, list: Operand },
    /// *Visible.* How many units are in a region.
    Inside { to: Register, region: RegionId },
    /// The cell of a shared array (an index into [`Program::arrays`]).
    Locate { to: Register, array: u16, index: Operand },
    /// The element of an object array (an index into [`Program::object_arrays`]).
    Element { to: Register, array: u16, index: Operand },
    /// `to = from.part`: an end of a pipe, or a stream of a subprocess.
    Part { to: Register, from: Operand, part: Part },
    /// `to = stream`, that of the subprocess that runs the unit.
    Own { to: Register, stream: Stream },
    /// *Visible.* Reads a shared cell.
    Read { to: Register, cell: Operand },
    /// *Visible.* Writes a shared cell.
    Write { cell: Operand, from: Operand },
    /// *Visible.* `cell.append(from)`
    SharedPush { cell: Operand, from: Operand },
    /// *Visible.* `to = cell.pop(index)`
    SharedPop { to: Register, cell: Operand, index: Operand },
    /// *Visible.* `cell[index] = from`, in place
    SharedStore { cell: Operand, index: Operand, from: Operand },
    /// *Visible.* Enters a `with`; with `awaited`, an `async with`.
    Enter {
        object: Operand,
        #[serde(skip_serializing_if = "is_false")]
        awaited: bool,
    },
    /// *Visible.* Leaves a `with`; with `awaited`, an `async with` on what may be a pool, which is waited for then.
    Exit {
        object: Operand,
        #[serde(skip_serializing_if = "is_false")]
        awaited: bool,
    },
    /// *Visible* on objects and handles. A method; its arguments stand from `first` on.
    Invoke { to: Register, receiver: Operand, call: u16, first: Register },
    /// *Visible.* Waits for a handle and gives its result.
    Await { to: Register, from: Operand },
    /// *Visible.* Starts a unit, or submits a job; arguments, then options or the pool, stand from `first` on.
    Spawn { to: Register, spawn: u16, first: Register },
    /// *Visible.* Waits for all handles of a list, then re-raises their first failure if `raise`; if not, its body has
    /// failed, and the tasks among them are cancelled. The register behind `group` counts those that are known to have ended.
    Gather { group: Register, raise: bool },
    /// *Visible.* Cancels the jobs of a list that have not begun; nobody will ask for the others.
    Abandon { jobs: Register },
    /// Begins `async with timeout(length)`: puts the moment at which it is over into `to`.
    OpenTimeout { to: Register, length: Operand },
    /// Ends a scope that can cancel its own body: if that is what `exception` comes from, raises what the scope raises for it
    /// instead: `TimeoutError`, or with `group` the first failure of the group.
    Translate { scope: Register, exception: Register, group: bool },
    /// *Visible.* Works for `length`.
    Compute { length: Operand, nogil: bool },
    /// *Visible.* Waits for a channel of `device` (or none), then `length`.
    Io {
        length: Operand,
        device: Operand,
        #[serde(skip_serializing_if = "is_false")]
        awaited: bool,
    },
    /// *Visible.* Waits `length`.
    Sleep {
        length: Operand,
        #[serde(skip_serializing_if = "is_false")]
        awaited: bool,
    },
    /// *Visible.* Prints a line of `count` registers from `first`.
    Print { first: Register, count: u16 },
    /// *Visible.*
    EnterRegion { region: RegionId },
    /// *Visible.*
    LeaveRegion { region: RegionId },
    /// *Visible.* From here to the matching `AtomicClose` all is one step.
    AtomicOpen,
    /// Goes back to the `AtomicOpen` at `reopen` and waits, unless `test` holds.
    AtomicTest { test: Operand, reopen: Pc },
    /// Ends the one step.
    AtomicClose,
    /// *Visible.* Ends the unit, with the result or the exception that it has.
    End { failed: bool },
}

impl Op {
    /// Whether it is a step of its own, rather than local work glued to the step before it.
    ///
    /// A method is visible whatever it is called on: a list in a register is rarely worth a special case.
    #[inline]
    #[must_use]
    pub const fn is_visible(&self) -> bool {
        match self {
            Self::Copy { .. }
            | Self::Unary { .. }
            | Self::Binary { .. }
            | Self::List { .. }
            | Self::Index { .. }
            | Self::Store { .. }
            | Self::Push { .. }
            | Self::Pop { .. }
            | Self::Bound { .. }
            | Self::Jump { .. }
            | Self::Loop { .. }
            | Self::Branch { .. }
            | Self::Range { .. }
            | Self::Count { .. }
            | Self::Each { .. }
            | Self::Call { .. }
            | Self::Return { .. }
            | Self::Raise { .. }
            | Self::Reraise { .. }
            | Self::Catches { .. }
            | Self::AssertFailed { .. }
            | Self::Builtin { .. }
            | Self::Locate { .. }
            | Self::Element { .. }
            | Self::OpenTimeout { .. }
            | Self::Translate { .. }
            | Self::Part { .. }
            | Self::Own { .. }
            | Self::AtomicTest { .. }
            | Self::AtomicClose => false,
            Self::Inside { .. }
            | Self::ChooseRange { .. }
            | Self::ChooseItem { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::SharedPush { .. }
            | Self::SharedPop { .. }
            | Self::SharedStore { .. }
            | Self::Enter { .. }
            | Self::Exit { .. }
            | Self::Invoke { .. }
            | Self::Await { .. }
            | Self::Spawn { .. }
            | Self::Gather { .. }
            | Self::Abandon { .. }
            | Self::Compute { .. }
            | Self::Io { .. }
            | Self::Sleep { .. }
            | Self::Print { .. }
            | Self::EnterRegion { .. }
            | Self::LeaveRegion { .. }
            | Self::AtomicOpen
            | Self::End { .. } => true,
        }
    }
}

/// A shared location.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// `x`, `a[2]`
    pub name: String,
    /// Its first value.
    pub initial: Value,
    /// Unsynchronised access is intended.
    pub atomic: bool,
    /// There is one for all processes, in shared memory.
    #[serde(skip_serializing_if = "is_false")]
    pub process: bool,
    /// The declaration.
    #[serde(skip)]
    pub span: Span,
}

/// Several cells or objects under one name.
#[derive(Clone, Debug, Serialize)]
pub struct Array<Id> {
    /// The name.
    pub name: String,
    /// The first one.
    pub first: Id,
    /// How many.
    pub length: u32,
}

/// A declared object.
#[derive(Clone, Debug, Serialize)]
pub struct Object {
    /// `m`, `forks[2]`
    pub name: String,
    /// Its kind.
    pub kind: ObjectKind,
    /// Its arguments, in the order of its constructor's parameters.
    pub arguments: Vec<Value>,
    /// There is one for all processes.
    #[serde(skip_serializing_if = "is_false")]
    pub process: bool,
    /// The declaration.
    #[serde(skip)]
    pub span: Span,
}

/// Which kind of property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// Holds before the first step and after each.
    Invariant,
    /// Holds at the end.
    Finally,
}

/// A property: a function without parameters that gives its truth.
#[derive(Clone, Debug, Serialize)]
pub struct Property {
    /// Which kind.
    pub kind: PropertyKind,
    /// Its code.
    pub function: FunctionId,
    /// The expression as written.
    pub text: String,
    /// Where.
    #[serde(skip)]
    pub span: Span,
}

/// A whole script, ready to run.
#[derive(Clone, Debug, Serialize)]
pub struct Program {
    /// The code of all functions.
    pub ops: Vec<Op>,
    /// The text that each op comes from.
    #[serde(skip)]
    pub spans: Vec<Span>,
    /// The statement that each op belongs to.
    #[serde(skip)]
    pub op_places: Vec<PlaceId>,
    /// Statements as traces cite them.
    pub places: Vec<String>,
    /// Values known beforehand.
    pub constants: Vec<Value>,
    /// The functions in program order, then the properties' code.
    pub functions: Vec<Function>,
    /// Where a run begins.
    pub main: FunctionId,
    /// Shared locations in program order.
    pub cells: Vec<Cell>,
    /// Shared arrays.
    pub arrays: Vec<Array<CellId>>,
    /// Declared objects in program order.
    pub objects: Vec<Object>,
    /// Object arrays.
    pub object_arrays: Vec<Array<ObjectId>>,
    /// Regions in order of their first use.
    pub regions: Vec<String>,
    /// Method calls.
    pub calls: Vec<CallSite>,
    /// Spawns.
    pub spawns: Vec<SpawnSite>,
    /// Properties in program order.
    pub properties: Vec<Property>,
    /// Kinds of findings that the script is there to show.
    pub expects: Vec<String>,
    /// Params and their values.
    pub params: Vec<(String, Value)>,
    /// The final values to show: scalar cells and whole arrays, in order of declaration.
    pub shared: Vec<SharedName>,
    /// A function of it has time limits.
    #[serde(skip)]
    pub has_time_limits: bool,
    /// Where a `map` is given a `chunksize`.
    #[serde(skip)]
    pub chunks: Vec<Span>,
    /// What the runtime decides and the script's text does not.
    #[serde(skip)]
    pub terms: Terms,
}

/// A declared `shared` name: one cell or an array of cells.
#[derive(Clone, Debug, Serialize)]
pub struct SharedName {
    /// The name.
    pub name: String,
    /// Its first cell.
    pub first: CellId,
    /// The number of cells of an array; nothing for a scalar.
    pub length: Option<u32>,
}

impl Program {
    /// A program of nothing, to be filled.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            ops: Vec::new(),
            spans: Vec::new(),
            op_places: Vec::new(),
            places: Vec::new(),
            constants: Vec::new(),
            functions: Vec::new(),
            main: FunctionId(0),
            cells: Vec::new(),
            arrays: Vec::new(),
            objects: Vec::new(),
            object_arrays: Vec::new(),
            regions: Vec::new(),
            calls: Vec::new(),
            spawns: Vec::new(),
            properties: Vec::new(),
            expects: Vec::new(),
            params: Vec::new(),
            shared: Vec::new(),
            has_time_limits: false,
            chunks: Vec::new(),
            terms: Terms {
                start: StartMethod::ForkServer,
                unit: UnitKind::Thread,
                check_points: CheckPoints::Calls,
                cancellation_is_caught: false,
                free_lock: FreeLock::RuntimeError,
            },
        }
    }

    /// The function that the op at `pc` belongs to.
    #[must_use]
    pub fn function_at(&self, pc: Pc) -> &Function {
        &self.functions[self.functions.partition_point(|function| function.end <= pc)]
    }

    /// Which object is locked where a `with` or an `acquire` names `object`: a condition stands for the lock
    /// that it was given. Likewise an end of a pipe stands for the pipe: what is done to one end concerns the other.
    #[must_use]
    pub fn lock_of(&self, object: ObjectId) -> ObjectId {
        let declared = &self.objects[object.index()];
        match declared.arguments.first() {
            Some(Value::Object(lock)) if declared.kind == ObjectKind::Condition => *lock,
            Some(_) | None => match Role::of(declared) {
                Some(Role::End { pipe, .. }) => pipe,
                Some(Role::Whole(_) | Role::Stream(_)) | None => object,
            },
        }
    }

    /// A constant's value.
    #[inline]
    #[must_use]
    pub fn constant(&self, index: u16) -> &Value {
        &self.constants[index as usize]
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}
