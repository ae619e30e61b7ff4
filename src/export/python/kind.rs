//! What a value can be, as far as the text says: the kinds of a value, and those of the items of a list.

use crate::syntax::ast::{ObjectKind, UnitKind};

/// A set of kinds of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u32);

/// A kind of value, as a bit of [`Kinds`].
const fn kind(bit: u32) -> Kinds {
    Kinds(1 << bit)
}

impl Kinds {
    pub(super) const NONE: Self = kind(0);
    pub(super) const BOOL: Self = kind(1);
    pub(super) const INT: Self = kind(2);
    pub(super) const DURATION: Self = kind(3);
    pub(super) const SIZE: Self = kind(4);
    pub(super) const STR: Self = kind(5);
    pub(super) const LIST: Self = kind(6);
    pub(super) const THREAD: Self = kind(7);
    pub(super) const PROCESS: Self = kind(8);
    pub(super) const TASK: Self = kind(9);
    pub(super) const PROGRAM: Self = kind(10);
    pub(super) const FUTURE: Self = kind(11);
    pub(super) const END: Self = kind(12);
    pub(super) const STREAM: Self = kind(13);
    /// The first of as many bits as there are kinds of objects.
    const OBJECTS: u32 = 14;
    /// What has no text of its own in a Python program.
    pub(super) const NAMELESS: Self = Self(u32::MAX << 7);
    /// What `join` and `result` are asked of.
    pub(super) const HANDLES: Self = Self(0b1_1111 << 7);

    /// Objects of a kind.
    pub(super) const fn object(object: ObjectKind) -> Self {
        kind(Self::OBJECTS + object as u32)
    }

    /// What `spawn` of a unit gives.
    pub(super) const fn handle(unit: UnitKind) -> Self {
        match unit {
            UnitKind::Thread | UnitKind::Interpreter | UnitKind::Unit => Self::THREAD,
            UnitKind::Process => Self::PROCESS,
            UnitKind::Task => Self::TASK,
            UnitKind::Subprocess => Self::PROGRAM,
        }
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not among `others`.
    pub(super) const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether some kind is among both.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing but `others` is among them, and something is.
    pub(super) const fn only(self, others: Self) -> bool {
        self.0 != 0 && self.0 & !others.0 == 0
    }
}

/// What a value can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Itself.
    pub(super) own: Kinds,
    /// What is in it, and in that, if it is a list.
    pub(super) inside: Kinds,
}

impl Shape {
    pub(super) const NOTHING: Self = Self { own: Kinds(0), inside: Kinds(0) };

    pub(super) const fn of(own: Kinds) -> Self {
        Self { own, inside: Kinds(0) }
    }

    /// A list of such values.
    pub(super) const fn list_of(item: Self) -> Self {
        Self { own: Kinds::LIST, inside: item.own.and(item.inside) }
    }

    /// What an item of it can be.
    pub(super) const fn item(self) -> Self {
        Self { own: self.inside, inside: self.inside }
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self { own: self.own.and(other.own), inside: self.inside.and(other.inside) }
    }

    /// Itself and all that is in it.
    pub(super) const fn all(self) -> Kinds {
        self.own.and(self.inside)
    }
}
