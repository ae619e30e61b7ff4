//! Loops and `try`: the ways through them.

use crate::syntax::ast::{Block, Expr, ExprKind, Handler, Iterable, Literal};

use super::Walker;
use super::assume::assume;
use super::path::{Exit, Flow, Leaving, Path, Value, merge, merge_exits};

/// Loops inside one another are walked twice up to that depth.
const TWICE_MAX: u16 = 3;

impl<'a> Walker<'a> {
    pub(super) fn while_loop(
        &mut self,
        condition: &'a Expr,
        body: &'a Block,
        mut path: Path<'a>,
    ) -> Flow<'a> {
        self.around.whiles += 1;
        self.value(condition, &mut path);
        let is_endless = matches!(condition.kind, ExprKind::Literal(Literal::Bool(true)));
        let mut inside = path.clone();
        assume(condition, true, &mut inside);
        let zero = (!is_endless).then_some(path);
        let mut flow = self.rounds(body, inside, |walker, path| {
            walker.value(condition, path);
            let mut next = path.clone();
            assume(condition, true, &mut next);
            assume(condition, false, path);
            next
        });
        self.around.whiles -= 1;
        if is_endless {
            flow.paths.clear();
        }
        settle(flow, zero)
    }

    pub(super) fn for_loop(
        &mut self,
        variable: (&'a str, Value),
        body: &'a Block,
        is_sure: bool,
        mut path: Path<'a>,
    ) -> Flow<'a> {
        let (name, value) = variable;
        let zero = (!is_sure).then(|| path.clone());
        path.assign(name, value);
        let flow = self.rounds(body, path, |_, path| {
            let mut next = path.clone();
            next.assign(name, value);
            next
        });
        settle(flow, zero)
    }

    /// The body of a loop: once, and once more if the first round leaves other things held or running.
    /// `again` makes of a way at the end of a round the one into the next.
    ///
    /// The ways that reach the end of a round are the flow's paths; those that `break` are the exits of that name.
    fn rounds(
        &mut self,
        body: &'a Block,
        path: Path<'a>,
        mut again: impl FnMut(&mut Self, &mut Path<'a>) -> Path<'a>,
    ) -> Flow<'a> {
        let before = path.state.clone();
        let mut flow = Flow::default();
        let mut ends = self.round(body, path, &mut flow);
        let next: Vec<Path<'a>> = ends.iter_mut().map(|end| again(self, end)).collect();
        let differs = next.iter().any(|next| next.state != before);
        if differs && self.again < TWICE_MAX {
            self.again += 1;
            let mut last = Vec::new();
            for next in merge(next) {
                last.extend(self.round(body, next, &mut flow));
            }
            for end in &mut last {
                again(self, end);
            }
            self.again -= 1;
            ends.extend(last);
        }
        flow.paths = merge(ends);
        flow
    }

    /// One round; gives the ways that reach its end, and adds the others to `flow`.
    fn round(&mut self, body: &'a Block, path: Path<'a>, flow: &mut Flow<'a>) -> Vec<Path<'a>> {
        let ways = self.block(body, path);
        let mut ends = ways.paths;
        let mut exits = Vec::new();
        for exit in ways.exits {
            match exit.leaving {
                Leaving::Continue => ends.push(exit.path.skipping(exit.span)),
                Leaving::Break | Leaving::Return(_) | Leaving::Raise(_) => exits.push(exit),
            }
        }
        flow.leave(exits);
        merge(ends)
    }

    /// What a `for` binds, and whether there is certainly a round.
    pub(super) fn iterable(&mut self, iterable: &'a Iterable, path: &mut Path<'a>) -> (Value, bool) {
        match iterable {
            Iterable::Range { from, to } => match (self.value(from, path), self.value(to, path)) {
                (Value::Int(from), Value::Int(to)) if to == from.saturating_add(1) => {
                    (Value::Int(from), true)
                }
                (Value::Int(from), Value::Int(to)) => (Value::Unknown, to > from),
                _ => (Value::Unknown, false),
            },
            Iterable::Each(list) => match self.value(list, path) {
                Value::Handles(units) => (Value::Handles(units), true),
                Value::Array(object) => (Value::Object(self.some_element(object, "…")), true),
                Value::Unknown | Value::Int(_) | Value::Text(_) | Value::Object(_) | Value::Acquired(_) => {
                    let is_sure = matches!(&list.kind, ExprKind::List(items) if !items.is_empty());
                    (Value::Unknown, is_sure)
                }
            },
        }
    }

    pub(super) fn try_block(
        &mut self,
        body: &'a Block,
        handlers: &'a [Handler],
        finally: Option<&'a Block>,
        path: Path<'a>,
    ) -> Flow<'a> {
        let assumed = path.clone().assumed();
        let mut flow = self.block(body, path);
        let mut raised = Vec::new();
        let mut caught = vec![Vec::new(); handlers.len()];
        for exit in std::mem::take(&mut flow.exits) {
            let handler = match exit.leaving {
                Leaving::Raise(name) => handlers.iter().position(|handler| catches(handler, name)),
                Leaving::Break | Leaving::Continue | Leaving::Return(_) => None,
            };
            match handler {
                Some(index) => caught[index].push(exit.path.skipping(exit.span)),
                None => raised.push(exit),
            }
        }
        flow.leave(raised);
        self.around.branches += 1;
        for (handler, mut paths) in handlers.iter().zip(caught) {
            paths.push(assumed.clone());
            for path in merge(paths) {
                flow.add(self.block(&handler.body, path));
            }
        }
        self.around.branches -= 1;
        match finally {
            Some(block) => self.finally(flow, block),
            None => flow,
        }
    }

    fn finally(&mut self, flow: Flow<'a>, block: &'a Block) -> Flow<'a> {
        let mut out = Flow::default();
        for path in merge(flow.paths) {
            out.add(self.block(block, path));
        }
        for exit in merge_exits(flow.exits) {
            let ways = self.block(block, exit.path);
            let go_on = |path| Exit { leaving: exit.leaving, span: exit.span, path };
            out.leave(ways.paths.into_iter().map(go_on).collect());
            out.leave(ways.exits);
        }
        out
    }
}

/// The ways behind a loop: those that end its last round or `break`, and the one without a round.
/// Whether a round starts or awaits units decides for all of them.
fn settle<'a>(flow: Flow<'a>, zero: Option<Path<'a>>) -> Flow<'a> {
    let mut after = Flow { paths: flow.paths, exits: Vec::new() };
    for exit in flow.exits {
        match exit.leaving {
            Leaving::Break => after.paths.push(exit.path.skipping(exit.span)),
            Leaving::Continue | Leaving::Return(_) | Leaving::Raise(_) => after.exits.push(exit),
        }
    }
    if let Some(mut zero) = zero {
        if let Some(last) = after.paths.first() {
            zero.state.live = last.state.live;
            zero.state.stirred |= last.state.stirred;
        }
        after.paths.push(zero);
    }
    after
}

/// Whether a handler takes an exception of that name.
fn catches(handler: &Handler, raised: Option<&str>) -> bool {
    match (&handler.name, raised) {
        (None, _) => true,
        (Some(name), Some(raised)) => {
            name.text == raised || (name.text == "Exception" && raised != "CancelledError")
        }
        (Some(name), None) => name.text == "Exception",
    }
}
