//! The worlds of a small script and the turns between them, as a graph to be drawn.
//!
//! Nothing is left out here: every world that can be told from the others is a node.

use indexmap::IndexMap;

use crate::base::id::UnitId;
use crate::explore::schedule::{Pick, Schedule};
use crate::explore::space::{Space, Taken};
use crate::ir::program::Program;
use crate::semantics::world::World;

/// How many worlds a graph may have: nobody can read a larger one.
pub const NODES_MAX: usize = 300;

/// Every world that can be reached, and every turn.
#[derive(Debug)]
pub struct Graph {
    /// In order of their distance from the start.
    pub nodes: Vec<Node>,
    /// In order of the nodes from which they lead.
    pub edges: Vec<Edge>,
    /// Where each way to decide what comes before the first step leads.
    starts: Vec<(Vec<Pick>, usize)>,
}

/// A world.
#[derive(Debug)]
pub struct Node {
    /// What holds in it.
    pub world: World,
    /// How many steps the start is away at the least.
    pub layer: usize,
    /// Whether the run is over there, and how.
    pub end: Option<End>,
}

/// How a run can be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All units for which a run waits have returned.
    Completed,
    /// The same, but an exception has ended one of them.
    Failed,
    /// Nothing can happen, and some wait for ever.
    Stuck,
}

/// A turn that leads from one world to another.
#[derive(Debug)]
pub struct Edge {
    /// The index of the node before it.
    pub from: usize,
    /// The index of the node behind it.
    pub to: usize,
    /// The turn, and what happened in it.
    pub taken: Taken,
}

/// The graph of a program; nothing if it has more than [`NODES_MAX`] worlds.
///
/// # Panics
///
/// Never: it looks only at worlds that it has counted.
#[must_use]
pub fn graph(program: &Program) -> Option<Graph> {
    let space = Space::new(program);
    let mut nodes: IndexMap<World, usize> = IndexMap::new();
    let mut edges = Vec::new();
    let mut ends = Vec::new();
    let start = |taken: Taken| (taken.turn.picks, nodes.insert_full(taken.world, 0).0);
    let starts = space.initial().into_iter().map(start).collect();
    let mut at = 0;
    while at < nodes.len() {
        if nodes.len() > NODES_MAX {
            return None;
        }
        let (world, &layer) = nodes.get_index(at).expect("it was just counted");
        let world = world.clone();
        let turns = if world.is_over() { Vec::new() } else { turns(&space, &world) };
        ends.push(end(&world, turns.len()));
        for taken in turns {
            // What is known already is not farther away than it was.
            let entry = nodes.entry(taken.world.clone());
            let to = entry.index();
            entry.or_insert(layer + 1);
            edges.push((at, to, taken));
        }
        at += 1;
    }
    let nodes = nodes.into_iter().zip(ends).map(|((world, layer), end)| Node { world, layer, end });
    let edges = edges.into_iter().map(|(from, to, taken)| Edge { from, to, taken });
    Some(Graph { nodes: nodes.collect(), edges: edges.collect(), starts })
}

impl Graph {
    /// The edges of a schedule, from the start on; as many of them as the graph has.
    #[must_use]
    pub fn way(&self, schedule: &Schedule) -> Vec<usize> {
        let start = self.starts.iter().find(|(picks, _)| *picks == schedule.start);
        let mut at = start.map(|(_, node)| *node);
        let mut way = Vec::new();
        for turn in &schedule.turns {
            let leads = |edge: &&(usize, &Edge)| Some(edge.1.from) == at && edge.1.taken.turn == *turn;
            let Some((index, edge)) = self.edges.iter().enumerate().find(|edge| leads(&edge)) else { break };
            way.push(index);
            at = Some(edge.to);
        }
        way
    }
}

fn turns(space: &Space<'_>, world: &World) -> Vec<Taken> {
    let units = (0..world.units.len()).map(UnitId::new);
    units.flat_map(|unit| [false, true].map(|expired| space.take(world, unit, expired))).flatten().collect()
}

/// How a run is over in a world from which so many turns lead on.
fn end(world: &World, turns: usize) -> Option<End> {
    if world.is_over() {
        Some(if world.failures > 0 { End::Failed } else { End::Completed })
    } else {
        (turns == 0).then_some(End::Stuck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;

    fn of(text: &str) -> Option<Graph> {
        graph(&translate(&Source::new("x.conc", text), &[]).program.expect("the script is right"))
    }

    #[test]
    fn two_locks_in_opposite_orders_have_one_dead_end() {
        let graph = of("lock a, b\ndef one() { with a { with b { pass } } }\n\
            def two() { with b { with a { pass } } }\nmain { spawn thread one(); spawn thread two() }")
        .expect("it is small");
        let ends: Vec<End> = graph.nodes.iter().filter_map(|node| node.end).collect();
        assert_eq!(ends.iter().filter(|end| **end == End::Stuck).count(), 1);
        assert_eq!(ends.iter().filter(|end| **end == End::Completed).count(), 1);
        assert!(graph.nodes.is_sorted_by_key(|node| node.layer));
        let far =
            graph.edges.iter().all(|edge| graph.nodes[edge.to].layer <= graph.nodes[edge.from].layer + 1);
        assert!(far, "no turn is more than one step");
    }

    #[test]
    fn a_loop_leads_back() {
        let graph = of("shared on = True\nmain { while on { pass } }").expect("it is small");
        assert!(graph.edges.iter().any(|edge| edge.to <= edge.from));
        assert!(graph.nodes.iter().all(|node| node.end.is_none()));
    }

    #[test]
    fn a_large_one_is_refused() {
        let text = "shared x = 0\ndef up() { for i in 0..20 { x += 1 } }\n\
            main { spawn thread up(); spawn thread up() }";
        assert!(of(text).is_none());
    }
}
