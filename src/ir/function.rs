//! Functions: their windows, what catches exceptions in them, and what limits their time.

use serde::Serialize;

use crate::ir::program::{Pc, Register};

/// A function: a stretch of the code and its window.
#[derive(Clone, Debug, Serialize)]
pub struct Function {
    /// Its name, `main` for main; properties are named by their text.
    pub name: String,
    /// First op.
    pub start: Pc,
    /// One past the last op.
    pub end: Pc,
    /// Names of parameters and locals: the first registers of the window.
    pub locals: Vec<String>,
    /// How many of the locals are parameters.
    pub parameters: u16,
    /// Registers of the window.
    pub registers: u16,
    /// What catches exceptions, innermost first.
    pub handlers: Vec<Handler>,
    /// The bodies of its `async with timeout(…)`s, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timeouts: Vec<TimeLimit>,
    /// If the end of a unit that runs it is a step of its own: the op for one that returns, behind it
    /// the one for one that fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epilogue: Option<Pc>,
}

/// Exceptions raised in `start..end` go on at `target`, with the exception in `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handler {
    /// First op protected.
    pub start: Pc,
    /// One past the last op protected.
    pub end: Pc,
    /// Where to go on.
    pub target: Pc,
    /// Where to put the exception.
    pub to: Register,
}

/// In `start..end` a unit waits no longer than until the moment in `scope`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimeLimit {
    /// First op of the body.
    pub start: Pc,
    /// One past its last op.
    pub end: Pc,
    /// Where the moment stands.
    pub scope: Register,
}
