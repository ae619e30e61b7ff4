//! What many runs came to, for people: aligned lines under the findings.

use crate::base::count::grouped;
use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::export::picture::timeline::Face;
use crate::export::results::{Shown, outcome_word};
use crate::export::seeds::bins::bins;
use crate::export::seeds::{Surveyed, percent};
use crate::observe::report::{Outcome, Report};
use crate::observe::survey::{Seen, Share, Survey};

/// The longest bar, and the shortest that is still one.
const BAR_MAX: usize = 50;
const BAR_MIN: usize = 10;

/// Bars in eighths of a column.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// Columns of a cell with values or printed lines, at least.
const CELL_MIN: usize = 16;

/// All but the findings, without colours; it ends with a line feed.
#[must_use]
pub fn summary(surveyed: &Surveyed<'_>, face: Face) -> String {
    let mut lines =
        vec![of_what(surveyed), format!("runs     {}, seeds {}", made(surveyed), range(surveyed))];
    let Survey { runs, ends, .. } = surveyed.survey;
    for kind in surveyed.survey.never_found() {
        lines.push(format!(
            "missing  the script expects a finding of kind `{}`; no seed shows one",
            safe(kind)
        ));
    }
    if *runs > 0 {
        lines.push(orders(surveyed.survey));
        lines.push(match ends.len() {
            1 => "ends     the same end in every run".to_owned(),
            different => format!("ends     {} different ends", grouped(different as u64)),
        });
        lines.push(elapsed(surveyed.survey));
        lines.extend(histogram(surveyed.survey, face));
        lines.extend(outcomes(surveyed.survey));
        lines.extend(frequent_ends(surveyed, face));
    }
    lines.join("\n") + "\n"
}

/// How often a finding was there.
#[must_use]
pub fn frequency(seen: &Seen, survey: &Survey) -> String {
    let share = percent(seen.share.runs, survey.runs);
    let (runs, of) = (grouped(seen.share.runs), counted(survey.runs, "run", "runs"));
    format!("in {runs} of {of} ({share}), first with seed {}", seen.share.first)
}

/// How the runs ended, in one line.
#[must_use]
pub fn brief(surveyed: &Surveyed<'_>) -> String {
    let of =
        |(outcome, share): (&Outcome, &Share)| format!("{} {}", grouped(share.runs), outcome_word(*outcome));
    let outcomes: Vec<String> = surveyed.survey.outcomes.iter().rev().map(of).collect();
    let (made, seeds) = (made(surveyed), range(surveyed));
    let outcomes = if outcomes.is_empty() { "none came to its end".to_owned() } else { outcomes.join(", ") };
    format!("{made} runs, seeds {seeds}: {outcomes}\n")
}

fn of_what(surveyed: &Surveyed<'_>) -> String {
    let inputs = surveyed.inputs;
    format!(
        "script   {} on {}, {}, machine {}, scheduler {}",
        safe(&inputs.script),
        inputs.runtime,
        counted(u64::from(inputs.cores), "core", "cores"),
        safe(&inputs.machine),
        inputs.scheduler
    )
}

/// How many runs there were, and of how many if that is not all.
fn made(surveyed: &Surveyed<'_>) -> String {
    let made = grouped(surveyed.survey.runs);
    if surveyed.is_complete() { made } else { format!("{made} of {}", grouped(surveyed.asked())) }
}

fn range(surveyed: &Surveyed<'_>) -> String {
    format!("{}..{}", grouped(surveyed.seeds.start), grouped(surveyed.seeds.end))
}

fn orders(survey: &Survey) -> String {
    let most = survey.orders.values().map(|share| share.runs).max().unwrap_or(0);
    match survey.orders.len() {
        1 => "orders   the same order of events in every run".to_owned(),
        different => format!(
            "orders   {} different orders of events, the most frequent in {} of the runs",
            grouped(different as u64),
            percent(most, survey.runs)
        ),
    }
}

/// Two lines, or one if all runs took the same time.
fn elapsed(survey: &Survey) -> String {
    let [least, low, median, high, greatest] = [0, 1, 2, 3, 4].map(|quarters| survey.elapsed_at(quarters));
    if least == greatest {
        return format!("elapsed  {least} of virtual time in every run");
    }
    format!(
        "elapsed  {least} to {greatest} of virtual time, median {median},\n         \
         the middle half of the runs {low} to {high}"
    )
}

