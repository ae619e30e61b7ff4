//! An exploration through the library: what all test crates that explore share.

use std::sync::atomic::AtomicBool;

use concsim::explore::{Caps, Exploration, Options, Reduction, WitnessOrder, explore};
use concsim::ir::program::Program;

/// An exploration that nothing bounds but the end.
pub(crate) const WHOLE: Options = Options {
    max_states: None,
    max_memory: 4 << 30,
    time: None,
    caps: Caps::NONE,
    jobs: 2,
    first: false,
    reduction: Reduction::All,
    witness: WitnessOrder::Preemptions,
    respect_gil: false,
};

/// Explores without telling anybody how far it is.
pub(crate) fn explored(program: &Program, options: &Options) -> Exploration {
    explore(program, options, &mut |_| {}, &AtomicBool::new(false))
}
