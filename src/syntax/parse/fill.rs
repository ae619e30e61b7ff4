//! Statements put into the blocks that they were taken out of.

use crate::syntax::ast::{Block, Item, Statement, StatementKind};

/// Puts the statements of each block into its place; false if there are not as many blocks.
pub(super) fn items(items: &mut [Item], bodies: Vec<Vec<Statement>>) -> bool {
    fill(items.iter_mut().filter_map(body_of).collect(), bodies)
}

/// The same for the blocks of statements.
pub(super) fn statements(statements: &mut [Statement], bodies: Vec<Vec<Statement>>) -> bool {
    fill(statements.iter_mut().flat_map(blocks_of).collect(), bodies)
}

fn fill(blocks: Vec<&mut Block>, bodies: Vec<Vec<Statement>>) -> bool {
    let fits = blocks.len() == bodies.len();
    if fits {
        for (block, body) in blocks.into_iter().zip(bodies) {
            block.statements = body;
        }
    }
    fits
}

fn body_of(item: &mut Item) -> Option<&mut Block> {
    match item {
        Item::Function(function) => Some(&mut function.body),
        Item::Main(main) => Some(&mut main.body),
        Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Property(_) => None,
    }
}

/// The blocks directly inside a statement, in the order of the text.
fn blocks_of(statement: &mut Statement) -> Vec<&mut Block> {
    match &mut statement.kind {
        StatementKind::With { body, .. }
        | StatementKind::While { body, .. }
        | StatementKind::For { body, .. }
        | StatementKind::Group(body)
        | StatementKind::Region { body, .. }
        | StatementKind::Atomic { body, .. } => vec![body],
        StatementKind::If { branches, otherwise } => {
            branches.iter_mut().map(|(_, block)| block).chain(otherwise).collect()
        }
        StatementKind::Try { body, handlers, finally } => std::iter::once(body)
            .chain(handlers.iter_mut().map(|handler| &mut handler.body))
            .chain(finally)
            .collect(),
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
        | StatementKind::Expr(_) => Vec::new(),
    }
}
