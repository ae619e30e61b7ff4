//! Exceptions that a line certainly raises, whatever the run does.
//!
//! A script may be there to show just that: nothing is said of an exception
//! that some `except` of the script catches, or if it expects one.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::arithmetic;
use crate::ir::codes;
use crate::ir::value::Raised;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::Checker;
use super::guess::{helped, labelled};
use super::known::{Known, Plain};

/// An operand: what is certain about it, and where it stands.
pub(super) type Operand<'a> = (Known<'a>, Span);

impl<'a> Checker<'a> {
    /// Adds the mistake of raising that exception, unless the script reckons with it.
    pub(super) fn certain(&mut self, exception: &str, mistake: Diagnostic) {
        if !self.globals.survey.reckons_with(exception) {
            self.mistakes.add(mistake);
        }
    }

    /// What `left op right` gives, if both operands can be computed with.
    pub(super) fn computed(&mut self, op: BinaryOp, left: Operand<'a>, right: Operand<'a>) -> Known<'a> {
        let (Some(a), Some(b)) = (left.0.sample(), right.0.sample()) else {
            return if is_test(op) { Known::BOOL } else { Known::Anything };
        };
        let exact = left.0.number().is_some() && right.0.number().is_some();
        match arithmetic::binary(op, &a, &b) {
            Ok(value) => Known::value(&value, exact),
            Err(raised) => {
                let divides = raised.name() == "ZeroDivisionError" && right.0.number() == Some(0);
                if exact || divides || raised.name() == "TypeError" {
                    let mistake = told(&raised, op, left, right);
                    self.certain(raised.name(), mistake);
                    return Known::Refused;
                }
                if is_test(op) { Known::BOOL } else { Known::Anything }
            }
        }
    }

    /// What `-operand` gives.
    pub(super) fn negated(&mut self, operand: Operand<'a>) -> Known<'a> {
        let Some(value) = operand.0.sample() else { return operand.0 };
        match arithmetic::unary(UnaryOp::Negate, &value) {
            Ok(value) => Known::value(&value, operand.0.number().is_some()),
            Err(raised) if raised.name() == "TypeError" => {
                let what = operand.0.described().unwrap_or_default();
                let message = format!("`-` cannot stand before {what}");
                let mistake = Diagnostic::error(codes::TYPES_NEVER_MIX, operand.1, message).at(what);
                self.certain("TypeError", mistake);
                Known::Refused
            }
            Err(_) => Known::Anything,
        }
    }

    /// An index that certainly is none of what stands before its bracket.
    pub(super) fn index(&mut self, base: &'a Expr, known: Known<'a>, index: Operand<'a>) {
        if known.has_no_elements() || matches!(known, Known::Refused) {
            return;
        }
        if let Some(what) = index.0.described().filter(|_| !is_whole(index.0)) {
            let message = format!("an index is a whole number, not {what}");
            let mistake = Diagnostic::error(codes::BAD_INDEX, index.1, message).at(what);
            return self.certain("TypeError", mistake);
        }
        let literal =
            if let ExprKind::List(items) = &base.kind { i64::try_from(items.len()).ok() } else { None };
        self.bounds(base.as_name(), literal, index);
    }

    /// The same of an array that is assigned to.
    pub(super) fn bounds(&mut self, array: Option<&str>, literal: Option<i64>, index: Operand<'_>) {
        let declared = array.filter(|name| !self.is_local(name) && !self.globals.is_lost(name));
        let place = declared.and_then(|name| self.globals.place(name));
        let length = literal.or_else(|| self.globals.length(declared?));
        let (Some(length), Some(position)) = (length, index.0.number()) else { return };
        if length < 0 || (-length..length).contains(&position) {
            return;
        }
        let elements = match length {
            0 => "it is empty".to_owned(),
            1 => "it has one element, and its index is 0".to_owned(),
            more => format!("it has {more} elements, with the indices 0 to {}", more - 1),
        };
        let message = match declared {
            Some(name) => format!("`{name}` has no element {position}"),
            None => format!("this list has no element {position}"),
        };
        let mistake =
            Diagnostic::error(codes::OUT_OF_BOUNDS, index.1, message).at("outside").with_help(elements);
        self.certain("IndexError", labelled(mistake, place, "declared here"));
    }

    /// A length of time that certainly is negative.
    pub(super) fn negative_time(&mut self, word: &str, operand: Operand<'_>) {
        if operand.0.plain() == Some(Plain::Duration) && operand.0.number().is_some_and(|number| number < 0) {
            let message = format!("`{word}` cannot take less than no time");
            let mistake = Diagnostic::error(codes::NEGATIVE_TIME, operand.1, message).at("negative");
            self.certain("ValueError", mistake.with_help("leave the minus out"));
        }
    }

    /// `choose` among nothing.
    pub(super) fn choice(&mut self, from: Operand<'_>, to: Option<Operand<'_>>) {
        let is_empty = match (from.0, to) {
            (Known::List(Some(0)), None) => true,
            (_, Some(to)) => from.0.number().zip(to.0.number()).is_some_and(|(from, to)| from >= to),
            (_, None) => false,
        };
        if is_empty {
            let span = to.map_or(from.1, |to| from.1.to(to.1));
            let mistake =
                Diagnostic::error(codes::NOTHING_TO_CHOOSE, span, "there is nothing to choose from")
                    .at("empty");
            let help = to.is_some().then(|| "a range leaves its end out: `1..7` is 1 to 6".to_owned());
            self.certain("ValueError", helped(mistake, help));
        }
    }
}

