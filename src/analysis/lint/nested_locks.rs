//! W101: a lock is taken while another one is held.
//!
//! That is no mistake as long as everybody keeps to one order. It is told once for two locks, if units that run
//! at the same time take them, and not where the orders do differ: that is [`super::opposite_orders`].

use std::collections::BTreeSet;

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::order::{circles, circular, pairs, rings};
use crate::analysis::walk::Ref;
use crate::base::diagnostic::Diagnostic;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let pairs = pairs(walk);
    let told = circular(&circles(walk, &pairs), &rings(walk, &pairs));
    let takers = walk.takers();
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut found = Vec::new();
    for ((outer, inner), places) in &pairs.by_locks {
        let wanted = |lock: &Ref| places.iter().find(|pair| takers.wanted(walk, *lock, pair.fact).is_some());
        // Elements of one array are taken in an order of indices, which can't be told.
        if told.contains(&(*outer, *inner)) || outer.object == inner.object || wanted(outer).is_none() {
            continue;
        }
        let Some(pair) = wanted(inner).filter(|_| seen.insert((outer.object, inner.object))) else {
            continue;
        };
        let (outer, inner) = (walk.name(*outer), walk.name(*inner));
        let message = format!("`{}` takes `{inner}` while it holds `{outer}`", walk.place(pair.fact));
        found.push(
            Diagnostic::warning(codes::NESTED_LOCKS, pair.fact.span, message)
                .at("a second lock")
                .with_label(pair.held.span, format!("`{outer}` is taken here"))
                .with_help(format!(
                    "that is safe as long as everybody takes `{outer}` before `{inner}`; one lock is simpler"
                )),
        );
    }
    found
}
