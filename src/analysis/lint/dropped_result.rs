//! W042: a question whose answer nobody looks at.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::signature::Builtin;
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, Name, StatementKind};
use crate::syntax::parts::statements;

use super::Subject;
use super::names::GlobalKind;

/// Methods that only tell how things stand.
const QUESTIONS: [&str; 7] = ["locked", "done", "is_alive", "is_set", "qsize", "empty", "full"];

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for statement in statements(subject.script) {
        let StatementKind::Expr(expr) = &statement.kind else { continue };
        let awaited = if let ExprKind::Await(inner) = &expr.kind { inner } else { expr };
        let ExprKind::Call { callee, args } = &awaited.kind else { continue };
        if let Some(name) = callee.as_name() {
            warnings.extend(builtin(name, expr.span, subject));
        }
        if let ExprKind::Attribute { base, name } = &callee.kind {
            warnings.extend(method((base, name), args, expr.span, subject));
        }
    }
    warnings
}

fn builtin(name: &str, span: Span, subject: &Subject<'_>) -> Option<Diagnostic> {
    if subject.names.is(name, GlobalKind::Function) {
        return None;
    }
    let help = match Builtin::from_word(name)? {
        Builtin::Sorted => {
            "it gives a new list and leaves the old one as it is: write `xs = sorted(xs)`".to_owned()
        }
        Builtin::Uniform | Builtin::Exponential | Builtin::Normal => {
            format!("it only draws a length of time: write `sleep {name}(…)` to wait so long")
        }
        Builtin::Len
        | Builtin::Min
        | Builtin::Max
        | Builtin::Sum
        | Builtin::Abs
        | Builtin::Str
        | Builtin::Now
        | Builtin::Choose
        | Builtin::Inside
        | Builtin::Elapsed
        | Builtin::Deadlocked => format!("keep it, as in `let x = {name}(…)`, or print it"),
    };
    let message = format!("`{name}` gives a value, and nobody looks at it");
    Some(Diagnostic::warning(codes::DROPPED_RESULT, span, message).at("its value is dropped").with_help(help))
}

fn method(
    (base, name): (&Expr, &Name),
    args: &[Arg],
    span: Span,
    subject: &Subject<'_>,
) -> Option<Diagnostic> {
    let object = subject.source.slice(base.span);
    let word = name.text.as_str();
    if word == "acquire" && may_fail(args) {
        let message = format!("nobody looks whether `{object}` was acquired");
        let help = format!("it may be in vain: write `if {object}.acquire(…) {{ … }}`");
        return Some(
            Diagnostic::warning(codes::DROPPED_RESULT, span, message)
                .at("gives `False` if not")
                .with_help(help),
        );
    }
    if !QUESTIONS.contains(&word) {
        return None;
    }
    let message = format!("`{word}` only asks, and nobody looks at the answer");
    let help = format!("use it, as in `if {object}.{word}() {{ … }}`");
    Some(
        Diagnostic::warning(codes::DROPPED_RESULT, span, message).at("its answer is dropped").with_help(help),
    )
}

/// Whether an `acquire` with such arguments may give up.
fn may_fail(args: &[Arg]) -> bool {
    args.iter().enumerate().any(|(index, arg)| {
        let is = |literal: &Literal| arg.value.kind == ExprKind::Literal(literal.clone());
        match arg.name.as_ref().map(|name| name.text.as_str()) {
            Some("timeout") => !is(&Literal::None),
            Some("blocking") => is(&Literal::Bool(false)),
            Some(_) => false,
            None if index == 0 => is(&Literal::Bool(false)),
            None => !is(&Literal::None),
        }
    })
}
