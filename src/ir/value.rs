//! What a script computes with.
//!
//! Lists have value semantics: they are shared behind the scenes and copied
//! when one of the holders writes. There are no floats.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::Serialize;

use crate::base::id::{CellId, ObjectId, UnitId};
use crate::base::size::SignedSize;
use crate::base::time::SignedDuration;
use crate::ir::pipe::Stream;
use crate::trace::event::Names;

/// How deep lists may be nested; deeper raises `RecursionError`.
pub const LIST_DEPTH_MAX: u8 = 64;

/// How much a list may hold, counting the items of its lists and 16 bytes of a string as one;
/// more raises `MemoryError`.
pub const LIST_WEIGHT_MAX: u64 = 1 << 22;

/// How many characters of a value a trace shows.
const BRIEF_LENGTH_MAX: usize = 60;

/// How a value is written.
#[derive(Clone, Copy)]
struct Style {
    quote: bool,
    /// From how many bytes on no further items of a list are written.
    length_max: usize,
}

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A local variable that was never set; no expression gives it.
    Unset,
    /// `None`
    #[default]
    None,
    /// `True`, `False`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
    /// A string.
    Str(Arc<String>),
    /// A list.
    List(Arc<List>),
    /// What `spawn` gives.
    Handle(UnitId),
    /// A reference to a declared object, or to an end of a pipe.
    Object(ObjectId),
    /// A standard stream of the subprocess that runs that unit.
    Stream(UnitId, Stream),
    /// A located cell of a shared array; no expression gives it.
    Cell(CellId),
    /// A caught exception; no expression gives it.
    Exception(Arc<Exception>),
}

/// The items of a list, and bounds on what is in it all in all.
#[derive(Clone, Debug, Default, Serialize)]
pub struct List {
    items: Vec<Value>,
    /// How deep lists are nested in it, or were at some time.
    #[serde(skip)]
    depth: u8,
    /// How much it would hold if nothing were shared. A list that holds one list
    /// twice takes little memory, and so does a list that holds that one twice;
    /// but whoever prints or compares it goes through everything.
    #[serde(skip)]
    weight: u64,
    /// An object stands in it, or in a list in it, or did at some time.
    #[serde(skip)]
    names_objects: bool,
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl Eq for List {}

impl Hash for List {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.items.hash(state);
    }
}

/// An exception on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Exception {
    /// Its name, as `except` compares it.
    pub name: String,
    /// What it says, perhaps nothing.
    pub message: String,
    /// Index of the op that raised it.
    pub origin: u32,
    /// It comes from an `assert`, which is reported where it failed.
    pub assertion: bool,
    /// The scope that has cancelled its own body by it: where its register stands in the unit's stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<u32>,
}

/// An exception before it has a place: what an operation on values raises.
///
/// It is a pointer, because every operation may give one and hardly any does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised(Box<(Cow<'static, str>, String)>);

impl Raised {
    /// An exception of that name and message.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Box::new((name.into(), message.into())))
    }

    /// The exception's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.0
    }

    /// What it says.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.1
    }
}

impl Exception {
    /// What was raised, with its place.
    #[must_use]
    pub fn new(raised: Raised, origin: u32) -> Self {
        let (name, message) = *raised.0;
        Self { name: name.into_owned(), message, origin, assertion: false, scope: None }
    }

    /// `ValueError: text`, or the name alone.
    #[must_use]
    pub fn text(&self) -> String {
        if self.message.is_empty() { self.name.clone() } else { format!("{}: {}", self.name, self.message) }
    }
}

impl List {
    /// The items in order.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// Whether an object may stand in it, or in a list in it. Without going through the items.
    #[must_use]
    pub const fn names_objects(&self) -> bool {
        self.names_objects
    }

    /// Adds an item at the end.
    ///
    /// # Errors
    ///
    /// `RecursionError` if lists would be nested too deeply, `MemoryError` if there would be too much in it.
    pub fn push(&mut self, value: Value) -> Result<(), Raised> {
        self.admit(&value, 0)?;
        self.items.push(value);
        Ok(())
    }

