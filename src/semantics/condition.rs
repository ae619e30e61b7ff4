//! `condition`: `threading.Condition` of CPython's `Lib/threading.py` (read: 3.11.7). Who sleeps at it, and
//! who was woken and wants the lock back. The lock is another object, or an `rlock` of its own.

use crate::base::id::{ObjectId, UnitId};
use crate::ir::arithmetic;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called, limit, would_wait};
use crate::semantics::lock::Lock;
use crate::semantics::object::ObjectState;
use crate::semantics::rlock::{Rlock, Taker};
use crate::semantics::step::{ActionKind, Deed, Whom};
use crate::semantics::world::Wait;
use crate::syntax::ast::BinaryOp;

/// A condition's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The lock that it was given.
    given: Option<ObjectId>,
    /// Its own lock, of no use if it was given one.
    pub own: Rlock,
    /// Those whom a `notify` may pick, the longest first.
    asleep: Vec<Sleeper>,
    /// Those who were picked and have not yet got the lock back, by their ids.
    picked: Vec<Picked>,
}

/// A unit that a `notify` may pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Sleeper {
    unit: UnitId,
    /// How deeply it held the lock.
    depth: u32,
    /// Its time is over. In CPython a `notify` is still wasted on it until it has the lock back.
    gave_up: bool,
}

/// A unit that a `notify` has picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Picked {
    unit: UnitId,
    depth: u32,
    /// It was asleep then.
    woken: bool,
}

/// How far a unit has come in its `wait`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in none.
    Outside,
    /// It has released the lock, and sleeps.
    Asleep,
    /// It has given up, or was woken, and wants the lock back so many times.
    Awake {
        /// How deeply it held the lock.
        depth: u32,
        /// It was woken: what its `wait` gives.
        notified: bool,
    },
}

impl Condition {
    /// A condition as declared.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        let given = match object.arguments.as_slice() {
            [Value::Object(lock)] => Some(*lock),
            [Value::None] => None,
            other => unreachable!("a condition has a lock or none, not {other:?}"),
        };
        Self { given, ..Self::default() }
    }

    /// The lock of the condition that is the object `this`: that one itself if it was given none.
    #[must_use]
    pub fn lock(&self, this: ObjectId) -> ObjectId {
        self.given.unwrap_or(this)
    }

    /// How far the unit has come in its `wait`.
    #[must_use]
    pub fn standing(&self, unit: UnitId) -> Standing {
        if let Some(sleeper) = self.asleep.iter().find(|sleeper| sleeper.unit == unit) {
            return match sleeper.gave_up {
                true => Standing::Awake { depth: sleeper.depth, notified: false },
                false => Standing::Asleep,
            };
        }
        match self.picked.binary_search_by_key(&unit, |picked| picked.unit) {
            Ok(place) => {
                let Picked { depth, woken, .. } = self.picked[place];
                Standing::Awake { depth, notified: woken }
            }
            Err(_) => Standing::Outside,
        }
    }

    /// How many a `notify` may pick.
    #[must_use]
    pub const fn sleepers(&self) -> usize {
        self.asleep.len()
    }

    /// The unit has released the lock, which it held so deeply, and sleeps.
    pub fn sleep(&mut self, unit: UnitId, depth: u32) {
        self.asleep.push(Sleeper { unit, depth, gave_up: false });
    }

    /// The time of a unit is over: what wakes it from now on is wasted.
    pub fn give_up(&mut self, unit: UnitId) {
        for sleeper in self.asleep.iter_mut().filter(|sleeper| sleeper.unit == unit) {
            sleeper.gave_up = true;
        }
        for picked in self.picked.iter_mut().filter(|picked| picked.unit == unit) {
            picked.woken = false;
        }
    }

    /// Picks the sleeper at `place`, the longest being at 0; the unit if that wakes it.
    ///
    /// # Panics
    ///
    /// If there is none at that place.
    pub fn pick(&mut self, place: usize) -> Option<UnitId> {
        let Sleeper { unit, depth, gave_up } = self.asleep.remove(place);
        let picked = Picked { unit, depth, woken: !gave_up };
        let at = self.picked.partition_point(|other| *other < picked);
        self.picked.insert(at, picked);
        (!gave_up).then_some(unit)
    }

    /// The copy of a forked process, in which nobody sleeps. (In CPython a `notify` there is wasted on the sleepers
    /// that were not copied.)
    pub(super) fn fork(&mut self, forker: UnitId, child: UnitId) {
        self.own.fork(forker, child);
        self.asleep.clear();
        self.picked.clear();
    }

    /// The lock that it was given is that of another interpreter now.
    pub(super) fn move_to(&mut self, to: impl Fn(ObjectId) -> ObjectId) {
        self.given = self.given.map(to);
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub(super) fn rename(&mut self, names: &[UnitId]) {
        let Self { given: _, own, asleep, picked } = self;
        own.rename(names);
        for sleeper in asleep {
            sleeper.unit = names[sleeper.unit.index()];
        }
        for one in &mut *picked {
            one.unit = names[one.unit.index()];
        }
        picked.sort_unstable();
    }

    /// What it knows of a unit: how far that has come in its wait, and before how many.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        self.own.part(unit, note);
        let place = self.asleep.iter().position(|sleeper| sleeper.unit == unit);
        note(place.map_or(0, |place| u32::try_from(place + 1).unwrap_or(u32::MAX)));
        if let Standing::Awake { depth, notified } = self.standing(unit) {
            note(depth);
            note(u32::from(notified));
        } else if let Some(place) = place {
            note(self.asleep[place].depth);
        }
    }

    /// The unit has the lock back: its `wait` is over.
    pub fn leave(&mut self, unit: UnitId) {
        self.asleep.retain(|sleeper| sleeper.unit != unit);
        self.picked.retain(|picked| picked.unit != unit);
    }
}

