//! `concsim check`: mistakes, without a run.

use std::path::Path;

use crate::base::diagnostic::Tally;
use crate::base::printable::safe;
use crate::cli::args::{CheckArgs, CheckFormat, Color, Deny};
use crate::cli::examine::{Examined, examine};
use crate::cli::failure::Failure;
use crate::cli::mend::offer;
use crate::cli::prepare::{choice, choose, refuse_unknown};
use crate::cli::render::Snippets;
use crate::cli::uri::uri;
use crate::cli::watch::{Watched, watch};
use crate::cli::{input, output, status};
use crate::export::check::{Checked, document};
use crate::export::sarif;
use crate::syntax::ast::Script;

/// Looks at every script, whatever is wrong with the ones before it, once or again and again.
///
/// # Errors
///
/// If the options ask for what there is not, or standard output can't be written.
pub(super) fn check(args: &CheckArgs) -> Result<u8, Failure> {
    if !args.watch {
        return check_once(args);
    }
    let watched = Watched {
        scripts: &args.files,
        machine: args.model.machine.as_deref().map(Path::new),
        color: args.color,
    };
    let format = (args.format != CheckFormat::Text).then_some(args.format.word());
    watch(&watched, format, |_| check_once(args))
}

/// A file that was looked at, or why it could not be.
type Found = Result<Examined, Failure>;

fn check_once(args: &CheckArgs) -> Result<u8, Failure> {
    input::stdin_once(&args.files)?;
    let found = look(args)?;
    let files: Vec<&Examined> = found.iter().flatten().collect();
    let unread = files.len() < found.len();
    // What can't be read as a whole may hide a param.
    if !unread && files.iter().all(|file| file.tally().errors == 0) {
        let scripts: Vec<&Script> = files.iter().map(|file| &file.script).collect();
        refuse_unknown(&scripts, &args.model.set)?;
    }
    let result = if unread { status::WRONG } else { judge(&files, &args.deny) };
    match args.format {
        CheckFormat::Text => print_text(found, args, result)?,
        CheckFormat::Json => print_document(found, args.color, document)?,
        CheckFormat::Sarif => print_document(found, args.color, sarif::document)?,
    }
    Ok(result)
}

/// Looks at all files. A machine file with mistakes stands before the scripts, which are looked at without it.
fn look(args: &CheckArgs) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let choice = match (choose(&args.model), &args.model.machine) {
        (Err(Failure::Mistakes(source, diagnostics)), Some(machine)) => {
            let (path, script) = (machine.clone(), Script::default());
            found.push(Ok(Examined { path, source: *source, script, diagnostics }));
            choice(&args.model, None)
        }
        (choice, _) => choice?,
    };
    for file in &args.files {
        found.push(input::read(file).map(|source| examine(file, source, &choice, &args.model.set)));
    }
    Ok(found)
}

/// The status of a check of these.
fn judge(scripts: &[&Examined], deny: &[Deny]) -> u8 {
    let denied = deny.contains(&Deny::Warning);
    let of_one = |script: &&Examined| match script.tally() {
        Tally { errors: 1.., .. } => status::WRONG,
        Tally { warnings: 1.., .. } if denied => status::FOUND,
        Tally { .. } => status::SUCCESS,
    };
    scripts.iter().map(of_one).max().unwrap_or(status::SUCCESS)
}

/// Says what is wrong on standard error and, unless it is to be quiet, what is right on standard output.
fn print_text(found: Vec<Found>, args: &CheckArgs, result: u8) -> Result<(), Failure> {
    let colour = output::colour_on_stderr(args.color);
    let mut right = String::new();
    for file in found {
        match file {
            Ok(examined) => {
                let Tally { errors, warnings } = examined.tally();
                if !args.quiet || errors + warnings > 0 {
                    output::say(&remarks(&examined, colour));
                }
                // A script with mistakes leaves standard output empty, also when others have none.
                if result == status::WRONG && errors > 0 {
                    output::say(&summary(&examined));
                } else {
                    right.push_str(&summary(&examined));
                }
            }
            Err(failure) => _ = failure.report(args.color),
        }
    }
    if result == status::WRONG || args.quiet { Ok(()) } else { output::print(&right) }
}

/// Prints the document of what could be read; of what could not, the reason goes to standard error.
fn print_document(
    found: Vec<Found>,
    color: Color,
    document: fn(&[Checked<'_>]) -> String,
) -> Result<(), Failure> {
    let mut files = Vec::new();
    for file in found {
        match file {
            Ok(examined) => files.push((uri(&examined.path), examined)),
            Err(failure) => _ = failure.report(color),
        }
    }
    let files =
        files.iter().map(|(uri, Examined { source, diagnostics, .. })| Checked { source, uri, diagnostics });
    output::print(&document(&files.collect::<Vec<_>>()))
}

/// All that is to be said of a file, drawn, and how many of it `concsim fix` mends.
pub(super) fn remarks(examined: &Examined, colour: bool) -> String {
    let drawn = Snippets::new(&examined.source, colour).diagnostics(&examined.diagnostics);
    drawn + &offer(&examined.diagnostics, Some(&examined.path))
}

/// `bank.conc: no errors, 1 warning`, a line.
pub(super) fn summary(examined: &Examined) -> String {
    format!("{}: {}\n", safe(&examined.source.name), counted(examined.tally()))
}

/// `2 errors, 1 warning`
pub(super) fn counted(tally: Tally) -> String {
    let counted = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    let errors = if tally.errors == 0 { "no errors".to_string() } else { counted(tally.errors, "error") };
    if tally.warnings == 0 { errors } else { format!("{errors}, {}", counted(tally.warnings, "warning")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Diagnostic;
    use crate::base::span::{Source, Span};

    #[test]
    fn what_there_is_is_counted() {
        let check = |errors, warnings, want| {
            assert_eq!(counted(Tally { errors, warnings }), want);
        };
        check(0, 0, "no errors");
        check(1, 2, "1 error, 2 warnings");
        check(2, 0, "2 errors");
    }

    #[test]
    fn a_warning_weighs_if_it_is_denied_and_an_error_more() {
        let nowhere = Span::new(0, 0);
        let examined = |diagnostics| Examined {
            path: "x.conc".into(),
            source: Source::new("x.conc", ""),
            script: Script::default(),
            diagnostics,
        };
        let clean = examined(Vec::new());
        let warned = examined(vec![Diagnostic::warning("W001", nowhere, "odd")]);
        let wrong = examined(vec![Diagnostic::error("E110", nowhere, "wrong")]);
        let check = |files: &[&Examined], want: [u8; 2]| {
            assert_eq!([judge(files, &[]), judge(files, &[Deny::Warning])], want);
        };
        check(&[], [0, 0]);
        check(&[&clean], [0, 0]);
        check(&[&clean, &warned], [0, 1]);
        check(&[&wrong, &warned], [2, 2]);
    }
}
