//! `--watch`: edit, save, see.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use tempfile::TempDir;

use crate::command::concsim;
use crate::{ENDLESS, HELLO, STUCK, WRONG};

/// How long to wait for what should come at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that watches `x.conc` in a folder of its own.
struct Watching {
    folder: TempDir,
    child: Child,
    /// Two, because nobody knows which of two streams is read first.
    out: Receiver<String>,
    err: Receiver<String>,
}

/// The lines of a stream, as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = sync_channel(1_000);
    let read = move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // When the test is over nobody listens.
            let _ = send.send(line);
        }
    };
    std::thread::Builder::new().spawn(read).expect("there is room for a thread");
    lines
}

/// Waits for a line with that in it.
#[track_caller]
fn sees(lines: &Receiver<String>, part: &str) {
    let mut seen = Vec::new();
    while let Ok(line) = lines.recv_timeout(PATIENCE) {
        if line.contains(part) {
            return;
        }
        seen.push(line);
    }
    panic!("`{part}` did not come, but:\n{}", seen.join("\n"));
}

impl Watching {
    fn start(arguments: &[&str], text: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        std::fs::write(folder.path().join("x.conc"), text).expect("there is room for a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
        command.args(arguments).arg("x.conc").current_dir(&folder).stdin(Stdio::null());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let out = lines(child.stdout.take().expect("it was asked for"));
        let err = lines(child.stderr.take().expect("it was asked for"));
        Self { folder, child, out, err }
    }

    /// Waits for a line on standard output.
    #[track_caller]
    fn prints(&self, part: &str) {
        sees(&self.out, part);
    }

    /// Waits for a line on standard error.
    #[track_caller]
    fn says(&self, part: &str) {
        sees(&self.err, part);
    }

    /// Waits until it has nothing to do, and changes the script.
    fn then_save(&self, text: &str) {
        self.says("watching x.conc, Ctrl-C to end");
        self.save(text);
    }

    fn save(&self, text: &str) {
        std::fs::write(self.path(), text).expect("the script can be written");
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("x.conc")
    }

    /// Presses Ctrl-C; gives the exit status.
    fn interrupt(mut self) -> Option<i32> {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.expect("there is a `kill`").success());
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn a_script_runs_again_when_it_is_saved() {
    let watching = Watching::start(&["run", "-q", "--watch"], HELLO);
    watching.prints("hello");
    watching.then_save("main { print \"changed\" }\n");
    watching.prints("changed");
    watching.then_save(STUCK);
    watching.prints("error[D001]");
    watching.then_save(WRONG);
    watching.says("error[E113]");
    watching.then_save(HELLO);
    watching.prints("hello");
    watching.says("watching");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn mistakes_are_looked_for_again_when_a_script_is_saved() {
    let watching = Watching::start(&["check", "--watch"], WRONG);
    watching.says("error[E113]");
    watching.then_save(HELLO);
    watching.prints("x.conc: no errors");
    watching.says("watching");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn a_script_that_goes_and_one_that_takes_its_name_are_seen() {
    let watching = Watching::start(&["run", "-q", "--watch"], HELLO);
    watching.says("watching");
    std::fs::remove_file(watching.path()).expect("it is there");
    watching.says("can't read x.conc: there is no such file");
    watching.says("watching");
    let other = watching.folder.path().join("other");
    let replace = |from: &Path, text: &str| {
        std::fs::write(from, text).expect("there is room for a file");
        std::fs::rename(from, watching.path()).expect("a file can take another one's name");
    };
    replace(&other, "main { print \"renamed\" }");
    watching.prints("renamed");
    watching.says("watching");
    replace(&other, "main { print \"again\" }");
    watching.prints("again");
    watching.says("watching");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn a_long_run_ends_when_its_script_changes_and_with_ctrl_c() {
    let loud = "lock m\nmain { while True { with m { pass } } }";
    let watching = Watching::start(&["run", "--watch", "--max-events", "1_000_000_000_000_000"], loud);
    watching.prints("acquire");
    watching.save("main { print \"short\" }");
    watching.prints("short");
    watching.then_save(ENDLESS);
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let run = |arguments: &str| concsim(arguments).file("x.conc", HELLO).ends_with(2);
    concsim("run --watch -").input(HELLO).ends_with(2).says("standard input");
    concsim("check --watch x.conc -").file("x.conc", HELLO).ends_with(2).says("standard input");
    run("run --watch --format json x.conc").says("--format json");
    run("check --watch --format sarif x.conc").says("--format sarif");
    run("run --watch nothing.conc").says("nothing.conc");
    run("run --watch .").says("directory");
    run("run --watch /dev/null").says("no regular file");
    run("run --watch x.conc --runtime cpyton-3.14").says("cpython-3.14");
}
