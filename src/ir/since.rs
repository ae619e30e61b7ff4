//! What not every Python has: a runtime of an older version lacks what came into the library late, and some have no way
//! to do what others do.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops use what not every Python has")]

use crate::base::diagnostic::Diagnostic;
use crate::base::id::ObjectId;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::pipe::Stream;
use crate::ir::program::{CallSite, Object, Op, Operand, Program, Source};
use crate::ir::signature::{Binding, Receiver};
use crate::ir::terms::Terms;
use crate::ir::value::Value;
use crate::machine::profile::{Python, Runtime, StartMethod};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// Something that Python did not always have.
struct Late {
    what: What,
    since: Python,
    /// What to do without it.
    instead: &'static str,
}

/// Something that a runtime does not have, whatever its version.
struct Lack {
    /// The runtime's name.
    runtime: &'static str,
    what: What,
    why: &'static str,
    /// What to do without it.
    instead: &'static str,
}

/// What a script can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A method of an object, or of handles.
    Method(Receiver, &'static str),
    /// A parameter of a method of what is not declared with `process`.
    Parameter(Receiver, &'static str, &'static str),
    /// `spawn KIND`
    Unit(UnitKind),
    /// A declaration of that kind.
    Object(ObjectKind),
    /// The same with `process` before it.
    ProcessObject(ObjectKind),
    /// `process` before any declaration, and what needs no such word: `pipe` and `process_pool`.
    ForProcesses,
    /// Processes that begin like that.
    Start(StartMethod),
    /// `async with timeout(…)`
    TimeLimit,
}

const fn python(major: u8, minor: u8) -> Python {
    Python { major, minor }
}

const fn of(kind: ObjectKind, method: &'static str) -> What {
    What::Method(Receiver::Object(kind), method)
}

const fn given(kind: ObjectKind, method: &'static str, parameter: &'static str) -> What {
    What::Parameter(Receiver::Object(kind), method, parameter)
}

const TRY_AGAIN: &str = "try `acquire(blocking=False)` again and again, with a `sleep` in between";
const ONE_BY_ONE: &str = "call `release()` as often";
const STARTED_BY_FORK: &str = "`start_method: \"fork\"`";
const THREADS: &str = "`spawn thread`";
const ASK_AGAIN: &str = "ask `is_alive()` again and again, with a `sleep` in between";

/// From `whatsnew` and the notes "New in version" of the library's pages; interpreters have had a GIL of their own since
/// PEP 684.
const LATE: [Late; 18] = [
    Late {
        what: of(ObjectKind::Queue, "shutdown"),
        since: python(3, 13),
        instead: "put one `None` for each unit that gets, and let it end there",
    },
    Late {
        what: What::Unit(UnitKind::Interpreter),
        since: python(3, 12),
        instead: "`spawn process`: it has an interpreter of its own, too",
    },
    Late {
        what: What::TimeLimit,
        since: python(3, 11),
        instead: "give what waits a timeout of its own: `await m.acquire(timeout=50ms)`",
    },
    Late { what: given(ObjectKind::Semaphore, "release", "n"), since: python(3, 9), instead: ONE_BY_ONE },
    Late {
        what: given(ObjectKind::BoundedSemaphore, "release", "n"),
        since: python(3, 9),
        instead: ONE_BY_ONE,
    },
    Late { what: What::Unit(UnitKind::Task), since: python(3, 4), instead: THREADS },
    Late { what: What::Start(StartMethod::Spawn), since: python(3, 4), instead: STARTED_BY_FORK },
    Late { what: What::Start(StartMethod::ForkServer), since: python(3, 4), instead: STARTED_BY_FORK },
    Late {
        what: What::ProcessObject(ObjectKind::Barrier),
        since: python(3, 3),
        instead: "count who has arrived under a `process condition`",
    },
    Late {
        what: What::Parameter(Receiver::Handle, "wait", "timeout"),
        since: python(3, 3),
        instead: ASK_AGAIN,
    },
    Late {
        what: What::Object(ObjectKind::Barrier),
        since: python(3, 2),
        instead: "count who has arrived under a `condition`",
    },
    Late {
        what: What::Object(ObjectKind::ThreadPool),
        since: python(3, 2),
        instead: "start threads that get their jobs out of a `queue`",
    },
    Late {
        what: What::Object(ObjectKind::ProcessPool),
        since: python(3, 2),
        instead: "start processes that get their jobs out of a `process queue`",
    },
    Late {
        what: of(ObjectKind::Condition, "wait_for"),
        since: python(3, 2),
        instead: "call `wait` in a `while` that asks for what you wait for",
    },
    Late { what: given(ObjectKind::Lock, "acquire", "timeout"), since: python(3, 2), instead: TRY_AGAIN },
    Late { what: given(ObjectKind::Rlock, "acquire", "timeout"), since: python(3, 2), instead: TRY_AGAIN },
    Late {
        what: given(ObjectKind::Semaphore, "acquire", "timeout"),
        since: python(3, 2),
        instead: TRY_AGAIN,
    },
    Late {
        what: given(ObjectKind::BoundedSemaphore, "acquire", "timeout"),
        since: python(3, 2),
        instead: TRY_AGAIN,
    },
];

