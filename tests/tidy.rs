//! The rules of the house, executed. Each failure says what to do.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use concsim::base::span::Source;
use concsim::ir::check::check;
use concsim::ir::lower::lower;
use concsim::syntax::ast::UnitKind;
use concsim::syntax::parse::parse;

/// The layers with their rows: a module uses its own layer and rows below it only.
const LAYERS: [(&str, u32); 14] = [
    ("base", 0),
    ("syntax", 1),
    ("machine", 1),
    ("trace", 1),
    ("ir", 2),
    ("compare", 2),
    ("analysis", 3),
    ("semantics", 3),
    ("observe", 4),
    ("engine", 5),
    ("explore", 5),
    ("grade", 6),
    ("export", 7),
    ("cli", 8),
];

/// What may be named only behind one door, and where that is.
const DOORS: [(&str, &[&str]); 17] = [
    ("rand_chacha", &["src/base/rng.rs"]),
    ("libm::", &["src/base/rng.rs"]),
    ("ariadne", &["src/cli/"]),
    ("unicode_width", &["src/cli/", "src/export/columns.rs"]),
    ("quick_xml", &["src/export/junit.rs"]),
    ("csv::", &["src/export/grade/gradebook.rs"]),
    ("clap", &["src/cli/"]),
    ("ctrlc", &["src/cli/"]),
    ("std::fs", &["src/cli/"]),
    ("std::env", &["src/cli/"]),
    ("std::process", &["src/cli/", "src/main.rs"]),
    ("println!", &["src/cli/"]),
    ("print!", &["src/cli/"]),
    ("dbg!", &[]),
    ("stdout()", &["src/cli/"]),
    ("stderr()", &["src/cli/"]),
    ("stdin()", &["src/cli/"]),
];

const LINES_MAX: usize = 500;

/// Names of modules that say nothing of what is in them.
const NAMELESS: [&str; 6] = ["util", "utils", "common", "helper", "helpers", "misc"];

/// Files that a rule of this house is about.
struct File {
    /// From the root of the repository, with `/`.
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of those extensions under a folder, or none if there is no such folder.
fn files(folder: &str, extensions: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted)))
        .map(|path| File {
            path: path
                .strip_prefix(root())
                .expect("it lies under the root")
                .to_string_lossy()
                .replace('\\', "/"),
            text: read(&path),
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() { collect(&path, paths) } else { paths.push(path) }
    }
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap_or_else(|_| panic!("{} is not UTF-8", path.display()))
}

fn sources() -> Vec<File> {
    let sources = files("src", &["rs"]);
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

/// The lines of code with their numbers; comments are left out.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let is_code = |(_, line): &(usize, &str)| !line.trim_start().starts_with("//");
    (1..).zip(file.text.lines()).filter(is_code)
}

/// Fails with all of them.
fn none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn row(layer: &str) -> Option<u32> {
    LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, row)| *row)
}

#[test]
fn layers_use_lower_rows_only() {
    let mut problems = Vec::new();
    for file in sources() {
        let own = file.path.split('/').nth(1).expect("it lies in src");
        let Some(own_row) = row(own) else { continue };
        for (number, line) in code(&file) {
            for after in line.split("crate::").skip(1) {
                let used: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let fine = used == own || row(&used).is_some_and(|row| row < own_row);
                if !fine && !line.contains("$crate") {
                    problems.push(format!(
                        "{}:{number}: `{own}` uses `{used}`: move what is shared to a lower layer, \
                         or write each path out",
                        file.path
                    ));
                }
            }
        }
    }
    none(problems);
}

#[test]
fn every_module_of_the_crate_has_a_row() {
    let declared = read(&root().join("src/lib.rs"));
    let modules = declared.lines().filter_map(|line| line.strip_prefix("pub mod "));
    let missing = modules.filter_map(|module| {
        let module = module.trim_end_matches(';');
        row(module)
            .is_none()
            .then(|| format!("src/lib.rs: `{module}` has no row: add it to LAYERS in tests/tidy.rs"))
    });
    none(missing.collect());
}

#[test]
fn modules_reach_up_one_level_at_most() {
    let climbs = |file: &File| {
        let own = file.path.clone();
        code(file)
            .filter(|(_, line)| line.contains("super::super"))
            .map(|(number, _)| format!("{own}:{number}: write the path from `crate::`"))
            .collect::<Vec<_>>()
    };
    none(sources().iter().flat_map(climbs).collect());
}

#[test]
fn each_door_is_the_only_one() {
    let mut problems = Vec::new();
    for file in sources() {
        for (number, line) in code(&file) {
            for (name, doors) in DOORS {
                let allowed = doors.iter().any(|door| file.path.starts_with(door));
                if names(line, name) && !allowed {
                    problems.push(format!("{}:{number}: `{name}` belongs to {doors:?} only", file.path));
                }
            }
        }
    }
    none(problems);
}

