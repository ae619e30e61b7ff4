//! Who is known to be able to help those who wait for others to do something.
//!
//! Permits, events, conditions, barriers and queues have no holder: whoever waits
//! for one of them is in the hands of anybody who can still call a certain method
//! of it. As long as one such unit is known and goes on, nobody is stuck. It is
//! remembered, so that a deadlock has to be looked for only when it ends, waits
//! for ever or moves past the last place from which it could help.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::{ObjectId, UnitId};
use crate::engine::Engine;
use crate::ir::program::Pc;
use crate::ir::value::Value;
use crate::observe::footprint::Footprint;
use crate::semantics::pipe::End;
use crate::semantics::world::Wait;

/// How many places are remembered at the most.
const PLACES_MAX: usize = 1 << 16;

/// Methods of an object.
type Methods = &'static [&'static str];

/// Units that can help, and what those who wait need of them.
#[derive(Debug, Default)]
pub(super) struct Rescue {
    known: BTreeMap<UnitId, Vec<(Wait, Methods)>>,
    /// All that somebody is known for.
    cared_for: BTreeSet<Wait>,
    /// Who was found last: probably the next one, too.
    last: usize,
    /// What lies ahead of a place (a pc in each call).
    ahead: BTreeMap<(Wait, Vec<Pc>), Ahead>,
}

/// Whether a help lies ahead in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ahead {
    /// It is called by the object's own name.
    ByName,
    /// It is called on some object that a register names.
    OnSome,
    /// It is not.
    Nowhere,
}

impl Rescue {
    /// Whether anybody is known who can help somebody.
    pub(super) fn is_anybody_known(&self) -> bool {
        !self.known.is_empty()
    }
}

impl Engine<'_> {
    /// Whether a unit that goes on may call one of these methods of the object. It is remembered.
    pub(super) fn has_helper(&mut self, wait: Wait, object: ObjectId, methods: Methods) -> bool {
        if self.rescue.cared_for.contains(&wait) {
            return true;
        }
        let (count, last) = (self.world.units.len(), self.rescue.last);
        let mut units = (last..count).chain(0..last).map(UnitId::new);
        let Some(unit) = units.find(|&unit| self.can_help(unit, (wait, object), methods)) else {
            return false;
        };
        self.rescue.last = unit.index();
        self.rescue.cared_for.insert(wait);
        self.rescue.known.entry(unit).or_default().push((wait, methods));
        true
    }

    /// A unit has moved on, waits or has ended: whether somebody has lost the last helper who was known.
    pub(super) fn loses_helper(&mut self, unit: UnitId) -> bool {
        let Some(cares) = self.rescue.known.remove(&unit) else { return false };
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for (wait, methods) in cares {
            let object = self.helped_at(wait);
            if !self.waiting.is_waited_for(wait) {
                self.rescue.cared_for.remove(&wait);
            } else if self.can_help(unit, (wait, object), methods) {
                kept.push((wait, methods));
            } else {
                self.rescue.cared_for.remove(&wait);
                lost.push((wait, object, methods));
            }
        }
        if !kept.is_empty() {
            self.rescue.known.insert(unit, kept);
        }
        let mut loses = false;
        for (wait, object, methods) in lost {
            loses |= !self.has_helper(wait, object, methods);
        }
        loses
    }

    /// The object of which somebody has to call a method: of a pipe, the other end.
    fn helped_at(&self, wait: Wait) -> ObjectId {
        let object = wait.object().expect("it is a method of an object");
        self.world.objects[object.index()].as_end().and_then(End::peer).unwrap_or(object)
    }

    /// Whether the unit goes on and may call one of these methods of the object.
    fn can_help(&mut self, unit: UnitId, (wait, object): (Wait, ObjectId), methods: Methods) -> bool {
        if !self.is_going_on(unit) {
            return false;
        }
        let place = (wait, self.place(unit));
        let ahead = match self.rescue.ahead.get(&place) {
            Some(ahead) => *ahead,
            None => {
                let footprint = Footprint::of(self.program, &self.world, std::iter::once(unit));
                let ahead = if footprint.calls_by_name(object, methods) {
                    Ahead::ByName
                } else if footprint.calls_on_some(methods) {
                    Ahead::OnSome
                } else {
                    Ahead::Nowhere
                };
                if self.rescue.ahead.len() >= PLACES_MAX {
                    self.rescue.ahead.clear();
                }
                self.rescue.ahead.insert(place, ahead);
                ahead
            }
        };
        match ahead {
            Ahead::ByName => true,
            Ahead::Nowhere => false,
            Ahead::OnSome => {
                let unit_now = &self.world.units[unit.index()];
                let named = self.program.named_object(object);
                unit_now.stack.contains(&Value::Object(named))
                    || Footprint::of(self.program, &self.world, std::iter::once(unit))
                        .may_call(object, methods)
            }
        }
    }
}
