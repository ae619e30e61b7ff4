//! Tree to flat code.
//!
//! It relies on the checker: names are known, arities fit, nothing that is
//! refused occurs. What only values can tell (the length of an array, the
//! arguments of a declaration) is found out here, and told as diagnostics.

mod body;
mod constant;
mod ends;
mod expression;
mod globals;
mod pool;
mod statement;
mod unwind;
mod wait_for;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::ir::check::DIAGNOSTICS_MAX;
use crate::ir::lower::body::Body;
use crate::ir::lower::constant::Failure;
use crate::ir::lower::globals::Globals;
use crate::ir::program::{Program, Property, PropertyKind};
use crate::ir::value::Value;
use crate::syntax::ast::{self, Expr, Item, Literal, Script};
use crate::syntax::print;

/// How many ops a program may have.
pub const OPS_MAX: usize = 1 << 20;

/// How many cells or objects the arrays of a script may have in all.
pub const ELEMENTS_MAX: i64 = 1 << 20;

/// The program that a checked script means, with `overrides` in place of the values of its params.
///
/// # Errors
///
/// What is wrong with initialisers, lengths and arguments of declarations, and
/// scripts that exceed a limit.
pub fn lower(script: &Script, overrides: &[(String, Literal)]) -> Result<Program, Vec<Diagnostic>> {
    let (mut globals, failures) = Globals::declare(script, overrides);
    let errors = mistakes(failures, true);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut expectations = Vec::new();
    for item in &script.items {
        match item {
            Item::Function(function) => {
                let mut body = Body::new(&mut globals, &function.name.text, &function.params);
                body.declare_locals(&function.body);
                body.function_body(&function.body);
            }
            Item::Main(main) => {
                let mut body = Body::new(&mut globals, "main", &[]);
                body.declare_locals(&main.body);
                body.function_body(&main.body);
            }
            Item::Property(property) => match &property.kind {
                ast::PropertyKind::Expect(name) => globals.program.expects.push(name.text.clone()),
                ast::PropertyKind::Invariant(expr) => {
                    expectations.push((PropertyKind::Invariant, expr, property.span));
                }
                ast::PropertyKind::Finally(expr) => {
                    expectations.push((PropertyKind::Finally, expr, property.span));
                }
            },
            Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) => {}
        }
    }
    for (kind, expr, span) in expectations {
        property(&mut globals, kind, expr, span);
    }
    pool::wrap(&mut globals);
    globals.finish()
}

/// What is wrong with initialisers, lengths and arguments of declarations, with
/// `overrides` in place of the values of params. What the checker refuses is left out here.
#[must_use]
pub fn declarations(script: &Script, overrides: &[(String, Literal)]) -> Vec<Diagnostic> {
    mistakes(Globals::declare(script, overrides).1, false)
}

/// The mistakes in what could not be evaluated; what follows from others only if there are no others and it is `wanted`.
fn mistakes(failures: Vec<Failure>, wanted: bool) -> Vec<Diagnostic> {
    let (mut own, mut following) = (Vec::new(), Vec::new());
    for failure in failures {
        match failure {
            Failure::Mistake(mistake) => own.push(*mistake),
            Failure::Follows(mistake) => following.push(*mistake),
        }
    }
    let mut told = if own.is_empty() && wanted { following } else { own };
    told.truncate(DIAGNOSTICS_MAX);
    told
}

/// The code of a property stands behind that of all functions.
fn property(globals: &mut Globals, kind: PropertyKind, expr: &Expr, span: Span) {
    let text = print::expression(expr);
    let word = match kind {
        PropertyKind::Invariant => "invariant",
        PropertyKind::Finally => "finally",
    };
    let function = globals.next_function();
    let body = Body::new(globals, &format!("{word} {text}"), &[]);
    body.property_body(expr);
    globals.program.properties.push(Property { kind, function, text, span });
}

/// A literal's value.
#[must_use]
pub fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::None => Value::None,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Duration(value) => Value::Duration(*value),
        Literal::Size(value) => Value::Size(*value),
        Literal::Str(text) => Value::str(text.as_str()),
    }
}
