//! The `concsim` binary as a user runs it: in an empty folder with a few files, with words and an input.

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A command that is yet to run.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
    folder: TempDir,
}

/// What came of it.
pub(crate) struct Ended {
    /// The exit status.
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    folder: TempDir,
}

/// `concsim` with these arguments, which have spaces between them only.
pub(crate) fn concsim(arguments: &str) -> Run {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    command.args(arguments.split_whitespace()).current_dir(&folder);
    for variable in ["NO_COLOR", "COLUMNS", "LC_CTYPE", "LANG"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Run { command, input: Vec::new(), folder }
}

impl Run {
    /// With such a file in its folder.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), content).expect("there is room for a file");
        self
    }

    /// With that on standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// With that in the environment.
    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ended {
        let mut child = self.command.spawn().expect("the binary starts");
        let mut pipe = child.stdin.take().expect("it was asked for");
        // A command that does not want its input closes it; that is no error of this test.
        let _ = pipe.write_all(&self.input);
        drop(pipe);
        let output = child.wait_with_output().expect("the binary ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what it says is UTF-8");
        Ended {
            status: output.status.code().expect("it ends by itself, not by a signal"),
            out: text(output.stdout),
            err: text(output.stderr),
            folder: self.folder,
        }
    }
}

impl Ended {
    /// What it wrote to that file.
    pub(crate) fn written(&self, name: &str) -> Option<String> {
        let bytes = std::fs::read(self.folder.path().join(name)).ok()?;
        Some(String::from_utf8(bytes).expect("what it writes is UTF-8"))
    }
}
