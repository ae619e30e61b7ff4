//! `--cost NAME=VALUE`: each number of the machine and the runtime on the command line.

#[expect(dead_code, reason = "these scripts are files, and the environment is none of their costs")]
mod command;
mod pipeline;

use std::ops::ControlFlow;

use command::{Run, concsim};
use concsim::base::span::Source;
use concsim::machine::choose::{Choice, resolve};
use concsim::machine::setting::{Kind, SETTINGS, Setting};
use concsim::observe::report::MachineReport;
use concsim::trace::event::{Detail, Event, Names, Sink};
use pipeline::{Given, prepare};
use serde_json::Value;

const TURNS: &str = "\
machine { cores: 1; switch_interval: 2ms }
def crunch() { compute 100ms }
main { group { spawn thread crunch(); spawn thread crunch() } }
";

/// Runs it, and holds it to its status.
fn ended(run: Run, status: i32) -> (String, String) {
    let ended = run.run();
    assert_eq!(ended.status, status, "{}{}", ended.out, ended.err);
    (ended.out, ended.err)
}

/// Runs what is refused, and holds what is said of it to these texts.
fn refused(run: Run, said: &[&str]) {
    let (out, err) = ended(run, 2);
    assert_eq!(out, "");
    for text in said {
        assert!(err.contains(text), "{text}\nis not in\n{err}");
    }
}

fn document(arguments: &str, script: &str) -> Value {
    let run = concsim(&format!("run x.conc --format json {arguments}")).file("x.conc", script);
    serde_json::from_str(&ended(run, 0).0).expect("it is one document")
}

fn switches(arguments: &str) -> u64 {
    document(arguments, TURNS)["machine"]["gil_switches"].as_u64().expect("it is a number")
}

#[test]
fn the_command_line_beats_the_script_and_the_machine_file() {
    let (block, longer) = (switches(""), switches("--cost switch_interval=10ms"));
    assert!(longer * 2 < block, "{longer} for {block}");
    let file = "switch_interval = \"20ms\"\n";
    let run = concsim("run x.conc --format json --machine slow.toml --cost switch_interval=10ms");
    let (out, _) = ended(run.file("x.conc", TURNS).file("slow.toml", file), 0);
    let told: Value = serde_json::from_str(&out).expect("it is one document");
    assert_eq!(told["machine"]["gil_switches"], longer);
}

#[test]
fn of_two_values_the_later_counts() {
    assert_eq!(
        switches("--cost switch_interval=1ms --cost switch_interval=10ms"),
        switches("--cost switch_interval=10ms")
    );
}

#[test]
fn every_setting_can_be_given_and_is_what_the_run_is_given() {
    let model = resolve(&Choice::NOTHING, &[]).expect("the defaults are right").model;
    let number = |setting: &Setting| {
        let value = (setting.get(&model) + 1).min(setting.most);
        format!("{}={}", setting.name, setting.text(value))
    };
    let settings = SETTINGS.iter().filter(|setting| setting.name != "cores");
    for given in settings.map(number).chain(["start_method=spawn".to_owned()]) {
        let run = concsim(&format!("run x.conc --trace x.trace --cost {given}")).file("x.conc", TURNS);
        let trace = run.run().written("x.trace").expect("the run ended well");
        assert!(trace.lines().any(|line| line == format!("# option {given}")), "{given}\n{trace}");
    }
}

#[test]
fn the_start_method_of_processes_can_be_chosen() {
    let script = "shared n = 1\ndef f() { print n }\nmain { n = 2\n spawn process f() }\n";
    for (method, want) in [("fork", "2\n"), ("spawn", "1\n"), ("forkserver", "1\n")] {
        let run = concsim(&format!("run -q x.conc --cost start_method={method}"));
        assert_eq!(ended(run.file("x.conc", script), 0).0, want);
    }
    let run = concsim("run -q x.conc --machine m.toml").file("m.toml", "start_method = \"fork\"\n");
    assert_eq!(ended(run.file("x.conc", script), 0).0, "2\n");
}

#[test]
fn what_can_not_be_set_is_told_with_a_way_out() {
    let cases: [(&str, &[&str]); 9] = [
        ("switch_intervl=1ms", &["there is no setting `switch_intervl`", "did you mean `switch_interval`?"]),
        ("color=1", &["the settings there are: cores, switch_interval"]),
        ("cores=2", &["`cores` is not set with `--cost`", "`--cores`"]),
        ("runtime=ideal", &["`runtime` is not set with `--cost`", "`--runtime`"]),
        ("quantum=5", &["`quantum` takes a duration such as 5ms, not an integer"]),
        ("quantum=1ns", &["`quantum` is from 1us to 3600s, not 1ns"]),
        ("start_method=frok", &["there is no start method `frok`", "did you mean `fork`?"]),
        ("wake_latency", &["write it like wake_latency=40us"]),
        ("=1ms", &["no name of a setting"]),
    ];
    for (given, said) in cases {
        refused(concsim(&format!("run x.conc --cost {given}")).file("x.conc", TURNS), said);
    }
}

