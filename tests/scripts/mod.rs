//! The scripts of a folder: what all test crates that read scripts share.

use concsim::base::span::Source;

/// All scripts in a folder of the repository and the folders in it, by name.
pub(crate) fn scripts_in(folder: &str) -> Vec<Source> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = String::from_utf8(std::fs::read(path).expect("a script can be read"))
                .expect("a script is UTF-8");
            let name = path.strip_prefix(&folder).expect("it lies in the folder").to_string_lossy();
            Source::new(name, text)
        })
        .collect()
}

fn collect(folder: &std::path::Path, paths: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "conc") {
            paths.push(path);
        }
    }
}
