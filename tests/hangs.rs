//! What hangs in Python hangs here, and what ends there ends here: the same small programs, tried with CPython 2.7 to
//! 3.13, `PyPy` and Jython, whose outcomes agree. Each is run on three runtimes and explored.

mod pipeline;

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use concsim::base::span::Source;
use concsim::explore::{Caps, Options, Reduction, WitnessOrder, explore};
use concsim::observe::finding::{Finding, FindingKind};
use concsim::observe::report::{Outcome, Report};
use concsim::trace::event::{Detail, Event, Names, Sink};

use pipeline::{Given, prepare};

const RUNTIMES: [&str; 3] = ["cpython-3.12", "cpython-3.14", "cpython-3.14t"];

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

fn run(script: &str, runtime: &str) -> Report {
    let given = Given { runtime: Some(runtime.to_owned()), ..Given::NOTHING };
    let ready = prepare(&Source::new("hang.conc", script), &given);
    ready.unwrap_or_else(|wrong| panic!("{script}\n{wrong:?}")).run(&mut Deaf)
}

/// The kinds of errors that some interleaving has.
fn explored(script: &str) -> Vec<FindingKind> {
    explored_findings(script).iter().map(|finding| finding.kind).collect()
}

/// What is wrong in some interleaving.
fn explored_findings(script: &str) -> Vec<Finding> {
    let ready = prepare(&Source::new("hang.conc", script), &Given::NOTHING).expect("the script is right");
    let options = Options {
        max_states: Some(100_000),
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 1,
        first: false,
        reduction: Reduction::All,
        witness: WitnessOrder::Preemptions,
        respect_gil: false,
    };
    let exploration = explore(&ready.program, &options, &mut |_| {}, &AtomicBool::new(false));
    assert!(exploration.complete, "{script}");
    exploration.findings.into_iter().map(|found| found.finding).collect()
}

/// The script with threads, and with processes whose objects are for all of them.
fn both(script: &str) -> [String; 2] {
    let with = |kind: &str, for_all: &str| script.replace("KIND", kind).replace("FOR_ALL ", for_all);
    [with("thread", ""), with("process", "process ")]
}

/// Some units of it are stuck for ever, on every runtime; an exploration finds that, too.
fn hangs(script: &str) {
    for runtime in RUNTIMES {
        assert_eq!(run(script, runtime).outcome, Outcome::Deadlock, "{runtime}: {script}");
    }
    assert!(explored(script).contains(&FindingKind::Deadlock), "{script}");
}

/// It comes to its end on every runtime, with these lines, and can't but do so.
fn ends(script: &str, lines: &[&str]) {
    for runtime in RUNTIMES {
        let report = run(script, runtime);
        assert_eq!(report.outcome, Outcome::Completed, "{runtime}: {script}");
        assert_eq!(report.output, lines, "{runtime}: {script}");
    }
    assert_eq!(explored(script), [], "{script}");
}

