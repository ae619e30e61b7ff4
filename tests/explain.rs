//! Holds the pages of `docs/explain/`: their shape, that the broken script of each gives its code and no
//! other, and that the mended one is right and runs.

mod pipeline;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use concsim::analysis::analyse;
use concsim::base::code::Code;
use concsim::base::span::Source;
use concsim::explore::{Caps, Options, Reduction, WitnessOrder, clock, explore};
use concsim::export::codes::every_code;
use concsim::export::python::program;
use concsim::observe::finding::Finding;
use concsim::observe::report::Report;
use concsim::trace::event::{Detail, Event, Names, Sink};
use concsim::{ir, machine};

use pipeline::{Given, prepare};

const LINES: std::ops::RangeInclusive<usize> = 20..=60;
const WIDTH_MAX: usize = 100;
/// Lines of a script: the broken one is to be read at a glance.
const SCRIPT_LINES_MAX: usize = 20;
const SECTIONS: [&str; 4] = ["Why", "Broken", "Mended", "In Python"];

fn codes() -> Vec<Code> {
    every_code().copied().collect()
}

/// A fenced block of a page.
#[derive(Debug)]
struct Block {
    /// What stands behind the three back-quotes.
    fence: String,
    text: String,
    /// The heading that it stands under.
    section: String,
}

impl Block {
    /// The script that is meant: with `times=N`, lines that end in `and so on` stand for N of them.
    fn script(&self) -> String {
        let times = self.fence.split(' ').find_map(|word| word.strip_prefix("times="));
        let times = times.map_or(1, |times| times.parse().expect("`times=` is a number"));
        let line = |line: &str| match line.trim_end().ends_with("and so on") {
            true => line.repeat(times),
            false => line.to_string(),
        };
        self.text.split_inclusive('\n').map(line).collect()
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut section = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.to_string();
        }
        if let Some(fence) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            blocks.push(Block { fence: fence.to_string(), text: text.collect(), section: section.clone() });
        }
    }
    blocks
}

/// The script under that heading.
fn script(code: &Code, section: &str) -> Source {
    let block = blocks(code.page).into_iter().find(|block| block.section == section);
    Source::new("page.conc", block.map_or(String::new(), |block| block.script()))
}

