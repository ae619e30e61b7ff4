//! Calls of functions, and how arguments fit parameters.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::signature::{BindError, Builtin, DefaultValue, Parameter, Signature, bind, bind_call};
use crate::syntax::ast::{Arg, Expr, Function, Name, ObjectKind};
use crate::syntax::code;

use super::globals::Global;
use super::guess::{guess, guessed, helped, labelled};
use super::known::{Known, with_article};
use super::{Checker, foreign};

/// The arguments of a call as they were written, with what is certain about them.
pub(super) struct Given<'a> {
    pub(super) positional: Vec<Argument<'a>>,
    pub(super) named: Vec<(&'a Name, Argument<'a>)>,
}

/// One argument.
pub(super) struct Argument<'a> {
    pub(super) value: &'a Expr,
    pub(super) known: Known<'a>,
    /// The end, if it is a range.
    pub(super) end: Option<(Known<'a>, &'a Expr)>,
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
            return Known::Anything;
        }
        if let Some(builtin) = Builtin::from_word(name) {
            return self.call_builtin(builtin, &callee, args);
        }
        if !self.is_known(name) && self.foreign_call(name, span, args) {
            return Known::Refused;
        }
        self.arguments(args, true);
        self.report_no_function(name, span);
        Known::Refused
    }

    fn call_builtin(&mut self, builtin: Builtin, callee: &Callee<'_>, args: &'a [Arg]) -> Known<'a> {
        let given = match (builtin, args) {
            (Builtin::Inside, [Arg { name: None, value, range_end: None }]) => {
                self.inside(value);
                return Known::INT;
            }
            (Builtin::Inside, _) => {
                let argument =
                    |arg: &'a Arg| Argument { value: &arg.value, known: Known::Refused, end: None };
                Given { positional: args.iter().map(argument).collect(), named: vec![] }
            }
            (_, _) => self.arguments(args, builtin == Builtin::Choose),
        };
        if let Some((name, _)) = given.named.first() {
            let message = format!("`{}` takes no named arguments", callee.name);
            let mistake = Diagnostic::error(codes::UNKNOWN_ARGUMENT, name.span, message);
            self.mistakes.add(mistake.at(format!("leave `{}=` out", name.text)));
            return Known::Refused;
        }
        let (least, most) = builtin.arity();
        let count = given.positional.len();
        if let Some(most) = most.filter(|&most| count > most) {
            let mistake = too_many(callee, given.positional[most].value.span, most);
            let help = (builtin == Builtin::Choose && count == 2)
                .then(|| "write a range, whose end is left out: `choose(1..7)`, or a list".to_owned());
            self.mistakes.add(helped(mistake, help));
        } else if count < least {
            let message = format!("`{}` takes {}, not {count}", callee.name, arguments(least));
            let mistake = Diagnostic::error(codes::MISSING_ARGUMENT, callee.span, message);
            self.mistakes.add(mistake.at("an argument is missing"));
        } else {
            self.builtin_types(builtin, callee, &given);
        }
        gives(builtin)
    }

    /// `inside(r)` takes the name of a region, which is no value.
    fn inside(&mut self, value: &'a Expr) {
        let regions = &self.globals.survey.regions;
        let mistake = match value.as_name() {
            Some(name) if regions.contains(name) || self.globals.is_lost(name) => return,
            Some(name) => {
                let message = format!("there is no region `{name}`");
                let mistake = Diagnostic::error(codes::UNKNOWN_REGION, value.span, message).at("no region");
                match guess(name, regions.iter().copied()) {
                    Some(guess) => guessed(mistake, guess, None),
                    None => mistake.with_help(format!("name a stretch of code with `region {name} {{ … }}`")),
                }
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
        for Arg { name, value, range_end } in args {
            let mut known = self.expression(value);
            let end = range_end.as_ref().map(|end| (self.expression(end), end));
            if let (Some((_, end)), false) = (end, ranges) {
                self.mistakes.add(misplaced_range(value.span.to(end.span)));
                known = Known::Refused;
            }
            let argument = Argument { value, known, end };
            match name {
                Some(name) => given.named.push((name, argument)),
                None => given.positional.push(argument),
            }
        }
        given
    }

    /// Fits arguments to a `def`.
    pub(super) fn bind_function(&mut self, callee: &Callee<'_>, function: &'a Function, given: &Given<'_>) {
        let params = &function.params;
        let named = words(given);
        let bound = bind_call(params.len(), |index| &params[index].text, given.positional.len(), &named);
        if let Err(error) = bound {
            let parameters = Parameters {
                names: params.iter().map(|param| param.text.as_str()).collect(),
                shown: params.iter().map(|param| param.text.clone()).collect(),
            };
            let mistake = misfit(error, callee, &parameters, given);
            let head = params.last().map_or(function.name.span, |last| function.name.span.to(last.span));
            self.mistakes.add(mistake.with_label(head, "defined here"));
        }
    }

    /// Fits arguments to something built in; whether they do.
    pub(super) fn bind_signature(
        &mut self,
        callee: &Callee<'_>,
        signature: &Signature,
        given: &Given<'_>,
    ) -> bool {
        let mistake = misfit_of(callee, signature, given);
        let fits = mistake.is_none();
        mistake.into_iter().for_each(|mistake| self.mistakes.add(mistake));
        fits
    }

    /// Reports the call, spawn or mapping of what is no function.
    pub(super) fn report_no_function(&mut self, name: &'a str, span: Span) {
        let what = match self.globals.get(name) {
            _ if self.is_local(name) => Some("a local variable".to_owned()),
            Some(Global::Param) => Some("a param".to_owned()),
            Some(Global::Shared { .. }) => Some("a shared variable".to_owned()),
            Some(Global::Object { kind, .. }) => Some(with_article(kind)),
            Some(Global::Function(_)) | None => None,
        };
        if let Some(what) = what {
            let message = format!("`{name}` is {what}, no function");
            let mistake = Diagnostic::error(codes::NOT_A_FUNCTION, span, message)
                .at(what)
                .with_help("only a `def`, a built-in function or a method can be called");
            return self.mistakes.add(labelled(mistake, self.place(name), "declared here"));
        }
        let message = format!("there is no function `{name}`");
        let mistake = Diagnostic::error(codes::UNKNOWN_FUNCTION, span, message).at("not defined");
        let builtins = Builtin::ALL.iter().map(|builtin| builtin.word());
        let mistake = match guess(name, self.globals.functions().chain(builtins)) {
            _ if name == "range" => misplaced_range(span),
            _ if name == "timeout" => timeout_alone(span),
            Some(guess) => guessed(mistake, guess, self.globals.place(guess.name)),
            // One missing definition is one mistake, however often it is called.
            None if !self.told.insert(name) => return,
            None if ObjectKind::from_word(name).is_some() => {
                mistake.with_help(format!("declare one with `{name} m` at the top, and name it: `m`"))
            }
            None => mistake.with_help(format!("define it: `def {name}(…) {{ … }}`")),
        };
        self.mistakes.add(mistake);
    }

    /// Reports a function of Python that is written differently here; false if it is none.
    fn foreign_call(&mut self, name: &'a str, span: Span, args: &'a [Arg]) -> bool {
        let help = match foreign::named_constructor(name, args) {
            Some(constructor) => how_to_declare(&constructor),
            None => match foreign::function(name) {
                Some(help) => help.to_owned(),
                None => return false,
            },
        };
        self.mistakes.add(foreign_name(name, span, &help));
        true
    }
}

/// Whether arguments fit a signature.
pub(super) fn fit(signature: &Signature, given: &Given<'_>) -> Result<(), BindError> {
    bind(signature, given.positional.len(), &words(given)).map(|_| ())
}

/// Why the arguments do not fit something built in, if they don't.
pub(super) fn misfit_of(callee: &Callee<'_>, signature: &Signature, given: &Given<'_>) -> Option<Diagnostic> {
    let error = fit(signature, given).err()?;
    // A parameter that may be left out is shown by its name.
    let shown = |parameter: &Parameter| match parameter.default {
        DefaultValue::Required => parameter.name.to_owned(),
        DefaultValue::None | DefaultValue::Int(_) | DefaultValue::Bool(_) | DefaultValue::Str(_) => {
            format!("{}=…", parameter.name)
        }
    };
    let parameters = Parameters {
        names: signature.parameters.iter().map(|parameter| parameter.name).collect(),
        shown: signature.parameters.iter().map(shown).collect(),
    };
    Some(misfit(error, callee, &parameters, given))
}

/// The names of the named arguments.
pub(super) fn words<'a>(given: &Given<'a>) -> Vec<&'a str> {
    given.named.iter().map(|(name, _)| name.text.as_str()).collect()
}

