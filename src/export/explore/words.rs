//! What a step does, in a few words.

use crate::base::id::{CellId, ObjectId, UnitId};
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::explore::space::Taken;
use crate::ir::program::{Op, Pc, Program};
use crate::ir::value::Value;
use crate::observe::race::cell_at;
use crate::semantics::step::{Action, ActionKind, Deed};
use crate::semantics::world::{Naming, Wait, World};
use crate::trace::event::Names as _;

/// How many of the things that one step does are told.
const PARTS_MAX: usize = 3;

/// The words for the steps of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    /// The program.
    pub(super) program: &'a Program,
    /// Its text.
    pub(super) source: &'a Source,
}

impl Words<'_> {
    /// The line of an op.
    pub(super) fn line(&self, pc: Pc) -> u32 {
        self.source.line(self.program.spans[pc as usize])
    }

    /// The name of an object; that of a copy says whose it is.
    pub(super) fn object(&self, id: ObjectId, world: &World) -> String {
        safe(&Naming { program: self.program, world }.object(id))
    }

    /// The name of a cell, likewise.
    pub(super) fn cell(&self, id: CellId, world: &World) -> String {
        safe(&Naming { program: self.program, world }.cell(id))
    }

    /// What the unit of a turn did in it.
    pub(super) fn step(&self, before: &World, taken: &Taken) -> String {
        let unit = taken.turn.unit;
        let pc = before.units[unit.index()].pc;
        let mut parts: Vec<String> = Vec::new();
        let mut line = before.output.len();
        for (_, action) in taken.actions.iter().filter(|(by, _)| *by == unit) {
            parts.extend(self.part(action, &taken.world, line));
            line += usize::from(action.kind == ActionKind::Printed);
        }
        if parts.len() > PARTS_MAX {
            parts.truncate(PARTS_MAX);
            parts.push("…".to_owned());
        }
        let done = parts.join(", ");
        if done.is_empty() {
            self.does(pc)
        } else if matches!(self.program.ops[pc as usize], Op::AtomicOpen) {
            format!("at once: {done}")
        } else {
            done
        }
    }

    /// What an action is called, if it is worth a word; others are known by their statements.
    fn part(&self, action: &Action, world: &World, line: usize) -> Option<String> {
        let names = Naming { program: self.program, world };
        let brief = |value: &Value| safe(&value.brief(&names));
        let text = match &action.kind {
            ActionKind::Acquired(id) => format!("acquire {}", self.object(*id, world)),
            ActionKind::Refused(id) => format!("refused {}", self.object(*id, world)),
            ActionKind::Released(id, _) => format!("release {}", self.object(*id, world)),
            ActionKind::Did(id, deed) => {
                let object = self.object(*id, world);
                match deed {
                    Deed::Set => format!("set {object}"),
                    Deed::Clear => format!("clear {object}"),
                    Deed::Pass => format!("pass {object}"),
                    Deed::Notify(Some(unit)) => {
                        format!("notify {object}: {}", safe(&world.unit_name(self.program, *unit)))
                    }
                    Deed::Notify(None) => format!("notify {object}: nobody"),
                    Deed::Arrive(_) => format!("arrive {object}"),
                    Deed::Break => format!("break {object}"),
                    Deed::Reset => format!("reset {object}"),
                    Deed::Put(item) => format!("put {object} {}", brief(item)),
                    Deed::Lose(lost) => format!("lose {object} {}", brief(&lost.0)),
                    Deed::Get(item) => format!("get {object} {}", brief(item)),
                    Deed::TaskDone(_) => format!("task_done {object}"),
                    Deed::ShutDown => format!("shutdown {object}"),
                    Deed::Submit(job) => {
                        format!("submit {}", safe(&world.unit_name(self.program, *job)))
                    }
                    Deed::Finish(_) => return None,
                    Deed::Send(item) => format!("send {object} {}", brief(item)),
                    Deed::Receive(item) => format!("receive {object} {}", brief(item)),
                    Deed::Close => format!("close {object}"),
                }
            }
            ActionKind::Read(id, value) => format!("read {} {}", self.cell(*id, world), brief(value)),
            ActionKind::Wrote(id, value) => format!("write {} {}", self.cell(*id, world), brief(value)),
            ActionKind::Printed => format!("print {}", safe(&world.output[line])),
            ActionKind::Entered(id) => format!("enter {}", self.program.regions[id.index()]),
            ActionKind::Left(id) => format!("leave {}", self.program.regions[id.index()]),
            ActionKind::Chose(value) => format!("choose {}", brief(value)),
            ActionKind::TimedOut(_) => "timeout".to_owned(),
            ActionKind::Raised(exception) => format!("raise {}", safe(&exception.name)),
            ActionKind::AssertFailed(_) => "assert fails".to_owned(),
            ActionKind::Cancelled(unit) => format!("cancel {}", safe(&world.unit_name(self.program, *unit))),
            ActionKind::Killed(unit) => format!("end {}", safe(&world.unit_name(self.program, *unit))),
            ActionKind::Woke(..) | ActionKind::Joined(_) | ActionKind::Saw(_) => return None,
        };
        Some(text.trim_end().to_owned())
    }

    /// What a unit waits for.
    pub(super) fn waits(&self, world: &World, wait: Wait, pc: Pc) -> String {
        match wait {
            Wait::Acquire(object) | Wait::Channel(object) => {
                format!("waits for {}", self.object(object, world))
            }
            Wait::End(other) => format!("waits for end of {}", safe(&world.unit_name(self.program, other))),
            Wait::When => format!("waits: {}", self.head(pc)),
            Wait::Set(object) => format!("waits for {} to be set", self.object(object, world)),
            Wait::Notify(object) => format!("sleeps in {}", self.object(object, world)),
            Wait::Barrier(object) => format!("waits at {}", self.object(object, world)),
            Wait::Get(object) => {
                format!("waits for {} {}", wanted(world, object), self.object(object, world))
            }
            Wait::Put(object) => format!("waits for room in {}", self.object(object, world)),
            Wait::Flushed(object) => format!("waits for room in the pipe of {}", self.object(object, world)),
            Wait::Drained(object) => format!("waits for all of {}", self.object(object, world)),
            Wait::Worker(pool) => format!("waits for a worker of {}", self.object(pool, world)),
            Wait::Idle(pool) => format!("waits for the jobs of {}", self.object(pool, world)),
        }
    }

    /// What the op of a unit at rest will do.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "accesses are told apart, the statement tells of the rest"
    )]
    pub(super) fn next(&self, world: &World, id: UnitId) -> String {
        let unit = &world.units[id.index()];
        let (verb, cell) = match self.program.ops[unit.pc as usize] {
            Op::Read { cell, .. } => ("read", cell),
            Op::Write { cell, .. } => ("write", cell),
            _ => return format!("next: {}", self.does(unit.pc)),
        };
        match cell_at(self.program, unit, cell) {
            Some(cell) => {
                let own = self.program.cell_of(cell, world.infos[id.index()].interpreter);
                format!("next: {verb} {}", self.cell(own, world))
            }
            None => format!("next: {}", self.head(unit.pc)),
        }
    }

    /// What the op of a unit at rest is for, if that needs no more to be told than where it stands.
    fn does(&self, pc: Pc) -> String {
        if matches!(self.program.ops[pc as usize], Op::End { .. }) { "end".to_owned() } else { self.head(pc) }
    }

    /// The head of the statement that an op belongs to, without the function's name.
    fn head(&self, pc: Pc) -> String {
        let place = &self.program.places[self.program.op_places[pc as usize].index()];
        safe(place.split_once(": ").map_or(place.as_str(), |(_, head)| head))
    }
}

/// What is got out of an object: `an item of`, before its name.
fn wanted(world: &World, object: ObjectId) -> &'static str {
    let state = &world.objects[object.index()];
    match (state.as_end(), state.as_stream()) {
        (Some(_), _) => "a message at",
        (_, Some(_)) => "the end of",
        (None, None) => "an item of",
    }
}