const NO_MULTIPROCESSING: &str = "it has no `multiprocessing`";
const DECLARED_FOR_THREADS: &str = "leave out `process`, and use threads";

/// What has no version. Jython and `IronPython` lack the C module `_multiprocessing` behind the library; `GraalPy` documents
/// that it can't fork, and has no interpreters with a GIL of their own.
const LACKING: [Lack; 6] = [
    Lack {
        runtime: "jython-2.7",
        what: What::Unit(UnitKind::Process),
        why: NO_MULTIPROCESSING,
        instead: THREADS,
    },
    Lack {
        runtime: "jython-2.7",
        what: What::ForProcesses,
        why: NO_MULTIPROCESSING,
        instead: DECLARED_FOR_THREADS,
    },
    Lack {
        runtime: "ironpython-3.4",
        what: What::Unit(UnitKind::Process),
        why: NO_MULTIPROCESSING,
        instead: THREADS,
    },
    Lack {
        runtime: "ironpython-3.4",
        what: What::ForProcesses,
        why: NO_MULTIPROCESSING,
        instead: DECLARED_FOR_THREADS,
    },
    Lack {
        runtime: "graalpy-25",
        what: What::Start(StartMethod::Fork),
        why: "it can't fork",
        instead: "`start_method: \"spawn\"`",
    },
    Lack {
        runtime: "graalpy-25",
        what: What::Unit(UnitKind::Interpreter),
        why: "it has no interpreters with a lock of their own",
        instead: "`spawn process`",
    },
];

