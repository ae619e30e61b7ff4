//! Statements: assignments, waiting, blocks and the ways out of them.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{DefaultValue, Parameter, Signature, can_be_entered};
use crate::syntax::ast::{
    Arg, BinaryOp, Block, Expr, ExprKind, Handler, Iterable, Literal, ObjectKind, Statement, StatementKind,
};
use crate::syntax::parts::statements_in;
use crate::syntax::print;

use super::call::{Callee, timeout_alone};
use super::certain::unit_fix;
use super::expression::wait_in_atomic;
use super::known::{Known, Plain, with_article};
use super::method::whole_array;
use super::name::Wanted;
use super::{Checker, Context};

/// What `async with` waits under.
static TIMEOUT: Signature = Signature {
    name: "timeout",
    parameters: &[Parameter { name: "timeout", default: DefaultValue::Required }],
};

impl<'a> Checker<'a> {
    /// The statements of a block in order.
    pub(super) fn block(&mut self, block: &'a Block) {
        for statement in &block.statements {
            if self.mistakes.is_full() {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        let span = statement.span;
        self.statement = span;
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.begin(name);
                if !self.constructs(span, name, value) {
                    let known = self.expression(value);
                    self.introduce(name, known);
                }
            }
            StatementKind::Assign { place, op: None, value }
                if place.indices.is_empty() && self.constructs(span, &place.name, value) => {}
            StatementKind::Assign { place, op, value } => self.assign(place, *op, value),
            StatementKind::Compute { duration, .. } => self.wait("compute", span, duration),
            StatementKind::Io { duration, device, .. } => {
                self.wait("io", span, duration);
                self.device(device.as_ref());
            }
            StatementKind::Sleep { duration, .. } => self.wait("sleep", span, duration),
            StatementKind::With { items, body, asynchronous } => self.with(items, body, *asynchronous),
            StatementKind::If { branches, otherwise } => {
                for (condition, block) in branches {
                    self.expression(condition);
                    self.block(block);
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            StatementKind::While { condition, body } => {
                self.reveal(body);
                self.expression(condition);
                self.loop_body(body);
            }
            StatementKind::For { name, iterable, body } => {
                let known = self.iterable(iterable);
                self.introduce(name, known);
                self.loop_body(body);
            }
            StatementKind::Break => self.leave_loop("break", span),
            StatementKind::Continue => self.leave_loop("continue", span),
            StatementKind::Pass => {}
            StatementKind::Return(value) => self.give(value.as_ref()),
            StatementKind::Try { body, handlers, finally } => {
                self.attempt(body, handlers, finally.as_ref());
            }
            StatementKind::Raise { name, message } => {
                if name.is_none() && self.handlers == 0 {
                    self.mistakes.add(bare_raise(span));
                }
                self.expressions(message);
            }
            StatementKind::Assert { condition, message } => {
                self.expression(condition);
                self.expressions(message);
            }
            StatementKind::Print(values) => self.expressions(values),
            StatementKind::Group(body) | StatementKind::Region { body, .. } => self.block(body),
            StatementKind::Atomic { when, body } => self.atomic(span, when.as_ref(), body),
            StatementKind::Expr(expr) => self.bare(expr),
        }
    }

    /// In a loop, what one round sets the next one may read above it; whether it was set is for the run to say.
    /// The outermost loop does it for those inside.
    fn reveal(&mut self, body: &'a Block) {
        if self.loops > 0 {
            return;
        }
        statements_in(body).for_each(|statement| {
            if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind
                && self.globals.get(&name.text).is_none()
                && !self.is_local(&name.text)
            {
                self.introduce(name, Known::Anything);
            }
        });
    }

    /// `return`, `return e`
    fn give(&mut self, value: Option<&'a Expr>) {
        let Some(value) = value else { return };
        let known = self.expression(value);
        if self.function.is_none() && !matches!(known, Known::Plain(Plain::None, _)) {
            self.mistakes.add(
                Diagnostic::error(codes::VALUE_FROM_MAIN, value.span, "`main` gives its value to nobody")
                    .at("taken by nobody")
                    .with_help("`return` alone ends main; to show a value, `print` it"),
            );
        }
    }

    /// `compute d`, `io d`, `sleep d`
    fn wait(&mut self, word: &str, span: Span, duration: &'a Expr) {
        if let Some(atomic) = self.atomic {
            let until = Span { end: duration.span.end.max(span.start), ..span };
            self.mistakes.add(wait_in_atomic(word, until, atomic));
        }
        let known = self.wanted(duration, Wanted::Operand);
        self.negative_time(word, (known, duration.span));
        let literal = duration.as_literal();
        let is_duration = known.plain() == Some(Plain::Duration);
        let Some(what) = known.described().filter(|_| !is_duration) else { return };
        // Python sleeps for seconds; what is computed and waited for takes less, mostly.
        let (unit, others) =
            if word == "sleep" { ("s", "`ns`, `us`, `ms`, `min`") } else { ("ms", "`ns`, `us`, `s`, `min`") };
        let help = match literal {
            Some(Literal::Int(value)) => {
                format!("give it a unit: `{word} {value}{unit}` (or {others})")
            }
            Some(_) | None => format!("write a duration, as in `{word} 2ms`"),
        };
        let message = format!("`{word}` takes a duration, not {what}");
        let mistake = Diagnostic::error(codes::NO_DURATION, duration.span, message).at(what).with_help(help);
        let fix = unit_fix(duration, unit).filter(|_| known.plain() == Some(Plain::Int));
        self.mistakes.add(Diagnostic { fix, ..mistake });
    }

    fn device(&mut self, device: Option<&'a Expr>) {
        let Some(device) = device else { return };
        let known = self.wanted(device, Wanted::Device);
        if let Known::Object(ObjectKind::Device) = known {
            return;
        }
        let help = "declare `device disk(1)` and write `io 5ms on disk`";
        self.require_usable(known, device, "serve `io`", help);
    }

    fn with(&mut self, items: &'a [Expr], body: &'a Block, asynchronous: Option<Span>) {
        if let (Some(span), Some(atomic)) = (asynchronous, self.atomic) {
            self.mistakes.add(wait_in_atomic("async with", span, atomic));
        }
        for item in items {
            if let Some(args) = self.timeout(item) {
                match asynchronous {
                    Some(_) => self.time_limit(item, args),
                    None => self.mistakes.add(timeout_alone(item.span)),
                }
                continue;
            }
            let known = self.wanted(item, Wanted::Entered);
            if let Known::Object(kind) = known
                && can_be_entered(kind)
            {
                continue;
            }
            self.require_entered(known, item);
        }
        self.block(body);
    }

    fn require_entered(&mut self, known: Known<'a>, item: &'a Expr) {
        if let ExprKind::Call { callee, .. } = &item.kind
            && let Some((lock, method)) = callee.as_attribute()
            && method.text == "acquire"
            && known.plain() == Some(Plain::Bool)
        {
            let lock = print::expression(lock);
            let message = "`with` acquires by itself";
            let mistake = Diagnostic::error(codes::WRONG_KIND, item.span, message)
                .at("acquired twice, were it allowed");
            let mistake = mistake.with_help(format!("write `with {lock} {{ … }}`"));
            return self.mistakes.add(mistake.with_fix(Fix::sure(item.span, lock)));
        }
        self.require_usable(known, item, "be entered by `with`", "`with` takes a lock, as in `with m { … }`");
    }

    /// `async with timeout(50ms)`
    fn time_limit(&mut self, item: &Expr, args: &'a [Arg]) {
        let given = self.arguments(args, false);
        let callee = Callee { name: TIMEOUT.name, span: item.span };
        if self.bind_signature(&callee, &TIMEOUT, &given) {
            self.argument_types(&callee, &TIMEOUT, &given);
        }
    }

    /// The arguments of `timeout(…)`, unless the script has a function of that name.
    fn timeout<'e>(&self, item: &'e Expr) -> Option<&'e [Arg]> {
        let ExprKind::Call { callee, args } = &item.kind else { return None };
        let is_timeout = callee.as_name() == Some(TIMEOUT.name);
        (is_timeout && self.globals.function(TIMEOUT.name).is_none()).then_some(args.as_slice())
    }

