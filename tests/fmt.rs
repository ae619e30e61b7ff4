//! `concsim fmt` as users run it: what it writes, what it says, and that nothing gets lost.

mod command;

use command::{Ended, Run, concsim};

const UGLY: &str = "main{print(1,2)}";
const NEAT: &str = "main { print 1, 2 }\n";
const WRONG: &str = "main { print ( }\n";

impl Run {
    fn ends_with(self, status: i32) -> Ended {
        let ended = self.run();
        assert_eq!(ended.status, status, "stdout:\n{}\nstderr:\n{}", ended.out, ended.err);
        if status == 2 {
            assert_eq!(ended.out, "", "on status 2 standard output is empty");
        }
        ended
    }
}

impl Ended {
    fn prints_just(self, text: &str) -> Self {
        assert_eq!(self.out, text);
        self
    }

    fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "`{part}` is not on standard error:\n{}", self.err);
        self
    }

    fn leaves(self, name: &str, text: &str) -> Self {
        assert_eq!(self.written(name).as_deref(), Some(text), "{name}");
        self
    }
}

/// Compares with `snapshots/NAME.snap`.
fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn formatted(text: &str) -> String {
    concsim("fmt -").input(text).ends_with(0).out
}

/// A script and what becomes of it, one above the other.
fn golden_pair(name: &str, text: &str) {
    golden(name, &format!("{text}\n---- becomes ----\n{}", formatted(text)));
}

#[test]
fn files_are_rewritten_and_named() {
    let ended = concsim("fmt a.conc b.conc").file("a.conc", UGLY).file("b.conc", NEAT).ends_with(0);
    ended.prints_just("formatted a.conc\n").leaves("a.conc", NEAT).leaves("b.conc", NEAT);
    let ended = concsim("fmt -q a.conc").file("a.conc", UGLY).ends_with(0);
    ended.prints_just("").leaves("a.conc", NEAT);
}

#[test]
fn standard_input_is_answered_on_standard_output() {
    concsim("fmt -").input(UGLY).ends_with(0).prints_just(NEAT);
    concsim("fmt -").input(NEAT).ends_with(0).prints_just(NEAT);
    concsim("fmt -").input("").ends_with(0).prints_just("");
    concsim("fmt -").input(" \n\t\n").ends_with(0).prints_just("");
    concsim("fmt - a.conc").file("a.conc", UGLY).ends_with(2).says("stands alone").leaves("a.conc", UGLY);
}

#[test]
fn check_names_what_would_change_and_writes_nothing() {
    let ended = concsim("fmt --check a.conc b.conc").file("a.conc", UGLY).file("b.conc", NEAT).ends_with(1);
    ended.prints_just("a.conc: not formatted\n").leaves("a.conc", UGLY);
    concsim("fmt --check b.conc").file("b.conc", NEAT).ends_with(0).prints_just("");
    concsim("fmt --check -q a.conc").file("a.conc", UGLY).ends_with(1).prints_just("");
    concsim("fmt --check -").input(UGLY).ends_with(1).prints_just("<stdin>: not formatted\n");
}

#[test]
fn diff_shows_what_would_change_and_writes_nothing() {
    let diff = "--- a.conc\n+++ a.conc\n@@ -1 +1 @@\n-main{print(1,2)}\n\\ No newline at end of file\n+main { print 1, 2 }\n";
    concsim("fmt --diff a.conc").file("a.conc", UGLY).ends_with(0).prints_just(diff).leaves("a.conc", UGLY);
    concsim("fmt --diff --check a.conc").file("a.conc", UGLY).ends_with(1).prints_just(diff);
    concsim("fmt --diff b.conc").file("b.conc", NEAT).ends_with(0).prints_just("");
    concsim("fmt --diff a.conc").with("TERM", "dumb").file("a.conc", UGLY).ends_with(0).prints_just(diff);
    let coloured = concsim("fmt --diff --color always a.conc").file("a.conc", "main{}\r\n").ends_with(0);
    assert!(coloured.out.contains("\u{1b}[31m-main{}\\u{d}\u{1b}[0m\n"), "{:?}", coloured.out);
    assert!(coloured.out.contains("\u{1b}[32m+main {}\u{1b}[0m\n"), "{:?}", coloured.out);
}

#[test]
fn a_script_with_mistakes_is_left_alone_and_stops_no_other() {
    let ended =
        concsim("fmt bad.conc a.conc no.conc").file("bad.conc", WRONG).file("a.conc", UGLY).ends_with(2);
    let ended = ended.says("error[E01").says("can't read no.conc").says("formatted a.conc\n");
    ended.leaves("bad.conc", WRONG).leaves("a.conc", NEAT);
    concsim("fmt -").input(WRONG).ends_with(2).says("error[E01");
    let ended =
        concsim("fmt --check a.conc bad.conc").file("a.conc", UGLY).file("bad.conc", WRONG).ends_with(2);
    ended.says("a.conc: not formatted\n");
    // What a script means is no matter of the formatter's.
    concsim("fmt -").input("main { prnt( x ) }").ends_with(0).prints_just("main { prnt(x) }\n");
}

