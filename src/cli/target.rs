//! A file on its way out: whole at its place, or not there at all.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Where a file that is being written will stand.
#[derive(Debug)]
pub(super) struct Target {
    /// A regular file is written beside its place and moved there at the end, so
    /// that nobody sees half of it. What is no regular file, such as
    /// `/dev/null`, is written directly.
    beside: Option<Beside>,
}

#[derive(Debug)]
struct Beside {
    temporary: NamedTempFile,
    /// Where it is moved: behind links, so that a link stays one.
    place: PathBuf,
}

impl Target {
    /// The file to write to, and the place where it will stand. A file that is there keeps its permissions.
    ///
    /// # Errors
    ///
    /// If there can't be such a file, or the one that is there must not be written.
    pub(super) fn open(path: &Path) -> io::Result<(File, Self)> {
        let known = path.metadata();
        let regular = known.as_ref().map_or(true, Metadata::is_file);
        if !regular {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok((file, Self { beside: None }));
        }
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
            keep_owner(temporary.as_file(), &metadata);
            temporary.as_file().set_permissions(metadata.permissions())?;
        }
        let file = temporary.reopen()?;
        Ok((file, Self { beside: Some(Beside { temporary, place }) }))
    }

    /// Moves a finished file to its place.
    ///
    /// # Errors
    ///
    /// If it can't be moved; then the place is as it was.
    pub(super) fn settle(self) -> io::Result<()> {
        match self.beside {
            Some(Beside { temporary, place }) => {
                temporary.persist(place).map(|_| ()).map_err(|error| error.error)
            }
            None => Ok(()),
        }
    }
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

/// Gives the file to the owner and the group that the old one had. Only an administrator can give
/// files away, and for everybody else the owner is mostly the same already; so a refusal is no error.
fn keep_owner(file: &File, old: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    #[cfg(not(unix))]
    let _ = (file, old);
}
