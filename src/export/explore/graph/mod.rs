//! The graph of a small script, drawn: for Graphviz, or as a picture for a browser.

pub mod dot;
mod layout;
pub mod svg;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::explore::Found;
use crate::explore::graph::{End, Graph, Node};
use crate::export::explore::words::Words;
use crate::ir::program::Program;
use crate::semantics::world::Naming;

/// A graph with the words that belong to it.
#[derive(Debug)]
pub struct Drawing<'a> {
    graph: &'a Graph,
    title: String,
    nodes: Vec<Spot>,
    edges: Vec<Arrow>,
    /// Who takes steps, in order, by name.
    units: Vec<String>,
}

/// What is shown of a world.
#[derive(Debug)]
struct Spot {
    /// The shared variables with their values, a line each, and what else there is to say.
    words: Vec<String>,
    end: Option<End>,
    /// Codes of the findings whose witnesses end here.
    codes: BTreeSet<&'static str>,
}

/// What is shown of a turn.
#[derive(Debug)]
struct Arrow {
    /// Whose turn, as an index of the units that are shown.
    unit: usize,
    /// What was done in it.
    text: String,
    /// It belongs to the witness of the first finding.
    on_witness: bool,
}

impl<'a> Drawing<'a> {
    /// The drawing of the graph of a program, with what was found in it.
    ///
    /// # Panics
    ///
    /// If the graph is another program's.
    #[must_use]
    pub fn new(graph: &'a Graph, program: &Program, source: &Source, findings: &[Found]) -> Self {
        let words = Words { program, source };
        let mut nodes: Vec<Spot> = graph.nodes.iter().map(|node| spot(program, node)).collect();
        let mut witness = BTreeSet::new();
        for (at, found) in findings.iter().enumerate() {
            let way = graph.way(&found.schedule);
            let last = way.last().map_or(0, |edge| graph.edges[*edge].to);
            nodes[last].codes.insert(found.finding.kind.code());
            if at == 0 {
                witness = way.into_iter().collect();
            }
        }
        let mut units: BTreeMap<UnitId, String> = BTreeMap::new();
        for edge in &graph.edges {
            let unit = edge.taken.turn.unit;
            units.entry(unit).or_insert_with(|| safe(&edge.taken.world.unit_name(program, unit)));
        }
        let order: Vec<UnitId> = units.keys().copied().collect();
        let edges = graph.edges.iter().enumerate().map(|(at, edge)| Arrow {
            unit: order.binary_search(&edge.taken.turn.unit).expect("every unit of a turn was collected"),
            text: words.step(&graph.nodes[edge.from].world, &edge.taken),
            on_witness: witness.contains(&at),
        });
        let edges = edges.collect();
        let count = graph.nodes.len();
        let title = format!("{}: {count} states, {} transitions", safe(&source.name), graph.edges.len());
        Self { graph, title, nodes, edges, units: units.into_values().collect() }
    }
}

fn spot(program: &Program, node: &Node) -> Spot {
    let names = Naming { program, world: &node.world };
    let cells = program.cells.iter().zip(&node.world.cells);
    let values = cells.map(|(cell, value)| format!("{} = {}", cell.name, safe(&value.brief(&names))));
    let printed = node.world.output.iter().map(|line| format!("printed: {}", safe(line)));
    Spot { words: values.chain(printed).collect(), end: node.end, codes: BTreeSet::new() }
}

/// The word of an end.
const fn end_word(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::Failed => "failed",
        End::Stuck => "deadlock",
    }
}
