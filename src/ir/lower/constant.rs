//! Initialisers, lengths and arguments of declarations: evaluated once, before the run.

#![expect(clippy::wildcard_enum_match_arm, reason = "whatever is not listed has no value before the run")]

use std::cmp::Ordering;

use indexmap::IndexMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::id::ObjectId;
use crate::base::printable::safe;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::ir::arithmetic;
use crate::ir::codes;
use crate::ir::lower::globals::Global;
use crate::ir::lower::{ELEMENTS_MAX, literal};
use crate::ir::program::Program;
use crate::ir::signature::Builtin;
use crate::ir::value::{Raised, Value};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, ObjectKind};

/// Something evaluated before the run, or why it can't be.
pub(super) type Evaluated<T> = Result<T, Failure>;

/// Why something can't be evaluated before the run.
#[derive(Debug)]
pub(super) enum Failure {
    /// A mistake of its own.
    Mistake(Box<Diagnostic>),
    /// It follows from another mistake: one that the checker finds, or one in what it uses.
    Follows(Box<Diagnostic>),
}

impl From<Diagnostic> for Failure {
    fn from(mistake: Diagnostic) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

/// What an initialiser may use: what is declared above it.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) names: &'a IndexMap<String, Global>,
    pub(super) program: &'a Program,
}

/// The value of an expression of literals, params, names declared above, operators and `len min max abs`.
pub(super) fn evaluate(known: Known<'_>, expr: &Expr) -> Evaluated<Value> {
    let raised = |raised: Raised| {
        let message = format!("this can't be evaluated: {}", raised.message());
        Failure::from(Diagnostic::error(codes::NOT_CONSTANT, expr.span, message).at(raised.name().to_owned()))
    };
    match &expr.kind {
        ExprKind::Literal(value) => Ok(literal(value)),
        ExprKind::Name(name) => known.value(name).ok_or_else(|| unknown(name, expr.span))?.map_err(raised),
        ExprKind::List(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|item| evaluate(known, item)).collect();
            Value::list(items?).map_err(raised)
        }
        ExprKind::Unary { op, operand } => arithmetic::unary(*op, &evaluate(known, operand)?).map_err(raised),
        ExprKind::Binary { op, left, right } => {
            let left = evaluate(known, left)?;
            let decided = match op {
                BinaryOp::And => !left.truthy(),
                BinaryOp::Or => left.truthy(),
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
                | BinaryOp::In
                | BinaryOp::NotIn
                | BinaryOp::Is
                | BinaryOp::IsNot
                | BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::FloorDivide
                | BinaryOp::Modulo => false,
            };
            if decided {
                return Ok(left);
            }
            arithmetic::binary(*op, &left, &evaluate(known, right)?).map_err(raised)
        }
        ExprKind::Index { base, index } => {
            arithmetic::index(&evaluate(known, base)?, &evaluate(known, index)?).map_err(raised)
        }
        ExprKind::Call { callee, args } => call(known, callee, args, expr.span)?.map_err(raised),
        ExprKind::Await(_) | ExprKind::Attribute { .. } | ExprKind::Spawn(_) => Err(refused(expr.span)),
    }
}

fn unknown(name: &str, span: Span) -> Failure {
    let message = format!("`{name}` has no value before the run");
    let mistake = Diagnostic::error(codes::NOT_CONSTANT, span, message);
    Failure::Follows(Box::new(mistake.with_help("use literals, params, and what is declared above")))
}

/// What the checker refuses.
pub(super) fn refused(span: Span) -> Failure {
    let message = "this can't be evaluated before the run";
    Failure::Follows(Box::new(Diagnostic::error(codes::NOT_CONSTANT, span, message)))
}

