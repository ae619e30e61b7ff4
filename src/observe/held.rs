//! Which locks each unit holds, as one small number: what was held at an access
//! is kept with it, and no access may allocate.
//!
//! The numbers are nodes of a tree. Each one but the root, which is nothing held,
//! is a lock that was taken at some op while what its parent stands for was held.

use crate::base::id::{ObjectId, UnitId};
use crate::ir::program::Pc;

/// So many different ways of holding locks are told apart.
const NODES_MAX: usize = 1 << 12;

/// What a unit holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldId(u32);

impl HeldId {
    /// No lock.
    pub const NOTHING: Self = Self(0);

    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A lock that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub lock: ObjectId,
    /// Where it was taken.
    pub pc: Pc,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    holding: Holding,
    parent: HeldId,
    /// The last node whose parent this is; the one before it with the same parent. The root stands for none.
    child: HeldId,
    sibling: HeldId,
}

/// What all units hold.
#[derive(Debug)]
pub struct Held {
    nodes: Vec<Node>,
    /// By lock, the last node that is this lock alone: an array may have very many.
    alone: Vec<HeldId>,
    units: Vec<HeldId>,
    /// Who holds each lock.
    holders: Vec<Option<UnitId>>,
    /// There are more ways of holding locks than are told apart; nobody counts as holding any from then on.
    is_lost: bool,
}

impl Held {
    /// Nothing is held, of so many objects.
    #[must_use]
    pub fn new(objects: usize) -> Self {
        let nothing = Holding { lock: ObjectId(0), pc: 0 };
        let root = Node {
            holding: nothing,
            parent: HeldId::NOTHING,
            child: HeldId::NOTHING,
            sibling: HeldId::NOTHING,
        };
        Self {
            nodes: vec![root],
            alone: vec![HeldId::NOTHING; objects],
            units: Vec::new(),
            holders: vec![None; objects],
            is_lost: false,
        }
    }

    /// There are more objects now.
    pub fn grow(&mut self, objects: usize) {
        self.alone.resize(objects, HeldId::NOTHING);
        self.holders.resize(objects, None);
    }

    /// What a unit holds.
    #[inline]
    #[must_use]
    pub fn by(&self, unit: UnitId) -> HeldId {
        self.units.get(unit.index()).copied().unwrap_or_default()
    }

    /// The locks of that, the last one taken first.
    pub fn locks(&self, held: HeldId) -> impl Iterator<Item = Holding> + '_ {
        let node = |held: HeldId| (held != HeldId::NOTHING).then(|| &self.nodes[held.index()]);
        std::iter::successors(node(held), move |last| node(last.parent)).map(|node| node.holding)
    }

    /// A unit has taken a lock; whether it did not have it already.
    pub fn acquired(&mut self, unit: UnitId, holding: Holding) -> bool {
        let holder = &mut self.holders[holding.lock.index()];
        if *holder == Some(unit) {
            return false;
        }
        *holder = Some(unit);
        if !self.is_lost {
            let held = self.with(self.by(unit), holding);
            self.set(unit, held);
        }
        true
    }

    /// Whether somebody holds a lock.
    #[must_use]
    pub fn is_held(&self, lock: ObjectId) -> bool {
        self.holders[lock.index()].is_some()
    }

    /// A lock was given back, by whoever.
    pub fn released(&mut self, lock: ObjectId) {
        let Some(holder) = self.holders[lock.index()].take() else { return };
        let held = self.without(self.by(holder), lock);
        self.set(holder, held);
    }

    fn set(&mut self, unit: UnitId, held: HeldId) {
        if self.units.len() <= unit.index() {
            self.units.resize(unit.index() + 1, HeldId::NOTHING);
        }
        self.units[unit.index()] = if self.is_lost { HeldId::NOTHING } else { held };
    }

    /// That, and one more lock.
    fn with(&mut self, held: HeldId, holding: Holding) -> HeldId {
        let mut child = *self.last_child(held, holding.lock);
        while child != HeldId::NOTHING {
            let node = &self.nodes[child.index()];
            if node.holding == holding {
                return child;
            }
            child = node.sibling;
        }
        let Some(id) = u32::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < NODES_MAX) else {
            self.is_lost = true;
            self.units.clear();
            return HeldId::NOTHING;
        };
        let sibling = std::mem::replace(self.last_child(held, holding.lock), HeldId(id));
        self.nodes.push(Node { holding, parent: held, child: HeldId::NOTHING, sibling });
        HeldId(id)
    }

    /// The last node that is one more lock than that.
    fn last_child(&mut self, held: HeldId, lock: ObjectId) -> &mut HeldId {
        match held {
            HeldId::NOTHING => &mut self.alone[lock.index()],
            HeldId(_) => &mut self.nodes[held.index()].child,
        }
    }

    /// That without a lock, which is mostly the last one that was taken.
    fn without(&mut self, held: HeldId, lock: ObjectId) -> HeldId {
        if held == HeldId::NOTHING {
            return held;
        }
        let Node { holding, parent, .. } = self.nodes[held.index()];
        if holding.lock == lock {
            return parent;
        }
        let rest = self.without(parent, lock);
        self.with(rest, holding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(lock: u32) -> Holding {
        Holding { lock: ObjectId(lock), pc: 10 + lock }
    }

    fn locks(held: &Held, unit: u32) -> Vec<u32> {
        held.locks(held.by(UnitId(unit))).map(|holding| holding.lock.0).collect()
    }

    #[test]
    fn locks_are_held_from_their_taking_to_their_release_by_whoever() {
        let mut held = Held::new(4);
        assert!(held.acquired(UnitId(1), holding(0)));
        assert!(held.acquired(UnitId(1), holding(2)));
        assert!(!held.acquired(UnitId(1), holding(0)), "a re-entrant lock counts once");
        assert!(held.acquired(UnitId(0), holding(3)));
        assert_eq!((locks(&held, 1), locks(&held, 0)), (vec![2, 0], vec![3]));
        let before = held.by(UnitId(1));
        held.released(ObjectId(0));
        assert_eq!(locks(&held, 1), [2]);
        held.released(ObjectId(2));
        assert_eq!((held.by(UnitId(1)), held.by(UnitId(7))), (HeldId::NOTHING, HeldId::NOTHING));
        held.acquired(UnitId(1), holding(0));
        held.acquired(UnitId(1), holding(2));
        assert_eq!(held.by(UnitId(1)), before, "the same way has the same number");
    }

    #[test]
    fn too_many_ways_are_none() {
        let mut held = Held::new(1);
        for pc in 0..=u32::try_from(NODES_MAX).unwrap() {
            held.acquired(UnitId(1), Holding { lock: ObjectId(0), pc });
            held.released(ObjectId(0));
        }
        held.acquired(UnitId(1), holding(0));
        assert_eq!(locks(&held, 1), [0; 0]);
        held.released(ObjectId(0));
    }
}
