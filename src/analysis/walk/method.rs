//! Methods of objects, handles and lists.

use crate::base::span::Span;
use crate::ir::signature::{self, Receiver};
use crate::syntax::ast::{Arg, Expr, ExprKind, Literal, ObjectKind};

use super::Walker;
use super::declared::{Declared, Global, Guard};
use super::expression::Use;
use super::fact::{FactKind, Held, How, Patience, Ref, Units, Waiting};
use super::path::{HELD_MAX, Path, Value};

/// Kinds that are taken and given back.
const TAKEN: &[ObjectKind] = &[
    ObjectKind::Lock,
    ObjectKind::Rlock,
    ObjectKind::Condition,
    ObjectKind::Semaphore,
    ObjectKind::BoundedSemaphore,
];

impl Declared<'_> {
    /// The lock that is taken with an object; none if it can't be told.
    pub(super) fn lock(&self, object: Ref) -> Option<Ref> {
        match self.objects[object.object].guard {
            Guard::Own => Some(object),
            Guard::Of(lock) => Some(lock),
            Guard::Unknown => None,
        }
    }
}

impl<'a> Walker<'a> {
    /// Calls a method.
    pub(super) fn method(
        &mut self,
        callee: (&'a Expr, &'a str),
        args: &'a [Arg],
        span: Span,
        path: &mut Path<'a>,
        how: (Use, Waiting),
    ) -> Value {
        let (base, name) = callee;
        if let Some(value) = self.list_method(base, name, args, span, path) {
            return value;
        }
        match self.value(base, path) {
            Value::Object(object) => self.object_method((object, name), args, span, path, how),
            Value::Handles(units) => {
                self.values(args, path);
                let manner = (name, how.1, patience(args, 0));
                self.handle_method(units, manner, span, path)
            }
            Value::Unknown | Value::Int(_) | Value::Text(_) | Value::Array(_) | Value::Acquired(_) => {
                self.values(args, path);
                self.unknown_method(name, span, path)
            }
        }
    }

    fn values(&mut self, args: &'a [Arg], path: &mut Path<'a>) {
        for arg in args {
            self.value(&arg.value, path);
            if let Some(end) = &arg.range_end {
                self.value(end, path);
            }
        }
    }

    /// `append` and `pop` on a local list of handles or on a shared list.
    fn list_method(
        &mut self,
        base: &'a Expr,
        name: &str,
        args: &'a [Arg],
        span: Span,
        path: &mut Path<'a>,
    ) -> Option<Value> {
        if signature::method(Receiver::List, name).is_none() {
            return None;
        }
        let ExprKind::Name(list) = &base.kind else { return None };
        match self.global(list) {
            Some(Global::Shared(shared)) => {
                self.values(args, path);
                self.tell(FactKind::Access { shared, write: true }, span, &path.state);
                Some(Value::Unknown)
            }
            Some(Global::Object(_) | Global::Param(_)) => None,
            None => {
                let known = path.local(list);
                let added = args.first().map(|arg| self.value(&arg.value, path));
                match (known, name, added) {
                    (Value::Handles(units), "append", Some(Value::Handles(more))) => {
                        path.assign(list, Value::Handles(units | more));
                    }
                    (Value::Handles(units), "pop", _) => return Some(Value::Handles(units)),
                    _ => path.assign(list, Value::Unknown),
                }
                Some(Value::Unknown)
            }
        }
    }

