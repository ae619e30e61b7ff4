//! What units wait for, from the first try until they have it or give up. Few units of a million do at one time, so
//! that this is kept aside.

use std::num::NonZeroU32;

use crate::base::id::UnitId;
use crate::base::time::SimTime;
use crate::engine::Engine;
use crate::ir::program::Pc;
use crate::semantics::world::Wait;

/// What a unit waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) wait: Wait,
    /// Where it waits.
    pub(super) at: Pc,
    /// When it began to.
    pub(super) since: SimTime,
    /// How often others had gone first at that time.
    pub(super) passed: u64,
}

/// Where a request stands among all, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RequestId(NonZeroU32);

/// The requests of all units.
#[derive(Debug, Default)]
pub(super) struct Requests {
    all: Vec<Request>,
    /// The places that nobody needs any more.
    free: Vec<RequestId>,
}

impl RequestId {
    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl Requests {
    fn add(&mut self, request: Request) -> RequestId {
        if let Some(id) = self.free.pop() {
            self.all[id.index()] = request;
            return id;
        }
        self.all.push(request);
        let number = u32::try_from(self.all.len()).ok().and_then(NonZeroU32::new);
        RequestId(number.expect("each unit waits for one thing, and there are fewer than 2^23 units"))
    }
}

impl Engine<'_> {
    /// What a unit waits for, and since when.
    pub(super) fn request(&self, unit: UnitId) -> Option<&Request> {
        self.routines[unit.index()].request.map(|id| &self.requests.all[id.index()])
    }

    /// What a unit waits for.
    pub(super) fn pending(&self, unit: UnitId) -> Option<Wait> {
        self.request(unit).map(|request| request.wait)
    }

    /// A unit begins to wait for something, instead of what it has waited for.
    pub(super) fn begin_request(&mut self, unit: UnitId, request: Request) {
        self.end_request(unit);
        self.routines[unit.index()].request = Some(self.requests.add(request));
    }

    /// A unit waits no longer for what it has waited for.
    pub(super) fn end_request(&mut self, unit: UnitId) -> Option<Request> {
        let id = self.routines[unit.index()].request.take()?;
        self.requests.free.push(id);
        Some(self.requests.all[id.index()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_used_again() {
        let request = |pc| Request { wait: Wait::When, at: pc, since: SimTime::ZERO, passed: 0 };
        let mut requests = Requests::default();
        let [first, second] = [1, 2].map(|pc| requests.add(request(pc)));
        requests.free.push(first);
        assert_eq!(requests.add(request(3)), first);
        assert_eq!((requests.all[first.index()].at, requests.all[second.index()].at), (3, 2));
        assert_eq!(requests.all.len(), 2);
    }
}
