//! Operators and pure built-in functions on values: Python's rules, checked,
//! without floats.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever kind of value has no rule of its own is a type error"
)]

use std::cmp::Ordering;
use std::sync::Arc;

use crate::ir::value::{List, Raised, Value};
use crate::syntax::ast::{BinaryOp, UnaryOp};

type Evaluated = Result<Value, Raised>;

/// `left op right`, both evaluated. (`and` and `or` are control flow; here they give an operand.)
///
/// # Errors
///
/// `TypeError` naming both types, `OverflowError`, `ZeroDivisionError`.
pub fn binary(op: BinaryOp, left: &Value, right: &Value) -> Evaluated {
    match op {
        BinaryOp::Add => add(left, right),
        BinaryOp::Subtract => additive(op, left, right, i64::checked_sub),
        BinaryOp::Multiply => multiply(left, right),
        BinaryOp::FloorDivide => floor_divide(left, right),
        BinaryOp::Modulo => modulo(left, right),
        BinaryOp::Equal | BinaryOp::Is => Ok(Value::Bool(equals(left, right))),
        BinaryOp::NotEqual | BinaryOp::IsNot => Ok(Value::Bool(!equals(left, right))),
        BinaryOp::Less => ordered(op, left, right, Ordering::is_lt),
        BinaryOp::LessEqual => ordered(op, left, right, Ordering::is_le),
        BinaryOp::Greater => ordered(op, left, right, Ordering::is_gt),
        BinaryOp::GreaterEqual => ordered(op, left, right, Ordering::is_ge),
        BinaryOp::In => contains(right, left).map(Value::Bool),
        BinaryOp::NotIn => contains(right, left).map(|found| Value::Bool(!found)),
        BinaryOp::And => Ok(if left.truthy() { right.clone() } else { left.clone() }),
        BinaryOp::Or => Ok(if left.truthy() { left.clone() } else { right.clone() }),
    }
}

/// `op operand`.
///
/// # Errors
///
/// `TypeError`, `OverflowError`.
pub fn unary(op: UnaryOp, operand: &Value) -> Evaluated {
    match (op, operand) {
        (UnaryOp::Not, _) => Ok(Value::Bool(!operand.truthy())),
        (UnaryOp::Negate, Value::Duration(value)) => negated(*value).map(Value::Duration),
        (UnaryOp::Negate, Value::Size(value)) => negated(*value).map(Value::Size),
        (UnaryOp::Negate, _) => match operand.as_int() {
            Some(value) => negated(value).map(Value::Int),
            None => Err(type_error(format!("bad operand type for unary -: '{}'", operand.type_name()))),
        },
    }
}

fn negated(value: i64) -> Result<i64, Raised> {
    value.checked_neg().ok_or_else(overflow)
}

fn add(left: &Value, right: &Value) -> Evaluated {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int).ok_or_else(overflow),
        (Value::Str(a), Value::Str(b)) => Ok(Value::str(format!("{a}{b}"))),
        (Value::List(a), Value::List(b)) => {
            let mut joined = List::clone(a);
            for item in b.items() {
                joined.push(item.clone())?;
            }
            Ok(Value::List(Arc::new(joined)))
        }
        _ => additive(BinaryOp::Add, left, right, i64::checked_add),
    }
}

fn additive(op: BinaryOp, left: &Value, right: &Value, with: fn(i64, i64) -> Option<i64>) -> Evaluated {
    let (kind, a, b): (fn(i64) -> Value, i64, i64) = match (left, right) {
        (Value::Duration(a), Value::Duration(b)) => (Value::Duration, *a, *b),
        (Value::Size(a), Value::Size(b)) => (Value::Size, *a, *b),
        _ => match (left.as_int(), right.as_int()) {
            (Some(a), Some(b)) => (Value::Int, a, b),
            _ => return Err(unsupported(op, left, right)),
        },
    };
    with(a, b).map(kind).ok_or_else(overflow)
}

fn multiply(left: &Value, right: &Value) -> Evaluated {
    let (kind, a, b): (fn(i64) -> Value, i64, Option<i64>) = match (left, right) {
        (Value::Duration(a), other) | (other, Value::Duration(a)) => (Value::Duration, *a, other.as_int()),
        (Value::Size(a), other) | (other, Value::Size(a)) => (Value::Size, *a, other.as_int()),
        _ => match left.as_int() {
            Some(a) => (Value::Int, a, right.as_int()),
            None => return Err(unsupported(BinaryOp::Multiply, left, right)),
        },
    };
    let b = b.ok_or_else(|| unsupported(BinaryOp::Multiply, left, right))?;
    a.checked_mul(b).map(kind).ok_or_else(overflow)
}

