//! Calls of functions, `spawn`, and how arguments fit parameters.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{BindError, Builtin, Signature, bind, bind_call, spawn_options};
use crate::syntax::ast::{Arg, Expr, Function, Name, Spawn};

use super::known::{Known, with_article};
use super::shape::as_name;
use super::support::{Feature, refuse};
use super::{Checker, did_you_mean, globals::Global, helped};

/// The arguments of a call as they were written.
pub(super) struct Given<'a> {
    /// The places of the positional ones.
    positional: Vec<Span>,
    /// The names of the named ones.
    named: Vec<&'a Name>,
}

impl Given<'_> {
    /// Puts a positional argument before the others.
    pub(super) fn put_first(&mut self, span: Span) {
        self.positional.insert(0, span);
    }
}

/// What a call is of, for the words of an error.
pub(super) struct Callee<'a> {
    /// As a student would write it: `transfer`, `acquire`.
    pub(super) name: &'a str,
    /// Where.
    pub(super) span: Span,
}

impl<'a> Checker<'a> {
    /// A call by name, which always means a function.
    pub(super) fn call(&mut self, name: &'a str, span: Span, args: &'a [Arg]) -> Known<'a> {
        let callee = Callee { name, span };
        if self.globals.is_lost(name) {
            self.arguments(args, true);
            return Known::Refused;
        }
        if let Some(function) = self.globals.function(name) {
            let given = self.arguments(args, false);
            self.bind_function(&callee, function, &given);
        } else if let Some(builtin) = Builtin::from_word(name) {
            self.call_builtin(builtin, &callee, args);
        } else {
            self.arguments(args, true);
            let mistake = self.no_function(&callee);
            self.mistakes.add(mistake);
            return Known::Refused;
        }
        Known::Anything
    }

    /// `spawn thread f(…)`
    pub(super) fn spawn(&mut self, spawn: &'a Spawn) -> Known<'a> {
        if let Some(refusal) = refuse(Feature::Unit(spawn.unit), spawn.unit_span) {
            self.mistakes.add(refusal);
            return Known::Refused;
        }
        self.spawn_options(spawn);
        let callee = Callee { name: &spawn.function.text, span: spawn.function.span };
        let given = self.arguments(&spawn.args, false);
        match self.globals.function(callee.name) {
            _ if self.globals.is_lost(callee.name) => {}
            Some(function) => self.bind_function(&callee, function, &given),
            None => {
                let mistake = match Builtin::from_word(callee.name) {
                    Some(_) => built_in_spawned(&callee),
                    None => self.no_function(&callee),
                };
                self.mistakes.add(mistake);
            }
        }
        Known::Handle
    }

    fn spawn_options(&mut self, spawn: &'a Spawn) {
        let given = self.arguments(&spawn.options, false);
        let callee = Callee { name: "spawn", span: spawn.unit_span };
        if let Some(&span) = given.positional.first() {
            let mistake =
                Diagnostic::error(codes::TOO_MANY_ARGUMENTS, span, "an option of `spawn` needs its name");
            self.mistakes.add(mistake.at("which option?").with_help(format!(
                "write `spawn {}(name=\"…\", daemon=True) {}(…)`",
                spawn.unit.word(),
                spawn.function.text
            )));
            return;
        }
        self.bind_signature(&callee, spawn_options(spawn.unit), &given);
    }

    fn call_builtin(&mut self, builtin: Builtin, callee: &Callee<'_>, args: &'a [Arg]) {
        let given = match (builtin, args) {
            (Builtin::Inside, [Arg { name: None, value, range_end: None }]) => return self.inside(value),
            (Builtin::Inside, _) => {
                Given { positional: args.iter().map(|arg| arg.value.span).collect(), named: vec![] }
            }
            (_, _) => self.arguments(args, builtin == Builtin::Choose),
        };
        if let Some(name) = given.named.first() {
            let message = format!("`{}` takes no named arguments", callee.name);
            let mistake = Diagnostic::error(codes::UNKNOWN_ARGUMENT, name.span, message);
            return self.mistakes.add(mistake.at(format!("leave `{}=` out", name.text)));
        }
        let (least, most) = builtin.arity();
        let count = given.positional.len();
        if let Some(most) = most.filter(|&most| count > most) {
            let span = given.positional[most];
            self.mistakes.add(too_many(callee, span, most));
        } else if count < least {
            let message = format!("`{}` takes {}, not {count}", callee.name, arguments(least));
            let mistake = Diagnostic::error(codes::MISSING_ARGUMENT, callee.span, message);
            self.mistakes.add(mistake.at("an argument is missing"));
        }
    }

    /// `inside(r)` takes the name of a region, which is no value.
    fn inside(&mut self, value: &'a Expr) {
        let mistake = match as_name(value) {
            Some(name) if self.globals.regions.contains(name) || self.globals.is_lost(name) => return,
            Some(name) => {
                let regions = self.globals.regions.iter().copied();
                let help = did_you_mean(name, regions)
                    .unwrap_or_else(|| format!("name a stretch of code with `region {name} {{ … }}`"));
                let message = format!("there is no region `{name}`");
                Diagnostic::error(codes::UNKNOWN_REGION, value.span, message).at("no region").with_help(help)
            }
            None => {
                Diagnostic::error(codes::UNKNOWN_REGION, value.span, "`inside` takes the name of a region")
                    .at("not a region's name")
                    .with_help("write `inside(cs)` for a stretch of code `region cs { … }`")
            }
        };
        self.mistakes.add(mistake);
    }

    /// Checks the values of arguments, and what can be said without knowing what is called.
    pub(super) fn arguments(&mut self, args: &'a [Arg], ranges: bool) -> Given<'a> {
        let mut given = Given { positional: Vec::new(), named: Vec::new() };
        for arg in args {
            self.expression(&arg.value);
            if let Some(end) = &arg.range_end {
                self.expression(end);
                if !ranges {
                    self.mistakes.add(misplaced_range(arg.value.span.to(end.span)));
                }
            }
            match &arg.name {
                Some(name) => given.named.push(name),
                None => {
                    if let Some(name) = given.named.last() {
                        self.mistakes.add(positional_after_named(arg.value.span, name));
                    }
                    given.positional.push(arg.value.span);
                }
            }
        }
        given
    }

    /// Fits arguments to a `def`.
    fn bind_function(&mut self, callee: &Callee<'_>, function: &'a Function, given: &Given<'_>) {
        let params = &function.params;
        let named = words(given);
        let bound = bind_call(params.len(), |index| &params[index].text, given.positional.len(), &named);
        if let Err(error) = bound {
            let names: Vec<&str> = params.iter().map(|param| param.text.as_str()).collect();
            let mistake = misfit(error, callee, &names, given);
            self.mistakes.add(mistake.with_label(function.name.span, "defined here"));
        }
    }

    /// Fits arguments to something built in.
    pub(super) fn bind_signature(&mut self, callee: &Callee<'_>, signature: &Signature, given: &Given<'_>) {
        if let Err(error) = fit(signature, given) {
            let names: Vec<&str> = signature.parameters.iter().map(|parameter| parameter.name).collect();
            self.mistakes.add(misfit(error, callee, &names, given));
        }
    }

    /// The error of calling or spawning what is no function.
    pub(super) fn no_function(&self, callee: &Callee<'_>) -> Diagnostic {
        let name = callee.name;
        let what = match self.globals.get(name) {
            _ if self.locals.contains(name) => Some("a local variable".to_owned()),
            Some(Global::Param) => Some("a param".to_owned()),
            Some(Global::Shared { .. }) => Some("a shared variable".to_owned()),
            Some(Global::Object { kind, .. }) => Some(with_article(kind)),
            Some(Global::Function(_)) | None => None,
        };
        if let Some(what) = what {
            let message = format!("`{name}` is {what}, no function");
            return Diagnostic::error(codes::NOT_A_FUNCTION, callee.span, message)
                .at(what)
                .with_help("only a `def`, a built-in function or a method can be called");
        }
        let builtins = Builtin::ALL.iter().map(|builtin| builtin.word());
        let help = match name {
            "range" => {
                Some("a range stands in `for i in 0..3`, in `choose(0..3)` and in `map(f, 0..3)`".to_owned())
            }
            "timeout" => Some("`timeout` stands in `async with timeout(50ms) { … }`".to_owned()),
            _ => did_you_mean(name, self.globals.functions().chain(builtins)),
        };
        let help = help.unwrap_or_else(|| format!("define it: `def {name}(…) {{ … }}`"));
        Diagnostic::error(codes::UNKNOWN_FUNCTION, callee.span, format!("there is no function `{name}`"))
            .at("not defined")
            .with_help(help)
    }
}

/// Whether arguments fit a signature.
pub(super) fn fit(signature: &Signature, given: &Given<'_>) -> Result<(), BindError> {
    bind(signature, given.positional.len(), &words(given)).map(|_| ())
}

fn words<'a>(given: &Given<'a>) -> Vec<&'a str> {
    given.named.iter().map(|name| name.text.as_str()).collect()
}

