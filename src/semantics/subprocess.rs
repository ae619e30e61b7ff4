//! Subprocesses: how one is connected with the process that starts it, and what that can do with it.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::ir::pipe::{Part, Stream};
use crate::ir::program::{Operand, Program, Register};
use crate::ir::value::{Raised, Value};
use crate::semantics::attempt::{limit, would_wait};
use crate::semantics::call::Arguments;
use crate::semantics::object::ObjectState;
use crate::semantics::step::{ActionKind, Deed, Flow, Performed, Stepper, Whom};
use crate::semantics::stream::{Bytes, is_output, size};
use crate::semantics::world::{Wait, World};
use crate::syntax::ast::UnitKind;

/// The signals that end a subprocess, as its exit code tells them.
pub(super) const SIGKILL: u8 = 9;
pub(super) const SIGTERM: u8 = 15;

/// What a new subprocess is given, in the order of the options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Connection {
    /// Which streams are connected, in the order of [`Stream::ALL`].
    pub(super) streams: [bool; 3],
    /// It runs Python.
    pub(super) python: bool,
}

impl World {
    /// The stream of a subprocess, which was started for that unit, or of another process.
    #[must_use]
    pub fn stream(&self, program: &Program, process: UnitId, stream: Stream) -> ObjectId {
        program.object_of(program.stream(stream), self.infos[process.index()].interpreter)
    }

    /// The stream of a subprocess, if that is connected. No stream of what `spawn unit` starts is.
    fn connected(&self, program: &Program, process: UnitId, stream: Stream) -> Option<ObjectId> {
        let object = program.has_streams().then(|| self.stream(program, process, stream))?;
        let is_connected =
            self.objects[object.index()].as_stream().is_some_and(|bytes| bytes.child().is_some());
        is_connected.then_some(object)
    }

    /// Connects the streams of a new subprocess.
    pub(super) fn connect(&mut self, program: &Program, child: UnitId, connection: Connection) {
        let interpreter = self.infos[child.index()].interpreter;
        self.interpreters[interpreter.index()].is_python = connection.python;
        for (stream, _) in Stream::ALL.into_iter().zip(connection.streams).filter(|(_, given)| *given) {
            let object = self.stream(program, child, stream);
            self.objects[object.index()] = ObjectState::Stream(Bytes::connected(child));
        }
    }

    /// Whether a process is no more: its main thread has ended, and all that it waits for.
    fn is_process_over(&self, process: UnitId) -> bool {
        self.units[process.index()].has_ended() && (process != UnitId(0) || self.outlives(process).is_none())
    }

    /// What the subprocess of an ended unit tells whoever waits for it: 0, 1 after an exception, or the signal that has
    /// ended it, negative.
    fn exit_code(&self, unit: UnitId) -> i64 {
        let interpreter = self.infos[unit.index()].interpreter;
        match self.interpreters[interpreter.index()].signal {
            0 => i64::from(matches!(self.units[unit.index()].result, Value::Exception(_))),
            signal => -i64::from(signal),
        }
    }

    fn bytes_mut(&mut self, object: ObjectId) -> &mut Bytes {
        match self.objects[object.index()].as_stream_mut() {
            Some(bytes) => bytes,
            None => unreachable!("a stream is a stream"),
        }
    }
}

