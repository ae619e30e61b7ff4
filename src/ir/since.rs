//! What came into Python's library late: a runtime of an older version does not have it.

use crate::base::diagnostic::Diagnostic;
use crate::ir::codes;
use crate::ir::program::{CallSite, Op, Operand, Program, Source};
use crate::ir::signature::Receiver;
use crate::ir::value::Value;
use crate::machine::profile::{Python, Runtime};
use crate::syntax::ast::ObjectKind;

/// A method that Python did not always have.
struct Late {
    of: ObjectKind,
    method: &'static str,
    since: Python,
    /// What to do without it.
    instead: &'static str,
}

const LATE: [Late; 1] = [Late {
    of: ObjectKind::Queue,
    method: "shutdown",
    since: Python { major: 3, minor: 13 },
    instead: "put one `None` for each unit that gets, and let it end there",
}];

/// The calls of methods that the runtime's version of Python does not have, in the order of the text.
#[must_use]
pub fn too_new(program: &Program, runtime: &Runtime) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (op, span) in program.ops.iter().zip(&program.spans) {
        let Op::Invoke { receiver, call, .. } = *op else { continue };
        let site = &program.calls[usize::from(call)];
        let is_late = |late: &&Late| late.since > runtime.python && is_certain(program, late, receiver, site);
        let Some(late) = LATE.iter().find(is_late) else { continue };
        let (method, of, since) = (late.method, late.of.word(), late.since);
        let message =
            format!("`{method}` of a `{of}` came with Python {since}, and {} has none", runtime.name);
        let help = format!("choose a runtime of Python {since} or later, or {}", late.instead);
        let diagnostic = Diagnostic::error(codes::NOT_IN_THIS_PYTHON, *span, message)
            .at(format!("not in Python {}", runtime.python))
            .with_help(help);
        if !found.contains(&diagnostic) {
            found.push(diagnostic);
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.primary.span);
    found
}

/// Whether the call can be of nothing but that method.
fn is_certain(program: &Program, late: &Late, receiver: Operand, site: &CallSite) -> bool {
    if site.method != late.method {
        return false;
    }
    match receiver.source() {
        Source::Constant(constant) => match program.constant(constant) {
            Value::Object(object) => program.objects[object.index()].kind == late.of,
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
            may_be.next() == Some(Receiver::Object(late.of)) && may_be.next().is_none()
        }
    }
}