fn misfit(error: BindError, callee: &Callee<'_>, parameters: &[&str], given: &Given<'_>) -> Diagnostic {
    let name = callee.name;
    match error {
        BindError::TooMany => {
            let most = parameters.len();
            helped(too_many(callee, given.positional[most], most), takes(name, parameters))
        }
        BindError::Missing(index) => {
            let message = format!("`{name}` needs the argument `{}`", parameters[index]);
            let mistake = Diagnostic::error(codes::MISSING_ARGUMENT, callee.span, message);
            helped(mistake.at(format!("`{}` is missing", parameters[index])), takes(name, parameters))
        }
        BindError::Unknown(index) => {
            let wrong = given.named[index];
            let message = format!("`{name}` has no argument `{}`", wrong.text);
            let help =
                did_you_mean(&wrong.text, parameters.iter().copied()).or_else(|| takes(name, parameters));
            helped(Diagnostic::error(codes::UNKNOWN_ARGUMENT, wrong.span, message).at("unknown"), help)
        }
        BindError::Twice(index) => {
            let again = given.named[index];
            let message = format!("the argument `{}` of `{name}` is given twice", again.text);
            let mistake =
                Diagnostic::error(codes::ARGUMENT_TWICE, again.span, message).at("given again here");
            let first = parameters.iter().position(|parameter| *parameter == again.text);
            let first = first.and_then(|position| given.positional.get(position).copied());
            let first = first.or_else(|| {
                given.named.iter().find(|earlier| earlier.text == again.text).map(|earlier| earlier.span)
            });
            match first {
                Some(span) => mistake.with_label(span, "first given here"),
                None => mistake,
            }
        }
    }
}

