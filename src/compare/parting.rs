//! Where two runs first part.
//!
//! Both runs begin with a common past: events that each unit does in the same order in both, and that meet each
//! thing (a lock, a shared variable, the output) after the same events of others. The first event of each
//! run that is not in it is where they part. What is only earlier or later, among units that have nothing to do
//! with each other, is in the past of both.

use crate::base::time::SimTime;
use crate::compare::keys::{Key, Keys, Side, Thing};
use crate::compare::phrase::phrase;
use crate::compare::units::Aligned;
use crate::trace::event::Detail;
use crate::trace::words::Word;

/// Events that are shown before the parting.
const CONTEXT: usize = 2;
/// Events of each run that are shown from there on: those that the other one does not have, or in another order.
const SHOWN: usize = 3;

/// Where two runs first part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// What is otherwise, in a sentence without a full stop.
    pub sentence: String,
    /// The last events that both have, before whichever of the two comes first.
    pub context: Vec<Seen>,
    /// What the first run does there and behind it that the second one does not do, or not in this order.
    pub before: Vec<Seen>,
    /// The same of the second one.
    pub after: Vec<Seen>,
}

/// An event, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: SimTime,
    /// To which unit.
    pub unit: String,
    /// What.
    pub word: Word,
    /// What is said of it.
    pub detail: String,
    /// Where.
    pub place: String,
}

/// Where they part, if they do.
pub(super) fn parting(keys: &Keys<'_>, aligned: &[Aligned]) -> Option<Parting> {
    let histories = keys.sides.each_ref().map(|side| History::new(keys, side));
    let [one, other] =
        [(0, 1), (1, 0)].map(|(own, that)| first_alone(keys, own, &histories[own], &histories[that]));
    if one.is_none() && other.is_none() {
        return None;
    }
    let [before, after] = &keys.sides;
    let context = match (one, other) {
        (Some(one), Some(other)) if after.event(other).at < before.event(one).at => context(after, other),
        (Some(one), _) => context(before, one),
        (None, other) => context(after, other.unwrap_or(after.keys.len())),
    };
    // Where one unit does what another one did, both stand there, though either may come to it in both runs.
    let instead = one.zip(other).is_some_and(|(one, other)| same_deed(keys, one, other));
    let thing = one.zip(other).and_then(|firsts| turns_of(keys, aligned, firsts));
    let [was, is] = [(0, one), (1, other)].map(|(side, first)| {
        let first = first?;
        let shown = |at: &usize| match thing {
            Some(thing) => keys.sides[side].keys[*at].thing == Some(thing),
            None => (instead && *at == first) || is_otherwise(keys, aligned, side, *at),
        };
        let all = (first..keys.sides[side].keys.len()).filter(|&at| is_told(&keys.sides[side], at));
        Some(all.filter(shown).take(SHOWN).map(|at| seen(&keys.sides[side], at)).collect::<Vec<_>>())
    });
    let (mut was, mut is) = (was.unwrap_or_default(), is.unwrap_or_default());
    if was.is_empty() && is.is_empty() {
        was.extend(one.map(|at| seen(before, at)));
        is.extend(other.map(|at| seen(after, at)));
    }
    Some(Parting { sentence: sentence(keys, aligned, one, other), context, before: was, after: is })
}

/// The thing that two units come to in another order, if that is all that is otherwise.
fn turns_of(keys: &Keys<'_>, aligned: &[Aligned], (one, other): (usize, usize)) -> Option<usize> {
    let [before, after] = &keys.sides;
    let thing = before.keys[one].thing.filter(|thing| after.keys[other].thing == Some(*thing))?;
    let same = !is_otherwise(keys, aligned, 0, one) && !is_otherwise(keys, aligned, 1, other);
    (same && before.keys[one].unit != after.keys[other].unit).then_some(thing)
}

/// Whether an event has none that belongs to it in the other run, or one that says something else.
fn is_otherwise(keys: &Keys<'_>, aligned: &[Aligned], side: usize, at: usize) -> bool {
    let pairs = &aligned[keys.sides[side].keys[at].unit].pairs;
    let found = pairs.binary_search_by_key(&at, |pair| if side == 0 { pair.0 } else { pair.1 });
    found.map_or(true, |found| {
        let (one, other) = pairs[found];
        let [before, after] = &keys.sides;
        before.keys[one].essence != after.keys[other].essence || before.place(one) != after.place(other)
    })
}

/// What the machine does is no difference by itself, and neither is whether a unit had to wait for the end of
/// another one or came behind it.
fn is_told(side: &Side<'_>, at: usize) -> bool {
    let is_late = || side.word(at).text() == "wait" && side.detail(at).starts_with("end of ");
    side.word(at).detail() == Detail::Sync && !is_late()
}

