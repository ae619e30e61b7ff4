//! Calls of functions: each is walked once for its unit, arguments and state.

use crate::base::span::Span;
use crate::syntax::ast::Arg;

use super::Walker;
use super::fact::{Around, FactKind, Held, How, Way};
use super::path::{Exit, Flow, Leaving, Path, State, Value, both, is_same, merge_exits};

/// A function that calls itself is followed that often.
const RECURSION_MAX: usize = 2;

/// What a function is walked with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    function: usize,
    args: Vec<Value>,
    state: State,
    around: Around,
}

/// What comes of a call.
#[derive(Clone, Debug)]
pub(super) struct Summary<'a> {
    /// What it gives, and the state behind it; none if it never comes back.
    normal: Option<(Value, State)>,
    /// Exceptions that it lets out.
    raised: Vec<Exit<'a>>,
}

impl<'a> Walker<'a> {
    /// Calls a function; none if it never comes back. What it raises is left in `raised`.
    pub(super) fn call(&mut self, function: usize, args: Vec<Value>, state: State) -> Option<(Value, State)> {
        let active = self.calls.iter().filter(|&&active| active == function).count();
        // The number of calls under way is bounded by the depth.
        if active > RECURSION_MAX || !self.may_go_on(1 + self.calls.len() / 4) {
            return Some((Value::Unknown, state));
        }
        let key = Key { function, args, state, around: self.around };
        if let Some(summary) = self.memo.get(&key) {
            self.work += summary.raised.len();
            self.raised.extend(summary.raised.iter().cloned());
            return summary.normal.clone();
        }
        let summary = self.walk_function(&key);
        self.raised.extend(summary.raised.iter().cloned());
        let normal = summary.normal.clone();
        self.memo.insert(key, summary);
        normal
    }

    fn walk_function(&mut self, key: &Key) -> Summary<'a> {
        self.visits += 1;
        let groups = std::mem::take(&mut self.groups);
        let raised = std::mem::take(&mut self.raised);
        let outside = (self.function, self.visit);
        (self.function, self.visit) = (key.function, self.visits);
        self.calls.push(key.function);
        let mut path = Path::of(key.state.clone());
        let code = &self.declared.codes[key.function];
        let body = code.body;
        for (name, value) in code.params.iter().zip(&key.args) {
            path.assign(name, *value);
        }
        let flow = self.block(body, path);
        let summary = self.summary(flow, &key.state, body.span);
        self.calls.pop();
        (self.function, self.visit) = outside;
        self.raised = raised;
        self.groups = groups;
        summary
    }

    fn summary(&mut self, flow: Flow<'a>, before: &State, body: Span) -> Summary<'a> {
        let end = Span { start: body.end.saturating_sub(1), end: body.end };
        let mut normal: Option<(Value, State)> = None;
        let mut reach = |value: Value, state: State| match &mut normal {
            Some((known, there)) => {
                *known = both(*known, value);
                there.join(&state);
            }
            None => normal = Some((value, state)),
        };
        for path in flow.paths {
            self.leaks(&path, before, Way::End, end);
            reach(Value::Unknown, path.state);
        }
        let mut raised = Vec::new();
        for exit in merge_exits(flow.exits) {
            self.leaks(&exit.path, before, exit.leaving.way(), exit.span);
            match exit.leaving {
                Leaving::Return(value) => reach(value, exit.path.state),
                Leaving::Raise(_) => raised.push(Exit { path: Path::of(exit.path.state), ..exit }),
                Leaving::Break | Leaving::Continue => {}
            }
        }
        Summary { normal, raised }
    }

    /// Tells of locks that the function took and leaves with.
    fn leaks(&mut self, path: &Path<'a>, before: &State, way: Way, at: Span) {
        if path.is_assumed {
            return;
        }
        let own = |held: &&Held| {
            held.how == How::Acquire
                && held.lock.is_some()
                && held.doubt < 2
                && !before.held.iter().any(|there| is_same(there, held))
        };
        for held in path.state.held.iter().filter(own) {
            let (way, at) = match (way, path.skipped) {
                (Way::End, Some(skip)) if skip.start > held.span.start => (Way::Jump, skip),
                (Way::End | Way::Return | Way::Raise | Way::Jump, _) => (way, at),
            };
            self.tell(FactKind::Leak { held: *held, way }, at, &path.state);
        }
    }

    /// The values of a call's arguments, by the parameters of the function.
    pub(super) fn arguments(&mut self, function: usize, args: &'a [Arg], path: &mut Path<'a>) -> Vec<Value> {
        let mut values = vec![Value::Unknown; self.declared.codes[function].params.len()];
        for (index, arg) in args.iter().enumerate() {
            let value = self.value(&arg.value, path);
            if let Some(end) = &arg.range_end {
                self.value(end, path);
            }
            let params = &self.declared.codes[function].params;
            let place = match &arg.name {
                // With many named arguments the search is not worth its time.
                Some(name) if index < 64 => params.iter().position(|param| *param == name.text),
                Some(_) => None,
                None => Some(index),
            };
            if let Some(slot) = place.and_then(|place| values.get_mut(place)) {
                *slot = value;
            }
        }
        values
    }
}