    fn object_method(
        &mut self,
        callee: (Ref, &'a str),
        args: &'a [Arg],
        span: Span,
        path: &mut Path<'a>,
        how: (Use, Waiting),
    ) -> Value {
        let (object, name) = callee;
        let kind = self.declared.objects[object.object].kind;
        let Some(signature) = signature::method(Receiver::Object(kind), name) else {
            self.values(args, path);
            return Value::Unknown;
        };
        let (used, waiting) = how;
        if matches!(kind, ObjectKind::ThreadPool | ObjectKind::ProcessPool) {
            return self.pool_method((object.object, name), args, span, path);
        }
        self.values(args, path);
        let limits = |parameter: &signature::Parameter| matches!(parameter.name, "blocking" | "timeout");
        let patience = patience(args, signature.parameters.iter().position(limits).unwrap_or(usize::MAX));
        let kind = FactKind::Call { object, method: signature.name, waiting, patience };
        self.tell_used(kind, span, &path.state, used == Use::Value);
        match signature.name {
            "acquire" => {
                self.take(object, span, How::Acquire, patience, path);
                if patience == Patience::Limited { Value::Acquired(span) } else { Value::Unknown }
            }
            "release" => {
                self.give_back(object, path);
                if !args.is_empty() {
                    let lock = self.declared.lock(object);
                    path.state.held.retain(|held| held.lock != lock);
                }
                Value::Unknown
            }
            "wait" | "wait_for" | "get" | "join" | "recv" => {
                // What it waited for may be the end of anybody's work.
                path.state.live = 0;
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    /// Takes a lock or a permit; says whether it is held more often than before.
    pub(super) fn take(
        &mut self,
        object: Ref,
        span: Span,
        how: How,
        patience: Patience,
        path: &mut Path<'a>,
    ) -> bool {
        if !self.is_kind(object, TAKEN) {
            return false;
        }
        if self.is_kind(object, &[ObjectKind::Semaphore, ObjectKind::BoundedSemaphore]) {
            path.state.live = 0;
        }
        let lock = self.declared.lock(object);
        let doubt = if patience == Patience::Limited { Held::MAYBE } else { 0 };
        let times = path.state.held.iter().filter(|held| held.lock == lock).count();
        if times > 1 || path.state.held.len() >= HELD_MAX {
            return false;
        }
        // A lock that its owner takes again is an end of this way; it is followed as if the lock had been free,
        // because what stands behind is worth a look too.
        let is_lock = lock.is_some_and(|lock| self.is_kind(lock, &[ObjectKind::Lock]) && lock.is_certain());
        if is_lock && times == 1 && patience == Patience::Endless {
            return false;
        }
        path.state.held.push(Held { lock, span, how, doubt });
        true
    }

    fn give_back(&mut self, object: Ref, path: &mut Path<'a>) {
        let lock = self.declared.lock(object);
        let held = &mut path.state.held;
        let exact = held.iter().rposition(|held| held.lock == lock);
        let near = |held: &Held| match (held.lock, lock) {
            (Some(held), Some(lock)) => held.may_be(lock),
            (None, _) | (_, None) => true,
        };
        match exact.or_else(|| held.iter().rposition(near)) {
            Some(index) => drop(held.remove(index)),
            None => {}
        }
    }

    fn handle_method(
        &mut self,
        units: Units,
        manner: (&str, Waiting, Patience),
        span: Span,
        path: &mut Path<'a>,
    ) -> Value {
        let (name, waiting, patience) = manner;
        let Some(signature) = signature::method(Receiver::Handle, name) else { return Value::Unknown };
        match signature.name {
            "join" | "result" | "wait" | "communicate" => {
                self.join(units, (signature.name, waiting, patience), span, path);
            }
            // Whoever asks may know.
            "done" | "is_alive" | "cancel" | "terminate" | "kill" => path.state.live &= !units,
            _ => {}
        }
        Value::Unknown
    }

    /// Waits for ends.
    pub(super) fn join(
        &mut self,
        units: Units,
        manner: (&'static str, Waiting, Patience),
        span: Span,
        path: &mut Path<'a>,
    ) {
        let (method, waiting, patience) = manner;
        self.tell(FactKind::Join { units, method, waiting, patience }, span, &path.state);
        path.state.live &= !units;
    }

    fn unknown_method(&mut self, name: &str, span: Span, path: &mut Path<'a>) -> Value {
        self.unknown.insert(name.to_owned());
        match name {
            "acquire" if path.state.held.len() < HELD_MAX => {
                path.state.held.push(Held { lock: None, span, how: How::Acquire, doubt: Held::MAYBE });
            }
            "release" => path.state.held.iter_mut().for_each(|held| held.doubt = Held::MAYBE),
            "join" | "result" | "wait" | "wait_for" | "get" | "recv" | "communicate" | "done"
            | "is_alive" => {
                path.state.live = 0;
            }
            _ => {}
        }
        Value::Unknown
    }
}

/// Whether a call says how long it waits, by name or by an argument at `limits` or behind.
fn patience(args: &[Arg], limits: usize) -> Patience {
    let is_limit = |(index, arg): (usize, &Arg)| match arg.name.as_ref().map(|name| &*name.text) {
        Some("timeout") => !matches!(arg.value.kind, ExprKind::Literal(Literal::None)),
        Some("blocking") => !matches!(arg.value.kind, ExprKind::Literal(Literal::Bool(true))),
        Some(_) => false,
        None => index >= limits && !matches!(arg.value.kind, ExprKind::Literal(Literal::Bool(true))),
    };
    if args.iter().enumerate().any(is_limit) { Patience::Limited } else { Patience::Endless }
}
