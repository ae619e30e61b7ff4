//! Holds the pages of `docs/` and the README to the code that they describe.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::process::{Command, Output};

use concsim::base::diagnostic::Severity;
use concsim::base::id::{CellId, ObjectId, PlaceId, RegionId, UnitId};
use concsim::base::time::{SimDuration, SimTime};
use concsim::observe::finding::{Cause, FindingKind};
use concsim::trace::event::{Detail, Event, EventKind, Leave, Names, Sink};
use concsim::trace::text::TextTrace;
use concsim::{analysis, ir, machine, syntax};

const README: &str = include_str!("../README.md");
const CLI: &str = include_str!("../docs/cli.md");
const DIAGNOSTICS: &str = include_str!("../docs/diagnostics.md");
const FINDINGS: &str = include_str!("../docs/findings.md");
const REVIEW: &str = include_str!("../docs/review.md");
const TRACES: &str = include_str!("../docs/traces.md");

/// The cells of the table whose heading row begins with this text.
fn table(page: &'static str, heading: &str) -> Vec<Vec<&'static str>> {
    let from_heading = page.lines().skip_while(|line| !line.starts_with(heading));
    let rows = from_heading.skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &'static str| row.trim_matches('|').split(" |").map(str::trim).collect();
    let table: Vec<Vec<&str>> = rows.map(cells).collect();
    assert!(!table.is_empty(), "the page has no table `{heading}`");
    table
}

/// The text between the back-quotes of a cell, if it has any.
fn quoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// The variants of an enum in a source text, in order.
fn variants(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("pub enum {name} {{")).expect("the source has this enum");
    let body = source[start..].lines().skip(1).take_while(|line| *line != "}");
    let variant = |line: &str| line.trim().split([' ', ',']).next().unwrap_or_default().to_owned();
    body.map(variant).filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase())).collect()
}

/// The name of the variant of a value.
fn variant(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn concsim(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().expect("the command was built")
}

/// The names that the table of event words uses.
struct Example;

impl Names for Example {
    fn unit(&self, unit: UnitId) -> String {
        if unit.0 == 0 { "main".to_owned() } else { "transfer.1".to_owned() }
    }

    fn object(&self, _: ObjectId) -> Cow<'_, str> {
        "savings".into()
    }

    fn cell(&self, _: CellId) -> Cow<'_, str> {
        "total".into()
    }

    fn region(&self, _: RegionId) -> &str {
        "critical"
    }

    fn place(&self, _: PlaceId) -> &str {
        unreachable!("no event of the table has a place")
    }
}

/// One event for each row of the table, in the order of `EventKind`.
fn examples() -> Vec<EventKind> {
    let (unit, object, cell, region) = (UnitId(1), ObjectId(0), CellId(0), RegionId(0));
    let (length, text) = (SimDuration::ms(2), String::from);
    vec![
        EventKind::Spawn { child: unit },
        EventKind::Start,
        EventKind::End,
        EventKind::Killed,
        EventKind::Cancelled,
        EventKind::Fail { exception: text("ValueError: text") },
        EventKind::Acquire { object },
        EventKind::Wait { object, holder: Some(unit) },
        EventKind::Wait { object, holder: None },
        EventKind::WaitEnd { unit },
        EventKind::WaitWhen,
        EventKind::Timeout { object },
        EventKind::TimeoutEnd { unit },
        EventKind::TimeoutBlock,
        EventKind::Cancel { unit },
        EventKind::Refused { object },
        EventKind::Release { object },
        EventKind::Set { object },
        EventKind::Clear { object },
        EventKind::Pass { object },
        EventKind::Notify { object, unit: Some(unit) },
        EventKind::Notify { object, unit: None },
        EventKind::Arrive { object, index: 2 },
        EventKind::Break { object },
        EventKind::Reset { object },
        EventKind::Put { object, item: text("1") },
        EventKind::Lose { object, item: text("1"), exception: Some(text("TypeError: text")) },
        EventKind::Lose { object, item: text("1"), exception: None },
        EventKind::Get { object, item: text("1") },
        EventKind::TaskDone { object, left: 3 },
        EventKind::ShutDown { object },
        EventKind::Send { object, item: text("1") },
        EventKind::Receive { object, item: text("1") },
        EventKind::Close { object },
        EventKind::Join { unit },
        EventKind::Read { cell, value: text("1") },
        EventKind::Write { cell, value: text("2") },
        EventKind::Print { text: text("some text") },
        EventKind::Enter { region },
        EventKind::Leave { region },
        EventKind::Choose { value: text("3") },
        EventKind::Raise { exception: text("ValueError: text") },
        EventKind::On,
        EventKind::Off { why: Leave::Blocked },
        EventKind::Off { why: Leave::Gil },
        EventKind::Off { why: Leave::Quantum },
        EventKind::Off { why: Leave::Preempted },
        EventKind::Off { why: Leave::Turn },
        EventKind::Off { why: Leave::Ended },
        EventKind::Compute { length: SimDuration::ms(5), nogil: false },
        EventKind::Compute { length: SimDuration::ms(5), nogil: true },
        EventKind::Io { length },
        EventKind::Sleep { length },
        EventKind::Wake,
        EventKind::Resume,
        EventKind::GilWait { holder: Some(unit) },
        EventKind::GilWait { holder: None },
        EventKind::GilTake,
        EventKind::GilDrop { forced: false },
        EventKind::GilDrop { forced: true },
        EventKind::GilRequest { holder: unit },
    ]
}

