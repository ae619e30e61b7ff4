//! What stands where a method is called or a unit is spawned.

use serde::Serialize;

use crate::base::id::FunctionId;
use crate::ir::program::Register;
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
    /// `await` stands before it.
    #[serde(skip_serializing_if = "is_false")]
    pub awaited: bool,
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
            .chain([Receiver::Handle, Receiver::List, Receiver::Stream])
            .filter_map(|receiver| {
                let signature = signature::method(receiver, method)?;
                let bindings = signature::bind(signature, usize::from(positional), &words).ok()?;
                Some(BoundMethod { receiver, signature, bindings })
            })
            .collect();
        Self { method: method.to_owned(), positional, named, awaited: false, methods }
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
    /// Which options of a subprocess stand behind those, in the order of [`SUBPROCESS_OPTIONS`].
    #[serde(skip_serializing_if = "is_none_given")]
    pub subprocess: [bool; 4],
    /// The group that it stands in, if it may start a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Register>,
    /// It is a `submit`: the pool stands behind the arguments.
    #[serde(skip_serializing_if = "is_false")]
    pub pooled: bool,
}

/// The options that only a subprocess has.
pub const SUBPROCESS_OPTIONS: [&str; 4] = ["stdin", "stdout", "stderr", "python"];

impl SpawnSite {
    /// The options that stand behind the arguments, in order.
    pub fn options(&self) -> impl Iterator<Item = &'static str> {
        let of_all = [("name", self.named), ("daemon", self.daemon)];
        let of_subprocess = SUBPROCESS_OPTIONS.into_iter().zip(self.subprocess);
        of_all.into_iter().chain(of_subprocess).filter(|(_, given)| *given).map(|(name, _)| name)
    }

    /// How many registers stand behind the arguments.
    ///
    /// # Panics
    ///
    /// If there are more options than the language has.
    #[must_use]
    pub fn extras(&self) -> u16 {
        u16::try_from(self.options().count()).expect("a spawn has few options") + u16::from(self.pooled)
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

fn is_none_given(options: &[bool; 4]) -> bool {
    *options == [false; 4]
}
