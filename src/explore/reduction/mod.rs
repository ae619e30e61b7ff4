//! What of the interleavings may be left out.
//!
//! - [`canonical`]: worlds that differ by names of units only are one world.
//! - [`live`]: what a unit will not read any more makes no difference.

pub mod bits;
pub mod canonical;
pub mod live;

use crate::explore;
use crate::explore::reduction::canonical::{Names, Renaming};
use crate::explore::reduction::live::Live;
use crate::ir::program::Program;
use crate::semantics::world::World;

/// What may be left out of the interleavings of a program, computed once.
#[derive(Clone, Debug)]
pub struct Reducer<'p> {
    program: &'p Program,
    live: Live,
    names: Names,
}

impl<'p> Reducer<'p> {
    /// What may be left out of the interleavings of `program`.
    #[must_use]
    pub fn new(program: &'p Program, reduction: explore::Reduction) -> Self {
        let symmetry = matches!(reduction, explore::Reduction::Symmetry | explore::Reduction::All);
        let live = Live::new(program);
        let names = Names::new(program, &live, symmetry);
        Self { program, live, names }
    }

    /// Makes `world` the one that stands for all that are the same. The ids of units may change by it:
    /// the answer says which unit has got which.
    #[must_use]
    pub fn canonical(&self, world: &mut World) -> Renaming {
        for unit in &mut world.units {
            self.live.clear(self.program, unit);
        }
        self.names.canonical(self.program, world)
    }
}
