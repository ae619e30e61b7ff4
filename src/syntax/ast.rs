//! The tree of a script, with the place of every part.
//!
//! It holds what was written, not what it means: names are unresolved, and
//! much that the checker refuses can be expressed.

#![expect(missing_docs, reason = "the fields of a variant stand in the example that documents it")]

use crate::base::span::Span;

/// A word in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A whole script: its items in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The items.
    pub items: Vec<Item>,
}

impl Script {
    /// What `spawn unit` starts by its `machine` block.
    #[must_use]
    pub fn unit(&self) -> Option<UnitKind> {
        self.items.iter().find_map(|item| match item {
            Item::Machine(machine) => {
                let setting = machine.settings.iter().find(|setting| setting.name.text == "unit")?;
                if let Literal::Str(word) = &setting.value { UnitKind::from_word(word) } else { None }
            }
            Item::Param(_)
            | Item::Objects(_)
            | Item::Shared(_)
            | Item::Function(_)
            | Item::Property(_)
            | Item::Main(_) => None,
        })
    }
}

/// What stands at the top level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `machine { … }`
    Machine(Machine),
    /// `param n = 3`
    Param(Param),
    /// `lock a, b`
    Objects(Objects),
    /// `shared x = 0, a[3] = 1`
    Shared(Shared),
    /// `def f(a, b) { … }`
    Function(Function),
    /// `invariant e`, `finally e`, `expect deadlock`
    Property(Property),
    /// `main { … }`
    Main(Main),
}

/// `machine { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The settings in order.
    pub settings: Vec<Setting>,
    /// All of it.
    pub span: Span,
}

/// `cores: 2`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What is set.
    pub name: Name,
    /// To what.
    pub value: Literal,
    /// The value's place.
    pub value_span: Span,
}

/// `param n = 3`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// The value unless it is set from outside.
    pub value: Literal,
    /// The value's place.
    pub value_span: Span,
}

/// A value that stands for itself. Numbers are signed where the grammar allows a minus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `1.5ms`, in nanoseconds
    Duration(i64),
    /// `64KiB`, in bytes
    Size(i64),
    /// `"text"`, with its escapes resolved
    Str(String),
}

/// `process lock a, b[3]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objects {
    /// The word `process` before it, if any.
    pub process: Option<Span>,
    /// The kind.
    pub kind: ObjectKind,
    /// The kind's word.
    pub kind_span: Span,
    /// What is declared.
    pub declarators: Vec<Declarator>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant),+
        }

        impl $name {
            /// All of them, in the order of the language page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that a script writes.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The one that `word` names.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|candidate| candidate.word() == word)
            }
        }
    };
}

words! {
    /// The kinds of declared objects.
    ObjectKind {
        Lock = "lock",
        Rlock = "rlock",
        Semaphore = "semaphore",
        BoundedSemaphore = "bounded_semaphore",
        Event = "event",
        Condition = "condition",
        Barrier = "barrier",
        Queue = "queue",
        Pipe = "pipe",
        Device = "device",
        ThreadPool = "thread_pool",
        ProcessPool = "process_pool",
    }
}

words! {
    /// The kinds of units that `spawn` starts.
    UnitKind {
        Thread = "thread",
        Process = "process",
        Task = "task",
        Subprocess = "subprocess",
        Interpreter = "interpreter",
        Unit = "unit",
    }
}

words! {
    /// Operators of two operands, loosest first.
    BinaryOp {
        Or = "or",
        And = "and",
        Equal = "==",
        NotEqual = "!=",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
        In = "in",
        NotIn = "not in",
        Is = "is",
        IsNot = "is not",
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        FloorDivide = "//",
        Modulo = "%",
    }
}

words! {
    /// Operators of one operand.
    UnaryOp {
        Not = "not",
        Negate = "-",
    }
}

/// `forks[5]`, `slots(3)`, `q(10, order="lifo")`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declarator {
    /// The name.
    pub name: Name,
    /// The number of elements of an array.
    pub length: Option<Expr>,
    /// The arguments, if there are brackets.
    pub args: Option<Vec<Arg>>,
}

/// `process atomic shared x = 0, a[3] = 1`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The word `process` before it, if any.
    pub process: Option<Span>,
    /// The word `atomic` before it, if any.
    pub atomic: Option<Span>,
    /// What is declared.
    pub cells: Vec<SharedCell>,
}

/// `x = 0` or `a[3] = 1`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedCell {
    /// The name.
    pub name: Name,
    /// The number of cells of an array.
    pub length: Option<Expr>,
    /// The initial value (of each cell).
    pub value: Expr,
}

/// `def f(a, b) { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Name>,
    /// The body.
    pub body: Block,
}

/// `main { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Main {
    /// The word `main`.
    pub span: Span,
    /// The body.
    pub body: Block,
}

/// A statement about the whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Which kind.
    pub kind: PropertyKind,
    /// All of it.
    pub span: Span,
}

