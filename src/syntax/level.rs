//! How tightly operators bind, for reading and for printing alike: the looser, the smaller.

use crate::syntax::ast::{BinaryOp, UnaryOp};

/// The loosest: a whole expression.
pub const LOOSEST: u8 = 1;
/// `await`
pub const AWAIT: u8 = 8;
/// Calls, indices and attributes, and what stands alone.
pub const POSTFIX: u8 = 9;

/// The level of an operator of two operands; its right operand is one tighter, and so is the
/// left one of a comparison, since comparisons are not chained.
#[must_use]
pub const fn binary(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::In
        | BinaryOp::NotIn
        | BinaryOp::Is
        | BinaryOp::IsNot => COMPARISON,
        BinaryOp::Add | BinaryOp::Subtract => 5,
        BinaryOp::Multiply | BinaryOp::FloorDivide | BinaryOp::Modulo => 6,
    }
}

/// Comparisons.
pub const COMPARISON: u8 = 4;

/// The level of an operator of one operand; its operand is of the same level or tighter.
#[must_use]
pub const fn unary(op: UnaryOp) -> u8 {
    match op {
        UnaryOp::Not => 3,
        UnaryOp::Negate => 7,
    }
}
