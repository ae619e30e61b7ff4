//! Pipes in a program: their ends, and the standard streams of subprocesses, are objects of their own.
//!
//! Behind a declared pipe stand its two ends. A script that starts subprocesses has three objects more, its standard
//! streams; a subprocess has copies of its own of them, as every process has of what is declared.

use serde::Serialize;

use crate::base::id::ObjectId;
use crate::ir::program::{Object, Program};
use crate::ir::value::Value;
use crate::syntax::ast::ObjectKind;

/// A standard stream of a subprocess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// What it reads.
    Stdin,
    /// What it writes.
    Stdout,
    /// What it writes of its troubles.
    Stderr,
}

impl Stream {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stdin, Self::Stdout, Self::Stderr];

    /// Its name in a script.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stdin => "stdin",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stream| stream.word() == word)
    }
}

/// What stands behind a dot without a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `p.left`
    Left,
    /// `p.right`
    Right,
    /// `h.stdout`
    Stream(Stream),
}

impl Part {
    /// Its name in a script.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Stream(stream) => stream.word(),
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let ends = [Self::Left, Self::Right].into_iter();
        ends.chain(Stream::ALL.map(Self::Stream)).find(|part| part.word() == word)
    }
}

/// What an object of the kind [`ObjectKind::Pipe`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A pipe as declared, and its ends, the left one first.
    Whole([ObjectId; 2]),
    /// An end of that pipe, and the other end.
    End {
        /// The pipe.
        pipe: ObjectId,
        /// The other end.
        peer: ObjectId,
    },
    /// A standard stream.
    Stream(Stream),
}

impl Role {
    /// What an object is, if it is of that kind.
    ///
    /// # Panics
    ///
    /// If its arguments are none that lowering gives a pipe.
    #[must_use]
    pub fn of(object: &Object) -> Option<Self> {
        if object.kind != ObjectKind::Pipe {
            return None;
        }
        Some(match object.arguments.as_slice() {
            [Value::Object(left), Value::Object(right)] => Self::Whole([*left, *right]),
            [Value::None, Value::Object(pipe), Value::Object(peer)] => Self::End { pipe: *pipe, peer: *peer },
            [Value::Str(word)] => {
                Self::Stream(Stream::from_word(word).expect("a stream is called like a stream"))
            }
            other => unreachable!("no pipe has the arguments {other:?}"),
        })
    }

    /// The arguments of an object that is this.
    #[must_use]
    pub fn arguments(self) -> Vec<Value> {
        match self {
            Self::Whole([left, right]) => vec![Value::Object(left), Value::Object(right)],
            Self::End { pipe, peer } => vec![Value::None, Value::Object(pipe), Value::Object(peer)],
            Self::Stream(stream) => vec![Value::str(stream.word())],
        }
    }
}

impl Object {
    /// Whether it stands in the program though nobody has declared it.
    #[must_use]
    pub fn is_implied(&self) -> bool {
        matches!(Role::of(self), Some(Role::End { .. } | Role::Stream(_)))
    }
}

impl Program {
    /// The ends of a declared pipe, the left one first; nothing of any other object.
    #[must_use]
    pub fn ends_of(&self, pipe: ObjectId) -> Option<[ObjectId; 2]> {
        match Role::of(&self.objects[pipe.index()])? {
            Role::Whole(ends) => Some(ends),
            Role::End { .. } | Role::Stream(_) => None,
        }
    }

    /// The object of the program that stands for that stream.
    ///
    /// # Panics
    ///
    /// If the script starts no subprocess.
    #[must_use]
    pub fn stream(&self, stream: Stream) -> ObjectId {
        let is_it = |object: &Object| Role::of(object) == Some(Role::Stream(stream));
        let at = self.objects.iter().rposition(is_it);
        ObjectId::new(at.expect("a script with streams starts a subprocess"))
    }

    /// Whether the script may start a subprocess.
    #[must_use]
    pub fn has_streams(&self) -> bool {
        self.objects.last().and_then(Role::of) == Some(Role::Stream(Stream::Stderr))
    }
}
