//! `queue`: `queue.Queue`, `queue.LifoQueue` and `queue.PriorityQueue` of
//! CPython's `Lib/queue.py` (read and run: 3.13.0). Who has to wait tries
//! again; in what order those who wait do so is not known here.

use std::collections::VecDeque;

use crate::ir::arithmetic;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::syntax::ast::BinaryOp;

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
    /// In order of their arrival; with `Priority` a heap, laid out as `heapq` does it: which of two
    /// equal items comes first is a matter of that layout.
    items: VecDeque<Value>,
    /// How many items were put and not yet marked as done.
    unfinished: u64,
    /// It takes no more items.
    shut: bool,
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
        Self::with(order, *size)
    }

    fn with(order: Order, size: i64) -> Self {
        let places = if size > 0 { Some(usize::try_from(size).unwrap_or(usize::MAX)) } else { None };
        Self { order, places, items: VecDeque::new(), unfinished: 0, shut: false }
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
        self.items.push_back(item.clone());
        if self.order == Order::Priority {
            self.sift_down(0, self.items.len() - 1)?;
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
        self.pop()
    }

    fn pop(&mut self) -> Result<Option<Value>, Raised> {
        match self.order {
            Order::Fifo => Ok(self.items.pop_front()),
            Order::Lifo => Ok(self.items.pop_back()),
            Order::Priority => {
                let Some(last) = self.items.pop_back() else { return Ok(None) };
                let Some(first) = self.items.front_mut() else { return Ok(Some(last)) };
                let least = std::mem::replace(first, last);
                self.sift_up()?;
                Ok(Some(least))
            }
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

    /// How many items are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether no item is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether no more items fit into it.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.places.is_some_and(|places| self.items.len() >= places)
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

    fn is_less(&self, left: usize, right: usize) -> Result<bool, Raised> {
        let less = arithmetic::binary(BinaryOp::Less, &self.items[left], &self.items[right])?;
        Ok(less.truthy())
    }

    /// `heapq._siftdown`: the item at `at` rises towards `start` past greater ones.
    fn sift_down(&mut self, start: usize, mut at: usize) -> Result<(), Raised> {
        while at > start {
            let parent = (at - 1) / 2;
            if !self.is_less(at, parent)? {
                break;
            }
            self.items.swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// `heapq._siftup` of the first item: it changes places with the lesser child down to a leaf, and
    /// rises from there.
    fn sift_up(&mut self) -> Result<(), Raised> {
        let mut at = 0;
        while 2 * at + 1 < self.items.len() {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let child = if right < self.items.len() && !self.is_less(left, right)? { right } else { left };
            self.items.swap(at, child);
            at = child;
        }
        self.sift_down(0, at)
    }
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

        fn expected(&self, order: Order, size: i64, ask: Ask) -> Answer {
            let (items, unfinished) = self.content();
            let shut = self.0.iter().any(|(ask, _)| matches!(ask, Ask::Shut(_)));
            let next = match order {
                Order::Fifo => items.first(),
                Order::Lifo => items.last(),
                Order::Priority => items.iter().min(),
            };
            match ask {
                Ask::Put(_) if shut => Answer::Raises("ShutDown"),
                Ask::Put(_) if size > 0 && items.len() as i64 >= size => Answer::Waits,
                Ask::Get if next.is_none() && shut => Answer::Raises("ShutDown"),
                Ask::Get => next.map_or(Answer::Waits, |item| Answer::Item(*item)),
                Ask::Done if unfinished == 0 => Answer::Raises("ValueError"),
                Ask::Join if unfinished > 0 => Answer::Waits,
                Ask::Put(_) | Ask::Done | Ask::Join | Ask::Shut(_) => Answer::Nothing,
            }
        }
    }

    /// Everything that `UNITS` units can do in `depth` requests; those that wait may try again at any time.
    fn explore(queue: &Queue, size: i64, chronicle: &Chronicle, waiting: &[Ask], depth: usize) -> u64 {
        let (items, unfinished) = chronicle.content();
        assert_eq!((queue.len(), queue.is_empty()), (items.len(), items.is_empty()));
        assert_eq!(queue.unfinished(), unfinished as u64);
        assert_eq!(queue.is_full(), size > 0 && items.len() as i64 >= size);
        if depth == 0 {
            return 1;
        }
        let serial = chronicle.0.len() as i64;
        let new = ASKS.iter().filter(|_| waiting.len() < UNITS).map(|ask| match ask {
            Ask::Put(urgency) => Ask::Put(urgency * SERIALS + serial),
            other => *other,
        });
        let asks = (0..waiting.len()).map(|at| (Some(at), waiting[at])).chain(new.map(|ask| (None, ask)));
        asks.map(|(again, request)| {
            let (mut queue, mut chronicle) = (queue.clone(), chronicle.clone());
            let before = queue.clone();
            let want = chronicle.expected(queue.order, size, request);
            let got = ask(&mut queue, request);
            assert_eq!(got, want, "{request:?} after {:?}", chronicle.0);
            let mut waiting = waiting.to_vec();
            again.map(|at| waiting.remove(at));
            if got == Answer::Waits {
                assert_eq!(queue, before, "who waits has changed nothing");
                waiting.push(request);
            }
            chronicle.0.push((request, got));
            explore(&queue, size, &chronicle, &waiting, depth - 1)
        })
        .sum()
    }

    #[test]
    fn every_sequence_of_requests_comes_to_what_a_chronicle_says() {
        for order in [Order::Fifo, Order::Lifo, Order::Priority] {
            for size in [-1, 1, 2] {
                let sequences = explore(&Queue::with(order, size), size, &Chronicle::default(), &[], 6);
                assert!(sequences > 100_000, "{sequences}");
            }
        }
    }

    fn check_priority(put: &[Value], want: &[Value]) {
        let mut queue = Queue::with(Order::Priority, 0);
        put.iter().for_each(|item| assert_eq!(queue.try_put(item), Ok(true)));
        let got: Vec<Value> = put.iter().map(|_| queue.try_get().unwrap().unwrap()).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn equal_items_come_in_the_order_of_heapq() {
        // What CPython 3.13 gives for the same items.
        let (one, truth, two) = (Value::Int(1), Value::Bool(true), Value::Int(2));
        let put = [one.clone(), truth.clone(), two.clone(), truth.clone(), one.clone()];
        check_priority(&put, &[one.clone(), truth.clone(), truth, one, two]);
    }

    #[test]
    fn items_without_an_order_stay_or_are_lost_as_in_cpython() {
        let mut queue = Queue::with(Order::Priority, 0);
        assert_eq!(queue.try_put(&Value::Int(3)), Ok(true));
        let raised = queue.try_put(&Value::None).unwrap_err();
        assert_eq!(raised.name(), "TypeError");
        assert_eq!(raised.message(), "'<' not supported between instances of 'NoneType' and 'int'");
        assert_eq!((queue.len(), queue.unfinished()), (2, 1));
        assert_eq!(queue.try_get(), Ok(Some(Value::Int(3))));
        assert_eq!(queue.try_get(), Ok(Some(Value::None)));
    }

    #[test]
    fn what_has_no_order_may_be_noticed_late() {
        let mut queue = Queue::with(Order::Priority, 0);
        (1..=3).for_each(|item| assert_eq!(queue.try_put(&Value::Int(4 - item)), Ok(true)));
        assert_eq!(queue.try_put(&Value::str("x")).unwrap_err().name(), "TypeError");
        // As CPython 3.13.0 does it, 1 and 2 are lost.
        assert_eq!(queue.try_get().unwrap_err().name(), "TypeError");
        assert_eq!(queue.try_get().unwrap_err().name(), "TypeError");
        assert_eq!(queue.try_get(), Ok(Some(Value::Int(3))));
        assert_eq!(queue.try_get(), Ok(Some(Value::str("x"))));
    }
}
