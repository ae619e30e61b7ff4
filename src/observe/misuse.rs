//! Objects used in a way that the run got away with: the findings in words.

use crate::base::diagnostic::Label;
use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::ir::program::Pc;
use crate::observe::explain::{Witness, list};
use crate::observe::finding::{Finding, FindingKind};
use crate::observe::lock_order::{Circle, Nested};

/// A unit that waited while others who came later went first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starved {
    /// Who.
    pub unit: UnitId,
    /// For what.
    pub object: ObjectId,
    /// Where it waited.
    pub pc: Pc,
    /// How long.
    pub waited: SimDuration,
    /// How often others went first.
    pub passed: u64,
    /// Where the last one of them did.
    pub last: Pc,
}

impl Witness<'_> {
    /// Units that took locks in opposite orders.
    #[must_use]
    pub fn lock_order(&self, circle: &Circle) -> Finding {
        let takes = |nested: &Nested| {
            let (inner, outer) = (self.object(nested.inner.lock), self.object(nested.outer.lock));
            format!("{} takes `{inner}` while it holds `{outer}`", self.unit(nested.unit))
        };
        let nested = in_order(&circle.nested);
        let takes: Vec<String> = nested.iter().map(|nested| takes(nested)).collect();
        let message = format!("{}: another time they wait for each other for ever", list(takes));
        let labels = nested.iter().flat_map(|nested| self.nested_labels(nested));
        let help = "let every unit take these locks in one and the same order, or hold only one at a time";
        Finding {
            at: circle.at,
            units: nested.iter().map(|nested| self.unit(nested.unit)).collect(),
            objects: nested.iter().map(|nested| self.object(nested.outer.lock)).collect(),
            labels: distinct(labels),
            help: Some(help.to_owned()),
            ..self.finding(FindingKind::LockOrder, message)
        }
    }

    /// A lock that was taken while another one was held, which did no harm.
    #[must_use]
    pub fn nested_locks(&self, nested: &Nested) -> Finding {
        let (inner, outer) = (self.object(nested.inner.lock), self.object(nested.outer.lock));
        let name = self.unit(nested.unit);
        let mut labels: Vec<Label> = self.nested_labels(nested).into();
        labels.reverse();
        let help = format!(
            "that is safe as long as everybody takes `{outer}` before `{inner}`; one lock is simpler"
        );
        Finding {
            labels,
            units: vec![name.clone()],
            objects: vec![outer.clone(), inner.clone()],
            help: Some(help),
            ..self
                .finding(FindingKind::NestedLocks, format!("{name} takes `{inner}` while it holds `{outer}`"))
        }
    }

    /// Where both locks were taken, the outer one first.
    fn nested_labels(&self, nested: &Nested) -> [Label; 2] {
        let (inner, outer) = (self.object(nested.inner.lock), self.object(nested.outer.lock));
        let name = self.unit(nested.unit);
        [
            Label::new(self.span(nested.outer.pc), format!("{name} took `{outer}` here")),
            Label::new(
                self.span(nested.inner.pc),
                format!("{name} takes `{inner}` here, with `{outer}` held"),
            ),
        ]
    }

    /// A unit that has ended with a lock in its hands.
    #[must_use]
    pub fn lock_not_released(&self, unit: UnitId, (lock, at): (ObjectId, SimTime)) -> Finding {
        let (name, object) = (self.unit(unit), self.object(lock));
        let label = |pc: Pc| {
            Label::new(self.span(pc), format!("{name} took `{object}` here, and nobody gave it back"))
        };
        let help = format!(
            "use `with {object} {{ … }}`: it releases the lock on every way out, an exception included"
        );
        Finding {
            at,
            labels: self.accounts.last(lock).map(|last| label(last.pc)).into_iter().collect(),
            units: vec![name.clone()],
            objects: vec![object.clone()],
            help: Some(help),
            ..self.finding(FindingKind::LockNotReleased, format!("{name} ended while it held `{object}`"))
        }
    }

    /// A semaphore that has more permits than it began with.
    #[must_use]
    pub fn over_release(
        &self,
        (unit, pc): (UnitId, Pc),
        semaphore: ObjectId,
        (permits, first): (i64, i64),
    ) -> Finding {
        let (name, object) = (self.unit(unit), self.object(semaphore));
        let message = format!(
            "{name} released `{object}` more often than it was acquired: it has {permits} permits, and began with {first}"
        );
        let help = format!(
            "release only what was acquired: use `with {object} {{ … }}`, or declare `bounded_semaphore {object}({first})`, which raises ValueError here"
        );
        Finding {
            labels: vec![Label::new(self.span(pc), format!("{name} releases `{object}` here"))],
            units: vec![name],
            objects: vec![object.clone()],
            help: Some(help),
            ..self.finding(FindingKind::OverRelease, message)
        }
    }

    /// A unit that was woken, has the lock back, and would have to wait again.
    #[must_use]
    pub fn woke_to_false(&self, (unit, pc): (UnitId, Pc), condition: ObjectId, test: Pc) -> Finding {
        let (name, object) = (self.unit(unit), self.object(condition));
        let message = format!(
            "{name} was woken at `{object}`, and what it had waited for was gone when it had the lock back"
        );
        let help =
            format!("test again after waking: write `while` in place of `if`, or `{object}.wait_for(…)`");
        Finding {
            labels: vec![
                Label::new(self.span(pc), format!("{name} woke up here and went on")),
                Label::new(self.span(test), "this said to wait, and still does; nobody asks again"),
            ],
            units: vec![name],
            objects: vec![object.clone()],
            help: Some(help),
            ..self.finding(FindingKind::WokeToFalse, message)
        }
    }

    /// A unit that waited while others who came later went first.
    #[must_use]
    pub fn starvation(&self, starved: &Starved) -> Finding {
        let Starved { unit, object, pc, waited, passed, last } = *starved;
        let (name, object) = (self.unit(unit), self.object(object));
        let message = format!(
            "{name} waited {waited} for `{object}` while others who came later acquired it {passed} times"
        );
        let mut labels = vec![Label::new(self.span(pc), format!("{name} waited for `{object}` here"))];
        if self.span(last) != self.span(pc) {
            labels
                .push(Label::new(self.span(last), format!("the last one of those acquired `{object}` here")));
        }
        let help = format!(
            "hold `{object}` for less of the time: do what needs no lock outside, and leave a gap before taking it again"
        );
        Finding {
            labels,
            units: vec![name],
            objects: vec![object.clone()],
            help: Some(help),
            ..self.finding(FindingKind::Starvation, message)
        }
    }
}

/// A circle from its first unit on.
fn in_order(circle: &[Nested]) -> Vec<&Nested> {
    let first = circle.iter().enumerate().min_by_key(|(_, nested)| nested.unit).map_or(0, |(at, _)| at);
    circle[first..].iter().chain(&circle[..first]).collect()
}

fn distinct(labels: impl Iterator<Item = Label>) -> Vec<Label> {
    let mut distinct: Vec<Label> = Vec::new();
    for label in labels {
        if !distinct.iter().any(|known| known.span == label.span) {
            distinct.push(label);
        }
    }
    distinct
}
