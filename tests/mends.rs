//! Every mend that is marked sure does away with its mistake, and makes no new one.

use concsim::analysis::analyse;
use concsim::base::diagnostic::{Certainty, Diagnostic, Severity};
use concsim::base::mend::apply;
use concsim::base::span::Source;

/// The scripts of a folder, by name.
fn scripts() -> Vec<Source> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/check");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read(path).expect("a script can be read");
        let name = path.file_name().expect("it is a file").to_string_lossy();
        Source::new(name, String::from_utf8(text).expect("a script is UTF-8"))
    };
    paths.iter().map(read).collect()
}

/// What is wrong, as far as a change of the text leaves it alone.
fn told(source: &Source) -> Vec<(&'static str, String)> {
    let told = |found: Diagnostic| (found.code, found.message);
    analyse(source, &[])
        .diagnostics
        .into_iter()
        .filter(|found| found.severity == Severity::Error)
        .map(told)
        .collect()
}

#[test]
fn a_sure_mend_takes_its_mistake_away_and_makes_no_other() {
    let mut count = 0;
    let mut problems = Vec::new();
    for case in scripts() {
        let before = told(&case);
        for found in analyse(&case, &[]).diagnostics {
            if found.severity != Severity::Error {
                continue;
            }
            let Some(fix) = found.fix.filter(|fix| fix.certainty == Certainty::Sure) else { continue };
            count += 1;
            let after = told(&Source::new(case.name.clone(), apply(&case.text, [&fix])));
            if after.len() >= before.len() {
                problems.push(format!("{}: {} {} becomes {after:?}", case.name, found.code, found.message));
            }
        }
    }
    assert!(count >= 20, "only {count} mends are sure");
    assert!(problems.is_empty(), "{problems:#?}");
}
