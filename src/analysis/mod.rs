//! All that can be said of a script without running it.
//!
//! It puts the parser, the checker and the lowering one after the other, and
//! gives what they found as one list. It knows no files; the keys and values
//! of a `machine` block are judged where the machine is known.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::{Source, Span};
use crate::ir::check::check;
use crate::ir::codes;
use crate::ir::lower::lower;
use crate::ir::program::Program;
use crate::syntax::ast::{Literal, Script};
use crate::syntax::parse::{ERRORS_MAX, Lost, Parsed, parse};
use crate::syntax::token::{Token, tokens};

/// A script and what is to be said of it.
#[derive(Debug)]
pub struct Analysis {
    /// The tree of all that could be read.
    pub script: Script,
    /// The flat code; none if something is wrong, or if this version does not run all that the script uses.
    pub program: Option<Program>,
    /// What is wrong or suspicious, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Looks at a script, with these values in place of those of its params.
///
/// What the language has and this version does not run is no mistake of the script, and told by notes
/// of the code [`codes::NOT_SUPPORTED`].
#[must_use]
pub fn analyse(source: &Source, set: &[(String, Literal)]) -> Analysis {
    let Parsed { script, errors: mut diagnostics, lost } = parse(source);
    let is_text_sound = diagnostics.is_empty();
    diagnostics.extend(meaning(source, &script, &diagnostics, &lost));
    let lowered = is_runnable(&diagnostics).then(|| lower(&script, set));
    let program = match lowered {
        Some(Ok(program)) => Some(program),
        Some(Err(errors)) => {
            diagnostics.extend(errors);
            None
        }
        None => None,
    };
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    if !is_text_sound {
        diagnostics.truncate(ERRORS_MAX);
    }
    Analysis { script, program, diagnostics }
}

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
/// have declared, assigned or used any of its words.
fn meaning(source: &Source, script: &Script, errors: &[Diagnostic], lost: &Lost) -> Vec<Diagnostic> {
    if errors.len() == ERRORS_MAX {
        return Vec::new();
    }
    let is_lost = |span: Span| {
        tokens(source.slice(span)).any(|token| lost.words.contains(source.slice(inner(span, token))))
    };
    let mut found = check(script);
    found.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        // The parser has said so of every `try` that stands alone.
        let said = diagnostic.code == codes::TRY_ALONE;
        let undeclared = lost.items && UNDECLARED.contains(&diagnostic.code);
        !said
            && !undeclared
            && !lost.lines.contains(&source.line(span))
            && (lost.words.is_empty() || !is_lost(span))
    });
    found
}

/// The place in the script of a token of what stands at `outer`.
fn inner(outer: Span, token: Token) -> Span {
    Span { start: outer.start + token.span.start, end: outer.start + token.span.end }
}

/// Whether nothing stands in the way of a run.
fn is_runnable(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity != Severity::Error && diagnostic.code != codes::NOT_SUPPORTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(&'static str, Severity)>, bool) {
        let analysis = analyse(&Source::new("test.conc", text), &[]);
        let found = analysis.diagnostics.iter().map(|found| (found.code, found.severity)).collect();
        (found, analysis.program.is_some())
    }

    #[test]
    fn a_script_without_mistakes_has_a_program() {
        assert_eq!(found("main { print 1 }"), (vec![], true));
        assert_eq!(found("main { print x }"), (vec![(codes::UNKNOWN_NAME, Severity::Error)], false));
    }

    #[test]
    fn mistakes_in_text_and_meaning_are_found_in_one_look() {
        let text = "main {\n    let a = 1 2\n    print b\n    print a\n}\n";
        let errors = vec![("E014", Severity::Error), (codes::UNKNOWN_NAME, Severity::Error)];
        assert_eq!(found(text), (errors, false));
        assert_eq!(found("mian { pass }"), (vec![("E032", Severity::Error)], false));
    }

    #[test]
    fn what_this_version_does_not_run_is_no_mistake_and_gives_no_program() {
        let text = "def f() { pass } main { spawn task f() }";
        assert_eq!(found(text), (vec![(codes::NOT_SUPPORTED, Severity::Note)], false));
    }
}
