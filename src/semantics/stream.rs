//! The standard streams of a subprocess: pipes of bytes of which only the number counts (Linux, `Lib/subprocess.py`; read
//! and run: 3.11.7). One that is not connected leads elsewhere: what is written to it goes away at once, and there is
//! nothing to read.
//!
//! Who reads reads to the end, and takes all that is written from then on; until then a pipe holds 64 KiB.

use crate::base::id::UnitId;
use crate::ir::pipe::Stream;
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{Answer, Attempt, Called};
use crate::semantics::feeder::PIPE_CAPACITY;
use crate::semantics::object::Provider;
use crate::semantics::step::{Deed, Whom};
use crate::semantics::world::Wait;

/// The state of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bytes {
    /// The unit that the subprocess was started for, if a pipe connects the stream with the one that has started it.
    child: Option<UnitId>,
    /// Bytes in the pipe.
    unread: u64,
    /// Somebody reads to the end, and has read so many bytes so far.
    reading: Option<u64>,
    /// Who is in the middle of a write for which there was not enough room, and how many bytes are left of it.
    writing: Option<(UnitId, u64)>,
    /// Nobody will write any more.
    writer_closed: bool,
    /// Nobody will read any more.
    reader_closed: bool,
    /// What `communicate` has read of it, which another one gives again.
    kept: u64,
}

impl Bytes {
    /// A pipe to or from the subprocess of that unit.
    pub(super) fn connected(child: UnitId) -> Self {
        Self { child: Some(child), ..Self::default() }
    }

    /// The unit that the subprocess was started for, if it is connected.
    #[must_use]
    pub const fn child(&self) -> Option<UnitId> {
        self.child
    }

    /// A unit is ended on the spot: it does not write the rest.
    pub(super) fn abandon(&mut self, unit: UnitId) {
        self.writing = self.writing.filter(|(writer, _)| *writer != unit);
    }