    /// Replaces the item at `index`, which must exist.
    ///
    /// # Errors
    ///
    /// `RecursionError` if lists would be nested too deeply, `MemoryError` if there would be too much in it.
    ///
    /// # Panics
    ///
    /// If there is no such item.
    pub fn replace(&mut self, index: usize, value: Value) -> Result<(), Raised> {
        self.admit(&value, self.items[index].weight())?;
        self.items[index] = value;
        Ok(())
    }

    /// Takes the item at `index` out.
    ///
    /// # Panics
    ///
    /// If there is no such item.
    pub fn remove(&mut self, index: usize) -> Value {
        let item = self.items.remove(index);
        self.weight -= item.weight();
        item
    }

    /// Accounts for an item that takes the place of something of weight `instead`.
    fn admit(&mut self, item: &Value, instead: u64) -> Result<(), Raised> {
        let (depth, names_objects) = match item {
            Value::List(list) => (self.depth.max(list.depth + 1), list.names_objects),
            Value::Object(_) => (self.depth, true),
            Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Str(_)
            | Value::Handle(_)
            | Value::Stream(..)
            | Value::Cell(_)
            | Value::Exception(_) => (self.depth, false),
        };
        if depth > LIST_DEPTH_MAX {
            return Err(Raised::new("RecursionError", format!("lists nested deeper than {LIST_DEPTH_MAX}")));
        }
        let weight = self.weight - instead + item.weight();
        if weight > LIST_WEIGHT_MAX {
            let message = format!("a list of more than {LIST_WEIGHT_MAX} items, those of its lists included");
            return Err(Raised::new("MemoryError", message));
        }
        self.depth = depth;
        self.weight = weight;
        self.names_objects |= names_objects;
        Ok(())
    }
}

