//! A witness step by step in words.

use crate::base::id::UnitId;
use crate::base::printable::safe;
use crate::base::span::Source;
use crate::explore::Found;
use crate::explore::space::{Space, Taken};
use crate::export::explore::words::Words;
use crate::ir::program::Program;
use crate::observe::finding::FindingKind;
use crate::semantics::step::{Action, ActionKind};
use crate::semantics::world::{Status, World};

/// A step of a unit, as a picture tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Whose.
    pub(super) unit: UnitId,
    /// What it does.
    pub(super) text: String,
    /// Where, as the line of the script.
    pub(super) line: u32,
    /// How much it matters.
    pub(super) weight: u8,
}

/// A witness in words.
#[derive(Debug)]
pub(super) struct Telling {
    /// Its steps.
    pub(super) steps: Vec<Step>,
    /// How those whom it concerns stand at its end: where they wait, or what they are about to do.
    pub(super) last: Vec<Step>,
    names: Vec<String>,
}

impl Telling {
    /// Plays a witness; what cannot be played is left out.
    pub(super) fn of(program: &Program, source: &Source, found: &Found) -> Self {
        let player = Player { words: Words { program, source }, found };
        let Some(mut world) = player.start() else {
            return Self { steps: Vec::new(), last: Vec::new(), names: Vec::new() };
        };
        let mut steps = Vec::new();
        for turn in &found.schedule.turns {
            let Some(taken) = Space::new(program).replay(&world, turn) else { break };
            steps.push(player.step(&world, &taken));
            world = taken.world;
        }
        weigh(&mut steps);
        let names = (0..world.units.len()).map(|at| safe(&world.unit_name(program, UnitId::new(at))));
        let names = names.collect();
        Self { steps, last: player.last(&world), names }
    }

    /// What a unit is called.
    pub(super) fn name(&self, unit: UnitId) -> &str {
        &self.names[unit.index()]
    }
}

/// Where the unit changes matters, and how it ends.
fn weigh(steps: &mut [Step]) {
    let units: Vec<UnitId> = steps.iter().map(|step| step.unit).collect();
    for (at, step) in steps.iter_mut().enumerate() {
        let begins = at > 0 && units[at - 1] != step.unit;
        let ends = units.get(at + 1).is_some_and(|next| *next != step.unit);
        step.weight += 2 * (u8::from(begins) + u8::from(ends));
        if at + 1 == units.len() {
            step.weight += 8;
        }
    }
}

struct Player<'a> {
    words: Words<'a>,
    found: &'a Found,
}

