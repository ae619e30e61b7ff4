//! Habits from other languages and slips of the fingers, each told in its own words.
//!
//! One function a habit: it looks at the place where the grammar stops and
//! gives the error if it knows what was meant, with the mend if that is clear.

mod block;
mod item;
mod misspelt;
mod module;
mod operator;
mod spawn;
mod statement;
mod value;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// All habits; the first that fits is reported.
pub(super) const HABITS: &[fn(&Slip<'_>) -> Option<Diagnostic>] = &[
    block::else_if,
    statement::alias,
    statement::with_kind,
    operator::foreign_comparison,
    operator::chained_comparison,
    block::then,
    block::colon,
    operator::decrement,
    value::prefixed_string,
    statement::foreign_statement,
    block::counting_for,
    block::brackets_of_for,
    module::constructor,
    module::sleep,
    item::main_function,
    item::run_of_main,
    misspelt::misspelt,
    spawn::without_kind,
    item::object_in_block,
    item::outside,
    item::in_block,
    block::missing_block,
    operator::single_equals,
    item::default_value,
    value::slice,
    value::range_as_value,
    statement::several_values,
    block::stray_clause,
    statement::nothing_in_brackets,
    statement::named_in_print,
    spawn::without_function,
    value::comprehension,
    value::conditional,
    value::dictionary,
    item::hyphenated_kind,
    operator::comment_behind,
    value::missing_sign,
];

fn error(code: &'static str, slip: &Slip<'_>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, slip.span(slip.found), message)
}

fn previous_kind(slip: &Slip<'_>) -> Option<TokenKind> {
    slip.previous.and_then(|previous| slip.kind(previous))
}

/// A place without length.
fn place(offset: u32) -> Span {
    Span { start: offset, end: offset }
}
