//! The kinds of findings that a script may expect, by their names.

/// All of them, as they are reported.
pub const FINDINGS: &[&str] = &[
    "deadlock",
    "race",
    "assertion",
    "invariant",
    "finally",
    "exception",
    "livelock",
    "lock-order",
    "nested-locks",
    "lock-not-released",
    "over-release",
    "woke-to-false",
    "starvation",
    "never-awaited",
    "blocked-loop",
];
