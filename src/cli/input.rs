//! Files on their way in: bounded, and with a clear word on each thing that can be wrong.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::base::span::Source;
use crate::cli::failure::Failure;

/// Bytes that a script or a machine file may have.
pub(super) const SIZE_MAX: u64 = 1 << 20;

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum InputError {
    #[error("there is no such file")]
    Missing,
    #[error("this is a directory")]
    Directory,
    #[error("permission denied")]
    Denied,
    #[error("larger than {} MiB, the most that concsim reads", .0 >> 20)]
    TooLarge(u64),
    #[error("not a text: line {line} has a NUL byte (byte {offset} of the file)")]
    Binary { line: usize, offset: usize },
    #[error("not UTF-8: line {line} has the byte 0x{byte:02x} (byte {offset} of the file)")]
    NotUtf8 { line: usize, offset: usize, byte: u8 },
    #[error("{0}")]
    Other(String),
}

impl InputError {
    fn of(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing
        } else if error.kind() == io::ErrorKind::IsADirectory {
            Self::Directory
        } else if error.kind() == io::ErrorKind::PermissionDenied {
            Self::Denied
        } else {
            Self::Other(error.to_string())
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NotUtf8 { .. } => Some("save it as UTF-8 in your editor".to_string()),
            Self::Missing
            | Self::Directory
            | Self::Denied
            | Self::TooLarge(_)
            | Self::Binary { .. }
            | Self::Other(_) => None,
        }
    }
}

/// A script, and what is left out of its text.
#[derive(Debug)]
pub(super) struct Text {
    /// The script.
    pub(super) source: Source,
    /// The file begins with a byte order mark.
    pub(super) marked: bool,
}

impl Text {
    /// What of the file is left out of the script's text.
    pub(super) const fn mark(&self) -> &'static str {
        if self.marked { "\u{feff}" } else { "" }
    }
}

/// Standard input can be read once only.
///
/// # Errors
///
/// If it stands among the files more than once.
pub(super) fn stdin_once(files: &[OsString]) -> Result<(), Failure> {
    match files.iter().filter(|file| *file == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::message("`-` is standard input and can be read once only")),
    }
}

/// The text of a file, `-` being standard input.
///
/// # Errors
///
/// If it can't be read, is too large or is no UTF-8 text.
pub(super) fn read(file: &OsStr) -> Result<Source, Failure> {
    read_text(file).map(|text| text.source)
}

/// The same for those who also want to know how the file begins.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_text(file: &OsStr) -> Result<Text, Failure> {
    read_most(file, SIZE_MAX)
}

/// The text of a file that may have so many bytes.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_long(file: &OsStr, most: u64) -> Result<Source, Failure> {
    read_most(file, most).map(|text| text.source)
}

/// What was read for something longer is as long as a script may be.
///
/// # Errors
///
/// If it is not.
pub(super) fn check_size(source: &Source, file: &OsStr) -> Result<(), Failure> {
    if source.text.len() as u64 <= SIZE_MAX {
        return Ok(());
    }
    Err(Failure::message(format!("can't read {}: {}", called(file), InputError::TooLarge(SIZE_MAX))))
}

/// A file as messages call it.
fn called(file: &OsStr) -> String {
    if file == "-" { "standard input".to_owned() } else { file.to_string_lossy().into_owned() }
}

fn read_most(file: &OsStr, most: u64) -> Result<Text, Failure> {
    let stdin = file == "-";
    let bytes = if stdin { read_bounded(io::stdin().lock(), most) } else { open(Path::new(file), most) };
    let (text, marked) = bytes.and_then(decode).map_err(|error| Failure::Message {
        text: format!("can't read {}: {error}", called(file)),
        help: error.help(),
    })?;
    let name = Path::new(file).file_name().unwrap_or(file).to_string_lossy();
    Ok(Text { source: Source::new(if stdin { "<stdin>" } else { &*name }, text), marked })
}

/// The text of a regular file under a name of its own, or what is wrong with it, in a sentence. Nothing else is
/// opened: to open a pipe is to wait for somebody who writes to it.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_regular(path: &Path, name: &str) -> Result<Source, String> {
    let metadata = path.metadata().map_err(|error| InputError::of(&error).to_string())?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err("this is no regular file".to_string());
    }
    let read = open(path, SIZE_MAX).and_then(decode).map_err(|error| error.to_string());
    read.map(|(text, _)| Source::new(name, text))
}

fn open(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let file = File::open(path).map_err(|error| InputError::of(&error))?;
    // Some systems open directories and fail only at the first read.
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(InputError::Directory);
    }
    read_bounded(file, most)
}

/// All there is, unless that is too much; of what never ends it reads one byte more than that.
fn read_bounded(input: impl Read, most: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes).map_err(|error| InputError::of(&error))?;
    if bytes.len() as u64 > most { Err(InputError::TooLarge(most)) } else { Ok(bytes) }
}

/// The bytes as text, without the byte order mark that some editors put in front, and whether there was one.
fn decode(bytes: Vec<u8>) -> Result<(String, bool), InputError> {
    let line = |bytes: &[u8]| 1 + bytes.iter().filter(|&&byte| byte == b'\n').count();
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        InputError::NotUtf8 { line: line(&bytes[..offset]), offset, byte: bytes[offset] }
    })?;
    match text.find('\0') {
        Some(offset) => Err(InputError::Binary { line: line(&text.as_bytes()[..offset]), offset }),
        None => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_string(), true),
            None => (text, false),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_and_an_error_says_where_it_is_not() {
        assert_eq!(decode(b"\xef\xbb\xbfmain {}".to_vec()), Ok(("main {}".to_string(), true)));
        let error = decode(b"a\nb\xe9c".to_vec()).unwrap_err();
        assert_eq!(error, InputError::NotUtf8 { line: 2, offset: 3, byte: 0xe9 });
        assert_eq!(error.to_string(), "not UTF-8: line 2 has the byte 0xe9 (byte 3 of the file)");
        assert_eq!(decode(b"\n\n\0".to_vec()), Err(InputError::Binary { line: 3, offset: 2 }));
    }

    #[test]
    fn what_is_too_large_or_never_ends_is_refused() {
        assert_eq!(read_bounded(io::repeat(b'x'), SIZE_MAX), Err(InputError::TooLarge(SIZE_MAX)));
        assert_eq!(
            read_bounded(io::repeat(b'x').take(SIZE_MAX), SIZE_MAX).map(|bytes| bytes.len() as u64),
            Ok(SIZE_MAX)
        );
    }

    #[test]
    fn what_is_no_file_has_its_own_message() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(open(folder.path(), SIZE_MAX), Err(InputError::Directory));
        assert_eq!(open(&folder.path().join("nothing.conc"), SIZE_MAX), Err(InputError::Missing));
    }

    #[test]
    fn a_source_is_named_by_its_file_without_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.conc");
        std::fs::write(&path, "main {}").unwrap();
        let source = read(path.as_os_str()).unwrap();
        assert_eq!((source.name.as_str(), source.text.as_str()), ("bank.conc", "main {}"));
    }
}