impl Player<'_> {
    fn start(&self) -> Option<World> {
        let worlds = Space::new(self.words.program).initial();
        let start = worlds.into_iter().find(|taken| taken.turn.picks == self.found.schedule.start);
        start.map(|taken| taken.world)
    }

    fn step(&self, before: &World, taken: &Taken) -> Step {
        let unit = taken.turn.unit;
        let own = taken.actions.iter().filter(|(by, _)| *by == unit);
        let weight = own.map(|(_, action)| self.weight(action, &taken.world)).max().unwrap_or(0);
        let line = self.words.line(before.units[unit.index()].pc);
        Step { unit, text: self.words.step(before, taken), line, weight }
    }

    /// How much an action matters: more if it is about what the finding names.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others matter by where they stand")]
    fn weight(&self, action: &Action, world: &World) -> u8 {
        let named = |name: &str| self.found.finding.objects.iter().any(|object| object == name);
        match &action.kind {
            ActionKind::Acquired(id) if named(&self.words.object(*id, world)) => 4,
            ActionKind::Read(id, _) | ActionKind::Wrote(id, _) if named(&self.words.cell(*id, world)) => 3,
            ActionKind::Wrote(..) | ActionKind::TimedOut(_) => 1,
            ActionKind::Raised(_) | ActionKind::AssertFailed(_) => 4,
            _ => 0,
        }
    }

    /// How those whom the finding concerns stand at the end.
    fn last(&self, world: &World) -> Vec<Step> {
        let finding = &self.found.finding;
        // What does not hold at the end may do so because of who is stuck there.
        let everybody = match finding.kind {
            FindingKind::Deadlock | FindingKind::Race | FindingKind::Livelock => false,
            FindingKind::Finally => true,
            FindingKind::Assertion
            | FindingKind::Invariant
            | FindingKind::Exception
            | FindingKind::LockOrder
            | FindingKind::NestedLocks
            | FindingKind::LockNotReleased
            | FindingKind::OverRelease
            | FindingKind::WokeToFalse
            | FindingKind::Starvation
            | FindingKind::NeverAwaited
            | FindingKind::BlockedLoop
            | FindingKind::Limit => return Vec::new(),
        };
        let program = self.words.program;
        let waiting = Space::new(program).with_waits(world);
        let units = (0..world.units.len()).map(UnitId::new);
        let concerned =
            units.filter(|unit| everybody || finding.units.contains(&world.unit_name(program, *unit)));
        concerned.filter_map(|unit| self.stands(&waiting, unit)).collect()
    }

    fn stands(&self, world: &World, id: UnitId) -> Option<Step> {
        let unit = &world.units[id.index()];
        let text = match unit.status {
            Status::Done | Status::Ended => return None,
            Status::Waiting { wait, .. } => self.words.waits(world, wait, unit.pc),
            Status::New | Status::Ready | Status::Notified
                if matches!(self.found.finding.kind, FindingKind::Deadlock | FindingKind::Finally) =>
            {
                return None;
            }
            Status::New | Status::Ready | Status::Notified => self.words.next(world, id),
        };
        Some(Step { unit: id, text, line: self.words.line(unit.pc), weight: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::time::SimTime;
    use crate::explore::schedule::{Schedule, Turn};
    use crate::observe::finding::Finding;

    const SCRIPT: &str = "lock a, b\nshared x = 0\ndef one() { with a { x += 1; with b { pass } } }\n\
        def two() { with b { with a { print x } } }\nmain { spawn thread one(); spawn thread two() }\n";

    const LOOK: crate::export::explore::lanes::Look =
        crate::export::explore::lanes::Look { width: 100, ascii: false };

    /// The witness of a deadlock in which those units take steps, one after the other.
    fn found(units: &[u32]) -> Found {
        let finding = Finding {
            kind: FindingKind::Deadlock,
            severity: FindingKind::Deadlock.severity(),
            cause: None,
            at: SimTime::ZERO,
            message: String::new(),
            units: vec!["one.1".to_owned(), "two.1".to_owned()],
            objects: vec!["b".to_owned(), "a".to_owned()],
            labels: Vec::new(),
            help: None,
            expected: false,
        };
        let turn = |unit: &u32| Turn { unit: UnitId(*unit), expired: false, picks: Vec::new() };
        let schedule = Schedule { start: Vec::new(), turns: units.iter().map(turn).collect() };
        Found {
            finding,
            steps: units.len() as u64,
            preemptions: 1,
            schedule,
            turns: Vec::new(),
            is_best: true,
            by_contract_only: false,
        }
    }

    #[test]
    fn each_step_says_what_it_does_and_the_end_who_waits() {
        let source = Source::new("x.conc", SCRIPT);
        let program = translate(&source, &[]).program.unwrap();
        let telling = Telling::of(&program, &source, &found(&[1, 2, 1, 1]));
        let texts: Vec<(u32, &str, u32)> =
            telling.steps.iter().map(|step| (step.unit.0, step.text.as_str(), step.line)).collect();
        assert_eq!(
            texts,
            [(1, "acquire a", 3), (2, "acquire b", 4), (1, "read x 0", 3), (1, "write x 1", 3)]
        );
        let last: Vec<&str> = telling.last.iter().map(|step| step.text.as_str()).collect();
        assert_eq!(last, ["waits for b", "waits for a"]);
        assert_eq!((telling.name(UnitId(1)), telling.name(UnitId(2))), ("one.1", "two.1"));
    }

    #[test]
    fn a_witness_is_a_picture() {
        let source = Source::new("x.conc", SCRIPT);
        let program = translate(&source, &[]).program.unwrap();
        let want = "\
one.1           two.1
acquire a   @3  │
│               acquire b   @4
read x 0    @3  │
write x 1   @3  │
waits for b @3  waits for a @4";
        assert_eq!(
            crate::export::explore::lanes::lanes(&program, &source, &found(&[1, 2, 1, 1]), LOOK).join("\n"),
            want
        );
    }

    #[test]
    fn a_picture_is_as_narrow_as_it_has_to_be_and_in_ascii_where_there_is_nothing_else() {
        let source = Source::new("x.conc", SCRIPT);
        let program = translate(&source, &[]).program.unwrap();
        let lanes = |width, ascii| {
            let look = crate::export::explore::lanes::Look { width, ascii };
            crate::export::explore::lanes::lanes(&program, &source, &found(&[1, 2, 1, 1]), look)
        };
        assert_eq!(lanes(100, true).join("\n"), lanes(100, false).join("\n").replace('│', "|"));
        for width in 36..50 {
            let lines = lanes(width, true);
            assert!(lines.iter().all(|line| line.len() <= width && line.is_ascii()), "{width}: {lines:#?}");
        }
    }

    #[test]
    fn who_is_interrupted_is_told_what_to_guard() {
        let source = Source::new("x.conc", SCRIPT);
        let program = translate(&source, &[]).program.unwrap();
        let told = |units: &[u32]| crate::export::explore::lanes::advice(&program, &source, &found(units));
        let between = "another unit comes between the lines 3 and 3";
        let told_twice = told(&[1, 2, 1]).unwrap();
        assert!(told_twice.starts_with("line 3 is several steps") && !told_twice.contains(between));
        assert_eq!(told(&[1, 1, 2]), None);
    }
}
