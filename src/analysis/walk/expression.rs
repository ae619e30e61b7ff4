//! Expressions: what is known of their values, and what happens while they are evaluated.

use crate::base::span::Span;
use crate::ir::signature::Builtin;
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Literal, ObjectKind, UnaryOp};

use super::Walker;
use super::declared::Global;
use super::fact::{Element, FactKind, Patience, Ref, Units, Waiting};
use super::path::{Path, Value};

/// No more of an index is kept as a text.
const TEXT_MAX: usize = 48;

/// Whether the value of an expression is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Value,
    Statement,
}

impl<'a> Walker<'a> {
    /// Evaluates an expression whose value is used.
    pub(super) fn value(&mut self, expr: &'a Expr, path: &mut Path<'a>) -> Value {
        self.evaluate(expr, path, Use::Value, Waiting::Bare)
    }

    /// Evaluates an expression that is a statement.
    pub(super) fn effect(&mut self, expr: &'a Expr, path: &mut Path<'a>) {
        self.evaluate(expr, path, Use::Statement, Waiting::Bare);
    }

    fn evaluate(&mut self, expr: &'a Expr, path: &mut Path<'a>, used: Use, waiting: Waiting) -> Value {
        if !self.may_go_on(1) {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = match &expr.kind {
            ExprKind::Literal(Literal::Int(number)) => Value::Int(*number),
            ExprKind::Literal(_) => Value::Unknown,
            ExprKind::Name(name) => self.name(name, expr.span, path),
            ExprKind::List(items) => self.list(items, path),
            ExprKind::Unary { op, operand } => match (op, self.value(operand, path)) {
                (UnaryOp::Negate, Value::Int(number)) => {
                    number.checked_neg().map_or(Value::Unknown, Value::Int)
                }
                _ => Value::Unknown,
            },
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, path),
            ExprKind::Await(inner) => self.awaited(inner, path, used),
            ExprKind::Call { callee, args } => self.called(expr, callee, args, path, (used, waiting)),
            ExprKind::Index { base, index } => self.indexed(base, index, expr.span, path),
            ExprKind::Attribute { base, .. } => match self.value(base, path) {
                Value::Object(end) => Value::Object(end),
                Value::Unknown
                | Value::Int(_)
                | Value::Text(_)
                | Value::Array(_)
                | Value::Handles(_)
                | Value::Acquired(_) => Value::Unknown,
            },
            ExprKind::Spawn(spawn) => self.spawn(spawn, path),
        };
        self.depth -= 1;
        value
    }

    /// What a name stands for outside the function, unless a local hides it.
    pub(super) fn global(&self, name: &str) -> Option<Global> {
        if self.declared.codes[self.function].locals.contains(name) {
            return None;
        }
        self.declared.globals.get(name).copied()
    }

    fn name(&mut self, name: &str, span: Span, path: &Path<'a>) -> Value {
        match self.global(name) {
            Some(Global::Object(object)) if self.declared.objects[object].array => Value::Array(object),
            Some(Global::Object(object)) => Value::Object(Ref { object, element: Element::Only }),
            Some(Global::Shared(shared)) => {
                self.tell(FactKind::Access { shared, write: false }, span, &path.state);
                Value::Unknown
            }
            Some(Global::Param(value)) => value.map_or(Value::Unknown, Value::Int),
            None => path.local(name),
        }
    }

