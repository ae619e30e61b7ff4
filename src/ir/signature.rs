//! Everything that a script can call, as data: methods, declarators' arguments,
//! options of `spawn` and built-in functions.
//!
//! Names, order and defaults are those of Python's own modules, so that a call
//! that works there works here. What a call does is not known here.

use std::collections::BTreeMap;

use crate::syntax::ast::{ObjectKind, UnitKind};

/// What a parameter is when a call does not give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// It must be given.
    Required,
    /// `None`
    None,
    /// An integer; 0 where a duration is meant.
    Int(i64),
    /// `True`, `False`
    Bool(bool),
    /// A string
    Str(&'static str),
}

/// A parameter of something built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, for `name=value`.
    pub name: &'static str,
    /// What it is when it is not given.
    pub default: DefaultValue,
}

/// A method, a declarator or the options of a `spawn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The word that is called.
    pub name: &'static str,
    /// Its parameters in the order in which positional arguments fill them.
    pub parameters: &'static [Parameter],
}

/// What a method is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receiver {
    /// A declared object; for a pipe, one of its ends.
    Object(ObjectKind),
    /// What `spawn` and `submit` give.
    Handle,
    /// A list.
    List,
    /// A standard stream of a subprocess.
    Stream,
}

/// A call's argument for one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The positional argument of that index.
    Positional(usize),
    /// The named argument of that index among the named ones.
    Named(usize),
    /// Not given.
    Default,
}

/// Why arguments do not fit parameters; the first mistake in the order of the call, then what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindError {
    /// More positional arguments than parameters.
    TooMany,
    /// The parameter of that index is not given.
    Missing(usize),
    /// No parameter is called like the named argument of that index.
    Unknown(usize),
    /// The named argument of that index gives a parameter that has a value already.
    Twice(usize),
}

/// The method `name` of a receiver.
#[must_use]
pub fn method(receiver: Receiver, name: &str) -> Option<&'static Signature> {
    methods(receiver).iter().find(|signature| signature.name == name)
}

/// All methods of a receiver.
#[must_use]
pub const fn methods(receiver: Receiver) -> &'static [Signature] {
    match receiver {
        Receiver::Handle => HANDLE,
        Receiver::List => LIST,
        Receiver::Stream => STREAM,
        Receiver::Object(kind) => match kind {
            ObjectKind::Lock | ObjectKind::Rlock => LOCK,
            ObjectKind::Semaphore | ObjectKind::BoundedSemaphore => SEMAPHORE,
            ObjectKind::Event => EVENT,
            ObjectKind::Condition => CONDITION,
            ObjectKind::Barrier => BARRIER,
            ObjectKind::Queue => QUEUE,
            ObjectKind::Pipe => PIPE_END,
            ObjectKind::Device => &[],
            ObjectKind::ThreadPool | ObjectKind::ProcessPool => POOL,
        },
    }
}

/// Whether `with` can enter an object of that kind.
#[must_use]
pub const fn can_be_entered(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Lock
        | ObjectKind::Rlock
        | ObjectKind::Semaphore
        | ObjectKind::BoundedSemaphore
        | ObjectKind::Condition
        | ObjectKind::ThreadPool
        | ObjectKind::ProcessPool => true,
        ObjectKind::Event
        | ObjectKind::Barrier
        | ObjectKind::Queue
        | ObjectKind::Pipe
        | ObjectKind::Device => false,
    }
}

/// The arguments that a declarator of that kind takes: `semaphore s(3)`.
#[must_use]
pub fn constructor(kind: ObjectKind) -> &'static Signature {
    &CONSTRUCTORS[kind as usize]
}

/// The options of a `spawn` of that kind; all of them are given by name.
#[must_use]
pub const fn spawn_options(unit: UnitKind) -> &'static Signature {
    match unit {
        UnitKind::Subprocess => &SUBPROCESS_OPTIONS,
        UnitKind::Thread | UnitKind::Process | UnitKind::Task | UnitKind::Interpreter | UnitKind::Unit => {
            &OPTIONS
        }
    }
}

