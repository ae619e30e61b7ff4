//! `semaphore` and `bounded_semaphore`: `threading.Semaphore` and
//! `threading.BoundedSemaphore` of CPython's `Lib/threading.py` (read: 3.11.2
//! and 3.13.0). A counter of permits; nobody owns one.

use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called, limit};
use crate::semantics::step::ActionKind;

/// A semaphore's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Semaphore {
    /// How many more can acquire it.
    pub permits: i64,
    /// A bounded one never has more than this, with which it began.
    pub bound: Option<i64>,
}

impl Semaphore {
    /// A semaphore as declared.
    ///
    /// # Panics
    ///
    /// If its argument is no number from 0 on: lowering has checked that.
    #[must_use]
    pub fn new(object: &Object, bounded: bool) -> Self {
        let permits = match object.arguments.as_slice() {
            [Value::Int(permits @ 0..)] => *permits,
            other => unreachable!("a semaphore has a number of permits, not {other:?}"),
        };
        Self { permits, bound: bounded.then_some(permits) }
    }

    /// Takes a permit if there is one; whether it did.
    pub const fn try_acquire(&mut self) -> bool {
        let free = self.permits > 0;
        if free {
            self.permits -= 1;
        }
        free
    }

    /// Adds `count` permits.
    ///
    /// # Errors
    ///
    /// `ValueError` if the count is less than 1, or if a bounded semaphore would have more permits than at
    /// first (CPython's own messages); `OverflowError` if they can't be counted.
    pub fn release(&mut self, count: i64) -> Result<(), Raised> {
        if count < 1 {
            return Err(Raised::new("ValueError", "n must be one or more"));
        }
        let permits = self.permits.checked_add(count);
        match (permits, self.bound) {
            (Some(permits), Some(bound)) if permits <= bound => self.permits = permits,
            (_, Some(_)) => return Err(Raised::new("ValueError", "Semaphore released too many times")),
            (Some(permits), None) => self.permits = permits,
            (None, None) => return Err(Raised::new("OverflowError", "the semaphore has too many permits")),
        }
        Ok(())
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "acquire" => {
                let limit = patience(args)?;
                Ok(attempt.acquire(self.try_acquire(), limit))
            }
            "release" => {
                let Some(count) = args[0].as_int() else {
                    let message = format!("release needs a whole number, not '{}'", args[0].type_name());
                    return Err(Raised::new("TypeError", message));
                };
                self.release(count)?;
                let woken = u32::try_from(count).unwrap_or(u32::MAX);
                attempt.act(ActionKind::Released(attempt.object, woken));
                Ok(Answer::Value(Value::None))
            }
            other => unreachable!("the checker refuses `{other}` of a semaphore"),
        }
    }
}

/// How long an `acquire(blocking=True, timeout=None)` waits at the most.
fn patience(args: &[Value]) -> Result<Option<u64>, Raised> {
    if args[0].truthy() {
        return limit(&args[1]);
    }
    if args[1] == Value::None {
        return Ok(Some(0));
    }
    Err(Raised::new("ValueError", "can't specify timeout for non-blocking acquire"))
}

#[cfg(test)]
mod tests {
    use crate::ir::value::Value;
    use crate::semantics::alone::{Ask, How, Reference, Said, acquisitions, ask, check, declared};
    use crate::syntax::ast::ObjectKind;

    /// "The counter can never go below zero"; the releases less the acquisitions, plus an initial value.
    #[derive(Clone, Debug)]
    struct Counter {
        initial: i64,
        acquired: i64,
        released: i64,
        bounded: bool,
    }

    impl Reference for Counter {
        fn says(&mut self, _: usize, ask: &Ask, how: How) -> Said {
            let value = self.initial + self.released - self.acquired;
            match (ask.method, &ask.args[..]) {
                ("acquire", [Value::Bool(false), Value::Duration(_)]) => {
                    Said::raises("ValueError: can't specify timeout for non-blocking acquire")
                }
                ("acquire", _) if value > 0 => {
                    self.acquired += 1;
                    Said::TRUE
                }
                ("acquire", [Value::Bool(true), Value::None | Value::Duration(1..)])
                    if how != How::Expired =>
                {
                    Said::Waits
                }
                ("acquire", _) => Said::FALSE,
                ("release", [Value::Int(1..)]) if self.bounded && value + count(ask) > self.initial => {
                    Said::raises("ValueError: Semaphore released too many times")
                }
                ("release", [Value::Int(1..)]) => {
                    self.released += count(ask);
                    Said::NONE
                }
                _ => Said::raises("ValueError: n must be one or more"),
            }
        }
    }

    fn count(ask: &Ask) -> i64 {
        ask.args[0].as_int().unwrap()
    }

    #[test]
    fn alone_it_does_what_python_says() {
        let release = |count| ask("release", &[Value::Int(count)]);
        let asks = [acquisitions(), [-1, 0, 1, 2].map(release).to_vec()].concat();
        for (kind, initial) in
            [(ObjectKind::Semaphore, 0), (ObjectKind::Semaphore, 2), (ObjectKind::BoundedSemaphore, 1)]
        {
            let semaphore = [declared(kind, &[Value::Int(initial)])];
            let bounded = kind == ObjectKind::BoundedSemaphore;
            check(&semaphore, &Counter { initial, acquired: 0, released: 0, bounded }, &asks, (3, 6));
        }
    }

    #[test]
    fn permits_are_counted_as_far_as_integers_go() {
        let mut semaphore = super::Semaphore { permits: 1, bound: None };
        assert_eq!(semaphore.release(i64::MAX).unwrap_err().name(), "OverflowError");
        semaphore.release(i64::MAX - 1).unwrap();
        assert_eq!(semaphore.permits, i64::MAX);
    }
}
