//! Statements and blocks.

#![expect(clippy::wildcard_enum_match_arm, reason = "the grammar decides which rules can stand where")]

use pest::iterators::Pair;

use super::Builder;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{
    BinaryOp, Block, Expr, ExprKind, Handler, Iterable, Name, Place, Statement, StatementKind,
};
use crate::syntax::code;
use crate::syntax::parse::grammar::Rule;

/// The parts of a statement by kind: which of them there are, the grammar has seen to.
#[derive(Default)]
struct Parts {
    names: Vec<Name>,
    values: Vec<Expr>,
    blocks: Vec<Block>,
    /// The word `await` or `async` in front.
    waiting: Option<Span>,
    nogil: bool,
    range: bool,
    clauses: Clauses,
}

/// `elif`, `else`, `except` and `finally` behind the first block.
#[derive(Default)]
struct Clauses {
    branches: Vec<(Expr, Block)>,
    handlers: Vec<Handler>,
    last: Option<Block>,
}

impl Parts {
    fn name(&mut self) -> Name {
        self.names.pop().expect("the grammar asks for a name here")
    }

    fn value(&mut self) -> Expr {
        self.values.pop().expect("the grammar asks for a value here")
    }

    fn block(&mut self) -> Block {
        self.blocks.pop().expect("the grammar asks for a block here")
    }

    /// The second value of at most two.
    fn second(&mut self) -> Option<Expr> {
        if self.values.len() > 1 { self.values.pop() } else { None }
    }
}

