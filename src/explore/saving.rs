//! Why a reduction saves something on a script, or nothing: looked up where it shows.
//!
//! Nothing here is computed by other rules than those of the search: the reductions themselves
//! are asked, in the worlds next to the start.

use std::collections::{BTreeSet, VecDeque};

use crate::base::id::{FunctionId, UnitId};
use crate::explore::Reduction;
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::reduction::Reducer;
use crate::explore::space::{Space, Standing, Taken};
use crate::ir::program::Program;
use crate::semantics::world::World;

/// How many worlds are looked at.
const WORLDS_MAX: usize = 500;

/// What the reductions have to do with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Savings {
    /// Worlds next to the start, ends left out.
    pub worlds: usize,
    /// In how many of them the next step of one unit stands for all orders.
    pub alone: usize,
    /// Units that one unit has started with one function, at least two, as soon as there are as many as main can
    /// start by itself.
    pub families: Vec<Family>,
}

/// Units that one unit has started with one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The name of the function.
    pub function: String,
    /// How many there are.
    pub units: usize,
    /// Whether they are told apart.
    pub kind: Likeness,
}

/// Whether units of one function are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Whichever goes first, the world behind it is the same.
    Alike,
    /// They begin with other values.
    OtherValues,
    /// Nothing but their names differs, which somebody knows.
    OtherNames,
}

/// What the reductions have to do with a script.
#[must_use]
pub fn savings(program: &Program) -> Savings {
    let space = Space::new(program);
    let (worlds, alone) = alone(&space);
    Savings { worlds, alone, families: families(&space) }
}

/// The worlds next to the start, and those of them in which one unit's turns are enough.
fn alone(space: &Space<'_>) -> (usize, usize) {
    let reducer = Reducer::new(space.program, Reduction::Order);
    let mut known: BTreeSet<Fingerprint> = BTreeSet::new();
    let mut open: VecDeque<World> = space.initial().into_iter().map(|taken| taken.world).collect();
    let (mut worlds, mut alone) = (0, 0);
    while let Some(world) = open.pop_front()
        && worlds < WORLDS_MAX
    {
        let (standings, turns): (Vec<Standing>, Vec<Vec<Taken>>) =
            (0..world.units.len()).map(|unit| space.turns(&world, UnitId::new(unit))).unzip();
        if world.is_over() || turns.iter().all(Vec::is_empty) {
            continue;
        }
        worlds += 1;
        let mut candidates = reducer.candidates(&world, &standings);
        alone += usize::from(candidates.any(|unit| reducer.suffice(&world, unit, &turns[unit.index()])));
        let next = turns.into_iter().flatten().map(|taken| taken.world);
        open.extend(next.filter(|world| known.insert(of_world(world))));
    }
    (worlds, alone)
}

fn families(space: &Space<'_>) -> Vec<Family> {
    let Some(world) = started(space) else { return Vec::new() };
    let mut members: Vec<((UnitId, FunctionId), UnitId)> = (1..world.infos.len())
        .filter(|&unit| !world.units[unit].has_ended())
        .map(|unit| ((world.infos[unit].parent, world.infos[unit].function), UnitId::new(unit)))
        .collect();
    members.sort_unstable();
    let families = members.chunk_by(|one, other| one.0 == other.0).filter(|family| family.len() > 1);
    let family = |family: &[((UnitId, FunctionId), UnitId)]| {
        let units: Vec<UnitId> = family.iter().map(|(_, unit)| *unit).collect();
        let function = space.program.functions[family[0].0.1.index()].name.to_string();
        Family { function, units: units.len(), kind: likeness(space, &world, &units) }
    };
    families.map(family).collect()
}

/// The world in which main has started as many units as it can by itself.
fn started(space: &Space<'_>) -> Option<World> {
    let mut best = space.initial().into_iter().next()?.world;
    let mut world = best.clone();
    for _ in 0..WORLDS_MAX {
        let Some(taken) = space.take(&world, UnitId(0), false).into_iter().next() else { break };
        world = taken.world;
        if alive(&world) > alive(&best) {
            best.clone_from(&world);
        }
    }
    Some(best)
}

fn alive(world: &World) -> usize {
    world.units.iter().filter(|unit| !unit.has_ended()).count()
}

fn likeness(space: &Space<'_>, world: &World, units: &[UnitId]) -> Likeness {
    let reducer = Reducer::new(space.program, Reduction::Symmetry);
    // What one of them leads to, under the names that stand for all that are the same.
    let behind = |unit: UnitId| {
        let worlds = space.turns(world, unit).1.into_iter().map(|taken| taken.world);
        let canonical = |mut world: World| {
            reducer.canonical(&mut world);
            world
        };
        worlds.map(canonical).collect::<Vec<World>>()
    };
    let first = behind(units[0]);
    let at = |unit: UnitId| &world.units[unit.index()];
    if !first.is_empty() && units[1..].iter().all(|&unit| behind(unit) == first) {
        Likeness::Alike
    } else if units[1..].iter().any(|&unit| at(unit) != at(units[0])) {
        Likeness::OtherValues
    } else {
        Likeness::OtherNames
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;

    fn check(text: &str, want: &[(&str, usize, Likeness)]) -> Savings {
        let source = Source::new("x.conc", text);
        let program = translate(&source, &[]).program.expect("the script is right");
        let got = savings(&program);
        let families: Vec<(&str, usize, Likeness)> =
            got.families.iter().map(|it| (it.function.as_str(), it.units, it.kind)).collect();
        assert_eq!(families, want, "{text}");
        got
    }

    #[test]
    fn units_are_alike_if_nobody_can_tell_which_went_first() {
        let up = "shared x = 0\nlock m\ndef up(n) { with m { x += n } }\n";
        let main = |body: &str| format!("{up}main {{ {body} }}\n");
        check(&main("group { for i in 0..3 { spawn thread up(1) } }"), &[("up", 3, Likeness::Alike)]);
        check(&main("group { for i in 0..3 { spawn thread up(i) } }"), &[("up", 3, Likeness::OtherValues)]);
        check(
            &main("let a = spawn thread up(1); let b = spawn thread up(1); a.join(); b.join()"),
            &[("up", 2, Likeness::OtherNames)],
        );
        check(&main("let a = spawn thread up(1); a.join()"), &[]);
    }

    #[test]
    fn steps_that_touch_nothing_of_others_stand_for_all_orders() {
        let apart =
            "lock m[2]\ndef f(i) { with m[i] { pass } }\nmain { spawn thread f(0); spawn thread f(1) }";
        let together = "shared x = 0\ndef f() { x += 1 }\nmain { spawn thread f(); spawn thread f() }";
        let apart = check(apart, &[("f", 2, Likeness::OtherValues)]);
        assert_eq!(apart.worlds, apart.alone);
        let together = check(together, &[("f", 2, Likeness::Alike)]);
        assert!(together.alone < together.worlds, "{together:?}");
    }
}