/// Fails with all that is wrong, a line each.
fn none(problems: impl IntoIterator<Item = (&'static str, String)>) {
    let lines: Vec<String> =
        problems.into_iter().map(|(code, problem)| format!("docs/explain/{code}.md: {problem}")).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

fn shape(code: &Code) -> Vec<String> {
    let page = code.page;
    let mut problems = Vec::new();
    let title = format!("# {}: {}", code.code, code.meaning);
    if page.lines().next() != Some(&title) {
        problems.push(format!("begin it with `{title}`"));
    }
    if page
        .lines()
        .nth(2)
        .is_none_or(|line| line.is_empty() || line.starts_with('#') || line.starts_with("```"))
    {
        problems.push("say under the title what the code is about".to_string());
    }
    let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    if sections != SECTIONS {
        problems.push(format!("give it the sections {SECTIONS:?}, in this order"));
    }
    if !LINES.contains(&page.lines().count()) {
        problems.push(format!("{} lines, write {LINES:?}", page.lines().count()));
    }
    // A word that is too long by itself, which one page is about, can't be broken.
    let is_unbreakable = |line: &str| line.split(' ').any(|word| word.chars().count() > WIDTH_MAX);
    let wide = page.lines().skip(1).filter(|line| line.chars().count() > WIDTH_MAX && !is_unbreakable(line));
    problems.extend(wide.map(|line| format!("break this line: {line}")));
    if page.contains("](") {
        problems.push("links can't be followed on a terminal: name what is meant".to_string());
    }
    problems.extend(blocks(page).iter().filter_map(misplaced));
    for section in ["Broken", "Mended"] {
        if blocks(page).iter().filter(|block| block.section == section).count() != 1 {
            problems.push(format!("put one script under `{section}`"));
        }
    }
    problems
}

/// What is wrong with a block where it stands.
fn misplaced(block: &Block) -> Option<String> {
    let (kinds, most): (&[&str], usize) = match block.section.as_str() {
        "Broken" | "Mended" => (&["conc"], SCRIPT_LINES_MAX),
        "In Python" => (&["python", "python broken", "text"], usize::MAX),
        _ => (&["text"], usize::MAX),
    };
    let fence = block.fence.split(" times=").next().unwrap_or_default();
    if !kinds.contains(&fence) {
        return Some(format!("under `{}` a block is one of {kinds:?}, not `{fence}`", block.section));
    }
    (block.text.lines().count() > most).then(|| format!("a script has at most {most} lines"))
}

#[test]
fn every_page_has_the_same_shape() {
    none(codes().iter().flat_map(|code| shape(code).into_iter().map(|problem| (code.code, problem))));
}

/// Nobody listens.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// A run, or what is wrong with the script.
fn run(source: &Source) -> Result<Report, Vec<String>> {
    let ready = prepare(source, &Given::NOTHING);
    let told = |diagnostic: &concsim::base::diagnostic::Diagnostic| {
        format!("{} {}", diagnostic.code, diagnostic.message)
    };
    ready.map(|ready| ready.run(&mut Deaf)).map_err(|wrong| wrong.iter().map(told).collect())
}

/// The kinds of findings that only an exploration reports.
const EXPLORED: [&str; 2] = ["D006", "D007"];

/// The codes of what an exploration finds.
fn explored(source: &Source) -> Vec<String> {
    let program = analyse(source, &[]).program.expect("the script of the page is right");
    let options = Options {
        max_states: Some(10_000),
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 1,
        first: false,
        reduction: Reduction::All,
        witness: WitnessOrder::Preemptions,
        respect_gil: false,
    };
    let exploration = explore(&program, &options, &mut |_| {}, &AtomicBool::new(false));
    assert!(exploration.complete, "a script of a page is small");
    let mut codes: Vec<String> =
        exploration.findings.iter().map(|found| found.finding.kind.code().to_string()).collect();
    codes.dedup();
    codes
}

/// The codes that a script gives, those of a run for a code of findings.
fn given(code: &Code, source: &Source) -> Vec<String> {
    if EXPLORED.contains(&code.code) {
        return explored(source);
    }
    let first_word = |told: String| told.split(' ').next().unwrap_or_default().to_string();
    if code.code.starts_with('D')
        || [machine::error::BAD_SETTING, ir::codes::NOT_IN_THIS_PYTHON].contains(&code.code)
    {
        return match run(source) {
            Ok(report) => report.findings.iter().map(|finding| finding.kind.code().to_string()).collect(),
            Err(wrong) => wrong.into_iter().map(first_word).collect(),
        };
    }
    let analysis = analyse(source, &[]);
    let mut diagnostics = analysis.diagnostics;
    if code.code == ir::codes::TIME_DECIDES {
        diagnostics.extend(analysis.program.iter().flat_map(clock::mistakes));
    }
    if code.code == ir::codes::NOT_IN_PYTHON
        && let Ok(ready) = prepare(source, &Given::NOTHING)
    {
        let refused = program(source, &analysis.script, &[], ready.program.terms).err();
        diagnostics.extend(refused.into_iter().flatten());
    }
    diagnostics.iter().map(|told| told.code.to_string()).collect()
}

#[test]
fn every_broken_script_gives_its_code_and_no_other() {
    none(codes().iter().filter_map(|code| {
        let mut given = given(code, &script(code, "Broken"));
        if !code.code.starts_with('D') {
            given.dedup();
        }
        (given != [code.code]).then(|| (code.code, format!("its broken script gives {given:?}")))
    }));
}

#[test]
fn every_mended_script_is_right_and_runs() {
    none(codes().iter().filter_map(|code| {
        let source = script(code, "Mended");
        // Where a mend takes two locks, say, a lint may speak; a page on a finding is about the run.
        let diagnostics = if code.code.starts_with('D') { vec![] } else { analyse(&source, &[]).diagnostics };
        let told: Vec<String> =
            diagnostics.iter().map(|wrong| format!("{} {}", wrong.code, wrong.message)).collect();
        if !told.is_empty() {
            return Some((code.code, format!("its mended script gives {told:?}")));
        }
        if EXPLORED.contains(&code.code) && !explored(&source).is_empty() {
            return Some((code.code, format!("exploring its mended script gives {:?}", explored(&source))));
        }
        let problem = match run(&source) {
            Err(wrong) => format!("its mended script gives {wrong:?}"),
            Ok(report) if is_success(&report) => return None,
            Ok(report) => format!("its mended script ends with {:?}: {:?}", report.outcome, report.findings),
        };
        Some((code.code, problem))
    }));
}

/// Whether a run found nothing, or just what its script expects.
fn is_success(report: &Report) -> bool {
    report.findings.iter().all(|finding: &Finding| finding.expected) && report.missing.is_empty()
}

#[test]
fn every_page_belongs_to_a_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/explain");
    let codes: BTreeSet<&str> = codes().iter().map(|code| code.code).collect();
    let mut problems = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let name = entry.expect("the folder can be read").file_name().to_string_lossy().into_owned();
        let Some(code) = name.strip_suffix(".md").filter(|name| *name != "README") else { continue };
        if !codes.contains(code) {
            problems.push(format!("{name} is a page of no code: delete it, or add its table to `GROUPS`"));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_index_lists_every_page() {
    let index = include_str!("../docs/explain/README.md");
    let row = |code: &Code| format!("| [{0}]({0}.md) | {1} |\n", code.code, code.meaning);
    let want: String = codes().iter().map(row).collect();
    let (_, rows) = index.split_once("| --- | --- |\n").expect("the index has a table");
    assert!(rows == want, "put these rows into the table of docs/explain/README.md:\n{want}");
}

fn concsim(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.env_remove("NO_COLOR").args(args).output().expect("the command was built")
}

/// What the command prints.
fn printed(args: &[&str]) -> String {
    let output = concsim(args);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    String::from_utf8(output.stdout).expect("output is text")
}

#[test]
fn the_command_lists_every_code_with_its_meaning() {
    let text = printed(&["explain"]);
    let rows = text.lines().filter_map(|line| line.strip_prefix("  "));
    let want: Vec<String> = codes().iter().map(|code| format!("{}  {}", code.code, code.meaning)).collect();
    assert_eq!(rows.collect::<Vec<_>>(), want, "add the table to GROUPS in src/cli/explain.rs");
}

#[test]
fn the_command_prints_a_page_without_its_marks() {
    let text = printed(&["explain", "e110"]);
    assert!(text.starts_with("E110: a name that is read is declared nowhere\n\n"), "{text}");
    assert!(text.contains("\nBroken\n\n    shared balance = 100\n\n    def withdraw(amount) {\n"), "{text}");
    assert!(!text.contains("```") && !text.contains("## ") && !text.contains('\u{1b}'), "{text}");
    let coloured = printed(&["explain", "E110", "--color", "always"]);
    assert!(coloured.contains("\u{1b}[1mBroken\u{1b}[0m\n"), "{coloured}");
    assert_eq!(printed(&["explain", "deadlock"]), printed(&["explain", "D001"]));
}

#[test]
fn what_the_command_does_not_know_is_wrong_usage() {
    let output = concsim(&["explain", "deadlok"]);
    let told = String::from_utf8(output.stderr).expect("messages are text");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    assert_eq!(
        told,
        "error: there is nothing to explain under `deadlok`\n  help: did you mean `deadlock`?\n"
    );
    assert_eq!(concsim(&["explain", "did you"]).status.code(), Some(2));
}
