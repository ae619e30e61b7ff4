//! What `concsim explore` prints for people.

use std::collections::BTreeSet;

use crate::base::printable::{safe, shell_word};
use crate::base::span::{Source, Span};
use crate::cli::explore::args::ExploreArgs;
use crate::cli::output;
use crate::cli::render::{Snippets, finding_headline};
use crate::explore::token::{TURNS_MAX, encode};
use crate::explore::{Exploration, Found, Options, clock};
use crate::export::explore::ends::ends;
use crate::export::explore::lanes::{Look, WIDTH, advice, lanes};
use crate::export::explore::verdict::{Terms, brief, verdict};
use crate::ir::program::{Program, Property};
use crate::observe::finding::FindingKind;

/// Columns before each line of a picture.
const INDENT: usize = 4;

/// How pictures are drawn for whoever reads standard output.
pub(super) fn look() -> Look {
    let width = output::columns_of_stdout().map_or(WIDTH, |columns| columns.saturating_sub(INDENT));
    Look { width, ascii: output::is_ascii() }
}

/// What an exploration was of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    pub(super) args: &'a ExploreArgs,
    pub(super) source: &'a Source,
    pub(super) program: &'a Program,
    pub(super) options: &'a Options,
    pub(super) runtime: &'a str,
    pub(super) has_gil: bool,
    pub(super) look: Look,
}

/// Findings with their witnesses, the ends, and the verdict.
pub(super) fn results(shown: &Shown<'_>, exploration: &Exploration, snippets: &Snippets<'_>) -> String {
    let mut text = String::new();
    for found in &exploration.findings {
        text.push_str(&snippets.finding(&found.finding));
        text.push_str(&witness(shown, found));
        text.push('\n');
    }
    let table = ends(&exploration.finals, exploration.complete, shown.look);
    for line in &table {
        text.push_str(line);
        text.push('\n');
    }
    if !table.is_empty() {
        text.push('\n');
    }
    let Shown { options, runtime, has_gil, .. } = *shown;
    for line in verdict(exploration, &Terms { options, runtime, has_gil }) {
        text.push_str(&line);
        text.push('\n');
    }
    text + &clock::unchecked(shown.program).into_iter().map(unchecked).collect::<String>()
}

/// A line for each finding, and one for the verdict.
pub(super) fn quiet(exploration: &Exploration, colour: bool) -> String {
    let mut text = String::new();
    for found in &exploration.findings {
        text.push_str(&finding_headline(&found.finding, colour));
        text.push('\n');
    }
    text + &brief(exploration).into_iter().map(|line| line + "\n").collect::<String>()
}

/// That a property is about the length of a run.
pub(super) fn unchecked(property: &Property) -> String {
    format!("unchecked `{}`: an exploration sets time aside, `concsim run` checks it\n", safe(&property.text))
}

/// How it comes to a finding.
fn witness(shown: &Shown<'_>, found: &Found) -> String {
    let s = |count| if count == 1 { "" } else { "s" };
    let (steps, preemptions) = (found.steps, found.preemptions);
    let best = if found.is_best { "" } else { " (a shorter way may exist)" };
    let mut text = format!(
        "  how it comes to that: {steps} step{}, {preemptions} preemption{}{best}\n",
        s(steps),
        s(preemptions)
    );
    for line in lanes(shown.program, shown.source, found, shown.look) {
        text.push_str(&format!("{:INDENT$}{line}\n", ""));
    }
    if let Some(advice) = advice(shown.program, shown.source, found) {
        text.push_str(&format!("  help: {advice}\n"));
    }
    if found.by_contract_only {
        text.push_str(
            "  note: a wake-up goes out of order here: allowed by contract, not by CPython today\n",
        );
    }
    text + &replay(shown, found)
}

/// The command that plays a witness.
fn replay(shown: &Shown<'_>, found: &Found) -> String {
    if found.schedule.turns.len() > TURNS_MAX {
        return String::new();
    }
    let options: String = shown.args.model.words().iter().map(|option| format!(" {option}")).collect();
    let file = shell_word(&shown.args.file.to_string_lossy());
    let token = encode(&found.schedule, &shown.program.hash());
    format!("  play it: concsim run {file}{options} --replay {token}\n")
}

/// What can go wrong, but not as long as units take turns only where the GIL lets them.
pub(super) fn hidden(
    shown: &Shown<'_>,
    respectful: &Exploration,
    free: &Exploration,
    colour: bool,
) -> String {
    let known: BTreeSet<_> = respectful.findings.iter().map(identity).collect();
    let hidden: Vec<&Found> =
        free.findings.iter().filter(|found| !known.contains(&identity(found))).collect();
    if hidden.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nhidden by accident: nothing promises that the GIL of {} changes hands only where it does\n",
        shown.runtime
    );
    for found in hidden {
        text.push_str(&format!("  {}\n", finding_headline(&found.finding, colour)));
    }
    text
}

/// Two findings are one if these agree.
fn identity(found: &Found) -> (FindingKind, Option<crate::observe::finding::Cause>, BTreeSet<Span>) {
    let finding = &found.finding;
    (finding.kind, finding.cause, finding.labels.iter().map(|label| label.span).collect())
}
