//! `concsim test`: scripts and the traces that are kept beside them.

mod golden;

use std::path::Path;
use std::process::Command;

use golden::golden;
use serde_json::Value;
use tempfile::TempDir;

const COUNT: &str = "param n = 2\nshared x = 0\nmain { for i in 0..n { x += 1 } }\n";
const STUCK: &str = "lock m\nmain { with m { with m { pass } } }\n";
const WRONG: &str = "main { prnt(1) }\n";
const ENDLESS: &str = "main { while True { pass } }\n";

/// A folder with scripts and goldens.
struct Folder(TempDir);

/// What a command came to.
struct Ended {
    status: i32,
    out: String,
    err: String,
}

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room for a folder"));
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("there is room");
        std::fs::write(path, text).expect("there is room for a file");
    }

    fn read(&self, name: &str) -> String {
        let bytes = std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of all files that end in `.trace`.
    fn traces(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("it can be listed");
        let names =
            entries.map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned());
        let mut traces: Vec<String> = names.filter(|name| name.ends_with(".trace")).collect();
        traces.sort();
        traces
    }

    /// Runs `concsim` with these arguments.
    fn run(&self, arguments: &str) -> Ended {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &str, environment: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
        command.args(arguments.split_whitespace()).current_dir(&self.0);
        for variable in ["NO_COLOR", "COLUMNS", "LC_CTYPE", "LANG", "CI"] {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C.UTF-8").envs(environment.iter().copied());
        let output = command.output().expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("what it says is UTF-8");
        let status = output.status.code().expect("it ends by itself");
        let ended = Ended { status, out: text(output.stdout), err: text(output.stderr) };
        if status == 2 {
            assert_eq!(ended.out, "", "on status 2 standard output is empty");
        }
        ended
    }

    fn test(&self, arguments: &str) -> Ended {
        self.run(&format!("test {arguments}"))
    }

    /// The document of a test.
    fn document(&self, arguments: &str) -> Value {
        let ended = self.test(&format!("--format json {arguments}"));
        let told = if ended.status == 2 { &ended.err } else { &ended.out };
        serde_json::from_str(told).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
    }
}

impl Ended {
    fn with_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    fn prints(self, part: &str) -> Self {
        assert!(self.out.contains(part), "`{part}` is not on standard output:\n{}", self.out);
        self
    }

    fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "`{part}` is not on standard error:\n{}", self.err);
        self
    }
}

#[test]
fn the_examples_do_what_their_goldens_say() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let is_golden =
        |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "trace");
    let entries = std::fs::read_dir(&examples).expect("there are examples");
    let goldens: Vec<_> =
        entries.map(|entry| entry.expect("it can be listed").path()).filter(is_golden).collect();
    assert!(goldens.len() >= 5, "{goldens:?}");
    let scripts = goldens.iter().map(|golden| golden.with_extension("conc"));
    let output = command.arg("test").args(scripts).output().expect("the binary starts");
    let out = String::from_utf8_lossy(&output.stdout);
    let want = format!("{0} scripts, {0} goldens: {0} ok\n", goldens.len());
    assert!(
        output.status.success() && out.ends_with(&want),
        "{out}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_run_made_again_has_the_same_bytes_whatever_it_was_given() {
    let folder = Folder::with(&[
        (
            "a.conc",
            "param n = 2\nparam who = \"ann\"\nmachine { switch_interval: 1ms }\nlock m\ndef f() { with m { compute uniform(1ms, 9ms) } }\nmain { group { for i in 0..n { spawn thread f() } } print who }\n",
        ),
        ("mine.toml", "op = \"90ns\"\n"),
    ]);
    let ways = [
        "",
        "--seed 7 --scheduler random --cores 1",
        "--runtime cpython-3.12 --detail sched",
        "--set n=4 --set who=\"é\\\\b\" --scheduler pct",
        "--machine mine.toml",
        "--machine ideal",
        "--cost op=2us --cost start_method=fork",
    ];
    for (number, way) in ways.iter().enumerate() {
        folder.run(&format!("run a.conc -q --trace a.{number}.trace {way}")).with_status(0);
    }
    folder.test("").with_status(0).prints("1 script, 7 goldens: 1 ok\n");
    // From elsewhere, too: a machine file is looked for beside the golden.
    let other = Folder::with(&[]);
    other.test(folder.path("a.conc").to_str().expect("it is UTF-8")).with_status(0).prints("1 ok");
}