/// Word, detail and least detail of the trace, as the table gives them.
fn row_of(kind: EventKind) -> Vec<String> {
    let level = if kind.detail() == Detail::Sync { "sync" } else { "sched" };
    let event = Event { at: SimTime::ZERO, unit: UnitId(0), core: Some(1), site: None, kind };
    let mut out = Vec::new();
    let mut trace = TextTrace::new(&mut out, Detail::Sched, &[] as &[&str]);
    assert_eq!(trace.event(&event, &Example), ControlFlow::Continue(()));
    trace.finish(&[] as &[&str]).expect("a vector takes everything");
    drop(trace);
    let line =
        String::from_utf8(out).expect("traces are ASCII").lines().last().unwrap_or_default().to_owned();
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let quoted = |cell: Option<&&str>| cell.map_or_else(String::new, |cell| format!("`{cell}`"));
    vec![quoted(cells.get(2)), quoted(cells.get(3)), level.to_owned()]
}

#[test]
fn the_table_of_event_words_is_that_of_the_code() {
    let mut shown: Vec<String> = examples().iter().map(variant).collect();
    shown.dedup();
    assert_eq!(shown, variants(include_str!("../src/trace/event.rs"), "EventKind"));
    let mut reasons: Vec<String> = Vec::new();
    for kind in examples() {
        if let EventKind::Off { why } = kind {
            reasons.push(variant(&why));
        }
    }
    assert_eq!(reasons, variants(include_str!("../src/trace/event.rs"), "Leave"));
    let want: Vec<Vec<String>> = examples().into_iter().map(row_of).collect();
    let got: Vec<_> = table(TRACES, "| word |").iter().map(|row| row[..3].to_vec()).collect();
    assert_eq!(got, want);
}

#[test]
fn the_table_of_findings_is_that_of_the_code() {
    let severity = |kind: &FindingKind| match kind.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let row = |kind: &FindingKind| vec![kind.code(), kind.word(), severity(kind)];
    let want: Vec<Vec<&str>> = FindingKind::ALL.iter().map(row).collect();
    let table = table(FINDINGS, "| code |");
    let got: Vec<Vec<&str>> =
        table.iter().map(|row| row[..3].iter().map(|cell| quoted(cell)).collect()).collect();
    assert_eq!(got, want);
}

#[test]
fn the_table_of_causes_is_that_of_the_code() {
    let causes = [
        Cause::Cycle,
        Cause::Itself,
        Cause::HolderEnded,
        Cause::LostSignal,
        Cause::Queue,
        Cause::Pipe,
        Cause::Barrier,
        Cause::Join,
    ];
    let names: Vec<String> = causes.iter().map(variant).collect();
    assert_eq!(names, variants(include_str!("../src/observe/finding.rs"), "Cause"));
    let word = |cause: &Cause| serde_json::to_string(cause).expect("a cause is a word").replace('"', "`");
    let got: Vec<&str> = table(FINDINGS, "| cause |").iter().map(|row| row[0]).collect();
    assert_eq!(got, causes.iter().map(word).collect::<Vec<_>>());
}

#[test]
fn the_table_of_codes_is_that_of_the_code() {
    let tables = [syntax::code::ALL, ir::codes::ALL, machine::error::ALL, analysis::codes::ALL];
    let mut want: Vec<(&str, &str)> =
        tables.into_iter().flatten().map(|code| (code.code, code.meaning)).collect();
    want.sort_unstable();
    let got: Vec<(&str, &str)> = table(DIAGNOSTICS, "| code |").iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(got, want);
}

/// The long options that a help text lists.
fn options(help: &str) -> Vec<String> {
    let listed = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let long = listed.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")));
    long.filter(|option| *option != "--help").map(str::to_owned).collect()
}

