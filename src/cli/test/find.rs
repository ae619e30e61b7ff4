//! Which scripts there are, and which goldens each of them has.
//!
//! A golden of `bank.conc` stands beside it and is called `bank.trace` or `bank.ANYTHING.trace`. If there is a
//! `bank.ANYTHING.conc`, too, the golden is that one's.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// A script that is to be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Where it is.
    pub(super) path: PathBuf,
    /// It was named by itself, and not found in a folder.
    pub(super) named: bool,
    /// Its goldens, in the order of their names.
    pub(super) goldens: Vec<PathBuf>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each once, in the order of their paths.
    pub(super) scripts: Vec<Candidate>,
    /// Traces in the folders that were searched, beside which there is no script that they could belong to.
    pub(super) strays: Vec<PathBuf>,
    /// What can't be looked into, and why.
    pub(super) closed: Vec<(PathBuf, String)>,
}

/// Looks for scripts and their goldens.
pub(super) fn find(paths: &[OsString]) -> Found {
    let here = [OsString::from(".")];
    let mut search = Search::default();
    for path in if paths.is_empty() { &here } else { paths } {
        search.look_at(Path::new(path));
    }
    search.finish()
}

/// The path as people read it, with `/`, and without a `./` in front.
pub(super) fn shown(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let path: PathBuf = parts.collect();
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// A search under way.
#[derive(Debug, Default)]
struct Search {
    /// Scripts by their true places, with the paths that led there and whether they were named.
    scripts: BTreeMap<PathBuf, (PathBuf, bool)>,
    folders: Vec<PathBuf>,
    closed: Vec<(PathBuf, String)>,
}

impl Search {
    fn look_at(&mut self, path: &Path) {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => self.look_into(path),
            Ok(_) if extension(path, "trace") => {
                self.closed
                    .push((path.to_path_buf(), "this is a trace and no script; name its script".to_owned()));
            }
            Ok(_) => self.add(path, true),
            Err(error) => self.closed.push((path.to_path_buf(), why(&error))),
        }
    }

    /// Links are not followed, so that nothing outside is tested, and nothing twice.
    fn look_into(&mut self, folder: &Path) {
        let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_wanted);
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => self.folders.push(entry.into_path()),
                Ok(entry) if entry.file_type().is_file() && extension(entry.path(), "conc") => {
                    self.add(entry.path(), false);
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_path_buf();
                    let why = error.io_error().map_or_else(|| "it can't be read".to_owned(), why);
                    self.closed.push((path, why));
                }
            }
        }
    }

    fn add(&mut self, path: &Path, named: bool) {
        let place = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        self.scripts.entry(place).or_insert_with(|| (path.to_path_buf(), named)).1 |= named;
    }

    fn finish(self) -> Found {
        let mut listings = BTreeMap::new();
        let mut scripts: Vec<Candidate> = Vec::new();
        for (path, named) in self.scripts.into_values() {
            let folder = folder(&path);
            let listing = listings.entry(folder.clone()).or_insert_with(|| Listing::of(&folder));
            let goldens = path.file_stem().map_or(Vec::new(), |stem| listing.goldens(stem));
            let goldens = goldens.into_iter().map(|golden| folder.join(golden)).collect();
            scripts.push(Candidate { path, named, goldens });
        }
        scripts.sort_by(|one, other| one.path.cmp(&other.path));
        let mut strays: Vec<PathBuf> = Vec::new();
        for folder in &self.folders {
            let listing = listings.entry(folder.clone()).or_insert_with(|| Listing::of(folder));
            strays.extend(listing.strays().into_iter().map(|trace| folder.join(trace)));
        }
        strays.sort();
        strays.dedup();
        Found { scripts, strays, closed: self.closed }
    }
}

/// Neither hidden nor a folder of what was built; what was named is taken whatever it is called.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    entry.depth() == 0 || !(name.starts_with(b".") || (entry.file_type().is_dir() && name == b"target"))
}

fn extension(path: &Path, wanted: &str) -> bool {
    path.extension() == Some(OsStr::new(wanted))
}

fn folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or_else(|| Path::new("")).to_path_buf()
}

fn why(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "there is no such file or folder".to_owned()
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else {
        error.to_string()
    }
}

/// The scripts and traces of a folder, in order.
#[derive(Debug, Default)]
struct Listing {
    /// Names of scripts without `.conc`.
    stems: Vec<OsString>,
    traces: Vec<OsString>,
}

