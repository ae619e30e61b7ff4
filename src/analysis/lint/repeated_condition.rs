//! W023: an `elif` whose question has been answered above.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::StatementKind;
use crate::syntax::parts::statements;

use super::{Subject, calls_something};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        let StatementKind::If { branches, .. } = &statement.kind else { continue };
        let mut asked: BTreeMap<&str, Span> = BTreeMap::new();
        for (condition, _) in branches.iter().filter(|(condition, _)| !calls_something(condition)) {
            let text = subject.source.slice(condition.span);
            let Some(first) = asked.get(text) else {
                asked.insert(text, condition.span);
                continue;
            };
            warnings.push(
                Diagnostic::warning(
                    codes::REPEATED_CONDITION,
                    condition.span,
                    "this `elif` asks what was asked above it",
                )
                .at("asked again")
                .with_label(*first, "asked first here")
                .with_help("only the first block that fits is run: ask something else here, or remove it"),
            );
        }
    }
    warnings
}
