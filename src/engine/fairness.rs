//! Who waits while others who came later go first.

use crate::base::id::{ObjectId, UnitId};
use crate::engine::Engine;
use crate::engine::requests::Request;
use crate::ir::program::Pc;
use crate::observe::misuse::Starved;
use crate::semantics::world::Wait;

/// From how many times on it is told that others went first.
const PASSED_MIN: u64 = 10;

/// How often units went first at each object.
#[derive(Debug)]
pub(super) struct Fairness {
    objects: Vec<Passed>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    /// How many wait.
    waiting: u32,
    /// How often somebody who had not waited acquired it while others did.
    times: u64,
    /// Where that was the last time.
    last: Pc,
}

impl Fairness {
    pub(super) fn new(objects: usize) -> Self {
        Self { objects: vec![Passed::default(); objects] }
    }

    /// There are more objects now.
    pub(super) fn grow(&mut self, objects: usize) {
        self.objects.resize(objects, Passed::default());
    }
}

impl Engine<'_> {
    /// A unit begins to wait: how often others have gone first there so far.
    pub(super) fn queues_up(&mut self, wait: Wait) -> u64 {
        let Wait::Acquire(object) = wait else { return 0 };
        let passed = &mut self.fairness.objects[object.index()];
        passed.waiting += 1;
        passed.times
    }

    /// A unit has acquired an object.
    pub(super) fn comes_through(&mut self, unit: UnitId, object: ObjectId, pc: Pc) {
        let has_waited = self.pending(unit) == Some(Wait::Acquire(object));
        let passed = &mut self.fairness.objects[object.index()];
        if passed.waiting > 0 && !has_waited {
            passed.times += 1;
            passed.last = pc;
        }
    }

    /// A unit waits no longer.
    pub(super) fn leaves_queue(&mut self, unit: UnitId, request: Request) {
        let Wait::Acquire(object) = request.wait else { return };
        let passed = &mut self.fairness.objects[object.index()];
        passed.waiting -= 1;
        let Passed { times, last, .. } = *passed;
        let (count, waited) = (times - request.passed, self.now.since(request.since));
        if count >= PASSED_MIN {
            let starved = Starved { unit, object, pc: request.at, waited, passed: count, last };
            let finding = self.witness().starvation(&starved);
            self.add(finding);
        }
    }
}