impl Value {
    /// A string.
    #[must_use]
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(Arc::new(text.into()))
    }

    /// A list of these items.
    ///
    /// # Errors
    ///
    /// `RecursionError` if lists would be nested too deeply, `MemoryError` if there would be too much in it.
    pub fn list(items: Vec<Self>) -> Result<Self, Raised> {
        let mut list = List::default();
        for item in &items {
            list.admit(item, 0)?;
        }
        list.items = items;
        Ok(Self::List(Arc::new(list)))
    }

    /// What Python calls its type, as error messages name it.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::None | Self::Unset => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Duration(_) => "duration",
            Self::Size(_) => "size",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Handle(_) => "handle",
            Self::Object(_) => "object",
            Self::Stream(..) => "stream",
            Self::Cell(_) => "cell",
            Self::Exception(_) => "exception",
        }
    }

    /// Python's truthiness.
    #[must_use]
    pub fn truthy(&self) -> bool {
        match self {
            Self::None | Self::Unset => false,
            Self::Bool(value) => *value,
            Self::Int(value) | Self::Duration(value) | Self::Size(value) => *value != 0,
            Self::Str(text) => !text.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Handle(_) | Self::Object(_) | Self::Stream(..) | Self::Cell(_) | Self::Exception(_) => true,
        }
    }

    /// As a whole number; booleans count as 0 and 1.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Bool(value) => Some(*value as i64),
            Self::Unset
            | Self::None
            | Self::Duration(_)
            | Self::Size(_)
            | Self::Str(_)
            | Self::List(_)
            | Self::Handle(_)
            | Self::Object(_)
            | Self::Stream(..)
            | Self::Cell(_)
            | Self::Exception(_) => None,
        }
    }

    /// The items of a list; nothing for any other value.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::List(list) = self { &list.items } else { &[] }
    }

    /// Whether it is a handle or a stream of one of these units, or a list holds one.
    #[must_use]
    pub fn has_handle(&self, of: &dyn Fn(UnitId) -> bool) -> bool {
        match self {
            Self::Handle(unit) | Self::Stream(unit, _) => of(*unit),
            Self::List(list) => list.items.iter().any(|item| item.has_handle(of)),
            Self::Unset
            | Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Duration(_)
            | Self::Size(_)
            | Self::Str(_)
            | Self::Object(_)
            | Self::Cell(_)
            | Self::Exception(_) => false,
        }
    }

    /// Gives every unit that is mentioned another id: that at the place of the old one in `names`.
    ///
    /// # Panics
    ///
    /// If there is no such place.
    pub fn rename(&mut self, names: &[UnitId]) {
        if !self.has_handle(&|unit| names[unit.index()] != unit) {
            return;
        }
        if let Self::List(list) = self {
            Arc::make_mut(list).items.iter_mut().for_each(|item| item.rename(names));
        } else if let Self::Handle(unit) | Self::Stream(unit, _) = self {
            *unit = names[unit.index()];
        }
    }

    /// How long it takes to go through it: 1 for what is simple, more for strings and lists.
    #[must_use]
    pub fn weight(&self) -> u64 {
        match self {
            Self::Str(text) => 1 + text.len() as u64 / 16,
            Self::List(list) => 1 + list.weight,
            Self::Unset
            | Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Duration(_)
            | Self::Size(_)
            | Self::Handle(_)
            | Self::Object(_)
            | Self::Stream(..)
            | Self::Cell(_)
            | Self::Exception(_) => 1,
        }
    }

    /// The bytes of its own that it holds on the heap; what a list's items hold is theirs.
    #[must_use]
    pub fn heap_bytes(&self) -> u64 {
        match self {
            Self::Str(text) => text.len() as u64 + 40,
            Self::List(list) => (list.items.len() * size_of::<Self>()) as u64 + 48,
            Self::Exception(exception) => exception.message.len() as u64 + 80,
            Self::Unset
            | Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Duration(_)
            | Self::Size(_)
            | Self::Handle(_)
            | Self::Object(_)
            | Self::Stream(..)
            | Self::Cell(_) => 0,
        }
    }

    /// As `print` and `str` show it; strings inside lists are quoted.
    #[must_use]
    pub fn text(&self, names: &dyn Names) -> String {
        let mut out = String::new();
        self.write(&mut out, names, Style { quote: false, length_max: usize::MAX });
        out
    }

    /// As [`Value::text`], but a list is cut once more than `length_max` bytes are written: lists that
    /// hold one list many times, nested, take little memory and an endless text.
    #[must_use]
    pub fn text_within(&self, names: &dyn Names, length_max: usize) -> String {
        let mut out = String::new();
        self.write(&mut out, names, Style { quote: false, length_max });
        if matches!(self, Self::List(_)) && out.len() > length_max {
            out.push('~');
        }
        out
    }

    /// As a trace shows it: strings are quoted, and what is long is cut.
    #[must_use]
    pub fn brief(&self, names: &dyn Names) -> String {
        let mut out = String::new();
        self.write(&mut out, names, Style { quote: true, length_max: BRIEF_LENGTH_MAX });
        if out.chars().count() > BRIEF_LENGTH_MAX {
            out = out.chars().take(BRIEF_LENGTH_MAX - 1).collect();
            out.push('~');
        }
        out
    }

    fn write(&self, out: &mut String, names: &dyn Names, style: Style) {
        let written = match self {
            Self::Unset => out.write_str("unset"),
            Self::None => out.write_str("None"),
            Self::Bool(value) => out.write_str(if *value { "True" } else { "False" }),
            Self::Int(value) => write!(out, "{value}"),
            Self::Duration(value) => write!(out, "{}", SignedDuration(*value)),
            Self::Size(value) => write!(out, "{}", SignedSize(*value)),
            Self::Str(text) if style.quote => out.write_str(&quoted(text, style.length_max)),
            Self::Str(text) => out.write_str(text),
            Self::List(list) => {
                out.push('[');
                for (index, item) in list.items.iter().enumerate() {
                    if out.len() > style.length_max {
                        break;
                    }
                    if index > 0 {
                        out.push_str(", ");
                    }
                    item.write(out, names, Style { quote: true, ..style });
                }
                out.write_char(']')
            }
            Self::Handle(unit) => out.write_str(&names.unit(*unit)),
            Self::Object(object) => out.write_str(&names.object(*object)),
            Self::Stream(unit, stream) => write!(out, "{}.{}", names.unit(*unit), stream.word()),
            Self::Cell(cell) => out.write_str(&names.cell(*cell)),
            Self::Exception(exception) => out.write_str(&exception.text()),
        };
        written.expect("writing to a string cannot fail");
    }
}

/// A string in double quotes, escaped as the language writes it; of a long one, so many characters.
#[must_use]
pub fn quoted(text: &str, length_max: usize) -> String {
    let mut out = String::from('"');
    for character in text.chars().take(length_max) {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => {
                write!(out, "\\u{{{:x}}}", other as u32).expect("writing to a string cannot fail");
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
