//! The options that say what a run takes place on, the same for every command.

use std::ffi::OsString;

use crate::cli::literal::parse_setting;
use crate::syntax::ast::Literal;

/// What a run takes place on. The command line beats the script's `machine` block.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ModelArgs {
    /// The number of cores [default: 4]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) cores: Option<u32>,
    /// The Python to model [default: cpython-3.14]
    #[arg(long, value_name = "NAME")]
    pub(super) runtime: Option<String>,
    /// What `spawn unit` starts: `thread`, `process`, `task`, `interpreter` or `subprocess` [default: thread]
    #[arg(long, value_name = "KIND")]
    pub(super) unit: Option<String>,
    /// The hardware and its costs: `default`, `ideal` (no overhead), `mac2010`, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) machine: Option<OsString>,
    /// Give a `param` of the script another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub(super) set: Vec<(String, Literal)>,
}
