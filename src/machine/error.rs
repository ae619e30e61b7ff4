//! What is wrong with a choice of machine and runtime.

use crate::base::code::codes;
use crate::base::quantity::QuantityError;
use crate::base::span::Span;
use crate::base::suggest::nearest;

codes! {
    BAD_SETTING = "E300", "the `machine` block or a machine file asks for something that there is not, or that is out of range";
}

/// A setting that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct MachineError {
    /// Where it was set.
    pub place: Place,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Where something was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An option.
    CommandLine,
    /// The setting of that index in the script's `machine` block, from 0.
    Script {
        /// Its index.
        index: usize,
        /// Whether the name is wrong or the value.
        part: Part,
    },
    /// A stretch of the machine file; empty where the whole file is meant.
    File(Span),
}

/// One half of `name: value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What is set.
    Name,
    /// To what.
    Value,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing has that name.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// What was looked for.
        what: Named,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
        /// The one that was meant, perhaps.
        suggestion: Option<&'static str>,
    },
    /// A name that is reserved for what comes later.
    #[error("the {what} `{name}` is not {} yet", what.treatment())]
    NotYet {
        /// What was looked for.
        what: Named,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// The machine file sets what only a script or the command line chooses.
    #[error("`{0}` is no setting of a machine file")]
    NotOfMachine(String),
    /// `--cost` is to set what has an option of its own.
    #[error("`{0}` is not set with `--cost`")]
    HasOption(String),
    /// The value is of another type.
    #[error("`{setting}` takes {expected}, not {found}")]
    WrongType {
        /// What was set.
        setting: &'static str,
        /// What it takes, with an article.
        expected: &'static str,
        /// What was there, with an article.
        found: &'static str,
    },
    /// The value is too small or too large.
    #[error("`{setting}` is from {least} to {most}, not {given}")]
    OutOfRange {
        /// What was set.
        setting: &'static str,
        /// The smallest value.
        least: String,
        /// The largest value.
        most: String,
        /// The value.
        given: String,
    },
    /// A quantity of a machine file can't be read.
    #[error("`{setting}` takes {expected}: {error}")]
    BadQuantity {
        /// What was set.
        setting: &'static str,
        /// What it takes, with an article.
        expected: &'static str,
        /// What is wrong with it.
        error: QuantityError,
    },
    /// The script sets it again.
    #[error("`{0}` is set twice")]
    Twice(String),
    /// The file is no TOML.
    #[error("this is no TOML: {0}")]
    NoToml(String),
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A setting.
    Setting,
    /// A runtime.
    Runtime,
    /// A built-in machine.
    Machine,
    /// A kind of unit.
    Unit,
    /// A start method of processes.
    StartMethod,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Setting => "setting",
            Self::Runtime => "runtime",
            Self::Machine => "machine",
            Self::Unit => "kind of unit",
            Self::StartMethod => "start method",
        })
    }
}

impl Named {
    /// What happens to one that is there.
    const fn treatment(self) -> &'static str {
        match self {
            Self::Setting | Self::Unit => "supported",
            Self::Runtime | Self::Machine | Self::StartMethod => "modelled",
        }
    }
}

impl Problem {
    /// A name that stands for nothing: what is `known`, and what is `planned`.
    pub(super) fn of_name(
        what: Named,
        name: &str,
        known: Vec<&'static str>,
        planned: &[&'static str],
    ) -> Self {
        let name = name.to_owned();
        if planned.contains(&name.as_str()) {
            return Self::NotYet { what, name, known };
        }
        let suggestion = nearest(&name, known.iter().chain(planned).copied());
        Self::Unknown { what, name, known, suggestion }
    }

    /// How to mend it, if there is more to say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { suggestion: Some(suggestion), .. } => {
                Some(format!("did you mean `{suggestion}`?"))
            }
            Self::Unknown { what, known, suggestion: None, .. } | Self::NotYet { what, known, .. } => {
                let plural = what.to_string().replace("kind of unit", "kinds of unit");
                let plural = if plural.starts_with("kinds") { plural } else { plural + "s" };
                Some(format!("the {plural} there are: {}", known.join(", ")))
            }
            Self::NotOfMachine(_) => {
                Some("it belongs in the script's `machine` block, or on the command line".to_owned())
            }
            Self::HasOption(name) => Some(format!("it has an option of its own: `--{name}`")),
            Self::BadQuantity { .. }
            | Self::WrongType { .. }
            | Self::OutOfRange { .. }
            | Self::Twice(_)
            | Self::NoToml(_) => None,
        }
    }
}
