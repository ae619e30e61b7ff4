//! Each kind of object alone, under every order in which a few units can ask something of it.
//!
//! A kind joins in the tests of its own file: it writes a [`Reference`], a little model of what Python's
//! documentation says that looks at nothing of the object's own code, and calls [`check`] with objects as
//! declared, the reference and all requests (with the values of all parameters) that are worth trying.
//! `lock`, `semaphore` and `event` show how. An object that belongs to another one (a condition to its lock)
//! is checked together with it: requests name the object by its place.
//!
//! Two things are tried. As in an exploration: whoever waits may try again at any time, and may give up while
//! what it waits for is not there. As in a timed run: only who was woken tries again, who waits may give up at
//! any time, and when nobody is left who was woken but has not tried again yet, nobody must wait for what is
//! there (a lost wake-up).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::base::span::Span;
use crate::ir::program::Object;
use crate::ir::value::Value;
use crate::machine::profile::FreeLock;
use crate::semantics::attempt::{Answer, Attempt};
use crate::semantics::object::ObjectState;
use crate::semantics::oracle::Oracle;
use crate::semantics::step::{Action, ActionKind, Whom};
use crate::semantics::traffic::Traffic;
use crate::semantics::world::Wait;
use crate::syntax::ast::ObjectKind;

/// Something that a unit asks of an object.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) object: usize,
    pub(super) method: &'static str,
    pub(super) args: Vec<Value>,
}

/// A request to the first object.
pub(super) fn ask(method: &'static str, args: &[Value]) -> Ask {
    Ask { object: 0, method, args: args.to_vec() }
}

/// Every kind of `acquire(blocking=True, timeout=None)`.
pub(super) fn acquisitions() -> Vec<Ask> {
    let timeouts = [Value::None, Value::Duration(-1), Value::Duration(0), Value::Duration(5)];
    let waiting = timeouts.clone().map(|timeout| ask("acquire", &[Value::Bool(true), timeout]));
    let not = timeouts.map(|timeout| ask("acquire", &[Value::Bool(false), timeout]));
    waiting.into_iter().chain(not).collect()
}

/// How a unit comes to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It has just asked.
    First,
    /// It waits and looks again.
    Again,
    /// It waited, and was woken.
    Notified,
    /// It gives up waiting.
    Expired,
}

/// What comes of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Gives(Value),
    /// The class of the exception and its message.
    Raises(String),
    Waits,
}

impl Said {
    pub(super) const TRUE: Self = Self::Gives(Value::Bool(true));
    pub(super) const FALSE: Self = Self::Gives(Value::Bool(false));
    pub(super) const NONE: Self = Self::Gives(Value::None);

    pub(super) fn raises(text: &str) -> Self {
        Self::Raises(text.to_owned())
    }
}

/// What an object should do.
pub(super) trait Reference: Clone + Debug {
    fn says(&mut self, unit: usize, ask: &Ask, how: How) -> Said;
}

/// An object as declared.
pub(super) fn declared(kind: ObjectKind, arguments: &[Value]) -> ObjectState {
    let (name, arguments, span) = (kind.word().to_owned(), arguments.to_vec(), Span::new(0, 0));
    ObjectState::new(&Object { name, kind, arguments, process: false, span })
}

/// The place in the list of requests of the one that a unit has made and that has to wait.
#[derive(Clone, Debug)]
struct Waiter {
    ask: usize,
    wait: Wait,
    timed: bool,
    woken: bool,
}

#[derive(Clone, Debug)]
struct State<R> {
    objects: Vec<ObjectState>,
    reference: R,
    units: Vec<Option<Waiter>>,
    /// As in the engine: who waits for what and was not woken, the longest waiter first.
    queues: BTreeMap<Wait, Vec<usize>>,
}

/// Tries everything that `units` units can ask, `depth` tries long.
pub(super) fn check(
    objects: &[ObjectState],
    reference: &impl Reference,
    asks: &[Ask],
    (units, depth): (usize, usize),
) {
    for timed in [false, true] {
        let trial = Trial { asks, timed };
        let mut seen = BTreeSet::new();
        let mut layer = vec![State {
            objects: objects.to_vec(),
            reference: reference.clone(),
            units: vec![None; units],
            queues: BTreeMap::new(),
        }];
        for _ in 0..depth {
            let next: Vec<_> = layer.iter().flat_map(|state| trial.nexts(state)).collect();
            layer = next.into_iter().filter(|state| seen.insert(format!("{state:?}"))).collect();
        }
        assert!(seen.len() > units, "only {} states were reached", seen.len());
    }
}

struct Trial<'a> {
    asks: &'a [Ask],
    timed: bool,
}