/// The kinds of properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyKind {
    /// Holds after every step.
    Invariant(Expr),
    /// Holds at the end.
    Finally(Expr),
    /// A finding that the script is there to show.
    Expect(Name),
}

/// `{ … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// Braces included.
    pub span: Span,
}

/// A statement in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// All of it, blocks included.
    pub span: Span,
}

impl Statement {
    /// The blocks directly inside it, in the order of the text.
    #[must_use]
    pub fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            StatementKind::With { body, .. }
            | StatementKind::While { body, .. }
            | StatementKind::For { body, .. }
            | StatementKind::Group(body)
            | StatementKind::Region { body, .. }
            | StatementKind::Atomic { body, .. } => vec![body],
            StatementKind::If { branches, otherwise } => {
                branches.iter().map(|(_, block)| block).chain(otherwise).collect()
            }
            StatementKind::Try { body, handlers, finally } => std::iter::once(body)
                .chain(handlers.iter().map(|handler| &handler.body))
                .chain(finally)
                .collect(),
            StatementKind::Let { .. }
            | StatementKind::Assign { .. }
            | StatementKind::Compute { .. }
            | StatementKind::Io { .. }
            | StatementKind::Sleep { .. }
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass
            | StatementKind::Return(_)
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Print(_)
            | StatementKind::Expr(_) => Vec::new(),
        }
    }
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `let x = e`
    Let { name: Name, value: Expr },
    /// `place = e`, `place += e`: with the operator of the augmented form
    Assign { place: Place, op: Option<BinaryOp>, value: Expr },
    /// `compute e`, `compute e nogil`
    Compute { duration: Expr, nogil: bool },
    /// `io e`, `io e on dev`; `awaited` is the span of the word `await` before it
    Io { duration: Expr, device: Option<Expr>, awaited: Option<Span> },
    /// `sleep e`
    Sleep { duration: Expr, awaited: Option<Span> },
    /// `with a, b { … }`
    With { items: Vec<Expr>, body: Block, asynchronous: Option<Span> },
    /// `if … elif … else …`: conditions with their blocks, then the rest
    If { branches: Vec<(Expr, Block)>, otherwise: Option<Block> },
    /// `while e { … }`
    While { condition: Expr, body: Block },
    /// `for x in a..b { … }`, `for x in xs { … }`
    For { name: Name, iterable: Iterable, body: Block },
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `pass`
    Pass,
    /// `return e`
    Return(Option<Expr>),
    /// `try { … } except E { … } finally { … }`
    Try { body: Block, handlers: Vec<Handler>, finally: Option<Block> },
    /// `raise E "text"`; a bare one re-raises
    Raise { name: Option<Name>, message: Option<Expr> },
    /// `assert e, "text"`
    Assert { condition: Expr, message: Option<Expr> },
    /// `print a, b`
    Print(Vec<Expr>),
    /// `group { … }`
    Group(Block),
    /// `region cs { … }`
    Region { name: Name, body: Block },
    /// `atomic { … }`, `atomic when e { … }`
    Atomic { when: Option<Expr>, body: Block },
    /// A call, a spawn or an await; anything else is for the checker to refuse
    Expr(Expr),
}

/// What is assigned to: a name, then indices from the outermost in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name.
    pub name: Name,
    /// `[i][j]`
    pub indices: Vec<Expr>,
    /// All of it.
    pub span: Span,
}

/// What a `for` goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Iterable {
    /// `a..b`; also what `range(b)` and `range(a, b)` are read as
    Range { from: Expr, to: Expr },
    /// A list
    Each(Expr),
}

/// `except E { … }`; without a name it catches all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// What it catches.
    pub name: Option<Name>,
    /// What it does.
    pub body: Block,
    /// The words `except E`.
    pub span: Span,
}

/// An expression in its place (brackets around it not included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `42`; a minus before a number is `Unary`
    Literal(Literal),
    /// `x`
    Name(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `not a`, `-a`
    Unary { op: UnaryOp, operand: Box<Expr> },
    /// `a + b`, `a and b`
    Binary { op: BinaryOp, left: Box<Expr>, right: Box<Expr> },
    /// `await e`
    Await(Box<Expr>),
    /// `f(a, k=b)`
    Call { callee: Box<Expr>, args: Vec<Arg> },
    /// `xs[i]`
    Index { base: Box<Expr>, index: Box<Expr> },
    /// `m.acquire`
    Attribute { base: Box<Expr>, name: Name },
    /// `spawn thread f(a)`
    Spawn(Box<Spawn>),
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// `k=` before it.
    pub name: Option<Name>,
    /// The value, or the start of a range.
    pub value: Expr,
    /// The end of a range `a..b`.
    pub range_end: Option<Expr>,
}

/// `spawn thread(name="w") f(a)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spawn {
    /// The kind of unit.
    pub unit: UnitKind,
    /// The kind's word.
    pub unit_span: Span,
    /// What stands in brackets behind the kind.
    pub options: Vec<Arg>,
    /// The function.
    pub function: Name,
    /// Its arguments.
    pub args: Vec<Arg>,
}
