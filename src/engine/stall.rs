//! Event loops that one unit keeps from going on.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::Engine;
use crate::engine::thread::{State, ThreadId};
use crate::ir::program::{Op, Pc};
use crate::observe::stall::Stall;
use crate::semantics::closing::Closing;
use crate::semantics::step::{Action, ActionKind};

/// From which length on work that keeps others from going on is told: that of `asyncio` in its debug mode.
const SLOW: SimDuration = SimDuration::ms(100);

/// What has kept event loops from going on.
#[derive(Debug, Default)]
pub(super) struct Stalls {
    by_place: BTreeMap<Pc, Stall>,
}

impl Engine<'_> {
    /// The state of a thread ends: if it was a wait in which its event loop could not go on, that is noted.
    pub(super) fn note_stall(&mut self, thread: ThreadId) {
        let it = &self.threads[thread.index()];
        let waits = matches!(it.state, State::Blocked | State::Io | State::Sleeping);
        if waits && it.event_loop.is_some() && it.since < self.now {
            let (unit, since) = (it.current, it.since);
            self.stalls(thread, (self.routines[unit.index()].at, since));
        }
    }

    /// A unit begins long work on a thread with an event loop.
    pub(super) fn begins_work(&mut self, thread: ThreadId, (pc, length): (Pc, SimDuration)) {
        if length >= SLOW && self.threads[thread.index()].event_loop.is_some() {
            let now = self.now;
            self.event_loop(thread).slow = Some((pc, now));
        }
    }

    /// Whatever work a thread has had in hand is done.
    pub(super) fn ends_work(&mut self, thread: ThreadId) {
        let slow = self.threads[thread.index()].event_loop.as_mut().and_then(|it| it.slow.take());
        if let Some(slow) = slow {
            self.stalls(thread, slow);
        }
    }

    /// Since a moment the unit on a thread has kept the others there from going on, by what it does there.
    fn stalls(&mut self, thread: ThreadId, (pc, since): (Pc, SimTime)) {
        let unit = self.unit_on(thread);
        let now = self.now;
        let (mut lost, mut losers) = (SimDuration::ZERO, BTreeSet::new());
        for (other, ready) in self.kept_waiting(thread) {
            let length = now.since(ready.max(since));
            if length > SimDuration::ZERO {
                lost += length;
                losers.insert(other);
            }
        }
        let is_work = matches!(self.program.ops[pc as usize], Op::Compute { .. });
        if losers.is_empty() && (is_work || self.is_body(unit)) {
            return;
        }
        let stall = self.stalls.by_place.entry(pc).or_insert_with(|| Stall::new(unit, pc, now));
        stall.times += 1;
        stall.length += now.since(since);
        stall.lost += lost;
        stall.losers.append(&mut losers);
    }

    /// Tells what has kept event loops from going on.
    pub(super) fn report_stalls(&mut self) {
        for (_, stall) in std::mem::take(&mut self.stalls.by_place) {
            let finding = self.witness().blocked_loop(&stall);
            self.add(finding);
        }
    }

    /// The body of a thread has ended: tells of each task that was not done.
    pub(super) fn tell_unawaited(&mut self, body: UnitId, actions: &[Action]) {
        for action in actions {
            if let ActionKind::Cancelled(task) = action.kind
                && matches!(self.program.ops[action.pc as usize], Op::End { .. })
                && self.world.units[task.index()].closing == Closing::Asked
                && !self.world.infos[task.index()].daemon
            {
                let finding = self.witness().never_awaited(task, body);
                self.add(finding);
            }
        }
    }
}
