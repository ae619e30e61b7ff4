//! Arguments, and what is made of `range`.

use pest::iterators::Pair;

use super::{Builder, take};
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, Spawn, UnitKind};
use crate::syntax::code;
use crate::syntax::parse::grammar::Rule;

impl Builder<'_, '_> {
    /// The arguments in brackets, and how deep the deepest is.
    pub(super) fn arguments(&mut self, pair: Pair<'_, Rule>) -> (Vec<Arg>, usize) {
        let mut args: Vec<Arg> = Vec::new();
        let mut deepest = 0;
        for part in pair.into_inner().filter(|part| part.as_rule() == Rule::argument) {
            let (arg, depth) = self.argument(part);
            deepest = deepest.max(depth);
            if arg.name.is_none() && args.last().is_some_and(|before| before.name.is_some()) {
                let text = ["named arguments come last", "not named", "put it before the named ones"];
                self.refuse(code::ARGUMENT_ORDER, arg.value.span, text);
            }
            args.push(arg);
        }
        (args, deepest)
    }

    fn argument(&mut self, pair: Pair<'_, Rule>) -> (Arg, usize) {
        let mut parts = pair.into_inner().peekable();
        let name = take(&mut parts, Rule::name).map(|name| self.name_of(&name));
        let mut values = parts.filter(|part| part.as_rule() == Rule::expression);
        let value = self.expression(values.next().expect("an argument has a value"));
        let end = values.next().map(|end| self.expression(end));
        let depth = end.as_ref().map_or(value.depth, |end| end.depth.max(value.depth));
        if let Some(end) = end {
            return (Arg { name, value: value.expr, range_end: Some(end.expr) }, depth);
        }
        if name.is_some() {
            return (Arg { name, value: value.expr, range_end: None }, depth);
        }
        let arg = match self.range_call(value.expr) {
            Ok((from, to)) => Arg { name, value: from, range_end: Some(to) },
            Err(value) => Arg { name, value, range_end: None },
        };
        (arg, depth)
    }

    /// The ends of `range(b)` or `range(a, b)`; any other expression comes back as it is.
    pub(super) fn range_call(&mut self, expr: Expr) -> Result<(Expr, Expr), Expr> {
        let Expr { kind: ExprKind::Call { callee, args }, span } = expr else { return Err(expr) };
        if callee.kind != ExprKind::Name("range".to_owned()) {
            return Err(Expr { kind: ExprKind::Call { callee, args }, span });
        }
        let plain = args.iter().all(|arg| arg.name.is_none() && arg.range_end.is_none());
        if !plain || !matches!(args.len(), 1 | 2) {
            let text = [
                "`range` takes one or two values",
                "not a range",
                "write `a..b`, and count steps in the loop",
            ];
            self.refuse(code::RANGE, span, text);
        }
        let mut values = args.into_iter().map(|arg| arg.value);
        let zero = || Expr { kind: ExprKind::Literal(Literal::Int(0)), span: callee.span };
        let first = values.next().unwrap_or_else(zero);
        Ok(match values.next() {
            Some(second) => (first, second),
            None => (zero(), first),
        })
    }

    pub(super) fn spawn(&mut self, pair: Pair<'_, Rule>) -> (Spawn, usize) {
        let mut parts = pair.into_inner().peekable();
        let word = parts.nth(1).expect("a unit kind stands behind spawn");
        let (options, first) =
            take(&mut parts, Rule::arguments).map_or((Vec::new(), 0), |part| self.arguments(part));
        let function = self.name_of(&parts.next().expect("a spawn names a function"));
        let (args, second) = self.arguments(parts.next().expect("a spawn has arguments"));
        let unit = UnitKind::from_word(word.as_str()).expect("the grammar and the tree know the same kinds");
        (Spawn { unit, unit_span: self.span_of(&word), options, function, args }, first.max(second))
    }
}
