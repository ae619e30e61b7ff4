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

#[cfg(test)]
mod tests {
    use crate::ir::value::Value;
    use crate::semantics::alone::{Ask, How, Reference, Said, ask, check, declared};
    use crate::syntax::ast::ObjectKind;

    /// "`wait()` blocks until the flag is true"; "`set()`: all threads waiting for it to become true are
    /// awakened".
    #[derive(Clone, Debug)]
    struct Flag(bool);

    impl Reference for Flag {
        fn says(&mut self, _: usize, ask: &Ask, how: How) -> Said {
            match (ask.method, &ask.args[..]) {
                ("set", _) => {
                    self.0 = true;
                    Said::NONE
                }
                ("clear", _) => {
                    self.0 = false;
                    Said::NONE
                }
                ("is_set", _) => Said::Gives(Value::Bool(self.0)),
                // Awake is awake, whatever the flag is by now; and late is late.
                (_, _) if how == How::Notified => Said::TRUE,
                (_, _) if how == How::Expired => Said::FALSE,
                (_, _) if self.0 => Said::TRUE,
                (_, [Value::Duration(..=0)]) => Said::FALSE,
                (_, _) => Said::Waits,
            }
        }
    }

    #[test]
    fn alone_it_does_what_python_says() {
        let event = [declared(ObjectKind::Event, &[])];
        let waits = [Value::None, Value::Duration(-1), Value::Duration(0), Value::Duration(5)];
        let waits = waits.map(|timeout| ask("wait", &[timeout])).to_vec();
        let asks = [waits, vec![ask("set", &[]), ask("clear", &[]), ask("is_set", &[])]].concat();
        check(&event, &Flag(false), &asks, (3, 8));
    }
}
