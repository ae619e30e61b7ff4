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
    /// A method of an object that is declared with `process`, where other ones had it before.
    ProcessMethod(ObjectKind, &'static str),
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
    /// `map(…, chunksize=…)`
    Chunks,
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
const TRY_ONCE: &str = "try `acquire(blocking=False)`, and release it if that was not in vain";
const NO_CHUNKS: &str = "give each job a list of items";
const ONE_BY_ONE: &str = "call `release()` as often";
const STARTED_BY_FORK: &str = "`start_method: \"fork\"`";
const THREADS: &str = "`spawn thread`";
const ASK_AGAIN: &str = "ask `is_alive()` again and again, with a `sleep` in between";

/// From `whatsnew` and the notes "New in version" of the library's pages; interpreters have had a GIL of their own since
/// PEP 684.
const LATE: [Late; 22] = [
    Late { what: of(ObjectKind::Rlock, "locked"), since: python(3, 14), instead: TRY_ONCE },
    Late { what: What::ProcessMethod(ObjectKind::Lock, "locked"), since: python(3, 14), instead: TRY_ONCE },
    Late { what: What::ProcessMethod(ObjectKind::Rlock, "locked"), since: python(3, 14), instead: TRY_ONCE },
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
    Late { what: What::Chunks, since: python(3, 5), instead: NO_CHUNKS },
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
    found.extend(program.chunks.iter().filter_map(|span| Some((missing(What::Chunks)?, *span))));
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
        What::ProcessMethod(kind, method) => format!("`{method}` of a `process {}`", kind.word()),
        What::Parameter(of, method, parameter) => {
            format!("`{method}({parameter}=…)` of {}", receiver(of))
        }
        What::Unit(kind) => format!("`spawn {}`", kind.word()),
        What::Object(kind) => format!("`{}`", kind.word()),
        What::ProcessObject(kind) => format!("`process {}`", kind.word()),
        What::ForProcesses => "what is one for all processes".to_owned(),
        What::Start(method) => format!("the start method `{}`", method.word()),
        What::TimeLimit => "`async with timeout(…)`".to_owned(),
        What::Chunks => "`map(chunksize=…)`".to_owned(),
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
        let of_process = match method.receiver {
            Receiver::Object(kind) if is_for_all(method.receiver) => {
                missing(What::ProcessMethod(kind, name), runtime)
            }
            Receiver::Object(_) | Receiver::Handle | Receiver::List | Receiver::Stream => None,
        };
        let lacks =
            of_process.or_else(|| missing(What::Method(method.receiver, name), runtime)).or_else(|| {
                given.find_map(|(parameter, _)| {
                    missing(What::Parameter(method.receiver, name, parameter.name), runtime)
                })
            });
        first = first.or(Some(lacks?));
    }
    first
}

#[cfg(test)]
mod tests;
