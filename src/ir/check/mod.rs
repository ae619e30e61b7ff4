//! What is wrong with a script that parses: names, calls, the use of objects,
//! control flow, and what this version does not run.
//!
//! It says only what is certain before a run; a mix of types that depends on
//! values is an exception of the run. The keys and values of a `machine` block
//! are checked where the machine is known.

mod assign;
mod call;
mod certain;
mod declaration;
mod expression;
pub mod findings;
mod foreign;
mod globals;
mod guess;
mod known;
mod method;
mod mistakes;
mod name;
mod parameter;
mod renamed;
mod shape;
mod spawn;
mod statement;
mod stream;
mod survey;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Script, UnitKind};
use crate::syntax::parse::ERRORS_MAX;

use globals::Globals;
use known::Known;
use mistakes::Mistakes;

/// The most errors that are given at once: more do not help a student.
pub const DIAGNOSTICS_MAX: usize = ERRORS_MAX;

/// The mistakes of a script in the order of the text, at most
/// [`DIAGNOSTICS_MAX`], one for each place.
///
/// `lost` are the words of those parts of the text that could not be read. Each
/// may have been declared, defined or called there, so nothing is said of them;
/// if `main` is one, nothing is said of a missing main. A `spawn unit` starts a unit of that kind.
#[must_use]
pub fn check(script: &Script, lost: &BTreeSet<String>, unit: UnitKind) -> Vec<Diagnostic> {
    let mut mistakes = Mistakes::default();
    let globals = Globals::collect(script, unit, lost, &mut mistakes);
    mistakes.begin_walk();
    let mut checker = Checker {
        globals: &globals,
        mistakes,
        function: None,
        locals: BTreeMap::new(),
        lets: BTreeMap::new(),
        once: BTreeSet::new(),
        told: BTreeSet::new(),
        lacking: BTreeSet::new(),
        context: Context::Code,
        statement: Span::default(),
        loops: 0,
        handlers: 0,
        atomic: None,
        declared: 0,
    };
    checker.script(script);
    checker.mistakes.finish()
}

/// The walk over a script, in the order of the text.
struct Checker<'a> {
    globals: &'a Globals<'a>,
    mistakes: Mistakes,
    /// The function around; none in main and outside of functions.
    function: Option<&'a str>,
    /// The names that the function's text has introduced so far.
    locals: BTreeMap<&'a str, Local<'a>>,
    /// The places where the function gives names their first values.
    lets: BTreeMap<&'a str, Span>,
    /// The locals that get a value in one place of the function only.
    once: BTreeSet<&'a str>,
    /// Names that are missing in the script, and were reported.
    told: BTreeSet<&'a str>,
    /// Names that the function's subprocess lacks, and were reported.
    lacking: BTreeSet<&'a str>,
    context: Context,
    /// The statement around.
    statement: Span,
    /// How many loops are around.
    loops: usize,
    /// How many `except` blocks are around.
    handlers: usize,
    /// The word `atomic` of the block around.
    atomic: Option<Span>,
    /// How many shareds stand above the declaration that is being checked.
    declared: usize,
}

/// A local variable.
#[derive(Clone, Copy, Debug)]
struct Local<'a> {
    known: Known<'a>,
    /// Whether it was never declared, and nothing more is said of it.
    forgiven: bool,
    /// Where it begins.
    place: Span,
}

/// Where an expression stands, which decides what it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    /// In a function or in main.
    Code,
    /// Behind `atomic when`.
    When,
    /// An `invariant`.
    Invariant,
    /// A `finally` property.
    Finally,
    /// An initial value, a length, or an argument of a declarator.
    Initialiser,
}
