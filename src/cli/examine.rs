//! All that can be said of one file without a run: what `check`, `fix` and their documents show.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use crate::analysis::analyse_as;
use crate::base::diagnostic::{Diagnostic, Tally};
use crate::base::span::Source;
use crate::cli::prepare::{latest, machine_mistakes};
use crate::machine::choose::Choice;
use crate::syntax::ast::{Literal, Script, UnitKind};

/// A file that was looked at.
#[derive(Debug)]
pub(super) struct Examined {
    /// As the user named it, or `-`.
    pub(super) path: OsString,
    /// Its text.
    pub(super) source: Source,
    /// The tree of all that could be read; empty for a machine file.
    pub(super) script: Script,
    /// All that is wrong or suspicious, in the order of the text.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Examined {
    /// How many there are of each gravity.
    pub(super) fn tally(&self) -> Tally {
        Tally::of(&self.diagnostics)
    }
}

/// Looks at a script, on such a machine and with these values for its params.
pub(super) fn examine(path: &OsStr, source: Source, choice: &Choice, set: &[(String, Literal)]) -> Examined {
    let unit = choice.unit.as_deref().and_then(UnitKind::from_word);
    let analysis = analyse_as(&source, &latest(set), unit);
    let mut diagnostics = analysis.diagnostics;
    let of_machine = machine_mistakes(&analysis.script, analysis.program.as_ref(), choice);
    // The checker has its own words for some of them.
    let told: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.primary.span).collect();
    diagnostics.extend(of_machine.into_iter().filter(|mistake| !told.contains(&mistake.primary.span)));
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    Examined { path: path.to_os_string(), source, script: analysis.script, diagnostics }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let source = Source::new("bank.conc", text);
        let examined = examine(OsStr::new("bank.conc"), source, &Choice::NOTHING, &[]);
        examined.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn the_block_is_judged_whatever_else_is_wrong_and_all_comes_in_the_order_of_the_text() {
        assert_eq!(codes("main { print x }\nmachine { coers: 2 }\nlock m, m\n"), ["E110", "E300", "E102"]);
        assert_eq!(codes("machine { cores: 0 }\nmain { print \"a\" }\n"), ["E300"]);
    }

    #[test]
    fn a_setting_that_is_given_twice_is_one_mistake() {
        assert_eq!(codes("machine { cores: 2; cores: 2 }\nmain { pass }\n"), ["E104"]);
    }
}
