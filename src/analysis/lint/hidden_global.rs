//! W030: a local of the name of a param, an object or a shared.
//!
//! A function is not hidden: what stands before `(` always means a function.

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};

use super::Subject;
use super::names::{Global, GlobalKind, Local, Origin};

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for scope in &subject.names.scopes {
        for (name, local) in &scope.locals {
            let hidden = subject.names.globals.get(name);
            let hidden = hidden.filter(|global| global.kind != GlobalKind::Function);
            warnings.extend(hidden.map(|global| warning(name, local, global)));
        }
    }
    warnings
}

fn warning(name: &str, local: &Local<'_>, global: &Global) -> Diagnostic {
    let what = match local.origin {
        Origin::Parameter => "parameter",
        Origin::Let => "local variable",
        Origin::Loop => "variable of this loop",
    };
    let word = global.kind.word();
    let warning = Diagnostic::warning(
        codes::HIDDEN_GLOBAL,
        local.span,
        format!("this {what} hides the {word} `{name}`"),
    )
    .at(format!("from here on `{name}` is a local"))
    .with_label(global.span, format!("the {word}"));
    match local.word {
        Some(word) if global.kind == GlobalKind::Shared => warning
            .with_help(format!("to assign the shared one, leave `let` out; for a new variable, take another name than `{name}`"))
            .with_fix(Fix::maybe(word, "")),
        Some(_) | None => warning.with_help("take another name for one of the two"),
    }
}
