//! What a queue between processes has besides: items that don't come through, and a lock of those who read.
//!
//! Who gets an item holds a lock while it waits for one and reads it (`Lib/multiprocessing/queues.py`, run: 3.11.7). Others
//! wait for that lock; as it goes to one of them as soon as an item was read, it shows only when its holder is killed,
//! and to those who don't wait: for them the queue is empty until its holder has read.

use crate::base::id::{InterpreterId, UnitId};
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt};
use crate::semantics::queue::Queue;
use crate::semantics::step::Deed;

impl Queue {
    /// The feeder can't pickle an item: `put` does not know of it, and the place is free again. As in CPython (3.7 and
    /// later) the item stays unfinished.
    pub(super) fn drop_item(&mut self, item: &Value, refusal: &Raised, attempt: &mut Attempt<'_>) -> Answer {
        self.unfinished += 1;
        self.pipe.iter_mut().for_each(|pipe| pipe.dropped += 1);
        let text = format!("{}: {}", refusal.name(), refusal.message());
        attempt.did(Deed::Lose(Box::new((item.clone(), Some(text.into())))));
        Answer::Value(Value::None)
    }

    /// The items that are lost when the process of that interpreter is killed.
    pub(in crate::semantics) fn lose(&mut self, interpreter: InterpreterId) -> Vec<Value> {
        let gone = self.pipe.as_mut().map(|pipe| pipe.lose(interpreter)).unwrap_or_default();
        let mut items: Vec<Value> = gone.iter().rev().filter_map(|&at| self.items.remove(at)).collect();
        items.reverse();
        items
    }

    /// How many items were dropped because they can't be pickled, and how many were lost with their process.
    #[must_use]
    pub fn missing(&self) -> (usize, usize) {
        self.pipe.as_ref().map_or((0, 0), |pipe| (pipe.dropped, pipe.lost))
    }

    /// Whether a process can't end yet, because items that it has put are not in the pipe.
    #[must_use]
    pub fn holds_back(&self, interpreter: InterpreterId) -> bool {
        self.pipe.as_ref().is_some_and(|pipe| pipe.holds_back(interpreter))
    }

    /// Who was killed with the lock of those who read, if somebody was: nobody gets an item any more.
    #[must_use]
    pub fn lost_reader(&self) -> Option<UnitId> {
        self.pipe.as_ref().and_then(|pipe| pipe.lost_reader)
    }

    /// A unit is killed while it holds that lock.
    pub(in crate::semantics) fn lose_reader(&mut self, reader: UnitId) {
        self.pipe.iter_mut().for_each(|pipe| pipe.lost_reader = Some(reader));
    }
}
