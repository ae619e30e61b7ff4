//! `concsim test`: scripts against their goldens.

mod args;
mod difference;
mod find;
mod golden;
mod one;
mod text;

use std::path::Path;

use crate::base::parallel::in_parallel;
use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::cli::args::Format;
use crate::cli::failure::Failure;
use crate::cli::place::Place;
use crate::cli::progress::Tally;
use crate::cli::run::is_same_file;
use crate::cli::seeds::jobs;
pub(super) use crate::cli::test::args::{EXAMPLES, TestArgs};
use crate::cli::test::find::{Candidate, Found, find, shown};
use crate::cli::test::one::Tester;
use crate::cli::test::text::results;
use crate::cli::{interrupt, output, status};
use crate::export::junit::junit;
use crate::export::tested::document::document;
use crate::export::tested::suites::suites;
use crate::export::tested::{Problem, Script, Test, Verdict};

/// Tests scripts and says which are as they should be.
///
/// # Errors
///
/// If there is no script, goldens may not be written here, or something can't be written.
pub(super) fn test(args: &TestArgs) -> Result<u8, Failure> {
    refuse(args)?;
    let jobs = jobs(args.jobs)?;
    let found = find(&args.paths);
    if found.scripts.is_empty() && found.closed.is_empty() {
        return Err(nothing(args));
    }
    let report = args.junit.as_deref().map(|path| open(path, &found.scripts)).transpose()?;
    let mut scripts = tested(args, jobs, &found.scripts);
    scripts.extend(found.closed.iter().map(|(path, why)| closed(path, why)));
    scripts.sort_by(|one, other| one.path.cmp(&other.path));
    let told = if args.format == Format::Json { document(&scripts) } else { results(args, &scripts) };
    let status = of_all(&scripts);
    if let Some(Err(failure)) = report.map(|place| place.write(&junit(&suites(&scripts)))) {
        // What was found does not get lost over a file; standard output has to stay empty.
        output::say(&told);
        return Err(failure);
    }
    // Where a script is wrong, standard output stays empty.
    if status == status::WRONG {
        output::say(&told);
    } else {
        output::print(&told)?;
    }
    tell_strays(args, &found);
    Ok(status)
}

/// What can't be meant.
fn refuse(args: &TestArgs) -> Result<(), Failure> {
    if args.paths.iter().any(|path| path == "-") {
        let help = "`concsim run -` runs a script from standard input".to_owned();
        let text = "`-` is standard input, and no golden stands beside that".to_owned();
        return Err(Failure::Message { text, help: Some(help) });
    }
    let ci = std::env::var_os("CI").unwrap_or_default();
    let is_ci = !["", "0", "false"].iter().any(|no| ci.eq_ignore_ascii_case(no));
    if args.bless && is_ci {
        let text = "--bless writes goldens, which a person has to look at; it is refused where `CI` is set"
            .to_owned();
        let help = "bless them on your own computer, look at the difference, and commit it".to_owned();
        return Err(Failure::Message { text, help: Some(help) });
    }
    Ok(())
}

fn nothing(args: &TestArgs) -> Failure {
    let places: Vec<String> = args.paths.iter().map(|path| safe(&path.to_string_lossy())).collect();
    let place = if places.is_empty() { "this folder".to_owned() } else { places.join(", ") };
    Failure::Message {
        text: format!("there is no script in {place}"),
        help: Some(
            "scripts end in .conc; hidden folders and those called `target` are not searched".to_owned(),
        ),
    }
}

/// Opens the file of `--junit`, which is none of those that are tested.
fn open(path: &Path, scripts: &[Candidate]) -> Result<Place, Failure> {
    let tested = scripts.iter().flat_map(|script| std::iter::once(&script.path).chain(&script.goldens));
    for file in tested {
        if is_same_file(path, file) {
            return Err(Failure::Message {
                text: format!("--junit names {}, which is tested and would be overwritten", shown(file)),
                help: Some("give the report a name of its own".to_owned()),
            });
        }
    }
    // None of them is the script any more, so that the last check of its own finds nothing.
    Place::open("--junit", path, Path::new(""))
}

/// All scripts, tested on many threads, in order.
fn tested(args: &TestArgs, jobs: usize, scripts: &[Candidate]) -> Vec<Script> {
    let tester = Tester { args, stop: interrupt::watch() };
    let tally = Tally::new(scripts.len(), "scripts");
    let test = |(): &mut (), at: usize| {
        let script = tester.test(&scripts[at]);
        tally.count();
        script
    };
    let tested = in_parallel(jobs, scripts.len(), || (), test);
    tally.clear();
    if interrupt::happened() {
        output::say("interrupted: this is how far the tests came\n");
    }
    tested
}

/// What can't be looked into, as a script that is wrong.
fn closed(path: &Path, why: &str) -> Script {
    let path = shown(path);
    let problem = Problem::Unusable(format!("can't test {path}: {why}"), None);
    let test = Test {
        golden: None,
        elapsed: SimDuration::ZERO,
        tried: true,
        problems: vec![problem],
        written: None,
    };
    Script { path, source: None, tests: vec![test] }
}

/// The status: what can't be used weighs most, then what is not as it should be, then a limit or an interrupt.
fn of_all(scripts: &[Script]) -> u8 {
    match scripts.iter().map(Script::verdict).max().unwrap_or(Verdict::Ok) {
        Verdict::Ok => status::SUCCESS,
        Verdict::NotTried | Verdict::Limit => status::LIMIT,
        Verdict::Changed | Verdict::Failed => status::FOUND,
        Verdict::Mistake | Verdict::Crashed => status::WRONG,
    }
}

/// Traces to which no script belongs: perhaps it was renamed.
fn tell_strays(args: &TestArgs, found: &Found) {
    if !args.quiet {
        for stray in &found.strays {
            output::say(&format!("note: {}: no script beside it has this golden\n", safe(&shown(stray))));
        }
    }
}
