//! What `concsim diff` and `concsim show` say: nothing where nothing happens otherwise, and little where little does.

mod command;
mod golden;
mod pipeline;
mod random;
mod scripts;

use concsim::base::span::Source;
use concsim::compare::{Comparison, UnitState, compare};
use concsim::engine::Scheduler;
use concsim::export::compare::Look;
use concsim::export::compare::text::text;
use concsim::export::results::{input_lines, result_lines};
use concsim::trace::event::Detail;
use concsim::trace::recorded::Recorded;
use concsim::trace::text::TextTrace;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use command::{Ended, Run, concsim};
use golden::golden;
use pipeline::{Given, prepare};
use scripts::scripts_in;

const BANK: &str = include_str!("../examples/bank.conc");
const SHOP: &str = include_str!("../examples/producer_consumer.conc");

/// The trace of a script that has no mistakes, read back.
fn recorded(source: &Source, given: &Given, detail: Detail) -> Option<Recorded> {
    let ready = prepare(source, given).ok()?;
    let mut trace = TextTrace::new(Vec::new(), detail, &input_lines(&ready.options.inputs, detail));
    let report = ready.run(&mut trace);
    let bytes = trace.into_written(&result_lines(&report)).expect("memory takes what is written");
    let text = String::from_utf8(bytes).expect("a trace is ASCII");
    Some(Recorded::read(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", source.name)))
}

/// What must hold of any two runs.
fn sound(before: &Recorded, after: &Recorded, title: &str) -> Comparison {
    let found = compare(before, after);
    let sum = |of: fn(&concsim::compare::UnitChange) -> usize| found.units.iter().map(of).sum::<usize>();
    assert_eq!(sum(|unit| unit.kept + unit.removed), before.events.len(), "{title}");
    assert_eq!(sum(|unit| unit.kept + unit.added), after.events.len(), "{title}");
    let unlike = |recorded: &Recorded| {
        let text = recorded.written();
        text.split_once("  seed").expect("it has inputs").1.to_owned() + &recorded.inputs.ir
    };
    assert_eq!(found.is_same(), unlike(before) == unlike(after), "{title}: {found:?}");
    let shown = text(&found, ["a", "b"], Look::PLAIN);
    assert_eq!(shown.is_empty(), found.is_same(), "{title}");
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{title}:\n{shown}");
    if found.parting.is_none() && found.is_same() {
        assert!(found.times.is_empty() && found.edits.is_empty() && found.orders.is_empty(), "{title}");
    }
    assert_eq!(compare(after, before).parting.is_some(), found.parting.is_some(), "{title}");
    found
}

#[test]
fn a_run_does_not_differ_from_itself() {
    for source in scripts_in("examples") {
        for detail in [Detail::Sync, Detail::Sched] {
            let given = Given { scheduler: Scheduler::Random, seed: 3, ..Given::NOTHING };
            let run = recorded(&source, &given, detail).expect("examples have no mistakes");
            assert!(sound(&run, &run, &source.name).is_same());
        }
    }
}

#[test]
fn a_comment_on_top_is_no_difference() {
    for source in scripts_in("examples") {
        let before = recorded(&source, &Given::NOTHING, Detail::Sync).expect("examples have no mistakes");
        let moved = Source::new(source.name.as_str(), format!("# One more line.\n\n{}", source.text));
        let after = recorded(&moved, &Given::NOTHING, Detail::Sync).expect("a comment is no mistake");
        assert!(sound(&before, &after, &source.name).is_same());
    }
}

#[test]
fn a_fine_trace_and_a_coarse_one_of_one_run_are_the_same() {
    for source in scripts_in("examples") {
        let run = |detail| recorded(&source, &Given::NOTHING, detail).expect("examples have no mistakes");
        let (fine, coarse) = (run(Detail::Sched), run(Detail::Sync));
        assert!(compare(&fine, &coarse).is_same() && compare(&coarse, &fine).is_same(), "{}", source.name);
    }
}

#[test]
fn any_two_runs_of_random_scripts_are_compared_soundly() {
    let strategy = (random::script(), random::texts(), 0..3_usize, any::<u8>());
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let held = runner.run(&strategy, |(script, other, kind, seed)| {
        let scheduler = [Scheduler::Fifo, Scheduler::Random, Scheduler::Pct][kind];
        let given = |seed| Given { scheduler, seed, max_events: 1_000, ..Given::NOTHING };
        let run = |text: String, seed| recorded(&Source::new("r.conc", text), &given(seed), Detail::Sync);
        let runs = [run(script.text(), 0), run(script.text(), u64::from(seed)), run(other, 0)];
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            if let (Some(one), Some(other)) = (&runs[one], &runs[other]) {
                sound(one, other, &script.text());
            }
        }
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
}

/// Two scripts, compared.
fn scripts(before: &str, after: &str) -> Comparison {
    let run = |text: &str| {
        recorded(&Source::new("x.conc", text), &Given::NOTHING, Detail::Sync).expect("no mistakes")
    };
    let (before, after) = (run(before), run(after));
    sound(&before, &after, "two scripts")
}

fn edited(script: &str, from: &str, to: &str) -> Comparison {
    assert!(script.contains(from), "{from}");
    scripts(script, &script.replacen(from, to, 1))
}

/// The sentence on where two runs part.
fn parting(found: &Comparison) -> &str {
    found.parting.as_ref().map_or("", |parting| &parting.sentence)
}

const TURNS: &str = "\
machine { runtime: \"cpython-3.14t\"; machine: \"ideal\" }
lock m
def f(pause) {
    compute pause
    with m { compute 1ms }
}
main {
    let a = spawn thread f(9ms)
    let b = spawn thread f(5ms)
    a.join()
    b.join()
}
";

#[test]
fn work_that_is_only_shorter_does_not_make_runs_part() {
    let found = edited(TURNS, "f(9ms)", "f(8ms)");
    assert_eq!((parting(&found), found.edits.len(), found.orders.len(), found.moved), ("", 0, 0, 0));
    let states: Vec<UnitState> = found.units.iter().map(|unit| unit.state).collect();
    assert_eq!(states, [UnitState::Retimed, UnitState::Retimed, UnitState::Same]);
    let shorter: Vec<(&str, bool, u64)> = found
        .times
        .iter()
        .map(|times| (times.place.as_str(), times.waited, times.before.0 - times.after.0))
        .collect();
    assert_eq!(shorter, [("f: with m", false, 1_000_000), ("main: a.join", true, 1_000_000)]);
}

#[test]
fn who_gets_a_lock_first_is_where_they_part() {
    let found = edited(TURNS, "f(9ms)", "f(1ms)");
    assert_eq!(parting(&found), "f.1 now gets `m` where f.2 did before");
    assert_eq!((found.orders.len(), found.orders[0].thing.as_str()), (1, "m"));
    assert_eq!(found.orders[0].before, ["f.2", "f.1"]);
    assert_eq!(found.orders[0].after, ["f.1", "f.2"]);
}

#[test]
fn events_of_units_that_have_nothing_to_do_with_each_other_only_change_places() {
    let script = "\
machine { runtime: \"cpython-3.14t\" }
shared x = 0
shared y = 0
def f() { compute 1ms; x = 1 }
def g() { compute 2ms; y = 1 }
main {
    let a = spawn thread f()
    let b = spawn thread g()
    b.join()
    a.join()
}
";
    let found = edited(script, "compute 1ms; x = 1", "compute 1900us; x = 1");
    assert_eq!((parting(&found), found.moved), ("", 0));
    let found = edited(script, "compute 2ms; y = 1", "compute 500us; y = 1");
    // Main finds one of them at its end, or has to wait: that, too, only depends on time.
    assert!(found.edits.iter().flat_map(|group| &group.edits).all(|edit| edit.word.text() == "wait"));
    assert_eq!(parting(&found), "");
    assert!(found.moved > 0);
}

#[test]
fn a_unit_that_now_has_to_wait_says_so() {
    let script = "\
machine { runtime: \"cpython-3.14t\" }
lock m
def f(pause) { compute pause; with m { compute 5ms } }
main { group { spawn thread f(1ms); spawn thread f(20ms) } }
";
    let found = edited(script, "f(20ms)", "f(2ms)");
    assert_eq!(parting(&found), "f.2 now waits for `m`, which f.1 holds");
    let back = scripts(&script.replace("f(20ms)", "f(2ms)"), script);
    assert_eq!(parting(&back), "f.2 no longer waits for `m`, which f.1 holds");
}

#[test]
fn a_value_that_is_another_one_is_told_once_however_often_it_follows() {
    let script = "shared x = 0\nmain { for i in 0..50 { x += 1 } }\n";
    let found = edited(script, "x += 1", "x += 2");
    assert_eq!(parting(&found), "main now sets `x` to 2; before, it sets `x` to 1");
    let edits: Vec<(&str, usize)> =
        found.edits[0].edits.iter().map(|edit| (edit.word.text(), edit.count)).collect();
    assert_eq!(edits, [("write", 50), ("read", 49)]);
    assert_eq!(found.figures[0].name, "shared x");
    assert_eq!(found.figures[0].difference.as_deref(), Some("+50"));
}

#[test]
fn units_that_changed_in_the_same_way_stand_together() {
    let script = "def f() { compute 1ms }\nmain { group { for i in 0..9 { spawn thread f() } } }\n";
    let found = edited(script, "compute 1ms", "compute 1ms; print \"done\"");
    let all: Vec<String> = (1..=9).map(|number| format!("f.{number}")).collect();
    assert_eq!(found.edits.len(), 1);
    assert_eq!(found.edits[0].units, all);
}

#[test]
fn a_statement_with_another_number_does_the_same() {
    let script = "shared x = 0\nmain { x = 1\n x = 1\n}\n";
    let found = edited(script, "x = 1\n", "x = 2\n x = 1\n");
    let edits: Vec<&str> = found.edits[0].edits.iter().map(|edit| edit.kind.word()).collect();
    assert!(edits.contains(&"added") && !edits.contains(&"removed"), "{found:?}");
}

#[test]
fn a_spawn_more_is_a_unit_more() {
    let found =
        edited(SHOP, "spawn thread seller()\n", "spawn thread seller()\n        spawn thread seller()\n");
    assert_eq!(parting(&found), "main now spawns seller.3");
    let new: Vec<&str> = found
        .units
        .iter()
        .filter(|unit| unit.state == UnitState::Added)
        .map(|unit| unit.name.as_str())
        .collect();
    assert_eq!(new, ["seller.3"]);
    let findings: Vec<(&str, &str)> =
        found.findings.iter().map(|finding| (finding.state.word(), finding.text.as_str())).collect();
    assert_eq!(findings, [("new", "D001 deadlock queue seller.2 counter")]);
}

/// `bank.conc`, its trace, and `b.conc`, which is mended.
fn shop(arguments: &str) -> Run {
    let mended = BANK.replace("transfer(savings, checking, 20)", "transfer(checking, savings, 20)");
    assert_ne!(mended, BANK);
    let trace = concsim("run -q bank.conc --trace bank.trace").file("bank.conc", BANK).run();
    let trace = trace.written("bank.trace").expect("it was written");
    concsim(arguments).file("bank.conc", BANK).file("b.conc", mended).file("bank.trace", trace)
}

fn ends(run: Run, status: i32) -> Ended {
    let ended = run.run();
    assert_eq!(ended.status, status, "stdout:\n{}\nstderr:\n{}", ended.out, ended.err);
    assert!(status != 2 || ended.out.is_empty(), "on status 2 standard output is empty");
    ended
}

#[test]
fn nothing_is_printed_where_nothing_differs() {
    for arguments in [
        "diff bank.trace bank.trace",
        "diff bank.conc bank.conc",
        "diff bank.trace bank.conc",
        "diff -q bank.conc bank.trace",
    ] {
        let ended = ends(shop(arguments), 0);
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""), "{arguments}");
    }
}

#[test]
fn a_mended_script_is_told_in_all_forms() {
    golden("diff-bank", &ends(shop("diff bank.trace b.conc"), 1).out);
    golden(
        "diff-bank-colour",
        &ends(shop("diff bank.conc b.conc --color always").with("COLUMNS", "60"), 1).out,
    );
    golden("diff-bank-markdown", &ends(shop("diff bank.trace b.conc --format markdown"), 1).out);
    golden("diff-bank-json", &ends(shop("diff bank.trace b.conc --format json"), 1).out);
    let quiet = ends(shop("diff -q bank.trace b.conc"), 1);
    assert_eq!(quiet.out, "bank.trace and b.conc differ\n");
    let same = ends(shop("diff bank.conc bank.conc --format markdown"), 0).out;
    assert_eq!(same, "### `bank.conc` → `bank.conc`\n\nNo difference.\n");
    let ascii = ends(shop("diff bank.trace b.conc").with("LC_ALL", "C"), 1).out;
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn other_options_are_differences_like_others() {
    golden("diff-options", &ends(shop("diff bank.trace bank.conc --runtime cpython-3.14t --cores 8"), 1).out);
    let seed = ends(shop("diff bank.trace bank.conc --seed 5"), 1).out;
    assert!(seed.contains("seed  0 → 5\nWhat happens is the same, at the same times.\n"), "{seed}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let says = |run: Run, part: &str| {
        let ended = ends(run, 2);
        assert!(ended.err.contains(part), "{}", ended.err);
    };
    says(shop("diff bank.trace"), "it takes two");
    says(shop("diff bank.trace bank.conc b.conc"), "it takes two");
    says(shop("diff bank.trace bank.trace --cores 2"), "--cores is for a run, and both files are traces");
    says(shop("diff - -"), "can be read once only");
    says(shop("diff bank.trace nothing.trace"), "there is no such file");
    says(
        shop("diff bank.trace cut.trace").file("cut.trace", "# concsim-trace 1\n"),
        "cut.trace: line 1: the trace ends here",
    );
    says(shop("diff bank.trace a.jsonl").file("a.jsonl", "{\"at_ns\":0}\n"), "which is for programs");
    says(shop("diff bank.trace wrong.conc").file("wrong.conc", "main { prnt(1) }"), "error[E");
    says(shop("show bad.trace").file("bad.trace", [0xff, 0xfe]), "not UTF-8");
    says(shop("show bank.conc"), "this is no trace");
    says(shop("show bank.trace --machine x.toml"), "--script");
}

#[test]
fn a_side_may_come_from_standard_input() {
    assert_eq!(ends(shop("diff bank.conc -").input(BANK), 0).out, "");
    let trace = ends(shop("run -q bank.conc --trace x.trace"), 1).written("x.trace").expect("it was written");
    assert_eq!(ends(shop("diff - bank.conc").input(trace.as_str()), 0).out, "");
    assert!(ends(shop("show -").input(trace), 0).out.starts_with("bank.conc  ir:"));
}

#[test]
fn a_trace_is_shown_with_absolute_times_and_with_its_script_with_lines() {
    golden("show-bank", &ends(shop("show bank.trace"), 0).out);
    golden("show-bank-relative", &ends(shop("show bank.trace --relative --by-unit"), 0).out);
    golden("show-bank-colour", &ends(shop("show bank.trace --color always"), 0).out);
    golden("show-bank-json", &ends(shop("show bank.trace --script bank.conc --format json"), 0).out);
    assert_eq!(
        ends(shop("show -q bank.trace"), 0).out,
        "finding D001 deadlock cycle transfer.1 transfer.2 savings checking\nfinding D004 finally\n"
    );
}

#[test]
fn with_its_script_a_trace_looks_as_on_the_terminal() {
    for script in scripts_in("examples") {
        for options in ["", "--detail sched", "--runtime cpython-3.14t --scheduler random --seed 2"] {
            let run =
                concsim(&format!("run x.conc --trace x.trace {options}")).file("x.conc", &script.text).run();
            let trace = run.written("x.trace").expect("it was written");
            let shown =
                concsim("show x.trace --script x.conc").file("x.conc", &script.text).file("x.trace", trace);
            let shown = ends(shown, 0);
            let events = |out: &str| -> Vec<String> {
                let rows = out.lines().skip_while(|line| !line.trim_start().starts_with("ms"));
                rows.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
            };
            assert!(shown.err.is_empty(), "{}: {}", script.name, shown.err);
            assert_eq!(events(&shown.out), events(&run.out), "{} {options}", script.name);
        }
    }
}

#[test]
fn with_another_script_lines_are_those_of_its_statements_and_it_says_why() {
    let ended = ends(shop("show bank.trace --script b.conc"), 0);
    assert!(ended.err.contains("note: a run of b.conc gives another trace: code is "), "{}", ended.err);
    golden("show-bank-other-script", &ended.out);
    let other = ends(shop("show bank.trace --script shop.conc").file("shop.conc", SHOP), 0);
    assert!(other.out.contains("checking                    transfer: with first\n"), "{}", other.out);
    let moved =
        shop("show bank.trace --script moved.conc").file("moved.conc", format!("# One more line.\n{BANK}"));
    let moved = ends(moved, 0);
    assert_eq!(moved.err, "");
    assert!(moved.out.contains("@29"), "{}", moved.out);
}

#[test]
fn what_the_command_line_gave_is_given_again_and_what_the_script_says_is_not() {
    let script = |block: &str| {
        format!(
            "machine {{ {block} }}\nparam n = 1\nparam quantum = 7\nmain {{ print n, quantum; compute 3ms; print now() }}\n"
        )
    };
    let trace = |block: &str, options: &str| {
        let run =
            concsim(&format!("run -q x.conc --trace x.trace {options}")).file("x.conc", script(block)).run();
        run.written("x.trace").expect("it was written")
    };
    let status = |trace: &str, block: &str| {
        concsim("diff x.trace x.conc").file("x.trace", trace).file("x.conc", script(block)).run()
    };
    let cases = [
        ("cores: 2", "--set n=5 --runtime cpython-3.14t --max-time 2ms", "cores: 2", 0),
        // Quantum is a setting and a param.
        ("quantum: 2ms", "--set quantum=9", "quantum: 2ms", 0),
        ("cores: 2", "--set quantum=9 --set n=2", "cores: 2", 0),
        ("quantum: 2ms", "--set quantum=9 --cost quantum=3ms", "quantum: 5ms", 0),
        // The block says so, and has changed.
        ("cores: 2", "", "cores: 3", 1),
        ("quantum: 2ms", "", "quantum: 3ms", 1),
        ("runtime: \"cpython-3.12\"", "", "", 1),
        // The command line had the last word.
        ("cores: 2", "--cores 4", "cores: 3", 0),
        ("op: 90ns", "--cost op=2us --cost start_method=fork --cost op=1us", "op: 70ns", 0),
        ("op: 90ns", "--machine ideal --scheduler pct --seed 4 --detail sched", "op: 90ns", 0),
    ];
    for (block, options, now, want) in cases {
        let ended = status(&trace(block, options), now);
        assert_eq!(ended.status, want, "{block} {options} {now}\n{}{}", ended.out, ended.err);
        assert_eq!(ended.err, "");
    }
    let gone = status(&trace("", "--set n=5").replace("# set n=5", "# set m=5"), "");
    assert!(
        gone.err.contains("the trace was made with `--set m=5`, and the script has no such param"),
        "{}",
        gone.err
    );
}

#[test]
fn a_machine_that_was_a_file_has_to_be_given_again() {
    const FILE: &str = "op = \"1us\"\n";
    let run = concsim("run -q x.conc --trace x.trace --machine old.toml");
    let run = run.file("x.conc", BANK).file("old.toml", FILE).run();
    let trace = run.written("x.trace").expect("it was written");
    let with = |arguments: &str| {
        concsim(arguments).file("x.trace", &trace).file("x.conc", BANK).file("old.toml", FILE)
    };
    let lost = ends(with("diff x.trace x.conc"), 2);
    assert!(
        lost.err.contains("a file that it only names") && lost.err.contains("--machine PATH/old.toml"),
        "{}",
        lost.err
    );
    assert_eq!(ends(with("diff x.trace x.conc --machine old.toml"), 0).out, "");
    assert_eq!(ends(with("show x.trace --script x.conc --machine old.toml"), 0).err, "");
}

#[test]
fn a_replayed_run_is_replayed() {
    let explored = concsim("explore two.conc --schedule two.schedule");
    let script = include_str!("../examples/two_visits.conc");
    let explored = explored.file("two.conc", script).run();
    let schedule = explored.written("two.schedule").expect("it finds something");
    let run = concsim("run -q two.conc --replay two.schedule --trace two.trace");
    let run = run.file("two.conc", script).file("two.schedule", schedule).run();
    let trace = run.written("two.trace").expect("it was written");
    let diff = concsim("diff two.trace two.conc").file("two.trace", trace).file("two.conc", script);
    assert_eq!(ends(diff, 0).out, "");
}

#[test]
fn what_a_script_says_cannot_play_with_the_terminal_or_with_markdown() {
    let script = |said: &str| format!("main {{ print \"{said}\" }}\n");
    let hostile = "\\u{1b}[2J```\\n</details><img src=x>|@all";
    let diff = |format: &str| {
        let run = concsim(&format!("diff a.conc b.conc --format {format}"));
        ends(run.file("a.conc", script("a")).file("b.conc", script(hostile)), 1).out
    };
    for format in ["text", "markdown"] {
        assert!(!diff(format).contains('\u{1b}'), "{format}");
    }
    golden("diff-hostile-markdown", &diff("markdown"));
}
