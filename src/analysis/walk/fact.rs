//! What a walk tells: who does what, where, holding what, and beside whom.

use crate::base::span::Span;
use crate::syntax::ast::UnitKind;

/// A set of units, one bit each.
pub(crate) type Units = u128;

/// The most units that a walk tells apart.
pub(crate) const UNITS_MAX: usize = 128;

/// A declared object, or an element of an array of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ref {
    /// The declaration, by its number.
    pub(crate) object: usize,
    /// Which of them.
    pub(crate) element: Element,
}

/// Which object of a declaration is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    /// The only one.
    Only,
    /// The one of that index.
    At(i64),
    /// One whose index is known by its text only, by the number of that text.
    Some(usize),
}

impl Ref {
    /// Whether two that are equal are certainly one object.
    pub(crate) fn is_certain(self) -> bool {
        !matches!(self.element, Element::Some(_))
    }

    /// Whether both can be one object.
    pub(crate) fn may_be(self, other: Self) -> bool {
        self.object == other.object
            && (self.element == other.element || !self.is_certain() || !other.is_certain())
    }
}

/// How a lock was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// By `with`, which gives it back.
    With,
    /// By `acquire`.
    Acquire,
}

/// A lock that is held at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held {
    /// Which; none if it can't be told. A condition's is the lock behind it.
    pub(crate) lock: Option<Ref>,
    /// Where it was taken.
    pub(crate) span: Span,
    /// How it was taken.
    pub(crate) how: How,
    /// How many branches on the way here let go of it where others did not, or [`Held::MAYBE`].
    pub(crate) doubt: u8,
}

impl Held {
    /// Nobody knows whether it is held.
    pub(crate) const MAYBE: u8 = u8::MAX;
}

/// Whether an operation stalls its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Waiting {
    /// It blocks the thread.
    Bare,
    /// `await` stands before it.
    Awaited,
}

/// Whether an operation waits for as long as it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Patience {
    /// It does.
    Endless,
    /// It has a timeout or does not wait at all.
    Limited,
}

/// What takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// `compute`
    Compute,
    /// `io`
    Io,
    /// `sleep`
    Sleep,
}

/// How a function is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// At its end.
    End,
    /// By `return`.
    Return,
    /// By an exception.
    Raise,
    /// At its end, by a `break` or `continue` that skips something.
    Jump,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactKind {
    /// A `with` takes an object.
    Enter { object: Ref, waiting: Waiting },
    /// A method of an object is called.
    Call { object: Ref, method: &'static str, waiting: Waiting, patience: Patience },
    /// A shared is read or written.
    Access { shared: usize, write: bool },
    /// Time is spent.
    Time { work: Work, waiting: Waiting },
    /// A unit is started.
    Spawn { unit: usize },
    /// Ends of units are waited for, by that method of their handles.
    Join { units: Units, method: &'static str, waiting: Waiting, patience: Patience },
    /// A function is left with a lock that it took.
    Leak { held: Held, way: Way },
}

/// Where in the control flow something stands, calls included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Around {
    /// Loops of the kind `while`.
    pub(crate) whiles: u16,
    /// Branches of an `if`, handlers, and right sides of `and` and `or`.
    pub(crate) branches: u16,
    /// Blocks of the kind `atomic`.
    pub(crate) atomics: u16,
}

/// One thing that can happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    /// Where: the smallest stretch that does it.
    pub(crate) span: Span,
    /// What.
    pub(crate) kind: FactKind,
    /// The unit that does it.
    pub(crate) unit: usize,
    /// The function in whose text it stands.
    pub(crate) function: usize,
    /// One number for each time that a function was walked.
    pub(crate) visit: u32,
    /// The locks held before it, in the order in which they were taken.
    pub(crate) held: Vec<Held>,
    /// Units that this one has started and not yet waited for.
    pub(crate) live: Units,
    /// Among those, units that had a chance to run since: this one has awaited something.
    pub(crate) stirred: Units,
    /// Where in the control flow.
    pub(crate) around: Around,
    /// Whether the result of a call is used.
    pub(crate) used: bool,
}

/// A unit that the script can start, or main.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// The function that it runs.
    pub(crate) function: usize,
    /// What it is; `unit` and pools are resolved.
    pub(crate) kind: UnitKind,
    /// Where it is started: the words `spawn … f`; none for main.
    pub(crate) spawned: Option<Span>,
    /// The pool in which it runs, by its declaration.
    pub(crate) pool: Option<usize>,
    /// Whether two of it can run at the same time, started by one unit.
    pub(crate) many: bool,
    /// The units that start it.
    pub(crate) parents: Units,
    /// Units that can run at the same time, known from whoever started both.
    pub(crate) beside: Units,
    /// The unit whose process it runs in.
    pub(crate) process: usize,
    /// The unit on whose thread it runs.
    pub(crate) thread: usize,
    /// `daemon=True`
    pub(crate) daemon: bool,
}
