//! What has failed, in words: asserts, exceptions and properties; and bounds that were reached.

use crate::base::diagnostic::Label;
use crate::base::id::UnitId;
use crate::base::span::Span;
use crate::base::time::SimTime;
use crate::ir::program::Pc;
use crate::ir::value::Exception;
use crate::observe::explain::Witness;
use crate::observe::finding::{Finding, FindingKind};

impl Witness<'_> {
    /// An `assert` that failed.
    #[must_use]
    pub fn assertion(&self, unit: UnitId, exception: &Exception) -> Finding {
        let text =
            if exception.message.is_empty() { String::new() } else { format!(": {}", exception.message) };
        let name = self.unit(unit);
        Finding {
            labels: vec![Label::new(self.span(exception.origin), "this was false")],
            units: vec![name.clone()],
            ..self.finding(FindingKind::Assertion, format!("an assertion of {name} failed{text}"))
        }
    }

    /// An exception that ended a unit and that nobody took.
    #[must_use]
    pub fn exception(&self, unit: UnitId, exception: &Exception, at: SimTime) -> Finding {
        let name = self.unit(unit);
        Finding {
            at,
            labels: vec![Label::new(self.span(exception.origin), format!("raised here: {}", exception.name))],
            units: vec![name.clone()],
            help: self.refused(exception).or_else(|| (unit.0 != 0).then(|| {
                format!("catch it in the unit, or take it with `await` or `.result()` (`.join()` does not re-raise what ended {name})")
            })),
            ..self.finding(FindingKind::Exception, format!("{name} was ended by {}", exception.text()))
        }
    }

    /// A property that does not hold.
    #[must_use]
    pub fn property(&self, kind: FindingKind, text: &str, span: Span, by: Option<(UnitId, Pc)>) -> Finding {
        let message = if kind == FindingKind::Invariant {
            format!("the invariant `{text}` does not hold")
        } else {
            format!("at the end `{text}` does not hold")
        };
        let mut labels = vec![Label::new(span, "this is false")];
        let mut units = Vec::new();
        if let Some((unit, pc)) = by {
            let name = self.unit(unit);
            labels.push(Label::new(self.span(pc), format!("after this step of {name}")));
            units.push(name);
        }
        Finding { labels, units, help: self.other_value(span), ..self.finding(kind, message) }
    }

    /// A bound that was reached.
    #[must_use]
    pub fn limit(&self, message: String, at: Option<UnitId>, help: &str) -> Finding {
        let place = at.map(|unit| {
            let pc = self.world.units[unit.index()].pc;
            Label::new(self.span(pc), format!("{} was here", self.unit(unit)))
        });
        Finding {
            labels: place.into_iter().collect(),
            units: at.map(|unit| self.unit(unit)).into_iter().collect(),
            help: Some(help.to_owned()),
            ..self.finding(FindingKind::Limit, message)
        }
    }
}
