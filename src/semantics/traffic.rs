//! What units send to other processes and receive from them: bytes, and what has to be pickled.

use std::ops::AddAssign;

use crate::ir::pickle::{items_of_lists, pickled_length};
use crate::ir::value::Value;

/// What went from one process to another, as far as it costs time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Messages sent or received.
    pub messages: u64,
    /// Their bytes, and those of arguments and results.
    pub bytes: u64,
    /// Items of lists that were pickled, those of lists in them included.
    pub pickled: u64,
    /// Items of lists that were unpickled.
    pub unpickled: u64,
}

impl Traffic {
    /// A message of so many bytes that is a value's pickle.
    pub(super) fn sends(&mut self, value: &Value, bytes: u64) {
        self.messages += 1;
        self.bytes += bytes;
        self.pickled += items_of_lists(value);
    }

    /// The same at the other end.
    pub(super) fn receives(&mut self, value: &Value, bytes: u64) {
        self.messages += 1;
        self.bytes += bytes;
        self.unpickled += items_of_lists(value);
    }

    /// Bytes that are nobody's pickle.
    pub(super) const fn moves(&mut self, bytes: u64) {
        self.messages += 1;
        self.bytes += bytes;
    }

    /// A value that goes with a message which is counted elsewhere.
    pub(super) fn encloses(&mut self, value: &Value) {
        self.bytes += pickled_length(value);
        self.pickled += items_of_lists(value);
    }

    /// The same at the other end.
    pub(super) fn unpacks(&mut self, value: &Value) {
        self.bytes += pickled_length(value);
        self.unpickled += items_of_lists(value);
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.pickled += other.pickled;
        self.unpickled += other.unpickled;
    }
}
