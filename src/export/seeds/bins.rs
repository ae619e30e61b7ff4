//! The lengths of many runs, sorted into bins of a round width.

use crate::base::time::SimDuration;
use crate::observe::survey::Survey;

/// The most bins that there are.
const BINS_MAX: u64 = 12;

/// Runs whose lengths lie near each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Bin {
    /// They took so many nanoseconds at least,
    pub(super) from_ns: u64,
    /// and less than that.
    pub(super) to_ns: u64,
    /// So many runs.
    pub(super) runs: u64,
}

/// The bins from the shortest run to the longest one, the empty ones between them too; none if there was no run. They
/// begin at multiples of their width, which is 1, 2 or 5 with zeros behind it.
pub(super) fn bins(survey: &Survey) -> Vec<Bin> {
    let ends = (survey.elapsed.first_key_value(), survey.elapsed.last_key_value());
    let (Some((SimDuration(shortest), _)), Some((SimDuration(longest), _))) = ends else { return Vec::new() };
    let width = width(*shortest, *longest);
    let first = shortest / width;
    let bin = |at: u64| Bin {
        from_ns: at.saturating_mul(width),
        to_ns: at.saturating_add(1).saturating_mul(width),
        runs: 0,
    };
    let mut bins: Vec<Bin> = (first..=longest / width).map(bin).collect();
    for (SimDuration(elapsed), runs) in &survey.elapsed {
        let at = usize::try_from(elapsed / width - first).expect("there are few bins");
        bins[at].runs += runs;
    }
    bins
}

/// The least round width with which there are few enough.
fn width(shortest: u64, longest: u64) -> u64 {
    let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
    let mut widths = powers.flat_map(|power| [1, 2, 5].map(|factor: u64| power.saturating_mul(factor)));
    let fits = |width: &u64| longest / width - shortest / width < BINS_MAX;
    widths.find(fits).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[u64]) -> Vec<(u64, u64, u64)> {
        let mut survey = Survey::default();
        for length in lengths {
            *survey.elapsed.entry(SimDuration(*length)).or_default() += 1;
        }
        bins(&survey).iter().map(|bin| (bin.from_ns, bin.to_ns, bin.runs)).collect()
    }

    #[test]
    fn bins_are_few_and_round_and_hold_every_run() {
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[0]), [(0, 1, 1)]);
        let want =
            [(1_950, 2_000, 2), (2_000, 2_050, 1), (2_050, 2_100, 1), (2_100, 2_150, 0), (2_150, 2_200, 0)];
        let got = of(&[1_950, 1_999, 2_000, 2_099, 2_540]);
        assert_eq!(got[..5], want);
        assert_eq!((got.len(), got[11]), (12, (2_500, 2_550, 1)));
    }

    #[test]
    fn the_longest_time_there_is_has_a_bin() {
        for lengths in [&[0, u64::MAX][..], &[u64::MAX], &[u64::MAX - 1, u64::MAX]] {
            let bins = of(lengths);
            assert_eq!(bins.iter().map(|(_, _, runs)| runs).sum::<u64>(), lengths.len() as u64);
            assert!(bins.len() <= 12, "{bins:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_run_is_in_one_of_a_few_bins_that_leave_no_gap(
            lengths in proptest::collection::vec(proptest::prelude::any::<u64>(), 1..20),
            shift in 0..64_u32,
        ) {
            let lengths: Vec<u64> = lengths.iter().map(|length| length >> shift).collect();
            let bins = of(&lengths);
            assert!((1..=12).contains(&bins.len()), "{bins:?}");
            assert!(bins.windows(2).all(|pair| pair[0].1 == pair[1].0), "{bins:?}");
            for (from, to, runs) in bins {
                // The end of time itself lies in the last bin, which can't end behind it.
                let within = |length: &&u64| from <= **length && (**length < to || to == u64::MAX);
                assert_eq!(runs, lengths.iter().filter(within).count() as u64);
            }
        }
    }
}
