//! The code of one function while it grows: registers, labels, scopes.

#![expect(clippy::wildcard_enum_match_arm, reason = "only jumps are patched")]

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use crate::base::id::PlaceId;
use crate::base::span::Span;
use crate::ir::lower::globals::Globals;
use crate::ir::lower::unwind::Scope;
use crate::ir::program::{Function, Handler, Op, Operand, Pc, Register, TimeLimit};
use crate::ir::value::Value;
use crate::syntax::ast::{Block, Expr, Name, Statement, StatementKind};
use crate::syntax::print;

/// Of how many locals it is followed whether they are set.
const FOLLOWED_MAX: u16 = 512;

/// A function's code under construction; it is added to the program by its last method.
pub(super) struct Body<'a> {
    pub(super) globals: &'a mut Globals,
    name: String,
    start: Pc,
    locals: IndexSet<String>,
    parameters: u16,
    /// The locals that are visible at this point of the text.
    visible: BTreeMap<String, Register>,
    /// Those of them that the loop around has made visible before their `let`.
    early: BTreeSet<String>,
    /// The locals that are certainly set at this point.
    pub(super) set: BTreeSet<Register>,
    next_temporary: usize,
    registers: usize,
    pub(super) handlers: Vec<Handler>,
    pub(super) timeouts: Vec<TimeLimit>,
    pub(super) scopes: Vec<Scope>,
    /// Where caught exceptions are, innermost last: for a bare `raise`.
    pub(super) caught: Vec<Register>,
    /// `await` stands before the call that is written next.
    pub(super) awaits: bool,
    /// The lists of handles of the groups around, innermost last.
    pub(super) groups: Vec<Register>,
    heads: BTreeMap<String, u32>,
    place: PlaceId,
    pub(super) span: Span,
}

impl<'a> Body<'a> {
    pub(super) fn new(globals: &'a mut Globals, name: &str, parameters: &[Name]) -> Self {
        let mut body = Self {
            start: pc(globals.program.ops.len()),
            globals,
            name: name.to_owned(),
            locals: IndexSet::new(),
            parameters: super::globals::narrow(parameters.len()),
            visible: BTreeMap::new(),
            early: BTreeSet::new(),
            set: BTreeSet::new(),
            next_temporary: 0,
            registers: 0,
            handlers: Vec::new(),
            timeouts: Vec::new(),
            scopes: Vec::new(),
            caught: Vec::new(),
            awaits: false,
            groups: Vec::new(),
            heads: BTreeMap::new(),
            place: PlaceId(0),
            span: Span::default(),
        };
        for parameter in parameters {
            body.declare(&parameter.text);
            let register = body.reveal(&parameter.text);
            body.note_set(register);
        }
        body
    }

    /// Gives every local of the block a register, in the order of the text.
    pub(super) fn declare_locals(&mut self, block: &Block) {
        for statement in &block.statements {
            if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind {
                self.declare(&name.text);
            }
            for inner in statement.blocks() {
                self.declare_locals(inner);
            }
        }
    }

    fn declare(&mut self, name: &str) {
        if self.locals.insert(name.to_owned()) {
            let register = self.temporary();
            self.set.remove(&register);
        }
    }

    /// The register of a local, which is visible from here on.
    pub(super) fn reveal(&mut self, name: &str) -> Register {
        let index = self.locals.get_index_of(name).expect("locals are declared before their function's code");
        let register = Register(super::globals::narrow(index.min(Operand::COUNT_MAX - 1)));
        self.visible.insert(name.to_owned(), register);
        self.early.remove(name);
        register
    }

    /// In a loop, what one round sets the next one may read above it; a global of that name is meant before.
    /// The outermost loop does it for those inside.
    pub(super) fn reveal_in_loop(&mut self, block: &Block) {
        if !self.scopes.iter().any(|scope| matches!(scope, Scope::Loop { .. })) {
            self.reveal_all(block);
        }
    }

    fn reveal_all(&mut self, block: &Block) {
        for statement in &block.statements {
            if let StatementKind::Let { name, .. } | StatementKind::For { name, .. } = &statement.kind
                && !self.visible.contains_key(&name.text)
                && !self.globals.names.contains_key(&name.text)
            {
                self.reveal(&name.text);
                self.early.insert(name.text.clone());
            }
            for inner in statement.blocks() {
                self.reveal_all(inner);
            }
        }
    }

    /// The register of a name that has had its `let` above.
    pub(super) fn begun(&self, name: &str) -> Option<Register> {
        self.local(name).filter(|_| !self.early.contains(name))
    }

    /// The register of a name if it is a visible local.
    pub(super) fn local(&self, name: &str) -> Option<Register> {
        self.visible.get(name).copied()
    }

    /// From here on the local is certainly set. Of functions with very many locals only the first ones
    /// are followed, because what is known is copied at each branch.
    pub(super) fn note_set(&mut self, register: Register) {
        if register.0 < FOLLOWED_MAX {
            self.set.insert(register);
        }
    }

    pub(super) fn is_local(&self, register: Register) -> bool {
        usize::from(register.0) < self.locals.len()
    }

