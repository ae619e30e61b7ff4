//! When a search gives up.

#![expect(clippy::disallowed_types, reason = "a bound on the user's own time needs the clock on the wall")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::explore::{Bound, Options, Progress};

/// The bounds of a search, and whom to tell how far it is.
pub struct Limits<'a> {
    options: &'a Options,
    started: Instant,
    progress: &'a mut dyn FnMut(&Progress),
    interrupt: &'a AtomicBool,
}

impl std::fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<'a> Limits<'a> {
    /// Bounds that count from now.
    pub fn new(
        options: &'a Options,
        progress: &'a mut dyn FnMut(&Progress),
        interrupt: &'a AtomicBool,
    ) -> Self {
        Self { options, started: Instant::now(), progress, interrupt }
    }

    /// How to search.
    pub(super) const fn options(&self) -> &'a Options {
        self.options
    }

    /// Why the search has to stop here, if it has to; that its worlds are too many is found out where they are
    /// counted.
    pub fn reached(&mut self, now: &Progress, found: bool) -> Option<Bound> {
        if now.memory > self.options.max_memory {
            return Some(Bound::Memory);
        }
        if self.options.first && found {
            return Some(Bound::First);
        }
        (self.progress)(now);
        if self.interrupt.load(Ordering::Relaxed) {
            return Some(Bound::Interrupt);
        }
        self.options.time.is_some_and(|most| self.started.elapsed() > most).then_some(Bound::Time)
    }
}
