//! Which of two sequences' members belong together.
//!
//! This is the only place that names `similar`. Its algorithm takes as many steps as the sequences are long,
//! times as many as differ; so sequences that are long and have little in common are looked at piece by piece.
//! There is no clock in it: the same sequences are always aligned in the same way.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ops::Range;

use similar::algorithms::{DiffHook, myers};

/// How much of each sequence is looked at at once.
const PIECE: usize = 2_048;

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
    let (mut from, mut to) = (0, 0);
    while from < left.len() && to < right.len() {
        let whole = left.len() - from <= 2 * PIECE && right.len() - to <= 2 * PIECE;
        let length = if whole { 2 * PIECE } else { PIECE };
        let pieces = (from..left.len().min(from + length), to..right.len().min(to + length));
        let mut found = Pairs(Vec::new());
        let Ok(()) = myers::diff(&mut found, &left[..], pieces.0.clone(), &right[..], pieces.1.clone());
        if whole {
            pairs.extend(found.0.into_iter().map(|(l, r)| (one[l], other[r])));
            return;
        }
        // What stands at the end of a piece may belong to what stands behind it.
        let sure = |range: &Range<usize>| range.start + range.len() * 3 / 4;
        let (left_sure, right_sure) = (sure(&pieces.0), sure(&pieces.1));
        found.0.retain(|&(l, r)| l < left_sure && r < right_sure);
        (from, to) = found.0.last().map_or((left_sure, right_sure), |&(l, r)| (l + 1, r + 1));
        pairs.extend(found.0.into_iter().map(|(l, r)| (one[l], other[r])));
    }
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
        let long = |step: u32| (0..100_000).map(|at| at * step % 97).collect::<Vec<u32>>();
        assert_eq!(check(&vec![1; 100_000], &vec![2; 100_000]), 0);
        assert!(check(&long(7), &long(11)) > 10_000);
        let mut other = long(7);
        other.drain(50_000..50_100);
        other[10] = 500;
        assert_eq!(check(&long(7), &other), 99_899);
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
