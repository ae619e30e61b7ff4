//! Expressions: the flat list of leaves and brackets, grouped by how tightly operators bind.
//!
//! The grammar has accepted the list, so every operator has its operands. Only
//! brackets recurse, and the depth of what is built is counted: nothing that
//! goes through the tree later can overflow its stack.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use std::iter::Peekable;

use pest::iterators::{Pair, Pairs};

use super::Builder;
use crate::base::span::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::syntax::code;
use crate::syntax::level;
use crate::syntax::literal::{self, MAGNITUDE_MAX};
use crate::syntax::parse::EXPRESSION_DEPTH_MAX;
use crate::syntax::parse::grammar::Rule;

/// An expression on its way into a larger one.
pub(super) struct Operand {
    pub(super) expr: Expr,
    /// Its place with the brackets around it.
    outer: Span,
    pub(super) depth: usize,
}

type Parts<'i> = Peekable<Pairs<'i, Rule>>;

impl Builder<'_, '_> {
    pub(super) fn expression(&mut self, pair: Pair<'_, Rule>) -> Operand {
        self.climb(&mut pair.into_inner().peekable(), level::LOOSEST)
    }

    /// Everything from here on that binds at least as tightly as `loosest`.
    fn climb(&mut self, parts: &mut Parts<'_>, loosest: u8) -> Operand {
        let mut left = self.prefixed(parts);
        while let Some(op) = parts.peek().and_then(infix) {
            let level = level::binary(op);
            if level < loosest {
                break;
            }
            let op = take_infix(parts, op);
            let right = self.climb(parts, level + 1);
            left = self.join(op, left, right);
        }
        left
    }

    fn join(&mut self, op: BinaryOp, left: Operand, right: Operand) -> Operand {
        let span = left.outer.to(right.outer);
        let depth = left.depth.max(right.depth) + 1;
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        self.grown(ExprKind::Binary { op, left, right }, span, depth)
    }

    /// The new expression; if it is too deep, what was in it is dropped and nothing comes in its place.
    fn grown(&mut self, kind: ExprKind, span: Span, depth: usize) -> Operand {
        if depth > EXPRESSION_DEPTH_MAX {
            self.too_deep(span);
            return Operand { expr: Expr { kind: ExprKind::List(Vec::new()), span }, outer: span, depth: 1 };
        }
        Operand { expr: Expr { kind, span }, outer: span, depth }
    }

    /// `not`, `-` and `await` in front of an operand: a loop, since they can be many.
    fn prefixed(&mut self, parts: &mut Parts<'_>) -> Operand {
        let Some(rule) = parts.peek().map(Pair::as_rule) else {
            unreachable!("the grammar asks for an operand")
        };
        let inner = match rule {
            Rule::kw_not => level::COMPARISON,
            Rule::minus => level::AWAIT,
            Rule::kw_await => level::POSTFIX,
            _ => return self.postfix(parts),
        };
        let mut starts = Vec::new();
        while let Some(word) = super::take(parts, rule) {
            starts.push(self.span_of(&word));
        }
        let smallest = if rule == Rule::minus { smallest_integer(parts) } else { None };
        let mut operand = match smallest {
            Some(word) => {
                let span = starts.pop().expect("a minus stands in front").to(self.span_of(&word));
                let kind = ExprKind::Literal(self.number(&word, true, span));
                Operand { expr: Expr { kind, span }, outer: span, depth: 1 }
            }
            None => self.climb(parts, inner),
        };
        for start in starts.into_iter().rev() {
            let span = start.to(operand.outer);
            let expr = Box::new(operand.expr);
            let kind = match rule {
                Rule::kw_not => ExprKind::Unary { op: UnaryOp::Not, operand: expr },
                Rule::minus => ExprKind::Unary { op: UnaryOp::Negate, operand: expr },
                _ => ExprKind::Await(expr),
            };
            operand = self.grown(kind, span, operand.depth + 1);
        }
        operand
    }

