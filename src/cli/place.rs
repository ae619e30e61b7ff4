//! A file that an option names, and that is not the script.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::run::is_same_file;
use crate::cli::target::Target;

/// Where a file goes. It is opened before the work begins, so that one that can't be written is told at once, and
/// for good behind it, so that work that is ended at once leaves nothing behind.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
}

impl Place {
    /// Tries the file that `option` names.
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
        Target::open(path).map_err(|error| cannot(path, &error))?;
        Ok(Self { path: path.to_path_buf() })
    }

    /// Writes it and moves it to its place.
    ///
    /// # Errors
    ///
    /// If that fails; then there is no file, or the one that was there before.
    pub(super) fn write(self, text: &str) -> Result<(), Failure> {
        self.put(text, File::flush)
    }

    /// The same for what would be dear to make again: it is on the disk before it is moved to its place.
    ///
    /// # Errors
    ///
    /// As [`Place::write`].
    pub(super) fn write_synced(self, text: &str) -> Result<(), Failure> {
        self.put(text, |file| {
            file.sync_all().or_else(|error| if file.metadata()?.is_file() { Err(error) } else { Ok(()) })
        })
    }

    fn put(&self, text: &str, settled: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), Failure> {
        let written = Target::open(&self.path).and_then(|(mut file, target)| {
            file.write_all(text.as_bytes())?;
            settled(&mut file)?;
            target.settle()
        });
        written.map_err(|error| cannot(&self.path, &error))
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let is_nowhere = error.kind() == io::ErrorKind::NotFound;
    let why = if is_nowhere { "there is no such folder".to_owned() } else { error.to_string() };
    Failure::message(format!("can't write {}: {why}", path.display()))
}