fn takes(name: &str, parameters: &[&str]) -> Option<String> {
    // A longer list would not be read.
    (1..=12)
        .contains(&parameters.len())
        .then(|| format!("it is called as `{name}({})`", parameters.join(", ")))
}

fn too_many(callee: &Callee<'_>, span: Span, most: usize) -> Diagnostic {
    let message = format!("`{}` takes {}, not more", callee.name, arguments(most));
    Diagnostic::error(codes::TOO_MANY_ARGUMENTS, span, message).at("one too many")
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        2 => "two arguments".to_owned(),
        more => format!("{more} arguments"),
    }
}

fn positional_after_named(span: Span, name: &Name) -> Diagnostic {
    Diagnostic::error(
        codes::POSITIONAL_AFTER_NAMED,
        span,
        "an argument without a name stands after a named one",
    )
    .at("needs a name, or its place in front")
    .with_label(name.span, "named")
}

/// The error of `a..b` where no range can stand.
pub(super) fn misplaced_range(span: Span) -> Diagnostic {
    Diagnostic::error(codes::MISPLACED_RANGE, span, "a range is no value")
        .at("a range")
        .with_help("a range stands in `for i in a..b`, in `choose(a..b)` and in `map(f, a..b)`")
}

fn built_in_spawned(callee: &Callee<'_>) -> Diagnostic {
    let message = format!("`{}` is a built-in function and cannot be spawned", callee.name);
    Diagnostic::error(codes::UNKNOWN_FUNCTION, callee.span, message)
        .at("built in")
        .with_help("spawn a `def` that calls it")
}
