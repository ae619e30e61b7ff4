//! W011: a function to which no call leads from `main`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;

use super::Subject;
use super::names::{Names, is_meant_unused};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let names = subject.names;
    let reached = reached(names);
    let mut warnings = Vec::new();
    for name in names.scopes.iter().filter_map(|scope| scope.function) {
        if reached.contains(name) || is_meant_unused(name) {
            continue;
        }
        let Some(global) = names.globals.get(name) else { continue };
        let (message, label) = if global.reads == 0 {
            (format!("the function `{name}` is never called"), "nothing calls or spawns it")
        } else {
            (format!("no call leads from `main` to the function `{name}`"), "called from such functions only")
        };
        warnings.push(
            Diagnostic::warning(codes::UNUSED_FUNCTION, global.span, message)
                .at(label)
                .with_help(format!("call it, as in `spawn thread {name}(…)`, or remove it")),
        );
    }
    warnings
}

/// The functions that main calls or spawns, or a function that it reaches so.
fn reached<'a>(names: &Names<'a>) -> BTreeSet<&'a str> {
    let main = names.scopes.iter().filter(|scope| scope.function.is_none());
    let calls: BTreeMap<&str, &BTreeSet<&'a str>> =
        names.scopes.iter().filter_map(|scope| Some((scope.function?, &scope.calls))).collect();
    let mut waiting: Vec<&'a str> = main.flat_map(|scope| &scope.calls).copied().collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if reached.insert(name) {
            waiting.extend(calls.get(name).into_iter().copied().flatten());
        }
    }
    reached
}