impl Known<'_> {
    /// The value of a name; an array is the list of its cells or of references to its objects.
    fn value(self, name: &str) -> Option<Result<Value, Raised>> {
        let range = |first: usize, length: u32| first..first + length as usize;
        Some(match self.names.get(name)? {
            Global::Constant(value) => Ok(value.clone()),
            Global::Object(object) => Ok(Value::Object(*object)),
            Global::Cell(cell) => Ok(self.program.cells[cell.index()].initial.clone()),
            Global::CellArray(array) => {
                let array = &self.program.arrays[usize::from(*array)];
                let cells = &self.program.cells[range(array.first.index(), array.length)];
                Value::list(cells.iter().map(|cell| cell.initial.clone()).collect())
            }
            Global::ObjectArray(array) => {
                let array = &self.program.object_arrays[usize::from(*array)];
                Value::list(
                    range(array.first.index(), array.length)
                        .map(|index| Value::Object(ObjectId::new(index)))
                        .collect(),
                )
            }
            Global::Function(_) => return None,
        })
    }
}

fn call(known: Known<'_>, callee: &Expr, args: &[Arg], span: Span) -> Evaluated<Result<Value, Raised>> {
    let builtin = match &callee.kind {
        ExprKind::Name(name) => Builtin::from_word(name),
        _ => None,
    };
    let values: Result<Vec<_>, _> = args.iter().map(|arg| evaluate(known, &arg.value)).collect();
    let values = values?;
    Ok(match (builtin, values.as_slice()) {
        (Some(Builtin::Len), [value]) => arithmetic::length(value),
        (Some(Builtin::Abs), [value]) => arithmetic::absolute(value),
        (Some(Builtin::Min), [_, ..]) => arithmetic::extreme("min", Ordering::Less, &values),
        (Some(Builtin::Max), [_, ..]) => arithmetic::extreme("max", Ordering::Greater, &values),
        (Some(_) | None, _) => return Err(refused(span)),
    })
}

/// The length of an array, `used` elements being declared already.
pub(super) fn length(known: Known<'_>, expr: &Expr, used: i64) -> Evaluated<u32> {
    let value = evaluate(known, expr)?;
    let refuse = |message: String, label: &str| {
        Diagnostic::error(codes::TOO_MANY_ELEMENTS, expr.span, message)
            .at(label)
            .with_help("a length is a whole number from 0 on, as in `lock forks[5]`")
    };
    let Some(length) = value.as_int() else {
        let what = described(&value, known);
        return Err(refuse(format!("the length of an array is a whole number, not {what}"), &what).into());
    };
    if length < 0 {
        return Err(refuse(format!("an array can't have {length} elements"), "negative").into());
    }
    if length > ELEMENTS_MAX - used {
        let message = format!("the arrays of a script have at most {ELEMENTS_MAX} elements in all");
        return Err(refuse(message, "too many").into());
    }
    Ok(u32::try_from(length).expect("bounded above"))
}

/// `an integer`, `a lock`
fn described(value: &Value, known: Known<'_>) -> String {
    let text = match value {
        Value::Object(object) => {
            let word = known.program.objects[object.index()].kind.word();
            let article = if word.starts_with(['a', 'e', 'r']) { "an" } else { "a" };
            return format!("{article} {word}");
        }
        Value::None => "`None`",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Duration(_) => "a duration",
        Value::Size(_) => "a size",
        Value::Str(_) => "a string",
        Value::List(_) => "a list",
        other => other.type_name(),
    };
    text.to_owned()
}

