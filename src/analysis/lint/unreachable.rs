//! W020: a statement behind one that never goes on.

use crate::analysis::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, Literal, Statement, StatementKind};
use crate::syntax::parts::bodies;

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut walk = Walk { warnings: Vec::new() };
    for body in bodies(subject.script) {
        walk.block(body);
    }
    walk.warnings
}

/// Where control can go from a statement or a block.
#[derive(Clone, Copy, Debug)]
struct Ways {
    /// To what stands behind it.
    on: bool,
    /// Out of the innermost loop, to what stands behind that.
    out: bool,
}

impl Ways {
    const ON: Self = Self { on: true, out: false };
    const NOWHERE: Self = Self { on: false, out: false };

    /// Either of the two is taken.
    const fn or(self, other: Self) -> Self {
        Self { on: self.on || other.on, out: self.out || other.out }
    }
}

struct Walk {
    warnings: Vec<Diagnostic>,
}

impl Walk {
    /// Warns of the first statement that is never reached; those behind it are no more news.
    fn block(&mut self, block: &Block) -> Ways {
        let mut ways = Ways::ON;
        let mut last: Option<&Statement> = None;
        let mut warned = false;
        for statement in &block.statements {
            if let (false, false, Some(last)) = (ways.on, warned, last) {
                self.warnings.push(warning(statement, last));
                warned = true;
            }
            let next = self.statement(statement);
            if ways.on {
                ways = Ways { on: next.on, out: ways.out || next.out };
                last = Some(statement);
            }
        }
        ways
    }

    fn statement(&mut self, statement: &Statement) -> Ways {
        match &statement.kind {
            StatementKind::Return(_) | StatementKind::Raise { .. } | StatementKind::Continue => Ways::NOWHERE,
            StatementKind::Break => Ways { on: false, out: true },
            StatementKind::With { body, .. }
            | StatementKind::Group(body)
            | StatementKind::Region { body, .. }
            | StatementKind::Atomic { body, .. } => self.block(body),
            StatementKind::While { condition, body } => {
                let ways = self.block(body);
                Ways { on: ways.out || !is_true(condition), out: false }
            }
            StatementKind::For { body, .. } => {
                self.block(body);
                Ways::ON
            }
            StatementKind::If { branches, otherwise } => {
                let taken =
                    branches.iter().fold(Ways::NOWHERE, |ways, (_, block)| ways.or(self.block(block)));
                taken.or(otherwise.as_ref().map_or(Ways::ON, |block| self.block(block)))
            }
            StatementKind::Try { body, handlers, finally } => {
                let tried = self.block(body);
                let tried = handlers.iter().fold(tried, |ways, handler| ways.or(self.block(&handler.body)));
                match finally.as_ref().map(|block| self.block(block)) {
                    None => tried,
                    Some(last) if last.on => Ways { on: tried.on, out: tried.out || last.out },
                    Some(last) => last,
                }
            }
            StatementKind::Let { .. }
            | StatementKind::Assign { .. }
            | StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::Pass
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Expr(_) => Ways::ON,
        }
    }
}

/// `while True`, `while 1`
fn is_true(condition: &Expr) -> bool {
    matches!(condition.kind, ExprKind::Literal(Literal::Bool(true) | Literal::Int(1)))
}

fn warning(statement: &Statement, last: &Statement) -> Diagnostic {
    let (why, help) = match &last.kind {
        StatementKind::Return(_) => {
            ("`return` leaves the function", "move it in front of the `return`, or remove it")
        }
        StatementKind::Raise { .. } => {
            ("`raise` leaves the block", "move it in front of the `raise`, or remove it")
        }
        StatementKind::Break => ("`break` leaves the loop", "move it in front of the `break`, or remove it"),
        StatementKind::Continue => {
            ("`continue` begins the next round", "move it in front of the `continue`, or remove it")
        }
        StatementKind::While { .. } => {
            ("this loop never ends", "leave the loop with `break`, or remove what stands behind it")
        }
        StatementKind::With { .. }
        | StatementKind::Group(_)
        | StatementKind::Region { .. }
        | StatementKind::Atomic { .. }
        | StatementKind::For { .. }
        | StatementKind::If { .. }
        | StatementKind::Try { .. }
        | StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Compute { .. }
        | StatementKind::Io { .. }
        | StatementKind::Sleep { .. }
        | StatementKind::Pass
        | StatementKind::Assert { .. }
        | StatementKind::Print(_)
        | StatementKind::Expr(_) => {
            ("every way through this leads elsewhere", "remove it, or let one of the ways go on")
        }
    };
    let label: Span = last.head();
    Diagnostic::warning(codes::UNREACHABLE, statement.head(), "this statement is never reached")
        .at("never reached")
        .with_label(label, why)
        .with_help(help)
}
