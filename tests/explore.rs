//! `explore` on scripts whose verdict is known.

use std::sync::atomic::AtomicBool;

use concsim::analysis::translate;
use concsim::base::span::Source;
use concsim::explore::{Caps, Exploration, Options, Reduction, Verdict, WitnessOrder, explore};
use concsim::observe::report::Outcome;

fn options() -> Options {
    Options {
        max_states: None,
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 2,
        first: false,
        reduction: Reduction::None,
        witness: WitnessOrder::Preemptions,
        respect_gil: false,
    }
}

fn explored_with(script: &str, options: &Options) -> Exploration {
    let source = Source::new("test.conc", script.to_string());
    let program = translate(&source, &[]).program.expect("the script is right");
    explore(&program, options, &mut |_| (), &AtomicBool::new(false))
}

fn explored(script: &str) -> Exploration {
    explored_with(script, &options())
}

/// The kinds of the findings, a deadlock with its cause.
fn kinds(exploration: &Exploration) -> Vec<String> {
    let kind = |found: &concsim::explore::Found| match found.finding.cause {
        Some(cause) => format!("{} {cause:?}", found.finding.kind.word()),
        None => found.finding.kind.word().to_string(),
    };
    exploration.findings.iter().map(kind).collect()
}

/// The final values of the only shared variable.
fn values(exploration: &Exploration) -> Vec<String> {
    exploration.finals.iter().map(|end| format!("{:?}", end.shared[0].1)).collect()
}

#[test]
fn a_lost_update_is_a_race_with_every_outcome() {
    let script = "shared x = 0\ndef up() { x += 1 }\nmain { group { spawn thread up(); spawn thread up() } }";
    let got = explored(script);
    assert_eq!((got.verdict, got.complete), (Verdict::Violation, true));
    assert_eq!(kinds(&got), ["race"], "reads and writes of one statement are told together");
    assert_eq!(values(&got), ["Number(1)", "Number(2)"]);
    // Each unit reads, then writes: 9 pairs of places, where one has both read and written differing values.
    assert!(got.states > 9 && got.transitions > got.states, "{} {}", got.states, got.transitions);
}

#[test]
fn a_lock_makes_one_outcome_and_no_finding() {
    let script = "lock m\nshared x = 0\ndef up() { with m { x += 1 } }\n\
                  main { group { spawn thread up(); spawn thread up() } }";
    let got = explored(script);
    assert_eq!((got.verdict, kinds(&got)), (Verdict::Ok, vec![]));
    assert_eq!(values(&got), ["Number(2)"]);
}

#[test]
fn a_deadlock_is_found_where_nothing_can_happen_any_more() {
    let script = "lock a, b\ndef one() { with a { with b { pass } } }\ndef two() { with b { with a { pass } } }\n\
                  main { group { spawn thread one(); spawn thread two() } }\nfinally not deadlocked()";
    let got = explored(script);
    assert_eq!(kinds(&got), ["deadlock Cycle", "finally"]);
    assert_eq!((got.findings[0].steps, got.findings[0].preemptions), (2, 1));
    let outcomes: Vec<Outcome> = got.finals.iter().map(|end| end.outcome).collect();
    assert_eq!(outcomes, [Outcome::Deadlock, Outcome::Completed]);
}

#[test]
fn units_stuck_while_others_go_on_for_ever_are_in_a_deadlock() {
    let script = "lock m\natomic shared x = 0\ndef spin() { while True { x = 1 - x } }\n\
                  def stuck() { m.acquire(); m.acquire() }\n\
                  main { let a = spawn thread spin(); let b = spawn thread stuck(); a.join() }";
    assert_eq!(kinds(&explored(script)), ["deadlock Itself", "livelock"]);
}

#[test]
fn a_task_that_would_go_on_if_its_loop_did_is_in_no_deadlock() {
    let script = "event e\nlock m\natomic shared flag = 0\n\
                  def waits() { print await e.wait(timeout=1ms) }\n\
                  def spins() { async with m { while flag == 0 { pass } } }\n\
                  main { group { spawn task waits(); spawn task spins() } }";
    // In whatever order they begin: who spins keeps the loop from telling the other that its time is over.
    assert_eq!(kinds(&explored(script)), ["livelock"]);
    let threads = script.replace("spawn task", "spawn thread");
    assert_eq!(kinds(&explored(&threads)), ["livelock"]);
}

