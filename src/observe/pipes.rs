//! Units that wait at a pipe or at a stream of a subprocess: who could help them, and why they are stuck.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::base::size::SignedSize;
use crate::ir::program::Program;
use crate::observe::explain::Witness;
use crate::observe::footprint::Footprint;
use crate::semantics::object::ObjectState;
use crate::semantics::world::{Wait, World};
use crate::syntax::ast::UnitKind;

/// Methods with which a process makes room in a stream of a subprocess.
const READS: &[&str] = &["read", "communicate", "close"];

/// Methods with which it ends what a subprocess reads.
const CLOSES: &[&str] = &["communicate", "close"];

/// Methods that end a subprocess, and with it whatever it reads and writes.
const KILLS: &[&str] = &["kill", "terminate"];

/// The two processes that a stream connects.
#[derive(Clone, Copy)]
pub(super) struct Ends<'a> {
    world: &'a World,
    /// The subprocess, and the process which has started it, by their first interpreters.
    child: InterpreterId,
    parent: InterpreterId,
    /// The subprocess writes, the other one reads.
    is_output: bool,
}

impl<'a> Ends<'a> {
    /// Those of a stream of the subprocess of a unit.
    pub(super) fn of(program: &Program, world: &'a World, (stream, child): (ObjectId, UnitId)) -> Self {
        let parent = world.process_of(world.infos[child.index()].parent);
        let child = world.infos[child.index()].interpreter;
        let is_output = program.object(stream).name != "stdin";
        Self { world, child, parent, is_output }
    }

    /// Whether the child has to do something; otherwise its parent has.
    const fn is_childs(self, for_room: bool) -> bool {
        // Who makes room reads, who ends a stream writes.
        self.is_output != for_room
    }

    /// Whether somebody who is free may make room in it or end it.
    pub(super) fn may_help(
        self,
        for_room: bool,
        (is_free, footprint): (&dyn Fn(UnitId) -> bool, &Footprint<'_>),
    ) -> bool {
        let is_any_free = |inside: bool| self.units(inside).any(is_free);
        if is_any_free(false) && footprint.calls_on_some(KILLS) {
            return true;
        }
        if self.is_childs(for_room) {
            // Whatever it does, its end will do.
            return is_any_free(true);
        }
        let methods = if for_room { READS } else { CLOSES };
        (is_any_free(false) && footprint.calls_on_some(methods)) || self.may_end(is_free)
    }

    /// Whether a unit would, if it could go on.
    pub(super) fn would_help(self, for_room: bool, (unit, footprint): (UnitId, &Footprint<'_>)) -> bool {
        let is_inside = self.world.process_of(unit) == self.child;
        if self.is_childs(for_room) {
            return is_inside;
        }
        !is_inside && footprint.calls_on_some(if for_room { READS } else { CLOSES })
    }

    /// The units inside the subprocess, or all others: a fork of its parent has its handle, too.
    fn units(self, inside: bool) -> impl Iterator<Item = UnitId> + use<'a> {
        let (world, child) = (self.world, self.child);
        let is_one = move |unit: &UnitId| (world.process_of(*unit) == child) == inside;
        (0..world.units.len()).map(UnitId::new).filter(is_one)
    }

    /// Whether nothing keeps the process that has started the subprocess from its end, which closes the stream.
    fn may_end(self, is_free: &dyn Fn(UnitId) -> bool) -> bool {
        let world = self.world;
        (0..world.units.len()).map(UnitId::new).all(|unit| {
            let info = &world.infos[unit.index()];
            let is_inside = world.process_of(unit) == self.parent;
            let is_started = info.kind == UnitKind::Process && world.process_of(info.parent) == self.parent;
            let holds_up = (is_inside || is_started) && !info.daemon;
            !holds_up || world.units[unit.index()].has_ended() || is_free(unit)
        })
    }
}

impl Witness<'_> {
    /// `a message at p.left`, at what a unit waits.
    pub(super) fn at_pipe(&self, wait: Wait, object: ObjectId) -> Option<String> {
        let name = self.object(object);
        let is_room = matches!(wait, Wait::Put(_));
        match &self.world.objects[object.index()] {
            ObjectState::Pipe(_) if is_room => Some(format!("for room at `{name}`")),
            ObjectState::Pipe(_) => Some(format!("for a message at `{name}`")),
            ObjectState::Stream(_) if is_room => Some(format!("for room in `{name}`")),
            ObjectState::Stream(_) => Some(format!("for the end of `{name}`")),
            ObjectState::Lock(_)
            | ObjectState::Rlock(_)
            | ObjectState::Semaphore(_)
            | ObjectState::Event(_)
            | ObjectState::Condition(_)
            | ObjectState::Barrier(_)
            | ObjectState::Queue(_)
            | ObjectState::Device(_)
            | ObjectState::Pool(_) => None,
        }
    }

    /// Units that wait for what nobody is left to do at a pipe or a stream: for what, and the way out.
    pub(super) fn lost_at_pipe(&self, wait: Wait, object: ObjectId) -> (String, String) {
        let name = self.object(object);
        let is_room = matches!(wait, Wait::Put(_));
        let state = &self.world.objects[object.index()];
        if let Some(end) = state.as_end() {
            let peer = end.peer().map_or_else(String::new, |peer| self.object(peer));
            if is_room {
                let unread = size(end.unread());
                let what = format!(
                    "room at `{name}`: a pipe holds 64 KiB, {unread} are unread, and nobody is left to call `{peer}.recv()`"
                );
                return (
                    what,
                    format!(
                        "call `{peer}.recv()` once for each `{name}.send(…)`, before you wait for the sender"
                    ),
                );
            }
            let what = format!("a message at `{name}`, which nobody is left to send at `{peer}`");
            let help = format!(
                "send as many messages as are received, or call `{peer}.close()`: then `recv()` raises EOFError"
            );
            return (what, help);
        }
        let is_input = self.program.object(object).name == "stdin";
        let what = match (is_room, is_input) {
            (true, false) => format!(
                "room in `{name}`, which nobody is left to read: a process pipe holds 64 KiB, and it is full"
            ),
            (true, true) => format!(
                "room in `{name}`, which the subprocess does not read: a process pipe holds 64 KiB, and it is full"
            ),
            (false, true) => format!("the end of `{name}`, which nobody is left to close"),
            (false, false) => format!("the end of `{name}`, which comes when the subprocess ends"),
        };
        let help = match (is_room, is_input) {
            (true, false) => {
                "use `communicate()`, which reads everything and then waits, instead of `wait()` or `join()`"
            }
            (true, true) => "let another thread write to it while this one reads what the subprocess writes",
            (false, true) => {
                "call `stdin.close()` on the handle when all is written, or `communicate()`, which does"
            }
            (false, false) => "find out what keeps the subprocess from its end, or `kill()` it",
        };
        (what, help.to_owned())
    }
}

fn size(bytes: u64) -> String {
    format!("{}", SignedSize(i64::try_from(bytes).unwrap_or(i64::MAX)))
}
