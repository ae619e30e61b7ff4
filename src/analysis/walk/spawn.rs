//! Units: what `spawn`, `submit` and `map` start, and beside whom.

use crate::base::span::Span;
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, ObjectKind, Spawn, UnitKind};

use super::Walker;
use super::fact::{FactKind, Patience, UNITS_MAX, Unit, Units, Waiting};
use super::path::{Path, Value};

impl<'a> Walker<'a> {
    pub(super) fn spawn(&mut self, spawn: &'a Spawn, path: &mut Path<'a>) -> Value {
        let mut daemon = false;
        for option in &spawn.options {
            self.value(&option.value, path);
            let is_daemon = option.name.as_ref().is_some_and(|name| name.text == "daemon");
            daemon |= is_daemon && !matches!(option.value.kind, ExprKind::Literal(Literal::Bool(false)));
        }
        let Some(&function) = self.declared.functions.get(&*spawn.function.text) else {
            return Value::Unknown;
        };
        let values = self.arguments(function, &spawn.args, path);
        values.iter().for_each(|value| path.hand_over(*value));
        let kind = match spawn.unit {
            UnitKind::Unit => self.unit_kind,
            UnitKind::Thread
            | UnitKind::Process
            | UnitKind::Task
            | UnitKind::Subprocess
            | UnitKind::Interpreter => spawn.unit,
        };
        let span = spawn.unit_span.to(spawn.function.span);
        let start = Start { kind, function, span, pool: None, daemon };
        self.start(start, values, path)
    }

    /// `submit`, `map` and `shutdown` of a pool.
    pub(super) fn pool_method(
        &mut self,
        callee: (usize, &str),
        args: &'a [Arg],
        span: Span,
        path: &mut Path<'a>,
    ) -> Value {
        let (pool, name) = callee;
        let first = args.first().map(|arg| &arg.value);
        match (name, first.map(|first| &first.kind)) {
            ("submit", Some(ExprKind::Call { callee, args })) => {
                let Some(function) = self.function_named(callee) else { return Value::Unknown };
                let values = self.arguments(function, args, path);
                self.start(self.pooled(pool, function, callee.span), values, path)
            }
            ("map", Some(_)) => {
                for arg in &args[1..] {
                    self.value(&arg.value, path);
                    if let Some(end) = &arg.range_end {
                        self.value(end, path);
                    }
                }
                let Some(function) = first.and_then(|first| self.function_named(first)) else {
                    return Value::Unknown;
                };
                let values = vec![Value::Unknown; self.declared.codes[function].params.len()];
                let start = self.pooled(pool, function, args[0].value.span);
                let handle = self.start(start, values, path);
                if let Value::Handles(units) = handle {
                    self.repeated(units);
                    let manner = ("map", Waiting::Bare, Patience::Endless);
                    self.join(units, manner, span, path);
                }
                Value::Unknown
            }
            _ => {
                path.state.live = 0;
                Value::Unknown
            }
        }
    }

    fn pooled(&self, pool: usize, function: usize, span: Span) -> Start {
        let kind = if self.declared.objects[pool].kind == ObjectKind::ProcessPool {
            UnitKind::Process
        } else {
            UnitKind::Thread
        };
        Start { kind, function, span, pool: Some(pool), daemon: false }
    }

    fn function_named(&self, expr: &Expr) -> Option<usize> {
        let ExprKind::Name(name) = &expr.kind else { return None };
        self.declared.functions.get(&**name).copied()
    }

    fn start(&mut self, start: Start, values: Vec<Value>, path: &mut Path<'a>) -> Value {
        let Some(number) = self.numbered(start, values) else {
            self.gave_up = true;
            return Value::Unknown;
        };
        let bit: Units = 1 << number;
        self.units[number].parents |= 1 << self.unit;
        let live = path.state.live;
        if live & bit != 0 {
            self.repeated(bit);
        }
        let pool = self.units[number].pool.filter(|&pool| self.declared.objects[pool].number == Some(1));
        for other in 0..self.units.len() {
            let takes_turns = pool.is_some() && self.units[other].pool == pool;
            if live >> other & 1 == 1 && other != number && !takes_turns {
                self.units[number].beside |= 1 << other;
                self.units[other].beside |= bit;
            }
        }
        path.state.live |= bit;
        path.state.stirred &= !bit;
        if let Some(group) = self.groups.last_mut() {
            *group |= bit;
        }
        self.tell(FactKind::Spawn { unit: number }, start.span, &path.state);
        Value::Handles(bit)
    }

    /// Notes that several of these units can run at the same time, unless their pool has one worker.
    fn repeated(&mut self, units: Units) {
        for (number, unit) in self.units.iter_mut().enumerate() {
            let is_alone = unit.pool.is_some_and(|pool| self.declared.objects[pool].number == Some(1));
            unit.many |= units >> number & 1 == 1 && !is_alone;
        }
    }

    /// The number of the unit that is started so, a new one if need be; none if there are too many.
    fn numbered(&mut self, start: Start, values: Vec<Value>) -> Option<usize> {
        let key = (start.span, start.function, values);
        if let Some(&number) = self.unit_numbers.get(&key) {
            return Some(number);
        }
        let number = self.units.len();
        if number == UNITS_MAX {
            return None;
        }
        let spawner = &self.units[self.unit];
        let (process, thread) = match start.kind {
            UnitKind::Process | UnitKind::Interpreter | UnitKind::Subprocess => (number, number),
            UnitKind::Thread | UnitKind::Unit => (spawner.process, number),
            UnitKind::Task => (spawner.process, spawner.thread),
        };
        self.starts.push((start.function, key.2.clone()));
        self.unit_numbers.insert(key, number);
        self.units.push(Unit {
            function: start.function,
            kind: start.kind,
            spawned: Some(start.span),
            pool: start.pool,
            many: false,
            parents: 0,
            beside: 0,
            process,
            thread,
            daemon: start.daemon,
        });
        Some(number)
    }
}

/// What is started, and how.
#[derive(Clone, Copy, Debug)]
struct Start {
    kind: UnitKind,
    function: usize,
    span: Span,
    pool: Option<usize>,
    daemon: bool,
}
