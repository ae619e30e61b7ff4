//! The pages on units and objects: each has a script, the same program in Python, lines of a trace, and a
//! misuse with what is said of it. The scripts are run, the programs too where there is a Python, and all that the
//! pages quote is what the command prints.

use std::path::Path;
use std::process::Command;

use concsim::ir::signature::{Receiver, can_be_entered, methods};
use concsim::syntax::ast::{ObjectKind, UnitKind};
use serde_json::Value;

/// A page on a kind, with its blocks.
struct Page {
    word: &'static str,
    blocks: Vec<Block>,
}

/// A fenced block of a page.
struct Block {
    /// What stands behind the three back-quotes.
    fence: String,
    text: String,
    /// It stands under the heading of the misuse.
    is_misuse: bool,
}

impl Page {
    /// The only block of that kind, above the misuse or under it.
    fn block(&self, fence: &str, is_misuse: bool) -> &Block {
        let blocks = self.blocks.iter().filter(|block| block.is_misuse == is_misuse);
        let found: Vec<&Block> =
            blocks.filter(|block| block.fence.split(' ').next() == Some(fence)).collect();
        let [block] = found[..] else {
            panic!("`{}` has {} blocks `{fence}` (misuse: {is_misuse})", self.word, found.len());
        };
        block
    }
}

/// The text of a file in `docs/`; empty if there is none.
fn text(path: &str) -> String {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(path));
    String::from_utf8(bytes.unwrap_or_default()).expect("our files are UTF-8")
}

/// The page of a folder on that kind.
fn page(folder: &str, word: &'static str) -> Page {
    let text = text(&format!("{folder}/{word}.md"));
    assert!(text.starts_with(&format!("# `{word}`\n")), "docs/{folder}/{word}.md is missing");
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_misuse = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            is_misuse = line == "## Misuse";
        } else if let Some(fence) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            blocks.push(Block { fence: fence.to_owned(), text: text.collect(), is_misuse });
        }
    }
    Page { word, blocks }
}

/// The kinds of objects and those of units, with the folders of their pages.
fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    let objects = ObjectKind::ALL.iter().map(|kind| ("objects", kind.word()));
    objects.chain(UnitKind::ALL.iter().map(|kind| ("units", kind.word())))
}

fn all() -> impl Iterator<Item = Page> {
    kinds().map(|(folder, word)| page(folder, word))
}

/// What the command prints of a script at a width of 100 columns, and its status.
fn printed(words: &str, script: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("there is room for a script");
    std::fs::write(folder.path().join("script.conc"), script).expect("there is room for a script");
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.args(words.split(' ')).arg("script.conc").current_dir(&folder);
    command.env("COLUMNS", "100").env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
    let output = command.output().expect("the command was built");
    let text = String::from_utf8(output.stdout).expect("output is text");
    (output.status.code().expect("it was not killed"), text)
}

/// The lines that a script prints.
fn output(page: &Page) -> Vec<String> {
    let (status, text) = printed("run --format json", &page.block("conc", false).text);
    assert_eq!(status, 0, "{}", page.word);
    let run: Value = serde_json::from_str(&text).expect("it is one document");
    assert_eq!(run["findings"], Value::Array(Vec::new()), "{}", page.word);
    let lines = run["output"].as_array().expect("it is a list");
    lines.iter().map(|line| line.as_str().expect("it is a line").to_owned()).collect()
}

