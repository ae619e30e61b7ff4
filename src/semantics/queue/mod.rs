//! `queue`: `queue.Queue`, `queue.LifoQueue` and `queue.PriorityQueue` of
//! CPython's `Lib/queue.py` (read and run: 3.13.0). Who has to wait tries
//! again; in what order those who wait do so is not known here. A queue of
//! Python wakes one getter for each item, one putter for each place.

mod between;

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::ir::pickle::pickled_length;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called, limit};
use crate::semantics::feeder::Pipe;
use crate::semantics::heap;
use crate::semantics::object::Provider;
use crate::semantics::step::{Deed, Whom};
use crate::semantics::world::Wait;

/// Which item a queue gives next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Order {
    /// The one put first.
    Fifo,
    /// The one put last.
    Lifo,
    /// The least one.
    Priority,
}

/// A queue's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Queue {
    order: Order,
    /// How many items it can hold; `None` is no bound.
    places: Option<usize>,
    /// In order of their arrival; with `Priority` a heap.
    items: VecDeque<Value>,
    /// How many items were put and not yet marked as done.
    unfinished: u64,
    /// It takes no more items.
    shut: bool,
    /// What its items go through, if it is one for all processes.
    pipe: Option<Pipe>,
}

impl Queue {
    /// A queue as declared.
    ///
    /// # Panics
    ///
    /// If its arguments are not a whole number and an order: lowering has checked that.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        let [Value::Int(size), Value::Str(order)] = object.arguments.as_slice() else {
            unreachable!("a queue has a size and an order, not {:?}", object.arguments);
        };
        let order = match order.as_str() {
            "fifo" => Order::Fifo,
            "lifo" => Order::Lifo,
            "priority" => Order::Priority,
            other => unreachable!("the checker refuses the order {other}"),
        };
        let pipe = object.process.then(Pipe::default);
        Self { pipe, ..Self::with(order, *size) }
    }

    fn with(order: Order, size: i64) -> Self {
        let places = if size > 0 { Some(usize::try_from(size).unwrap_or(usize::MAX)) } else { None };
        Self { order, places, items: VecDeque::new(), unfinished: 0, shut: false, pipe: None }
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let value = match method {
            "put" => return self.put(args, attempt),
            "get" => return self.get(args, attempt),
            "join" => {
                if !self.is_drained() {
                    return Ok(Answer::Wait { wait: Wait::Drained(attempt.object), timeout: None });
                }
                attempt.did(Deed::Pass);
                Value::None
            }
            "task_done" => {
                let all = self.task_done()?;
                attempt.did(Deed::TaskDone(self.unfinished));
                if all {
                    attempt.wake(Wait::Drained(attempt.object), Whom::All);
                }
                Value::None
            }
            "shutdown" => {
                let immediate = args[0].truthy();
                self.shutdown(immediate);
                attempt.did(Deed::ShutDown);
                if immediate {
                    attempt.wake(Wait::Drained(attempt.object), Whom::All);
                }
                attempt.wake(Wait::Get(attempt.object), Whom::All);
                attempt.wake(Wait::Put(attempt.object), Whom::All);
                Value::None
            }
            "qsize" => Value::Int(i64::try_from(self.len()).expect("a queue fits into memory")),
            "empty" => Value::Bool(self.is_empty()),
            "full" => Value::Bool(self.is_full()),
            other => unreachable!("the checker refuses `{other}` of a queue"),
        };
        Ok(Answer::Value(value))
    }

    /// `put(item, blocking=True, timeout=None, size=None)`; a timeout counts only where there is a bound.
    fn put(&mut self, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let (item, size) = (&args[0], &args[3]);
        let limit = match self.places {
            Some(_) if !self.shut => patience(&args[1], &args[2])?,
            Some(_) | None => None,
        };
        if !matches!(size, Value::None | Value::Size(_)) {
            let message = format!("put needs a size such as 10KB, not '{}'", size.type_name());
            return Err(Raised::new("TypeError", message));
        }
        if let Some(refusal) = attempt.refusal.take().filter(|_| !self.shut && !self.is_full()) {
            return Ok(self.drop_item(item, &refusal, attempt));
        }
        if self.try_put(item)? {
            if let Some(pipe) = &mut self.pipe {
                let pickled = if let Value::Size(bytes) = size {
                    u64::try_from(*bytes).unwrap_or(0)
                } else {
                    pickled_length(item)
                };
                attempt.traffic.sends(item, pickled);
                pipe.put(pickled, attempt.home);
            }
            attempt.did(Deed::Put(item.clone()));
            attempt.wake(Wait::Get(attempt.object), Whom::First(1));
            return Ok(Answer::Value(Value::None));
        }
        attempt.lacks(Wait::Put(attempt.object), limit).ok_or_else(|| Raised::new("Full", ""))
    }

    /// `get(blocking=True, timeout=None)`
    fn get(&mut self, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let limit = if self.shut && self.is_empty() { None } else { patience(&args[0], &args[1])? };
        let item = if self.lost_reader().is_some() { None } else { self.try_get()? };
        if let Some(item) = item {
            if let Some(pickled) = self.pipe.as_mut().and_then(Pipe::get) {
                attempt.traffic.receives(&item, pickled);
                attempt.wake(Wait::Flushed(attempt.object), Whom::All);
            }
            attempt.did(Deed::Get(item.clone()));
            attempt.wake(Wait::Put(attempt.object), Whom::First(1));
            return Ok(Answer::Value(item));
        }
        attempt.lacks(Wait::Get(attempt.object), limit).ok_or_else(|| Raised::new("Empty", ""))
    }

    /// Who can let the next one go on who waits for that of it.
    pub(super) fn provider(&self, wait: Wait) -> Provider {
        let (is_there, methods): (bool, &[&str]) = match wait {
            Wait::Get(_) if self.lost_reader().is_some() => (false, &[]),
            Wait::Get(_) => (self.shut || !self.is_empty(), &["put", "shutdown"]),
            Wait::Put(_) => (self.shut || !self.is_full(), &["get", "shutdown"]),
            Wait::Drained(_) => (self.is_drained(), &["task_done", "shutdown"]),
            Wait::Flushed(_) => (false, &["get"]),
            Wait::Acquire(_)
            | Wait::Channel(_)
            | Wait::End(_)
            | Wait::When
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => unreachable!("nobody waits for {wait:?} at a queue"),
        };
        if is_there { Provider::Free } else { Provider::Caller(methods) }
    }

    /// Puts `item` if there is room; whether it did.
    ///
    /// # Errors
    ///
    /// `ShutDown`; `TypeError` if the items of a priority queue have no order. As in CPython such an
    /// item stays, and counts for nobody.
    pub fn try_put(&mut self, item: &Value) -> Result<bool, Raised> {
        if self.shut {
            return Err(Raised::new("ShutDown", ""));
        }
        if self.is_full() {
            return Ok(false);
        }
        match self.order {
            Order::Fifo | Order::Lifo => self.items.push_back(item.clone()),
            Order::Priority => heap::push(&mut self.items, item.clone())?,
        }
        self.unfinished += 1;
        Ok(true)
    }

    /// Takes the next item out, if there is one.
    ///
    /// # Errors
    ///
    /// `ShutDown` if there will be none; `TypeError` if the items of a priority queue have no order. As
    /// in CPython the item is lost then.
    pub fn try_get(&mut self) -> Result<Option<Value>, Raised> {
        if self.shut && self.items.is_empty() {
            return Err(Raised::new("ShutDown", ""));
        }
        match self.order {
            Order::Fifo => Ok(self.items.pop_front()),
            Order::Lifo => Ok(self.items.pop_back()),
            Order::Priority => heap::pop(&mut self.items),
        }
    }

    /// Marks an item as done; whether all are now.
    ///
    /// # Errors
    ///
    /// `ValueError` if none is unfinished.
    pub fn task_done(&mut self) -> Result<bool, Raised> {
        let Some(unfinished) = self.unfinished.checked_sub(1) else {
            return Err(Raised::new("ValueError", "task_done() called too many times"));
        };
        self.unfinished = unfinished;
        Ok(self.is_drained())
    }

    /// Lets it take no more items; with `immediate` it gives none either, and those in it count as done.
    pub fn shutdown(&mut self, immediate: bool) {
        self.shut = true;
        if immediate {
            // As in CPython, an item that is none of the unfinished ones takes another one's mark.
            self.unfinished = self.unfinished.saturating_sub(self.items.len() as u64);
            self.items.clear();
            self.pipe.iter_mut().for_each(Pipe::clear);
        }
    }

    /// Whether every item that was put is done.
    #[must_use]
    pub const fn is_drained(&self) -> bool {
        self.unfinished == 0
    }

    /// How many items were put and not yet marked as done.
    #[must_use]
    pub const fn unfinished(&self) -> u64 {
        self.unfinished
    }

    /// The items in it, in no particular order.
    pub fn items(&self) -> impl Iterator<Item = &Value> {
        self.items.iter()
    }

    /// Gives every unit that an item names another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { order: _, places: _, items, unfinished: _, shut: _, pipe } = self;
        items.iter_mut().for_each(|item| item.rename(names));
        let reader = pipe.as_mut().and_then(|pipe| pipe.lost_reader.as_mut());
        reader.into_iter().for_each(|unit| *unit = names[unit.index()]);
    }

    /// How many of its places are taken: by items, and by those that were lost with their process.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len() + self.missing().1
    }

    /// Whether no item is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether no more items fit into it.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.places.is_some_and(|places| self.len() >= places)
    }

    /// How many items it can hold, if that is bounded.
    #[must_use]
    pub const fn places(&self) -> Option<usize> {
        self.places
    }

    /// Whether it takes no more items.
    #[must_use]
    pub const fn is_shut(&self) -> bool {
        self.shut
    }
}

