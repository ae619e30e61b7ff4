//! What happens next: a queue of alarms, one valid alarm at most for each thread, and for each unit that has given its thread up.
//!
//! An alarm is one 16-byte number, time, priority, serial number and whose it is from
//! the top down, so that one comparison gives the total order. Alarms for this
//! very instant go to a ring rather than through the heap.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::time::SimTime;
use crate::engine::thread::ThreadId;

/// What comes first among alarms of the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// Work that is done, waits that are over.
    Done = 0,
    /// Limits of time: what is done at an instant is not late at that instant.
    Expiry = 1,
}

const UNIT_BITS: u32 = 24;

/// The bit that tells an alarm of a unit from one of a thread.
const IS_UNIT: u32 = 1 << (UNIT_BITS - 1);
const SERIAL_BITS: u32 = 36;

/// How many units an engine can tell apart.
pub(super) const UNITS_MAX: usize = 1 << (UNIT_BITS - 1);

/// How many alarms an engine can set.
const SERIALS_MAX: u64 = 1 << SERIAL_BITS;

/// Whose alarm it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// A thread's.
    Thread(ThreadId),
    /// That of a unit that has given its thread up.
    Unit(UnitId),
}

impl Whose {
    const fn number(self) -> u32 {
        match self {
            Self::Thread(thread) => thread.0,
            Self::Unit(unit) => unit.0 | IS_UNIT,
        }
    }
}

/// An alarm that went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alarm(u128);

impl Alarm {
    fn new(at: SimTime, priority: Priority, serial: u64, whose: Whose) -> Self {
        let low = (priority as u64) << (SERIAL_BITS + UNIT_BITS) | serial << UNIT_BITS;
        let low = low | u64::from(whose.number());
        Self(u128::from(at.0) << 64 | u128::from(low))
    }

