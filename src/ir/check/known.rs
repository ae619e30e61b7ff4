//! What is certain about a value before the run.

use crate::ir::signature::Receiver;
use crate::ir::value::Value;
use crate::syntax::ast::{Literal, ObjectKind, Spawn, UnitKind};

use super::stream::Stream;

/// What is certain about a value. What calls give can be anything.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known<'a> {
    Anything,
    /// A value of that type; with the number in it, where that is certain.
    Plain(Plain, Option<i64>),
    /// A list; with the number of its items, where it was written out.
    List(Option<usize>),
    Handle(Handle<'a>),
    Object(ObjectKind),
    /// A whole array of objects.
    Array(ObjectKind),
    /// `p.left`, `p.right`
    PipeEnd,
    Stream(Stream),
    /// Something that is refused already, about which nothing more is said.
    Refused,
}

/// The types of what is neither a list nor one of several things that a script has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    None,
    Bool,
    Int,
    Duration,
    Size,
    Str,
}

/// What a handle is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Handle<'a> {
    /// What `spawn` gives.
    Unit(&'a Spawn),
    /// What `submit` gives.
    Future,
}

impl<'a> Known<'a> {
    /// `True` or `False`.
    pub(super) const BOOL: Self = Self::Plain(Plain::Bool, None);
    /// An integer.
    pub(super) const INT: Self = Self::Plain(Plain::Int, None);
    /// `None`
    pub(super) const NONE: Self = Self::Plain(Plain::None, None);

    pub(super) fn literal(literal: &Literal) -> Self {
        match literal {
            Literal::None => Self::NONE,
            Literal::Bool(value) => Self::Plain(Plain::Bool, Some(i64::from(*value))),
            Literal::Int(value) => Self::Plain(Plain::Int, Some(*value)),
            Literal::Duration(value) => Self::Plain(Plain::Duration, Some(*value)),
            Literal::Size(value) => Self::Plain(Plain::Size, Some(*value)),
            Literal::Str(_) => Self::Plain(Plain::Str, None),
        }
    }

    /// The same of a result that was computed; nothing of what no arithmetic gives.
    pub(super) fn value(value: &Value, exact: bool) -> Self {
        let plain = |plain, number: i64| Self::Plain(plain, exact.then_some(number));
        match value {
            Value::None => Self::NONE,
            Value::Bool(value) => plain(Plain::Bool, i64::from(*value)),
            Value::Int(value) => plain(Plain::Int, *value),
            Value::Duration(value) => plain(Plain::Duration, *value),
            Value::Size(value) => plain(Plain::Size, *value),
            Value::Str(_) => Self::Plain(Plain::Str, None),
            Value::List(_) => Self::List(None),
            Value::Unset
            | Value::Handle(_)
            | Value::Object(_)
            | Value::Stream(..)
            | Value::Cell(_)
            | Value::Exception(_) => Self::Anything,
        }
    }

    /// A value of that type: the very one if it is certain.
    pub(super) fn sample(self) -> Option<Value> {
        Some(match self {
            Self::Plain(plain, number) => {
                let number = number.unwrap_or(1);
                match plain {
                    Plain::None => Value::None,
                    Plain::Bool => Value::Bool(number != 0),
                    Plain::Int => Value::Int(number),
                    Plain::Duration => Value::Duration(number),
                    Plain::Size => Value::Size(number),
                    Plain::Str => Value::str(""),
                }
            }
            Self::List(_) | Self::Array(_) => Value::list(Vec::new()).ok()?,
            Self::Anything
            | Self::Handle(_)
            | Self::Object(_)
            | Self::PipeEnd
            | Self::Stream(_)
            | Self::Refused => return None,
        })
    }

    /// The number in it, if that is certain.
    pub(super) fn number(self) -> Option<i64> {
        if let Self::Plain(_, number) = self { number } else { None }
    }

    /// Its type, if it is one of the plain ones.
    pub(super) fn plain(self) -> Option<Plain> {
        if let Self::Plain(plain, _) = self { Some(plain) } else { None }
    }

    /// What is certain wherever a local of this value is read: no more than its type.
    pub(super) fn kept(self) -> Self {
        match self {
            Self::Plain(plain, _) => Self::Plain(plain, None),
            Self::List(_) | Self::Array(_) => Self::List(None),
            Self::Anything
            | Self::Handle(_)
            | Self::Object(_)
            | Self::PipeEnd
            | Self::Stream(_)
            | Self::Refused => self,
        }
    }

