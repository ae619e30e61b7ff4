//! The `concsim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    concsim::cli::main()
}
