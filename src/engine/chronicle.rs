//! What is written down of a run for those who want to know where its time went.
//!
//! It changes nothing of the run. Where nobody wants to know, it costs a test at each change of state.

use crate::base::id::{InterpreterId, UnitId};
use crate::base::time::SimDuration;
use crate::engine::Engine;
use crate::engine::gil::GilState;
use crate::engine::thread::{Away, Blocking, Work};
use crate::observe::chain::{Cause, Chain, Chains};
use crate::observe::lanes::{Lanes, OTHERS, UNITS_MAX, Which};
use crate::observe::times::Activity;

/// How much is written down of where the time goes, beside the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chronicled {
    /// Nothing.
    Nothing,
    /// What the end of the run hung on.
    Chain,
    /// Also who did what when.
    Lanes,
}

/// What is written down.
#[derive(Debug)]
pub(super) struct Chronicle {
    chains: Chains,
    lanes: Option<Lanes>,
    /// For each unit how things stood when its chain was last brought up to date.
    marks: Vec<Mark>,
    /// The unit with which the run has ended.
    last: Option<UnitId>,
}

/// How long there was none for a newcomer so far.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// All cores were taken.
    cores: SimDuration,
    /// Somebody had the GIL.
    gil: SimDuration,
}

impl Chronicle {
    pub(super) fn new(chronicled: Chronicled, cores: u32) -> Option<Box<Self>> {
        (chronicled > Chronicled::Nothing).then(|| {
            let lanes = (chronicled == Chronicled::Lanes).then(|| Lanes::new(cores as usize));
            Box::new(Self { chains: Chains::default(), lanes, marks: Vec::new(), last: None })
        })
    }

    /// What the end hung on, if there was one, and who did what when.
    pub(super) fn into_parts(mut self) -> (Option<Chain>, Option<Lanes>) {
        (self.last.map(|unit| self.chains.of(unit)), self.lanes)
    }
}

impl Engine<'_> {
    /// Brings what is written down of a unit up to this moment.
    #[cold]
    pub(super) fn write_down(&mut self, unit: UnitId) {
        let has_gil = self.holds_gil(self.thread_of(unit));
        let routine = &self.routines[unit.index()];
        let thread = &self.threads[routine.thread.index()];
        let (activity, blocking) = match routine.away {
            // Its thread may go on with others.
            _ if routine.has_ended => return,
            Away::No => (thread.activity(), thread.blocking),
            Away::Waits(blocking) => (routine.activity(), blocking),
            Away::Io | Away::Served(_) | Away::Sleeps | Away::Ready => (routine.activity(), Blocking::Other),
        };
        let is_ready = routine.away == Away::Ready;
        let (Some(chronicle), Some(activity)) = (&mut self.chronicle, activity) else { return };
        let from = chronicle.chains.until(unit).max(routine.started);
        if let Some(lanes) = &mut chronicle.lanes {
            lanes.add(Which::Unit(unit.index()), activity as u32, from, self.now);
            if activity == Activity::Work {
                lanes.add(Which::Core(thread.core as usize), number(unit), from, self.now);
            }
        }
        let interpreter = self.world.infos[unit.index()].interpreter;
        let gil = self.gils.get(interpreter.index());
        let mark = Mark {
            cores: self.cores.full_until(self.now),
            gil: gil.map_or(SimDuration::ZERO, |gil| gil.held_until(self.now)),
        };
        if chronicle.marks.len() <= unit.index() {
            chronicle.marks.resize(unit.index() + 1, mark);
        }
        let before = std::mem::replace(&mut chronicle.marks[unit.index()], mark);
        let cause = match activity {
            Activity::Work => Cause::Work,
            Activity::Gil => {
                let both = (Cause::GilAndCores, mark.cores.saturating_sub(before.cores));
                return chronicle.chains.split(unit, both, Cause::Gil, self.now);
            }
            Activity::Queue if is_ready => Cause::Loop,
            // With a core of its own it would have waited for the GIL.
            Activity::Queue if !(has_gil || thread.kind == Work::NoGil) => {
                let both = (Cause::GilAndCores, mark.gil.saturating_sub(before.gil));
                return chronicle.chains.split(unit, both, Cause::Cores, self.now);
            }
            Activity::Queue => Cause::Cores,
            Activity::Switch => Cause::Switch,
            Activity::Object | Activity::Channel | Activity::Unit => match blocking {
                Blocking::Object(object) | Blocking::Channel(object) => Cause::Object(object),
                Blocking::Deed | Blocking::Other => Cause::Vain,
            },
            Activity::Io => Cause::Io,
            Activity::Sleep => Cause::Sleep,
            Activity::Start => Cause::Start,
            Activity::Turn => Cause::Turn,
        };
        chronicle.chains.add(unit, cause, self.now);
    }

    /// A unit goes on because of what another one did in this moment.
    #[inline]
    pub(super) fn follows(&mut self, unit: UnitId, other: UnitId) {
        if self.chronicle.is_some() && unit != other {
            self.follow_chain(unit, other);
        }
    }

    #[cold]
    fn follow_chain(&mut self, unit: UnitId, other: UnitId) {
        self.write_down(unit);
        self.write_down(other);
        if let Some(chronicle) = &mut self.chronicle {
            chronicle.chains.follow(unit, other);
        }
    }

    /// With the end of that unit the run has ended.
    pub(super) fn write_end(&mut self, unit: UnitId) {
        if let Some(chronicle) = &mut self.chronicle {
            chronicle.last = Some(unit);
        }
    }

    /// Whoever has the GIL of an interpreter had it until now.
    #[inline]
    pub(super) fn write_gil(&mut self, of: InterpreterId) {
        if self.chronicle.is_some() {
            self.write_gil_lane(of);
        }
    }

    #[cold]
    fn write_gil_lane(&mut self, of: InterpreterId) {
        let held = self.gils.get(of.index()).and_then(GilState::held);
        let Some(lanes) = self.chronicle.as_mut().and_then(|chronicle| chronicle.lanes.as_mut()) else {
            return;
        };
        if let Some((holder, since)) = held {
            let holder = self.threads[holder.index()].current;
            lanes.add(Which::Gil(of.index()), number(holder), since, self.now);
        }
    }
}

/// What a unit is called in the lanes of others.
fn number(unit: UnitId) -> u32 {
    if unit.index() < UNITS_MAX { unit.0 } else { OTHERS }
}
