//! The way of every text form to its file: one buffer, one reused line, and
//! the first error kept for the end.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

/// Bytes gathered before the operating system is asked.
const BUFFER: usize = 1 << 16;
/// The longest line whose room is kept for the next one; a script may print megabytes once.
const LINE_KEPT: usize = 1 << 14;

/// Lines on their way to a file.
#[derive(Debug)]
pub(super) struct Lines<W: Write> {
    out: BufWriter<W>,
    /// The line being put together; empty between two events.
    pub(super) line: String,
    error: Option<io::Error>,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), line: String::new(), error: None }
    }

    /// Sends the line off, with a line feed. `Break` after an error, which is kept.
    pub(super) fn put(&mut self) -> ControlFlow<()> {
        self.line.push('\n');
        if self.error.is_none() {
            self.error = self.out.write_all(self.line.as_bytes()).err();
        }
        self.line.clear();
        self.line.shrink_to(LINE_KEPT);
        if self.error.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Hands everything to the operating system; gives the first error there was.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    /// What everything was handed to, once it is finished.
    pub(super) fn into_inner(self) -> io::Result<W> {
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// Fills the line with spaces up to `column`; a cell that is too wide is
/// followed by two, so that columns can be told apart.
pub(super) fn pad(line: &mut String, column: usize) {
    const SPACES: &str = "                                                                ";
    let short = column.saturating_sub(line.chars().count()).max(2);
    line.push_str(&SPACES[..short.min(SPACES.len())]);
}
