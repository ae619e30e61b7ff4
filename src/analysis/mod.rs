//! All that can be said of a script without running it.
//!
//! It puts the parser, the checker, the lowering and the lints one after the
//! other, and gives what they found as one list. It knows no files; the keys
//! and values of a `machine` block are judged where the machine is known.

pub mod codes;

mod allow;
mod lint;
mod meaning;
mod walk;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::Source;
use crate::ir::lower::lower;
use crate::ir::program::Program;
use crate::syntax::ast::{Literal, Script, UnitKind};
use crate::syntax::parse::{ERRORS_MAX, Parsed, parse};

/// A script and what is to be said of it.
#[derive(Debug)]
pub struct Analysis {
    /// The tree of all that could be read.
    pub script: Script,
    /// The flat code; none if something is wrong.
    pub program: Option<Program>,
    /// What is wrong or suspicious, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Looks at a script, with these values in place of those of its params, and
/// says what is wrong with it; where nothing is, also what is suspicious.
#[must_use]
pub fn analyse(source: &Source, set: &[(String, Literal)]) -> Analysis {
    analyse_as(source, set, None)
}

/// The same if `spawn unit` starts units of that kind, whatever the script says.
#[must_use]
pub fn analyse_as(source: &Source, set: &[(String, Literal)], unit: Option<UnitKind>) -> Analysis {
    let mut analysis = translate_as(source, set, unit);
    if analysis.diagnostics.iter().all(|found| found.severity != Severity::Error) {
        let found = lint::lints(source, &analysis.script, started(&analysis.script, unit));
        let mut warnings = allow::allow(source, &analysis.script, found);
        // Of several warnings about one place the one of the lint that comes first is heard.
        warnings.dedup_by_key(|warning| warning.primary.span);
        analysis.diagnostics.extend(warnings);
        analysis.diagnostics.sort_by_key(|found| found.primary.span);
    }
    analysis
}

/// The same for those who only want to run the script: nobody looks for what is suspicious.
#[must_use]
pub fn translate(source: &Source, set: &[(String, Literal)]) -> Analysis {
    translate_as(source, set, None)
}

/// The same if `spawn unit` starts units of that kind, whatever the script says.
#[must_use]
pub fn translate_as(source: &Source, set: &[(String, Literal)], unit: Option<UnitKind>) -> Analysis {
    let parsed = parse(source);
    let found = meaning::mistakes(source, &parsed, started(&parsed.script, unit));
    let Parsed { script, errors: mut diagnostics, lost } = parsed;
    diagnostics.extend(found);
    if !is_runnable(&diagnostics) {
        let others = meaning::declarations(&script, set, &diagnostics, &lost);
        diagnostics.extend(others);
    }
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
    keep_first_errors(&mut diagnostics);
    Analysis { script, program, diagnostics }
}

/// What `spawn unit` starts: what is asked for, or what the script says, or else a thread.
fn started(script: &Script, asked: Option<UnitKind>) -> UnitKind {
    asked.or_else(|| script.unit()).unwrap_or(UnitKind::Thread)
}

/// Of the errors the first ones are told; what is no error does not count.
fn keep_first_errors(diagnostics: &mut Vec<Diagnostic>) {
    let mut errors = 0;
    diagnostics.retain(|found| {
        errors += usize::from(found.severity == Severity::Error);
        found.severity != Severity::Error || errors <= ERRORS_MAX
    });
}

/// Whether nothing stands in the way of a run.
fn is_runnable(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::codes::{BAD_DECLARATOR, TOO_MANY_ELEMENTS, UNKNOWN_NAME};

    fn found(text: &str) -> (Vec<(&'static str, Severity)>, bool) {
        let analysis = analyse(&Source::new("test.conc", text), &[]);
        let found = analysis.diagnostics.iter().map(|found| (found.code, found.severity)).collect();
        (found, analysis.program.is_some())
    }

    #[test]
    fn a_script_without_mistakes_has_a_program() {
        assert_eq!(found("main { print 1 }"), (vec![], true));
        assert_eq!(found("main { print x }"), (vec![(UNKNOWN_NAME, Severity::Error)], false));
    }

    #[test]
    fn mistakes_in_text_and_meaning_are_found_in_one_look() {
        let text = "main {\n    let a = 1 2\n    print b\n    print a\n}\n";
        let errors = vec![("E014", Severity::Error), (UNKNOWN_NAME, Severity::Error)];
        assert_eq!(found(text), (errors, false));
        assert_eq!(found("mian { pass }"), (vec![("E032", Severity::Error)], false));
    }

    #[test]
    fn what_is_suspicious_is_said_of_a_script_without_mistakes_in_the_order_of_the_text() {
        let text = "main { compute 0ms; print 1; compute 0ms }";
        let warning = (codes::NO_TIME, Severity::Warning);
        assert_eq!(found(text), (vec![warning, warning], true));
        assert_eq!(found("main { compute 0ms; print x }").0, [(UNKNOWN_NAME, Severity::Error)]);
        assert_eq!(translate(&Source::new("test.conc", text), &[]).diagnostics, []);
    }

    #[test]
    fn declarations_are_evaluated_whatever_else_is_said() {
        assert_eq!(
            found("thread_pool b(1 - 1); main { pass }"),
            (vec![(BAD_DECLARATOR, Severity::Error)], false)
        );
        let told = [(TOO_MANY_ELEMENTS, Severity::Error), (UNKNOWN_NAME, Severity::Error)];
        assert_eq!(found("lock a[-1]; main { print x }"), (told.to_vec(), false));
        // What follows from an unknown name is not said a second time.
        assert_eq!(
            found("shared a = x, b = a + 1; main { pass }"),
            (vec![(UNKNOWN_NAME, Severity::Error)], false)
        );
        let source = Source::new("test.conc", "param n = 0; device d(n); main { pass }");
        assert!(analyse(&source, &[("n".to_owned(), Literal::Int(1))]).program.is_some());
    }
}
