//! Initialisers, lengths and arguments of declarations: evaluated once, before the run.

#![expect(clippy::wildcard_enum_match_arm, reason = "whatever is not listed has no value before the run")]

use std::cmp::Ordering;

use indexmap::IndexMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::id::ObjectId;
use crate::base::span::Span;
use crate::ir::arithmetic;
use crate::ir::codes;
use crate::ir::lower::globals::Global;
use crate::ir::lower::{ELEMENTS_MAX, literal};
use crate::ir::program::Program;
use crate::ir::signature::Builtin;
use crate::ir::value::{Raised, Value};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, ObjectKind};

/// Something evaluated before the run, or why it can't be.
pub(super) type Evaluated<T> = Result<T, Box<Diagnostic>>;

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
        Box::new(Diagnostic::error(codes::NOT_CONSTANT, expr.span, message).at(raised.name()))
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
        ExprKind::Await(_) | ExprKind::Attribute { .. } | ExprKind::Spawn(_) => Err(Box::new(
            Diagnostic::error(codes::NOT_CONSTANT, expr.span, "this can't be evaluated before the run"),
        )),
    }
}

fn unknown(name: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("`{name}` has no value before the run");
    Box::new(
        Diagnostic::error(codes::NOT_CONSTANT, span, message)
            .with_help("use literals, params, and what is declared above"),
    )
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
    Ok(match builtin {
        Some(Builtin::Len) => arithmetic::length(&values[0]),
        Some(Builtin::Abs) => arithmetic::absolute(&values[0]),
        Some(Builtin::Min) => arithmetic::extreme("min", Ordering::Less, &values),
        Some(Builtin::Max) => arithmetic::extreme("max", Ordering::Greater, &values),
        Some(_) | None => {
            let message = "only len, min, max and abs are known before the run";
            return Err(Box::new(Diagnostic::error(codes::NOT_CONSTANT, span, message)));
        }
    })
}

/// The length of an array, `used` elements being declared already.
pub(super) fn length(known: Known<'_>, expr: &Expr, used: i64) -> Evaluated<u32> {
    let value = evaluate(known, expr)?;
    let refuse =
        |message: String| Err(Box::new(Diagnostic::error(codes::TOO_MANY_ELEMENTS, expr.span, message)));
    let Value::Int(length) = value else {
        return refuse(format!("an array's length is a whole number, not a {}", value.type_name()));
    };
    if length < 0 {
        return refuse(format!("an array can't have {length} elements"));
    }
    if length > ELEMENTS_MAX - used {
        return refuse(format!("the arrays of a script have at most {ELEMENTS_MAX} elements in all"));
    }
    Ok(u32::try_from(length).expect("bounded above"))
}

/// Whether an argument of a declaration makes sense.
pub(super) fn fits(kind: ObjectKind, parameter: &str, value: &Value, span: Span) -> Evaluated<()> {
    // The kinds that take other arguments are refused by the checker.
    if (kind, parameter) != (ObjectKind::Device, "n") {
        return Ok(());
    }
    let problem = match value {
        Value::Int(number) if *number >= 1 => return Ok(()),
        Value::Int(number) => format!("a device can't have {number} channels"),
        other => format!("a device has a number of channels, not a {}", other.type_name()),
    };
    let error = Diagnostic::error(codes::BAD_DECLARATOR, span, problem);
    Err(Box::new(error.with_help("a device serves at least one request at a time: `device db(5)`")))
}