    pub(super) const fn at(self) -> SimTime {
        SimTime((self.0 >> 64) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the fields are cut out of the number")]
    pub(super) const fn whose(self) -> Whose {
        let number = self.0 as u32 & ((1 << UNIT_BITS) - 1);
        if number & IS_UNIT == 0 {
            Whose::Thread(ThreadId(number))
        } else {
            Whose::Unit(UnitId(number ^ IS_UNIT))
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the fields are cut out of the number")]
    pub(super) const fn serial(self) -> u64 {
        (self.0 as u64 >> UNIT_BITS) & (SERIALS_MAX - 1)
    }
}

/// The alarms of a run.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: Heap,
    /// Alarms of priority `Done` for the present instant, in order of their serial numbers.
    ring: VecDeque<u128>,
    serial: u64,
}

impl Queue {
    /// Sets an alarm; its serial number tells it from all others.
    pub(super) fn set(&mut self, now: SimTime, at: SimTime, priority: Priority, whose: Whose) -> u64 {
        self.serial += 1;
        let alarm = Alarm::new(at, priority, self.serial, whose).0;
        if at == now && priority == Priority::Done {
            self.ring.push_back(alarm);
        } else {
            self.heap.push(alarm);
        }
        self.serial
    }

    /// Whether serial numbers are running out.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.serial + 1 >= SERIALS_MAX
    }

    /// The next alarm, cancelled ones included.
    pub(super) fn pop(&mut self) -> Option<Alarm> {
        match (self.ring.front(), self.heap.peek()) {
            (Some(&ready), Some(timer)) if timer < ready => self.heap.pop(),
            (Some(_), _) => self.ring.pop_front(),
            (None, _) => self.heap.pop(),
        }
        .map(Alarm)
    }

    /// When the next alarm goes off, cancelled ones included.
    pub(super) fn next_time(&self) -> SimTime {
        let ring = self.ring.front().copied();
        let next = match (ring, self.heap.peek()) {
            (Some(ready), Some(timer)) => Some(ready.min(timer)),
            (ready, timer) => ready.or(timer),
        };
        next.map_or(SimTime::NEVER, |alarm| Alarm(alarm).at())
    }

    /// Whose timer comes after those that went off, cancelled ones included.
    pub(super) fn next_timer(&self) -> Option<Whose> {
        self.heap.peek().map(|key| Alarm(key).whose())
    }

    /// How many alarms are set, cancelled ones included.
    pub(super) fn len(&self) -> usize {
        self.heap.length + self.ring.len()
    }

    /// Throws cancelled alarms away; the order of the others stays.
    pub(super) fn retain(&mut self, is_valid: impl Fn(Alarm) -> bool) {
        self.heap.retain(|key| is_valid(Alarm(key)));
        self.ring.retain(|&key| is_valid(Alarm(key)));
    }
}

/// A heap with four children a node. The four stand in one cache line, so that
/// sinking one level touches one line; lanes without a key hold `NONE`, so that
/// comparing the four needs no bounds.
///
/// A popped root stays until the next call that needs its place: most of the
/// time an alarm goes off and its unit sets the next one soon after, and then
/// the new one takes the root's place with one sift instead of two.
#[derive(Debug, Default)]
struct Heap {
    /// The root is the last lane of the first group, whose other lanes stay empty.
    groups: Vec<Group>,
    /// How many keys there are, a popped root included.
    length: usize,
    /// The root has been popped.
    hollow: bool,
}

/// Four siblings.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Group([u128; CHILDREN]);

const CHILDREN: usize = 4;

/// From room for how many groups on that which is not needed is given back.
const GROUPS_MANY: usize = 1024;

/// Where the root is; the children of the node at `at` are then the group `at - 2`.
const ROOT: usize = CHILDREN - 1;

/// Greater than any alarm: serial numbers do not get that far.
const NONE: u128 = u128::MAX;

impl Group {
    /// The least of the four, and where it is. Two rounds of pairs need no jumps that are hard to foresee.
    fn least(&self) -> (u128, usize) {
        let [a, b, c, d] = self.0;
        let left = if b < a { (b, 1) } else { (a, 0) };
        let right = if d < c { (d, 3) } else { (c, 2) };
        if right.0 < left.0 { right } else { left }
    }
}

impl Heap {
    /// The least key. A popped root is left in its place: the next key after it is one of its children.
    fn peek(&self) -> Option<u128> {
        let key = if self.hollow {
            self.groups.get(1).map_or(NONE, |children| children.least().0)
        } else {
            self.groups.first().map_or(NONE, |group| group.0[ROOT])
        };
        (key != NONE).then_some(key)
    }

    fn pop(&mut self) -> Option<u128> {
        self.settle();
        let key = self.peek();
        self.hollow = key.is_some();
        key
    }

    fn push(&mut self, key: u128) {
        if self.hollow {
            self.hollow = false;
            self.sift_down(key);
            return;
        }
        let mut at = ROOT + self.length;
        self.length += 1;
        if at / CHILDREN == self.groups.len() {
            self.groups.push(Group([NONE; CHILDREN]));
        }
        while at > ROOT {
            let parent = at / CHILDREN + 2;
            let above = *self.key(parent);
            if above <= key {
                break;
            }
            *self.key(at) = above;
            at = parent;
        }
        *self.key(at) = key;
    }

    fn key(&mut self, at: usize) -> &mut u128 {
        &mut self.groups[at / CHILDREN].0[at % CHILDREN]
    }

    /// Removes a popped root.
    fn settle(&mut self) {
        if !self.hollow {
            return;
        }
        self.hollow = false;
        self.length -= 1;
        let end = ROOT + self.length;
        let last = std::mem::replace(self.key(end), NONE);
        if end.is_multiple_of(CHILDREN) {
            self.groups.pop();
            let (room, used) = (self.groups.capacity(), self.groups.len());
            if room > GROUPS_MANY && used < room / 4 {
                self.groups.shrink_to(room / 2);
            }
        }
        if self.length > 0 {
            self.sift_down(last);
        }
    }

    /// Puts `key` where the root was, and lets it sink to its place.
    fn sift_down(&mut self, key: u128) {
        let mut at = ROOT;
        while let Some(children) = self.groups.get(at - 2) {
            let (least, lane) = children.least();
            if least >= key {
                break;
            }
            *self.key(at) = least;
            at = (at - 2) * CHILDREN + lane;
        }
        *self.key(at) = key;
    }

    fn retain(&mut self, is_valid: impl Fn(u128) -> bool) {
        self.settle();
        let mut keys: Vec<u128> = self.groups.iter().flat_map(|group| group.0).collect();
        keys.retain(|&key| key != NONE && is_valid(key));
        // What is sorted is a heap already.
        keys.sort_unstable();
        *self = Self::default();
        keys.into_iter().for_each(|key| self.push(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::{Random, Stream};

    #[test]
    fn alarms_go_off_by_time_then_priority_then_serial_number() {
        let mut queue = Queue::default();
        let now = SimTime(5);
        let mut set = |at, priority, unit| queue.set(now, SimTime(at), priority, Whose::Unit(UnitId(unit)));
        set(7, Priority::Done, 1);
        set(5, Priority::Expiry, 2);
        set(5, Priority::Done, 3);
        set(6, Priority::Expiry, 4);
        set(6, Priority::Done, 5);
        set(5, Priority::Done, 6);
        let order: Vec<Whose> = std::iter::from_fn(|| queue.pop()).map(Alarm::whose).collect();
        assert_eq!(order, [3, 6, 2, 5, 4, 1].map(|unit| Whose::Unit(UnitId(unit))));
    }

    #[test]
    fn the_heap_agrees_with_sorting() {
        let mut random = Random::new(3, Stream::Choose);
        let (mut queue, mut want) = (Queue::default(), Vec::new());
        let (mut now, mut got) = (SimTime::ZERO, Vec::new());
        for round in 0..5_000_u32 {
            if random.below(3) > 0 {
                let at = SimTime(now.0 + random.below(50));
                let serial = queue.set(now, at, Priority::Done, Whose::Thread(ThreadId(round)));
                want.push((at, serial));
            } else if let Some(alarm) = {
                let next = queue.next_time();
                queue.pop().inspect(|alarm| assert_eq!(alarm.at(), next))
            } {
                now = alarm.at();
                got.push((alarm.at(), alarm.serial()));
            }
        }
        got.extend(std::iter::from_fn(|| queue.pop()).map(|alarm| (alarm.at(), alarm.serial())));
        want.sort_unstable();
        assert_eq!(got, want);
    }
}
