//! Which of two sequences' members belong together.
//!
//! This is the only place under the command that names `similar`. Its algorithm takes as many steps as the sequences
//! are long, times as many as differ; so long sequences are first cut where a few members in a row occur once on
//! each side, and what is still long is looked at piece by piece. There is no clock in it: the same sequences are
//! always aligned in the same way.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ops::Range;

use similar::algorithms::{DiffHook, myers};

/// How much of each sequence is looked at at once; twice as much if that is all there is.
const PIECE: usize = 256;
/// So many members in a row that occur once on each side belong together.
const ROW: usize = 6;

/// Pairs of positions, both rising, whose members are the same: nearly as many as there can be.
pub(super) fn align(before: &[u32], after: &[u32]) -> Vec<(usize, usize)> {
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let rest = before[start..].iter().rev().zip(after[start..].iter().rev());
    let end = rest.take_while(|(one, other)| one == other).count();
    let middle = (start..before.len() - end, start..after.len() - end);
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    if !middle.0.is_empty() && !middle.1.is_empty() {
        align_middle(before, after, middle, &mut pairs);
    }
    pairs.extend((0..end).rev().map(|at| (before.len() - 1 - at, after.len() - 1 - at)));
    pairs
}

/// The same for parts that neither begin nor end alike.
fn align_middle(
    before: &[u32],
    after: &[u32],
    (one, other): (Range<usize>, Range<usize>),
    pairs: &mut Vec<(usize, usize)>,
) {
    // What the other side does not have at all can't be part of a pair, and only costs steps.
    let in_one: BTreeSet<u32> = before[one.clone()].iter().copied().collect();
    let in_other: BTreeSet<u32> = after[other.clone()].iter().copied().collect();
    let one: Vec<usize> = one.filter(|&at| in_other.contains(&before[at])).collect();
    let other: Vec<usize> = other.filter(|&at| in_one.contains(&after[at])).collect();
    let left: Vec<u32> = one.iter().map(|&at| before[at]).collect();
    let right: Vec<u32> = other.iter().map(|&at| after[at]).collect();
    let ends = [(left.len(), right.len())];
    let (mut from, mut to) = (0, 0);
    for (to_left, to_right) in landmarks(&left, &right).into_iter().chain(ends) {
        let found = align_pieces(&left, &right, (from..to_left, to..to_right));
        pairs.extend(found.into_iter().map(|(l, r)| (one[l], other[r])));
        if (to_left, to_right) != ends[0] {
            pairs.push((one[to_left], other[to_right]));
        }
        (from, to) = (to_left + 1, to_right + 1);
    }
}

/// Where long sequences surely belong together.
fn landmarks(left: &[u32], right: &[u32]) -> Vec<(usize, usize)> {
    if left.len() <= 2 * PIECE && right.len() <= 2 * PIECE {
        return Vec::new();
    }
    let (once_left, once_right) = (once(left), once(right));
    let mut both = Vec::new();
    for (row, at) in &once_left {
        if let Ok(found) = once_right.binary_search_by_key(row, |(row, _)| *row) {
            both.push((*at, once_right[found].1));
        }
    }
    both.sort_unstable();
    longest_rising(&both)
}

/// The rows of members that occur once, in their own order, with their places.
fn once(members: &[u32]) -> Vec<(&[u32], usize)> {
    let mut rows: Vec<(&[u32], usize)> = members.windows(ROW).zip(0..).collect();
    rows.sort_unstable();
    let alone = rows.chunk_by(|(one, _), (other, _)| one == other).filter(|same| same.len() == 1);
    alone.map(|same| same[0]).collect()
}

/// The longest part of pairs that rise in the first place which also rises in the second.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, second)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < *second);
        before.push(length.checked_sub(1).map(|length| ends[length]));
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut rising: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    rising.reverse();
    rising
}

/// Pairs in parts of two sequences.
fn align_pieces(
    left: &[u32],
    right: &[u32],
    (one, other): (Range<usize>, Range<usize>),
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut from, mut to) = (one.start, other.start);
    while from < one.end && to < other.end {
        let whole = one.end - from <= 2 * PIECE && other.end - to <= 2 * PIECE;
        let length = if whole { 2 * PIECE } else { PIECE };
        let pieces = (from..one.end.min(from + length), to..other.end.min(to + length));
        let mut found = Pairs(Vec::new());
        let Ok(()) = myers::diff(&mut found, left, pieces.0.clone(), right, pieces.1.clone());
        if whole {
            pairs.extend(found.0);
            break;
        }
        // What stands at the end of a piece may belong to what stands behind it.
        let sure = |range: &Range<usize>| range.start + (range.len() * 3 / 4).max(1);
        let (left_sure, right_sure) = (sure(&pieces.0), sure(&pieces.1));
        found.0.retain(|&(l, r)| l < left_sure && r < right_sure);
        (from, to) = found.0.last().map_or((left_sure, right_sure), |&(l, r)| (l + 1, r + 1));
        pairs.extend(found.0);
    }
    pairs
}

/// Collects what is the same.
struct Pairs(Vec<(usize, usize)>);

impl DiffHook for Pairs {
    type Error = Infallible;

    fn equal(&mut self, one: usize, other: usize, length: usize) -> Result<(), Infallible> {
        self.0.extend((0..length).map(|at| (one + at, other + at)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(before: &[u32], after: &[u32]) -> usize {
        let pairs = align(before, after);
        assert!(pairs.iter().all(|&(one, other)| before[one] == after[other]));
        assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
        pairs.len()
    }

    #[test]
    fn what_is_the_same_is_paired() {
        assert_eq!(check(&[1, 2, 3], &[1, 2, 3]), 3);
        assert_eq!(check(&[1, 2, 3], &[1, 9, 3]), 2);
        assert_eq!(check(&[1, 2], &[]), 0);
        assert_eq!(check(&[1, 2, 1, 2, 3], &[1, 2, 3]), 3);
    }

    #[test]
    fn long_sequences_with_nothing_or_little_in_common_take_no_time() {
        let long = |step: u32| (0..30_000).map(|at| at * step % 97).collect::<Vec<u32>>();
        assert_eq!(check(&vec![1; 30_000], &vec![2; 30_000]), 0);
        assert!(check(&long(7), &long(11)) > 1_000);
        let mut other = long(7);
        other.drain(15_000..15_100);
        other[10] = 500;
        assert_eq!(check(&long(7), &other), 29_899);
        let numbered: Vec<u32> = (0..30_000).map(|at| at % 1_000 * 7 % 500 + at / 9_000).collect();
        let mut moved = numbered.clone();
        moved.rotate_left(9_000);
        assert!(check(&numbered, &moved) >= 19_500);
    }

    proptest! {
        #[test]
        fn pairs_always_rise_and_belong_together(
            before in proptest::collection::vec(0..4_u32, 0..40),
            after in proptest::collection::vec(0..4_u32, 0..40),
        ) {
            let found = check(&before, &after);
            prop_assert_eq!(found, check(&after, &before));
        }
    }
}
