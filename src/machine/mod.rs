//! What the hardware and the runtime cost, and how the interpreter behaves.
//!
//! A *runtime* says how an interpreter behaves, a *machine* says what things
//! cost; any pair works. Both are data, and every number in them says where it
//! comes from. Nothing here acts: the engine reads a [`profile::Model`], in
//! which all choices have been made.

pub mod profile;
mod runtime;

use crate::machine::profile::Runtime;

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
