//! A golden: the trace of a run that can be made again.

use std::ffi::OsString;
use std::path::Path;

use crate::base::span::Source;
use crate::cli::diff::read_trace;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::rerun::{Again, TRACE_MAX, again};
use crate::trace::recorded::Recorded;

/// A golden as it is.
#[derive(Debug)]
pub(super) struct Golden {
    /// Its text.
    pub(super) text: String,
    /// The same, read.
    pub(super) recorded: Recorded,
    /// What to ask of a run that is given the same.
    pub(super) again: Again,
}

/// Reads a golden of a script. The file of its machine, if it had one, may lie beside it.
///
/// # Errors
///
/// If it can't be read, is no whole trace, or can't be made again.
pub(super) fn read_golden(golden: &Path, script: &Source) -> Result<Golden, Failure> {
    // A pipe would be waited for, perhaps for ever.
    if golden.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(Failure::message(format!("can't use {}: it is no regular file", file_name(golden))));
    }
    let text = input::read_long(golden.as_os_str(), TRACE_MAX)?.text;
    // A checkout may have given it other ends of lines, which are told as such.
    let recorded = read_trace(&text.replace("\r\n", "\n"), &file_name(golden))?;
    let again = again(script, &recorded.inputs, machine(golden, &recorded).as_deref())?;
    Ok(Golden { text, recorded, again })
}

fn machine(golden: &Path, recorded: &Recorded) -> Option<OsString> {
    let name = recorded.inputs.option("machine")?;
    let is_name = Path::new(name).components().count() == 1;
    let beside = golden.with_file_name(name);
    (is_name && beside.is_file()).then(|| beside.into_os_string())
}

/// The name of a file without its folders.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