/// Why a runtime does not have something.
#[derive(Clone, Copy)]
enum Missing {
    Late(&'static Late),
    Lacking(&'static Lack),
}

/// What the runtime's version of Python does not have, in the order of the text. `terms` say what a `spawn unit` counts as,
/// and how processes begin.
#[must_use]
pub fn too_new(program: &Program, runtime: &Runtime, terms: Terms) -> Vec<Diagnostic> {
    let missing = |what: What| missing(what, runtime);
    let mut found: Vec<(Missing, Span)> = Vec::new();
    // The streams of subprocesses are pipes of the system, and stand among the objects.
    let streams: &[ObjectId] =
        if program.has_streams() { &Stream::ALL.map(|stream| program.stream(stream)) } else { &[] };
    let is_declared = |(at, _): &(usize, _)| !streams.contains(&ObjectId::new(*at));
    for (_, declared) in program.objects.iter().enumerate().filter(is_declared) {
        let words = words_of(declared);
        found.extend(words.into_iter().flatten().find_map(missing).map(|it| (it, declared.span)));
    }
    for cell in program.cells.iter().filter(|cell| cell.process) {
        found.extend(missing(What::ForProcesses).map(|it| (it, cell.span)));
    }
    for (op, span) in program.ops.iter().zip(&program.spans) {
        let it = match *op {
            Op::Spawn { spawn, .. } if !program.spawns[usize::from(spawn)].pooled => {
                let unit = match program.spawns[usize::from(spawn)].unit {
                    UnitKind::Unit => terms.unit,
                    unit => unit,
                };
                let begins = (unit == UnitKind::Process).then_some(What::Start(terms.start));
                missing(What::Unit(unit)).or_else(|| begins.and_then(missing))
            }
            Op::Invoke { receiver, call, .. } => {
                missing_call(program, (receiver, &program.calls[usize::from(call)]), runtime)
            }
            Op::OpenTimeout { .. } => missing(What::TimeLimit),
            _ => None,
        };
        found.extend(it.map(|it| (it, *span)));
    }
    let starts = missing(What::Start(terms.start));
    let pools = program.objects.iter().filter(|object| object.kind == ObjectKind::ProcessPool);
    found.extend(pools.filter_map(|pool| Some((starts?, pool.span))));
    found.sort_by_key(|(_, span)| *span);
    // An array is one declaration, and a place may be in the code several times.
    found.dedup_by_key(|(_, span)| *span);
    found.into_iter().map(|(it, span)| refusal(it, span, runtime)).collect()
}

fn missing(what: What, runtime: &Runtime) -> Option<Missing> {
    let late = LATE.iter().find(|late| late.what == what && late.since > runtime.python);
    let lack = || LACKING.iter().find(|lack| lack.what == what && lack.runtime == runtime.name);
    lack().map(Missing::Lacking).or(late.map(Missing::Late))
}

/// What a declaration uses.
fn words_of(declared: &Object) -> [Option<What>; 3] {
    let is_shared = declared.process || matches!(declared.kind, ObjectKind::Pipe | ObjectKind::ProcessPool);
    [
        Some(What::Object(declared.kind)),
        declared.process.then_some(What::ProcessObject(declared.kind)),
        is_shared.then_some(What::ForProcesses),
    ]
}

fn refusal(missing: Missing, span: Span, runtime: &Runtime) -> Diagnostic {
    let (what, instead) = match missing {
        Missing::Late(late) => (late.what, late.instead),
        Missing::Lacking(lack) => (lack.what, lack.instead),
    };
    let what = described(what);
    match missing {
        Missing::Late(late) => {
            let since = late.since;
            let message = format!("{what} came with Python {since}, and {} has none", runtime.name);
            Diagnostic::error(codes::NOT_IN_THIS_PYTHON, span, message)
                .at(format!("not in Python {}", runtime.python))
                .with_help(format!("choose a runtime of Python {since} or later, or {instead}"))
        }
        Missing::Lacking(lack) => {
            let message = format!("{what} can't be had on {}: {}", runtime.name, lack.why);
            Diagnostic::error(codes::NOT_IN_THIS_PYTHON, span, message)
                .at(format!("not on {}", runtime.name))
                .with_help(format!("choose another runtime, such as cpython-3.14, or {instead}"))
        }
    }
}

fn described(what: What) -> String {
    let receiver = |receiver: Receiver| match receiver {
        Receiver::Object(kind) => format!("a `{}`", kind.word()),
        Receiver::Handle => "a handle".to_owned(),
        Receiver::List => "a list".to_owned(),
        Receiver::Stream => "a stream".to_owned(),
    };
    match what {
        What::Method(of, method) => format!("`{method}` of {}", receiver(of)),
        What::Parameter(of, method, parameter) => {
            format!("`{method}({parameter}=…)` of {}", receiver(of))
        }
        What::Unit(kind) => format!("`spawn {}`", kind.word()),
        What::Object(kind) => format!("`{}`", kind.word()),
        What::ProcessObject(kind) => format!("`process {}`", kind.word()),
        What::ForProcesses => "what is one for all processes".to_owned(),
        What::Start(method) => format!("the start method `{}`", method.word()),
        What::TimeLimit => "`async with timeout(…)`".to_owned(),
    }
}

/// What a call is certain to use that the runtime does not have: whatever it can be of, it is something of that kind.
fn missing_call(
    program: &Program,
    (receiver, site): (Operand, &CallSite),
    runtime: &Runtime,
) -> Option<Missing> {
    let known = match receiver.source() {
        Source::Constant(constant) => match program.constant(constant) {
            Value::Object(object) => Some(&program.objects[object.index()]),
            _ => return None,
        },
        Source::Register(_) => None,
    };
    // No value is of a kind that the script does not declare.
    let may_be = |receiver: Receiver| match (receiver, known) {
        (Receiver::Object(kind), Some(known)) => known.kind == kind,
        (Receiver::Object(kind), None) => program.objects.iter().any(|object| object.kind == kind),
        (Receiver::Handle | Receiver::List | Receiver::Stream, known) => known.is_none(),
    };
    let is_for_all = |receiver: Receiver| match (receiver, known) {
        (Receiver::Object(_), Some(known)) => known.process,
        (Receiver::Object(kind), None) => {
            program.objects.iter().any(|object| object.kind == kind && object.process)
        }
        (Receiver::Handle | Receiver::List | Receiver::Stream, _) => false,
    };
    let mut first = None;
    for method in site.methods.iter().filter(|method| may_be(method.receiver)) {
        let name = method.signature.name;
        let parameters = method.signature.parameters.iter().zip(&method.bindings);
        let given = parameters.filter(|(_, binding)| **binding != Binding::Default);
        let mut given = given.filter(|_| !is_for_all(method.receiver));
        let lacks = missing(What::Method(method.receiver, name), runtime).or_else(|| {
            given.find_map(|(parameter, _)| {
                missing(What::Parameter(method.receiver, name, parameter.name), runtime)
            })
        });
        first = first.or(Some(lacks?));
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;
    use crate::ir::lower::lower;
    use crate::machine::profile::{CheckPoints, Gil, LockPolicy, TimedWaits};
    use crate::syntax::parse::parse;

    /// `spawn unit` starts threads, and processes begin like that.
    const fn by(start: StartMethod) -> Terms {
        Terms { start, unit: UnitKind::Thread, check_points: CheckPoints::Calls }
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
            timed_waits: TimedWaits::Woken,
            switch_interval: SimDuration::ms(5),
            check_interval: 100,
            speed_percent: 100,
            extra_interpreter_memory: 0,
            extra_thread_memory: 0,
            start_method: StartMethod::Fork,
            sources: &[],
        };
        let source = crate::base::span::Source::new("it.conc", text);
        let script = parse(&source).whole().expect("it has no mistakes");
        let program = lower(&script, &[]).expect("it has no mistakes");
        let told = too_new(&program, &runtime, terms);
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|it| {
                (it.message.as_str(), &text[it.primary.span.start as usize..it.primary.span.end as usize])
            })
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
        let wait = (
            "`wait(timeout=…)` of a handle came with Python 3.3",
            "(spawn subprocess f()).wait(timeout=1ms)",
        );
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
        check(
            ("graalpy-25", python(3, 12)),
            by(StartMethod::Spawn),
            text,
            &[(refused, "spawn interpreter f()")],
        );
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
}
