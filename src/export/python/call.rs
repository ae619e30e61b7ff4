//! Calls: of functions, of methods, and what starts a unit.

use super::expression::{Written, tight};
use super::kind::{Kinds, Shape};
use super::method::Operation;
use super::place::{is_call_that_waits, method};
use super::script::Job;
use super::writer::Writer;
use crate::base::span::Span;
use crate::ir::signature::Builtin;
use crate::machine::profile::StartMethod;
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, Spawn, StatementKind, UnitKind};
use crate::syntax::level;
use crate::syntax::parts::{expressions_in, statements_in};

/// Whether shared memory can hold such values as they are.
pub(super) fn is_plain(shape: Shape) -> bool {
    shape.own.only(Kinds::INT) || shape.own.only(Kinds::BOOL)
}

/// The arguments of a call of something built in, by the places and names of its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a>(pub(super) &'a [Arg]);

impl<'a> Given<'a> {
    /// The argument for a parameter.
    pub(super) fn get(self, name: &str, place: usize) -> Option<&'a Expr> {
        let by_name = self.0.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.text == name));
        by_name.or_else(|| self.0.get(place).filter(|arg| arg.name.is_none())).map(|arg| &arg.value)
    }

    /// The same unless it says what goes without saying.
    pub(super) fn set(self, name: &str, place: usize) -> Option<&'a Expr> {
        let default = [Literal::None, Literal::Bool(true)];
        self.get(name, place)
            .filter(|given| !matches!(&given.kind, ExprKind::Literal(value) if default.contains(value)))
    }
}

impl<'a> Writer<'a> {
    /// A call of a function or a method; `awaited` if that is what stands before it.
    pub(super) fn call(&mut self, expr: &'a Expr, awaited: bool) -> Written {
        let ExprKind::Call { callee, args } = &expr.kind else { unreachable!("only calls are called") };
        if let Some((receiver, name, args)) = method(expr) {
            let args = Given(args);
            let awaited = awaited && self.on_loop;
            let text = self.operation(Operation { whole: expr, receiver, name, args, awaited });
            let own = if text.starts_with("await ") { level::AWAIT } else { level::POSTFIX };
            return (text, own);
        }
        if let Some(function) = self.names.called(callee) {
            let args = self.arguments(function, args).join(", ");
            let text = format!("{}({args})", self.function(function));
            return match self.gives_way(function) {
                true => (format!("await {text}"), level::AWAIT),
                false => tight(text),
            };
        }
        let name = callee.as_name().unwrap_or_default();
        match Builtin::from_word(name) {
            Some(builtin) => tight(self.builtin(builtin, expr, args)),
            None => unreachable!("the checker knows all functions"),
        }
    }

    /// Whether a call of a function has to be awaited here.
    fn gives_way(&self, function: &str) -> bool {
        self.on_loop && self.places.gives_way.contains(function)
    }

    /// A function's name: some have one `def` for event loops and one for everywhere else.
    fn function(&self, function: &str) -> String {
        self.function_for(function, self.on_loop)
    }

    pub(super) fn function_for(&self, function: &str, on_loop: bool) -> String {
        let word = self.word(function);
        let both = self.places.gives_way.contains(function) && self.places.outside.contains(function);
        if both && on_loop { self.own_word(format!("{word}_on_loop")) } else { word }
    }

    /// The arguments of a call as the script gives them.
    fn arguments(&mut self, function: &'a str, args: &'a [Arg]) -> Vec<String> {
        let params = self.names.bodies[function].params.clone();
        args.iter()
            .zip(params)
            .map(|(arg, param)| match &arg.name {
                Some(name) => {
                    let value = self.kept(&arg.value, Some(&name.text));
                    format!("{}={value}", self.word(&name.text))
                }
                None => self.kept(&arg.value, Some(param)),
            })
            .collect()
    }

