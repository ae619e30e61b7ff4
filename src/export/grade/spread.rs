//! How a class did: how many have how many points.

use crate::export::columns::Table;
use crate::export::picture::timeline::Face;
use crate::grade::points::Points;
use crate::grade::result::Grading;

/// Parts of the points that are counted together.
const PARTS: u64 = 10;
/// Rows: one for each part, and one for all points.
const ROWS: usize = 11;
/// Columns of the longest bar.
const BAR_MAX: usize = 40;
/// Columns before the bars.
const MARGIN: usize = 24;

/// So many have all points, so many at least nine tenths of them, and so on; then the least, the median and the most.
/// There is one submission at least. Nothing if there are no points to be had.
pub(super) fn spread(grading: &Grading, face: Face) -> Vec<String> {
    let most = grading.rubric.points.as_thousandths();
    let mut scores: Vec<u64> =
        grading.submissions.iter().map(|graded| graded.score.as_thousandths()).collect();
    scores.sort_unstable();
    let (Some(first), Some(last)) = (scores.first(), scores.last()) else { return Vec::new() };
    if most == 0 {
        return Vec::new();
    }
    let mut counts = [0_usize; ROWS];
    for score in &scores {
        counts[part(*score, most)] += 1;
    }
    let tallest = counts.iter().max().copied().unwrap_or(0).max(1);
    let room = face.width.saturating_sub(MARGIN).clamp(1, BAR_MAX);
    let mut table = Table::new(["score", "submissions", ""], 1..2);
    for (part, &count) in (0..=PARTS).rev().zip(counts.iter().rev()) {
        let least = Points::thousandths((most * part).div_ceil(PARTS));
        let label = if part == PARTS { least.to_string() } else { format!("from {least}") };
        let bar = (count * room).div_ceil(tallest);
        let bar = if face.unicode { "█" } else { "#" }.repeat(bar);
        table.row([label, if count == 0 { "-".to_owned() } else { count.to_string() }, bar]);
    }
    let median = scores[(scores.len() - 1) / 2];
    let [least, median, most] = [*first, median, *last].map(Points::thousandths);
    table.lines(Some(format!("lowest {least}, median {median}, highest {most}")))
}

/// Which tenth a score has reached.
fn part(score: u64, most: u64) -> usize {
    let part = score.min(most).saturating_mul(PARTS) / most;
    usize::try_from(part).expect("it is ten at most")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_points_are_all_points() {
        assert_eq!([0, 999, 1000, 9_999, 10_000].map(|score| part(score, 10_000)), [0, 0, 1, 9, 10]);
        assert_eq!([0, 1, 2, 3].map(|score| part(score, 3)), [0, 3, 6, 10]);
    }
}
