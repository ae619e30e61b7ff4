//! What an exploration says of a script, in a few lines.

use std::collections::BTreeMap;

use crate::base::diagnostic::Severity;
use crate::base::printable::safe;
use crate::explore::{Bound, Exploration, Options, Verdict};
use crate::observe::finding::FindingKind;

/// Bits of a fingerprint.
const FINGERPRINT_BITS: u32 = 128;

/// What was asked for, as far as the verdict depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The bounds.
    pub options: &'a Options,
    /// The runtime that is respected if it has a GIL.
    pub runtime: &'a str,
    /// It has one.
    pub has_gil: bool,
}

/// The verdict with what it rests on, line by line without line feeds.
#[must_use]
pub fn verdict(exploration: &Exploration, terms: &Terms<'_>) -> Vec<String> {
    let mut lines = vec![
        format!("verdict   {}", judgement(exploration)),
        format!("a step    {}", granularity(terms)),
        format!("explored  {}", extent(exploration, terms.options)),
    ];
    if let Some(line) = chance(exploration.states) {
        lines.push(format!("certain   {line}"));
    }
    lines.extend(exploration.missing.iter().map(|kind| format!("missing   {}", absent(exploration, kind))));
    lines
}

/// The verdict, and what is missing, without what they rest on.
#[must_use]
pub fn brief(exploration: &Exploration) -> Vec<String> {
    let missing = exploration.missing.iter().map(|kind| absent(exploration, kind));
    std::iter::once(judgement(exploration)).chain(missing).collect()
}

fn absent(exploration: &Exploration, kind: &str) -> String {
    let none = if exploration.complete { "there is none" } else { "none was found so far" };
    format!("the script expects a finding of kind `{}`; {none}", safe(kind))
}

fn judgement(exploration: &Exploration) -> String {
    let found = counts(exploration);
    match exploration.verdict {
        Verdict::Ok if found.is_empty() => {
            "ok: nothing goes wrong, in whatever order the steps are taken".to_owned()
        }
        Verdict::Ok => format!("ok, with {found}"),
        Verdict::Violation => format!("violation: {found}"),
        Verdict::Incomplete if found.is_empty() => {
            "incomplete: nothing was found so far, which proves nothing".to_owned()
        }
        Verdict::Incomplete => {
            format!("incomplete: no error was found so far, which proves nothing; {found}")
        }
    }
}

/// `1 deadlock, 2 races`
fn counts(exploration: &Exploration) -> String {
    let mut counts: BTreeMap<(FindingKind, Severity), usize> = BTreeMap::new();
    for found in &exploration.findings {
        *counts.entry((found.finding.kind, found.finding.severity)).or_default() += 1;
    }
    let expected = exploration.findings.iter().filter(|found| found.finding.expected).count();
    let mut words: Vec<String> = counts.into_iter().map(|(what, count)| counted(what, count)).collect();
    if expected > 0 {
        let which = if expected == exploration.findings.len() {
            "as the script expects".to_owned()
        } else {
            format!("{expected} of them as the script expects")
        };
        words.push(which);
    }
    words.join(", ")
}

fn counted((kind, severity): (FindingKind, Severity), count: usize) -> String {
    let word = match kind.word() {
        "assertion" => "failed assertion",
        "invariant" => "broken invariant",
        "finally" => "failed `finally`",
        "exception" => "uncaught exception",
        word => word,
    };
    let s = if count == 1 || word.ends_with('`') { "" } else { "s" };
    let warning = if severity == Severity::Warning { " (a warning)" } else { "" };
    format!("{count} {word}{s}{warning}")
}

fn granularity(terms: &Terms<'_>) -> String {
    if terms.options.respect_gil && terms.has_gil {
        return format!(
            "what {} does between two points at which its GIL can change hands (--respect-gil)",
            terms.runtime
        );
    }
    "each read and each write of shared data, and each operation on an object, in any order".to_owned()
}

