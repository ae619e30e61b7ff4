//! What was found out of a check, in a sentence.

use crate::explore::Found;
use crate::explore::space::Space;
use crate::explore::walk::walk;
use crate::grade::rubric::Check;
use crate::grade::rubric::kind::{At, Kind};
use crate::grade::trial::Trial;
use crate::observe::ending::shared_values;
use crate::observe::finding::Finding;

/// How many values are told, and how long one may be.
const VALUES_MAX: usize = 4;
const VALUE_MAX: usize = 40;

impl Trial<'_> {
    /// What is wrong, and how the values are that the check names.
    pub(super) fn failure(&self, kind: &Kind, found: &Found) -> String {
        let mut message = failure_in_words(kind, &found.finding);
        let names = match kind {
            Kind::Final(expr) | Kind::Always(expr) | Kind::Never(expr) => self.values(expr, found),
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Exclusive { .. }
            | Kind::Reachable { .. }
            | Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => String::new(),
        };
        message.push_str(&names);
        if found.by_contract_only {
            message.push_str(" (a wake-up goes out of order: allowed by contract, not by CPython today)");
        }
        message
    }

    /// What the shared variables of an expression are at the end of a schedule: `: a is 90, b is 100`
    fn values(&self, expr: &str, found: &Found) -> String {
        let program = &self.case.program;
        let space = Space::new(program);
        let way = walk(&space, &found.schedule);
        let Some(last) = way.as_ref().and_then(|way| way.last()) else { return String::new() };
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let words: Vec<&str> = expr.split(|character| !is_name(character)).collect();
        let values = shared_values(program, &last.world);
        let named = values.iter().filter(|(name, _)| words.contains(&name.as_str()));
        let told: Vec<String> = named
            .filter_map(|(name, datum)| Some(format!("{name} is {}", serde_json::to_string(datum).ok()?)))
            .filter(|told| told.len() <= VALUE_MAX)
            .take(VALUES_MAX)
            .collect();
        if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
    }
}

/// What a check asks about, for the beginning of a sentence.
pub(super) fn subject(kind: &Kind) -> String {
    match kind {
        Kind::Final(expr) | Kind::Always(expr) | Kind::Never(expr) | Kind::Reachable { expr, .. } => {
            format!("`{expr}`")
        }
        Kind::Exclusive { region, .. } => format!("the region `{region}`"),
        Kind::NoDeadlock
        | Kind::NoRace
        | Kind::NoLivelock
        | Kind::NoException
        | Kind::AllUnitsEnd
        | Kind::Uses(_)
        | Kind::Forbids(_)
        | Kind::NoAtomic
        | Kind::Makespan { .. }
        | Kind::Speedup { .. } => "that".to_owned(),
    }
}

pub(super) fn reached(check: &Check) -> String {
    format!("{} in some schedule", held(check, "comes true"))
}

pub(super) fn not_reached(check: &Check) -> String {
    held(check, "does not come true")
}

fn held(check: &Check, verb: &str) -> String {
    let Kind::Reachable { expr, at } = &check.kind else { return subject(&check.kind) };
    match at {
        At::End => format!("`{expr}` {verb} at an end"),
        At::Any => format!("`{expr}` {verb}"),
    }
}

/// What is wrong, in the words of the check.
pub(super) fn failure_in_words(kind: &Kind, finding: &Finding) -> String {
    match kind {
        Kind::Final(expr) => format!("at the end `{expr}` does not hold"),
        Kind::Always(expr) => format!("`{expr}` does not hold all the time"),
        Kind::Never(expr) => format!("`{expr}` comes true"),
        Kind::Exclusive { region, most } => {
            let units = if *most == 1 { "one unit is".to_owned() } else { format!("{most} units are") };
            format!("more than {units} in the region `{region}` at a time")
        }
        Kind::NoDeadlock
        | Kind::NoRace
        | Kind::NoLivelock
        | Kind::NoException
        | Kind::AllUnitsEnd
        | Kind::Reachable { .. }
        | Kind::Uses(_)
        | Kind::Forbids(_)
        | Kind::NoAtomic
        | Kind::Makespan { .. }
        | Kind::Speedup { .. } => finding.message.clone(),
    }
}