fn seen(side: &Side<'_>, at: usize) -> Seen {
    Seen {
        at: side.event(at).at,
        unit: side.unit(at).to_owned(),
        word: side.word(at),
        detail: side.detail(at).to_owned(),
        place: side.place(at).to_owned(),
    }
}

fn context(side: &Side<'_>, end: usize) -> Vec<Seen> {
    let mut last: Vec<Seen> =
        (0..end).rev().filter(|&at| is_told(side, at)).take(CONTEXT).map(|at| seen(side, at)).collect();
    last.reverse();
    last
}

/// What an event has before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rank {
    /// The events of its own unit.
    own: usize,
    /// The events at the same thing that are no mere reads.
    changes: usize,
    /// The reads of it; they don't matter to another read.
    reads: usize,
}

/// The ranks of all events of a run.
struct History {
    /// By event.
    ranks: Vec<Rank>,
    /// The told events of each unit, in order.
    told: Vec<Vec<usize>>,
}

impl History {
    fn new(keys: &Keys<'_>, side: &Side<'_>) -> Self {
        let mut told = vec![Vec::new(); keys.units.len()];
        let mut met = vec![(0, 0); keys.things.len()];
        let mut ranks = vec![Rank::default(); side.keys.len()];
        for (at, key) in side.keys.iter().enumerate().filter(|&(at, _)| is_told(side, at)) {
            let mut rank = Rank { own: told[key.unit].len(), ..Rank::default() };
            told[key.unit].push(at);
            if let Some(thing) = key.thing {
                let (changes, reads) = &mut met[thing];
                rank.changes = *changes;
                if is_read(side, at) {
                    *reads += 1;
                } else {
                    rank.reads = *reads;
                    *changes += 1;
                }
            }
            ranks[at] = rank;
        }
        Self { ranks, told }
    }
}

fn is_read(side: &Side<'_>, at: usize) -> bool {
    side.word(at).text() == "read"
}

/// The first event of a run that is not in the common past.
fn first_alone(keys: &Keys<'_>, own: usize, history: &History, that: &History) -> Option<usize> {
    let (side, other) = (&keys.sides[own], &keys.sides[1 - own]);
    let is_common = |at: usize| {
        let key: &Key = &side.keys[at];
        let rank = history.ranks[at];
        let same = that.told[key.unit].get(rank.own);
        same.is_some_and(|&same| other.keys[same].essence == key.essence && that.ranks[same] == rank)
    };
    // Before the first that is alone everything is common, so nothing has to be kept of what parted earlier.
    (0..side.keys.len()).filter(|&at| is_told(side, at)).find(|&at| !is_common(at))
}

/// What is otherwise.
fn sentence(keys: &Keys<'_>, aligned: &[Aligned], one: Option<usize>, other: Option<usize>) -> String {
    let [before, after] = &keys.sides;
    let says = |side: &Side<'_>, at: usize| phrase(side.word(at), side.detail(at));
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (Some(one), None) => return format!("{} no longer {}", before.unit(one), says(before, one)),
        (None, Some(other)) => return format!("{} now {}", after.unit(other), says(after, other)),
        (None, None) => return String::new(),
    };
    let of = |unit: usize| &aligned[unit];
    let gone = of(before.keys[one].unit).removed.binary_search(&one).is_ok();
    let come = of(after.keys[other].unit).added.binary_search(&other).is_ok();
    let (was, is) = (says(before, one), says(after, other));
    let (who_was, who_is) = (before.unit(one), after.unit(other));
    if who_was == who_is {
        return match (gone, come) {
            (true, false) => format!("{who_was} no longer {was}"),
            (false, true) => format!("{who_is} now {is}"),
            (true, true) | (false, false) => format!("{who_is} now {is}; before, it {was}"),
        };
    }
    if same_deed(keys, one, other) {
        format!("{who_is} now {is} where {who_was} did before")
    } else if come {
        format!("{who_is} now {is}")
    } else if gone {
        format!("{who_was} no longer {was}")
    } else {
        format!("{who_is} now {is} before {who_was} {was}")
    }
}

/// Whether both do the same to the same thing, so that it need not be said twice.
fn same_deed(keys: &Keys<'_>, one: usize, other: usize) -> bool {
    let [before, after] = &keys.sides;
    let thing = before.keys[one].thing.map(|thing| keys.things[thing]);
    let meets =
        before.keys[one].thing == after.keys[other].thing && before.keys[one].unit != after.keys[other].unit;
    meets
        && matches!(thing, Some(Thing::Named(_)))
        && before.word(one) == after.word(other)
        && before.detail(one) == after.detail(other)
}
