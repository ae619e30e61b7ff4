//! The pipe of a queue between processes: which items are in it, and which a feeder still holds.

use std::collections::VecDeque;

use crate::base::id::{InterpreterId, UnitId};

/// How many bytes the pipe of a queue holds (Linux).
pub(super) const PIPE_CAPACITY: u64 = 65_536;

/// The head of each message in a pipe.
pub(super) const FRAME: u64 = 4;

/// The pipe of a `multiprocessing.Queue`. `put` gives an item to a thread of the putter's process, the feeder, which
/// pickles it and writes it into the pipe when there is room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Pipe {
    /// For each item its bytes and the interpreter whose feeder writes it, in the order of the items.
    unread: VecDeque<(u64, InterpreterId)>,
    /// How many items could not be pickled. Their places are free again, and nobody will be done with them.
    pub(super) dropped: usize,
    /// How many items were not in the pipe yet when their process was killed. They keep their places.
    pub(super) lost: usize,
    /// Who was killed with the lock of those who read.
    pub(super) lost_reader: Option<UnitId>,
}

impl Pipe {
    /// A feeder has an item to write, whose pickle is so long.
    pub(super) fn put(&mut self, pickled: u64, by: InterpreterId) {
        self.unread.push_back((pickled.saturating_add(FRAME), by));
    }

    /// The first item was read: the length of its pickle.
    pub(super) fn get(&mut self) -> Option<u64> {
        self.unread.pop_front().map(|(bytes, _)| bytes - FRAME)
    }

    /// Nothing is to be read any more.
    pub(super) fn clear(&mut self) {
        self.unread.clear();
    }

    /// Whether a feeder still has something that is not in the pipe as a whole.
    pub(super) fn holds_back(&self, interpreter: InterpreterId) -> bool {
        let mut end = 0_u64;
        self.unread.iter().any(|(bytes, by)| {
            end = u64::saturating_add(end, *bytes);
            *by == interpreter && end > PIPE_CAPACITY
        })
    }

    /// A process is no more: what its feeder had not written as a whole is lost. The places of those items.
    pub(super) fn lose(&mut self, interpreter: InterpreterId) -> Vec<usize> {
        let mut end = 0_u64;
        let mut gone = Vec::new();
        for (at, (bytes, by)) in self.unread.iter().enumerate() {
            end = u64::saturating_add(end, *bytes);
            if *by == interpreter && end > PIPE_CAPACITY {
                gone.push(at);
            }
        }
        gone.iter().rev().for_each(|&at| {
            self.unread.remove(at);
        });
        self.lost += gone.len();
        gone
    }
}
