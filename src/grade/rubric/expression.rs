//! Expressions of rubrics: they are those of scripts, and stand in scripts later on.

use crate::base::span::Source;
use crate::grade::rubric::table::{Mistakes, Value};
use crate::syntax::ast::{Expr, ExprKind, Item, PropertyKind};
use crate::syntax::parse::parse;
use crate::syntax::print;

/// Where an expression is looked at, which decides what it may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// At the end of a run.
    End,
    /// After every step.
    Step,
}

/// The canonical text of the expression that `key` has.
pub(super) fn expression(value: Value<'_>, key: &str, when: When, mistakes: &mut Mistakes) -> Option<String> {
    let text = value.text(key, "an expression in quotes such as \"a + b == 200\"", mistakes)?;
    let expr = match parsed(text) {
        Ok(expr) => expr,
        Err(why) => {
            mistakes.add_with_help(
                value.span,
                format!("this is no expression of the language: {why}"),
                "write one as an `invariant` or a `finally` of a script has it, such as \"a + b == 200\"",
            );
            return None;
        }
    };
    let mut called = Vec::new();
    names_called(&expr, &mut called);
    if called.iter().any(|name| name == "elapsed") {
        mistakes.add_with_help(
            value.span,
            "no expression of a rubric can ask for `elapsed()`: over all schedules there is no time",
            "a check of the kind \"makespan\" is about the length of runs",
        );
        return None;
    }
    if when == When::Step && called.iter().any(|name| name == "deadlocked") {
        mistakes.add(
            value.span,
            "`deadlocked()` is known at the end only, and this is looked at after every step",
        );
        return None;
    }
    Some(print::expression(&expr))
}

/// The one expression that a text is, or why it is none.
fn parsed(text: &str) -> Result<Expr, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.contains(['\n', '\r']) {
        return Err("it has more than one line".to_owned());
    }
    let script = format!("finally {text}\nmain {{ pass }}\n");
    let parsed = parse(&Source::new("rubric", script));
    if let Some(error) = parsed.errors.first() {
        return Err(error.message.clone());
    }
    match <[Item; 2]>::try_from(parsed.script.items) {
        Ok([Item::Property(property), Item::Main(_)]) => match property.kind {
            PropertyKind::Finally(expr) => Ok(expr),
            PropertyKind::Invariant(_) | PropertyKind::Expect(_) => Err("it is more than that".to_owned()),
        },
        Ok(_) | Err(_) => Err("it is more than that".to_owned()),
    }
}

/// The functions that an expression calls by their names.
fn names_called(expr: &Expr, into: &mut Vec<String>) {
    if let ExprKind::Call { callee, .. } = &expr.kind
        && let ExprKind::Name(name) = &callee.kind
    {
        into.push(name.clone());
    }
    expr.parts().into_iter().for_each(|part| names_called(part, into));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_one_and_nothing_else() {
        let text = |text| parsed(text).map(|expr| print::expression(&expr));
        assert_eq!(text("a+b==200 # all of it"), Ok("a + b == 200".to_owned()));
        for wrong in ["", "a ==", "a == 1\nlock m", "a; finally b", "a }", "let a = 1"] {
            assert!(text(wrong).is_err(), "{wrong}");
        }
    }
}