/// The lock of a condition.
enum Guard<'a> {
    Lock(&'a mut Lock),
    Rlock(&'a mut Rlock),
}

impl Guard<'_> {
    /// As in CPython, anybody who holds a plain lock holds it for all.
    fn is_owned_by(&self, taker: Taker) -> bool {
        match self {
            Self::Lock(lock) => lock.holder.is_some(),
            Self::Rlock(rlock) => rlock.is_owned_by(taker),
        }
    }

    /// Frees it however deeply it is held; how deeply that was.
    fn release_all(&mut self) -> u32 {
        match self {
            Self::Lock(lock) => {
                lock.holder = None;
                1
            }
            Self::Rlock(rlock) => std::mem::take(*rlock).levels(),
        }
    }

    /// Takes it as deeply as it was held before; whether it was free.
    fn try_restore(&mut self, taker: Taker, depth: u32) -> bool {
        match self {
            Self::Lock(lock) => lock.try_acquire(taker.unit),
            Self::Rlock(rlock) => {
                let free = rlock.owner.is_none();
                if free {
                    let thread = (!taker.awaits).then_some(taker.thread);
                    **rlock = Rlock { owner: Some(taker.unit), depth, thread, ..Rlock::default() };
                }
                free
            }
        }
    }
}

/// The condition that is called, and its lock.
struct Monitor<'a> {
    objects: &'a mut [ObjectState],
    condition: ObjectId,
    lock: ObjectId,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the checker refuses conditions of anything but locks")]
