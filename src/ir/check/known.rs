//! What is certain about a value before the run.

use crate::ir::signature::Receiver;
use crate::syntax::ast::{Literal, ObjectKind};

/// What is certain about a value. Locals and results of calls can be anything.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known<'a> {
    Anything,
    /// A value of that literal's type.
    Literal(&'a Literal),
    List,
    Handle,
    Object(ObjectKind),
    /// A whole array of objects.
    Array(ObjectKind),
    /// `p.left`, `p.right`
    PipeEnd,
    /// Something that is refused already, about which nothing more is said.
    Refused,
}

impl Known<'_> {
    /// `a lock`, `an integer`; nothing if it can be anything.
    pub(super) fn described(self) -> Option<String> {
        match self {
            Self::Anything | Self::Refused => None,
            Self::Literal(literal) => Some(literal_type(literal).to_owned()),
            Self::List => Some("a list".to_owned()),
            Self::Handle => Some("the handle of a unit".to_owned()),
            Self::Object(kind) => Some(with_article(kind)),
            Self::Array(kind) => Some(format!("an array of {} objects", kind.word())),
            Self::PipeEnd => Some("an end of a pipe".to_owned()),
        }
    }

    /// Whether a `for` or an `in` certainly cannot go through it.
    pub(super) fn has_no_elements(self) -> bool {
        match self {
            Self::Literal(literal) => !matches!(literal, Literal::Str(_)),
            Self::Handle | Self::Object(_) | Self::PipeEnd => true,
            Self::Anything | Self::List | Self::Array(_) | Self::Refused => false,
        }
    }

    /// Whether it is certainly no number, size, duration, string or list.
    pub(super) fn is_no_operand(self) -> bool {
        match self {
            Self::Handle | Self::Object(_) | Self::PipeEnd => true,
            Self::Anything | Self::Literal(_) | Self::List | Self::Array(_) | Self::Refused => false,
        }
    }

    /// What its methods are those of, if it is certain and has any.
    pub(super) fn receiver(self) -> Option<Receiver> {
        match self {
            Self::Object(kind) => Some(Receiver::Object(kind)),
            Self::PipeEnd => Some(Receiver::Object(ObjectKind::Pipe)),
            Self::Handle => Some(Receiver::Handle),
            Self::List => Some(Receiver::List),
            Self::Anything | Self::Literal(_) | Self::Array(_) | Self::Refused => None,
        }
    }
}

/// `a lock`, `an event`
pub(super) fn with_article(kind: ObjectKind) -> String {
    let word = kind.word();
    // `rlock` is read as `r-lock`.
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u', 'r']) { "an" } else { "a" };
    format!("{article} {word}")
}

fn literal_type(literal: &Literal) -> &'static str {
    match literal {
        Literal::None => "`None`",
        Literal::Bool(_) => "a boolean",
        Literal::Int(_) => "an integer",
        Literal::Duration(_) => "a duration",
        Literal::Size(_) => "a size",
        Literal::Str(_) => "a string",
    }
}
