//! W050: a loop that does nothing but ask whether others have done something.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::{Block, Expr, ExprKind, Literal, Statement, StatementKind};
use crate::syntax::parts::{expressions_in, statements_in};

use super::Subject;
use super::names::{GlobalKind, Scope};

/// Methods that ask and do not wait, with those that wait.
const POLLS: [(&str, &str); 6] = [
    ("is_set", "wait()"),
    ("is_alive", "join()"),
    ("done", "join()"),
    ("locked", "acquire()"),
    ("empty", "get()"),
    ("full", "put(…)"),
];

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for scope in &subject.names.scopes {
        for statement in statements_in(scope.body) {
            let StatementKind::While { body, .. } = &statement.kind else { continue };
            if !only_asks(body) {
                continue;
            }
            let inner = statements_in(body).flat_map(Statement::expressions);
            let asked: Vec<&Expr> = statement.expressions().into_iter().chain(inner).collect();
            if !asked.iter().all(|expr| is_cheap(expr)) {
                continue;
            }
            let first =
                asked.into_iter().flat_map(expressions_in).find_map(|part| asks(part, scope, subject));
            warnings.extend(first.map(|first| warning(statement, &first)));
        }
    }
    warnings
}

/// What a loop waits for.
enum Asked<'a> {
    /// A shared variable.
    Shared(&'a str),
    /// An object or a handle, and its method that waits.
    Poll(&'a str, &'static str),
}

fn asks<'a>(part: &'a Expr, scope: &Scope<'_>, subject: &Subject<'a>) -> Option<Asked<'a>> {
    if let Some(name) = part.as_name() {
        let is_shared = subject.names.is(name, GlobalKind::Shared) && !scope.locals.contains_key(name);
        return is_shared.then_some(Asked::Shared(name));
    }
    let (base, waits) = poll(part)?;
    Some(Asked::Poll(subject.source.slice(base.span), waits))
}

/// The object that is asked without a wait, and its method that waits.
fn poll(part: &Expr) -> Option<(&Expr, &'static str)> {
    let ExprKind::Call { callee, args } = &part.kind else { return None };
    let ExprKind::Attribute { base, name } = &callee.kind else { return None };
    if name.text == "acquire"
        && args.iter().any(|arg| arg.value.kind == ExprKind::Literal(Literal::Bool(false)))
    {
        return Some((base, "acquire()"));
    }
    let (_, waits) = POLLS.iter().find(|(poll, _)| *poll == name.text)?;
    Some((base, waits))
}

/// Whether no statement of a block takes time, gives a value away or does anything that others can see.
fn only_asks(body: &Block) -> bool {
    statements_in(body).all(|statement| {
        matches!(
            statement.kind,
            StatementKind::Pass
                | StatementKind::Continue
                | StatementKind::Break
                | StatementKind::If { .. }
                | StatementKind::Return(None)
        )
    })
}

/// Whether an expression only reads and asks.
fn is_cheap(expr: &Expr) -> bool {
    expressions_in(expr).all(|part| match &part.kind {
        ExprKind::Call { callee, .. } => callee.as_name() == Some("len") || poll(part).is_some(),
        ExprKind::Spawn(_) | ExprKind::Await(_) => false,
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. } => true,
    })
}

fn warning(statement: &Statement, asked: &Asked<'_>) -> Diagnostic {
    let (message, help) = match asked {
        Asked::Shared(name) => (
            format!("this loop asks for `{name}` again and again, and keeps a core busy with it"),
            "let it wait, with `atomic when … { pass }` or an `event`, or at least `sleep 1ms` in the loop"
                .to_owned(),
        ),
        Asked::Poll(object, waits) => (
            format!("this loop asks `{object}` again and again, and keeps a core busy with it"),
            format!("`{object}.{waits}` waits without a core; if not, `sleep 1ms` in the loop"),
        ),
    };
    Diagnostic::warning(codes::BUSY_WAITING, statement.head(), message).at("busy waiting").with_help(help)
}
