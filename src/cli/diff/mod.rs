//! `concsim diff`: what differs between two runs.

mod args;
mod git;
mod side;

pub(super) use args::{DiffArgs, EXAMPLES, USAGE};
pub(super) use side::read_trace;

use crate::base::printable::safe;
use crate::cli::args::Color;
use crate::cli::diff::args::DiffFormat;
use crate::cli::diff::side::{Side, recorded};
use crate::cli::failure::Failure;
use crate::cli::{face, input, interrupt, output, status};
use crate::compare::{Comparison, compare};
use crate::export::compare::Look;
use crate::export::compare::json::document;
use crate::export::compare::markdown::markdown;
use crate::export::compare::text::text;

/// Compares and prints.
///
/// # Errors
///
/// If something can't be read or run, or is no trace and no script.
pub(super) fn diff(args: &DiffArgs) -> Result<u8, Failure> {
    let stop = interrupt::watch();
    if args.git {
        return git::diff(args, stop);
    }
    let [before, after] = &args.files[..] else {
        return Err(Failure::Message {
            text: format!("there are {} files to compare, and it takes two", args.files.len()),
            help: Some("`concsim diff A B` compares two traces, two scripts, or one of each".to_owned()),
        });
    };
    input::stdin_once(&args.files)?;
    let sides = [Side::read(before)?, Side::read(after)?];
    let names = sides.each_ref().map(|side| side.name.clone());
    let [before, after] = recorded(sides, args, stop)?;
    let comparison = compare(&before, &after);
    output::print(&told(args, &comparison, names.each_ref().map(String::as_str)))?;
    Ok(if comparison.is_same() { status::SUCCESS } else { status::FOUND })
}

/// The comparison in the form that was asked for.
fn told(args: &DiffArgs, comparison: &Comparison, names: [&str; 2]) -> String {
    match args.format {
        DiffFormat::Json => document(comparison, names),
        DiffFormat::Markdown => markdown(comparison, names),
        DiffFormat::Text if !args.quiet => text(comparison, names, look(args.color)),
        DiffFormat::Text if comparison.is_same() => String::new(),
        DiffFormat::Text => {
            let [before, after] = names.map(safe);
            format!("{before} and {after} differ\n")
        }
    }
}

/// What standard output can show.
pub(super) fn look(color: Color) -> Look {
    let face = face::face(color);
    Look { width: face.width, unicode: face.unicode, colour: face.colour }
}
