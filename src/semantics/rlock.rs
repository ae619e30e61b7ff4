//! `rlock`: `threading.RLock`. Its owner may acquire it again, and only its
//! owner may release it; it is free when it was released as often.

use crate::base::id::UnitId;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called};
use crate::semantics::lock::patience;
use crate::semantics::step::ActionKind;

/// A re-entrant lock's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rlock {
    /// Who owns it.
    pub owner: Option<UnitId>,
    /// How often its owner has acquired it.
    pub depth: u32,
    /// It was held when the process of this copy was forked: its owner is not there.
    pub orphaned: bool,
    /// The same, and its owner is the one that has forked: the copy is owned by the process's one thread, which has
    /// not taken it.
    pub inherited: bool,
}

impl Rlock {
    /// Takes it for `unit` if it is free or its own; whether it did.
    pub fn try_acquire(&mut self, unit: UnitId) -> bool {
        if self.owner.is_some_and(|owner| owner != unit) {
            return false;
        }
        self.owner = Some(unit);
        self.depth += 1;
        true
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { owner, depth: _, orphaned: _, inherited: _ } = self;
        *owner = owner.map(|unit| names[unit.index()]);
    }

    /// The copy of a forked process: its thread has the identity of the one that forked.
    pub(super) fn fork(&mut self, forker: UnitId, child: UnitId) {
        if self.owner == Some(forker) {
            self.owner = Some(child);
            self.inherited = true;
        } else {
            self.orphaned = self.owner.is_some();
        }
    }

    /// What it knows of a unit: how often that has acquired it.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        note(if self.owner == Some(unit) { self.depth } else { 0 });
    }

    /// Takes one acquisition of `unit` back; whether the lock is free now.
    ///
    /// # Errors
    ///
    /// `RuntimeError` if `unit` does not own it (CPython's own message).
    pub fn release(&mut self, unit: UnitId) -> Result<bool, Raised> {
        if self.owner != Some(unit) {
            return Err(Raised::new("RuntimeError", "cannot release un-acquired lock"));
        }
        self.depth -= 1;
        if self.depth == 0 {
            self.owner = None;
            self.inherited = false;
        }
        Ok(self.depth == 0)
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "acquire" => {
                let limit = patience(args)?;
                Ok(attempt.acquire(self.try_acquire(attempt.unit), limit))
            }
            "release" => {
                let free = self.release(attempt.unit)?;
                attempt.act(ActionKind::Released(attempt.object, u32::from(free)));
                Ok(Answer::Value(Value::None))
            }
            "locked" => Ok(Answer::Value(Value::Bool(self.owner.is_some()))),
            other => unreachable!("the checker refuses `{other}` of an rlock"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::value::Value;
    use crate::semantics::alone::{Ask, How, Reference, Said, acquisitions, ask, check, declared};
    use crate::semantics::lock::tests::acquiring;
    use crate::syntax::ast::ObjectKind;

    /// "A reentrant lock must be released by the thread that acquired it", once for each time.
    #[derive(Clone, Debug)]
    struct Owners(Vec<usize>);

    impl Reference for Owners {
        fn says(&mut self, unit: usize, ask: &Ask, how: How) -> Said {
            let mine = self.0.last() == Some(&unit);
            match ask.method {
                "acquire" => acquiring(ask, how, || {
                    let can = mine || self.0.is_empty();
                    self.0.extend(can.then_some(unit));
                    can
                }),
                "release" if !mine => Said::raises("RuntimeError: cannot release un-acquired lock"),
                "release" => {
                    self.0.pop();
                    Said::NONE
                }
                _ => Said::Gives(Value::Bool(!self.0.is_empty())),
            }
        }
    }

    #[test]
    fn alone_it_does_what_python_says() {
        let lock = [declared(ObjectKind::Rlock, &[])];
        let asks = [acquisitions(), vec![ask("release", &[]), ask("locked", &[])]].concat();
        check(&lock, &Owners(Vec::new()), &asks, (3, 6));
    }
}
