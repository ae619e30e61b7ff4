//! The marks of verdicts, for those who look at many at once.

use anstyle::{AnsiColor, Style};

use crate::export::picture::timeline::Face;
use crate::grade::result::Verdict;

/// All verdicts, in the order in which tables count them.
pub(super) const VERDICTS: [Verdict; 4] =
    [Verdict::Passed, Verdict::Failed, Verdict::Inconclusive, Verdict::Skipped];

/// The mark of a verdict.
pub(super) const fn mark(verdict: Verdict, face: Face) -> &'static str {
    match (verdict, face.unicode) {
        (Verdict::Passed, true) => "✓",
        (Verdict::Passed, false) => "+",
        (Verdict::Failed, true) => "✗",
        (Verdict::Failed, false) => "x",
        (Verdict::Inconclusive, _) => "?",
        (Verdict::Skipped, true) => "–",
        (Verdict::Skipped, false) => "-",
    }
}

/// The colour of a verdict.
pub(super) const fn style(verdict: Verdict, face: Face) -> Style {
    if !face.colour {
        return Style::new();
    }
    match verdict {
        Verdict::Passed => AnsiColor::Green.on_default(),
        Verdict::Failed => AnsiColor::Red.on_default().bold(),
        Verdict::Inconclusive => AnsiColor::Yellow.on_default(),
        Verdict::Skipped => Style::new().dimmed(),
    }
}