#[test]
fn a_loop_that_can_be_left_is_no_livelock() {
    let script = "atomic shared ready = False\ndef wait() { while not ready { pass } }\n\
                  main { let w = spawn thread wait(); ready = True; w.join() }";
    assert_eq!((explored(script).verdict, kinds(&explored(script))), (Verdict::Ok, vec![]));
    let never = "atomic shared ready = False\ndef wait() { while not ready { pass } }\n\
                 main { let w = spawn thread wait(); w.join() }";
    assert_eq!(kinds(&explored(never)), ["livelock"]);
    let daemon = "atomic shared ready = False\ndef wait() { while not ready { pass } }\n\
                  main { spawn thread(daemon=True) wait(); lock_it() }\nlock m\n\
                  def lock_it() { m.acquire(); m.acquire() }";
    assert_eq!(kinds(&explored(daemon)), ["deadlock Itself"]);
}

#[test]
fn what_went_wrong_on_the_way_counts_at_the_end() {
    let script = "atomic shared x = 0\ndef set() { x = 1 }\n\
                  def look() { try { assert x == 1 } except { } }\n\
                  main { group { spawn thread set(); spawn thread look() } }";
    let got = explored(script);
    assert_eq!(kinds(&got), ["assertion"]);
    let outcomes: Vec<Outcome> = got.finals.iter().map(|end| end.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed, Outcome::Completed]);
}

#[test]
fn invariants_and_exceptions_are_found_and_expected_ones_marked() {
    let script = "expect invariant\nexpect race\ndef work() { region cs { pass } }\ninvariant inside(cs) <= 1\n\
           main { group { spawn thread work(); spawn thread work() }\nspawn thread bad() }\n\
           def bad() { raise Boom }";
    let got = explored(script);
    assert_eq!(kinds(&got), ["invariant", "exception"]);
    let expected: Vec<bool> = got.findings.iter().map(|found| found.finding.expected).collect();
    assert_eq!((expected, got.missing), (vec![true, false], vec!["race".to_string()]));
}

#[test]
fn choose_takes_every_value_and_a_timeout_may_come_only_while_the_lock_is_taken() {
    let got = explored("shared x = 0\nmain { x = choose(0..3) }");
    assert_eq!(values(&got), ["Number(0)", "Number(1)", "Number(2)"]);
    let script = "lock m\nshared x = 0\ndef hold() { with m { pass } }\n\
                  main { let h = spawn thread hold(); if m.acquire(timeout=1ms) { m.release(); x = 1 } else { x = 2 }\n\
                  h.join() }";
    assert_eq!(values(&explored(script)), ["Number(1)", "Number(2)"]);
}

#[test]
fn a_search_that_is_given_up_says_so() {
    let script = "shared x = 0\ndef up() { for i in 0..100 { x += 1 } }\n\
                  lock m\nmain { group { spawn thread lock_it(); spawn thread lock_it() } }\n\
                  def lock_it() { for i in 0..100 { with m { x += 1 } } }";
    let got = explored_with(script, &Options { max_states: Some(20), ..options() });
    assert_eq!((got.verdict, got.complete), (Verdict::Incomplete, false));
}

/// Scripts of many kinds: locks, loops, daemons, timeouts, failures.
const SCRIPTS: [&str; 7] = [
    "shared x = 0\nlock m\ndef up(n) { for i in 0..n { with m { x += 1 } } }\n\
     main { group { for i in 0..3 { spawn thread up(2) } } print x }",
    "shared x = 0\ndef up() { x += 1 }\nmain { group { for i in 0..4 { spawn thread up() } } print x }",
    "lock f[3]\ndef eat(i) { with f[i] { with f[(i + 1) % 3] { print i } } }\n\
     main { group { for i in 0..3 { spawn thread eat(i) } } }\nfinally not deadlocked()",
    "atomic shared turn = 0\natomic shared want[2] = False\ndef enter(i) {\n want[i] = True\n turn = 1 - i\n\
     while want[1 - i] and turn != i { pass }\n region cs { pass }\n want[i] = False\n}\n\
     main { group { spawn thread enter(0); spawn thread enter(1) } }\ninvariant inside(cs) <= 1",
    "lock m\nshared x = 0\ndef spin() { while True { with m { x = (x + 1) % 3 } } }\n\
     main { spawn thread(daemon=True) spin(); if m.acquire(timeout=1ms) { assert x == 0; m.release() } }",
    "atomic shared x = 0\ndef set() { x = choose(0..3) }\ndef look() { try { assert x < 2 } except { print \"no\" } }\n\
     main { group { spawn thread set(); spawn thread look(); spawn thread look() } }",
    // Who calls has more registers than who is called.
    "semaphore s(1)\natomic shared x = 0\ndef f() { s.acquire(); s.release() }\n\
     main { f(); group { for i in 0..2 { spawn thread f() } }; let a = 1; let b = 2; x = a + b }",
];

