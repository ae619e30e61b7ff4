//! Why a submission has not got all its points, for people at a terminal.

use crate::base::printable::safe;
use crate::export::columns::{cut, hanging, wrapped};
use crate::export::grade::mark::{mark, style};
use crate::export::grade::table::{dots, remark};
use crate::export::grade::told::{Way, obstacle};
use crate::export::picture::timeline::Face;
use crate::grade::result::{Check, Checked, Graded, Grading, Verdict};

/// Columns before what belongs to a check.
const INDENT: &str = "      ";
/// Submissions of a class that are listed because they need a look.
const LOOKS_MAX: usize = 20;

/// What is to be said of one submission, after an empty line; nothing if all is well.
pub(super) fn why(grading: &Grading, graded: &Graded, face: Face) -> Vec<String> {
    let asked = &grading.rubric;
    let checks = asked.checks.iter().zip(&graded.checks);
    let mut told: Vec<String> = Vec::new();
    let mut untried: Vec<String> = Vec::new();
    if let Some(obstacle) = obstacle(&graded.standing) {
        told.extend(wrapped("  ", &obstacle.sentence, face.width));
        told.extend(obstacle.lines.iter().flat_map(|line| wrapped("    ", line, face.width)));
    } else {
        for (check, checked) in checks {
            match checked.verdict {
                Verdict::Passed => {}
                Verdict::Failed | Verdict::Inconclusive => {
                    told.extend(because(graded, check, checked, face));
                }
                Verdict::Skipped => untried.push(safe(&check.id)),
            }
        }
    }
    if !untried.is_empty() {
        let label = format!("  {} not tried: ", mark(Verdict::Skipped, face));
        told.extend(wrapped(&label, &untried.join(", "), face.width));
    }
    told.extend(graded.ignored.iter().flat_map(|sentence| wrapped("  note: ", &safe(sentence), face.width)));
    if told.is_empty() {
        return told;
    }
    let title = format!("{}: {} of {} points", safe(&graded.name), graded.score, asked.points);
    [String::new()].into_iter().chain(wrapped("", &title, face.width)).chain(told).collect()
}

/// Why a check did not pass.
fn because(graded: &Graded, check: &Check, checked: &Checked, face: Face) -> Vec<String> {
    let label = format!("  {} {}: ", mark(checked.verdict, face), safe(&check.id));
    let mut lines = hanging(&label, INDENT, &safe(&checked.message), face.width);
    // The label is in colour, and a colour has no width.
    let style = style(checked.verdict, face);
    lines[0] = lines[0].replacen(&label, &format!("{style}{label}{style:#}"), 1);
    if checked.verdict == Verdict::Failed
        && let Some(hint) = &check.hint
    {
        lines.extend(wrapped(&format!("{INDENT}hint: "), &safe(hint), face.width));
    }
    let ways = checked.witness.iter().map(|witness| Way::new(&graded.path, witness));
    lines.extend(ways.flat_map(|way| shown(&way, face)));
    lines
}

/// The way to a failure: lines of lanes are cut and never wrapped, and the command is whatever it is, so that it can be copied.
fn shown(way: &Way, face: Face) -> Vec<String> {
    let terms = way.terms.iter().flat_map(|terms| {
        let label = format!("{INDENT}how it comes to that: ");
        wrapped(&label, terms, face.width)
    });
    let mut lines: Vec<String> = terms.collect();
    lines.extend(way.lanes.iter().map(|line| {
        let line = if face.unicode { line.clone() } else { line.replace('│', "|").replace('…', "~") };
        cut(&format!("{INDENT}  {line}"), face.width, dots(face)).trim_end().to_owned()
    }));
    lines.extend(way.command.iter().map(|command| format!("{INDENT}play it: {command}")));
    lines
}

/// The submissions of a class that no grader can decide alone, and how to see the others.
pub(super) fn attention(grading: &Grading, face: Face) -> Vec<String> {
    let open = |graded: &Graded| {
        let checks = grading.rubric.checks.iter().zip(&graded.checks);
        let open = checks.filter(|(_, checked)| checked.verdict == Verdict::Inconclusive);
        let ids: Vec<String> = open.map(|(check, _)| safe(&check.id)).collect();
        match remark(&graded.standing) {
            "" if ids.is_empty() => None,
            "" => Some(format!("inconclusive: {}", ids.join(", "))),
            remark => Some(remark.to_owned()),
        }
    };
    let found: Vec<(&Graded, String)> =
        grading.submissions.iter().filter_map(|graded| Some((graded, open(graded)?))).collect();
    let mut lines = vec![String::new()];
    if !found.is_empty() {
        lines.push("these need a look:".to_owned());
    }
    lines.extend(
        found
            .iter()
            .take(LOOKS_MAX)
            .map(|(graded, why)| cut(&format!("  {}: {why}", safe(&graded.name)), face.width, dots(face))),
    );
    if let Some(more) = found.len().checked_sub(LOOKS_MAX).filter(|more| *more > 0) {
        lines.push(format!("  {} and {more} more", dots(face)));
    }
    lines.extend(wrapped(
        "",
        "Each submission stands in the gradebook (--csv) and in the document (--format json); grade one alone to read why.",
        face.width,
    ));
    lines
}
