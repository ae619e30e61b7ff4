//! What the hardware and the runtime cost, and how the interpreter behaves.
//!
//! A *runtime* says how an interpreter behaves, a *machine* says what things
//! cost; any pair works. Both are data, and every number in them says where it
//! comes from. Nothing here acts or reads files: [`choose::resolve`] makes a
//! [`profile::Model`] of what was asked for, and the engine reads that.

mod asked;
pub mod choose;
pub mod error;
pub mod fact;
mod file;
pub mod free;
mod hardware;
pub mod profile;
mod runtime;
pub mod setting;
pub mod turns;
pub mod value;

use crate::machine::error::{Named, Problem};
use crate::machine::profile::{Machine, Runtime};

/// The runtime of a script that does not choose one.
pub const DEFAULT_RUNTIME: &str = "cpython-3.14";

/// The machine of a script that does not choose one.
pub const DEFAULT_MACHINE: &str = "default";

/// The runtimes that are modelled, oldest first.
#[must_use]
pub fn runtimes() -> &'static [&'static Runtime] {
    &runtime::MODELLED
}

/// The runtime of that exact name, if it is modelled.
#[must_use]
pub fn runtime(name: &str) -> Option<&'static Runtime> {
    runtimes().iter().copied().find(|runtime| runtime.name == name)
}

/// The machines that are built in.
#[must_use]
pub fn machines() -> &'static [&'static Machine] {
    &hardware::BUILT_IN
}

/// The built-in machine of that exact name.
#[must_use]
pub fn machine(name: &str) -> Option<&'static Machine> {
    machines().iter().copied().find(|machine| machine.name == name)
}

/// The runtime that a user names.
///
/// # Errors
///
/// If nothing has that name; then with the nearest one.
pub fn find_runtime(name: &str) -> Result<&'static Runtime, Problem> {
    let known = || runtimes().iter().map(|runtime| runtime.name).collect();
    runtime(name).ok_or_else(|| Problem::of_name(Named::Runtime, name, known(), &[]))
}

/// The built-in machine that a user names.
///
/// # Errors
///
/// As for [`find_runtime`].
pub fn find_machine(name: &str) -> Result<&'static Machine, Problem> {
    let known = || machines().iter().map(|machine| machine.name).collect();
    machine(name).ok_or_else(|| Problem::of_name(Named::Machine, name, known(), &[]))
}
