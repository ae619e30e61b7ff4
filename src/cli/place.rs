//! A file that an option names, and that is not the script.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::run::is_same_file;
use crate::cli::target::Target;

/// A file on its way. It is opened before the work begins: one that can't be written is told at once.
#[derive(Debug)]
pub(super) struct Place {
    file: File,
    target: Target,
    pub(super) path: PathBuf,
}

impl Place {
    /// Opens the file that `option` names.
    ///
    /// # Errors
    ///
    /// If it is the script, or can't be made.
    pub(super) fn open(option: &str, path: &Path, script: &Path) -> Result<Self, Failure> {
        if is_same_file(path, script) {
            return Err(Failure::Message {
                text: format!("{option} names the script itself, which would be overwritten"),
                help: Some("give the file a name of its own".to_owned()),
            });
        }
        let (file, target) = Target::open(path).map_err(|error| cannot(path, &error))?;
        Ok(Self { file, target, path: path.to_path_buf() })
    }

    /// Writes it and moves it to its place.
    ///
    /// # Errors
    ///
    /// If that fails; then there is no file, or the one that was there before.
    pub(super) fn write(self, text: &str) -> Result<(), Failure> {
        let Self { mut file, target, path } = self;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
        written.and_then(|()| target.settle()).map_err(|error| cannot(&path, &error))
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::message(format!("can't write {}: {error}", path.display()))
}
