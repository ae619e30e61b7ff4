//! The ways out: `with`, `try`, `group`, `region` and `atomic` on falling off
//! the end, `break`, `continue`, `return` and exceptions.
//!
//! What a `with` does on its way out is one op, written again on each way. A
//! `finally` block is written once: whoever comes through leaves in a register
//! how to go on, and the code behind the block looks there. (Writing it again
//! on each way would double the code with each nested `finally`.)

use crate::ir::lower::body::Body;
use crate::ir::program::{Handler, Op, Operand, Pc, Register, Source, TimeLimit};
use crate::ir::value::Value;
use crate::syntax::ast::{self, BinaryOp, Block, Expr, ExprKind, ObjectKind};

/// Something around the code that is being written.
pub(super) enum Scope {
    /// A loop.
    Loop { start: Pc, breaks: Vec<Pc> },
    /// Something to do on every way out.
    Cleanup { exit: Exit, protected: Protected },
    /// A `try … finally`.
    Finally { how: Register, value: Register, jumps: Vec<Pc>, leaves: Vec<Leave>, protected: Protected },
    /// A `try … except`: nothing to do on the way out, but it catches.
    Except { protected: Protected },
}

/// What to do on the way out.
#[derive(Clone, Copy)]
pub(super) enum Exit {
    With(Operand, bool),
    Region(crate::base::id::RegionId),
    Group(Register),
    Timeout(Register),
    Atomic,
}

/// The ops from which exceptions are caught: from `start` on, without the gaps.
pub(super) struct Protected {
    start: Pc,
    gaps: Vec<(Pc, Pc)>,
}

/// A way out that is not an exception.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    Break { depth: usize },
    Continue { depth: usize },
    Return { from: Operand },
}

/// How a `finally` goes on after its block; a way out by its number is `FIRST_LEAVE` plus its index.
const FALL_THROUGH: i64 = 0;
const RERAISE: i64 = 1;
const FIRST_LEAVE: i64 = 2;

