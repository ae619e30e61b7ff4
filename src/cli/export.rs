//! `concsim export`: a script as a program for something real.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::args::{Color, ModelArgs};
use crate::cli::failure::Failure;
use crate::cli::literal::parse_setting;
use crate::cli::place::Place;
use crate::cli::prepare::{compile, prepare};
use crate::cli::{input, output, status};
use crate::export::python;
use crate::syntax::ast::Literal;

pub(super) const EXAMPLES: &str = "\
Examples:
  concsim export python bank.conc                 print it as a Python program
  concsim export python bank.conc -o bank.py && python3 bank.py
  concsim export python any_unit.conc --unit process";

/// Where a script is to run.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    target: Target,
}

/// What a script is written as.
#[derive(Debug, Subcommand)]
enum Target {
    /// A program for CPython 3.8 or later, which needs nothing but the standard library
    #[command(after_help = EXAMPLES)]
    Python(PythonArgs),
}

/// What to write, and where to.
#[derive(Debug, clap::Args)]
struct PythonArgs {
    /// The script, or `-` for standard input
    file: OsString,
    /// Write the program to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The Python whose start method processes have, unless the script says which [default: cpython-3.14]
    #[arg(long, value_name = "NAME")]
    runtime: Option<String>,
    /// What `spawn unit` starts: `thread`, `process`, `task` or `subprocess` [default: thread]
    #[arg(long, value_name = "KIND")]
    unit: Option<String>,
    /// Give a `param` of the script another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
    set: Vec<(String, Literal)>,
    /// Whether to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

impl ExportArgs {
    /// Whether to use colours.
    pub(super) const fn color(&self) -> Color {
        let Target::Python(args) = &self.target;
        args.color
    }
}

/// Writes the program.
///
/// # Errors
///
/// If the script can't be read or has mistakes, something in it has no counterpart, or the program can't be written.
pub(super) fn export(args: &ExportArgs) -> Result<u8, Failure> {
    let Target::Python(args) = &args.target;
    let source = input::read(&args.file)?;
    let mut compiled = compile(&source, &args.set, args.unit.as_deref())?;
    let model = ModelArgs {
        runtime: args.runtime.clone(),
        unit: args.unit.clone(),
        set: args.set.clone(),
        ..ModelArgs::NOTHING
    };
    prepare(&source, &mut compiled, &model)?;
    let place = args
        .output
        .as_deref()
        .map(|path| Place::open("--output", path, Path::new(&args.file)))
        .transpose()?;
    let program = python::program(&source, &compiled.script, &args.set, compiled.program.terms)
        .map_err(|refused| Failure::Mistakes(Box::new(source), refused))?;
    match place {
        Some(place) => place.write(&program)?,
        None => output::print(&program)?,
    }
    Ok(status::SUCCESS)
}
