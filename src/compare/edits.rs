//! What units do that they did not do, and the other way round, summed up: the same edit a hundred times is one
//! line with a count, and units that changed in the same way stand together.

use indexmap::IndexMap;

use crate::compare::keys::Keys;
use crate::compare::units::{Aligned, is_altered};
use crate::trace::words::Word;

/// What happened to some events of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditKind {
    /// They are gone.
    Removed,
    /// They are new.
    Added,
    /// They say something else: another value, another holder, another length.
    Altered,
    /// They happen at another place.
    Elsewhere,
    /// It does nothing any more from there on: these are the others to its end.
    EndGone,
    /// It goes on where it had ended or was stuck: these are the others to its end.
    EndNew,
}

impl EditKind {
    /// The word for a document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Altered => "altered",
            Self::Elsewhere => "elsewhere",
            Self::EndGone => "end-removed",
            Self::EndNew => "end-added",
        }
    }
}

/// Some events of a unit, all with the same word and about the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What happened to them.
    pub kind: EditKind,
    /// Their word.
    pub word: Word,
    /// The detail of the first one, before.
    pub before: String,
    /// Its detail now.
    pub after: String,
    /// Its place before, if it was somewhere else.
    pub from: Option<String>,
    /// Its place.
    pub place: String,
    /// How many.
    pub count: usize,
}

/// The edits of units that changed in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    /// Their names. What the edits say is taken from the first one.
    pub units: Vec<String>,
    /// What they are, in the order in which each first comes.
    pub edits: Vec<Edit>,
}

/// Of events at the end of a unit that the other run does not come to, so many are shown.
const END_SHOWN: usize = 2;

/// What a sum is made over.
type Sum = (EditKind, u32);

/// The edits of all units that are in both runs.
pub(super) fn edits(keys: &Keys<'_>, aligned: &[Aligned]) -> Vec<Edits> {
    let mut groups: IndexMap<Vec<(Sum, usize)>, Edits> = IndexMap::new();
    for (name, aligned) in keys.units.iter().zip(aligned) {
        if keys.sides.iter().any(|side| !side.recorded.units.contains(*name)) {
            continue;
        }
        let sums = of_unit(keys, aligned);
        if sums.is_empty() {
            continue;
        }
        let alike = sums.iter().map(|(sum, edit)| (*sum, edit.count)).collect();
        let group = groups.entry(alike);
        let new = || Edits { units: Vec::new(), edits: sums.into_values().collect() };
        group.or_insert_with(new).units.push((*name).to_owned());
    }
    groups.into_values().collect()
}

fn of_unit(keys: &Keys<'_>, aligned: &Aligned) -> IndexMap<Sum, Edit> {
    let [before, after] = &keys.sides;
    let mut found: Vec<(usize, EditKind, Option<usize>, Option<usize>)> = Vec::new();
    for &(one, other) in aligned.pairs.iter().filter(|&&pair| is_altered(keys, pair)) {
        let says = before.detail(one) != after.detail(other);
        let kind = if says { EditKind::Altered } else { EditKind::Elsewhere };
        found.push((other, kind, Some(one), Some(other)));
    }
    // What is gone stands where the run that is left has come to.
    let near = |one: usize| match aligned.pairs.partition_point(|&(pair, _)| pair < one) {
        0 => 0,
        at => aligned.pairs[at - 1].1,
    };
    let last = aligned.pairs.last().copied();
    let (removed, cut) = split_end(&aligned.removed, last.map(|(one, _)| one));
    let (added, more) = split_end(&aligned.added, last.map(|(_, other)| other));
    found.extend(removed.iter().map(|&one| (near(one), EditKind::Removed, Some(one), None)));
    found.extend(added.iter().map(|&other| (other, EditKind::Added, None, Some(other))));
    found.sort_by_key(|&(at, kind, ..)| (at, kind));
    found.extend(cut.iter().map(|&one| (near(one), EditKind::EndGone, Some(one), None)));
    found.extend(more.iter().map(|&other| (other, EditKind::EndNew, None, Some(other))));
    let mut sums: IndexMap<Sum, Edit> = IndexMap::new();
    for (_, kind, one, other) in found {
        if matches!(kind, EditKind::EndGone | EditKind::EndNew) {
            sums.entry((kind, 0)).or_insert_with(|| edit(keys, kind, one, other)).count += 1;
            continue;
        }
        let coarse = one.map(|at| before.keys[at].coarse).or(other.map(|at| after.keys[at].coarse));
        let Some(coarse) = coarse else { continue };
        let first = || edit(keys, kind, one, other);
        sums.entry((kind, coarse)).or_insert_with(first).count += 1;
    }
    sums
}

/// Parts what is summed up as the end of a unit from the rest: all behind the last event that both runs have.
fn split_end(events: &[usize], last: Option<usize>) -> (&[usize], &[usize]) {
    let start = events.partition_point(|at| last.is_some_and(|last| *at < last));
    let shown = start + END_SHOWN;
    // One more line would not be shorter than the event itself.
    if events.len() > shown + 1 { events.split_at(shown) } else { (events, &[]) }
}

fn edit(keys: &Keys<'_>, kind: EditKind, one: Option<usize>, other: Option<usize>) -> Edit {
    let [before, after] = &keys.sides;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let (from, to) = (one.map(|at| before.place(at)), other.map(|at| after.place(at)));
    let word = one.map(|at| before.word(at)).or(other.map(|at| after.word(at)));
    Edit {
        kind,
        word: word.expect("an edit is of some event"),
        before: text(one.map(|at| before.detail(at))),
        after: text(other.map(|at| after.detail(at))),
        from: from.filter(|from| to.is_some_and(|to| to != *from)).map(str::to_owned),
        place: text(to.or(from)),
        count: 0,
    }
}
