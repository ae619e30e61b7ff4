//! A grading for people at a terminal: what each check came to, what each submission did, and why.
//!
//! Of a few submissions it tells all. Of a whole class it tells how the class did, and who needs a look.

use crate::base::printable::safe;
use crate::export::columns::{Cell, Table, cut, wrapped};
use crate::export::grade::mark::{VERDICTS, mark, style};
use crate::export::grade::spread::spread;
use crate::export::grade::why::{attention, why};
use crate::export::picture::timeline::Face;
use crate::grade::result::{Checked, Graded, Grading, Standing, Verdict};

/// More submissions than that are a class.
const FEW: usize = 20;
/// Columns of a name where there is no more room.
const NAME_MIN: usize = 12;
/// Columns of a check's id.
const ID_MAX: usize = 20;
/// Why submissions were not tried, in the order in which they are counted.
const REMARKS: [&str; 4] = ["has mistakes", "can't be read", "not finished", "grader failed"];

/// The report, which ends with a line feed.
#[must_use]
pub fn report(grading: &Grading, face: Face) -> String {
    let mut lines = heading(grading, face);
    lines.extend(checks(grading, face));
    if grading.submissions.len() > FEW {
        lines.extend(spread(grading, face));
        lines.extend(attention(grading, face));
    } else {
        lines.extend(submissions(grading, face));
        lines.extend(grading.submissions.iter().flat_map(|graded| why(grading, graded, face)));
    }
    lines.join("\n") + "\n"
}

/// What stands for `…` where there is no such character.
pub(super) const fn dots(face: Face) -> &'static str {
    if face.unicode { "…" } else { "..." }
}

/// Why the checks of a submission were not tried, in two words.
pub(super) const fn remark(standing: &Standing) -> &'static str {
    match standing {
        Standing::Graded => "",
        Standing::Mistaken(..) => REMARKS[0],
        Standing::Unreadable(_) => REMARKS[1],
        Standing::Unfinished(_) => REMARKS[2],
        Standing::Crashed(_) => REMARKS[3],
    }
}

fn heading(grading: &Grading, face: Face) -> Vec<String> {
    let rubric = &grading.rubric;
    let all = grading.submissions.len();
    let s = if all == 1 { "" } else { "s" };
    let but = REMARKS.iter().filter_map(|told| {
        let count = grading.submissions.iter().filter(|graded| remark(&graded.standing) == *told).count();
        (count > 0).then(|| format!(", {count} {told}"))
    });
    let first = format!("{}: {all} submission{s}{}", safe(&rubric.title), but.collect::<String>());
    let asked = [
        format!("{} points", rubric.points),
        rubric.runtime.clone(),
        format!("machine {}", safe(&rubric.machine)),
        format!("seed {}", rubric.seed),
    ];
    [wrapped("", &first, face.width), wrapped("", &asked.join(", "), face.width)].concat()
}

/// How many passed each check.
fn checks(grading: &Grading, face: Face) -> Vec<String> {
    let counts = |place: usize| {
        VERDICTS.map(|verdict| {
            let is_it = |graded: &&Graded| graded.checks[place].verdict == verdict;
            grading.submissions.iter().filter(is_it).count()
        })
    };
    let digits = grading.submissions.len().to_string().len();
    // Two columns between each: the number, the id, the points and four counts take so much.
    let ids = grading.rubric.checks.iter().map(|check| check.id.chars().count().min(ID_MAX));
    let taken = 2 + 2 + ids.max().unwrap_or(0) + 2 + 2 + 6 + 4 * (2 + digits);
    let room = face.width.saturating_sub(taken).max(NAME_MIN);
    let words = ["", "check", "title", "points"].into_iter();
    let mut table = Table::new(words.chain(VERDICTS.map(|verdict| mark(verdict, face))), 3..);
    for (place, check) in grading.rubric.checks.iter().enumerate() {
        let words = [
            format!("{:>2}", place + 1),
            cut(&safe(&check.id), ID_MAX, dots(face)),
            cut(&safe(&check.title), room, dots(face)),
            check.points.to_string(),
        ];
        let counts = VERDICTS.iter().zip(counts(place)).map(|(verdict, count)| match count {
            0 => Cell::from("-".to_owned()),
            count => Cell::styled(count.to_string(), style(*verdict, face)),
        });
        table.row(words.into_iter().map(Cell::from).chain(counts));
    }
    let words = ["passed", "failed", "inconclusive", "not tried"];
    let legend = VERDICTS.iter().zip(words).map(|(verdict, word)| format!("{} {word}", mark(*verdict, face)));
    table.lines(Some(legend.collect::<Vec<_>>().join("   ")))
}

