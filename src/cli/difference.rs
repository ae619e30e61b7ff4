//! What a command would change in a file, as a unified diff.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use crate::base::printable::safe;
use crate::cli::args::Color;
use crate::cli::output;

/// For how long the fewest changes are looked for; after that some changes show that are none. Two
/// texts of a megabyte that have nothing in common would take hours.
const PATIENCE: Duration = Duration::from_secs(2);

/// For whom a diff is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A program such as `patch`: every line is what it is.
    Program,
    /// Somebody at a terminal: hostile characters are escapes.
    Person,
    /// The same, with colours.
    PersonInColour,
}

impl Reader {
    /// Who reads standard output.
    pub(super) fn of_stdout(color: Color) -> Self {
        if output::colour_on_stdout(color) {
            Self::PersonInColour
        } else if io::stdout().is_terminal() {
            Self::Person
        } else {
            Self::Program
        }
    }
}

/// The diff from one text to the other, empty if they are the same.
pub(super) fn unified(name: &str, before: &str, after: &str, reader: Reader) -> String {
    let name = safe(name);
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let plain = diff.unified_diff().header(&name, &name).to_string();
    match reader {
        Reader::Program => plain,
        Reader::Person => plain.split_inclusive('\n').map(harmless).collect(),
        Reader::PersonInColour => coloured(&plain),
    }
}

/// A line with its end.
fn harmless(line: &str) -> String {
    safe(line.trim_end_matches('\n')) + "\n"
}

fn coloured(plain: &str) -> String {
    let mut text = String::with_capacity(plain.len() * 2);
    for (index, line) in plain.split_terminator('\n').enumerate() {
        // The first two lines are the heading.
        let style = match line.bytes().next() {
            _ if index < 2 => Style::new().bold(),
            Some(b'-') => AnsiColor::Red.on_default(),
            Some(b'+') => AnsiColor::Green.on_default(),
            Some(b'@') => AnsiColor::Cyan.on_default(),
            Some(_) | None => Style::new(),
        };
        text.push_str(&format!("{style}{}{style:#}\n", safe(line)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_its_heading_and_is_nothing_if_nothing_changes() {
        assert_eq!(unified("bank.conc", "a\nb\n", "a\nb\n", Reader::PersonInColour), "");
        let want = "--- bank.conc\n+++ bank.conc\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
        assert_eq!(unified("bank.conc", "a\nb\n", "a\nc\n", Reader::Program), want);
        assert_eq!(unified("bank.conc", "a\nb\n", "a\nc\n", Reader::Person), want);
    }

    #[test]
    fn on_a_terminal_no_line_moves_the_cursor() {
        let diff = |reader| unified("bank.conc", "a\u{1b}[2J\n", "b", reader);
        assert!(diff(Reader::Program).contains("-a\u{1b}[2J\n+b\n\\ No newline at end of file\n"));
        assert!(diff(Reader::Person).contains("\n-a\\u{1b}[2J\n+b\n"));
        assert!(diff(Reader::PersonInColour).contains("\u{1b}[31m-a\\u{1b}[2J\u{1b}[0m\n"));
    }
}
