//! Units that go on for ever without getting anywhere.

use crate::base::diagnostic::Label;
use crate::base::id::UnitId;
use crate::base::span::Span;
use crate::ir::program::Pc;
use crate::observe::deadlock::Stuck;
use crate::observe::explain::{Witness, list};
use crate::observe::finding::{Finding, FindingKind};

/// How many places are shown.
const SHOWN_MAX: usize = 8;

/// What is certain of a run that has come to where no end can be reached any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endless {
    /// Units that are stuck whatever the others do.
    pub stuck: Vec<Stuck>,
    /// Units that go on for ever without getting anywhere, and the places where they take their steps.
    pub rounds: Vec<(UnitId, Vec<Pc>)>,
    /// All units that go on for ever, daemons too.
    pub movers: Vec<UnitId>,
}

impl Endless {
    /// The same with other names for the units; none if one has no other name.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(UnitId) -> Option<UnitId>) -> Option<Self> {
        let all = |units: &[UnitId]| units.iter().map(|unit| name(*unit)).collect::<Option<Vec<_>>>();
        let stuck = |reason: &Stuck| {
            Some(Stuck {
                cause: reason.cause,
                units: all(&reason.units)?,
                victims: all(&reason.victims)?,
                tangled: all(&reason.tangled)?,
            })
        };
        let round = |(unit, places): &(UnitId, Vec<Pc>)| Some((name(*unit)?, places.clone()));
        Some(Self {
            stuck: self.stuck.iter().map(stuck).collect::<Option<_>>()?,
            rounds: self.rounds.iter().map(round).collect::<Option<_>>()?,
            movers: all(&self.movers)?,
        })
    }
}

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
        let mut spans: Vec<Span> = Vec::new();
        for span in rounds.iter().flat_map(|(_, places)| places).map(|&pc| self.span(pc)) {
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
        spans.truncate(SHOWN_MAX);
        let labels = spans.into_iter().map(|span| Label::new(span, self.comes_here(rounds, span))).collect();
        let help = "let somebody change what they wait for, or let them wait for it without a loop";
        Finding { units, labels, help: Some(help.to_owned()), ..self.finding(FindingKind::Livelock, message) }
    }

    /// Whose round leads through a place.
    fn comes_here(&self, rounds: &[(UnitId, Vec<Pc>)], span: Span) -> String {
        let passes = |(_, places): &&(UnitId, Vec<Pc>)| places.iter().any(|&pc| self.span(pc) == span);
        let units: Vec<String> = rounds.iter().filter(passes).map(|(unit, _)| self.unit(*unit)).collect();
        let come = if units.len() > 1 { "come" } else { "comes" };
        format!("{} {come} here again and again", list(units))
    }
}
