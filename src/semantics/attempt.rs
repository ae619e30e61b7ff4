//! A call of an object's method, as the object's own file sees it.
//!
//! A call is tried: it gives a value, raises, or has to wait. Who has to wait
//! tries again when it is stepped again, with the same arguments; nothing has
//! happened then, unless the object says so in its own state and in actions.
//! So a call of several steps finds in the object's state how far it has come.

#![expect(clippy::wildcard_enum_match_arm, reason = "a value of another kind is a type error")]

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::ir::arithmetic::length_of_time;
use crate::ir::program::Pc;
use crate::ir::value::{Raised, Value};
use crate::machine::profile::FreeLock;
use crate::semantics::oracle::Oracle;
use crate::semantics::rlock::Taker;
use crate::semantics::step::{Action, ActionKind, Deed, Whom};
use crate::semantics::traffic::Traffic;
use crate::semantics::world::Wait;

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is done and gives this.
    Value(Value),
    /// It waits, for so many nanoseconds at the most if there is a timeout.
    Wait { wait: Wait, timeout: Option<u64> },
    /// It has done one step, and goes on with another one.
    Again,
}

/// What a call gives: an answer, or Python's exception.
pub(super) type Called = Result<Answer, Raised>;

/// One try of one call.
#[expect(clippy::struct_excessive_bools, reason = "four facts that have nothing to do with each other")]
pub(super) struct Attempt<'a> {
    /// Who calls.
    pub(super) unit: UnitId,
    /// The thread that it lives on, by its first unit, and whether `await` stands before the call.
    pub(super) thread: UnitId,
    pub(super) awaits: bool,
    /// The object whose method it is.
    pub(super) object: ObjectId,
    /// The unit's time is over: it waits no longer.
    pub(super) expired: bool,
    /// The unit has waited, and somebody has woken it on purpose.
    pub(super) notified: bool,
    /// The call stands inside `atomic`, where nothing may wait.
    pub(super) atomic: bool,
    /// What the release of a lock raises that nobody holds.
    pub(super) free_lock: FreeLock,
    /// The op that calls.
    pub(super) pc: Pc,
    /// The interpreter that the caller runs in.
    pub(super) home: InterpreterId,
    /// What it puts can't be pickled, and has to be.
    pub(super) refusal: Option<Raised>,
    /// What the call sends to other processes and receives from them.
    pub(super) traffic: Traffic,
    /// Who decides what the object leaves open.
    pub(super) oracle: &'a mut dyn Oracle,
    /// What the call does.
    pub(super) actions: &'a mut Vec<Action>,
}

impl Attempt<'_> {
    /// Who calls, as a re-entrant lock knows it.
    pub(super) const fn taker(&self) -> Taker {
        Taker { unit: self.unit, thread: self.thread, awaits: self.awaits }
    }

    /// Tells of something that the call did.
    pub(super) fn act(&mut self, kind: ActionKind) {
        self.actions.push(Action { pc: self.pc, kind });
    }

    /// Tells of something that the call did to its object.
    pub(super) fn did(&mut self, deed: Deed) {
        self.act(ActionKind::Did(self.object, deed));
    }

    /// Those who wait for that may try again.
    pub(super) fn wake(&mut self, wait: Wait, whom: Whom) {
        self.act(ActionKind::Woke(wait, whom));
    }

    /// What the call needs is not there: it waits, or gives up and answers for itself.
    pub(super) fn lacks(&mut self, wait: Wait, limit: Option<u64>) -> Option<Answer> {
        if limit == Some(0) {
            self.act(ActionKind::Refused(self.object));
        } else if self.expired {
            self.act(ActionKind::TimedOut(wait));
        } else {
            return Some(Answer::Wait { wait, timeout: limit });
        }
        None
    }

    /// The answer of an `acquire` that `has` got what it asked for, or not.
    pub(super) fn acquire(&mut self, has: bool, limit: Option<u64>) -> Answer {
        if has {
            self.act(ActionKind::Acquired(self.object));
            return Answer::Value(Value::Bool(true));
        }
        self.lacks(Wait::Acquire(self.object), limit).unwrap_or(Answer::Value(Value::Bool(false)))
    }
}

/// How long a call waits at the most: a timeout of which Python says that it must not be negative.
/// 0 is not at all.
pub(super) fn timeout(value: &Value) -> Result<Option<u64>, Raised> {
    match value {
        Value::Duration(negative) if *negative < 0 => {
            Err(Raised::new("ValueError", "timeout value must be a non-negative number"))
        }
        other => limit(other),
    }
}

/// The same where Python takes a negative timeout for none at all.
pub(super) fn limit(value: &Value) -> Result<Option<u64>, Raised> {
    match value {
        Value::None => Ok(None),
        Value::Duration(negative) if *negative < 0 => Ok(Some(0)),
        other => length_of_time("timeout", other).map(Some),
    }
}

/// The error of what would have to wait inside `atomic`.
pub(super) fn would_wait() -> Raised {
    Raised::new("RuntimeError", "this would have to wait inside `atomic`")
}
