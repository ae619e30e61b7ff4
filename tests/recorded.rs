//! What is written as a `.trace` is read back exactly, and what is no trace any more is refused with its line.

mod pipeline;
mod random;
mod scripts;

use std::ops::ControlFlow;

use concsim::base::printable::push_ascii;
use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::export::results::{input_lines, result_lines};
use concsim::trace::event::{Detail, Event, Names, Sink};
use concsim::trace::recorded::{Problem, Recorded};
use concsim::trace::text::TextTrace;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use pipeline::{Given, prepare};
use scripts::scripts_in;

const DETAILS: [Detail; 2] = [Detail::Sync, Detail::Sched];
const SCHEDULERS: [Scheduler; 3] = [Scheduler::Fifo, Scheduler::Random, Scheduler::Pct];

/// What the engine said of an event: when, to whom, and its line without the delta.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    at: u64,
    unit: String,
    word: &'static str,
    place: String,
}

/// Writes a trace, and keeps what it was told.
struct Witness {
    trace: TextTrace<Vec<u8>>,
    told: Vec<Told>,
}

impl Sink for Witness {
    fn detail(&self) -> Detail {
        self.trace.detail()
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        let place = event.site.map_or_else(String::new, |site| names.place(site.place).to_owned());
        let (unit, word) = (names.unit(event.unit), event.kind.named().text());
        self.told.push(Told { at: event.at.0, unit, word, place });
        self.trace.event(event, names)
    }
}

/// The trace of a script, with what the engine said; nothing if the script has mistakes.
fn witnessed(source: &Source, given: &Given, detail: Detail) -> Option<(String, Vec<Told>)> {
    let ready = prepare(source, given).ok()?;
    let trace = TextTrace::new(Vec::new(), detail, &input_lines(&ready.options.inputs, detail));
    let mut witness = Witness { trace, told: Vec::new() };
    let report = ready.run(&mut witness);
    let bytes = witness.trace.into_written(&result_lines(&report)).expect("memory takes what is written");
    Some((String::from_utf8(bytes).expect("a trace is ASCII"), witness.told))
}

/// Reads back what was written, and writes it again.
fn check(source: &Source, given: &Given, detail: Detail) {
    let Some((text, told)) = witnessed(source, given, detail) else { return };
    let title = format!("{} {given:?}", source.name);
    let recorded = Recorded::read(&text).unwrap_or_else(|error| panic!("{title}: {error}\n{text}"));
    let read: Vec<Told> = recorded
        .events
        .iter()
        .map(|event| Told {
            at: event.at.0,
            unit: recorded.unit(event).to_owned(),
            word: event.word.text(),
            place: recorded.place(event).to_owned(),
        })
        .collect();
    assert_eq!(read, told, "{title}");
    assert_eq!(recorded.written(), text, "{title}");
    let coarse = recorded.at_detail(Detail::Sync).written();
    let (sync, _) = witnessed(source, given, Detail::Sync).expect("it ran before");
    assert_eq!(coarse, sync, "{title}: a fine trace holds the coarse one");
}

#[test]
fn every_run_of_every_example_is_read_back_exactly() {
    for source in scripts_in("examples") {
        for scheduler in SCHEDULERS {
            for detail in DETAILS {
                check(&source, &Given { scheduler, seed: 1, ..Given::NOTHING }, detail);
            }
        }
    }
}

#[test]
fn every_case_is_read_back_exactly() {
    let few = Given { max_events: 2_000, ..Given::NOTHING };
    for source in scripts_in("tests/cases") {
        check(&source, &few, Detail::Sched);
    }
}