/// What a built-in function certainly gives.
fn gives<'a>(builtin: Builtin) -> Known<'a> {
    use super::known::Plain::{Bool, Duration, Str};
    match builtin {
        Builtin::Len | Builtin::Inside => Known::INT,
        Builtin::Str => Known::Plain(Str, None),
        Builtin::Sorted => Known::List(None),
        Builtin::Now | Builtin::Uniform | Builtin::Exponential | Builtin::Normal | Builtin::Elapsed => {
            Known::Plain(Duration, None)
        }
        Builtin::Deadlocked => Known::Plain(Bool, None),
        Builtin::Min | Builtin::Max | Builtin::Sum | Builtin::Abs | Builtin::Choose => Known::Anything,
    }
}

/// The error of a name that is written differently here.
pub(super) fn foreign_name(name: &str, span: Span, help: &str) -> Diagnostic {
    let message = format!("scripts have no `{name}`");
    Diagnostic::error(codes::FOREIGN_NAME, span, message).at("a name of another language").with_help(help)
}

/// Where and how that is declared.
pub(super) fn how_to_declare(constructor: &foreign::Constructor<'_>) -> String {
    let example = constructor.declaration("name", |_| Some("3".to_owned()));
    let example = example.unwrap_or_else(|| format!("{} name(…)", constructor.kind));
    format!("declare it at the top, outside every function: `{example}`")
}