    /// The arguments in the order of the parameters, for who hands them on without names.
    fn handed_arguments(&mut self, function: &'a str, args: &'a [Arg]) -> Vec<String> {
        let params = self.names.bodies[function].params.clone();
        let given = Given(args);
        let values: Vec<&'a Expr> =
            params.iter().enumerate().filter_map(|(place, param)| given.get(param, place)).collect();
        let acts = |expr: &Expr| expr.as_call().is_some() || expr.as_spawn().is_some();
        if let Some(late) = values.windows(2).find(|pair| pair[1].span < pair[0].span)
            && values.iter().copied().flat_map(expressions_in).any(acts)
        {
            self.refuse(
                late[1].span,
                "this order of arguments",
                "the program would evaluate them in the order of the parameters",
                "give them in that order",
            );
        }
        let params = params.iter().zip(values);
        params.map(|(param, value)| self.kept(value, Some(param))).collect()
    }

    /// `spawn thread f(x)`
    pub(super) fn spawn(&mut self, span: Span, spawn: &'a Spawn) -> String {
        let unit = self.names.unit_of(spawn);
        let function = spawn.function.text.as_str();
        let args = match unit {
            UnitKind::Task => self.arguments(function, &spawn.args),
            UnitKind::Thread
            | UnitKind::Process
            | UnitKind::Subprocess
            | UnitKind::Interpreter
            | UnitKind::Unit => self.handed_arguments(function, &spawn.args),
        };
        let has_loop = self.places.loops.contains(function);
        let started = match unit {
            UnitKind::Task => {
                self.modules.insert("asyncio");
                let function = self.function_for(function, true);
                format!("asyncio.create_task({function}({}))", args.join(", "))
            }
            UnitKind::Thread | UnitKind::Process | UnitKind::Subprocess => {
                let class = match unit {
                    UnitKind::Process => "process",
                    UnitKind::Subprocess => "program",
                    UnitKind::Thread | UnitKind::Task | UnitKind::Interpreter | UnitKind::Unit => "thread",
                };
                self.part(class);
                let mut words = vec![self.function_for(function, has_loop)];
                if has_loop {
                    self.part("in_loop");
                    words.insert(0, "in_loop".to_owned());
                }
                words.extend(args);
                words.extend(self.options(unit, &spawn.options));
                self.refuse_what_a_child_lacks(span, spawn, unit, has_loop);
                let name = class[..1].to_uppercase() + &class[1..];
                format!("{name}({}).start()", words.join(", "))
            }
            UnitKind::Interpreter | UnitKind::Unit => {
                self.refuse(
                    spawn.unit_span,
                    "an interpreter",
                    "Python has `concurrent.interpreters` from 3.14 on only",
                    "write `spawn process`, which has its own GIL and its own variables, too",
                );
                String::new()
            }
        };
        match self.groups.last() {
            Some(group) => format!("{group}.add({started})"),
            None => started,
        }
    }

    fn options(&mut self, unit: UnitKind, options: &'a [Arg]) -> Vec<String> {
        let mut words = Vec::new();
        for option in options {
            let name = option.name.as_ref().map_or("", |name| name.text.as_str());
            let is_known = match unit {
                UnitKind::Subprocess => matches!(name, "stdin" | "stdout" | "stderr"),
                UnitKind::Thread
                | UnitKind::Process
                | UnitKind::Task
                | UnitKind::Interpreter
                | UnitKind::Unit => matches!(name, "name" | "daemon"),
            };
            if is_known {
                words.push(format!("{name}={}", self.expr(&option.value)));
            }
        }
        words
    }