/// For each parameter in order, where its value comes from.
///
/// # Errors
///
/// The first mistake of the call.
pub fn bind(signature: &Signature, positional: usize, named: &[&str]) -> Result<Vec<Binding>, BindError> {
    let name = |index: usize| signature.parameters[index].name;
    let required = |index: usize| signature.parameters[index].default == DefaultValue::Required;
    assign(signature.parameters.len(), name, required, positional, named)
}

/// The same for a `def`, all of whose parameters must be given.
///
/// # Errors
///
/// The first mistake of the call.
pub fn bind_call<'a>(
    parameters: usize,
    name: impl Fn(usize) -> &'a str,
    positional: usize,
    named: &[&str],
) -> Result<Vec<Binding>, BindError> {
    assign(parameters, name, |_| true, positional, named)
}

fn assign<'a>(
    parameters: usize,
    name: impl Fn(usize) -> &'a str,
    required: impl Fn(usize) -> bool,
    positional: usize,
    named: &[&str],
) -> Result<Vec<Binding>, BindError> {
    if positional > parameters {
        return Err(BindError::TooMany);
    }
    let mut bindings: Vec<Binding> = (0..positional).map(Binding::Positional).collect();
    bindings.resize(parameters, Binding::Default);
    // Only a call with many named arguments is worth a table; a scan for each would take quadratic time.
    let table: BTreeMap<&str, usize> = if named.len() > 8 {
        (0..parameters).map(|index| (name(index), index)).collect()
    } else {
        BTreeMap::new()
    };
    for (given, &word) in named.iter().enumerate() {
        let index = if table.is_empty() {
            (0..parameters).find(|&index| name(index) == word)
        } else {
            table.get(word).copied()
        };
        let index = index.ok_or(BindError::Unknown(given))?;
        if bindings[index] != Binding::Default {
            return Err(BindError::Twice(given));
        }
        bindings[index] = Binding::Named(given);
    }
    let missing = |&index: &usize| bindings[index] == Binding::Default && required(index);
    match (positional..parameters).find(missing) {
        Some(index) => Err(BindError::Missing(index)),
        None => Ok(bindings),
    }
}

/// What stands for any number of further arguments in [`Builtin::parameters`].
pub const ANY_MORE: &str = "…";

macro_rules! builtins {
    ($($variant:ident = $word:literal ($($parameter:expr),*), $gives:literal;)+) => {
        /// The built-in functions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Builtin {
            $(#[doc = concat!("`", $word, "`")] $variant),+
        }

        impl Builtin {
            /// All of them, in the order of the language page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that a script writes.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// What its arguments are called on the language page; a script gives them by their place.
            /// The last one may be [`ANY_MORE`].
            #[must_use]
            pub const fn parameters(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($parameter),*]),+
                }
            }

            /// What it gives, for the language page.
            #[must_use]
            pub const fn gives(self) -> &'static str {
                match self {
                    $(Self::$variant => $gives),+
                }
            }

            /// The one that `word` names.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|builtin| builtin.word() == word)
            }
        }
    };
}

builtins! {
    Len = "len"("x"), "the number of items or characters";
    Min = "min"("x", ANY_MORE), "the least of several values, or of the items of one list; `ValueError` if it is empty";
    Max = "max"("x", ANY_MORE), "the greatest, likewise";
    Sum = "sum"("list"), "the sum of the items, 0 of nothing";
    Sorted = "sorted"("list"), "the items in ascending order";
    Abs = "abs"("x"), "the absolute value of an integer, duration or size";
    Str = "str"("x"), "the text that `print` would show";
    Now = "now"(), "the virtual time since the start, a duration";
    Choose = "choose"("items"), "a pick from a range `a..b` or from a list, drawn with the seed; `ValueError` if there is nothing to pick";
    Uniform = "uniform"("lo", "hi"), "a drawn duration, both bounds included";
    Exponential = "exponential"("mean"), "a drawn duration, never negative";
    Normal = "normal"("mean", "sd"), "a drawn duration, never negative";
    Inside = "inside"("name"), "how many units are inside that `region` at this moment";
    Elapsed = "elapsed"(), "the length of the run, in a `finally` property only";
    Deadlocked = "deadlocked"(), "whether something was stuck at the end of the run, in a `finally` property only";
}

