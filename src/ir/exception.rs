//! The exceptions that the language itself raises, with what they say.
//!
//! A script may raise any other name too; who raises these, and when exactly,
//! is not known here.

/// An exception that goes up by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name, that of Python.
    pub name: &'static str,
    /// When it is raised, for the language page.
    pub when: &'static str,
}

/// All of them, in the order of the language page.
pub const ALL: &[BuiltIn] = &[
    of("AssertionError", "an `assert` is false"),
    of("TypeError", "values of types that do not go together"),
    of("ValueError", "a value that is out of the question: a negative time, `max` or a `choose` of nothing"),
    of("IndexError", "an index outside a list, a string or an array"),
    of("AttributeError", "a method that the value does not have"),
    of("UnboundLocalError", "a local variable that was never set on the way here"),
    of("ZeroDivisionError", "`//` or `%` by zero"),
    of("OverflowError", "a result that does not fit into 64 bits"),
    of("RecursionError", "calls or lists too deep inside one another"),
    of("MemoryError", "a list or string that holds too much"),
    of(
        "RuntimeError",
        "an operation at the wrong moment: the release of what is not held, waiting inside `atomic`",
    ),
    of("error", "Python up to 3.2, and IronPython: a `lock` is released that nobody holds"),
    of("IllegalMonitorStateException", "Jython: a `lock` is released that nobody holds"),
    of("TimeoutError", "`result(timeout=…)` waited in vain"),
    of("CancelledError", "a cancelled task waits, or the result of a cancelled job is asked for"),
    of("BrokenBarrierError", "a barrier was aborted, reset or timed out"),
    of("Full", "`put` found no room in a queue"),
    of("Empty", "`get` found nothing in a queue"),
    of("ShutDown", "a queue was shut down"),
    of("BrokenPipeError", "the other end of a pipe is closed to writers"),
    of("OSError", "the end of a pipe is closed, or leads the other way"),
    of("EOFError", "the other end of a pipe is closed to readers"),
];

const fn of(name: &'static str, when: &'static str) -> BuiltIn {
    BuiltIn { name, when }
}
