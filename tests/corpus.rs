//! Every text that fuzzing has kept, tried again: what was mended once stays mended.
//!
//! `fuzz/README.md` says how the texts are found; what must hold of them stands in `fuzz/checks.rs`.

#[path = "../fuzz/checks.rs"]
mod checks;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// The files that are kept for a target, in order.
fn kept(target: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_fuzzing_has_kept_still_holds() {
    let mut broken = Vec::new();
    for (target, _) in checks::TARGETS {
        let paths = kept(target);
        assert!(paths.len() > 20, "{target}: only {} texts are kept", paths.len());
        for path in paths {
            let bytes = std::fs::read(&path).expect("a kept text can be read");
            let holds = catch_unwind(AssertUnwindSafe(|| checks::check(target, &bytes)));
            if !matches!(holds, Ok(true)) {
                broken.push(path.display().to_string());
            }
        }
    }
    assert!(broken.is_empty(), "these break their claims, see above:\n{}", broken.join("\n"));
}
