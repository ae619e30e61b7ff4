//! The head of a statement: the name by which traces call its place.
//!
//! It holds no durations and no values, so that changing a number in a script
//! changes no place, and it is short and ASCII.

use super::expression::{Style, styled};
use crate::syntax::ast::{Expr, ExprKind, Place, Statement, StatementKind};

/// The longest expression in a head, in characters.
const EXPRESSION_LENGTH_MAX: usize = 24;

/// The canonical head of a statement.
#[must_use]
pub fn head(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Let { name, .. } => format!("let {}", name.text),
        StatementKind::Assign { place, op, .. } => {
            format!("{} {}=", cut(&place_text(place)), op.map_or("", |op| op.word()))
        }
        StatementKind::Compute { nogil: true, .. } => "compute nogil".to_owned(),
        StatementKind::Compute { nogil: false, .. } => "compute".to_owned(),
        StatementKind::Io { device: Some(device), .. } => format!("io on {}", short(device)),
        StatementKind::Io { device: None, .. } => "io".to_owned(),
        StatementKind::Sleep { .. } => "sleep".to_owned(),
        StatementKind::With { items, .. } => {
            format!("with {}", items.iter().map(short).collect::<Vec<_>>().join(", "))
        }
        StatementKind::If { .. } => "if".to_owned(),
        StatementKind::While { .. } => "while".to_owned(),
        StatementKind::For { name, .. } => format!("for {}", name.text),
        StatementKind::Break => "break".to_owned(),
        StatementKind::Continue => "continue".to_owned(),
        StatementKind::Pass => "pass".to_owned(),
        StatementKind::Return(_) => "return".to_owned(),
        StatementKind::Try { .. } => "try".to_owned(),
        StatementKind::Raise { name: Some(name), .. } => format!("raise {}", name.text),
        StatementKind::Raise { name: None, .. } => "raise".to_owned(),
        StatementKind::Assert { .. } => "assert".to_owned(),
        StatementKind::Print(_) => "print".to_owned(),
        StatementKind::Group(_) => "group".to_owned(),
        StatementKind::Region { name, .. } => format!("region {}", name.text),
        StatementKind::Atomic { when: Some(_), .. } => "atomic when".to_owned(),
        StatementKind::Atomic { when: None, .. } => "atomic".to_owned(),
        StatementKind::Expr(value) => awaited(value),
    }
}

/// The word `await` is no part of what it waits for, so it is not counted with it.
fn awaited(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Await(inner) => format!("await {}", short(inner)),
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Call { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => short(value),
    }
}

fn short(value: &Expr) -> String {
    cut(&styled(value, Style::Head))
}

fn place_text(place: &Place) -> String {
    let indices: String =
        place.indices.iter().map(|index| format!("[{}]", styled(index, Style::Head))).collect();
    format!("{}{indices}", place.name.text)
}

fn cut(text: &str) -> String {
    let ascii =
        |character: char| if character.is_ascii_graphic() || character == ' ' { character } else { '?' };
    let text: String = text.chars().map(ascii).collect();
    if text.len() <= EXPRESSION_LENGTH_MAX {
        text
    } else {
        format!("{}~", &text[..EXPRESSION_LENGTH_MAX - 1])
    }
}
