//! `event`: `threading.Event` of CPython's `Lib/threading.py` (read: 3.11.2 and
//! 3.13.0). A flag that stays on until it is cleared.

use crate::ir::value::Value;
use crate::semantics::attempt::{Answer, Attempt, Called, limit};
use crate::semantics::step::{Deed, Whom};
use crate::semantics::world::Wait;

/// An event's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Event {
    /// It was set, and not cleared since.
    pub is_set: bool,
}

impl Event {
    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let value = match method {
            "set" => {
                self.is_set = true;
                attempt.did(Deed::Set);
                attempt.wake(Wait::Set(attempt.object), Whom::All);
                Value::None
            }
            "clear" => {
                self.is_set = false;
                attempt.did(Deed::Clear);
                Value::None
            }
            "is_set" => Value::Bool(self.is_set),
            "wait" => return self.wait(args, attempt),
            other => unreachable!("the checker refuses `{other}` of an event"),
        };
        Ok(Answer::Value(value))
    }

    /// Who was waiting when the event was set has waited with success, even if it was cleared since; whose
    /// time was over before that has not.
    fn wait(self, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        let limit = limit(&args[0])?;
        if attempt.notified || (self.is_set && !attempt.expired) {
            attempt.did(Deed::Pass);
            return Ok(Answer::Value(Value::Bool(true)));
        }
        let answer = attempt.lacks(Wait::Set(attempt.object), limit);
        Ok(answer.unwrap_or(Answer::Value(Value::Bool(false))))
    }
}
