//! The scripts in `tests/blind/` were written from the language page alone, before the checker was finished.
//!
//! They are right, so nothing may be refused in them, and few things may look suspicious. They are never changed.

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
        let name = path.file_name().expect("a script has a name").to_string_lossy();
        Source::new(name, String::from_utf8(text).expect("a script is UTF-8"))
    };
    paths.iter().map(read).collect()
}

#[test]
fn scripts_that_keep_to_the_language_page_have_no_mistakes_and_few_warnings() {
    let scripts = scripts();
    assert_eq!(scripts.len(), 20);
    let mut told_of = Vec::new();
    for script in &scripts {
        for told in analyse(script, &[]).diagnostics {
            if told.severity != Severity::Note {
                let line = script.line(told.primary.span);
                told_of.push(format!("{}:{line}: {}", script.name, told.code));
            }
        }
    }
    // Two units take two locks in opposite orders, which is what the first script is there to show; the other two
    // take and release by hand, which is what they are there to show.
    let want = [
        "deadlock_two_locks.conc:6: W102",
        "ping_pong_condition.conc:26: W109",
        "rlock_account.conc:36: W109",
    ];
    assert_eq!(told_of, want);
}
