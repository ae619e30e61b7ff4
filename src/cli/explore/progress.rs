//! How far a long search is, on one line of the terminal.

#![expect(clippy::disallowed_types, reason = "how fast a search goes is told by the clock on the wall")]

use std::time::{Duration, Instant};

use crate::base::size::SignedSize;
use crate::cli::output;
use crate::explore::Progress;

/// A search that is done sooner shows nothing.
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

    /// Shows how far the search is, if it is time to.
    pub(super) fn show(&mut self, progress: &Progress) {
        if !self.can_rewrite {
            return;
        }
        let passed = self.started.elapsed();
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= PERIOD);
        if passed >= PATIENCE && is_due {
            self.shown = Some(Instant::now());
            let columns = output::columns_of_stderr().unwrap_or(COLUMNS);
            output::say(&format!("{EMPTY}{}", line(progress, passed, columns)));
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
fn line(progress: &Progress, passed: Duration, columns: usize) -> String {
    let rate = u128::from(progress.states) * 1000 / passed.as_millis().max(1);
    let mebibytes = i64::try_from(progress.memory >> 20 << 20).unwrap_or(i64::MAX);
    let line = format!(
        "{} states, {} a second, {} steps deep, {}, Ctrl-C to stop",
        grouped(u128::from(progress.states)),
        grouped(rate),
        progress.layer,
        SignedSize(mebibytes)
    );
    line.chars().take(columns.saturating_sub(1)).collect()
}

/// `1_234_567`
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        let progress = Progress { states: 1_234_567, transitions: 0, layer: 40, memory: (64 << 20) + 5 };
        let want = "1_234_567 states, 617_283 a second, 40 steps deep, 64MiB, Ctrl-C to stop";
        assert_eq!(line(&progress, Duration::from_secs(2), 80), want);
        assert_eq!(line(&progress, Duration::from_secs(2), 40), want[..39]);
    }
}
