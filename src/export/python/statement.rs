//! Statements.

use super::expression::tight;
use super::kind::Kinds;
use super::place::{Origin, method, time_limit};
use super::script::Meaning;
use super::types::root;
use super::writer::Writer;
use crate::syntax::ast::{
    BinaryOp, Block, Expr, Handler, Iterable, Literal, Name, ObjectKind, Place, Statement, StatementKind,
};
use crate::syntax::level;
use crate::syntax::parts::{every_expression_in, expressions_in, statements_in};

impl<'a> Writer<'a> {
    /// The statements of a block with their comments, one step further in.
    pub(super) fn block(&mut self, block: &'a Block) {
        self.indented(|writer| writer.statements(block));
    }

    pub(super) fn statements(&mut self, block: &'a Block) {
        for statement in &block.statements {
            self.comments_before(statement.span.start);
            self.statement(statement);
            if statement.blocks().is_empty() {
                self.comment_behind(statement.span.end);
            }
        }
        self.comments_before(block.span.end);
    }

    /// The head of a block, with the comment that stands on its line.
    fn head(&mut self, text: &str, block: &Block) {
        self.line(text);
        self.comment_behind(block.span.start + 1);
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let value = self.kept(value, Some(&name.text));
                let name = self.word(&name.text);
                self.line(&format!("{name} = {value}"));
            }
            StatementKind::Assign { place, op, value } => self.assign(statement, place, *op, value),
            StatementKind::Compute { duration, nogil } => self.compute(duration, *nogil),
            StatementKind::Io { duration, device, awaited } => {
                self.io(duration, device.as_ref(), awaited.is_some());
            }
            StatementKind::Sleep { duration, awaited } => self.pause(duration, awaited.is_some()),
            StatementKind::With { items, body, asynchronous } => {
                self.with(items, body, asynchronous.is_some());
            }
            StatementKind::If { branches, otherwise } => self.branches(branches, otherwise.as_ref()),
            StatementKind::While { condition, body } => {
                let condition = self.expr(condition);
                self.head(&format!("while {condition}:"), body);
                self.block(body);
            }
            StatementKind::For { name, iterable, body } => self.repeat(name, iterable, body),
            StatementKind::Break => self.line("break"),
            StatementKind::Continue => self.line("continue"),
            StatementKind::Pass => self.line("pass"),
            StatementKind::Return(None) => self.line("return"),
            StatementKind::Return(Some(value)) => {
                let root = root(value);
                let is_local = root
                    .is_some_and(|name| matches!(self.names.meaning(self.body, name), Some(Meaning::Local)));
                let value = if is_local { self.expr(value) } else { self.kept(value, None) };
                self.line(&format!("return {value}"));
            }
            StatementKind::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref()),
            StatementKind::Raise { name, message } => self.raise(name.as_ref(), message.as_ref()),
            StatementKind::Assert { condition, message } => {
                let condition = self.expr(condition);
                match message {
                    Some(message) => {
                        let message = self.expr(message);
                        self.line(&format!("assert {condition}, {message}"));
                    }
                    None => self.line(&format!("assert {condition}")),
                }
            }
            StatementKind::Print(values) => self.print(values),
            StatementKind::Group(body) => self.group(body),
            StatementKind::Region { name, body } => self.region(name, body),
            StatementKind::Atomic { .. } => self.refuse(
                statement.span,
                "`atomic`",
                "Python has no block that nobody can interrupt",
                "declare a `lock`, and take it wherever these variables are used",
            ),
            StatementKind::Expr(expr) => {
                let text = self.expr(expr);
                self.line(&text);
            }
        }
    }

    fn assign(&mut self, statement: &'a Statement, place: &'a Place, op: Option<BinaryOp>, value: &'a Expr) {
        let name = place.name.text.as_str();
        let meaning = self.names.meaning(self.body, name);
        let value = self.kept(value, Some(name));
        let mut target = self.word(name);
        let mut indices = place.indices.iter();
        if let Some(Meaning::Cell(cell)) = meaning
            && cell.for_all
        {
            let is_array = cell.length.is_some();
            if let Some(index) = indices.next().filter(|_| is_array) {
                let index = self.expr(index);
                target.push_str(&format!("[{index}]"));
            }
            if !is_array || !super::call::is_plain(self.types.cell_shape(name)) {
                target.push_str(".value");
            }
            if place.indices.len() > usize::from(is_array) {
                self.refuse(
                    statement.span,
                    "the change of an item of a list that all processes share",
                    "shared memory holds values, not parts of them",
                    "declare an array: `process shared a[3] = 0`",
                );
            }
        }
        for index in indices {
            let index = self.expr(index);
            target.push_str(&format!("[{index}]"));
        }
        let op = op.map_or("", BinaryOp::word);
        self.line(&format!("{target} {op}= {value}"));
    }

    fn compute(&mut self, duration: &'a Expr, nogil: bool) {
        let duration = self.seconds(duration);
        let function = if nogil { "compute_nogil" } else { "compute" };
        self.part(function);
        self.line(&format!("{function}({duration})"));
    }

    fn pause(&mut self, duration: &'a Expr, awaited: bool) {
        let duration = self.seconds(duration);
        if awaited && self.on_loop {
            self.modules.insert("asyncio");
            self.line(&format!("await asyncio.sleep({duration})"));
        } else {
            self.modules.insert("time");
            self.line(&format!("time.sleep({duration})"));
        }
    }

    fn io(&mut self, duration: &'a Expr, device: Option<&'a Expr>, awaited: bool) {
        match device {
            Some(device) => {
                let head = self.entered(device, awaited);
                self.line(&format!("{head}:"));
                self.indented(|writer| writer.pause(duration, awaited));
            }
            None => self.pause(duration, awaited),
        }
    }

    /// `with m`, or what it is on an event loop.
    fn entered(&mut self, item: &'a Expr, awaited: bool) -> String {
        let text = self.at(item, level::POSTFIX);
        if !(awaited && self.on_loop) {
            return format!("with {text}");
        }
        let kinds = self.types.shape(self.body, item).own;
        let is = |kind| kinds.meets(Kinds::object(kind));
        if is(ObjectKind::ThreadPool) || is(ObjectKind::ProcessPool) {
            self.refuse_pool_on_loop(item);
        }
        if is(ObjectKind::Rlock) {
            self.refuse(
                item.span,
                "an `rlock` that is awaited",
                "its owner is a thread in Python, and a task here",
                "use a `lock`, and take it once",
            );
        }
        match self.origin(item) {
            Origin::Both => {
                if is(ObjectKind::Condition) {
                    self.refuse(
                        item.span,
                        "a condition that tasks and threads wait for, or tasks with a timeout,",
                        "Python has one for threads and one for event loops, and none for both",
                        "let all wait with `await` on one event loop and without timeouts",
                    );
                }
                self.part("awaited");
                format!("async with awaited({text})")
            }
            Origin::Loop => format!("async with {text}"),
            Origin::Threads => format!("with {text}"),
        }
    }

    fn with(&mut self, items: &'a [Expr], body: &'a Block, asynchronous: bool) {
        let Some((first, rest)) = items.split_first() else { return self.statements(body) };
        let head = match time_limit(first) {
            Some(limit) => {
                self.part("timeout");
                format!("async with Timeout({})", self.seconds(limit))
            }
            None => self.entered(first, asynchronous),
        };
        if rest.is_empty() {
            self.head(&format!("{head}:"), body);
            self.block(body);
        } else {
            self.line(&format!("{head}:"));
            self.indented(|writer| writer.with(rest, body, asynchronous));
        }
    }

    fn branches(&mut self, branches: &'a [(Expr, Block)], otherwise: Option<&'a Block>) {
        let mut word = "if";
        for (condition, block) in branches {
            let condition = self.expr(condition);
            self.head(&format!("{word} {condition}:"), block);
            self.block(block);
            word = "elif";
        }
        if let Some(block) = otherwise {
            self.head("else:", block);
            self.block(block);
        }
    }

    fn repeat(&mut self, name: &'a Name, iterable: &'a Iterable, body: &'a Block) {
        if let Iterable::Each(list) = iterable {
            self.refuse_text(list);
        }
        let items = match iterable {
            Iterable::Range { from, to } => self.range(from, to),
            Iterable::Each(list) if self.is_left_alone(list, name, body) => self.expr(list),
            Iterable::Each(list) => self.kept(list, Some(&name.text)),
        };
        let name = self.word(&name.text);
        self.head(&format!("for {name} in {items}:"), body);
        self.block(body);
    }

    /// Whether neither a list nor what is in it can change while a loop goes through it: it is a local one, and the
    /// loop does not.
    fn is_left_alone(&self, list: &'a Expr, item: &Name, body: &'a Block) -> bool {
        let Some(name) = list.as_name() else { return false };
        if self.types.mutated.contains(item.text.as_str()) {
            return false;
        }
        let changes = |expr: &Expr| {
            method(expr).is_some_and(|(list, method, _)| {
                matches!(method, "append" | "pop") && root(list) == Some(name)
            })
        };
        let assigns = |statement: &Statement| matches!(&statement.kind, StatementKind::Assign { place, .. } if place.name.text == name);
        matches!(self.names.meaning(self.body, name), Some(Meaning::Local))
            && !statements_in(body).any(assigns)
            && !every_expression_in(body).any(changes)
    }

    fn attempt(&mut self, body: &'a Block, handlers: &'a [Handler], finally: Option<&'a Block>) {
        self.head("try:", body);
        self.block(body);
        for handler in handlers {
            let name = handler.name.as_ref().map(|name| name.text.as_str());
            self.pass_on(handler, handlers);
            let caught = match name {
                None => "BaseException".to_owned(),
                Some(name) => self.exception(name, handler.span),
            };
            self.head(&format!("except {caught}:"), &handler.body);
            self.block(&handler.body);
        }
        if let Some(block) = finally {
            self.head("finally:", block);
            self.block(block);
        }
    }

    /// Python's `except RuntimeError` catches others as well; a script's catches what has that name.
    fn pass_on(&mut self, handler: &'a Handler, all: &'a [Handler]) {
        let has = |kind| self.names.objects.values().any(|object| object.kind == kind);
        let narrower: &[&str] = match handler.name.as_ref().map(|name| name.text.as_str()) {
            Some("RuntimeError") if has(ObjectKind::Barrier) => &["BrokenBarrierError"],
            Some("OSError") => &["BrokenPipeError", "TimeoutError"],
            _ => return,
        };
        let named = |other: &Handler, name: &str| other.name.as_ref().is_some_and(|other| other.text == name);
        for name in narrower {
            let before = all.iter().take_while(|other| other.span != handler.span);
            if before.into_iter().any(|other| named(other, name)) {
                continue;
            }
            let behind = all.iter().skip_while(|other| other.span != handler.span).skip(1);
            if behind
                .into_iter()
                .any(|other| named(other, name) || named(other, "Exception") || other.name.is_none())
            {
                self.refuse(
                    handler.span,
                    "this order of `except`s",
                    "in Python this one catches what a later one is there for",
                    "put the one of the special exception first",
                );
            }
            let caught = self.exception(name, handler.span);
            self.line(&format!("except {caught}:"));
            self.indented(|writer| writer.line("raise"));
        }
    }

    /// What an exception is called in Python.
    fn exception(&mut self, name: &'a str, span: crate::base::span::Span) -> String {
        match name {
            "Empty" | "Full" => {
                self.modules.insert("queue");
                format!("queue.{name}")
            }
            "BrokenBarrierError" => {
                self.modules.insert("threading");
                format!("threading.{name}")
            }
            "CancelledError" => {
                self.modules.insert("asyncio");
                format!("asyncio.{name}")
            }
            "OverflowError" => {
                self.refuse(
                    span,
                    "an `OverflowError`",
                    "Python's integers have no bounds",
                    "compare the number with the bound that you mean",
                );
                name.to_owned()
            }
            // It has kept its old name, by which it is what Python 3 raises there.
            "error" | "IllegalMonitorStateException" if name == self.names.free_lock.raises().0 => {
                self.modules.insert("threading");
                "threading.ThreadError".to_owned()
            }
            _ if is_of_both(name) => name.to_owned(),
            _ => {
                self.exceptions.insert(name);
                self.word_of_exception(name)
            }
        }
    }

    /// Exceptions have names of their own in a script, and share them with everything else in Python.
    pub(super) fn word_of_exception(&self, name: &str) -> String {
        let word = self.word(name);
        if self.names.declares(name) { self.own_word(format!("{word}Exception")) } else { word }
    }

    fn raise(&mut self, name: Option<&'a Name>, message: Option<&'a Expr>) {
        let Some(name) = name else { return self.line("raise") };
        let exception = self.exception(&name.text, name.span);
        let message = message.map(|message| self.expr(message)).unwrap_or_default();
        self.line(&format!("raise {exception}({message})"));
    }

    fn print(&mut self, values: &'a [Expr]) {
        let mut has_texts_in_lists = false;
        for value in values {
            self.refuse_nameless(Some(value));
            has_texts_in_lists |= self.types.shape(self.body, value).inside.meets(Kinds::STR);
        }
        self.part(if has_texts_in_lists { "print" } else { "print_plain" });
        // A list is printed as it was when its turn came, not as a later value leaves it.
        let acts = |expr: &Expr| expr.as_call().is_some() || expr.as_await().is_some();
        let last = values.iter().rposition(|value| expressions_in(value).any(acts)).unwrap_or(0);
        let (early, late) = values.split_at(last);
        let early: Vec<String> = early.iter().map(|value| self.kept(value, None)).collect();
        let late: Vec<String> = late.iter().map(|value| self.expr(value)).collect();
        self.line(&format!("print({})", [early, late].concat().join(", ")));
    }

    fn group(&mut self, body: &'a Block) {
        let group = match self.groups.len() {
            0 => "group".to_owned(),
            depth => self.own_word(format!("group_{}", depth + 1)),
        };
        let head = if self.on_loop {
            self.part("task_group");
            format!("async with TaskGroup() as {group}:")
        } else {
            self.part("group");
            format!("with Group() as {group}:")
        };
        self.head(&head, body);
        self.groups.push(group);
        self.block(body);
        self.groups.pop();
    }

    fn region(&mut self, name: &'a Name, body: &'a Block) {
        if self.counts(&name.text) {
            self.part("region");
            self.head(&format!("with {}:", self.region_word(&name.text)), body);
            self.block(body);
        } else {
            self.line(&format!("# region {}", name.text));
            self.statements(body);
            if body.statements.is_empty() {
                self.line("pass");
            }
        }
    }

    /// Whether somebody asks who is inside of a region. Invariants are not checked.
    pub(super) fn counts(&self, region: &str) -> bool {
        let asks = |expr: &Expr| {
            let Some((callee, args)) = expr.as_call() else { return false };
            callee.as_name() == Some("inside") && args.iter().any(|arg| arg.value.as_name() == Some(region))
        };
        let bodies = self.names.bodies.values();
        let in_code = bodies.flat_map(|body| every_expression_in(body.block)).any(asks);
        in_code
            || self.names.properties.iter().any(|property| match &property.kind {
                crate::syntax::ast::PropertyKind::Finally(claim) => expressions_in(claim).any(asks),
                crate::syntax::ast::PropertyKind::Invariant(_)
                | crate::syntax::ast::PropertyKind::Expect(_) => false,
            })
    }

    /// A literal as the value of a param.
    pub(super) fn param(&mut self, value: &Literal) -> String {
        let (text, _) = match value {
            Literal::None | Literal::Bool(_) | Literal::Int(_) | Literal::Duration(_) | Literal::Size(_) => {
                self.literal(value)
            }
            Literal::Str(text) => tight(super::text::quoted(text)),
        };
        text
    }
}

/// Whether an exception has that name in scripts and in Python 3.
fn is_of_both(name: &str) -> bool {
    let is_newer_or_older = ["ShutDown", "error", "IllegalMonitorStateException"].contains(&name);
    crate::ir::exception::ALL.iter().any(|known| known.name == name && !is_newer_or_older)
        || PYTHONS.contains(&name)
}

/// Exceptions that scripts may name, that Python has, and that are caught by their own names only.
const PYTHONS: &[&str] = &["BaseException", "Exception", "KeyError"];
