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

/// The first node of each component that no edge leaves, in ascending order. `to` has the targets of each node.
pub(super) fn bottoms(to: &[&[usize]]) -> Vec<usize> {
    let mut nodes = vec![Node { order: 0, low: 0, on_stack: false }; to.len()];
    let mut bottoms = Vec::new();
    let mut stack = Vec::new();
    let mut visited = 0;
    // Nodes under way, and which of their edges comes next; so deep a graph leaves no room for recursion.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in 0..to.len() {
        if nodes[root].order == 0 {
            path.push((root, 0));
        }
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                visited += 1;
                nodes[node] = Node { order: visited, low: visited, on_stack: true };
                stack.push(node);
            } else {
                let child = to[node][edge - 1];
                if nodes[child].on_stack {
                    nodes[node].low = nodes[node].low.min(nodes[child].low);
                }
            }
            if let Some(&target) = to[node].get(edge) {
                path.push((node, edge + 1));
                if nodes[target].order == 0 {
                    path.push((target, 0));
                }
            } else if nodes[node].low == nodes[node].order {
                bottoms.extend(close(to, &mut nodes, &mut stack, node));
            }
        }
    }
    bottoms.sort_unstable();
    bottoms
}

/// Takes a component off the stack; its first node if no edge leaves it.
fn close(to: &[&[usize]], nodes: &mut [Node], stack: &mut Vec<usize>, root: usize) -> Option<usize> {
    let start = stack.iter().rposition(|&node| node == root)?;
    let mut members = stack.split_off(start);
    members.sort_unstable();
    let is_member = |node: &usize| members.binary_search(node).is_ok();
    let is_left = members.iter().any(|&member| to[member].iter().any(|target| !is_member(target)));
    members.iter().for_each(|&member| nodes[member].on_stack = false);
    members.first().copied().filter(|_| !is_left)
}
