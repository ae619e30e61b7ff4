//! Where the nodes of a graph stand: a row for each distance from the start, and in a row near their neighbours.

use crate::explore::graph::Graph;

/// How often the rows are put in order, downwards and upwards.
const SWEEPS: usize = 12;

/// The place of each node, in whole columns and rows. A column is half as wide as two neighbours are apart,
/// so that a row can stand between the columns of the next.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Column and row of each node.
    pub(super) places: Vec<(usize, usize)>,
    /// How many columns there are.
    pub(super) columns: usize,
    /// How many rows.
    pub(super) rows: usize,
}

/// Puts every node at a place of its own.
pub(super) fn layout(graph: &Graph) -> Layout {
    let rows = graph.nodes.iter().map(|node| node.layer + 1).max().unwrap_or(0);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); rows];
    for (at, node) in graph.nodes.iter().enumerate() {
        order[node.layer].push(at);
    }
    let mut neighbours: Vec<(Vec<usize>, Vec<usize>)> = vec![Default::default(); graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| graph.nodes[edge.to].layer > graph.nodes[edge.from].layer) {
        neighbours[edge.to].0.push(edge.from);
        neighbours[edge.from].1.push(edge.to);
    }
    let columns = 2 * order.iter().map(Vec::len).max().unwrap_or(0);
    let mut column = vec![0; graph.nodes.len()];
    spread(&order, columns, &mut column);
    let mut best = (crossings(graph, &column), column.clone());
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        let sequence: Vec<usize> = if downwards { (0..rows).collect() } else { (0..rows).rev().collect() };
        for row in sequence {
            let near = |node: usize| if downwards { &neighbours[node].0 } else { &neighbours[node].1 };
            let mut keyed: Vec<(usize, usize)> =
                order[row].iter().map(|&node| (middle(near(node), &column, column[node]), node)).collect();
            keyed.sort_by_key(|(middle, _)| *middle);
            order[row] = keyed.into_iter().map(|(_, node)| node).collect();
            spread(&order[row..=row], columns, &mut column);
        }
        let crossed = crossings(graph, &column);
        if crossed < best.0 {
            best = (crossed, column.clone());
        }
    }
    let places = graph.nodes.iter().zip(best.1).map(|(node, column)| (column, node.layer)).collect();
    Layout { places, columns, rows }
}

/// How many pairs of edges between the same two rows cross.
fn crossings(graph: &Graph, column: &[usize]) -> usize {
    let down = graph.edges.iter().filter(|edge| graph.nodes[edge.to].layer > graph.nodes[edge.from].layer);
    let ends: Vec<(usize, usize, usize)> =
        down.map(|edge| (graph.nodes[edge.from].layer, column[edge.from], column[edge.to])).collect();
    let crosses = |one: &(usize, usize, usize), other: &(usize, usize, usize)| {
        one.0 == other.0 && ((one.1 < other.1 && one.2 > other.2) || (one.1 > other.1 && one.2 < other.2))
    };
    let pairs =
        ends.iter().enumerate().flat_map(|(at, one)| ends[at + 1..].iter().map(move |other| (one, other)));
    pairs.filter(|(one, other)| crosses(one, other)).count()
}

/// The middle of some nodes, in hundredths of a column; where there are none, the place that it has.
fn middle(nodes: &[usize], column: &[usize], own: usize) -> usize {
    match nodes.len() {
        0 => own * 100,
        count => nodes.iter().map(|&node| column[node] * 100).sum::<usize>() / count,
    }
}

/// Puts the nodes of each row two columns apart, in the middle of the picture.
fn spread(order: &[Vec<usize>], columns: usize, column: &mut [usize]) {
    for row in order {
        let first = (columns - 2 * row.len()) / 2;
        for (at, &node) in row.iter().enumerate() {
            column[node] = first + 2 * at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;

    #[test]
    fn no_two_nodes_share_a_place() {
        let text = "shared x = 0\ndef up() { x += 1 }\nmain { spawn thread up(); spawn thread up() }";
        let program = translate(&Source::new("x.conc", text), &[]).program.expect("the script is right");
        let graph = crate::explore::graph::graph(&program).expect("it is small");
        let layout = layout(&graph);
        let mut places = layout.places.clone();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), graph.nodes.len());
        assert!(places.iter().all(|(column, row)| *column < layout.columns && *row < layout.rows));
    }
}
