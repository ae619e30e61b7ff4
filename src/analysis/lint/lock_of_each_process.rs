//! W119: a variable of all processes behind a lock of which each process has its own.
//!
//! It is told of a `process shared` that is no array, if two units in different processes use it at the same time, at
//! least one of them writes, and both hold the same name, which is no lock of all processes. If either holds a lock
//! that is, or one that can't be told, nothing is said.

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::walk::{Fact, FactKind, Ref, Walk};
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::UnitKind;

/// Of one variable, no more uses are compared.
const USES_MAX: usize = 200;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let mut found = Vec::new();
    for shared in (0..walk.shareds.len()).filter(|&shared| walk.shareds[shared].process) {
        let uses = uses(walk, shared);
        let mut told = BTreeSet::new();
        for (at, one) in uses.iter().enumerate() {
            // Of a unit that runs several times, what it does meets what it does elsewhere at the same time.
            let meeting = uses[at..].iter().filter(|other| writes(one) || writes(other));
            let apart = |other: &&&Fact| !walk.share(one.unit, other.unit) && walk.at_once(one, other);
            for other in meeting.filter(apart) {
                if let Some(lock) = copied(walk, one, other).filter(|lock| told.insert(lock.object)) {
                    found.push(tell(walk, shared, lock, (one, other)));
                }
            }
        }
    }
    found
}

fn writes(fact: &Fact) -> bool {
    matches!(fact.kind, FactKind::Access { write: true, .. })
}

/// The uses of a variable, those that write first; none if it is synchronised by itself.
fn uses(walk: &Walk, shared: usize) -> Vec<&Fact> {
    let is_use = |fact: &&Fact| {
        matches!(fact.kind, FactKind::Access { shared: other, .. } if other == shared)
            && walk.shareds[shared].plain
            && fact.around.atomics == 0
            && !fact.held.is_empty()
    };
    let mut known = BTreeSet::new();
    let mut uses: Vec<&Fact> = walk.facts.iter().filter(is_use).collect();
    uses.retain(|fact| known.insert((fact.unit, fact.span, writes(fact), &fact.held, fact.live)));
    uses.sort_by_key(|fact| !writes(fact));
    uses.truncate(USES_MAX);
    uses
}

/// A lock that both hold by its name, if nothing that they hold is one for all processes.
fn copied(walk: &Walk, one: &Fact, other: &Fact) -> Option<Ref> {
    let is_own = |lock: Ref| !walk.objects[lock.object].process;
    let mut held = one.held.iter().chain(&other.held);
    if !held.all(|held| held.lock.is_some_and(is_own)) {
        return None;
    }
    one.held
        .iter()
        .filter_map(|held| held.lock)
        .find(|lock| lock.is_certain() && one.holds(*lock).is_some() && other.holds(*lock).is_some())
}

fn tell(walk: &Walk, shared: usize, lock: Ref, uses: (&Fact, &Fact)) -> Diagnostic {
    let (one, other) = uses;
    let (name, lock_name) = (&walk.shareds[shared].name, walk.name(lock));
    let object = &walk.objects[lock.object];
    let has_interpreter = [one, other].iter().any(|fact| walk.units[fact.unit].kind == UnitKind::Interpreter);
    let whose = if has_interpreter { "interpreter" } else { "process" };
    let message = format!(
        "`{}` guards `{name}`, which is one for all processes, with `{lock_name}`, of which each {whose} has its own",
        walk.place(one)
    );
    let does = if writes(one) { "written" } else { "read" };
    let mut diagnostic = Diagnostic::warning(codes::LOCK_OF_EACH_PROCESS, one.span, message)
        .at(format!("`{name}` is {does} here by several at once"))
        .with_label(object.span, "declared without `process`");
    if let Some(held) = one.holds(lock) {
        diagnostic = diagnostic.with_label(held.span, "taken here");
    }
    diagnostic.labels.sort();
    let array = if object.array { "[…]" } else { "" };
    diagnostic.with_help(format!("declare `process {} {}{array}`", object.kind.word(), object.name))
}
