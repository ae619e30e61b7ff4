//! `pipe`: the two ends of a duplex `multiprocessing.Pipe` (`Lib/multiprocessing/connection.py`; read and run: 3.11.7).
//!
//! What is sent at one end is kept there until it was received at the other one. Each direction holds 64 KiB: a message
//! that does not fit into what is left waits until it does. One that is larger than all of it goes into an empty pipe bit
//! by bit while it is received, so that its sender waits until it was.

use std::collections::VecDeque;

use crate::base::id::{ObjectId, UnitId};
use crate::ir::pickle::pickled_length;
use crate::ir::pipe::Role;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called, limit};
use crate::semantics::object::{ObjectState, Provider};
use crate::semantics::queue::{FRAME, PIPE_CAPACITY};
use crate::semantics::step::{ActionKind, Deed, Whom};
use crate::semantics::world::Wait;

/// The state of an end of a pipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct End {
    /// The other end; none of a whole pipe, at which nothing can be done.
    peer: Option<ObjectId>,
    /// What was sent here and is not yet received, with its bytes.
    sent: VecDeque<(Value, u64)>,
    /// Who is about to send a message that is larger than the pipe: it waits until that was received, or it was.
    sending: Option<(UnitId, Sending)>,
    /// This end is closed.
    closed: bool,
    /// The other one is.
    peer_closed: bool,
}

/// How far a large message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sending {
    /// Its first bytes are in the pipe.
    Begun,
    /// It was received.
    Done,
    /// Its sender was ended on the spot: the rest never comes.
    Torn,
}

impl End {
    /// A pipe or an end of one, as declared.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        let peer = match Role::of(object) {
            Some(Role::End { peer, .. }) => Some(peer),
            Some(Role::Whole(_) | Role::Stream(_)) | None => None,
        };
        Self { peer, ..Self::default() }
    }

    /// The other end.
    #[must_use]
    pub const fn peer(&self) -> Option<ObjectId> {
        self.peer
    }

    /// What was sent here and is not yet received.
    pub fn messages(&self) -> impl Iterator<Item = &Value> {
        self.sent.iter().map(|(message, _)| message)
    }

    /// How many bytes were sent here and are not yet received.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.sent.iter().map(|(_, bytes)| bytes).sum()
    }

    /// Whether anything has been closed.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed || self.peer_closed
    }

    /// Who can let those go on who wait for that of it.
    pub(super) const fn provider(&self, wait: Wait) -> Provider {
        let (Some(peer), false) = (self.peer, self.is_closed()) else { return Provider::Free };
        if let (Wait::Put(_), Some((sender, Sending::Done))) = (wait, self.sending) {
            // It has but to go on.
            return Provider::Only(sender);
        }
        let methods: &[&str] =
            if matches!(wait, Wait::Put(_)) { &["recv", "close"] } else { &["send", "close"] };
        Provider::Peer(peer, methods)
    }

    /// Gives every unit that a message names another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { peer: _, sent, sending, closed: _, peer_closed: _ } = self;
        sent.iter_mut().for_each(|(message, _)| message.rename(names));
        if let Some((unit, _)) = sending {
            *unit = names[unit.index()];
        }
    }

    /// What it knows of a unit.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        note(self.sending.map_or(0, |(sender, how)| if sender == unit { 1 + how as u32 } else { 0 }));
    }

    /// A unit is ended on the spot: what it has not sent as a whole never comes.
    pub(super) fn abandon(&mut self, unit: UnitId) {
        match &mut self.sending {
            Some((sender, how @ Sending::Begun)) if *sender == unit => *how = Sending::Torn,
            Some((sender, Sending::Done)) if *sender == unit => self.sending = None,
            Some(_) | None => {}
        }
    }

    /// Sends a message of so many bytes, as far as that is possible; whether it is done.
    fn try_send(&mut self, message: &Value, bytes: u64, attempt: &mut Attempt<'_>) -> Result<bool, Raised> {
        let own = self.sending.filter(|(sender, _)| *sender == attempt.unit);
        if let Some((_, Sending::Done)) = own {
            self.sending = None;
            return Ok(true);
        }
        if self.peer_closed {
            self.sending = None;
            return Err(Raised::new("BrokenPipeError", "[Errno 32] Broken pipe"));
        }
        if own.is_some() || self.sending.is_some() {
            return Ok(false);
        }
        let fits = self.unread() + bytes <= PIPE_CAPACITY;
        let begins = !fits && self.sent.is_empty() && !attempt.atomic;
        if !fits && !begins {
            return Ok(false);
        }
        if begins {
            self.sending = Some((attempt.unit, Sending::Begun));
        }
        self.sent.push_back((message.clone(), bytes));
        attempt.messages += 1;
        attempt.moved += bytes - FRAME;
        attempt.did(Deed::Send(message.clone()));
        Ok(fits)
    }

    /// Takes out what was sent here first.
    fn take(&mut self) -> Option<(Value, u64)> {
        if let Some((_, how)) = &mut self.sending {
            match how {
                // It is the only message: nothing goes into the pipe behind it.
                Sending::Begun => *how = Sending::Done,
                Sending::Done => {}
                Sending::Torn => return None,
            }
        }
        self.sent.pop_front()
    }
}