impl Body<'_> {
    pub(super) fn protect(&self) -> Protected {
        Protected { start: self.pc(), gaps: Vec::new() }
    }

    /// Exceptions from the protected ops go on here, with the exception in `to`.
    pub(super) fn catch(&mut self, protected: Protected, end: Pc, to: Register) {
        let target = self.pc();
        let mut start = protected.start;
        for (gap_start, gap_end) in protected.gaps.into_iter().chain([(end, end)]) {
            if start < gap_start {
                self.handlers.push(Handler { start, end: gap_start, target, to });
            }
            start = gap_end;
        }
    }

    /// `inside` in a scope that does `exit` on every way out.
    pub(super) fn cleanup(&mut self, exit: Exit, inside: impl FnOnce(&mut Self)) {
        let around = self.here();
        let mark = self.mark();
        let exception = self.temporary();
        let protected = self.protect();
        self.scopes.push(Scope::Cleanup { exit, protected });
        inside(self);
        self.back_to(around);
        let Some(Scope::Cleanup { protected, .. }) = self.scopes.pop() else {
            unreachable!("scopes close in the reverse order of their opening");
        };
        let end = self.pc();
        self.leave_through(exit, true);
        let over = self.jump();
        let before = self.handlers.len();
        self.catch(protected, end, exception);
        self.leave_through(exit, false);
        self.raise_on(exit, exception, before);
        self.land(over);
        self.free(mark);
    }

    /// The exception goes on, or what a scope that has cancelled its own body raises for it. `before` is how many handlers
    /// there were before those of its body.
    fn raise_on(&mut self, exit: Exit, exception: Register, before: usize) {
        let (scope, group) = match exit {
            Exit::Group(scope) if self.globals.has_tasks => (scope, true),
            Exit::Timeout(scope) => (scope, false),
            Exit::With(..) | Exit::Region(_) | Exit::Group(_) | Exit::Atomic => {
                self.emit(Op::Reraise { from: exception });
                return;
            }
        };
        self.emit(Op::Translate { scope, exception, group });
        if !group {
            let bodies = self.handlers[before..].iter();
            self.timeouts.extend(bodies.map(|body| TimeLimit { start: body.start, end: body.end, scope }));
        }
    }

    fn leave_through(&mut self, exit: Exit, raise: bool) {
        self.emit(match exit {
            Exit::With(object, awaited) => Op::Exit { object, awaited },
            Exit::Region(region) => Op::LeaveRegion { region },
            Exit::Group(group) => Op::Gather { group, raise },
            Exit::Atomic => Op::AtomicClose,
            // Its time does not count any more.
            Exit::Timeout(_) => return,
        });
    }

    /// `break`, `continue` or `return` through the scopes around.
    pub(super) fn leave(&mut self, leave: Leave) {
        let target = match leave {
            Leave::Break { depth } | Leave::Continue { depth } => depth + 1,
            Leave::Return { .. } => 0,
        };
        let mut gaps: Vec<(usize, Pc)> = Vec::new();
        let mut caught_by_finally = false;
        for index in (target..self.scopes.len()).rev() {
            gaps.push((index, self.pc()));
            let exit = match &self.scopes[index] {
                Scope::Cleanup { exit, .. } => *exit,
                Scope::Finally { .. } => {
                    self.leave_into_finally(index, leave);
                    caught_by_finally = true;
                    break;
                }
                Scope::Loop { .. } | Scope::Except { .. } => continue,
            };
            self.leave_through(exit, true);
        }
        if !caught_by_finally {
            self.arrive(leave);
        }
        let end = self.pc();
        for (index, start) in gaps {
            match &mut self.scopes[index] {
                Scope::Cleanup { protected, .. }
                | Scope::Finally { protected, .. }
                | Scope::Except { protected } => protected.gaps.push((start, end)),
                Scope::Loop { .. } => {}
            }
        }
    }

    fn arrive(&mut self, leave: Leave) {
        match leave {
            Leave::Return { from } => {
                self.emit(Op::Return { from });
            }
            Leave::Break { depth } => {
                let jump = self.jump();
                let Scope::Loop { breaks, .. } = &mut self.scopes[depth] else {
                    unreachable!("`break` leads to a loop");
                };
                breaks.push(jump);
            }
            Leave::Continue { depth } => {
                let Scope::Loop { start, .. } = &self.scopes[depth] else {
                    unreachable!("`continue` leads to a loop");
                };
                let to = *start;
                self.emit(Op::Loop { to });
            }
        }
    }

    fn leave_into_finally(&mut self, index: usize, leave: Leave) {
        let Scope::Finally { how, value, leaves, .. } = &mut self.scopes[index] else {
            unreachable!("asked for a `finally`");
        };
        let (how, value) = (*how, *value);
        let (number, kept) = match leave {
            Leave::Return { .. } => (leaves.len(), Leave::Return { from: Operand::register(value) }),
            Leave::Break { .. } | Leave::Continue { .. } => (leaves.len(), leave),
        };
        leaves.push(kept);
        if let Leave::Return { from } = leave {
            self.emit(Op::Copy { to: value, from });
        }
        self.copy_number(how, FIRST_LEAVE + i64::try_from(number).expect("a source is small"));
        let jump = self.jump();
        let Scope::Finally { jumps, .. } = &mut self.scopes[index] else {
            unreachable!("asked for a `finally`");
        };
        jumps.push(jump);
    }

    fn copy_number(&mut self, to: Register, number: i64) {
        let from = self.constant(Value::Int(number));
        self.emit(Op::Copy { to, from });
    }

    /// The innermost loop around.
    pub(super) fn innermost_loop(&self) -> usize {
        let found = self.scopes.iter().rposition(|scope| matches!(scope, Scope::Loop { .. }));
        found.expect("the checker refuses `break` and `continue` outside a loop")
    }

    /// `try { … } except … finally { … }`
    pub(super) fn try_statement(&mut self, body: &Block, handlers: &[ast::Handler], finally: Option<&Block>) {
        let Some(finally) = finally else {
            self.try_except(body, handlers);
            return;
        };
        let around = self.here();
        let mark = self.mark();
        let (how, value) = (self.temporary(), self.temporary());
        let protected = self.protect();
        let (jumps, leaves) = (Vec::new(), Vec::new());
        self.scopes.push(Scope::Finally { how, value, jumps, leaves, protected });
        self.try_except(body, handlers);
        self.back_to(around);
        let Some(Scope::Finally { jumps, leaves, protected, .. }) = self.scopes.pop() else {
            unreachable!("scopes close in the reverse order of their opening");
        };
        let end = self.pc();
        self.copy_number(how, FALL_THROUGH);
        let normal = self.jump();
        self.catch(protected, end, value);
        self.copy_number(how, RERAISE);
        self.land(normal);
        for jump in jumps {
            self.land(jump);
        }
        let before = self.set.clone();
        self.block(finally);
        self.set = before;
        self.back_to(around);
        self.go_on(how, value, &leaves);
        self.free(mark);
    }

    /// Behind a `finally` block: on the way that led into it.
    fn go_on(&mut self, how: Register, value: Register, leaves: &[Leave]) {
        let test = self.temporary();
        let ask = |body: &mut Self, number: i64| {
            let right = body.constant(Value::Int(number));
            let left = Operand::register(how);
            body.emit(Op::Binary { op: BinaryOp::Equal, to: test, left, right });
            body.branch(false, Operand::register(test))
        };
        let other = ask(self, RERAISE);
        self.emit(Op::Reraise { from: value });
        self.land(other);
        for (number, leave) in (FIRST_LEAVE..).zip(leaves) {
            let other = ask(self, number);
            self.leave(*leave);
            self.land(other);
        }
    }

    fn try_except(&mut self, body: &Block, handlers: &[ast::Handler]) {
        if handlers.is_empty() {
            self.block(body);
            return;
        }
        let around = self.here();
        let mark = self.mark();
        let exception = self.temporary();
        let before = self.set.clone();
        let protected = self.protect();
        self.scopes.push(Scope::Except { protected });
        self.block(body);
        let Some(Scope::Except { protected }) = self.scopes.pop() else {
            unreachable!("scopes close in the reverse order of their opening");
        };
        self.back_to(around);
        let end = self.pc();
        let mut ends = vec![self.jump()];
        self.catch(protected, end, exception);
        self.caught.push(exception);
        for handler in handlers {
            self.set.clone_from(&before);
            let otherwise = handler.name.as_ref().map(|name| {
                let name_operand = self.constant(Value::str(name.text.as_str()));
                self.emit_at(handler.span, Op::Catches { exception, name: name_operand, otherwise: 0 })
            });
            self.block(&handler.body);
            self.back_to(around);
            ends.push(self.jump());
            if let Some(otherwise) = otherwise {
                self.land(otherwise);
            }
        }
        self.caught.pop();
        self.emit(Op::Reraise { from: exception });
        for end in ends {
            self.land(end);
        }
        self.set = before;
        self.free(mark);
    }

    /// `with a, b { … }`, or `async with`.
    pub(super) fn with(&mut self, items: &[Expr], body: &Block, awaited: bool) {
        let Some((item, rest)) = items.split_first() else {
            self.block(body);
            return;
        };
        let mark = self.mark();
        if let Some(length) = self.time_limit(item).filter(|_| awaited) {
            let length = self.operand(length);
            let to = self.temporary();
            self.emit_at(item.span, Op::OpenTimeout { to, length });
            self.cleanup(Exit::Timeout(to), |body_of| body_of.with(rest, body, awaited));
        } else {
            let object = self.kept(item);
            self.emit_at(item.span, Op::Enter { object, awaited });
            let waits = awaited && self.may_be_pool(object);
            self.cleanup(Exit::With(object, waits), |body_of| body_of.with(rest, body, awaited));
        }
        self.free(mark);
    }

    /// Whether a `with` on that may wait at its end, as one on a pool does.
    fn may_be_pool(&self, object: Operand) -> bool {
        let is_pool = |kind| matches!(kind, ObjectKind::ThreadPool | ObjectKind::ProcessPool);
        match object.source() {
            Source::Constant(constant) => self.globals.kind_of(constant).is_some_and(is_pool),
            Source::Register(_) => self.globals.program.objects.iter().any(|object| is_pool(object.kind)),
        }
    }

    /// The length of `timeout(length)`, unless the script has a function of that name.
    fn time_limit<'e>(&self, item: &'e Expr) -> Option<&'e Expr> {
        let ExprKind::Call { callee, args } = &item.kind else { return None };
        let ExprKind::Name(name) = &callee.kind else { return None };
        let is_own = self.globals.names.contains_key(name);
        args.first().filter(|_| name == "timeout" && !is_own).map(|arg| &arg.value)
    }
}