#[test]
fn nothing_depends_on_the_number_of_workers() {
    for script in SCRIPTS {
        for reduction in [Reduction::None, Reduction::All] {
            let with = |jobs| explored_with(script, &Options { jobs, reduction, ..options() });
            assert_eq!(with(1), with(3), "{script}");
        }
    }
}

#[test]
fn no_reduction_changes_what_is_found() {
    for script in SCRIPTS {
        let whole = explored(script);
        for reduction in [Reduction::Order, Reduction::Symmetry, Reduction::All] {
            let got = explored_with(script, &Options { reduction, ..options() });
            assert_eq!((got.verdict, kinds(&got)), (whole.verdict, kinds(&whole)), "{script}");
            assert_eq!(got.finals, whole.finals, "{script}");
            assert!(got.states <= whole.states, "{reduction:?} {} {}", got.states, whole.states);
        }
    }
}

#[test]
fn a_unit_that_only_waits_for_time_rests_in_its_loop() {
    let script = "atomic shared x = 0\n\
                  def tick() { while True { for i in 0..3 { sleep 1ms } } }\n\
                  def dice() { while True { io 1ms; let y = choose(0..2) } }\n\
                  main { spawn thread(daemon=True) tick(); spawn thread(daemon=True) dice(); x = 1 }";
    let got = explored(script);
    assert_eq!((got.verdict, got.complete, kinds(&got)), (Verdict::Ok, true, vec![]));
    assert_eq!(values(&got), ["Number(1)"]);
    let got =
        explored("shared x = 0\ndef up() { x += 1 }\nmain { spawn thread up(); while True { sleep 1ms } }");
    assert_eq!(kinds(&got), ["livelock"]);
}

#[test]
fn what_cpython_excludes_by_its_order_of_wake_ups_is_told_apart() {
    // The first who waits is the first to be notified, so that the last one's assert can't fail in order.
    let script = "condition c\nshared waiting = 0\nshared order = []\n\
                  def wait(n) { with c { waiting += 1; order.append(n); c.wait(); assert order[0] == n\norder.pop(0) } }\n\
                  main { let a = spawn thread wait(1); let b = spawn thread wait(2)\n\
                  let sent = 0\nwhile sent < 2 { with c { if waiting == 2 { c.notify(); sent += 1 } } }\n\
                  a.join(); b.join() }";
    let got = explored(script);
    let told: Vec<(String, bool)> =
        kinds(&got).into_iter().zip(got.findings.iter().map(|found| found.by_contract_only)).collect();
    assert!(
        told.iter().any(|(kind, only)| kind == "assertion" && !*only),
        "a newcomer may overtake: {told:?}"
    );
    let wakes = "condition c\nshared waiting = 0\nshared woken = 0\n\
                 def wait(n) { with c { waiting += 1; while waiting < n { c.wait() }; c.wait(); woken = n } }\n\
                 main { let a = spawn thread wait(1)\nlet go = True\n\
                 while go { with c { if waiting == 1 { go = False } } }\n\
                 let b = spawn thread wait(2)\ngo = True\n\
                 while go { with c { if waiting == 2 { c.notify(); go = False } } }\n\
                 go = True\nwhile go { with c { if woken > 0 { assert woken == 1; c.notify(); go = False } } }\n\
                 a.join(); b.join() }";
    let got = explored(wakes);
    let only: Vec<bool> = got.findings.iter().map(|found| found.by_contract_only).collect();
    // Main ends with its assert, and who is left asleep is stuck.
    assert_eq!(kinds(&got), ["deadlock LostSignal", "assertion"]);
    assert_eq!(only, [true, true]);
}

#[test]
fn the_gil_hides_a_lost_update_by_accident_but_not_where_a_function_is_called() {
    let gil = Options { respect_gil: true, ..options() };
    let plain = "shared x = 0\ndef up() { x += 1 }\nmain { group { spawn thread up(); spawn thread up() } }";
    let call = "shared x = 0\ndef one() { return 1 }\ndef up() { x = x + one() }\n\
                main { group { spawn thread up(); spawn thread up() } }";
    assert_eq!(values(&explored_with(plain, &gil)), ["Number(2)"]);
    assert_eq!(values(&explored_with(call, &gil)), ["Number(1)", "Number(2)"]);
}

