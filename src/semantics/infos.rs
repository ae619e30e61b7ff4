//! What does not change about units. What those have in common that one place has spawned is kept once, because
//! there may be a million of them.

use std::hash::{Hash, Hasher};
use std::ops::Index;

use crate::base::id::{FunctionId, InterpreterId, ObjectId, UnitId};
use crate::syntax::ast::UnitKind;

/// Up to how many spawns away from main a unit's name is told in full.
pub const NAME_DEPTH_MAX: u32 = 64;

/// How many parts of a longer one are told.
const NAME_DEPTH_CUT: u32 = 8;

/// Among how many of the last kinds of units the one of a new unit is looked for.
const KINDS_NEAR: usize = 8;

/// What does not change about a unit, but for its number among its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitInfo {
    /// What it is; main is a thread.
    pub kind: UnitKind,
    /// Where it runs.
    pub interpreter: InterpreterId,
    /// The unit whose body is that of the thread on which it lives: itself, unless it is a task.
    pub thread: UnitId,
    /// Who spawned it; main is its own parent.
    pub parent: UnitId,
    /// The group that it was spawned in, if a failure there cancels tasks: where the list of its units stands in the stack
    /// of its parent.
    pub group: Option<u32>,
    /// What it runs.
    pub function: FunctionId,
    /// How many spawns away from main it is.
    pub depth: u32,
    /// The run does not wait for it.
    pub daemon: bool,
    /// The pool whose job it is.
    pub pool: Option<ObjectId>,
    /// Its name if it was given one.
    pub name: Option<Box<str>>,
}

impl UnitInfo {
    /// Whether its result comes as a message from another process, whose worker it was.
    #[must_use]
    pub const fn has_message(&self) -> bool {
        self.pool.is_some() && matches!(self.kind, UnitKind::Process)
    }
}

/// What does not change about the units of a run, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Infos {
    /// What units have in common. The same may stand there twice, and what nobody has any more may stand there.
    kinds: Vec<UnitInfo>,
    units: Vec<Known>,
}

/// What is known of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// Which of the kinds it is of.
    kind: u32,
    /// The how-manieth of its function its parent spawned, from 1.
    ordinal: u32,
}

impl Infos {
    /// Bytes of a unit that has all but its number in common with others.
    pub(super) const BYTES: usize = size_of::<Known>();

    /// How many units there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none, which is so before a run only.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// What is known of a unit, if it is one.
    #[must_use]
    pub fn get(&self, unit: usize) -> Option<&UnitInfo> {
        self.units.get(unit).map(|known| &self.kinds[known.kind as usize])
    }

    /// The how-manieth of its function its parent spawned, from 1.
    #[must_use]
    pub fn ordinal(&self, unit: UnitId) -> u32 {
        self.units[unit.index()].ordinal
    }

    /// What is known of each unit, in order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &UnitInfo> + ExactSizeIterator {
        self.units.iter().map(|known| &self.kinds[known.kind as usize])
    }

    /// Adds the next unit.
    pub fn push(&mut self, info: UnitInfo, ordinal: u32) {
        let kind = self.kind(info);
        self.units.push(Known { kind, ordinal });
    }

    /// Changes what does not change otherwise.
    pub(super) fn amend(&mut self, unit: UnitId, change: impl FnOnce(&mut UnitInfo)) {
        let mut info = self[unit.index()].clone();
        change(&mut info);
        self.units[unit.index()].kind = self.kind(info);
    }

    /// The number of a kind. Units are mostly spawned many of a kind in a row, or a few kinds in turns.
    fn kind(&mut self, info: UnitInfo) -> u32 {
        let near = self.kinds.len().saturating_sub(KINDS_NEAR);
        let known = self.kinds.iter().skip(near).rposition(|kind| *kind == info).map(|at| near + at);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(info);
            self.kinds.len() - 1
        });
        u32::try_from(kind).expect("there are no more kinds than units")
    }

    /// Gives every unit another id, that at the place of the old one in `names`.
    pub(super) fn rename(&mut self, names: &[UnitId]) {
        let before = self.units.clone();
        for (known, name) in before.into_iter().zip(names) {
            self.units[name.index()] = known;
        }
        for info in &mut self.kinds {
            let UnitInfo {
                kind: _,
                interpreter: _,
                thread,
                parent,
                group: _,
                function: _,
                depth: _,
                daemon: _,
                pool: _,
                name: _,
            } = info;
            *parent = names[parent.index()];
            *thread = names[thread.index()];
        }
    }

    /// A unit's name: `main`, `worker.1`, `crunch.1/load.1`. Of spawners over spawners only the last few are
    /// named: `~992~/load.1/…`.
    pub fn name<'a>(&self, unit: UnitId, function: impl Fn(FunctionId) -> &'a str) -> String {
        let depth = self[unit.index()].depth;
        let shown = if depth > NAME_DEPTH_MAX { NAME_DEPTH_CUT } else { depth };
        let mut parts = Vec::new();
        let mut at = unit;
        for _ in 0..shown.max(1) {
            let info = &self[at.index()];
            parts.push(match &info.name {
                Some(name) => name.to_string(),
                None => format!("{}.{}", function(info.function), self.ordinal(at)),
            });
            at = info.parent;
        }
        if shown < depth {
            parts.push(format!("~{}~", depth - shown));
        }
        parts.reverse();
        parts.join("/")
    }
}

