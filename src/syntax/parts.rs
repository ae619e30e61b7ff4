//! What a tree consists of: its statements in the order of the text, and the
//! expressions that something has directly in it. It says nothing of meaning.

use crate::base::span::Span;
use crate::syntax::ast::{
    Arg, Block, Expr, ExprKind, Item, Iterable, Literal, Name, PropertyKind, Script, Spawn, Statement,
    StatementKind,
};

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

/// Every expression of a script that stands in no other one: those of its declarations and properties, then
/// those of its statements.
pub fn expressions(script: &Script) -> impl Iterator<Item = &Expr> {
    script.items.iter().flat_map(Item::expressions).chain(statements(script).flat_map(Statement::expressions))
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

/// Every expression of a block with all that is in it.
pub fn every_expression_in(block: &Block) -> impl Iterator<Item = &Expr> {
    statements_in(block).flat_map(Statement::expressions).flat_map(expressions_in)
}

impl Item {
    /// Where its last part ends; a closing bracket of a declarator may stand behind it.
    #[must_use]
    pub fn end(&self) -> u32 {
        match self {
            Self::Machine(machine) => machine.span.end,
            Self::Param(param) => param.value_span.end,
            Self::Function(function) => function.body.span.end,
            Self::Property(property) => property.span.end,
            Self::Main(main) => main.body.span.end,
            Self::Objects(objects) => {
                let names = objects.declarators.iter().map(|declarator| declarator.name.span.end);
                names.chain(self.expressions().into_iter().map(|expr| expr.span.end)).max().unwrap_or(0)
            }
            Self::Shared(_) => self.expressions().into_iter().map(|expr| expr.span.end).max().unwrap_or(0),
        }
    }

    /// The expressions directly in it, in the order of the text; not those of the statements inside it.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Self::Objects(objects) => {
                let declarators = objects.declarators.iter();
                declarators
                    .flat_map(|declarator| {
                        let args = declarator.args.iter().flatten().flat_map(Arg::values);
                        declarator.length.iter().chain(args)
                    })
                    .collect()
            }
            Self::Shared(shared) => {
                let cells = shared.cells.iter();
                cells.flat_map(|cell| cell.length.iter().chain(std::iter::once(&cell.value))).collect()
            }
            Self::Property(property) => match &property.kind {
                PropertyKind::Invariant(claim) | PropertyKind::Finally(claim) => vec![claim],
                PropertyKind::Expect(_) => Vec::new(),
            },
            Self::Machine(_) | Self::Param(_) | Self::Function(_) | Self::Main(_) => Vec::new(),
        }
    }
}

impl Statement {
    /// What it begins with: all of it, or what stands before its first block (a little more where round
    /// brackets surround all of a condition).
    #[must_use]
    pub fn head(&self) -> Span {
        let Some(block) = self.blocks().first().copied() else { return self.span };
        let before = |end: &u32| *end <= block.span.start;
        let names = match &self.kind {
            StatementKind::Region { name, .. } => Some(name.span.end),
            StatementKind::Try { .. } => Some(self.span.start + 3),
            StatementKind::Group(_) => Some(self.span.start + 5),
            StatementKind::Atomic { .. } => Some(self.span.start + 6),
            StatementKind::With { .. }
            | StatementKind::If { .. }
            | StatementKind::While { .. }
            | StatementKind::For { .. }
            | StatementKind::Let { .. }
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
            | StatementKind::Expr(_) => None,
        };
        let ends = self.expressions().into_iter().map(|expr| expr.span.end);
        let end = ends.chain(names).filter(before).max().unwrap_or(self.span.start + 1);
        Span { start: self.span.start, end }
    }

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

impl Arg {
    /// The value, or the two ends of a range.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.value).chain(&self.range_end)
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
                std::iter::once(&**callee).chain(args.iter().flat_map(Arg::values)).collect()
            }
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Attribute { base, .. } => vec![base],
            ExprKind::Spawn(spawn) => spawn.options.iter().chain(&spawn.args).flat_map(Arg::values).collect(),
        }
    }

    /// The word, if it is a bare name.
    #[must_use]
    pub fn as_name(&self) -> Option<&str> {
        if let ExprKind::Name(name) = &self.kind { Some(name) } else { None }
    }

    /// The literal, if it is one.
    #[must_use]
    pub const fn as_literal(&self) -> Option<&Literal> {
        if let ExprKind::Literal(literal) = &self.kind { Some(literal) } else { None }
    }

    /// What stands before and behind the dot, if it is an attribute.
    #[must_use]
    pub fn as_attribute(&self) -> Option<(&Self, &Name)> {
        if let ExprKind::Attribute { base, name } = &self.kind { Some((base, name)) } else { None }
    }

    /// What is called and with what, if it is a call.
    #[must_use]
    pub fn as_call(&self) -> Option<(&Self, &[Arg])> {
        if let ExprKind::Call { callee, args } = &self.kind { Some((callee, args)) } else { None }
    }

    /// What is awaited, if it is an `await`.
    #[must_use]
    pub fn as_await(&self) -> Option<&Self> {
        if let ExprKind::Await(inner) = &self.kind { Some(inner) } else { None }
    }

    /// What is started, if it is a `spawn`.
    #[must_use]
    pub fn as_spawn(&self) -> Option<&Spawn> {
        if let ExprKind::Spawn(spawn) = &self.kind { Some(spawn) } else { None }
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
