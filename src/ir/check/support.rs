//! What the language has and this version does not run, in one table.
//!
//! Whoever makes something run deletes its line here.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{ObjectKind, UnitKind};

use crate::ir::codes;

/// A part of the language that can be told apart by the checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// `spawn KIND`
    Unit(UnitKind),
    /// A declaration of that kind.
    Object(ObjectKind),
    /// `process` before a declaration.
    ProcessDeclaration,
    /// `async with timeout(…)`
    Timeout,
    /// A method of handles.
    HandleMethod(&'static str),
    /// `expect KIND`
    Expect(&'static str),
}

/// What is yet to come.
const TO_COME: &[Feature] = &[];

/// The kinds of findings that a script may expect, as they are reported.
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

/// Whether this version runs it.
#[must_use]
pub fn runs(feature: Feature) -> bool {
    !TO_COME.contains(&feature)
}

/// The note at `span` if this version does not run `feature`.
pub(super) fn refuse(feature: Feature, span: Span) -> Option<Diagnostic> {
    if runs(feature) {
        return None;
    }
    let message = format!("{} is not supported by this version of concsim", written(feature));
    Some(
        Diagnostic::note(codes::NOT_SUPPORTED, span, message)
            .at("not supported yet")
            .with_help(help(feature)),
    )
}

fn written(feature: Feature) -> String {
    match feature {
        Feature::Unit(kind) => format!("`spawn {}`", kind.word()),
        Feature::Object(kind) => format!("`{}`", kind.word()),
        Feature::ProcessDeclaration => "`process` before a declaration".to_owned(),
        Feature::Timeout => "`async with timeout(…)`".to_owned(),
        Feature::HandleMethod(name) => format!("`{name}()` on a handle"),
        Feature::Expect(kind) => format!("`expect {}`", kind.replace('-', "_")),
    }
}

fn help(feature: Feature) -> String {
    match feature {
        Feature::Unit(_) => {
            let words = UnitKind::ALL.iter().filter(|kind| runs(Feature::Unit(**kind)));
            format!("it runs {}", listed(words.map(|kind| format!("`spawn {}`", kind.word()))))
        }
        Feature::Object(_) => {
            let words = ObjectKind::ALL.iter().filter(|kind| runs(Feature::Object(**kind)));
            format!("it runs {}", listed(words.map(|kind| format!("`{}`", kind.word()))))
        }
        Feature::ProcessDeclaration => "leave `process` out: all threads share what is declared".to_owned(),
        Feature::Timeout => "a wait takes a timeout of its own: `m.acquire(timeout=50ms)`".to_owned(),
        Feature::HandleMethod(_) => "use `join`, `result`, `done` or `is_alive`".to_owned(),
        Feature::Expect(_) => {
            let words = FINDINGS.iter().filter(|kind| runs(Feature::Expect(kind)));
            format!("it finds {}", listed(words.map(|kind| format!("`{kind}`"))))
        }
    }
}

/// `a, b and c`
fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_is_refused_and_what_runs() {
        let refusal = refuse(Feature::Unit(UnitKind::Task), Span::new(3, 7)).unwrap();
        assert_eq!(refusal.message, "`spawn task` is not supported by this version of concsim");
        assert_eq!(
            refusal.help.unwrap(),
            "it runs `spawn thread`, `spawn process`, `spawn subprocess`, `spawn interpreter` and `spawn unit`"
        );
        assert_eq!(refuse(Feature::Unit(UnitKind::Thread), Span::new(3, 7)), None);
    }
}
