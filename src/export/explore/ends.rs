//! The ends that a script can come to, as a short table.

use crate::base::printable::safe;
use crate::explore::Final;
use crate::export::explore::lanes::Look;
use crate::export::results::{Shown, outcome_word};

/// How many ends are shown.
const ROWS_MAX: usize = 8;

/// Columns of the values, and of the printed lines.
const CELL_MAX: usize = 42;

/// The table, line by line without line feeds.
#[must_use]
pub fn ends(finals: &[Final], complete: bool, look: Look) -> Vec<String> {
    let dots = look.dots();
    let cut = |text: &str| cut(text, dots);
    if finals.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![["end", "shared", "printed"].map(str::to_owned)];
    for end in finals.iter().take(ROWS_MAX) {
        let values = end
            .shared
            .iter()
            .map(|(name, value)| format!("{} {}", safe(name), safe(&Shown(value).to_string())));
        let printed = end.output.iter().map(|line| safe(line));
        rows.push([
            outcome_word(end.outcome).to_owned(),
            cut(&values.collect::<Vec<_>>().join(", ")),
            cut(&printed.collect::<Vec<_>>().join(" | ")),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect();
    let more = finals.len().saturating_sub(ROWS_MAX);
    if more > 0 {
        lines.push(format!("{dots} and {more} more in --format json"));
    }
    if !complete {
        lines.push("these are the ends that were reached; there may be others".to_owned());
    }
    lines
}

fn cut(text: &str, dots: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    match text.char_indices().nth(CELL_MAX) {
        Some((end, _)) => format!("{}{dots}", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::explore::lanes::WIDTH;
    use crate::observe::report::{Datum, Outcome};

    const LOOK: Look = Look { width: WIDTH, ascii: false };

    fn end(total: i64, output: &[&str]) -> Final {
        Final {
            outcome: Outcome::Completed,
            shared: vec![("total".to_owned(), Datum::Number(total)), ("on".to_owned(), Datum::Bool(true))],
            output: output.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    #[test]
    fn each_end_is_a_line() {
        let want = "\
end        shared             printed
completed  total 1, on True   -
completed  total 20, on True  one | two";
        assert_eq!(ends(&[end(1, &[]), end(20, &["one", "two"])], true, LOOK).join("\n"), want);
    }

    #[test]
    fn of_many_the_first_are_shown_and_what_is_long_is_cut() {
        let many: Vec<Final> = (0..20).map(|total| end(total, &["x".repeat(99).as_str()])).collect();
        let lines = ends(&many, false, LOOK);
        assert_eq!(lines.len(), 1 + ROWS_MAX + 2);
        assert_eq!(lines[9], "… and 12 more in --format json");
        assert!(lines.iter().all(|line| line.chars().count() <= 100), "{lines:?}");
    }
}
