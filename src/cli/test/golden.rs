//! A golden, read: its text, and how its run is to be made again.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use indexmap::IndexSet;

use crate::cli::args::ModelArgs;
use crate::cli::literal::parse_setting;
use crate::cli::test::inputs::GoldenInputs;
use crate::engine::Scheduler;
use crate::export::tested::Problem;
use crate::syntax::ast::{Item, Script};
use crate::trace::event::Detail;

/// Bytes that a golden may have.
const GOLDEN_MAX: usize = 64 << 20;

/// What a golden's run was given, ready to be given again.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) seed: u64,
    pub(super) scheduler: Scheduler,
    pub(super) detail: Detail,
    pub(super) model: ModelArgs,
    /// The word of the schedule that it followed.
    pub(super) replay: Option<OsString>,
}

impl Given {
    /// What a run without any option is given.
    pub(super) const fn nothing(detail: Detail) -> Self {
        let model = ModelArgs { cores: None, runtime: None, machine: None, set: Vec::new() };
        Self { seed: 0, scheduler: Scheduler::Fifo, detail, model, replay: None }
    }
}

/// The text of a golden of a script with these params, and what its run was given.
///
/// # Errors
///
/// If it can't be read, or is no trace that could be made again.
pub(super) fn read_golden(golden: &Path, params: &[String]) -> Result<(String, Given), Problem> {
    let unusable = |why: &str| {
        let text = format!("can't use {}: {why}", file_name(golden));
        let help = format!("write it anew with `concsim run … --trace {}`, or delete it", file_name(golden));
        Problem::Unusable(text, Some(help))
    };
    let text = read_bounded(golden).map_err(|error| unusable(&error.to_string()))?;
    let inputs = GoldenInputs::read(&text).map_err(unusable)?;
    let scheduler = [Scheduler::Fifo, Scheduler::Random, Scheduler::Pct];
    let scheduler = scheduler.into_iter().find(|known| known.word() == inputs.scheduler);
    let scheduler = scheduler.ok_or_else(|| unusable("it has a scheduler that there is not"))?;
    let mut set = Vec::new();
    for param in params {
        // A param may be called like a setting of the machine; it stands behind those.
        if let Some(value) = inputs.setting(param).filter(|value| param != "replay" || is_literal(value)) {
            set.push(parse_setting(&format!("{param}={value}")).map_err(|error| unusable(&error))?);
        }
    }
    let replay = inputs.settings.last().filter(|(name, value)| name == "replay" && !is_literal(value));
    let replay = replay.map(|(_, token)| OsString::from(token));
    let beside = golden.with_file_name(&inputs.machine);
    let is_file = Path::new(&inputs.machine).components().count() == 1 && beside.is_file();
    let machine = if is_file { beside.into_os_string() } else { OsString::from(&inputs.machine) };
    let model = ModelArgs {
        cores: Some(inputs.cores),
        runtime: Some(inputs.runtime.clone()),
        machine: Some(machine),
        set,
    };
    Ok((text, Given { seed: inputs.seed, scheduler, detail: inputs.detail, model, replay }))
}

/// A value of a param, as a trace writes it, and not the word of a schedule.
fn is_literal(value: &str) -> bool {
    let first = value.chars().next();
    ["True", "False", "None"].contains(&value)
        || first.is_none_or(|first| first.is_ascii_digit() || first == '-' || first == '"')
}

/// The names of a script's params, each once.
pub(super) fn params(script: &Script) -> Vec<String> {
    let name = |item: &Item| if let Item::Param(param) = item { Some(param.name.text.clone()) } else { None };
    let names: IndexSet<String> = script.items.iter().filter_map(name).collect();
    names.into_iter().collect()
}

fn read_bounded(path: &Path) -> io::Result<String> {
    // A pipe would be waited for, perhaps for ever.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(GOLDEN_MAX as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > GOLDEN_MAX {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("no text"))
}

fn too_large() -> io::Error {
    io::Error::other("larger than 64 MiB, the most that a golden may have")
}

/// A trace in memory that does not grow without a bound.
#[derive(Debug, Default)]
pub(super) struct Bounded(pub(super) Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > GOLDEN_MAX {
            return Err(too_large());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name of a file without its folders.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