impl Builtin {
    /// The least and the greatest number of arguments; `None` is no bound.
    #[must_use]
    pub fn arity(self) -> (usize, Option<usize>) {
        match self.parameters() {
            [needed @ .., ANY_MORE] => (needed.len(), None),
            needed => (needed.len(), Some(needed.len())),
        }
    }
}

const fn signature(name: &'static str, parameters: &'static [Parameter]) -> Signature {
    Signature { name, parameters }
}

const fn required(name: &'static str) -> Parameter {
    Parameter { name, default: DefaultValue::Required }
}

const fn optional(name: &'static str, default: DefaultValue) -> Parameter {
    Parameter { name, default }
}

const TIMEOUT: Parameter = optional("timeout", DefaultValue::None);
const BLOCKING: Parameter = optional("blocking", DefaultValue::Bool(true));
const SIZE: Parameter = optional("size", DefaultValue::None);
const ONE: Parameter = optional("n", DefaultValue::Int(1));
const NAME: Parameter = optional("name", DefaultValue::None);
const DAEMON: Parameter = optional("daemon", DefaultValue::Bool(false));

const ACQUIRE: Signature = signature("acquire", &[BLOCKING, TIMEOUT]);
const RELEASE: Signature = signature("release", &[]);
const WAIT: Signature = signature("wait", &[TIMEOUT]);

static LOCK: &[Signature] = &[ACQUIRE, RELEASE, signature("locked", &[])];
static SEMAPHORE: &[Signature] = &[ACQUIRE, signature("release", &[ONE])];
static EVENT: &[Signature] =
    &[signature("set", &[]), signature("clear", &[]), signature("is_set", &[]), WAIT];
static CONDITION: &[Signature] = &[
    ACQUIRE,
    RELEASE,
    WAIT,
    signature("wait_for", &[required("predicate"), TIMEOUT]),
    signature("notify", &[ONE]),
    signature("notify_all", &[]),
];
static BARRIER: &[Signature] = &[WAIT, signature("abort", &[]), signature("reset", &[])];
static QUEUE: &[Signature] = &[
    signature("put", &[required("item"), BLOCKING, TIMEOUT, SIZE]),
    signature("get", &[BLOCKING, TIMEOUT]),
    signature("task_done", &[]),
    signature("join", &[]),
    signature("qsize", &[]),
    signature("empty", &[]),
    signature("full", &[]),
    signature("shutdown", &[optional("immediate", DefaultValue::Bool(false))]),
];
// `poll` without an argument does not wait; the others wait without end.
static PIPE_END: &[Signature] = &[
    signature("send", &[required("value"), SIZE]),
    signature("recv", &[]),
    signature("poll", &[optional("timeout", DefaultValue::Int(0))]),
    signature("close", &[]),
];
static POOL: &[Signature] = &[
    signature("submit", &[required("call")]),
    signature("map", &[required("function"), required("items"), optional("chunksize", DefaultValue::Int(1))]),
    signature("shutdown", &[optional("wait", DefaultValue::Bool(true))]),
];
static HANDLE: &[Signature] = &[
    signature("join", &[TIMEOUT]),
    signature("result", &[TIMEOUT]),
    signature("done", &[]),
    signature("is_alive", &[]),
    signature("cancel", &[]),
    signature("terminate", &[]),
    signature("kill", &[]),
    WAIT,
    signature("communicate", &[]),
];
/// What the end of a stream can that reads.
pub static READER: &[Signature] = &[READ, CLOSE];
/// What the end of a stream can that writes.
pub static WRITER: &[Signature] = &[WRITE, CLOSE];
static STREAM: &[Signature] = &[READ, WRITE, CLOSE];
const READ: Signature = signature("read", &[]);
const WRITE: Signature = signature("write", &[required("size")]);
const CLOSE: Signature = signature("close", &[]);
static LIST: &[Signature] = &[
    signature("append", &[required("item")]),
    signature("pop", &[optional("index", DefaultValue::Int(-1))]),
];

