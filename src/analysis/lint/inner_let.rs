//! W031: a `let` in an inner block that looks like a new variable and is none.
//!
//! It is told only if the value is read behind that block: otherwise it makes
//! no difference whether the variable is a new one.

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (name, local) in subject.names.scopes.iter().flat_map(|scope| &scope.locals) {
        for inner in local.inner_lets.iter().filter(|inner| inner.block_end <= local.last_read) {
            let message =
                format!("this `let` makes no new variable: it gives the outer `{name}` another value");
            warnings.push(
                Diagnostic::warning(codes::INNER_LET, inner.name, message)
                    .at(format!("the same `{name}`"))
                    .with_label(local.span, "introduced here, for the whole function")
                    .with_help(format!(
                        "write `{name} = …`, or take another name for a variable of this block"
                    ))
                    .with_fix(Fix::maybe(inner.word, "")),
            );
        }
    }
    warnings
}