/// Each submission with its score and verdicts.
fn submissions(grading: &Grading, face: Face) -> Vec<String> {
    if grading.submissions.is_empty() {
        return Vec::new();
    }
    let count = grading.rubric.checks.len();
    let remarks = grading.submissions.iter().map(|graded| remark(&graded.standing).len() + 2);
    let rest = 2 + 6 + remarks.max().unwrap_or(0);
    let spread_out: usize = (1..=count).map(|place| 2 + place.to_string().len()).sum();
    // Where columns of their own don't fit, the marks stand close together.
    let is_wide = NAME_MIN + rest + spread_out <= face.width;
    let taken = rest + if is_wide { spread_out } else { 2 + count.max("checks".len()) };
    let room = face.width.saturating_sub(taken).max(NAME_MIN);
    let places: Vec<String> = if is_wide {
        (1..=count).map(|place| place.to_string()).collect()
    } else {
        vec!["checks".to_owned()]
    };
    let heading = ["submission", "score"].into_iter().chain(places.iter().map(String::as_str)).chain([""]);
    let mut table = Table::new(heading, 1..2);
    for graded in &grading.submissions {
        let first = [cut(&safe(&graded.name), room, dots(face)), graded.score.to_string()];
        let marks = if is_wide { apart(&graded.checks, face) } else { close(&graded.checks, face) };
        let remark = Cell::from(remark(&graded.standing).to_owned());
        table.row(first.into_iter().map(Cell::from).chain(marks).chain([remark]));
    }
    table.lines(None)
}

/// A cell for each mark.
fn apart(checks: &[Checked], face: Face) -> Vec<Cell> {
    let cell = |verdict: Verdict| Cell::styled(mark(verdict, face).to_owned(), style(verdict, face));
    checks.iter().map(|checked| cell(checked.verdict)).collect()
}

/// All marks in one cell.
fn close(checks: &[Checked], face: Face) -> Vec<Cell> {
    vec![Cell::from(checks.iter().map(|checked| mark(checked.verdict, face)).collect::<String>())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::printable::is_hostile;
    use crate::export::columns;
    use crate::export::grade::golden::golden;
    use crate::export::grade::sample::{class, grading};

    const FACE: Face = Face { width: 80, unicode: true, colour: false };

    #[test]
    fn a_few_submissions_are_told_with_all_that_is_wrong() {
        golden("grade-few", &report(&grading(), FACE));
        golden("grade-few-ascii", &report(&grading(), Face { width: 60, unicode: false, ..FACE }));
        golden("grade-few-colour", &report(&grading(), Face { colour: true, width: 120, ..FACE }));
    }

    #[test]
    fn a_class_is_told_by_how_many_did_what_and_who_needs_a_look() {
        golden("grade-class", &report(&class(200), FACE));
        let ascii = report(&class(200), Face { unicode: false, ..FACE });
        assert!(ascii.is_ascii(), "{ascii}");
    }

    #[test]
    fn no_submission_at_all_is_a_report_too() {
        let mut grading = grading();
        grading.submissions.clear();
        let text = report(&grading, FACE);
        assert!(text.starts_with("Bank transfer: 0 submissions\n10 points"), "{text}");
    }

    #[test]
    fn nothing_that_is_submitted_plays_with_the_terminal() {
        for grading in [grading(), class(30)] {
            let text = report(&grading, FACE);
            assert!(text.chars().all(|character| character == '\n' || !is_hostile(character)), "{text}");
        }
    }

    #[test]
    fn lines_are_as_wide_as_the_terminal_unless_they_are_to_be_copied_or_one_word() {
        for width in [60, 80, 120] {
            for grading in [grading(), class(100)] {
                for line in report(&grading, Face { width, ..FACE }).lines() {
                    let is_free = line.contains("play it:") || line.trim().split(' ').count() == 1;
                    assert!(columns::width(line) <= width || is_free, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn very_many_checks_stand_close_together() {
        let mut grading = grading();
        for _ in 0..3 {
            let checks = grading.rubric.checks.clone();
            grading.rubric.checks.extend(checks);
            for graded in &mut grading.submissions {
                let checks = graded.checks.clone();
                graded.checks.extend(checks);
            }
        }
        let text = report(&grading, FACE);
        assert!(text.contains(&format!("0.5  {}", "✗✗?–✗".repeat(8))), "{text}");
    }
}
