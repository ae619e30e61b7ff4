//! Expressions, with no more brackets than needed.

use super::call;
use super::kind::Kinds;
use super::script::Meaning;
use super::text;
use super::types::root;
use super::writer::Writer;
use crate::ir::signature::Builtin;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal, UnaryOp};
use crate::syntax::level;

/// A text and how loosely it binds.
pub(super) type Written = (String, u8);

/// What binds as tightly as a name.
pub(super) const fn tight(text: String) -> Written {
    (text, level::POSTFIX)
}

impl<'a> Writer<'a> {
    /// An expression that can stand anywhere.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> String {
        self.at(expr, level::LOOSEST)
    }

    /// An expression that stands where only `loosest` or tighter can stand.
    pub(super) fn at(&mut self, expr: &'a Expr, loosest: u8) -> String {
        let (text, own) = self.written(expr);
        if own < loosest { format!("({text})") } else { text }
    }

    /// A value that somebody keeps: a list of his own where one of the two may change it.
    pub(super) fn kept(&mut self, expr: &'a Expr, by: Option<&str>) -> String {
        let is_fresh = root(expr).is_none();
        let shape = self.types.shape(self.body, expr);
        let mutated = &self.types.mutated;
        let changes = by.map_or(!mutated.is_empty(), |name| mutated.contains(name))
            || root(expr).is_some_and(|root| mutated.contains(root));
        if is_fresh || !changes || !shape.own.meets(Kinds::LIST) {
            return self.expr(expr);
        }
        let text = self.expr(expr);
        if shape.own.only(Kinds::LIST) && !shape.inside.meets(Kinds::LIST) {
            return format!("list({text})");
        }
        self.part("copied");
        format!("copied({text})")
    }

    fn written(&mut self, expr: &'a Expr) -> Written {
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(value),
            ExprKind::Name(name) => tight(self.name(name)),
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.kept(item, None)).collect();
                tight(format!("[{}]", items.join(", ")))
            }
            ExprKind::Unary { op, operand } => {
                let own = level::unary(*op);
                let operand = self.at(operand, own);
                let word = if *op == UnaryOp::Not { "not " } else { "-" };
                (format!("{word}{operand}"), own)
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr),
            ExprKind::Await(inner) => self.awaited(inner),
            ExprKind::Call { .. } => self.call(expr, false),
            ExprKind::Index { base, index } => self.index(base, index),
            ExprKind::Attribute { base, name } => {
                let base = self.at(base, level::POSTFIX);
                tight(format!("{base}.{}", name.text))
            }
            ExprKind::Spawn(spawn) => tight(self.spawn(expr.span, spawn)),
        }
    }

    pub(super) fn literal(&mut self, value: &Literal) -> Written {
        let number = |value: i64, text: String| {
            (text, if value < 0 { level::unary(UnaryOp::Negate) } else { level::POSTFIX })
        };
        match value {
            Literal::None => tight("None".to_owned()),
            Literal::Bool(true) => tight("True".to_owned()),
            Literal::Bool(false) => tight("False".to_owned()),
            Literal::Int(value) => number(*value, text::integer(*value)),
            Literal::Duration(value) if self.forms.durations => {
                self.part("duration");
                tight(text::duration(*value))
            }
            Literal::Duration(value) => number(*value, text::seconds(*value)),
            Literal::Size(value) if self.forms.sizes => {
                self.part("size");
                tight(text::size(*value))
            }
            Literal::Size(value) => number(*value, text::integer(*value)),
            Literal::Str(value) => tight(text::quoted(value)),
        }
    }

    fn name(&mut self, name: &str) -> String {
        let word = self.word(name);
        match self.names.meaning(self.body, name) {
            Some(Meaning::Cell(cell)) if cell.for_all && cell.length.is_some() => {
                if call::is_plain(self.types.cell_shape(name)) {
                    format!("{word}[:]")
                } else {
                    format!("[cell.value for cell in {word}]")
                }
            }
            Some(Meaning::Cell(cell)) if cell.for_all => format!("{word}.value"),
            Some(Meaning::Local | Meaning::Param(_) | Meaning::Cell(_) | Meaning::Object(_)) => word,
            None if matches!(name, "stdin" | "stdout" | "stderr") => {
                self.part("stream");
                name.to_uppercase()
            }
            None => word,
        }
    }

    /// An item: of an array that all processes share, the cell itself.
    fn index(&mut self, base: &'a Expr, index: &'a Expr) -> Written {
        let index = self.expr(index);
        if let Some(name) = base.as_name()
            && let Some(Meaning::Cell(cell)) = self.names.meaning(self.body, name)
            && cell.for_all
            && cell.length.is_some()
        {
            let value = if call::is_plain(self.types.cell_shape(name)) { "" } else { ".value" };
            return tight(format!("{}[{index}]{value}", self.word(name)));
        }
        let base = self.at(base, level::POSTFIX);
        tight(format!("{base}[{index}]"))
    }

    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr, whole: &'a Expr) -> Written {
        let shapes = self.types.shape(self.body, left).or(self.types.shape(self.body, right));
        let repeats = op == BinaryOp::Multiply && shapes.own.meets(Kinds::STR.and(Kinds::LIST));
        if repeats || (op == BinaryOp::Modulo && shapes.own.meets(Kinds::STR)) {
            self.refuse(
                whole.span,
                "this operator",
                "a text or a list may stand here, with which Python does something else",
                "keep numbers and texts in variables of their own",
            );
        }
        let own = level::binary(op);
        let word = match op {
            BinaryOp::Equal | BinaryOp::Is if is_none(right) => "is",
            BinaryOp::NotEqual | BinaryOp::IsNot if is_none(right) => "is not",
            BinaryOp::Is => "==",
            BinaryOp::IsNot => "!=",
            BinaryOp::Or
            | BinaryOp::And
            | BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::In
            | BinaryOp::NotIn
            | BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::FloorDivide
            | BinaryOp::Modulo => op.word(),
        };
        let left = self.at(left, if own == level::COMPARISON { own + 1 } else { own });
        let right = self.at(right, own + 1);
        (format!("{left} {word} {right}"), own)
    }

    /// A length of time as Python's functions want it: a number of seconds.
    pub(super) fn seconds(&mut self, expr: &'a Expr) -> String {
        if !self.forms.durations {
            return self.expr(expr);
        }
        if let Some((text, _)) = self.as_seconds(expr) {
            return text;
        }
        let shape = self.types.shape(self.body, expr);
        if shape.own.only(Kinds::DURATION) {
            return format!("{}.seconds", self.at(expr, level::POSTFIX));
        }
        self.part("seconds");
        format!("in_seconds({})", self.expr(expr))
    }

    /// Seconds by calculating with seconds, where only literals have to be written differently.
    fn as_seconds(&mut self, expr: &'a Expr) -> Option<Written> {
        match &expr.kind {
            ExprKind::Literal(Literal::Duration(value)) => {
                let own = if *value < 0 { level::unary(UnaryOp::Negate) } else { level::POSTFIX };
                Some((text::seconds(*value), own))
            }
            ExprKind::Literal(Literal::None) => Some(tight("None".to_owned())),
            ExprKind::Binary { op: op @ (BinaryOp::Add | BinaryOp::Subtract), left, right } => {
                let own = level::binary(*op);
                let (left, left_own) = self.as_seconds(left)?;
                let (right, right_own) = self.as_seconds(right)?;
                let left = if left_own < own { format!("({left})") } else { left };
                let right = if right_own <= own { format!("({right})") } else { right };
                Some((format!("{left} {} {right}", op.word()), own))
            }
            ExprKind::Binary { op: BinaryOp::Multiply, left, right } => {
                let own = level::binary(BinaryOp::Multiply);
                let counts =
                    |expr: &Expr| self.types.shape(self.body, expr).own.only(Kinds::INT.and(Kinds::BOOL));
                let (left_counts, right_counts) = (counts(left), counts(right));
                if left_counts {
                    let (right, right_own) = self.as_seconds(right)?;
                    let right = if right_own <= own { format!("({right})") } else { right };
                    return Some((format!("{} * {right}", self.at(left, own)), own));
                }
                if !right_counts {
                    return None;
                }
                let (left, left_own) = self.as_seconds(left)?;
                let left = if left_own < own { format!("({left})") } else { left };
                Some((format!("{left} * {}", self.at(right, own + 1)), own))
            }
            ExprKind::Literal(_)
            | ExprKind::Name(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Spawn(_) => None,
        }
    }

    /// A number of bytes.
    pub(super) fn bytes(&mut self, expr: &'a Expr) -> String {
        if let ExprKind::Literal(Literal::Size(bytes)) = &expr.kind {
            return text::integer(*bytes);
        }
        if self.forms.sizes { format!("{}.count", self.at(expr, level::POSTFIX)) } else { self.expr(expr) }
    }

    /// A built-in function.
    pub(super) fn builtin(
        &mut self,
        builtin: Builtin,
        expr: &'a Expr,
        args: &'a [crate::syntax::ast::Arg],
    ) -> String {
        let name = match builtin {
            Builtin::Min | Builtin::Max | Builtin::Sum | Builtin::Sorted => {
                if let [list] = args {
                    self.refuse_text(&list.value);
                }
                builtin.word()
            }
            Builtin::Len | Builtin::Abs => builtin.word(),
            Builtin::Str => {
                let shape =
                    args.first().map(|arg| self.types.shape(self.body, &arg.value)).unwrap_or_default();
                self.refuse_nameless(args.first().map(|arg| &arg.value));
                if shape.inside.meets(Kinds::STR) {
                    self.part("show");
                    "show"
                } else {
                    "str"
                }
            }
            Builtin::Now | Builtin::Elapsed => {
                self.part("now");
                if self.forms.durations {
                    self.part("duration");
                }
                "now"
            }
            Builtin::Choose => {
                args.iter().for_each(|arg| self.refuse_text(&arg.value));
                self.part("choose");
                "choose"
            }
            Builtin::Uniform | Builtin::Exponential | Builtin::Normal => {
                if self.forms.durations {
                    self.part("duration");
                }
                self.part(builtin.word());
                builtin.word()
            }
            Builtin::Inside => {
                let region = args.first().and_then(|arg| arg.value.as_name()).unwrap_or_default();
                if self.names.has_processes {
                    self.refuse(
                        expr.span,
                        "`inside`",
                        "each process would count its own",
                        "count in a `process shared`",
                    );
                }
                return format!("{}.inside", self.region_word(region));
            }
            Builtin::Deadlocked => return "False".to_owned(),
        };
        let args: Vec<String> = args
            .iter()
            .map(|arg| match &arg.range_end {
                Some(end) => self.range(&arg.value, end),
                None => self.expr(&arg.value),
            })
            .collect();
        format!("{name}({})", args.join(", "))
    }

    /// A script can't go through a text, and Python can.
    pub(super) fn refuse_text(&mut self, list: &Expr) {
        let own = self.types.shape(self.body, list).own;
        // What stands in lists of lists may be either, as far as is known.
        if own.meets(Kinds::STR) && !own.meets(Kinds::LIST) {
            self.refuse(
                list.span,
                "what goes through this",
                "a text stands here, and Python takes its characters",
                "keep lists and texts in variables of their own",
            );
        }
    }

    /// `range(a, b)`
    pub(super) fn range(&mut self, from: &'a Expr, to: &'a Expr) -> String {
        let to = self.expr(to);
        if matches!(from.kind, ExprKind::Literal(Literal::Int(0))) {
            return format!("range({to})");
        }
        format!("range({}, {to})", self.expr(from))
    }

    /// Units and objects have names in a trace, and none in Python.
    pub(super) fn refuse_nameless(&mut self, expr: Option<&'a Expr>) {
        let Some(expr) = expr else { return };
        if self.types.shape(self.body, expr).all().meets(Kinds::NAMELESS) {
            self.refuse(
                expr.span,
                "the text of a unit or an object",
                "its name is one of the simulation",
                "print a text of your own",
            );
        }
    }
}

fn is_none(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::None))
}
