//! Tasks of groups that have come to their ends, and who waits for them (`Lib/asyncio/taskgroups.py`, read: 3.13).
//!
//! Whoever awaits such a task goes on in the next pass of the loop. Its group finds out by a callback of that pass, by which
//! the others are cancelled if the task has failed; and who waits at the end of the group goes on in the pass after the
//! callback for the last task.

use crate::base::id::UnitId;
use crate::engine::Engine;
use crate::engine::event_loop::Event;
use crate::engine::thread::{Away, ThreadId};
use crate::ir::program::Op;
use crate::ir::value::Value;
use crate::semantics::step::Outcome;
use crate::semantics::turn::is_glued;
use crate::semantics::world::Status;

impl Engine<'_> {
    /// A task of a group has returned or failed, which its group does not know yet.
    pub(super) fn leaves_group(&mut self, unit: UnitId) {
        self.note_end(unit);
        self.make_ready(unit, Event::Deed);
        self.has_returned(unit);
        self.wake_joiners(unit, |engine, joiner| engine.gathers(joiner).is_none());
    }

    /// Whose turn it is on that thread, after the callbacks for groups that come before.
    pub(super) fn after_callbacks(&mut self, thread: ThreadId) -> Option<UnitId> {
        loop {
            let unit = match self.expected_in(thread).or_else(|| self.called_in(thread)) {
                Some(unit) => self.event_loop(thread).take(unit).then_some(unit),
                None if self.loop_is_held_back(thread) => None,
                None => self.next_on(thread),
            };
            match unit {
                Some(unit) if self.is_only_done(unit) => self.tell_group(unit),
                Some(unit) => {
                    self.routines[unit.index()].expired |= self.may_expire_by_course(unit);
                    return Some(unit);
                }
                None => return None,
            }
        }
    }

    /// A task in whose callback a course is not interested, since that is no turn.
    fn expected_in(&self, thread: ThreadId) -> Option<UnitId> {
        self.replay.as_ref()?;
        let event_loop = self.threads[thread.index()].event_loop.as_ref()?;
        let mut ready = event_loop.steps();
        ready.find(|unit| self.is_only_done(*unit) && is_glued(self.program, &self.world, *unit))
    }

    /// The callback for a task that has come to its end.
    fn tell_group(&mut self, unit: UnitId) {
        self.take_step(unit);
        self.is_no_more(unit);
        self.after_end(unit);
    }

    /// Whether a unit has returned or failed, and its group does not know yet.
    pub(super) fn is_only_done(&self, unit: UnitId) -> bool {
        self.world.units[unit.index()].status == Status::Done
    }

    /// Whether a unit that has given its thread up at the end of a group waits on, now that the one it waited for has ended:
    /// then it waits for the next one.
    pub(super) fn gathers_on(&mut self, unit: UnitId) -> bool {
        let waits_on = self.gathers(unit).is_some_and(|group| {
            let stands = |item: &Value| matches!(item, Value::Handle(other) if !self.world.units[other.index()].has_ended());
            group.iter().any(stands)
        });
        if waits_on {
            let step = self.take_step(unit);
            debug_assert!(matches!(step.outcome, Outcome::Blocked { .. }), "one of them has not ended");
            self.block(unit, None);
        }
        waits_on
    }

    /// The time of a unit is over that awaits a task: it asks that one to end, and waits on.
    pub(super) fn passes_on(&mut self, unit: UnitId) {
        let routine = &mut self.routines[unit.index()];
        routine.alarm = 0;
        routine.is_late = false;
        let step = self.take_step(unit);
        debug_assert!(matches!(step.outcome, Outcome::Blocked { .. }), "the task has not ended yet");
        self.block(unit, None);
    }

    /// The handles of a group at whose end a unit has given its thread up, from that on for which it waits.
    fn gathers(&self, unit: UnitId) -> Option<&[Value]> {
        let state = &self.world.units[unit.index()];
        let Op::Gather { group, .. } = self.program.ops[state.pc as usize] else { return None };
        if self.routines[unit.index()].away == Away::No {
            return None;
        }
        let counter = state.register(group.0 + 1).as_int()?;
        state.register(group.0).items().get(usize::try_from(counter).ok()?..)
    }
}
