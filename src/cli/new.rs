//! `concsim new`: a script to start from.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf, is_separator};

use crate::base::printable::is_hostile;
use crate::cli::args::NewArgs;
use crate::cli::failure::Failure;
use crate::cli::mend::argument;
use crate::cli::{output, status};

const START: &str = include_str!("start.conc");
const EXTENSION: &str = ".conc";

/// Writes the script and says what to do with it.
///
/// # Errors
///
/// If that is no name for a script, if there is such a file, or if it can't be written.
pub(super) fn new(args: &NewArgs) -> Result<u8, Failure> {
    let path = path_of(&args.name)?;
    write(&path).map_err(|error| cannot(&path, &error))?;
    let file = argument(path.as_os_str());
    output::print(&format!(
        "{file} is there. Next:\n\
         \x20 concsim run {file}            see what happens\n\
         \x20 concsim run {file} --watch    see it again whenever you save\n\
         \x20 concsim check {file}          look for mistakes\n"
    ))?;
    Ok(status::SUCCESS)
}

/// The file of a script of that name; its folder has to be there.
fn path_of(name: &OsStr) -> Result<PathBuf, Failure> {
    let shown = name.to_string_lossy();
    let last = shown.rsplit(is_separator).next().unwrap_or_default();
    let stem = last.strip_suffix(EXTENSION).unwrap_or(last);
    let wrong = if matches!(stem, "" | "." | "..") {
        "is no name of a file"
    } else if last.starts_with('-') {
        "would look like an option wherever it is typed"
    } else if last.chars().any(is_hostile) {
        "has characters that can't be seen"
    } else {
        let mut path = OsString::from(name);
        if last == stem {
            path.push(EXTENSION);
        }
        return Ok(PathBuf::from(path));
    };
    Err(Failure::Message {
        text: format!("`{shown}` {wrong}"),
        help: Some("give the script a name such as `concsim new bank`".to_string()),
    })
}

fn write(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(START.as_bytes());
    if written.is_err() {
        // Half a script is worse than none; that the disk is full is told all the same.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let shown = path.to_string_lossy();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    if error.kind() == io::ErrorKind::AlreadyExists {
        Failure::Message {
            text: format!("there is something called {shown} already"),
            help: Some("choose another name".to_string()),
        }
    } else if let Some(folder) = folder {
        Failure::Message {
            text: format!("can't write {shown}: there is no folder {}", folder.to_string_lossy()),
            help: Some("make the folder first".to_string()),
        }
    } else {
        Failure::message(format!("can't write {shown}: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_file_that_ends_in_conc_once() {
        let check = |name: &str, want: &str| {
            assert_eq!(path_of(OsStr::new(name)).unwrap(), Path::new(want));
        };
        check("bank", "bank.conc");
        check("bank.conc", "bank.conc");
        check("lessons/bank.v2", "lessons/bank.v2.conc");
        check("../bank", "../bank.conc");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", ".", "..", "a/", "a/..", ".conc", "-", "-x", "a\nb", "\u{1b}", "a\u{202e}b"] {
            assert!(path_of(OsStr::new(name)).is_err(), "{name:?}");
        }
    }
}
