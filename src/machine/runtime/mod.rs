//! The runtimes, one file each.

mod cpython_3_12;
mod cpython_3_14;
mod cpython_3_14t;

use crate::machine::profile::Runtime;

/// Those that are modelled, oldest first.
pub(super) static MODELLED: [&Runtime; 3] =
    [&cpython_3_12::RUNTIME, &cpython_3_14::RUNTIME, &cpython_3_14t::RUNTIME];
