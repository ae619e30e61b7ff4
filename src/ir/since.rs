//! What came into Python's library late: a runtime of an older version does not have it.

#![expect(clippy::wildcard_enum_match_arm, reason = "two ops use what not every Python has")]

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::program::{CallSite, Op, Operand, Program, Source};
use crate::ir::signature::Receiver;
use crate::ir::value::Value;
use crate::machine::profile::{Python, Runtime};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// Something that Python did not always have.
struct Late {
    what: What,
    since: Python,
    /// What to do without it.
    instead: &'static str,
}

/// What a script can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A method of an object.
    Method(ObjectKind, &'static str),
    /// `spawn KIND`
    Unit(UnitKind),
    /// A declaration of that kind.
    Object(ObjectKind),
}

/// From `whatsnew` of those versions; interpreters have had a GIL of their own since PEP 684.
const LATE: [Late; 6] = [
    Late {
        what: What::Method(ObjectKind::Queue, "shutdown"),
        since: Python { major: 3, minor: 13 },
        instead: "put one `None` for each unit that gets, and let it end there",
    },
    Late {
        what: What::Unit(UnitKind::Interpreter),
        since: Python { major: 3, minor: 12 },
        instead: "`spawn process`: it has an interpreter of its own, too",
    },
    Late {
        what: What::Unit(UnitKind::Task),
        since: Python { major: 3, minor: 4 },
        instead: "`spawn thread`",
    },
    Late {
        what: What::Object(ObjectKind::Barrier),
        since: Python { major: 3, minor: 2 },
        instead: "count who has arrived under a `condition`",
    },
    Late {
        what: What::Object(ObjectKind::ThreadPool),
        since: Python { major: 3, minor: 2 },
        instead: "start threads that get their jobs out of a `queue`",
    },
    Late {
        what: What::Object(ObjectKind::ProcessPool),
        since: Python { major: 3, minor: 2 },
        instead: "start processes that get their jobs out of a `process queue`",
    },
];

/// What the runtime's version of Python does not have, in the order of the text.
#[must_use]
pub fn too_new(program: &Program, runtime: &Runtime) -> Vec<Diagnostic> {
    let missing = |what: What| LATE.iter().find(|late| late.what == what && late.since > runtime.python);
    let mut found: Vec<(&Late, Span)> = Vec::new();
    for declared in &program.objects {
        found.extend(missing(What::Object(declared.kind)).map(|late| (late, declared.span)));
    }
    for (op, span) in program.ops.iter().zip(&program.spans) {
        let late = match *op {
            Op::Spawn { spawn, .. } => missing(What::Unit(program.spawns[usize::from(spawn)].unit)),
            Op::Invoke { receiver, call, .. } => {
                let site = &program.calls[usize::from(call)];
                LATE.iter()
                    .find(|late| late.since > runtime.python && is_certain(program, late, receiver, site))
            }
            _ => None,
        };
        found.extend(late.map(|late| (late, *span)));
    }
    found.sort_by_key(|(_, span)| *span);
    // An array is one declaration, and a place may be in the code several times.
    found.dedup_by_key(|(_, span)| *span);
    found.into_iter().map(|(late, span)| refusal(late, span, runtime)).collect()
}

fn refusal(late: &Late, span: Span, runtime: &Runtime) -> Diagnostic {
    let what = match late.what {
        What::Method(of, method) => format!("`{method}` of a `{}`", of.word()),
        What::Unit(kind) => format!("`spawn {}`", kind.word()),
        What::Object(kind) => format!("`{}`", kind.word()),
    };
    let since = late.since;
    let message = format!("{what} came with Python {since}, and {} has none", runtime.name);
    let help = format!("choose a runtime of Python {since} or later, or {}", late.instead);
    Diagnostic::error(codes::NOT_IN_THIS_PYTHON, span, message)
        .at(format!("not in Python {}", runtime.python))
        .with_help(help)
}

/// Whether the call can be of nothing but that method.
fn is_certain(program: &Program, late: &Late, receiver: Operand, site: &CallSite) -> bool {
    let What::Method(of, method) = late.what else { return false };
    if site.method != method {
        return false;
    }
    match receiver.source() {
        Source::Constant(constant) => match program.constant(constant) {
            Value::Object(object) => program.objects[object.index()].kind == of,
            Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Handle(_)
            | Value::Stream(..)
            | Value::Cell(_)
            | Value::Exception(_) => false,
        },
        // No value is of a kind that the script does not declare.
        Source::Register(_) => {
            let declared = |receiver: Receiver| match receiver {
                Receiver::Object(kind) => program.objects.iter().any(|object| object.kind == kind),
                Receiver::Handle | Receiver::List | Receiver::Stream => true,
            };
            let mut may_be = site.methods.iter().map(|method| method.receiver).filter(|it| declared(*it));
            may_be.next() == Some(Receiver::Object(of)) && may_be.next().is_none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;
    use crate::ir::lower::lower;
    use crate::machine::profile::{CheckPoints, Gil, LockPolicy, StartMethod, TimedWaits};
    use crate::syntax::parse::parse;

    /// What a runtime of Python `3.minor` says of a script, and at which text.
    fn check(minor: u8, text: &str, want: &[(&str, &str)]) {
        let runtime = Runtime {
            name: "old",
            summary: "",
            python: Python { major: 3, minor },
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
        let told = too_new(&program, &runtime);
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|it| {
                (it.message.as_str(), &text[it.primary.span.start as usize..it.primary.span.end as usize])
            })
            .collect();
        assert_eq!(told, want);
    }

    #[test]
    fn a_unit_an_object_and_a_method_are_refused_where_python_has_none_yet() {
        let text = "barrier gate[2](2)\nqueue q\ndef f() { gate[0].wait() }\n\
                    main { spawn interpreter f(); spawn process f(); q.shutdown() }\n";
        let interpreter =
            ("`spawn interpreter` came with Python 3.12, and old has none", "spawn interpreter f()");
        let shutdown = ("`shutdown` of a `queue` came with Python 3.13, and old has none", "q.shutdown()");
        let barrier = ("`barrier` came with Python 3.2, and old has none", "gate");
        check(13, text, &[]);
        check(12, text, &[shutdown]);
        check(11, text, &[interpreter, shutdown]);
        check(1, text, &[barrier, interpreter, shutdown]);
    }
}