#[test]
fn line_ends_and_byte_order_marks_are_changes() {
    let ended = concsim("fmt a.conc").file("a.conc", NEAT.replace('\n', "\r\n")).ends_with(0);
    ended.prints_just("formatted a.conc\n").leaves("a.conc", NEAT);
    let marked = format!("\u{feff}{NEAT}");
    let ended = concsim("fmt a.conc").file("a.conc", &marked).ends_with(0);
    ended.prints_just("formatted a.conc\n").leaves("a.conc", NEAT);
    concsim("fmt --check a.conc").file("a.conc", &marked).ends_with(1);
    concsim("fmt --diff a.conc")
        .file("a.conc", &marked)
        .ends_with(0)
        .prints_just(&format!("--- a.conc\n+++ a.conc\n@@ -1 +1 @@\n-{marked}+{NEAT}"));
}

#[test]
fn a_script_that_would_grow_too_large_is_left_alone() {
    let large = format!("main{{{}{}{}}}", "if 1{".repeat(60), "x=1\n".repeat(5_000), "}".repeat(60));
    let ended = concsim("fmt a.conc").file("a.conc", &large).ends_with(2);
    ended.says("error[E001]: formatted, this script would have").leaves("a.conc", &large);
}

#[test]
fn what_can_not_be_written_is_said() {
    concsim("fmt .").ends_with(2).says("can't read .: this is a directory");
    concsim("fmt").ends_with(2);
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use tempfile::TempDir;

    use super::{NEAT, UGLY, concsim};

    /// A folder with one file in it.
    fn folder_with(name: &str, text: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join(name);
        fs::write(&path, text).expect("there is room for a file");
        (folder, path)
    }

    fn fmt(path: &Path) -> Output {
        Command::new(env!("CARGO_BIN_EXE_concsim")).arg("fmt").arg(path).output().expect("the binary ends")
    }

    fn read(path: &Path) -> String {
        String::from_utf8(fs::read(path).expect("the file is there")).expect("it is text")
    }

    #[test]
    fn permissions_stay_and_a_link_stays_a_link() {
        let (folder, path) = folder_with("a.conc", UGLY);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("the file is there");
        let link = folder.path().join("link.conc");
        symlink("a.conc", &link).expect("a link can be made");
        assert_eq!(fmt(&link).status.code(), Some(0));
        assert_eq!(read(&path), NEAT);
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&path).expect("the file is there").mode() & 0o777, 0o640);
        assert_eq!(
            fs::read_dir(folder.path()).expect("the folder is there").count(),
            2,
            "nothing is left over"
        );
    }

    #[test]
    fn what_is_formatted_is_not_touched() {
        let (_folder, path) = folder_with("a.conc", NEAT);
        let identity = || {
            let metadata = fs::metadata(&path).expect("the file is there");
            (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
        };
        let before = identity();
        assert_eq!(fmt(&path).stdout, b"");
        assert_eq!(identity(), before);
    }

    #[test]
    fn a_read_only_file_is_left_alone() {
        let (_folder, path) = folder_with("a.conc", UGLY);
        fs::set_permissions(&path, Permissions::from_mode(0o444)).expect("the file is there");
        let output = fmt(&path);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).expect("what it says is text");
        assert!(said.contains("a.conc: the file is read-only"), "{said}");
        assert_eq!(read(&path), UGLY);
    }

    #[test]
    fn a_full_disk_loses_nothing() {
        let text = format!("{}main{{}}\n", "# a comment that fills the disk\n".repeat(64));
        let (folder, path) = folder_with("a.conc", &text);
        // No file may grow beyond one block, and without the signal that is an error like a full disk's.
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let binary = env!("CARGO_BIN_EXE_concsim");
        let output = Command::new("sh").args(["-c", script, "sh", binary, "fmt"]).arg(&path).output();
        let output = output.expect("there is a shell");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).expect("what it says is text");
        assert!(said.contains("can't write ") && !said.contains(".concsim-"), "{said}");
        assert_eq!(read(&path), text);
        assert_eq!(
            fs::read_dir(folder.path()).expect("the folder is there").count(),
            1,
            "nothing is left over"
        );
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        concsim("fmt /dev/stdin").input(UGLY).ends_with(2).says("no regular file");
        concsim("fmt --check /dev/stdin").input(UGLY).ends_with(1).prints_just("/dev/stdin: not formatted\n");
    }
}

#[test]
fn a_script_that_grew_in_a_hurry_becomes_neat() {
    golden_pair("fmt-hurry", include_str!("layout/hurry.conc"));
}

#[test]
fn comments_stay_with_what_they_are_about() {
    golden_pair("fmt-comments", include_str!("layout/comments.conc"));
}

#[test]
fn long_lines_are_broken_in_their_brackets() {
    golden_pair("fmt-long", include_str!("layout/long.conc"));
}

#[test]
fn habits_are_written_in_their_first_form() {
    golden_pair("fmt-habits", include_str!("layout/habits.conc"));
}

#[test]
fn the_page_of_the_style_shows_what_the_command_does() {
    let page = include_str!("../docs/style.md");
    let blocks: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
    let body = |block: &'static str| block.split_once('\n').expect("a block has a first line").1;
    assert_eq!(formatted(body(blocks[0])), body(blocks[1]));
    for block in &blocks[2..] {
        let indented: String = body(block).lines().map(|line| format!("    {line}\n")).collect();
        let script = format!("main {{\n{}}}\n", indented.replace("    \n", "\n"));
        assert_eq!(formatted(&script), script);
    }
}
