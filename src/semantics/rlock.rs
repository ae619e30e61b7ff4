//! `rlock`: `threading.RLock`. Its owner may acquire it again, and only its
//! owner may release it; it is free when it was released as often.
//!
//! In CPython the owner is a thread. So the tasks of one thread, and the jobs of one worker, enter each other's lock
//! (run: 3.11.7). There is no `asyncio.RLock`: what takes one with `await` or `async with` is the one unit that owns it.

use crate::base::id::UnitId;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called};
use crate::semantics::lock::patience;
use crate::semantics::step::ActionKind;

/// Who asks for a re-entrant lock, or gives it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    /// The unit.
    pub unit: UnitId,
    /// The first unit of its thread, by which that is known: the body of a loop, the first job of a worker.
    pub thread: UnitId,
    /// It waits the awaiting way, and asks for itself alone.
    pub awaits: bool,
}

/// A re-entrant lock's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rlock {
    /// Who owns it.
    pub owner: Option<UnitId>,
    /// How often its owner has acquired it.
    pub depth: u32,
    /// The thread that owns it with all of its units, if it was not taken with `await`.
    pub thread: Option<UnitId>,
    /// Units of that thread that have entered it while it was held, and how often.
    pub within: Vec<(UnitId, u32)>,
    /// It was held when the process of this copy was forked: its owner is not there.
    pub orphaned: bool,
    /// The same, and its owner is the one that has forked: the copy is owned by the process's one thread, which has
    /// not taken it.
    pub inherited: bool,
}

impl Rlock {
    /// Takes it if it is free or the taker's own; whether it did.
    pub fn try_acquire(&mut self, taker: Taker) -> bool {
        match self.owner {
            None => {
                self.owner = Some(taker.unit);
                self.thread = (!taker.awaits).then_some(taker.thread);
                self.depth = 1;
            }
            Some(owner) if owner == taker.unit => self.depth += 1,
            Some(_) if self.is_of_thread(taker) => self.enter_within(taker.unit),
            Some(_) => return false,
        }
        true
    }

    /// Whether its taker's thread owns it, and the taker asks as that.
    #[must_use]
    pub fn is_of_thread(&self, taker: Taker) -> bool {
        !taker.awaits && self.thread == Some(taker.thread)
    }

    /// Whether it belongs to whoever does something that only its owner may do.
    #[must_use]
    pub fn is_owned_by(&self, taker: Taker) -> bool {
        self.owner == Some(taker.unit) || (self.owner.is_some() && self.thread == Some(taker.thread))
    }

    fn enter_within(&mut self, unit: UnitId) {
        match self.within.iter_mut().find(|(other, _)| *other == unit) {
            Some((_, depth)) => *depth += 1,
            None => self.within.push((unit, 1)),
        }
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { owner, depth: _, thread, within, orphaned: _, inherited: _ } = self;
        let owners = owner.iter_mut().chain(thread);
        owners.chain(within.iter_mut().map(|(unit, _)| unit)).for_each(|unit| *unit = names[unit.index()]);
    }

    /// The copy of a forked process: its thread has the identity of the one that forked.
    pub(super) fn fork(&mut self, forker: UnitId, child: UnitId) {
        if self.owner == Some(forker) || self.within.iter().any(|(unit, _)| *unit == forker) {
            self.owner = Some(child);
            self.thread = self.thread.map(|_| child);
            self.depth = self.levels();
            self.within.clear();
            self.inherited = true;
        } else {
            self.orphaned = self.owner.is_some();
        }
    }

    /// How often it was acquired, by all who are in it.
    pub(super) fn levels(&self) -> u32 {
        self.depth + self.within.iter().map(|(_, depth)| depth).sum::<u32>()
    }

    /// What it knows of a unit: how often that has acquired it, and whether its thread owns it.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        let within = self.within.iter().find(|(other, _)| *other == unit);
        note(if self.owner == Some(unit) { self.depth } else { 0 });
        note(within.map_or(0, |(_, depth)| *depth));
        note(u32::from(self.thread == Some(unit)));
    }

    /// Takes one acquisition back; whether the lock is free now.
    ///
    /// # Errors
    ///
    /// `RuntimeError` if it is not the taker's (CPython's own message).
    pub fn release(&mut self, taker: Taker) -> Result<bool, Raised> {
        if !self.is_owned_by(taker) {
            return Err(Raised::new("RuntimeError", "cannot release un-acquired lock"));
        }
        // Who has not taken it gives back what another unit of the thread has taken.
        let own = self.within.iter().position(|(unit, _)| *unit == taker.unit);
        match own.filter(|_| self.owner != Some(taker.unit)) {
            Some(at) => {
                self.within[at].1 -= 1;
                if self.within[at].1 == 0 {
                    self.within.remove(at);
                }
            }
            None => self.depth -= 1,
        }
        if self.depth > 0 {
            return Ok(false);
        }
        self.inherited = false;
        if self.within.is_empty() {
            *self = Self { orphaned: self.orphaned, ..Self::default() };
            return Ok(true);
        }
        let (owner, depth) = self.within.remove(0);
        (self.owner, self.depth) = (Some(owner), depth);
        Ok(false)
    }

    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "acquire" => {
                let limit = patience(args)?;
                Ok(attempt.acquire(self.try_acquire(attempt.taker()), limit))
            }
            "release" => {
                let free = self.release(attempt.taker())?;
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
