//! How far long work is, on one line of the terminal.

#![expect(clippy::disallowed_types, reason = "how fast work goes is told by the clock on the wall")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::base::count::grouped;
use crate::cli::output;

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line changes.
const PERIOD: Duration = Duration::from_millis(200);

/// Columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;

/// Goes to the beginning of the line and empties it.
const EMPTY: &str = "\r\u{1b}[K";

/// The line.
#[derive(Debug)]
pub(super) struct ProgressLine {
    started: Instant,
    shown: Option<Instant>,
    can_rewrite: bool,
}

impl ProgressLine {
    /// A line that is still empty.
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), shown: None, can_rewrite: output::can_rewrite_stderr() }
    }

    /// Shows how far the work is, if it is time to; `text` is told for how long it goes on.
    pub(super) fn show(&mut self, text: impl FnOnce(Duration) -> String) {
        if !self.can_rewrite {
            return;
        }
        let passed = self.started.elapsed();
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= PERIOD);
        if passed >= PATIENCE && is_due {
            self.shown = Some(Instant::now());
            let columns = output::columns_of_stderr().unwrap_or(COLUMNS);
            output::say(&format!("{EMPTY}{}", fitted(&text(passed), columns)));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.shown.is_some() {
            output::say(EMPTY);
        }
    }
}

/// A line that is too long would go on in the next one, which is not emptied.
fn fitted(line: &str, columns: usize) -> String {
    line.chars().take(columns.saturating_sub(1)).collect()
}

/// How many of many pieces of work are done, told by whichever worker has done one.
#[derive(Debug)]
pub(super) struct Tally {
    line: Mutex<ProgressLine>,
    done: AtomicUsize,
    of: usize,
    /// What the pieces are: `runs`.
    what: &'static str,
}

impl Tally {
    /// None of them is done.
    pub(super) fn new(of: usize, what: &'static str) -> Self {
        Self { line: Mutex::new(ProgressLine::new()), done: AtomicUsize::new(0), of, what }
    }

    /// One more is done.
    pub(super) fn count(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Whoever finds another worker at the line leaves it to that one.
        if let Ok(mut line) = self.line.try_lock() {
            line.show(|passed| so_many(done, self.of, self.what, passed));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if let Ok(line) = self.line.try_lock() {
            line.clear();
        }
    }
}

fn so_many(done: usize, of: usize, what: &str, passed: Duration) -> String {
    let number = |count: usize| grouped(u128::try_from(count).unwrap_or(u128::MAX));
    let left = passed.as_secs().saturating_mul(u64::try_from(of - done).unwrap_or(u64::MAX))
        / u64::try_from(done).unwrap_or(u64::MAX).max(1);
    format!("{} of {} {what}, about {left} s left, Ctrl-C to stop", number(done), number(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_the_terminal() {
        assert_eq!(fitted("12_000 states", 8), "12_000 ");
    }

    #[test]
    fn a_tally_says_how_much_is_left() {
        let want = "25_000 of 100_000 runs, about 6 s left, Ctrl-C to stop";
        assert_eq!(so_many(25_000, 100_000, "runs", Duration::from_secs(2)), want);
    }
}
