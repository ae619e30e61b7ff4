//! Who waits for a core, and who is next.

use std::collections::VecDeque;
use std::iter;

use crate::engine::thread::ThreadId;

/// The threads that could run and have no core.
///
/// Linux gives a core to whoever has had the least of it lately, so that two threads that answer each other share a core
/// with one that computes: an echo over a pipe on one core, beside a spinner, comes to 41-46 % of its rate (measured, CPython
/// 2.7 and free-threaded 3.15), since the pair has the core to itself for a quantum, and then the spinner has. With one
/// line for all of them the spinner would have its quantum after each message.
#[derive(Debug, Default)]
pub(super) struct RunQueue {
    /// Those that have waited for something not long ago, the longest waiter first.
    light: VecDeque<ThreadId>,
    /// Those that have computed for a quantum without waiting, the longest waiter first.
    heavy: VecDeque<ThreadId>,
}

impl RunQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.light.is_empty() && self.heavy.is_empty()
    }

    /// The thread comes to the end of its line.
    pub(super) fn push(&mut self, thread: ThreadId, is_heavy: bool) {
        self.line(is_heavy).push_back(thread);
    }

    /// The thread is the next of its line: it has lost its core to another one, or goes before those who are not in a hurry.
    pub(super) fn put_back(&mut self, thread: ThreadId, is_heavy: bool) {
        self.line(is_heavy).push_front(thread);
    }

    /// The thread is no more.
    pub(super) fn forget(&mut self, thread: ThreadId) {
        for line in [&mut self.light, &mut self.heavy] {
            line.retain(|&other| other != thread);
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = ThreadId> {
        iter::chain(&self.light, &self.heavy).copied()
    }

    /// The line from which the next one comes: the light ones, unless there are none, or a heavy one `is_overdue`; whether it
    /// is that of the heavy ones.
    pub(super) fn next_line(
        &mut self,
        is_overdue: impl Fn(ThreadId) -> bool,
    ) -> (&mut VecDeque<ThreadId>, bool) {
        let heavy = self.heavy.front().is_some_and(|&first| is_overdue(first));
        let is_heavy = heavy || self.light.is_empty();
        (self.line(is_heavy), is_heavy)
    }

    /// Takes the one at that place in the order of [`Self::iter`].
    pub(super) fn take(&mut self, at: usize) -> Option<ThreadId> {
        let light = self.light.len();
        if at < light { self.light.remove(at) } else { self.heavy.remove(at - light) }
    }

    const fn line(&mut self, is_heavy: bool) -> &mut VecDeque<ThreadId> {
        if is_heavy { &mut self.heavy } else { &mut self.light }
    }
}