impl Trial<'_> {
    fn nexts<R: Reference>(&self, state: &State<R>) -> Vec<State<R>> {
        let mut nexts = Vec::new();
        for (unit, standing) in state.units.iter().enumerate() {
            let Some(waiter) = standing else {
                nexts.extend((0..self.asks.len()).map(|ask| self.tried(state, unit, ask, How::First)));
                continue;
            };
            let how = if waiter.woken { How::Notified } else { How::Again };
            if !self.timed || waiter.woken {
                nexts.push(self.tried(state, unit, waiter.ask, how));
            }
            let is_there = || self.tried(state, unit, waiter.ask, How::Again).units[unit].is_none();
            if waiter.timed && !waiter.woken && (self.timed || !is_there()) {
                nexts.push(self.tried(state, unit, waiter.ask, How::Expired));
            }
        }
        if self.timed {
            nexts.iter().for_each(|next| self.check_wake_ups(next));
        }
        nexts
    }

    /// The state after a try, in which object and reference have said the same.
    fn tried<R: Reference>(&self, state: &State<R>, unit: usize, ask: usize, how: How) -> State<R> {
        let mut next = state.clone();
        let request = &self.asks[ask];
        let (answer, actions) = attempt(&mut next.objects, unit, request, how);
        let (said, waits) = match answer {
            Ok(Answer::Value(value)) => (Said::Gives(value), None),
            Ok(Answer::Wait { wait, timeout }) => (Said::Waits, Some((wait, timeout.is_some()))),
            Ok(Answer::Again) => unreachable!("each of these calls is one step"),
            Err(raised) => (Said::Raises(format!("{}: {}", raised.name(), raised.message())), None),
        };
        let want = next.reference.says(unit, request, how);
        assert_eq!(said, want, "unit {unit} asks {request:?} ({how:?}) in {state:#?}");
        if said == Said::Waits && actions.is_empty() {
            assert_eq!(next.objects, state.objects, "who waits has done nothing: {request:?} in {state:#?}");
        }
        next.queues.values_mut().for_each(|queue| queue.retain(|&waiter| waiter != unit));
        actions.iter().for_each(|action| wake(&mut next, &action.kind));
        next.units[unit] = waits.map(|(wait, timed)| Waiter { ask, wait, timed, woken: false });
        if let Some((wait, _)) = waits {
            next.queues.entry(wait).or_default().push(unit);
        }
        next.queues.retain(|_, queue| !queue.is_empty());
        next
    }

    /// When nobody is on the way to trying again, whoever waits waits for what is not there.
    fn check_wake_ups<R: Reference>(&self, state: &State<R>) {
        if state.units.iter().flatten().any(|waiter| waiter.woken) {
            return;
        }
        for (unit, waiter) in state.units.iter().enumerate() {
            let Some(Waiter { ask, wait, .. }) = waiter else { continue };
            let (answer, _) = attempt(&mut state.objects.clone(), unit, &self.asks[*ask], How::Again);
            let still = matches!(answer, Ok(Answer::Wait { wait: now, .. }) if now == *wait);
            assert!(still, "unit {unit} was not woken, though it could go on: {state:#?}");
        }
    }
}

fn attempt(
    objects: &mut [ObjectState],
    unit: usize,
    ask: &Ask,
    how: How,
) -> (Result<Answer, crate::ir::value::Raised>, Vec<Action>) {
    let mut actions = Vec::new();
    let mut attempt = Attempt {
        refusal: None,
        free_lock: FreeLock::RuntimeError,
        home: InterpreterId(0),
        traffic: Traffic::default(),
        unit: UnitId::new(unit),
        thread: UnitId::new(unit),
        awaits: false,
        object: ObjectId::new(ask.object),
        expired: how == How::Expired,
        notified: how == How::Notified,
        atomic: false,
        pc: 0,
        oracle: &mut Sure,
        actions: &mut actions,
    };
    let answer = ObjectState::call(objects, ask.method, &ask.args, &mut attempt);
    (answer, actions)
}

/// Is never asked: none of these calls leaves anything open.
struct Sure;

impl Oracle for Sure {
    fn choose(&mut self, _bound: u64) -> u64 {
        unreachable!("no call of an object draws a value")
    }

    fn pick(&mut self, _count: usize) -> usize {
        unreachable!("none of these objects picks a waiter by itself")
    }

    fn limit(&mut self, _count: usize) -> usize {
        unreachable!("there are no limits of time around these objects")
    }

    fn lines_up(&mut self) -> bool {
        unreachable!("nobody awaits these objects")
    }

    fn reads(&mut self, _unit: UnitId) -> bool {
        unreachable!("nobody is killed here")
    }

    fn uniform(&mut self, _low: u64, _high: u64) -> u64 {
        unreachable!("no call of an object draws a duration")
    }

    fn exponential(&mut self, _mean: u64) -> u64 {
        unreachable!("no call of an object draws a duration")
    }

    fn normal(&mut self, _mean: u64, _deviation: u64) -> u64 {
        unreachable!("no call of an object draws a duration")
    }

    fn now(&self) -> u64 {
        unreachable!("none of these calls asks for the time")
    }

    fn deadlocked(&self) -> bool {
        unreachable!("no call of an object asks for it")
    }
}

/// Wakes those whom the engine would wake.
fn wake<R>(state: &mut State<R>, action: &ActionKind) {
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else wakes anybody")]
    let (wait, whom) = match action {
        ActionKind::Released(object, count) => (Wait::Acquire(*object), Whom::First(*count)),
        ActionKind::Woke(wait, whom) => (*wait, *whom),
        _ => return,
    };
    let Some(queue) = state.queues.get_mut(&wait) else { return };
    let woken: Vec<usize> = match whom {
        Whom::First(count) => queue.drain(..queue.len().min(count as usize)).collect(),
        Whom::All => std::mem::take(queue),
        Whom::Only(unit) => queue.extract_if(.., |waiter| *waiter == unit.index()).collect(),
    };
    for unit in woken {
        state.units[unit].as_mut().expect("who is in a queue waits").woken = true;
    }
}
