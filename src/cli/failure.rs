//! Why a command ends early, and what that says and means.

use std::io;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::cli::args::Color;
use crate::cli::mend::offer;
use crate::cli::output;
use crate::cli::render::{Snippets, headline};
use crate::cli::status;

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody reads what is printed any more. This is no error.
    Closed,
    /// Wrong usage, or a file that can't be read or written.
    Message {
        /// One line, without an `error:` before it.
        text: String,
        /// How to mend it.
        help: Option<String>,
    },
    /// Mistakes in a script or in a machine file.
    Mistakes(Box<Source>, Vec<Diagnostic>),
}

impl Failure {
    /// A failure of one line.
    pub(super) fn message(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), help: None }
    }

    /// The same failure of an option that is read like another one.
    pub(super) fn about(self, option: &str, another: &str) -> Self {
        match self {
            Self::Message { text, help } => Self::Message { text: text.replacen(option, another, 1), help },
            Self::Closed | Self::Mistakes(..) => self,
        }
    }

    /// What is wrong, in one line.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Closed => "nobody reads what is printed".to_owned(),
            Self::Message { text, help: _ } => text.clone(),
            Self::Mistakes(source, diagnostics) => {
                let first = diagnostics.iter().find(|found| found.severity == Severity::Error);
                let first = first.or(diagnostics.first());
                let of = |found: &Diagnostic| {
                    let line = source.line(found.primary.span);
                    format!("{}:{line}: {} {}", source.name, found.code, found.message)
                };
                first.map_or_else(|| format!("{} has mistakes", source.name), of)
            }
        }
    }

    /// What an error in writing standard output means.
    pub(super) fn of_stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::message(format!("can't write to standard output: {error}"))
        }
    }

    /// Says it on standard error; gives the exit status.
    pub(super) fn report(self, color: Color) -> u8 {
        let colour = output::colour_on_stderr(color);
        match self {
            Self::Closed => status::SUCCESS,
            Self::Message { text, help } => {
                let help = help.map_or(String::new(), |help| format!("  help: {}\n", safe(&help)));
                output::say(&format!("{}\n{help}", headline(Severity::Error, None, &text, colour)));
                status::WRONG
            }
            Self::Mistakes(source, diagnostics) => {
                let drawn = Snippets::new(&source, colour).diagnostics(&diagnostics);
                output::say(&(drawn + &offer(&diagnostics, None)));
                status::WRONG
            }
        }
    }
}
