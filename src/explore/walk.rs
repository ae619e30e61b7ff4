//! A schedule walked again: what happens on the way, and a finding in full at its end.

#![expect(clippy::wildcard_enum_match_arm, reason = "few actions acquire or release")]

use crate::base::diagnostic::Severity;
use crate::base::id::UnitId;
use crate::base::time::SimTime;
use crate::explore::Found;
use crate::explore::schedule::{Pick, Schedule, Turn};
use crate::explore::space::{Space, Taken};
use crate::explore::verdict::{Evidence, Judge, Sign};
use crate::ir::program::Program;
use crate::observe::accounting::{Accounts, Acquisition, Notified};
use crate::observe::explain::Witness;
use crate::observe::finding::{Finding, FindingKind};
use crate::semantics::step::{ActionKind, Deed};

/// The worlds of a schedule: what comes before its first step, then each of its turns. None if it is no
/// schedule of this program.
#[must_use]
pub fn walk(space: &Space<'_>, schedule: &Schedule) -> Option<Vec<Taken>> {
    let start = space.initial().into_iter().find(|taken| taken.turn.picks == schedule.start)?;
    let mut way = vec![start];
    for turn in &schedule.turns {
        let next = space.replay(&way.last()?.world, turn)?;
        way.push(next);
    }
    Some(way)
}

/// How many preemptions there are on a way: changes of the unit while the one before could take its next step.
#[must_use]
pub fn preemptions(space: &Space<'_>, way: &[Taken]) -> u64 {
    let mut last: Option<UnitId> = None;
    let mut count = 0;
    // What comes before the first step is no turn of anybody.
    for pair in way.windows(2).filter(|pair| pair[1].is_step) {
        let unit = pair[1].turn.unit;
        count += u64::from(last.is_some_and(|last| last != unit && space.is_ready(&pair[0].world, last)));
        last = Some(unit);
    }
    count
}

impl Judge<'_> {
    /// A finding in full, as it shows at the end of a schedule. `sign` is what is told if the world there
    /// does not show the finding by itself.
    ///
    /// # Panics
    ///
    /// If it is no schedule of this program.
    #[must_use]
    pub fn tell(&self, sign: &Sign, schedule: &Schedule, is_best: bool) -> Found {
        let space = &self.space;
        let way = walk(space, schedule).expect("a witness is a schedule of its program");
        let last = way.last().expect("a way has a start");
        let shown = self.shown(last);
        let sign = shown.iter().find(|other| other.key == sign.key).unwrap_or(sign);
        let steps = way[1..].iter().filter(|taken| taken.is_step);
        let turns: Vec<String> = steps.map(|taken| told(space.program, taken)).collect();
        Found {
            finding: self.finding(sign, &way),
            steps: turns.len() as u64,
            preemptions: preemptions(space, &way),
            schedule: schedule.clone(),
            turns,
            is_best,
            by_contract_only: false,
        }
    }

    fn finding(&self, sign: &Sign, way: &[Taken]) -> Finding {
        let program = self.space.program;
        let accounts = accounts(program, way);
        let world = &way.last().expect("a way has a start").world;
        let waiting = self.space.with_waits(world);
        let witness = Witness { program, world: &waiting, accounts: &accounts, now: SimTime::ZERO };
        match &sign.evidence {
            Evidence::Stuck(stuck) => witness.deadlock(stuck),
            Evidence::Assertion(unit, exception) => witness.assertion(*unit, exception),
            Evidence::Invariant(index, by) => {
                let property = &program.properties[*index];
                witness.property(FindingKind::Invariant, &property.text, property.span, *by)
            }
            Evidence::Finally(index) => {
                let property = &program.properties[*index];
                witness.property(FindingKind::Finally, &property.text, property.span, None)
            }
            Evidence::Exception(unit, exception) => witness.exception(*unit, exception, SimTime::ZERO),
            // All orders were looked at: no luck is left that might keep the two apart.
            Evidence::Race(race) => Finding { severity: Severity::Error, ..witness.race(race) },
            Evidence::Livelock(rounds) => witness.livelock(rounds),
        }
    }
}

/// Who has acquired what where on the way.
fn accounts(program: &Program, way: &[Taken]) -> Accounts {
    let mut accounts = Accounts::new(program);
    accounts.grow(way.last().map_or(0, |taken| taken.world.objects.len()));
    let actions = way.iter().flat_map(|taken| taken.actions.iter().map(move |action| (taken, action)));
    for (taken, (unit, action)) in actions {
        match &action.kind {
            ActionKind::Acquired(object) => {
                let by = Acquisition { unit: *unit, pc: action.pc };
                if taken.world.objects[object.index()].is_lock() {
                    accounts.acquired(*object, by, SimTime::ZERO);
                } else {
                    accounts.shared_acquired(*object, SimTime::ZERO);
                }
            }
            ActionKind::Released(object, count @ 1..) => {
                accounts.released(*object, *count, SimTime::ZERO);
            }
            ActionKind::Did(object, Deed::Notify(woken)) => {
                accounts.notified(*object, Notified { by: *unit, woken: *woken });
            }
            ActionKind::Killed(other) => accounts.killed(*other, Acquisition { unit: *unit, pc: action.pc }),
            _ => {}
        }
    }
    accounts
}

/// Whose turn, and what was decided in it.
fn told(program: &Program, taken: &Taken) -> String {
    let Turn { unit, expired, picks } = &taken.turn;
    let mut text = taken.world.unit_name(program, *unit);
    if *expired {
        text.push_str(" gives up waiting");
    }
    for pick in picks {
        text.push_str(&match pick {
            Pick::Value(value) => format!(" (choice {value})"),
            Pick::Waiter(waiter) => format!(" (wakes waiter {waiter})"),
        });
    }
    text
}
