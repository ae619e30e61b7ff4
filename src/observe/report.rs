//! What a run came to: the data behind the summary, the JSON document and the
//! `=` lines of a trace.

use crate::base::id::ObjectId;
use crate::base::time::SimDuration;
use crate::observe::chain::Chain;
use crate::observe::finding::Finding;
use crate::observe::lanes::Lanes;
use crate::observe::units::UnitReports;

/// How a run ended; the first that applies, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A bound was reached.
    Limit,
    /// Some units were stuck for ever.
    Deadlock,
    /// An assert, a property or an uncaught exception.
    Failed,
    /// All is well.
    Completed,
}

/// What a run was given: all that its trace depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The script's file name.
    pub script: String,
    /// Hash of the IR, in hexadecimal.
    pub ir_hash: String,
    /// The seed.
    pub seed: u64,
    /// The runtime's name.
    pub runtime: String,
    /// The number of cores.
    pub cores: u32,
    /// The machine's name.
    pub machine: String,
    /// `fifo`, `random` or `pct`.
    pub scheduler: String,
    /// What came from the command line and not from the script, as `name=value`: runtime, machine, cores, limits.
    /// The run depends on it through the fields above; whoever runs the script again has to know.
    pub options: Vec<String>,
    /// Params set from outside and settings of the `machine` block, as `name=value`, in order.
    pub settings: Vec<String>,
}

/// A value that leaves the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(untagged)]
pub enum Datum {
    /// `null`
    None,
    /// `true`
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A duration in nanoseconds.
    Duration(i64),
    /// A size in bytes.
    Size(i64),
    /// A string.
    Text(String),
    /// A reference or a handle, by the name of what it stands for.
    Name(String),
    /// Lists and arrays.
    List(Vec<Datum>),
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it was given.
    pub inputs: Inputs,
    /// How it ended.
    pub outcome: Outcome,
    /// Virtual time from start to end.
    pub elapsed: SimDuration,
    /// Number of events at sync detail.
    pub events: u64,
    /// The printed lines.
    pub output: Vec<String>,
    /// Final values of the shared variables, in order of declaration.
    pub shared: Vec<(String, Datum)>,
    /// What is wrong, gravest first, then earliest first.
    pub findings: Vec<Finding>,
    /// Kinds that the script expects and that were not found.
    pub missing: Vec<String>,
    /// Per unit, in order of spawn.
    pub units: UnitReports,
    /// Per interpreter, in order of start; main's is the first.
    pub interpreters: Vec<InterpreterReport>,
    /// Per declared object, in program order.
    pub objects: Vec<ObjectReport>,
    /// The machine as a whole.
    pub machine: MachineReport,
    /// What the end of the run hung on, if that was asked for and the run has ended by itself.
    pub chain: Option<Chain>,
    /// Who did what when, if that was asked for.
    pub lanes: Option<Lanes>,
}

/// The state of a unit at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitState {
    /// Its body is done.
    Ended,
    /// An exception ended it.
    Failed,
    /// It was a task, and was cancelled.
    Cancelled,
    /// It waits for something.
    Blocked,
    /// It was still going when the run ended (a daemon, or a limit).
    Running,
}

/// An interpreter: that of main, of a process, or of what `spawn interpreter` has started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterpreterReport {
    /// The name of the unit that it was started for.
    pub name: String,
    /// What that unit is: `main`, `process` or `interpreter`.
    pub kind: &'static str,
    /// It was forked: it shares the pages that it had then.
    pub forked: bool,
    /// How long somebody had its GIL.
    pub gil_held: SimDuration,
    /// How often its GIL changed its holder.
    pub gil_switches: u64,
    /// Greatest modelled memory of it and its threads, in bytes: of a forked process its own pages only.
    pub peak_memory: u64,
}

/// How an object was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectReport {
    /// Its id in the run.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
    /// Its kind's word.
    pub kind: &'static str,
    /// How often it was acquired (a device: how many requests it served).
    pub acquisitions: u64,
    /// How many of these had to wait.
    pub contended: u64,
    /// How long it was held in all (a device: channel time).
    pub held: SimDuration,
    /// How long units waited for it in all.
    pub waited: SimDuration,
}

/// The machine as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineReport {
    /// How long each core was busy.
    pub core_busy: Vec<SimDuration>,
    /// How often a thread has left a core.
    pub core_switches: u64,
    /// How often a GIL changed its holder, that of any interpreter.
    pub gil_switches: u64,
    /// Greatest modelled memory of all interpreters and threads, in bytes.
    pub peak_memory: u64,
}
