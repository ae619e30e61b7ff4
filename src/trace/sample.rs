//! A few hand-made events, for the tests of the text forms.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::base::id::{CellId, ObjectId, PlaceId, RegionId, UnitId};
use crate::base::span::Span;
use crate::base::time::{SimDuration, SimTime};
use crate::trace::event::{Event, EventKind, Leave, Names, Site};

pub(super) struct Sample;

impl Names for Sample {
    fn unit(&self, unit: UnitId) -> String {
        ["main", "transfer.1"][unit.index()].to_string()
    }
    fn object(&self, object: ObjectId) -> Cow<'_, str> {
        ["checking", "savings"][object.index()].into()
    }
    fn cell(&self, _: CellId) -> Cow<'_, str> {
        "total".into()
    }
    fn region(&self, _: RegionId) -> &'static str {
        "cs"
    }
    fn place(&self, place: PlaceId) -> &str {
        ["main: let a", "transfer: with first", "transfer: with second", "main: print \"total\", total"]
            [place.index()]
    }
}

/// The text that the sites of [`bank`] point into.
pub(super) const TEXT: &str = "let a\nété; with first\nwith second\nprint\n";

const MAIN: UnitId = UnitId(0);
const TRANSFER: UnitId = UnitId(1);

fn event(at: u64, unit: UnitId, site: Option<(u32, usize, usize)>, kind: EventKind) -> Event {
    let site = site.map(|(place, start, end)| Site { place: PlaceId(place), span: Span::new(start, end) });
    Event { at: SimTime(at), unit, core: Some(unit.0), site, kind }
}

/// One unit that gets a lock and waits for another.
pub(super) fn bank() -> Vec<Event> {
    let total = EventKind::Print { text: "total 130".to_string() };
    vec![
        event(50_000, MAIN, Some((0, 0, 5)), EventKind::Spawn { child: TRANSFER }),
        event(50_000, TRANSFER, None, EventKind::Start),
        event(2_050_000, TRANSFER, Some((1, 13, 23)), EventKind::Acquire { object: ObjectId(0) }),
        Event {
            core: None,
            ..event(
                2_052_000,
                TRANSFER,
                Some((2, 24, 35)),
                EventKind::Wait { object: ObjectId(1), holder: Some(MAIN) },
            )
        },
        event(2_052_000, MAIN, Some((3, 36, 41)), total),
    ]
}

/// What only a trace at sched detail shows.
pub(super) fn machine() -> Vec<Event> {
    let kinds = [
        EventKind::On,
        EventKind::Compute { length: SimDuration::ms(5), nogil: true },
        EventKind::GilWait { holder: Some(TRANSFER) },
        EventKind::GilRequest { holder: TRANSFER },
        EventKind::GilDrop { forced: true },
        EventKind::Off { why: Leave::Quantum },
    ];
    kinds.into_iter().map(|kind| Event { core: Some(1), ..event(1_000, MAIN, None, kind) }).collect()
}

/// A script that prints what looks like a line of ours and plays with the terminal.
pub(super) fn hostile() -> Vec<Event> {
    let text = "a  = outcome completed\n= x\u{1b}[2J\u{202e} ".to_string();
    vec![event(0, MAIN, Some((3, 36, 41)), EventKind::Print { text })]
}

/// A disk without any room.
pub(super) struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
