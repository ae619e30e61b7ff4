//! `concsim diff --git`: what git gives to a diff driver.
//!
//! Git stops at a driver whose status is not 0, so that one broken trace would hide all files behind it. What can't be
//! compared as runs is shown as a diff of lines, with the reason.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::base::printable::safe;
use crate::cli::diff::args::DiffArgs;
use crate::cli::diff::side::{Content, Side, recorded};
use crate::cli::diff::{look, told};
use crate::cli::difference::{Reader, unified};
use crate::cli::failure::Failure;
use crate::cli::rerun::TRACE_MAX;
use crate::cli::{input, output, status};
use crate::compare::compare;
use crate::export::compare::text::text;

/// What git calls a file that is not there.
const NOWHERE: &str = "/dev/null";

/// A file on its way from one version to another.
struct Changed<'a> {
    /// Where it stands in the repository; of a file that was moved, where it stood.
    path: &'a OsStr,
    /// Where it stands now.
    now: &'a OsStr,
    /// The file with the old content, if there is one.
    before: Option<&'a OsStr>,
    after: Option<&'a OsStr>,
}

/// Shows one file that git has found changed.
///
/// # Errors
///
/// If these are not the arguments that git gives, or standard output can't be written.
pub(super) fn diff(args: &DiffArgs, stop: &AtomicBool) -> Result<u8, Failure> {
    let is_there = |file: &'_ OsString| file != NOWHERE;
    let changed = match &args.files[..] {
        [path] => {
            output::print(&format!("{}: unmerged\n", safe(&path.to_string_lossy())))?;
            return Ok(status::SUCCESS);
        }
        [path, before, _, _, after, _, _, rest @ ..] if rest.len() <= 2 => Changed {
            path,
            now: rest.first().unwrap_or(path),
            before: Some(before).filter(|file| is_there(file)).map(OsString::as_os_str),
            after: Some(after).filter(|file| is_there(file)).map(OsString::as_os_str),
        },
        other => {
            return Err(Failure::Message {
                text: format!(
                    "--git takes the seven arguments that git gives to a diff driver, not {}",
                    other.len()
                ),
                help: Some(
                    "set it up with: git config diff.concsim.command \"concsim diff --git\"".to_owned(),
                ),
            });
        }
    };
    output::print(&shown(args, &changed, stop))?;
    Ok(status::SUCCESS)
}

fn shown(args: &DiffArgs, changed: &Changed<'_>, stop: &AtomicBool) -> String {
    let called = Path::new(changed.now);
    let is_script = called.extension() == Some(OsStr::new("conc"));
    let is_run = is_script || called.extension() == Some(OsStr::new("trace"));
    let names = [names_of("a", changed.path), names_of("b", changed.now)];
    let lines = || of_lines(args, changed, &names);
    let (Some(before), Some(after)) = (changed.before, changed.after) else {
        return whole(changed, is_run, &names) + &lines();
    };
    if !is_run {
        return lines();
    }
    let read = |file, name: &String| Side::read_as(file, called, name.clone());
    let sides = read(before, &names[0]).and_then(|one| Ok([one, read(after, &names[1])?]));
    // Options are for runs; two traces are what they are.
    let compared = sides.and_then(|sides| {
        let both =
            matches!(sides.each_ref().map(|side| &side.content), [Content::Trace(_), Content::Trace(_)]);
        if both && args.of_run().is_some() {
            recorded_as_they_are(sides)
        } else {
            recorded(sides, args, stop)
        }
    });
    match compared {
        Ok([before, after]) => {
            let comparison = compare(&before, &after);
            let shown = names.each_ref().map(String::as_str);
            let runs = if args.quiet {
                told(args, &comparison, shown)
            } else {
                text(&comparison, shown, look(args.color))
            };
            if is_script { lines() + &runs } else { runs }
        }
        Err(failure) => format!("{}\n", safe(&failure.sentence())) + &lines(),
    }
}

fn recorded_as_they_are(sides: [Side; 2]) -> Result<[crate::trace::recorded::Recorded; 2], Failure> {
    let trace = |side: Side| match side.content {
        Content::Trace(trace) => Ok(*trace),
        Content::Script(_) => Err(Failure::message("this is no trace")),
    };
    let [one, other] = sides;
    Ok([trace(one)?, trace(other)?])
}

fn names_of(side: &str, path: &OsStr) -> String {
    format!("{side}/{}", path.to_string_lossy())
}

/// What is to be said of a file that is new or gone.
fn whole(changed: &Changed<'_>, is_run: bool, [before, after]: &[String; 2]) -> String {
    if !is_run {
        return String::new();
    }
    match changed.before {
        Some(_) => format!("{}: gone\n", safe(before)),
        None => format!("{}: new\n", safe(after)),
    }
}

/// The lines that differ.
fn of_lines(args: &DiffArgs, changed: &Changed<'_>, [before, after]: &[String; 2]) -> String {
    let read = |file: Option<&OsStr>| match file {
        Some(file) => input::read_long(file, TRACE_MAX).map(|source| source.text),
        None => Ok(String::new()),
    };
    let name = if changed.after.is_some() { after } else { before };
    match (read(changed.before), read(changed.after)) {
        (Ok(before), Ok(after)) => unified(name, &before, &after, Reader::of_stdout(args.color)),
        (Err(failure), _) | (_, Err(failure)) => format!("{}: {}\n", safe(name), safe(&failure.sentence())),
    }
}
