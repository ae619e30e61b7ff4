//! The order of a run's events as a fingerprint of 128 bits: which interleaving it was.
//!
//! Two runs have the same interleaving if the same units do the same to the same things, at the same places of the
//! script, in the same order. When it happens, on which core, and which values are read, written, put, chosen or
//! printed makes no difference: those are told by the ends of the runs.

use std::hash::Hash;
use std::ops::ControlFlow;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::trace::event::{Detail, Event, EventKind, Names, Sink};

/// Takes the fingerprint of a run's events at sync detail.
#[derive(Clone, Debug, Default)]
pub struct Order {
    hasher: SipHasher13,
}

impl Order {
    /// The fingerprint of all events so far.
    #[must_use]
    pub fn fingerprint(&self) -> u128 {
        self.hasher.finish128().as_u128()
    }
}

impl Sink for Order {
    fn detail(&self) -> Detail {
        Detail::Sync
    }

    fn event(&mut self, event: &Event, _names: &dyn Names) -> ControlFlow<()> {
        let place = event.site.map(|site| site.place);
        let (one, other) = things(&event.kind);
        (event.unit, event.kind.word(), one, other, place).hash(&mut self.hasher);
        ControlFlow::Continue(())
    }
}

/// The numbers of what an event is about: a thing, and a unit beside it. A word tells what kind of thing it is; of
/// the three kinds of `wait` and the two of `timeout`, the places of the numbers do.
fn things(kind: &EventKind) -> (Option<u32>, Option<u32>) {
    match kind {
        EventKind::Start
        | EventKind::End
        | EventKind::Killed
        | EventKind::Cancelled
        | EventKind::TimeoutBlock
        | EventKind::Fail { .. }
        | EventKind::WaitWhen
        | EventKind::Print { .. }
        | EventKind::Choose { .. }
        | EventKind::Raise { .. } => (None, None),
        EventKind::Spawn { child: unit }
        | EventKind::WaitEnd { unit }
        | EventKind::TimeoutEnd { unit }
        | EventKind::Cancel { unit }
        | EventKind::Join { unit } => (None, Some(unit.0)),
        EventKind::Wait { object, holder: unit } | EventKind::Notify { object, unit } => {
            (Some(object.0), unit.map(|unit| unit.0))
        }
        EventKind::Acquire { object }
        | EventKind::Timeout { object }
        | EventKind::Refused { object }
        | EventKind::Release { object }
        | EventKind::Set { object }
        | EventKind::Clear { object }
        | EventKind::Pass { object }
        | EventKind::Arrive { object, .. }
        | EventKind::Break { object }
        | EventKind::Reset { object }
        | EventKind::Put { object, .. }
        | EventKind::Lose { object, .. }
        | EventKind::Get { object, .. }
        | EventKind::TaskDone { object, .. }
        | EventKind::ShutDown { object }
        | EventKind::Send { object, .. }
        | EventKind::Receive { object, .. }
        | EventKind::Close { object } => (Some(object.0), None),
        EventKind::Read { cell, .. } | EventKind::Write { cell, .. } => (Some(cell.0), None),
        EventKind::Enter { region } | EventKind::Leave { region } => (Some(region.0), None),
        EventKind::On
        | EventKind::Off { .. }
        | EventKind::Compute { .. }
        | EventKind::Io { .. }
        | EventKind::Sleep { .. }
        | EventKind::Wake
        | EventKind::Resume
        | EventKind::GilWait { .. }
        | EventKind::GilTake
        | EventKind::GilDrop { .. }
        | EventKind::GilRequest { .. } => unreachable!("nothing finer than sync detail is sent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{CellId, ObjectId, UnitId};
    use crate::base::time::SimTime;
    use crate::trace::sample::{Sample, bank};

    fn of(events: &[Event]) -> u128 {
        let mut order = Order::default();
        events.iter().for_each(|event| assert!(order.event(event, &Sample).is_continue()));
        order.fingerprint()
    }

    #[test]
    fn another_order_is_another_interleaving_and_another_time_is_none() {
        let events = bank();
        let later: Vec<Event> = events
            .iter()
            .map(|event| Event { at: SimTime(event.at.0 + 7), core: Some(3), ..event.clone() })
            .collect();
        assert_eq!(of(&events), of(&later));
        let mut turned = events.clone();
        turned.swap(1, 2);
        assert_ne!(of(&events), of(&turned));
        assert_ne!(of(&events), of(&events[1..]));
    }

    #[test]
    fn values_make_no_difference_and_things_do() {
        let event = |kind| Event { at: SimTime::ZERO, unit: UnitId(1), core: None, site: None, kind };
        let write = |cell, value: &str| {
            of(&[event(EventKind::Write { cell: CellId(cell), value: value.to_owned() })])
        };
        assert_eq!(write(0, "1"), write(0, "2"));
        assert_ne!(write(0, "1"), write(1, "1"));
        let waits = [
            EventKind::Wait { object: ObjectId(2), holder: None },
            EventKind::Wait { object: ObjectId(2), holder: Some(UnitId(2)) },
            EventKind::WaitEnd { unit: UnitId(2) },
            EventKind::WaitWhen,
        ];
        let mut prints: Vec<u128> = waits.into_iter().map(|kind| of(&[event(kind)])).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), 4);
    }
}
