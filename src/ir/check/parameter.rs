//! What certainly is of a type that a parameter of something built in never takes.

use crate::base::diagnostic::Diagnostic;
use crate::ir::codes;
use crate::ir::signature::{Binding, Builtin, Signature, bind};
use crate::syntax::ast::Literal;

use super::Checker;
use super::call::{Argument, Callee, Given, words};
use super::certain::unit_fix;
use super::guess::helped;
use super::known::{Known, Plain};

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Anything,
    /// A duration; `None` where nothing limits the wait.
    Time,
    Size,
    Whole,
    List,
    Sequence,
    Number,
}

impl<'a> Checker<'a> {
    /// The arguments of a method that fit its signature.
    pub(super) fn argument_types(&mut self, callee: &Callee<'_>, signature: &Signature, given: &Given<'a>) {
        let Ok(bindings) = bind(signature, given.positional.len(), &words(given)) else { return };
        for (parameter, binding) in signature.parameters.iter().zip(bindings) {
            let argument = match binding {
                Binding::Positional(index) => &given.positional[index],
                Binding::Named(index) => &given.named[index].1,
                Binding::Default => continue,
            };
            let takes = match parameter.name {
                "timeout" => Takes::Time,
                "size" => Takes::Size,
                "n" | "index" => Takes::Whole,
                _ => Takes::Anything,
            };
            self.argument_type(callee, parameter.name, takes, argument);
        }
    }

    /// The arguments of a built-in function, the number of which is right.
    pub(super) fn builtin_types(&mut self, builtin: Builtin, callee: &Callee<'_>, given: &Given<'a>) {
        let takes = match builtin {
            Builtin::Len => Takes::Sequence,
            Builtin::Sum | Builtin::Sorted => Takes::List,
            Builtin::Min | Builtin::Max if given.positional.len() == 1 => Takes::List,
            Builtin::Abs => Takes::Number,
            Builtin::Uniform | Builtin::Exponential | Builtin::Normal => Takes::Time,
            Builtin::Choose => return self.choose_from(callee, given),
            Builtin::Min
            | Builtin::Max
            | Builtin::Str
            | Builtin::Now
            | Builtin::Inside
            | Builtin::Elapsed
            | Builtin::Deadlocked => Takes::Anything,
        };
        for argument in &given.positional {
            self.argument_type(callee, "", takes, argument);
        }
    }

    fn choose_from(&mut self, callee: &Callee<'_>, given: &Given<'a>) {
        let Some(argument) = given.positional.first() else { return };
        let from = (argument.known, argument.value.span);
        let to = argument.end.map(|(known, end)| (known, end.span));
        self.choice(from, to);
        if to.is_none() {
            self.argument_type(callee, "", Takes::List, argument);
        }
    }

    fn argument_type(&mut self, callee: &Callee<'_>, parameter: &str, takes: Takes, argument: &Argument<'a>) {
        let known = argument.known;
        let fits = match takes {
            Takes::Anything => true,
            Takes::Time => {
                known.plain() == Some(Plain::Duration)
                    || parameter == "timeout" && known.plain() == Some(Plain::None)
            }
            Takes::Size => matches!(known.plain(), Some(Plain::Size | Plain::None)),
            Takes::Whole => known.plain().is_some_and(Plain::is_whole),
            Takes::List => matches!(known, Known::List(_) | Known::Array(_)),
            Takes::Sequence => {
                matches!(known, Known::List(_) | Known::Array(_)) || known.plain() == Some(Plain::Str)
            }
            Takes::Number => known.plain().is_some_and(|plain| !matches!(plain, Plain::None | Plain::Str)),
        };
        let Some(what) = known.described().filter(|_| !fits) else { return };
        let code = if takes == Takes::Time { codes::NO_DURATION } else { codes::WRONG_ARGUMENT };
        let named = if parameter.is_empty() { String::new() } else { format!(" as `{parameter}`") };
        let message = format!("`{}` takes {}{named}, not {what}", callee.name, wanted(takes));
        let mistake = Diagnostic::error(code, argument.value.span, message).at(what);
        let mistake = helped(mistake, help(takes, argument));
        if takes != Takes::Time {
            return self.certain("TypeError", mistake);
        }
        let fix = unit_fix(argument.value, "s").filter(|_| known.plain() == Some(Plain::Int));
        self.mistakes.add(Diagnostic { fix, ..mistake });
    }
}

const fn wanted(takes: Takes) -> &'static str {
    match takes {
        Takes::Anything => "anything",
        Takes::Time => "a duration",
        Takes::Size => "a size",
        Takes::Whole => "an integer",
        Takes::List => "a list",
        Takes::Sequence => "a list or a string",
        Takes::Number => "a number, a duration or a size",
    }
}

fn help(takes: Takes, argument: &Argument<'_>) -> Option<String> {
    let value = match argument.value.as_literal() {
        Some(Literal::Int(value)) => *value,
        Some(_) | None => return None,
    };
    match takes {
        Takes::Time => Some(format!("give it a unit: `{value}s` (or `ns`, `us`, `ms`, `min`)")),
        Takes::Size => Some(format!("give it a unit: `{value}B` (or `KiB`, `KB`, `MiB`, …)")),
        Takes::Anything | Takes::Whole | Takes::List | Takes::Sequence | Takes::Number => None,
    }
}
