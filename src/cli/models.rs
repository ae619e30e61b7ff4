//! `concsim runtimes` and `concsim machines`: what is modelled, and where every number comes from.

use crate::cli::args::{Color, Format};
use crate::cli::failure::Failure;
use crate::cli::{face, output, status};
use crate::export::models::{Profile, document, list, page};
use crate::machine::error::Problem;
use crate::machine::{find_machine, find_runtime, machines, runtimes};

pub(super) const RUNTIMES_EXAMPLES: &str = "\
Examples:
  concsim runtimes                           list them
  concsim runtimes cpython-2.7               all of one, with its sources
  concsim run bank.conc --runtime cpython-2.7";

pub(super) const MACHINES_EXAMPLES: &str = "\
Examples:
  concsim machines                           list them
  concsim machines default                   every number, with its source
  concsim run bank.conc --machine mac2010";

/// Which runtime or machine to tell of.
#[derive(Debug, clap::Args)]
pub(super) struct ProfileArgs {
    /// Its name; without one, all are listed
    pub(super) name: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

/// Lists the runtimes, or tells all of one.
///
/// # Errors
///
/// If there is no runtime of that name, or standard output can't be written.
pub(super) fn list_runtimes(args: &ProfileArgs) -> Result<u8, Failure> {
    let profiles = match args.name.as_deref() {
        Some(name) => vec![find_runtime(name).map_err(|problem| unknown(&problem))?.into()],
        None => runtimes().iter().map(|&runtime| runtime.into()).collect(),
    };
    show(args, ("runtimes", "concsim.runtimes/1"), &profiles)
}

/// Lists the machines that are built in, or tells all of one.
///
/// # Errors
///
/// If there is no machine of that name, or standard output can't be written.
pub(super) fn list_machines(args: &ProfileArgs) -> Result<u8, Failure> {
    let profiles = match args.name.as_deref() {
        Some(name) => vec![find_machine(name).map_err(|problem| unknown(&problem))?.into()],
        None => machines().iter().map(|&machine| machine.into()).collect(),
    };
    show(args, ("machines", "concsim.machines/1"), &profiles)
}

fn show(
    args: &ProfileArgs,
    (of, schema): (&'static str, &'static str),
    profiles: &[Profile],
) -> Result<u8, Failure> {
    let width = face::face(Color::Never).width;
    let text = match (args.format, profiles) {
        (Format::Json, _) => document(schema, of, profiles),
        (Format::Text, [profile]) if args.name.is_some() => page(profile, width),
        (Format::Text, _) => {
            format!("{}\n`concsim {of} NAME` tells all of one, and how it is known.\n", list(profiles, width))
        }
    };
    output::print(&text)?;
    Ok(status::SUCCESS)
}

fn unknown(problem: &Problem) -> Failure {
    Failure::Message { text: problem.to_string(), help: problem.help() }
}
