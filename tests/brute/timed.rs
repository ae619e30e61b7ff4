//! Whether what a timed run did is one of the interleavings.

#![expect(clippy::wildcard_enum_match_arm, reason = "what is no deed of its own is left out")]

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use concsim::base::id::{CellId, ObjectId, UnitId};
use concsim::base::span::Span;
use concsim::semantics::step::{Action, ActionKind, Deed};
use concsim::semantics::world::{Naming, Wait, World};
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};

use super::Brute;

/// Something that a unit did, as traces and turns both tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Done {
    /// By its name: in which order units are started is not the same in both.
    unit: String,
    place: Span,
    what: String,
}

/// Keeps what the units of a run do.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    pub(crate) all: Vec<Done>,
}

impl Sink for Deeds {
    fn detail(&self) -> Detail {
        Detail::Sync
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        if let (Some(what), Some(site)) = (told(&event.kind, names), event.site) {
            self.all.push(Done { unit: names.unit(event.unit), place: site.span, what });
        }
        ControlFlow::Continue(())
    }
}

/// What an event says was done, unless it is glued to a step or is no step.
///
/// Going past an event is left out: in a timed run whoever waited for it may do so after it was cleared.
fn told(event: &EventKind, names: &dyn Names) -> Option<String> {
    let object = |object: &ObjectId| names.object(*object).into_owned();
    let cell = |cell: &CellId| names.cell(*cell).into_owned();
    let woken = |unit: &Option<UnitId>| unit.map(|unit| names.unit(unit));
    Some(match event {
        EventKind::Acquire { object: id } => format!("acquire {}", object(id)),
        EventKind::Release { object: id } => format!("release {}", object(id)),
        EventKind::Refused { object: id } => format!("refused {}", object(id)),
        EventKind::Timeout { .. } => "timeout".to_owned(),
        EventKind::Set { object: id } => format!("set {}", object(id)),
        EventKind::Clear { object: id } => format!("clear {}", object(id)),
        EventKind::Notify { object: id, unit } => format!("notify {} {:?}", object(id), woken(unit)),
        EventKind::Arrive { object: id, index } => format!("arrive {} {index}", object(id)),
        EventKind::Break { object: id } => format!("break {}", object(id)),
        EventKind::Reset { object: id } => format!("reset {}", object(id)),
        EventKind::Put { object: id, item } => format!("put {} {item}", object(id)),
        EventKind::Lose { object: id, item, .. } => format!("lose {} {item}", object(id)),
        EventKind::Get { object: id, item } => format!("get {} {item}", object(id)),
        EventKind::TaskDone { object: id, left } => format!("done {} {left}", object(id)),
        EventKind::ShutDown { object: id } => format!("shut down {}", object(id)),
        EventKind::Send { object: id, item } => format!("send {} {item}", object(id)),
        EventKind::Receive { object: id, item } => format!("receive {} {item}", object(id)),
        EventKind::Close { object: id } => format!("close {}", object(id)),
        EventKind::Read { cell: id, value } => format!("read {} {value}", cell(id)),
        EventKind::Write { cell: id, value } => format!("write {} {value}", cell(id)),
        EventKind::Print { text } => format!("print {text}"),
        EventKind::Enter { region } => format!("enter {region}"),
        EventKind::Leave { region } => format!("leave {region}"),
        _ => return None,
    })
}

/// The same of what a step did.
fn done(action: &ActionKind, names: &dyn Names) -> Option<String> {
    let object = |object: &ObjectId| names.object(*object).into_owned();
    let cell = |cell: &CellId| names.cell(*cell).into_owned();
    let woken = |unit: &Option<UnitId>| unit.map(|unit| names.unit(unit));
    Some(match action {
        ActionKind::Acquired(id) => format!("acquire {}", object(id)),
        ActionKind::Released(id, _) => format!("release {}", object(id)),
        ActionKind::Refused(id) => format!("refused {}", object(id)),
        ActionKind::TimedOut(Wait::End(_) | Wait::When) => return None,
        ActionKind::TimedOut(_) => "timeout".to_owned(),
        ActionKind::Did(id, deed) => match deed {
            Deed::Set => format!("set {}", object(id)),
            Deed::Clear => format!("clear {}", object(id)),
            Deed::Pass | Deed::Submit(_) | Deed::Finish(_) => return None,
            Deed::Notify(unit) => format!("notify {} {:?}", object(id), woken(unit)),
            Deed::Arrive(index) => format!("arrive {} {index}", object(id)),
            Deed::Break => format!("break {}", object(id)),
            Deed::Reset => format!("reset {}", object(id)),
            Deed::Put(item) => format!("put {} {}", object(id), item.brief(names)),
            Deed::Lose(lost) => format!("lose {} {}", object(id), lost.0.brief(names)),
            Deed::Get(item) => format!("get {} {}", object(id), item.brief(names)),
            Deed::TaskDone(left) => format!("done {} {left}", object(id)),
            Deed::ShutDown => format!("shut down {}", object(id)),
            Deed::Send(item) => format!("send {} {}", object(id), item.brief(names)),
            Deed::Receive(item) => format!("receive {} {}", object(id), item.brief(names)),
            Deed::Close => format!("close {}", object(id)),
        },
        ActionKind::Read(id, value) => format!("read {} {}", cell(id), value.brief(names)),
        ActionKind::Wrote(id, value) => format!("write {} {}", cell(id), value.brief(names)),
        ActionKind::Entered(region) => format!("enter {region}"),
        ActionKind::Left(region) => format!("leave {region}"),
        _ => return None,
    })
}

impl Brute<'_> {
    /// The states in which a sequence of deeds can leave the script: none if it is no interleaving.
    pub(crate) fn states_after(&self, deeds: &[Done]) -> BTreeSet<usize> {
        let mut open: Vec<(usize, usize)> = self.initial.iter().map(|at| (0, *at)).collect();
        let mut known: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut last = BTreeSet::new();
        while let Some((done, at)) = open.pop() {
            if !known.insert((done, at)) {
                continue;
            }
            if done == deeds.len() {
                last.insert(at);
            }
            for turn in &self.turns[at] {
                let own = self.deeds(&turn.actions, &self.states[turn.to].world);
                if deeds[done..].starts_with(&own) {
                    open.push((done + own.len(), turn.to));
                }
            }
        }
        last
    }

    /// What was done in a turn that led to this world.
    fn deeds(&self, actions: &[(UnitId, Action)], world: &World) -> Vec<Done> {
        let names = Naming { program: self.program, world };
        let is_print = |action: &Action| action.kind == ActionKind::Printed;
        let prints = actions.iter().filter(|(_, action)| is_print(action)).count();
        let mut lines = world.output[world.output.len() - prints..].iter();
        let mut deeds = Vec::new();
        for (unit, action) in actions {
            let what = match lines.as_slice().first().filter(|_| is_print(action)) {
                Some(line) => {
                    lines.next();
                    Some(format!("print {line}"))
                }
                None => done(&action.kind, &names),
            };
            let place = self.program.spans[action.pc as usize];
            deeds.extend(what.map(|what| Done { unit: names.unit(*unit), place, what }));
        }
        deeds
    }
}