impl Index<usize> for Infos {
    type Output = UnitInfo;

    fn index(&self, unit: usize) -> &UnitInfo {
        &self.kinds[self.units[unit].kind as usize]
    }
}

// Which kinds stand where depends on who came first, and says nothing about the units.
impl PartialEq for Infos {
    fn eq(&self, other: &Self) -> bool {
        let same_numbers = || self.units == other.units && self.kinds == other.kinds;
        let same_units = || {
            let ordinals = |infos: &Self| infos.units.iter().map(|known| known.ordinal).collect::<Vec<_>>();
            self.iter().eq(other.iter()) && ordinals(self) == ordinals(other)
        };
        self.len() == other.len() && (same_numbers() || same_units())
    }
}

impl Eq for Infos {}

impl Hash for Infos {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        for (info, known) in self.iter().zip(&self.units) {
            let UnitInfo { kind, interpreter, thread, parent, group, function, depth, daemon, pool, name } =
                info;
            (kind, interpreter, thread, parent, group, function).hash(state);
            (known.ordinal, depth, daemon, pool, name).hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::step::Action;
    use crate::semantics::world::Unit;

    fn info(parent: u32, name: Option<&str>) -> UnitInfo {
        UnitInfo {
            kind: UnitKind::Task,
            interpreter: InterpreterId(0),
            thread: UnitId(parent),
            parent: UnitId(parent),
            group: None,
            function: FunctionId(0),
            depth: 1,
            daemon: false,
            pool: None,
            name: name.map(Into::into),
        }
    }

    #[test]
    fn what_units_have_in_common_is_kept_once() {
        let mut infos = Infos::default();
        for ordinal in 1..=1_000 {
            infos.push(info(0, None), ordinal);
            infos.push(info(1, None), ordinal);
        }
        assert_eq!((infos.kinds.len(), infos.len()), (2, 2_000));
        assert_eq!((infos[998].parent, infos.ordinal(UnitId(998))), (UnitId(0), 500));
    }

    #[test]
    fn a_million_units_take_little() {
        assert_eq!((size_of::<Known>(), size_of::<Unit>()), (8, 88));
        // Who waits for all of them sees all their ends in one step.
        assert_eq!(size_of::<Action>(), 40);
    }

    #[test]
    fn what_is_changed_about_one_unit_is_not_changed_about_the_others() {
        let mut infos = Infos::default();
        (1..=3).for_each(|ordinal| infos.push(info(0, None), ordinal));
        infos.amend(UnitId(1), |info| info.pool = Some(ObjectId(7)));
        let pools: Vec<Option<ObjectId>> = infos.iter().map(|info| info.pool).collect();
        assert_eq!(pools, [None, Some(ObjectId(7)), None]);
    }

    #[test]
    fn it_does_not_matter_how_the_same_units_came_about() {
        let (mut one, mut other) = (Infos::default(), Infos::default());
        one.push(info(0, Some("a")), 1);
        one.push(info(0, Some("b")), 2);
        other.push(info(0, Some("b")), 2);
        other.push(info(0, Some("a")), 1);
        assert_ne!(one, other);
        other.rename(&[UnitId(1), UnitId(0)]);
        let mut same = Infos::default();
        same.push(info(1, Some("a")), 1);
        same.push(info(1, Some("b")), 2);
        assert_eq!(other, same);
        let print = |infos: &Infos| {
            let mut hasher = siphasher::sip::SipHasher::new();
            infos.hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(print(&other), print(&same));
    }
}
