//! What each runtime refuses.

use super::*;
use crate::base::time::SimDuration;
use crate::ir::lower::lower;
use crate::machine::profile::{CheckPoints, FreeLock, Gil, LockPolicy, TimedWaits};
use crate::machine::turns::Polling;
use crate::syntax::parse::parse;

/// `spawn unit` starts threads, and processes begin like that.
const fn by(start: StartMethod) -> Terms {
    Terms {
        start,
        unit: UnitKind::Thread,
        check_points: CheckPoints::Calls,
        cancellation_is_caught: false,
        free_lock: FreeLock::RuntimeError,
    }
}

/// What a runtime says of a script under these terms, and at which text.
fn check((name, python): (&'static str, Python), terms: Terms, text: &str, want: &[(&str, &str)]) {
    let runtime = Runtime {
        name,
        summary: "",
        python,
        gil: Gil::Interval,
        check_points: CheckPoints::Calls,
        lock: LockPolicy::Barging,
        free_lock: FreeLock::RuntimeError,
        timed_waits: TimedWaits::Woken,
        switch_interval: SimDuration::ms(5),
        check_interval: 100,
        polling: Polling::PYPY,
        speed_percent: 100,
        start_method: StartMethod::Fork,
        sources: &[],
        factors: &[],
    };
    let source = crate::base::span::Source::new("it.conc", text);
    let script = parse(&source).whole().expect("it has no mistakes");
    let program = lower(&script, &[]).expect("it has no mistakes");
    let told = too_new(&program, &runtime, terms);
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|it| (it.message.as_str(), &text[it.primary.span.start as usize..it.primary.span.end as usize]))
        .collect();
    assert_eq!(told, want);
}

/// The same of Python `major.minor` with processes by `fork`: the text of each refusal up to `came with`.
fn since((major, minor): (u8, u8), text: &str, want: &[(&str, &str)]) {
    let want: Vec<(String, &str)> =
        want.iter().map(|(what, place)| (format!("{what}, and old has none"), *place)).collect();
    let want: Vec<(&str, &str)> = want.iter().map(|(what, place)| (what.as_str(), *place)).collect();
    check(("old", python(major, minor)), by(StartMethod::Fork), text, &want);
}

#[test]
fn a_unit_an_object_and_a_method_are_refused_where_python_has_none_yet() {
    let text = "barrier gate[2](2)\nqueue q\ndef f() { gate[0].wait() }\n\
                main { spawn interpreter f(); spawn process f(); q.shutdown() }\n";
    let interpreter = ("`spawn interpreter` came with Python 3.12", "spawn interpreter f()");
    let shutdown = ("`shutdown` of a `queue` came with Python 3.13", "q.shutdown()");
    let barrier = ("`barrier` came with Python 3.2", "gate");
    since((3, 13), text, &[]);
    since((3, 12), text, &[shutdown]);
    since((3, 11), text, &[interpreter, shutdown]);
    since((2, 7), text, &[barrier, interpreter, shutdown]);
}

#[test]
fn tasks_and_time_limits_are_refused_where_python_has_none_yet() {
    let text = "def f() { async with timeout(1ms) { await io 2ms } }\nmain { spawn task f() }\n";
    let limit = ("`async with timeout(…)` came with Python 3.11", "timeout(1ms)");
    let task = ("`spawn task` came with Python 3.4", "spawn task f()");
    since((3, 11), text, &[]);
    since((3, 10), text, &[limit]);
    since((3, 3), text, &[limit, task]);
}

#[test]
fn timeouts_of_locks_are_refused_in_python_2() {
    let text = "lock m\nrlock r\nsemaphore s(2)\nprocess lock p\ncondition c\n\
                main { m.acquire(); m.acquire(timeout=1ms); r.acquire(True, 1ms); s.acquire(timeout=1ms)\n\
                p.acquire(timeout=1ms); with c { c.wait_for(True); c.wait(timeout=1ms) } }\n";
    let timeout = |kind: &str| format!("`acquire(timeout=…)` of a `{kind}` came with Python 3.2");
    let (lock, rlock, semaphore) = (timeout("lock"), timeout("rlock"), timeout("semaphore"));
    since((3, 2), text, &[]);
    let want = [
        (lock.as_str(), "m.acquire(timeout=1ms)"),
        (rlock.as_str(), "r.acquire(True, 1ms)"),
        (semaphore.as_str(), "s.acquire(timeout=1ms)"),
        ("`wait_for` of a `condition` came with Python 3.2", "c.wait_for(True)"),
    ];
    since((2, 7), text, &want);
}

#[test]
fn what_a_call_may_be_of_is_refused_only_if_all_of_that_is_missing() {
    let refused = "`acquire(timeout=…)` of a `lock` came with Python 3.2";
    let call = "def f(x) { x.acquire(timeout=1ms) }\nmain { f(m) }\n";
    since((2, 7), &format!("lock m\nrlock r\n{call}"), &[(refused, "x.acquire(timeout=1ms)")]);
    since((2, 7), &format!("lock m\nprocess lock p\n{call}"), &[]);
}