#[test]
fn a_schedule_that_was_found_can_be_a_golden() {
    let script = "expect finally\nshared x = 0\ndef f() { let seen = x\n x = seen + 1 }\n\
                  main { group { spawn thread f(); spawn thread f() } }\nfinally x == 2\n";
    let folder = Folder::with(&[("a.conc", script)]);
    let found = folder.run("explore a.conc --schedule lost.txt");
    assert!(found.out.contains("D004"), "{}", found.out);
    let token = found.out.lines().filter_map(|line| line.split_once("--replay ")).map(|(_, token)| token);
    for (number, token) in token.enumerate() {
        folder.run(&format!("run a.conc -q --replay {token} --trace a.{number}.trace"));
    }
    assert!(!folder.traces().is_empty());
    folder.test("a.conc").with_status(0);
    folder.write("a.conc", &script.replace("seen + 1", "seen + 2"));
    folder.test("a.conc").with_status(2).says("belongs to another script");
}

#[test]
fn a_change_is_shown_and_blessed() {
    let folder = Folder::with(&[("a.conc", COUNT)]);
    folder.run("run a.conc -q --trace a.trace").with_status(0);
    folder.run("run a.conc -q --set n=1 --trace a.one.trace").with_status(0);
    folder.write("a.conc", &COUNT.replace("+= 1", "+= 2"));
    let changed = folder.test("").with_status(1);
    golden("test-changed", &changed.out);
    let before = folder.read("a.one.trace");
    let blessed = folder.test("--bless").with_status(0);
    golden("test-blessed", &blessed.out);
    assert_ne!(folder.read("a.one.trace"), before);
    assert!(folder.read("a.one.trace").contains("\n# set n=1\n"), "it keeps what it was given");
    folder.test("").with_status(0);
    assert_eq!(folder.test("--bless").with_status(0).out.lines().count(), 3, "nothing is written twice");
}

#[test]
fn a_first_golden_is_made_for_a_script_that_is_named() {
    let folder = Folder::with(&[("a.conc", COUNT), ("b.conc", COUNT)]);
    folder.test("--bless").with_status(0).prints("2 ok");
    assert!(folder.traces().is_empty(), "a folder full of goldens is not what was meant");
    folder.test("--bless b.conc").with_status(0).prints("made       b.trace\n");
    assert_eq!(folder.traces(), ["b.trace"]);
    folder.run("run b.conc -q --trace c.trace");
    assert_eq!(folder.read("b.trace"), folder.read("c.trace"), "it is the run without options");
    folder.test("").with_status(0).prints("b.conc  1 golden").says("c.trace: no script beside it");
}

#[test]
fn goldens_are_not_written_where_nobody_looks_at_them() {
    let folder = Folder::with(&[("a.conc", COUNT)]);
    for ci in ["true", "1", "yes"] {
        folder.run_with("test --bless a.conc", &[("CI", ci)]).with_status(2).says("`CI`");
    }
    assert!(folder.traces().is_empty());
    folder.run_with("test a.conc", &[("CI", "true")]).with_status(0);
    for ci in ["", "0", "false", "False"] {
        folder.run_with("test --bless a.conc", &[("CI", ci)]).with_status(0);
    }
    assert_eq!(folder.traces(), ["a.trace"]);
}

