//! Lines on their way out: indentation, empty lines, and comments behind them.
//!
//! It knows columns and nothing of what stands in them.

use super::words::Note;
use crate::syntax::print::INDENT;

/// Behind this column a comment is not aligned with those of the lines around it.
const ALIGNED_MAX: usize = 60;
/// Between a line and the comment behind it.
const NOTE_GAP: usize = 2;

/// Lines that are being written.
#[derive(Debug, Default)]
pub(super) struct Page<'a> {
    lines: Vec<Line<'a>>,
    last: Line<'a>,
    /// How deep the next line stands.
    depth: usize,
}

#[derive(Debug, Default)]
struct Line<'a> {
    blank_before: bool,
    depth: usize,
    code: String,
    /// The width of the code in characters, its indentation included.
    width: usize,
    note: Option<&'a str>,
}

impl Line<'_> {
    fn is_empty(&self) -> bool {
        self.code.is_empty() && self.note.is_none()
    }
}

impl<'a> Page<'a> {
    /// Lines that begin from now on stand so deep.
    pub(super) const fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The column where the next text comes.
    pub(super) const fn column(&self) -> usize {
        self.last.width
    }

    /// How deep lines stand that begin now.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// Ends the line, unless nothing stands on it.
    pub(super) fn newline(&mut self) {
        let next = Line { depth: self.depth, width: self.depth * INDENT.len(), ..Line::default() };
        if self.last.is_empty() {
            self.last = Line { blank_before: self.last.blank_before, ..next };
            return;
        }
        let mut line = std::mem::replace(&mut self.last, next);
        line.code.truncate(line.code.trim_end_matches(' ').len());
        line.width = line.depth * INDENT.len() + line.code.chars().count();
        self.lines.push(line);
    }

    /// An empty line before the next one.
    pub(super) fn blank(&mut self) {
        self.last.blank_before = true;
    }

    /// Adds text to the line, or begins a new one if this one has its comment. No line begins with a space.
    pub(super) fn text(&mut self, text: &str) {
        if self.last.note.is_some() {
            self.newline();
        }
        let text = if self.last.code.is_empty() { text.trim_start_matches(' ') } else { text };
        self.last.code.push_str(text);
        self.last.width += text.chars().count();
    }

    /// Adds a comment, behind the line if there is room for it.
    pub(super) fn note(&mut self, note: Note<'a>) {
        if note.own_line || self.last.note.is_some() {
            self.newline();
        }
        self.last.note = Some(note.text);
    }

    /// All lines, with comments on consecutive ones in one column.
    pub(super) fn finish(mut self) -> String {
        self.newline();
        let mut text = String::new();
        let mut rest = self.lines.as_slice();
        while let Some(first) = rest.first() {
            let run = rest.iter().enumerate().take_while(|(index, line)| {
                *index == 0 || (is_aligned(line) && line.depth == first.depth && !line.blank_before)
            });
            let length = if is_aligned(first) { run.count() } else { 1 };
            let (together, behind) = rest.split_at(length);
            let column = together.iter().map(|line| line.width).max().unwrap_or(0) + NOTE_GAP;
            together.iter().for_each(|line| write(&mut text, line, column));
            rest = behind;
        }
        text
    }
}

/// Whether a comment behind this line is aligned with others: brackets of several lines are no rows of a table.
fn is_aligned(line: &Line<'_>) -> bool {
    let in_bracket = line.code.starts_with(['}', ')', ']']) || line.code.ends_with(['{', '(', '[']);
    line.note.is_some() && !line.code.is_empty() && !in_bracket && line.width <= ALIGNED_MAX
}

fn write(text: &mut String, line: &Line<'_>, column: usize) {
    if line.blank_before {
        text.push('\n');
    }
    text.extend(std::iter::repeat_n(INDENT, line.depth));
    text.push_str(&line.code);
    if let Some(note) = line.note {
        let gap = if line.code.is_empty() { 0 } else { column - line.width };
        text.extend(std::iter::repeat_n(' ', gap));
        text.push_str(note);
    }
    text.push('\n');
}