// In the order of `ObjectKind`.
static CONSTRUCTORS: [Signature; ObjectKind::ALL.len()] = [
    signature("lock", &[]),
    signature("rlock", &[]),
    signature("semaphore", &[ONE]),
    signature("bounded_semaphore", &[ONE]),
    signature("event", &[]),
    signature("condition", &[optional("lock", DefaultValue::None)]),
    signature("barrier", &[required("parties")]),
    signature(
        "queue",
        &[optional("maxsize", DefaultValue::Int(0)), optional("order", DefaultValue::Str("fifo"))],
    ),
    signature("pipe", &[]),
    signature("device", &[ONE]),
    signature("thread_pool", &[required("n")]),
    signature("process_pool", &[required("n")]),
];

static OPTIONS: Signature = signature("spawn", &[NAME, DAEMON]);
static SUBPROCESS_OPTIONS: Signature = signature(
    "spawn",
    &[
        NAME,
        DAEMON,
        optional("stdin", DefaultValue::Bool(false)),
        optional("stdout", DefaultValue::Bool(false)),
        optional("stderr", DefaultValue::Bool(false)),
        optional("python", DefaultValue::Bool(false)),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ObjectKind, name: &str, call: (usize, &[&str]), want: Result<&[Binding], BindError>) {
        let signature = method(Receiver::Object(kind), name).unwrap();
        assert_eq!(bind(signature, call.0, call.1), want.map(<[Binding]>::to_vec), "{name}{call:?}");
    }

    #[test]
    fn arguments_fill_parameters_as_in_python() {
        use Binding::{Default, Named, Positional};
        check(ObjectKind::Lock, "acquire", (0, &[]), Ok(&[Default, Default]));
        check(ObjectKind::Lock, "acquire", (0, &["timeout"]), Ok(&[Default, Named(0)]));
        check(ObjectKind::Lock, "acquire", (1, &["timeout"]), Ok(&[Positional(0), Named(0)]));
        check(ObjectKind::Queue, "put", (0, &["size", "item"]), Ok(&[Named(1), Default, Default, Named(0)]));
        check(ObjectKind::Lock, "release", (1, &[]), Err(BindError::TooMany));
        check(ObjectKind::Queue, "put", (0, &["size"]), Err(BindError::Missing(0)));
        check(ObjectKind::Lock, "acquire", (1, &["block"]), Err(BindError::Unknown(0)));
        check(ObjectKind::Lock, "acquire", (1, &["timeout", "blocking"]), Err(BindError::Twice(1)));
    }

    #[test]
    fn a_def_needs_all_its_arguments() {
        let names = ["first", "second"];
        let call = |positional, named: &[&str]| bind_call(2, |index| names[index], positional, named);
        assert_eq!(call(1, &["second"]), Ok(vec![Binding::Positional(0), Binding::Named(0)]));
        assert_eq!(call(1, &[]), Err(BindError::Missing(1)));
        assert_eq!(call(2, &["second"]), Err(BindError::Twice(0)));
    }

    #[test]
    fn every_kind_of_object_can_be_declared() {
        for &kind in ObjectKind::ALL {
            assert_eq!(constructor(kind).name, kind.word());
        }
    }
}
