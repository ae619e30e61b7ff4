//! The place of a file as a reference in the letters of a URI.

use std::ffi::OsStr;
use std::path::{Component, Path, Prefix};

/// A reference to that file: relative to the folder of the command if it lies there, absolute
/// (`file:///…`) otherwise. Standard input is `%3Cstdin%3E`.
pub(super) fn uri(path: &OsStr) -> String {
    if path == "-" {
        return encoded(b"<stdin>");
    }
    let path = Path::new(path);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.components().all(plain) {
        return joined(path);
    }
    // Links may be on the way, so what `..` leads to is asked of the system. A file that was read is there.
    let Ok(place) = path.canonicalize() else { return joined(path) };
    let folder = std::env::current_dir().and_then(|folder| folder.canonicalize());
    match folder.as_ref().map(|folder| place.strip_prefix(folder)) {
        Ok(Ok(inside)) => joined(inside),
        Ok(Err(_)) | Err(_) => format!("file:///{}", joined(&place)),
    }
}

/// The parts of a path with `/` between them.
fn joined(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(encoded(part.as_encoded_bytes())),
        Component::ParentDir => Some("..".to_string()),
        Component::Prefix(prefix) => match prefix.kind() {
            Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => Some(format!("{}:", char::from(letter))),
            Prefix::Verbatim(_) | Prefix::VerbatimUNC(..) | Prefix::DeviceNS(_) | Prefix::UNC(..) => {
                Some(encoded(prefix.as_os_str().as_encoded_bytes()))
            }
        },
        Component::RootDir | Component::CurDir => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// All but what may stand anywhere in a URI as `%` and two digits.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, want: &str) {
        assert_eq!(uri(OsStr::new(path)), want);
    }

    #[test]
    fn what_lies_here_is_relative_and_odd_letters_are_numbers() {
        check("bank.conc", "bank.conc");
        check("./a b/é:1%.conc", "a%20b/%C3%A9%3A1%25.conc");
        check("-", "%3Cstdin%3E");
    }

    #[test]
    fn what_the_system_finds_here_is_relative_too_and_the_rest_absolute() {
        let here = std::env::current_dir().unwrap();
        check("src/../src/main.rs", "src/main.rs");
        check(here.join("src/main.rs").to_str().unwrap(), "src/main.rs");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.conc");
        std::fs::write(&path, "").unwrap();
        let got = uri(path.as_os_str());
        assert!(got.starts_with("file:///") && got.ends_with("/x.conc"), "{got}");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(uri(OsStr::from_bytes(b"b\xff.conc")), "b%FF.conc");
    }
}
