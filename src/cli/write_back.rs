//! A script that was changed, written back to its file.

use std::io::{self, Read, Write};
use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::target::Target;

/// What some editors put in front of a text. Readers leave it out, so writers put it back.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Replaces the text of a file that is there. It happens in one moment: nobody sees half a file, and if
/// anything goes wrong, the old one is still there. Permissions, links and a byte order mark stay.
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
    let marked = has_mark(path)?;
    let (mut file, target) = Target::open(path)?;
    if marked {
        file.write_all(BYTE_ORDER_MARK)?;
    }
    file.write_all(text.as_bytes())?;
    // A script is somebody's work: it has to be on the disk before the old one goes.
    file.sync_all()?;
    target.settle()
}

fn has_mark(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut start)?;
    Ok(start == BYTE_ORDER_MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_new_and_a_byte_order_mark_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.conc");
        for (old, new) in [("old", "new text"), ("\u{feff}old", "\u{feff}new text")] {
            std::fs::write(&path, old).unwrap();
            write_back(&path, "new text").unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), new.as_bytes());
        }
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
