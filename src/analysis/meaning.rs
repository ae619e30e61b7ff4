//! What is wrong with the meaning of a script, as far as its text could be read.
//!
//! The checker and the evaluation of declarations know trees; here what they
//! say is held against what is wrong with the text, so that one mistake is
//! told once.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::ir;
use crate::ir::check::check;
use crate::ir::codes;
use crate::syntax::ast::{Literal, Script, UnitKind};
use crate::syntax::parse::{ERRORS_MAX, Lost, Parsed};

/// Said of a name that is declared nowhere, as far as the text could be read.
const UNDECLARED: [&str; 6] = [
    codes::NO_MAIN,
    codes::UNKNOWN_NAME,
    codes::NOT_A_FUNCTION,
    codes::UNKNOWN_FUNCTION,
    codes::UNKNOWN_TARGET,
    codes::UNKNOWN_REGION,
];

/// What is wrong with the meaning of what could be read of a script, beside what is wrong with its text.
///
/// On a line whose text is wrong, a wrong meaning most likely follows from it; and what was lost may
/// have declared, assigned or used any of its words. A `spawn unit` starts a unit of that kind.
pub(super) fn mistakes(source: &Source, parsed: &Parsed, unit: UnitKind) -> Vec<Diagnostic> {
    let Parsed { script, errors, lost } = parsed;
    if errors.len() == ERRORS_MAX {
        return Vec::new();
    }
    let mut found = check(script, &lost.words, unit);
    found.retain(|diagnostic| {
        let undeclared = lost.items && UNDECLARED.contains(&diagnostic.code);
        !undeclared && !lost.lines.contains(&source.line(diagnostic.primary.span))
    });
    found
}

/// What is wrong with the values of declarations, where something else is said already and the script
/// is not lowered. Of a text that could not be read whole nothing is said: a value may be lost.
pub(super) fn declarations(
    script: &Script,
    set: &[(String, Literal)],
    told: &[Diagnostic],
    lost: &Lost,
) -> Vec<Diagnostic> {
    if *lost != Lost::default() {
        return Vec::new();
    }
    let touch = |left: Span, right: Span| left.start < right.end && right.start < left.end;
    let mut found = ir::lower::declarations(script, set);
    // A mistake within a value is why it can't be evaluated. Few of each are told.
    found.retain(|found| !told.iter().any(|other| touch(found.primary.span, other.primary.span)));
    found
}