    fn list(&mut self, items: &'a [Expr], path: &mut Path<'a>) -> Value {
        let mut units: Option<Units> = Some(0);
        for item in items {
            match (self.value(item, path), &mut units) {
                (Value::Handles(more), Some(units)) => *units |= more,
                _ => units = None,
            }
        }
        units.map_or(Value::Unknown, Value::Handles)
    }

    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr, path: &mut Path<'a>) -> Value {
        let first = self.value(left, path);
        let is_short = matches!(op, BinaryOp::And | BinaryOp::Or);
        self.around.branches += u16::from(is_short);
        let second = self.value(right, path);
        self.around.branches -= u16::from(is_short);
        match (first, second) {
            (Value::Int(left), Value::Int(right)) => {
                arithmetic(op, left, right).map_or(Value::Unknown, Value::Int)
            }
            (Value::Handles(left), Value::Handles(right)) if op == BinaryOp::Add => {
                Value::Handles(left | right)
            }
            _ => self.text_of(op, left, right, path),
        }
    }

    /// The text of a sum, product and so on, for the index that it may become.
    fn text_of(&mut self, op: BinaryOp, left: &Expr, right: &Expr, path: &Path<'a>) -> Value {
        let is_index = matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Modulo);
        if !is_index {
            return Value::Unknown;
        }
        match (self.text(left, path, 0), self.text(right, path, 0)) {
            (Some(left), Some(right)) => self.kept(format!("{left} {} {right}", op.word())),
            _ => Value::Unknown,
        }
    }

    fn kept(&mut self, text: String) -> Value {
        if text.len() > TEXT_MAX { Value::Unknown } else { Value::Text(self.texts.insert_full(text).0) }
    }

    /// The text of an index with known locals put in; brackets stand around what has an operator inside another one.
    fn text(&self, expr: &Expr, path: &Path<'a>, depth: usize) -> Option<String> {
        if depth > 4 {
            return None;
        }
        match &expr.kind {
            ExprKind::Literal(Literal::Int(number)) => Some(number.to_string()),
            ExprKind::Name(name) => match path.local(name) {
                Value::Text(text) => {
                    let text = self.texts.get_index(text)?;
                    Some(if text.contains(' ') { format!("({text})") } else { text.clone() })
                }
                Value::Int(number) => Some(number.to_string()),
                Value::Unknown
                | Value::Object(_)
                | Value::Array(_)
                | Value::Handles(_)
                | Value::Acquired(_) => Some(name.clone()),
            },
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.text(left, path, depth + 1)?, self.text(right, path, depth + 1)?);
                Some(format!("({left} {} {right})", op.word()))
            }
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Spawn(_) => None,
        }
    }

    /// An element of an array whose index is that text.
    pub(super) fn some_element(&mut self, object: usize, text: &str) -> Ref {
        Ref { object, element: Element::Some(self.texts.insert_full(text.to_owned()).0) }
    }

    fn indexed(&mut self, base: &'a Expr, index: &'a Expr, span: Span, path: &mut Path<'a>) -> Value {
        let known = match &base.kind {
            ExprKind::Name(name) => self.global(name),
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Spawn(_) => None,
        };
        if let Some(Global::Shared(shared)) = known {
            self.value(index, path);
            self.tell(FactKind::Access { shared, write: false }, span, &path.state);
            return Value::Unknown;
        }
        let base = self.value(base, path);
        let at = self.value(index, path);
        match base {
            Value::Array(object) => match at {
                Value::Int(at) => Value::Object(Ref { object, element: Element::At(at) }),
                Value::Text(text) => Value::Object(Ref { object, element: Element::Some(text) }),
                Value::Unknown
                | Value::Object(_)
                | Value::Array(_)
                | Value::Handles(_)
                | Value::Acquired(_) => {
                    let text = self.text(index, path, 0).unwrap_or_default();
                    Value::Object(self.some_element(object, &text))
                }
            },
            Value::Handles(units) => Value::Handles(units),
            Value::Unknown | Value::Int(_) | Value::Text(_) | Value::Object(_) | Value::Acquired(_) => {
                Value::Unknown
            }
        }
    }

    fn awaited(&mut self, inner: &'a Expr, path: &mut Path<'a>, used: Use) -> Value {
        let is_call = matches!(inner.kind, ExprKind::Call { .. });
        path.state.stirred |= path.state.live;
        let value = self.evaluate(inner, path, used, Waiting::Awaited);
        if is_call && !matches!(value, Value::Handles(_)) {
            return value;
        }
        let units = match value {
            Value::Handles(units) => units,
            Value::Unknown
            | Value::Int(_)
            | Value::Text(_)
            | Value::Object(_)
            | Value::Array(_)
            | Value::Acquired(_) => Units::MAX,
        };
        self.join(units, ("await", Waiting::Awaited, Patience::Endless), inner.span, path);
        Value::Unknown
    }

    fn called(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        args: &'a [Arg],
        path: &mut Path<'a>,
        how: (Use, Waiting),
    ) -> Value {
        match &callee.kind {
            ExprKind::Name(name) => match self.declared.functions.get(&**name) {
                Some(&function) => {
                    let values = self.arguments(function, args, path);
                    self.follow(function, values, path)
                }
                None => self.builtin(name, args, path),
            },
            ExprKind::Attribute { base, name } => self.method((base, &name.text), args, expr.span, path, how),
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Spawn(_) => Value::Unknown,
        }
    }

    /// Calls a function and goes on behind it.
    fn follow(&mut self, function: usize, values: Vec<Value>, path: &mut Path<'a>) -> Value {
        let before = path.state.live;
        match self.call(function, values, path.state.clone()) {
            Some((value, state)) => {
                path.state = state;
                value
            }
            None => {
                // Nobody comes back: what follows happens at most on ways that are not followed.
                path.state.live &= before;
                path.is_assumed = true;
                Value::Unknown
            }
        }
    }

    fn builtin(&mut self, name: &str, args: &'a [Arg], path: &mut Path<'a>) -> Value {
        let builtin = Builtin::from_word(name);
        if builtin == Some(Builtin::Inside) {
            return Value::Unknown;
        }
        let mut values = Vec::new();
        for arg in args {
            values.push(self.value(&arg.value, path));
            if let Some(end) = &arg.range_end {
                values.push(self.value(end, path));
            }
        }
        let numbers: Option<Vec<i64>> = values
            .iter()
            .map(|value| match value {
                Value::Int(number) => Some(*number),
                Value::Unknown
                | Value::Text(_)
                | Value::Object(_)
                | Value::Array(_)
                | Value::Handles(_)
                | Value::Acquired(_) => None,
            })
            .collect();
        let known = match builtin {
            Some(Builtin::Min) => numbers.and_then(|numbers| numbers.into_iter().min()),
            Some(Builtin::Max) => numbers.and_then(|numbers| numbers.into_iter().max()),
            Some(_) | None => None,
        };
        known.map_or(Value::Unknown, Value::Int)
    }

    /// Whether an object is of one of those kinds.
    pub(super) fn is_kind(&self, object: Ref, kinds: &[ObjectKind]) -> bool {
        kinds.contains(&self.declared.objects[object.object].kind)
    }
}

fn arithmetic(op: BinaryOp, left: i64, right: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::FloorDivide if right > 0 => Some(left.div_euclid(right)),
        BinaryOp::Modulo if right > 0 => Some(left.rem_euclid(right)),
        BinaryOp::FloorDivide
        | BinaryOp::Modulo
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::In
        | BinaryOp::NotIn
        | BinaryOp::Is
        | BinaryOp::IsNot => None,
    }
}
