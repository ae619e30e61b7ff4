//! What a tree consists of: its statements in the order of the text, and the
//! expressions that something has directly in it. It says nothing of meaning.

use crate::syntax::ast::{Block, Expr, ExprKind, Item, Iterable, Script, Statement, StatementKind};

/// Every block that is the body of a function or of main, in the order of the text.
pub fn bodies(script: &Script) -> impl Iterator<Item = &Block> {
    script.items.iter().filter_map(|item| match item {
        Item::Function(function) => Some(&function.body),
        Item::Main(main) => Some(&main.body),
        Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Property(_) => None,
    })
}

/// Every statement of a script in the order of the text, a statement before those inside it.
pub fn statements(script: &Script) -> impl Iterator<Item = &Statement> {
    bodies(script).flat_map(statements_in)
}

/// Every statement of a block in the order of the text, a statement before those inside it.
pub fn statements_in(block: &Block) -> impl Iterator<Item = &Statement> {
    let mut waiting: Vec<&Statement> = block.statements.iter().rev().collect();
    std::iter::from_fn(move || {
        let next = waiting.pop()?;
        let inner = next.blocks().into_iter().flat_map(|block| &block.statements);
        let at = waiting.len();
        waiting.extend(inner);
        waiting[at..].reverse();
        Some(next)
    })
}

/// An expression and all in it, in the order of the text except that what is
/// around something comes before it.
pub fn expressions_in(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let mut waiting = vec![expr];
    std::iter::from_fn(move || {
        let next = waiting.pop()?;
        waiting.extend(next.parts().into_iter().rev());
        Some(next)
    })
}

impl Statement {
    /// The expressions directly in it, in the order of the text; not those of the statements inside it.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expr> {
        match &self.kind {
            StatementKind::Let { value, .. } => vec![value],
            StatementKind::Assign { place, value, .. } => {
                place.indices.iter().chain(std::iter::once(value)).collect()
            }
            StatementKind::Compute { duration, .. } | StatementKind::Sleep { duration, .. } => vec![duration],
            StatementKind::Io { duration, device, .. } => std::iter::once(duration).chain(device).collect(),
            StatementKind::With { items, .. } => items.iter().collect(),
            StatementKind::If { branches, .. } => branches.iter().map(|(condition, _)| condition).collect(),
            StatementKind::While { condition, .. } => vec![condition],
            StatementKind::For { iterable: Iterable::Range { from, to }, .. } => vec![from, to],
            StatementKind::For { iterable: Iterable::Each(list), .. } => vec![list],
            StatementKind::Return(value) => value.iter().collect(),
            StatementKind::Raise { message, .. } => message.iter().collect(),
            StatementKind::Assert { condition, message } => {
                std::iter::once(condition).chain(message).collect()
            }
            StatementKind::Print(values) => values.iter().collect(),
            StatementKind::Atomic { when, .. } => when.iter().collect(),
            StatementKind::Expr(expr) => vec![expr],
            StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Try { .. }
            | StatementKind::Group(_)
            | StatementKind::Region { .. } => Vec::new(),
        }
    }
}

impl Expr {
    /// The expressions directly in it, in the order of the text.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Name(_) => Vec::new(),
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Await(inner) => vec![inner],
            ExprKind::Call { callee, args } => {
                let args = args.iter().flat_map(|arg| std::iter::once(&arg.value).chain(&arg.range_end));
                std::iter::once(&**callee).chain(args).collect()
            }
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Attribute { base, .. } => vec![base],
            ExprKind::Spawn(spawn) => spawn
                .options
                .iter()
                .chain(&spawn.args)
                .flat_map(|arg| std::iter::once(&arg.value).chain(&arg.range_end))
                .collect(),
        }
    }

    /// The word, if it is a bare name.
    #[must_use]
    pub fn as_name(&self) -> Option<&str> {
        if let ExprKind::Name(name) = &self.kind { Some(name) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Source;
    use crate::syntax::parse::parse;

    #[test]
    fn statements_come_in_the_order_of_the_text() {
        let text =
            "def f() { if a { b() } else { c() } d() } main { while e { f() } try { g() } except { h() } }";
        let source = Source::new("test.conc", text);
        let script = parse(&source).script;
        let starts: Vec<u32> = statements(&script).map(|statement| statement.span.start).collect();
        assert!(starts.is_sorted());
        assert_eq!(starts.len(), 9);
    }

    #[test]
    fn an_expression_gives_all_that_is_in_it() {
        let source =
            Source::new("test.conc", "main { print f(a, k=[b, -c])[d].e(spawn thread g(x, y=await z)) }");
        let script = parse(&source).script;
        let names: Vec<&str> = statements(&script)
            .flat_map(Statement::expressions)
            .flat_map(expressions_in)
            .filter_map(Expr::as_name)
            .collect();
        assert_eq!(names, ["f", "a", "b", "c", "d", "x", "z"]);
    }
}
