//! The end of an event loop: what its tasks may still do when the body has come to its end.
//!
//! `asyncio.run` (`Lib/asyncio/runners.py`, `base_events.py`; run: 3.7.16, 3.11.7, 3.13.0) has the loop stop by
//! a callback behind all that is ready when the body ends. So whatever is ready by then goes on once more, and what was
//! spawned by then does begin. Then all tasks are cancelled, and the loop runs until they have ended.

use crate::base::id::UnitId;
use crate::ir::program::{Op, Program};
use crate::semantics::step::Stepper;
use crate::semantics::world::{Cancel, Rest, World};

/// How far the end of a loop has come, for one of those who live there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closing {
    /// Not so far that it concerns the unit.
    Open,
    /// The body has come to its end, and lets those go on who are ready. A task stands so that has not begun: the body waits
    /// for its first turn.
    LastTurn,
    /// The unit was asked to end for that.
    Asked,
}

impl World {
    /// Whether a unit is the body of a loop, has come to its end, and lets tasks begin before it closes the loop.
    pub(super) fn lets_begin(&self, unit: UnitId) -> bool {
        let is_owed = |task: UnitId| {
            let state = &self.units[task.index()];
            task != unit && state.closing == Closing::LastTurn && !state.has_ended()
        };
        self.units[unit.index()].closing == Closing::LastTurn
            && self.infos[unit.index()].thread == unit
            && self.living_on(unit).any(is_owed)
    }

    /// Whether a unit is the body of a loop with tasks, and has come to its end just now.
    #[must_use]
    pub fn gives_last_turn(&self, program: &Program, unit: UnitId) -> bool {
        let state = &self.units[unit.index()];
        let is_at_end = matches!(program.ops[state.pc as usize], Op::End { .. });
        is_at_end && !state.has_ended() && state.tasks > 0 && state.closing == Closing::Open
    }
}

impl Stepper<'_> {
    /// The body of a thread has come to its end. As in `asyncio.run`, whose loop stops behind what is ready by then, the
    /// tasks that are ready have a turn before they are cancelled, and those that have not begun do begin.
    pub(super) fn give_last_turn(&mut self) {
        let living: Vec<UnitId> = self.world.living_on(self.id).collect();
        for unit in living {
            let begins = unit == self.id || !self.world.has_begun(self.program, unit);
            let state = &mut self.world.units[unit.index()];
            if begins && !state.has_ended() {
                state.closing = Closing::LastTurn;
            }
        }
        self.unit().rest = Rest::Awaits;
    }

    /// The body of a thread has ended: the tasks that are left on its loop are cancelled. The first of them, if any is left.
    pub(super) fn close_loop(&mut self) -> Option<UnitId> {
        if self.world.units[self.id.index()].tasks == 0 {
            return None;
        }
        let living: Vec<UnitId> = self.world.living_on(self.id).collect();
        let mut first = None;
        for unit in living {
            let state = &mut self.world.units[unit.index()];
            if unit == self.id || state.has_ended() {
                continue;
            }
            first = first.or(Some(unit));
            if !state.is_done() && std::mem::replace(&mut state.closing, Closing::Asked) != Closing::Asked {
                self.cancel(unit, Cancel::Asked);
            }
        }
        first
    }
}