#[test]
fn a_unit_can_be_found_alive_with_all_of_its_work_done() {
    let asks = "shared x = 0\ndef f() { x = 1 }\n\
                main { let t = spawn thread f(); let alive = t.is_alive(); print x, alive }";
    let ends: Vec<Vec<String>> = explored(asks).finals.into_iter().map(|end| end.output).collect();
    // It is asked first, and `x` is read after that.
    assert_eq!(ends, [["0 True"], ["1 False"], ["1 True"]]);
    let times_out = "shared x = 0\ndef f() { x = 1 }\n\
                     main { let t = spawn thread f(); t.join(timeout=1ms); if not t.done() { print x } }";
    let ends: Vec<Vec<String>> = explored(times_out).finals.into_iter().map(|end| end.output).collect();
    assert_eq!(ends, [vec![], vec!["0".to_owned()], vec!["1".to_owned()]]);
    let fails = "def f() { raise ValueError }\n\
                 main { let t = spawn thread f(); try { t.result(timeout=1ms) } except TimeoutError { print t.done() } except ValueError { print \"failed\" } }";
    let ends: Vec<Vec<String>> = explored(fails).finals.into_iter().map(|end| end.output).collect();
    assert_eq!(ends, [["False"], ["True"], ["failed"]]);
    let limited = "def f() { raise ValueError }\n\
                   main { let t = spawn thread f(); try { async with timeout(1ms) { await t } } except TimeoutError { print t.done() } except ValueError { print \"failed\" } }";
    let ends: Vec<Vec<String>> = explored(limited).finals.into_iter().map(|end| end.output).collect();
    assert_eq!(ends, [["False"], ["True"], ["failed"]]);
}

#[test]
fn others_may_enter_a_region_while_a_unit_computes() {
    let script = "def f() { compute 1ms; print inside(r) }\ndef g() { region r { pass } }\n\
                  main { spawn thread f(); spawn thread g() }";
    let ends: Vec<Vec<String>> = explored(script).finals.into_iter().map(|end| end.output).collect();
    assert_eq!(ends, [["0"], ["1"]]);
}

#[test]
fn what_a_unit_will_not_read_again_makes_no_worlds() {
    let script = |last: &str| {
        format!(
            "shared x = 0\ndef f() {{ let seen = x; x += 1{last} }}\nmain {{ spawn thread f(); x = 5; x = 6 }}"
        )
    };
    let plain = Options { reduction: Reduction::None, ..options() };
    let unread = explored_with(&script(""), &plain).states;
    let read = explored_with(&script("; print seen"), &plain).states;
    assert!(unread < read, "{unread} worlds, and {read} if it is read");
}

#[test]
fn with_a_gil_the_witness_is_the_best_one_that_it_allows() {
    let gil = Options { respect_gil: true, ..options() };
    let call = "shared x = 0\ndef one() { return 1 }\ndef up() { x = x + one() }\n\
                main { group { spawn thread up(); spawn thread up(); spawn thread up() } assert x == 3 }";
    let done = explored_with(call, &gil);
    assert_eq!(kinds(&done), ["assertion", "race"]);
    let needs = |found: &concsim::explore::Found| (found.steps, found.preemptions, found.is_best);
    assert_eq!(done.findings.iter().map(needs).collect::<Vec<_>>(), [(7, 1, true), (1, 0, true)]);
}

#[test]
fn a_gil_can_make_a_livelock_of_what_is_none_without_it() {
    // `x` is 1 only between two points at which the GIL can change hands.
    let script = "atomic shared x = 0, done = False\n\
                  def flicker() { while not done { x = 1; x = 0 } }\n\
                  def watch() { while x == 0 { pass }; done = True }\n\
                  main { group { spawn thread flicker(); spawn thread watch() } }";
    let without = explored(script);
    assert_eq!(kinds(&without), [] as [&str; 0]);
    let with = explored_with(script, &Options { respect_gil: true, ..options() });
    assert_eq!(kinds(&with), ["livelock"]);
    assert_eq!(with.finals, []);
    assert_eq!(with.findings[0].finding.units, ["flicker.1", "watch.1"]);
    assert!(with.findings[0].is_best);
}

#[test]
fn with_a_gil_no_unit_is_stuck_that_only_a_turn_without_it_would_keep_waiting() {
    // Without a GIL the lock can be seen taken for ever at every look; with it, it is free at each one.
    let script = "lock m\natomic shared rounds = 0\n\
                  def hog() { while rounds < 2 { m.acquire(); m.release() } }\n\
                  def ask() { while not m.acquire(blocking=False) { pass }; m.release(); rounds = 2 }\n\
                  main { group { spawn thread hog(); spawn thread ask() } }";
    let with = explored_with(script, &Options { respect_gil: true, ..options() });
    assert_eq!(kinds(&with), [] as [&str; 0]);
    assert_eq!(with.finals.len(), 1);
}