const OPPOSITE: &str = "
FOR_ALL lock a, b
def one() { with a { sleep 200ms; with b { pass } } }
def two() { with b { sleep 200ms; with a { pass } } }
main { let x = spawn KIND one(); let y = spawn KIND two(); x.join(); y.join(); print \"end\" }
";

#[test]
fn two_locks_in_opposite_orders_hang() {
    both(OPPOSITE).iter().for_each(|script| hangs(script));
}

#[test]
fn two_locks_in_one_order_do_not() {
    let script = OPPOSITE.replace("with b { sleep 200ms; with a", "with a { sleep 200ms; with b");
    both(&script).iter().for_each(|script| ends(script, &["end"]));
}

#[test]
fn with_a_timeout_exactly_one_of_the_two_gives_up() {
    let script = "
FOR_ALL lock a, b
def unit(first, second, patience) {
    with first {
        sleep 200ms
        let got = second.acquire(timeout=patience)
        print got
        if got { second.release() }
    }
}
main {
    let x = spawn KIND unit(a, b, 100ms)
    let y = spawn KIND unit(b, a, 300ms)
    x.join()
    y.join()
}
";
    for script in both(script) {
        for runtime in RUNTIMES {
            let report = run(&script, runtime);
            assert_eq!(report.outcome, Outcome::Completed, "{runtime}");
            assert_eq!(report.output, ["False", "True"], "{runtime}");
        }
        // In some interleaving both give up, in another one neither has to. None is stuck.
        assert_eq!(explored(&script), [], "{script}");
    }
}

#[test]
fn a_lock_that_is_taken_again_by_its_holder_hangs() {
    let script = "
FOR_ALL lock m
def unit() { m.acquire(); m.acquire() }
main { let x = spawn KIND unit(); x.join() }
";
    both(script).iter().for_each(|script| hangs(script));
}

#[test]
fn an_rlock_that_is_taken_again_by_its_holder_does_not() {
    let script = "
FOR_ALL rlock m
def unit() { with m { with m { print \"twice\" } } }
main { let x = spawn KIND unit(); x.join() }
";
    both(script).iter().for_each(|script| ends(script, &["twice"]));
}

#[test]
fn anybody_may_release_a_lock() {
    let script = "
FOR_ALL lock m
def unit() { m.release() }
main { m.acquire(); let x = spawn KIND unit(); x.join(); m.acquire(); print \"end\" }
";
    both(script).iter().for_each(|script| ends(script, &["end"]));
}

/// The unit says by which exception its call was refused, on every runtime.
fn raises(script: &str, exception: &str) {
    for runtime in RUNTIMES {
        let report = run(script, runtime);
        assert_eq!(report.output, [exception], "{runtime}: {script}");
    }
}

#[test]
fn nobody_may_release_the_rlock_of_another() {
    let script = "
FOR_ALL rlock m
def unit() { try { m.release() } except RuntimeError { print \"RuntimeError\" } }
main { m.acquire(); let x = spawn KIND unit(); x.join(); m.release() }
";
    both(script).iter().for_each(|script| raises(script, "RuntimeError"));
}

#[test]
fn a_lock_that_is_free_can_not_be_released() {
    let script = "
FOR_ALL lock m
def unit() { try { m.release() } except RuntimeError { print \"RuntimeError\" } }
main { let x = spawn KIND unit(); x.join() }
";
    both(script).iter().for_each(|script| raises(script, "RuntimeError"));
}

#[test]
fn a_thread_can_not_wait_for_its_own_end() {
    let script = "
queue handles
def unit() { let me = handles.get(); try { me.join() } except RuntimeError { print \"RuntimeError\" } }
main { let x = spawn thread unit(); handles.put(x); x.join() }
";
    raises(script, "RuntimeError");
}

#[test]
fn a_barrier_for_three_hangs_with_two() {
    let script = "
FOR_ALL barrier b(3)
def unit() { b.wait() }
main { let x = spawn KIND unit(); let y = spawn KIND unit(); x.join(); y.join() }
";
    both(script).iter().for_each(|script| hangs(script));
}

const MEGABYTE: &str = "
process queue q
def unit() { q.put(\"much\", size=1MB) }
main {
    let x = spawn process unit()
    x.join()
    print q.get()
}
";

#[test]
fn a_process_that_is_joined_before_its_megabyte_is_fetched_hangs() {
    hangs(MEGABYTE);
}

#[test]
fn a_process_whose_megabyte_is_fetched_first_does_not() {
    let script = MEGABYTE.replace("    x.join()\n    print q.get()\n", "    print q.get()\n    x.join()\n");
    ends(&script, &["much"]);
}

#[test]
fn a_pipe_takes_64_kib_and_not_a_byte_more() {
    // The item and the four bytes of its length.
    ends(&MEGABYTE.replace("1MB", "65532B"), &["much"]);
    hangs(&MEGABYTE.replace("1MB", "65533B"));
}

const HELD_AT_FORK: &str = "
machine { start_method: \"fork\" }
lock m
event taken
def holder() { with m { taken.set(); sleep 100ms } }
def child() { with m { print \"mine\" } }
main {
    let x = spawn thread holder()
    taken.wait()
    let y = spawn process child()
    y.join()
    x.join()
}
";

const WAITED_FOR: &str = "
def program() { stdout.write(65537B) }
main { let p = spawn subprocess(stdout=True) program(); p.wait(); print \"end\" }
";

#[test]
fn a_program_that_is_waited_for_before_its_output_is_read_hangs() {
    hangs(WAITED_FOR);
}

#[test]
fn a_program_whose_output_fits_into_the_pipe_does_not() {
    ends(&WAITED_FOR.replace("65537B", "65536B"), &["end"]);
}

#[test]
fn a_program_whose_output_is_read_meanwhile_does_not() {
    ends(&WAITED_FOR.replace("p.wait()", "p.communicate()"), &["end"]);
}

const TASKS: &str = "
lock a, b
def one() { async with a { await sleep 10ms; async with b { pass } } }
def two() { async with b { await sleep 10ms; async with a { pass } } }
main { let x = spawn task one(); let y = spawn task two(); await x; await y; print \"end\" }
";

#[test]
fn tasks_that_take_two_locks_in_opposite_orders_hang() {
    hangs(TASKS);
}

#[test]
fn tasks_that_take_two_locks_in_one_order_do_not() {
    let script = TASKS.replace("b { await sleep 10ms; async with a", "a { await sleep 10ms; async with b");
    ends(&script, &["end"]);
}

#[test]
fn tasks_that_await_nothing_in_between_do_not_either() {
    // Nobody else runs on their thread meanwhile.
    ends(&TASKS.replace("await sleep 10ms; ", ""), &["end"]);
}

#[test]
fn a_task_that_takes_its_lock_again_hangs() {
    let script = "
lock m
def unit() { await m.acquire(); await m.acquire() }
main { let x = spawn task unit(); await x }
";
    hangs(script);
}

#[test]
fn two_tasks_that_await_each_other_hang() {
    let script = "
queue handles_of_one, handles_of_two
def unit(mine) { let other = await mine.get(); await other }
main {
    let one = spawn task unit(handles_of_one)
    let two = spawn task unit(handles_of_two)
    await handles_of_one.put(two)
    await handles_of_two.put(one)
    await one
}
";
    hangs(script);
}

const BLOCKED_LOOP: &str = "
lock m
def unit() { with m { await sleep 10ms } }
main { group { spawn task unit(); spawn task unit() }; print \"end\" }
";

#[test]
fn a_task_that_blocks_its_loop_until_another_task_of_it_releases_a_lock_hangs() {
    hangs(BLOCKED_LOOP);
}

#[test]
fn a_task_that_awaits_a_lock_does_not() {
    ends(&BLOCKED_LOOP.replace("with m", "async with m"), &["end"]);
}

#[test]
fn a_loop_whose_thread_joins_one_of_its_tasks_hangs() {
    let script = "
def unit() { await sleep 10ms }
main { let x = spawn task unit(); x.join() }
";
    hangs(script);
}

#[test]
fn a_child_that_is_forked_while_a_thread_holds_a_lock_hangs_at_it() {
    hangs(HELD_AT_FORK);
}

#[test]
fn a_child_that_is_not_forked_has_a_lock_of_its_own() {
    for method in ["spawn", "forkserver"] {
        ends(&HELD_AT_FORK.replace("\"fork\"", &format!("\"{method}\"")), &["mine"]);
    }
}

#[test]
fn a_daemon_does_not_hold_up_the_end() {
    let script = "
def unit() { sleep 60s }
main { spawn KIND(daemon=True) unit(); print \"end\" }
";
    for script in both(script) {
        ends(&script, &["end"]);
        for runtime in RUNTIMES {
            assert!(run(&script, runtime).elapsed.0 < 1_000_000_000, "{runtime}");
        }
    }
}

/// What is said of the first finding of that kind, its places and its help included, in a run and in an exploration.
fn told(script: &str, kind: FindingKind) -> [String; 2] {
    let text = |finding: &Finding| {
        let labels: Vec<&str> = finding.labels.iter().map(|label| &*label.text).collect();
        format!("{}; {}; {}", finding.message, labels.join("; "), finding.help.as_deref().unwrap_or_default())
    };
    let of_kind = |finding: &&Finding| finding.kind == kind;
    let report = run(script, "cpython-3.12");
    let explored = explored_findings(script);
    [report.findings.iter().find(of_kind), explored.iter().find(of_kind)]
        .map(|finding| text(finding.unwrap_or_else(|| panic!("{script}"))))
}

#[test]
fn who_has_killed_the_holder_of_a_lock_is_told() {
    let script = "
process lock m
process event taken
def unit() { with m { taken.set(); sleep 1s } }
main { let x = spawn process unit(); taken.wait(); x.kill(); with m { pass } }
";
    for told in told(script, FindingKind::Deadlock) {
        assert!(told.contains("which unit.1 held when it was killed"), "{told}");
        assert!(told.contains("unit.1 took `m` here; main killed unit.1 here"), "{told}");
        assert!(told.contains("tell unit.1 to stop"), "{told}");
    }
}

#[test]
fn a_signal_to_another_copy_is_told_with_the_way_out() {
    let script = "
event ready[2]
def unit() { ready[1].wait() }
main { let x = spawn process unit(); ready[1].set(); x.join() }
";
    for told in told(script, FindingKind::Deadlock) {
        assert!(told.contains("`ready[1]` is another one: each process has its own"), "{told}");
        assert!(told.contains("declare `process event ready[…]`"), "{told}");
    }
}

#[test]
fn a_value_that_another_process_has_is_told_with_the_way_out() {
    let script = "
shared total = 0
def unit() { total += 5 }
main { let x = spawn process unit(); x.join() }
finally total == 5
";
    for told in told(script, FindingKind::Finally) {
        assert!(told.contains("`total` is 5 in unit.1: each process has its own"), "{told}");
    }
}

#[test]
fn a_property_that_fails_by_itself_blames_no_process() {
    let script = "
shared total = 0
def unit() { pass }
main { let x = spawn process unit(); x.join(); total = 3 }
finally total == 5
";
    for told in told(script, FindingKind::Finally) {
        assert!(!told.contains("unit.1"), "{told}");
    }
}
