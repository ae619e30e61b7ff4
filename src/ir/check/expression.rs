//! Expressions: what names mean, and what operators can be applied to.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{Builtin, Receiver, method};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, UnaryOp};
use crate::syntax::print;

use super::call::{foreign_name, how_to_declare};
use super::guess::helped;
use super::known::{Known, Plain};
use super::method::may_wait;
use super::name::Wanted;
use super::shape::first_operand;
use super::{Checker, Context, foreign};

impl<'a> Checker<'a> {
    /// Checks an expression and gives what is certain about its value.
    pub(super) fn expression(&mut self, expr: &'a Expr) -> Known<'a> {
        self.wanted(expr, Wanted::Anything)
    }

    /// The same where something in particular is wanted of the whole expression.
    ///
    /// Chains such as `a + b + …` or `x.y.z` lean to the left and may be long,
    /// so their spine is walked in a loop; only what stands in brackets and on
    /// the right recurses.
    pub(super) fn wanted(&mut self, expr: &'a Expr, mut wanted: Wanted<'a>) -> Known<'a> {
        let mut spine = Vec::new();
        let mut at = expr;
        let mut known = loop {
            if self.is_out_of_place(at) || self.is_of_module(at) {
                break Known::Refused;
            }
            match first_operand(at) {
                Some(operand) => {
                    wanted = wanted_of_first(at, wanted);
                    spine.push(at);
                    at = operand;
                }
                None => break self.innermost(at, wanted),
            }
        };
        for node in spine.into_iter().rev() {
            known = self.around(node, known);
        }
        known
    }