impl Monitor<'_> {
    fn condition(&mut self) -> &mut Condition {
        match &mut self.objects[self.condition.index()] {
            ObjectState::Condition(condition) => condition,
            other => unreachable!("{other:?} is no condition"),
        }
    }

    fn guard(&mut self) -> Guard<'_> {
        match &mut self.objects[self.lock.index()] {
            ObjectState::Lock(lock) => Guard::Lock(lock),
            ObjectState::Rlock(rlock) => Guard::Rlock(rlock),
            ObjectState::Condition(condition) => Guard::Rlock(&mut condition.own),
            other => unreachable!("{other:?} is no lock"),
        }
    }

    /// A wait is two steps: to release the lock and sleep; to take it again. Giving up is a step of its own if
    /// somebody holds the lock then.
    fn wait(&mut self, timeout: &Value, attempt: &mut Attempt<'_>) -> Called {
        let (unit, wait) = (attempt.unit, Wait::Notify(self.condition));
        if attempt.expired {
            // Its time was over before anybody picked it, even if somebody has done that since.
            attempt.act(ActionKind::TimedOut(wait));
            self.condition().give_up(unit);
        }
        let standing = self.condition().standing(unit);
        if standing == Standing::Outside && !self.guard().is_owned_by(attempt.taker()) {
            return Err(Raised::new("RuntimeError", "cannot wait on un-acquired lock"));
        }
        let limit = limit(timeout)?;
        match standing {
            Standing::Outside if attempt.atomic => Err(would_wait()),
            Standing::Outside => {
                let depth = self.guard().release_all();
                self.condition().sleep(unit, depth);
                attempt.act(ActionKind::Released(self.lock, 1));
                let waits = Answer::Wait { wait, timeout: limit };
                Ok(if limit == Some(0) { Answer::Again } else { waits })
            }
            Standing::Asleep if limit == Some(0) => {
                attempt.act(ActionKind::TimedOut(wait));
                self.condition().give_up(unit);
                Ok(self.come_back(attempt))
            }
            Standing::Asleep => Ok(Answer::Wait { wait, timeout: limit }),
            Standing::Awake { .. } => Ok(self.come_back(attempt)),
        }
    }

    /// A unit that sleeps no more takes the lock again, if it is free.
    fn come_back(&mut self, attempt: &mut Attempt<'_>) -> Answer {
        let Standing::Awake { depth, notified } = self.condition().standing(attempt.unit) else {
            unreachable!("only who was awake comes back");
        };
        if !self.guard().try_restore(attempt.taker(), depth) {
            return Answer::Wait { wait: Wait::Acquire(self.lock), timeout: None };
        }
        self.condition().leave(attempt.unit);
        attempt.act(ActionKind::Acquired(self.lock));
        Answer::Value(Value::Bool(notified))
    }

    /// Wakes so many of those who sleep, or all of them.
    fn notify(&mut self, count: Option<&Value>, attempt: &mut Attempt<'_>) -> Called {
        if !self.guard().is_owned_by(attempt.taker()) {
            return Err(Raised::new("RuntimeError", "cannot notify on un-acquired lock"));
        }
        let sleepers = self.condition().sleepers();
        if sleepers == 0 {
            attempt.did(Deed::Notify(None));
            return Ok(Answer::Value(Value::None));
        }
        let count = match count {
            Some(count) => number(count)?.min(sleepers),
            None => sleepers,
        };
        for left in (1..=count).rev() {
            let sleepers = self.condition().sleepers();
            let place = if sleepers > left { attempt.oracle.pick(sleepers) } else { 0 };
            let woken = self.condition().pick(place);
            attempt.did(Deed::Notify(woken));
            if let Some(unit) = woken {
                attempt.wake(Wait::Notify(self.condition), Whom::Only(unit));
            }
        }
        Ok(Answer::Value(Value::None))
    }
}

/// How many a `notify(n)` wakes at the most.
fn number(count: &Value) -> Result<usize, Raised> {
    if !arithmetic::binary(BinaryOp::Greater, count, &Value::Int(0))?.truthy() {
        return Ok(0);
    }
    let count = count.as_int().expect("only numbers compare with numbers");
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Tries the call of a method of the condition `attempt.object`.
pub(super) fn call(
    objects: &mut [ObjectState],
    method: &str,
    args: &[Value],
    attempt: &mut Attempt<'_>,
) -> Called {
    let condition = attempt.object;
    let lock = ObjectState::lock(objects, condition);
    let mut monitor = Monitor { objects, condition, lock };
    match method {
        "acquire" | "release" => {
            attempt.object = lock;
            match monitor.guard() {
                Guard::Lock(lock) => lock.call(method, args, attempt),
                Guard::Rlock(rlock) => rlock.call(method, args, attempt),
            }
        }
        "wait" => monitor.wait(&args[0], attempt),
        "wait_for" => monitor.wait(&args[1], attempt),
        "notify" => monitor.notify(Some(&args[0]), attempt),
        "notify_all" => monitor.notify(None, attempt),
        other => unreachable!("the checker refuses `{other}` of a condition"),
    }
}