impl Stepper<'_> {
    /// `p.left`, `h.stdout`. A stream that is not connected is `None`, as in Python.
    pub(super) fn part(&mut self, to: Register, from: Operand, part: Part) -> Performed {
        let lacks = |what: &str| {
            let message = format!("'{what}' object has no attribute '{}'", part.word());
            Err(Raised::new("AttributeError", message))
        };
        let value = match (self.get(from), part) {
            (Value::Object(object), Part::Left | Part::Right) => match self.program.ends_of(*object) {
                Some(ends) => Value::Object(ends[usize::from(part == Part::Right)]),
                None => return lacks(self.program.objects[object.index()].kind.word()),
            },
            (Value::Handle(unit), Part::Stream(stream)) => {
                let unit = *unit;
                let kind = self.world.infos[unit.index()].kind;
                if kind != UnitKind::Subprocess {
                    return lacks(kind.word());
                }
                match self.world.connected(self.program, unit, stream) {
                    Some(_) => Value::Stream(unit, stream),
                    None => Value::None,
                }
            }
            (other, _) => return lacks(other.type_name()),
        };
        self.set(to, value);
        Ok(Flow::Next)
    }

    /// The stream of the process in which the unit runs.
    pub(super) fn own_stream(&mut self, to: Register, stream: Stream) -> Performed {
        let process = self.world.process_of(self.id);
        // A worker of a pool is no unit, and its streams lead nowhere.
        let process = self.world.owner_of(process).unwrap_or(self.id);
        self.set(to, Value::Stream(process, stream));
        Ok(Flow::Next)
    }

    /// `stdout.write(size)` in the subprocess, `h.stdout.read()` outside of it.
    pub(super) fn stream_method(
        &mut self,
        to: Register,
        (process, stream): (UnitId, Stream),
        arguments: &Arguments<'_>,
    ) -> Performed {
        if !self.program.has_streams() {
            // What may be a subprocess runs as something else: its streams lead elsewhere.
            let nothing = if arguments.method.signature.name == "read" { size(0) } else { Value::None };
            self.set(to, nothing);
            return Ok(Flow::Next);
        }
        let inside = self.world.process_of(self.id) == self.world.process_of(process);
        let writes = is_output(stream) == inside;
        let object = self.world.stream(self.program, process, stream);
        let method = arguments.method.signature.name;
        match (method, writes) {
            ("close", _) => {
                self.close_by_hand(object, writes);
                self.set(to, Value::None);
                Ok(Flow::Next)
            }
            ("read", true) => Err(Raised::new("OSError", "not readable")),
            ("write", false) => Err(Raised::new("OSError", "not writable")),
            (_, _) => self.object_method(to, object, arguments),
        }
    }

    /// Closes an end of a stream because the script says so: who writes into it, or who reads.
    fn close_by_hand(&mut self, object: ObjectId, writes: bool) {
        if self.world.bytes_mut(object).close(writes) {
            self.act(ActionKind::Did(object, Deed::Close));
            self.wake_all_at(object);
        }
    }

    /// Those who wait at a stream that was closed try again.
    fn wake_all_at(&mut self, object: ObjectId) {
        self.act(ActionKind::Woke(Wait::Get(object), Whom::All));
        self.act(ActionKind::Woke(Wait::Put(object), Whom::All));
    }

    /// A unit has ended: with a process, its ends of streams are closed.
    pub(super) fn close_streams(&mut self) {
        if !self.program.has_streams() {
            return;
        }
        let interpreters = (0..self.world.interpreters.len()).map(InterpreterId::new);
        let owners = interpreters.filter_map(|interpreter| self.world.owner_of(interpreter));
        let is_child = |unit: &UnitId| self.world.infos[unit.index()].kind == UnitKind::Subprocess;
        for child in owners.filter(is_child).collect::<Vec<_>>() {
            let parent = self.world.process_of(self.world.infos[child.index()].parent);
            // A worker of a pool does not end before the pool is over.
            for (process, inside) in [(Some(child), true), (self.world.owner_of(parent), false)] {
                if !process.is_some_and(|process| self.world.is_process_over(process)) {
                    continue;
                }
                for stream in Stream::ALL {
                    let object = self.world.stream(self.program, child, stream);
                    if self.world.bytes_mut(object).close(is_output(stream) == inside) {
                        self.wake_all_at(object);
                    }
                }
            }
        }
    }

    /// `wait(timeout=None)`: the exit code of a subprocess.
    pub(super) fn wait_for_exit(
        &mut self,
        to: Register,
        unit: UnitId,
        arguments: &Arguments<'_>,
    ) -> Performed {
        let timeout = limit(&self.argument(arguments, 0))?;
        if !self.world.units[unit.index()].has_ended() {
            if self.expired || timeout == Some(0) {
                self.act(ActionKind::TimedOut(Wait::End(unit)));
                return Err(Raised::new("TimeoutError", ""));
            }
            return Ok(Flow::Wait { wait: Wait::End(unit), timeout });
        }
        self.act(ActionKind::Joined(unit));
        let code = self.world.exit_code(unit);
        self.set(to, Value::Int(code));
        Ok(Flow::Next)
    }

    /// `communicate()`: closes stdin, reads the other streams to their ends, and waits for the end of the subprocess.
    ///
    /// As in CPython (`Lib/subprocess.py`, run: 3.11.7), the one stream that is connected is simply read; where there are
    /// several, those that are closed are passed over, and what was read of them before is given again.
    pub(super) fn communicate(&mut self, to: Register, unit: UnitId) -> Performed {
        let has_ended = self.world.units[unit.index()].has_ended();
        if self.atomic > 0 && !has_ended {
            return Err(would_wait());
        }
        let [stdin, stdout, stderr] =
            Stream::ALL.map(|stream| self.world.connected(self.program, unit, stream));
        if let Some(stdin) = stdin {
            self.close_by_hand(stdin, true);
        }
        let has_several = [stdin, stdout, stderr].into_iter().flatten().count() > 1;
        let mut lacking = None;
        for object in [stdout, stderr].into_iter().flatten() {
            let bytes = self.world.bytes_mut(object);
            if has_several && bytes.is_read() {
                continue;
            }
            if bytes.begins_to_read()? {
                self.act(ActionKind::Woke(Wait::Put(object), Whom::All));
            }
            if !self.world.bytes_mut(object).has_ended() {
                lacking = lacking.or(Some(Wait::Get(object)));
            }
        }
        if let Some(wait) = lacking.or_else(|| (!has_ended).then_some(Wait::End(unit))) {
            return Ok(Flow::Wait { wait, timeout: None });
        }
        let sizes = [stdout, stderr].map(|object| object.map_or(0, |object| self.take_all(object)));
        self.act(ActionKind::Joined(unit));
        self.set(to, size(sizes[0]));
        Ok(Flow::Next)
    }

    /// Takes what was read to the end of a stream, and closes it; how many bytes that is, or was the last time.
    fn take_all(&mut self, object: ObjectId) -> u64 {
        let bytes = self.world.bytes_mut(object);
        if bytes.is_read() {
            return *bytes.kept();
        }
        let count = bytes.take_read();
        *bytes.kept() = count;
        bytes.close(false);
        self.meter.traffic.moves(count);
        self.act(ActionKind::Did(object, Deed::Receive(size(count))));
        count
    }
}