#[test]
fn every_run_of_a_random_script_is_read_back_exactly() {
    let strategy = (random::texts(), 0..SCHEDULERS.len(), any::<u64>());
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let held = runner.run(&strategy, |(text, scheduler, seed)| {
        let source = Source::new("random.conc", text);
        let given = Given { scheduler: SCHEDULERS[scheduler], seed, max_events: 2_000, ..Given::NOTHING };
        DETAILS.into_iter().for_each(|detail| check(&source, &given, detail));
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn what_a_script_says_and_how_its_units_are_called_is_read_back() {
    let text = r##"
        shared x = "a  b"
        def f() { print "  é\t\\ \u{1b}[2J\n= outcome completed ", x }
        main {
            for name in ["= outcome completed", "# script", "a  b", " ", "é/\n", "+0", "f.7"] {
                let unit = spawn thread(name=name) f()
                unit.join()
            }
        }
    "##;
    let source = Source::new("a  ir:00  seed 1.conc", text);
    let (text, _) = witnessed(&source, &Given::NOTHING, Detail::Sync).expect("it has no mistakes");
    let recorded = Recorded::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(recorded.inputs.script, source.name);
    let printed = recorded.events.iter().filter(|event| event.word.text() == "print");
    for event in printed {
        assert_eq!(recorded.detail(event), "  é\t\\ \u{1b}[2J\n= outcome completed  a  b");
    }
    let units: Vec<&str> = recorded.units.iter().map(String::as_str).collect();
    let want = ["main", "= outcome completed", "# script", "a  b", " ", "é/\n", "+0", "f.7"];
    assert_eq!(units, want);
    DETAILS.into_iter().for_each(|detail| check(&source, &Given::NOTHING, detail));
}

const TRACE: &str = "\
# concsim-trace 1
# script bank.conc ir:c9d1e09b1184  seed 0  runtime cpython-3.12  cores 2  machine default  scheduler fifo
# set n=3
main         +0            start                                       main: let a
main         +90ns         spawn        transfer.1                     main: let a
transfer.1   +55us         start                                       transfer: with first
transfer.1   +30ns         acquire      checking                       transfer: with first
main         +80us         print        total 130                      main: print
= outcome completed
= elapsed 80.09us
= gil.switches 6
= shared total 130
";

fn refused(text: &str) -> (usize, Problem) {
    let error = Recorded::read(text).expect_err("it is refused");
    assert!(!error.problem.help().is_empty() && !error.to_string().contains('\n'));
    (error.line, error.problem)
}

#[test]
fn a_line_that_was_changed_is_refused_with_its_number_and_the_reason() {
    let changed = |from: &str, to: &str| {
        assert!(TRACE.contains(from), "{from}");
        refused(&TRACE.replacen(from, to, 1))
    };
    assert_eq!(changed("trace 1", "trace 2"), (1, Problem::Format("2".to_owned())));
    assert_eq!(changed("# concsim-trace 1", "lock m"), (1, Problem::Alien));
    assert!(matches!(changed("  seed 0", ""), (2, Problem::Inputs(_))));
    assert!(matches!(changed("# set n=3", "# what n"), (3, Problem::Inputs(_))));
    assert_eq!(changed("+90ns ", "      "), (5, Problem::Time("spawn".to_owned())));
    assert!(matches!(changed("transfer.1   +55us", "transfer.1\ntransfer.1   +55us"), (6, Problem::Torn(_))));
    assert_eq!(changed("+90ns ", "90ns  "), (5, Problem::Time("90ns".to_owned())));
    assert_eq!(changed("+90ns ", "+90parsec "), (5, Problem::Time("+90parsec".to_owned())));
    assert_eq!(changed("+30ns ", "+18446744073.709551614s "), (7, Problem::Overflow));
    let near = Problem::Word { word: "aquire".to_owned(), near: Some("acquire") };
    assert_eq!(changed("acquire", "aquire "), (7, near));
    assert_eq!(
        changed("spawn        transfer.1", "spawn        transfer.2"),
        (6, Problem::NotSpawned("transfer.1".to_owned()))
    );
    assert_eq!(changed("checking", "check\\q"), (7, Problem::Escape("\\q".to_owned())));
    assert_eq!(changed("checking", "chécking"), (7, Problem::NotAscii(0xe9)));
    assert_eq!(changed("main         +80us", "<<<<<<< HEAD\nmain         +80us"), (8, Problem::Conflict));
    assert_eq!(changed("main         +80us", "# set m=1\nmain         +80us"), (8, Problem::LateInput));
    assert_eq!(
        changed("total 130                      main", "total  130                     x  main"),
        (8, Problem::Columns)
    );
    assert_eq!(
        changed("= elapsed 80.09us", "= elapsed soon"),
        (10, Problem::Result("elapsed soon".to_owned()))
    );
    assert_eq!(changed("= elapsed 80.09us\n", ""), (10, Problem::Result("gil.switches 6".to_owned())));
    assert_eq!(changed("= gil.switches 6\n", "main         +0            end\n"), (11, Problem::Behind));
    let twice = "main         +0            spawn        transfer.1                     main: let a\n";
    assert_eq!(
        changed("transfer.1   +55us", &format!("{twice}transfer.1   +55us")),
        (6, Problem::Ambiguous("transfer.1".to_owned()))
    );
}

#[test]
fn times_that_fall_are_refused() {
    let text = TRACE.replace("main         +80us ", "main         +1us  ");
    assert_eq!(refused(&text), (8, Problem::Falls));
}

#[test]
fn a_trace_that_was_cut_off_is_refused_wherever_that_was() {
    assert!(Recorded::read(TRACE).is_ok());
    for end in 0..TRACE.len() {
        let whole_lines = TRACE[..end].ends_with("= gil.switches 6\n");
        assert!(whole_lines || Recorded::read(&TRACE[..end]).is_err(), "{}", &TRACE[..end]);
    }
    let end = TRACE.find("= outcome").expect("it has results");
    assert_eq!(refused(&TRACE[..end]), (8, Problem::CutOff("its results")));
    assert_eq!(refused(TRACE.trim_end()), (12, Problem::CutOff("the end of the line")));
    assert_eq!(refused(""), (1, Problem::Alien));
    assert_eq!(refused("# concsim-trace 1\n"), (1, Problem::CutOff("its inputs")));
}

#[test]
fn what_is_no_trace_at_all_is_refused_at_once() {
    assert_eq!(refused(&"x".repeat(10 << 20)), (1, Problem::Alien));
    let junk = format!("{}{}", &TRACE[..TRACE.find("main").expect("it has events")], "y  ".repeat(4 << 20));
    assert_eq!(refused(&junk).0, 4);
    assert_eq!(refused("{\"at_ns\":0,\"event\":\"begin\"}\n"), (1, Problem::Jsonl));
}

#[test]
fn ends_of_lines_as_on_windows_are_understood() {
    let recorded =
        Recorded::read(&TRACE.replace('\n', "\r\n")).expect("a checkout changes no more than that");
    assert_eq!(recorded.written(), TRACE);
}

#[test]
fn a_name_may_be_given_again_when_its_unit_has_ended() {
    let again = "\
transfer.1   +0            end                                         transfer
main         +10us         spawn        transfer.1                     main: let b
transfer.1   +7us          start                                       transfer: with first
";
    let text = TRACE.replace("= outcome", &format!("{again}= outcome"));
    let text = text.replace("transfer.1   +0            end", "transfer.1   +30us         end");
    let recorded = Recorded::read(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(recorded.events.last().map(|event| event.at.0), Some(97_090));
    assert_eq!(recorded.written(), text);
}

#[test]
fn whatever_becomes_of_a_trace_it_is_read_or_refused() {
    let strategy = (0..TRACE.len(), 0..40_usize, "[ -~\\n\\\\+=#é]{0,12}");
    let mut runner = TestRunner::new(Config { cases: 3_000, failure_persistence: None, ..Config::default() });
    let held = runner.run(&strategy, |(start, length, new)| {
        let end = (start + length).min(TRACE.len());
        let text = format!("{}{new}{}", &TRACE[..start], &TRACE[end..]);
        if let Ok(recorded) = Recorded::read(&text) {
            let written = recorded.written();
            let again = Recorded::read(&written).map(|again| again.written());
            prop_assert_eq!(again.as_ref(), Ok(&written), "{}", text);
        }
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn escapes_are_those_of_the_writer() {
    let mut line = String::new();
    push_ascii(&mut line, "\u{1f600}");
    let text = TRACE.replace("total 130   ", &format!("{line}   "));
    let recorded = Recorded::read(&text).expect("it is an escape");
    assert!(recorded.events.iter().any(|event| recorded.detail(event) == "\u{1f600}"));
}
