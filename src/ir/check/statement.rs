//! Statements: assignments, waiting, blocks and the ways out of them.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::syntax::ast::{
    BinaryOp, Block, Expr, ExprKind, Handler, Iterable, Literal, ObjectKind, Place, Statement, StatementKind,
};

use super::expression::wait_in_atomic;
use super::globals::Global;
use super::known::{Known, with_article};
use super::method::whole_array;
use super::shape::{as_literal, as_name};
use super::support::{Feature, refuse};
use super::{Checker, Context, did_you_mean};

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
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.expression(value);
                self.locals.insert(&name.text);
            }
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
                self.expression(condition);
                self.loop_body(body);
            }
            StatementKind::For { name, iterable, body } => {
                self.iterable(iterable);
                self.locals.insert(&name.text);
                self.loop_body(body);
            }
            StatementKind::Break => self.leave_loop("break", span),
            StatementKind::Continue => self.leave_loop("continue", span),
            StatementKind::Pass => {}
            StatementKind::Return(value) => self.expressions(value),
            StatementKind::Try { body, handlers, finally } => {
                self.attempt(span, body, handlers, finally.as_ref());
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

    fn assign(&mut self, place: &'a Place, op: Option<BinaryOp>, value: &'a Expr) {
        self.expression(value);
        self.expressions(&place.indices);
        let name = place.name.text.as_str();
        if self.locals.contains(name) || self.globals.is_lost(name) {
            return;
        }
        let what = match self.globals.get(name) {
            Some(Global::Shared { array: true, .. }) if place.indices.is_empty() => "a whole array",
            Some(Global::Shared { .. }) => return,
            Some(Global::Param) => "a param",
            Some(Global::Object { .. }) => "a declared object",
            Some(Global::Function(_)) => "a function",
            None => return self.report_unknown_target(place, op),
        };
        let help = match what {
            "a whole array" => format!("assign one cell: `{name}[i] = …`"),
            "a param" => {
                "a param keeps its value for the whole run: declare a `shared` if it must change".to_owned()
            }
            _ => format!("choose another name: `let my_{name} = …`"),
        };
        let message = format!("`{name}` is {what} and cannot be assigned");
        let mut mistake =
            Diagnostic::error(codes::NOT_ASSIGNABLE, place.span, message).at(what).with_help(help);
        if let Some(declared) = self.globals.place(name) {
            mistake = mistake.with_label(declared, "declared here");
        }
        self.mistakes.add(mistake);
    }

    fn report_unknown_target(&mut self, place: &'a Place, op: Option<BinaryOp>) {
        let name = place.name.text.as_str();
        let candidates = self.locals.iter().copied().chain(self.globals.shareds());
        let similar = did_you_mean(name, candidates);
        let help = match (similar, op) {
            (Some(similar), _) => format!("{similar} A new local begins with `let {name} = …`"),
            (None, None) => format!(
                "a new local begins with `let {name} = …`, a variable for all with `shared {name} = …`"
            ),
            (None, Some(_)) => {
                format!("give it a first value: `let {name} = …` here, or `shared {name} = …` for all")
            }
        };
        let message = format!("there is no `{name}` that could be assigned");
        self.mistakes.add(
            Diagnostic::error(codes::UNKNOWN_TARGET, place.name.span, message)
                .at("neither local nor shared")
                .with_help(help),
        );
        // What is missing is its `let`; to read it is no further mistake.
        self.locals.insert(name);
    }

    /// `compute d`, `io d`, `sleep d`
    fn wait(&mut self, word: &str, span: Span, duration: &'a Expr) {
        if let Some(atomic) = self.atomic {
            let until = Span { end: duration.span.end.max(span.start), ..span };
            self.mistakes.add(wait_in_atomic(word, until, atomic));
        }
        let known = self.expression(duration);
        let literal = as_literal(duration);
        let is_duration = matches!(known, Known::Literal(Literal::Duration(_)));
        // A param may be set to another type from outside.
        let may_be = matches!(known, Known::Literal(_)) && literal.is_none();
        let Some(what) = known.described().filter(|_| !is_duration && !may_be) else { return };
        let help = match literal {
            Some(Literal::Int(value)) => {
                format!("give it a unit: `{word} {value}ms` (or `ns`, `us`, `s`, `min`)")
            }
            Some(_) | None => format!("write a duration, as in `{word} 2ms`"),
        };
        let message = format!("`{word}` takes a duration, not {what}");
        self.mistakes
            .add(Diagnostic::error(codes::NO_DURATION, duration.span, message).at(what).with_help(help));
    }

    fn device(&mut self, device: Option<&'a Expr>) {
        let Some(device) = device else { return };
        let known = self.expression(device);
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
            if self.is_timeout(item) {
                let mistake = match asynchronous {
                    Some(_) => refuse(Feature::Timeout, item.span),
                    None => Some(bare_timeout(item.span)),
                };
                mistake.into_iter().for_each(|mistake| self.mistakes.add(mistake));
                continue;
            }
            let known = self.expression(item);
            if let Known::Object(kind) = known
                && can_be_entered(kind)
            {
                continue;
            }
            self.require_usable(
                known,
                item,
                "be entered by `with`",
                "`with` takes a lock, as in `with m { … }`",
            );
        }
        self.block(body);
    }

    /// `timeout(…)`, unless the script has a function of that name.
    fn is_timeout(&self, item: &Expr) -> bool {
        let ExprKind::Call { callee, .. } = &item.kind else { return false };
        as_name(callee) == Some("timeout") && self.globals.function("timeout").is_none()
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

    fn iterable(&mut self, iterable: &'a Iterable) {
        match iterable {
            Iterable::Range { from, to } => self.expressions([from, to]),
            Iterable::Each(list) => {
                let known = self.expression(list);
                self.require_elements(known, list);
            }
        }
    }

    fn loop_body(&mut self, body: &'a Block) {
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

    fn attempt(&mut self, span: Span, body: &'a Block, handlers: &'a [Handler], finally: Option<&'a Block>) {
        if handlers.is_empty() && finally.is_none() {
            self.mistakes.add(
                Diagnostic::error(codes::TRY_ALONE, head(span, "try"), "this `try` catches nothing")
                    .at("without `except` and `finally`")
                    .with_help("add `except ValueError { … }`, or `finally { … }`"),
            );
        }
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
        let before = self.mistakes.list.len();
        let known = self.expression(expr);
        let acts = matches!(expr.kind, ExprKind::Call { .. } | ExprKind::Spawn(_) | ExprKind::Await(_));
        // A part of it that is wrong by itself may well be why it does nothing.
        if acts || self.mistakes.list.len() > before {
            return;
        }
        let help = match known {
            _ if matches!(expr.kind, ExprKind::Binary { op: BinaryOp::Equal, .. }) => {
                "to assign, write one `=`".to_owned()
            }
            Known::Literal(Literal::Str(_)) => "a comment begins with `#`".to_owned(),
            Known::Object(kind) => {
                format!("to use {}, write `with`, or call a method of it", with_article(kind))
            }
            Known::Anything
            | Known::Literal(_)
            | Known::List
            | Known::Handle
            | Known::Array(_)
            | Known::PipeEnd
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

fn can_be_entered(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Lock
        | ObjectKind::Rlock
        | ObjectKind::Semaphore
        | ObjectKind::BoundedSemaphore
        | ObjectKind::Condition
        | ObjectKind::ThreadPool
        | ObjectKind::ProcessPool => true,
        ObjectKind::Event
        | ObjectKind::Barrier
        | ObjectKind::Queue
        | ObjectKind::Pipe
        | ObjectKind::Device => false,
    }
}

fn bare_timeout(span: Span) -> Diagnostic {
    Diagnostic::error(codes::WRONG_KIND, span, "`timeout(…)` needs `async with`")
        .at("behind a bare `with`")
        .with_help("write `async with timeout(50ms) { … }`")
}

fn bare_raise(span: Span) -> Diagnostic {
    Diagnostic::error(codes::OUTSIDE_EXCEPT, span, "a bare `raise` stands outside `except`")
        .at("there is nothing to raise again")
        .with_help("name what is raised: `raise ValueError \"…\"`")
}
