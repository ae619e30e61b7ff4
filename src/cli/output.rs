//! Standard output and standard error.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};

use crate::cli::args::Color;
use crate::cli::failure::Failure;

/// Prints results.
///
/// # Errors
///
/// [`Failure::Closed`] if nobody reads any more; a message if the disk is full and the like.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::of_stdout(&error))
}

/// Says something about the command itself. Where nobody listens there is nobody to tell.
pub(super) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Empties the screen, where standard output is one.
pub(super) fn clear_screen() {
    if io::stdout().is_terminal() && !Environment::read().dumb {
        // If nobody reads any more, what is printed next will tell.
        let _ = print("\u{1b}[2J\u{1b}[H");
    }
}

/// Whether to colour standard output.
pub(super) fn colour_on_stdout(color: Color) -> bool {
    colour(color, io::stdout().is_terminal(), &Environment::read())
}

/// Whether to colour standard error.
pub(super) fn colour_on_stderr(color: Color) -> bool {
    colour(color, io::stderr().is_terminal(), &Environment::read())
}

/// What the environment says of colours.
struct Environment {
    /// `NO_COLOR` is set and not empty.
    refuses: bool,
    /// `TERM` is `dumb`.
    dumb: bool,
}

impl Environment {
    fn read() -> Self {
        Self {
            refuses: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            dumb: std::env::var_os("TERM").as_deref() == Some(OsStr::new("dumb")),
        }
    }
}

const fn colour(color: Color, terminal: bool, environment: &Environment) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !environment.refuses && !environment.dumb,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        let environment = |refuses, dumb| Environment { refuses, dumb };
        assert!(colour(Color::Auto, true, &environment(false, false)));
        assert!(!colour(Color::Auto, false, &environment(false, false)));
        assert!(!colour(Color::Auto, true, &environment(true, false)));
        assert!(!colour(Color::Auto, true, &environment(false, true)));
        assert!(colour(Color::Always, false, &environment(true, true)));
        assert!(!colour(Color::Never, true, &environment(false, false)));
    }
}
