//! The `concsim` command: the only place with files, the environment, the
//! terminal and exit codes.
//!
//! A command gives its exit status or a [`failure::Failure`]; what a failure
//! says and which status it means is decided here, once.

mod args;
mod check;
mod compare;
mod diff;
mod difference;
mod examine;
mod examples;
mod explain;
mod explore;
mod export;
mod face;
mod failure;
mod fix;
mod fmt;
mod grade;
mod input;
mod interrupt;
mod ir;
mod listener;
mod literal;
mod mend;
mod model;
mod models;
mod new;
mod output;
mod page;
mod place;
mod prepare;
mod progress;
mod render;
mod replay;
mod rerun;
mod run;
mod seeds;
mod setup;
mod show;
mod status;
mod target;
mod test;
mod trace_file;
mod uri;
mod watch;
mod write_back;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::args::{Args, Color, Command};

/// Runs the command of the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help and version go to standard output and mean 0, wrong usage to standard error and 2.
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * status::WRONG);
        }
    };
    let (result, color) = match &args.command {
        Command::Run(args) => (run::run(args), args.color),
        Command::Explore(args) => (explore::explore(args), args.color),
        Command::Compare(args) => (compare::compare(args), args.color),
        Command::Diff(args) => (diff::diff(args), args.color),
        Command::Show(args) => (show::show(args), args.color),
        Command::Grade(args) => (grade::grade(args), args.color),
        Command::Rubric(args) => (grade::rubric(args), args.color()),
        Command::Check(args) => (check::check(args), args.color),
        Command::Test(args) => (test::test(args), args.color),
        Command::Fix(args) => (fix::fix(args), args.color),
        Command::Examples(args) => (examples::examples(args), Color::Auto),
        Command::Runtimes(args) => (models::list_runtimes(args), Color::Auto),
        Command::Machines(args) => (models::list_machines(args), Color::Auto),
        Command::New(args) => (new::new(args), Color::Auto),
        Command::Fmt(args) => (fmt::fmt(args), args.color),
        Command::Export(args) => (export::export(args), args.color()),
        Command::Ir(args) => (ir::ir(args), args.color),
        Command::Explain(args) => (explain::explain(args), args.color),
    };
    ExitCode::from(result.unwrap_or_else(|failure| failure.report(color)))
}
