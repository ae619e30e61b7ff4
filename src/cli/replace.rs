//! A file that is written beside its place and moved there when it is complete,
//! so that nobody ever sees half of it, and what was there is lost only to what
//! takes its place.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file on its way to its place.
#[derive(Debug)]
pub(super) struct Replacement {
    temporary: NamedTempFile,
    /// Where it is moved: behind links, so that a link stays one.
    place: PathBuf,
}

impl Replacement {
    /// An empty file beside a place where there is a regular file or nothing.
    ///
    /// # Errors
    ///
    /// If no file can be made there, or the one that is there may not be written.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let known = path.metadata();
        let place = if known.is_ok() { path.canonicalize()? } else { path.to_path_buf() };
        let folder = match place.parent() {
            Some(folder) if folder != Path::new("") => folder,
            Some(_) | None => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        new_file_permissions(&mut builder);
        // The error's own words name the temporary file, which is nobody's business.
        let temporary = builder.prefix(".concsim-").tempfile_in(folder).map_err(|error| error.kind())?;
        if let Ok(metadata) = known {
            // Moving a file over another needs no leave to write to that one, but its owner expects it.
            OpenOptions::new().write(true).open(&place)?;
            keep(temporary.as_file(), &metadata)?;
        }
        Ok(Self { temporary, place })
    }

    /// The file to be written.
    ///
    /// # Errors
    ///
    /// If it is not there any more.
    pub(super) fn file(&self) -> io::Result<File> {
        self.temporary.reopen()
    }

    /// Moves the finished file to its place.
    ///
    /// # Errors
    ///
    /// If it can't be moved; then what was there is still there.
    pub(super) fn settle(self) -> io::Result<()> {
        self.temporary.persist(self.place).map(|_| ()).map_err(|error| error.error)
    }
}

/// Gives a file the owner and the permissions of the one whose place it takes.
fn keep(file: &File, metadata: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only the superuser can give a file away, and only for them it would change hands.
        let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.set_permissions(metadata.permissions())
}

/// What any new file may be, less what the process's mask takes away; temporary
/// files would be for their owner's eyes only.
fn new_file_permissions(builder: &mut tempfile::Builder<'_, '_>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = builder;
}