#[test]
fn every_option_stands_on_the_page_of_the_command_and_no_other() {
    let commands = [
        "run",
        "explore",
        "compare",
        "diff",
        "show",
        "grade",
        "rubric check",
        "check",
        "test",
        "fix",
        "runtimes",
        "machines",
        "fmt",
        "export python",
        "ir",
        "explain",
    ];
    for command in commands {
        let heading = format!("| option of `{command}` |");
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = String::from_utf8(concsim(&words).stdout).expect("help is text");
        let named = |row: &Vec<&'static str>| {
            let long = row[0].split(['`', ' ', ',']).find(|word| word.starts_with("--"));
            long.expect("each row begins with an option").to_owned()
        };
        let page: Vec<String> = table(CLI, &heading).iter().map(named).collect();
        assert_eq!(page, options(&help), "{command}");
    }
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_command_stands_on_the_page_and_in_the_readme_and_no_other() {
    let help = String::from_utf8(concsim(&["--help"]).stdout).expect("help is text");
    let word = |row: &Vec<&'static str>| {
        quoted(row[0]).split(' ').nth(1).expect("each row begins with a command").to_owned()
    };
    for page in [CLI, README] {
        let listed: Vec<String> = table(page, "| command |").iter().map(word).collect();
        assert_eq!(listed, commands(&help));
    }
    for command in commands(&help) {
        assert!(CLI.contains(&format!("\n## concsim {command}\n")), "`{command}` has no section");
    }
}