/// How long a call waits at the most, 0 being not at all; who does not wait can say any timeout.
fn patience(blocking: &Value, timeout: &Value) -> Result<Option<u64>, Raised> {
    if !blocking.truthy() {
        return Ok(Some(0));
    }
    let is_negative = matches!(timeout, Value::Duration(length) if *length < 0);
    if is_negative {
        return Err(Raised::new("ValueError", "'timeout' must be a non-negative number"));
    }
    limit(timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a unit can ask of a queue.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Ask {
        Put(i64),
        Get,
        Done,
        Join,
        Shut(bool),
    }

    /// What comes of it.
    #[derive(Clone, Debug, PartialEq)]
    enum Answer {
        Nothing,
        Item(i64),
        Raises(&'static str),
        Waits,
    }

    const ASKS: [Ask; 7] =
        [Ask::Put(1), Ask::Put(2), Ask::Get, Ask::Done, Ask::Join, Ask::Shut(false), Ask::Shut(true)];

    /// How many units ask; one that waits asks nothing else.
    const UNITS: usize = 3;

    /// How many items can be put in one sequence of requests.
    const SERIALS: i64 = 16;

    fn ask(queue: &mut Queue, ask: Ask) -> Answer {
        let raises = |raised: Raised| match (raised.name(), raised.message()) {
            ("ShutDown", "") => Answer::Raises("ShutDown"),
            ("ValueError", "task_done() called too many times") => Answer::Raises("ValueError"),
            other => panic!("{other:?}"),
        };
        match ask {
            Ask::Put(item) => match queue.try_put(&Value::Int(item)) {
                Ok(true) => Answer::Nothing,
                Ok(false) => Answer::Waits,
                Err(raised) => raises(raised),
            },
            Ask::Get => match queue.try_get() {
                Ok(Some(item)) => Answer::Item(item.as_int().unwrap()),
                Ok(None) => Answer::Waits,
                Err(raised) => raises(raised),
            },
            Ask::Done => match queue.task_done() {
                Ok(all) => {
                    assert_eq!(all, queue.is_drained());
                    Answer::Nothing
                }
                Err(raised) => raises(raised),
            },
            Ask::Join => {
                if queue.is_drained() {
                    Answer::Nothing
                } else {
                    Answer::Waits
                }
            }
            Ask::Shut(immediate) => {
                queue.shutdown(immediate);
                Answer::Nothing
            }
        }
    }

    /// A queue that remembers nothing but what has happened, and works everything else out of it.
    #[derive(Clone, Default)]
    struct Chronicle(Vec<(Ask, Answer)>);

    impl Chronicle {
        /// The items in it in the order of their arrival, and how many are unfinished.
        fn content(&self) -> (Vec<i64>, usize) {
            let (mut items, mut unfinished) = (Vec::new(), 0_usize);
            for happened in &self.0 {
                match happened {
                    (Ask::Put(item), Answer::Nothing) => {
                        items.push(*item);
                        unfinished += 1;
                    }
                    (Ask::Get, Answer::Item(item)) => items.retain(|other| other != item),
                    (Ask::Done, Answer::Nothing) => unfinished -= 1,
                    (Ask::Shut(true), Answer::Nothing) => {
                        unfinished -= unfinished.min(items.len());
                        items.clear();
                    }
                    _ => {}
                }
            }
            (items, unfinished)
        }

        fn expected(&self, order: Order, places: Option<usize>, ask: Ask) -> Answer {
            let (items, unfinished) = self.content();
            let shut = self.0.iter().any(|(ask, _)| matches!(ask, Ask::Shut(_)));
            let next = match order {
                Order::Fifo => items.first(),
                Order::Lifo => items.last(),
                Order::Priority => items.iter().min(),
            };
            match ask {
                Ask::Put(_) if shut => Answer::Raises("ShutDown"),
                Ask::Put(_) if places == Some(items.len()) => Answer::Waits,
                Ask::Get if next.is_none() && shut => Answer::Raises("ShutDown"),
                Ask::Get => next.map_or(Answer::Waits, |item| Answer::Item(*item)),
                Ask::Done if unfinished == 0 => Answer::Raises("ValueError"),
                Ask::Join if unfinished > 0 => Answer::Waits,
                Ask::Put(_) | Ask::Done | Ask::Join | Ask::Shut(_) => Answer::Nothing,
            }
        }
    }

    /// Everything that `UNITS` units can do in `depth` requests; those that wait may try again at any time.
    fn explore(
        queue: &Queue,
        places: Option<usize>,
        chronicle: &Chronicle,
        waiting: &[Ask],
        depth: usize,
    ) -> u64 {
        let (items, unfinished) = chronicle.content();
        assert_eq!((queue.len(), queue.is_empty()), (items.len(), items.is_empty()));
        assert_eq!(queue.unfinished(), unfinished as u64);
        assert_eq!(queue.is_full(), places == Some(items.len()));
        if depth == 0 {
            return 1;
        }
        let serial = i64::try_from(chronicle.0.len()).unwrap();
        let new = ASKS.iter().filter(|_| waiting.len() < UNITS).map(|ask| match ask {
            Ask::Put(urgency) => Ask::Put(urgency * SERIALS + serial),
            Ask::Get | Ask::Done | Ask::Join | Ask::Shut(_) => *ask,
        });
        let asks = (0..waiting.len()).map(|at| (Some(at), waiting[at])).chain(new.map(|ask| (None, ask)));
        asks.map(|(again, request)| {
            let (mut queue, mut chronicle) = (queue.clone(), chronicle.clone());
            let before = queue.clone();
            let want = chronicle.expected(queue.order, places, request);
            let got = ask(&mut queue, request);
            assert_eq!(got, want, "{request:?} after {:?}", chronicle.0);
            let mut waiting = waiting.to_vec();
            again.map(|at| waiting.remove(at));
            if got == Answer::Waits {
                assert_eq!(queue, before, "who waits has changed nothing");
                waiting.push(request);
            }
            chronicle.0.push((request, got));
            explore(&queue, places, &chronicle, &waiting, depth - 1)
        })
        .sum()
    }

    #[test]
    fn every_sequence_of_requests_comes_to_what_a_chronicle_says() {
        for order in [Order::Fifo, Order::Lifo, Order::Priority] {
            for (size, places) in [(-1, None), (1, Some(1)), (2, Some(2))] {
                let sequences = explore(&Queue::with(order, size), places, &Chronicle::default(), &[], 6);
                assert!(sequences > 100_000, "{sequences}");
            }
        }
    }
}
