//! What the end of a run hung on: a chain of things, each of which had to be over before the next.
//!
//! Every unit carries along where the time since the start of the run went, on the chain that has led to
//! it. Who goes on because another one did something (ended, notified, put an item, …) takes over that
//! one's chain: its own wait was for that and nothing else. Who waits for its turn (for the GIL, a core, a
//! lock, a channel) keeps its own. So a chain is as long as the run is old, to the nanosecond, and no run
//! can be shorter unless something on the chain of its end is.

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};

/// What took the time of a part of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A unit worked.
    Work,
    /// A unit was ready and a core idle, but another one had the GIL.
    Gil,
    /// A unit was ready; another one had the GIL, and no core was idle either.
    GilAndCores,
    /// A unit was ready, and no core was free.
    Cores,
    /// A unit was on its way to a core.
    Switch,
    /// A unit was ready, and the event loop of its thread executed others.
    Loop,
    /// A unit waited until others had done with that object.
    Object(ObjectId),
    /// A unit was in `io`.
    Io,
    /// A unit was in `sleep`.
    Sleep,
    /// A unit waited for something that nobody did.
    Vain,
    /// A unit waited for the fork server, which was being started.
    Start,
    /// A unit waited for its turn in the schedule that is followed.
    Turn,
}

/// A part of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What took the time.
    pub cause: Cause,
    /// How much.
    pub length: SimDuration,
    /// How often.
    pub times: u64,
}

/// Where the time went that led to a moment, by causes in their order.
pub type Chain = Vec<Part>;

/// The chains that have led to the units of a run.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    units: Vec<Link>,
}

#[derive(Clone, Debug)]
struct Link {
    chain: Chain,
    /// As of when.
    until: SimTime,
}

impl Chains {
    /// As of when the chain of a unit is known; a unit that is new has waited in vain for it until now.
    pub fn until(&self, unit: UnitId) -> SimTime {
        self.units.get(unit.index()).map_or(SimTime::ZERO, |link| link.until)
    }

    /// A unit went on with that until `now`.
    pub fn add(&mut self, unit: UnitId, cause: Cause, now: SimTime) {
        let link = self.link(unit);
        let length = now.since(link.until);
        link.until = now;
        link.put(cause, length);
    }

    /// So much of what a unit has just done until `now` was that, and the rest something else.
    pub fn split(&mut self, unit: UnitId, (cause, length): (Cause, SimDuration), rest: Cause, now: SimTime) {
        let link = self.link(unit);
        let whole = now.since(link.until);
        link.until = now;
        link.put(cause, length);
        link.put(rest, whole.saturating_sub(length));
    }

    /// A unit goes on because of what another one did in this moment.
    pub fn follow(&mut self, unit: UnitId, other: UnitId) {
        let link = self.link(other).clone();
        *self.link(unit) = link;
    }

    /// The chain that has led to a unit.
    #[must_use]
    pub fn of(&mut self, unit: UnitId) -> Chain {
        self.link(unit).chain.clone()
    }

    fn link(&mut self, unit: UnitId) -> &mut Link {
        if self.units.len() <= unit.index() {
            self.units.resize(unit.index() + 1, Link { chain: Chain::new(), until: SimTime::ZERO });
        }
        &mut self.units[unit.index()]
    }
}

impl Link {
    fn put(&mut self, cause: Cause, length: SimDuration) {
        if length == SimDuration::ZERO {
            return;
        }
        match self.chain.binary_search_by_key(&cause, |part| part.cause) {
            Ok(at) => {
                self.chain[at].length += length;
                self.chain[at].times += 1;
            }
            Err(at) => self.chain.insert(at, Part { cause, length, times: 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_somebody_takes_over_what_that_one_has_done() {
        let (mut chains, main, child) = (Chains::default(), UnitId(0), UnitId(1));
        chains.add(main, Cause::Work, SimTime(2));
        chains.follow(child, main);
        chains.add(child, Cause::Io, SimTime(9));
        chains.add(main, Cause::Vain, SimTime(9));
        chains.follow(main, child);
        chains.split(main, (Cause::Gil, SimDuration(1)), Cause::GilAndCores, SimTime(12));
        let parts: Vec<_> = chains.of(main).iter().map(|part| (part.cause, part.length.0)).collect();
        assert_eq!(parts, [(Cause::Work, 2), (Cause::Gil, 1), (Cause::GilAndCores, 2), (Cause::Io, 7)]);
    }
}