fn floor_divide(left: &Value, right: &Value) -> Evaluated {
    let (kind, a, b): (fn(i64) -> Value, i64, i64) = match (left, right) {
        (Value::Duration(a), Value::Duration(b)) | (Value::Size(a), Value::Size(b)) => (Value::Int, *a, *b),
        _ => match (left, left.as_int(), right.as_int()) {
            (Value::Duration(a), _, Some(b)) => (Value::Duration, *a, b),
            (Value::Size(a), _, Some(b)) => (Value::Size, *a, b),
            (_, Some(a), Some(b)) => (Value::Int, a, b),
            _ => return Err(unsupported(BinaryOp::FloorDivide, left, right)),
        },
    };
    if b == 0 {
        return Err(Raised::new("ZeroDivisionError", "division by zero"));
    }
    let quotient = a.checked_div(b).ok_or_else(overflow)?;
    let rounded_up = a % b != 0 && (a < 0) != (b < 0);
    Ok(kind(quotient - i64::from(rounded_up)))
}

fn modulo(left: &Value, right: &Value) -> Evaluated {
    let (kind, a, b): (fn(i64) -> Value, i64, i64) = match (left, right) {
        (Value::Duration(a), Value::Duration(b)) => (Value::Duration, *a, *b),
        (Value::Size(a), Value::Size(b)) => (Value::Size, *a, *b),
        _ => match (left.as_int(), right.as_int()) {
            (Some(a), Some(b)) => (Value::Int, a, b),
            _ => return Err(unsupported(BinaryOp::Modulo, left, right)),
        },
    };
    if b == 0 {
        return Err(Raised::new("ZeroDivisionError", "modulo by zero"));
    }
    // The only quotient that overflows, MIN // -1, leaves no remainder.
    let rest = a.checked_rem(b).unwrap_or(0);
    Ok(kind(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }))
}

/// `==`: never raises; booleans equal 0 and 1.
#[must_use]
pub fn equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(a), Value::List(b)) => {
            a.items().len() == b.items().len() && a.items().iter().zip(b.items()).all(|(a, b)| equals(a, b))
        }
        _ => match (left.as_int(), right.as_int()) {
            (Some(a), Some(b)) => a == b,
            _ => left == right,
        },
    }
}

fn ordered(op: BinaryOp, left: &Value, right: &Value, wanted: fn(Ordering) -> bool) -> Evaluated {
    match compare(left, right) {
        Some(ordering) => Ok(Value::Bool(wanted(ordering))),
        None => {
            let (left, right) = first_unequal(left, right);
            Err(type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.word(),
                left.type_name(),
                right.type_name()
            )))
        }
    }
}

/// Of two lists the first items that differ, however deep; else the two themselves.
fn first_unequal<'v>(left: &'v Value, right: &'v Value) -> (&'v Value, &'v Value) {
    match (left, right) {
        (Value::List(a), Value::List(b)) => {
            let different = a.items().iter().zip(b.items()).find(|(a, b)| !equals(a, b));
            different.map_or((left, right), |(a, b)| first_unequal(a, b))
        }
        _ => (left, right),
    }
}

/// The order of two values of one ordered type; nothing for any other pair.
#[must_use]
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Duration(a), Value::Duration(b)) | (Value::Size(a), Value::Size(b)) => Some(a.cmp(b)),
        (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
        (Value::List(a), Value::List(b)) => {
            let different = a.items().iter().zip(b.items()).find(|(a, b)| !equals(a, b));
            match different {
                Some((a, b)) => compare(a, b),
                None => Some(a.items().len().cmp(&b.items().len())),
            }
        }
        _ => Some(left.as_int()?.cmp(&right.as_int()?)),
    }
}

fn contains(container: &Value, item: &Value) -> Result<bool, Raised> {
    match (container, item) {
        (Value::List(list), _) => Ok(list.items().iter().any(|candidate| equals(candidate, item))),
        (Value::Str(text), Value::Str(part)) => Ok(text.contains(part.as_str())),
        (Value::Str(_), _) => Err(type_error(format!(
            "'in <string>' requires string as left operand, not {}",
            item.type_name()
        ))),
        _ => Err(type_error(format!("argument of type '{}' is not iterable", container.type_name()))),
    }
}

/// `base[index]` on a list or a string.
///
/// # Errors
///
/// `TypeError`, `IndexError`.
pub fn index(base: &Value, index: &Value) -> Evaluated {
    match base {
        Value::List(list) => {
            let position = position(list.items().len(), index, "list")?;
            Ok(list.items()[position].clone())
        }
        Value::Str(text) => {
            let characters: Vec<char> = text.chars().collect();
            let position = position(characters.len(), index, "string")?;
            Ok(Value::str(characters[position]))
        }
        _ => Err(type_error(format!("'{}' object is not subscriptable", base.type_name()))),
    }
}