/// Whether an operator gives a truth value.
fn is_test(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::In
        | BinaryOp::NotIn
        | BinaryOp::Is
        | BinaryOp::IsNot => true,
        BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::FloorDivide
        | BinaryOp::Modulo => false,
    }
}

fn is_whole(known: Known<'_>) -> bool {
    known.plain().is_some_and(Plain::is_whole)
}

/// The mistake of an operation that raises.
fn told(raised: &Raised, op: BinaryOp, left: Operand<'_>, right: Operand<'_>) -> Diagnostic {
    match raised.name() {
        "ZeroDivisionError" => {
            Diagnostic::error(codes::DIVISION_BY_ZERO, right.1, "this divides by zero").at("zero")
        }
        "TypeError" => never_mix(op, left, right),
        _ => {
            let message = "the result does not fit into 64 bits";
            Diagnostic::error(codes::OVERFLOWS, left.1.to(right.1), message).at("too large")
        }
    }
}

fn never_mix(op: BinaryOp, left: Operand<'_>, right: Operand<'_>) -> Diagnostic {
    let described = |operand: Operand<'_>| operand.0.described().unwrap_or_default();
    let (first, second) = (described(left), described(right));
    let message = if matches!(op, BinaryOp::In | BinaryOp::NotIn) {
        format!("{first} cannot be in {second}")
    } else {
        format!("`{}` cannot be applied to {first} and {second}", op.word())
    };
    let mistake =
        Diagnostic::error(codes::TYPES_NEVER_MIX, right.1, message).at(second).with_label(left.1, first);
    helped(mistake, mix_help(op, left.0.plain(), right.0.plain()))
}

fn mix_help(op: BinaryOp, left: Option<Plain>, right: Option<Plain>) -> Option<String> {
    let pair = [left, right];
    let has = |plain| pair.contains(&Some(plain));
    let whole = pair.into_iter().flatten().any(Plain::is_whole);
    let help = if has(Plain::Str) && op == BinaryOp::Add {
        "to join them as texts, write `str(…)` around what is none"
    } else if has(Plain::Str) && op == BinaryOp::Multiply {
        "texts are not repeated: join them with `+` in a loop"
    } else if left == right && op == BinaryOp::Multiply {
        "a product of two of them has no meaning: multiply by an integer"
    } else if has(Plain::Duration) && whole {
        "give the integer a unit: `5ms`"
    } else if has(Plain::Size) && whole {
        "give the integer a unit: `5KiB`"
    } else if has(Plain::None) {
        "`None` is what a variable has before it has a value, and what a call gives that returns nothing"
    } else {
        return None;
    };
    Some(help.to_owned())
}

/// A literal integer with a unit in its place, where a length of time is meant.
pub(super) fn unit_fix(expr: &Expr, unit: &str) -> Option<Fix> {
    expr.as_literal().map(|_| Fix::maybe(Span { start: expr.span.end, end: expr.span.end }, unit))
}
