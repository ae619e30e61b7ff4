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
            [Value::Int(parties)] => Self::of(u32::try_from(*parties).unwrap_or(u32::MAX)),
            other => unreachable!("a barrier has one number, not {other:?}"),
        }
    }

    const fn of(parties: u32) -> Self {
        Self { parties, phase: Phase::Filling, inside: Vec::new() }
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

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: usize = 3;

    /// What a unit asks for; a wait with `true` gives up as soon as it has to wait.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Ask {
        Wait,
        GiveUp,
        Abort,
        Reset,
    }

    /// CPython 3.11's `Barrier`, method for method (Lib/threading.py): its state is a number, and what a
    /// `with self._cond` encloses happens at once.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Python {
        parties: u32,
        state: i32,
        count: u32,
        frames: [Frame; UNITS],
    }

    /// Where a thread is in `wait`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Frame {
        Outside,
        /// In `_enter`, at `self._cond.wait()`; with `true` it was notified.
        Entering(bool),
        /// In `_wait`, with its index; with `true` it was notified.
        Waiting(u32, bool),
    }

    impl Python {
        fn notify_all(&mut self) {
            for frame in &mut self.frames {
                match frame {
                    Frame::Outside => {}
                    Frame::Entering(notified) | Frame::Waiting(_, notified) => *notified = true,
                }
            }
        }

        fn do_break(&mut self) {
            self.state = -2;
            self.notify_all();
        }

        /// `finally: self._count -= 1; self._exit()`
        fn exit(&mut self, unit: usize) {
            self.frames[unit] = Frame::Outside;
            self.count -= 1;
            if self.count == 0 && (self.state == -1 || self.state == 1) {
                self.state = 0;
                self.notify_all();
            }
        }

        /// `wait`, from where the thread is up to where it waits again or is done.
        fn wait(&mut self, unit: usize, gives_up: bool) -> Option<Result<u32, ()>> {
            match self.frames[unit] {
                Frame::Entering(false) => None,
                Frame::Outside | Frame::Entering(true) => {
                    if self.state == -1 || self.state == 1 {
                        self.frames[unit] = Frame::Entering(false);
                        return None;
                    }
                    if self.state < 0 {
                        self.frames[unit] = Frame::Outside;
                        return Some(Err(()));
                    }
                    let index = self.count;
                    self.count += 1;
                    if index + 1 == self.parties {
                        self.state = 1;
                        self.notify_all();
                        self.exit(unit);
                        return Some(Ok(index));
                    }
                    self.frames[unit] = Frame::Waiting(index, false);
                    None
                }
                Frame::Waiting(_, false) if !gives_up => None,
                Frame::Waiting(index, _) => {
                    let released = self.state != 0;
                    if !released {
                        if !gives_up {
                            self.frames[unit] = Frame::Waiting(index, false);
                            return None;
                        }
                        self.do_break();
                    }
                    let result = if self.state < 0 { Err(()) } else { Ok(index) };
                    self.exit(unit);
                    Some(result)
                }
            }
        }

        fn reset(&mut self) {
            if self.count > 0 {
                if self.state == 0 || self.state == -2 {
                    self.state = -1;
                }
            } else {
                self.state = 0;
            }
            self.notify_all();
        }
    }

    /// The same request to the barrier, as a unit's step makes it.
    fn wait(barrier: &mut Barrier, unit: UnitId, gives_up: bool) -> Option<Result<u32, ()>> {
        if barrier.has_inside(unit) {
            return barrier.leave(unit, gives_up).map(|left| left.map_err(|_| ()));
        }
        match barrier.arrive(unit) {
            Ok(Arrival::Last(index)) => Some(Ok(index)),
            Ok(Arrival::Inside(_) | Arrival::TooEarly) => None,
            Err(_) => Some(Err(())),
        }
    }

    /// Every order of requests from here on; how many were tried.
    fn follow(python: &Python, barrier: &Barrier, depth: u32, path: &mut Vec<(usize, Ask)>) -> u64 {
        if depth == 0 {
            return 1;
        }
        let mut tried = 0;
        for unit in 0..UNITS {
            for ask in [Ask::Wait, Ask::GiveUp, Ask::Abort, Ask::Reset] {
                let (mut python, mut barrier) = (python.clone(), barrier.clone());
                let id = UnitId::new(unit);
                let waits = python.frames[unit] != Frame::Outside;
                path.push((unit, ask));
                match ask {
                    // Who waits asks for nothing else.
                    Ask::Abort | Ask::Reset if waits => {
                        path.pop();
                        continue;
                    }
                    Ask::Wait | Ask::GiveUp => {
                        let gives_up = ask == Ask::GiveUp;
                        let (want, got) = (python.wait(unit, gives_up), wait(&mut barrier, id, gives_up));
                        assert_eq!(got, want, "{path:?}");
                    }
                    Ask::Abort => {
                        python.do_break();
                        barrier.abort();
                    }
                    Ask::Reset => {
                        python.reset();
                        barrier.reset();
                    }
                }
                assert_eq!(barrier.inside(), python.count as usize, "{path:?}");
                assert_eq!(barrier.is_filling(), python.state == 0, "{path:?}");
                tried += follow(&python, &barrier, depth - 1, path);
                path.pop();
            }
        }
        tried
    }

    #[test]
    fn it_does_what_pythons_does_in_every_order_of_requests() {
        for parties in 1..=3 {
            let python = Python { parties, state: 0, count: 0, frames: [Frame::Outside; UNITS] };
            let tried = follow(&python, &Barrier::of(parties), 6, &mut Vec::new());
            assert!(tried > 100_000, "only {tried} orders");
        }
    }
}