#[test]
fn what_a_golden_records_is_accepted() {
    let folder = Folder::with(&[("a.conc", STUCK)]);
    folder.test("").with_status(1).prints("failed     a.conc").prints("error[D001]");
    folder.run("run a.conc -q --trace a.trace").with_status(1);
    folder.test("").with_status(0).prints("a.conc  1 golden");
    folder.test("--bless").with_status(0);
    folder.write("a.conc", &format!("expect deadlock\n{STUCK}"));
    folder.test("").with_status(1).prints("changed    a.conc");
    folder.test("--bless").with_status(0).prints("blessed    a.trace");
    folder.test("").with_status(0);
}

#[test]
fn without_a_golden_what_a_script_expects_has_to_come() {
    let script = "expect deadlock\nparam bad = False\nlock m\n\
                  main { with m { if bad { m.acquire() } } }\n";
    let folder = Folder::with(&[("a.conc", script)]);
    folder.test("").with_status(1).prints("expects a finding of kind `deadlock`");
    folder.write("a.conc", &script.replace("False", "True"));
    folder.test("").with_status(0);
}

#[test]
fn warnings_count_if_they_are_denied() {
    let script = "shared x = 0\ndef f() { x += 1 }\nmain { group { spawn thread f(); spawn thread f() } }";
    let folder = Folder::with(&[("a.conc", script)]);
    folder.test("").with_status(0);
    folder.test("--deny race").with_status(1).prints("D007");
}

#[test]
fn of_several_results_the_gravest_is_the_status() {
    let folder = Folder::with(&[
        ("ok.conc", COUNT),
        ("stuck.conc", STUCK),
        ("loop.conc", ENDLESS),
        ("wrong.conc", WRONG),
    ]);
    let status = |scripts: &str| folder.test(&format!("--max-events 1_000 {scripts}")).status;
    assert_eq!(status("ok.conc"), 0);
    assert_eq!(status("ok.conc loop.conc"), 3);
    assert_eq!(status("ok.conc loop.conc stuck.conc"), 1);
    assert_eq!(status(""), 2);
    let ended = folder.test("--max-events 1_000");
    golden("test-all-sorts", &ended.err);
    assert_eq!(status("ok.conc nothing.conc"), 2);
}

#[test]
fn a_limit_blesses_nothing() {
    let folder = Folder::with(&[("loop.conc", ENDLESS)]);
    folder.test("--bless loop.conc --max-events 1_000").with_status(3);
    assert!(folder.traces().is_empty());
}

#[test]
fn what_is_no_golden_is_told_and_left_alone() {
    for text in ["", "hello\n", "# concsim-trace 9\n", "# concsim-trace 1\nmain\n", "\u{1b}[2J"] {
        let folder = Folder::with(&[("a.conc", COUNT), ("a.trace", text), ("b.conc", COUNT)]);
        let ended = folder.test("--bless").with_status(2).says("a.trace: line ").says("1 ok");
        assert!(!ended.err.contains('\u{1b}'));
        assert_eq!(folder.read("a.trace"), text);
    }
    let folder = Folder::with(&[("a.conc", COUNT)]);
    folder.run("run a.conc -q --trace a.trace");
    let text = folder.read("a.trace");
    folder.write("a.trace", &text.replace("fifo", "lifo"));
    folder.test("").with_status(2);
    // What did not come from the command line, the script as it is now decides.
    for (what, with) in [("cpython-3.14", "cpython-9.9"), ("default", "gone.toml"), ("cores 4", "cores 3")] {
        folder.write("a.trace", &text.replace(what, with));
        folder.test("").with_status(1).prints(with.split(' ').next_back().unwrap_or(with));
    }
    std::fs::write(folder.path("a.trace"), b"\xff\xfe").expect("there is room for a file");
    folder.test("").with_status(2).says("a.trace");
    folder.write("b.conc", COUNT);
    std::fs::create_dir(folder.path("b.trace")).expect("there is room for a folder");
    folder.test("b.conc").with_status(2).says("can't use b.trace: it is no regular file");
}