fn extent(exploration: &Exploration, options: &Options) -> String {
    let (states, transitions) = (exploration.states, exploration.transitions);
    let s = |count| if count == 1 { "" } else { "s" };
    let all = match exploration.stopped {
        None if exploration.complete => ", every interleaving".to_owned(),
        None => ", not every interleaving".to_owned(),
        Some(Bound::First) => ", up to the first finding (--first)".to_owned(),
        Some(Bound::Interrupt) => ", until it was interrupted".to_owned(),
        Some(Bound::States) => {
            let most = options.max_states.unwrap_or(states);
            format!("; then --max-states {most} was reached: give more, or make the script smaller")
        }
        Some(Bound::Memory) => {
            let most = crate::base::size::SignedSize(i64::try_from(options.max_memory).unwrap_or(i64::MAX));
            format!("; then --max-memory {most} was reached: give more, or make the script smaller")
        }
        Some(Bound::Ops) => "; then as many operations as are allowed were executed".to_owned(),
        Some(Bound::Units) => "; then there were more units than are allowed".to_owned(),
        Some(Bound::Time) => "; then --time was over: give more, or make the script smaller".to_owned(),
    };
    format!("{states} state{}, {transitions} transition{}{all}", s(states), s(transitions))
}

/// How improbable it is that two states were taken for one.
fn chance(states: u64) -> Option<String> {
    // Of n states, n * n / 2 pairs could have one fingerprint, each with 1 in 2^128.
    let bits = u64::BITS - states.leading_zeros();
    let certain = (FINGERPRINT_BITS + 1).checked_sub(2 * bits)?;
    let digits = u64::from(certain) * 30_103 / 100_000;
    (states > 0).then(|| {
        format!("states are told apart by {FINGERPRINT_BITS}-bit fingerprints: the chance of a mistake is below 1 in 10^{digits}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Caps, Reduction, WitnessOrder};

    const OPTIONS: Options = Options {
        max_states: Some(1000),
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 1,
        first: false,
        reduction: Reduction::All,
        witness: WitnessOrder::Preemptions,
        respect_gil: false,
    };

    fn explored(verdict: Verdict, stopped: Option<Bound>) -> Exploration {
        Exploration {
            verdict,
            complete: stopped.is_none(),
            states: 41,
            transitions: 66,
            findings: Vec::new(),
            finals: Vec::new(),
            missing: vec!["race".to_owned()],
            stopped,
        }
    }

    #[test]
    fn a_verdict_says_what_it_rests_on() {
        let terms = Terms { options: &OPTIONS, runtime: "cpython-3.14", has_gil: true };
        let want = [
            "verdict   ok: nothing goes wrong, in whatever order the steps are taken",
            "a step    each read and each write of shared data, and each operation on an object, in any order",
            "explored  41 states, 66 transitions, every interleaving",
            "certain   states are told apart by 128-bit fingerprints: the chance of a mistake is below 1 in 10^35",
            "missing   the script expects a finding of kind `race`; there is none",
        ];
        assert_eq!(verdict(&explored(Verdict::Ok, None), &terms), want);
    }

    #[test]
    fn a_bound_is_named_with_what_to_do() {
        let terms = Terms { options: &OPTIONS, runtime: "cpython-3.14", has_gil: true };
        let lines = verdict(&explored(Verdict::Incomplete, Some(Bound::Memory)), &terms);
        assert_eq!(lines[0], "verdict   incomplete: nothing was found so far, which proves nothing");
        let end = "; then --max-memory 1GiB was reached: give more, or make the script smaller";
        assert_eq!(lines[2], format!("explored  41 states, 66 transitions{end}"));
        assert!(lines[4].ends_with("none was found so far"));
    }

    #[test]
    fn to_respect_a_gil_changes_what_a_step_is() {
        let options = Options { respect_gil: true, ..OPTIONS };
        let step = |has_gil| granularity(&Terms { options: &options, runtime: "cpython-3.14", has_gil });
        assert!(step(true).contains("cpython-3.14") && !step(false).contains("cpython"));
    }
}
