//! Places in a script's text.

use serde::{Deserialize, Serialize};

/// A stretch of the source, as byte offsets: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end`.
    ///
    /// # Panics
    ///
    /// If the text is 4 GiB or longer; sources are bounded far below.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset| u32::try_from(offset).expect("a source is bounded below 4 GiB");
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The shortest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes as a range for slicing.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A script: its name as shown to people, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name without its folders, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    line_starts: Vec<u32>,
}

/// A place as people count it: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Source {
    /// A source of that name and text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(breaks.map(|(offset, _)| Span::new(offset + 1, offset + 1).start))
            .collect();
        Self { name: name.into(), text, line_starts }
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    #[must_use]
    pub fn locate(&self, offset: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start..end).unwrap_or_default();
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        LineColumn { line: narrow(line), column: narrow(before.chars().count()).saturating_add(1) }
    }

    /// The line of a span's start, from 1.
    #[must_use]
    pub fn line(&self, span: Span) -> u32 {
        let line = self.line_starts.partition_point(|&start| start <= span.start);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The text that a span covers, empty if it lies outside.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("x.conc", "né = 1\nb\n");
        assert_eq!(source.locate(0), LineColumn { line: 1, column: 1 });
        assert_eq!(source.locate(3), LineColumn { line: 1, column: 3 });
        assert_eq!(source.locate(8), LineColumn { line: 2, column: 1 });
        assert_eq!(source.locate(999), LineColumn { line: 3, column: 1 });
    }
}