impl Listing {
    /// What can be seen; a folder that can't be listed has nothing.
    fn of(folder: &Path) -> Self {
        let place = if folder == Path::new("") { Path::new(".") } else { folder };
        let entries = place.read_dir().into_iter().flatten().flatten();
        let mut listing = Self::default();
        for name in entries.map(|entry| entry.file_name()) {
            let path = Path::new(&name);
            if extension(path, "conc") {
                listing.stems.extend(path.file_stem().map(OsStr::to_os_string));
            } else if extension(path, "trace") {
                listing.traces.push(name);
            }
        }
        listing.stems.sort();
        listing.traces.sort();
        listing
    }

    /// The goldens of the script of that name, which may have another extension than `.conc`.
    fn goldens(&self, stem: &OsStr) -> Vec<OsString> {
        let is_own = |trace: &&OsString| {
            let longer = |other: &&OsString| other.len() > stem.len() && belongs(trace, other);
            belongs(trace, stem) && !self.stems.iter().any(|other| longer(&other))
        };
        self.traces.iter().filter(is_own).cloned().collect()
    }

    /// Traces that belong to no script.
    fn strays(&self) -> Vec<OsString> {
        let is_stray = |trace: &&OsString| !self.stems.iter().any(|stem| belongs(trace, stem));
        self.traces.iter().filter(is_stray).cloned().collect()
    }
}

/// Whether a trace is called like a script, with or without a name of its own behind that.
fn belongs(trace: &OsStr, stem: &OsStr) -> bool {
    let rest = trace.as_encoded_bytes().strip_prefix(stem.as_encoded_bytes());
    rest.is_some_and(|rest| rest.starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files; those that end in `/` are folders.
    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn found(root: &Path, paths: &[&str]) -> Found {
        find(&paths.iter().map(|path| root.join(path).into_os_string()).collect::<Vec<_>>())
    }

    /// The scripts with their goldens, as seen from the root.
    fn told(root: &Path, found: &Found) -> Vec<String> {
        let inside = |path: &Path| shown(path.strip_prefix(root).unwrap());
        let told = |script: &Candidate| {
            let goldens: Vec<String> = script.goldens.iter().map(|golden| inside(golden)).collect();
            format!("{} {}", inside(&script.path), goldens.join(" ")).trim_end().to_owned()
        };
        found.scripts.iter().map(told).collect()
    }

    #[test]
    fn folders_are_searched_in_order_but_for_hidden_ones_and_what_was_built() {
        let files =
            ["b.conc", "a.conc", "sub/c.conc", ".git/x.conc", "target/y.conc", "sub/.z.conc", "d.txt"];
        let folder = folder_with(&files);
        let found = found(folder.path(), &[""]);
        assert_eq!(told(folder.path(), &found), ["a.conc", "b.conc", "sub/c.conc"]);
        assert!(found.scripts.iter().all(|script| !script.named));
    }

    #[test]
    fn a_script_is_tested_once_however_often_it_is_named() {
        let folder = folder_with(&["a.conc", "sub/c.conc", ".hidden.conc"]);
        let found = found(folder.path(), &["sub", "", "sub/../a.conc", ".hidden.conc"]);
        let names: Vec<(String, bool)> = found
            .scripts
            .iter()
            .map(|script| (shown(Path::new(script.path.file_name().unwrap())), script.named))
            .collect();
        assert_eq!(
            names,
            [(".hidden.conc".to_owned(), true), ("a.conc".to_owned(), true), ("c.conc".to_owned(), false)]
        );
    }

    #[test]
    fn goldens_are_called_like_their_script() {
        let files = [
            "bank.conc",
            "bank.io.conc",
            "bank.trace",
            "bank.io.trace",
            "bank.io.x.trace",
            "bank.b.trace",
            "banker.trace",
        ];
        let folder = folder_with(&files);
        let found = found(folder.path(), &[""]);
        let want = ["bank.conc bank.b.trace bank.trace", "bank.io.conc bank.io.trace bank.io.x.trace"];
        assert_eq!(told(folder.path(), &found), want);
        assert_eq!(found.strays, [folder.path().join("banker.trace")]);
    }

    #[test]
    fn what_is_not_there_or_no_script_is_told() {
        let folder = folder_with(&["a.trace"]);
        let found = found(folder.path(), &["a.trace", "nothing.conc"]);
        let why: Vec<&str> = found.closed.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(
            why,
            ["this is a trace and no script; name its script", "there is no such file or folder"]
        );
        assert!(found.scripts.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_folder_are_not_followed() {
        let outside = folder_with(&["x.conc"]);
        let folder = folder_with(&["a.conc"]);
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("round")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("x.conc"), folder.path().join("x.conc")).unwrap();
        assert_eq!(told(folder.path(), &found(folder.path(), &[""])), ["a.conc"]);
    }
}