    /// A fresh register above all that are in use.
    pub(super) fn temporary(&mut self) -> Register {
        if self.next_temporary >= Operand::COUNT_MAX {
            self.globals.refuse(self.span, "more variables in one function");
            return Register(0);
        }
        let register = Register(super::globals::narrow(self.next_temporary));
        self.next_temporary += 1;
        self.registers = self.registers.max(self.next_temporary);
        register
    }

    /// How many registers are in use, to go back to.
    pub(super) const fn mark(&self) -> usize {
        self.next_temporary
    }

    /// Frees the temporaries since `mark`.
    pub(super) const fn free(&mut self, mark: usize) {
        self.next_temporary = mark;
    }

    pub(super) fn constant(&mut self, value: Value) -> Operand {
        self.globals.constant(value, self.span)
    }

    pub(super) fn pc(&self) -> Pc {
        pc(self.globals.program.ops.len())
    }

    /// Adds an op that comes from the text at `self.span`.
    pub(super) fn emit(&mut self, op: Op) -> Pc {
        let at = self.pc();
        self.globals.program.ops.push(op);
        self.globals.program.spans.push(self.span);
        self.globals.program.op_places.push(self.place);
        at
    }

    /// The same from a text of its own.
    pub(super) fn emit_at(&mut self, span: Span, op: Op) -> Pc {
        let around = std::mem::replace(&mut self.span, span);
        let at = self.emit(op);
        self.span = around;
        at
    }

    /// Lets the jump at `at` lead here.
    pub(super) fn land(&mut self, at: Pc) {
        let here = self.pc();
        match &mut self.globals.program.ops[at as usize] {
            Op::Jump { to } | Op::Branch { to, .. } => *to = here,
            Op::Count { exit, .. } | Op::Each { exit, .. } => *exit = here,
            Op::Catches { otherwise, .. } => *otherwise = here,
            other => unreachable!("{other:?} does not jump forward"),
        }
    }

    pub(super) fn jump(&mut self) -> Pc {
        self.emit(Op::Jump { to: 0 })
    }

    pub(super) fn branch(&mut self, when: bool, test: Operand) -> Pc {
        self.emit(Op::Branch { when, test, to: 0 })
    }

    /// What follows belongs to this statement.
    pub(super) fn enter(&mut self, statement: &Statement) {
        self.cite(&print::head(statement));
        self.span = statement.span;
    }

    fn cite(&mut self, head: &str) {
        let count = self.heads.entry(head.to_owned()).or_insert(0);
        *count += 1;
        let number = if *count > 1 { format!("#{count}") } else { String::new() };
        self.place = PlaceId::new(self.globals.program.places.len());
        self.globals.program.places.push(format!("{}: {head}{number}", self.name));
    }

    /// The place and text that a compound statement goes back to after its parts.
    pub(super) const fn here(&self) -> (PlaceId, Span) {
        (self.place, self.span)
    }

    pub(super) const fn back_to(&mut self, (place, span): (PlaceId, Span)) {
        self.place = place;
        self.span = span;
    }

    /// The whole code of a function.
    pub(super) fn function_body(mut self, block: &Block) {
        self.place = PlaceId::new(self.globals.program.places.len());
        self.globals.program.places.push(self.name.clone());
        let begin = (self.place, Span { start: block.span.end.saturating_sub(1), end: block.span.end });
        self.block(block);
        self.back_to(begin);
        let from = self.constant(Value::None);
        self.emit(Op::Return { from });
        self.close();
    }

    /// What follows stands for text that is no statement.
    pub(super) fn begin(&mut self, span: Span) {
        self.place = PlaceId::new(self.globals.program.places.len());
        self.globals.program.places.push(self.name.clone());
        self.span = span;
    }

    /// The end of a function that a unit may run.
    pub(super) fn close(mut self) {
        let ends_in_step = self.globals.ended.contains(&self.name);
        let epilogue = ends_in_step.then(|| self.emit(Op::End { failed: false }));
        if ends_in_step {
            self.emit(Op::End { failed: true });
        }
        self.finish(epilogue);
    }

    /// The whole code of a property: its value is returned.
    pub(super) fn property_body(mut self, expr: &Expr) {
        self.place = PlaceId::new(self.globals.program.places.len());
        self.globals.program.places.push(self.name.clone());
        self.span = expr.span;
        let from = self.operand(expr);
        self.emit(Op::Return { from });
        self.finish(None);
    }

    fn finish(self, epilogue: Option<Pc>) {
        let end = self.pc();
        let registers = super::globals::narrow(self.registers.max(1));
        self.globals.program.has_time_limits |= !self.timeouts.is_empty();
        self.globals.program.functions.push(Function {
            name: self.name,
            start: self.start,
            end,
            locals: self.locals.into_iter().collect(),
            parameters: self.parameters,
            registers,
            handlers: self.handlers,
            timeouts: self.timeouts,
            epilogue,
        });
    }
}

fn pc(index: usize) -> Pc {
    Pc::try_from(index).expect("a source of a mebibyte gives fewer than 2^32 ops")
}
