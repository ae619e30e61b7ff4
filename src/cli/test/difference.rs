//! What changed between a golden and the trace of now.

use crate::cli::difference::{Reader, unified};
use crate::compare::compare;
use crate::export::compare::Look;
use crate::export::compare::text::text;
use crate::trace::recorded::Recorded;

/// The most lines of two texts that are told.
const LINES_MAX: usize = 60;

/// Columns of a line.
const WIDTH: usize = 100;

/// The difference, in lines, between a golden of that name, its text and what was read of it, and the trace of now; the
/// two texts are not the same.
pub(super) fn difference(name: &str, (golden, before): (&str, &Recorded), now: &str) -> String {
    if golden.replace("\r\n", "\n") == now {
        return "only the ends of its lines differ: a trace has line feeds and no carriage returns; in Git, write\n\
                `*.trace -text` into .gitattributes\n"
            .to_owned();
    }
    let look = Look { width: WIDTH, unicode: true, colour: false };
    let told = Recorded::read(now).map(|now| text(&compare(before, &now), [name, "now"], look));
    // What means the same may be written otherwise, by hand or by another version.
    told.ok().filter(|told| !told.is_empty()).unwrap_or_else(|| lines(golden, now))
}

/// The lines in which two texts differ.
fn lines(golden: &str, now: &str) -> String {
    // The heading would name the same file twice.
    let diff = unified("", golden, now, Reader::Person);
    let lines: Vec<&str> = diff.lines().skip(2).collect();
    let mut text: String = lines.iter().take(LINES_MAX).map(|line| format!("{line}\n")).collect();
    if let Some(more @ 1..) = lines.len().checked_sub(LINES_MAX) {
        text.push_str(&format!("… and {more} more lines\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_told_and_many_are_counted() {
        assert_eq!(lines("a\nb\n", "a\nc\n"), "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        let long = lines("", &"x\n".repeat(100));
        assert_eq!(long.lines().count(), LINES_MAX + 1);
        assert!(long.ends_with("… and 41 more lines\n"), "{long}");
    }
}
