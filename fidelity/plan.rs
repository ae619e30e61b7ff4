//! Which twin stands for an experiment, and what of a cell the model does not know.

use concsim::machine::value::SettingValue;
use concsim::syntax::ast::Literal;

use crate::measured::{Cell, Param};

/// How a cell is predicted.
#[derive(Debug)]
pub(crate) enum Plan {
    /// By a figure of a twin.
    Twin(Twin, String),
    /// Not at all; the reason.
    NotModelled(&'static str),
}

impl Plan {
    pub(crate) const fn twin(&self) -> Option<&Twin> {
        match self {
            Self::Twin(twin, _) => Some(twin),
            Self::NotModelled(_) => None,
        }
    }
}

/// A script, and all that it is run with but the seed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Twin {
    /// The name of its file, without the ending.
    pub(crate) name: String,
    pub(crate) runtime: String,
    pub(crate) machine: String,
    pub(crate) cores: u32,
    /// Its params.
    pub(crate) set: Vec<(String, Literal)>,
    /// What its machine block would say.
    pub(crate) settings: Vec<(String, SettingValue)>,
}

impl Twin {
    pub(crate) fn path(&self) -> String {
        format!("fidelity/twins/{}.conc", self.name)
    }

    /// All that makes it another run.
    pub(crate) fn key(&self) -> String {
        format!("{self:?}")
    }
}

/// The runtime of the model that stands for an interpreter.
pub(crate) fn runtime_of(interpreter: &str) -> String {
    let versions = |text: &str| {
        let mut parts = text.split('.');
        format!("{}.{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    };
    match interpreter {
        // An early 3.15: there is no profile of that.
        "3.15.0a0t" => "cpython-3.14t".to_owned(),
        "3.15.0a0t-Xgil=1" => "cpython-3.14".to_owned(),
        other => match other.trim_end_matches(|end: char| end.is_ascii_digit() || end == '.' || end == '-') {
            "" => format!("cpython-{}", versions(other)),
            name if name.starts_with("pypy") => "pypy-3.11".to_owned(),
            name if name.starts_with("jython") => "jython-2.7".to_owned(),
            name if name.starts_with("ironpython") => "ironpython-3.4".to_owned(),
            name if name.starts_with("graalpy") => "graalpy-25".to_owned(),
            _ => format!("cpython-{}t", versions(other)),
        },
    }
}

/// How a cell is predicted.
pub(crate) fn plan(cell: &Cell) -> Plan {
    if let Some(why) = not_modelled(cell) {
        return Plan::NotModelled(why);
    }
    let (name, consumed) = twin_of(cell);
    let mut twin = Twin {
        name,
        runtime: runtime_of(&cell.interpreter),
        machine: cell.machine.clone(),
        cores: 2,
        set: Vec::new(),
        settings: Vec::new(),
    };
    for (param, value) in cell.params.iter().filter(|(param, _)| !consumed.contains(&param.as_str())) {
        match (param.as_str(), value) {
            ("cores", Param::Int(cores)) => twin.cores = u32::try_from(*cores).unwrap_or(u32::MAX),
            ("switchinterval", Param::Float(seconds)) => {
                #[expect(clippy::cast_possible_truncation, reason = "an interval is a few seconds at most")]
                let nanoseconds = (seconds * 1e9).round() as i64;
                twin.settings.push(("switch_interval".to_owned(), SettingValue::Duration(nanoseconds)));
            }
            ("switchinterval", Param::Int(seconds)) => {
                let nanoseconds = seconds.saturating_mul(1_000_000_000);
                twin.settings.push(("switch_interval".to_owned(), SettingValue::Duration(nanoseconds)));
            }
            ("checkinterval", Param::Int(ticks)) => {
                twin.settings.push(("check_interval".to_owned(), SettingValue::Int(*ticks)));
            }
            ("method", Param::Text(word)) => {
                twin.settings.push(("start_method".to_owned(), SettingValue::Str(word.clone())));
            }
            // A word of the language.
            ("io", Param::Text(wait)) => twin.set.push(("wait".to_owned(), Literal::Str(wait.clone()))),
            (name, Param::Int(number)) => twin.set.push((name.to_owned(), Literal::Int(*number))),
            (name, other) => twin.set.push((name.to_owned(), Literal::Str(other.text()))),
        }
    }
    let method = match (text(cell, "kind"), cell.metric.as_str()) {
        (Some("process_fork"), _) => Some("fork"),
        (_, "thread_rss_each" | "task_rss_each") => Some("spawn"),
        _ if text(cell, "case") == Some("fork_with_lock_held") => Some("fork"),
        _ => None,
    };
    if has_calibrated_work(cell) {
        twin.settings.push(("compute_percent".to_owned(), SettingValue::Int(100)));
    }
    let word = |word: &str| ("start_method".to_owned(), SettingValue::Str(word.to_owned()));
    twin.settings.extend(method.map(word));
    Plan::Twin(twin, figure_of(cell))
}

/// The twin, and the parameters that chose it.
fn twin_of(cell: &Cell) -> (String, Vec<&'static str>) {
    let experiment = cell.experiment.as_str();
    let by = |param: &'static str| {
        let value = text(cell, param).unwrap_or_default().replace(['.', ' '], "_");
        (format!("{experiment}_{value}"), vec![param])
    };
    match experiment {
        "B" if cell.metric == "default_start_method" => ("B_default".to_owned(), Vec::new()),
        "Bstart" if text(cell, "method") == Some("exec") => {
            ("Bstart_exec".to_owned(), vec!["kind", "method"])
        }
        "Bstart" => by("kind"),
        "C" | "K" if cell.params.contains_key("kind") => by("kind"),
        "K" => (format!("K_{}", cell.metric.split('/').next().unwrap_or_default()), Vec::new()),
        "G" => (format!("G_{}", cell.metric), Vec::new()),
        "H" if cell.metric.starts_with("child") => ("H_process".to_owned(), Vec::new()),
        "H" if cell.metric.starts_with("base") => ("H_main".to_owned(), vec!["kind"]),
        "H" => (format!("H_{}", cell.metric.split('_').next().unwrap_or_default()), vec!["wait"]),
        // Under a GIL an attribute is a variable like others.
        "I" if text(cell, "variant") == Some("inc_attr") => ("I_inc_global".to_owned(), vec!["variant"]),
        "I" => by("variant"),
        "J" if cell.params.contains_key("scenario") => by("scenario"),
        "J" if cell.params.contains_key("via") => by("via"),
        "J" => ("J_uncontended".to_owned(), Vec::new()),
        "L" => by("case"),
        "M" if cell.metric == "per_item_dispatch" => {
            (format!("M_dispatch_{}", text(cell, "pool").unwrap_or_default()), vec!["pool"])
        }
        "M" => by("pool"),
        "F" => ("F".to_owned(), vec!["bucket"]),
        "N7" => ("A_nogil".to_owned(), Vec::new()),
        "N11" => ("D".to_owned(), Vec::new()),
        published if published.starts_with('N') => ("A".to_owned(), Vec::new()),
        other => (other.to_owned(), Vec::new()),
    }
}

/// The figure of the twin that is the cell's metric.
fn figure_of(cell: &Cell) -> String {
    match (cell.experiment.as_str(), cell.metric.as_str()) {
        (_, "cputime_threads/seq_wall") => "cputime_units/seq".to_owned(),
        (_, "ctx_switches_per_s") => "ctx_switches/makespan_threads".to_owned(),
        (_, "default_start_method") => "start_method".to_owned(),
        ("H", "base_process_rss") => "main_memory".to_owned(),
        ("H", "child_private_dirty") => "process_memory".to_owned(),
        ("H", "thread_rss_each" | "task_rss_each") => "surplus_memory/n".to_owned(),
        ("L", _) => "outcome".to_owned(),
        ("F", "slice_hist") => format!("slice_hist {}", text(cell, "bucket").unwrap_or_default()),
        // The least time of the one by the least time of the other.
        (_, metric) => metric.trim_end_matches("_minmin").to_owned(),
    }
}

/// Whether the work takes as long under each interpreter. Elsewhere it is so many rounds of a loop, which `PyPy` goes through in a
/// third of the time: there it takes 33 ms for what takes `CPython` 60 (A), and two spawned processes of such work
/// take 2.7 of the sequential time (B). But it holds a lock for a millisecond 670 times a second, and not 3000 times (J).
fn has_calibrated_work(cell: &Cell) -> bool {
    cell.experiment == "J" && text(cell, "scenario").is_some_and(|scenario| scenario.contains("cpu"))
}

fn text<'c>(cell: &'c Cell, param: &str) -> Option<&'c str> {
    match cell.params.get(param)? {
        Param::Text(text) => Some(text),
        Param::Int(_) | Param::Float(_) => None,
    }
}

