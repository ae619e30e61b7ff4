//! Standard output and standard error.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};

use terminal_size::{Height, Width};

use crate::cli::args::Color;
use crate::cli::failure::Failure;

/// The most columns of a line, whatever anybody says: nobody has more, and to draw them takes long.
const COLUMNS_MAX: usize = 1000;

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

/// How many columns a line on standard output may have, if it is a terminal that says so.
pub(super) fn columns_of_stdout() -> Option<usize> {
    columns(io::stdout().is_terminal(), terminal_size::terminal_size_of(io::stdout()))
}

/// How many columns a line on standard error may have, if it is a terminal that says so.
pub(super) fn columns_of_stderr() -> Option<usize> {
    columns(io::stderr().is_terminal(), terminal_size::terminal_size_of(io::stderr()))
}

/// How many columns a line may have, if the user says so.
pub(super) fn columns_said() -> Option<usize> {
    let columns = std::env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    columns.filter(|&columns| columns > 0).map(|columns: usize| columns.min(COLUMNS_MAX))
}

/// What the user says beats what the terminal says.
fn columns(terminal: bool, size: Option<(Width, Height)>) -> Option<usize> {
    let known = columns_said().or(size.map(|(Width(columns), _)| usize::from(columns)));
    known.filter(|&columns| terminal && columns > 0)
}

/// Whether a line on standard error can be emptied and written again.
pub(super) fn can_rewrite_stderr() -> bool {
    io::stderr().is_terminal() && !Environment::read().dumb
}

/// Whether pictures are drawn with ASCII characters: if the locale is one that has no others.
pub(super) fn is_ascii() -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os);
    let locale = said.into_iter().find(|locale| !locale.is_empty());
    locale.is_some_and(|locale| !is_unicode(&locale.to_string_lossy()))
}

fn is_unicode(locale: &str) -> bool {
    let locale = locale.to_ascii_uppercase();
    ["UTF-8", "UTF8"].iter().any(|name| locale.contains(name))
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
    fn a_locale_says_whether_there_is_more_than_ascii() {
        for locale in ["en_US.UTF-8", "C.UTF-8", "de_AT.utf8", "UTF-8", "de_DE.UTF-8@euro"] {
            assert!(is_unicode(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "de_DE", "de_DE@euro", "ja_JP.eucJP", "en_US.ISO-8859-1"] {
            assert!(!is_unicode(locale), "{locale}");
        }
    }

    #[test]
    fn only_a_terminal_has_a_width() {
        let size = Some((Width(132), Height(40)));
        assert_eq!(columns(false, size), None);
        if std::env::var_os("COLUMNS").is_none() {
            assert_eq!((columns(true, size), columns(true, None)), (Some(132), None));
        }
    }

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