/// The version of the Python that is there, if there is one.
fn python() -> Option<(u32, u32)> {
    let words = ["-c", "import sys; print(sys.version_info[0], sys.version_info[1])"];
    let output =
        Command::new("python3").args(words).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Standard output of a Python program.
fn run_python(words: &[&str], program: &str) -> String {
    let folder = tempfile::tempdir().expect("there is room for a program");
    let path = folder.path().join("program.py");
    std::fs::write(&path, program).expect("there is room for a program");
    let output = Command::new("python3").args(words).arg(&path).output().expect("there is a Python");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}\n{error}");
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn a_script_and_its_twin_in_python_print_the_same_lines() {
    // The pages were written with CPython 3.11.
    let version = python();
    for page in all() {
        let lines = output(&page);
        let twin = page.block("python", false);
        let since = twin.fence.split_once(" 3.").map(|(_, minor)| minor.parse().expect("it is a number"));
        match (version, since) {
            (None, _) => {}
            (Some((3, minor)), since) if since.is_none_or(|since| minor >= since) => {
                let printed = run_python(&[], &twin.text);
                assert_eq!(printed.lines().collect::<Vec<_>>(), lines, "{}", page.word);
            }
            (Some(_), _) => {
                run_python(&["-m", "py_compile"], &twin.text);
            }
        }
    }
}

#[test]
fn the_traces_that_the_pages_quote_are_printed() {
    for page in all() {
        let (_, trace) = printed("run", &page.block("conc", false).text);
        let quoted = &page.block("text", false).text;
        let lost: Vec<&str> =
            quoted.lines().filter(|line| !trace.lines().any(|other| other == *line)).collect();
        assert!(lost.is_empty(), "`{}`: {lost:#?}\nis not in\n{trace}", page.word);
        assert!(quoted.lines().count() > 1, "`{}`", page.word);
    }
}

/// A text in one line, without the frame around a finding.
fn flat(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !word.chars().all(|sign| "│─╯╰╭┬".contains(sign)));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_misuse_is_found_and_said_in_the_words_of_the_page() {
    for page in all() {
        let script = &page.block("conc", true).text;
        let (status, told) = printed("run --color never", script);
        assert_eq!(status, 0, "`{}` finds something that it does not expect:\n{told}", page.word);
        let said = &page.block("text", true).text;
        for line in said.lines() {
            assert!(flat(&told).contains(&flat(line)), "`{}`: {line}\nis not in\n{told}", page.word);
        }
        assert!(said.starts_with("error[") || said.starts_with("warning["), "`{}`", page.word);
    }
}

#[test]
fn the_scripts_of_the_pages_are_formatted() {
    for page in all() {
        for is_misuse in [false, true] {
            let (status, _) = printed("fmt --check", &page.block("conc", is_misuse).text);
            assert_eq!(status, 0, "`{}` (misuse: {is_misuse}): concsim fmt", page.word);
        }
    }
}

#[test]
fn the_lists_of_kinds_are_those_of_the_language() {
    for folder in ["objects", "units"] {
        let index = text(&format!("{folder}.md"));
        let listed: Vec<&str> = index.lines().filter_map(|line| line.strip_prefix("| [`")).collect();
        let of_folder = kinds().filter(|kind| kind.0 == folder).map(|(_, word)| word);
        let want: Vec<String> =
            of_folder.clone().map(|word| format!("{word}`]({folder}/{word}.md)")).collect();
        let got: Vec<&str> = listed.iter().filter_map(|row| row.split(" |").next()).collect();
        assert_eq!(got, want, "docs/{folder}.md");
        let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(folder));
        let pages = files.expect("the folder can be read").count();
        assert_eq!(pages, of_folder.count(), "docs/{folder}/ has pages on other things");
    }
}

/// What the page of a kind of object lists as its operations, without what they are of.
fn operations(kind: ObjectKind) -> Vec<String> {
    let page = text(&format!("objects/{}.md", kind.word()));
    let table = page.lines().skip_while(|line| !line.starts_with("| operation |")).skip(2);
    let cells = table.map_while(|row| row.strip_prefix("| ")).filter_map(|row| row.split(" | ").next());
    let code = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let code = code.map(|call| call.split_once('.').map_or(call, |(_, method)| method).to_owned());
    // The ends of a pipe are no methods.
    code.filter(|call| call != "left" && call != "right").collect()
}

#[test]
fn each_page_on_an_object_tells_what_each_of_its_operations_does() {
    for &kind in ObjectKind::ALL {
        let entered = can_be_entered(kind).then_some("with x { … }");
        let used = (kind == ObjectKind::Device).then_some("io … on x");
        let mut want: Vec<String> = entered.into_iter().chain(used).map(str::to_owned).collect();
        for method in methods(Receiver::Object(kind)) {
            let names: Vec<&str> = method.parameters.iter().map(|parameter| parameter.name).collect();
            want.push(format!("{}({})", method.name, names.join(", ")));
        }
        // The values that parameters have by themselves are those of the generated table.
        let bare = |call: String| {
            let Some((name, rest)) = call.split_once('(') else { return call };
            let parameters = rest.trim_end_matches(')').split(", ");
            let names: Vec<&str> = parameters.filter_map(|parameter| parameter.split('=').next()).collect();
            format!("{name}({})", names.join(", "))
        };
        let got: Vec<String> = operations(kind).into_iter().map(bare).collect();
        assert_eq!(got, want, "{}", kind.word());
    }
}
