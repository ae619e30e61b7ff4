//! Statements and blocks.

use super::expression::expression;
use crate::syntax::ast::{Block, Expr, Handler, Iterable, Place, Statement, StatementKind};

/// One step of indentation.
pub(in crate::syntax) const INDENT: &str = "    ";

/// A block from its brace on; its statements stand one step deeper than `depth`.
pub(super) fn write_block(text: &mut String, block: &Block, depth: usize) {
    if block.statements.is_empty() {
        text.push_str("{}");
        return;
    }
    text.push_str("{\n");
    for statement in &block.statements {
        text.push_str(&INDENT.repeat(depth + 1));
        write_statement(text, statement, depth + 1);
        text.push('\n');
    }
    text.push_str(&INDENT.repeat(depth));
    text.push('}');
}

fn write_statement(text: &mut String, statement: &Statement, depth: usize) {
    match &statement.kind {
        StatementKind::With { items, body, asynchronous } => {
            let word = if asynchronous.is_some() { "async with" } else { "with" };
            write_headed(text, &format!("{word} {}", list(items)), body, depth);
        }
        StatementKind::If { branches, otherwise } => {
            for (index, (condition, body)) in branches.iter().enumerate() {
                let word = if index == 0 { "if" } else { " elif" };
                write_headed(text, &format!("{word} {}", expression(condition)), body, depth);
            }
            if let Some(body) = otherwise {
                write_headed(text, " else", body, depth);
            }
        }
        StatementKind::While { condition, body } => {
            write_headed(text, &format!("while {}", expression(condition)), body, depth);
        }
        StatementKind::For { name, iterable, body } => {
            let head = format!("for {} in {}", name.text, iterated(iterable));
            write_headed(text, &head, body, depth);
        }
        StatementKind::Try { body, handlers, finally } => {
            write_headed(text, "try", body, depth);
            for Handler { name, body, .. } in handlers {
                let name = name.as_ref().map_or(String::new(), |name| format!(" {}", name.text));
                write_headed(text, &format!(" except{name}"), body, depth);
            }
            if let Some(body) = finally {
                write_headed(text, " finally", body, depth);
            }
        }
        StatementKind::Group(body) => write_headed(text, "group", body, depth),
        StatementKind::Region { name, body } => {
            write_headed(text, &format!("region {}", name.text), body, depth);
        }
        StatementKind::Atomic { when, body } => {
            let when = when.as_ref().map_or(String::new(), |when| format!(" when {}", expression(when)));
            write_headed(text, &format!("atomic{when}"), body, depth);
        }
        StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Compute { .. }
        | StatementKind::Io { .. }
        | StatementKind::Sleep { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Pass
        | StatementKind::Return(_)
        | StatementKind::Raise { .. }
        | StatementKind::Assert { .. }
        | StatementKind::Print(_)
        | StatementKind::Expr(_) => text.push_str(&line(&statement.kind)),
    }
}

fn write_headed(text: &mut String, head: &str, body: &Block, depth: usize) {
    text.push_str(head);
    text.push(' ');
    write_block(text, body, depth);
}

/// A statement without a block.
fn line(kind: &StatementKind) -> String {
    let awaiting = |awaited: bool| if awaited { "await " } else { "" };
    match kind {
        StatementKind::Let { name, value } => format!("let {} = {}", name.text, expression(value)),
        StatementKind::Assign { place: target, op, value } => {
            let op = op.map_or("", |op| op.word());
            format!("{} {op}= {}", place(target), expression(value))
        }
        StatementKind::Compute { duration, nogil } => {
            format!("compute {}{}", expression(duration), if *nogil { " nogil" } else { "" })
        }
        StatementKind::Io { duration, device, awaited } => {
            let device =
                device.as_ref().map_or(String::new(), |device| format!(" on {}", expression(device)));
            format!("{}io {}{device}", awaiting(awaited.is_some()), expression(duration))
        }
        StatementKind::Sleep { duration, awaited } => {
            format!("{}sleep {}", awaiting(awaited.is_some()), expression(duration))
        }
        StatementKind::Break => "break".to_owned(),
        StatementKind::Continue => "continue".to_owned(),
        StatementKind::Pass => "pass".to_owned(),
        StatementKind::Return(value) => with_value("return", value.as_ref(), " "),
        StatementKind::Raise { name, message } => {
            let head = name.as_ref().map_or("raise".to_owned(), |name| format!("raise {}", name.text));
            with_value(&head, message.as_ref(), " ")
        }
        StatementKind::Assert { condition, message } => {
            with_value(&format!("assert {}", expression(condition)), message.as_ref(), ", ")
        }
        StatementKind::Print(values) => format!("print {}", list(values)),
        StatementKind::Expr(value) => expression(value),
        StatementKind::With { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Try { .. }
        | StatementKind::Group(_)
        | StatementKind::Region { .. }
        | StatementKind::Atomic { .. } => unreachable!("a statement with a block is written with its block"),
    }
}

fn with_value(head: &str, value: Option<&Expr>, between: &str) -> String {
    value.map_or_else(|| head.to_owned(), |value| format!("{head}{between}{}", expression(value)))
}

fn list(values: &[Expr]) -> String {
    values.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn iterated(iterable: &Iterable) -> String {
    match iterable {
        Iterable::Range { from, to } => format!("{}..{}", expression(from), expression(to)),
        Iterable::Each(list) => expression(list),
    }
}

fn place(place: &Place) -> String {
    let indices: String = place.indices.iter().map(|index| format!("[{}]", expression(index))).collect();
    format!("{}{indices}", place.name.text)
}