#[test]
fn a_run_may_be_over_before_a_daemon_fails() {
    for kind in ["thread", "process", "subprocess", "interpreter"] {
        let script = |option: &str| {
            format!("def f() {{ raise ValueError \"no\" }}\nmain {{ let h = spawn {kind}{option} f() }}")
        };
        let ends = |option: &str| -> Vec<Outcome> {
            explored(&script(option)).finals.iter().map(|end| end.outcome).collect()
        };
        assert_eq!(ends(""), [Outcome::Failed], "{kind}");
        assert_eq!(ends("(daemon=False)"), [Outcome::Failed], "{kind}");
        assert_eq!(ends("(daemon=True)"), [Outcome::Failed, Outcome::Completed], "{kind}");
    }
}

/// What can be printed in all, with and without respect for GILs and event loops.
fn printed(script: &str) -> [Vec<Vec<String>>; 2] {
    [true, false].map(|respect_gil| {
        let done = explored_with(script, &Options { respect_gil, ..options() });
        assert!(done.complete);
        done.finals.into_iter().map(|end| end.output).collect()
    })
}

#[test]
fn with_a_gil_tasks_go_on_in_the_order_in_which_they_became_ready() {
    let begin = "def say(n) { print n }\nmain { group { for n in 0..3 { spawn task say(n) } } }";
    let [with, without] = printed(begin);
    assert_eq!((with, without.len()), (vec![vec!["0".to_owned(), "1".to_owned(), "2".to_owned()]], 6));
    let in_line = "lock m\nevent e\n\
                   def waits(n) { await e.wait(); async with m { await sleep 1ms; print n } }\n\
                   main { group { for n in 0..3 { spawn task waits(n) }; await sleep 1ms; e.set() } }";
    let [with, without] = printed(in_line);
    assert_eq!((with, without.len()), (vec![vec!["0".to_owned(), "1".to_owned(), "2".to_owned()]], 6));
    // When I/O is over is left open.
    let waits =
        "def say(n) { await io 1ms; print n }\nmain { group { for n in 0..2 { spawn task say(n) } } }";
    let [with, without] = printed(waits);
    assert_eq!((with.len(), with), (2, without));
}

#[test]
fn each_interpreter_has_a_gil_of_its_own() {
    let script = "shared x = 0\nprocess shared z = 0\n\
                  def up() { x += 1 }\ndef add() { z += 1 }\n\
                  def both() { group { spawn thread up(); spawn thread up() }; assert x == 2 }\n\
                  main { group { spawn process both(); spawn process add(); spawn process add() }; print z }";
    let with = explored_with(script, &Options { respect_gil: true, ..options() });
    // Threads of one process take turns; processes do not.
    assert_eq!(kinds(&with), ["race", "race"]);
    let [with, without] = printed(script);
    assert_eq!(with, [["1"], ["2"]]);
    // A failed assert ends main as well.
    assert!(without.iter().any(Vec::is_empty));
    assert_eq!(kinds(&explored(script)), ["assertion", "race", "race"]);
}

#[test]
fn with_a_gil_who_waits_with_a_timeout_lets_others_go_on() {
    let script = "event e\natomic shared x = 0\n\
                  def waits() { x = 1; print e.wait(timeout=1s) }\ndef sets() { while x == 0 { pass }; e.set() }\n\
                  main { group { spawn thread waits(); spawn thread sets() } }";
    let [with, without] = printed(script);
    assert_eq!(with, [["False"], ["True"]]);
    assert_eq!(with, without);
}

#[test]
fn an_item_between_processes_is_for_who_is_in_the_middle_of_a_get() {
    let script = |call: &str| {
        format!(
            "process queue q\ndef reader() {{ print \"reader\", q.get() }}\n\
             main {{ let p = spawn process reader()\nq.put(1)\n\
             try {{ print \"main\", {call}\nq.put(2) }} except Empty {{ print \"Empty\" }}\np.join() }}"
        )
    };
    let printed = |call: &str, reduction| {
        let got = explored_with(&script(call), &Options { reduction, ..options() });
        assert_eq!((got.verdict, got.complete), (Verdict::Ok, true));
        got.finals.iter().map(|end| end.output.join(", ")).collect::<Vec<_>>()
    };
    // It is there, and the reader has come for it, or has not.
    let ends = ["Empty, reader 1", "main 1, reader 2", "reader 1, Empty"];
    for reduction in [Reduction::None, Reduction::All] {
        assert_eq!(printed("q.get(blocking=False)", reduction), ends);
    }
}