    /// A primary with its calls, indices and attributes.
    fn postfix(&mut self, parts: &mut Parts<'_>) -> Operand {
        let mut base = self.primary(parts.next().expect("the grammar asks for an operand"));
        while let Some(part) = parts.next_if(|part| is_suffix(part.as_rule())) {
            let span = base.outer.to(self.span_of(&part));
            let expr = Box::new(base.expr);
            let (kind, depth) = match part.as_rule() {
                Rule::arguments => {
                    let (args, depth) = self.arguments(part);
                    (ExprKind::Call { callee: expr, args }, depth)
                }
                Rule::index => {
                    let index = self.index(part);
                    (ExprKind::Index { base: expr, index: Box::new(index.expr) }, index.depth)
                }
                _ => (ExprKind::Attribute { base: expr, name: self.attribute(part) }, 0),
            };
            base = self.grown(kind, span, base.depth.max(depth) + 1);
        }
        base
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Operand {
        let span = self.span_of(&pair);
        let (kind, depth) = match pair.as_rule() {
            Rule::parentheses => return self.parentheses(pair, span),
            Rule::name => (ExprKind::Name(pair.as_str().to_owned()), 0),
            Rule::list => {
                let mut depth = 0;
                let mut values = Vec::new();
                for value in pair.into_inner().filter(|part| part.as_rule() == Rule::expression) {
                    let value = self.expression(value);
                    depth = depth.max(value.depth);
                    values.push(value.expr);
                }
                (ExprKind::List(values), depth)
            }
            Rule::spawn => {
                let (spawn, depth) = self.spawn(pair);
                (ExprKind::Spawn(Box::new(spawn)), depth)
            }
            _ => (ExprKind::Literal(self.word(&pair, false, span)), 0),
        };
        self.grown(kind, span, depth + 1)
    }

    fn parentheses(&mut self, pair: Pair<'_, Rule>, span: Span) -> Operand {
        let mut commas = false;
        let mut first = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::comma => commas = true,
                Rule::expression if first.is_none() => first = Some(self.expression(part)),
                _ => {}
            }
        }
        if commas {
            let text = ["there are no tuples", "several values in round brackets", "write a list: `[a, b]`"];
            self.refuse(code::TUPLE, span, text);
        }
        Operand { outer: span, ..first.expect("brackets hold an expression") }
    }

    fn attribute(&self, pair: Pair<'_, Rule>) -> Name {
        self.name_of(&pair.into_inner().nth(1).expect("a name stands behind the dot"))
    }

    /// The expression in `[…]`.
    pub(super) fn index(&mut self, pair: Pair<'_, Rule>) -> Operand {
        let inner = pair.into_inner().find(|part| part.as_rule() == Rule::expression);
        self.expression(inner.expect("an index holds an expression"))
    }
}

fn is_suffix(rule: Rule) -> bool {
    matches!(rule, Rule::arguments | Rule::index | Rule::attribute)
}

/// The number that only the minus before it makes fit, if it comes next and alone.
fn smallest_integer<'i>(parts: &mut Parts<'i>) -> Option<Pair<'i, Rule>> {
    let word = parts.peek()?;
    let number = matches!(word.as_rule(), Rule::integer | Rule::duration | Rule::size);
    if !number || literal::number(word.as_str()).ok()?.magnitude < MAGNITUDE_MAX {
        return None;
    }
    let mut ahead = parts.clone();
    let word = ahead.next();
    let alone = ahead.peek().is_none_or(|part| !is_suffix(part.as_rule()));
    if alone {
        *parts = ahead;
        return word;
    }
    None
}

/// The operator of two operands that starts with this word, `not` and `is` in their short form.
fn infix(pair: &Pair<'_, Rule>) -> Option<BinaryOp> {
    match pair.as_rule() {
        Rule::kw_not => Some(BinaryOp::NotIn),
        _ => BinaryOp::from_word(pair.as_str()),
    }
}

fn take_infix(parts: &mut Parts<'_>, op: BinaryOp) -> BinaryOp {
    parts.next();
    match op {
        BinaryOp::NotIn => {
            parts.next();
            op
        }
        BinaryOp::Is if super::take(parts, Rule::kw_not).is_some() => BinaryOp::IsNot,
        _ => op,
    }
}
