//! The `#` and `=` lines of a `.trace`: what a run was given and what it came to.

use std::fmt;

use crate::base::size::SignedSize;
use crate::base::time::SignedDuration;
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::report::{Datum, Inputs, Outcome, Report};
use crate::trace::event::Detail;

/// The `#` lines behind the format's own: the inputs, then one setting a line.
#[must_use]
pub fn input_lines(inputs: &Inputs, detail: Detail) -> Vec<String> {
    let detail = match detail {
        Detail::Nothing | Detail::Sync => "",
        Detail::Sched => "  detail sched",
    };
    let Inputs { script, ir_hash, seed, runtime, cores, machine, scheduler, options, settings } = inputs;
    let first = format!(
        "script {script} ir:{ir_hash}  seed {seed}  runtime {runtime}  cores {cores}  \
         machine {machine}  scheduler {scheduler}{detail}"
    );
    let options = options.iter().map(|option| format!("option {option}"));
    let settings = settings.iter().map(|setting| format!("set {setting}"));
    std::iter::once(first).chain(options).chain(settings).collect()
}

/// The `=` lines: outcome, figures, findings, then final values, one a line. They hold no
/// instant and no place, so they change only when the result does.
#[must_use]
pub fn result_lines(report: &Report) -> Vec<String> {
    let mut lines = vec![
        outcome_line(report),
        format!("elapsed {}", report.elapsed),
        format!("gil.switches {}", report.machine.gil_switches),
    ];
    lines.extend(report.findings.iter().map(finding_line));
    lines.extend(report.missing.iter().map(|kind| format!("missing {kind}")));
    lines.extend(report.shared.iter().map(|(name, value)| format!("shared {name} {}", Shown(value))));
    lines
}

/// The word of an outcome.
#[must_use]
pub const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Limit => "limit",
        Outcome::Deadlock => "deadlock",
        Outcome::Failed => "failed",
        Outcome::Completed => "completed",
    }
}

fn outcome_line(report: &Report) -> String {
    let mut line = format!("outcome {}", outcome_word(report.outcome));
    let deadlocks = report.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock);
    for (index, finding) in deadlocks.enumerate() {
        line.push_str(if index == 0 { " " } else { "; " });
        line.push_str(&waits(finding));
    }
    line
}

/// Who waits for whom: `a waits m held by b waits n held by a`.
fn waits(finding: &Finding) -> String {
    let Finding { units, objects, cause, .. } = finding;
    let circle = matches!(cause, Some(Cause::Cycle | Cause::Itself));
    if circle && units.len() == objects.len() {
        let pairs = units.iter().zip(objects);
        let chain: String = pairs.map(|(unit, object)| format!("{unit} waits {object} held by ")).collect();
        return chain + units.first().map_or("", String::as_str);
    }
    let units = units.join(", ");
    if objects.is_empty() {
        format!("{units} waits")
    } else {
        format!("{units} waits {}", objects.join(", "))
    }
}

fn finding_line(finding: &Finding) -> String {
    let mut words = vec!["finding", finding.kind.code(), finding.kind.word()];
    words.extend(finding.cause.map(cause_word));
    words.extend(finding.units.iter().chain(&finding.objects).map(String::as_str));
    words.extend(finding.expected.then_some("expected"));
    words.join(" ")
}

const fn cause_word(cause: Cause) -> &'static str {
    match cause {
        Cause::Cycle => "cycle",
        Cause::Itself => "self",
        Cause::HolderEnded => "holder-ended",
        Cause::LostSignal => "lost-signal",
        Cause::Queue => "queue",
        Cause::Pipe => "pipe",
        Cause::Barrier => "barrier",
        Cause::Join => "join",
    }
}

/// A value as a script would write it: `130`, `"text"`, `[True, None]`.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a Datum);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Datum::None => f.write_str("None"),
            Datum::Bool(true) => f.write_str("True"),
            Datum::Bool(false) => f.write_str("False"),
            Datum::Number(number) => number.fmt(f),
            Datum::Duration(nanoseconds) => SignedDuration(*nanoseconds).fmt(f),
            Datum::Size(bytes) => SignedSize(*bytes).fmt(f),
            Datum::Name(name) => f.write_str(name),
            Datum::Text(text) => write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Datum::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", Shown(item))?;
                }
                f.write_str("]")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{completed, deadlocked};

    #[test]
    fn inputs_are_all_that_the_run_depends_on() {
        let mut inputs = completed().inputs;
        let first = "script bank.conc ir:3f9a1c  seed 0  runtime cpython-3.12  cores 2  machine default  scheduler fifo";
        assert_eq!(input_lines(&inputs, Detail::Sync), [first, "set amount=10"]);
        assert_eq!(input_lines(&inputs, Detail::Sched)[0], format!("{first}  detail sched"));
        inputs.options.push("cores=2".to_string());
        assert_eq!(input_lines(&inputs, Detail::Sync)[1..], ["option cores=2", "set amount=10"]);
    }

    #[test]
    fn results_are_one_figure_a_line() {
        let want = ["outcome completed", "elapsed 4.105ms", "gil.switches 4", "shared total 130"];
        assert_eq!(result_lines(&completed()), want);
    }

    #[test]
    fn a_deadlock_says_who_waits_for_whom() {
        let mut report = deadlocked();
        report.missing = vec!["race".to_string()];
        let lines = result_lines(&report);
        let circle = "transfer.1 waits savings held by transfer.2 waits checking held by transfer.1";
        assert_eq!(lines[0], format!("outcome deadlock {circle}"));
        assert_eq!(lines[3], "finding D001 deadlock cycle transfer.1 transfer.2 savings checking");
        assert_eq!(lines[4], "missing race");

        report.findings[0].cause = Some(Cause::Join);
        report.findings[0].objects.clear();
        report.findings[0].expected = true;
        let lines = result_lines(&report);
        assert_eq!(lines[0], "outcome deadlock transfer.1, transfer.2 waits");
        assert_eq!(lines[3], "finding D001 deadlock join transfer.1 transfer.2 expected");
    }

    #[test]
    fn values_are_shown_as_a_script_would_write_them() {
        let (text, name) = (Datum::Text("a\"b".to_string()), Datum::Name("m".to_string()));
        let list = Datum::List(vec![
            Datum::None,
            Datum::Bool(true),
            text,
            name,
            Datum::Duration(1_500_000),
            Datum::Size(64),
        ]);
        assert_eq!(Shown(&list).to_string(), "[None, True, \"a\\\"b\", m, 1.5ms, 64B]");
        assert_eq!(Shown(&Datum::List(Vec::new())).to_string(), "[]");
    }
}
