//! All that can be said of a script without running it.
//!
//! It puts the parser, the checker and the lowering one after the other, and
//! gives what they found as one list. It knows no files; the keys and values
//! of a `machine` block are judged where the machine is known.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::Source;
use crate::ir::check::check;
use crate::ir::codes;
use crate::ir::lower::lower;
use crate::ir::program::Program;
use crate::syntax::ast::{Literal, Script};
use crate::syntax::parse::{ERRORS_MAX, Parsed, parse};

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

/// What is wrong with the meaning of what could be read of a script, beside what is wrong with its text.
///
/// On a line whose text is wrong, a wrong meaning most likely follows from it; and what was lost may
/// have declared, assigned or used any of its words.
fn meaning(
    source: &Source,
    script: &Script,
    errors: &[Diagnostic],
    lost: &BTreeSet<String>,
) -> Vec<Diagnostic> {
    if errors.len() == ERRORS_MAX {
        return Vec::new();
    }
    let lines: BTreeSet<u32> = errors.iter().map(|error| source.line(error.primary.span)).collect();
    let mut found = check(script);
    found.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        let named =
            lost.contains(source.slice(span)) || (diagnostic.code == codes::NO_MAIN && lost.contains("main"));
        !named && !lines.contains(&source.line(span))
    });
    found
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
