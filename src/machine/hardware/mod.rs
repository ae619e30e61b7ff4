//! The machines, one file each.

mod default;
mod ideal;
mod mac2010;

use crate::machine::profile::Machine;

/// Those that are built in; the first one is the default.
pub(super) static BUILT_IN: [&Machine; 3] = [&default::MACHINE, &ideal::MACHINE, &mac2010::MACHINE];
