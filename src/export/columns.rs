//! Text in columns and in lines of a given width, as people read it at a terminal.
//!
//! Widths are those of a terminal: a wide letter takes two columns, an accent none. What stands in a cell is fit to be shown already.

use std::ops::{Bound, RangeBounds};

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell in that style.
    pub(super) const fn styled(text: String, style: Style) -> Self {
        Self { text, style }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::styled(text, Style::new())
    }
}

/// Cells in aligned columns.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
    /// These columns are numbers, aligned at their ends; the others are words.
    numbers: (Bound<usize>, Bound<usize>),
}

impl Table {
    /// A table of these headings; those columns of it are numbers.
    pub(super) fn new<'a>(
        heading: impl IntoIterator<Item = &'a str>,
        numbers: impl RangeBounds<usize>,
    ) -> Self {
        let heading = heading.into_iter().map(|word| Cell::from(word.to_owned()));
        let numbers = (numbers.start_bound().cloned(), numbers.end_bound().cloned());
        Self { rows: vec![heading.collect()], numbers }
    }

    /// One more row, with as many cells as there are headings.
    pub(super) fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// An empty line, the rows, and the remark under them.
    pub(super) fn lines(self, remark: Option<String>) -> Vec<String> {
        let width = |column: usize| self.rows.iter().map(|row| row[column].text.width()).max();
        let widths: Vec<usize> = (0..self.rows[0].len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut lines = vec![String::new()];
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                let Cell { text, style } = cell;
                let blanks = " ".repeat(width - text.width());
                if self.numbers.contains(&column) {
                    format!("{blanks}{style}{text}{style:#}")
                } else {
                    format!("{style}{text}{style:#}{blanks}")
                }
            });
            lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_string());
        }
        lines.extend(remark);
        lines
    }
}

/// Columns that a text takes.
#[cfg(test)]
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text behind its label, in lines of at most that width; those behind the first begin under the text. A word that is longer stays whole.
pub(super) fn wrapped(label: &str, text: &str, width: usize) -> Vec<String> {
    hanging(label, &" ".repeat(label.width()), text, width)
}

/// The same with what stands before the lines behind the first.
pub(super) fn hanging(label: &str, margin: &str, text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![label.to_owned()];
    let mut is_empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is a line");
        if !is_empty && line.width() + 1 + word.width() > width {
            lines.push(format!("{margin}{word}"));
            continue;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines
}

/// A text cut to that width; dots stand for what is missing.
pub(super) fn cut(text: &str, width: usize, dots: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if short.width() + dots.width() > width {
            short.pop();
            break;
        }
    }
    short + dots
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    #[test]
    fn columns_stand_under_each_other_whatever_a_letter_is_wide() {
        let mut table = Table::new(["name", "points"], 1..);
        table.row(["世界".to_owned(), "3".to_owned()]);
        table.row(["e\u{301}t\u{e9}".to_owned(), "10".to_owned()]);
        let want = ["", "name  points", "世界       3", "e\u{301}t\u{e9}       10", "that is all"];
        assert_eq!(table.lines(Some("that is all".to_owned())), want);
    }

    #[test]
    fn a_colour_takes_no_room() {
        let mut table = Table::new(["a", "b"], 1..);
        let red = AnsiColor::Red.on_default();
        table.row([Cell::styled("x".to_owned(), red), Cell::styled("1".to_owned(), red)]);
        table.row(["long".to_owned(), "22".to_owned()]);
        assert_eq!(table.lines(None)[2], "\u{1b}[31mx\u{1b}[0m      \u{1b}[31m1\u{1b}[0m");
    }

    #[test]
    fn a_sentence_is_wrapped_at_its_words_and_under_its_beginning() {
        let want = ["hint: one two", "      three", "      fourfourfour"];
        assert_eq!(wrapped("hint: ", "one two  three fourfourfour", 14), want);
        assert_eq!(wrapped("hint:", "", 14), ["hint:"]);
        assert_eq!(
            hanging("a long label: ", "  ", "one two three", 17),
            ["a long label: one", "  two three"]
        );
    }

    #[test]
    fn what_is_cut_is_as_wide_as_it_may_be() {
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("abcdefg", 6, "..."), "abc...");
        assert_eq!(cut("世界世界", 6, "…"), "世界…");
    }
}
