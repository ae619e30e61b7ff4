//! The exceptions that the language itself raises, with what they say.
//!
//! A script may raise any other name too; who raises these, and when exactly,
//! is not known here.

use crate::ir::check::support::{Feature, runs};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// An exception that goes up by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name, that of Python.
    pub name: &'static str,
    /// When it is raised, for the language page.
    pub when: &'static str,
    /// What can raise it, if not every script can.
    needs: Option<Feature>,
}

impl BuiltIn {
    /// Whether this version of concsim can raise it.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.needs.is_none_or(runs)
    }
}

/// All of them, in the order of the language page.
pub const ALL: &[BuiltIn] = &[
    always("AssertionError", "an `assert` is false"),
    always("TypeError", "values of types that do not go together"),
    always(
        "ValueError",
        "a value that is out of the question: a negative time, `max` or a `choose` of nothing",
    ),
    always("IndexError", "an index outside a list, a string or an array"),
    always("AttributeError", "a method that the value does not have"),
    always("UnboundLocalError", "a local variable that was never set on the way here"),
    always("ZeroDivisionError", "`//` or `%` by zero"),
    always("OverflowError", "a result that does not fit into 64 bits"),
    always("RecursionError", "calls or lists too deep inside one another"),
    always("MemoryError", "a list or string that holds too much"),
    always(
        "RuntimeError",
        "an operation at the wrong moment: the release of what is not held, waiting inside `atomic`",
    ),
    always("TimeoutError", "`result(timeout=…)` waited in vain"),
    of("CancelledError", "a cancelled task waits", Feature::Unit(UnitKind::Task)),
    of(
        "BrokenBarrierError",
        "a barrier was aborted, reset or timed out",
        Feature::Object(ObjectKind::Barrier),
    ),
    of("Full", "`put` found no room in a queue", Feature::Object(ObjectKind::Queue)),
    of("Empty", "`get` found nothing in a queue", Feature::Object(ObjectKind::Queue)),
    of("ShutDown", "a queue was shut down", Feature::Object(ObjectKind::Queue)),
    of("BrokenPipeError", "the other end of a pipe is closed to writers", Feature::Object(ObjectKind::Pipe)),
    of("OSError", "the end of a pipe is closed, or leads the other way", Feature::Object(ObjectKind::Pipe)),
    of("EOFError", "the other end of a pipe is closed to readers", Feature::Object(ObjectKind::Pipe)),
];

const fn always(name: &'static str, when: &'static str) -> BuiltIn {
    BuiltIn { name, when, needs: None }
}

const fn of(name: &'static str, when: &'static str, feature: Feature) -> BuiltIn {
    BuiltIn { name, when, needs: Some(feature) }
}
