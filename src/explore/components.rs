//! Strongly connected components that can't be left.

/// What is known of a node while the graph is gone through.
#[derive(Clone, Copy)]
struct Node {
    /// The how-manieth to be visited, from 1; 0 if it was not.
    order: usize,
    /// The earliest node on the stack that can be reached from it.
    low: usize,
    on_stack: bool,
}

/// A graph: which nodes the edges of each node lead to.
#[derive(Debug)]
pub(super) struct Graph {
    /// Where the targets of each node begin, and at last where they end.
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Graph {
    /// The graph with these edges.
    pub(super) fn new(mut edges: Vec<(u32, u32)>) -> Self {
        edges.sort_unstable();
        let nodes = edges.iter().map(|(from, to)| from.max(to) + 1).max().unwrap_or(0) as usize;
        let mut starts = vec![0; nodes + 1];
        edges.iter().for_each(|(from, _)| starts[*from as usize + 1] += 1);
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        Self { starts, targets: edges.into_iter().map(|(_, to)| to).collect() }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn to(&self, node: usize) -> &[u32] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }
}

/// The first node of each component that has edges and that no edge leaves, in ascending order.
pub(super) fn bottoms(graph: &Graph) -> Vec<u32> {
    let mut nodes = vec![Node { order: 0, low: 0, on_stack: false }; graph.len()];
    let mut bottoms = Vec::new();
    let mut stack = Vec::new();
    let mut visited = 0;
    // Nodes under way, and which of their edges comes next; so deep a graph leaves no room for recursion.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in 0..graph.len() {
        if nodes[root].order == 0 {
            path.push((root, 0));
        }
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                visited += 1;
                nodes[node] = Node { order: visited, low: visited, on_stack: true };
                stack.push(node);
            } else {
                let child = graph.to(node)[edge - 1] as usize;
                if nodes[child].on_stack {
                    nodes[node].low = nodes[node].low.min(nodes[child].low);
                }
            }
            if let Some(&target) = graph.to(node).get(edge) {
                path.push((node, edge + 1));
                if nodes[target as usize].order == 0 {
                    path.push((target as usize, 0));
                }
            } else if nodes[node].low == nodes[node].order {
                bottoms.extend(close(graph, &mut nodes, &mut stack, node));
            }
        }
    }
    bottoms.sort_unstable();
    bottoms
}

/// Takes a component off the stack; its first node if it has edges and none leaves it.
fn close(graph: &Graph, nodes: &mut [Node], stack: &mut Vec<usize>, root: usize) -> Option<u32> {
    let start = stack.iter().rposition(|&node| node == root)?;
    let mut members = stack.split_off(start);
    members.sort_unstable();
    let leaves = |target: &u32| members.binary_search(&(*target as usize)).is_err();
    let is_left = members.iter().any(|&member| graph.to(member).iter().any(leaves));
    let goes_on = members.iter().any(|&member| !graph.to(member).is_empty());
    members.iter().for_each(|&member| nodes[member].on_stack = false);
    let first = u32::try_from(*members.first()?).ok()?;
    (goes_on && !is_left).then_some(first)
}