/// The value of a declaration's argument as the object takes it.
pub(super) fn argument(
    known: Known<'_>,
    (kind, parameter): (ObjectKind, &str),
    value: Value,
    span: Span,
) -> Evaluated<Value> {
    let refuse = |message: String, label: &str, help: &str| {
        Err(Diagnostic::error(codes::BAD_DECLARATOR, span, message).at(label).with_help(help).into())
    };
    let what = described(&value, known);
    match parameter {
        "order" => match &value {
            Value::Str(order) if ORDERS.contains(&order.as_str()) => Ok(value),
            Value::Str(order) => {
                let help = match nearest(order, ORDERS) {
                    Some(order) => format!("did you mean `\"{order}\"`?"),
                    None => "the orders are `\"fifo\"`, `\"lifo\"` and `\"priority\"`".to_owned(),
                };
                refuse(format!("a queue has no order \"{}\"", safe(order)), "unknown", &help)
            }
            _ => refuse(
                format!("the order of a queue is a string, not {what}"),
                &what,
                "write `order=\"lifo\"`",
            ),
        },
        "lock" => match &value {
            Value::None => Ok(value),
            Value::Object(object) => match known.program.objects[object.index()].kind {
                ObjectKind::Lock | ObjectKind::Rlock => Ok(value),
                _ => refuse(format!("a condition belongs to a lock, not to {what}"), &what, OF_A_LOCK),
            },
            _ => refuse(format!("a condition belongs to a lock, not to {what}"), &what, OF_A_LOCK),
        },
        _ => {
            let Some((least, counted, help)) = bounds(kind) else { return Ok(value) };
            match value.as_int() {
                Some(number) if number >= least => Ok(Value::Int(number)),
                Some(number) => refuse(format!("{} can't have {number} {counted}", a(kind)), "too few", help),
                None => refuse(format!("{} has a number of {counted}, not {what}", a(kind)), &what, help),
            }
        }
    }
}

/// The same value if `multiprocessing` has such an object, too.
pub(super) fn between_processes(
    (kind, parameter): (ObjectKind, &str),
    value: Value,
    span: Span,
) -> Evaluated<Value> {
    match &value {
        Value::Str(order)
            if (kind, parameter) == (ObjectKind::Queue, "order") && order.as_str() != "fifo" =>
        {
            let message = format!(
                "a `process queue` gives first what was put first: it has no order \"{}\"",
                safe(order)
            );
            let help = "leave `order` out, or `process` if only threads of one process use the queue: Python's \
                        `multiprocessing` has no such queue";
            Err(Diagnostic::error(codes::BAD_DECLARATOR, span, message)
                .at("not between processes")
                .with_help(help)
                .into())
        }
        _ => Ok(value),
    }
}

/// The orders of a queue.
const ORDERS: [&str; 3] = ["fifo", "lifo", "priority"];

const OF_A_LOCK: &str = "declare `lock m` and `condition c(m)`, or `condition c` with a lock of its own";

/// The least number of an object's kind, what it counts, and an example.
const fn bounds(kind: ObjectKind) -> Option<(i64, &'static str, &'static str)> {
    Some(match kind {
        ObjectKind::Semaphore => {
            (0, "permits", "a semaphore begins with a number of permits from 0 on: `semaphore s(3)`")
        }
        ObjectKind::BoundedSemaphore => {
            (0, "permits", "a semaphore begins with a number of permits from 0 on: `bounded_semaphore s(3)`")
        }
        ObjectKind::Barrier => (1, "parties", "a barrier waits for at least one unit: `barrier b(3)`"),
        // As in Python, a queue of size 0 or less has no bound.
        ObjectKind::Queue => {
            (i64::MIN, "places", "a queue has a number of places, or no bound: `queue q(10)`")
        }
        ObjectKind::Device => {
            (1, "channels", "a device serves at least one request at a time: `device db(5)`")
        }
        ObjectKind::ThreadPool => (1, "threads", "a pool has at least one thread: `thread_pool ex(4)`"),
        ObjectKind::ProcessPool => (1, "processes", "a pool has at least one process: `process_pool ex(4)`"),
        ObjectKind::Lock
        | ObjectKind::Rlock
        | ObjectKind::Event
        | ObjectKind::Condition
        | ObjectKind::Pipe => {
            return None;
        }
    })
}

/// `a thread pool`
fn a(kind: ObjectKind) -> String {
    format!("a {}", kind.word().replace('_', " "))
}

/// Whether there is an object or a handle in it.
pub(super) fn holds_reference(value: &Value) -> bool {
    match value {
        Value::Object(_) | Value::Handle(_) => true,
        // Lists nest 64 deep at most.
        Value::List(list) => list.items().iter().any(holds_reference),
        _ => false,
    }
}
