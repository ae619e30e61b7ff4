//! Expressions, with no more brackets than needed.

use crate::base::size::SignedSize;
use crate::base::time::SignedDuration;
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, Spawn, UnaryOp};
use crate::syntax::level;

/// What a printed expression is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// To be read again: everything is there.
    Whole,
    /// To name a statement: calls without arguments.
    Head,
}

/// The canonical text of an expression.
#[must_use]
pub fn expression(expr: &Expr) -> String {
    styled(expr, Style::Whole)
}

pub(super) fn styled(expr: &Expr, style: Style) -> String {
    let mut text = String::new();
    write(&mut text, expr, level::LOOSEST, style);
    text
}

/// The canonical text of a literal.
#[must_use]
pub fn literal(literal: &Literal) -> String {
    match literal {
        Literal::None => "None".to_owned(),
        Literal::Bool(true) => "True".to_owned(),
        Literal::Bool(false) => "False".to_owned(),
        Literal::Int(value) => value.to_string(),
        Literal::Duration(nanoseconds) => SignedDuration(*nanoseconds).to_string(),
        Literal::Size(bytes) => SignedSize(*bytes).to_string(),
        Literal::Str(text) => string(text),
    }
}

/// In double quotes; what can't be seen is escaped.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            hidden if is_hidden(hidden) => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(hidden))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
        || (character.is_whitespace() && character != ' ')
}

/// Arguments without the brackets around them.
pub(super) fn arguments(args: &[Arg]) -> String {
    let mut text = String::new();
    write_arguments(&mut text, args, Style::Whole);
    text
}

/// Writes an expression that stands where only `loosest` or tighter can stand.
fn write(text: &mut String, expr: &Expr, loosest: u8, style: Style) {
    let own = level_of(expr);
    if own < loosest {
        text.push('(');
    }
    write_kind(text, expr, style);
    if own < loosest {
        text.push(')');
    }
}

fn level_of(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { op, .. } => level::binary(*op),
        ExprKind::Unary { op, .. } => level::unary(*op),
        ExprKind::Await(_) => level::AWAIT,
        ExprKind::Literal(Literal::Int(value) | Literal::Duration(value) | Literal::Size(value))
            if *value < 0 =>
        {
            level::unary(UnaryOp::Negate)
        }
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Call { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => level::POSTFIX,
    }
}

fn write_kind(text: &mut String, expr: &Expr, style: Style) {
    match &expr.kind {
        ExprKind::Literal(value) => text.push_str(&literal(value)),
        ExprKind::Name(name) => text.push_str(name),
        ExprKind::List(values) => write_list(text, values, style),
        ExprKind::Unary { op, operand } => {
            text.push_str(if *op == UnaryOp::Not { "not " } else { op.word() });
            write(text, operand, level::unary(*op), style);
        }
        ExprKind::Binary { op, left, right } => {
            let own = level::binary(*op);
            // Comparisons are not chained, so neither side may be one.
            write(text, left, if own == level::COMPARISON { own + 1 } else { own }, style);
            text.push_str(&format!(" {} ", op.word()));
            write(text, right, own + 1, style);
        }
        ExprKind::Await(inner) => {
            text.push_str("await ");
            write(text, inner, level::AWAIT, style);
        }
        ExprKind::Call { callee, args } => {
            write(text, callee, level::POSTFIX, style);
            if style == Style::Whole {
                text.push('(');
                write_arguments(text, args, style);
                text.push(')');
            }
        }
        ExprKind::Index { base, index } => {
            write(text, base, level::POSTFIX, style);
            text.push('[');
            write(text, index, level::LOOSEST, style);
            text.push(']');
        }
        ExprKind::Attribute { base, name } => {
            write(text, base, level::POSTFIX, style);
            text.push('.');
            text.push_str(&name.text);
        }
        ExprKind::Spawn(spawn) => write_spawn(text, spawn, style),
    }
}

fn write_list(text: &mut String, values: &[Expr], style: Style) {
    text.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write(text, value, level::LOOSEST, style);
    }
    text.push(']');
}

fn write_arguments(text: &mut String, args: &[Arg], style: Style) {
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        if let Some(name) = &arg.name {
            text.push_str(&format!("{}=", name.text));
        }
        write(text, &arg.value, level::LOOSEST, style);
        if let Some(end) = &arg.range_end {
            text.push_str("..");
            write(text, end, level::LOOSEST, style);
        }
    }
}

fn write_spawn(text: &mut String, spawn: &Spawn, style: Style) {
    if style == Style::Head {
        text.push_str(&format!("spawn {}", spawn.function.text));
        return;
    }
    text.push_str(&format!("spawn {}", spawn.unit.word()));
    if !spawn.options.is_empty() {
        text.push('(');
        write_arguments(text, &spawn.options, style);
        text.push(')');
    }
    text.push_str(&format!(" {}(", spawn.function.text));
    write_arguments(text, &spawn.args, style);
    text.push(')');
}
