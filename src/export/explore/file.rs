//! The file of a witness: its schedule with what each step is.

use crate::base::id::UnitId;
use crate::base::span::Source;
use crate::explore::Found;
use crate::explore::listing::{Listing, write};
use crate::export::explore::steps::Telling;
use crate::ir::program::Program;

/// The witness of a finding as `--replay` reads it and a review shows it.
#[must_use]
pub fn listing(program: &Program, source: &Source, found: &Found) -> String {
    let telling = Telling::of(program, source, found);
    let steps: Vec<String> =
        telling.steps.iter().map(|step| format!("{}, line {}", step.text, step.line)).collect();
    let last = found.schedule.turns.iter().map(|turn| turn.unit).max();
    let units = (0..last.map_or(0, |last| last.index() + 1)).map(UnitId::new);
    let names: Vec<String> = units.map(|unit| telling.name(unit).to_owned()).collect();
    write(&Listing {
        script: &source.name,
        ir_hash: &program.hash(),
        finding: &format!("{}: {}", found.finding.kind.word(), found.finding.message),
        schedule: &found.schedule,
        names: &names,
        steps: &steps,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::analysis::translate;
    use crate::explore::{Caps, Options, Reduction, WitnessOrder, explore, listing::read};

    #[test]
    fn a_witness_is_a_file_that_can_be_read() {
        let source = Source::new(
            "x.conc",
            "lock a, b\ndef one() { with a { with b { pass } } }\ndef two() { with b { with a { pass } } }\n\
             main {\n    spawn thread one()\n    spawn thread two()\n}\n",
        );
        let program = translate(&source, &[]).program.unwrap();
        let options = Options {
            max_states: None,
            max_memory: 1 << 30,
            time: None,
            caps: Caps::NONE,
            jobs: 1,
            first: false,
            reduction: Reduction::None,
            witness: WitnessOrder::Preemptions,
            respect_gil: false,
        };
        let explored = explore(&program, &options, &mut |_| (), &AtomicBool::new(false));
        let text = listing(&program, &source, &explored.findings[0]);
        assert_eq!(read(&text, &program.hash()).as_ref(), Ok(&explored.findings[0].schedule));
        let (head, turns) = text.split_once("turns\n").unwrap();
        assert!(
            head.contains("finding  deadlock: 2 units wait for each other for ever: one.1 waits"),
            "{head}"
        );
        assert_eq!(
            turns,
            "one.1                         # acquire a, line 2\n\
             two.1                         # acquire b, line 3\n"
        );
    }
}
