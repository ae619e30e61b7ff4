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
    /// Characters before every [`MARK`]-th byte, so that a column on a very
    /// long line costs no more than one on a short line.
    marks: Vec<u32>,
}

/// Bytes between two entries of [`Source::marks`].
const MARK: usize = 256;

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
        let marks = text
            .as_bytes()
            .chunks(MARK)
            .scan(0, |before, chunk| {
                let mark = *before;
                *before += characters(chunk);
                Some(mark)
            })
            .collect();
        Self { name: name.into(), text, line_starts, marks }
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    #[must_use]
    pub fn locate(&self, offset: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let column = self.characters_before(offset as usize) - self.characters_before(start);
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column: column.saturating_add(1) }
    }

    /// How many characters begin before a byte offset.
    fn characters_before(&self, offset: usize) -> u32 {
        let end = offset.min(self.text.len());
        let mark = (end / MARK).min(self.marks.len().saturating_sub(1));
        self.marks.get(mark).copied().unwrap_or(0) + characters(&self.text.as_bytes()[mark * MARK..end])
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

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count();
    u32::try_from(starts).expect("a source is bounded below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_on_a_long_line_are_those_of_counting() {
        let text = format!("first\n{}", "aé→😀".repeat(200));
        let source = Source::new("x.conc", text.as_str());
        for (count, (offset, _)) in text[6..].char_indices().enumerate() {
            let place = source.locate(u32::try_from(offset + 6).unwrap());
            assert_eq!(place, LineColumn { line: 2, column: u32::try_from(count + 1).unwrap() });
        }
        assert_eq!(source.locate(u32::MAX), LineColumn { line: 2, column: 801 });
        assert_eq!(Source::new("empty.conc", "").locate(0), LineColumn { line: 1, column: 1 });
    }

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("x.conc", "né = 1\nb\n");
        assert_eq!(source.locate(0), LineColumn { line: 1, column: 1 });
        assert_eq!(source.locate(3), LineColumn { line: 1, column: 3 });
        assert_eq!(source.locate(8), LineColumn { line: 2, column: 1 });
        assert_eq!(source.locate(999), LineColumn { line: 3, column: 1 });
    }
}
