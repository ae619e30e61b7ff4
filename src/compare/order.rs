//! Who comes before whom: at the same thing it matters, elsewhere it does not.

use std::collections::BTreeMap;

use crate::compare::keys::{Keys, Thing};
use crate::compare::units::Aligned;

/// Units of an order that are shown.
const SHOWN_MAX: usize = 6;

/// A thing that units come to in another order. Runs of one unit count once; what both runs begin with is
/// left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its name, or `output`.
    pub thing: String,
    /// How many turns both runs begin with.
    pub same: usize,
    /// The first units behind that, in the first run.
    pub before: Vec<String>,
    /// In the second one.
    pub after: Vec<String>,
    /// How many more turns there are in each.
    pub more: [usize; 2],
    /// Every unit whose turn has changed.
    units: Vec<String>,
}

impl Order {
    /// Every unit that comes there at another turn.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        self.units.iter().map(String::as_str)
    }
}

/// The things that units come to in another order, in order of their first appearance. Only what both runs have counts.
pub(super) fn orders(keys: &Keys<'_>, aligned: &[Aligned]) -> Vec<Order> {
    let mut visits: [BTreeMap<usize, Vec<(usize, usize)>>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for (unit, aligned) in aligned.iter().enumerate() {
        for &(one, other) in &aligned.pairs {
            for ((side, at), visits) in keys.sides.iter().zip([one, other]).zip(&mut visits) {
                let thing =
                    side.keys[at].thing.filter(|thing| counts(side.word(at).text(), keys.things[*thing]));
                if let Some(thing) = thing {
                    visits.entry(thing).or_default().push((at, unit));
                }
            }
        }
    }
    let [mut before, mut after] = visits;
    let both = before.iter_mut().filter_map(|(thing, before)| Some((*thing, before, after.remove(thing)?)));
    both.filter_map(|(thing, before, mut after)| order(keys, thing, turns(before), turns(&mut after)))
        .collect()
}

/// What changes a thing or takes it: an order of reads or of waits alone says nothing.
fn counts(word: &str, thing: Thing<'_>) -> bool {
    let takes = matches!(
        word,
        "acquire"
            | "get"
            | "put"
            | "send"
            | "receive"
            | "write"
            | "print"
            | "enter"
            | "arrive"
            | "set"
            | "clear"
            | "notify"
            | "pass"
    );
    takes && !matches!(thing, Thing::Unit(_) | Thing::Gil)
}

/// Units in the order of their events, each run of one unit once.
fn turns(visits: &mut [(usize, usize)]) -> Vec<usize> {
    visits.sort_unstable();
    let mut turns: Vec<usize> = visits.iter().map(|(_, unit)| *unit).collect();
    turns.dedup();
    turns
}

fn order(keys: &Keys<'_>, thing: usize, before: Vec<usize>, after: Vec<usize>) -> Option<Order> {
    if before == after {
        return None;
    }
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| one == other).count();
    let end = end.min(before.len() - same).min(after.len() - same);
    let name = |unit: &usize| keys.units[*unit].to_owned();
    let differs = |turns: &[usize]| -> Vec<usize> { turns[same..turns.len() - end].to_vec() };
    let mut units = [differs(&before), differs(&after)].concat();
    units.sort_unstable();
    units.dedup();
    let shown = |turns: &[usize]| turns[same..].iter().take(SHOWN_MAX).map(name).collect();
    let more = |turns: &[usize]| (turns.len() - same).saturating_sub(SHOWN_MAX);
    Some(Order {
        thing: match keys.things[thing] {
            Thing::Named(name) | Thing::Unit(name) => name.to_owned(),
            Thing::Output => "output".to_owned(),
            Thing::Gil => "GIL".to_owned(),
        },
        same,
        before: shown(&before),
        after: shown(&after),
        more: [more(&before), more(&after)],
        units: units.iter().map(name).collect(),
    })
}

/// The fewest events that had to be moved to get from the one order to the other.
pub(super) fn moved(aligned: &[Aligned]) -> usize {
    let mut pairs: Vec<(usize, usize)> = aligned.iter().flat_map(|aligned| &aligned.pairs).copied().collect();
    pairs.sort_unstable();
    // The longest rising row: `ends[n]` is the smallest end of one of n + 1 members.
    let mut ends: Vec<usize> = Vec::new();
    for (_, other) in &pairs {
        let at = ends.partition_point(|end| end < other);
        if at == ends.len() { ends.push(*other) } else { ends[at] = *other }
    }
    pairs.len() - ends.len()
}
