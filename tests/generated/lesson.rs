//! The tables of the lesson that come out of `concsim compare`.

use std::process::Command;

/// The parts of the page: what the command prints of two examples.
pub(crate) fn parts() -> Vec<(&'static str, String)> {
    vec![("compare scraper", compared("scraper")), ("compare cruncher", compared("cruncher"))]
}

/// What stands under the heading of the runtime: two tables, and what to take.
fn compared(example: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let script = format!("examples/{example}.conc");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["compare", &script, "--cores", "4"]);
    command.env("LC_ALL", "C.UTF-8").env("COLUMNS", "100").env_remove("NO_COLOR");
    let output = command.output().expect("the command was built");
    assert!(output.status.success(), "{script}: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("output is text");
    format!("```text\n$ concsim compare {script} --cores 4\n{text}```\n")
}
