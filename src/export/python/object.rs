//! Operations on locks, semaphores, events, conditions, barriers, queues and pools.

use super::call::Given;
use super::kind::Kinds;
use super::method::Operation;
use super::writer::Writer;
use crate::syntax::ast::{Expr, ExprKind, Literal, ObjectKind};
use crate::syntax::level;

impl<'a> Writer<'a> {
    /// An operation on an object.
    pub(super) fn of_object(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver, name, args, awaited } = operation;
        let kinds = self.types.shape(self.body, receiver).own;
        let is = |kind| kinds.meets(Kinds::object(kind));
        let text = self.at(receiver, level::POSTFIX);
        match name {
            "acquire" => self.acquire(operation),
            "release" => match args.0.first() {
                Some(count) => {
                    self.part("released");
                    let count = self.expr(&count.value);
                    format!("released({text}, {count})")
                }
                None => format!("{text}.release()"),
            },
            "locked" => {
                let for_all =
                    self.names.object(self.body, receiver).is_some_and(|(_, object)| object.for_all);
                if is(ObjectKind::Rlock) || for_all {
                    self.refuse(
                        expr.span,
                        "`locked` of an `rlock` or a `process lock`",
                        "Python has it from 3.14 on only",
                        "keep what you want to know in a variable, under the lock",
                    );
                }
                format!("{text}.locked()")
            }
            "put" => self.put(operation, &text),
            "get" => self.get(operation, &text),
            "join" => self.join_queue(operation, &text),
            "wait" => self.wait(operation, &text),
            "wait_for" => self.wait_for(operation, &text),
            "shutdown" if is(ObjectKind::Queue) => {
                self.refuse(
                    expr.span,
                    "`shutdown` of a queue",
                    "Python has it from 3.13 on only",
                    "put a `None` for each one who waits, and let it end there",
                );
                String::new()
            }
            "shutdown" => {
                if awaited {
                    self.refuse_pool_on_loop(expr);
                }
                let wait = args.get("wait", 0).map(|wait| format!("wait={}", self.expr(wait)));
                format!("{text}.shutdown({})", wait.unwrap_or_default())
            }
            _ => {
                let args: Vec<String> = args.0.iter().map(|arg| self.expr(&arg.value)).collect();
                format!("{text}.{name}({})", args.join(", "))
            }
        }
    }

    pub(super) fn refuse_pool_on_loop(&mut self, expr: &'a Expr) {
        self.refuse(
            expr.span,
            "the end of a pool that is awaited",
            "`shutdown` blocks the event loop",
            "await the jobs, and leave out this `await` or `async`",
        );
    }

    /// What only exists for threads, or only for tasks.
    fn refuse_mixed_object(&mut self, expr: &'a Expr, what: &str) {
        self.refuse(
            expr.span,
            what,
            "Python has one for threads and one for event loops, and none for both",
            "let all wait in the same way: all with `await` on one event loop, or none of them",
        );
    }

    /// A timeout as an argument, if there is one.
    fn timeout(&mut self, args: Given<'a>, place: usize) -> Option<String> {
        let given = args.get("timeout", place)?;
        let is_none = matches!(given.kind, ExprKind::Literal(Literal::None));
        (!is_none).then(|| self.seconds(given))
    }

    /// `False` where somebody does not want to wait, or asks whether to.
    fn blocking(&mut self, args: Given<'a>, place: usize) -> Option<String> {
        let given = args.get("blocking", place)?;
        let is_default = matches!(given.kind, ExprKind::Literal(Literal::Bool(true)));
        (!is_default).then(|| self.expr(given))
    }

    fn acquire(&mut self, operation: Operation<'a>) -> String {
        let Operation { whole: expr, receiver, args, awaited, .. } = operation;
        let text = self.at(receiver, level::POSTFIX);
        let blocking = self.blocking(args, 0);
        let timeout = self.timeout(args, 1);
        let kinds = self.types.shape(self.body, receiver).own;
        if awaited && kinds.meets(Kinds::object(ObjectKind::Rlock).and(Kinds::object(ObjectKind::Condition)))
        {
            let origin = self.origin(receiver);
            if origin == super::place::Origin::Both || kinds.meets(Kinds::object(ObjectKind::Rlock)) {
                self.refuse_mixed_object(expr, "an `rlock` or `condition` that is awaited");
            }
        }
        if self.is_polled(operation) && blocking.is_none() {
            self.part("polled");
            let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
            return format!("await polled(lambda: {text}.acquire(False){timeout})");
        }
        let wait = if awaited && blocking.is_none() { "await " } else { "" };
        let limit = args.get("timeout", 1);
        let may_be_none =
            limit.is_some_and(|limit| self.types.shape(self.body, limit).own.meets(Kinds::NONE));
        let is_lock = kinds.meets(Kinds::object(ObjectKind::Lock).and(Kinds::object(ObjectKind::Rlock)));
        if timeout.is_some() && may_be_none && is_lock {
            self.refuse(
                expr.span,
                "a timeout that may be `None`",
                "`threading.Lock` takes no `None`",
                "call `acquire()` without a timeout in that case",
            );
        }
        let words: Vec<String> =
            blocking.into_iter().chain(timeout.map(|timeout| format!("timeout={timeout}"))).collect();
        format!("{wait}{text}.acquire({})", words.join(", "))
    }

    fn put(&mut self, operation: Operation<'a>, text: &str) -> String {
        let Operation { receiver: queue, args, awaited, .. } = operation;
        let polled = self.is_polled(operation);
        let item = args.get("item", 0).map(|item| self.kept(item, None)).unwrap_or_default();
        let blocking = self.blocking(args, 1);
        let timeout = self.timeout(args, 2);
        if polled && blocking.is_none() {
            self.part("awaited_put");
            let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
            return format!("await awaited_put({text}, {item}{timeout})");
        }
        let wait = if awaited && blocking.is_none() { "await " } else { "" };
        let mut words = vec![item];
        words.extend(blocking);
        words.extend(timeout.map(|timeout| format!("timeout={timeout}")));
        if let Some(size) = args.get("size", 3).filter(|_| self.has_sizes(queue)) {
            words.push(format!("size={}", self.bytes(size)));
        }
        format!("{wait}{text}.put({})", words.join(", "))
    }

    /// Whether items of a queue may be longer on their way than they are.
    fn has_sizes(&self, queue: &'a Expr) -> bool {
        self.names.object(self.body, queue).is_none_or(|(_, object)| object.for_all)
    }

    fn get(&mut self, operation: Operation<'a>, text: &str) -> String {
        let Operation { args, awaited, .. } = operation;
        let polled = self.is_polled(operation);
        let blocking = self.blocking(args, 0);
        let timeout = self.timeout(args, 1);
        if polled && blocking.is_none() {
            self.part("awaited_get");
            let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
            return format!("await awaited_get({text}{timeout})");
        }
        let wait = if awaited && blocking.is_none() { "await " } else { "" };
        let words: Vec<String> =
            blocking.into_iter().chain(timeout.map(|timeout| format!("timeout={timeout}"))).collect();
        format!("{wait}{text}.get({})", words.join(", "))
    }

    fn join_queue(&mut self, operation: Operation<'a>, text: &str) -> String {
        let Operation { whole: expr, receiver: queue, awaited, .. } = operation;
        let polled = self.is_polled(operation);
        if polled {
            if self.names.object(self.body, queue).is_none_or(|(_, object)| object.for_all) {
                self.refuse_mixed_object(expr, "an awaited `join` of a `process queue`");
            }
            self.part("polled");
            return format!("await polled(lambda: {text}.unfinished_tasks == 0)");
        }
        let wait = if awaited { "await " } else { "" };
        format!("{wait}{text}.join()")
    }

    fn wait(&mut self, operation: Operation<'a>, text: &str) -> String {
        let Operation { whole: expr, receiver, args, awaited, .. } = operation;
        let polled = self.is_polled(operation);
        let kinds = self.types.shape(self.body, receiver).own;
        let is = |kind| kinds.meets(Kinds::object(kind));
        let timeout = self.timeout(args, 0);
        if awaited && kinds.meets(Kinds::PROGRAM) {
            self.refuse(
                expr.span,
                "an awaited `wait` for a subprocess",
                "`subprocess` blocks the event loop",
                "write `await h.join()`, and `h.wait()` behind it",
            );
        }
        if awaited && is(ObjectKind::Barrier) {
            self.refuse_mixed_object(expr, "a barrier that is awaited");
        }
        if polled {
            if !kinds.only(Kinds::object(ObjectKind::Event)) {
                self.refuse_mixed_object(
                    expr,
                    "a condition that tasks and threads wait for, or tasks with a timeout,",
                );
            }
            self.part("polled");
            let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
            return format!("await polled({text}.is_set{timeout})");
        }
        let wait = if awaited { "await " } else { "" };
        let timeout = timeout.map(|timeout| format!("timeout={timeout}"));
        format!("{wait}{text}.wait({})", timeout.unwrap_or_default())
    }

    fn wait_for(&mut self, operation: Operation<'a>, text: &str) -> String {
        let Operation { whole: expr, args, awaited, .. } = operation;
        let polled = self.is_polled(operation);
        if polled {
            self.refuse_mixed_object(
                expr,
                "a condition that tasks and threads wait for, or tasks with a timeout,",
            );
        }
        let condition = args.get("predicate", 0).map(|condition| self.expr(condition)).unwrap_or_default();
        if condition.contains("await ") {
            self.refuse(
                expr.span,
                "a condition that awaits",
                "a `lambda` can't await",
                "write `while not ready() { c.wait() }`",
            );
        }
        let timeout = self.timeout(args, 1).map(|timeout| format!(", timeout={timeout}"));
        let wait = if awaited { "await " } else { "" };
        format!("{wait}{text}.wait_for(lambda: {condition}{})", timeout.unwrap_or_default())
    }
}
