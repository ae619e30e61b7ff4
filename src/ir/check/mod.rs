//! What is wrong with a script that parses: names, calls, the use of objects,
//! control flow, and what this version does not run.
//!
//! It says only what is certain before a run; a mix of types that depends on
//! values is an exception of the run. The keys and values of a `machine` block
//! are checked where the machine is known.

mod call;
mod declaration;
mod expression;
mod globals;
mod known;
mod method;
mod name;
mod shape;
mod statement;
mod support;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::syntax::ast::Script;

use globals::Globals;

/// The most diagnostics that are given at once: more do not help a student.
pub const DIAGNOSTICS_MAX: usize = 20;

/// The walk over functions stops after that many. It is more than is shown,
/// because mistakes are found only nearly in the order of the text.
const MISTAKES_MAX: usize = 2 * DIAGNOSTICS_MAX;

/// No more names than that are compared with a misspelled one.
const CANDIDATES_MAX: usize = 2_000;

/// The mistakes of a script in the order of the text, at most
/// [`DIAGNOSTICS_MAX`], one for each place.
///
/// `lost` are the words of those parts of the text that could not be read. Each
/// may have been declared, defined or called there, so nothing is said of them;
/// if `main` is one, nothing is said of a missing main.
#[must_use]
pub fn check(script: &Script, lost: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut mistakes = Mistakes::default();
    let globals = Globals::collect(script, lost, &mut mistakes);
    mistakes.enough = mistakes.list.len() + MISTAKES_MAX;
    let mut checker = Checker {
        globals: &globals,
        mistakes,
        locals: BTreeSet::new(),
        context: Context::Code,
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
    /// The names that the function's text has introduced so far.
    locals: BTreeSet<&'a str>,
    context: Context,
    /// How many loops are around.
    loops: usize,
    /// How many `except` blocks are around.
    handlers: usize,
    /// The word `atomic` of the block around.
    atomic: Option<Span>,
    /// How many shareds stand above the declaration that is being checked.
    declared: usize,
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

/// The mistakes found so far.
#[derive(Default)]
struct Mistakes {
    list: Vec<Diagnostic>,
    /// The number at which the walk stops. What is found about the text as a
    /// whole does not count, because it may stand anywhere.
    enough: usize,
}

impl Mistakes {
    fn add(&mut self, mistake: Diagnostic) {
        self.list.push(mistake);
    }

    fn is_full(&self) -> bool {
        self.list.len() >= self.enough
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|mistake| mistake.primary.span);
        // Two errors at one place tell of one mistake; the first one found is nearer to its cause.
        self.list.dedup_by_key(|mistake| mistake.primary.span);
        self.list.truncate(DIAGNOSTICS_MAX);
        self.list.iter_mut().for_each(|mistake| mistake.labels.sort_by_key(|label| label.span));
        self.list
    }
}

/// The candidate that `wrong` is a slip of, as a help text. Very long words are
/// not compared, because that takes the product of their lengths; nor is a single
/// letter, which is near to every other one, unless only its case differs.
fn did_you_mean<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if wrong.len() > 64 {
        return None;
    }
    let candidates = candidates.into_iter().take(CANDIDATES_MAX);
    let is_slip = |name: &&str| wrong.len() > 1 || name.eq_ignore_ascii_case(wrong);
    nearest(wrong, candidates.filter(is_slip)).map(|name| format!("did you mean `{name}`?"))
}

/// The mistake with its help, if there is one.
fn helped(mistake: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => mistake.with_help(help),
        None => mistake,
    }
}
