//! W051: a `compute` of no length.
//!
//! `sleep 0s` and `io 0s` are no slips: as in Python, they give the GIL away.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::{ExprKind, Literal, StatementKind};
use crate::syntax::parts::statements;

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        let StatementKind::Compute { duration, .. } = &statement.kind else { continue };
        if duration.kind == ExprKind::Literal(Literal::Duration(0)) {
            warnings.push(
                Diagnostic::warning(codes::NO_TIME, duration.span, "this `compute` takes no time")
                    .at("no time at all")
                    .with_help("give it a length, as in `compute 2ms`, or leave it out"),
            );
        }
    }
    warnings
}
