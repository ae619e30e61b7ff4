//! A script that was changed, written back to its file.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::target::Target;

/// Replaces the text of a file that is there. It happens in one moment: nobody sees half a file, and if
/// anything goes wrong, the old one is still there. Permissions and links stay.
///
/// # Errors
///
/// If the file can't be written.
pub(super) fn write_back(path: &Path, text: &str) -> Result<(), Failure> {
    replace(path, text)
        .map_err(|error| Failure::message(format!("can't write {}: {error}", path.to_string_lossy())))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A pipe or a device is no place to which a text could come back.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    // The superuser could, but that is not what is meant by it.
    if path.metadata()?.permissions().readonly() {
        return Err(io::Error::other("the file is read-only"));
    }
    let (mut file, target) = Target::open(path)?;
    file.write_all(text.as_bytes())?;
    // A script is somebody's work: it has to be on the disk before the old one goes.
    file.sync_all()?;
    target.settle()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.conc");
        std::fs::write(&path, "old").unwrap();
        write_back(&path, "new text").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new text");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("bank.conc"), folder.path().join("link.conc"));
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).unwrap();
        symlink(&path, &link).unwrap();
        write_back(&link, "new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o750);
        assert!(link.is_symlink());
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let failure = write_back(&folder.path().join("nothing.conc"), "text").unwrap_err();
        assert!(matches!(failure, Failure::Message { text, .. } if text.contains("nothing.conc")));
        let failure = write_back(folder.path(), "text").unwrap_err();
        assert!(matches!(failure, Failure::Message { text, .. } if text.contains("no regular file")));
    }
}
