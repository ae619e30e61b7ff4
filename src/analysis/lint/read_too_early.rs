//! W115: a unit reads a shared variable while a unit that it has started, and not joined, may still write it.
//!
//! Units that wait or signal by anything but joins are left out, and so is a read in a `while`, which may poll. Where
//! the writer holds a lock, [`super::unguarded`] has the say.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::unguarded::unguarded;
use crate::analysis::walk::{Fact, FactKind, Units, Walk, members};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let told = unguarded(walk);
    let signals = walk.signals();
    let writers = writers(walk);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let FactKind::Access { shared, write: false } = fact.kind else { continue };
        let info = &walk.shareds[shared];
        let is_plain = !info.atomic && !info.array && !told.contains_key(&shared) && fact.held.is_empty();
        let may_wait = fact.around.whiles > 0 || fact.around.atomics > 0 || signals >> fact.unit & 1 == 1;
        if !is_plain || may_wait {
            continue;
        }
        let Some(writers) = writers.get(&shared).filter(|writers| !writers.all.contains(&fact.span)) else {
            continue;
        };
        let Some((unit, span)) = running(walk, (fact, shared), writers, signals) else { continue };
        if seen.insert((shared, fact.function)) {
            found.push(early(walk, fact, shared, (unit, span)));
        }
    }
    found
}

/// Who writes a variable, and where; all places of writes.
#[derive(Debug, Default)]
struct Writers {
    units: BTreeMap<usize, Span>,
    all: BTreeSet<Span>,
}

fn writers(walk: &Walk) -> BTreeMap<usize, Writers> {
    let mut writers: BTreeMap<usize, Writers> = BTreeMap::new();
    for fact in &walk.facts {
        if let FactKind::Access { shared, write: true } = fact.kind {
            let known = writers.entry(shared).or_default();
            known.units.entry(fact.unit).or_insert(fact.span);
            known.all.insert(fact.span);
        }
    }
    writers
}

/// A writer that the reader has started and that certainly may still be running.
fn running(walk: &Walk, read: (&Fact, usize), writers: &Writers, signals: Units) -> Option<(usize, Span)> {
    let (fact, shared) = read;
    members(walk.all_below(fact.live) & !signals).find_map(|unit| {
        let span = *writers.units.get(&unit)?;
        // A task of the same thread runs only while that awaits; then it is no surprise that it has run.
        let surprises =
            walk.units[unit].thread != walk.units[fact.unit].thread || fact.stirred >> unit & 1 == 0;
        (unit != fact.unit && surprises && walk.share_variable(shared, fact.unit, unit))
            .then_some((unit, span))
    })
}

fn early(walk: &Walk, fact: &Fact, shared: usize, writer: (usize, Span)) -> Diagnostic {
    let (unit, span) = writer;
    let (name, other, place) = (&walk.shareds[shared].name, walk.unit_name(unit), walk.place(fact));
    let message = format!("`{place}` reads `{name}` before it has waited for `{other}`, which writes it");
    let mut diagnostic = Diagnostic::warning(codes::READ_TOO_EARLY, fact.span, message)
        .at("perhaps too early")
        .with_label(span, "written here");
    if let Some(spawned) = walk.units[unit].spawned {
        diagnostic = diagnostic.with_label(spawned, "started here");
    }
    diagnostic.labels.sort();
    diagnostic.with_help("join the unit first; a `group { … }` around its start does that")
}
