//! Worlds that wait to be expanded, where those come first that look as if something were about to go wrong.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::explore::table::State;

/// A world that waits to be expanded.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) state: State,
    /// The row of its numbers.
    pub(super) row: Box<[u8]>,
}

/// Worlds by their rank, and by when they were found.
///
/// Half of what is taken has the highest rank, the other half has waited longest. So a finding that is far away
/// but in the direction of the rank is found soon, and one that is near is found almost as soon as breadth
/// first. Also, no world waits for ever, even if there is no end of others.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<u64, (u32, Waiting)>,
    ranks: BTreeSet<(Reverse<u32>, u64)>,
    /// How many have come so far.
    count: u64,
    /// Bytes of all rows.
    rows: usize,
}

impl Queue {
    /// Adds a world that was found after all others.
    pub(super) fn push(&mut self, rank: u32, waiting: Waiting) {
        self.rows += waiting.row.len();
        self.ranks.insert((Reverse(rank), self.count));
        self.waiting.insert(self.count, (rank, waiting));
        self.count += 1;
    }

    /// Takes at most so many worlds off.
    pub(super) fn take(&mut self, count: usize) -> Vec<Waiting> {
        let mut taken = Vec::new();
        for _ in 0..count.div_ceil(2) {
            let Some((_, number)) = self.ranks.pop_first() else { break };
            taken.extend(self.waiting.remove(&number).map(|(_, waiting)| waiting));
        }
        while taken.len() < count {
            let Some((number, (rank, waiting))) = self.waiting.pop_first() else { break };
            self.ranks.remove(&(Reverse(rank), number));
            taken.push(waiting);
        }
        self.rows -= taken.iter().map(|waiting| waiting.row.len()).sum::<usize>();
        taken
    }

    /// How many bytes it takes, roughly.
    pub(super) fn bytes(&self) -> u64 {
        let one = size_of::<(u64, (u32, Waiting))>() + size_of::<(Reverse<u32>, u64)>();
        (self.rows + self.waiting.len() * one * 3 / 2) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_is_taken_has_the_highest_rank_and_half_is_the_oldest() {
        let mut queue = Queue::default();
        for (state, rank) in (0..).zip([1, 0, 3, 3, 0, 2]) {
            queue.push(rank, Waiting { state, row: Box::new([7]) });
        }
        let mut take = |count| queue.take(count).iter().map(|waiting| waiting.state).collect::<Vec<_>>();
        assert_eq!(take(4), [2, 3, 0, 1]);
        assert_eq!(take(1), [5]);
        assert_eq!(take(9), [4]);
        assert!(take(9).is_empty());
        assert_eq!(queue.bytes(), 0);
    }
}