    /// `a lock`, `an integer`; nothing if it can be anything.
    pub(super) fn described(self) -> Option<String> {
        match self {
            Self::Anything | Self::Refused => None,
            Self::Plain(plain, _) => Some(plain.described().to_owned()),
            Self::List(_) => Some("a list".to_owned()),
            Self::Handle(handle) => Some(handle.described()),
            Self::Object(kind) => Some(with_article(kind)),
            Self::Array(kind) => Some(format!("an array of {} objects", kind.word())),
            Self::PipeEnd => Some("an end of a pipe".to_owned()),
            Self::Stream(stream) => Some(format!("the stream `{}`", stream.word())),
        }
    }

    /// Whether a `for` or an `in` certainly cannot go through it.
    pub(super) fn has_no_elements(self) -> bool {
        match self {
            Self::Plain(plain, _) => plain != Plain::Str,
            Self::Handle(_) | Self::Object(_) | Self::PipeEnd | Self::Stream(_) => true,
            Self::Anything | Self::List(_) | Self::Array(_) | Self::Refused => false,
        }
    }

    /// Whether it is certainly no number, size, duration, string or list.
    pub(super) fn is_no_operand(self) -> bool {
        match self {
            Self::Handle(_) | Self::Object(_) | Self::PipeEnd | Self::Stream(_) => true,
            Self::Anything | Self::Plain(..) | Self::List(_) | Self::Array(_) | Self::Refused => false,
        }
    }

    /// What its methods are those of, if it is certain and they stand in the tables.
    pub(super) fn receiver(self) -> Option<Receiver> {
        match self {
            // A pipe itself has no methods, its ends have.
            Self::Object(ObjectKind::Pipe) => None,
            Self::Object(kind) => Some(Receiver::Object(kind)),
            Self::PipeEnd => Some(Receiver::Object(ObjectKind::Pipe)),
            Self::Handle(_) => Some(Receiver::Handle),
            Self::List(_) => Some(Receiver::List),
            Self::Anything | Self::Plain(..) | Self::Array(_) | Self::Stream(_) | Self::Refused => None,
        }
    }

    /// Whether it is an object or a handle, which no other process can use.
    pub(super) fn is_reference(self) -> bool {
        match self {
            Self::Handle(_) | Self::Object(_) | Self::PipeEnd | Self::Array(_) | Self::Stream(_) => true,
            Self::Anything | Self::Plain(..) | Self::List(_) | Self::Refused => false,
        }
    }
}

impl Plain {
    /// `an integer`
    pub(super) const fn described(self) -> &'static str {
        match self {
            Self::None => "`None`",
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Duration => "a duration",
            Self::Size => "a size",
            Self::Str => "a string",
        }
    }

    /// Whether it counts as a whole number.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Self::Int | Self::Bool)
    }
}

impl Handle<'_> {
    /// The kind of unit; none for a future.
    pub(super) const fn unit(&self) -> Option<UnitKind> {
        match self {
            Self::Unit(spawn) => Some(spawn.unit),
            Self::Future => None,
        }
    }

    fn described(self) -> String {
        match self.unit() {
            Some(UnitKind::Unit) => "the handle of a unit".to_owned(),
            Some(kind) => format!("the handle of {} {}", article(kind.word()), kind.word()),
            None => "a future".to_owned(),
        }
    }

    /// Whether a unit of that kind has the method; those of all kinds stand in the table of signatures.
    pub(super) fn has(&self, method: &str) -> bool {
        let kinds: &[UnitKind] = match method {
            "cancel" => &[UnitKind::Task],
            "terminate" | "kill" => &[UnitKind::Process, UnitKind::Subprocess],
            "wait" | "communicate" => &[UnitKind::Subprocess],
            _ => return true,
        };
        match self.unit() {
            Some(UnitKind::Unit) => true,
            Some(kind) => kinds.contains(&kind),
            None => method == "cancel",
        }
    }
}

/// `a lock`, `an event`
pub(super) fn with_article(kind: ObjectKind) -> String {
    let word = kind.word();
    // `rlock` is read as `r-lock`.
    let article = if kind == ObjectKind::Rlock { "an" } else { article(word) };
    format!("{article} {word}")
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}
