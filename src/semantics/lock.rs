//! `lock`: `threading.Lock`. It has a holder for the sake of explanations, but
//! no owner: any unit may release it.

use crate::base::id::UnitId;
use crate::ir::value::{Raised, Value};
use crate::machine::profile::FreeLock;
use crate::semantics::attempt::{Answer, Attempt, Called, timeout};
use crate::semantics::step::ActionKind;

/// A lock's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Who acquired it.
    pub holder: Option<UnitId>,
    /// It was held when the process of this copy was forked: its holder is not there.
    pub orphaned: bool,
}

impl Lock {
    /// Takes it for `unit` if it is free; whether it did.
    pub const fn try_acquire(&mut self, unit: UnitId) -> bool {
        let free = self.holder.is_none();
        if free {
            self.holder = Some(unit);
        }
        free
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { holder, orphaned: _ } = self;
        *holder = holder.map(|unit| names[unit.index()]);
    }

    /// The copy of a forked process.
    pub(super) fn fork(&mut self) {
        self.orphaned = self.holder.is_some();
    }

    /// Frees it, whoever holds it.
    ///
    /// # Errors
    ///
    /// What the runtime raises if it is free.
    pub fn release(&mut self, free: FreeLock) -> Result<(), Raised> {
        self.orphaned = false;
        match self.holder.take() {
            Some(_) => Ok(()),
            None => {
                let (name, message) = free.raises();
                Err(Raised::new(name, message))
            }
        }
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "acquire" => {
                let limit = patience(args)?;
                Ok(attempt.acquire(self.try_acquire(attempt.unit), limit))
            }
            "release" => {
                self.release(attempt.free_lock)?;
                attempt.act(ActionKind::Released(attempt.object, 1));
                Ok(Answer::Value(Value::None))
            }
            "locked" => Ok(Answer::Value(Value::Bool(self.holder.is_some()))),
            other => unreachable!("the checker refuses `{other}` of a lock"),
        }
    }
}

/// How long an `acquire(blocking=True, timeout=None)` waits at the most.
pub(super) fn patience(args: &[Value]) -> Result<Option<u64>, Raised> {
    if args[0].truthy() {
        return timeout(&args[1]);
    }
    if args[1] == Value::None {
        return Ok(Some(0));
    }
    Err(Raised::new("ValueError", "can't specify a timeout for a non-blocking call"))
}

#[cfg(test)]
pub(super) mod tests {
    use crate::ir::value::Value;
    use crate::semantics::alone::{Ask, How, Reference, Said, acquisitions, ask, check, declared};
    use crate::syntax::ast::ObjectKind;

    /// "A primitive lock is in one of two states."
    #[derive(Clone, Debug)]
    struct TwoStates {
        locked: bool,
    }

    impl Reference for TwoStates {
        fn says(&mut self, _: usize, ask: &Ask, how: How) -> Said {
            match ask.method {
                "acquire" => acquiring(ask, how, || !std::mem::replace(&mut self.locked, true)),
                "release" if !self.locked => Said::raises("RuntimeError: release unlocked lock"),
                "release" => {
                    self.locked = false;
                    Said::NONE
                }
                _ => Said::Gives(Value::Bool(self.locked)),
            }
        }
    }

    /// What an `acquire` of a lock comes to, if `takes` takes it.
    pub(in crate::semantics) fn acquiring(ask: &Ask, how: How, takes: impl FnOnce() -> bool) -> Said {
        let waits = match (&ask.args[0], &ask.args[1]) {
            (Value::Bool(false), Value::None) | (Value::Bool(true), Value::Duration(0)) => false,
            (Value::Bool(false), _) => {
                return Said::raises("ValueError: can't specify a timeout for a non-blocking call");
            }
            (_, Value::Duration(..0)) => {
                return Said::raises("ValueError: timeout value must be a non-negative number");
            }
            _ => true,
        };
        match takes() {
            true => Said::TRUE,
            false if waits && how != How::Expired => Said::Waits,
            false => Said::FALSE,
        }
    }

    #[test]
    fn alone_it_does_what_python_says() {
        let lock = [declared(ObjectKind::Lock, &[])];
        let asks = [acquisitions(), vec![ask("release", &[]), ask("locked", &[])]].concat();
        check(&lock, &TwoStates { locked: false }, &asks, (3, 7));
    }
}
