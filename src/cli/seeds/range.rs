//! `A..B`: which seeds.

use std::ops::Range;

use crate::cli::args::count;

/// The most seeds of one command: more of them would only fill the memory.
const SEEDS_MAX: u64 = 1_000_000;

/// Seeds of many runs: from the first one up to, and without, the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Seeds(pub(in crate::cli) Range<u64>);

/// Reads a range as scripts write it.
///
/// # Errors
///
/// If it is none, or has no seed, or too many; with how to write it.
pub(in crate::cli) fn seeds(text: &str) -> Result<Seeds, String> {
    let Some((from, to)) = text.split_once("..") else {
        return Err("write a range such as 0..100: the seeds 0 to 99".to_owned());
    };
    let seed = |text: &str| count(text.trim()).map_err(|_| not_a_seed(text));
    if let Some(last) = to.strip_prefix('=') {
        let end = seed(last)?.checked_add(1).ok_or_else(|| not_a_seed(last))?;
        return Err(format!("the end is left out, as in Python's range: write {}..{end}", seed(from)?));
    }
    let (from, to) = (seed(from)?, seed(to)?);
    if from == to {
        let (first, end) = to.checked_add(1).map_or_else(|| (to - 1, to), |end| (to, end));
        return Err(format!("the end is left out, so there is no seed in it: write it like {first}..{end}"));
    }
    if from > to {
        return Err(format!("it ends before it begins: write it like {to}..{from}"));
    }
    if to - from > SEEDS_MAX {
        return Err(format!(
            "{} seeds are more than 1_000_000, the most of one command: write it like {from}..{}",
            to - from,
            from + SEEDS_MAX
        ));
    }
    Ok(Seeds(from..to))
}

fn not_a_seed(text: &str) -> String {
    match text.trim() {
        "" => "both ends of the range are needed: write it like 0..100".to_owned(),
        text => format!(
            "`{text}` is no seed, a whole number from 0 to 18446744073709551615: write it like 0..100"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_scripts_write_it() {
        assert_eq!(seeds("0..100"), Ok(Seeds(0..100)));
        assert_eq!(seeds("1_000..2_000"), Ok(Seeds(1000..2000)));
        assert_eq!(seeds("7..1_000_007"), Ok(Seeds(7..1_000_007)));
        assert_eq!(seeds("18446744073709551614..18446744073709551615").map(|seeds| seeds.0.count()), Ok(1));
    }

    #[test]
    fn what_is_none_says_how_to_write_it() {
        let check = |text: &str, part: &str| {
            let error = seeds(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("100", "such as 0..100");
        check("..5", "both ends");
        check("5..", "both ends");
        check("a..b", "`a` is no seed");
        check("-1..5", "`-1` is no seed");
        check("0...5", "`.5` is no seed");
        check("0..99999999999999999999", "`99999999999999999999` is no seed");
        check("0..=99", "write 0..100");
        check("5..5", "no seed in it: write it like 5..6");
        check("0..0", "no seed in it: write it like 0..1");
        check("9..3", "ends before it begins: write it like 3..9");
        check("5..1_000_006", "1000001 seeds are more");
        check("0..18446744073709551615", "write it like 0..1000000");
    }
}