/// Why the model says nothing of a cell.
fn not_modelled(cell: &Cell) -> Option<&'static str> {
    let has_gil = !matches!(runtime_of(&cell.interpreter).as_str(), "cpython-3.13t" | "cpython-3.14t")
        && !cell.interpreter.starts_with("jython")
        && !cell.interpreter.starts_with("ironpython");
    let is = |param: &str, value: &str| text(cell, param) == Some(value);
    match (cell.experiment.as_str(), cell.metric.as_str()) {
        ("A", "seq_unit_wall") | ("E", "unit_wall") => {
            Some("how fast the machine is: a script says how long its work takes")
        }
        ("E", _)
            if cell.interpreter.starts_with("2.7")
                && text(cell, "job").is_some_and(|job| job.starts_with("sha")) =>
        {
            Some(
                "this 2.7 was built without OpenSSL, and its sha256 keeps the GIL: what is `nogil` is up to the script",
            )
        }
        ("F", _) if !has_gil => Some(
            "without a GIL there are no slices: what was measured is how two clocks are read at the same time",
        ),
        ("F", "max_share_of_iterations") => Some("how fast each core was: the cores of the model are alike"),
        ("I", _) if !has_gil && is("variant", "inc_attr") => Some(
            "attributes without a GIL: they are written under a lock of the object, and a script has no objects of its own",
        ),
        ("G", "pickle_dumps" | "pickle_loads") => Some("pickling alone: a script pickles only what it sends"),
        ("G", "mmap_write_signal_read_ack") => {
            Some("copying within a process: values of a script have no bytes")
        }
        ("H", "child_rss" | "child_pss") => {
            Some("pages that are shared between processes: the model counts what a process has for itself")
        }
        ("H", "thread_vsize_each" | "thread_stack_ulimit") => Some("address space, which is not memory"),
        ("H", "task_rss_each") if is("wait", "sleep_timer_after_reuse") => {
            Some("memory that the allocator has kept from earlier tasks")
        }
        _ => None,
    }
}
