//! What the terminal can show: how wide it is, and whether it knows more than ASCII.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use crate::cli::args::Color;
use crate::cli::output;
use crate::export::picture::timeline::Face;

/// Columns where nobody says how many there are.
const WIDTH: usize = 80;

/// The face of standard output.
pub(super) fn face(color: Color) -> Face {
    let size = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let terminal = io::stdout().is_terminal().then(size).flatten();
    Face {
        width: width(std::env::var_os("COLUMNS"), terminal),
        unicode: unicode(["LC_ALL", "LC_CTYPE", "LANG"].map(std::env::var_os)),
        colour: output::colour_on_stdout(color),
    }
}

/// What the user says counts more than what the terminal says.
fn width(columns: Option<OsString>, terminal: Option<usize>) -> usize {
    let said = columns.and_then(|columns| columns.to_str()?.parse().ok());
    said.or(terminal).filter(|width| *width > 0).unwrap_or(WIDTH)
}

/// The first variable of the locale that is set and not empty says which characters there are.
fn unicode(locale: [Option<OsString>; 3]) -> bool {
    let said = locale.into_iter().flatten().find(|value| !value.is_empty());
    let Some(said) = said else { return cfg!(windows) };
    let said = said.to_string_lossy().to_ascii_lowercase();
    said.contains("utf-8") || said.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_as_wide_as_the_user_or_the_terminal_says() {
        let said = |text: &str| Some(OsString::from(text));
        assert_eq!(width(said("120"), Some(90)), 120);
        assert_eq!(width(None, Some(90)), 90);
        assert_eq!(width(said("wide"), None), WIDTH);
        assert_eq!(width(said("0"), Some(90)), WIDTH);
    }

    #[test]
    fn the_locale_says_whether_there_is_more_than_ascii() {
        let said = |text: &str| Some(OsString::from(text));
        assert!(unicode([None, said(""), said("de_DE.UTF-8")]));
        assert!(unicode([said("C.utf8"), None, said("C")]));
        assert!(!unicode([said("C"), None, said("de_DE.UTF-8")]));
    }
}
