//! Whether what a timed run did is one of the interleavings.

#![expect(clippy::wildcard_enum_match_arm, reason = "what is no deed of its own is left out")]

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use concsim::base::id::UnitId;
use concsim::base::span::Span;
use concsim::semantics::step::{Action, ActionKind, Deed};
use concsim::semantics::world::{Naming, Wait, World};
use concsim::trace::event::{Detail, Event, EventKind, Names, Sink};

use super::Brute;

/// Something that a unit did, as traces and turns both tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Done {
    unit: UnitId,
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

    fn event(&mut self, event: &Event, _: &dyn Names) -> ControlFlow<()> {
        if let (Some(what), Some(site)) = (told(&event.kind), event.site) {
            self.all.push(Done { unit: event.unit, place: site.span, what });
        }
        ControlFlow::Continue(())
    }
}

/// What an event says was done, unless it is glued to a step or is no step.
///
/// Going past an event is left out: in a timed run whoever waited for it may do so after it was cleared.
fn told(event: &EventKind) -> Option<String> {
    Some(match event {
        EventKind::Acquire { object } => format!("acquire {object}"),
        EventKind::Release { object } => format!("release {object}"),
        EventKind::Refused { object } => format!("refused {object}"),
        EventKind::Timeout { .. } => "timeout".to_owned(),
        EventKind::Set { object } => format!("set {object}"),
        EventKind::Clear { object } => format!("clear {object}"),
        EventKind::Notify { object, unit } => format!("notify {object} {unit:?}"),
        EventKind::Arrive { object, index } => format!("arrive {object} {index}"),
        EventKind::Break { object } => format!("break {object}"),
        EventKind::Reset { object } => format!("reset {object}"),
        EventKind::Put { object, item } => format!("put {object} {item}"),
        EventKind::Lose { object, item, .. } => format!("lose {object} {item}"),
        EventKind::Get { object, item } => format!("get {object} {item}"),
        EventKind::TaskDone { object, left } => format!("done {object} {left}"),
        EventKind::ShutDown { object } => format!("shut down {object}"),
        EventKind::Send { object, item } => format!("send {object} {item}"),
        EventKind::Receive { object, item } => format!("receive {object} {item}"),
        EventKind::Close { object } => format!("close {object}"),
        EventKind::Read { cell, value } => format!("read {cell} {value}"),
        EventKind::Write { cell, value } => format!("write {cell} {value}"),
        EventKind::Print { text } => format!("print {text}"),
        EventKind::Enter { region } => format!("enter {region}"),
        EventKind::Leave { region } => format!("leave {region}"),
        _ => return None,
    })
}

/// The same of what a step did.
fn done(action: &ActionKind, names: &dyn Names) -> Option<String> {
    Some(match action {
        ActionKind::Acquired(object) => format!("acquire {object}"),
        ActionKind::Released(object, _) => format!("release {object}"),
        ActionKind::Refused(object) => format!("refused {object}"),
        ActionKind::TimedOut(Wait::End(_) | Wait::When) => return None,
        ActionKind::TimedOut(_) => "timeout".to_owned(),
        ActionKind::Did(object, deed) => match deed {
            Deed::Set => format!("set {object}"),
            Deed::Clear => format!("clear {object}"),
            Deed::Pass => return None,
            Deed::Notify(unit) => format!("notify {object} {unit:?}"),
            Deed::Arrive(index) => format!("arrive {object} {index}"),
            Deed::Break => format!("break {object}"),
            Deed::Reset => format!("reset {object}"),
            Deed::Put(item) => format!("put {object} {}", item.brief(names)),
            Deed::Lose(item, _) => format!("lose {object} {}", item.brief(names)),
            Deed::Get(item) => format!("get {object} {}", item.brief(names)),
            Deed::TaskDone(left) => format!("done {object} {left}"),
            Deed::ShutDown => format!("shut down {object}"),
            Deed::Send(item) => format!("send {object} {}", item.brief(names)),
            Deed::Receive(item) => format!("receive {object} {}", item.brief(names)),
            Deed::Close => format!("close {object}"),
        },
        ActionKind::Read(cell, value) => format!("read {cell} {}", value.brief(names)),
        ActionKind::Wrote(cell, value) => format!("write {cell} {}", value.brief(names)),
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
            deeds.extend(what.map(|what| Done { unit: *unit, place, what }));
        }
        deeds
    }
}
