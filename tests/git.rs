//! `concsim` in a real repository: as `textconv`, as a diff driver, and as `GIT_EXTERNAL_DIFF`. The lines of the
//! configuration are those that `docs/review.md` gives.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const BANK: &str = include_str!("../examples/bank.conc");
const PAGE: &str = include_str!("../docs/review.md");

/// A repository with `bank.conc`, `bank.trace` and a text, all committed and then changed.
struct Repository {
    folder: TempDir,
}

/// What a command says on standard output.
struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Repository {
    /// Nothing if there is no git.
    #[expect(clippy::print_stdout, reason = "who runs the tests has to see that one was left out")]
    fn new() -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            println!("skipped: there is no git");
            return None;
        }
        let here = Self { folder: tempfile::tempdir().expect("there is room for a folder") };
        here.git(&["init", "-q", "."]);
        here.write("bank.conc", BANK);
        here.write("notes.txt", "one\n");
        here.trace();
        here.git(&["add", "."]);
        here.git(&["commit", "-q", "-m", "The bank as it was"]);
        here.write(
            "bank.conc",
            &BANK.replace("transfer(savings, checking, 20)", "transfer(checking, savings, 20)"),
        );
        here.write("notes.txt", "two\n");
        here.trace();
        Some(here)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("there is room for a file");
    }

    fn trace(&self) {
        let mut run = Command::new(env!("CARGO_BIN_EXE_concsim"));
        run.args(["run", "-q", "bank.conc", "--trace", "bank.trace"]).current_dir(self.path());
        run.output().expect("the command was built");
    }

    /// A word of git's, with `concsim` on the path and nothing of the user's configuration.
    fn say(&self, words: &[&str], environment: &[(&str, &str)]) -> Said {
        let own =
            Path::new(env!("CARGO_BIN_EXE_concsim")).parent().expect("it lies in a folder").to_path_buf();
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(own).chain(std::env::split_paths(&inherited));
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "--no-pager"]).args(words);
        git.current_dir(self.path()).env("PATH", std::env::join_paths(paths).expect("no path has a colon"));
        git.env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1").env_remove("GIT_EXTERNAL_DIFF");
        git.env("LC_ALL", "C.UTF-8").env_remove("COLUMNS").envs(environment.iter().copied());
        let output = git.output().expect("git is there");
        let text = |bytes| String::from_utf8(bytes).expect("it is text");
        Said {
            status: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn git(&self, words: &[&str]) -> String {
        let said = self.say(words, &[]);
        assert_eq!(said.status, 0, "git {words:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Follows the page: its line for `.gitattributes`, and its commands.
    fn set_up(&self, attributes: &str, commands: &[&str]) {
        assert!(PAGE.contains(attributes), "the page does not say `{attributes}`");
        self.write(".gitattributes", &format!("{attributes}\n"));
        for command in commands {
            assert!(PAGE.contains(command), "the page does not say `{command}`");
            let words = command.strip_prefix("git ").expect("it is a command of git's");
            let (words, value) = words.split_once(" \"").expect("its value is quoted");
            let words: Vec<&str> = words.split(' ').chain([value.trim_end_matches('"')]).collect();
            self.git(&words);
        }
    }
}

const TRACES: &str = "*.trace diff=concsim text eol=lf";
const TEXTCONV: &str = "git config diff.concsim.textconv \"concsim show --relative --by-unit\"";
const DRIVER: &str = "git config diff.concsim.command \"concsim diff --git\"";
const SCRIPTS: &str = "*.conc diff=concsim-script";
const SCRIPT_DRIVER: &str = "git config diff.concsim-script.command \"concsim diff --git\"";

#[test]
fn as_textconv_it_shows_what_each_unit_does() {
    let Some(here) = Repository::new() else { return };
    here.set_up(TRACES, &[TEXTCONV]);
    let diff = here.git(&["diff", "bank.trace"]);
    assert!(
        diff.contains("\n-finding         D001 deadlock cycle transfer.1 transfer.2 savings checking\n"),
        "{diff}"
    );
    assert!(diff.contains("\n++2.02119ms    transfer.1    acquire      savings"), "{diff}");
    assert!(!diff.contains('\u{1b}'), "there is no colour in what git compares");
    here.write("bank.trace", "# concsim-trace 1\n<<<<<<< HEAD\n");
    let broken = here.say(&["diff", "bank.trace"], &[]);
    assert!(broken.err.contains("bank.trace") || broken.err.contains("line 2"), "{}", broken.err);
}

#[test]
fn as_a_driver_it_shows_what_has_changed() {
    let Some(here) = Repository::new() else { return };
    here.set_up(TRACES, &[DRIVER]);
    let diff = here.git(&["diff"]);
    assert!(diff.contains("--- a/bank.trace\n+++ b/bank.trace\ncode "), "{diff}");
    assert!(
        diff.contains("\nThey part: transfer.2 now waits for `checking`, which transfer.1 holds.\n"),
        "{diff}"
    );
    assert!(diff.contains("diff --git a/notes.txt b/notes.txt"), "other files are git's own affair");
    let log = here.git(&["log", "-p", "--ext-diff", "--", "bank.trace"]);
    assert!(log.contains("b/bank.trace: new\n"), "{log}");
}

#[test]
fn of_a_script_it_shows_the_lines_and_what_they_do() {
    let Some(here) = Repository::new() else { return };
    here.set_up(TRACES, &[DRIVER, SCRIPT_DRIVER]);
    assert!(PAGE.contains(SCRIPTS));
    here.write(".gitattributes", &format!("{TRACES}\n{SCRIPTS}\n"));
    let diff = here.git(&["diff", "bank.conc"]);
    assert!(diff.contains("\n+    let b = spawn thread transfer(checking, savings, 20)"), "{diff}");
    assert!(diff.contains("\n- fixed  D001 deadlock cycle"), "{diff}");
    here.write("bank.conc", "main { prnt(1) }\n");
    let diff = here.git(&["diff", "bank.conc"]);
    assert!(diff.starts_with("bank.conc:1: E") && diff.contains("\n+main { prnt(1) }\n"), "{diff}");
}

#[test]
fn one_broken_trace_does_not_hide_the_files_behind_it() {
    let Some(here) = Repository::new() else { return };
    here.set_up(TRACES, &[DRIVER]);
    here.write("bank.trace", "# concsim-trace 1\nhalf a line\n");
    let diff = here.git(&["diff"]);
    assert!(diff.contains("b/bank.trace: line 2: this is not how a trace says"), "{diff}");
    assert!(diff.contains("\n+half a line\n") && diff.contains("diff --git a/notes.txt"), "{diff}");
}

#[test]
fn a_file_that_is_new_or_gone_or_moved_is_shown() {
    let Some(here) = Repository::new() else { return };
    here.set_up(TRACES, &[DRIVER]);
    here.git(&["commit", "-q", "-a", "-m", "The bank as it is"]);
    here.git(&["mv", "bank.trace", "moved.trace"]);
    let moved = here.say(&["diff", "-M", "HEAD"], &[]);
    assert_eq!((moved.status, moved.err.as_str()), (0, ""), "{}", moved.out);
    here.git(&["commit", "-q", "-m", "Move it"]);
    here.git(&["rm", "-q", "moved.trace"]);
    let gone = here.git(&["diff", "HEAD"]);
    assert!(gone.contains("a/moved.trace: gone\n") && gone.contains("\n-# concsim-trace 1\n"), "{gone}");
}

#[test]
fn for_once_it_takes_every_file() {
    let Some(here) = Repository::new() else { return };
    assert!(PAGE.contains("GIT_EXTERNAL_DIFF=\"concsim diff --git\" git diff"));
    let said = here.say(&["diff"], &[("GIT_EXTERNAL_DIFF", "concsim diff --git")]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    for part in ["\n-one\n+two\n", "+++ b/bank.trace\ncode ", "\n- fixed  D001 deadlock cycle"] {
        assert!(said.out.contains(part), "{part}:\n{}", said.out);
    }
}

#[test]
fn whatever_else_it_is_given_it_says_what_it_takes() {
    let Some(here) = Repository::new() else { return };
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let output =
        command.args(["diff", "--git", "a", "b"]).current_dir(here.path()).output().expect("it was built");
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).expect("it is text");
    assert!(err.contains("seven arguments") && err.contains("diff.concsim.command"), "{err}");
}
