//! W102: units that can run at the same time take the same locks in different orders.
//!
//! A near miss is an order that only one unit keeps, or units of which one is joined before the other is started,
//! or a further lock that is held around both.

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::order::{Pair, circles, pairs, rings};
use crate::analysis::walk::Walk;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let pairs = pairs(walk);
    let circles = circles(walk, &pairs);
    let mut found: Vec<Diagnostic> = circles.iter().map(|circle| opposite(walk, circle)).collect();
    found.extend(rings(walk, &pairs).iter().map(|pair| ring(walk, pair)));
    found
}

fn opposite(walk: &Walk, circle: &[Pair<'_>]) -> Diagnostic {
    // The one that stands first in the text is told first.
    let first =
        circle.iter().enumerate().min_by_key(|(_, pair)| pair.fact.span).map_or(0, |(index, _)| index);
    let circle: Vec<&Pair<'_>> = circle[first..].iter().chain(&circle[..first]).collect();
    let pair = circle[0];
    let says = |pair: &&Pair<'_>| {
        let (place, outer) = (walk.place(pair.fact), walk.name(pair.outer));
        format!("`{place}` takes `{}` while it holds `{outer}`", walk.name(pair.inner))
    };
    let mut told: Vec<String> = circle.iter().map(says).collect();
    if let [one, other] = &circle[..] {
        if one.fact.function == other.fact.function {
            told[1] = "in another unit the other way round".to_owned();
        }
    }
    let message = format!("{}: units can wait for each other for ever", listed(&told));
    let taken = |pair: &Pair<'_>| format!("`{}` is taken here", walk.name(pair.outer));
    let wanted = |pair: &Pair<'_>| {
        format!("`{}` is wanted with `{}` held", walk.name(pair.inner), walk.name(pair.outer))
    };
    let mut labels: Vec<(Span, String)> = vec![(pair.held.span, taken(pair))];
    for other in &circle[1..] {
        labels.push((other.held.span, taken(other)));
        labels.push((other.fact.span, wanted(other)));
    }
    for pair in &circle {
        if let Some(spawned) = walk.units[pair.fact.unit].spawned {
            labels.push((spawned, format!("this unit takes `{}` first", walk.name(pair.outer))));
        }
    }
    let mut diagnostic =
        Diagnostic::warning(codes::OPPOSITE_ORDERS, pair.fact.span, message).at(wanted(pair));
    // Where one text takes the locks for all, its places are labelled once.
    let mut seen = vec![pair.fact.span];
    for (span, text) in labels {
        if !seen.contains(&span) {
            seen.push(span);
            diagnostic = diagnostic.with_label(span, text);
        }
    }
    diagnostic.labels.sort();
    diagnostic.with_help("let everybody take these locks in the same order")
}

fn ring(walk: &Walk, pair: &Pair<'_>) -> Diagnostic {
    let (outer, inner) = (walk.name(pair.outer), walk.name(pair.inner));
    let place = walk.place(pair.fact);
    let message = format!(
        "`{place}` takes `{inner}` while it holds `{outer}`: if all units hold their first one, they wait in a circle"
    );
    let name = &walk.objects[pair.outer.object].name;
    let diagnostic = Diagnostic::warning(codes::OPPOSITE_ORDERS, pair.fact.span, message)
        .at(format!("another unit's first one of `{name}`"))
        .with_label(pair.held.span, format!("`{outer}` is taken here"));
    diagnostic.with_help(format!(
        "take the one of the lower index first, with `min` and `max`: then no circle of `{name}` can close"
    ))
}

/// `a, b and c`
fn listed(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}, and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
