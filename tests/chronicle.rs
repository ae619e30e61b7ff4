//! Where the time of a run went: it adds up, the sentence says the truth, and pictures stay as they are.

mod accounts;
#[expect(dead_code, reason = "no script comes from standard input here")]
mod command;
mod golden;
mod pipeline;
mod random;
mod scripts;

use std::fmt::Write as _;

use concsim::base::span::Source;
use concsim::engine::Scheduler;
use concsim::export::limited::limited;
use concsim::observe::report::Report;
use proptest::prelude::*;

use accounts::adds_up;
use command::concsim;
use golden::golden;
use pipeline::{Given, prepare};
use scripts::scripts_in;

fn run(source: &Source, given: &Given) -> Option<Report> {
    prepare(source, given).ok().map(|ready| ready.run(&mut Deaf))
}

/// Follows nothing.
struct Deaf;

impl concsim::trace::event::Sink for Deaf {
    fn detail(&self) -> concsim::trace::event::Detail {
        concsim::trace::event::Detail::Nothing
    }

    fn event(
        &mut self,
        _: &concsim::trace::event::Event,
        _: &dyn concsim::trace::event::Names,
    ) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn no_nanosecond_of_a_random_script_is_lost(
        text in random::texts(),
        runtime in prop::sample::select(&["cpython-3.12", "cpython-3.14", "cpython-3.14t"][..]),
        cores in 1..4_u32,
        scheduler in prop::sample::select(&[Scheduler::Fifo, Scheduler::Random, Scheduler::Pct][..]),
    ) {
        let given = Given {
            runtime: Some(runtime.to_owned()),
            cores: Some(cores),
            scheduler,
            max_events: 5_000,
            ..Given::NOTHING
        };
        // What is too new for the runtime is refused.
        let report = run(&Source::new("random.conc", text.clone()), &given);
        prop_assume!(report.is_some());
        adds_up(&report.expect("it was run"), &text, &text);
    }
}

/// Runs of all examples on that runtime and so many cores, or as many as the script says.
fn runs(runtime: &str, cores: Option<u32>) -> Vec<(String, Option<Report>)> {
    let given = Given { runtime: Some(runtime.to_owned()), cores, ..Given::NOTHING };
    let run = |source: Source| (source.name.clone(), run(&source, &given));
    // Assignments, in folders of their own, tell one story many times.
    let stories = scripts_in("examples").into_iter().filter(|script| !script.name.contains(['/', '\\']));
    stories.map(run).collect()
}

/// Scripts that wait by computing: what their units do not wait for the GIL, they wait for each other.
const BUSY: [&str; 5] =
    ["dekker.conc", "dekker_stubborn.conc", "naive_lock.conc", "peterson.conc", "spinlock.conc"];

/// How many examples whose sentence contains these words are faster in another way.
fn helped(words: &str, ways: &[(String, Option<Report>)]) -> usize {
    let mut helped = 0;
    for ((name, report), (_, other)) in runs("cpython-3.12", None).iter().zip(ways) {
        let (Some(report), Some(other)) = (report, other) else { continue };
        let said = limited(report).filter(|sentence| sentence.contains(words));
        // It has to come to its end, too.
        let Some(sentence) = said.filter(|_| other.chain.is_some()) else { continue };
        if !BUSY.contains(&name.as_str()) {
            let (before, after) = (report.elapsed, other.elapsed);
            assert!(after < before, "{name}: {sentence} But {before} became {after}.");
            helped += 1;
        }
    }
    helped
}

#[test]
fn what_is_said_to_help_helps() {
    assert!(helped("a Python without a GIL, could help.", &runs("cpython-3.14t", None)) > 2);
    helped("more cores could help.", &runs("cpython-3.12", Some(16)));
}

#[test]
fn what_limits_the_examples() {
    let mut text = String::new();
    for (name, report) in runs("cpython-3.14", None) {
        let sentence = report.as_ref().and_then(limited);
        let _ = writeln!(text, "{name}\n    {}", sentence.unwrap_or_else(|| "-".to_owned()));
    }
    golden("limits", &text);
}

fn example(name: &str) -> Vec<u8> {
    let path = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lanes of an example on such a terminal.
fn lanes(name: &str, locale: &str, columns: &str) -> String {
    let run = concsim(&format!("run -q --timeline {name}")).with("LC_ALL", locale).with("COLUMNS", columns);
    let ended = run.file(name, example(name)).run();
    assert_eq!(ended.err, "");
    let lines = ended.out.lines();
    let lanes: Vec<&str> = lines.skip_while(|line| !line.starts_with("timeline")).collect();
    let room: usize = columns.parse().expect("a number");
    assert!(lanes.iter().all(|line| line.chars().count() <= room), "{}", lanes.join("\n"));
    lanes.join("\n") + "\n"
}

#[test]
fn lanes_on_the_terminal() {
    golden("timeline-computing-threads", &lanes("computing_threads.conc", "C.UTF-8", "80"));
    golden("timeline-philosophers-ordered-wide", &lanes("philosophers_ordered.conc", "C.UTF-8", "132"));
    golden("timeline-convoy-ascii", &lanes("convoy.conc", "C", "80"));
    golden("timeline-bank-narrow", &lanes("bank.conc", "C.UTF-8", "40"));
}

#[test]
fn lanes_in_colour() {
    let run =
        concsim("run -q --timeline --color always bank.conc").with("LC_ALL", "C.UTF-8").with("COLUMNS", "60");
    golden("timeline-bank-colour", &run.file("bank.conc", example("bank.conc")).run().out);
}

/// The picture of an example.
fn picture(name: &str) -> String {
    let run = concsim(&format!("run -q --svg lanes.svg {name}")).file(name, example(name));
    run.run().written("lanes.svg").expect("it is written")
}

#[test]
fn lanes_as_a_picture() {
    golden("lanes-bank", &picture("bank.conc"));
    golden("lanes-convoy", &picture("convoy.conc"));
    golden("lanes-parking", &picture("parking.conc"));
}

#[test]
fn lanes_stand_behind_the_summary() {
    let run = concsim("run --timeline --color never parking.conc").with("LC_ALL", "C").with("COLUMNS", "");
    let ended = run.file("parking.conc", example("parking.conc")).run();
    let summary = ended.out.find("\noutcome  completed\n").expect("there is a summary");
    let lanes = ended.out.find("\n\ntimeline  ").expect("there are lanes");
    assert!(summary < lanes, "{}", ended.out);
    assert!(ended.out[lanes..].is_ascii());
}

#[test]
fn a_document_has_no_lanes_and_a_picture_is_not_written_over_the_script() {
    for (options, told) in
        [("--timeline --format json", "no part of"), ("--svg a.conc", "names the script itself")]
    {
        let ended = concsim(&format!("run {options} a.conc")).file("a.conc", "main { pass }").run();
        assert_eq!((ended.status, ended.out.as_str()), (2, ""), "{options}");
        assert!(ended.err.contains(told), "{}", ended.err);
    }
}

#[test]
fn a_run_that_takes_no_time_has_no_lanes() {
    let run = concsim("run -q --timeline --svg a.svg --machine ideal a.conc").with("LC_ALL", "C.UTF-8");
    let ended = run.file("a.conc", "main { pass }").run();
    assert_eq!(ended.out, "\ntimeline  the run took no time\n");
    assert!(ended.written("a.svg").is_some_and(|picture| picture.contains("a.conc")));
}