/// The parameters of what is called.
struct Parameters<'a> {
    names: Vec<&'a str>,
    /// As they stand in an example of a call.
    shown: Vec<String>,
}

fn misfit(
    error: BindError,
    callee: &Callee<'_>,
    parameters: &Parameters<'_>,
    given: &Given<'_>,
) -> Diagnostic {
    let name = callee.name;
    let names = &parameters.names;
    match error {
        BindError::TooMany => {
            let most = names.len();
            helped(too_many(callee, given.positional[most].value.span, most), takes(name, parameters))
        }
        BindError::Missing(index) => {
            let message = format!("`{name}` needs the argument `{}`", names[index]);
            let mistake = Diagnostic::error(codes::MISSING_ARGUMENT, callee.span, message);
            helped(mistake.at(format!("`{}` is missing", names[index])), takes(name, parameters))
        }
        BindError::Unknown(index) => unknown_argument(name, given.named[index].0, parameters),
        BindError::Twice(index) => {
            let again = given.named[index].0;
            let message = format!("the argument `{}` of `{name}` is given twice", again.text);
            let mistake =
                Diagnostic::error(codes::ARGUMENT_TWICE, again.span, message).at("given again here");
            let first = names.iter().position(|parameter| *parameter == again.text);
            let first =
                first.and_then(|position| given.positional.get(position).map(|first| first.value.span));
            let named = given.named.iter().find(|(earlier, _)| earlier.text == again.text);
            labelled(mistake, first.or(named.map(|(earlier, _)| earlier.span)), "first given here")
        }
    }
}

/// What Python's modules call a parameter that has another name here.
const RENAMED: &[(&str, &str)] = &[
    ("block", "blocking"),
    ("value", "n"),
    ("max_workers", "n"),
    ("processes", "n"),
    ("size", "maxsize"),
    ("capacity", "maxsize"),
    ("n", "parties"),
];

fn unknown_argument(name: &str, wrong: &Name, parameters: &Parameters<'_>) -> Diagnostic {
    let message = format!("`{name}` has no argument `{}`", wrong.text);
    let mistake = Diagnostic::error(codes::UNKNOWN_ARGUMENT, wrong.span, message).at("unknown");
    let renamed =
        RENAMED.iter().find(|(python, here)| *python == wrong.text && parameters.names.contains(here));
    if let Some((_, here)) = renamed {
        let mistake = mistake.with_help(format!("it is called `{here}` here"));
        return mistake.with_fix(Fix::sure(wrong.span, *here));
    }
    match guess(&wrong.text, parameters.names.iter().copied()) {
        Some(guess) => guessed(mistake, guess, None),
        None => helped(mistake, takes(name, parameters)),
    }
}

fn takes(name: &str, parameters: &Parameters<'_>) -> Option<String> {
    match parameters.shown.len() {
        0 => Some(format!("it is called as `{name}()`")),
        // A longer list would not be read.
        1..=12 => Some(format!("it is called as `{name}({})`", parameters.shown.join(", "))),
        _ => None,
    }
}

fn too_many(callee: &Callee<'_>, span: Span, most: usize) -> Diagnostic {
    let message = format!("`{}` takes {}, not more", callee.name, arguments(most));
    let message = if most == 0 { format!("`{}` takes no arguments", callee.name) } else { message };
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

/// The error of `a..b` where no range can stand.
pub(super) fn misplaced_range(span: Span) -> Diagnostic {
    Diagnostic::error(code::RANGE, span, "a range `a..b` is no value")
        .at("no range can stand here")
        .with_help("a range stands in `for i in a..b`, in `choose(a..b)` and in `map(f, a..b)`")
}

/// The error of `timeout(…)` that is not what an `async with` waits under.
pub(super) fn timeout_alone(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TIMEOUT_ALONE, span, "`timeout` stands in `async with` only")
        .at("not behind `async with`")
        .with_help("write `async with timeout(50ms) { await … }`, or give a wait a timeout of its own: `m.acquire(timeout=50ms)`")
}
