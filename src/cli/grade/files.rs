//! Which files are graded, and under which names.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::base::printable::safe;
use crate::cli::failure::Failure;

/// A file to be graded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Submission {
    /// Its name in reports; no two have the same.
    pub(super) name: String,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// The files that the command line names, each once, sorted by their names. A folder stands for the scripts directly
/// in it, without links.
///
/// # Errors
///
/// If a folder can't be read, or has no script.
pub(super) fn submissions(named: &[OsString]) -> Result<Vec<Submission>, Failure> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for file in named {
        let path = Path::new(file);
        if path.is_dir() {
            let found = scripts(path).map_err(|error| {
                Failure::message(format!("can't read the folder {}: {error}", safe(&path.to_string_lossy())))
            })?;
            if found.is_empty() {
                return Err(Failure::Message {
                    text: format!("there is no script in the folder {}", safe(&path.to_string_lossy())),
                    help: Some("a folder stands for the `.conc` files directly in it".to_owned()),
                });
            }
            paths.extend(found);
        } else {
            paths.push(path.to_path_buf());
        }
    }
    paths.sort();
    paths.dedup();
    let mut files = with_names(paths);
    files.sort();
    Ok(files)
}

fn scripts(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        // The type of the entry itself: a link is none of a file.
        if entry.file_type()?.is_file() && entry.path().extension() == Some(OsStr::new("conc")) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Gives each file the last part of its path as a name; where several have the same, as many parts as tell them apart.
fn with_names(paths: Vec<PathBuf>) -> Vec<Submission> {
    let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in paths {
        groups.entry(last_parts(&path, 1)).or_default().push(path);
    }
    groups.into_iter().flat_map(|(name, paths)| named_apart(name, paths)).collect()
}

fn named_apart(name: String, paths: Vec<PathBuf>) -> Vec<Submission> {
    if let [path] = paths.as_slice() {
        return vec![Submission { name, path: path.clone() }];
    }
    let most = paths.iter().map(|path| path.components().count()).max().unwrap_or(1);
    let names = |parts: usize| paths.iter().map(|path| last_parts(path, parts)).collect::<Vec<String>>();
    let mut parts = 2;
    while parts < most && has_twins(names(parts)) {
        parts += 1;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let own = |(name, path): (String, &PathBuf)| {
        // Names that are no UTF-8 may look the same.
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        let name = if *times > 1 { format!("{name} #{times}") } else { name };
        Submission { name, path: path.clone() }
    };
    names(parts).into_iter().zip(&paths).map(own).collect()
}

fn has_twins(mut names: Vec<String>) -> bool {
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

fn last_parts(path: &Path, count: usize) -> String {
    let mut parts: Vec<_> =
        path.components().rev().take(count).map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.reverse();
    parts.join("/").replace("//", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Vec<String> {
        with_names(paths.iter().map(PathBuf::from).collect()).into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn a_name_has_as_much_of_the_path_as_tells_it_apart() {
        assert_eq!(names(&["a/bank.conc", "b/cafe.conc"]), ["bank.conc", "cafe.conc"]);
        assert_eq!(names(&["1/a/bank.conc", "1/b/bank.conc"]), ["a/bank.conc", "b/bank.conc"]);
        assert_eq!(names(&["1/a/x.conc", "2/a/x.conc"]), ["1/a/x.conc", "2/a/x.conc"]);
        assert_eq!(names(&["x.conc", "/x.conc"]), ["x.conc", "/x.conc"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_its_scripts_without_links_and_other_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.conc", "a.conc", "notes.txt"] {
            std::fs::write(folder.path().join(name), "main { pass }").unwrap();
        }
        std::fs::create_dir(folder.path().join("deep.conc")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.conc"), folder.path().join("link.conc")).unwrap();
        let named = [folder.path().as_os_str().to_owned(), folder.path().join("a.conc").into_os_string()];
        let found = submissions(&named).unwrap();
        assert_eq!(found.iter().map(|file| &*file.name).collect::<Vec<_>>(), ["a.conc", "b.conc"]);
        let empty = tempfile::tempdir().unwrap();
        assert!(submissions(&[empty.path().as_os_str().to_owned()]).is_err());
    }
}