    /// Gives every unit another id.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { child, unread: _, reading: _, writing, writer_closed: _, reader_closed: _, kept: _ } =
            self;
        let writer = writing.as_mut().map(|(writer, _)| writer);
        for unit in child.iter_mut().chain(writer) {
            *unit = names[unit.index()];
        }
    }

    /// What it knows of a unit.
    pub(super) fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        note(u32::from(self.child == Some(unit)));
        note(u32::from(self.writing.is_some_and(|(writer, _)| writer == unit)));
    }

    /// Who can let those go on who wait for that of it.
    pub(super) const fn provider(&self, wait: Wait) -> Provider {
        let for_room = matches!(wait, Wait::Put(_));
        // Whoever reads to the end takes out all that is still written.
        let is_there = self.writer_closed || self.reader_closed || (for_room && self.reading.is_some());
        match self.child {
            Some(child) if !is_there => Provider::Stream { child, for_room },
            Some(_) | None => Provider::Free,
        }
    }

    /// Tries the call of a method of an end of that stream.
    pub(super) fn call(&mut self, method: &str, args: &[Value], attempt: &mut Attempt<'_>) -> Called {
        match method {
            "write" => self.write(&args[0], attempt),
            "read" => match self.read(attempt)? {
                Some(bytes) => Ok(Answer::Value(size(bytes))),
                None => Ok(Answer::Wait { wait: Wait::Get(attempt.object), timeout: None }),
            },
            other => unreachable!("streams have no `{other}`"),
        }
    }

    /// `write(size)`: as much as there is room for, then the rest when somebody reads.
    fn write(&mut self, given: &Value, attempt: &mut Attempt<'_>) -> Called {
        let bytes = length(given)?;
        if self.child.is_none() {
            return Ok(Answer::Value(Value::None));
        }
        let own = self.writing.filter(|(writer, _)| *writer == attempt.unit);
        if self.writer_closed || self.reader_closed {
            self.writing = self.writing.filter(|_| own.is_none());
            return Err(match self.writer_closed {
                true => Raised::new("ValueError", "write to closed file"),
                false => Raised::new("BrokenPipeError", "[Errno 32] Broken pipe"),
            });
        }
        let waits = Ok(Answer::Wait { wait: Wait::Put(attempt.object), timeout: None });
        let left = match (own, self.writing) {
            (Some((_, left)), _) => left,
            // Another thread is in the middle of its own write.
            (None, Some(_)) => return waits,
            (None, None) => bytes,
        };
        let room = if self.reading.is_some() { left } else { PIPE_CAPACITY - self.unread };
        let now = left.min(room);
        if now < left && (now == 0 || attempt.atomic) {
            return waits;
        }
        match &mut self.reading {
            Some(read) => *read += now,
            None => self.unread += now,
        }
        attempt.traffic.moves(now);
        attempt.did(Deed::Send(size(now)));
        if now < left {
            self.writing = Some((attempt.unit, left - now));
            return waits;
        }
        self.writing = None;
        attempt.wake(Wait::Put(attempt.object), Whom::All);
        Ok(Answer::Value(Value::None))
    }

    /// Reads to the end: how many bytes that were, if it has come.
    pub(super) fn read(&mut self, attempt: &mut Attempt<'_>) -> Result<Option<u64>, Raised> {
        if self.child.is_none() {
            return Ok(Some(0));
        }
        if self.begins_to_read()? {
            attempt.wake(Wait::Put(attempt.object), Whom::All);
        }
        if !self.writer_closed {
            return Ok(None);
        }
        let bytes = self.take_read();
        attempt.traffic.moves(bytes);
        attempt.did(Deed::Receive(size(bytes)));
        Ok(Some(bytes))
    }

    /// Closes the end that writes, or the one that reads; whether it was open.
    pub(super) const fn close(&mut self, writes: bool) -> bool {
        let closed = if writes { &mut self.writer_closed } else { &mut self.reader_closed };
        !std::mem::replace(closed, true)
    }

    /// Whether nobody will write any more.
    pub(super) const fn has_ended(&self) -> bool {
        self.writer_closed
    }

    /// Whether nobody will read any more.
    pub(super) const fn is_read(&self) -> bool {
        self.reader_closed
    }

    /// What `communicate` has read of it.
    pub(super) const fn kept(&mut self) -> &mut u64 {
        &mut self.kept
    }

    /// From now on all that comes is taken out; whether it was not before.
    pub(super) fn begins_to_read(&mut self) -> Result<bool, Raised> {
        if self.reader_closed {
            return Err(Raised::new("ValueError", "read of closed file"));
        }
        let begins = self.reading.is_none();
        let unread = std::mem::take(&mut self.unread);
        *self.reading.get_or_insert(0) += unread;
        Ok(begins)
    }

    /// The end of the stream has come: how many bytes were read.
    pub(super) fn take_read(&mut self) -> u64 {
        self.reading.take().unwrap_or_default()
    }
}

/// So many bytes as a value.
pub(super) fn size(bytes: u64) -> Value {
    Value::Size(i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// Whether the subprocess writes it.
pub(super) const fn is_output(stream: Stream) -> bool {
    match stream {
        Stream::Stdin => false,
        Stream::Stdout | Stream::Stderr => true,
    }
}

fn length(given: &Value) -> Result<u64, Raised> {
    match given {
        Value::Size(bytes) if *bytes >= 0 => Ok(u64::try_from(*bytes).unwrap_or(0)),
        Value::Size(_) => Err(Raised::new("ValueError", "size must be non-negative")),
        Value::Unset
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Str(_)
        | Value::List(_)
        | Value::Handle(_)
        | Value::Object(_)
        | Value::Stream(..)
        | Value::Cell(_)
        | Value::Exception(_) => Err(Raised::new(
            "TypeError",
            format!("write needs a size such as 10KB, not '{}'", given.type_name()),
        )),
    }
}