    /// Reports what certainly is no object that can do what is needed.
    fn require_usable(&mut self, known: Known<'_>, expr: &Expr, need: &str, help: &str) {
        if let Known::Array(kind) = known {
            return self.mistakes.add(whole_array(expr, kind));
        }
        let Some(what) = known.described() else { return };
        let message = format!("{what} cannot {need}");
        self.mistakes.add(Diagnostic::error(codes::WRONG_KIND, expr.span, message).at(what).with_help(help));
    }

    /// What is certain about each element.
    fn iterable(&mut self, iterable: &'a Iterable) -> Known<'a> {
        match iterable {
            Iterable::Range { from, to } => {
                for end in [from, to] {
                    let known = self.wanted(end, Wanted::Operand);
                    self.range_end(known, end);
                }
                Known::INT
            }
            Iterable::Each(list) => {
                let known = self.expression(list);
                self.require_elements(known, list);
                match known {
                    Known::Array(kind) => Known::Object(kind),
                    Known::Plain(Plain::Str, _) => Known::Plain(Plain::Str, None),
                    Known::Anything
                    | Known::Plain(..)
                    | Known::List(_)
                    | Known::Handle(_)
                    | Known::Object(_)
                    | Known::PipeEnd
                    | Known::Stream(_)
                    | Known::Refused => Known::Anything,
                }
            }
        }
    }

    /// The ends of a range are integers.
    fn range_end(&mut self, known: Known<'_>, end: &Expr) {
        let Some(what) = known.described().filter(|_| !known.plain().is_some_and(Plain::is_whole)) else {
            return;
        };
        let message = format!("a range goes from integer to integer, not {what}");
        let mistake = Diagnostic::error(codes::WRONG_ARGUMENT, end.span, message).at(what);
        let is_list = matches!(known, Known::List(_) | Known::Array(_));
        let help = format!("to go through it, write `for x in {} {{ … }}`", print::expression(end));
        let mistake = if is_list { mistake.with_help(help) } else { mistake };
        self.certain("TypeError", mistake);
    }

    fn loop_body(&mut self, body: &'a Block) {
        self.reveal(body);
        self.loops += 1;
        self.block(body);
        self.loops -= 1;
    }

    fn leave_loop(&mut self, word: &str, span: Span) {
        if self.loops == 0 {
            let message = format!("`{word}` stands outside a loop");
            self.mistakes.add(
                Diagnostic::error(codes::OUTSIDE_LOOP, span, message)
                    .at("in no `for` or `while`")
                    .with_help("to leave a function, write `return`"),
            );
        }
    }

    fn attempt(&mut self, body: &'a Block, handlers: &'a [Handler], finally: Option<&'a Block>) {
        self.block(body);
        let last = handlers.len().saturating_sub(1);
        for handler in handlers.iter().take(last).filter(|handler| handler.name.is_none()) {
            self.mistakes.add(
                Diagnostic::error(
                    codes::CATCH_ALL_NOT_LAST,
                    handler.span,
                    "this `except` hides those below it",
                )
                .at("catches all")
                .with_label(handlers[last].span, "never reached")
                .with_help("move the `except` without a name to the end"),
            );
        }
        self.handlers += 1;
        handlers.iter().for_each(|handler| self.block(&handler.body));
        self.handlers -= 1;
        finally.into_iter().for_each(|block| self.block(block));
    }

    fn atomic(&mut self, span: Span, when: Option<&'a Expr>, body: &'a Block) {
        if let Some(condition) = when {
            self.context = Context::When;
            self.expression(condition);
            self.context = Context::Code;
        }
        let around = self.atomic.replace(head(span, "atomic"));
        self.block(body);
        self.atomic = around;
    }

    /// An expression as a statement.
    fn bare(&mut self, expr: &'a Expr) {
        let before = self.mistakes.count();
        let known = self.expression(expr);
        let acts = matches!(expr.kind, ExprKind::Call { .. } | ExprKind::Spawn(_) | ExprKind::Await(_));
        // A part of it that is wrong by itself may well be why it does nothing.
        if acts || self.mistakes.count() > before {
            return;
        }
        let help = match known {
            _ if matches!(expr.kind, ExprKind::Binary { op: BinaryOp::Equal, .. }) => {
                "to assign, write one `=`".to_owned()
            }
            Known::Plain(Plain::Str, _) => "a comment begins with `#`".to_owned(),
            Known::Object(kind) => {
                format!("to use {}, write `with`, or call a method of it", with_article(kind))
            }
            Known::Anything
            | Known::Plain(..)
            | Known::List(_)
            | Known::Handle(_)
            | Known::Array(_)
            | Known::PipeEnd
            | Known::Stream(_)
            | Known::Refused => "to see a value, write `print` before it".to_owned(),
        };
        let mistake = Diagnostic::error(codes::NO_EFFECT, expr.span, "this statement does nothing");
        self.mistakes.add(mistake.at("its value is not used").with_help(help));
    }
}

/// The first word of a statement.
fn head(span: Span, word: &str) -> Span {
    Span::new(span.start as usize, (span.start as usize + word.len()).min(span.end as usize))
}

fn bare_raise(span: Span) -> Diagnostic {
    Diagnostic::error(codes::OUTSIDE_EXCEPT, span, "a bare `raise` stands outside `except`")
        .at("there is nothing to raise again")
        .with_help("name what is raised: `raise ValueError \"…\"`")
}
