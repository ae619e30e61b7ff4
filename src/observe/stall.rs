//! What goes wrong on an event loop: a unit that keeps the others from going on, and tasks that nobody waits for.

use std::collections::BTreeSet;

use crate::base::diagnostic::Label;
use crate::base::id::UnitId;
use crate::base::time::{SimDuration, SimTime};
use crate::ir::program::{Op, Pc};
use crate::observe::explain::{Witness, list};
use crate::observe::finding::{Finding, FindingKind};

/// Of so many units the names are told.
const NAMED_MAX: usize = 3;

/// How units have kept an event loop from going on, by one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stall {
    /// The first one that did.
    pub unit: UnitId,
    /// By what.
    pub pc: Pc,
    /// When it was first seen.
    pub at: SimTime,
    /// How often.
    pub times: u64,
    /// How long in all.
    pub length: SimDuration,
    /// For how long others could have gone on, in all, and who.
    pub lost: SimDuration,
    /// See `lost`.
    pub losers: BTreeSet<UnitId>,
}

impl Stall {
    /// One by that unit, not yet measured.
    #[must_use]
    pub const fn new(unit: UnitId, pc: Pc, at: SimTime) -> Self {
        let zero = SimDuration::ZERO;
        Self { unit, pc, at, times: 0, length: zero, lost: zero, losers: BTreeSet::new() }
    }
}

impl Witness<'_> {
    /// A statement that keeps an event loop from going on.
    #[must_use]
    pub fn blocked_loop(&self, stall: &Stall) -> Finding {
        let name = self.unit(stall.unit);
        let often = if stall.times > 1 { format!(", {} times", stall.times) } else { String::new() };
        let mut losers: Vec<String> =
            stall.losers.iter().take(NAMED_MAX).map(|&unit| self.unit(unit)).collect();
        if stall.losers.len() > NAMED_MAX {
            losers.push(format!("{} more", stall.losers.len() - NAMED_MAX));
        }
        let lost = match losers.len() {
            0 => "nobody else had anything to do".to_owned(),
            1 => format!("{} could have gone on, and lost {}", losers[0], stall.lost),
            _ => format!("{} could have gone on, and lost {} in all", list(losers), stall.lost),
        };
        let message = format!("{name} kept its event loop waiting for {}{often}; {lost}", stall.length);
        Finding {
            at: stall.at,
            labels: vec![Label::new(self.span(stall.pc), "the whole event loop waits here")],
            units: vec![name],
            help: Some(self.way_out(stall.pc)),
            ..self.finding(FindingKind::BlockedLoop, message)
        }
    }

    /// What to write in place of a statement that keeps the event loop waiting.
    fn way_out(&self, pc: Pc) -> String {
        #[expect(clippy::wildcard_enum_match_arm, reason = "few ops wait")]
        match self.program.ops[pc as usize] {
            Op::Compute { .. } => {
                "work can't be awaited: do it in a process, or if it needs no GIL in a thread, and write `await spawn process f()`"
            }
            Op::Enter { .. } => "write `async with`: the other tasks go on meanwhile",
            _ => "write `await` before it: the other tasks go on meanwhile",
        }
        .to_owned()
    }

    /// A task that was not done when the body of its thread had ended.
    #[must_use]
    pub fn never_awaited(&self, task: UnitId, body: UnitId) -> Finding {
        let (name, main) = (self.unit(task), self.unit(body));
        let pc = self.world.resting_place(self.program, task);
        let text = if self.world.has_begun(self.program, task) { "was here" } else { "had not begun" };
        let message = format!("{name} was not done when {main} ended, and was cancelled: nobody awaited it");
        Finding {
            labels: vec![Label::new(self.span(pc), format!("{name} {text} when {main} ended"))],
            units: vec![name],
            help: Some("keep its handle and `await` it, or start it in a `group`".to_owned()),
            ..self.finding(FindingKind::NeverAwaited, message)
        }
    }
}
