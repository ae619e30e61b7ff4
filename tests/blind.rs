//! The scripts in `tests/blind/` were written from the language page alone, before the checker was finished.
//!
//! They are right, so nothing may be said of them but that this version does not run all that they use. They
//! are never changed.

use concsim::analysis::analyse;
use concsim::base::diagnostic::Severity;
use concsim::base::span::Source;

fn scripts() -> Vec<Source> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blind");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "conc")).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read(path).expect("a script can be read");
        Source::new(path.display().to_string(), String::from_utf8(text).expect("a script is UTF-8"))
    };
    paths.iter().map(read).collect()
}

#[test]
fn a_script_that_keeps_to_the_language_page_has_no_mistakes() {
    let scripts = scripts();
    assert_eq!(scripts.len(), 20);
    let mut problems = Vec::new();
    for script in &scripts {
        for told in analyse(script, &[]).diagnostics {
            if told.code != "E900" || told.severity != Severity::Note {
                let line = script.line(told.primary.span);
                problems.push(format!("{}:{line}: {} {}", script.name, told.code, told.message));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
