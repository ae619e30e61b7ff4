//! Strongly connected components that can't be left.

/// What is known of a node while the graph is gone through.
#[derive(Clone, Copy)]
struct Node {
    /// The how-manieth to be visited, from 1; 0 if it was not, [`DONE`] if its component is known.
    order: u32,
    /// The earliest node on the stack that can be reached from it.
    low: u32,
}

/// The order of a node that is on the stack no more.
const DONE: u32 = u32::MAX;

/// A graph: which nodes the edges of each node lead to.
#[derive(Debug)]
pub(super) struct Graph {
    /// Where the targets of each node begin, and at last where they end.
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Graph {
    /// The graph with these edges, which are given back bit by bit while it is made.
    pub(super) fn new(edges: Vec<Vec<(u32, u32)>>) -> Self {
        let all = || edges.iter().flatten();
        let nodes = all().map(|(from, to)| *from.max(to) as usize + 1).max().unwrap_or(0);
        // First how many edges each node has, then where they end; when all are in place, where they begin.
        let mut starts = vec![0; nodes + 1];
        all().for_each(|(from, _)| starts[*from as usize] += 1);
        let mut count = 0;
        for start in &mut starts {
            count += *start;
            *start = count;
        }
        let mut targets = vec![0; count];
        for (from, to) in edges.into_iter().flatten() {
            starts[from as usize] -= 1;
            targets[starts[from as usize]] = to;
        }
        Self { starts, targets }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn to(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }
}

/// The first node of each component that has edges and that no edge leaves, in ascending order.
pub(super) fn bottoms(graph: &Graph) -> Vec<u32> {
    let mut nodes = vec![Node { order: 0, low: 0 }; graph.len()];
    let mut bottoms = Vec::new();
    let mut stack = Vec::new();
    let mut visited = 0;
    // Nodes under way, and which of their edges comes next; so deep a graph leaves no room for recursion.
    let mut path: Vec<(u32, u32)> = Vec::new();
    for root in (0..).take(graph.len()) {
        if nodes[root as usize].order == 0 {
            path.push((root, 0));
        }
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                visited += 1;
                nodes[node as usize] = Node { order: visited, low: visited };
                stack.push(node);
            } else {
                let child = nodes[graph.to(node)[edge as usize - 1] as usize];
                if child.order != DONE {
                    let low = &mut nodes[node as usize].low;
                    *low = child.low.min(*low);
                }
            }
            let Node { order, low } = nodes[node as usize];
            if let Some(&target) = graph.to(node).get(edge as usize) {
                path.push((node, edge + 1));
                if nodes[target as usize].order == 0 {
                    path.push((target, 0));
                }
            } else if low == order {
                bottoms.extend(close(graph, &mut nodes, &mut stack, node));
            }
        }
    }
    bottoms.sort_unstable();
    bottoms
}

/// Takes a component off the stack; its first node if it has edges and none leaves it.
fn close(graph: &Graph, nodes: &mut [Node], stack: &mut Vec<u32>, root: u32) -> Option<u32> {
    let start = stack.iter().rposition(|&node| node == root)?;
    // What is on the stack from there on is the component; other nodes that it leads to are done.
    let is_left = |node: &u32| graph.to(*node).iter().any(|&target| nodes[target as usize].order == DONE);
    let is_left = stack[start..].iter().any(is_left);
    let goes_on = stack[start..].iter().any(|&node| !graph.to(node).is_empty());
    let first = stack[start..].iter().copied().min();
    stack.drain(start..).for_each(|node| nodes[node as usize].order = DONE);
    if goes_on && !is_left { first } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bottom_is_a_component_that_goes_on_and_that_no_edge_leaves() {
        let found = |edges: &[(u32, u32)]| bottoms(&Graph::new(edges.chunks(2).map(<[_]>::to_vec).collect()));
        assert_eq!(found(&[]), Vec::<u32>::new());
        assert_eq!(found(&[(0, 1), (1, 2)]), Vec::<u32>::new());
        assert_eq!(found(&[(3, 3), (3, 4), (4, 4)]), [4]);
        assert_eq!(found(&[(0, 1), (1, 2), (2, 1), (0, 3), (3, 5), (5, 4), (4, 3), (4, 5)]), [1, 3]);
        assert_eq!(found(&[(2, 1), (1, 0), (0, 2), (0, 6)]), Vec::<u32>::new());
        assert_eq!(found(&[(2, 1), (1, 0), (0, 2), (0, 2)]), [0]);
    }
}
