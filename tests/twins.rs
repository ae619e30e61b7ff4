//! The pages on units and objects: each section has a script, the same program in Python, lines of a trace, and a
//! misuse with what is said of it. The scripts are run, the programs too where there is a Python, and all that the
//! pages quote is what the command prints.

use std::process::Command;

use concsim::syntax::ast::{ObjectKind, UnitKind};
use serde_json::Value;

const OBJECTS: &str = include_str!("../docs/objects.md");
const UNITS: &str = include_str!("../docs/units.md");

/// A section of a page: what stands under a heading, with its blocks.
struct Section {
    word: &'static str,
    blocks: Vec<Block>,
}

/// A fenced block of a section.
struct Block {
    /// What stands behind the three back-quotes.
    fence: &'static str,
    text: String,
    /// It stands under the heading of the misuse.
    is_misuse: bool,
}

impl Section {
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

fn sections(page: &'static str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut is_misuse = false;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { word: heading.trim_matches('`'), blocks: Vec::new() });
            is_misuse = false;
        } else if line.starts_with("### Misuse") {
            is_misuse = true;
        } else if let Some(fence) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            let block = Block { fence, text: text.collect(), is_misuse };
            sections.last_mut().expect("blocks stand in sections").blocks.push(block);
        }
    }
    sections
}

fn all() -> impl Iterator<Item = Section> {
    sections(OBJECTS).into_iter().chain(sections(UNITS))
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
fn output(section: &Section) -> Vec<String> {
    let (status, text) = printed("run --format json", &section.block("conc", false).text);
    assert_eq!(status, 0, "{}", section.word);
    let run: Value = serde_json::from_str(&text).expect("it is one document");
    assert_eq!(run["findings"], Value::Array(Vec::new()), "{}", section.word);
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
    for section in all() {
        let lines = output(&section);
        let twin = section.block("python", false);
        let since = twin.fence.split_once(" 3.").map(|(_, minor)| minor.parse().expect("it is a number"));
        match (version, since) {
            (None, _) => {}
            (Some((3, minor)), since) if since.is_none_or(|since| minor >= since) => {
                let printed = run_python(&[], &twin.text);
                assert_eq!(printed.lines().collect::<Vec<_>>(), lines, "{}", section.word);
            }
            (Some(_), _) => {
                run_python(&["-m", "py_compile"], &twin.text);
            }
        }
    }
}

#[test]
fn the_traces_that_the_pages_quote_are_printed() {
    for section in all() {
        let (_, trace) = printed("run", &section.block("conc", false).text);
        let quoted = &section.block("text", false).text;
        let lost: Vec<&str> =
            quoted.lines().filter(|line| !trace.lines().any(|other| other == *line)).collect();
        assert!(lost.is_empty(), "`{}`: {lost:#?}\nis not in\n{trace}", section.word);
        assert!(quoted.lines().count() > 1, "`{}`", section.word);
    }
}

/// A text in one line, without the frame around a finding.
fn flat(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !word.chars().all(|sign| "│─╯╰╭┬".contains(sign)));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_misuse_is_found_and_said_in_the_words_of_the_page() {
    for section in all() {
        let script = &section.block("conc", true).text;
        let (status, told) = printed("run --color never", script);
        assert_eq!(status, 0, "`{}` finds something that it does not expect:\n{told}", section.word);
        let said = &section.block("text", true).text;
        for line in said.lines() {
            assert!(flat(&told).contains(&flat(line)), "`{}`: {line}\nis not in\n{told}", section.word);
        }
        assert!(said.starts_with("error[") || said.starts_with("warning["), "`{}`", section.word);
    }
}

#[test]
fn the_scripts_of_the_pages_are_formatted() {
    for section in all() {
        for is_misuse in [false, true] {
            let (status, _) = printed("fmt --check", &section.block("conc", is_misuse).text);
            assert_eq!(status, 0, "`{}` (misuse: {is_misuse}): concsim fmt", section.word);
        }
    }
}

#[test]
fn every_kind_has_a_section() {
    let objects = ObjectKind::ALL.iter();
    let words: Vec<&str> = sections(OBJECTS).iter().map(|section| section.word).collect();
    let missing: Vec<&str> = objects.map(|kind| kind.word()).filter(|word| !words.contains(word)).collect();
    assert!(missing.is_empty(), "docs/objects.md has no section on {missing:?}");
    let units = UnitKind::ALL.iter();
    let words: Vec<&str> = sections(UNITS).iter().map(|section| section.word).collect();
    let missing: Vec<&str> = units.map(|kind| kind.word()).filter(|word| !words.contains(word)).collect();
    assert!(missing.is_empty(), "docs/units.md has no section on {missing:?}");
}