/// The position that `index` means among `length` items; negative ones count from the end.
///
/// # Errors
///
/// `TypeError` if it is no integer, `IndexError` if there is no such item.
///
/// # Panics
///
/// Never: a list that fits into memory has a length that fits into 64 bits.
pub fn position(length: usize, index: &Value, what: &str) -> Result<usize, Raised> {
    let Some(index) = index.as_int() else {
        return Err(type_error(format!("{what} indices must be integers, not '{}'", index.type_name())));
    };
    let length_signed = i64::try_from(length).expect("a list fits into memory");
    let from_start = if index < 0 { index.checked_add(length_signed) } else { Some(index) };
    from_start
        .and_then(|position| usize::try_from(position).ok())
        .filter(|position| *position < length)
        .ok_or_else(|| Raised::new("IndexError", format!("{what} index out of range")))
}

/// `len(value)`.
///
/// # Errors
///
/// `TypeError`.
///
/// # Panics
///
/// Never: a list that fits into memory has a length that fits into 64 bits.
pub fn length(value: &Value) -> Evaluated {
    let length = match value {
        Value::List(list) => list.items().len(),
        Value::Str(text) => text.chars().count(),
        _ => return Err(type_error(format!("object of type '{}' has no len()", value.type_name()))),
    };
    Ok(Value::Int(i64::try_from(length).expect("a list fits into memory")))
}

/// `abs(value)`.
///
/// # Errors
///
/// `TypeError`, `OverflowError`.
pub fn absolute(value: &Value) -> Evaluated {
    match value {
        Value::Duration(number) | Value::Size(number) if *number >= 0 => Ok(value.clone()),
        Value::Duration(_) | Value::Size(_) => unary(UnaryOp::Negate, value),
        _ => match value.as_int() {
            Some(number) => number.checked_abs().map(Value::Int).ok_or_else(overflow),
            None => Err(type_error(format!("bad operand type for abs(): '{}'", value.type_name()))),
        },
    }
}

/// `min(…)` (the wanted order is `Less`) or `max(…)` of one list or of several values.
///
/// # Errors
///
/// `TypeError`, or `ValueError` if there is nothing to choose from.
pub fn extreme(name: &str, wanted: Ordering, args: &[Value]) -> Evaluated {
    let items = elements(name, args)?;
    let mut best = items
        .first()
        .ok_or_else(|| Raised::new("ValueError", format!("{name}() iterable argument is empty")))?;
    for item in &items[1..] {
        let order = compare(item, best).ok_or_else(|| unordered(item, best))?;
        if order == wanted {
            best = item;
        }
    }
    Ok(best.clone())
}

/// `sum(list)`: of integers, durations or sizes; 0 if the list is empty.
///
/// # Errors
///
/// `TypeError`, `OverflowError`.
pub fn sum(args: &[Value]) -> Evaluated {
    let items = elements("sum", args)?;
    let Some((first, rest)) = items.split_first() else { return Ok(Value::Int(0)) };
    if matches!(first, Value::Str(_) | Value::List(_)) {
        return Err(unsupported(BinaryOp::Add, &Value::Int(0), first));
    }
    rest.iter()
        .try_fold(unary(UnaryOp::Negate, &unary(UnaryOp::Negate, first)?)?, |total, item| add(&total, item))
}

/// `sorted(list)`, smallest first; equal items keep their order.
///
/// # Errors
///
/// `TypeError` if two items have no order.
pub fn sorted(args: &[Value]) -> Evaluated {
    let mut items = elements("sorted", args)?.to_vec();
    let mut failed = None;
    items.sort_by(|a, b| total_order(a, b, &mut failed));
    match failed {
        Some(raised) => Err(raised),
        None => Value::list(items),
    }
}

/// An order of all values, as sorting needs one; pairs without an order of
/// their own are ordered by type, and noted.
fn total_order(left: &Value, right: &Value, failed: &mut Option<Raised>) -> Ordering {
    if let (Value::List(a), Value::List(b)) = (left, right) {
        let pairs = a.items().iter().zip(b.items());
        let first = pairs.map(|(a, b)| total_order(a, b, failed)).find(|order| order.is_ne());
        return first.unwrap_or_else(|| a.items().len().cmp(&b.items().len()));
    }
    compare(left, right).unwrap_or_else(|| {
        failed.get_or_insert_with(|| unordered(left, right));
        let rank = |value: &Value| if value.as_int().is_some() { "int" } else { value.type_name() };
        rank(left).cmp(rank(right))
    })
}

