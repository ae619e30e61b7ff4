//! W022: a question with one possible answer.
//!
//! `while True` is how one writes an endless loop, and `assert False` how one
//! says that a place is never reached; these are left alone.

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{
    BinaryOp, Expr, ExprKind, Item, Literal, PropertyKind, Statement, StatementKind, UnaryOp,
};
use crate::syntax::parts::statements;

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let properties = subject.script.items.iter().filter_map(property);
    let conditions = statements(subject.script).flat_map(conditions);
    let questions = properties.chain(conditions);
    questions.filter_map(|question| warning(&question, subject)).collect()
}

/// Something that is asked.
struct Question<'a> {
    /// `if`, `finally`
    word: &'static str,
    condition: &'a Expr,
    /// The answer that is written out on purpose.
    idiom: Option<bool>,
}

fn property(item: &Item) -> Option<Question<'_>> {
    let Item::Property(property) = item else { return None };
    match &property.kind {
        PropertyKind::Invariant(condition) => Some(Question { word: "invariant", condition, idiom: None }),
        PropertyKind::Finally(condition) => Some(Question { word: "finally", condition, idiom: None }),
        PropertyKind::Expect(_) => None,
    }
}

fn conditions(statement: &Statement) -> Vec<Question<'_>> {
    match &statement.kind {
        StatementKind::If { branches, .. } => {
            let words = std::iter::once("if").chain(std::iter::repeat("elif"));
            let conditions = branches.iter().map(|(condition, _)| condition);
            words.zip(conditions).map(|(word, condition)| Question { word, condition, idiom: None }).collect()
        }
        StatementKind::While { condition, .. } => {
            vec![Question { word: "while", condition, idiom: Some(true) }]
        }
        StatementKind::Assert { condition, .. } => {
            vec![Question { word: "assert", condition, idiom: Some(false) }]
        }
        StatementKind::Atomic { when: Some(condition), .. } => {
            vec![Question { word: "atomic when", condition, idiom: None }]
        }
        StatementKind::Atomic { when: None, .. }
        | StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Compute { .. }
        | StatementKind::Io { .. }
        | StatementKind::Sleep { .. }
        | StatementKind::With { .. }
        | StatementKind::For { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Return(_)
        | StatementKind::Try { .. }
        | StatementKind::Raise { .. }
        | StatementKind::Print(_)
        | StatementKind::Group(_)
        | StatementKind::Region { .. }
        | StatementKind::Expr(_) => Vec::new(),
    }
}

fn warning(question: &Question<'_>, subject: &Subject<'_>) -> Option<Diagnostic> {
    let Question { word, condition, idiom } = *question;
    let (answer, cause) = certain(condition)?;
    let is_idiom = idiom == Some(answer) && matches!(condition.kind, ExprKind::Literal(_));
    if is_idiom {
        return None;
    }
    let always = if answer { "always" } else { "never" };
    let message = format!("the condition of this `{word}` is {always} true");
    let warning = Diagnostic::warning(codes::CONSTANT_CONDITION, condition.span, message);
    let Some((left, op)) = compared_before(condition, cause) else {
        let label = if cause.span == condition.span {
            format!("{always} true")
        } else {
            "asked as a whole".to_owned()
        };
        let warning = warning.at(label).with_help("ask something that can change, or remove the question");
        return Some(if cause.span == condition.span {
            warning
        } else {
            warning.with_label(cause.span, "decides it alone")
        });
    };
    // `x == 1 or 2` means `x == 1 or x == 2`.
    let compared = format!("{} {} ", subject.source.slice(left), op.word());
    let help = format!(
        "write `or {compared}{}`: each side of `or` is a question of its own",
        subject.source.slice(cause.span)
    );
    let at = Span { end: cause.span.start, ..cause.span };
    Some(
        warning
            .at("asked as a whole")
            .with_label(cause.span, "is true by itself")
            .with_help(help)
            .with_fix(Fix::maybe(at, compared)),
    )
}

/// The answer, if there is only one, and the part that decides it.
fn certain(condition: &Expr) -> Option<(bool, &Expr)> {
    match &condition.kind {
        ExprKind::Literal(literal) => Some((is_true(literal), condition)),
        ExprKind::List(items) => Some((!items.is_empty(), condition)),
        ExprKind::Unary { op: UnaryOp::Not, operand } => {
            let (answer, cause) = certain(operand)?;
            Some((!answer, if cause.span == operand.span { condition } else { cause }))
        }
        ExprKind::Binary { op: BinaryOp::Or, left, right } => either(left, right, true, condition),
        ExprKind::Binary { op: BinaryOp::And, left, right } => either(left, right, false, condition),
        ExprKind::Unary { op: UnaryOp::Negate, .. }
        | ExprKind::Binary { .. }
        | ExprKind::Name(_)
        | ExprKind::Await(_)
        | ExprKind::Call { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => None,
    }
}

/// Of two operands one suffices if its answer is the one that `decides`.
fn either<'a>(left: &'a Expr, right: &'a Expr, decides: bool, whole: &'a Expr) -> Option<(bool, &'a Expr)> {
    let (left, right) = (certain(left), certain(right));
    let deciding = |side: Option<(bool, &'a Expr)>| side.filter(|(answer, _)| *answer == decides);
    deciding(left).or_else(|| deciding(right)).or_else(|| left.and(right).map(|_| (!decides, whole)))
}

fn is_true(literal: &Literal) -> bool {
    match literal {
        Literal::None => false,
        Literal::Bool(truth) => *truth,
        Literal::Int(number) | Literal::Duration(number) | Literal::Size(number) => *number != 0,
        Literal::Str(text) => !text.is_empty(),
    }
}

/// The left side of the comparison in front of the `or` that has the cause on its right.
fn compared_before(condition: &Expr, cause: &Expr) -> Option<(Span, BinaryOp)> {
    let mut at = condition;
    loop {
        let ExprKind::Binary { op: BinaryOp::Or, left, right } = &at.kind else { return None };
        if right.span != cause.span {
            at = left;
            continue;
        }
        let mut before = &**left;
        while let ExprKind::Binary { op: BinaryOp::Or, right, .. } = &before.kind {
            before = right;
        }
        let ExprKind::Binary { op, left, .. } = &before.kind else { return None };
        let asks_same = matches!(op, BinaryOp::Equal | BinaryOp::Is);
        return (asks_same && matches!(cause.kind, ExprKind::Literal(_))).then_some((left.span, *op));
    }
}
