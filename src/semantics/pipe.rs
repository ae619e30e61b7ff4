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
use crate::semantics::feeder::{FRAME, PIPE_CAPACITY};
use crate::semantics::object::{ObjectState, Provider};
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
            self.sending = self.sending.filter(|_| own.is_none());
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
        attempt.traffic.sends(message, bytes - FRAME);
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
        attempt.traffic.receives(&message, bytes - FRAME);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::alone::{Ask, How, Reference, Said, check, declared};
    use crate::syntax::ast::ObjectKind;

    /// A pair of sockets: for each side what was sent there, how much of it the other side has received, and who is in the
    /// middle of a `send`.
    #[derive(Clone, Debug, Default)]
    struct Sockets {
        sent: [Vec<(Value, u64)>; 2],
        received: [usize; 2],
        /// With the place of its message.
        sending: [Option<(usize, usize)>; 2],
        closed: [bool; 2],
    }

    impl Sockets {
        fn unread(&self, side: usize) -> &[(Value, u64)] {
            &self.sent[side][self.received[side]..]
        }

        /// "Send an object to the other end"; a writer blocks until all of it is written or read.
        fn send(&mut self, (side, unit): (usize, usize), message: &Value, size: &Value) -> Said {
            let Value::Size(size) = size else { unreachable!("every message has a size here") };
            let bytes = u64::try_from(*size).unwrap() + 4;
            if self.sending[side].is_some_and(|(sender, at)| sender == unit && at < self.received[side]) {
                self.sending[side] = None;
                return Said::NONE;
            }
            if self.closed[1 - side] {
                self.sending[side] = self.sending[side].filter(|(sender, _)| *sender != unit);
                return Said::raises("BrokenPipeError: [Errno 32] Broken pipe");
            }
            let unread: u64 = self.unread(side).iter().map(|(_, bytes)| bytes).sum();
            let fits = unread + bytes <= 65_536;
            if self.sending[side].is_some() || !(fits || unread == 0) {
                return Said::Waits;
            }
            self.sent[side].push((message.clone(), bytes));
            if fits {
                return Said::NONE;
            }
            self.sending[side] = Some((unit, self.sent[side].len() - 1));
            Said::Waits
        }
    }

    impl Reference for Sockets {
        fn says(&mut self, unit: usize, ask: &Ask, how: How) -> Said {
            let (side, other) = (ask.object, 1 - ask.object);
            if ask.method == "close" {
                self.closed[side] = true;
                return Said::NONE;
            }
            if self.closed[side] {
                return Said::raises("OSError: handle is closed");
            }
            let next = self.unread(other).first().map(|(message, _)| message.clone());
            match (ask.method, next) {
                ("send", _) => self.send((side, unit), &ask.args[0], &ask.args[1]),
                ("recv", Some(message)) => {
                    self.received[other] += 1;
                    Said::Gives(message)
                }
                ("recv", None) if self.closed[other] => Said::raises("EOFError: "),
                ("recv", None) => Said::Waits,
                // "Return whether there is any data available to be read"; the end of it counts.
                (_, Some(_)) => Said::TRUE,
                (_, None) if self.closed[other] => Said::TRUE,
                (_, None) if how == How::Expired || ask.args[0] == Value::Int(0) => Said::FALSE,
                (_, None) => Said::Waits,
            }
        }
    }

    #[test]
    fn alone_its_ends_do_what_python_says() {
        let end = |peer| {
            let role = Role::End { pipe: ObjectId(2), peer: ObjectId(peer) };
            declared(ObjectKind::Pipe, &role.arguments())
        };
        let ask = |object, method, args: &[Value]| Ask { object, method, args: args.to_vec() };
        let send = |object, message, size| ask(object, "send", &[Value::Int(message), Value::Size(size)]);
        let asks = [
            send(0, 1, 40_000),
            send(0, 2, 65_532),
            send(0, 3, 65_533),
            send(1, 4, 40_000),
            ask(0, "recv", &[]),
            ask(1, "recv", &[]),
            ask(1, "poll", &[Value::Int(0)]),
            ask(1, "poll", &[Value::Duration(5)]),
            ask(0, "close", &[]),
            ask(1, "close", &[]),
        ];
        check(&[end(1), end(0)], &Sockets::default(), &asks, (3, 5));
    }
}
