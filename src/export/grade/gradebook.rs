//! The gradebook: CSV, a line a submission, as spreadsheets and course systems read it.

use csv::{QuoteStyle, WriterBuilder};

use crate::base::printable::safe;
use crate::export::grade::words;
use crate::grade::result::{Graded, Grading, Verdict};

/// What a spreadsheet takes for the beginning of a formula, also in its wide form.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The gradebook, with a heading: name, score, the most there is, standing, a column for what each check has earned, and which
/// checks need a look because they could not be decided.
///
/// # Panics
///
/// Never: whatever is written goes to memory, and is UTF-8.
#[must_use]
pub fn gradebook(grading: &Grading) -> String {
    let mut lines = vec![heading(grading)];
    lines.extend(grading.submissions.iter().map(|graded| line(grading, graded)));
    // Whatever is no number is quoted: a cell that holds the separator of another country stays one cell there, too.
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(Vec::new());
    for line in &lines {
        writer.write_record(line).expect("a vector takes whatever is written, and all lines are as long");
    }
    let bytes = writer.into_inner().expect("a vector takes whatever is written");
    String::from_utf8(bytes).expect("what is written is UTF-8")
}

fn heading(grading: &Grading) -> Vec<String> {
    let ids = grading.rubric.checks.iter().map(|check| cell(&check.id));
    let first = ["name", "score", "max", "standing"].map(str::to_owned);
    first.into_iter().chain(ids).chain(["inconclusive".to_owned(), "sha256".to_owned()]).collect()
}

fn line(grading: &Grading, graded: &Graded) -> Vec<String> {
    let rubric = &grading.rubric;
    let mut cells = vec![
        cell(&graded.name),
        graded.score.to_string(),
        rubric.points.to_string(),
        words::standing(&graded.standing).to_owned(),
    ];
    cells.extend(graded.checks.iter().map(|checked| checked.earned.to_string()));
    let open = rubric.checks.iter().zip(&graded.checks);
    let open = open.filter(|(_, checked)| checked.verdict == Verdict::Inconclusive);
    cells.push(cell(&open.map(|(check, _)| check.id.as_str()).collect::<Vec<_>>().join(" ")));
    cells.push(graded.digest.clone());
    cells
}

/// A text that a spreadsheet shows and does not compute: what could be a formula gets an apostrophe in front, and what can't be seen is an escape.
fn cell(text: &str) -> String {
    let text = safe(text);
    // Some readers take blanks away first.
    if text.trim_start().starts_with(FORMULA) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::golden::golden;
    use crate::export::grade::sample::{class, grading};

    #[test]
    fn a_gradebook_has_a_line_for_each_submission() {
        golden("grade-gradebook", &gradebook(&grading()));
    }

    #[test]
    fn a_reader_of_csv_finds_as_many_cells_in_each_line() {
        let text = gradebook(&class(40));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(lines.len(), 44);
        assert!(lines.iter().all(|line| line.len() == 11));
        assert_eq!(&lines[0][1], "10");
    }

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1", "+1", "-1", "@SUM(A1)", "  =1", "\u{3000}＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\t=1"), "\\t=1");
        assert_eq!(cell("\r=1"), "\\u{d}=1");
        assert_eq!(cell("a=1"), "a=1");
    }
}