/// A row for each bin: the least time that is in it, how many runs, and a bar.
fn histogram(survey: &Survey, face: Face) -> Vec<String> {
    let bins = bins(survey);
    if bins.len() < 2 {
        return Vec::new();
    }
    let mut rows = vec![["from", "runs", ""].map(str::to_owned).to_vec()];
    rows.extend(
        bins.iter().map(|bin| vec![SimDuration(bin.from_ns).to_string(), grouped(bin.runs), String::new()]),
    );
    let columns = face.width.saturating_sub(width(&rows, 0) + width(&rows, 1) + 5).clamp(BAR_MIN, BAR_MAX);
    let most = bins.iter().map(|bin| bin.runs).max().unwrap_or(1);
    for (row, bin) in rows[1..].iter_mut().zip(&bins) {
        row[2] = bar(bin.runs, most, columns, face.unicode);
    }
    table_of(&rows, |column| column < 2)
}

/// A bar as long as its part of `most`; what is not nothing can be seen.
fn bar(runs: u64, most: u64, columns: usize, unicode: bool) -> String {
    let steps = if unicode { EIGHTHS.len() } else { 1 };
    let length = u128::from(runs) * (columns * steps) as u128 / u128::from(most.max(1));
    let length = usize::try_from(length).expect("a bar is no longer than its columns");
    let length = if runs > 0 { length.max(1) } else { 0 };
    let full = if unicode { "█" } else { "#" };
    let mut bar = full.repeat(length / steps);
    if length % steps > 0 {
        bar.push(EIGHTHS[length % steps]);
    }
    bar
}

fn outcomes(survey: &Survey) -> Vec<String> {
    let mut rows = vec![["outcome", "runs", "share", "first seed"].map(str::to_owned).to_vec()];
    for (outcome, share) in survey.outcomes.iter().rev() {
        rows.push(vec![
            outcome_word(*outcome).to_owned(),
            grouped(share.runs),
            percent(share.runs, survey.runs),
            share.first.to_string(),
        ]);
    }
    table(&rows, 1)
}

/// The ends that most runs came to.
fn frequent_ends(surveyed: &Surveyed<'_>, face: Face) -> Vec<String> {
    let Surveyed { survey, ends, .. } = surveyed;
    if !ends.iter().any(|(_, run)| !run.shared.is_empty() || !run.output.is_empty()) {
        return Vec::new();
    }
    let dots = if face.unicode { "…" } else { "..." };
    let mut rows = vec![["runs", "share", "first seed", "end", "values"].map(str::to_owned).to_vec()];
    for (share, run) in *ends {
        rows.push(vec![
            grouped(share.runs),
            percent(share.runs, survey.runs),
            share.first.to_string(),
            outcome_word(run.outcome).to_owned(),
            String::new(),
        ]);
    }
    let taken: usize = (0..4).map(|column| width(&rows, column) + 2).sum();
    let room = face.width.saturating_sub(taken + 1).max(CELL_MIN);
    for (row, (_, run)) in rows[1..].iter_mut().zip(*ends) {
        row[4] = cut(&values(run), room, dots);
    }
    // Numbers are read from their ends, words from their beginnings.
    let mut lines = table_of(&rows, |column| column < 3);
    let more = survey.ends.len() - ends.len();
    if more > 0 {
        lines.push(format!("{dots} and {} more", grouped(more as u64)));
    }
    lines
}

/// Final values, and what was printed.
fn values(run: &Report) -> String {
    let value = |(name, value): &(String, _)| format!("{} {}", safe(name), safe(&Shown(value).to_string()));
    let mut parts: Vec<String> = run.shared.iter().map(value).collect();
    if !run.output.is_empty() {
        let printed: Vec<String> = run.output.iter().map(|line| safe(line)).collect();
        parts.push(format!("printed: {}", printed.join(" | ")));
    }
    parts.join(", ")
}

fn cut(text: &str, room: usize, dots: &str) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - dots.chars().count()).chain(dots.chars()).collect()
}

/// An empty line and the rows; so many columns from the left are words.
fn table(rows: &[Vec<String>], words: usize) -> Vec<String> {
    table_of(rows, |column| column >= words)
}

fn table_of(rows: &[Vec<String>], is_number: impl Fn(usize) -> bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    for row in rows {
        let cell = |(column, cell): (usize, &String)| {
            let width = width(rows, column);
            if is_number(column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        lines.push(cells.join("  ").trim_end().to_owned());
    }
    lines
}

fn width(rows: &[Vec<String>], column: usize) -> usize {
    rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part_and_can_be_seen() {
        assert_eq!(bar(50, 100, 10, true), "█████");
        assert_eq!(bar(51, 100, 10, false), "#####");
        assert_eq!(bar(1, 1_000_000, 10, true), "▏");
        assert_eq!(bar(1, 1_000_000, 10, false), "#");
        assert_eq!(bar(0, 1, 10, true), "");
        assert_eq!(bar(17, 80, 10, true), "██▏");
    }

    #[test]
    fn what_is_long_is_cut_to_its_room() {
        assert_eq!(cut("total 130", 9, "…"), "total 130");
        assert_eq!(cut("total 1300", 9, "…"), "total 13…");
        assert_eq!(cut("total 1300", 9, "..."), "total ...");
    }
}
