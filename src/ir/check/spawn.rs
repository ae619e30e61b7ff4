//! What starts other units: `spawn`, and the `submit` and `map` of pools.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::ir::codes;
use crate::ir::signature::{Builtin, spawn_options};
use crate::syntax::ast::{Arg, Expr, ExprKind, Name, Spawn, UnitKind};
use crate::syntax::print;

use super::Checker;
use super::call::{Argument, Callee, Given};
use super::guess::labelled;
use super::known::{Handle, Known};

impl<'a> Checker<'a> {
    /// `spawn thread f(…)`
    pub(super) fn spawn(&mut self, spawn: &'a Spawn) -> Known<'a> {
        if let Some(atomic) = self.atomic {
            let mistake = Diagnostic::error(
                codes::SPAWN_IN_ATOMIC,
                spawn.unit_span,
                "a unit cannot be started in `atomic { … }`",
            );
            let mistake =
                mistake.at("started here").with_label(atomic, "runs without any other unit in between");
            self.certain("RuntimeError", mistake.with_help("move the `spawn` out of the `atomic` block"));
        }
        self.spawn_options(spawn);
        let name = spawn.function.text.as_str();
        let callee = Callee { name, span: spawn.function.span };
        let given = self.arguments(&spawn.args, false);
        for argument in given.positional.iter().chain(given.named.iter().map(|(_, argument)| argument)) {
            self.passed_to_subprocess(spawn, argument.known, argument.value.span);
        }
        match self.globals.function(name) {
            _ if self.globals.is_lost(name) => {}
            Some(function) => self.bind_function(&callee, function, &given),
            None if Builtin::from_word(name).is_some() => self.mistakes.add(built_in_spawned(&callee)),
            None => self.report_no_function(name, callee.span),
        }
        Known::Handle(Handle::Unit(spawn))
    }

    fn spawn_options(&mut self, spawn: &'a Spawn) {
        let given = self.arguments(&spawn.options, false);
        let unit = spawn.unit.word();
        if let Some(first) = given.positional.first() {
            let span = first.value.span;
            let mistake =
                Diagnostic::error(codes::TOO_MANY_ARGUMENTS, span, "an option of `spawn` needs its name");
            let function = &spawn.function.text;
            return self.mistakes.add(
                mistake
                    .at("which option?")
                    .with_help(format!("write `spawn {unit}(name=\"…\", daemon=True) {function}(…)`")),
            );
        }
        let signature = spawn_options(spawn.unit);
        let others = spawn_options(UnitKind::Subprocess);
        let of_subprocess = |name: &Name| {
            let has = |parameters: &[crate::ir::signature::Parameter]| {
                parameters.iter().any(|parameter| parameter.name == name.text)
            };
            has(others.parameters) && !has(signature.parameters)
        };
        if let Some((name, _)) = given.named.iter().find(|(name, _)| of_subprocess(name)) {
            let message = format!("a {unit} has no option `{}`: only a subprocess has", name.text);
            let message = message.replace("a interpreter", "an interpreter");
            let mistake =
                Diagnostic::error(codes::UNKNOWN_ARGUMENT, name.span, message).at("not an option of it");
            return self.mistakes.add(mistake.with_label(spawn.unit_span, "not a subprocess"));
        }
        let name = format!("spawn {unit}");
        self.bind_signature(&Callee { name: &name, span: spawn.unit_span }, signature, &given);
    }

    /// The arguments of `submit`: a call, of which the arguments alone are evaluated. None if that is wrong.
    pub(super) fn submitted(&mut self, pool: &Expr, args: &'a [Arg]) -> Option<Given<'a>> {
        let Some((Arg { name: None, value, range_end: None }, rest)) = args.split_first() else {
            return Some(self.arguments(args, false));
        };
        match &value.kind {
            ExprKind::Call { callee, .. } if callee.as_name().is_some() => {
                let known = self.expression(value);
                let mut given = self.arguments(rest, false);
                given.positional.insert(0, Argument { value, known, end: None });
                Some(given)
            }
            ExprKind::Name(name) if self.means_function(name) => {
                let rest_given = self.arguments(rest, false);
                let mistake =
                    Diagnostic::error(codes::NO_CALL, value.span, "`submit` takes a call of a function")
                        .at("without its brackets");
                let plain = rest.iter().all(|arg| arg.range_end.is_none());
                let written: Vec<String> = rest.iter().map(written).collect();
                let call = format!("{name}({})", written.join(", "));
                let mistake =
                    mistake.with_help(format!("write `{}.submit({call})`", print::expression(pool)));
                let end =
                    rest_given.positional.iter().chain(rest_given.named.iter().map(|(_, argument)| argument));
                let end = end.fold(value.span, |span, argument| span.to(argument.value.span));
                let mistake = labelled(mistake, self.globals.place(name), "the function");
                self.mistakes.add(if plain { mistake.with_fix(Fix::sure(end, call)) } else { mistake });
                None
            }
            ExprKind::Name(_)
            | ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Await(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Spawn(_) => {
                let before = self.mistakes.count();
                self.arguments(args, false);
                if self.mistakes.count() == before {
                    let mistake =
                        Diagnostic::error(codes::NO_CALL, value.span, "`submit` takes a call of a function");
                    self.mistakes
                        .add(mistake.at("no call of a function").with_help("write `ex.submit(f(x))`"));
                }
                None
            }
        }
    }

    /// The arguments of `map`: a function by its name, and a list or a range. None if that is wrong.
    pub(super) fn mapped(&mut self, args: &'a [Arg]) -> Option<Given<'a>> {
        let Some((Arg { name: None, value, range_end: None }, rest)) = args.split_first() else {
            return Some(self.arguments(args, true));
        };
        let Some(name) = value.as_name() else {
            self.arguments(args, true);
            let mistake = Diagnostic::error(codes::NO_CALL, value.span, "`map` takes the name of a function")
                .at("not a function's name");
            self.mistakes.add(mistake.with_help("it calls the function itself: `ex.map(f, xs)`"));
            return None;
        };
        let callee = Callee { name, span: value.span };
        let mut given = self.arguments(rest, true);
        match self.globals.function(name) {
            _ if self.globals.is_lost(name) => {}
            Some(function) if function.params.len() == 1 => {}
            Some(function) => {
                let count = function.params.len();
                let message = format!("`map` calls `{name}` with one argument, and it takes {count}");
                let code = if count == 0 { codes::TOO_MANY_ARGUMENTS } else { codes::MISSING_ARGUMENT };
                let mistake = Diagnostic::error(code, callee.span, message).at("does not fit");
                self.mistakes.add(mistake.with_label(function.name.span, "defined here"));
            }
            None if Builtin::from_word(name).is_some_and(takes_one) => {}
            None => self.report_no_function(name, callee.span),
        }
        if let Some(Argument { value, known, end: None }) = given.positional.first() {
            self.require_elements(*known, value);
        }
        given.positional.insert(0, Argument { value, known: Known::Refused, end: None });
        Some(given)
    }

    fn means_function(&self, name: &str) -> bool {
        !self.is_local(name) && (self.globals.function(name).is_some() || Builtin::from_word(name).is_some())
    }
}

fn takes_one(builtin: Builtin) -> bool {
    let (least, most) = builtin.arity();
    least <= 1 && most.is_none_or(|most| most >= 1) && builtin != Builtin::Inside
}

fn written(arg: &Arg) -> String {
    let value = print::expression(&arg.value);
    match &arg.name {
        Some(name) => format!("{}={value}", name.text),
        None => value,
    }
}

fn built_in_spawned(callee: &Callee<'_>) -> Diagnostic {
    let message = format!("`{}` is a built-in function and cannot be spawned", callee.name);
    Diagnostic::error(codes::UNKNOWN_FUNCTION, callee.span, message)
        .at("built in")
        .with_help("spawn a `def` that calls it")
}
