//! What happens next: a queue of alarms, one valid alarm per unit at most.
//!
//! An alarm is one 16-byte number, time, priority, serial number and unit from
//! the top down, so that one comparison gives the total order. Alarms for this
//! very instant go to a ring rather than through the heap.

use std::collections::VecDeque;

use crate::base::id::UnitId;
use crate::base::time::SimTime;

/// What comes first among alarms of the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// Work that is done, waits that are over.
    Done = 0,
    /// Limits of time: what is done at an instant is not late at that instant.
    Expiry = 1,
}

const UNIT_BITS: u32 = 24;
const SERIAL_BITS: u32 = 36;

/// How many units an engine can tell apart.
pub(super) const UNITS_MAX: usize = 1 << UNIT_BITS;

/// How many alarms an engine can set.
const SERIALS_MAX: u64 = 1 << SERIAL_BITS;

/// An alarm that went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alarm(u128);

impl Alarm {
    fn new(at: SimTime, priority: Priority, serial: u64, unit: UnitId) -> Self {
        let low = (priority as u64) << (SERIAL_BITS + UNIT_BITS) | serial << UNIT_BITS | u64::from(unit.0);
        Self(u128::from(at.0) << 64 | u128::from(low))
    }

    pub(super) const fn at(self) -> SimTime {
        SimTime((self.0 >> 64) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the fields are cut out of the number")]
    pub(super) const fn unit(self) -> UnitId {
        UnitId(self.0 as u32 & ((1 << UNIT_BITS) - 1))
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
    /// Sets an alarm; its serial number tells it from others of the same unit.
    pub(super) fn set(&mut self, now: SimTime, at: SimTime, priority: Priority, unit: UnitId) -> u64 {
        self.serial += 1;
        let alarm = Alarm::new(at, priority, self.serial, unit).0;
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
    pub(super) fn next_time(&mut self) -> SimTime {
        let ring = self.ring.front().copied();
        let next = match (ring, self.heap.peek()) {
            (Some(ready), Some(timer)) => Some(ready.min(timer)),
            (ready, timer) => ready.or(timer),
        };
        next.map_or(SimTime::NEVER, |alarm| Alarm(alarm).at())
    }

    /// How many alarms are set, cancelled ones included.
    pub(super) fn len(&self) -> usize {
        self.heap.keys.len() + self.ring.len()
    }

    /// Throws cancelled alarms away; the order of the others stays.
    pub(super) fn retain(&mut self, is_valid: impl Fn(Alarm) -> bool) {
        self.heap.settle();
        self.heap.keys.retain(|&key| is_valid(Alarm(key)));
        self.heap.keys.sort_unstable();
        self.ring.retain(|&key| is_valid(Alarm(key)));
    }
}

/// A heap with four children a node. A popped root stays until the next call:
/// most of the time an alarm goes off and the next one is set at once, and then
/// the new one takes the root's place with one sift instead of two.
#[derive(Debug, Default)]
struct Heap {
    keys: Vec<u128>,
    /// The root has been popped.
    hollow: bool,
}

const CHILDREN: usize = 4;

impl Heap {
    fn peek(&mut self) -> Option<u128> {
        self.settle();
        self.keys.first().copied()
    }

    fn pop(&mut self) -> Option<u128> {
        self.settle();
        let key = self.keys.first().copied();
        self.hollow = key.is_some();
        key
    }

    fn push(&mut self, key: u128) {
        if self.hollow {
            self.hollow = false;
            self.sift_down(key);
            return;
        }
        self.keys.push(key);
        let mut at = self.keys.len() - 1;
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if self.keys[parent] <= key {
                break;
            }
            self.keys[at] = self.keys[parent];
            at = parent;
        }
        self.keys[at] = key;
    }

    /// Removes a popped root.
    fn settle(&mut self) {
        if self.hollow {
            self.hollow = false;
            let last = self.keys.pop().expect("a hollow heap has a root");
            if !self.keys.is_empty() {
                self.sift_down(last);
            }
        }
    }

    /// Puts `key` where the root was, and lets it sink to its place.
    fn sift_down(&mut self, key: u128) {
        let mut at = 0;
        loop {
            let first = at * CHILDREN + 1;
            let end = (first + CHILDREN).min(self.keys.len());
            let Some(least) = (first..end).min_by_key(|&child| self.keys[child]) else { break };
            if self.keys[least] >= key {
                break;
            }
            self.keys[at] = self.keys[least];
            at = least;
        }
        self.keys[at] = key;
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
        let mut set = |at, priority, unit| queue.set(now, SimTime(at), priority, UnitId(unit));
        set(7, Priority::Done, 1);
        set(5, Priority::Expiry, 2);
        set(5, Priority::Done, 3);
        set(6, Priority::Expiry, 4);
        set(6, Priority::Done, 5);
        set(5, Priority::Done, 6);
        let order: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(|alarm| alarm.unit().0).collect();
        assert_eq!(order, [3, 6, 2, 5, 4, 1]);
    }

    #[test]
    fn the_heap_agrees_with_sorting() {
        let mut random = Random::new(3, Stream::Choose);
        let (mut queue, mut want) = (Queue::default(), Vec::new());
        let (mut now, mut got) = (SimTime::ZERO, Vec::new());
        for round in 0..5_000_u32 {
            if random.below(3) > 0 {
                let at = SimTime(now.0 + random.below(50));
                let serial = queue.set(now, at, Priority::Done, UnitId(round));
                want.push((at, serial));
            } else if let Some(alarm) = queue.pop() {
                now = alarm.at();
                got.push((alarm.at(), alarm.serial()));
            }
        }
        got.extend(std::iter::from_fn(|| queue.pop()).map(|alarm| (alarm.at(), alarm.serial())));
        want.sort_unstable();
        assert_eq!(got, want);
    }
}
