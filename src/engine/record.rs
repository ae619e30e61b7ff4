//! The events of a run, told to whoever follows it.

use crate::base::id::{ObjectId, UnitId};
use crate::engine::thread::Away;
use crate::engine::{Engine, Stop};
use crate::ir::program::Pc;
use crate::ir::value::Value;
use crate::semantics::step::{Action, ActionKind, Deed};
use crate::semantics::world::{Naming, Wait};
use crate::trace::event::{Detail, Event, EventKind, Site};

impl Engine<'_> {
    /// Tells of an event, if anybody wants to know. Those of sync detail are counted in any case.
    #[inline]
    pub(super) fn record(&mut self, unit: UnitId, pc: Option<Pc>, kind: EventKind) {
        let detail = kind.detail();
        self.events += u64::from(detail == Detail::Sync);
        if detail <= self.detail {
            self.tell(unit, pc, kind);
        }
    }

    #[cold]
    fn tell(&mut self, unit: UnitId, pc: Option<Pc>, kind: EventKind) {
        let routine = &self.routines[unit.index()];
        let thread = &self.threads[routine.thread.index()];
        let pc = pc.unwrap_or(routine.at);
        let site = Site { place: self.program.op_places[pc as usize], span: self.program.spans[pc as usize] };
        // What happens to a thread is told of who ran there last, or of its body.
        let is_there = routine.away == Away::No || kind.is_of_thread();
        let core = (thread.has_core() && is_there).then_some(thread.core);
        let event = Event { at: self.now, unit, core, site: Some(site), kind };
        let names = Naming { program: self.program, world: &self.world };
        if self.sink.event(&event, &names).is_break() {
            self.stop.get_or_insert(Stop::Interrupted);
        }
    }

    /// Tells of what a step did. `line` is the printed line that comes next.
    pub(super) fn note(&mut self, unit: UnitId, action: &Action, line: usize) {
        if self.detail < Detail::Sync {
            let is_told = !matches!(
                action.kind,
                ActionKind::TimedOut(Wait::When)
                    | ActionKind::Woke(..)
                    | ActionKind::Saw(_)
                    | ActionKind::Killed(_)
                    | ActionKind::Did(_, Deed::Submit(_) | Deed::Finish(_))
            );
            self.events += u64::from(is_told);
            return;
        }
        let names = Naming { program: self.program, world: &self.world };
        let brief = |value: &Value| value.brief(&names);
        let kind = match &action.kind {
            ActionKind::Acquired(object) => EventKind::Acquire { object: *object },
            ActionKind::Refused(object) => EventKind::Refused { object: *object },
            ActionKind::TimedOut(wait) => match Self::timeout_event(*wait) {
                Some(kind) => kind,
                None => return,
            },
            ActionKind::Released(object, _) => EventKind::Release { object: *object },
            ActionKind::Did(object, deed) => match Self::deed_event(*object, deed, brief) {
                Some(kind) => kind,
                None => return,
            },
            // The `wake` of each unit that is woken tells of it.
            ActionKind::Woke(..) | ActionKind::Saw(_) | ActionKind::Killed(_) => return,
            ActionKind::Cancelled(other) if *other == unit => EventKind::TimeoutBlock,
            ActionKind::Cancelled(other) => EventKind::Cancel { unit: *other },
            ActionKind::Joined(other) => EventKind::Join { unit: *other },
            ActionKind::Read(cell, value) => EventKind::Read { cell: *cell, value: brief(value) },
            ActionKind::Wrote(cell, value) => EventKind::Write { cell: *cell, value: brief(value) },
            ActionKind::Printed => EventKind::Print { text: self.world.output[line].to_string() },
            ActionKind::Entered(region) => EventKind::Enter { region: *region },
            ActionKind::Left(region) => EventKind::Leave { region: *region },
            ActionKind::Chose(value) => EventKind::Choose { value: brief(value) },
            ActionKind::Raised(exception) | ActionKind::AssertFailed(exception) => {
                EventKind::Raise { exception: exception.text() }
            }
        };
        self.record(unit, Some(action.pc), kind);
    }

    fn deed_event(object: ObjectId, deed: &Deed, brief: impl Fn(&Value) -> String) -> Option<EventKind> {
        Some(match deed {
            Deed::Set => EventKind::Set { object },
            Deed::Clear => EventKind::Clear { object },
            Deed::Pass => EventKind::Pass { object },
            Deed::Notify(unit) => EventKind::Notify { object, unit: *unit },
            Deed::Arrive(index) => EventKind::Arrive { object, index: *index },
            Deed::Break => EventKind::Break { object },
            Deed::Reset => EventKind::Reset { object },
            Deed::Put(item) => EventKind::Put { object, item: brief(item) },
            Deed::Lose(lost) => {
                let (item, raised) = &**lost;
                let exception = raised.as_ref().map(ToString::to_string);
                EventKind::Lose { object, item: brief(item), exception }
            }
            Deed::Get(item) => EventKind::Get { object, item: brief(item) },
            Deed::TaskDone(left) => EventKind::TaskDone { object, left: *left },
            Deed::ShutDown => EventKind::ShutDown { object },
            Deed::Send(item) => EventKind::Send { object, item: brief(item) },
            Deed::Receive(item) => EventKind::Receive { object, item: brief(item) },
            Deed::Close => EventKind::Close { object },
            // The `spawn` and the `end` of the job tell of it.
            Deed::Submit(_) | Deed::Finish(_) => return None,
        })
    }

    pub(super) fn note_spawn(&mut self, unit: UnitId, child: UnitId) {
        // The step has gone on behind the spawn; its place is that of the op before.
        self.record(unit, Some(self.world.units[unit.index()].pc - 1), EventKind::Spawn { child });
    }

    pub(super) fn note_end(&mut self, unit: UnitId) {
        let unit_now = &self.world.units[unit.index()];
        let kind = if self.world.is_cancelled(unit) {
            EventKind::Cancelled
        } else if let Value::Exception(exception) = &unit_now.result {
            EventKind::Fail { exception: exception.text() }
        } else {
            EventKind::End
        };
        self.record(unit, Some(unit_now.pc), kind);
    }
}
