//! What lints ask of a walk: which units can run at the same time, whether a place holds a lock, names for messages.

use crate::syntax::ast::{ObjectKind, UnitKind};

use super::Walk;
use super::declared::Guard;
use super::fact::{Element, Fact, FactKind, Held, How, Patience, Ref, Unit, Units};

/// What a fact takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taking {
    /// What is named in the script.
    pub(crate) object: Ref,
    /// The lock that is taken with it.
    pub(crate) lock: Ref,
    /// By `with` or by `acquire`.
    pub(crate) how: How,
    /// Whether it waits for as long as it takes.
    pub(crate) patience: Patience,
}

impl Walk {
    /// Works out who can run beside whom, once all units are known.
    pub(super) fn relate(&mut self) {
        let count = self.units.len();
        self.below = (0..count).map(|unit| 1 << unit).collect();
        // A unit is at most as many starts away from main as there are units.
        for _ in 0..count {
            let before = self.below.clone();
            for (child, unit) in self.units.iter().enumerate() {
                for parent in members(unit.parents) {
                    self.below[parent] |= before[child];
                }
            }
            if self.below == before {
                break;
            }
        }
        self.beside = vec![0; count];
        for (number, unit) in self.units.iter().enumerate() {
            for other in members(unit.beside) {
                let theirs = self.below[other];
                for own in members(self.below[number]) {
                    self.beside[own] |= theirs;
                }
            }
        }
    }

    /// Those units with all that they start.
    pub(crate) fn all_below(&self, units: Units) -> Units {
        members(units).fold(0, |all, unit| all | self.below.get(unit).copied().unwrap_or_default())
    }

    /// Whether two units can run at the same time, apart from what one knows of those that it started.
    pub(crate) fn are_beside(&self, one: usize, other: usize) -> bool {
        if one == other { self.is_many(one) } else { self.beside[one] >> other & 1 == 1 }
    }

    /// Whether several of a unit can run at the same time.
    fn is_many(&self, unit: usize) -> bool {
        self.units[unit].many || members(self.units[unit].parents).any(|parent| self.units[parent].many)
    }

    /// Whether two things can happen at the same time.
    pub(crate) fn at_once(&self, one: &Fact, other: &Fact) -> bool {
        self.are_beside(one.unit, other.unit)
            || self.all_below(one.live) >> other.unit & 1 == 1
            || self.all_below(other.live) >> one.unit & 1 == 1
    }

    /// Whether two units mean the same thing by a name that is declared without `process`.
    pub(crate) fn share(&self, one: usize, other: usize) -> bool {
        let (first, second) = (&self.units[one], &self.units[other]);
        let is_process = |unit: &Unit| match unit.kind {
            UnitKind::Process | UnitKind::Subprocess | UnitKind::Interpreter => true,
            UnitKind::Thread | UnitKind::Task | UnitKind::Unit => false,
        };
        first.process == second.process && !(one == other && is_process(first))
    }

    /// Whether two units mean the same lock by a reference.
    pub(crate) fn share_object(&self, object: Ref, one: usize, other: usize) -> bool {
        self.objects[object.object].process || self.share(one, other)
    }

    /// Whether two units mean the same variable by a name.
    pub(crate) fn share_variable(&self, shared: usize, one: usize, other: usize) -> bool {
        self.shareds[shared].process || self.share(one, other)
    }

    /// Whether an object is a lock: it has one holder, who gives it back.
    pub(crate) fn is_lock(&self, object: Ref) -> bool {
        match self.objects[object.object].kind {
            ObjectKind::Lock | ObjectKind::Rlock | ObjectKind::Condition => true,
            ObjectKind::Semaphore
            | ObjectKind::BoundedSemaphore
            | ObjectKind::Event
            | ObjectKind::Barrier
            | ObjectKind::Queue
            | ObjectKind::Pipe
            | ObjectKind::Device
            | ObjectKind::ThreadPool
            | ObjectKind::ProcessPool => false,
        }
    }

    /// Whether its holder may take it again.
    pub(crate) fn is_reentrant(&self, lock: Ref) -> bool {
        // A condition that brings its own lock brings one of that kind, as in Python.
        matches!(self.objects[lock.object].kind, ObjectKind::Rlock | ObjectKind::Condition)
    }

    /// The lock behind an object, if it has one and can be told.
    pub(crate) fn lock(&self, object: Ref) -> Option<Ref> {
        match self.objects[object.object].guard {
            Guard::Own => Some(object),
            Guard::Of(lock) => Some(lock),
            Guard::Unknown => None,
        }
    }

    /// What a fact takes, if it takes a lock.
    pub(crate) fn taking(&self, fact: &Fact) -> Option<Taking> {
        let (object, how, patience) = match fact.kind {
            FactKind::Enter { object, .. } => (object, How::With, Patience::Endless),
            FactKind::Call { object, method: "acquire", patience, .. } => (object, How::Acquire, patience),
            FactKind::Call { .. }
            | FactKind::Access { .. }
            | FactKind::Time { .. }
            | FactKind::Spawn { .. }
            | FactKind::Join { .. }
            | FactKind::Leak { .. } => return None,
        };
        let lock = self.lock(object)?;
        self.is_lock(object).then_some(Taking { object, lock, how, patience })
    }

    /// The method that a fact calls on an object of that kind.
    pub(crate) fn calls(&self, fact: &Fact, kind: ObjectKind) -> Option<(Ref, &'static str)> {
        match fact.kind {
            FactKind::Call { object, method, .. } if self.objects[object.object].kind == kind => {
                Some((object, method))
            }
            FactKind::Call { .. }
            | FactKind::Enter { .. }
            | FactKind::Access { .. }
            | FactKind::Time { .. }
            | FactKind::Spawn { .. }
            | FactKind::Join { .. }
            | FactKind::Leak { .. } => None,
        }
    }

    /// A name for an object.
    pub(crate) fn name(&self, object: Ref) -> String {
        let name = &self.objects[object.object].name;
        match object.element {
            Element::Only => name.clone(),
            Element::At(index) => format!("{name}[{index}]"),
            Element::Some(text) => match self.texts.get(text).map(String::as_str) {
                None | Some("") => format!("{name}[…]"),
                Some(text) => format!("{name}[{text}]"),
            },
        }
    }

    /// The name of the function in which a fact stands.
    pub(crate) fn place(&self, fact: &Fact) -> &str {
        &self.functions[fact.function]
    }

    /// The name of the function that a unit runs.
    pub(crate) fn unit_name(&self, unit: usize) -> &str {
        &self.functions[self.units[unit].function]
    }
}

impl Fact {
    /// How that lock is held here, if it certainly is.
    pub(crate) fn holds(&self, lock: Ref) -> Option<&Held> {
        self.held.iter().find(|held| held.lock == Some(lock) && held.doubt == 0 && lock.is_certain())
    }

    /// Whether that lock may be held here.
    pub(crate) fn may_hold(&self, lock: Ref) -> bool {
        self.held.iter().any(|held| held.lock.is_none_or(|held| held.may_be(lock)))
    }
}

/// The numbers of the units in a set, ascending.
pub(crate) fn members(units: Units) -> impl Iterator<Item = usize> {
    let mut rest = units;
    std::iter::from_fn(move || {
        if rest == 0 {
            return None;
        }
        let unit = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        Some(unit)
    })
}
