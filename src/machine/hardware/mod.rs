//! The machines, one file each.

mod default;
mod ideal;

use crate::machine::profile::Machine;

/// Those that are built in; the first one is the default.
pub(super) static BUILT_IN: [&Machine; 2] = [&default::MACHINE, &ideal::MACHINE];

/// Those that the command will know but does not model yet.
pub(super) const PLANNED: [&str; 1] = ["mac2010"];