/// Tries the call of a method of an end.
pub(super) fn call(
    objects: &mut [ObjectState],
    method: &str,
    args: &[Value],
    attempt: &mut Attempt<'_>,
) -> Called {
    let own = attempt.object;
    let end = end_mut(objects, own);
    let peer = end.peer.expect("nothing is done to a whole pipe");
    if method == "close" {
        if !end.closed {
            end.closed = true;
            end_mut(objects, peer).peer_closed = true;
            attempt.did(Deed::Close);
            for end in [own, peer] {
                attempt.wake(Wait::Get(end), Whom::All);
                attempt.wake(Wait::Put(end), Whom::All);
            }
        }
        return Ok(Answer::Value(Value::None));
    }
    if end.closed {
        return Err(Raised::new("OSError", "handle is closed"));
    }
    match method {
        "send" => {
            let bytes = length(&args[0], &args[1])? + FRAME;
            let did = attempt.actions.len();
            let done = end.try_send(&args[0], bytes, attempt)?;
            if attempt.actions.len() > did {
                attempt.wake(Wait::Get(peer), Whom::All);
            }
            if done {
                // Somebody may have waited behind a large message.
                attempt.wake(Wait::Put(own), Whom::All);
                return Ok(Answer::Value(Value::None));
            }
            Ok(Answer::Wait { wait: Wait::Put(own), timeout: None })
        }
        "recv" => receive(objects, (own, peer), attempt),
        "poll" => poll(objects, peer, &args[0], attempt),
        other => unreachable!("the checker refuses `{other}` of an end of a pipe"),
    }
}

fn receive(
    objects: &mut [ObjectState],
    (own, peer): (ObjectId, ObjectId),
    attempt: &mut Attempt<'_>,
) -> Called {
    let other = end_mut(objects, peer);
    let torn = matches!(other.sending, Some((_, Sending::Torn)));
    if let Some((message, bytes)) = other.take() {
        attempt.messages += 1;
        attempt.moved += bytes - FRAME;
        attempt.did(Deed::Receive(message.clone()));
        attempt.wake(Wait::Put(peer), Whom::All);
        return Ok(Answer::Value(message));
    }
    match (other.closed, torn) {
        (true, false) => Err(Raised::new("EOFError", "")),
        (true, true) => Err(Raised::new("OSError", "got end of file during message")),
        (false, _) => Ok(Answer::Wait { wait: Wait::Get(own), timeout: None }),
    }
}

/// `poll(timeout=0)`: whether a `recv` would find something, the end of all messages included.
fn poll(objects: &mut [ObjectState], peer: ObjectId, timeout: &Value, attempt: &mut Attempt<'_>) -> Called {
    let other = end_mut(objects, peer);
    if other.closed || !other.sent.is_empty() {
        return Ok(Answer::Value(Value::Bool(true)));
    }
    let wait = Wait::Get(attempt.object);
    let limit = if *timeout == Value::Int(0) { Some(0) } else { limit(timeout)? };
    if attempt.expired {
        attempt.act(ActionKind::TimedOut(wait));
    } else if limit != Some(0) {
        return Ok(Answer::Wait { wait, timeout: limit });
    }
    Ok(Answer::Value(Value::Bool(false)))
}

/// The pickled bytes of a message: as many as the script says, or as many as they are.
fn length(message: &Value, size: &Value) -> Result<u64, Raised> {
    match size {
        Value::None => Ok(pickled_length(message)),
        Value::Size(bytes) if *bytes >= 0 => Ok(u64::try_from(*bytes).unwrap_or(0)),
        Value::Size(_) => Err(Raised::new("ValueError", "size must be non-negative")),
        Value::Unset
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Str(_)
        | Value::List(_)
        | Value::Handle(_)
        | Value::Object(_)
        | Value::Stream(..)
        | Value::Cell(_)
        | Value::Exception(_) => {
            let message = format!("send needs a size such as 10KB, not '{}'", size.type_name());
            Err(Raised::new("TypeError", message))
        }
    }
}

fn end_mut(objects: &mut [ObjectState], end: ObjectId) -> &mut End {
    match objects[end.index()].as_end_mut() {
        Some(end) => end,
        None => unreachable!("the ends of pipes are ends of pipes"),
    }
}
