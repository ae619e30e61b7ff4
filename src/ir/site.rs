//! What stands where a method is called or a unit is spawned.

use serde::Serialize;

use crate::base::id::FunctionId;
use crate::ir::signature::{self, Binding, Receiver, Signature};
use crate::syntax::ast::{ObjectKind, UnitKind};

/// A method call: its name and how it is written. What it means depends on the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallSite {
    /// The method's name.
    pub method: String,
    /// How many positional arguments.
    pub positional: u16,
    /// The names of the others, in order.
    pub named: Vec<String>,
    /// For each kind of receiver that has such a method and takes these arguments: which one it is.
    #[serde(skip)]
    pub methods: Vec<BoundMethod>,
}

/// What a method call means for one kind of receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundMethod {
    /// The kind of receiver.
    pub receiver: Receiver,
    /// The method.
    pub signature: &'static Signature,
    /// For each of its parameters, where the value comes from.
    pub bindings: Vec<Binding>,
}

impl CallSite {
    /// The call of `method` with these arguments, bound for every kind of receiver.
    #[must_use]
    pub fn new(method: &str, positional: u16, named: Vec<String>) -> Self {
        let words: Vec<&str> = named.iter().map(String::as_str).collect();
        let objects = ObjectKind::ALL.iter().map(|&kind| Receiver::Object(kind));
        let methods = objects
            .chain([Receiver::Handle, Receiver::List])
            .filter_map(|receiver| {
                let signature = signature::method(receiver, method)?;
                let bindings = signature::bind(signature, usize::from(positional), &words).ok()?;
                Some(BoundMethod { receiver, signature, bindings })
            })
            .collect();
        Self { method: method.to_owned(), positional, named, methods }
    }
}

/// A spawn.
#[expect(clippy::struct_excessive_bools, reason = "what stands behind the arguments is written out")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpawnSite {
    /// As what it runs.
    #[serde(skip_serializing_if = "is_thread")]
    pub unit: UnitKind,
    /// What runs.
    pub function: FunctionId,
    /// A `name=` option stands behind the arguments.
    pub named: bool,
    /// A `daemon=` option stands behind those.
    pub daemon: bool,
    /// It is a `submit`: the pool stands behind the arguments.
    #[serde(skip_serializing_if = "is_false")]
    pub pooled: bool,
}

impl SpawnSite {
    /// How many registers stand behind the arguments.
    #[must_use]
    pub fn extras(&self) -> u16 {
        u16::from(self.named) + u16::from(self.daemon) + u16::from(self.pooled)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_thread(unit: &UnitKind) -> bool {
    *unit == UnitKind::Thread
}
