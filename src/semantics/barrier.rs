//! `barrier`: `threading.Barrier`. Units arrive until all parties are there, and then leave one by one;
//! until the last of them has left, a newcomer waits. Aborted, reset or given up by one that waits, it is
//! broken for all that are inside.

use crate::base::id::UnitId;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called, limit, would_wait};
use crate::semantics::step::{ActionKind, Deed, Whom};
use crate::semantics::world::Wait;

/// A barrier's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Barrier {
    /// How many units have to arrive.
    pub parties: u32,
    phase: Phase,
    /// Who has arrived and not yet left, in the order of arrival, with its index.
    inside: Vec<(UnitId, u32)>,
}

/// What a barrier is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It waits for its parties.
    Filling,
    /// All were there; they leave.
    Draining,
    /// It was reset with units inside; they leave with an exception.
    Resetting,
    /// Whoever is inside or comes gets an exception, until it is reset.
    Broken,
}

/// What came of a unit's arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is inside, with this index, and waits for the others.
    Inside(u32),
    /// It was the last one, with this index: it has passed, and the others can.
    Last(u32),
    /// Units of the round before are still leaving: nothing has happened.
    TooEarly,
}

impl Barrier {
    /// A barrier as declared.
    ///
    /// # Panics
    ///
    /// If its argument is no positive number: lowering has checked that.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        match object.arguments.as_slice() {
            [Value::Int(parties)] => {
                let parties = u32::try_from(*parties).unwrap_or(u32::MAX);
                Self { parties, phase: Phase::Filling, inside: Vec::new() }
            }
            other => unreachable!("a barrier has one number, not {other:?}"),
        }
    }

    /// Whether the unit has arrived and not yet left.
    #[must_use]
    pub fn has_inside(&self, unit: UnitId) -> bool {
        self.inside.iter().any(|(inside, _)| *inside == unit)
    }

    /// How many have arrived and not yet left.
    #[must_use]
    pub const fn inside(&self) -> usize {
        self.inside.len()
    }

    /// Whether those inside wait for others to arrive.
    #[must_use]
    pub const fn is_filling(&self) -> bool {
        matches!(self.phase, Phase::Filling)
    }

    /// A unit arrives.
    ///
    /// # Errors
    ///
    /// `BrokenBarrierError` if it is broken.
    pub fn arrive(&mut self, unit: UnitId) -> Result<Arrival, Raised> {
        match self.phase {
            Phase::Draining | Phase::Resetting => Ok(Arrival::TooEarly),
            Phase::Broken => Err(broken()),
            Phase::Filling => {
                // Nobody leaves while it is filling, so that the indices are those of the list.
                let index = u32::try_from(self.inside.len()).unwrap_or(u32::MAX);
                if index + 1 < self.parties {
                    self.inside.push((unit, index));
                    return Ok(Arrival::Inside(index));
                }
                self.phase = Phase::Draining;
                self.close();
                Ok(Arrival::Last(index))
            }
        }
    }

    /// A unit that is inside leaves if it can, or because it gives up; its index, or the exception that it
    /// leaves with. `None` if it has to wait on: nothing has happened.
    pub fn leave(&mut self, unit: UnitId, gives_up: bool) -> Option<Result<u32, Raised>> {
        if self.phase == Phase::Filling {
            if !gives_up {
                return None;
            }
            self.phase = Phase::Broken;
        }
        let passes = self.phase == Phase::Draining;
        let place = self.inside.iter().position(|(inside, _)| *inside == unit)?;
        let (_, index) = self.inside.remove(place);
        self.close();
        Some(if passes { Ok(index) } else { Err(broken()) })
    }

    /// A unit that is inside was cancelled: it leaves as if it had never come.
    pub(super) fn call_off(&mut self, unit: UnitId) {
        self.inside.retain(|(inside, _)| *inside != unit);
        if self.phase == Phase::Filling {
            (0..).zip(&mut self.inside).for_each(|(at, (_, index))| *index = at);
        }
        self.close();
    }

    /// After the last one that leaves, it is as new; a broken one stays broken.
    fn close(&mut self) {
        if self.inside.is_empty() && self.phase != Phase::Broken {
            self.phase = Phase::Filling;
        }
    }

    /// Breaks it: whoever is inside, or comes before it is reset, gets an exception.
    pub const fn abort(&mut self) {
        self.phase = Phase::Broken;
    }

    /// Makes it as new. Whoever is inside gets an exception, unless the parties are leaving already.
    pub const fn reset(&mut self) {
        if self.inside.is_empty() {
            self.phase = Phase::Filling;
        } else if matches!(self.phase, Phase::Filling | Phase::Broken) {
            self.phase = Phase::Resetting;
        }
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub(super) fn rename(&mut self, names: &[UnitId]) {
        let Self { parties: _, phase: _, inside } = self;
        for (unit, _) in inside {
            *unit = names[unit.index()];
        }
    }

    /// What it knows of a unit: with which index that is inside.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        let index = self.inside.iter().find(|(inside, _)| *inside == unit);
        note(index.map_or(0, |(_, index)| index + 1));
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let deed = match method {
            "wait" => return self.wait(&args[0], attempt),
            "abort" => {
                self.abort();
                Deed::Break
            }
            "reset" => {
                self.reset();
                Deed::Reset
            }
            other => unreachable!("the checker refuses `{other}` of a barrier"),
        };
        attempt.did(deed);
        attempt.wake(Wait::Barrier(attempt.object), Whom::All);
        Ok(Answer::Value(Value::None))
    }

    /// A wait is two steps: to arrive; to leave, if one is not the last to arrive.
    fn wait(&mut self, timeout: &Value, attempt: &mut Attempt<'_>) -> Called {
        let (limit, wait) = (limit(timeout)?, Wait::Barrier(attempt.object));
        if self.has_inside(attempt.unit) {
            return self.go_out(limit, attempt);
        }
        if attempt.atomic && self.has_room() {
            return Err(would_wait());
        }
        match self.arrive(attempt.unit)? {
            // CPython's timeout is for the parties to come, and not for those of the round before to leave.
            Arrival::TooEarly => Ok(Answer::Wait { wait, timeout: None }),
            Arrival::Inside(index) => {
                attempt.did(Deed::Arrive(index));
                let waits = Answer::Wait { wait, timeout: limit };
                Ok(if limit == Some(0) { Answer::Again } else { waits })
            }
            Arrival::Last(index) => {
                attempt.did(Deed::Arrive(index));
                attempt.wake(wait, Whom::All);
                attempt.did(Deed::Pass);
                Ok(Answer::Value(Value::Int(i64::from(index))))
            }
        }
    }

    /// Whether one that arrives now is not the last.
    fn has_room(&self) -> bool {
        self.phase == Phase::Filling && self.inside.len() + 1 < self.parties as usize
    }

    fn go_out(&mut self, limit: Option<u64>, attempt: &mut Attempt<'_>) -> Called {
        let wait = Wait::Barrier(attempt.object);
        let gives_up = attempt.expired || limit == Some(0);
        let breaks = gives_up && self.phase == Phase::Filling;
        if breaks {
            attempt.act(ActionKind::TimedOut(wait));
        }
        let Some(left) = self.leave(attempt.unit, gives_up) else {
            return Ok(Answer::Wait { wait, timeout: limit });
        };
        // The others inside, if it has broken it; those who wait to come in, if it was the last one inside.
        if breaks {
            attempt.did(Deed::Break);
        }
        if breaks || self.inside.is_empty() {
            attempt.wake(wait, Whom::All);
        }
        let index = left?;
        attempt.did(Deed::Pass);
        Ok(Answer::Value(Value::Int(i64::from(index))))
    }
}

/// CPython raises it without a text.
fn broken() -> Raised {
    Raised::new("BrokenBarrierError", "")
}