#[test]
fn other_ends_of_lines_are_told_in_words() {
    let folder = Folder::with(&[("a.conc", COUNT)]);
    folder.run("run a.conc -q --trace a.trace");
    folder.write("a.trace", &folder.read("a.trace").replace('\n', "\r\n"));
    folder.test("").with_status(1).prints("only the ends of its lines differ");
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let names: Vec<String> = (0..20).map(|number| format!("s{number}.conc")).collect();
    let scripts = [COUNT, STUCK, WRONG];
    let files: Vec<(&str, &str)> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), scripts[at % scripts.len()])).collect();
    let folder = Folder::with(&files);
    for format in ["text", "json"] {
        let of = |jobs: u32| {
            let ended = folder.test(&format!("--jobs {jobs} --format {format}"));
            (ended.out, ended.err)
        };
        assert_eq!(of(1), of(3));
    }
    folder.test("--jobs 0").with_status(2).says("one thread at least");
}

#[test]
fn the_document_tells_every_test() {
    let folder = Folder::with(&[("a.conc", COUNT), ("sub/b.conc", STUCK), ("wrong.conc", WRONG)]);
    folder.run("run a.conc -q --trace a.trace").with_status(0);
    folder.write("a.conc", &COUNT.replace("+= 1", "+= 2"));
    let document = folder.document("");
    assert_eq!((&document["schema"], &document["complete"]), (&"concsim.test/1".into(), &true.into()));
    let scripts = document["scripts"].as_array().expect("it is a list");
    let told: Vec<[&str; 2]> = scripts
        .iter()
        .map(|script| {
            [&script["script"], &script["verdict"]].map(|word| word.as_str().expect("it is a word"))
        })
        .collect();
    assert_eq!(told, [["a.conc", "changed"], ["sub/b.conc", "failed"], ["wrong.conc", "mistake"]]);
    let test = &scripts[0]["tests"][0];
    assert_eq!((&test["golden"], &test["written"]), (&"a.trace".into(), &Value::Null));
    let details = test["problems"][0]["details"].as_str().expect("it is a text");
    assert!(details.contains("\n+= shared x 4\n") || details.contains("x 4"), "{details}");
    assert_eq!(scripts[1]["tests"][0]["golden"], Value::Null);
}

#[test]
fn build_servers_get_a_report() {
    let folder = Folder::with(&[("a.conc", COUNT), ("b.conc", STUCK), ("c.conc", WRONG)]);
    folder.run("run a.conc -q --trace a.trace").with_status(0);
    folder.test("--junit report.xml").with_status(2);
    golden("test-junit", &folder.read("report.xml"));
    folder.test("--junit a.trace").with_status(2).says("a.trace, which is tested");
    folder.test("--junit nowhere/x.xml").with_status(2).says("can't write nowhere/x.xml");
}

#[test]
fn what_cannot_be_tested_is_named() {
    let folder = Folder::with(&[("a.trace", ""), ("empty/x.txt", "")]);
    folder.test("-").with_status(2).says("standard input");
    folder.test("empty").with_status(2).says("no script in empty");
    folder.test("a.trace").with_status(2).says("name its script");
    folder.test("nothing").with_status(2).says("no such file or folder");
}

#[cfg(unix)]
#[test]
fn an_interrupted_test_says_how_far_it_came() {
    use std::process::Stdio;
    let folder = Folder::with(&[("a.conc", COUNT), ("b.conc", ENDLESS)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.args(["test", "--max-events", "1_000_000_000_000"]).current_dir(&folder.0);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("there is a `kill`").success());
    let ended = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&ended.stdout);
    assert!(out.contains("ok         a.conc") && out.contains("not tried  b.conc"), "{out}");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("interrupted"));
    assert_eq!(ended.status.code(), Some(3));
}