/// The keys of a document, those of its parts behind the names of the parts: `files[].script`.
fn keys(value: &serde_json::Value, place: &str, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                let key = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                into.push(key.clone());
                keys(value, &key, into);
            }
        }
        serde_json::Value::Array(entries) => {
            entries.iter().for_each(|entry| keys(entry, &format!("{place}[]"), into));
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// The document of that schema that the page shows.
fn shown_document(schema: &str) -> serde_json::Value {
    let shown =
        CLI.split("```json\n").find(|block| block.contains(&format!("\"{schema}"))).expect("it is shown");
    let shown = shown.split("```").next().expect("a block has an end");
    serde_json::from_str(shown).expect("it is one document")
}

#[test]
fn the_document_of_a_check_that_the_page_shows_has_all_that_the_page_explains() {
    explains(&shown_document("concsim.check/"), "| field of `concsim.check/1` |");
}

#[test]
fn the_document_of_a_comparison_has_the_keys_that_the_page_shows_and_explains() {
    let shown = shown_document("concsim.diff/");
    explains(&shown, "| field of `concsim.diff/1` |");
    let output = concsim(&["diff", "examples/bank.conc", "examples/bank_compute.conc", "--format", "json"]);
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is one document");
    let (mut known, mut found) = (Vec::new(), Vec::new());
    keys(&shown, "", &mut known);
    keys(&printed, "", &mut found);
    let of_events = |key: &String| key.starts_with("parting.before[]") || key.starts_with("parting.after[]");
    let unknown: Vec<&String> = found.iter().filter(|key| !of_events(key) && !known.contains(key)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Holds the table of fields to the document that the page shows.
fn explains(shown: &serde_json::Value, heading: &str) {
    let mut want = Vec::new();
    keys(shown, "", &mut want);
    let rows = table(CLI, heading);
    let names = rows.iter().flat_map(|row| row[0].split(", ").map(quoted));
    let explained: Vec<&str> = names.collect();
    want.sort();
    want.dedup();
    let unexplained: Vec<&String> = want.iter().filter(|key| !explained.contains(&key.as_str())).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    let unknown: Vec<&&str> =
        explained.iter().filter(|key| !want.iter().any(|known| known == *key)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_field_of_the_document_of_a_grading_is_explained() {
    let page = include_str!("../docs/grading_outputs.md");
    let golden = include_str!("../snapshots/grade-document.snap");
    let shown = golden.splitn(3, "---\n").nth(2).expect("a snapshot has a head");
    let mut fields = Vec::new();
    keys(&serde_json::from_str(shown).expect("it is one document"), "", &mut fields);
    // The mistakes of scripts are those of another document.
    fields.retain(|field| !field.starts_with("submissions[].diagnostics[]"));
    let rows = table(page, "| field of `concsim.grade/1` |");
    let said = rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>().join(" ");
    let is_unexplained = |field: &&String| {
        let last = field.rsplit('.').next().unwrap_or(field);
        !said.contains(&format!("`{field}`")) && !said.contains(&format!("`{last}`"))
    };
    let unexplained: Vec<&String> = fields.iter().filter(is_unexplained).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}

/// What stands in the page's first block that begins with this line, without that line.
fn block<'a>(page: &'a str, first: &str) -> &'a str {
    let start = page.find(&format!("```text\n{first}\n")).expect("the page has this block");
    let text = &page[start + "```text\n".len() + first.len() + 1..];
    &text[..text.find("```").expect("a block has an end")]
}

#[test]
fn the_run_that_the_readme_shows_is_what_the_command_prints() {
    let shown = block(README, "$ concsim run examples/bank.conc --color never");
    let output = concsim(&["run", "examples/bank.conc", "--color", "never"]);
    assert_eq!(shown, String::from_utf8(output.stdout).expect("output is text"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_picture_that_the_readme_shows_is_what_the_command_draws() {
    let folder = tempfile::tempdir().expect("there is room for a picture");
    let path = folder.path().join("lanes.svg");
    let path = path.to_str().expect("the path is text");
    concsim(&["run", "-q", "examples/computing_threads.conc", "--svg", path]);
    let drawn = std::fs::read(path).expect("the picture was drawn");
    let shown = include_bytes!("../docs/computing_threads.svg");
    assert!(
        drawn.as_slice() == shown,
        "draw it again: concsim run -q examples/computing_threads.conc --svg docs/computing_threads.svg"
    );
}

#[test]
fn the_lanes_that_the_page_shows_are_what_the_command_prints() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let words = ["run", "-q", "--timeline", "--cores", "2", "examples/computing_threads.conc"];
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(words).env("LC_ALL", "C.UTF-8").env("COLUMNS", "80");
    let printed =
        String::from_utf8(command.output().expect("the command was built").stdout).expect("it is text");
    assert!(CLI.contains(&format!("```text\n{printed}```")), "{printed}");
    for look in &concsim::export::picture::LOOKS {
        assert!(CLI.contains(&format!("| `{}` |", look.word)), "{} is not explained", look.word);
    }
}

#[test]
fn the_lines_that_the_tour_of_the_readme_quotes_are_printed() {
    let tour: [&[&str]; 10] = [
        &["bank_compute"],
        &["waiting_threads"],
        &["waiting_threads", "--set", "pages=50"],
        &["computing_threads"],
        &["computing_threads", "--runtime", "cpython-3.14t"],
        &["numpy_like"],
        &["convoy", "--set", "spinners=0"],
        &["convoy"],
        &["convoy_one_core"],
        &["lost_update_plain", "--runtime", "cpython-3.14t", "--seed", "3"],
    ];
    for step in tour {
        let script = format!("examples/{}.conc", step[0]);
        let output = concsim(&[&["run", "-q", &script], &step[1..]].concat());
        let text = String::from_utf8(output.stdout).expect("output is text");
        let first = text.lines().next().expect("the script prints a line");
        assert!(README.contains(&format!("`{first}`")), "{step:?} prints `{first}`");
    }
}

#[test]
fn every_event_word_is_read_back_with_its_detail() {
    let words: std::collections::BTreeSet<&str> = examples().iter().map(|kind| kind.named().text()).collect();
    assert!(words.into_iter().eq(concsim::trace::words::Word::all().map(|word| word.text())));
    for kind in examples() {
        assert_eq!(kind.named().detail(), kind.detail(), "{kind:?}");
    }
}

#[test]
fn the_comparison_that_the_page_on_review_shows_is_what_the_command_prints() {
    let bank = include_str!("../examples/bank.conc");
    let folder = tempfile::tempdir().expect("there is room for a script");
    let mended = bank.replace("transfer(savings, checking, 20)", "transfer(checking, savings, 20)");
    for (name, text) in [("bank.conc", bank), ("mended.conc", &mended)] {
        std::fs::write(folder.path().join(name), text).expect("there is room for a script");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let words = ["diff", "bank.conc", "mended.conc"];
    command.current_dir(folder.path()).args(words).env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    let printed = command.output().expect("the command was built").stdout;
    let shown = block(REVIEW, "$ concsim diff bank.conc mended.conc");
    assert_eq!(shown, String::from_utf8(printed).expect("it is text"));
}

#[test]
fn the_trace_that_the_page_shows_is_the_one_that_is_written() {
    let folder = tempfile::tempdir().expect("there is room for a trace");
    let path = folder.path().join("bank.trace");
    concsim(&["run", "-q", "examples/bank.conc", "--trace", path.to_str().expect("the path is text")]);
    let written = std::fs::read(path).expect("the trace was written");
    let shown = TRACES.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(shown, Some(&*String::from_utf8(written).expect("a trace is text")));
}