#[test]
fn pools_releases_and_waits_have_come_one_after_the_other() {
    let text = "thread_pool ex(2)\nsemaphore s(2)\nprocess barrier b(2)\ndef f() {}\n\
                main { s.acquire(); s.acquire(); s.release(2); (spawn subprocess f()).wait(timeout=1ms) }\n";
    let pool = ("`thread_pool` came with Python 3.2", "ex");
    let shared = ("`process barrier` came with Python 3.3", "b");
    let plain = ("`barrier` came with Python 3.2", "b");
    let release = ("`release(n=…)` of a `semaphore` came with Python 3.9", "s.release(2)");
    let wait =
        ("`wait(timeout=…)` of a handle came with Python 3.3", "(spawn subprocess f()).wait(timeout=1ms)");
    since((3, 9), text, &[]);
    since((3, 8), text, &[release]);
    since((3, 2), text, &[shared, release]);
    since((2, 7), text, &[pool, plain, release]);
    let alone = "def f() {}\nmain { (spawn subprocess f()).wait(timeout=1ms) }\n";
    since((3, 2), alone, &[wait]);
    since((3, 3), alone, &[]);
}

#[test]
fn start_methods_are_refused_where_the_processes_begin_by_them() {
    let text =
        "process_pool ex(2)\ndef f() {}\nmain { spawn process f(); spawn thread f(); ex.submit(f()) }\n";
    let old = ("old", python(3, 3));
    let refused = "the start method `spawn` came with Python 3.4, and old has none";
    check(old, by(StartMethod::Spawn), text, &[(refused, "ex"), (refused, "spawn process f()")]);
    check(old, by(StartMethod::Fork), text, &[]);
    check(("new", python(3, 4)), by(StartMethod::ForkServer), text, &[]);
    let grown = ("graalpy-25", python(3, 12));
    let refused = "the start method `fork` can't be had on graalpy-25: it can't fork";
    check(grown, by(StartMethod::Fork), text, &[(refused, "ex"), (refused, "spawn process f()")]);
    check(grown, by(StartMethod::Spawn), text, &[]);
}

#[test]
fn a_runtime_without_multiprocessing_has_nothing_for_processes() {
    let text = "process lock m\nprocess shared x = 0\npipe p\nlock own\ndef f() {}\n\
                main { spawn process f(); spawn subprocess f(); spawn thread f() }\n";
    for runtime in [("jython-2.7", python(2, 7)), ("ironpython-3.4", python(3, 4))] {
        let refused =
            |what: &str| format!("{what} can't be had on {}: it has no `multiprocessing`", runtime.0);
        let (shared, unit) = (refused("what is one for all processes"), refused("`spawn process`"));
        let want = [(&*shared, "m"), (&*shared, "x"), (&*shared, "p"), (&*unit, "spawn process f()")];
        check(runtime, by(StartMethod::Fork), text, &want);
    }
}

#[test]
fn graalpy_has_no_interpreters_of_its_version() {
    let text = "def f() {}\nmain { spawn interpreter f() }\n";
    let refused =
        "`spawn interpreter` can't be had on graalpy-25: it has no interpreters with a lock of their own";
    check(("graalpy-25", python(3, 12)), by(StartMethod::Spawn), text, &[(refused, "spawn interpreter f()")]);
    check(
        ("pypy-3.11", python(3, 11)),
        by(StartMethod::Fork),
        text,
        &[("`spawn interpreter` came with Python 3.12, and pypy-3.11 has none", "spawn interpreter f()")],
    );
}

#[test]
fn a_unit_is_refused_if_it_is_of_a_kind_that_python_does_not_have_yet() {
    let text = "def f() { pass }\nmain { spawn unit f() }\n";
    let task = ("`spawn task` came with Python 3.4, and old has none", "spawn unit f()");
    check(("old", python(3, 3)), Terms { unit: UnitKind::Task, ..by(StartMethod::Fork) }, text, &[task]);
    check(("old", python(3, 4)), Terms { unit: UnitKind::Task, ..by(StartMethod::Fork) }, text, &[]);
    check(("old", python(3, 3)), Terms { unit: UnitKind::Thread, ..by(StartMethod::Fork) }, text, &[]);
}

#[test]
fn whether_a_lock_is_locked_can_be_asked_of_all_kinds_since_3_14() {
    let text = "lock m\nrlock r\nprocess lock p\nprocess rlock q\n\
                main { m.locked(); r.locked(); p.locked(); q.locked() }\n";
    since((3, 14), text, &[]);
    let of = |kind: &str| format!("`locked` of a `{kind}` came with Python 3.14");
    let (rlock, lock_of_processes, rlock_of_processes) =
        (of("rlock"), of("process lock"), of("process rlock"));
    let want: [(&str, &str); 3] =
        [(&rlock, "r.locked()"), (&lock_of_processes, "p.locked()"), (&rlock_of_processes, "q.locked()")];
    since((3, 13), text, &want);
}

#[test]
fn items_of_a_map_come_in_chunks_since_3_5() {
    let text = "thread_pool t(2)\nprocess_pool p(2)\ndef f(n) { return n }\n\
                main { t.map(f, 0..4); t.map(f, 0..4, chunksize=2); p.map(f, 0..4, chunksize=2) }\n";
    since((3, 5), text, &[]);
    let chunks = "`map(chunksize=…)` came with Python 3.5";
    since((3, 4), text, &[(chunks, "t.map(f, 0..4, chunksize=2)"), (chunks, "p.map(f, 0..4, chunksize=2)")]);
}