#[test]
fn a_setting_that_is_taken_for_a_param_is_told_from_one() {
    let run = concsim("run x.conc --set switch_interval=1ms").file("x.conc", TURNS);
    refused(run, &["--cost switch_interval=1ms"]);
    let run = concsim("run -q x.conc --set quantum=1")
        .file("x.conc", "param quantum = 2\nmain { print quantum }\n");
    assert_eq!(ended(run, 0).0.lines().count(), 1);
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_for_every_setting() {
    for setting in &SETTINGS {
        let wrong = match setting.kind() {
            Kind::Duration | Kind::Size => "7",
            Kind::Count => "7ms",
        };
        let run = concsim(&format!("check x.conc --cost {}={wrong}", setting.name)).file("x.conc", TURNS);
        refused(run, &[&format!("`{}` ", setting.name)]);
    }
}

#[test]
fn the_commands_that_show_a_finding_again_choose_the_same() {
    let script = "process shared n = 0\ndef f() { n += 1 }\n\
                  main { group { spawn unit f(); spawn unit f() } }\nfinally n == 2\n";
    let given = "--unit process --cost start_method=fork";
    let found = concsim(&format!("explore x.conc {given}")).file("x.conc", script).run();
    let line = found.out.lines().find_map(|line| line.split_once("play it: concsim ")).expect("it says how");
    assert!(line.1.contains(given), "{}", line.1);
    let (played, _) = ended(concsim(line.1).file("x.conc", script), 1);
    assert!(played.contains("D004"), "{played}");
}

/// Threads that compute, wait, fight for a lock and write what others have written.
const FIGHT: &str = "\
lock m
shared x = 0
def crunch() { compute 300us; for i in 0..20 { x += 1 } }
def visit() { for i in 0..3 { io 20us; with m { sleep 30us; x += 1 }; compute 5us nogil } }
main { group { for i in 0..2 { spawn thread crunch(); spawn thread visit() } } }
";

/// Settings of whose turn it is, which have been fitted and can be anything between their bounds.
fn turns() -> impl Iterator<Item = &'static Setting> {
    let of_costs = ["gil_wake", "gil_signal", "gil_signal_local", "gil_crowd"];
    let prefixes = ["gil_", "lock_fresh", "lock_overtaken", "cache_", "wake_least"];
    SETTINGS.iter().filter(move |setting| {
        !of_costs.contains(&setting.name) && prefixes.iter().any(|prefix| setting.name.starts_with(prefix))
    })
}

/// Runs the fight, and wants it to come to its end.
fn ends(runtime: &str, cores: u32, costs: &str) {
    assert_eq!(status(runtime, cores, costs), 0, "{runtime} on {cores} cores: {costs}");
}

/// What the fight comes to.
fn status(runtime: &str, cores: u32, costs: &str) -> i32 {
    let arguments = format!("run -q x.conc --runtime {runtime} --cores {cores} --scheduler random {costs}");
    concsim(&arguments).file("x.conc", FIGHT).run().status
}

/// Under every GIL and none.
fn ends_everywhere(costs: &str) {
    for runtime in ["cpython-2.7", "cpython-3.13", "cpython-3.13t", "pypy-3.11"] {
        for cores in [1, 2] {
            ends(runtime, cores, costs);
        }
    }
}

#[test]
fn a_fight_for_a_gil_ends_with_each_number_of_it_at_its_bounds() {
    assert!(turns().count() > 20);
    for setting in turns() {
        for value in [setting.least, setting.most] {
            ends_everywhere(&format!("--cost {}={}", setting.name, setting.text(value)));
        }
    }
}

#[test]
fn a_fight_for_a_gil_ends_with_all_numbers_of_it_at_their_bounds() {
    let bounds: [fn(&Setting) -> u64; 2] = [|setting| setting.least, |setting| setting.most];
    for bound in bounds {
        let all: Vec<_> = turns().map(|it| format!("--cost {}={}", it.name, it.text(bound(it)))).collect();
        for interval in ["1us", "5ms", "3600s"] {
            let all = format!("{} --cost switch_interval={interval}", all.join(" "));
            ends_everywhere(&format!("{all} --cost timer_slack=0s"));
            ends_everywhere(&format!("{all} --machine ideal"));
        }
        // The longest operations there are, and code that is slower still: it may come to the end of time.
        let long =
            "--cost op=3600s --cost compute_percent=10000 --cost quantum=3600s --cost switch_interval=3600s";
        let status = status("cpython-3.13t", 4, &format!("{} {long}", all.join(" ")));
        assert!(status == 0 || status == 3, "status {status}");
    }
}

#[test]
fn numbers_of_a_gil_say_how_often_it_changes_hands() {
    let pypy = "--runtime pypy-3.11";
    let (usual, long) = (switches(pypy), switches(&format!("{pypy} --cost gil_slice_intervals=20")));
    assert!(long * 2 < usual, "{long} for {usual}");
}

/// Nobody listens.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// What the machine did in a run with this in the script's block.
fn machine_of(runtime: &str, setting: &str) -> MachineReport {
    let script = TURNS.replacen("cores: 1", &format!("cores: 1; {setting}"), 1);
    let given = Given { runtime: Some(runtime.to_owned()), ..Given::NOTHING };
    let ready = prepare(&Source::new("x.conc", script), &given).expect("it is right");
    ready.run(&mut Deaf).machine
}

#[test]
fn numbers_of_a_gil_say_how_often_threads_leave_a_core() {
    let [usual, quiet] =
        ["gil_switches_one_core: 4", "gil_switches_one_core: 0"].map(|it| machine_of("cpython-3.13", it));
    let more = usual.core_switches - quiet.core_switches;
    assert!(more.is_multiple_of(4) && more > 3 * usual.gil_switches, "{usual:?} and {quiet:?}");
    let [usual, rare] =
        ["gil_poll_one_core: 1.2ms", "gil_poll_one_core: 100ms"].map(|it| machine_of("pypy-3.11", it));
    assert!(rare.core_switches * 2 < usual.core_switches, "{rare:?} for {usual:?}");
}
