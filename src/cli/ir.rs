//! `concsim ir`: the flat code of a script.

use crate::cli::args::{Format, IrArgs};
use crate::cli::failure::Failure;
use crate::cli::prepare::compile;
use crate::cli::{input, output, status};

/// Prints the flat code.
///
/// # Errors
///
/// If the script can't be read or has mistakes, or standard output can't be written.
pub(super) fn ir(args: &IrArgs) -> Result<u8, Failure> {
    let program = compile(&input::read(&args.file)?, &args.set, None)?.program;
    let text = match args.format {
        Format::Text => program.to_string(),
        Format::Json => {
            serde_json::to_string_pretty(&program).expect("a program has text keys and finite numbers") + "\n"
        }
    };
    output::print(&text)?;
    Ok(status::SUCCESS)
}
