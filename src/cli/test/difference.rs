//! What changed between a golden and the trace of now.

use crate::cli::difference::{Reader, unified};

/// The most lines that are told.
const LINES_MAX: usize = 60;

/// The difference, in lines; the two are not the same.
pub(super) fn difference(golden: &str, now: &str) -> String {
    if golden.replace("\r\n", "\n") == now {
        return "only the ends of its lines differ: a trace has line feeds and no carriage returns; in Git, write\n\
                `*.trace -text` into .gitattributes\n"
            .to_owned();
    }
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
        assert_eq!(difference("a\nb\n", "a\nc\n"), "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        let long = difference("", &"x\n".repeat(100));
        assert_eq!(long.lines().count(), LINES_MAX + 1);
        assert!(long.ends_with("… and 41 more lines\n"), "{long}");
    }

    #[test]
    fn other_ends_of_lines_are_told_in_words() {
        assert!(difference("a\r\nb\r\n", "a\nb\n").contains(".gitattributes"));
    }
}