    /// Checks several expressions of which nothing in particular is required.
    pub(super) fn expressions(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.expression(expr);
        }
    }

    /// Reports what the context forbids; what stands inside it is not looked at.
    fn is_out_of_place(&mut self, expr: &Expr) -> bool {
        let what = match &expr.kind {
            ExprKind::Await(_) => "`await`",
            ExprKind::Spawn(_) => "`spawn`",
            ExprKind::Call { callee, .. } => match callee.as_name() {
                Some(name) if self.globals.function(name).is_some() => "a call of a `def`",
                Some(name) => return self.is_builtin_out_of_place(name, callee.span),
                None => "a method call",
            },
            ExprKind::Literal(_)
            | ExprKind::Name(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. } => return false,
        };
        self.report_out_of_place(what, expr.span)
    }

    fn is_builtin_out_of_place(&mut self, name: &str, span: Span) -> bool {
        use Builtin::{Abs, Deadlocked, Elapsed, Inside, Len, Max, Min, Sorted, Str, Sum};
        let Some(builtin) = Builtin::from_word(name) else { return false };
        let ending = matches!(builtin, Elapsed | Deadlocked);
        let fits = match self.context {
            Context::Code => !ending,
            Context::Finally => {
                ending || matches!(builtin, Len | Min | Max | Sum | Sorted | Abs | Str | Inside)
            }
            Context::Invariant | Context::When => {
                matches!(builtin, Len | Min | Max | Sum | Sorted | Abs | Str | Inside)
            }
            Context::Initialiser => matches!(builtin, Len | Min | Max | Abs),
        };
        if fits {
            return false;
        }
        if ending {
            let message = format!("`{name}()` is known at the end of a run only");
            self.mistakes.add(
                Diagnostic::error(codes::ONLY_IN_FINALLY, span, message)
                    .at("not in a `finally` property")
                    .with_help(format!("at the top level, write `finally {name}() …`")),
            );
            return true;
        }
        self.report_out_of_place(&format!("`{name}`"), span)
    }

    /// True, with an error, where only a part of the language may be used.
    fn report_out_of_place(&mut self, what: &str, span: Span) -> bool {
        let (code, place, help) = match self.context {
            Context::Code => return false,
            Context::When => (
                codes::NOT_IN_CONDITION,
                "the condition of `atomic when`",
                "a condition reads variables: `atomic when flag == False { … }`",
            ),
            Context::Invariant | Context::Finally => (
                codes::NOT_IN_PROPERTY,
                "a property",
                "a property reads shared variables and `inside(…)`: keep what it needs in a `shared`",
            ),
            Context::Initialiser => (
                codes::NOT_IN_INITIALISER,
                "a declaration",
                "a declaration uses literals, params, operators, `len`, `min`, `max`, `abs` and shareds above it",
            ),
        };
        let message = format!("{what} cannot stand in {place}");
        self.mistakes.add(Diagnostic::error(code, span, message).at("not allowed here").with_help(help));
        true
    }

    /// An expression that begins with no other one.
    fn innermost(&mut self, expr: &'a Expr, wanted: Wanted<'a>) -> Known<'a> {
        match &expr.kind {
            ExprKind::Literal(literal) => Known::literal(literal),
            ExprKind::Name(name) => self.name(name, expr.span, wanted),
            ExprKind::List(items) => {
                self.expressions(items);
                Known::List(Some(items.len()))
            }
            ExprKind::Spawn(spawn) => self.spawn(spawn),
            ExprKind::Call { callee, args } => {
                let name = callee.as_name().expect("a call of anything but a name begins with its callee");
                self.call(name, callee.span, args)
            }
            ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. } => unreachable!("these begin with another expression"),
        }
    }

    /// An expression around its first operand, of which `known` is certain.
    fn around(&mut self, expr: &'a Expr, known: Known<'a>) -> Known<'a> {
        match &expr.kind {
            ExprKind::Unary { op: UnaryOp::Not, .. } => Known::BOOL,
            ExprKind::Unary { op: UnaryOp::Negate, operand } => {
                if self.require_operand(known, operand.span, "-") {
                    self.negated((known, operand.span))
                } else {
                    Known::Refused
                }
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, (known, left.span), right),
            ExprKind::Await(inner) => self.awaited(expr, inner, known),
            ExprKind::Index { base, index } => {
                let position = self.wanted(index, Wanted::Operand);
                self.index(base, known, (position, index.span));
                self.indexed(known, base)
            }
            ExprKind::Attribute { name, .. } => self.attribute(known, name, expr.span),
            ExprKind::Call { callee, args } => match callee.as_attribute() {
                Some((base, name)) => self.method_call(expr, (known, base), name, args),
                None => self.value_called(callee.span, args),
            },
            ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::List(_) | ExprKind::Spawn(_) => {
                unreachable!("these begin with no other expression")
            }
        }
    }

    /// `f()()`, `xs[0]()`
    fn value_called(&mut self, callee: Span, args: &'a [Arg]) -> Known<'a> {
        self.arguments(args, true);
        self.mistakes.add(
            Diagnostic::error(codes::NOT_A_FUNCTION, callee, "a value cannot be called")
                .at("no function")
                .with_help("only a `def`, a built-in function or a method can be called"),
        );
        Known::Refused
    }

    fn binary(&mut self, op: BinaryOp, left: (Known<'a>, Span), right: &'a Expr) -> Known<'a> {
        let needs_operands = match op {
            BinaryOp::Or
            | BinaryOp::And
            | BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Is
            | BinaryOp::IsNot
            | BinaryOp::In
            | BinaryOp::NotIn => false,
            BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::FloorDivide
            | BinaryOp::Modulo => true,
        };
        let wanted = if needs_operands { Wanted::Operand } else { Wanted::Anything };
        let right = (self.wanted(right, wanted), right);
        if matches!(op, BinaryOp::Or | BinaryOp::And) {
            return Known::Anything;
        }
        if matches!(op, BinaryOp::In | BinaryOp::NotIn) && right.0.has_no_elements() {
            self.require_elements(right.0, right.1);
            return Known::BOOL;
        }
        if needs_operands {
            // One operation with two such operands is one mistake.
            if !self.require_operand(left.0, left.1, op.word())
                || !self.require_operand(right.0, right.1.span, op.word())
            {
                return Known::Refused;
            }
        }
        self.computed(op, left, (right.0, right.1.span))
    }

    /// Whether it may be an operand of arithmetic or of an order; reports it if not.
    fn require_operand(&mut self, known: Known<'_>, span: Span, op: &str) -> bool {
        let Some(what) = known.is_no_operand().then(|| known.described()).flatten() else { return true };
        let message = format!("{what} cannot be an operand of `{op}`");
        self.mistakes.add(Diagnostic::error(codes::NO_OPERAND, span, message).at(what));
        false
    }

    /// Reports `threading.Lock` and the like; what stands in its brackets is not looked at.
    fn is_of_module(&mut self, expr: &'a Expr) -> bool {
        let (path, args) = match &expr.kind {
            ExprKind::Call { callee, args } => (&**callee, Some(args)),
            ExprKind::Attribute { .. } => (expr, None),
            ExprKind::Literal(_)
            | ExprKind::Name(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Index { .. }
            | ExprKind::Spawn(_) => return false,
        };
        let Some((module, name)) = foreign::of_module(path) else { return false };
        if self.is_known(module) {
            return false;
        }
        let word = name.text.as_str();
        let constructor = foreign::named_constructor(word, args.map_or(&[], Vec::as_slice));
        let help = match (constructor, foreign::function(word)) {
            (Some(constructor), _) => how_to_declare(&constructor),
            (None, Some(help)) => help.to_owned(),
            (None, None) => match module {
                "math" => "numbers are whole: there are `abs`, `min`, `max`, `sum` and `//`".to_owned(),
                "random" => "write `choose(0..6)`, or `uniform(1ms, 2ms)` for a random time".to_owned(),
                _ => "scripts have no modules: what they need of Python is built in".to_owned(),
            },
        };
        self.mistakes.add(foreign_name(&format!("{module}.{word}"), path.span, &help));
        true
    }

    /// Reports what a `for` or an `in` certainly cannot go through.
    pub(super) fn require_elements(&mut self, known: Known<'_>, expr: &Expr) {
        let Some(what) = known.has_no_elements().then(|| known.described()).flatten() else { return };
        let message = format!("{what} has no elements to go through");
        let mistake = Diagnostic::error(codes::NOT_ITERABLE, expr.span, message).at(what);
        if known.plain() != Some(Plain::Int) {
            return self.mistakes.add(mistake);
        }
        let help = format!("to count up to it, write `0..{}`", print::expression(expr));
        let is_short = expr.as_name().is_some() || expr.as_literal().is_some();
        self.mistakes.add(helped(mistake, is_short.then_some(help)));
    }

    fn awaited(&mut self, expr: &Expr, inner: &Expr, known: Known<'a>) -> Known<'a> {
        if let Some(atomic) = self.atomic {
            let word = Span { end: expr.span.start.saturating_add(5).min(expr.span.end), ..expr.span };
            self.mistakes.add(wait_in_atomic("await", word, atomic));
            return Known::Refused;
        }
        if may_wait(inner) {
            return known;
        }
        let is_call = matches!(inner.kind, ExprKind::Call { .. });
        let help = match known {
            Known::Anything | Known::Handle(_) | Known::Refused => return Known::Anything,
            _ if is_call => "leave out the `await`: this takes no time",
            Known::Plain(Plain::Duration, _) => "to wait that long, write `await sleep …` or `await io …`",
            Known::Object(kind) if method(Receiver::Object(kind), "acquire").is_none() => {
                "await a method of it that waits"
            }
            Known::Object(_) => {
                "await one of its methods, as in `await m.acquire()`, or write `async with m { … }`"
            }
            Known::Plain(..) | Known::List(_) | Known::Array(_) | Known::PipeEnd | Known::Stream(_) => {
                "`await` waits for a handle or a blocking operation"
            }
        };
        let what = known.described().expect("what can be anything has returned above");
        let message = match inner.as_call() {
            Some((callee, _)) => {
                let name =
                    callee.as_name().or_else(|| callee.as_attribute().map(|(_, name)| name.text.as_str()));
                format!("`{}` does not wait, so it cannot be awaited", name.unwrap_or("this"))
            }
            None => format!("{what} cannot be awaited"),
        };
        let label = if is_call { "takes no time".to_owned() } else { what };
        let mistake = Diagnostic::error(codes::NOT_AWAITABLE, inner.span, message).at(label).with_help(help);
        let word = Span { start: expr.span.start, end: inner.span.start };
        // Brackets around what is awaited would have to go, too.
        let is_bare = inner.span.end == expr.span.end && word.range().len() == "await ".len();
        self.mistakes.add(if is_call && is_bare { mistake.with_fix(Fix::maybe(word, "")) } else { mistake });
        Known::Refused
    }

    /// What an element of it is; reports what has none.
    pub(super) fn indexed(&mut self, known: Known<'a>, base: &Expr) -> Known<'a> {
        if let Known::Array(kind) = known {
            return Known::Object(kind);
        }
        let Some(what) = known.described().filter(|_| known.has_no_elements()) else {
            let is_text = known.plain() == Some(Plain::Str);
            return if is_text { Known::Plain(Plain::Str, None) } else { Known::Anything };
        };
        let mistake = Diagnostic::error(codes::NOT_INDEXABLE, base.span, format!("{what} has no elements"));
        let help = match (known, base.as_name()) {
            (Known::Object(kind), Some(name)) => {
                Some(format!("to declare an array of them, write `{} {name}[n]`", kind.word()))
            }
            (_, _) => None,
        };
        self.mistakes.add(helped(mistake.at(what), help));
        Known::Refused
    }
}

/// The error of something that takes time in `atomic { … }`.
pub(super) fn wait_in_atomic(word: &str, span: Span, atomic: Span) -> Diagnostic {
    Diagnostic::error(codes::WAIT_IN_ATOMIC, span, format!("`{word}` cannot stand in `atomic {{ … }}`"))
        .at("takes time")
        .with_label(atomic, "runs in no time, without any other unit in between")
        .with_help("move it out of the `atomic` block")
}

/// What is wanted of the operand with which an expression begins.
fn wanted_of_first<'a>(expr: &'a Expr, around: Wanted<'a>) -> Wanted<'a> {
    match &expr.kind {
        ExprKind::Index { .. } => around,
        ExprKind::Call { callee, .. } => {
            callee.as_attribute().map_or(Wanted::Anything, |(_, name)| Wanted::Method(&name.text))
        }
        ExprKind::Unary { op: UnaryOp::Negate, .. } => Wanted::Operand,
        ExprKind::Binary { op, .. } => match op {
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::FloorDivide
            | BinaryOp::Modulo
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => Wanted::Operand,
            BinaryOp::Or
            | BinaryOp::And
            | BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::In
            | BinaryOp::NotIn
            | BinaryOp::Is
            | BinaryOp::IsNot => Wanted::Anything,
        },
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Unary { op: UnaryOp::Not, .. }
        | ExprKind::Await(_)
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => Wanted::Anything,
    }
}
