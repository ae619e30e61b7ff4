//! W013: a parameter that is never used, although others of the function are.
//!
//! A function that uses none of its parameters is left alone: in a model they
//! often say what is worked on, and only its length counts.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;

use super::Subject;
use super::names::{Local, Origin, is_meant_unused};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for scope in &subject.names.scopes {
        let Some(function) = scope.function else { continue };
        let parameters = scope.locals.iter().filter(|(_, local)| local.origin == Origin::Parameter);
        let is_used = |local: &Local<'_>| local.reads > 0;
        if !parameters.clone().any(|(_, local)| is_used(local)) {
            continue;
        }
        let unused = parameters
            .filter(|(name, local)| !is_used(local) && local.assigned.is_none() && !is_meant_unused(name));
        warnings.extend(unused.map(|(name, local)| {
            let message = format!("`{function}` does not use its parameter `{name}`");
            Diagnostic::warning(codes::UNUSED_PARAMETER, local.span, message).at("nobody reads it").with_help(
                format!("use it or remove it; call it `_{name}` if it only says what is worked on"),
            )
        }));
    }
    warnings
}
