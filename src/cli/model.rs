//! The options that say what a run takes place on, the same for every command.

use std::ffi::OsString;

use crate::base::printable::shell_word;
use crate::cli::literal::{pair_text, parse_cost, parse_setting};
use crate::cli::prepare::latest;
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
    /// Set a number of the machine or the runtime, as `machine { }` does: `op=50ns`, `start_method=fork`
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_cost)]
    pub(super) cost: Vec<(String, Literal)>,
    /// Give a `param` of the script another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
    pub(super) set: Vec<(String, Literal)>,
}

impl ModelArgs {
    /// All is left to the script.
    pub(super) const NOTHING: Self =
        Self { cores: None, runtime: None, unit: None, machine: None, cost: Vec::new(), set: Vec::new() };

    /// These options as a shell takes them, for a command that is to be given the same.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.runtime.iter().map(|runtime| format!("--runtime {}", shell_word(runtime))));
        words.extend(self.unit.iter().map(|unit| format!("--unit {}", shell_word(unit))));
        words.extend(self.cores.iter().map(|cores| format!("--cores {cores}")));
        let machine = self.machine.iter();
        words.extend(machine.map(|file| format!("--machine {}", shell_word(&file.to_string_lossy()))));
        for (option, given) in [("--cost", &self.cost), ("--set", &self.set)] {
            words.extend(
                latest(given).iter().map(|pair| format!("{option} {}", shell_word(&pair_text(pair)))),
            );
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_give_the_same_again() {
        assert_eq!(ModelArgs::NOTHING.words(), [""; 0]);
        let pair = |name: &str, value| (name.to_owned(), value);
        let args = ModelArgs {
            cores: Some(2),
            runtime: Some("cpython-3.12".to_owned()),
            unit: Some("process".to_owned()),
            machine: Some("my laptop.toml".into()),
            cost: vec![
                pair("op", Literal::Duration(1)),
                pair("start_method", Literal::Str("fork".to_owned())),
                pair("op", Literal::Duration(2)),
            ],
            set: vec![pair("n", Literal::Int(3))],
        };
        let want = "--runtime cpython-3.12 --unit process --cores 2 --machine 'my laptop.toml' --cost op=2ns \
                    --cost start_method=fork --set n=3";
        assert_eq!(args.words().join(" "), want);
    }
}
