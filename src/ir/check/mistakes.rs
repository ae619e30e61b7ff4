//! What has been found so far, and how much of it is told.

use crate::base::diagnostic::Diagnostic;

use super::DIAGNOSTICS_MAX;

/// The walk over functions stops after that many. It is more than is shown,
/// because mistakes are found only nearly in the order of the text.
const MISTAKES_MAX: usize = 2 * DIAGNOSTICS_MAX;

/// The mistakes found so far.
#[derive(Default)]
pub(super) struct Mistakes {
    list: Vec<Diagnostic>,
    /// The number at which the walk stops. What is found about the text as a
    /// whole does not count, because it may stand anywhere.
    enough: usize,
}

impl Mistakes {
    pub(super) fn add(&mut self, mistake: Diagnostic) {
        self.list.push(mistake);
    }

    /// From here on the walk goes through functions.
    pub(super) fn begin_walk(&mut self) {
        self.enough = self.list.len() + MISTAKES_MAX;
    }

    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= self.enough
    }

    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// What is told, in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|mistake| mistake.primary.span);
        // Two errors at one place tell of one mistake; the first one found is nearer to its cause.
        self.list.dedup_by_key(|mistake| mistake.primary.span);
        self.list.truncate(DIAGNOSTICS_MAX);
        self.list.iter_mut().for_each(|mistake| mistake.labels.sort_by_key(|label| label.span));
        self.list
    }
}
