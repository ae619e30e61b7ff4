//! `concsim check`: mistakes, without a run.

use std::ffi::OsStr;

use crate::base::printable::safe;
use crate::cli::args::CheckArgs;
use crate::cli::failure::Failure;
use crate::cli::prepare::{compile, prepare};
use crate::cli::render::Snippets;
use crate::cli::{input, output, status};

/// Looks at every script, whatever is wrong with the ones before it; says what
/// is wrong on standard error and, unless it is to be quiet, what is right on
/// standard output.
///
/// # Errors
///
/// If standard output can't be written.
pub(super) fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let mut result = status::SUCCESS;
    let mut right = String::new();
    for file in &args.files {
        match check_one(file, args) {
            Ok(line) => right.push_str(&line),
            Err(failure) => result = result.max(failure.report(args.color)),
        }
    }
    // A script with mistakes leaves standard output empty, also when others have none.
    if result == status::SUCCESS && !args.quiet {
        output::print(&right)?;
    }
    Ok(result)
}

fn check_one(file: &OsStr, args: &CheckArgs) -> Result<String, Failure> {
    let source = input::read(file)?;
    let compiled = compile(&source, &args.model.set)?;
    prepare(&source, &compiled.script, &args.model)?;
    let colour = output::colour_on_stderr(args.color);
    output::say(&Snippets::new(&source, colour).diagnostics(&compiled.warnings));
    let warnings = match compiled.warnings.len() {
        0 => String::new(),
        1 => ", 1 warning".to_string(),
        many => format!(", {many} warnings"),
    };
    Ok(format!("{}: no errors{warnings}\n", safe(&source.name)))
}
