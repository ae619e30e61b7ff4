//! Calls of methods: of units, pools, lists, pipes and streams.

use super::call::Given;
use super::kind::Kinds;
use super::place::Origin;
use super::script::{MAIN, Meaning, job};
use super::types::root;
use super::writer::Writer;
use crate::syntax::ast::{Expr, ObjectKind, UnitKind};
use crate::syntax::level;

/// A call of a method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) whole: &'a Expr,
    pub(super) receiver: &'a Expr,
    pub(super) name: &'a str,
    pub(super) args: Given<'a>,
    /// Whether it is awaited on an event loop.
    pub(super) awaited: bool,
}

impl<'a> Writer<'a> {
    /// `ex.submit(f(x))`, `ex.map(f, items)`
    fn pooled(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver: pool, name, args, awaited } = operation;
        let Some(job) = job(name, args.0) else { unreachable!("the checker has seen the function") };
        let is_process = self.types.shape(self.body, pool).own.meets(Kinds::object(ObjectKind::ProcessPool));
        let inside = &self.types.shape(self.body, expr);
        if is_process && (inside.all().without(Kinds::FUTURE).meets(Kinds::NAMELESS) || self.in_child()) {
            self.refuse(
                expr.span,
                "this use of a process pool",
                "its workers belong to main, and can't be handed objects or units",
                "submit from main, and pass numbers, texts and lists",
            );
        }
        let pool = self.at(pool, level::POSTFIX);
        let words = self.submitted(&job);
        let Some(items) = job.items else { return format!("{pool}.submit({words})") };
        let items = match &items.range_end {
            Some(end) => self.range(&items.value, end),
            None => {
                self.refuse_text(&items.value);
                self.expr(&items.value)
            }
        };
        if awaited {
            self.part("awaited_map");
            return format!("await awaited_map([{pool}.submit({words}, item) for item in {items}])");
        }
        let chunk = args.get("chunksize", 2).map(|size| format!(", chunksize={}", self.expr(size)));
        if self.places.loops.contains(job.function) {
            self.refuse(
                expr.span,
                "a `map` of a function with tasks",
                "each job needs an event loop",
                "`submit` each job",
            );
        }
        format!("list({pool}.map({words}, {items}{}))", chunk.unwrap_or_default())
    }

    /// Whether the function that is being written may run in a process of its own.
    fn in_child(&self) -> bool {
        let spawned = self.names.spawns().any(|(_, spawn)| {
            self.names.unit_of(spawn) == UnitKind::Process && spawn.function.text == self.body
        });
        spawned && self.body != MAIN
    }

    /// An operation on an object, a unit, a list or a stream.
    pub(super) fn operation(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver, name, args, awaited } = operation;
        let kinds = self.types.shape(self.body, receiver).own;
        if matches!(name, "submit" | "map") {
            return self.pooled(operation);
        }
        if name == "result" && awaited {
            return self.awaited(receiver).0;
        }
        let queue = Kinds::object(ObjectKind::Queue);
        self.asks_for_results |= name == "done";
        match name {
            "result" => self.result(receiver, args.set("timeout", 0)),
            "join" if !kinds.meets(queue) => self.joined(operation),
            "is_alive" if kinds.meets(Kinds::TASK.and(Kinds::FUTURE)) => {
                format!("(not {}.done())", self.at(receiver, level::POSTFIX))
            }
            "append" | "pop" => self.of_list(operation),
            "send" | "recv" | "poll" => self.of_end(operation),
            "read" | "write" | "communicate" | "terminate" | "kill" | "cancel" | "done" | "is_alive"
            | "close" => {
                if awaited && matches!(name, "read" | "write" | "communicate") {
                    self.refuse(
                        expr.span,
                        "a stream that is awaited on an event loop",
                        "`subprocess` has calls that block only",
                        "let a thread do it, and await the thread: `await spawn thread f()`",
                    );
                }
                let args: Vec<String> = args.0.iter().map(|arg| self.expr(&arg.value)).collect();
                format!("{}.{name}({})", self.at(receiver, level::POSTFIX), args.join(", "))
            }
            _ => self.of_object(operation),
        }
    }

    fn joined(&mut self, operation: Operation<'a>) -> String {
        let Operation { receiver: unit, args, awaited, .. } = operation;
        let kinds = self.types.shape(self.body, unit).own;
        let timeout = args.set("timeout", 0).map(|timeout| format!("timeout={}", self.seconds(timeout)));
        if !awaited && !kinds.meets(Kinds::TASK.and(Kinds::FUTURE)) {
            return format!("{}.join({})", self.at(unit, level::POSTFIX), timeout.unwrap_or_default());
        }
        let function = if awaited { "awaited_join" } else { "joined" };
        self.part(function);
        let wait = if awaited { "await " } else { "" };
        let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
        format!("{wait}{function}({}{timeout})", self.expr(unit))
    }

    fn of_list(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver: list, name, args, .. } = operation;
        let root = root(list);
        let cell = root.and_then(|name| self.names.meaning(self.body, name));
        if let Some(Meaning::Cell(cell)) = cell
            && cell.for_all
            && (cell.length.is_none() || list.as_name().is_some())
        {
            self.refuse(
                expr.span,
                "a list that all processes share and change",
                "shared memory holds values, not lists that grow",
                "send the items through a `process queue`",
            );
        }
        let item = args.0.first().map(|arg| self.kept(&arg.value, None)).unwrap_or_default();
        format!("{}.{name}({item})", self.at(list, level::POSTFIX))
    }

    fn of_end(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver: end, name, args, awaited } = operation;
        let text = self.at(end, level::POSTFIX);
        match name {
            "send" => {
                if awaited {
                    self.refuse(
                        expr.span,
                        "a message that is sent with `await`",
                        "`send` blocks the event loop while the pipe is full",
                        "leave out `await` if the messages are small, or let a thread send",
                    );
                }
                let value = args.get("value", 0).map(|value| self.expr(value)).unwrap_or_default();
                let size = args.set("size", 1).map(|size| format!(", size={}", self.bytes(size)));
                format!("{text}.send({value}{})", size.unwrap_or_default())
            }
            "recv" if awaited => {
                self.part("polled");
                format!("(await polled({text}.poll) and {text}.recv())")
            }
            "poll" if awaited => {
                self.part("polled");
                let timeout = args.get("timeout", 0).map_or("0".to_owned(), |timeout| self.seconds(timeout));
                format!("await polled({text}.poll, {timeout})")
            }
            _ => {
                let timeout = args.get("timeout", 0).map(|timeout| self.seconds(timeout)).unwrap_or_default();
                format!("{text}.{name}({timeout})")
            }
        }
    }

    /// Where an awaited operation has to look again and again.
    pub(super) fn is_polled(&mut self, operation: Operation<'a>) -> bool {
        operation.awaited && self.origin(operation.receiver) == Origin::Both
    }
}
