//! Two texts as a unified diff.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::base::printable::safe;

/// The lines in which `after` differs from `before`, with three lines around them.
///
/// With colours it is for the eyes of people, and what could play with the terminal is shown as an
/// escape; without, it is exact.
pub(super) fn difference(name: &str, before: &str, after: &str, colour: bool) -> String {
    let diff = TextDiff::from_lines(before, after);
    let paint = |style: AnsiColor, text: &str| {
        let style = if colour { style.on_default() } else { Style::new() };
        format!("{style}{text}{style:#}\n")
    };
    let mut text = format!("--- {name}\n+++ {name}\n");
    for hunk in diff.unified_diff().iter_hunks() {
        text.push_str(&paint(AnsiColor::Cyan, &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            let line = if colour { safe(line) } else { line.to_string() };
            match change.tag() {
                ChangeTag::Delete => text.push_str(&paint(AnsiColor::Red, &format!("-{line}"))),
                ChangeTag::Insert => text.push_str(&paint(AnsiColor::Green, &format!("+{line}"))),
                ChangeTag::Equal => text.push_str(&format!(" {line}\n")),
            }
            if change.missing_newline() {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    text
}