    fn refuse_what_a_child_lacks(&mut self, span: Span, spawn: &'a Spawn, unit: UnitKind, has_loop: bool) {
        let values = spawn.args.iter().map(|arg| self.types.shape(self.body, &arg.value).all());
        let all = values.fold(Kinds::default(), Kinds::and);
        let sent = match unit {
            UnitKind::Process => self.names.start != StartMethod::Fork,
            UnitKind::Subprocess => true,
            UnitKind::Thread | UnitKind::Task | UnitKind::Interpreter | UnitKind::Unit => false,
        };
        let ends = if unit == UnitKind::Process { Kinds::END } else { Kinds::default() };
        let for_all = self.names.objects.values().filter(|object| object.for_all);
        let ends = for_all.fold(ends, |kinds, object| kinds.and(Kinds::object(object.kind)));
        if sent && all.without(ends).meets(Kinds::NAMELESS) {
            self.refuse(
                span,
                "an object or a unit as an argument of this",
                "it can't be pickled",
                "use the object by its name, or declare it with `process` before it",
            );
        }
        if unit == UnitKind::Subprocess && has_loop {
            self.refuse(span, "a subprocess with tasks", "it is started as one function", "use a process");
        }
        if unit == UnitKind::Subprocess
            && spawn.options.iter().any(|option| {
                let is = |word: &str| option.name.as_ref().is_some_and(|name| name.text == word);
                is("stdout") && !matches!(option.value.kind, ExprKind::Literal(Literal::Bool(false)))
            })
            && self.prints(&spawn.function.text)
        {
            self.refuse(
                span,
                "a `print` in a subprocess with a pipe for its `stdout`",
                "Python would print into the pipe",
                "leave out `stdout=True`, or write the line in the unit that has started it",
            );
        }
    }

    fn prints(&self, function: &str) -> bool {
        let body = self.names.bodies.get(function);
        body.is_some_and(|body| {
            statements_in(body.block).any(|statement| matches!(statement.kind, StatementKind::Print(_)))
        })
    }

    /// `await e`
    pub(super) fn awaited(&mut self, inner: &'a Expr) -> Written {
        if is_call_that_waits(self.names, inner) {
            return self.call(inner, true);
        }
        let kinds = self.types.shape(self.body, inner).own;
        self.asks_for_results = true;
        if !kinds.meets(Kinds::HANDLES) {
            self.refuse(
                inner.span,
                "this `await`",
                "what it waits for is no unit",
                "await what `spawn` or `submit` has given",
            );
        }
        if !self.on_loop {
            return tight(self.result(inner, None));
        }
        if kinds.only(Kinds::FUTURE) {
            self.modules.insert("asyncio");
            return (format!("await asyncio.wrap_future({})", self.expr(inner)), level::AWAIT);
        }
        if kinds.meets(Kinds::FUTURE) {
            self.refuse_mixed(inner);
        }
        (format!("await {}", self.at(inner, level::AWAIT)), level::AWAIT)
    }

    pub(super) fn refuse_mixed(&mut self, expr: &'a Expr) {
        self.refuse(
            expr.span,
            "a wait for different kinds of units",
            "tasks, threads and jobs of a pool are waited for in different ways",
            "keep them in variables of their own",
        );
    }

    /// What came of a unit, by a call that blocks.
    pub(super) fn result(&mut self, unit: &'a Expr, timeout: Option<&'a Expr>) -> String {
        let kinds = self.types.shape(self.body, unit).own;
        self.asks_for_results = true;
        let timeout = timeout.map(|timeout| format!("timeout={}", self.seconds(timeout)));
        if kinds.meets(Kinds::TASK.and(Kinds::FUTURE)) {
            self.part("result");
            let unit = self.expr(unit);
            return match timeout {
                Some(timeout) => format!("result_of({unit}, {timeout})"),
                None => format!("result_of({unit})"),
            };
        }
        format!("{}.result({})", self.at(unit, level::POSTFIX), timeout.unwrap_or_default())
    }

    /// A function and its arguments, as a pool wants them.
    pub(super) fn submitted(&mut self, job: &Job<'a>) -> String {
        if !self.names.bodies.contains_key(job.function) {
            let args: Vec<String> = job.args.iter().map(|arg| self.expr(&arg.value)).collect();
            let mut words = vec![job.function.to_owned()];
            if job.function == "str" {
                self.part("show");
                words = vec!["show".to_owned()];
            }
            words.extend(args);
            return words.join(", ");
        }
        let has_loop = self.places.loops.contains(job.function);
        let mut words = vec![self.function_for(job.function, has_loop)];
        if has_loop {
            self.part("in_loop");
            words.insert(0, "in_loop".to_owned());
        }
        words.extend(self.handed_arguments(job.function, job.args));
        words.join(", ")
    }
}
