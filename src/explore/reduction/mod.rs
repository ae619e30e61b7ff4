//! What of the interleavings may be left out.
//!
//! - [`ample`]: orders of turns that come to the same. It needs to know what units may still do
//!   ([`footprint`], [`flow`]) and which locks they are sure to hold ([`held`]).
//! - [`canonical`]: worlds that differ by names of units only are one world.

pub mod ample;
pub mod bits;
pub mod canonical;
pub mod cells;
pub mod flow;
pub mod footprint;
pub mod held;

use crate::base::id::UnitId;
use crate::explore;
use crate::explore::live::Live;
use crate::explore::reduction::ample::{Order, Scene};
use crate::explore::reduction::canonical::{Names, Renaming};
use crate::explore::space::{Space, Standing, Taken};
use crate::ir::program::{CallSite, Program};
use crate::semantics::world::World;
use crate::syntax::ast::UnitKind;

/// What may be left out of the interleavings of a program, computed once.
#[derive(Clone, Debug)]
pub struct Reducer<'p> {
    program: &'p Program,
    names: Names,
    order: Option<Order>,
}

impl<'p> Reducer<'p> {
    /// What may be left out of the worlds of a space; nothing if nothing may. Where a GIL keeps others from going next,
    /// turns that could come first may not be allowed to.
    #[must_use]
    pub fn of(space: &Space<'p>, reduction: explore::Reduction) -> Option<Self> {
        let is_any =
            reduction != explore::Reduction::None && !space.respects_gil && may_reduce(space.program);
        is_any.then(|| Self::new(space.program, reduction))
    }

    /// What may be left out of the interleavings of `program`, of which something [may](may_reduce).
    #[must_use]
    pub fn new(program: &'p Program, reduction: explore::Reduction) -> Self {
        let symmetry = matches!(reduction, explore::Reduction::Symmetry | explore::Reduction::All);
        let names = Names::new(program, &Live::new(program), symmetry);
        let orders = matches!(reduction, explore::Reduction::Order | explore::Reduction::All);
        let order = if orders { Order::new(program) } else { None };
        Self { program, names, order }
    }

    /// The units of which one's turns may be enough, so that those of the others need not be taken in this
    /// world; the first one first. [`Reducer::suffice`] has the last word. `standings` has one entry a unit.
    ///
    /// The worlds to which the turns lead have to be new to the search (all of them, if it goes breadth first):
    /// otherwise all turns have to be taken, lest the others' are put off for ever.
    pub fn candidates<'a>(
        &'a self,
        world: &'a World,
        standings: &'a [Standing],
    ) -> impl Iterator<Item = UnitId> + 'a {
        self.scene(world).into_iter().flat_map(|scene| scene.candidates(standings))
    }

    /// Whether these turns of a candidate, which are all that it can take in `world`, are enough.
    #[must_use]
    pub fn suffice(&self, world: &World, unit: UnitId, turns: &[Taken]) -> bool {
        self.scene(world).is_some_and(|scene| scene.suffice(unit, turns))
    }

    fn scene<'a>(&'a self, world: &'a World) -> Option<Scene<'a>> {
        let order = self.order.as_ref()?;
        Some(Scene { program: self.program, names: &self.names, order, world })
    }

    /// Makes `world` the one that stands for all that are the same. The ids of units may change by it:
    /// the answer says which unit has got which.
    pub fn canonical(&self, world: &mut World) -> Renaming {
        self.names.canonical(self.program, world)
    }
}

/// Whether anything may be left out: units are threads, processes, interpreters and tasks, and nobody is ended by force,
/// which would come before or after everything that the unit does.
fn may_reduce(program: &Program) -> bool {
    let kills = |call: &CallSite| matches!(call.method.as_str(), "terminate" | "kill");
    let is_pooled = program.spawns.iter().any(|site| site.pooled);
    !is_pooled && !has(program, UnitKind::Subprocess) && !program.calls.iter().any(kills)
}

/// Whether a program spawns units of that kind.
fn has(program: &Program, kind: UnitKind) -> bool {
    let is_it = |unit| if unit == UnitKind::Unit { program.terms.unit == kind } else { unit == kind };
    program.spawns.iter().any(|site| is_it(site.unit))
}