/// Whether a line has that name, not merely as the end of a longer one.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

#[test]
fn files_are_short() {
    let too_long = sources().into_iter().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LINES_MAX)
            .then(|| format!("{}: {lines} lines: split it by subject, {LINES_MAX} are the most", file.path))
    });
    none(too_long.collect());
}

#[test]
fn nothing_is_put_off() {
    // Put together here, so that this file does not have them.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("HA", "CK"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let mut problems = Vec::new();
    for folder in ["src", "tests", "examples", "benches", "docs", "grammar", ".ci"] {
        for file in files(folder, &["rs", "conc", "md", "pest", "run", "py"]) {
            for (number, line) in (1..).zip(file.text.lines()) {
                if let Some(word) = words.iter().find(|word| names(line, word)) {
                    problems.push(format!("{}:{number}: {word}: do it now or write an issue", file.path));
                }
            }
        }
    }
    none(problems);
}

#[test]
fn modules_are_named_for_what_they_hold() {
    let nameless = sources().into_iter().chain(files("tests", &["rs"])).filter_map(|file| {
        let parts = file.path.trim_end_matches(".rs").split('/');
        let word = parts.rev().find(|part| NAMELESS.contains(part))?;
        Some(format!("{}: `{word}` says nothing: name the module for what it holds", file.path))
    });
    none(nameless.collect());
}

#[test]
fn every_module_says_what_it_is() {
    let silent = sources().into_iter().chain(files("tests", &["rs"])).filter(|file| {
        let first = file.text.lines().next().unwrap_or_default();
        !first.starts_with("//!")
    });
    none(silent.map(|file| format!("{}: begin with a `//!` paragraph", file.path)).collect());
}

#[test]
fn every_example_tells_its_story() {
    let examples = files("examples", &["conc"]);
    assert!(!examples.is_empty(), "the examples were not found");
    let silent = examples.into_iter().filter(|file| !file.text.starts_with("# "));
    none(silent.map(|file| format!("{}: begin with a comment that says what it shows", file.path)).collect());
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let tests: String = files("tests", &["rs"]).into_iter().chain(sources()).map(|file| file.text).collect();
    let snapshots = files("snapshots", &["snap"]);
    assert!(!snapshots.is_empty(), "the snapshots were not found");
    let lost = snapshots.into_iter().filter_map(|file| {
        let name = file.path.trim_start_matches("snapshots/").trim_end_matches(".snap");
        (!tests.contains(&format!("\"{name}\"")))
            .then(|| format!("{}: no test has that name: delete it", file.path))
    });
    none(lost.collect());
}

#[test]
fn snapshots_hold_no_place_of_this_machine() {
    let bound = files("snapshots", &["snap"]).into_iter().filter(|file| {
        file.text.contains(env!("CARGO_MANIFEST_DIR")) || file.text.contains(env!("CARGO_PKG_VERSION"))
    });
    none(bound.map(|file| format!("{}: it holds a path or a version", file.path)).collect());
}

/// The blocks of a document that are marked as scripts, with the lines of their first lines.
fn fenced(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut open: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        match open {
            None if line.trim_end() == "```conc" => open = Some(index + 1),
            Some(first) if line.starts_with("```") => {
                let Range { start, end } = first..index;
                blocks.push((start + 1, lines[start..end].join("\n")));
                open = None;
            }
            None | Some(_) => {}
        }
    }
    blocks
}

#[test]
fn scripts_in_documents_are_right() {
    let mut documents = files("docs", &["md"]);
    // Half of the scripts of these pages are wrong on purpose; tests/explain.rs holds them.
    documents.retain(|file| !file.path.starts_with("docs/explain/"));
    documents.extend(files("", &["md"]).into_iter().filter(|file| !file.path.contains('/')));
    let mut problems = Vec::new();
    let mut whole = 0;
    for file in documents {
        for (line, text) in fenced(&file.text) {
            if !text.lines().any(|line| line.starts_with("main")) {
                continue;
            }
            whole += 1;
            problems.extend(
                mistakes(&text).map(|mistake| format!("{}:{line}: {mistake}: mend the script", file.path)),
            );
        }
    }
    assert!(whole > 0, "no document has a script");
    none(problems);
}

/// The first thing that is wrong with a script.
fn mistakes(text: &str) -> Option<String> {
    let source = Source::new("document.conc", text);
    let first = |diagnostics: &[_]| {
        let first: &concsim::base::diagnostic::Diagnostic = diagnostics.first()?;
        Some(format!("{} {}", first.code, first.message))
    };
    match parse(&source).whole() {
        Err(diagnostics) => first(&diagnostics),
        Ok(script) => first(&check(&script, &BTreeSet::new(), UnitKind::Thread))
            .or_else(|| lower(&script, &[]).err().and_then(|errors| first(&errors))),
    }
}
