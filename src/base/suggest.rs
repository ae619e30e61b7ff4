//! 'Did you mean …?': the nearest of some names.

/// The candidate that a word may be a slip of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest<'a> {
    /// The candidate.
    pub name: &'a str,
    /// How many letters differ; 0 if it is their case only.
    pub distance: usize,
    /// Whether no other candidate is within reach.
    pub alone: bool,
}

/// The candidate nearest to `wrong`, if it is within a third of its letters
/// (at least one letter may differ); among equals the first one.
#[must_use]
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(wrong, candidates).map(|nearest| nearest.name)
}

/// The same with how near it is.
#[must_use]
pub fn nearest_of<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Nearest<'a>> {
    let allowed = (wrong.chars().count() / 3).max(1);
    let mut best: Option<Nearest<'a>> = None;
    for name in candidates {
        // Every letter is at most four bytes, and most are one: this spares the table of letters.
        if name.len() + 4 * allowed < wrong.len() || name.len() > wrong.len() + 4 * allowed {
            continue;
        }
        let distance = distance(wrong, name, allowed);
        if distance > allowed {
            continue;
        }
        let alone = best.is_none_or(|best| best.name == name);
        best = Some(match best {
            Some(best) if best.distance <= distance => Nearest { alone: alone && best.alone, ..best },
            Some(_) | None => Nearest { name, distance, alone },
        });
    }
    best
}

/// Whether at most one letter is missing, too much, wrong or swapped with its neighbour; small and
/// capital letters are the same.
#[must_use]
pub fn is_one_slip(wrong: &str, right: &str) -> bool {
    distance(wrong, right, 1) <= 1
}

/// Letters to insert, delete, replace or swap with their neighbour; more than `limit` counts as `limit + 1`.
fn distance(left: &str, right: &str, limit: usize) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for row in 1..=left.len() {
        let mut current = vec![row];
        for column in 1..=right.len() {
            let same = left[row - 1] == right[column - 1];
            let mut cost =
                (above[column - 1] + usize::from(!same)).min(above[column] + 1).min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                cost = cost.min(before[column - 2] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognised_and_a_different_word_is_not() {
        let names = ["checking", "savings", "total"];
        assert_eq!(nearest("chekcing", names), Some("checking"));
        assert_eq!(nearest("Total", names), Some("total"));
        assert_eq!(nearest("balance", names), None);
        assert_eq!(nearest("x", ["y"]), Some("y"));
        assert!(is_one_slip("prnt", "print") && is_one_slip("Whlie", "while"));
        assert!(!is_one_slip("pnt", "print"));
    }

    #[test]
    fn whether_there_is_a_second_candidate_is_told() {
        let of = |candidates: &[&'static str]| nearest_of("totl", candidates.iter().copied()).unwrap();
        assert_eq!(of(&["total", "count"]), Nearest { name: "total", distance: 1, alone: true });
        assert_eq!(of(&["total", "total"]), Nearest { name: "total", distance: 1, alone: true });
        assert_eq!(of(&["toil", "total"]), Nearest { name: "toil", distance: 1, alone: false });
    }
}