impl Builder<'_, '_> {
    pub(super) fn block(&mut self, pair: Pair<'_, Rule>) -> Block {
        let mut span = self.span_of(&pair);
        let mut statements = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::left_brace => span.start = self.span_of(&part).start,
                Rule::right_brace => {}
                _ => statements.extend(self.statement_or_sign(part)),
            }
        }
        Block { statements, span }
    }

    /// A statement; `None` for the signs between statements.
    pub(super) fn statement_or_sign(&mut self, pair: Pair<'_, Rule>) -> Option<Statement> {
        let is_sign = matches!(pair.as_rule(), Rule::semicolon | Rule::EOI);
        (!is_sign).then(|| self.statement(pair))
    }

    fn statement(&mut self, pair: Pair<'_, Rule>) -> Statement {
        let span = self.span_of(&pair);
        let kind = match pair.as_rule() {
            Rule::break_statement => StatementKind::Break,
            Rule::continue_statement => StatementKind::Continue,
            Rule::pass_statement => StatementKind::Pass,
            Rule::print_statement => self.print(pair),
            Rule::assignment_or_expression => self.assignment(pair),
            Rule::try_statement => self.attempt(pair, span),
            rule => {
                let parts = self.parts(pair);
                self.plain(rule, parts)
            }
        };
        Statement { kind, span }
    }

    fn parts(&mut self, pair: Pair<'_, Rule>) -> Parts {
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => parts.names.push(self.name_of(&part)),
                Rule::expression => parts.values.push(self.expression(part).expr),
                Rule::block => parts.blocks.push(self.block(part)),
                Rule::kw_await | Rule::kw_async => parts.waiting = Some(self.span_of(&part)),
                Rule::word_nogil => parts.nogil = true,
                Rule::dot_dot => parts.range = true,
                Rule::elif_clause => {
                    let mut clause = self.parts(part);
                    parts.clauses.branches.push((clause.value(), clause.block()));
                }
                Rule::else_clause | Rule::finally_clause => {
                    parts.clauses.last = Some(self.parts(part).block());
                }
                Rule::except_clause => {
                    let handler = self.handler(part);
                    parts.clauses.handlers.push(handler);
                }
                _ => {}
            }
        }
        parts
    }

    fn handler(&mut self, pair: Pair<'_, Rule>) -> Handler {
        let word = pair.clone().into_inner().next().expect("a handler starts with its word");
        let mut parts = self.parts(pair);
        let name = parts.names.pop();
        let span = name.as_ref().map_or(self.span_of(&word), |name| self.span_of(&word).to(name.span));
        Handler { name, body: parts.block(), span }
    }

    /// The statements whose parts say all.
    fn plain(&mut self, rule: Rule, mut parts: Parts) -> StatementKind {
        match rule {
            Rule::let_statement => StatementKind::Let { name: parts.name(), value: parts.value() },
            Rule::compute_statement => StatementKind::Compute { duration: parts.value(), nogil: parts.nogil },
            Rule::io_statement => {
                let device = parts.second();
                StatementKind::Io { duration: parts.value(), device, awaited: parts.waiting }
            }
            Rule::sleep_statement => StatementKind::Sleep { duration: parts.value(), awaited: parts.waiting },
            Rule::with_statement => {
                StatementKind::With { body: parts.block(), items: parts.values, asynchronous: parts.waiting }
            }
            Rule::if_statement => {
                let mut branches = vec![(parts.value(), parts.block())];
                branches.append(&mut parts.clauses.branches);
                StatementKind::If { branches, otherwise: parts.clauses.last }
            }
            Rule::while_statement => StatementKind::While { condition: parts.value(), body: parts.block() },
            Rule::for_statement => {
                let (name, body) = (parts.name(), parts.block());
                StatementKind::For { name, iterable: self.iterable(parts), body }
            }
            Rule::return_statement => StatementKind::Return(parts.values.pop()),
            Rule::raise_statement => {
                StatementKind::Raise { name: parts.names.pop(), message: parts.values.pop() }
            }
            Rule::assert_statement => {
                let message = parts.second();
                StatementKind::Assert { condition: parts.value(), message }
            }
            Rule::group_statement => StatementKind::Group(parts.block()),
            Rule::region_statement => StatementKind::Region { name: parts.name(), body: parts.block() },
            Rule::atomic_statement => StatementKind::Atomic { when: parts.values.pop(), body: parts.block() },
            other => unreachable!("{other:?} is no statement of the grammar"),
        }
    }

    fn iterable(&mut self, mut parts: Parts) -> Iterable {
        if parts.range {
            let to = parts.value();
            return Iterable::Range { from: parts.value(), to };
        }
        match self.range_call(parts.value()) {
            Ok((from, to)) => Iterable::Range { from, to },
            Err(list) => Iterable::Each(list),
        }
    }

    fn attempt(&mut self, pair: Pair<'_, Rule>, span: Span) -> StatementKind {
        let mut parts = self.parts(pair);
        let Clauses { handlers, last, .. } = parts.clauses;
        if handlers.is_empty() && last.is_none() {
            let word = Span { start: span.start, end: span.start + 3 };
            let last = self.places.last_character(span);
            let error = Diagnostic::error(code::TRY_ALONE, last, "a `try` needs an `except` or a `finally`");
            let error = error.at("neither of them behind this").with_label(word, "nothing catches");
            let fix = Fix::maybe(Span { start: span.end, end: span.end }, " except { pass }");
            self.errors.push(error.with_help("add `except { … }` behind it").with_fix(fix));
        }
        let body = parts.blocks.pop().expect("a try has a body");
        StatementKind::Try { body, handlers, finally: last }
    }

    /// `print a, b`, and `print(a, b)` if the brackets hold all that is printed.
    fn print(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let mut values: Vec<Pair<'_, Rule>> =
            pair.into_inner().filter(|part| part.as_rule() == Rule::expression).collect();
        if let [only] = values.as_slice() {
            let mut inner = only.clone().into_inner();
            if let (Some(brackets), None) = (inner.next(), inner.next())
                && brackets.as_rule() == Rule::parentheses
            {
                values = brackets.into_inner().filter(|part| part.as_rule() == Rule::expression).collect();
            }
        }
        StatementKind::Print(values.into_iter().map(|value| self.expression(value).expr).collect())
    }

    fn assignment(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let mut parts = pair.into_inner();
        let target = self.expression(parts.next().expect("the grammar asks for an expression first")).expr;
        let Some(sign) = parts.next() else { return StatementKind::Expr(target) };
        let value = self.expression(parts.next().expect("a value stands behind the sign")).expr;
        let op = match sign.as_rule() {
            Rule::plus_assign => Some(BinaryOp::Add),
            Rule::minus_assign => Some(BinaryOp::Subtract),
            Rule::star_assign => Some(BinaryOp::Multiply),
            Rule::slash_slash_assign => Some(BinaryOp::FloorDivide),
            Rule::percent_assign => Some(BinaryOp::Modulo),
            _ => None,
        };
        let span = target.span;
        match place(target) {
            Some(place) => StatementKind::Assign { place, op, value },
            None => {
                let help = if op.is_none() { "`==` compares; `=` assigns" } else { "assign to a name" };
                let text =
                    ["only names and elements like `a[i]` can be assigned to", "no name, no element", help];
                self.refuse(code::NO_PLACE, span, text);
                StatementKind::Pass
            }
        }
    }
}

/// The place that an expression is, if it is one.
fn place(target: Expr) -> Option<Place> {
    let span = target.span;
    let mut indices = Vec::new();
    let mut base = target;
    loop {
        match base.kind {
            ExprKind::Index { base: inner, index } => {
                indices.push(*index);
                base = *inner;
            }
            ExprKind::Name(text) => {
                indices.reverse();
                return Some(Place { name: Name { text, span: base.span }, indices, span });
            }
            _ => return None,
        }
    }
}
