//! Units that go on for ever without getting anywhere.

use crate::base::diagnostic::Label;
use crate::base::id::UnitId;
use crate::ir::program::Pc;
use crate::observe::explain::{Witness, list};
use crate::observe::finding::{Finding, FindingKind};

/// How many places are shown.
const SHOWN_MAX: usize = 8;

impl Witness<'_> {
    /// Units that go round and round, and the places where they take their steps.
    #[must_use]
    pub fn livelock(&self, rounds: &[(UnitId, Vec<Pc>)]) -> Finding {
        let units: Vec<String> = rounds.iter().map(|(unit, _)| self.unit(*unit)).collect();
        let go = if units.len() > 1 { "go" } else { "goes" };
        let message = format!(
            "{} {go} on for ever without getting anywhere: from here no end can be reached",
            list(units.clone())
        );
        let mut labels: Vec<Label> = Vec::new();
        for (unit, places) in rounds {
            let text = format!("{} comes here again and again", self.unit(*unit));
            let places = places.iter().map(|&pc| Label::new(self.span(pc), text.clone()));
            places.for_each(|label| {
                if labels.iter().all(|known| known.span != label.span) {
                    labels.push(label);
                }
            });
        }
        labels.truncate(SHOWN_MAX);
        let help = "let somebody change what they wait for, or let them wait for it without a loop";
        Finding { units, labels, help: Some(help.to_owned()), ..self.finding(FindingKind::Livelock, message) }
    }
}
