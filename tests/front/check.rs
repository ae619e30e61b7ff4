//! `concsim check`: documents, statuses, several files.

use serde_json::{Value, json};

use super::MISSPELT;
use crate::command::{Run, concsim};
use crate::{HELLO, WRONG};

/// The document on standard output, with the status.
fn document(run: Run) -> (Value, i32) {
    let ended = run.run();
    assert_eq!(ended.err, "", "a document says it all");
    (serde_json::from_str(&ended.out).expect("it is one document"), ended.status)
}

#[test]
fn errors_are_one_document_on_standard_output() {
    let run = concsim("check --format json x.conc y.conc");
    let run = run.file("x.conc", MISSPELT).file("y.conc", HELLO);
    let (got, status) = document(run);
    assert_eq!(status, 2);
    assert_eq!(got["schema"], "concsim.check/1");
    let files = json!([
        {"script": "x.conc", "errors": 1, "warnings": 0, "notes": 0},
        {"script": "y.conc", "errors": 0, "warnings": 0, "notes": 0},
    ]);
    assert_eq!(got["files"], files);
    let first = json!({
        "code": "E110", "severity": "error", "message": "there is no `totl` here",
        "labels": [{"file": "x.conc", "line": 3, "column": 11, "end_line": 3, "end_column": 15, "text": "not declared"},
            {"file": "x.conc", "line": 1, "column": 8, "end_line": 1, "end_column": 13, "text": "`total` is declared here"}],
        "help": "did you mean `total`?", "fix": got["diagnostics"][0]["fix"],
    });
    assert_eq!(got["diagnostics"][0], first);
    assert_eq!(got["diagnostics"].as_array().map(Vec::len), Some(1));
}

#[test]
fn without_mistakes_a_document_has_status_0() {
    let (got, status) = document(concsim("check --format json -").input(HELLO));
    assert_eq!((status, &got["diagnostics"]), (0, &json!([])));
    assert_eq!(got["files"][0]["script"], "<stdin>");
}

#[test]
fn sarif_is_a_log_of_the_standard() {
    let (got, status) = document(concsim("check --format sarif ./x.conc").file("x.conc", MISSPELT));
    assert_eq!((status, &got["version"]), (2, &json!("2.1.0")));
    let run = &got["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "E110");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "x.conc");
    let region = json!({"startLine": 3, "startColumn": 11, "endLine": 3, "endColumn": 15});
    assert_eq!(place["region"], region);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_in_the_document() {
    for format in ["json", "sarif"] {
        let run = concsim(&format!("check --format {format} nothing.conc . x.conc")).file("x.conc", HELLO);
        let ended = run.run();
        assert_eq!(ended.status, 2);
        let ended = ended.says("nothing.conc").says("directory");
        assert!(serde_json::from_str::<Value>(&ended.out).is_ok(), "{}", ended.out);
    }
}

#[test]
fn wrong_usage_gives_no_document() {
    for options in
        ["--runtime cpyton-3.14", "--cores 0", "--set n=1", "--machine nothing.toml", "--deny error"]
    {
        let run = concsim(&format!("check --format json x.conc {options}")).file("x.conc", HELLO);
        run.ends_with(2);
    }
}

#[test]
fn mistakes_of_a_machine_file_are_those_of_a_file() {
    let run = |format: &str| {
        let run = concsim(&format!("check --format {format} x.conc --machine old.toml"));
        run.file("x.conc", MISSPELT).file("old.toml", "coers = 2\n")
    };
    let (got, status) = document(run("json"));
    assert_eq!((status, &got["files"][0]["script"]), (2, &json!("old.toml")));
    assert_eq!(got["diagnostics"][0]["labels"][0]["file"], "old.toml");
    assert_eq!(got["diagnostics"][1]["code"], "E110");
    run("text").ends_with(2).says("old.toml").says("E110");
}

#[test]
fn all_mistakes_of_a_script_are_told_those_of_its_machine_too() {
    let text = "machine { coers: 2 }\nmain { prnt(1) }\n";
    let ended = concsim("check x.conc").file("x.conc", text).ends_with(2).says("E300").says("E113");
    assert!(ended.err.contains("x.conc: 2 errors"), "{}", ended.err);
    assert!(ended.err.find("E300") < ended.err.find("E113"), "in the order of the text: {}", ended.err);
}

#[test]
fn a_param_needs_to_be_in_one_of_the_files() {
    let run = |set: &str| {
        let run = concsim(&format!("check x.conc y.conc --set {set}"));
        run.file("x.conc", "param pages = 1\nmain { print pages }\n").file("y.conc", HELLO)
    };
    run("pages=2").ends_with(0).prints("x.conc: no errors").prints("y.conc: no errors");
    run("page=2").ends_with(2).says("none of the scripts has a param `page`").says("did you mean `pages`?");
}

#[test]
fn quiet_says_nothing_of_what_is_right() {
    concsim("check -q x.conc").file("x.conc", HELLO).ends_with(0).says_nothing().prints_just("");
    let ended = concsim("check -q x.conc y.conc").file("x.conc", HELLO).file("y.conc", WRONG).ends_with(2);
    ended.says("y.conc: 1 error");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_closed_pipe() {
    let shell = |line: &str| {
        let command = env!("CARGO_BIN_EXE_concsim");
        let line = line.replace("concsim", command);
        let ended = std::process::Command::new("bash").args(["-o", "pipefail", "-c", &line]).output();
        let ended = ended.expect("there is a shell");
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    for command in ["check --format json -", "check --format sarif -", "check -", "examples", "fix -q -"] {
        let (status, err) = shell(&format!("echo 'main {{ pass }}' | concsim {command} > /dev/full"));
        assert_eq!(status, Some(2), "{command}: {err}");
        assert!(err.contains("standard output"), "{command}: {err}");
        let (status, err) = shell(&format!("echo 'main {{ pass }}' | concsim {command} | true"));
        assert_eq!((status, err.as_str()), (Some(0), ""), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn odd_names_do_not_move_the_cursor() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let name = std::ffi::OsStr::from_bytes(b"a\x1b[2J\xff'b.conc");
    std::fs::write(folder.path().join(name), WRONG).expect("there is room for a file");
    for command in ["check", "fix"] {
        for format in [&[][..], &["--format", "sarif"], &["--format", "json"]] {
            if command == "fix" && !format.is_empty() {
                continue;
            }
            let mut concsim = std::process::Command::new(env!("CARGO_BIN_EXE_concsim"));
            let ended = concsim.current_dir(&folder).arg(command).args(format).arg(name).output();
            let ended = ended.expect("the binary ends");
            assert_eq!(ended.status.code(), Some(2));
            assert!(!ended.stdout.contains(&0x1b) && !ended.stderr.contains(&0x1b), "{command} {format:?}");
        }
    }
}