fn elements<'a>(name: &str, args: &'a [Value]) -> Result<&'a [Value], Raised> {
    match args {
        [Value::List(list)] => Ok(list.items()),
        [single] => {
            Err(type_error(format!("{name}() needs a list, but '{}' is not iterable", single.type_name())))
        }
        several => Ok(several),
    }
}

/// The non-negative nanoseconds of a duration for `compute`, `io`, `sleep` or a timeout.
///
/// # Errors
///
/// `TypeError` if it is no duration, `ValueError` if it is negative.
pub fn length_of_time(what: &str, value: &Value) -> Result<u64, Raised> {
    match value {
        Value::Duration(nanoseconds) => u64::try_from(*nanoseconds)
            .map_err(|_| Raised::new("ValueError", format!("{what} length must be non-negative"))),
        _ => Err(type_error(format!("{what} needs a duration such as 5ms, not '{}'", value.type_name()))),
    }
}

fn type_error(message: String) -> Raised {
    Raised::new("TypeError", message)
}

fn overflow() -> Raised {
    Raised::new("OverflowError", "the result does not fit into 64 bits")
}

fn unsupported(op: BinaryOp, left: &Value, right: &Value) -> Raised {
    type_error(format!(
        "unsupported operand type(s) for {}: '{}' and '{}'",
        op.word(),
        left.type_name(),
        right.type_name()
    ))
}

fn unordered(left: &Value, right: &Value) -> Raised {
    type_error(format!(
        "'<' not supported between instances of '{}' and '{}'",
        left.type_name(),
        right.type_name()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(op: BinaryOp, left: Value, right: Value, want: Result<Value, &str>) {
        let got = binary(op, &left, &right).map_err(|raised| raised.name().to_owned());
        assert_eq!(got, want.map_err(str::to_owned), "{left:?} {} {right:?}", op.word());
    }

    #[test]
    fn division_and_remainder_round_down_as_in_python() {
        use BinaryOp::{FloorDivide, Modulo};
        for (a, b, quotient, rest) in [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1)] {
            check(FloorDivide, Value::Int(a), Value::Int(b), Ok(Value::Int(quotient)));
            check(Modulo, Value::Int(a), Value::Int(b), Ok(Value::Int(rest)));
        }
        check(FloorDivide, Value::Int(i64::MIN), Value::Int(-1), Err("OverflowError"));
        check(Modulo, Value::Int(i64::MIN), Value::Int(-1), Ok(Value::Int(0)));
        check(FloorDivide, Value::Int(1), Value::Bool(false), Err("ZeroDivisionError"));
    }

    #[test]
    fn durations_mix_with_integers_only_where_it_makes_sense() {
        let (ms, two) = (Value::Duration(1_000_000), Value::Int(2));
        check(BinaryOp::Multiply, two.clone(), ms.clone(), Ok(Value::Duration(2_000_000)));
        check(BinaryOp::FloorDivide, ms.clone(), two.clone(), Ok(Value::Duration(500_000)));
        check(BinaryOp::FloorDivide, ms.clone(), ms.clone(), Ok(Value::Int(1)));
        check(BinaryOp::Modulo, ms.clone(), Value::Duration(300_000), Ok(Value::Duration(100_000)));
        check(BinaryOp::Modulo, ms.clone(), two.clone(), Err("TypeError"));
        check(BinaryOp::Add, ms.clone(), two.clone(), Err("TypeError"));
        check(BinaryOp::Multiply, ms.clone(), ms.clone(), Err("TypeError"));
        check(BinaryOp::Less, ms, two, Err("TypeError"));
    }

    #[test]
    fn equality_never_raises_and_booleans_are_numbers() {
        check(BinaryOp::Equal, Value::Bool(true), Value::Int(1), Ok(Value::Bool(true)));
        check(BinaryOp::Equal, Value::None, Value::Int(0), Ok(Value::Bool(false)));
        check(BinaryOp::Add, Value::Bool(true), Value::Bool(true), Ok(Value::Int(2)));
        check(BinaryOp::Add, Value::Int(i64::MAX), Value::Int(1), Err("OverflowError"));
    }

    #[test]
    fn lists_nested_too_deeply_are_refused_before_they_can_hurt() {
        let mut value = Value::list(Vec::new()).expect("an empty list is flat");
        let failed = (0..1_000).find_map(|_| match Value::list(vec![value.clone()]) {
            Ok(deeper) => {
                value = deeper;
                None
            }
            Err(raised) => Some(raised.name().to_owned()),
        });
        assert_eq!(failed.as_deref(), Some("RecursionError"));
    }
}
